//! From the text of a token to a [`Credential`]: the only file that takes tokens apart.
//!
//! Promises: what is accepted is short, plain, signed by a pinned key of the one issuer it
//! names, meant for this hub, in time and on the right connection. Every refusal looks the
//! same to the caller. Keys are pinned: no address in a token is ever visited.
//! Must never know: workers' seats, what anybody may do, HTTP.

use super::Credential;
use super::cache::{Cache, Digest};
use super::claims::Proven;
use super::client_cert::Thumbprint;
use super::environment::Environment;
use super::header::Header;
use super::invalid::InvalidToken;
use super::issuer::{BadIssuer, Issuer};
use super::keys::{Kid, PublicKey};
use super::scan::{self, BadJson};
use crate::model::id::WorkerId;
use crate::model::time::Moment;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Validation;
use jsonwebtoken::errors::ErrorKind;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Every issuer that the hub trusts, and the tokens of theirs that it has seen.
#[derive(Debug)]
pub struct Issuers {
    environment: Environment,
    audience: String,
    by_name: RwLock<HashMap<String, Issuer>>,
    seen: Cache,
}

impl Issuers {
    /// Trusts these issuers, for tokens that name `audience`.
    ///
    /// # Errors
    /// [`BadIssuer`]: each issuer speaks for one agency, and each agency has at most one of a kind.
    pub fn new(environment: Environment, audience: String, issuers: Vec<Issuer>) -> Result<Self, BadIssuer> {
        if !(1..=255).contains(&audience.len()) || !audience.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(BadIssuer::Audience);
        }
        let mut by_name: HashMap<String, Issuer> = HashMap::new();
        for issuer in issuers {
            issuer.check(environment)?;
            if by_name.contains_key(&issuer.issuer) {
                return Err(BadIssuer::Twice { agency: issuer.agency });
            }
            if by_name.values().any(|other| other.agency == issuer.agency && other.kind == issuer.kind) {
                return Err(BadIssuer::SecondOfKind { agency: issuer.agency });
            }
            by_name.insert(issuer.issuer.clone(), issuer);
        }
        Ok(Self { environment, audience, by_name: RwLock::new(by_name), seen: Cache::default() })
    }

    /// Checks a token that came over a connection with this client certificate, or with none.
    ///
    /// # Errors
    /// [`InvalidToken`], alike for every cause.
    pub fn verify(&self, token: &str, now: Moment, peer: Option<&Thumbprint>) -> Result<Credential, InvalidToken> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(InvalidToken::because("size"));
        }
        let digest: Digest = Sha256::digest(token).into();
        let (seen, ticket) = self.seen.find(&digest);
        let proven = match seen {
            Some(proven) => proven,
            None => Arc::new(self.prove(token)?),
        };
        match proven.stands(now, peer) {
            Ok(expires) => {
                self.seen.keep(&ticket, digest, Arc::clone(&proven));
                Ok(Credential {
                    subject: proven.subject.clone(),
                    agency: proven.agency.clone(),
                    expires,
                    token_id: Some(proven.token_id.clone()),
                })
            }
            Err(refusal) => {
                // A stolen token on the wrong connection must not cost its owner the memory of it.
                if refusal.reason() == "expired" {
                    self.seen.drop_one(&digest);
                }
                Err(refusal)
            }
        }
    }

    /// Stops taking a key, at once. Returns whether it was there.
    pub fn retire_key(&self, issuer: &str, kid: &Kid) -> bool {
        let mut by_name = self.by_name.write().unwrap_or_else(PoisonError::into_inner);
        let removed = by_name.get_mut(issuer).and_then(|known| known.keys.remove(kid)).is_some();
        drop(by_name);
        self.seen.forget_all();
        removed
    }

    /// Forgets every remembered token, so that each is checked from the start again.
    pub fn forget_all(&self) {
        self.seen.forget_all();
    }

    /// Forgets the remembered tokens of a worker.
    pub fn forget_worker(&self, worker: WorkerId) {
        self.seen.forget_worker(worker);
    }

    /// Checks everything that does not depend on time or connection.
    fn prove(&self, token: &str) -> Result<Proven, InvalidToken> {
        let (header, claims) = parts(token)?;
        let header = Header::read(&header)?;
        // Not verified yet: it only says whose keys to try.
        let claimed = claims.get("iss").and_then(Value::as_str).ok_or(InvalidToken::because("iss"))?;
        if self.environment.refuses(claimed) || self.environment.refuses(header.kid.as_str()) {
            return Err(InvalidToken::because("demo-identity"));
        }
        let by_name = self.by_name.read().unwrap_or_else(PoisonError::into_inner);
        let issuer = by_name.get(claimed).ok_or(InvalidToken::because("issuer-unknown"))?;
        if header.algorithm != issuer.algorithm.as_str() {
            return Err(InvalidToken::because("alg"));
        }
        let key = issuer.keys.get(&header.kid).ok_or(InvalidToken::because("kid-unknown"))?;
        let verified = self.open(token, issuer, key)?;
        Proven::read(&verified, issuer, &self.audience)
    }

    /// Lets the library check the signature, and that the five great claims are there and ours.
    #[expect(clippy::disallowed_methods, reason = "this is the one file that parses tokens")]
    fn open(&self, token: &str, issuer: &Issuer, key: &PublicKey) -> Result<Members, InvalidToken> {
        let mut rules = Validation::new(issuer.algorithm.library());
        rules.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        rules.set_issuer(&[&issuer.issuer]);
        rules.set_audience(&[&self.audience]);
        // The library asks the machine for the time, and rounds odd numbers to make them fit. All
        // checks of time are therefore ours (`Proven::stands`), against the clock of the caller.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        rules.leeway = 0;
        let opened = jsonwebtoken::decode::<Members>(token, key.library(), &rules);
        opened.map(|data| data.claims).map_err(|e| InvalidToken::because(library_reason(e.kind())))
    }
}

/// The members of one part of a token.
type Members = Map<String, Value>;

/// Cuts a token into its header and claims, each read strictly.
fn parts(token: &str) -> Result<(Members, Members), InvalidToken> {
    let pieces: Vec<&str> = token.splitn(4, '.').collect();
    let [header, claims, signature] = pieces[..] else {
        return Err(InvalidToken::because("parts"));
    };
    if [header, claims, signature].contains(&"") {
        return Err(InvalidToken::because("parts"));
    }
    // The decoder refuses padding, other alphabets and bits left over at the end.
    let decode = |piece: &str| URL_SAFE_NO_PAD.decode(piece).map_err(|_| InvalidToken::because("base64"));
    let (header, claims, _) = (decode(header)?, decode(claims)?, decode(signature)?);
    let object = |bytes: &[u8]| {
        scan::object(bytes).map_err(|fault| {
            InvalidToken::because(match fault {
                BadJson::Shape => "json",
                BadJson::Duplicate => "json-duplicate",
                BadJson::Depth => "json-depth",
            })
        })
    };
    Ok((object(&header)?, object(&claims)?))
}

fn library_reason(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidSignature => "signature",
        ErrorKind::InvalidIssuer => "iss",
        ErrorKind::InvalidAudience => "aud",
        ErrorKind::MissingRequiredClaim(claim) => {
            // Of the wrong type counts as missing.
            ["exp", "nbf", "iss", "aud", "sub"].into_iter().find(|name| name == claim).unwrap_or("library")
        }
        _ => "library",
    }
}

/// Longest token: 8 KiB. Measured before anything else is done with it.
const TOKEN_BYTES_MAX: usize = 8 * 1024;

#[cfg(test)]
mod tests {
    use super::super::token_kit::{Good, Kit, now};
    use super::*;

    #[test]
    fn an_expired_token_is_not_remembered_any_longer() {
        let kit = Kit::new();
        let (issuers, token) = (kit.issuers(), kit.good(Good::People));
        let remembered = || issuers.seen.find(&Sha256::digest(&token).into()).0.is_some();
        assert!(issuers.verify(&token, now().plus_seconds(300), None).is_err() && !remembered());
        assert!(issuers.verify(&token, now(), None).is_ok() && remembered());
        assert!(issuers.verify(&token, now().plus_seconds(-300), None).is_err() && remembered());
        assert!(issuers.verify(&token, now().plus_seconds(300), None).is_err() && !remembered());
    }
}
