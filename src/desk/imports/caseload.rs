//! A caseload: looked at, sealed, and made with one commit.
//!
//! Promises: its men are found as soon as they are there; nobody declares to know one of them between the look at
//! declarations and the commit.

use super::{Fault, Imported, Table};
use crate::auth::Actor;
use crate::desk::{Desk, Error, Once, Recorded, Written};
use crate::model::id::{CaseId, PersonId, WorkerId};
use crate::model::imports::Man;
use crate::model::people::Identity;
use crate::policy::permit::Permit;
use crate::store::effect::{Change, Supervision};
use crate::store::imports::NewImport;
use std::collections::HashSet;

/// What was found of the lines.
pub(super) struct Looked {
    /// The lines that are right.
    pub(super) men: Vec<Man>,
    /// What is wrong with the others.
    pub(super) faults: Vec<Fault>,
    /// The agency's own cases of which the importer is told.
    pub(super) told: HashSet<CaseId>,
}

impl Desk {
    /// Looks at a caseload, and makes it if that was asked for.
    pub(super) async fn import_caseload(
        &self,
        (actor, worker): (&Actor, WorkerId),
        table: &Table,
        permit: Permit,
        once: Option<Once>,
    ) -> Result<Imported, Error> {
        let ask = table.question.by(actor);
        let looked = self.looked_at(actor, worker, table.question, &table.new.lines, &table.places).await?;
        let make = table.is_made(looked.men.len(), &looked.faults);
        let answer = table.answer(looked.men.len(), &looked.faults, make);
        if !make {
            let seen = NewImport { cases: Vec::new(), told: looked.told };
            let receipt = self.gate.commit(permit, &ask, None, Supervision::Import(Box::new(seen)).into()).await?;
            let recorded = Some(Recorded::from(&receipt));
            return Ok(Imported { written: Written { answer: answer.to_string(), recorded }, made: false });
        }
        let (mut cases, wraps) = self.sealed_caseload(actor.agency(), worker, &looked.men).await?;
        let declaring = self.coming.declaring.write().await;
        for (one, man) in cases.iter_mut().zip(&looked.men) {
            one.case.known_to = self.index.declared_by(&self.gate.vault, &man.identity).into_iter().collect();
        }
        let people: Vec<_> = cases.iter().map(|one| (one.case.head.person, one.case.head.id)).collect();
        let effect = Supervision::Import(Box::new(NewImport { cases, told: looked.told }));
        let change = Change { effect: effect.into(), wraps, promise: None, frame: None };
        let written = self.write(permit, &ask, None, change, once.as_ref(), answer).await?;
        if written.recorded.is_some() {
            let known = looked.men.iter().map(|man| &man.identity);
            self.indexed(people.into_iter().zip(known));
        }
        drop(declaring);
        Ok(Imported { written, made: true })
    }

    /// Lets men who came in be found.
    fn indexed<'a>(&self, people: impl Iterator<Item = ((PersonId, CaseId), &'a Identity)>) {
        for ((person, case), identity) in people {
            self.index.add(&self.gate.vault, person, case, identity);
        }
    }
}
