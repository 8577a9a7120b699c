//! Cases: a worker's own list, and one case as far as the worker may know of it.

use super::{Desk, Error, Question, Recorded};
use crate::auth::Actor;
use crate::model::cases::{CaseHead, Involvement};
use crate::model::id::{CaseId, WorkerId};
use crate::model::notes::Category;
use crate::model::people::{Identity, PersonSummary};
use crate::model::protected::{ProtectedHead, Relation};
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::policy::permit::{Action, Level};
use crate::store::effect::Effect;
use crate::vault::Disclosure;

/// A case that was opened.
pub struct OpenCase {
    /// What stands in clear.
    pub head: CaseHead,
    /// The man, as far as the worker may know him.
    pub person: OpenPerson,
    /// The protected people whom the worker may know of.
    pub protected: Vec<ProtectedHead>,
    /// Those on the case whom the worker may know of.
    pub involved: Vec<Involvement>,
}

/// The man, with his audit number.
pub enum OpenPerson {
    /// All that is recorded of who he is.
    Full(Disclosure<Vec<Identity>>),
    /// The few identifiers of a summary; the rest stays sealed.
    Summary(Disclosure<Vec<PersonSummary>>),
}

impl Desk {
    /// Lists the worker's own cases in the order of their ids.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the actor has no cases by role.
    pub async fn cases(
        &self,
        actor: &Actor,
        after: Option<CaseId>,
        limit: i64,
    ) -> Result<(Vec<CaseHead>, Option<CaseId>, Recorded), Error> {
        let (scope, recorded) = self.own_list(actor).await?;
        let cases = self.gate.store.cases(&scope, after, limit).await?;
        let next = (cases.len() as i64 == limit).then(|| cases.last().map(|case| case.id)).flatten();
        Ok((cases, next, recorded))
    }

    /// Shows one case: the man in full or in summary, and those around it whom the worker may know of.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it.
    pub async fn case(&self, actor: &Actor, id: CaseId, purpose: Option<Purpose>) -> Result<OpenCase, Error> {
        let by = self.gate.policy.place();
        let done = self.case_once(actor, id, purpose).await;
        if self.begins_again(by, &done) { self.case_once(actor, id, purpose).await } else { done }
    }

    async fn case_once(&self, actor: &Actor, id: CaseId, purpose: Option<Purpose>) -> Result<OpenCase, Error> {
        let question = Question {
            action: Action::Read,
            record: Record::Case(id),
            case: Some(id),
            about: None,
            category: Category::Identity,
            purpose: self.purpose(actor, purpose),
        };
        let Some(head) = self.gate.store.case(id).await? else {
            return Err(self.gate.asked_for_nothing(&question.by(actor)).await.into());
        };
        let facts = self.gate.facts(&question.by(actor), None).await?;
        let level = self.gate.policy.level(&question.by(actor), &facts).filter(|level| *level <= Level::Summary);
        // Whoever may see the summary asks for the summary; whoever may see nothing is refused for reading.
        let question = Question { action: level.map_or(Action::Read, Level::action), ..question };
        let ask = question.by(actor);
        let items = vec![Record::Person(head.person)];
        let permit = self.gate.judge(&ask, &facts).await?;
        let person = self.gate.store.person(head.person).await?.ok_or(Error::NotFound)?;
        let receipt = self.gate.commit(permit, &ask, None, Effect::Disclose(items).into()).await?;
        let person = match ask.action {
            Action::Summary => OpenPerson::Summary(self.gate.open_many(&ask, vec![person.summary], receipt).await?),
            _ => OpenPerson::Full(self.gate.open_many(&ask, vec![person.identity], receipt).await?),
        };
        let protected = self.protected_known(actor, &question).await?;
        let involved = self.involved_known(actor, &question, &protected).await?;
        Ok(OpenCase { head, person, protected, involved })
    }

    /// Returns the protected people of the case whom the actor may know to be there.
    pub(super) async fn protected_known(
        &self,
        actor: &Actor,
        question: &Question,
    ) -> Result<Vec<ProtectedHead>, Error> {
        let Some(case) = question.case else { return Ok(Vec::new()) };
        let mut known = Vec::new();
        for head in self.gate.store.protected_of(case).await? {
            let category = if head.relation == Relation::Child { Category::Child } else { Category::ServiceEngagement };
            let of_her = Question {
                action: Action::Existence,
                record: Record::Protected(head.id),
                about: Some(head.id),
                category,
                ..*question
            };
            let ask = of_her.by(actor);
            let facts = self.gate.facts(&ask, None).await?;
            if self.gate.policy.level(&ask, &facts).is_some() {
                known.push(head);
            }
        }
        Ok(known)
    }

    /// Returns those on the case whom the actor may know of: a woman's own workers only if she herself may be known.
    async fn involved_known(
        &self,
        actor: &Actor,
        question: &Question,
        protected: &[ProtectedHead],
    ) -> Result<Vec<Involvement>, Error> {
        let Some(case) = question.case else { return Ok(Vec::new()) };
        let mut involved = self.gate.store.involved(case).await?;
        let me = actor.worker();
        involved.retain(|one| may_know(one, me, protected));
        Ok(involved)
    }
}

/// Says whether an involvement may be shown: it is the actor's own, or with nobody who must stay unknown.
pub(super) fn may_know(one: &Involvement, me: Option<WorkerId>, protected: &[ProtectedHead]) -> bool {
    match one.about {
        _ if Some(one.worker) == me => true,
        Some(about) => protected.iter().any(|head| head.id == about),
        None => !one.role.is_womens(),
    }
}
