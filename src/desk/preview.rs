//! Before a note is written or shared: who would see it, and what is held back from whom.
//!
//! Promises: nothing is written and nothing is sealed; what is said is what the policy's own decision says of each seat, on
//! facts that the store states as for any question; a woman's team is neither shown nor counted for whoever may not
//! know of her, and another woman's team for nobody. Only roles and numbers are told, never names.
//! Must never know: HTTP, SQL.

use super::asked::{Asked, asked, doubts, is_for, of_share, warning};
pub use super::asked::{PreviewNote, Warning};
use super::handling::{faults, split};
use super::readership::{Held, Readers, Readership, Seen};
use super::shares::{ShareNote, recipient};
use super::write_note::WriteNote;
use super::{Desk, Error, FieldError, Question, Recorded};
use crate::auth::Actor;
use crate::model::agencies::Seat;
use crate::model::facts::Item;
use crate::model::id::{CaseId, NoteId, WorkerId};
use crate::model::notes::{Category, NoteHead};
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::shares::{Purpose, Recipient};
use crate::model::time::Moment;
use crate::policy::permit::Action;
use crate::store::effect::Effect;
use crate::store::notes::StoredNote;
use crate::store::suppose::Supposed;

/// Shares that one preview may suppose.
const SHARES_MAX: usize = 20;

/// Who would see a note.
#[derive(Debug)]
pub struct Preview {
    /// The case.
    pub case: CaseId,
    /// The note, if it is there.
    pub note: Option<NoteId>,
    /// What stands in clear of it.
    pub head: NoteHead,
    /// Who would see what, and from whom what is held back.
    pub readership: Readership,
    /// What to mend or think about first.
    pub warnings: Vec<Warning>,
    /// Where the look at those on the case stands in the log.
    pub recorded: Recorded,
}

impl Desk {
    /// Says who would see a note, and what would be held back from whom.
    ///
    /// # Errors
    /// [`Error::NotFound`] and [`Error::Refused`] as for writing the note, or for sharing the one that is there;
    /// [`Error::Invalid`] if the body names both or neither, or an `about` that is not of the case.
    pub async fn preview_note(&self, actor: &Actor, body: PreviewNote) -> Result<Preview, Error> {
        let (asked, shares) = asked(body)?;
        if shares.len() > SHARES_MAX {
            return Err(Error::field("shares", "are too many: look at 20 at a time"));
        }
        match asked {
            Asked::From(source, purpose, new) => self.preview_sanitised(actor, source, purpose, *new, shares).await,
            Asked::There(id, purpose) => self.preview_there(actor, id, purpose, shares).await,
            Asked::New(case, new) => self.preview_new(actor, case, *new, shares).await,
        }
    }

    async fn preview_new(
        &self,
        actor: &Actor,
        case: CaseId,
        new: WriteNote,
        shares: Vec<ShareNote>,
    ) -> Result<Preview, Error> {
        let created = self.now();
        let id = NoteId::at(created);
        let (purpose, category, about) = (self.purpose(actor, new.purpose), new.category, new.about);
        let question =
            Question { action: Action::Create, record: Record::Note(id), case: Some(case), about, category, purpose };
        let ask = question.by(actor);
        let (true, Some(author)) = (self.gate.store.has_case(actor, case).await?, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        // Nothing is written, so the permit is not used: what is told is recorded as a look at the case.
        let permit = self.gate.decide(&ask, None).await?;
        if let Err(why) = self.check_about(actor, case, category, about).await {
            return Err(self.declined(permit, why).await);
        }
        drop(permit);
        let mut warnings: Vec<Warning> = faults(&new).into_iter().map(|fault| warning(fault, true)).collect();
        warnings.extend(doubts(&new, &shares, created));
        let note = unwritten(actor, author, (id, case, created), split(new).head);
        let look = Question {
            action: Action::Existence,
            record: Record::Case(case),
            about: None,
            category: Category::Identity,
            ..question
        };
        let receipt = self.gate.pass(&look.by(actor), None, Effect::Disclose(Vec::new()).into()).await?;
        let readership = self.readership(actor, (author, None), &note, purpose, shares, &mut warnings).await?;
        Ok(Preview { case, note: None, head: note.head, readership, warnings, recorded: Recorded::from(&receipt) })
    }

    async fn preview_there(
        &self,
        actor: &Actor,
        id: NoteId,
        purpose: Option<Purpose>,
        shares: Vec<ShareNote>,
    ) -> Result<Preview, Error> {
        let purpose = self.purpose(actor, purpose);
        let found = self.gate.store.note(id).await?;
        let case = found.as_ref().map(|note| note.case);
        let (category, item) = match &found {
            Some(note) => self.judged_as(actor, note, purpose).await.map(|(category, item)| (category, Some(item)))?,
            None => (Category::Identity, None),
        };
        let question =
            Question { action: Action::Share, record: Record::Note(id), case, about: None, category, purpose };
        let ask = question.by(actor);
        let (Some(note), Some(author)) = (found, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        // Nothing is shared, so the permit is not used: what is told is recorded as a look at the note.
        drop(match self.gate.decide(&ask, item.clone()).await {
            Ok(permit) => permit,
            Err(error) => return Err(self.helped(actor, &note, purpose, error.into()).await),
        });
        let facts = self.gate.facts(&ask, item.clone()).await?;
        let action = self.gate.policy.least(&ask, &facts).unwrap_or(Action::Existence);
        let look = Question { action, ..question };
        let shown = Effect::Disclose(Vec::new()).into();
        let receipt = self.gate.pass(&look.by(actor), item.clone(), shown).await?;
        let mut warnings = Vec::new();
        let behind = item.filter(|item| item.category != note.head.category);
        let readership = self.readership(actor, (author, behind), &note, purpose, shares, &mut warnings).await?;
        let recorded = Recorded::from(&receipt);
        Ok(Preview { case: note.case, note: Some(id), head: note.head, readership, warnings, recorded })
    }

    /// Judges every seat that the asker may know of, as if the shares that can be made were made. With what stands behind a
    /// sanitised note, its own service is judged by that.
    pub(super) async fn readership(
        &self,
        actor: &Actor,
        (author, behind): (WorkerId, Option<Item>),
        note: &StoredNote,
        purpose: Purpose,
        shares: Vec<ShareNote>,
        warnings: &mut Vec<Warning>,
    ) -> Result<Readership, Error> {
        let mut reached = self.gate.store.reached(note.id).await?;
        let mut supposed = Vec::new();
        for (place, new) in shares.iter().enumerate() {
            match self.supposed(actor, author, note, new).await? {
                Ok((to, share)) => {
                    reached.push((to, new.purpose));
                    supposed.push(share);
                }
                Err(faults) => warnings.extend(faults.into_iter().map(|fault| of_share(place, fault))),
            }
        }
        let mut readers = Readers::default();
        for seat in self.seats_shown(actor, note, purpose, &reached).await? {
            if let Some(seen) = self.seen_behind(&seat, note, behind.as_ref()).await? {
                readers.add(&seat, Some(seen), None);
            } else if let Some((seen, held)) = self.judged(&seat, note, &reached, &supposed).await? {
                readers.add(&seat, seen, held);
            }
        }
        Ok(readers.finish())
    }

    /// Looks at a share as if it were made: by the policy first, then as a share is looked at before it is made.
    async fn supposed(
        &self,
        actor: &Actor,
        author: WorkerId,
        note: &StoredNote,
        new: &ShareNote,
    ) -> Result<Result<(Recipient, Supposed), Vec<FieldError>>, Error> {
        let question = Question {
            action: Action::Share,
            record: Record::Note(note.id),
            case: Some(note.case),
            about: None,
            category: note.head.category,
            purpose: new.purpose,
        };
        let facts = self.gate.facts(&question.by(actor), Some(note.item())).await?;
        let would = self.gate.policy.would(&question.by(actor), &facts);
        if !would.allowed {
            let why: Vec<String> = would.lines.iter().map(|line| self.gate.policy.in_words(line)).collect();
            let say = format!("would be refused: {}", why.join("; "));
            return Ok(Err(vec![FieldError::new("", &say)]));
        }
        let checked = match recipient(&new.to) {
            Ok(to) => self.check_share(actor, author, note, &to, new).await.map(|(share, _)| (to, share)),
            Err(why) => Err(why),
        };
        match checked {
            Ok((to, share)) => Ok(Ok((to, self.gate.store.suppose(share, &note.item()).await?))),
            Err(Error::Invalid { errors }) => Ok(Err(errors)),
            Err(other) => Err(other),
        }
    }

    /// Returns the most that a seat would see of a note, and what is held back from it; `None` where nobody is told.
    async fn judged(
        &self,
        seat: &Seat,
        note: &StoredNote,
        reached: &[(Recipient, Purpose)],
        supposed: &[Supposed],
    ) -> Result<Option<(Option<Seen>, Option<Held>)>, Error> {
        let mut purposes = vec![self.gate.policy.default_purpose(seat.role)];
        if self.may_break_glass(seat, note.head.category) {
            purposes.push(Purpose::Emergency);
        }
        purposes.extend(reached.iter().filter(|(to, _)| is_for(to, seat)).map(|(_, purpose)| *purpose));
        let mut best: Option<(Option<Seen>, Option<Held>)> = None;
        for purpose in purposes {
            let ask = super::readership::ask(seat, note, purpose);
            let item: Item = note.item();
            let facts = self.gate.store.facts_if(&ask, item, supposed).await?;
            if super::readership::is_hidden(seat, &facts) {
                return Ok(None);
            }
            let seen = self.seen(&ask, &facts);
            let more = match &best {
                None => true,
                Some((before, _)) => {
                    seen.as_ref().is_some_and(|now| before.as_ref().is_none_or(|one| now.level < one.level))
                }
            };
            if more {
                let held = self.held(&ask, &facts, seen.as_ref().map(|seen| seen.level));
                best = Some((seen, held));
            }
        }
        Ok(best)
    }
}

/// Returns a note that is looked at before it is written: what policy needs to know of it, and no words.
pub(super) fn unwritten(
    actor: &Actor,
    author: WorkerId,
    (id, case, created): (NoteId, CaseId, Moment),
    head: NoteHead,
) -> StoredNote {
    let place = Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Note(id) };
    StoredNote {
        id,
        case,
        author,
        agency: actor.agency().clone(),
        created,
        ended: None,
        head,
        words: Sealed::found(place, Vec::new()),
        summary: None,
        conditions: None,
    }
}
