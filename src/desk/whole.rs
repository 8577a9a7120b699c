//! A note is taken back whole, and those who have read it are told, whatever let them read it.
//!
//! Promises: what is taken back is closed to every other agency with the commit, whether it was shared or stood in his
//! record; it stays with the agency that wrote it. A notice about a note whose writer is not named comes from the hub, in
//! the trail of the agency that it goes to: so it says nothing of who wrote, nor of which kind of service did.

use super::derivatives::bears_the_day;
use super::notices::by_agency;
use super::{Desk, Error, Once, Question, Written, promised};
use crate::auth::Actor;
use crate::model::agencies::Seat;
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::id::{AlertId, NoteId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::text::Prose;
use crate::policy::permit::Action;
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::effect::Effect;
use crate::store::note_ends::NewNoteEnd;
use crate::store::notes::StoredNote;
use crate::store::withdrawals::Notice;
use serde::Deserialize;

/// How often the facts may move while it is prepared before the caller is told to try again.
const ATTEMPTS_MAX: usize = 8;

/// Who raises a notice about a note whose writer is not named.
const AUTHOR: &str = "hub:notes";

const TAKEN_BACK: &str = "A note in his record that you have read has been taken back by those who wrote it. Do not use it, \
                          do not pass it on, delete every copy, and say that you have this.";

/// A note as it is taken back whole: nothing need be said.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct RecallNote {}

impl Desk {
    /// Takes back a note about nobody whose writer is not named, with every share of it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] for any other note: its shares are taken back one by one;
    /// [`Error::Conflict`] if it was taken back already.
    pub async fn recall_note(&self, actor: &Actor, id: NoteId, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let purpose = self.purpose(actor, None);
        let found = self.gate.store.note(id).await?;
        let case = found.as_ref().map(|note| note.case);
        let (category, item) = match &found {
            Some(note) => {
                let (category, item) = self.judged_as(actor, note, purpose).await?;
                (category, Some(item))
            }
            None => (Category::Identity, None),
        };
        let question =
            Question { action: Action::Share, record: Record::Note(id), case, about: None, category, purpose };
        let ask = question.by(actor);
        let Some((note, item)) = found.zip(item) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        // It was open: what ran out may be taken back as well.
        let item = crate::model::facts::Item { expires: None, ..item };
        for _ in 0..ATTEMPTS_MAX {
            let permit = match self.gate.decide(&ask, Some(item.clone())).await {
                Ok(permit) => permit,
                Err(error) => return Err(self.helped(actor, &note, purpose, error.into()).await),
            };
            if !bears_the_day(actor.kind(), &note.head) {
                let say = "is taken back share by share: only a note about nobody whose writer is not named is taken back \
                           whole. Correct it, or take back its shares";
                return Err(self.declined(permit, Error::field("", say)).await);
            }
            let ended = self.gate.store.note(id).await?.is_none_or(|note| note.ended.is_some());
            if ended || self.gate.store.versions(id).await?.0.is_some() {
                return Err(self.declined(permit, Error::Conflict).await);
            }
            let (end, told) = self.prepare_end(actor, &note).await?;
            let answer = serde_json::json!({ "id": id, "case": note.case, "state": "withdrawn", "told": told });
            let (change, answer) = promised(actor, Effect::EndNote(end).into(), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => {}
                settled => {
                    self.gate.vault.forget(note.case);
                    return self.written(actor, settled, once.as_ref(), answer).await;
                }
            }
        }
        Err(Error::Busy)
    }

    /// Finds its shares and whoever has read it, and writes what follows for each.
    async fn prepare_end(&self, actor: &Actor, note: &StoredNote) -> Result<(NewNoteEnd, usize), Error> {
        let (at, mut shares, mut asked) = (self.now(), Vec::new(), Vec::new());
        for share in self.gate.store.shares_of(note.id).await?.into_iter().filter(|share| share.ended.is_none()) {
            let back = self.taken_back(actor, &share, note, at).await?.recall;
            asked.extend(back.notices.iter().flat_map(|one| one.alert.recipients.iter().copied()));
            shares.push(back);
        }
        let notices = self.tell_readers(actor, note, TAKEN_BACK, &asked).await?;
        let notices: Vec<NewAlert> = notices.into_iter().map(|one| one.alert).collect();
        asked.extend(notices.iter().flat_map(|one| one.recipients.iter().copied()));
        asked.sort_unstable();
        asked.dedup();
        Ok((NewNoteEnd { note: note.id, case: note.case, at, shares, notices }, asked.len()))
    }

    /// Writes the notices to those of other agencies who have read a note whose writer is not named, but to whom is told
    /// already.
    pub(super) async fn tell_readers(
        &self,
        actor: &Actor,
        note: &StoredNote,
        say: &str,
        told: &[WorkerId],
    ) -> Result<Vec<Notice>, Error> {
        let kind = if say == TAKEN_BACK { HubKind::NoteRecalled } else { HubKind::NoteCorrected };
        let mut seats: Vec<Seat> = Vec::new();
        for worker in self.gate.store.ever_read(note.id).await? {
            let seat = self.gate.store.seat(worker).await?.map(|(seat, _)| seat).filter(|seat| seat.active);
            let reachable = self.gate.store.is_reachable(worker, note.case).await?;
            seats.extend(seat.filter(|seat| reachable && &seat.agency != actor.agency() && !told.contains(&worker)));
        }
        let mut notices = Vec::new();
        for (agency, recipients) in by_agency(&seats) {
            let head = AlertHead {
                id: AlertId::random(),
                case: Some(note.case),
                author: AUTHOR.to_owned(),
                agency,
                about: None,
                kind: kind.word(),
                category: note.head.category,
                severity: Severity::High,
                note: None,
                raised: self.now(),
            };
            // Which note it is stands here: the note itself names the one that took its place.
            let text = Prose::new(&format!("{say} Note {}.", note.id)).map_err(|_| Error::Unknown)?;
            let words = self.seal(head.place(), &AlertText { text, may_tell_her: None }).await?;
            notices.push(Notice { alert: NewAlert { head, words, recipients }, shares: Vec::new() });
        }
        Ok(notices)
    }
}
