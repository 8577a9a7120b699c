//! The demonstration identity: an issuer per agency, made up on the spot, for workers who are too.
//!
//! Five locks keep it from real cases. (1) Production packages are built with
//! `--no-default-features`, and `strings lippen | grep DEMO-IDENTITY` must then find nothing:
//! `auth/environment.rs` tests that for the test program itself. (2) A database is stamped with
//! its environment for ever. (3) Every name here starts with `demo-`, which production refuses.
//! (4) The demonstration listens on this machine only. (5) Production needs a signed directory.
//! Must never know: real workers, a file, the network.

use super::environment::{Environment, MARK};
use super::issuer::{Issuer, IssuerKind};
use super::keys::SignatureAlgorithm;
use super::signer::{NewToken, NotIssued, TokenSigner};
use crate::model::id::{AgencyId, WorkerId};
use crate::model::time::Moment;
use std::collections::BTreeMap;

/// What a program that holds the demonstration identity contains, for the check of a release file.
pub const MARKER: &str = "DEMO-IDENTITY-PRESENT";

/// Signs in the made-up cast. Its keys live in memory only.
#[derive(Debug)]
pub struct DemoIdentity {
    audience: String,
    signers: BTreeMap<AgencyId, TokenSigner>,
}

impl DemoIdentity {
    /// Makes a key for each agency, and says so in the log.
    ///
    /// # Errors
    /// [`NotIssued::Demo`] in production; [`NotIssued::Signature`] if no key could be made.
    pub fn new(
        environment: Environment,
        audience: &str,
        agencies: impl IntoIterator<Item = AgencyId>,
    ) -> Result<Self, NotIssued> {
        if environment != Environment::Demo {
            return Err(NotIssued::Demo);
        }
        tracing::warn!(
            marker = MARKER,
            "the demonstration identity signs in anybody of the cast; all of it is made up"
        );
        let signers = agencies.into_iter().map(|agency| Ok((agency, TokenSigner::generate(MARK)?)));
        Ok(Self { audience: audience.to_owned(), signers: signers.collect::<Result<_, _>>()? })
    }

    /// Returns the issuers, to be trusted by a demonstration hub.
    #[must_use]
    pub fn issuers(&self) -> Vec<Issuer> {
        let issuer = |(agency, signer): (&AgencyId, &TokenSigner)| Issuer {
            issuer: name(agency),
            agency: agency.clone(),
            kind: IssuerKind::People,
            algorithm: SignatureAlgorithm::EdDsa,
            keys: [signer.pinned()].into(),
            max_lifetime_s: LIFETIME_S,
            valid_until: None,
        };
        self.signers.iter().map(issuer).collect()
    }

    /// Issues a token to a worker of the cast, good for ten hours.
    ///
    /// # Errors
    /// [`NotIssued::Agency`] if the agency is not in the demonstration.
    pub fn issue(&self, agency: &AgencyId, worker: WorkerId, now: Moment) -> Result<String, NotIssued> {
        let signer = self.signers.get(agency).ok_or(NotIssued::Agency)?;
        let (issuer, subject) = (name(agency), format!("u:{worker}"));
        signer.sign(&NewToken::new(&issuer, &subject, &self.audience, now, LIFETIME_S))
    }
}

/// Names that end in `.invalid` never exist (RFC 2606), so no such issuer can be reached or bought.
fn name(agency: &AgencyId) -> String {
    format!("https://{MARK}identity.invalid/{agency}")
}

/// How long a token of the cast is good: ten hours.
pub const LIFETIME_S: i64 = 36_000;

#[cfg(test)]
mod tests {
    use super::super::Subject;
    use super::super::issuer::BadIssuer;
    use super::super::token::Issuers;
    use super::*;

    fn police() -> AgencyId {
        "police-scotland".parse().unwrap()
    }

    fn demo() -> DemoIdentity {
        let long = "z".repeat(64).parse().unwrap();
        DemoIdentity::new(Environment::Demo, "https://127.0.0.1:8443", [police(), long]).unwrap()
    }

    #[test]
    fn the_cast_signs_in_for_ten_hours() {
        let (demo, worker, now) = (demo(), WorkerId::random(), Moment::from_micros(1_790_000_000_000_000));
        let issuers = Issuers::new(Environment::Demo, "https://127.0.0.1:8443".to_owned(), demo.issuers()).unwrap();
        let token = demo.issue(&police(), worker, now).unwrap();
        let credential = issuers.verify(&token, now, None).unwrap();
        assert_eq!((credential.subject(), credential.agency()), (&Subject::Worker(worker), &police()));
        assert!(issuers.verify(&token, now.plus_seconds(36_009), None).is_ok());
        assert!(issuers.verify(&token, now.plus_seconds(36_010), None).is_err());
        assert_eq!(demo.issue(&"strangers".parse().unwrap(), worker, now).unwrap_err(), NotIssued::Agency);
    }

    #[test]
    fn production_takes_neither_the_identity_nor_its_issuers_nor_its_keys() {
        assert_eq!(DemoIdentity::new(Environment::Production, "x", [police()]).unwrap_err(), NotIssued::Demo);
        let issuers = demo().issuers();
        let trust = |issuer| Issuers::new(Environment::Production, "x".to_owned(), vec![issuer]).map(drop);
        assert_eq!(trust(issuers[0].clone()), Err(BadIssuer::Demo { agency: police() }));
        let renamed = Issuer { issuer: "https://login.scot".to_owned(), ..issuers[0].clone() };
        assert_eq!(trust(renamed), Err(BadIssuer::Demo { agency: police() }), "the key id carries the mark too");
    }
}
