//! The facts of many items of one case for one worker: a fixed number of queries, however many items a page has.
//!
//! Promises: each item has its own facts, the very ones that it would have alone; all stand on one reading of the
//! worker's standing, so that one version stamps them all.

use super::{CALLED_OF_CASE, RELEASES_OF_CASE, Reach, state};
use crate::model::facts::{Facts, Item};
use crate::model::id::{NoteId, OverrideId};
use crate::model::sealed::Record;
use crate::model::time::Moment;
use crate::policy::permit::Ask;
use crate::store::notes::StoredNote;
use crate::store::overrides::StoredOverride;
use crate::store::{Error, Store, read};
use std::collections::{HashMap, HashSet};

impl Store {
    /// States the facts of many notes of one case for one worker: two queries, however many notes.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn facts_of_notes(&self, ask: &Ask<'_>, notes: &[StoredNote]) -> Result<Vec<Facts>, Error> {
        let now = self.clock.now();
        let standing = self.standing(ask.actor, ask.case).await?;
        let grants = self.grants_for(ask, now).await?;
        let case = ask.case.map(|case| case.to_string()).unwrap_or_default();
        let mut reaches: HashMap<NoteId, Reach> = HashMap::new();
        let ids = || notes.iter().map(|note| note.id);
        let Some(range) = ids().min().zip(ids().max()) else { return Ok(Vec::new()) };
        for row in self.releases((RELEASES_OF_CASE, case), range, ask, now).await? {
            let reach = reaches.entry(read::word(&row, "note")?).or_default();
            *reach = reach.and(&row)?;
        }
        let of = |note: &StoredNote| {
            let of_note = Ask { record: Record::Note(note.id), category: note.head.category, ..*ask };
            let reach = reaches.get(&note.id).copied().unwrap_or_default();
            state(&of_note, Some(note.item()), now, &standing, reach, &grants)
        };
        Ok(notes.iter().map(of).collect())
    }

    /// States the facts of many items of one case for one worker that nobody releases: decisions, orders, events. Nothing but
    /// their own work brings one to anybody.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn facts_of_items(&self, asks: &[Ask<'_>], items: Vec<Item>) -> Result<Vec<Facts>, Error> {
        let Some(first) = asks.first() else { return Ok(Vec::new()) };
        let now = self.clock.now();
        let standing = self.standing(first.actor, first.case).await?;
        let grants = self.grants_for(first, now).await?;
        let of = |(ask, item): (&Ask<'_>, Item)| state(ask, Some(item), now, &standing, Reach::default(), &grants);
        Ok(asks.iter().zip(items).map(of).collect())
    }

    /// States the facts of many overrides of one case for one worker: who was asked to be the second person is read once.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn facts_of_overrides(&self, asks: &[Ask<'_>], found: &[StoredOverride]) -> Result<Vec<Facts>, Error> {
        let times = || found.iter().map(|one| one.asked.created);
        let (Some(first), Some(range)) = (asks.first(), times().min().zip(times().max())) else {
            return Ok(Vec::new());
        };
        let now = self.clock.now();
        let standing = self.standing(first.actor, first.case).await?;
        let grants = self.grants_for(first, now).await?;
        let called = self.called_on(first, range).await?;
        let of = |(ask, one): (&Ask<'_>, &StoredOverride)| {
            let reach = Reach { addressed: called.contains(&one.asked.id), ..Reach::default() };
            state(ask, Some(one.item(ask.about)), now, &standing, reach, &grants)
        };
        Ok(asks.iter().zip(found).map(of).collect())
    }

    /// Returns which overrides of a case that were asked for between two moments a worker is the second person of: those of
    /// a page stand together in time.
    async fn called_on(&self, ask: &Ask<'_>, (first, last): (Moment, Moment)) -> Result<HashSet<OverrideId>, Error> {
        let rows = sqlx::query(CALLED_OF_CASE)
            .bind(ask.case.map(|case| case.to_string()).unwrap_or_default())
            .bind(ask.actor.worker().map(|worker| worker.to_string()))
            .bind(first.micros())
            .bind(last.micros())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read of which overrides somebody is the second person"))?;
        rows.iter().map(|row| read::word(row, "override_id")).collect()
    }
}
