//! Risk notes: written, listed by what each may know, read.

use super::screen::{Goes, Said};
use super::{Desk, Error, FieldError, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::agencies::AgencyKind;
use crate::model::id::{AgencyId, CaseId, NoteId, ProtectedId, WorkerId};
use crate::model::notes::{Category, Grade, Handling, NoteHead, NoteKind, RiskNote, UseWithMan};
use crate::model::screen::Form;
use crate::model::sealed::{Compartment, Drawer, Place, Record};
use crate::model::shares::Purpose;
use crate::model::text::{Line, Prose};
use crate::model::time::{Day, Moment};
use crate::policy::permit::{Action, Level};
use crate::store::effect::Effect;
use crate::store::notes::{NewNote, StoredNote};
use crate::vault::Disclosure;
use serde::Deserialize;

/// Sources that a note may name.
const SOURCES_MAX: usize = 20;

/// A risk note as a worker writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteNote {
    /// Fact, allegation, assessment or intelligence.
    pub kind: NoteKind,
    /// What was seen, said or judged.
    pub text: Prose<8000>,
    /// Where it comes from.
    #[serde(default)]
    pub sources: Vec<Line<300>>,
    /// Professional opinion, apart from the facts.
    #[serde(default)]
    pub opinion: Option<Prose<4000>>,
    /// Its row in the disclosure matrix.
    pub category: Category,
    /// The protected person that it is about.
    #[serde(default)]
    pub about: Option<ProtectedId>,
    /// How it may be handled; the most careful way if it is left out.
    #[serde(default = "Handling::careful")]
    pub handling: Handling,
    /// The grade of source and information.
    #[serde(default)]
    pub grade: Option<Grade>,
    /// For what; the role's usual purpose if it is left out.
    #[serde(default)]
    pub purpose: Option<Purpose>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// One line of a list of notes: no words, and no more than the reader may know.
#[derive(Debug)]
pub struct NoteLine {
    /// The note.
    pub id: NoteId,
    /// When it was written.
    pub created: Moment,
    /// Its row in the disclosure matrix.
    pub category: Category,
    /// The agency that supplied it, if the reader is told.
    pub agency: Option<AgencyId>,
    /// How much of it the reader may see.
    pub level: Level,
    /// What only a reader of summary or more sees.
    pub more: Option<(NoteKind, Option<ProtectedId>, Option<WorkerId>)>,
}

/// A note that was opened.
#[derive(Debug)]
pub struct OpenNote {
    /// What stands in clear.
    pub note: StoredNote,
    /// The words, with their audit number.
    pub words: Disclosure<RiskNote>,
    /// Whether the reader is told who wrote it.
    pub named: bool,
    /// What it was made from, if the reader's own service made it and they may know of that.
    pub source: Option<NoteId>,
}

impl Desk {
    /// Writes a risk note on a case.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Refused`];
    /// [`Error::Invalid`] if the handling contradicts whom the note is about.
    pub async fn write_note(
        &self,
        actor: &Actor,
        case: CaseId,
        mut new: WriteNote,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let created = self.now();
        let id = NoteId::at(created);
        let (purpose, category, about) = (self.purpose(actor, new.purpose), new.category, new.about);
        let checked = std::mem::take(&mut new.checked);
        let (head, words, kind) = parts(new)?;
        let question =
            Question { action: Action::Create, record: Record::Note(id), case: Some(case), about, category, purpose };
        let ask = question.by(actor);
        let (true, Some(author)) = (self.gate.store.has_case(actor, case).await?, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        if let Err(why) = self.check_about(actor, case, category, about).await {
            return Err(self.declined(permit, why).await);
        }
        let permit = match goes(actor, &head) {
            Some(goes) => self.screened(actor, permit, case, (goes, &said(&words), &checked)).await?,
            None => permit,
        };
        let place = Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Note(id) };
        let sealed = self.seal(place, &words).await?;
        let answer = serde_json::json!({ "id": id, "case": case, "kind": kind, "created": created });
        let agency = actor.agency().clone();
        let note = NewNote { id, case, author, agency, created, head: head.clone(), words: sealed };
        let written = self.write(permit, &ask, None, Effect::WriteNote(note).into(), once.as_ref(), answer).await?;
        if written.recorded.is_some() {
            self.remember(case, (id, actor.agency()), &head, &words).await?;
        }
        Ok(written)
    }

    /// Lists a case's notes, newest first, each as far as the worker may know of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it.
    pub async fn notes(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
        before: Option<NoteId>,
        limit: i64,
    ) -> Result<(Vec<NoteLine>, Option<NoteId>, Recorded), Error> {
        let purpose = self.purpose(actor, purpose);
        let record = Record::Case(case);
        let question = Question {
            action: Action::Existence,
            record,
            case: Some(case),
            about: None,
            category: Category::Identity,
            purpose,
        };
        let ask = question.by(actor);
        if !self.gate.store.has_case(actor, case).await? {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        }
        let permit = self.gate.decide(&ask, None).await?;
        let mut place = match before {
            None => None,
            Some(id) => Some(self.place_of(actor, &question, case, id).await?),
        };
        let receipt = self.gate.commit(permit, &ask, None, Effect::Disclose(Vec::new()).into()).await?;
        let mut lines = Vec::new();
        // A page is full of what the worker may know: a short one, or a place in it, would tell of what they may not.
        while (lines.len() as i64) < limit {
            let notes = self.gate.store.notes_of(case, place, super::PAGE_MAX).await?;
            let Some(last) = notes.last() else { break };
            place = Some((last.created, last.id));
            lines.extend(self.lines(actor, &question, notes).await?);
        }
        lines.truncate(usize::try_from(limit).unwrap_or_default());
        let next = (lines.len() as i64 == limit).then(|| lines.last().map(|line| line.id)).flatten();
        Ok((lines, next, Recorded::from(&receipt)))
    }

    /// Returns the place of a note in a list; of one that the worker may not know of, what is said of none.
    async fn place_of(
        &self,
        actor: &Actor,
        question: &Question,
        case: CaseId,
        id: NoteId,
    ) -> Result<(Moment, NoteId), Error> {
        let note = self.gate.store.note(id).await?.filter(|note| note.case == case);
        let lines = self.lines(actor, question, note.into_iter().collect()).await?;
        let line = lines
            .first()
            .ok_or_else(|| Error::field("after", "is not a place in this list: start again without it"))?;
        Ok((line.created, line.id))
    }

    /// Returns the lines of those notes of a case of which the worker may know.
    async fn lines(&self, actor: &Actor, question: &Question, notes: Vec<StoredNote>) -> Result<Vec<NoteLine>, Error> {
        let facts = self.gate.store.facts_of_notes(&question.by(actor), &notes).await?;
        let named = self.are_named(actor, &notes).await?;
        let seen = notes.into_iter().zip(facts).zip(named).filter_map(|((note, facts), named)| {
            let of_note = Question { record: Record::Note(note.id), category: note.head.category, ..*question };
            let level = self.gate.policy.level(&of_note.by(actor), &facts)?;
            Some(line(&note, level, named))
        });
        Ok(seen.collect())
    }

    /// Shows one risk note to a worker who says why.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such note **or** the worker may not know of it;
    /// [`Error::Refused`] if they may know of it but not read it. Both are recorded.
    pub async fn read_note(&self, actor: &Actor, id: NoteId, purpose: Option<Purpose>) -> Result<OpenNote, Error> {
        let purpose = self.purpose(actor, purpose);
        let found = self.gate.store.note(id).await?;
        let (case, category) =
            found.as_ref().map_or((None, Category::Identity), |note| (Some(note.case), note.head.category));
        let ask = Question { action: Action::Read, record: Record::Note(id), case, about: None, category, purpose };
        let Some(note) = found else {
            return Err(self.gate.asked_for_nothing(&ask.by(actor)).await.into());
        };
        let words = self.gate.open(&ask.by(actor), Some(note.item()), note.words.clone()).await?;
        let named = self.are_named(actor, std::slice::from_ref(&note)).await?.into_iter().all(|named| named);
        let source = self.derived_from(actor, &note, purpose).await?;
        Ok(OpenNote { note, words, named, source })
    }

    /// Refuses an `about` that is not of this case, and one left out where silence would let it cross a wall:
    /// in what is from or about a woman or child, and in whatever her own service writes.
    pub(super) async fn check_about(
        &self,
        actor: &Actor,
        case: CaseId,
        category: Category,
        about: Option<ProtectedId>,
    ) -> Result<(), Error> {
        let needed = category.is_protected() || actor.kind() == AgencyKind::WomensService;
        match about {
            None if needed => {
                Err(Error::field("about", "is needed here: say which protected person of the case it is about"))
            }
            None => Ok(()),
            Some(id) if self.is_of_case(case, id).await? => Ok(()),
            Some(_) => {
                let say = "is not a protected person of this case: leave it out or choose one of the case";
                Err(Error::field("about", say))
            }
        }
    }

    /// Says whether a protected person is of a case.
    pub(super) async fn is_of_case(&self, case: CaseId, id: ProtectedId) -> Result<bool, Error> {
        Ok(self.gate.store.protected_of(case).await?.iter().any(|head| head.id == id))
    }
}

/// Splits what was written into what stands in clear and what is sealed.
fn parts(new: WriteNote) -> Result<(NoteHead, RiskNote, NoteKind), Error> {
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
    if !errors.is_empty() {
        return Err(Error::Invalid { errors });
    }
    let Handling { share, conditions, onward, use_with_man, action_on, attributable, expires } = new.handling;
    let expires = expires.map(Day::end);
    let (kind, category, about, grade) = (new.kind, new.category, new.about, new.grade);
    let head = NoteHead { kind, category, about, share, onward, use_with_man, action_on, attributable, expires, grade };
    Ok((head, RiskNote { text: new.text, opinion: new.opinion, sources: new.sources, conditions }, kind))
}

/// Says where the words of a note go, if they must be looked at: what is about somebody stays with her service or with
/// the agency that wrote it; only what she told may be released whole, and where she is does not belong in it.
fn goes(actor: &Actor, head: &NoteHead) -> Option<Goes> {
    let hers = actor.kind().keeps_confidence() && head.category == Category::ProtectedAccount;
    match head.about {
        None if !head.category.is_protected() => Some(Goes::HisRecord),
        _ => hers.then_some(Goes::HerNotes),
    }
}

/// Returns the texts of a note with their fields.
fn said(words: &RiskNote) -> Vec<Said<'_>> {
    let mut said = vec![("text", words.text.reveal())];
    said.extend(words.opinion.as_ref().map(|opinion| ("opinion", opinion.reveal())));
    said.extend(words.conditions.as_ref().map(|conditions| ("handling.conditions", conditions.reveal())));
    said.extend(words.sources.iter().map(|source| ("sources", source.reveal())));
    said
}

fn line(note: &StoredNote, level: Level, named: bool) -> NoteLine {
    let author = named.then_some(note.author);
    let more = (level <= Level::Summary).then_some((note.head.kind, note.head.about, author));
    NoteLine {
        id: note.id,
        created: note.created,
        category: note.head.category,
        agency: named.then(|| note.agency.clone()),
        level,
        more,
    }
}
