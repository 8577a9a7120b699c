//! The one cookie: the key of a session.
//!
//! Promises: it goes back to this host alone, over TLS alone, to no script, and with no form of another site; it is gone when
//! the browser is closed. Two of it are none: whichever came second was put there by somebody else.

use crate::auth::session::SessionKey;
use axum::http::header::{COOKIE, HeaderMap, HeaderValue};
use zeroize::Zeroizing;

/// `__Host-`: a browser takes it only with `Secure`, for `/`, and from this host itself (RFC 6265bis, section 4.1.3.2).
const NAME: &str = "__Host-lippen";

/// What every setting of it says.
const FLAGS: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

/// Returns the key that a browser shows, if it shows one and no more.
pub(super) fn shown(headers: &HeaderMap) -> Option<SessionKey> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut own = pairs.filter(|(name, _)| *name == NAME);
    match (own.next(), own.next()) {
        (Some((_, text)), None) => SessionKey::read(text),
        _ => None,
    }
}

/// Returns the header that gives a browser its key.
#[cfg(feature = "demo")]
pub(super) fn given(key: &SessionKey) -> Option<HeaderValue> {
    let line = Zeroizing::new(format!("{NAME}={}; {FLAGS}", *key.reveal()));
    let mut header = HeaderValue::from_str(&line).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// Returns the header that takes it away.
pub(super) fn taken() -> Option<HeaderValue> {
    let line = Zeroizing::new(format!("{NAME}=; Max-Age=0; {FLAGS}"));
    HeaderValue::from_str(&line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_by(lines: &[&str]) -> Option<String> {
        let lines = lines.iter().map(|line| (COOKIE, HeaderValue::from_str(line).unwrap()));
        shown(&lines.fold(HeaderMap::new(), |mut all, (name, line)| {
            all.append(name, line);
            all
        }))
        .map(|key| key.print())
    }

    #[test]
    fn one_is_taken_and_two_are_none() {
        let key = SessionKey::random();
        let own = format!("{NAME}={}", *key.reveal());
        assert_eq!(shown_by(&[&format!("a=b; {own}; c=d")]), Some(key.print()));
        let other = format!("{NAME}={}", *SessionKey::random().reveal());
        for none in [
            vec![],
            vec!["a=b"],
            vec![format!("{own}; {other}").leak() as &str],
            vec![own.clone().leak() as &str, other.clone().leak()],
            vec![own.replace("__Host-", "").leak() as &str],
            vec![own.replace("__Host-", "__host-").leak() as &str],
            vec![format!("{NAME}=x").leak() as &str],
            vec![format!("{own}x").leak() as &str],
        ] {
            assert_eq!(shown_by(&none), None, "{none:?}");
        }
    }

    #[test]
    fn its_flags_are_there_when_it_comes_and_when_it_goes() {
        #[cfg(feature = "demo")]
        let headers = [given(&SessionKey::random()).unwrap(), taken().unwrap()];
        #[cfg(not(feature = "demo"))]
        let headers = [taken().unwrap()];
        for header in headers {
            let line = header.to_str().unwrap().to_owned();
            assert!(line.starts_with("__Host-lippen=") && line.ends_with("Path=/; Secure; HttpOnly; SameSite=Lax"));
            assert!(!line.contains("Domain"));
        }
    }
}
