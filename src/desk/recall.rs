//! Taking a share back: who has not read it has a tombstone, who has read it owes an answer.
//!
//! Promises: the end, the keys that go and the notices are one commit; somebody who reads at that very moment is either
//! too late or among those who owe an answer; the log keeps every reading.

use super::notices::{Tell, by_agency};
pub use super::received::Received;
use super::{Desk, Error, Once, Question, Written, promised};
use crate::auth::Actor;
use crate::model::alerts::{ActionText, HubKind, Severity};
use crate::model::id::{AgencyId, EntryId, ProtectedId, ShareId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::{Place, Record};
use crate::model::shares::RecallReason;
use crate::model::text::Prose;
use crate::model::time::Moment;
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store::alerts::NewAction;
use crate::store::effect::Effect;
use crate::store::notes::StoredNote;
pub use crate::store::recalls::{Breach, Confirmation};
use crate::store::recalls::{NewBreach, NewConfirmation, NewRecall};
pub use crate::store::shares::StoredShare;
use crate::store::shares::reason_place;
use crate::store::withdrawals::Notice;
use crate::vault::Disclosure;
use serde::Deserialize;

/// How often the facts may move while a recall is prepared before the caller is told to try again.
const ATTEMPTS_MAX: usize = 8;

const MIS_SENT: &str = "A note about her was shared with the wrong people and has been taken back. You are told first: talk \
                        to her, and look at her safety plan again.";

const BREACH: &str = "A note of your agency was shared with the wrong people and has been taken back. An assessment is \
                      open: decide by the time that the share shows whether it must be reported.";

/// What the sender is told of what was taken back and had gone further.
const PASSED_ON: &str = "a note that you took back had been passed on before. Telephone them: ask to whom, and have those told. \
                         If it is about a woman or child, speak to her worker and look at the safety plan.";

/// What the sender is told of what was taken back and is not gone.
const KEPT: &str = "not every copy of a note that you took back is deleted. Telephone them: ask what is kept, and why.";

/// Who raises it where the sender is there no more.
const AUTHOR: &str = "hub:recall";

/// A share as it is taken back: nothing need be said.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct RecallShare {
    /// Why.
    #[serde(default)]
    pub reason: Option<Prose<1000>>,
    /// It went to the wrong people: an assessment is opened.
    #[serde(default)]
    pub breach: Option<bool>,
}

/// What a recipient says who had read it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRecall {
    /// Every copy is gone.
    pub deleted: bool,
    /// It had been passed on before.
    pub passed_on: bool,
    /// What else there is to say.
    #[serde(default)]
    pub text: Option<Prose<1000>>,
}

/// A share as its originator sees it.
#[derive(Debug)]
pub struct OpenShare {
    /// The share.
    pub share: StoredShare,
    /// Each agency that holds its key, or held it until a moment.
    pub holders: Vec<(AgencyId, Option<Moment>)>,
    /// Each recipient, and what they did with it.
    pub recipients: Vec<Received>,
    /// Why it was taken back.
    pub reason: Option<Disclosure<RecallReason>>,
    /// The assessment, if it went to the wrong people.
    pub breach: Option<Breach>,
    /// Where the looking stands in the log, if there was no reason to open.
    pub recorded: Option<super::Recorded>,
}

impl Desk {
    /// Takes a share back: from the commit on, nobody reads on it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Conflict`] if it was taken back already.
    pub async fn recall_share(
        &self,
        actor: &Actor,
        id: ShareId,
        new: RecallShare,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let found = self.share_and_note(id).await?;
        let question = self.share_question(actor, Action::Share, id, found.as_ref());
        let ask = question.by(actor);
        let Some((share, note)) = found else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let item = note.item();
        for _ in 0..ATTEMPTS_MAX {
            let permit = self.gate.decide(&ask, Some(item.clone())).await?;
            if self.gate.store.share(id).await?.is_none_or(|share| share.ended.is_some()) {
                return Err(self.declined(permit, Error::Conflict).await);
            }
            let (recall, answer) = self.prepare_recall(actor, &share, &note, &new).await?;
            let (change, answer) = promised(actor, Effect::Recall(recall).into(), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => {}
                settled => {
                    self.gate.vault.forget(share.case);
                    return self.written(actor, settled, once.as_ref(), answer).await;
                }
            }
        }
        Err(Error::Busy)
    }

    /// Finds who has read it and who has not, and writes what follows for each.
    async fn prepare_recall(
        &self,
        actor: &Actor,
        share: &StoredShare,
        note: &StoredNote,
        new: &RecallShare,
    ) -> Result<(NewRecall, serde_json::Value), Error> {
        let at = self.now();
        let gone = self.taken_back(actor, share, note, at).await?;
        let mut recall = gone.recall;
        if new.breach == Some(true) {
            let told = self.tell_of_breach(actor, share, note).await?;
            recall.notices = told.into_iter().chain(recall.notices).collect();
            recall.breach =
                Some(NewBreach { id: EntryId::random(), due: self.gate.policy.limits().due(Limit::Breach, at) });
        }
        if let Some(words) = &new.reason {
            let words = Prose::new(words.reveal()).expect("it was taken once");
            recall.reason = Some(self.seal(reason_place(share.case, share.id), &RecallReason(words)).await?);
        }
        let answer = serde_json::json!({
            "id": share.id, "note": share.note, "state": "withdrawn", "read_by": gone.read_by, "left": gone.left, "unread_by": gone.unread_by,
            "breach": recall.breach.as_ref().map(|one| serde_json::json!({ "id": one.id, "opened": at, "due": one.due })),
        });
        Ok((recall, answer))
    }

    /// Tells her own worker first, then whoever answers for the originator's data.
    async fn tell_of_breach(
        &self,
        actor: &Actor,
        share: &StoredShare,
        note: &StoredNote,
    ) -> Result<Vec<Notice>, Error> {
        let mut notices = Vec::new();
        if let Some(her) = note.head.about {
            let tell = Tell {
                kind: HubKind::MisSent.as_str(),
                category: Category::ServiceEngagement,
                severity: Severity::High,
                case: share.case,
                about: Some(her),
                note: None,
                say: MIS_SENT.to_owned(),
                shares: Vec::new(),
            };
            let workers = self.workers_of(share, her, actor.worker()).await?;
            notices.extend(self.notice(actor, tell, workers).await?);
        }
        let tell = || Tell {
            kind: HubKind::BreachOpened.as_str(),
            category: Category::Audit,
            severity: Severity::High,
            case: share.case,
            about: None,
            note: None,
            say: format!("{BREACH} Share {}.", share.id),
            shares: vec![share.id],
        };
        let officers = self.gate.store.officers_of(&share.agency, Some(share.case), actor.worker()).await?;
        for (agency, officers) in by_agency(&officers) {
            notices.extend(self.notice_in(actor, &agency, tell(), officers).await?);
        }
        Ok(notices)
    }

    /// Returns the women's workers who work with her, but for whoever acts.
    async fn workers_of(
        &self,
        share: &StoredShare,
        her: ProtectedId,
        sender: Option<WorkerId>,
    ) -> Result<Vec<WorkerId>, Error> {
        let involved = self.gate.store.involved(share.case).await?;
        let hers = involved.iter().filter(|one| one.about == Some(her) && one.role.is_womens());
        let mut workers: Vec<WorkerId> = hers.map(|one| one.worker).filter(|worker| Some(*worker) != sender).collect();
        workers.sort_unstable();
        workers.dedup();
        Ok(workers)
    }

    /// Records what a recipient says who had read what was taken back.
    ///
    /// # Errors
    /// [`Error::NotFound`] if nothing of theirs was taken back on this share; [`Error::Conflict`] if they have said so.
    pub async fn confirm_recall(
        &self,
        actor: &Actor,
        id: ShareId,
        new: ConfirmRecall,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let worker = actor.worker();
        let alert = match worker {
            Some(worker) => self.gate.store.alert_to_confirm(id, worker).await?,
            None => None,
        };
        let (Some(alert), Some(worker)) = (alert, worker) else {
            let nothing = self.share_question(actor, Action::Acknowledge, id, None);
            return Err(self.gate.asked_for_nothing(&nothing.by(actor)).await.into());
        };
        let (head, copy) = self.addressed(actor, alert).await?;
        let question =
            super::alerts::alert_question(Action::Acknowledge, alert, Some(&head), self.purpose(actor, None));
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, Some(head.item())).await?;
        let at = self.now();
        let words = match new.text {
            Some(text) => {
                let action = EntryId::random();
                let place = Place { record: Record::AlertAction(action), ..head.place() };
                let words = self.seal(place, &ActionText(text)).await?;
                Some(NewAction { id: action, delivery: copy.delivery, at, safe: false, words })
            }
            None => None,
        };
        let answer = serde_json::json!({
            "share": id, "alert": alert, "deleted": new.deleted, "passed_on": new.passed_on, "confirmed_at": at,
        });
        let acknowledges = copy.acknowledged.is_none().then_some(copy.delivery);
        let (deleted, passed_on) = (new.deleted, new.passed_on);
        let notices = if passed_on || !deleted { self.tell_sender(actor, id, passed_on).await? } else { Vec::new() };
        let effect = Effect::Confirm(NewConfirmation {
            share: id,
            worker,
            at,
            deleted,
            passed_on,
            acknowledges,
            words,
            notices,
        });
        self.write(permit, &ask, Some(head.item()), effect.into(), once.as_ref(), answer).await
    }

    /// Tells the one who shared it that it had been passed on, or that there are copies still; if they are there no more,
    /// those who answer for their agency.
    async fn tell_sender(&self, actor: &Actor, id: ShareId, passed_on: bool) -> Result<Vec<Notice>, Error> {
        let Some((share, note)) = self.share_and_note(id).await? else { return Ok(Vec::new()) };
        let by = self.gate.policy.called(actor);
        let at = self.gate.policy.limits().local(self.now());
        let what = if passed_on { PASSED_ON } else { KEPT };
        let here = self.gate.store.is_reachable(share.author, share.case).await?;
        if !here {
            let officers = self.gate.store.officers_of(&share.agency, Some(share.case), actor.worker()).await?;
            let say = format!("{by} said on {at}: {what} Share {}.", share.id);
            let told = self.to_oversight(AUTHOR, HubKind::PassedOn, Severity::High, &say, &officers).await?;
            return Ok(told.into_iter().map(|alert| Notice { alert, shares: Vec::new() }).collect());
        }
        let tell = Tell {
            kind: HubKind::PassedOn.as_str(),
            category: note.head.category,
            severity: Severity::High,
            case: share.case,
            about: note.head.about,
            note: None,
            say: format!("{by} said on {at}: {what}"),
            shares: vec![share.id],
        };
        Ok(self.notice_in(actor, &share.agency, tell, [share.author]).await?.into_iter().collect())
    }

    /// Shows a share to the side that shared it: who read it, how often, and how long it was open to them.
    ///
    /// # Errors
    /// [`Error::NotFound`] to anybody else; [`Error::Refused`].
    pub async fn show_share(&self, actor: &Actor, id: ShareId) -> Result<OpenShare, Error> {
        let found = self.share_and_note(id).await?.filter(|(share, _)| &share.agency == actor.agency());
        let found = self.share_known(actor, found).await?;
        let question = self.share_question(actor, Action::Read, id, found.as_ref());
        let ask = question.by(actor);
        let Some((share, note)) = found else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let (mut reason, mut recorded) = (None, None);
        match self.gate.store.reason(share.case, id).await? {
            Some(sealed) => reason = Some(self.gate.open(&ask, Some(note.item()), sealed).await?),
            None => {
                let receipt = self.gate.pass(&ask, Some(note.item()), Effect::Disclose(Vec::new()).into()).await?;
                recorded = Some(super::Recorded::from(&receipt));
            }
        }
        let holders = self.gate.store.holders_of(id).await?;
        let recipients = self.received(&share, &note, &holders).await?;
        let holders = holders.into_iter().map(|holder| (holder.agency, holder.ended)).collect();
        let breach = self.gate.store.breach_of(id).await?;
        Ok(OpenShare { share, holders, recipients, reason, breach, recorded })
    }

    /// Leaves out a share with a service of which the actor may not know whether it works on the case.
    async fn share_known(
        &self,
        actor: &Actor,
        found: Option<(StoredShare, StoredNote)>,
    ) -> Result<Option<(StoredShare, StoredNote)>, Error> {
        let Some((share, note)) = found else { return Ok(None) };
        let known = match self.side_of(&share.to).await? {
            Some(side) => self.knows_side(actor, share.case, side, note.head.about, self.purpose(actor, None)).await?,
            None => true,
        };
        Ok(known.then_some((share, note)))
    }

    async fn share_and_note(&self, id: ShareId) -> Result<Option<(StoredShare, StoredNote)>, Error> {
        let Some(share) = self.gate.store.share(id).await? else { return Ok(None) };
        Ok(self.gate.store.note(share.note).await?.map(|note| (share, note)))
    }

    fn share_question(
        &self,
        actor: &Actor,
        action: Action,
        id: ShareId,
        found: Option<&(StoredShare, StoredNote)>,
    ) -> Question {
        let purpose = self.purpose(actor, None);
        let (case, category) =
            found.map_or((None, Category::Identity), |(share, note)| (Some(share.case), note.head.category));
        // Taking back is an act on the note, and stands among what was done with it.
        let record = match found {
            Some((share, _)) if action == Action::Share => Record::Note(share.note),
            _ => Record::Share(id),
        };
        Question { action, record, case, about: None, category, purpose }
    }
}
