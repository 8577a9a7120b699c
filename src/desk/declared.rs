//! A worker says that they know somebody outside work.
//!
//! Promises: a declaration cannot be used to ask whether somebody is on a case. The answer is the same for everybody; each
//! is told to the worker's managers in the same commit, without a name; there are so many in a day and no more. Where
//! only a woman's or child's name fits, on a case where the worker works and may not know of her, the case does not close
//! before their eyes: they see nothing that is hers, and the case's managers are told and decide who works on it.
//! Must never know: HTTP, SQL.

use super::{Desk, Error, Question, Recorded};
use crate::auth::Actor;
use crate::model::agencies::Seat;
use crate::model::alerts::{HubKind, Severity};
use crate::model::cases::DeclaredConflict;
use crate::model::id::{CaseId, ConflictId, PersonId, ProtectedId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::{Drawer, Place, Record};
use crate::model::text::Line;
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store::alerts::NewAlert;
use crate::store::cases::NewConflict;
use crate::store::effect::Effect;
use serde::Deserialize;
use std::collections::BTreeSet;

/// How often the facts may move while a declaration is prepared before the caller is told to try again.
const ATTEMPTS_MAX: usize = 3;

/// Who raises the notices: the declarer must find no trace of what follows.
const AUTHOR: &str = "hub:conflict";

/// Whom a worker declares to know.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declare {
    /// Family name.
    pub family_name: Line<80>,
    /// Given name.
    pub given_name: Line<120>,
    /// How they know each other; `myself` for one's own particulars.
    pub relation: Line<80>,
    /// Where that person lives.
    #[serde(default)]
    pub address: Option<Line<200>>,
    /// That person's telephone.
    #[serde(default)]
    pub phone: Option<Line<30>>,
}

impl Desk {
    /// Records that a worker knows somebody: from the commit on, that person's cases are closed to them.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a caller that is no worker; [`Error::Invalid`] for one declaration too many in a day.
    pub async fn declare(&self, actor: &Actor, new: Declare) -> Result<(ConflictId, Recorded), Error> {
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let id = ConflictId::random();
        let question = Question {
            action: Action::Declare,
            record: Record::Conflict(id),
            case: None,
            about: None,
            category: Category::Identity,
            purpose: self.purpose(actor, None),
        };
        let ask = question.by(actor);
        let Declare { family_name, given_name, relation, address, phone } = new;
        let words = DeclaredConflict { family_name, given_name, relation, address, phone };
        let place = Place { drawer: Drawer::directory(), record: Record::Conflict(id) };
        let _declaring = self.coming.declaring.read().await;
        for _ in 0..ATTEMPTS_MAX {
            let permit = self.gate.decide(&ask, None).await?;
            let (at, rate) = (self.now(), self.gate.policy.limits().rate(Limit::Declarations));
            if self.gate.store.declarations(worker, at.plus_seconds(-rate.within_s)).await? >= rate.times {
                let say = "is one too many for a day: tell your manager, and declare the others tomorrow";
                return Err(self.declined(permit, Error::field("", say)).await);
            }
            let (people, quiet) = self.closes_to(actor, worker, &words).await?;
            let mut notices = self.told_of_declaration(actor, worker).await?;
            notices.extend(self.told_on_cases(actor, worker, &quiet).await?);
            let sealed = self.seal(place, &words).await?;
            let conflict = NewConflict { id, worker, at, words: sealed, people };
            match self.gate.commit_as_prepared(permit, Effect::Declare(conflict, notices).into()).await {
                Err(crate::gate::Error::Moved) => {}
                settled => {
                    let recorded = Recorded::from(&settled?);
                    self.index.declare(&self.gate.vault, worker, id, &words);
                    return Ok((id, recorded));
                }
            }
        }
        Err(Error::Busy)
    }

    /// Returns the men whose cases close to a worker, and the cases on which their managers decide.
    async fn closes_to(
        &self,
        actor: &Actor,
        worker: WorkerId,
        words: &DeclaredConflict,
    ) -> Result<(Vec<PersonId>, Vec<CaseId>), Error> {
        let him = self.index.meant_by(&self.gate.vault, words).into_iter().map(|(person, _)| person);
        let mut people: BTreeSet<PersonId> = him.collect();
        let mut hers: Vec<(PersonId, CaseId, ProtectedId)> = self.index.protected_meant_by(&self.gate.vault, words);
        // Nobody is looked at in the same way as somebody, so that both take as long.
        if hers.is_empty() {
            hers.push((PersonId::random(), CaseId::random(), ProtectedId::random()));
        }
        let (mut quiet, mut there) = (BTreeSet::new(), Vec::new());
        for (person, case, her) in hers {
            let works = self.gate.store.involved(case).await?.iter().any(|one| one.worker == worker);
            let knows = self.knows_women(actor, case, Some(her), self.purpose(actor, None)).await?;
            if works && !knows {
                quiet.insert(case);
            } else if self.gate.store.case(case).await?.is_some() {
                there.push(person);
            }
        }
        people.extend(there);
        Ok((people.into_iter().collect(), quiet.into_iter().collect()))
    }

    /// Tells the worker's managers of every declaration alike: whatever it meant, and whether it meant anybody.
    async fn told_of_declaration(&self, actor: &Actor, worker: WorkerId) -> Result<Vec<NewAlert>, Error> {
        let managers = self.gate.store.managers_of(actor.agency(), None, Some(worker)).await?;
        let text = format!(
            "{}, worker {}, has declared that they know somebody outside work. Ask them whom, and whether their cases \
             need another worker. If they declare one name after another, ask them why.",
            self.gate.policy.called(actor),
            actor.word(),
        );
        self.to_oversight(AUTHOR, HubKind::ConflictDeclared, Severity::Normal, &text, &managers).await
    }

    /// Tells the managers of cases that did not close by themselves.
    async fn told_on_cases(&self, actor: &Actor, worker: WorkerId, cases: &[CaseId]) -> Result<Vec<NewAlert>, Error> {
        let mut notices = Vec::new();
        for case in cases {
            let owner = self.gate.store.case(*case).await?.ok_or(Error::NotFound)?.owner;
            let seats: Vec<Seat> = self.gate.store.managers_of(&owner, Some(*case), Some(worker)).await?;
            let text = format!(
                "{}, worker {}, works on case {case} and has declared that they know somebody whom it protects. They \
                 may not know that she is there, so the case was not closed before their eyes: they see nothing of \
                 hers. Decide today who works on it instead, and do not tell them why.",
                self.gate.policy.called(actor),
                actor.word(),
            );
            notices.extend(self.to_oversight(AUTHOR, HubKind::ConflictDeclared, Severity::High, &text, &seats).await?);
        }
        Ok(notices)
    }
}
