//! The names under which a listener may be spoken to.
//!
//! A request for any other name is misdirected: it comes from a rebound DNS name, from a
//! proxy that was set up wrongly, or was meant for the hub's other listener.

use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri};

/// Names and the port that belong to one listener.
#[derive(Debug, Clone)]
pub struct Hosts {
    names: Vec<String>,
    port: u16,
}

/// Why a request's host was not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub(super) enum Misdirected {
    /// No host, several, or one that is not a host.
    #[error("the request does not say clearly which host it is for")]
    Unclear,
    /// Somebody else's host.
    #[error("the request is for another host")]
    Elsewhere,
}

impl Hosts {
    /// Returns the hosts with these names at this port.
    ///
    /// Input: names as they stand in a URL, so an IPv6 address has its brackets;
    /// the port that clients write, which behind a proxy is not the one listened on.
    #[must_use]
    pub fn new<N: AsRef<str>>(names: &[N], port: u16) -> Self {
        Self { names: names.iter().map(|name| name.as_ref().to_ascii_lowercase()).collect(), port }
    }

    /// Returns this machine's own names at this port.
    #[must_use]
    pub fn local(port: u16) -> Self {
        Self::new(&["localhost", "127.0.0.1", "[::1]"], port)
    }

    /// Says whether a TLS client that named `name` came to the right door.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.names.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    /// Checks the host of a request: the address line's, the header's, or both if they agree.
    ///
    /// # Errors
    /// [`Misdirected`].
    pub(super) fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Misdirected> {
        let mut lines = headers.get_all(HOST).iter();
        let header = match (lines.next(), lines.next()) {
            (None, _) => None,
            (Some(line), None) => Some(parse(line.as_bytes())?),
            (Some(_), Some(_)) => return Err(Misdirected::Unclear),
        };
        let host = match (uri.authority(), header) {
            (Some(line), Some(header)) if *line != header => return Err(Misdirected::Unclear),
            (Some(line), _) => line.clone(),
            (None, Some(header)) => header,
            (None, None) => return Err(Misdirected::Unclear),
        };
        if host.as_str().contains('@') {
            return Err(Misdirected::Unclear);
        }
        // Without a port a URL means that of HTTPS.
        let port = if host.port().is_some() { host.port_u16() } else { Some(443) };
        if self.knows(host.host()) && port == Some(self.port) { Ok(()) } else { Err(Misdirected::Elsewhere) }
    }
}

fn parse(line: &[u8]) -> Result<Authority, Misdirected> {
    Authority::try_from(line).map_err(|_| Misdirected::Unclear)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn ask(uri: &str, hosts: &[&str]) -> Result<(), Misdirected> {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, HeaderValue::from_str(host).unwrap());
        }
        Hosts::local(8443).check(&uri.parse().unwrap(), &headers)
    }

    #[test]
    fn our_own_names_are_taken() {
        for host in ["localhost:8443", "LOCALHOST:8443", "127.0.0.1:8443", "[::1]:8443"] {
            assert_eq!(ask("/x", &[host]), Ok(()), "{host}");
        }
        assert_eq!(ask("https://localhost:8443/x", &[]), Ok(()));
        assert_eq!(ask("https://localhost:8443/x", &["localhost:8443"]), Ok(()));
        let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static("hub.example"))]);
        assert_eq!(Hosts::new(&["hub.example"], 443).check(&Uri::from_static("/"), &headers), Ok(()));
    }

    #[test]
    fn other_names_are_misdirected() {
        for host in ["evil.example:8443", "localhost", "localhost:8444", "localhost.:8443", "localhost:443"] {
            assert_eq!(ask("/x", &[host]), Err(Misdirected::Elsewhere), "{host}");
        }
    }

    #[test]
    fn an_unclear_host_is_refused() {
        assert_eq!(ask("/x", &[]), Err(Misdirected::Unclear));
        assert_eq!(ask("/x", &["localhost:8443", "localhost:8443"]), Err(Misdirected::Unclear));
        assert_eq!(ask("/x", &["me@localhost:8443"]), Err(Misdirected::Unclear));
        assert_eq!(ask("/x", &["localhost:8443 "]), Err(Misdirected::Unclear));
        assert_eq!(ask("https://localhost:8443/", &["127.0.0.1:8443"]), Err(Misdirected::Unclear));
    }
}
