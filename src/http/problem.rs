//! Errors of the desk as answers: one exhaustive match, RFC 9457.
//!
//! Promises: *not there* and *not yours to know* are one answer, byte for byte but for the
//! request id; no answer repeats what was sent; every status was chosen by somebody.
//! Must never know: policy, SQL.

use super::early::{Early, FieldError};
use super::request_id::RequestId;
use crate::desk::spool::NotKept;
use crate::desk::{self, Help};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refusal on its way out; it becomes an answer where the request's id is known.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    status: StatusCode,
    slug: &'static str,
    title: &'static str,
    detail: &'static str,
    errors: Vec<FieldError>,
    help: Option<Value>,
}

impl Problem {
    /// The caller showed nothing that the hub trusts; which reason it was stands in the operators' log alone.
    #[must_use]
    pub(super) const fn invalid_token() -> Self {
        Self::plain(
            StatusCode::UNAUTHORIZED,
            "invalid-token",
            "The hub does not know who is asking",
            "Sign in again and send the new token as Authorization: Bearer. Nothing was done.",
        )
    }

    /// Whoever asks for a page is not signed in, for whatever reason.
    #[must_use]
    pub(super) const fn signed_out() -> Self {
        Self::plain(
            StatusCode::UNAUTHORIZED,
            "signed-out",
            "You are not signed in",
            "Nothing was done. Sign in to go on: a sign-in ends by itself when it has not been used for a while, and when \
             its time is over.",
        )
    }

    /// A form did not come from a page of this hub, or not from this session.
    #[must_use]
    pub(super) const fn not_our_form() -> Self {
        Self::plain(
            StatusCode::FORBIDDEN,
            "not-our-form",
            "This did not come from a page of yours",
            "Nothing was done. Open the page again and send the form from there. If you did not send a form, somebody \
             else's page tried to: tell the help desk.",
        )
    }

    /// A form cannot be read.
    #[must_use]
    pub(super) const fn bad_form(status: StatusCode) -> Self {
        Self::plain(
            status,
            "bad-form",
            "The form cannot be read",
            "Nothing was done. Open the page again and fill it in there; if it was very long, send less at a time.",
        )
    }

    /// There is no such thing, or the caller may not know of it.
    #[must_use]
    pub(super) const fn not_found() -> Self {
        Self::plain(
            StatusCode::NOT_FOUND,
            "not-found",
            "Nothing here that you can open",
            "There is nothing at this address that you can open. If you think that you should, speak to your manager. \
             If somebody is in danger now, ring 999.",
        )
    }

    /// One header is wrong.
    #[must_use]
    pub(super) fn header(field: &str, say: &str) -> Self {
        Self {
            errors: vec![FieldError { field: field.to_owned(), say: say.to_owned(), kind: None }],
            ..Self::invalid()
        }
    }

    /// The method is not offered here.
    #[must_use]
    pub(super) const fn method() -> Self {
        Self::plain(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "That cannot be done here",
            "This address takes other methods: /openapi.json lists them. Nothing was done.",
        )
    }

    /// The hub cannot reach its records, and keeps only what must not be lost.
    #[must_use]
    pub(super) const fn spooling() -> Self {
        Self::plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "spooling",
            "The hub cannot work at the moment",
            "Nothing was done and nothing was shown. Alerts, consent that is taken back, reports of lost keys and signing out are \
             kept and carried out later; nobody is told before. If this is urgent, telephone the agency. If somebody is in \
             danger now, ring 999. Try again in a few seconds.",
        )
    }

    /// Not even that could be kept.
    #[must_use]
    pub(super) fn not_kept(kept: NotKept) -> Self {
        let NotKept::Lost { ring } = kept else { return desk::Error::Reused.into() };
        let errors = ring.into_iter().map(|phone| FieldError {
            field: "telephone".to_owned(),
            say: format!("{} ({})", phone.number, phone.whose),
            kind: None,
        });
        let problem = Self::plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "not-kept",
            "This could not be kept",
            "It was NOT sent and it is NOT kept: the hub cannot reach its records, and has no room left for this. Telephone now. \
             If somebody is in danger, ring 999.",
        );
        Self { errors: errors.collect(), ..problem }
    }

    fn look_again(errors: Vec<desk::FieldError>) -> Self {
        let problem = Self::plain(
            StatusCode::UNPROCESSABLE_ENTITY,
            "look-again",
            "Look at this again before it is stored",
            "Nothing was stored and nothing was sent. Leave out what is listed, or send it again with its kinds in \
             checked: that says that you looked, and that it puts nobody at risk. If somebody is in danger now, ring 999.",
        );
        Self { errors: errors.into_iter().map(field).collect(), ..problem }
    }

    const fn nothing_opened() -> Self {
        Self::plain(
            StatusCode::NOT_FOUND,
            "nothing-opened",
            "Nothing is opened",
            "This does not mean that nobody is at risk, and not that he is not known. There is no other way in here: ring \
             the numbers below, and say that life is at risk. If somebody is in danger now, ring 999.",
        )
    }

    const fn refused() -> Self {
        Self::plain(
            StatusCode::FORBIDDEN,
            "refused",
            "This stays closed to you",
            "You may know that this is here, but not open or change it for this purpose at the moment. Ask the \
             agency that supplied it, or your manager. The refusal was recorded.",
        )
    }

    const fn invalid() -> Self {
        Self::plain(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            "The request cannot be carried out as it is",
            "Nothing was stored. Mend what is listed and send it again.",
        )
    }

    const fn plain(status: StatusCode, slug: &'static str, title: &'static str, detail: &'static str) -> Self {
        Self { status, slug, title, detail, errors: Vec::new(), help: None }
    }
}

impl From<desk::Error> for Problem {
    fn from(error: desk::Error) -> Self {
        log(&error);
        match error {
            desk::Error::NotFound => Self::not_found(),
            desk::Error::Refused { help, .. } => Self { help: help.as_deref().map(helping), ..Self::refused() },
            desk::Error::Spent { ring, .. } => {
                Self { errors: ring.into_iter().map(field).collect(), ..Self::refused() }
            }
            desk::Error::Invalid { errors } => {
                Self { errors: errors.into_iter().map(field).collect(), ..Self::invalid() }
            }
            desk::Error::LookAgain { errors } => Self::look_again(errors),
            desk::Error::Reused => Self::plain(
                StatusCode::CONFLICT,
                "idempotency-key-reused",
                "That Idempotency-Key was used for another request",
                "Nothing was done. Send this request with a key of its own.",
            ),
            desk::Error::Conflict => Self::plain(
                StatusCode::CONFLICT,
                "conflict",
                "It has been done already",
                "Somebody did this first, or it changed meanwhile. Nothing was done twice. Look again before you go on.",
            ),
            desk::Error::NotAdmitted => Self::invalid_token(),
            desk::Error::NothingOpened { ring } => {
                Self { errors: ring.into_iter().map(field).collect(), ..Self::nothing_opened() }
            }
            desk::Error::Nobody => Self::plain(
                StatusCode::UNPROCESSABLE_ENTITY,
                "nobody-on-duty",
                "Nobody is there to receive this",
                "It was NOT sent. Telephone the women's service or the duty manager now, and ring 999 if somebody is in danger.",
            ),
            desk::Error::Busy => Self::plain(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "The hub is busy",
                "Nothing was recorded and nothing was done. Try again in a few seconds.",
            ),
            desk::Error::Unknown => Self::plain(
                StatusCode::SERVICE_UNAVAILABLE,
                "outcome-unknown",
                "It is not known whether this was done",
                "Send the same request with the same Idempotency-Key: you will get the first answer if it was done.",
            ),
            desk::Error::Store(_) => Self::plain(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "The hub cannot reach its records",
                "Nothing was shown. If this is urgent, telephone the agency. The operators have been told.",
            ),
            desk::Error::Vault(_) => Self::plain(
                StatusCode::SERVICE_UNAVAILABLE,
                "sealed",
                "This record cannot be opened",
                "Its seal does not hold or its key is not there. Nothing was shown. The operators have been told.",
            ),
        }
    }
}

/// Writes what helps somebody who was refused: the rule, and whom to ask.
fn helping(help: &Help) -> Value {
    json!({ "rule": help.rule, "in_words": help.in_words, "ask": ask(help) })
}

/// Writes whom one can ask and which ways are lawful.
pub(super) fn ask(help: &Help) -> Value {
    let who = help.who.iter().map(|one| {
        json!({
            "as": one.grantor, "agency": one.agency, "role": one.role, "on_duty": one.on_duty, "say": one.say,
        })
    });
    let routes = help.routes.iter().map(|(route, say)| json!({ "route": route, "say": say }));
    json!({ "who": who.collect::<Vec<_>>(), "routes": routes.collect::<Vec<_>>() })
}

/// Names the whole body where the desk named no field.
fn field(error: desk::FieldError) -> FieldError {
    let field = if error.field.is_empty() { "body".to_owned() } else { error.field };
    FieldError { field, say: error.say, kind: error.kind }
}

/// Writes one line for what operators must act on; the desk's other errors are its ordinary answers.
fn log(error: &desk::Error) {
    match error {
        desk::Error::Store(source) => tracing::error!(error = %source, "the store failed a request"),
        desk::Error::Vault(source) => tracing::error!(error = %source, "the vault failed a request"),
        desk::Error::Unknown => tracing::error!("the outcome of a request is unknown"),
        desk::Error::NotFound
        | desk::Error::Refused { .. }
        | desk::Error::Spent { .. }
        | desk::Error::Invalid { .. }
        | desk::Error::LookAgain { .. }
        | desk::Error::Reused
        | desk::Error::Conflict
        | desk::Error::NotAdmitted
        | desk::Error::NothingOpened { .. }
        | desk::Error::Nobody
        | desk::Error::Busy => {}
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut answer = self.status.into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}

/// Gives each problem its words and its request's id. Layered under the shield.
pub(super) async fn words(request: Request, next: Next) -> Response {
    let id = request.extensions().get().cloned().unwrap_or_else(RequestId::random);
    let mut answer = next.run(request).await;
    let Some(problem) = answer.extensions_mut().remove::<Problem>() else { return answer };
    let Problem { status, slug, title, detail, errors, help } = &problem;
    let mut answer = Early { status: *status, slug, title, detail, errors, help: help.as_ref() }.answer(&id);
    match *status {
        StatusCode::UNAUTHORIZED => {
            answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
        }
        _ => {}
    }
    answer
}
