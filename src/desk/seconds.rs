//! The second person: called, answering, reviewing; and what goes live when they say yes.
//!
//! Promises: whoever answers was asked, by a row that the policy looks at; there is one answer; what goes live is
//! looked at again as it is at that moment, and reaches its recipients with an alert in the same commit; a no, and a
//! finding that it should not have been, take back what is shared on it as a recall does.

use super::overrides::read_by;
use super::overrides_shown::SHARED;
use super::shares::ATTEMPTS_MAX;
use super::{Desk, Error, Once, Written, promised};
use crate::auth::Actor;
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::consents::ConsentEvent;
use crate::model::id::{AlertId, ConsentId, OverrideId, WorkerId};
use crate::model::notes::Category;
use crate::model::overrides::{Answer, AnswerWords, Finding, FindingWords, Harm, OverrideState, Told};
use crate::model::screen::Form;
use crate::model::shares::Basis;
use crate::model::text::Prose;
use crate::policy::permit::{Action, Permit};
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::consents::{ConsentHead, NewConsent};
use crate::store::effect::{Effect, LiveShare};
use crate::store::notes::StoredNote;
use crate::store::overrides::{NewAnswer, NewFinding, NewOverride, StoredOverride, place};
use crate::store::recalls::NewRecall;
use crate::store::shares::NewShare;
use serde::Deserialize;

/// The second person's answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerOverride {
    /// Yes or no.
    pub outcome: Answer,
    /// Why.
    pub reason: Prose<1000>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// What a review found.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewOverride {
    /// Whether it had to be.
    pub outcome: Finding,
    /// Why.
    pub reason: Prose<1000>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// What a signed event says that an override stands on.
const OVERRIDE: &str = "override";

impl Desk {
    /// Answers an override as its second person: with a yes it is live from the commit on, with a no it never is or
    /// ends with the commit.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such override or the worker was not asked; [`Error::Conflict`] if somebody
    /// answered before; [`Error::Invalid`] if it would reach nobody any more.
    pub async fn answer_override(
        &self,
        actor: &Actor,
        id: OverrideId,
        new: &AnswerOverride,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        for _ in 0..ATTEMPTS_MAX {
            let (found, worker) = self.called_to(actor, id).await?;
            let question = self.override_question(actor, Action::Confirm, id, Some(&found), None);
            let ask = question.by(actor);
            let permit = self.gate.decide(&ask, Some(found.item(question.about))).await?;
            let (said, live, ends) = match self.prepare_answer(actor, &found, worker, new).await {
                Ok(prepared) => prepared,
                Err(why) => return Err(self.declined(permit, why).await),
            };
            let permit = self.screened_reason(actor, permit, &found, (&new.reason, &new.checked)).await?;
            let state = found.stands(Some(new.outcome), self.now());
            let share = (state == OverrideState::Live).then_some(found.asked.share);
            let answer = serde_json::json!({ "id": id, "note": found.asked.note, "state": state, "share": share });
            let effect = Effect::AnswerOverride(said, live.map(Box::new), ends);
            let (change, answer) = promised(actor, effect.into(), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => {}
                settled => {
                    self.gate.vault.forget(found.asked.case);
                    return self.written(actor, settled, once.as_ref(), answer).await;
                }
            }
        }
        Err(Error::Busy)
    }

    /// Reviews an override that was live: one that is found unjustified ends with the commit.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such override or the worker was not asked to be its second person;
    /// [`Error::Invalid`] if nothing was ever shared on it.
    pub async fn review_override(
        &self,
        actor: &Actor,
        id: OverrideId,
        new: &ReviewOverride,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        for _ in 0..ATTEMPTS_MAX {
            let (found, worker) = self.called_to(actor, id).await?;
            let question = self.override_question(actor, Action::Confirm, id, Some(&found), None);
            let ask = question.by(actor);
            let permit = self.gate.decide(&ask, Some(found.item(question.about))).await?;
            let (finding, ends) = match self.prepare_review(actor, &found, worker, new).await {
                Ok(prepared) => prepared,
                Err(why) => return Err(self.declined(permit, why).await),
            };
            let permit = self.screened_reason(actor, permit, &found, (&new.reason, &new.checked)).await?;
            let answer = serde_json::json!({ "id": id, "outcome": new.outcome, "at": finding.at });
            let effect = Effect::ReviewOverride(finding, ends);
            let (change, answer) = promised(actor, effect.into(), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => {}
                settled => {
                    self.gate.vault.forget(found.asked.case);
                    return self.written(actor, settled, once.as_ref(), answer).await;
                }
            }
        }
        Err(Error::Busy)
    }

    /// Looks at why somebody said yes or no: whoever was asked to be the second person may read it.
    async fn screened_reason(
        &self,
        actor: &Actor,
        permit: Permit,
        found: &StoredOverride,
        (reason, checked): (&Prose<1000>, &[Form]),
    ) -> Result<Permit, Error> {
        let goes = read_by(&self.gate.store.called_seats(found.asked.id).await?);
        self.screened(actor, permit, found.asked.case, (goes, &[("reason", reason.reveal())], checked)).await
    }

    /// Writes what a review found, and takes back what should not have been shared.
    async fn prepare_review(
        &self,
        actor: &Actor,
        found: &StoredOverride,
        worker: WorkerId,
        new: &ReviewOverride,
    ) -> Result<(NewFinding, Vec<NewRecall>), Error> {
        let (asked, at) = (&found.asked, self.now());
        let state = found.state(at);
        if state == OverrideState::Waiting || (state == OverrideState::Refused && asked.due.is_none()) {
            return Err(Error::field("", "was never shared on: answer it first, there is nothing to review"));
        }
        let words = FindingWords(Prose::new(new.reason.reveal()).expect("it was taken once"));
        let words = self.seal(place(asked.case, asked.id), &words).await?;
        let notices = self.tell_of_finding(actor, found, new.outcome).await?;
        let finding = NewFinding { id: asked.id, case: asked.case, worker, finding: new.outcome, at, words, notices };
        let ends = match new.outcome {
            Finding::NotJustified => self.override_ends(actor, asked.id, at).await?,
            Finding::Justified => Vec::new(),
        };
        Ok((finding, ends))
    }

    /// Returns an override and the worker who acts on it, or records that they asked for nothing.
    async fn called_to(&self, actor: &Actor, id: OverrideId) -> Result<(StoredOverride, WorkerId), Error> {
        match self.gate.store.override_of(id).await?.zip(actor.worker()) {
            Some(both) => Ok(both),
            None => {
                let question = self.override_question(actor, Action::Confirm, id, None, None);
                Err(self.gate.asked_for_nothing(&question.by(actor)).await.into())
            }
        }
    }

    /// Writes what the second person said, with what goes live or is taken back by it.
    async fn prepare_answer(
        &self,
        actor: &Actor,
        found: &StoredOverride,
        worker: WorkerId,
        new: &AnswerOverride,
    ) -> Result<(NewAnswer, Option<LiveShare>, Vec<NewRecall>), Error> {
        if found.second.is_some() {
            return Err(Error::Conflict);
        }
        let (asked, at) = (&found.asked, self.now());
        if new.outcome == Answer::Approved && found.is_over(at) {
            let say = "comes too late: nobody confirmed it in time and its keys are gone. Ask for a new override";
            return Err(Error::field("outcome", say));
        }
        let words = AnswerWords(Prose::new(new.reason.reveal()).expect("it was taken once"));
        let words = self.seal(place(asked.case, asked.id), &words).await?;
        let notices = self.tell_of_answer(actor, found, new.outcome).await?;
        let said = NewAnswer { id: asked.id, case: asked.case, worker, answer: new.outcome, at, words, notices };
        match (new.outcome, asked.due) {
            (Answer::Refused, _) => Ok((said, None, self.override_ends(actor, asked.id, at).await?)),
            (Answer::Approved, Some(_)) => Ok((said, None, Vec::new())),
            (Answer::Approved, None) => {
                let note = self.gate.store.note(asked.note).await?.ok_or(Error::NotFound)?;
                Ok((said, Some(self.goes_live(asked, &note).await?), Vec::new()))
            }
        }
    }

    /// Calls those who may be the second person. The words name nobody: the override says the rest, on a receipt.
    pub(super) async fn call_second(&self, asked: &NewOverride) -> Result<NewAlert, Error> {
        let head = AlertHead {
            id: AlertId::random(),
            case: Some(asked.case),
            author: format!("u:{}", asked.author),
            agency: asked.agency.clone(),
            about: None,
            kind: HubKind::OverrideAsked.word(),
            category: Category::Consent,
            severity: if asked.harm == Harm::LifeAtRisk { Severity::Critical } else { Severity::High },
            note: None,
            raised: asked.created,
        };
        let open =
            if asked.due.is_some() { "It is open already, because life is at risk." } else { "Nothing is open yet." };
        let text = format!(
            "A worker asks for a second person to share something against a woman's wishes. {open} Read override {}, and \
             say yes or no.",
            asked.id
        );
        let text = Prose::new(&text).map_err(|_| Error::Conflict)?;
        let words = self.seal(head.place(), &AlertText { text, may_tell_her: None }).await?;
        Ok(NewAlert { head, words, recipients: asked.called.clone() })
    }

    /// Makes the share of an override, with the alert to those whom it reaches now and the events of her chains.
    pub(super) async fn goes_live(&self, asked: &NewOverride, note: &StoredNote) -> Result<LiveShare, Error> {
        let reached = self.share_recipients(asked.case, note.head.about, &asked.to).await?;
        let recipients = self.able_readers(note, reached, asked.purpose).await?;
        let created = self.now();
        let share = NewShare {
            id: asked.share,
            note: asked.note,
            case: asked.case,
            author: asked.author,
            agency: asked.agency.clone(),
            to: asked.to.clone(),
            purpose: asked.purpose,
            basis: Basis::Override(asked.id),
            expires: None,
            created,
            written: None,
            keys: self.share_keys(&note.words, asked.share, &recipients).await?,
        };
        let head = AlertHead {
            id: AlertId::random(),
            case: Some(asked.case),
            author: format!("u:{}", asked.author),
            agency: asked.agency.clone(),
            about: note.head.about,
            kind: HubKind::NoteShared.word(),
            category: note.head.category,
            severity: if asked.harm == Harm::LifeAtRisk { Severity::Critical } else { Severity::High },
            note: Some(asked.note),
            raised: created,
        };
        let text = Prose::new(SHARED[usize::from(asked.told == Told::Yes)]).map_err(|_| Error::Conflict)?;
        let words = self.seal(head.place(), &AlertText { text, may_tell_her: None }).await?;
        let mut agencies: Vec<_> = recipients.iter().map(|seat| seat.agency.clone()).collect();
        agencies.sort_unstable();
        agencies.dedup();
        let scope = agencies.into_iter().map(|agency| (agency, note.head.category, asked.purpose)).collect::<Vec<_>>();
        let mut events = Vec::new();
        if let Some(her) = note.head.about {
            for chain in self.gate.store.chains_of(asked.case, her).await? {
                events.extend(self.overruled(asked, chain, scope.clone()).await?);
            }
        }
        let recipients = recipients.iter().map(|seat| seat.worker).collect();
        Ok(LiveShare { share, alert: NewAlert { head, words, recipients }, events })
    }

    /// Returns the event of a chain: shared without her consent, with whom, what and for what.
    async fn overruled(
        &self,
        asked: &NewOverride,
        chain: ConsentId,
        scope: Vec<(crate::model::id::AgencyId, Category, crate::model::shares::Purpose)>,
    ) -> Result<Option<NewConsent>, Error> {
        let Some(latest) = self.gate.store.consent(chain).await? else { return Ok(None) };
        let id = ConsentId::random();
        let head = ConsentHead {
            id,
            seq: latest.last + 1,
            event: ConsentEvent::SharedWithoutConsent,
            expires: None,
            asked_alone: false,
            author: asked.author,
            agency: asked.agency.clone(),
            recorded: self.now(),
            event_time: None,
            ..latest.head
        };
        self.signed_consent(head, scope, None, OVERRIDE).await.map(Some)
    }
}
