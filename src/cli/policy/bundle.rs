//! `lippen policy seal`, `sign`, `verify`: how a policy becomes one that a hub takes.
//!
//! One person seals the folder; two people look at it and sign, each with their own key on
//! their own machine; anybody verifies. openssl can check the signatures, and make them.

use crate::cli::pem;
use crate::model::policies::PolicyDigest;
use crate::model::time::{Clock as _, Day, RealClock};
use crate::policy::bundle::{Approval, Approvers, Bundle, For, MANIFEST};
use anyhow::Context;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use zeroize::Zeroizing;

/// A folder whose manifest is to be written.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Seal {
    /// The folder with the policy files, and nothing else.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Above every version that was in force.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    version: u32,
    /// The first day on which it may come into force, in UTC; today if it is not given.
    #[arg(long, value_name = "DAY")]
    valid_from: Option<Day>,
    /// The digest of the policy in force, if this is an order to take it back.
    #[arg(long, value_name = "DIGEST")]
    rolls_back: Option<PolicyDigest>,
}

/// A folder that is to be signed.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Sign {
    /// The sealed folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// An Ed25519 private key in PKCS #8 PEM, such as openssl genpkey -algorithm ed25519 writes.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Under which name the key stands in the governance key list.
    #[arg(long = "as", value_name = "NAME")]
    name: String,
}

/// A folder that is to be looked at.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Verify {
    /// The sealed and signed folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The governance key list.
    #[arg(long, value_name = "FILE")]
    approvers: PathBuf,
}

/// Writes the manifest.
pub(super) fn seal(seal: &Seal) -> anyhow::Result<ExitCode> {
    let today = || RealClock.now().to_string().split('T').next().unwrap_or_default().parse::<Day>();
    let from = match seal.valid_from {
        Some(day) => day,
        None => today().context("the machine's date")?,
    };
    match Bundle::seal(&seal.folder, seal.version, from, seal.rolls_back) {
        Ok(manifest) => {
            println!("sealed version {}, valid from {}, digest {}", manifest.version, from, manifest.digest());
            println!("two people of the governance key list must now sign {MANIFEST}");
            Ok(ExitCode::SUCCESS)
        }
        Err(refusal) => Ok(refused(&refusal.faults())),
    }
}

/// Adds a signature.
pub(super) fn sign(sign: &Sign) -> anyhow::Result<ExitCode> {
    let text = Zeroizing::new(fs::read(&sign.key).context("the key cannot be read")?);
    let key = pem::read(&text).map_or(Err(crate::policy::bundle::Refusal::Key), |bytes| Approval::from_pkcs8(&bytes));
    match key.and_then(|key| Bundle::sign(&sign.folder, &key).map(|signed| (key.line(&sign.name), signed))) {
        Ok((line, (file, manifest))) => {
            println!("signed version {}, digest {}, in {file}", manifest.version, manifest.digest());
            print!("it counts where the governance key list says: {line}");
            Ok(ExitCode::SUCCESS)
        }
        Err(refusal) => Ok(refused(&refusal.faults())),
    }
}

/// Says who signed, and whether a hub would take it as far as this machine can tell.
pub(super) fn verify(verify: &Verify) -> anyhow::Result<ExitCode> {
    let list = fs::read_to_string(&verify.approvers).context("the governance key list cannot be read")?;
    let approvers = Approvers::parse(&list).context("the governance key list is wrong")?;
    match Bundle::read(&verify.folder).and_then(|bundle| bundle.approve(&approvers, For::Adoption)) {
        Ok(approved) => {
            let (manifest, [one, two]) = (approved.bundle.manifest(), &approved.signers);
            println!(
                "sound: version {}, valid from {}, signed by {one} and {two}",
                manifest.version, manifest.valid_from
            );
            println!("digest {}", manifest.digest());
            Ok(ExitCode::SUCCESS)
        }
        Err(refusal) => Ok(refused(&refusal.faults())),
    }
}

fn refused(faults: &[(String, String)]) -> ExitCode {
    for (place, say) in faults {
        println!("{place}: {say}");
    }
    println!("NOT taken: {} faults", faults.len());
    ExitCode::FAILURE
}
