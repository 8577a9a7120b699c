//! Alerts that the hub writes by itself: in fixed words, to named workers, who must say that they have them.
//!
//! Promises: a notice says nothing of what was shared, only that it was; nobody is told of a share that did not reach
//! them.

use super::{Desk, Error};
use crate::auth::Actor;
use crate::model::agencies::Seat;
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::id::{AgencyId, AlertId, CaseId, NoteId, ProtectedId, ShareId, WorkerId};
use crate::model::notes::Category;
use crate::model::shares::{Purpose, Recipient};
use crate::model::text::Prose;
use crate::policy::Works;
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::notes::StoredNote;
use crate::store::shares::StoredShare;
use crate::store::withdrawals::Notice;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
        self.notice_in(actor, actor.agency(), tell, to).await
    }

    /// Writes a notice that belongs to the trail of an agency: its officers read it there.
    pub(super) async fn notice_in(
        &self,
        actor: &Actor,
        agency: &AgencyId,
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
            agency: agency.clone(),
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

    /// Writes one notice for each agency of these seats, about the use of the hub itself: whoever answers for it reads it
    /// in the trail of their own agency.
    pub(super) async fn to_oversight(
        &self,
        author: &str,
        kind: HubKind,
        severity: Severity,
        text: &str,
        seats: &[Seat],
    ) -> Result<Vec<NewAlert>, Error> {
        let mut notices = Vec::new();
        for (agency, recipients) in by_agency(seats) {
            let head = AlertHead {
                id: AlertId::random(),
                case: None,
                author: author.to_owned(),
                agency,
                about: None,
                kind: kind.word(),
                category: Category::Audit,
                severity,
                note: None,
                raised: self.now(),
            };
            let text = Prose::new(text).map_err(|_| Error::Unknown)?;
            let words = self.seal(head.place(), &AlertText { text, may_tell_her: None }).await?;
            notices.push(NewAlert { head, words, recipients });
        }
        Ok(notices)
    }

    /// Returns the seats of one agency whom a share reached: those who may read on it now, and those who have.
    pub(super) async fn reached_on(
        &self,
        of: &Reach<'_>,
        agency: &AgencyId,
    ) -> Result<BTreeMap<WorkerId, Seat>, Error> {
        let readers = self.gate.store.readers_on(of.share).await?;
        let read: Vec<WorkerId> = readers.into_iter().map(|reader| reader.worker).collect();
        self.reached(&mut Around::default(), of, agency, &read).await
    }

    /// The same for one of many shares: `read` are those who have read on it, and what was looked up is not looked up
    /// again.
    pub(super) async fn reached(
        &self,
        around: &mut Around,
        of: &Reach<'_>,
        agency: &AgencyId,
        read: &[WorkerId],
    ) -> Result<BTreeMap<WorkerId, Seat>, Error> {
        let here = self.works_on(around, of.case).await?;
        let mut workers = match of.to {
            Recipient::Worker(worker) => vec![*worker],
            _ => self.group(around, of).await?,
        };
        workers.extend(read);
        let mut seats = BTreeMap::new();
        for worker in workers {
            let Some(seat) = self.seat_of(around, worker).await? else { continue };
            let on_case = here.contains(&worker);
            let works = if on_case { Works::OnTheCase } else { Works::Elsewhere };
            let able = self.gate.policy.opens(seat.role, seat.kind, of.category, of.purpose, works);
            let able = able && (on_case || self.gate.store.is_reachable(worker, of.case).await?);
            if seat.active && &seat.agency == agency && (able || read.contains(&worker)) {
                seats.insert(worker, seat);
            }
        }
        Ok(seats)
    }

    async fn works_on(&self, around: &mut Around, case: CaseId) -> Result<Arc<BTreeSet<WorkerId>>, Error> {
        if let Some(known) = around.cases.get(&case) {
            return Ok(known.clone());
        }
        let involved = self.gate.store.involved(case).await?;
        let here = Arc::new(involved.iter().map(|one| one.worker).collect::<BTreeSet<_>>());
        Ok(around.cases.entry(case).or_insert(here).clone())
    }

    async fn group(&self, around: &mut Around, of: &Reach<'_>) -> Result<Vec<WorkerId>, Error> {
        let same = |one: &&Group| one.case == of.case && one.about == of.about && &one.to == of.to;
        if let Some(known) = around.groups.iter().find(same) {
            return Ok(known.workers.clone());
        }
        let workers = or_nobody(self.share_recipients(of.case, of.about, of.to).await)?;
        let (case, about, to) = (of.case, of.about, of.to.clone());
        around.groups.push(Group { case, about, to, workers: workers.clone() });
        Ok(workers)
    }

    async fn seat_of(&self, around: &mut Around, worker: WorkerId) -> Result<Option<Seat>, Error> {
        if let Some(known) = around.seats.get(&worker) {
            return Ok(known.clone());
        }
        let seat = self.gate.store.seat(worker).await?.map(|(seat, _)| seat);
        around.seats.insert(worker, seat.clone());
        Ok(seat)
    }
}

/// What was looked up already about those whom shares reach, for as long as one notice is prepared.
#[derive(Default)]
pub(super) struct Around {
    cases: BTreeMap<CaseId, Arc<BTreeSet<WorkerId>>>,
    groups: Vec<Group>,
    seats: BTreeMap<WorkerId, Option<Seat>>,
}

/// Whom a role or an agency is on a case, for what is about somebody.
struct Group {
    case: CaseId,
    about: Option<ProtectedId>,
    to: Recipient,
    workers: Vec<WorkerId>,
}

/// That nobody is there any more is no failure of a notice. Anything else is: whoever must be told is not left out because
/// a database did not answer.
fn or_nobody(found: Result<Vec<WorkerId>, Error>) -> Result<Vec<WorkerId>, Error> {
    match found {
        Err(Error::Invalid { .. } | Error::Nobody) => Ok(Vec::new()),
        found => found,
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

/// Returns the workers of each agency.
pub(super) fn by_agency(seats: &[Seat]) -> BTreeMap<AgencyId, Vec<WorkerId>> {
    let mut of: BTreeMap<AgencyId, Vec<WorkerId>> = BTreeMap::new();
    for seat in seats {
        of.entry(seat.agency.clone()).or_default().push(seat.worker);
    }
    of
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store;

    #[test]
    fn that_a_database_does_not_answer_is_not_that_nobody_is_there() {
        let somebody = WorkerId::from_bits(1);
        assert!(or_nobody(Ok(vec![somebody])).is_ok_and(|workers| workers == [somebody]));
        for nobody in [Error::field("to", "reaches nobody"), Error::Nobody] {
            assert!(or_nobody(Err(nobody)).is_ok_and(|workers| workers.is_empty()));
        }
        for failed in [Error::Busy, Error::Unknown, Error::Store(store::Error::Busy), Error::NotFound] {
            assert!(or_nobody(Err(failed)).is_err());
        }
    }
}
