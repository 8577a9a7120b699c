//! From a client certificate to a [`Credential`] of an agency's system.
//!
//! Promises: a certificate counts only while its thumbprint is on the list, asked anew on every
//! request, and only within its own dates and for its stated use. TLS has proved that the peer
//! holds the private key; a resumed connection has not proved that it is still allowed.
//! Must never know: names inside the certificate, TLS, tokens.

use super::{Credential, Subject};
use crate::model::id::AgencyId;
use crate::model::time::Moment;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use subtle::ConstantTimeEq as _;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// SHA-256 of a certificate's DER bytes. Shape in text: 43 characters, base64url without padding.
#[derive(Clone, Copy, Eq, Debug)]
pub struct Thumbprint([u8; 32]);

/// The text was not a thumbprint.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a thumbprint: write the certificate's SHA-256 as 43 characters of base64url")]
pub struct NotAThumbprint;

impl From<[u8; 32]> for Thumbprint {
    /// Takes a SHA-256 that was computed where the certificate was made.
    fn from(digest: [u8; 32]) -> Self {
        Self(digest)
    }
}

impl Thumbprint {
    /// Computes the thumbprint of a certificate.
    #[must_use]
    pub fn of(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }
}

impl PartialEq for Thumbprint {
    /// Takes the same time wherever the difference is.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Hash for Thumbprint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl FromStr for Thumbprint {
    type Err = NotAThumbprint;
    fn from_str(text: &str) -> Result<Self, NotAThumbprint> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAThumbprint)?;
        bytes.try_into().map(Self).map_err(|_| NotAThumbprint)
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// Why a certificate admits nobody.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum NotAllowed {
    /// Not on the list, or taken off it. Worth an alarm: its authority is known to us.
    #[error("the client certificate is not on the list")]
    Unknown,
    /// The agency's entry in the directory has ended.
    #[error("the agency's entry in the directory has ended")]
    Lapsed,
    /// The bytes are not one certificate.
    #[error("the client certificate cannot be read")]
    Unreadable,
    /// Outside its own dates.
    #[error("the client certificate has expired or is not valid yet")]
    Dates,
    /// Not made for clients, or an authority's own.
    #[error("the certificate is not made for clients")]
    Use,
}

/// What the list says of one certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Allowed {
    /// Whose system it is.
    pub agency: AgencyId,
    /// When the agency's entry in the directory ends, if it does.
    pub valid_until: Option<Moment>,
}

/// The certificates that may come in, by thumbprint. May change while the hub runs.
#[derive(Debug, Default)]
pub struct ClientCerts(RwLock<HashMap<Thumbprint, Allowed>>);

impl ClientCerts {
    /// Returns a list of these certificates.
    #[must_use]
    pub fn new(list: impl IntoIterator<Item = (Thumbprint, Allowed)>) -> Self {
        Self(RwLock::new(list.into_iter().collect()))
    }

    /// Puts a certificate on the list, or changes whose it is.
    pub fn allow(&self, thumbprint: Thumbprint, allowed: Allowed) {
        self.write().insert(thumbprint, allowed);
    }

    /// Takes a certificate off the list. Returns whether it was there. Its next request is refused.
    pub fn revoke(&self, thumbprint: &Thumbprint) -> bool {
        self.write().remove(thumbprint).is_some()
    }

    /// Checks the certificate of the connection, for this one request.
    ///
    /// # Errors
    /// [`NotAllowed`]; the list is asked first, so nothing of a stranger is parsed.
    pub fn admit(&self, der: &[u8], now: Moment) -> Result<Credential, NotAllowed> {
        let allowed = self.read().get(&Thumbprint::of(der)).cloned().ok_or(NotAllowed::Unknown)?;
        if allowed.valid_until.is_some_and(|until| until <= now) {
            return Err(NotAllowed::Lapsed);
        }
        let end = inspect(der, now)?;
        let expires = allowed.valid_until.map_or(end, |until| until.min(end));
        Ok(Credential { subject: Subject::System, agency: allowed.agency, expires, token_id: None })
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<Thumbprint, Allowed>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<Thumbprint, Allowed>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Checks dates and use, and returns when the certificate ends.
fn inspect(der: &[u8], now: Moment) -> Result<Moment, NotAllowed> {
    let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| NotAllowed::Unreadable)?;
    if !rest.is_empty() {
        return Err(NotAllowed::Unreadable);
    }
    let start = Moment::from_micros(0).plus_seconds(certificate.validity().not_before.timestamp());
    // The last second still counts (RFC 5280, section 4.1.2.5), so the end is one second after it.
    let end = Moment::from_micros(0).plus_seconds(certificate.validity().not_after.timestamp()).plus_seconds(1);
    if now < start || end <= now {
        return Err(NotAllowed::Dates);
    }
    // "Any use" is not enough: the use must have been meant.
    let uses = certificate.extended_key_usage().map_err(|_| NotAllowed::Unreadable)?;
    if certificate.is_ca() || !uses.is_some_and(|uses| uses.value.client_auth) {
        return Err(NotAllowed::Use);
    }
    Ok(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose as Use, IsCa, KeyPair, date_time_ymd};

    fn certificate(change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["system.invalid".to_owned()]).unwrap();
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2027, 1, 1);
        params.extended_key_usages = vec![Use::ClientAuth];
        change(&mut params);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    fn moment(date: &str) -> Moment {
        date.parse::<crate::model::time::Day>().unwrap().end()
    }

    fn police() -> Allowed {
        Allowed { agency: "police-scotland".parse().unwrap(), valid_until: None }
    }

    fn list(der: &[u8]) -> ClientCerts {
        ClientCerts::new([(Thumbprint::of(der), police())])
    }

    #[test]
    fn a_listed_certificate_is_admitted_until_it_is_revoked() {
        let (der, now) = (certificate(|_| {}), moment("2026-06-01"));
        let certs = list(&der);
        let credential = certs.admit(&der, now).unwrap();
        assert_eq!((credential.subject(), credential.agency().as_str()), (&Subject::System, "police-scotland"));
        assert_eq!(credential.expires(), Moment::from_micros(0).plus_seconds(1_798_761_601));
        assert!(certs.revoke(&Thumbprint::of(&der)));
        assert_eq!(certs.admit(&der, now).unwrap_err(), NotAllowed::Unknown);
        assert!(!certs.revoke(&Thumbprint::of(&der)));
        certs.allow(Thumbprint::of(&der), police());
        assert!(certs.admit(&der, now).is_ok());
    }

    #[test]
    fn a_stranger_with_the_same_names_is_unknown() {
        let certs = list(&certificate(|_| {}));
        assert_eq!(certs.admit(&certificate(|_| {}), moment("2026-06-01")).unwrap_err(), NotAllowed::Unknown);
    }

    #[test]
    fn dates_hold_to_the_second() {
        let der = certificate(|_| {});
        let certs = list(&der);
        let (start, last) = (moment("2025-12-31"), moment("2026-12-31"));
        assert!(certs.admit(&der, start).is_ok() && certs.admit(&der, last).is_ok());
        for out in [start.plus_seconds(-1), last.plus_seconds(1)] {
            assert_eq!(certs.admit(&der, out).unwrap_err(), NotAllowed::Dates);
        }
    }

    #[test]
    fn only_a_clients_certificate_will_do() {
        for der in [
            certificate(|p| p.extended_key_usages = vec![Use::ServerAuth]),
            certificate(|p| p.extended_key_usages = vec![Use::Any]),
            certificate(|p| p.extended_key_usages = vec![]),
            certificate(|p| p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)),
        ] {
            assert_eq!(list(&der).admit(&der, moment("2026-06-01")).unwrap_err(), NotAllowed::Use);
        }
    }

    #[test]
    fn a_lapsed_agency_and_broken_bytes_are_refused() {
        let (der, now) = (certificate(|_| {}), moment("2026-06-01"));
        let certs = ClientCerts::new([(Thumbprint::of(&der), Allowed { valid_until: Some(now), ..police() })]);
        assert_eq!(certs.admit(&der, now).unwrap_err(), NotAllowed::Lapsed);
        assert_eq!(certs.admit(&der, now.plus_seconds(-9)).unwrap().expires(), now);
        let longer = [der.as_slice(), &[0]].concat();
        for bad in [longer.as_slice(), b"", &der[..90]] {
            assert_eq!(list(bad).admit(bad, now).unwrap_err(), NotAllowed::Unreadable);
        }
    }

    #[test]
    fn a_thumbprint_has_one_text() {
        let print = Thumbprint::of(b"x");
        assert_eq!(print.to_string().parse(), Ok(print));
        assert_ne!(print, Thumbprint::of(b"y"));
        for bad in ["", "AAAA", &format!("{print}="), &format!("{print}A"), &"+".repeat(43), &"_".repeat(43)] {
            assert_eq!(bad.parse::<Thumbprint>(), Err(NotAThumbprint), "{bad}");
        }
    }
}
