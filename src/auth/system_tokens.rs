//! The hub's own tokens for agencies' systems: five minutes, bound to one client certificate.
//!
//! Promises: each agency has its own issuer name, so that a token of one cannot be read as
//! another's; the key is new at every start, so a restart ends every token.
//! Must never know: whether the certificate is allowed. Call
//! [`ClientCerts::admit`](super::client_cert::ClientCerts::admit) first, on the same request.

use super::client_cert::Thumbprint;
use super::environment::{Environment, MARK};
use super::issuer::{Issuer, IssuerKind};
use super::keys::SignatureAlgorithm;
use super::signer::{NewToken, TokenSigner};
use crate::model::id::AgencyId;
use crate::model::time::Moment;
use std::collections::BTreeSet;

pub use super::signer::NotIssued;

/// Issues tokens to agencies' systems.
#[derive(Debug)]
pub struct SystemTokens {
    base: String,
    audience: String,
    agencies: BTreeSet<AgencyId>,
    signer: TokenSigner,
}

impl SystemTokens {
    /// Makes a new key and an issuer `BASE/systems/AGENCY` for each agency.
    ///
    /// `base` is the hub's address without a final slash; `audience` is what [`super::token::Issuers`] expects.
    ///
    /// # Errors
    /// [`NotIssued::Signature`] if no key could be made.
    pub fn new(
        environment: Environment,
        base: &str,
        audience: &str,
        agencies: impl IntoIterator<Item = AgencyId>,
    ) -> Result<Self, NotIssued> {
        let mark = match environment {
            Environment::Demo => MARK,
            Environment::Production => "",
        };
        Ok(Self {
            base: base.to_owned(),
            audience: audience.to_owned(),
            agencies: agencies.into_iter().collect(),
            signer: TokenSigner::generate(&format!("{mark}hub-"))?,
        })
    }

    /// Returns the issuers that these tokens name, to be trusted with the others.
    #[must_use]
    pub fn issuers(&self) -> Vec<Issuer> {
        let issuer = |agency: &AgencyId| Issuer {
            issuer: self.issuer(agency),
            agency: agency.clone(),
            kind: IssuerKind::Systems,
            algorithm: SignatureAlgorithm::EdDsa,
            keys: [self.signer.pinned()].into(),
            max_lifetime_s: LIFETIME_S,
            valid_until: None,
        };
        self.agencies.iter().map(issuer).collect()
    }

    /// Issues a token to the agency's system that holds the certificate of this thumbprint.
    ///
    /// # Errors
    /// [`NotIssued`] if the agency is not among those of [`new`](Self::new), or signing was not possible.
    pub fn issue(&self, agency: &AgencyId, peer: &Thumbprint, now: Moment) -> Result<String, NotIssued> {
        if !self.agencies.contains(agency) {
            return Err(NotIssued::Agency);
        }
        let (issuer, subject) = (self.issuer(agency), format!("s:{agency}"));
        let claims = NewToken::new(&issuer, &subject, &self.audience, now, LIFETIME_S);
        self.signer.sign(&claims.bound_to(peer))
    }

    fn issuer(&self, agency: &AgencyId) -> String {
        format!("{}/systems/{agency}", self.base)
    }
}

/// How long a system's token is good: five minutes.
pub const LIFETIME_S: i64 = 300;

#[cfg(test)]
mod tests {
    use super::super::Subject;
    use super::super::token::Issuers;
    use super::*;

    const AUDIENCE: &str = "https://hub.scot";

    fn agency(name: &str) -> AgencyId {
        name.parse().unwrap()
    }

    #[test]
    fn a_systems_token_is_good_for_five_minutes_with_its_certificate_only() {
        let tokens =
            SystemTokens::new(Environment::Production, AUDIENCE, AUDIENCE, [agency("police-scotland"), agency("nhs")])
                .unwrap();
        let issuers = Issuers::new(Environment::Production, AUDIENCE.to_owned(), tokens.issuers()).unwrap();
        let (mine, other, now) =
            (Thumbprint::of(b"mine"), Thumbprint::of(b"other"), Moment::from_micros(1_790_000_000_500_000));
        let token = tokens.issue(&agency("police-scotland"), &mine, now).unwrap();
        let credential = issuers.verify(&token, now, Some(&mine)).unwrap();
        assert_eq!((credential.subject(), credential.agency()), (&Subject::System, &agency("police-scotland")));
        assert!(credential.token_id().is_some_and(|id| id.len() == 32));
        assert_eq!(issuers.verify(&token, now, Some(&other)).unwrap_err().reason(), "cnf-other-certificate");
        assert_eq!(issuers.verify(&token, now, None).unwrap_err().reason(), "cnf-no-certificate");
        assert!(issuers.verify(&token, now.plus_seconds(309), Some(&mine)).is_ok());
        assert_eq!(issuers.verify(&token, now.plus_seconds(310), Some(&mine)).unwrap_err().reason(), "expired");
        assert_eq!(tokens.issue(&agency("strangers"), &mine, now).unwrap_err(), NotIssued::Agency);
    }

    #[test]
    fn a_restart_ends_every_token() {
        let make = || SystemTokens::new(Environment::Demo, AUDIENCE, AUDIENCE, [agency("nhs")]).unwrap();
        let (before, after) = (make(), make());
        let (peer, now) = (Thumbprint::of(b"x"), Moment::from_micros(0));
        let token = before.issue(&agency("nhs"), &peer, now).unwrap();
        let issuers = Issuers::new(Environment::Demo, AUDIENCE.to_owned(), after.issuers()).unwrap();
        assert_eq!(issuers.verify(&token, now, Some(&peer)).unwrap_err().reason(), "kid-unknown");
        assert!(Issuers::new(Environment::Production, AUDIENCE.to_owned(), before.issuers()).is_err(), "marked demo-");
    }
}
