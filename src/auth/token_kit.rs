//! What the tests of tokens stand on: two agencies with pinned keys, and a pen that writes any token.
//!
//! Promises: everything goes through [`Issuers::verify`]; the pen has no way round it.
//! Must never know: the expected outcome.

use super::claims::Proven;
use super::client_cert::Thumbprint;
use super::environment::Environment;
use super::issuer::{Issuer, IssuerKind};
use super::keys::{Kid, PublicKey};
use super::token::Issuers;
use crate::model::id::WorkerId;
use crate::model::time::Moment;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

pub(super) const AUDIENCE: &str = "https://hub.scot";
pub(super) const POLICE: &str = "https://login.police.scot";
pub(super) const POLICE_SYSTEMS: &str = "https://hub.scot/systems/police-scotland";
pub(super) const WOMENS: &str = "https://login.womens.scot";
pub(super) const NOW_S: i64 = 1_790_000_000;

pub(super) fn now() -> Moment {
    Moment::from_micros(0).plus_seconds(NOW_S)
}

pub(super) fn worker() -> WorkerId {
    WorkerId::from_bits(7)
}

/// The certificate of the police's system.
pub(super) fn peer() -> Thumbprint {
    Thumbprint::of(b"police")
}

/// The keys of everybody, and of a stranger.
pub(super) struct Kit {
    police: Ed25519KeyPair,
    hub: Ed25519KeyPair,
    womens: EcdsaKeyPair,
    stranger: Ed25519KeyPair,
}

impl Kit {
    pub(super) fn new() -> Self {
        let ed = || Ed25519KeyPair::generate().unwrap();
        let womens = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        Self { police: ed(), hub: ed(), womens, stranger: ed() }
    }

    /// Returns the issuers as production trusts them.
    pub(super) fn issuers(&self) -> Issuers {
        Issuers::new(Environment::Production, AUDIENCE.to_owned(), self.list()).unwrap()
    }

    pub(super) fn list(&self) -> Vec<Issuer> {
        let ed = |pair: &Ed25519KeyPair| PublicKey::ed25519(pair.public_key().as_ref()).unwrap();
        let point = self.womens.public_key().as_ref();
        let womens = PublicKey::p256(&point[1..33], &point[33..]).unwrap();
        vec![
            issuer(POLICE, "police-scotland", IssuerKind::People, "police-1", ed(&self.police)),
            issuer(POLICE_SYSTEMS, "police-scotland", IssuerKind::Systems, "hub-1", ed(&self.hub)),
            issuer(WOMENS, "womens-service", IssuerKind::People, "womens-1", womens),
        ]
    }

    /// Signs with somebody's key, or with something that is none.
    pub(super) fn sign(&self, with: &str, message: &[u8]) -> Vec<u8> {
        let mac = |secret: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message).as_ref().to_vec();
        let police = self.police.public_key().as_ref();
        match with {
            "police" => self.police.sign(message).as_ref().to_vec(),
            "hub" => self.hub.sign(message).as_ref().to_vec(),
            "womens" => self.womens.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            "stranger" => self.stranger.sign(message).as_ref().to_vec(),
            "mac-of-public-bytes" => mac(police),
            "mac-of-public-pem" => mac(pem(police).as_bytes()),
            "mac-of-public-jwk" => mac(self.jwk(police).to_string().as_bytes()),
            "mac-of-nothing" => mac(b""),
            "mac-of-short-secret" => mac(b"secret"),
            "zeros" => vec![0; 64],
            other => panic!("nobody signs as {other}"),
        }
    }

    /// Puts the names of this kit where the data file has a word in braces.
    pub(super) fn fill(&self, text: &str) -> String {
        let stranger = self.jwk(self.stranger.public_key().as_ref()).to_string();
        text.replace("\"{stranger-jwk}\"", &stranger)
            .replace("{audience}", AUDIENCE)
            .replace("{police}", POLICE)
            .replace("{womens}", WOMENS)
            .replace("{worker}", &worker().to_string())
            .replace("{thumbprint}", &peer().to_string())
            .replace("{other-thumbprint}", &Thumbprint::of(b"other").to_string())
    }

    fn jwk(&self, bytes: &[u8]) -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(bytes)})
    }

    /// Returns a token of `kind` that must be accepted.
    pub(super) fn good(&self, kind: Good) -> String {
        self.token(&kind.header(), &kind.claims(), kind.signer())
    }

    /// Joins and signs two values.
    pub(super) fn token(&self, header: &Value, claims: &Value, with: &str) -> String {
        self.raw(header.to_string().as_bytes(), claims.to_string().as_bytes(), with)
    }

    /// Joins and signs any two runs of bytes.
    pub(super) fn raw(&self, header: &[u8], claims: &[u8], with: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = self.sign(with, message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    pub(super) fn proven(&self, worker: WorkerId) -> Proven {
        let mut claims = Good::People.claims();
        claims["sub"] = json!(format!("u:{worker}"));
        let claims: Map<String, Value> = claims.as_object().unwrap().clone();
        Proven::read(&claims, &self.list()[0], AUDIENCE).unwrap()
    }
}

/// The good tokens that bad ones are made from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Good {
    People,
    PeopleEs256,
    Systems,
}

impl Good {
    pub(super) const ALL: [Self; 3] = [Self::People, Self::PeopleEs256, Self::Systems];

    pub(super) fn header(self) -> Value {
        let (alg, kid) = match self {
            Self::People => ("EdDSA", "police-1"),
            Self::PeopleEs256 => ("ES256", "womens-1"),
            Self::Systems => ("EdDSA", "hub-1"),
        };
        json!({"alg": alg, "typ": "at+jwt", "kid": kid})
    }

    pub(super) fn claims(self) -> Value {
        let mut claims = json!({
            "iss": POLICE, "sub": format!("u:{}", worker()), "aud": AUDIENCE, "jti": "t-1", "roles": "user",
            "iat": NOW_S - 100, "nbf": NOW_S - 100, "exp": NOW_S + 200,
        });
        match self {
            Self::People => {}
            Self::PeopleEs256 => claims["iss"] = json!(WOMENS),
            Self::Systems => {
                claims["iss"] = json!(POLICE_SYSTEMS);
                claims["sub"] = json!("s:police-scotland");
                claims["cnf"] = json!({"x5t#S256": peer().to_string()});
            }
        }
        claims
    }

    pub(super) fn signer(self) -> &'static str {
        match self {
            Self::People => "police",
            Self::PeopleEs256 => "womens",
            Self::Systems => "hub",
        }
    }

    /// Returns the certificate that its connection has.
    pub(super) fn peer(self) -> Option<Thumbprint> {
        (self == Self::Systems).then(peer)
    }
}

pub(super) fn issuer(name: &str, agency: &str, kind: IssuerKind, kid: &str, key: PublicKey) -> Issuer {
    Issuer {
        issuer: name.to_owned(),
        agency: agency.parse().unwrap(),
        kind,
        algorithm: key.algorithm(),
        keys: [(kid.parse::<Kid>().unwrap(), key)].into(),
        max_lifetime_s: 300,
        valid_until: None,
    }
}

/// The text form of an Ed25519 public key: its fixed DER head, then the bytes (RFC 8410, section 10.1).
fn pem(public: &[u8]) -> String {
    let head = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
    let body = STANDARD.encode([&head[..], public].concat());
    format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
}
