//! The day after: questions where a man stands that came without an incident number, and the number that comes later.
//!
//! Promises: those who answer for the asker see who asked, when and why, never about whom; a list they see for some weeks,
//! with a number or without, and how many lines it had; the number is added by the
//! asker alone and once, and the question leaves the list; the log keeps both.

use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::id::QueryId;
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::status::{LaterNumber, QueryWords};
use crate::model::text::Line;
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store::effect::Effect;
pub use crate::store::status::ListedQuery;
use crate::store::status::{LaterIncident, place_of};
use crate::vault::Disclosure;
use serde::Deserialize;

/// The number that came later, as the asker gives it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddIncident {
    /// The police incident number.
    pub incident: Line<40>,
}

/// A page of the list.
#[derive(Debug)]
pub struct OpenQueries {
    /// The questions, newest first.
    pub items: Vec<ListedQuery>,
    /// Why each has no number; the number of a list that has one.
    pub words: Disclosure<Vec<QueryWords>>,
    /// After which place the next page begins, if there is one.
    pub next: Option<i64>,
    /// Where the look stands in the log.
    pub recorded: Recorded,
}

/// A question of the actor's own that has no number yet.
pub use crate::store::status::OwnQuery;

impl Desk {
    /// Says whether the actor's role ever answers for those who ask: for menus, not for deciding.
    #[must_use]
    pub fn answers_for_askers(&self, actor: &Actor) -> bool {
        let Some(role) = actor.role() else { return false };
        let status = Category::SupervisionStatus;
        Purpose::ALL.iter().any(|purpose| self.gate.policy.ever(role, actor.kind(), status, *purpose, Action::List))
    }

    /// Lists the actor's own questions that have no number yet, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a caller that is no worker.
    pub async fn own_open_queries(&self, actor: &Actor) -> Result<Vec<OwnQuery>, Error> {
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let question = Question {
            action: Action::Read,
            record: Record::Worker(worker),
            case: None,
            about: None,
            category: Category::SupervisionStatus,
            purpose: self.purpose(actor, None),
        };
        let _ = self.gate.pass(&question.by(actor), None, Effect::Disclose(Vec::new()).into()).await?;
        Ok(self.gate.store.own_queries(worker).await?)
    }

    /// Lists the questions without a number of the actor's agency whose day has come, and its lists.
    ///
    /// # Errors
    /// [`Error::NotFound`] to who answers for nobody.
    pub async fn open_queries(&self, actor: &Actor, before: Option<i64>, limit: i64) -> Result<OpenQueries, Error> {
        let question = Question::of_no_record(Action::List, Category::SupervisionStatus, self.purpose(actor, None));
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, None).await?;
        let scope = self.gate.policy.scope(actor).ok_or(Error::NotFound)?;
        let now = self.now();
        let shown = self.gate.policy.limits().begun(Limit::StatusListShown, now);
        let items = self.gate.store.open_queries(&scope, (now, shown), before, limit).await?;
        let named = items.iter().map(|one| Record::Query(one.id)).collect();
        let receipt = self.gate.commit(permit, &ask, None, Effect::Disclose(named).into()).await?;
        let recorded = Recorded::from(&receipt);
        let sealed = items.iter().map(|one| one.words.clone()).collect();
        let words = self.gate.open_many(&ask, sealed, receipt).await?;
        let full = i64::try_from(items.len()).is_ok_and(|length| length == limit);
        let next = items.last().filter(|_| full).map(|one| one.index);
        Ok(OpenQueries { items, words, next, recorded })
    }

    /// Adds the number to the actor's own question.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no number; [`Error::NotFound`] if there is no such question or it is not theirs;
    /// [`Error::Conflict`] if it has its number.
    pub async fn add_incident(
        &self,
        actor: &Actor,
        id: QueryId,
        new: &AddIncident,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let question = self.question_of(actor, id);
        let ask = question.by(actor);
        let head = self.gate.store.query(id).await?.filter(|head| Some(head.worker) == actor.worker());
        let Some(head) = head else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        let limits = self.gate.policy.limits();
        if !limits.is_incident(new.incident.reveal()) {
            let say = format!("is not an incident number: write it as {}", limits.incident_patterns().join(" or "));
            return Err(self.declined(permit, Error::field("incident", &say)).await);
        }
        if head.is_numbered {
            return Err(self.declined(permit, Error::Conflict).await);
        }
        let number = Line::new(new.incident.reveal()).map_err(|_| Error::Conflict)?;
        let number = self.seal(place_of(id), &LaterNumber(number)).await?;
        let effect = Effect::AddIncident(LaterIncident { query: id, at: self.now(), number });
        let answer = serde_json::json!({ "id": id });
        self.write(permit, &ask, None, effect.into(), once.as_ref(), answer).await
    }
}
