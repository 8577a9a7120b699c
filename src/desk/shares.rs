//! Sharing a note. Taking a share back is in `recall.rs`.

use super::basis::ShareBasis;
use super::goes::Goes;
use super::{Desk, Error, Once, Question, Written, handling, promised};
use crate::auth::Actor;
use crate::model::agencies::{Role, Seat};
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::id::{AgencyId, AlertId, NoteId, ShareId, WorkerId};
use crate::model::notes::{Category, Onward};
use crate::model::screen::Form;
use crate::model::sealed::Record;
use crate::model::shares::{Purpose, Recipient};
use crate::model::text::Prose;
use crate::model::time::Day;
use crate::policy::Works;
use crate::policy::permit::Action;
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::effect::Effect;
use crate::store::notes::StoredNote;
use crate::store::shares::NewShare;
use serde::Deserialize;

/// A share as a worker asks for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareNote {
    /// With whom: exactly one of the three.
    pub to: ShareTo,
    /// For what.
    pub purpose: Purpose,
    /// On what it stands.
    pub basis: ShareBasis,
    /// The last day on which it holds.
    #[serde(default)]
    pub expires: Option<Day>,
    /// Alerts the recipients.
    #[serde(default)]
    pub alert: Option<ShareAlert>,
    /// What the writer has looked at again, in what is said of the basis.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// With whom.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareTo {
    /// One worker.
    #[serde(default)]
    pub worker: Option<WorkerId>,
    /// Everyone on the case in this role.
    #[serde(default)]
    pub role: Option<Role>,
    /// Everyone on the case in this agency.
    #[serde(default)]
    pub agency: Option<AgencyId>,
}

/// The alert that goes with a share.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareAlert {
    /// How fast somebody must act.
    pub severity: Severity,
    /// What the worker may tell her.
    #[serde(default)]
    pub may_tell_her: Option<Prose<1000>>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

const LOCKED: &str = "was not shared: the case is locked, and nobody would be let in by it. Raise an alert, or telephone. If her life is at \
                      risk, an override reaches whoever it names";

/// What an alert says that came with a note.
const SHARED: &str = "A risk note was shared with you. Open the note to read it.";

/// How often the facts may move while a share is prepared before the caller is told to try again.
pub(super) const ATTEMPTS_MAX: usize = 3;

impl Desk {
    /// Shares a note, and alerts its recipients if the sharer says so: one transaction for both.
    ///
    /// What it stands on is looked at again if any fact of the case has moved before the commit.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] if it reaches nobody, nobody who may read it,
    /// or stands on nothing.
    pub async fn share_note(
        &self,
        actor: &Actor,
        id: NoteId,
        new: &ShareNote,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let to = recipient(&new.to)?;
        let found = self.gate.store.note(id).await?;
        let (case, category) =
            found.as_ref().map_or((None, Category::Identity), |note| (Some(note.case), note.head.category));
        let question = Question {
            action: Action::Share,
            record: Record::Note(id),
            case,
            about: None,
            category,
            purpose: new.purpose,
        };
        let ask = question.by(actor);
        let (Some(note), Some(author)) = (found, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        for _ in 0..ATTEMPTS_MAX {
            let permit = match self.gate.decide(&ask, Some(note.item())).await {
                Ok(permit) => permit,
                Err(error) => return Err(self.helped(actor, &note, new.purpose, error.into()).await),
            };
            if self.gate.store.live_lock(note.case).await?.is_some() {
                return Err(self.declined(permit, Error::field("", LOCKED)).await);
            }
            let tell =
                new.alert.as_ref().and_then(|alert| Some((alert.may_tell_her.as_ref()?.reveal(), &alert.checked)));
            let permit = match tell {
                None => permit,
                Some((words, checked)) => {
                    let said = [("alert.may_tell_her", words)];
                    self.screened(actor, permit, note.case, (Goes::Recipients, &said, checked)).await?
                }
            };
            let permit = match new.basis.said() {
                None => permit,
                Some(said) => {
                    self.screened(actor, permit, note.case, (Goes::Recipients, &[said], &new.checked)).await?
                }
            };
            let (share, alert) = match self.prepare_share(actor, author, &note, &to, new).await {
                Ok(prepared) => prepared,
                Err(why) => return Err(self.declined(permit, why).await),
            };
            let answer = serde_json::json!({
                "id": share.id, "note": id, "to": to_json(&to), "state": "shared",
                "alert": alert.as_ref().map(|alert| alert.head.id),
            });
            let (change, answer) = promised(actor, Effect::Share(share, alert).into(), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => {}
                settled => return self.written(actor, settled, once.as_ref(), answer).await,
            }
        }
        Err(Error::Busy)
    }

    /// Looks at what a share stands on and whom it reaches, as they are now.
    async fn prepare_share(
        &self,
        actor: &Actor,
        author: WorkerId,
        note: &StoredNote,
        to: &Recipient,
        new: &ShareNote,
    ) -> Result<(NewShare, Option<NewAlert>), Error> {
        let (share, recipients) = self.check_share(actor, author, note, to, new).await?;
        let alert = match &new.alert {
            None => None,
            Some(alert) => {
                Some(self.alert_of(actor, note, recipients.iter().map(|seat| seat.worker).collect(), alert).await?)
            }
        };
        Ok((share, alert))
    }

    /// Says what a share would be and whom it would reach, or why it cannot be. Nothing is written or sealed.
    pub(super) async fn check_share(
        &self,
        actor: &Actor,
        author: WorkerId,
        note: &StoredNote,
        to: &Recipient,
        new: &ShareNote,
    ) -> Result<(NewShare, Vec<Seat>), Error> {
        if note.head.onward == Onward::None && note.author != author {
            return Err(Error::field("", "may be shared by its author alone: its handling says so"));
        }
        let (created, expires) = (self.now(), new.expires.map(Day::end));
        if expires.is_some_and(|end| end <= created) {
            return Err(Error::field("expires", "is in the past: give a day to come, or leave it out"));
        }
        self.check_known(actor, note.case, note.head.about, (to, new.purpose)).await?;
        let reached = self.share_recipients(note.case, note.head.about, to).await?;
        let recipients = self.able_readers(note, reached, new.purpose).await?;
        handling::fits(note, to, new.purpose, &recipients)?;
        let basis = self.basis(actor, note, &recipients, new.purpose, &new.basis).await?;
        let id = ShareId::random();
        let written = self.sealed_basis(id, note, &new.basis).await?;
        let share = NewShare {
            keys: self.share_keys(&note.words, id, &recipients).await?,
            id,
            note: note.id,
            case: note.case,
            author,
            agency: actor.agency().clone(),
            to: to.clone(),
            purpose: new.purpose,
            basis,
            expires,
            created,
            written,
        };
        Ok((share, recipients))
    }

    /// Returns those of the recipients who could read the note once it is released to them.
    pub(super) async fn able_readers(
        &self,
        note: &StoredNote,
        reached: Vec<WorkerId>,
        purpose: Purpose,
    ) -> Result<Vec<Seat>, Error> {
        let involved = self.gate.store.involved(note.case).await?;
        let whom = self.whom(note).await?;
        let mut able = Vec::with_capacity(reached.len());
        for worker in reached {
            let Some((seat, _)) = self.gate.store.seat(worker).await? else { continue };
            let here = involved.iter().any(|one| one.worker == worker);
            let works = if here { Works::OnTheCase } else { Works::Elsewhere };
            // Those on the case were found by the same rule. Who knows the man could not open it, and is not named.
            if !here && !self.gate.store.is_reachable(worker, note.case).await? {
                continue;
            }
            let knows = self.gate.policy.may_know_of(seat.role, seat.kind, purpose, whom);
            if knows && self.gate.policy.opens(seat.role, seat.kind, note.head.category, purpose, works) {
                able.push(seat);
            }
        }
        if able.is_empty() {
            let say = "may not read this category for this purpose, even when it is shared: ask your manager, or write a \
                       sanitised note";
            return Err(Error::field("to", say));
        }
        Ok(able)
    }

    async fn alert_of(
        &self,
        actor: &Actor,
        note: &StoredNote,
        recipients: Vec<WorkerId>,
        alert: &ShareAlert,
    ) -> Result<NewAlert, Error> {
        let head = AlertHead {
            id: AlertId::random(),
            case: Some(note.case),
            author: actor.word(),
            agency: actor.agency().clone(),
            about: note.head.about,
            kind: HubKind::NoteShared.word(),
            category: note.head.category,
            severity: alert.severity,
            note: Some(note.id),
            raised: self.now(),
        };
        let text = Prose::new(SHARED).expect("the sentence above is short and plain");
        let may_tell_her =
            alert.may_tell_her.as_ref().map(|words| Prose::new(words.reveal()).expect("it was taken once"));
        let words = self.seal(head.place(), &AlertText { text, may_tell_her }).await?;
        Ok(NewAlert { head, words, recipients })
    }
}

/// Takes exactly one recipient.
pub(super) fn recipient(to: &ShareTo) -> Result<Recipient, Error> {
    match (to.worker, to.role, &to.agency) {
        (Some(worker), None, None) => Ok(Recipient::Worker(worker)),
        (None, Some(role), None) => Ok(Recipient::Role(role)),
        (None, None, Some(agency)) => Ok(Recipient::Agency(agency.clone())),
        _ => Err(Error::field("to", "must name exactly one of worker, role and agency")),
    }
}

/// Names to whom a share goes, as the API writes it.
#[must_use]
pub fn to_json(to: &Recipient) -> serde_json::Value {
    match to {
        Recipient::Worker(worker) => serde_json::json!({ "worker": worker }),
        Recipient::Role(role) => serde_json::json!({ "role": role }),
        Recipient::Agency(agency) => serde_json::json!({ "agency": agency }),
    }
}
