//! What a worker is asked about a proposed address, and what they answer.
//!
//! Promises: only those who were asked see the question and answer it; what was written with an answer is read by the
//! agency that wrote it alone. Whoever waits for answers is told that the address is to be looked at when what they are
//! shown of it has changed, in the same words and by the hub, whoever answered, also if the last two answer at once. An answer is
//! changed by another; both stay.
//! Must never know: where the address stands with the others.

use super::addresses::{Address, Outcome, of_all};
use super::alerts::alert_question;
use super::asking::AUTHOR;
use super::goes::Goes;
use super::{Desk, Error, Once, Recorded, Written, promised};
use crate::auth::Actor;
use crate::model::addresses::{AddressState, AddressWords, CheckAnswer, Conclusion, PROPOSED, Put, ReplyWords, state};
use crate::model::agencies::Role;
use crate::model::alerts::{AlertText, Severity};
use crate::model::fields::Content;
use crate::model::id::{AlertId, CheckId, ReplyId, WorkerId};
use crate::model::screen::Form;
use crate::model::sealed::Sealed;
use crate::model::shares::Purpose;
use crate::model::text::Prose;
use crate::model::time::Moment;
use crate::policy::checks::How;
use crate::policy::permit::{Action, Ask};
pub use crate::store::addresses::Check;
pub use crate::store::addresses::NewReply as Reply;
use crate::store::addresses::reply_place;
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::effect::{Effect, Supervision};
use crate::vault::Disclosure;
use serde::Deserialize;
use std::collections::BTreeSet;

/// How often others may answer while an answer is prepared before the caller is told to try again.
const ATTEMPTS_MAX: usize = 8;

/// What those are told who wait for answers: the same words whoever answered and whatever it was.
const LOOK: &str = "What was answered about an address that is proposed for him has changed. Look at the address before you act \
                    on it.";

/// An answer as a worker gives it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerCheck {
    /// What.
    pub answer: CheckAnswer,
    /// In words, for one's own agency.
    #[serde(default)]
    pub text: Option<Prose<2000>>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// A question that was opened by somebody who is asked.
#[derive(Debug)]
pub struct OpenCheck {
    /// What stands in clear.
    pub check: Check,
    /// What is proposed, with its audit number: one.
    pub words: Disclosure<Vec<AddressWords>>,
    /// What was concluded last; nothing of what others answered, before or since.
    pub concluded: Option<Conclusion>,
    /// What one's own agency answered, first to last.
    pub replies: Vec<Reply>,
    /// In which words.
    pub said: Option<Disclosure<Vec<ReplyWords>>>,
}

impl Desk {
    /// Lists what a worker is asked, oldest first; no words.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the actor has no list of their own; [`Error::Invalid`] if `after` is not of this list.
    pub async fn checks(
        &self,
        actor: &Actor,
        after: Option<CheckId>,
        limit: i64,
    ) -> Result<(Vec<Check>, Option<CheckId>, Recorded), Error> {
        let (scope, recorded) = self.own_list(actor).await?;
        let after = match after {
            None => None,
            Some(id) => Some((self.gate.store.check_place(&scope, id).await?.ok_or_else(super::no_place)?, id)),
        };
        let found = self.gate.store.checks_of(&scope, after, limit).await?;
        let next = (found.len() as i64 == limit).then(|| found.last().map(|one| one.id)).flatten();
        Ok((found, next, recorded))
    }

    /// Shows a question to somebody who is asked: what is proposed, and what their own agency answered.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such question, or it was not put to the worker.
    pub async fn check(&self, actor: &Actor, id: CheckId, purpose: Option<Purpose>) -> Result<OpenCheck, Error> {
        let purpose = self.purpose(actor, purpose);
        let (check, head) = self.asked_of(actor, id, (Action::Read, purpose)).await?;
        let question = alert_question(Action::Read, check.alert, Some(&head), purpose);
        let ask = question.by(actor);
        let address = self.gate.store.address(check.address).await?.ok_or(Error::Unknown)?;
        let replies = self.gate.store.replies_of(&check, actor.agency()).await?;
        let words = self.opened_for(&ask, &head, vec![address.words.clone()]).await?;
        let said = match replies.is_empty() {
            true => None,
            false => Some(self.opened_for(&ask, &head, replies.iter().map(|one| one.words.clone()).collect()).await?),
        };
        let line = self.address_line(address, &self.gate.store.chronology(check.case).await?).await?;
        // What was concluded, whatever became of it since: that it holds no more would tell what others answered.
        let concluded = line.outcome.map(|one| one.made.what);
        Ok(OpenCheck { check, words, concluded, replies, said })
    }

    /// Opens what belongs to a question, on an entry of its own.
    async fn opened_for<C: Content>(
        &self,
        ask: &Ask<'_>,
        head: &AlertHead,
        sealed: Vec<Sealed<C>>,
    ) -> Result<Disclosure<Vec<C>>, Error> {
        let items = sealed.iter().map(|one| one.place.record).collect();
        let receipt = self.gate.pass(ask, Some(head.item()), Effect::Disclose(items).into()).await?;
        Ok(self.gate.open_many_of(ask, Some(head.item()), sealed, receipt).await?)
    }

    /// Answers a question, or changes one's answer.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such question, or it was not put to the worker; [`Error::LookAgain`] if the text
    /// looks like whereabouts; [`Error::Busy`] if others answer again and again meanwhile.
    pub async fn answer_check(
        &self,
        actor: &Actor,
        id: CheckId,
        new: AnswerCheck,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let purpose = self.purpose(actor, None);
        let (check, head) = self.asked_of(actor, id, (Action::Acknowledge, purpose)).await?;
        let question = alert_question(Action::Acknowledge, check.alert, Some(&head), purpose);
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, Some(head.item())).await?;
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let said: Vec<_> = new.text.iter().map(|text| ("text", text.reveal())).collect();
        let mut permit = self.screened(actor, permit, check.case, (Goes::HerNotes, &said, &new.checked)).await?;
        let reply = ReplyId::random();
        let words = self.seal(reply_place(check.case, reply), &ReplyWords { text: new.text }).await?;
        // Who is told stands on what the others answered: it is prepared again if one of them answers meanwhile.
        for _ in 0..ATTEMPTS_MAX {
            let now = self.after_all(&check).await?;
            let alerts = self.told_of_change(&check, Put { due: check.due, last: Some((new.answer, now)) }).await?;
            let reply = Reply {
                id: reply,
                check: id,
                seq: self.gate.store.replies_to(id).await? + 1,
                worker,
                agency: actor.agency().clone(),
                answer: new.answer,
                at: now,
                words: words.clone(),
            };
            let answer = serde_json::json!({
                "id": reply.id, "check": id, "answer": new.answer, "at": now, "changes_an_earlier_one": reply.seq > 1,
            });
            let effect = Supervision::AnswerCheck(check.case, Box::new(reply), alerts);
            let (change, answer) = promised(actor, effect.into(), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => permit = self.gate.decide(&ask, Some(head.item())).await?,
                settled => {
                    let written = self.written(actor, settled, once.as_ref(), answer).await?;
                    self.note_that_they_have(actor, check.alert).await;
                    return Ok(written);
                }
            }
        }
        Err(Error::Busy)
    }

    /// Returns a question and its alert to somebody who is asked; records of anybody else that they asked for nothing of theirs.
    async fn asked_of(
        &self,
        actor: &Actor,
        id: CheckId,
        (action, purpose): (Action, Purpose),
    ) -> Result<(Check, AlertHead), Error> {
        let check = self.gate.store.check(id).await?;
        // Looked for whether there is such a question or not, so that both take as long.
        let alert = check.as_ref().map_or_else(AlertId::random, |check| check.alert);
        let head = self.gate.store.alert(alert).await?.map(|(head, _)| head);
        let copy = match actor.worker() {
            Some(worker) => self.gate.store.copy_of(alert, worker).await?,
            None => None,
        };
        match (check, head, copy) {
            (Some(check), Some(head), Some(_)) => Ok((check, head)),
            (_, head, _) => {
                let question = alert_question(action, alert, head.as_ref(), purpose);
                Err(self.gate.asked_for_nothing(&question.by(actor)).await.into())
            }
        }
    }

    /// Returns now, and never a moment before what was concluded last: another node's clock may be ahead, and what is
    /// answered after a conclusion is not covered by it.
    async fn after_all(&self, check: &Check) -> Result<Moment, Error> {
        let address = self.gate.store.address(check.address).await?.ok_or(Error::Unknown)?;
        let line = self.address_line(address, &self.gate.store.chronology(check.case).await?).await?;
        let concluded = line.outcome.map(|one| one.made.at.plus_micros(1));
        Ok(concluded.into_iter().fold(self.now(), Moment::max))
    }

    /// Tells whoever proposed the address, whoever found it suitable and the case managers, if this answer changes what they
    /// are shown of it.
    async fn told_of_change(&self, check: &Check, answer: Put) -> Result<Vec<NewAlert>, Error> {
        let address = self.gate.store.address(check.address).await?.ok_or(Error::Unknown)?;
        let chronology = self.gate.store.chronology(check.case).await?;
        let before = self.address_line(address.clone(), &chronology).await?;
        let mut put = self.gate.store.put_about(address.id).await?;
        put.iter_mut().filter(|(id, _)| *id == check.id).for_each(|(_, one)| *one = answer);
        let after = state(self.now(), &of_all(put), before.outcome.as_ref().map(|one| one.made));
        if after == before.state || after == AddressState::Waiting && before.state != AddressState::Suitable {
            return Ok(Vec::new());
        }
        self.look_again(&address, before.outcome.as_ref()).await
    }

    async fn look_again(&self, address: &Address, outcome: Option<&Outcome>) -> Result<Vec<NewAlert>, Error> {
        let kind = self.gate.policy.checks().on(PROPOSED, How::Ask).next().map(|check| check.kind.clone());
        let Some(kind) = kind.and_then(|kind| self.gate.policy.alert_kind(&kind)) else { return Ok(Vec::new()) };
        let involved = self.gate.store.involved(address.case).await?;
        let manage = involved.iter().filter(|one| matches!(one.role, Role::CaseManager | Role::TeamManager));
        let mut workers: BTreeSet<WorkerId> = manage.map(|one| one.worker).collect();
        workers.insert(address.author);
        workers.extend(outcome.map(|one| one.by));
        let able = self.who_open(workers, address.case, (None, kind.category), None).await?;
        if able.is_empty() {
            return self.nobody_told(address.case, Severity::High).await;
        }
        let head = AlertHead {
            id: AlertId::random(),
            case: Some(address.case),
            author: AUTHOR.to_owned(),
            agency: address.agency.clone(),
            about: None,
            kind: kind.kind.clone(),
            category: kind.category,
            severity: Severity::High,
            note: None,
            raised: self.now(),
        };
        let text = AlertText { text: Prose::new(LOOK).map_err(|_| Error::Unknown)?, may_tell_her: None };
        let words = self.seal(head.place(), &text).await?;
        Ok(vec![NewAlert { head, words, recipients: able.into_iter().collect() }])
    }
}

/// Says whether an answer is late.
#[must_use]
pub fn is_late(check: &Check, now: Moment) -> bool {
    check.answer.is_none() && check.due <= now
}
