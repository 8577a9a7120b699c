//! Whom an emergency is about: a case by its id, by hers, or by the man's identifiers.
//!
//! Promises: nobody's identity is opened to find him; two men who fit are told apart by asking for more, never by
//! guessing; a case that no emergency opens, and one whose man the worker knows, are found like nobody.

use super::{AskEmergency, Man, question};
use crate::auth::Actor;
use crate::desk::{Desk, Error};
use crate::model::id::{CaseId, GrantId, ProtectedId};

/// Whom it is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A case, and one protected person of it if only she is meant.
    Case(CaseId, Option<ProtectedId>),
    /// Nobody whom an emergency opens.
    Nobody {
        /// The worker knows him.
        known: bool,
    },
}

impl Desk {
    /// Finds whom a request is about.
    pub(super) async fn target(&self, actor: &Actor, new: &AskEmergency) -> Result<Target, Error> {
        let mut known = false;
        let mut places = match &new.person {
            Some(man) => {
                known = self.knows(actor, man);
                let found = self.index.find_exactly(&self.gate.vault, &man.search());
                found.into_iter().map(|(_, case)| (case, None)).collect()
            }
            None => self.place_by_id(new).await?,
        };
        if places.is_empty() {
            // Nobody is looked at in the same way as somebody hidden, so that both take as long.
            places.push((CaseId::random(), None));
        }
        let mut open = Vec::new();
        for (case, about) in places {
            let category = new.categories.first().copied().ok_or(Error::NotFound)?;
            let question = question(GrantId::random(), Some(case), about, category);
            known |= self.gate.facts(&question.by(actor), None).await?.conflicted;
            let found = self.gate.store.case(case).await?;
            if found.is_some_and(|head| !self.gate.policy.limits().is_closed(&head.label)) {
                open.push((case, about));
            }
        }
        if known {
            return Ok(Target::Nobody { known });
        }
        match open.as_slice() {
            [] => Ok(Target::Nobody { known }),
            [(case, about)] => Ok(Target::Case(*case, *about)),
            _ => Err(Error::field("person", "fits more than one man: give another identifier, and do not guess")),
        }
    }

    /// Returns the case that ids mean, if they mean one and the same.
    async fn place_by_id(&self, new: &AskEmergency) -> Result<Vec<(CaseId, Option<ProtectedId>)>, Error> {
        let hers = match new.about {
            Some(id) => self.gate.store.protected(id).await?.map(|found| found.head.case),
            None => None,
        };
        let case = match (new.case, new.about) {
            (Some(case), None) => Some(case),
            (Some(case), Some(_)) => hers.filter(|of| *of == case),
            (None, _) => hers,
        };
        Ok(case.map(|case| (case, new.about)).into_iter().collect())
    }

    /// Says whether the worker has declared to know somebody of these names.
    fn knows(&self, actor: &Actor, man: &Man) -> bool {
        actor.worker().is_some_and(|worker| self.index.is_declared(&self.gate.vault, worker, &man.search()))
    }
}
