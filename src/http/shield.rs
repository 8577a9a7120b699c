//! What stands before every route: names the request, refuses what no route should see,
//! catches what breaks, writes one line for the operators.
//!
//! Promises: the line holds the route's pattern, never the path or the query; a panic
//! becomes a constant answer; a token in an address or a cookie is refused unread.
//! Must never know: who is asking, what the answer says.

use super::early::early;
use super::headers::dress;
use super::query::pairs;
use super::request_id::RequestId;
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, COOKIE, HeaderMap};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

/// Puts the shield before every route of `router`, its fallback included. Call it last.
pub fn over(router: Router) -> Router {
    router.layer(from_fn(shield))
}

async fn shield(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request.extensions().get::<RequestId>().cloned().unwrap_or_else(RequestId::random);
    request.extensions_mut().insert(id.clone());
    let method = method_word(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();

    let mut answer = match refuse(&request) {
        Some(refusal) => refusal.answer(&id),
        None => pass(request, next, &id).await,
    };
    dress(answer.headers_mut(), &id);
    super::counters::answered(answer.status().as_u16());
    tracing::info!(
        request.id = %id,
        method,
        route = route.as_ref().map_or("-", MatchedPath::as_str),
        status = answer.status().as_u16(),
        duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "request answered"
    );
    answer
}

/// Runs the route. Its panic is logged without its text, which could hold anything.
async fn pass(request: Request, next: Next, id: &RequestId) -> Response {
    if let Ok(answer) = AssertUnwindSafe(next.run(request)).catch_unwind().await {
        return answer;
    }
    tracing::error!(request.id = %id, "a request handler panicked");
    let detail = "Something broke inside the hub. It is not known whether what you asked for was done: \
                  look before you ask again, and give the help desk the instance below.";
    early(StatusCode::INTERNAL_SERVER_ERROR, "broken", "The hub could not finish", detail, id)
}

/// What no route should see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Encoded,
    ManyAuthorizations,
    TokenInTheOpen,
}

impl Refusal {
    fn answer(self, id: &RequestId) -> Response {
        let (status, slug, title, detail) = match self {
            Self::Encoded => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "encoded-body",
                "Compressed requests are not taken",
                "Send the body as it is, without a Content-Encoding header.",
            ),
            Self::ManyAuthorizations => (
                StatusCode::BAD_REQUEST,
                "many-authorizations",
                "More than one credential",
                "Send exactly one Authorization header.",
            ),
            Self::TokenInTheOpen => (
                StatusCode::BAD_REQUEST,
                "token-in-the-open",
                "A token stands where it can be seen",
                "Addresses and cookies are kept in logs and histories. Treat this token as lost, get a new \
                 one, and send it in the Authorization header.",
            ),
        };
        early(status, slug, title, detail, id)
    }
}

fn refuse(request: &Request) -> Option<Refusal> {
    let headers = request.headers();
    if headers.contains_key(CONTENT_ENCODING) {
        return Some(Refusal::Encoded);
    }
    if headers.get_all(AUTHORIZATION).iter().count() > 1 {
        return Some(Refusal::ManyAuthorizations);
    }
    let in_query =
        pairs(request.uri().query().unwrap_or_default()).any(|pair| pair.is_ok_and(|(name, _)| names_a_token(&name)));
    (in_query || token_in_cookies(headers)).then_some(Refusal::TokenInTheOpen)
}

fn token_in_cookies(headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(COOKIE).iter().flat_map(|line| line.as_bytes().split(|b| *b == b';'));
    cookies.into_iter().any(|cookie| {
        let name = cookie.split(|b| *b == b'=').next().unwrap_or_default().trim_ascii();
        std::str::from_utf8(name).is_ok_and(names_a_token)
    })
}

fn names_a_token(name: &str) -> bool {
    ["access_token", "id_token", "refresh_token", "token"].iter().any(|word| name.trim().eq_ignore_ascii_case(word))
}

/// Returns the method's word, or `other`: a made-up method is the caller's own text.
fn method_word(method: &Method) -> &'static str {
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    let words = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.iter().zip(words).find(|(one, _)| *one == method).map_or("other", |(_, word)| word)
}

#[cfg(test)]
mod tests;
