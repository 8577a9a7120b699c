//! Answers given before a route is asked, and the shape of every refusal: RFC 9457.
//!
//! Promises: a refusal states what is wrong and what to do, never what the caller sent;
//! its body cannot fail to be made.
//! Must never know: the desk's errors (that is `http/problem.rs`).

use super::headers::dress;
use super::request_id::RequestId;
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::Response;
use serde::Serialize;

/// What every refusal's `type` begins with. The names behind it never change.
pub const PROBLEMS: &str = "https://lippen.invalid/problems/";

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where: `to.agency`, `sources[2]`, or `body` for all of it.
    pub field: String,
    /// What is wrong and what to write, as a sentence that goes on from the field's name.
    pub say: String,
    /// What it looks like, as a word that may be sent back in `checked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
}

/// A refusal: what to say and how.
#[derive(Debug, Clone, Copy)]
pub struct Early<'a> {
    /// The status.
    pub status: StatusCode,
    /// The problem's stable name, the end of its `type`.
    pub slug: &'a str,
    /// The problem in a few words, the same for each of its kind.
    pub title: &'a str,
    /// What happened this time and what to do, without anything that the caller sent.
    pub detail: &'a str,
    /// What is wrong with which field.
    pub errors: &'a [FieldError],
    /// What helps somebody who was refused: further fields.
    pub help: Option<&'a serde_json::Value>,
}

/// What a refusal said, beside its answer: for a page that says the same.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// The problem in a few words.
    pub(super) title: String,
    /// What happened and what to do.
    pub(super) detail: String,
    /// What is wrong with which field.
    pub(super) errors: Vec<FieldError>,
    /// The request's name, for the help desk.
    pub(super) instance: String,
}

#[derive(Serialize)]
struct Problem<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(flatten)]
    help: Option<&'a serde_json::Value>,
}

impl Early<'_> {
    /// Returns the answer, with the hub's headers.
    #[must_use]
    pub fn answer(&self, request_id: &RequestId) -> Response {
        let problem = Problem {
            r#type: format!("{PROBLEMS}{}", self.slug),
            title: self.title,
            status: self.status.as_u16(),
            detail: self.detail,
            instance: request_id.as_str(),
            errors: self.errors,
            help: self.help,
        };
        let body = serde_json::to_vec(&problem).expect("texts and a number are always JSON");
        let mut answer = Response::new(Body::from(body));
        *answer.status_mut() = self.status;
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        dress(answer.headers_mut(), request_id);
        answer.extensions_mut().insert(Told {
            title: self.title.to_owned(),
            detail: self.detail.to_owned(),
            errors: self.errors.to_vec(),
            instance: request_id.as_str().to_owned(),
        });
        answer
    }
}

/// Returns a refusal without fields.
#[must_use]
pub fn early(status: StatusCode, slug: &str, title: &str, detail: &str, request_id: &RequestId) -> Response {
    Early { status, slug, title, detail, errors: &[], help: None }.answer(request_id)
}
