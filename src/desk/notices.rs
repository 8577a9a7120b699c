//! Alerts that the hub writes by itself: in fixed words, to named workers, who must say that they have them.
//!
//! Promises: a notice says nothing of what was shared, only that it was; nobody is told of a share that did not reach
//! them.

use super::{Desk, Error};
use crate::auth::Actor;
use crate::model::agencies::Seat;
use crate::model::alerts::{AlertText, Severity};
use crate::model::id::{AgencyId, AlertId, CaseId, NoteId, ProtectedId, ShareId, WorkerId};
use crate::model::notes::Category;
use crate::model::shares::{Purpose, Recipient};
use crate::model::text::Prose;
use crate::policy::Works;
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::notes::StoredNote;
use crate::store::shares::StoredShare;
use crate::store::withdrawals::Notice;
use std::collections::BTreeMap;

/// What a notice tells.
pub(super) struct Tell {
    /// Its kind.
    pub(super) kind: &'static str,
    /// The row of the matrix under which its recipients may read it.
    pub(super) category: Category,
    /// How fast somebody must act.
    pub(super) severity: Severity,
    /// The case.
    pub(super) case: CaseId,
    /// Whom it is about.
    pub(super) about: Option<ProtectedId>,
    /// The note that comes with it.
    pub(super) note: Option<NoteId>,
    /// The words.
    pub(super) say: String,
    /// The shares that it tells of.
    pub(super) shares: Vec<ShareId>,
}

/// A share as its recipients are looked for.
pub(super) struct Reach<'a> {
    pub(super) share: ShareId,
    pub(super) case: CaseId,
    pub(super) about: Option<ProtectedId>,
    pub(super) to: &'a Recipient,
    pub(super) category: Category,
    pub(super) purpose: Purpose,
}

impl Desk {
    /// Writes a notice to these workers; nothing if there are none.
    pub(super) async fn notice(
        &self,
        actor: &Actor,
        tell: Tell,
        to: impl IntoIterator<Item = WorkerId>,
    ) -> Result<Option<Notice>, Error> {
        let recipients: Vec<WorkerId> = to.into_iter().collect();
        if recipients.is_empty() {
            return Ok(None);
        }
        let head = AlertHead {
            id: AlertId::random(),
            case: Some(tell.case),
            author: actor.word(),
            agency: actor.agency().clone(),
            about: tell.about,
            kind: tell.kind.to_owned(),
            category: tell.category,
            severity: tell.severity,
            note: tell.note,
            raised: self.now(),
        };
        let text = Prose::new(&tell.say).map_err(|_| Error::Unknown)?;
        let words = self.seal(head.place(), &AlertText { text, may_tell_her: None }).await?;
        Ok(Some(Notice { alert: NewAlert { head, words, recipients }, shares: tell.shares }))
    }

    /// Returns the seats of one agency whom a share reached: those who may read on it now, and those who have.
    pub(super) async fn reached_on(
        &self,
        of: &Reach<'_>,
        agency: &AgencyId,
    ) -> Result<BTreeMap<WorkerId, Seat>, Error> {
        let involved = self.gate.store.involved(of.case).await?;
        let mut workers: Vec<WorkerId> = match of.to {
            Recipient::Worker(worker) => vec![*worker],
            _ => self.share_recipients(of.case, of.about, of.to).await.unwrap_or_default(),
        };
        let readers = self.gate.store.readers_on(of.share).await?;
        let read: Vec<WorkerId> = readers.into_iter().map(|reader| reader.worker).collect();
        workers.extend(&read);
        let mut seats = BTreeMap::new();
        for worker in workers {
            let Some((seat, _)) = self.gate.store.seat(worker).await? else { continue };
            let here = involved.iter().any(|one| one.worker == worker);
            let works = if here { Works::OnTheCase } else { Works::Elsewhere };
            let able = self.gate.policy.opens(seat.role, seat.kind, of.category, of.purpose, works);
            if seat.active && &seat.agency == agency && (able || read.contains(&worker)) {
                seats.insert(worker, seat);
            }
        }
        Ok(seats)
    }
}

/// Returns how the recipients of a share of a note are looked for.
pub(super) fn reach<'a>(share: &'a StoredShare, note: &StoredNote) -> Reach<'a> {
    Reach {
        share: share.id,
        case: share.case,
        about: note.head.about,
        to: &share.to,
        category: note.head.category,
        purpose: share.purpose,
    }
}
