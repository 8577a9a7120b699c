//! Throw-away certificates for the demonstration and the tests.
//!
//! Promises: the authority's key lives only while the set is made and is never written;
//! its certificate vouches for this machine's own names and nothing else, so a browser
//! that was told to trust it risks nothing; no set outlives [`VALID_DAYS`]; keys are
//! readable by their owner only.
//! Must never know: a real hub. Its certificates come from its operator (certs/README.md).

mod reuse;
mod write;

use crate::model::id::AgencyId;
use crate::model::time::Moment;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType, SerialNumber,
};
use sha2::{Digest, Sha256};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

/// How long a set is valid, in days: far below the 397 that browsers allow.
pub const VALID_DAYS: i64 = 90;
/// A set that is valid for fewer days than this is made anew.
pub const REUSE_DAYS: i64 = 30;

const DAY_SECONDS: i64 = 24 * 60 * 60;
/// Clocks on one machine agree, but not to the second with a container's or a telephone's.
const SKEW_SECONDS: i64 = 60 * 60;

/// Why a set could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The agency's name is that of another file of the set.
    #[error("an agency called {0} would overwrite another certificate")]
    Reserved(AgencyId),
    /// A certificate could not be made.
    #[error("a certificate could not be made")]
    Make(#[from] rcgen::Error),
    /// A file could not be written.
    #[error("cannot write {path}")]
    Write {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// A set of certificates on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certs {
    /// The folder, `DIR/certs`.
    pub folder: PathBuf,
    /// One certificate for each agency, in the order they were asked for.
    pub systems: Vec<SystemCert>,
}

/// One agency's client certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemCert {
    /// Whose it is.
    pub agency: AgencyId,
    /// The certificate's file.
    pub cert: PathBuf,
    /// The key's file.
    pub key: PathBuf,
    /// SHA-256 of the certificate's DER bytes.
    pub thumbprint: [u8; 32],
}

impl Certs {
    /// Returns the authority's certificate file.
    #[must_use]
    pub fn ca(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// Returns the server's certificate file.
    #[must_use]
    pub fn server_cert(&self) -> PathBuf {
        self.folder.join("server.pem")
    }

    /// Returns the server's key file.
    #[must_use]
    pub fn server_key(&self) -> PathBuf {
        self.folder.join("server.key")
    }
}

impl SystemCert {
    fn new(folder: &Path, agency: AgencyId, der: &[u8]) -> Self {
        Self {
            cert: folder.join(format!("{agency}.pem")),
            key: folder.join(format!("{agency}.key")),
            thumbprint: Sha256::digest(der).into(),
            agency,
        }
    }
}

/// Makes a set in `DIR/certs`, or returns the one that is there if it still serves:
/// whole, for these agencies, and valid for [`REUSE_DAYS`] more.
///
/// # Errors
/// [`Error`]. A set that was cut short is not taken for a whole one the next time.
pub fn make(dir: &Path, agencies: &[AgencyId], now: Moment) -> Result<Certs, Error> {
    if let Some(reserved) = agencies.iter().find(|agency| matches!(agency.as_str(), "ca" | "server")) {
        return Err(Error::Reserved(reserved.clone()));
    }
    let folder = dir.join("certs");
    if let Some(certs) = reuse::find(&folder, agencies, now) {
        return Ok(certs);
    }
    write::folder(&folder)?;
    let (authority, ca_pem) = authority(now)?;
    write::public(&folder.join("ca.pem"), &ca_pem)?;
    issue(&folder, "server", server(now), &authority)?;
    let mut systems = Vec::with_capacity(agencies.len());
    for agency in agencies {
        let der = issue(&folder, agency.as_str(), client(agency, now)?, &authority)?;
        systems.push(SystemCert::new(&folder, agency.clone(), &der));
    }
    Ok(Certs { folder, systems })
}

/// Returns the authority and its certificate. Its key goes when the authority does.
fn authority(now: Moment) -> Result<(Issuer<'static, KeyPair>, String), Error> {
    let key = KeyPair::generate()?;
    let mut params = params("Lippen demonstration authority", now);
    // A random part ties a set together: certificates of two sets never fit each other.
    let part = hex(&random::<8>());
    params.distinguished_name.push(DnType::OrganizationalUnitName, part);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("localhost".to_owned()),
            GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix(Ipv4Addr::LOCALHOST.octets(), 32)),
            GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(Ipv6Addr::LOCALHOST.octets(), 128)),
        ],
        excluded_subtrees: Vec::new(),
    });
    let pem = params.self_signed(&key)?.pem();
    Ok((Issuer::new(params, key), pem))
}

fn server(now: Moment) -> CertificateParams {
    let mut params = params("Lippen demonstration hub", now);
    params.subject_alt_names = vec![
        SanType::DnsName("localhost".try_into().expect("ASCII letters are a DNS name")),
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ];
    leaf(params, ExtendedKeyUsagePurpose::ServerAuth)
}

fn client(agency: &AgencyId, now: Moment) -> Result<CertificateParams, Error> {
    let mut params = params(agency.as_str(), now);
    params.subject_alt_names = vec![SanType::URI(agency_uri(agency).try_into()?)];
    Ok(leaf(params, ExtendedKeyUsagePurpose::ClientAuth))
}

/// Returns the name that a client certificate carries for an agency.
fn agency_uri(agency: &AgencyId) -> String {
    format!("urn:lippen:agency:{agency}")
}

fn leaf(mut params: CertificateParams, usage: ExtendedKeyUsagePurpose) -> CertificateParams {
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
    params.use_authority_key_identifier_extension = true;
    params
}

/// Returns what all certificates share: a name, a random serial number, and days.
fn params(name: &str, now: Moment) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    // The first bits are 01: a positive number that is always 16 bytes long.
    let mut serial: [u8; 16] = random();
    serial[0] = (serial[0] & 0x3f) | 0x40;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    let at = |moment: Moment| {
        let seconds = u64::try_from(moment.seconds()).unwrap_or(0);
        rcgen::date_time_ymd(1970, 1, 1) + std::time::Duration::from_secs(seconds)
    };
    params.not_before = at(now.plus_seconds(-SKEW_SECONDS));
    params.not_after = at(now.plus_seconds(VALID_DAYS * DAY_SECONDS));
    params
}

/// Signs a certificate for a new key, writes both, and returns the certificate's DER bytes.
fn issue(
    folder: &Path,
    name: &str,
    params: CertificateParams,
    authority: &Issuer<'static, KeyPair>,
) -> Result<Vec<u8>, Error> {
    let key = KeyPair::generate()?;
    let cert = params.signed_by(&key, authority)?;
    let pem = zeroize::Zeroizing::new(key.serialize_pem());
    write::secret(&folder.join(format!("{name}.key")), &pem)?;
    write::public(&folder.join(format!("{name}.pem")), &cert.pem())?;
    Ok(cert.der().to_vec())
}

fn random<const N: usize>() -> [u8; N] {
    let mut bits = [0; N];
    aws_lc_rs::rand::fill(&mut bits).expect("the operating system gives random bytes");
    bits
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
