//! By what the demonstration says outside that something waits: a relay on this machine, and systems on this machine.
//!
//! Promises: nothing leaves this machine, and without a word on the command line nothing leaves the hub.

use crate::courier::{Post, Reach, Relay, Teller, Wires};
use anyhow::Context;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

/// From whom the demonstration's e-mail is.
const FROM: &str = "no-reply@demo.invalid";

/// Returns the wires of a demonstration.
pub(super) fn wires(smtp: Option<SocketAddr>, webhooks: bool, ca: &Path) -> anyhow::Result<Wires> {
    let mail = smtp.map(|at| Post::new(Relay::Local(at), FROM)).transpose().context("--smtp cannot be used")?;
    let webhooks = if webhooks { Some(teller(ca)?) } else { None };
    Ok(Wires { mail, webhooks })
}

fn teller(ca: &Path) -> anyhow::Result<Teller> {
    let authorities = CertificateDer::pem_file_iter(ca)?.collect::<Result<Vec<_>, _>>();
    let authorities = authorities.context("the demonstration's authority cannot be read")?;
    let here = vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    Ok(Teller::new(authorities, Reach(here))?)
}
