//! How the hub speaks TLS: one version, one provider, two doors.
//!
//! Promises: TLS 1.3 only; post-quantum key exchange first; no early data; the people's
//! door never asks for a client certificate (a browser would show a puzzling chooser);
//! the systems' door lets nobody in without one, and resumes nothing, because a resumed
//! session would carry a certificate that nobody checked again.
//! Must never know: which agency a certificate belongs to.

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, VerifierBuilderError, WebPkiClientVerifier};
use rustls::{ConfigBuilder, RootCertStore, ServerConfig, WantsVerifier};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why TLS could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file is missing or not PEM.
    #[error("cannot read {path} as PEM")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: pem::Error,
    },
    /// The certificate and the key do not go together, or one of them is unknown.
    #[error("the certificate or its key cannot be used")]
    Identity(#[source] rustls::Error),
    /// An authority's certificate is not one.
    #[error("an authority's certificate cannot be used")]
    Authority(#[source] rustls::Error),
    /// The authorities or the revocation lists do not make a judge of certificates.
    #[error("the authorities cannot judge client certificates")]
    Judge(#[source] VerifierBuilderError),
    /// The provider lacks TLS 1.3.
    #[error("the cryptographic provider does not offer TLS 1.3")]
    Provider(#[source] rustls::Error),
}

/// What the hub shows of itself: its certificates, its own first, and the key.
#[derive(Debug)]
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// Who vouches for systems, and what they took back.
#[derive(Debug, Default)]
pub struct Trust {
    authorities: Vec<CertificateDer<'static>>,
    revoked: Vec<CertificateRevocationListDer<'static>>,
}

impl Identity {
    /// Reads a chain and a key from PEM files.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn load(chain: &Path, key: &Path) -> Result<Self, Error> {
        let unread = |source| Error::Read { path: key.to_owned(), source };
        Ok(Self { chain: all(chain)?, key: PrivateKeyDer::from_pem_file(key).map_err(unread)? })
    }
}

impl Trust {
    /// Reads the authorities from a PEM file, and their revocation lists if there are any.
    ///
    /// Where a list is given it must be current: after its day every client is refused.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn load(authorities: &Path, revoked: Option<&Path>) -> Result<Self, Error> {
        Ok(Self { authorities: all(authorities)?, revoked: revoked.map_or(Ok(Vec::new()), all)? })
    }
}

/// Returns the settings of the people's door.
///
/// # Errors
/// [`Error::Identity`], [`Error::Provider`].
pub fn people(identity: Identity) -> Result<Arc<ServerConfig>, Error> {
    let builder = start(Arc::new(provider()))?.with_no_client_auth();
    finish(builder.with_single_cert(identity.chain, identity.key))
}

/// Returns the settings of the systems' door.
///
/// # Errors
/// Each of [`Error`] but `Read`.
pub fn systems(identity: Identity, trust: Trust) -> Result<Arc<ServerConfig>, Error> {
    let provider = Arc::new(provider());
    let judge = judge(trust, &provider)?;
    let builder = start(provider)?.with_client_cert_verifier(judge);
    let mut config = finish(builder.with_single_cert(identity.chain, identity.key))?;
    let own = Arc::get_mut(&mut config).expect("the settings were made just above and have one owner");
    own.send_tls13_tickets = 0;
    own.session_storage = Arc::new(NoServerSessionStorage {});
    Ok(config)
}

/// Returns who judges client certificates: each must be signed, current, for clients, and not taken back.
fn judge(trust: Trust, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ClientCertVerifier>, Error> {
    let mut roots = RootCertStore::empty();
    for authority in trust.authorities {
        roots.add(authority).map_err(Error::Authority)?;
    }
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .with_crls(trust.revoked)
        .enforce_revocation_expiration()
        .build()
        .map_err(Error::Judge)
}

/// Returns the only provider: AWS-LC, with the key exchanges in the order of preference.
pub(super) fn provider() -> CryptoProvider {
    use aws_lc_rs::kx_group::{SECP256R1, X25519, X25519MLKEM768};
    CryptoProvider { kx_groups: vec![X25519MLKEM768, X25519, SECP256R1], ..aws_lc_rs::default_provider() }
}

fn start(provider: Arc<CryptoProvider>) -> Result<ConfigBuilder<ServerConfig, WantsVerifier>, Error> {
    ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(Error::Provider)
}

fn finish(config: Result<ServerConfig, rustls::Error>) -> Result<Arc<ServerConfig>, Error> {
    let mut config = config.map_err(Error::Identity)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // Early data can be replayed by whoever copied it.
    config.max_early_data_size = 0;
    Ok(Arc::new(config))
}

/// Reads every PEM item of one kind from a file; a file without any is an error.
fn all<T: PemObject>(path: &Path) -> Result<Vec<T>, Error> {
    let unread = |source| Error::Read { path: path.to_owned(), source };
    let items: Vec<T> = T::pem_file_iter(path).map_err(unread)?.collect::<Result<_, _>>().map_err(unread)?;
    if items.is_empty() { Err(unread(pem::Error::NoItemsFound)) } else { Ok(items) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::certs;
    use crate::model::time::{Clock, RealClock};
    use rcgen::{
        BasicConstraints, CertificateParams, CertificateRevocationListParams, ExtendedKeyUsagePurpose, IsCa, Issuer,
        KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber, date_time_ymd,
    };
    use rustls::pki_types::UnixTime;
    use rustls::{CertificateError, NamedGroup};
    use std::time::Duration;

    #[test]
    fn the_doors_are_set_as_promised() {
        let dir = tempfile::tempdir().unwrap();
        let certs = certs::make(dir.path(), &[], RealClock.now()).unwrap();
        let identity = || Identity::load(&certs.server_cert(), &certs.server_key()).unwrap();
        let systems = systems(identity(), Trust::load(&certs.ca(), None).unwrap()).unwrap();
        let people = people(identity()).unwrap();
        for config in [&people, &systems] {
            let groups: Vec<_> = config.crypto_provider().kx_groups.iter().map(|group| group.name()).collect();
            assert_eq!(groups, [NamedGroup::X25519MLKEM768, NamedGroup::X25519, NamedGroup::secp256r1]);
            assert_eq!(config.alpn_protocols, [&b"h2"[..], b"http/1.1"]);
            assert_eq!(config.max_early_data_size, 0);
        }
        assert_eq!(systems.send_tls13_tickets, 0);
        assert!(!systems.session_storage.can_cache() && !systems.ticketer.enabled());
    }

    #[test]
    fn a_certificate_that_was_taken_back_is_refused_and_so_is_an_old_list() {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority = params.self_signed(&key).unwrap();
        let issuer = Issuer::new(params, key);
        let client = |serial: u64| {
            let mut params = CertificateParams::new(Vec::new()).unwrap();
            params.serial_number = Some(SerialNumber::from(serial));
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            params.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap().der().clone()
        };
        let revoked = RevokedCertParams {
            serial_number: SerialNumber::from(7),
            revocation_time: date_time_ymd(2026, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, 1, 1),
            next_update: date_time_ymd(2026, 2, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: vec![revoked],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = list.signed_by(&issuer).unwrap().der().clone();
        let trust = Trust { authorities: vec![authority.der().clone()], revoked: vec![list] };
        let judge = judge(trust, &Arc::new(provider())).unwrap();
        let verdict = |serial, day: u64| {
            let now = UnixTime::since_unix_epoch(Duration::from_secs(1_767_225_600 + day * 86_400));
            judge.verify_client_cert(&client(serial), &[], now).map(drop)
        };
        assert_eq!(verdict(6, 1), Ok(()));
        assert_eq!(verdict(7, 1), Err(CertificateError::Revoked.into()));
        assert!(verdict(6, 40).is_err(), "the list is out of date");
    }
}
