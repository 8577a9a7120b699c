//! The signed list of agencies without which production does not start (fifth lock).
//!
//! Promises: what comes out was signed, byte for byte, by two different governance keys, for
//! production and for the hub that it names; every name, key and date in it is well formed and
//! nothing in it is unknown. No single person can put an agency, a key or a certificate in.
//! Must never know: where the file lies, private keys. The caller refuses a [`Directory::version`]
//! lower than one it has used before.

use super::client_cert::{Allowed, ClientCerts, Thumbprint};
use super::environment::Environment;
use super::issuer::{BadIssuer, Issuer, IssuerKind};
use super::keys::{Kid, PublicKey, SignatureAlgorithm};
use super::scan;
use super::token::Issuers;
use crate::model::id::AgencyId;
use crate::model::time::{Day, Moment};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::str::FromStr;

/// Why a directory is not used.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum Error {
    /// Longer than [`DIRECTORY_BYTES_MAX`].
    #[error("the directory is longer than 1 MiB")]
    Size,
    /// Fewer than two different governance keys have signed these bytes.
    #[error("the directory needs the signatures of two different governance keys")]
    Signatures,
    /// Not JSON, a key twice, an unknown or missing member, or a value out of shape.
    #[error("the directory is not written as it should be, near line {line}")]
    Shape {
        /// Where reading stopped; 0 if the file as a whole is at fault.
        line: usize,
    },
    /// Of another format, or version 0.
    #[error("the directory is of a format or version that this hub does not read")]
    Version,
    /// Made for a demonstration.
    #[error("the directory is not for production")]
    Environment,
    /// A key of an agency is not one.
    #[error("a key of {agency} is not a public key of its algorithm, or is named twice")]
    Key {
        /// The agency.
        agency: AgencyId,
    },
    /// An agency stands twice.
    #[error("{agency} stands in the directory twice")]
    AgencyTwice {
        /// The agency.
        agency: AgencyId,
    },
    /// A certificate stands twice: nobody could say whose it is.
    #[error("a certificate of {agency} stands in the directory twice")]
    CertificateTwice {
        /// The agency that named it second.
        agency: AgencyId,
    },
    /// Every entry has ended.
    #[error("no agency in the directory is valid today")]
    Lapsed,
    /// An issuer is not fit to be trusted.
    #[error(transparent)]
    Issuer(#[from] BadIssuer),
}

/// A governance key: Ed25519. Shape in text: 43 characters, base64url without padding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct GovernanceKey([u8; 32]);

/// The text was not a governance key.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a governance key: write the 32 bytes of an Ed25519 public key as 43 characters of base64url")]
pub struct NotAGovernanceKey;

impl FromStr for GovernanceKey {
    type Err = NotAGovernanceKey;
    fn from_str(text: &str) -> Result<Self, NotAGovernanceKey> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAGovernanceKey)?;
        PublicKey::ed25519(&bytes).map_err(|_| NotAGovernanceKey)?;
        bytes.try_into().map(Self).map_err(|_| NotAGovernanceKey)
    }
}

/// A directory whose signatures and contents are right.
#[derive(Debug)]
pub struct Directory {
    version: u64,
    audience: String,
    issuers: Vec<Issuer>,
    certificates: HashMap<Thumbprint, Allowed>,
    lapsed: Vec<AgencyId>,
}

impl Directory {
    /// Opens the exact bytes of a directory file, with its detached signatures of 64 bytes each.
    ///
    /// # Errors
    /// [`Error`]; signatures are checked before anything is read.
    pub fn open(
        bytes: &[u8],
        signatures: &[&[u8]],
        governance_keys: &[GovernanceKey],
        now: Moment,
    ) -> Result<Self, Error> {
        if bytes.len() > DIRECTORY_BYTES_MAX {
            return Err(Error::Size);
        }
        // A set: one key listed twice is still one person.
        let keys: BTreeSet<_> = governance_keys.iter().collect();
        let signed = |key: &GovernanceKey| {
            let key = UnparsedPublicKey::new(&ED25519, key.0);
            signatures.iter().any(|signature| key.verify(bytes, signature).is_ok())
        };
        if keys.into_iter().filter(|key| signed(key)).count() < SIGNERS_MIN {
            return Err(Error::Signatures);
        }
        // The strict reading finds what the other would pass over: a member that stands twice.
        scan::object(bytes).map_err(|_| Error::Shape { line: 0 })?;
        let file: File = serde_json::from_slice(bytes).map_err(|e| Error::Shape { line: e.line() })?;
        Self::check(file, now)
    }

    fn check(file: File, now: Moment) -> Result<Self, Error> {
        if file.format != FORMAT || file.version == 0 {
            return Err(Error::Version);
        }
        if file.environment != Environment::Production {
            return Err(Error::Environment);
        }
        let mut directory = Self {
            version: file.version,
            audience: file.audience,
            issuers: Vec::new(),
            certificates: HashMap::new(),
            lapsed: Vec::new(),
        };
        let mut agencies = BTreeSet::new();
        for entry in file.agencies {
            if !agencies.insert(entry.agency.clone()) {
                return Err(Error::AgencyTwice { agency: entry.agency });
            }
            directory.add(entry)?;
        }
        // Every entry is checked, also one that has ended; the issuers as a whole are too.
        Issuers::new(Environment::Production, directory.audience.clone(), directory.issuers.clone())?;
        directory.leave_out_lapsed(now);
        if directory.issuers.is_empty() { Err(Error::Lapsed) } else { Ok(directory) }
    }

    fn add(&mut self, entry: Entry) -> Result<(), Error> {
        let Entry { agency, issuer, algorithm, keys, thumbprints, valid_until } = entry;
        let valid_until = Some(valid_until.end());
        let named = keys.len();
        let keys = keys.iter().map(|key| key.pinned(algorithm)).collect::<Option<BTreeMap<_, _>>>();
        let Some(keys) = keys.filter(|keys| keys.len() == named) else {
            return Err(Error::Key { agency });
        };
        for text in thumbprints {
            let thumbprint = text.parse().map_err(|_| Error::Shape { line: 0 })?;
            let allowed = Allowed { agency: agency.clone(), valid_until };
            if self.certificates.insert(thumbprint, allowed).is_some() {
                return Err(Error::CertificateTwice { agency });
            }
        }
        let kind = IssuerKind::People;
        self.issuers.push(Issuer {
            issuer,
            agency,
            kind,
            algorithm,
            keys,
            max_lifetime_s: kind.lifetime_max_s(),
            valid_until,
        });
        Ok(())
    }

    /// One agency that forgot to renew must not keep the hub of all the others from starting.
    fn leave_out_lapsed(&mut self, now: Moment) {
        let ended = |until: Option<Moment>| until.is_some_and(|until| until <= now);
        self.lapsed = self.issuers.iter().filter(|i| ended(i.valid_until)).map(|i| i.agency.clone()).collect();
        self.issuers.retain(|issuer| !ended(issuer.valid_until));
        self.certificates.retain(|_, allowed| !ended(allowed.valid_until));
    }

    /// Returns which edition it is; later ones have higher numbers.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Returns the identifier of the hub that it is for, which tokens name as their audience.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// Returns the agencies whose entries had ended when it was opened: the operator is told.
    #[must_use]
    pub fn lapsed(&self) -> &[AgencyId] {
        &self.lapsed
    }

    /// Returns the agencies that may come in.
    pub fn agencies(&self) -> impl Iterator<Item = &AgencyId> {
        self.issuers.iter().map(|issuer| &issuer.agency)
    }

    /// Turns it into what the hub checks tokens and certificates with.
    ///
    /// `hub` are the hub's own issuers for systems; see [`super::system_tokens::SystemTokens::issuers`].
    ///
    /// # Errors
    /// [`Error::Issuer`] if those do not go together with the directory's.
    pub fn into_trust(self, hub: Vec<Issuer>) -> Result<(Issuers, ClientCerts), Error> {
        let issuers = self.issuers.into_iter().chain(hub).collect();
        Ok((Issuers::new(Environment::Production, self.audience, issuers)?, ClientCerts::new(self.certificates)))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    version: u64,
    environment: Environment,
    audience: String,
    agencies: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    agency: AgencyId,
    issuer: String,
    algorithm: SignatureAlgorithm,
    keys: Vec<Jwk>,
    thumbprints: Vec<String>,
    /// The last day of the entry.
    valid_until: Day,
}

/// A public key as RFC 7517 and RFC 8037 write it. A private member (`d`) is unknown, so refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Jwk {
    kid: String,
    kty: String,
    crv: String,
    x: String,
    y: Option<String>,
}

impl Jwk {
    fn pinned(&self, algorithm: SignatureAlgorithm) -> Option<(Kid, PublicKey)> {
        let x = URL_SAFE_NO_PAD.decode(&self.x).ok()?;
        let y = self.y.as_ref().map(|y| URL_SAFE_NO_PAD.decode(y)).transpose().ok()?;
        let key = match (algorithm, self.kty.as_str(), self.crv.as_str(), y) {
            (SignatureAlgorithm::EdDsa, "OKP", "Ed25519", None) => PublicKey::ed25519(&x),
            (SignatureAlgorithm::Es256, "EC", "P-256", Some(y)) => PublicKey::p256(&x, &y),
            _ => return None,
        };
        Some((self.kid.parse().ok()?, key.ok()?))
    }
}

/// Longest directory file: 1 MiB, some 2,000 agencies.
pub const DIRECTORY_BYTES_MAX: usize = 1024 * 1024;

const FORMAT: &str = "lippen-directory/1";

/// How many different governance keys must have signed.
const SIGNERS_MIN: usize = 2;
