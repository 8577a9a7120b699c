//! What is shared is taken back: by whoever shared it, or because the override on which it stood has ended.
//!
//! Promises: the end, the keys that go and the notices are one commit, whoever ends it; whoever had read it is asked to
//! confirm that their copies are gone, whoever had not has a tombstone.
//! Must never know: why.

use super::notices::{Tell, reach};
use super::{Desk, Error};
use crate::auth::Actor;
use crate::model::alerts::{HubKind, Severity};
use crate::model::id::{OverrideId, WorkerId};
use crate::model::time::Moment;
use crate::store::notes::StoredNote;
use crate::store::recalls::{NewRecall, Reader};
use crate::store::shares::StoredShare;
use crate::store::withdrawals::EndedKey;
use std::collections::BTreeMap;

const RECALLED: &str = "A note that you read has been taken back by those who shared it. Delete every copy, do not use it, \
                        and confirm it: POST /api/v1/shares/{share}/confirmation, with whether you deleted it and \
                        whether you had passed it on.";

/// A share on its way back, and how many had it.
pub(super) struct TakenBack {
    /// What ends with it, without a reason and an assessment.
    pub(super) recall: NewRecall,
    /// How many had read it: each is asked to confirm.
    pub(super) read_by: usize,
    /// How many had read it and have left since: they can be asked nothing.
    pub(super) left: usize,
    /// How many had not.
    pub(super) unread_by: usize,
}

impl Desk {
    /// Finds who has read a share and who has not, and writes what follows for each.
    pub(super) async fn taken_back(
        &self,
        actor: &Actor,
        share: &StoredShare,
        note: &StoredNote,
        at: Moment,
    ) -> Result<TakenBack, Error> {
        let (gone, readers): (Vec<Reader>, Vec<Reader>) =
            self.gate.store.readers_on(share.id).await?.into_iter().partition(|reader| reader.gone);
        let readers: Vec<WorkerId> = readers.into_iter().map(|reader| reader.worker).collect();
        let holders = self.gate.store.holders_of(share.id).await?;
        let mut reached = BTreeMap::new();
        for holder in &holders {
            reached.extend(self.reached_on(&reach(share, note), &holder.agency).await?);
        }
        let unread_by = reached.keys().filter(|worker| !readers.contains(worker)).count();
        let tell = Tell {
            kind: HubKind::NoteRecalled.as_str(),
            category: note.head.category,
            severity: Severity::High,
            case: share.case,
            about: note.head.about,
            note: None,
            say: RECALLED.replace("{share}", &share.id.to_string()),
            shares: vec![share.id],
        };
        let notices = self.notice(actor, tell, readers.iter().copied()).await?.into_iter().collect();
        let live = holders.into_iter().filter(|holder| holder.ended.is_none());
        let ends = live.map(|holder| EndedKey { share: share.id, agency: holder.agency }).collect();
        let recall = NewRecall { share: share.id, case: share.case, at, reason: None, ends, notices, breach: None };
        Ok(TakenBack { recall, read_by: readers.len(), left: gone.len(), unread_by })
    }

    /// Takes back whatever is shared on an override: its own share, and those that a correction of the note carried on.
    pub(super) async fn override_ends(
        &self,
        actor: &Actor,
        id: OverrideId,
        at: Moment,
    ) -> Result<Vec<NewRecall>, Error> {
        let mut ends = Vec::new();
        for share in self.gate.store.shares_on_override(id).await? {
            if share.ended.is_none() {
                let note = self.gate.store.note(share.note).await?.ok_or(Error::NotFound)?;
                ends.push(self.taken_back(actor, &share, &note, at).await?.recall);
            }
        }
        Ok(ends)
    }
}
