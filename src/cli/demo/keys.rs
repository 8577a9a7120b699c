//! The demonstration's keys on disk: made once, read again when the folder is used again.
//!
//! Plain files that only their owner may read: good enough for made-up people. A real hub
//! keeps them elsewhere (SECURITY.md).

use crate::auth::device::DeviceKey;
use crate::ledger::note::Signer;
use crate::model::id::AgencyId;
use crate::vault::{self, Vault};
use age::secrecy::ExposeSecret;
use anyhow::Context;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use zeroize::Zeroizing;

/// The folder of the cast's device keys, within that of all keys.
pub(super) const DEVICES: &str = "workers";

/// Reads the vault's two secrets, or makes them.
pub(super) fn vault(folder: &Path, hub: &str) -> anyhow::Result<vault::Settings> {
    let (identity, signing) = (folder.join("hub.age"), folder.join("hub-signing.pkcs8"));
    if !identity.exists() {
        let made = Vault::generate(hub)?;
        // The file that is looked for comes last: if we stop between the two, both are made anew.
        keep(&signing, &made.signing_key)?;
        keep(&identity, made.identity.expose_secret().as_bytes())?;
    }
    let identity = Zeroizing::new(fs::read_to_string(&identity).context("the hub's identity cannot be read")?);
    let signing_key = Zeroizing::new(fs::read(&signing).context("the hub's signing key cannot be read")?);
    Ok(vault::Settings { hub_id: hub.to_owned(), identity: identity.as_str().into(), signing_key })
}

/// Reads the log's key, or makes it, with the public half beside it.
pub(super) fn log(folder: &Path, name: &str) -> anyhow::Result<Signer> {
    let file = folder.join("log.pkcs8");
    if !file.exists() {
        let (signer, bytes) = Signer::generate(name)?;
        // The file that is looked for comes last, as above.
        keep(&folder.join("log.vkey"), signer.vkey().as_bytes())?;
        keep(&file, &bytes)?;
    }
    let bytes = Zeroizing::new(fs::read(&file).context("the log's key cannot be read")?);
    Ok(Signer::from_pkcs8(name, &bytes)?)
}

/// Reads an agency's age identity, or makes it; returns its recipient. In life only the agency would hold it.
pub(super) fn agency(folder: &Path, agency: &AgencyId) -> anyhow::Result<String> {
    let file = folder.join("agencies").join(format!("{agency}.age"));
    if !file.exists() {
        let identity = age::x25519::Identity::generate();
        keep(&file, identity.to_string().expose_secret().as_bytes())?;
    }
    let text = Zeroizing::new(fs::read_to_string(&file).context("an agency's identity cannot be read")?);
    let identity: age::x25519::Identity = text.trim().parse().map_err(|error: &str| anyhow::anyhow!(error))?;
    Ok(identity.to_public().to_string())
}

/// Reads the device key of a worker, or makes it; returns its public half. In life only the worker's device would hold it.
pub(super) fn device(folder: &Path, worker: &str) -> anyhow::Result<DeviceKey> {
    let file = folder.join(DEVICES).join(format!("{worker}.pem"));
    if !file.exists() {
        let pair = Ed25519KeyPair::generate().map_err(|_| anyhow::anyhow!("no device key could be made"))?;
        let pkcs8 = pair.to_pkcs8v1().map_err(|_| anyhow::anyhow!("a device key could not be written"))?;
        keep(&file, pem(pkcs8.as_ref()).as_bytes())?;
    }
    let text = Zeroizing::new(fs::read_to_string(&file).context("a device key cannot be read")?);
    let inner: Zeroizing<String> = text.lines().filter(|line| !line.starts_with('-')).collect::<String>().into();
    let pkcs8 = Zeroizing::new(STANDARD.decode(inner.as_bytes()).context("a device key is not PEM")?);
    let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| anyhow::anyhow!("a device key is not one"))?;
    Ok(DeviceKey::new(pair.public_key().as_ref())?)
}

/// Writes a private key as other programs read it, such as `openssl pkeyutl -sign -rawin -inkey`.
fn pem(pkcs8: &[u8]) -> Zeroizing<String> {
    let body = Zeroizing::new(STANDARD.encode(pkcs8));
    let mut text = Zeroizing::new("-----BEGIN PRIVATE KEY-----\n".to_owned());
    for line in body.as_bytes().chunks(64) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push('\n');
    }
    text.push_str("-----END PRIVATE KEY-----\n");
    text
}

/// Makes a folder that only its owner may enter.
pub(super) fn private_folder(folder: &Path) -> anyhow::Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("the folder {} cannot be made", folder.display()))
}

/// Writes a file that only its owner may read. It is there in full or not at all, whenever we stop.
pub(super) fn keep(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let part = file.with_added_extension("part");
    let mut open = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    open.write_all(bytes)?;
    open.sync_all()?;
    fs::rename(&part, file)?;
    // The name is durable only with its folder.
    if let Some(folder) = file.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}
