//! Sharing a note, and taking a share back.

use super::{Desk, Error, Once, Question, Written};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::alerts::{AlertText, Severity};
use crate::model::id::{AgencyId, AlertId, ConsentId, NoteId, ShareId, WorkerId};
use crate::model::notes::{Category, Onward};
use crate::model::sealed::Record;
use crate::model::shares::{Basis, Purpose, Recipient};
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

/// On what a share stands.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ShareBasis {
    /// The subject's recorded consent.
    Consent {
        /// Any event of the chain.
        consent: ConsentId,
    },
    /// A statutory gateway.
    StatutoryDuty {
        /// Its code, such as `2005-s10`.
        gateway: String,
    },
    /// Somebody's life.
    VitalInterests {},
    /// A court's order.
    CourtOrder {},
    /// The public interest.
    PublicInterest {},
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
}

impl Desk {
    /// Shares a note, and alerts its recipients if the sharer says so: one transaction for both.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] if it reaches nobody, nobody who may read it,
    /// or stands on nothing.
    pub async fn share_note(
        &self,
        actor: &Actor,
        id: NoteId,
        new: ShareNote,
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
        let item = note.item();
        let permit = self.gate.decide(&ask, Some(item.clone())).await?;
        if note.head.onward == Onward::None && note.author != author {
            return Err(Error::field("", "may be shared by its author alone: its handling says so"));
        }
        let recipients = self.share_recipients(note.case, note.head.about, &to).await?;
        self.check_readers(&note, &recipients, new.purpose).await?;
        let basis = self.basis(&note, &recipients, new.purpose, new.basis).await?;
        let alert = match new.alert {
            None => None,
            Some(alert) => Some(self.alert_of(actor, &note, recipients, alert).await?),
        };
        let answer = serde_json::json!({
            "id": ShareId::random(), "note": id, "to": to_json(&to), "state": "shared",
            "alert": alert.as_ref().map(|alert| alert.head.id),
        });
        let share = NewShare {
            id: serde_json::from_value(answer["id"].clone()).map_err(|_| Error::Conflict)?,
            note: id,
            case: note.case,
            author,
            agency: actor.agency().clone(),
            to,
            purpose: new.purpose,
            basis,
            expires: new.expires.map(Day::end),
            created: self.now(),
        };
        self.write(permit, &ask, Some(item), Effect::Share(share, alert).into(), once.as_ref(), answer).await
    }

    /// Takes a share back: from the commit on, nobody reads on it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Conflict`] if it was taken back already.
    pub async fn recall_share(&self, actor: &Actor, id: ShareId, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let share = self.gate.store.share(id).await?;
        let note = match &share {
            Some(share) => self.gate.store.note(share.note).await?,
            None => None,
        };
        let (Some(share), Some(note)) = (share, note) else {
            let purpose = self.purpose(actor, None);
            let nothing = Question {
                action: Action::Share,
                record: Record::Share(id),
                case: None,
                about: None,
                category: Category::Identity,
                purpose,
            };
            return Err(self.gate.asked_for_nothing(&nothing.by(actor)).await.into());
        };
        let purpose = self.purpose(actor, None);
        let question = Question {
            action: Action::Share,
            record: Record::Note(share.note),
            case: Some(share.case),
            about: None,
            category: note.head.category,
            purpose,
        };
        let (ask, item) = (question.by(actor), note.item());
        let permit = self.gate.decide(&ask, Some(item.clone())).await?;
        if share.ended {
            return Err(Error::Conflict);
        }
        let answer = serde_json::json!({ "id": id, "note": share.note, "state": "withdrawn" });
        let effect = Effect::Recall(id, share.case, self.now());
        self.write(permit, &ask, Some(item), effect.into(), once.as_ref(), answer).await
    }

    /// Refuses a share that none of its recipients could read under the policy.
    async fn check_readers(&self, note: &StoredNote, recipients: &[WorkerId], purpose: Purpose) -> Result<(), Error> {
        let involved = self.gate.store.involved(note.case).await?;
        for worker in recipients {
            let Some((seat, _)) = self.gate.store.seat(*worker).await? else { continue };
            let here = involved.iter().any(|one| one.worker == *worker);
            let works = if here { Works::OnTheCase } else { Works::Elsewhere };
            if self.gate.policy.opens(seat.role, seat.kind, note.head.category, purpose, works) {
                return Ok(());
            }
        }
        let say = "may not read this category for this purpose, even when it is shared: ask your manager, or write a sanitised note";
        Err(Error::field("to", say))
    }

    /// Checks that the share stands on something, and names it.
    async fn basis(
        &self,
        note: &StoredNote,
        recipients: &[WorkerId],
        purpose: Purpose,
        basis: ShareBasis,
    ) -> Result<Basis, Error> {
        let id = match basis {
            ShareBasis::VitalInterests {} => return Ok(Basis::VitalInterests),
            ShareBasis::CourtOrder {} => return Ok(Basis::CourtOrder),
            ShareBasis::PublicInterest {} => return Ok(Basis::PublicInterest),
            ShareBasis::StatutoryDuty { gateway } => return gateway_code(gateway),
            ShareBasis::Consent { consent } => consent,
        };
        let none = || {
            Error::field(
                "basis.consent",
                "is not a live consent of this case that covers this recipient, category and purpose",
            )
        };
        let consent =
            self.gate.store.consent(id).await?.filter(|consent| consent.head.case == note.case).ok_or_else(none)?;
        let live = consent.head.event.is_live() && consent.head.expires.is_none_or(|end| end > self.now());
        let about_her = note.head.about.is_none() || consent.head.about() == note.head.about;
        for worker in recipients {
            let Some((seat, _)) = self.gate.store.seat(*worker).await? else { continue };
            if !consent.scope.contains(&(seat.agency, note.head.category, purpose)) {
                return Err(none());
            }
        }
        if live && about_her { Ok(Basis::Consent(consent.head.chain)) } else { Err(none()) }
    }

    async fn alert_of(
        &self,
        actor: &Actor,
        note: &StoredNote,
        recipients: Vec<WorkerId>,
        alert: ShareAlert,
    ) -> Result<NewAlert, Error> {
        let head = AlertHead {
            id: AlertId::random(),
            case: Some(note.case),
            author: actor.word(),
            agency: actor.agency().clone(),
            about: note.head.about,
            kind: "note-shared".to_owned(),
            category: note.head.category,
            severity: alert.severity,
            note: Some(note.id),
            raised: self.now(),
        };
        let text =
            Prose::new("A risk note was shared with you. Open the note to read it.").map_err(|_| Error::Conflict)?;
        let words = self.seal(head.place(), &AlertText { text, may_tell_her: alert.may_tell_her }).await?;
        Ok(NewAlert { head, words, recipients })
    }
}

fn recipient(to: &ShareTo) -> Result<Recipient, Error> {
    match (to.worker, to.role, &to.agency) {
        (Some(worker), None, None) => Ok(Recipient::Worker(worker)),
        (None, Some(role), None) => Ok(Recipient::Role(role)),
        (None, None, Some(agency)) => Ok(Recipient::Agency(agency.clone())),
        _ => Err(Error::field("to", "must name exactly one of worker, role and agency")),
    }
}

fn to_json(to: &Recipient) -> serde_json::Value {
    match to {
        Recipient::Worker(worker) => serde_json::json!({ "worker": worker }),
        Recipient::Role(role) => serde_json::json!({ "role": role }),
        Recipient::Agency(agency) => serde_json::json!({ "agency": agency }),
    }
}

/// Takes a gateway's code: 2 to 40 of `a-z`, `0-9`, `-`. Which gateway fits whom is for the agency's lawyers.
fn gateway_code(code: String) -> Result<Basis, Error> {
    let fits = (2..=40).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits {
        Ok(Basis::StatutoryDuty(code))
    } else {
        Err(Error::field("basis.gateway", "is not a gateway's code: write it like 2005-s10"))
    }
}
