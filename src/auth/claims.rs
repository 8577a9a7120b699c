//! The second pass: what a signed token must say before it proves anything.
//!
//! The library takes tokens whose claims are of odd types or missing; nothing is left to it
//! here but the signature. [`Proven::read`] checks what never changes, once; [`Proven::stands`]
//! checks time and connection, on every use, also of a remembered token.
//! Must never know: the machine's clock, the token's text.

use super::Subject;
use super::client_cert::Thumbprint;
use super::invalid::InvalidToken;
use super::issuer::{Issuer, IssuerKind};
use crate::model::id::AgencyId;
use crate::model::time::Moment;
use serde_json::{Map, Value};

/// A token whose signature and unchanging claims are right. It admits nobody until it [stands](Self::stands).
#[derive(Debug)]
pub(super) struct Proven {
    pub(super) subject: Subject,
    pub(super) agency: AgencyId,
    pub(super) token_id: String,
    issued_s: i64,
    starts_s: i64,
    ends_s: i64,
    max_lifetime_s: i64,
    agency_until: Option<Moment>,
    bound: Option<Thumbprint>,
}

impl Proven {
    /// Reads the verified claims of a token of `issuer`.
    pub(super) fn read(claims: &Map<String, Value>, issuer: &Issuer, audience: &str) -> Result<Self, InvalidToken> {
        if claims.get("iss").and_then(Value::as_str) != Some(&issuer.issuer) {
            return Err(InvalidToken::because("iss"));
        }
        if !names(claims.get("aud"), audience) {
            return Err(InvalidToken::because("aud"));
        }
        Ok(Self {
            subject: subject(word(claims, "sub", 255).ok_or(InvalidToken::because("sub"))?, issuer)?,
            agency: issuer.agency.clone(),
            token_id: word(claims, "jti", 128).ok_or(InvalidToken::because("jti"))?.to_owned(),
            issued_s: second(claims, "iat").ok_or(InvalidToken::because("iat"))?,
            starts_s: second(claims, "nbf").ok_or(InvalidToken::because("nbf"))?,
            ends_s: second(claims, "exp").ok_or(InvalidToken::because("exp"))?,
            max_lifetime_s: issuer.max_lifetime_s,
            agency_until: issuer.valid_until,
            bound: binding(claims.get("cnf"), issuer.kind)?,
        })
    }

    /// Checks time and connection, and returns when the token ends.
    ///
    /// The leeway of ten seconds is part of the end, so that everything that looks at the
    /// credential later agrees with this check.
    pub(super) fn stands(&self, now: Moment, peer: Option<&Thumbprint>) -> Result<Moment, InvalidToken> {
        let late = now.plus_seconds(LEEWAY_S);
        let early = now.plus_seconds(-LEEWAY_S);
        let reason = if at(self.issued_s) > late {
            "iat-future"
        } else if at(self.ends_s) <= early {
            "expired"
        } else if at(self.issued_s) < early.plus_seconds(-self.max_lifetime_s) {
            "iat-old"
        } else if !(1..=self.max_lifetime_s).contains(&(self.ends_s - self.issued_s)) {
            "lifetime"
        } else if at(self.starts_s) > late {
            "not-yet-valid"
        } else if self.agency_until.is_some_and(|until| until <= now) {
            "agency-lapsed"
        } else {
            self.is_held_by(peer)?;
            let end = at(self.ends_s).plus_seconds(LEEWAY_S);
            return Ok(self.agency_until.map_or(end, |until| until.min(end)));
        };
        Err(InvalidToken::because(reason))
    }

    /// A token of a system is good only on the connection of the certificate it names.
    fn is_held_by(&self, peer: Option<&Thumbprint>) -> Result<(), InvalidToken> {
        match (&self.bound, peer) {
            (Some(bound), Some(peer)) if bound == peer => Ok(()),
            (None, None) => Ok(()),
            (Some(_), Some(_)) => Err(InvalidToken::because("cnf-other-certificate")),
            (Some(_), None) => Err(InvalidToken::because("cnf-no-certificate")),
            // People never come through the systems' door.
            (None, Some(_)) => Err(InvalidToken::because("people-with-certificate")),
        }
    }
}

/// Says whether `aud` is our name, or a list of our name alone.
fn names(aud: Option<&Value>, audience: &str) -> bool {
    match aud {
        Some(Value::String(name)) => name == audience,
        Some(Value::Array(list)) => matches!(list.as_slice(), [Value::String(name)] if name == audience),
        _ => false,
    }
}

/// Reads a claim that must be 1 to `max` printable ASCII characters without spaces.
fn word<'a>(claims: &'a Map<String, Value>, name: &str, max: usize) -> Option<&'a str> {
    let text = claims.get(name)?.as_str()?;
    ((1..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())).then_some(text)
}

/// Reads a claim that must be a plain whole number of seconds: no sign, fraction, exponent or quotes.
fn second(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    let value = claims.get(name)?.as_u64()?;
    i64::try_from(value).ok().filter(|s| *s <= SECOND_MAX)
}

/// Reads whom the token speaks for. Prefixes keep people, systems and roles apart.
fn subject(sub: &str, issuer: &Issuer) -> Result<Subject, InvalidToken> {
    let subject = match issuer.kind {
        IssuerKind::People => sub.strip_prefix("u:").and_then(|id| id.parse().ok()).map(Subject::Worker),
        IssuerKind::Systems => {
            sub.strip_prefix("s:").filter(|id| *id == issuer.agency.as_str()).map(|_| Subject::System)
        }
    };
    subject.ok_or(InvalidToken::because("sub"))
}

/// Reads the certificate that the token is bound to: always for systems, never for people.
fn binding(cnf: Option<&Value>, kind: IssuerKind) -> Result<Option<Thumbprint>, InvalidToken> {
    match (kind, cnf) {
        (IssuerKind::People, None) => Ok(None),
        (IssuerKind::People, Some(_)) => Err(InvalidToken::because("cnf-of-people")),
        (IssuerKind::Systems, cnf) => {
            // Exactly one member: a second way of binding would be one that nobody checks.
            let only = cnf.and_then(Value::as_object).filter(|members| members.len() == 1);
            let text = only.and_then(|members| members.get("x5t#S256")).and_then(Value::as_str);
            text.and_then(|t| t.parse().ok()).map(Some).ok_or(InvalidToken::because("cnf"))
        }
    }
}

fn at(seconds: i64) -> Moment {
    Moment::from_micros(0).plus_seconds(seconds)
}

/// How far the issuer's clock may be from ours: ten seconds.
const LEEWAY_S: i64 = 10;

/// Last second of the year 9999; later ones are no times but mistakes.
const SECOND_MAX: i64 = 253_402_300_799;
