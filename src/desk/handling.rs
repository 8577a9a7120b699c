//! How an item may be handled: what its author says, checked; and what a reader of another agency must first accept.
//!
//! Promises: handling that contradicts itself is refused before anything is sealed. Of a note with the code C nobody of
//! another agency opens a word before they have seen its conditions and accepted them, each on the record.

use super::write_note::WriteNote;
use super::{Desk, Error, FieldError, Question, Recorded};
use crate::auth::Actor;
use crate::model::agencies::Seat;
use crate::model::id::{AgencyId, CaseId, NoteId, WorkerId};
use crate::model::notes::{
    Category, Conditions, Handling, NoteHead, NoteKind, Onward, RiskNote, ShareCode, UseWithMan,
};
use crate::model::sealed::{Compartment, Drawer, Place, Record};
use crate::model::shares::{Purpose, Recipient};
use crate::model::summary::Summary;
use crate::model::text::Line;
use crate::model::time::{Day, Moment};
use crate::policy::permit::Action;
use crate::store::effect::Effect;
use crate::store::notes::{NewNote, StoredNote};
use crate::vault::Disclosure;
use serde::Deserialize;

/// Sources that a note may name.
const SOURCES_MAX: usize = 20;

/// A worker's word that they will keep to a note's conditions.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct AcceptConditions {
    /// For what they will read it; the role's usual purpose if it is left out.
    #[serde(default)]
    pub purpose: Option<Purpose>,
}

impl Desk {
    /// Seals what a note says, each part for itself, in its place.
    pub(super) async fn sealed_note(&self, of: Origin, parts: &Parts) -> Result<NewNote, Error> {
        let Origin { id, listed, case, author, agency, created } = of;
        let place = Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Note(id) };
        let words = self.seal(place, &parts.words).await?;
        let summary = self.seal_if(place, parts.summary.as_ref()).await?;
        let conditions = self.seal_if(place, parts.conditions.as_ref()).await?;
        let head = parts.head.clone();
        Ok(NewNote { id, case, author, agency, created, listed, head, words, summary, conditions })
    }

    /// Shows the conditions on which a note with the code C may be read: what stands on the envelope.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such note, it has none, or the worker may not know of it.
    pub async fn conditions(
        &self,
        actor: &Actor,
        id: NoteId,
        purpose: Option<Purpose>,
    ) -> Result<Disclosure<Conditions>, Error> {
        let found = self.gate.store.note(id).await?;
        let question = self.about_note(actor, id, found.as_ref(), purpose);
        let ask = question.by(actor);
        match found.as_ref().and_then(|note| Some((note.item(), note.conditions.clone()?))) {
            Some((item, sealed)) => {
                self.refuse_if_locked(&question, actor).await?;
                Ok(self.gate.open(&ask, Some(item), sealed).await?)
            }
            None => Err(self.gate.asked_for_nothing(&ask).await.into()),
        }
    }

    /// Accepts the conditions of a note. Accepting them twice changes nothing.
    ///
    /// # Errors
    /// As [`Desk::conditions`].
    pub async fn accept(&self, actor: &Actor, id: NoteId, purpose: Option<Purpose>) -> Result<Option<Recorded>, Error> {
        let found = self.gate.store.note(id).await?;
        let question = self.about_note(actor, id, found.as_ref(), purpose);
        let ask = question.by(actor);
        let note = found.filter(|note| note.conditions.is_some());
        let (Some(note), Some(worker)) = (note, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        self.refuse_if_locked(&question, actor).await?;
        let effect = Effect::Accept(id, worker, self.now());
        match self.gate.pass(&ask, Some(note.item()), effect.into()).await.map_err(Error::from) {
            Ok(receipt) => Ok(Some(Recorded::from(&receipt))),
            Err(Error::Conflict) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn about_note(&self, actor: &Actor, id: NoteId, note: Option<&StoredNote>, purpose: Option<Purpose>) -> Question {
        let (case, category) = note.map_or((None, Category::Identity), |note| (Some(note.case), note.head.category));
        let (action, record, purpose) = (Action::Existence, Record::Note(id), self.purpose(actor, purpose));
        Question { action, record, case, about: None, category, purpose }
    }
}

/// Refuses a share that the note's handling, or the nature of what it says, rules out for these recipients.
pub(super) fn fits(note: &StoredNote, to: &Recipient, purpose: Purpose, recipients: &[Seat]) -> Result<(), Error> {
    let named = |seat: &Seat| seat.agency == note.agency || note.head.onward_roles.contains(&seat.role);
    if note.head.category == Category::Health && !matches!(to, Recipient::Worker(_)) {
        return Err(Error::field("to", "must be one worker by name: health goes to people, item by item"));
    }
    match note.head.onward {
        Onward::NamedRoles if !recipients.iter().all(named) => {
            Err(Error::field("to", "has a role that the note's handling does not name: choose one of its onward_roles"))
        }
        Onward::MeetingOnly if purpose != Purpose::Mappa => {
            let say = "must be mappa: the note's handling keeps it for a meeting's list";
            Err(Error::field("purpose", say))
        }
        _ => Ok(()),
    }
}

/// A note in its parts: what stands in clear, and what is sealed.
pub(super) struct Parts {
    pub(super) head: NoteHead,
    pub(super) words: RiskNote,
    pub(super) summary: Option<Summary>,
    pub(super) conditions: Option<Conditions>,
}

/// Where a note is from: its id and place, its case, and who wrote it for whom when.
pub(super) struct Origin {
    pub(super) id: NoteId,
    pub(super) listed: Moment,
    pub(super) case: CaseId,
    pub(super) author: WorkerId,
    pub(super) agency: AgencyId,
    pub(super) created: Moment,
}

/// Splits what was written, and refuses what contradicts itself.
pub(super) fn parts(new: WriteNote) -> Result<Parts, Error> {
    let errors = faults(&new);
    if errors.is_empty() { Ok(split(new)) } else { Err(Error::Invalid { errors }) }
}

/// Says what in a note contradicts itself: then it is not written.
pub(super) fn faults(new: &WriteNote) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let hers = new.about.is_some() || new.category.is_protected();
    if hers && new.handling.use_with_man != UseWithMan::Never {
        errors.push(FieldError::new(
            "handling.use_with_man",
            "must be never for what comes from or is about a woman or child: write a sanitised note of its own for the man",
        ));
    }
    if new.sources.len() > SOURCES_MAX {
        errors.push(FieldError::new("sources", "are too many: name at most 20"));
    }
    if new.kind == NoteKind::Intelligence && new.grade.is_none() {
        errors.push(FieldError::new("grade", "is needed for intelligence: give source 1 to 3 and information A to E"));
    }
    if new.summary.as_ref().is_some_and(|summary| summary.category() != new.category) {
        errors.push(FieldError::new("summary", "is of another category than the note: give the one of its category"));
    }
    match (new.handling.share, &new.handling.conditions) {
        (ShareCode::Conditions, None) => errors.push(FieldError::new(
            "handling.conditions",
            "are needed with the code C: say on what conditions it may be shared, or write P",
        )),
        (ShareCode::Permitted, Some(_)) => errors.push(FieldError::new(
            "handling.conditions",
            "stand beside the code P, which has none: write C, or leave them out",
        )),
        _ => {}
    }
    if (new.handling.onward == Onward::NamedRoles) == new.handling.onward_roles.is_empty() {
        errors.push(FieldError::new(
            "handling.onward_roles",
            "belong with named-roles and only there: name the roles, or choose another word for onward",
        ));
    }
    errors
}

/// Splits what was written, as it stands.
pub(super) fn split(new: WriteNote) -> Parts {
    let Handling { share, conditions, onward, onward_roles, use_with_man, action_on, attributable, expires } =
        new.handling;
    let expires = expires.map(Day::end);
    let (kind, category, about, grade) = (new.kind, new.category, new.about, new.grade);
    let head = NoteHead {
        kind,
        category,
        about,
        share,
        onward,
        onward_roles,
        use_with_man,
        action_on,
        attributable,
        expires,
        grade,
    };
    let label = conditions.as_ref().map(|words| Conditions(Line::new(words.reveal()).expect("it was taken once")));
    let words = RiskNote { text: new.text, opinion: new.opinion, sources: new.sources, conditions };
    Parts { head, words, summary: new.summary, conditions: label }
}
