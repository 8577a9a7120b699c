//! What stands outside every route: a refusal that goes to a browser's page is said as a page, in the same words.
//!
//! Promises: interfaces keep their problems as they are; whatever else refuses (the shield, a broken handler, an address that
//! does not exist) is a page for whoever asked for one; only style sheets may be kept by a browser.

use super::assets::Unchanging;
use super::view::{Shell, page};
use super::{PAGES, view};
use crate::http::early::{FieldError, Told};
use askama::Template;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::StatusCode;
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE,
};
use axum::middleware::Next;
use axum::response::Response;

/// Addresses that no page stands under.
const INTERFACES: [&str; 4] = ["/api/", "/oauth/", "/health/", "/openapi.json"];

/// How long a style sheet may be kept: its address changes with its bytes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

#[derive(Template)]
#[template(path = "refusal.html", config = "assets/pages/askama.toml")]
struct Refusal {
    shell: Shell,
    detail: String,
    errors: Vec<FieldError>,
    instance: String,
    sign_in: bool,
}

/// Lets a request through, and says as a page what went wrong with it if it was for a page.
pub(super) async fn as_page(request: Request, next: Next) -> Response {
    let wants_page = wants_page(&request);
    let mut answer = next.run(request).await;
    if answer.extensions_mut().remove::<Unchanging>().is_some() {
        answer.headers_mut().insert(CACHE_CONTROL, FOR_EVER);
    }
    match answer.extensions_mut().remove::<Told>() {
        Some(told) if wants_page => say(told, answer),
        _ => answer,
    }
}

/// Says whether whoever asks reads pages: they asked for one, or are a browser that goes where nothing is.
fn wants_page(request: &Request) -> bool {
    if let Some(route) = request.extensions().get::<MatchedPath>() {
        return PAGES.iter().any(|(_, page)| *page == route.as_str());
    }
    let path = request.uri().path();
    let reads = |line: &HeaderValue| line.to_str().is_ok_and(|kinds| kinds.contains("text/html"));
    !INTERFACES.iter().any(|interface| path.starts_with(interface))
        && request.headers().get_all(ACCEPT).iter().any(reads)
}

/// Puts the words of a refusal into a page, and leaves the rest of the answer as it is.
fn say(told: Told, answer: Response) -> Response {
    let (mut head, _) = answer.into_parts();
    let sign_in = head.status == StatusCode::UNAUTHORIZED;
    let shell = Shell::of_nobody(told.title);
    let Told { detail, errors, instance, .. } = told;
    let body = page(&Refusal { shell, detail, errors, instance, sign_in });
    for gone in [CONTENT_LENGTH, WWW_AUTHENTICATE] {
        head.headers.remove(gone);
    }
    head.headers.insert(CONTENT_TYPE, view::HTML);
    head.headers.insert(CONTENT_SECURITY_POLICY, view::POLICY);
    Response::from_parts(head, Body::from(body))
}
