//! A sanitised note after it is written: for its own service it is judged as what it was made from.
//!
//! Promises: whoever may read and share the note behind it may preview, read back, correct and take back the sanitised one,
//! by the same decision; everybody else, a colleague who works with another woman among them, is asked about it as about
//! any note on his side. What is corrected says no more than what was written first: neither by whom nor when.

use super::derivatives::{WriteDerivative, sanitised};
use super::goes::{Goes, Said};
use super::handling::Parts;
use super::preview::{Preview, unwritten};
use super::readership::Seen;
use super::screen::Found;
use super::shares::ShareNote;
use super::write_note::WriteNote;
use super::{Desk, Error, FieldError, Once, Question, Recorded, Written, promised};
use crate::auth::Actor;
use crate::model::agencies::Seat;
use crate::model::facts::Item;
use crate::model::id::{NoteId, WorkerId};
use crate::model::notes::{Category, NoteKind};
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::policy::permit::{Action, Ask, Level};
use crate::store::effect::Effect;
use crate::store::notes::StoredNote;
use crate::store::recalls::NewCorrection;

/// How often the facts may move while a correction is prepared before the caller is told to try again.
const ATTEMPTS_MAX: usize = 8;

/// What those are told who have read a note that was corrected, and whose writer is not named.
pub(super) const CORRECTED: &str = "A note in his record that you have read has been corrected by those who wrote it. Open the \
                         corrected note, correct what you took from the old one, and say that you have this.";

/// What stands behind a sanitised note: as what its own service is judged.
pub(super) struct Behind {
    /// The note that it was made from.
    pub(super) source: NoteId,
    /// Its row of the matrix.
    pub(super) category: Category,
    /// What a decision needs to know.
    pub(super) item: Item,
}

impl Desk {
    /// Returns what stands behind a sanitised note, to whoever may read that; nothing of any other note, nor to anybody
    /// else.
    pub(super) async fn stands_behind(
        &self,
        actor: &Actor,
        note: &StoredNote,
        purpose: Purpose,
    ) -> Result<Option<Behind>, Error> {
        if &note.agency != actor.agency() || !actor.kind().keeps_confidence() || note.head.about.is_some() {
            return Ok(None);
        }
        let Some(source) = self.gate.store.source_of(note.id).await? else { return Ok(None) };
        let Some(behind) = self.gate.store.note(source).await? else { return Ok(None) };
        // What ran out is kept from others. Her own service can still take back what it made of it.
        let item = Item { expires: None, ..behind.item() };
        let question = Question {
            action: Action::Read,
            record: Record::Note(source),
            case: Some(behind.case),
            about: None,
            category: item.category,
            purpose,
        };
        let facts = self.gate.facts(&question.by(actor), Some(item.clone())).await?;
        let reads = self.gate.policy.level(&question.by(actor), &facts) == Some(Level::Full);
        Ok(reads.then_some(Behind { source, category: item.category, item }))
    }

    /// Returns as what a note is judged when this actor asks about it.
    pub(super) async fn judged_as(
        &self,
        actor: &Actor,
        note: &StoredNote,
        purpose: Purpose,
    ) -> Result<(Category, Item), Error> {
        let behind = self.stands_behind(actor, note, purpose).await?;
        Ok(behind.map_or_else(|| (note.head.category, note.item()), |behind| (behind.category, behind.item)))
    }

    /// Returns what a seat of its own service would see of a sanitised note, by what stands behind it.
    pub(super) async fn seen_behind(
        &self,
        seat: &Seat,
        note: &StoredNote,
        behind: Option<&Item>,
    ) -> Result<Option<Seen>, Error> {
        let Some(item) = behind.filter(|_| seat.agency == note.agency && seat.kind.keeps_confidence()) else {
            return Ok(None);
        };
        let purpose = self.gate.policy.default_purpose(seat.role);
        let ask = Ask { category: item.category, ..super::readership::ask(seat, note, purpose) };
        let facts = self.gate.store.facts_if(&ask, item.clone(), &[]).await?;
        let full = self.gate.policy.level(&ask, &facts) == Some(Level::Full);
        Ok(full.then_some(Seen { level: Level::Full, because: "own agency", purpose }))
    }

    /// Says who would see a sanitised note that is being written.
    pub(super) async fn preview_sanitised(
        &self,
        actor: &Actor,
        source: NoteId,
        purpose: Option<Purpose>,
        new: WriteDerivative,
        shares: Vec<ShareNote>,
    ) -> Result<Preview, Error> {
        let purpose = self.purpose(actor, purpose);
        let found = self.gate.store.note(source).await?;
        let (case, category) =
            found.as_ref().map_or((None, Category::Identity), |note| (Some(note.case), note.head.category));
        let question =
            Question { action: Action::Share, record: Record::Note(source), case, about: None, category, purpose };
        let ask = question.by(actor);
        let (Some(behind), Some(author)) = (found, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        // Nothing is written, so the permit is not used: what is told is recorded as a look at the note.
        let permit = match self.gate.decide(&ask, Some(behind.item())).await {
            Ok(permit) => permit,
            Err(error) => return Err(self.helped(actor, &behind, purpose, error.into()).await),
        };
        if let Err(why) = self.may_derive(actor, &behind, &question, &new).await {
            return Err(self.declined(permit, why).await);
        }
        drop(permit);
        let (case, created) = (behind.case, self.now());
        let note = unwritten(actor, author, (NoteId::at(created), case, created), sanitised(new).head);
        let look = Question { action: Action::Existence, ..question };
        let shown = Effect::Disclose(Vec::new()).into();
        let receipt = self.gate.pass(&look.by(actor), Some(behind.item()), shown).await?;
        let (item, mut warnings) = (Some(behind.item()), Vec::new());
        let readership = self.readership(actor, (author, item), &note, purpose, shares, &mut warnings).await?;
        Ok(Preview { case, note: None, head: note.head, readership, warnings, recorded: Recorded::from(&receipt) })
    }

    /// Corrects a sanitised note: the new one is made from the same note, and bears the day alone as well.
    pub(super) async fn correct_sanitised(
        &self,
        actor: &Actor,
        (old, author): (&StoredNote, WorkerId),
        behind: &Behind,
        mut new: WriteNote,
        once: Option<&Once>,
    ) -> Result<Written, Error> {
        let purpose = self.purpose(actor, new.purpose);
        let checked = std::mem::take(&mut new.checked);
        let question = Question {
            action: Action::Share,
            record: Record::Note(old.id),
            case: Some(old.case),
            about: None,
            category: behind.category,
            purpose,
        };
        let ask = question.by(actor);
        let faults = wrong_in(old, &new);
        let parts = sanitised(derivative_of(new));
        for _ in 0..ATTEMPTS_MAX {
            let permit = self.gate.decide(&ask, Some(behind.item.clone())).await?;
            if !faults.is_empty() {
                return Err(self.declined(permit, Error::Invalid { errors: faults }).await);
            }
            if old.ended.is_some() || self.gate.store.versions(old.id).await?.0.is_some() {
                return Err(self.declined(permit, Error::Conflict).await);
            }
            match self.look(actor, old.case, Goes::InPlace, &said_in(&parts), &checked).await? {
                Found::Nothing => {}
                Found::Look(errors) => return Err(self.declined(permit, Error::LookAgain { errors }).await),
                // It is her own worker who wrote it: nobody need be told.
                Found::Quoted(errors, _) => return Err(self.declined(permit, Error::Invalid { errors }).await),
            }
            let note = self.derived(actor, author, old.case, &parts).await?;
            let notices = self.tell_readers(actor, old, CORRECTED, &[]).await?;
            let (fresh, at) = (note.id, note.created);
            let answer = serde_json::json!({
                "id": fresh, "supersedes": old.id, "case": old.case, "created": super::derivatives::day_of(at), "shares": 0,
                "told": notices.iter().map(|one| one.alert.recipients.len()).sum::<usize>(),
            });
            let source = Some(behind.source);
            let effect = Effect::Correct(NewCorrection { note, old: old.id, source, shares: Vec::new(), notices });
            let (change, answer) = promised(actor, effect.into(), once, &answer);
            let coming = self.expect(old.case, (fresh, actor.agency(), actor.kind(), at), &parts.head, &parts.words);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => {}
                settled => {
                    let written = self.written(actor, settled, once, answer).await?;
                    if written.recorded.is_some() {
                        coming.arrived();
                    }
                    return Ok(written);
                }
            }
        }
        Err(Error::Busy)
    }
}

/// Says what does not fit in a correction of a sanitised note.
fn wrong_in(old: &StoredNote, new: &WriteNote) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |is: bool, field: &str, say: &str| {
        if is {
            errors.push(FieldError::new(field, say));
        }
    };
    let another = "must be that of the note: take it back and write another one from the same note instead";
    wrong(new.category != old.head.category, "category", another);
    wrong(new.kind == NoteKind::Intelligence, "kind", "cannot be intelligence here: write fact or assessment");
    wrong(new.about.is_some(), "about", "must be left out: a sanitised note is about nobody");
    let none = "must be left out: a sanitised note has none";
    wrong(!new.sources.is_empty(), "sources", none);
    wrong(new.grade.is_some(), "grade", none);
    wrong(new.summary.is_some(), "summary", none);
    wrong(new.handling.conditions.is_some(), "handling.conditions", none);
    wrong(new.handling.expires.is_some(), "handling.expires", none);
    let named = "must be false: who wrote a sanitised note is not said";
    wrong(new.handling.attributable, "handling.attributable", named);
    errors
}

/// Returns what of a correction a sanitised note holds. The rest of its handling is settled.
fn derivative_of(new: WriteNote) -> WriteDerivative {
    let WriteNote { kind, text, opinion, category, handling, .. } = new;
    WriteDerivative { kind, text, opinion, category, use_with_man: handling.use_with_man, checked: Vec::new() }
}

fn said_in(parts: &Parts) -> Vec<Said<'_>> {
    let mut said: Vec<Said<'_>> = vec![("text", parts.words.text.reveal())];
    said.extend(parts.words.opinion.as_ref().map(|opinion| ("opinion", opinion.reveal())));
    said
}
