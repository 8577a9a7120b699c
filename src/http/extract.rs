//! What handlers take from a request: the caller, ids of the path, the idempotency key.
//!
//! Promises: an id that is no id is answered as something that is not there; a token's fault
//! is one answer, its reason in the operators' log without the token.

use super::hub::Hub;
use super::peer::PeerCert;
use super::problem::Problem;
use super::request_id::RequestId;
use crate::auth::client_cert::{ClientCerts, Thumbprint};
use crate::auth::token::Issuers;
use crate::auth::{Actor, Credential};
use crate::desk::{Error, Once};
use crate::model::time::Moment;
use axum::extract::{FromRequestParts, Path};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};
use std::str::FromStr;

/// Most characters of an `Idempotency-Key`.
const KEY_CHARS_MAX: usize = 128;

/// The live worker or system that is asking.
#[derive(Debug)]
pub(super) struct Caller(
    /// The actor.
    pub Actor,
);

impl FromRequestParts<Hub> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        let verified = verified(parts, (&hub.issuers, &hub.systems), hub.desk.now());
        let credential = verified.map_err(|reason| untrusted(hub, &reason))?;
        match hub.desk.admit(credential).await {
            Ok(actor) => Ok(Self(actor)),
            Err(Error::NotAdmitted) => Err(untrusted(hub, "no live seat")),
            Err(error) => Err(error.into()),
        }
    }
}

/// Verifies what a request shows of who sends it, without looking anything up. The error is for operators alone.
pub(super) fn verified(
    parts: &Parts,
    (issuers, systems): (&Issuers, &ClientCerts),
    now: Moment,
) -> Result<Credential, String> {
    let peer = match parts.extensions.get::<PeerCert>() {
        None => None,
        Some(PeerCert(der)) => {
            let system = systems.admit(der, now).map_err(|why| why.to_string())?;
            Some((Thumbprint::of(der), system.agency().clone()))
        }
    };
    let header = parts.headers.get(AUTHORIZATION).ok_or("no authorization header")?;
    let token = header.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or("no bearer token")?;
    let verified = issuers.verify(token, now, peer.as_ref().map(|(thumbprint, _)| thumbprint));
    let credential = verified.map_err(|why| why.reason().to_owned())?;
    if peer.is_some_and(|(_, agency)| agency != *credential.agency()) {
        return Err("token and certificate are of different agencies".to_owned());
    }
    Ok(credential)
}

/// Counts a caller at the door whom the hub does not know, and refuses them.
pub(super) fn untrusted(hub: &Hub, reason: &str) -> Problem {
    hub.desk.turn_away(reason);
    tracing::warn!(reason, "a caller was not admitted");
    Problem::invalid_token()
}

/// The one id in the path. What is no id is answered like something that is not there.
#[derive(Debug)]
pub(super) struct Id<T>(
    /// The id.
    pub T,
);

impl<T: FromStr + Send, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, hub).await.map_err(|_| Problem::not_found())?;
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}

/// The caller's key for a write that may come twice.
#[derive(Debug)]
pub(super) struct Key {
    key: Option<String>,
    route: String,
}

impl Key {
    /// Joins the key with what was sent; nothing if no key was given.
    #[must_use]
    pub(super) fn once(self, body: [u8; 32]) -> Option<Once> {
        let Self { key, route } = self;
        key.map(|key| Once { key, body: digest(&route, body), frame: None })
    }

    /// The same, under a key made of the request's id if none was given.
    #[must_use]
    pub(super) fn at_least_once(self, body: [u8; 32], request: &RequestId) -> Once {
        let Self { key, route } = self;
        Once { key: key.unwrap_or_else(|| format!("request-{request}")), body: digest(&route, body), frame: None }
    }
}

/// Returns SHA-256 of route and body, in hexadecimal.
fn digest(route: &str, body: [u8; 32]) -> String {
    let digest = Sha256::new().chain_update(route.as_bytes()).chain_update([0]).chain_update(body).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let route = format!("{} {}", parts.method, parts.uri.path());
        let mut values = parts.headers.get_all("idempotency-key").iter();
        let (first, second) = (values.next(), values.next());
        let fits = |text: &str| (1..=KEY_CHARS_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        let key = match (first, second) {
            (None, _) => None,
            (Some(value), None) => value.to_str().ok().filter(|text| fits(text)).map(str::to_owned),
            _ => None,
        };
        if first.is_some() && key.is_none() {
            return Err(Problem::header(
                "Idempotency-Key",
                "must be given once, 1 to 128 printable characters without spaces",
            ));
        }
        Ok(Self { key, route })
    }
}
