//! Whether the set on disk still serves.
//!
//! Promises: says yes only to a set that is whole, whose certificates fit their keys, were
//! signed by the one authority in the folder, name what they should, and last long enough.

use super::{Certs, DAY_SECONDS, REUSE_DAYS, SystemCert, agency_uri};
use crate::http::tls;
use crate::model::id::AgencyId;
use crate::model::time::Moment;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

/// Returns the set in `folder`, if it serves these agencies for long enough.
pub(super) fn find(folder: &Path, agencies: &[AgencyId], now: Moment) -> Option<Certs> {
    let ca = CertificateDer::from_pem_file(folder.join("ca.pem")).ok()?;
    let (_, ca) = X509Certificate::from_der(&ca).ok()?;
    let hosts = ["localhost".to_owned(), Ipv4Addr::LOCALHOST.to_string(), Ipv6Addr::LOCALHOST.to_string()];
    pair(folder, "server", &ca, &hosts, now)?;
    let mut systems = Vec::with_capacity(agencies.len());
    for agency in agencies {
        let der = pair(folder, agency.as_str(), &ca, &[agency_uri(agency)], now)?;
        systems.push(SystemCert::new(folder, agency.clone(), &der));
    }
    Some(Certs { folder: folder.to_owned(), systems })
}

/// Returns a certificate's DER bytes, if it serves and its key is beside it.
fn pair(
    folder: &Path,
    name: &str,
    ca: &X509Certificate<'_>,
    names: &[String],
    now: Moment,
) -> Option<CertificateDer<'static>> {
    let der = CertificateDer::from_pem_file(folder.join(format!("{name}.pem"))).ok()?;
    let key = PrivateKeyDer::from_pem_file(folder.join(format!("{name}.key"))).ok()?;
    CertifiedKey::from_der(vec![der.clone()], key, &tls::provider()).ok()?;
    serves(&der, ca, names, now).then_some(der)
}

fn serves(der: &[u8], ca: &X509Certificate<'_>, names: &[String], now: Moment) -> bool {
    let Ok((_, cert)) = X509Certificate::from_der(der) else { return false };
    let valid = cert.validity();
    let lasts = valid.not_before.timestamp() <= now.seconds()
        && valid.not_after.timestamp() >= now.plus_seconds(REUSE_DAYS * DAY_SECONDS).seconds();
    lasts && cert.issuer().as_raw() == ca.subject().as_raw() && found_names(&cert) == names
}

/// Returns a certificate's names as text, in their order.
fn found_names(cert: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(names)) = cert.subject_alternative_name() else { return Vec::new() };
    let text = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => (*name).to_owned(),
        GeneralName::URI(uri) => (*uri).to_owned(),
        GeneralName::IPAddress(bytes) => match (<[u8; 4]>::try_from(*bytes), <[u8; 16]>::try_from(*bytes)) {
            (Ok(v4), _) => Ipv4Addr::from(v4).to_string(),
            (_, Ok(v6)) => Ipv6Addr::from(v6).to_string(),
            _ => String::new(),
        },
        _ => String::new(),
    };
    names.value.general_names.iter().map(text).collect()
}
