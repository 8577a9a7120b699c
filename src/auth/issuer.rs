//! Who may speak for an agency: one issuer of tokens, pinned with its keys.
//!
//! Promises: names, keys and lifetimes of an issuer are checked before it is trusted.
//! Must never know: tokens, where the pinned keys came from.

use super::environment::Environment;
use super::keys::{Kid, PublicKey, SignatureAlgorithm};
use crate::model::id::AgencyId;
use crate::model::time::Moment;
use std::collections::BTreeMap;

/// Whom an issuer's tokens speak for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IssuerKind {
    /// Workers. Tokens are not bound to a certificate.
    People,
    /// The agency's own systems. Every token is bound to one client certificate.
    Systems,
}

impl IssuerKind {
    /// Returns the longest lifetime of its tokens that the hub takes, in seconds.
    #[must_use]
    pub const fn lifetime_max_s(self) -> i64 {
        match self {
            // Ten hours: one long shift, and the absolute end of a session.
            Self::People => 36_000,
            // Five minutes: a system asks again, a thief runs out.
            Self::Systems => 300,
        }
    }
}

/// One issuer of tokens. It speaks for exactly one agency.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// Its identifier, as it stands in `iss`: `https://`, a host, perhaps a path.
    pub issuer: String,
    /// The agency.
    pub agency: AgencyId,
    /// Whom its tokens speak for.
    pub kind: IssuerKind,
    /// The only algorithm that it signs with.
    pub algorithm: SignatureAlgorithm,
    /// Its public keys by name.
    pub keys: BTreeMap<Kid, PublicKey>,
    /// Longest time from `iat` to `exp`, in seconds.
    pub max_lifetime_s: i64,
    /// When the agency's entry in the directory ends, after which nothing of it is taken.
    pub valid_until: Option<Moment>,
}

/// Why a set of issuers is not trusted.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum BadIssuer {
    /// The identifier is not `https://host/path` in plain lower-case letters.
    #[error(
        "the issuer of {agency} is not written as https://host/path without query, fragment or capitals in the host"
    )]
    Shape {
        /// Whose issuer it is.
        agency: AgencyId,
    },
    /// The hub's own identifier, which tokens name as their audience, is empty or too long.
    #[error("the audience is not 1 to 255 printable characters")]
    Audience,
    /// A name of the demonstration identity in production.
    #[error("an issuer or key of {agency} belongs to the demonstration identity and this is production")]
    Demo {
        /// Whose issuer it is.
        agency: AgencyId,
    },
    /// No key, or a key of another algorithm than the issuer's.
    #[error("the issuer of {agency} has no key, or one that does not fit its algorithm")]
    Keys {
        /// Whose issuer it is.
        agency: AgencyId,
    },
    /// A lifetime that is not positive or longer than its kind may have.
    #[error("the issuer of {agency} has a token lifetime outside 1 to {max} seconds")]
    Lifetime {
        /// Whose issuer it is.
        agency: AgencyId,
        /// The longest allowed.
        max: i64,
    },
    /// One issuer twice: it would speak for two agencies, or have two sets of keys.
    #[error("the issuer of {agency} is named twice")]
    Twice {
        /// Whose issuer it is.
        agency: AgencyId,
    },
    /// An agency has two issuers of one kind.
    #[error("{agency} has two issuers of one kind")]
    SecondOfKind {
        /// The agency.
        agency: AgencyId,
    },
}

impl Issuer {
    /// Checks everything that can be known of one issuer alone.
    pub(super) fn check(&self, environment: Environment) -> Result<(), BadIssuer> {
        let agency = || self.agency.clone();
        if !is_identifier(&self.issuer) {
            return Err(BadIssuer::Shape { agency: agency() });
        }
        if environment.refuses(&self.issuer) || self.keys.keys().any(|kid| environment.refuses(kid.as_str())) {
            return Err(BadIssuer::Demo { agency: agency() });
        }
        if self.keys.is_empty() || self.keys.values().any(|key| key.algorithm() != self.algorithm) {
            return Err(BadIssuer::Keys { agency: agency() });
        }
        let max = self.kind.lifetime_max_s();
        if !(1..=max).contains(&self.max_lifetime_s) {
            return Err(BadIssuer::Lifetime { agency: agency(), max });
        }
        Ok(())
    }
}

/// Says whether `text` is `https://HOST[:PORT][/PATH]` without anything that could be written in two ways.
fn is_identifier(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
    text.len() <= 255
        && !name.is_empty()
        && name.bytes().all(plain)
        && port.parse::<u16>().is_ok()
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_' | b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_can_be_written_in_one_way_only() {
        for good in ["https://login.police.scot", "https://a.scot:8443/x/Y_z~/", "https://sts.example/1f-2/"] {
            assert!(is_identifier(good), "{good}");
        }
        let long = format!("https://a/{}", "b".repeat(250));
        for bad in [
            "",
            "https://",
            "https:///x",
            "http://a.scot",
            "HTTPS://a.scot",
            "https://A.scot",
            "https://u@a.scot",
            "https://a.scot?x",
            "https://a.scot/#x",
            "https://a.scot/%64emo-x",
            "https://a.scot:x",
            "https://a.scot/é",
            &long,
        ] {
            assert!(!is_identifier(bad), "{bad}");
        }
    }
}
