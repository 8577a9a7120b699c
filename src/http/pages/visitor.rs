//! Who asks for a page: somebody whose browser shows the key of a live session; and whether a form is of that session.
//!
//! Promises: a session is proved and its holder admitted on every request, as with a token; a form is taken only from a page of
//! this hub (the browser says so) and of this session (its token says so); a token in the Authorization header is not looked at.
//! Must never know: what is asked.

use super::super::hub::Hub;
use super::super::problem::Problem;
use super::cookie;
use super::form::{Fields, TOKEN};
use crate::auth::Actor;
use crate::auth::session::SessionKey;
use crate::desk::Error;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{HOST, HeaderMap, HeaderName, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;

/// Where a browser says whose page a request comes from.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A live worker with a browser.
#[derive(Debug)]
pub(super) struct Visitor {
    /// Who.
    pub(super) actor: Actor,
    /// What their browser shows.
    pub(super) key: SessionKey,
}

impl Visitor {
    /// Returns who asks; nobody, if their browser shows no key of a live session.
    pub(super) async fn of(headers: &HeaderMap, hub: &Hub) -> Result<Option<Self>, Problem> {
        let Some(key) = cookie::shown(headers) else { return Ok(None) };
        let credential = match hub.desk.resume_session(&key).await {
            Ok(credential) => credential,
            Err(Error::NotAdmitted) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        match hub.desk.admit(credential).await {
            Ok(actor) => Ok(Some(Self { actor, key })),
            Err(Error::NotAdmitted) => {
                hub.desk.turn_away("no live seat");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Says whether the worker's role ever does this: for menus and forms, not for deciding.
    pub(super) fn may(&self, hub: &Hub, action: &str) -> bool {
        hub.desk.may(&self.actor).iter().any(|one| one.as_str() == action)
    }
}

impl FromRequestParts<Hub> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        Self::of(&parts.headers, hub).await?.ok_or(Problem::signed_out())
    }
}

/// Whoever asks, signed in or not.
#[derive(Debug)]
pub(super) struct Anybody(
    /// Who, if they are signed in.
    pub(super) Option<Visitor>,
);

impl FromRequestParts<Hub> for Anybody {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        Visitor::of(&parts.headers, hub).await.map(Self)
    }
}

/// A form: which fields it has.
pub(super) trait Form {
    /// Its fields, beside the token.
    const FIELDS: &'static [&'static str];
}

/// A form that a worker sent from a page of their own session.
#[derive(Debug)]
pub(super) struct Sent<F> {
    /// Who.
    pub(super) visitor: Visitor,
    /// What they typed.
    pub(super) fields: Fields,
    of: std::marker::PhantomData<fn() -> F>,
}

impl<F: Form> FromRequest<Hub> for Sent<F> {
    type Rejection = Problem;

    async fn from_request(request: Request, hub: &Hub) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let visitor = Visitor::of(&parts.headers, hub).await?.ok_or(Problem::signed_out())?;
        if !is_from_here(&parts) {
            return Err(elsewhere(hub));
        }
        let fields = Fields::read(&parts.headers, body, F::FIELDS).await?;
        if !fields.get(TOKEN).is_some_and(|token| visitor.key.made(token)) {
            return Err(elsewhere(hub));
        }
        Ok(Self { visitor, fields, of: std::marker::PhantomData })
    }
}

/// Counts a form of somebody else's at the door, and refuses it.
pub(super) fn elsewhere(hub: &Hub) -> Problem {
    hub.desk.turn_away("form from elsewhere");
    tracing::warn!("a form that was not of this hub's own page was refused");
    Problem::not_our_form()
}

/// Says whether the browser sends this from a page of this hub. Every browser since March 2023 says so in `Sec-Fetch-Site`; one
/// that does not must name this very host as its origin. Who says neither is no browser, and has no form of ours.
pub(super) fn is_from_here(parts: &Parts) -> bool {
    let one = |name: HeaderName| {
        let mut lines = parts.headers.get_all(name).iter();
        match (lines.next(), lines.next()) {
            (Some(line), None) => Some(line.to_str().unwrap_or("?")),
            (None, _) => None,
            _ => Some("?"),
        }
    };
    // The host was checked at the door; HTTP/2 has it in the address.
    let host = parts.uri.authority().map(Authority::as_str).or(one(HOST));
    let is_own = |origin: &str| origin.strip_prefix("https://").is_some_and(|own| Some(own) == host);
    match (one(FETCH_SITE), one(ORIGIN)) {
        // Where a page lets no referrer be named, a browser names no origin either: "null".
        (Some(site), origin) => site == "same-origin" && origin.is_none_or(|origin| origin == "null" || is_own(origin)),
        (None, Some(origin)) => is_own(origin),
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_here(lines: &[(&str, &str)]) -> bool {
        let asked = |uri: &str, host: &[(&str, &str)]| {
            let all = host.iter().chain(lines);
            let request = all.fold(Request::builder().uri(uri), |request, (name, line)| request.header(*name, *line));
            is_from_here(&request.body(axum::body::Body::empty()).unwrap().into_parts().0)
        };
        let first = asked("/status", &[("host", "hub.example:8443")]);
        assert_eq!(asked("https://hub.example:8443/status", &[]), first, "HTTP/2 names its host in the address");
        first
    }

    #[test]
    fn a_form_of_this_hub_is_taken_and_no_other() {
        const OWN: (&str, &str) = ("origin", "https://hub.example:8443");
        for good in [
            vec![("sec-fetch-site", "same-origin")],
            vec![("sec-fetch-site", "same-origin"), ("origin", "null")],
            vec![("sec-fetch-site", "same-origin"), OWN],
            vec![OWN],
        ] {
            assert!(from_here(&good), "{good:?}");
        }
        for bad in [
            vec![],
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site"), OWN],
            vec![("sec-fetch-site", "none")],
            vec![("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")],
            vec![("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
            vec![("origin", "null")],
            vec![("origin", "http://hub.example:8443")],
            vec![("origin", "https://hub.example")],
            vec![("origin", "https://hub.example:8443.evil.example")],
            vec![OWN, OWN],
        ] {
            assert!(!from_here(&bad), "{bad:?}");
        }
    }
}
