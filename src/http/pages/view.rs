//! What every page has round it, and how a page becomes an answer.
//!
//! Promises: words are escaped by the templates; a page may load two style sheets from here and nothing else from anywhere, run
//! no script that stands in it, be framed by nobody, and send its forms to this hub alone; its title is one of ours.

use super::assets;
use super::visitor::Visitor;
use crate::desk::Error;
use crate::desk::heartbeats::Late;
use crate::http::heartbeats::late;
use crate::http::hub::Hub;
use crate::http::problem::Problem;
use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};

/// What the pages' bytes are.
pub(super) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// What a page may load and where its forms may go.
pub(super) const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// What stands round a page.
#[derive(Debug)]
pub(super) struct Shell {
    /// The page in a few words that are never about anybody; also its heading.
    pub(super) title: String,
    /// Something that was typed must be put right.
    pub(super) has_errors: bool,
    /// Who is signed in.
    pub(super) who: Option<Who>,
    /// The hub is a demonstration.
    pub(super) is_demo: bool,
    /// Alerts to whoever is signed in may be delayed.
    pub(super) late: Option<Late>,
}

/// Who is signed in, as the head of a page shows it.
#[derive(Debug)]
pub(super) struct Who {
    /// The role in everyday words.
    pub(super) role: String,
    /// The agency's name.
    pub(super) agency: String,
    /// What stands in each form of the session.
    pub(super) form: String,
    /// Asks where men stand.
    pub(super) asks: bool,
    /// Answers for those who ask.
    pub(super) answers: bool,
}

impl Shell {
    /// Returns what stands round a page of somebody who is signed in.
    pub(super) async fn of(hub: &Hub, visitor: &Visitor, title: &str) -> Result<Self, Error> {
        let (role, agency) = hub.desk.called(&visitor.actor).await?;
        let who = Who {
            role,
            agency,
            form: visitor.key.form_token(),
            asks: visitor.may(hub, "query"),
            answers: hub.desk.answers_for_askers(&visitor.actor),
        };
        let late = late(hub, visitor.actor.agency()).await;
        Ok(Self { who: Some(who), late, ..Self::of_nobody(title.to_owned()) })
    }

    /// Returns what stands round a page of anybody.
    pub(super) fn of_nobody(title: String) -> Self {
        Self { title, has_errors: false, who: None, is_demo: cfg!(feature = "demo"), late: None }
    }

    /// Returns the addresses of the style sheets.
    pub(super) fn styles(&self) -> impl Iterator<Item = String> + use<> {
        assets::styles()
    }

    /// Says whether whoever is signed in asks where men stand.
    pub(super) fn asks(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.asks)
    }

    /// Says whether whoever is signed in answers for those who ask.
    pub(super) fn answers(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.answers)
    }

    /// Returns what stands in the forms of the page; nothing, for somebody who is not signed in.
    pub(super) fn form(&self) -> &str {
        self.who.as_ref().map_or("", |who| &who.form)
    }
}

/// Writes a page. A template writes into memory, which does not fail; if it did, an empty page says nothing wrong.
pub(super) fn page<T: Template>(template: &T) -> String {
    template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a page could not be written");
        String::new()
    })
}

/// Answers with a page.
pub(super) fn answer<T: Template>(status: StatusCode, template: &T) -> Response {
    let mut answer = (status, page(template)).into_response();
    answer.headers_mut().insert(CONTENT_TYPE, HTML);
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, POLICY);
    answer
}

/// What a handler of a page returns.
pub(super) type Page = Result<Response, Problem>;
