//! The sanitised note: what her own worker writes for his side from a note that stays with her.
//!
//! Promises: only her own service makes one; it repeats no words of what it was made from; his
//! side learns neither whom it is about, nor what it was made from, nor who wrote it, nor the hour. Nor does the form of
//! what is told tell: every note about nobody whose writer is not named bears the day alone, in its date, its id and its
//! place, whichever agency wrote it.

use super::goes::{Goes, Said};
use super::handling::{Origin, Parts};
use super::screen::Found;
use super::{Desk, Error, FieldError, Once, Question, Written};
use crate::auth::Actor;
use crate::model::agencies::AgencyKind;
use crate::model::id::{AgencyId, CaseId, NoteId, WorkerId};
use crate::model::notes::{ActionOn, Category, NoteHead, NoteKind, Onward, RiskNote, ShareCode, UseWithMan};
use crate::model::screen::Form;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::text::Prose;
use crate::model::time::Moment;
use crate::policy::permit::{Action, Level};
use crate::store::derivatives::NewDerivative;
use crate::store::effect::Effect;
use crate::store::notes::{NewNote, StoredNote};
use serde::Deserialize;
use std::collections::HashMap;

/// Microseconds of a day: what bears the day alone is dated at its beginning, and lies at its end.
const DAY_MICROS: i64 = 86_400_000_000;

/// A sanitised note as her worker writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteDerivative {
    /// What kind of statement; an allegation becomes an assessment, because who said it is not said.
    pub kind: NoteKind,
    /// What his side may know.
    pub text: Prose<8000>,
    /// Professional opinion.
    #[serde(default)]
    pub opinion: Option<Prose<4000>>,
    /// Its row in the disclosure matrix: one of his.
    pub category: Category,
    /// Whether it may be put to the man; never, if it is left out.
    #[serde(default = "never")]
    pub use_with_man: UseWithMan,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

const fn never() -> UseWithMan {
    UseWithMan::Never
}

impl Desk {
    /// Writes a sanitised note for his side.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`] to anybody but her own service; [`Error::Invalid`] if it repeats words
    /// that are kept for her or does not fit; [`Error::LookAgain`] if it looks as if it holds whereabouts.
    pub async fn derive_note(
        &self,
        actor: &Actor,
        source: NoteId,
        new: WriteDerivative,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let found = self.gate.store.note(source).await?;
        let (case, category) =
            found.as_ref().map_or((None, Category::Identity), |note| (Some(note.case), note.head.category));
        // To say something of what she told is to pass it on: whoever may share her note may write this.
        let question = Question {
            action: Action::Share,
            record: Record::Note(source),
            case,
            about: None,
            category,
            purpose: self.purpose(actor, None),
        };
        let ask = question.by(actor);
        let (Some(note), Some(author)) = (found, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = match self.gate.decide(&ask, Some(note.item())).await {
            Ok(permit) => permit,
            Err(error) => return Err(self.helped(actor, &note, ask.purpose, error.into()).await),
        };
        if let Err(why) = self.may_derive(actor, &note, &question, &new).await {
            return Err(self.declined(permit, why).await);
        }
        let mut said: Vec<Said<'_>> = vec![("text", new.text.reveal())];
        said.extend(new.opinion.as_ref().map(|opinion| ("opinion", opinion.reveal())));
        match self.look(actor, note.case, Goes::HisRecord, &said, &new.checked).await? {
            Found::Nothing => {}
            Found::Look(errors) => return Err(self.declined(permit, Error::LookAgain { errors }).await),
            // It is her own worker who wrote it: nobody need be told.
            Found::Quoted(errors, _) => return Err(self.declined(permit, Error::Invalid { errors }).await),
        }
        let parts = sanitised(new);
        let derived = self.derived(actor, author, note.case, &parts).await?;
        let (id, at) = (derived.id, derived.created);
        let created = day_of(at);
        let answer = serde_json::json!({ "id": id, "case": note.case, "kind": parts.head.kind, "created": created, "source": source });
        let effect = Effect::Derive(NewDerivative { note: derived, source });
        let coming = self.expect(note.case, (id, actor.agency(), actor.kind(), at), &parts.head, &parts.words);
        let written = self.write(permit, &ask, Some(note.item()), effect.into(), once.as_ref(), answer).await?;
        if written.recorded.is_some() {
            coming.arrived();
        }
        Ok(written)
    }

    /// Says who may write a sanitised note, from what, and in which row of the matrix.
    pub(super) async fn may_derive(
        &self,
        actor: &Actor,
        note: &StoredNote,
        question: &Question,
        new: &WriteDerivative,
    ) -> Result<(), Error> {
        let reads = Question { action: Action::Read, ..*question };
        let facts = self.gate.facts(&reads.by(actor), Some(note.item())).await?;
        let full = self.gate.policy.level(&reads.by(actor), &facts) == Some(Level::Full);
        if !actor.kind().keeps_confidence() || !full {
            return Err(Error::Refused { lines: vec!["derivative:her-own-service".to_owned()], help: None });
        }
        let mut errors = Vec::new();
        if note.head.about.is_none() && !note.head.category.is_protected() {
            errors.push(FieldError::new("", "is wanted of a note that is not about a woman or child: share that note"));
        }
        let rules = self.gate.policy.screen();
        if !rules.takes_derivative(new.category) {
            let rows: Vec<&str> = rules.derivative().iter().map(|category| category.as_str()).collect();
            let say = format!("is not a row for a sanitised note: write one of {}", rows.join(", "));
            errors.push(FieldError::new("category", &say));
        }
        if new.kind == NoteKind::Intelligence {
            errors.push(FieldError::new("kind", "cannot be intelligence here: write fact or assessment"));
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid { errors }) }
    }

    /// Seals a sanitised note. Its id and its place tell the day and no more.
    pub(super) async fn derived(
        &self,
        actor: &Actor,
        author: WorkerId,
        case: CaseId,
        parts: &Parts,
    ) -> Result<NewNote, Error> {
        let created = self.now();
        let (id, listed) = placed(actor.kind(), &parts.head, created);
        self.sealed_note(Origin { id, listed, case, author, agency: actor.agency().clone(), created }, parts).await
    }

    /// Returns what a note was made from, to a worker of the service that wrote both and may know of it.
    pub(super) async fn derived_from(
        &self,
        actor: &Actor,
        note: &StoredNote,
        purpose: Purpose,
    ) -> Result<Option<NoteId>, Error> {
        if &note.agency != actor.agency() || !actor.kind().keeps_confidence() {
            return Ok(None);
        }
        let Some(id) = self.gate.store.source_of(note.id).await? else { return Ok(None) };
        let Some(source) = self.gate.store.note(id).await? else { return Ok(None) };
        let question = Question {
            action: Action::Read,
            record: Record::Note(id),
            case: Some(source.case),
            about: None,
            category: source.head.category,
            purpose,
        };
        let facts = self.gate.facts(&question.by(actor), Some(source.item())).await?;
        Ok(self.gate.policy.level(&question.by(actor), &facts).map(|_| id))
    }

    /// Says of each note whether its reader is told who wrote it. Of what is not attributable nobody is, outside its
    /// agency, if a service that hears in confidence wrote it, or the police: so that a name left out does not tell which.
    pub(super) async fn are_named(&self, actor: &Actor, notes: &[StoredNote]) -> Result<Vec<bool>, Error> {
        let mut shy: HashMap<&AgencyId, bool> = HashMap::new();
        let mut named = Vec::with_capacity(notes.len());
        for note in notes {
            // A colleague may work with another woman: a sanitised note names its writer to the writer alone.
            let sanitised = actor.kind().keeps_confidence() && note.head.about.is_none();
            let own = &note.agency == actor.agency() && !sanitised;
            if note.head.attributable || own || Some(note.author) == actor.worker() {
                named.push(true);
                continue;
            }
            let hides = match shy.get(&note.agency) {
                Some(hides) => *hides,
                None => {
                    let kind = self.gate.store.agency(&note.agency).await?.map(|agency| agency.kind);
                    let hides = kind.is_none_or(hides_writers);
                    shy.insert(&note.agency, hides);
                    hides
                }
            };
            named.push(!hides);
        }
        Ok(named)
    }
}

/// Says whether the writers of such agencies are named only where a note may be attributed: of those that hear in
/// confidence, and of the police, so that a name left out does not tell which.
const fn hides_writers(kind: AgencyKind) -> bool {
    kind.keeps_confidence() || matches!(kind, AgencyKind::Police)
}

/// Says whether a note by such an agency bears the day alone: it is about nobody, and its writer is not named.
pub(super) const fn bears_the_day(kind: AgencyKind, head: &NoteHead) -> bool {
    !head.attributable && head.about.is_none() && hides_writers(kind)
}

/// Returns a note's id and its place in lists: both begin with the moment at which it was written, or with the end of that
/// day where it bears the day alone. What is indexed in the order of ids is then never taken for older than it is.
pub(super) fn placed(kind: AgencyKind, head: &NoteHead, at: Moment) -> (NoteId, Moment) {
    let end = Moment::from_micros(day_of(at).micros() + DAY_MICROS - 1);
    let listed = if bears_the_day(kind, head) { end } else { at };
    (NoteId::at(listed), listed)
}

/// Returns the beginning of the day of a moment: all that is told of it to whoever is not told who wrote.
#[must_use]
pub const fn day_of(at: Moment) -> Moment {
    Moment::from_micros(at.micros() - at.micros().rem_euclid(DAY_MICROS))
}

pub(super) fn sanitised(new: WriteDerivative) -> Parts {
    let kind = if new.kind == NoteKind::Allegation { NoteKind::Assessment } else { new.kind };
    let head = NoteHead {
        kind,
        category: new.category,
        about: None,
        share: ShareCode::Permitted,
        onward: Onward::AskOriginator,
        onward_roles: Vec::new(),
        use_with_man: new.use_with_man,
        action_on: ActionOn::AskFirst,
        attributable: false,
        expires: None,
        grade: None,
    };
    let words = RiskNote { text: new.text, opinion: new.opinion, sources: Vec::new(), conditions: None };
    Parts { head, words, summary: None, conditions: None }
}
