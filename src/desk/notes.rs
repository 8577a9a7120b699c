//! Risk notes: written, listed by what each may know, read.

use super::derivatives::{day_of, placed};
use super::handling::{Origin, parts};
pub use super::write_note::WriteNote;
use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::agencies::AgencyKind;
use crate::model::facts::{Facts, Item};
use crate::model::id::{AgencyId, CaseId, NoteId, ProtectedId, WorkerId};
use crate::model::notes::{Category, NoteKind, RiskNote};
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::summary::Summary;
use crate::model::time::Moment;
use crate::policy::permit::{Action, Ask, Level};
use crate::store::effect::Effect;
pub use crate::store::notes::StoredNote;
use crate::store::recalls::FirstReading;
use crate::vault::Disclosure;

/// One line of a list of notes: no words, and no more than the reader may know.
#[derive(Debug)]
pub struct NoteLine {
    /// The note.
    pub id: NoteId,
    /// When it was written; the beginning of that day for a reader who is not told who wrote it.
    pub created: Moment,
    /// `day` or `moment`: how much of it is told.
    pub dated: &'static str,
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
    /// What was opened of it.
    pub words: Opened,
    /// Whether the reader is told who wrote it.
    pub named: bool,
    /// What it was made from, if the reader's own service made it and they may know of that.
    pub source: Option<NoteId>,
    /// What stands over them under emergency access.
    pub watermark: Option<String>,
    /// The note that corrected it, and when.
    pub superseded_by: Option<(NoteId, Moment)>,
    /// The note that it corrects.
    pub supersedes: Option<NoteId>,
}

/// How much of a note was opened, with its audit number.
#[derive(Debug)]
pub enum Opened {
    /// All of it.
    Full(Disclosure<RiskNote>),
    /// The summary that its author gave it; the words stay sealed.
    Summary(Disclosure<Summary>),
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
        let (purpose, category, about) = (self.purpose(actor, new.purpose), new.category, new.about);
        let checked = std::mem::take(&mut new.checked);
        let parts = parts(new)?;
        let (id, listed) = placed(actor.kind(), &parts.head, created);
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
        let permit = self.screened_note(actor, permit, case, (&parts, &checked, None)).await?;
        let answer = serde_json::json!({ "id": id, "case": case, "kind": parts.head.kind, "created": created });
        let agency = actor.agency().clone();
        let note = self.sealed_note(Origin { id, listed, case, author, agency, created }, &parts).await?;
        let coming = self.expect(case, (id, actor.agency(), actor.kind(), created), &parts.head, &parts.words);
        let written = self.write(permit, &ask, None, Effect::WriteNote(note).into(), once.as_ref(), answer).await?;
        if written.recorded.is_some() {
            coming.arrived();
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
        let by = self.gate.policy.place();
        let done = self.notes_once(actor, case, purpose, before, limit).await;
        if self.begins_again(by, &done) { self.notes_once(actor, case, purpose, before, limit).await } else { done }
    }

    async fn notes_once(
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
        let line = lines.first().ok_or_else(super::no_place)?;
        Ok((line.created, line.id))
    }

    /// Returns the lines of those notes of a case of which the worker may know.
    async fn lines(&self, actor: &Actor, question: &Question, notes: Vec<StoredNote>) -> Result<Vec<NoteLine>, Error> {
        let facts = self.gate.store.facts_of_notes(&question.by(actor), &notes).await?;
        let named = self.are_named(actor, &notes).await?;
        let mut seen = Vec::with_capacity(notes.len());
        for ((note, facts), named) in notes.into_iter().zip(facts).zip(named) {
            if self.stands_behind(actor, &note, question.purpose).await?.is_some() {
                seen.push(line(&note, Level::Full, true));
                continue;
            }
            let of_note = Question { record: Record::Note(note.id), category: note.head.category, ..*question };
            seen.extend(self.gate.policy.level(&of_note.by(actor), &facts).map(|level| line(&note, level, named)));
        }
        Ok(seen)
    }

    /// Shows one risk note to a worker who says why: all of it, or its summary to those who may see no more.
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
        let (category, item) = self.judged_as(actor, &note, purpose).await?;
        let ask = Question { category, ..ask };
        let facts = self.gate.facts(&ask.by(actor), Some(item.clone())).await?;
        let shown = || Effect::Disclose(Vec::new()).into();
        if let (Some(Level::Summary), Some(summary)) = (self.gate.policy.level(&ask.by(actor), &facts), &note.summary) {
            let ask = Question { action: Action::Summary, ..ask };
            let ask = ask.by(actor);
            let permit = self.gate.judge(&ask, &facts).await?;
            let summary = self.gate.open_permitted(permit, &ask, Some(note.item()), summary.clone(), shown()).await?;
            return self.opened(actor, (note, purpose), Opened::Summary(summary), None).await;
        }
        let mark = self.mark(actor, &Question { about: note.head.about, ..ask }).await?;
        let facts = self.marked(&ask.by(actor), Some(item.clone()), facts, mark.is_some()).await?;
        match self.open_shared(&ask.by(actor), &note, item, &facts).await {
            Ok(words) => self.opened(actor, (note, purpose), Opened::Full(words), mark.map(|mark| mark.words)).await,
            Err(error) => Err(self.helped(actor, &note, purpose, error).await),
        }
    }

    /// Joins what was opened with what became of the note since, and with as much of where it is from as the reader is told.
    async fn opened(
        &self,
        actor: &Actor,
        (note, purpose): (StoredNote, Purpose),
        words: Opened,
        watermark: Option<String>,
    ) -> Result<OpenNote, Error> {
        let named = self.are_named(actor, std::slice::from_ref(&note)).await?.into_iter().all(|named| named)
            || self.stands_behind(actor, &note, purpose).await?.is_some();
        let source = self.derived_from(actor, &note, purpose).await?;
        let (superseded_by, supersedes) = self.gate.store.versions(note.id).await?;
        Ok(OpenNote { note, words, named, source, watermark, superseded_by, supersedes })
    }

    /// Opens a note. The first time that somebody reads it on a share is kept beside it, in the same commit: whoever takes
    /// the share back then knows who owes an answer.
    async fn open_shared(
        &self,
        ask: &Ask<'_>,
        note: &StoredNote,
        item: Item,
        facts: &Facts,
    ) -> Result<Disclosure<RiskNote>, Error> {
        if &note.agency != ask.actor.agency()
            && let Some(worker) = ask.actor.worker()
        {
            let shares = self.gate.store.unread_shares(ask, note.id).await?;
            if !shares.is_empty() {
                let first = FirstReading { shares, worker, case: note.case, at: self.now() };
                let permit = self.gate.judge(ask, facts).await?;
                let change = Effect::ReadFirst(first).into();
                let words = note.words.clone();
                match self.gate.open_permitted(permit, ask, Some(item.clone()), words, change).await {
                    // The same worker at another screen was first.
                    Err(crate::gate::Error::Store(crate::store::Error::Taken)) => {}
                    opened => return Ok(opened?),
                }
            }
        }
        let permit = self.gate.judge(ask, facts).await?;
        let shown = Effect::Disclose(Vec::new()).into();
        Ok(self.gate.open_permitted(permit, ask, Some(item), note.words.clone(), shown).await?)
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

impl OpenNote {
    /// Returns a moment of the note as its reader is told it: the day alone, if the writer is not named.
    #[must_use]
    pub const fn told(&self, at: Moment) -> Moment {
        if self.named { at } else { day_of(at) }
    }
}

/// Says how much of a note's moments is told to a reader who is told who wrote it, or is not.
#[must_use]
pub const fn dated(named: bool) -> &'static str {
    if named { "moment" } else { "day" }
}

fn line(note: &StoredNote, level: Level, named: bool) -> NoteLine {
    let author = named.then_some(note.author);
    let more = (level <= Level::Summary).then_some((note.head.kind, note.head.about, author));
    NoteLine {
        id: note.id,
        created: if named { note.created } else { day_of(note.created) },
        dated: dated(named),
        category: note.head.category,
        agency: named.then(|| note.agency.clone()),
        level,
        more,
    }
}
