//! JSON bodies, read strictly: one meaning or none.
//!
//! Promises: at most [`BODY_BYTES_MAX`] bytes are held; a document that two readers could
//! understand differently is refused; unknown fields are refused; an answer says where the
//! mistake is and never repeats a value; the bytes are wiped.
//! Must never know: what the fields mean.

mod body;
mod read;
mod scan;
mod word;

pub(super) use body::collect;

use super::early::{Early, FieldError};
use super::fault::Fault;
use super::request_id::RequestId;
use crate::model::spooled::Words;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Most bytes of a JSON body, unless the route names another number: 64 KiB.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// A JSON body that was read without doubt.
#[derive(Debug)]
pub struct Strict<T, const MAX: usize = BODY_BYTES_MAX> {
    /// What it said.
    pub value: T,
    /// SHA-256 of its bytes as they came, to tell a repeated request from another one.
    pub digest: [u8; 32],
}

/// A JSON body that was read without doubt as what it is to be, and is kept as it came.
pub(super) struct Whole {
    /// The text as it came.
    pub(super) words: Words,
    /// SHA-256 of it.
    pub(super) digest: [u8; 32],
}

impl Whole {
    /// Reads a body that must be a `T`.
    pub(super) async fn of<T: DeserializeOwned>(request: Request) -> Result<Self, BadBody> {
        let request_id = request.extensions().get().cloned().unwrap_or_else(RequestId::random);
        let read = take(request, BODY_BYTES_MAX).await.and_then(|bytes| {
            let _fits: T = understand(&bytes)?;
            let text = std::str::from_utf8(&bytes).map_err(|_| Flaw::NotText)?;
            Ok(Self { words: Words::new(text), digest: Sha256::digest(&*bytes).into() })
        });
        read.map_err(|flaw| BadBody::new(flaw, request_id))
    }
}

/// Why a body was not taken: 400 not JSON, 408 too slow, 413 too large, 415 of another
/// kind, 422 JSON that does not fit.
#[derive(Debug)]
pub struct BadBody {
    /// The answer's status.
    pub status: StatusCode,
    /// What is wrong with which field.
    pub errors: Vec<FieldError>,
    request_id: RequestId,
}

/// The reasons, before they have a request to answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    Kind,
    TooLarge,
    TooSlow,
    Broken,
    NotText,
    Unclear(Fault),
    Unfit(Fault),
}

impl<T: DeserializeOwned, S: Send + Sync, const MAX: usize> FromRequest<S> for Strict<T, MAX> {
    type Rejection = BadBody;

    async fn from_request(request: Request, _state: &S) -> Result<Self, BadBody> {
        let request_id = request.extensions().get().cloned().unwrap_or_else(RequestId::random);
        take(request, MAX)
            .await
            .and_then(|bytes| Ok(Self { value: understand(&bytes)?, digest: Sha256::digest(&*bytes).into() }))
            .map_err(|flaw| BadBody::new(flaw, request_id))
    }
}

/// Reads the body's bytes, if it calls itself JSON; nothing at all needs no name.
async fn take(request: Request, max: usize) -> Result<Zeroizing<Vec<u8>>, Flaw> {
    let (parts, body) = request.into_parts();
    let named = is_json(&parts.headers);
    if named == Some(false) {
        return Err(Flaw::Kind);
    }
    let bytes = body::collect(body, &parts.headers, max).await?;
    if named.is_none() && !bytes.is_empty() { Err(Flaw::Kind) } else { Ok(bytes) }
}

/// Says whether the body calls itself JSON in UTF-8; `None` if it has no name.
fn is_json(headers: &HeaderMap) -> Option<bool> {
    let mut lines = headers.get_all(CONTENT_TYPE).iter();
    let line = lines.next()?;
    if lines.next().is_some() {
        return Some(false);
    }
    let text = line.to_str().unwrap_or_default().to_ascii_lowercase();
    let mut parts = text.split(';').map(str::trim);
    let kind = parts.next() == Some("application/json");
    let charset = parts.next().is_none_or(|part| matches!(part, "charset=utf-8" | "charset=\"utf-8\""));
    Some(kind && charset && parts.next().is_none())
}

/// Reads a value from bytes. An empty body is the empty object.
fn understand<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Flaw> {
    let text = if bytes.is_empty() { "{}" } else { std::str::from_utf8(bytes).map_err(|_| Flaw::NotText)? };
    scan::check(text).map_err(Flaw::Unclear)?;
    read::from_checked(text).map_err(Flaw::Unfit)
}

impl BadBody {
    fn new(flaw: Flaw, request_id: RequestId) -> Self {
        let (status, fault) = match flaw {
            Flaw::Kind => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Fault::whole("is not JSON by its Content-Type: send application/json"),
            ),
            Flaw::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Fault::whole("is too long: shorten it")),
            Flaw::TooSlow => (StatusCode::REQUEST_TIMEOUT, Fault::whole("did not arrive in time: send it again")),
            Flaw::Broken => (StatusCode::BAD_REQUEST, Fault::whole("did not arrive whole: send it again")),
            Flaw::NotText => (StatusCode::BAD_REQUEST, Fault::whole("is not text: encode it as UTF-8")),
            Flaw::Unclear(fault) => (StatusCode::BAD_REQUEST, fault),
            Flaw::Unfit(fault) => (StatusCode::UNPROCESSABLE_ENTITY, fault),
        };
        Self { status, errors: vec![fault.into_error("body")], request_id }
    }
}

impl IntoResponse for BadBody {
    fn into_response(self) -> Response {
        let (slug, title) = match self.status {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ("not-json", "The body must be JSON"),
            StatusCode::PAYLOAD_TOO_LARGE => ("too-large", "The body is too large"),
            StatusCode::REQUEST_TIMEOUT => ("too-slow", "The body came too slowly"),
            StatusCode::UNPROCESSABLE_ENTITY => ("bad-field", "Something in the body does not fit"),
            _ => ("bad-json", "The body cannot be read"),
        };
        let detail = "Nothing was recorded. Correct what is listed below and send it again.";
        Early { status: self.status, slug, title, detail, errors: &self.errors, help: None }.answer(&self.request_id)
    }
}

#[cfg(test)]
mod tests;
