//! Who hears that a case is locked, and that it is open again: its officers, who look into it, and everybody who works on it.
//!
//! Promises: the words name nobody, and not who locked it or why; a worker who could not open such a notice is not told by it; whoever
//! locked the case follows it by no trail of theirs.

use crate::desk::{Desk, Error};
use crate::model::agencies::{AgencyKind, Seat};
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::id::{AgencyId, AlertId, CaseId, LockId, WorkerId};
use crate::model::notes::Category;
use crate::model::text::Prose;
use crate::store::alerts::{AlertHead, NewAlert};
use std::collections::{BTreeMap, BTreeSet};

/// Who raises it: whoever locked the case is told nothing of who has read the notices.
const AUTHOR: &str = "hub:lock";

const LOCKED: &str = "This case is locked, because somebody believes that words of it have got out. You can write to it, raise alerts and \
                      answer them, and ask how to reach her safely. You cannot read it until your manager or governance officer lets \
                      you in: telephone them. If somebody is in danger now, ring 999.";

const UNLOCKED: &str = "This case is open again: officers of two agencies have looked into it.";

impl Desk {
    /// Prepares what the officers of the case's agencies and of the hub are told.
    pub(in crate::desk) async fn tell_officers(&self, case: CaseId, lock: LockId) -> Result<Vec<NewAlert>, Error> {
        let store = &self.gate.store;
        let mut agencies: BTreeSet<AgencyId> = store.involved(case).await?.into_iter().map(|one| one.agency).collect();
        agencies.extend(store.case(case).await?.map(|head| head.owner));
        let mut officers: BTreeMap<WorkerId, Seat> = BTreeMap::new();
        for agency in &agencies {
            // Where an agency has nobody, others are found in its place: of those the hub's alone may know of the case. They are
            // told in any case: of one agency's case theirs is the second word.
            let found = store.officers_of(agency, Some(case), None).await?.into_iter();
            let found = found.filter(|seat| agencies.contains(&seat.agency) || seat.kind == AgencyKind::Hub);
            officers.extend(found.map(|seat| (seat.worker, seat)));
        }
        officers.extend(store.officers_of_hub(case).await?.into_iter().map(|seat| (seat.worker, seat)));
        if officers.is_empty() {
            return Err(Error::Nobody);
        }
        let say = format!(
            "Somebody says that words of a case may have got out. Case {case} is locked (lock {lock}): nobody reads it but those who are \
             let in. See why under its lock, let in whom you have looked at, find out what happened, and say what you found. It opens \
             again when officers of two agencies have found that it may."
        );
        let officers: Vec<Seat> = officers.into_values().collect();
        self.to_oversight(AUTHOR, HubKind::CaseLocked, Severity::Critical, &say, &officers).await
    }

    /// Prepares what everybody who works on the case is told, but for one of them.
    pub(in crate::desk) async fn tell_of_lock(
        &self,
        case: CaseId,
        but: Option<WorkerId>,
        locked: bool,
    ) -> Result<Vec<NewAlert>, Error> {
        let (kind, say) = if locked { (HubKind::CaseLocked, LOCKED) } else { (HubKind::CaseUnlocked, UNLOCKED) };
        let mut groups: BTreeMap<AgencyId, BTreeSet<WorkerId>> = BTreeMap::new();
        for one in self.gate.store.involved(case).await?.into_iter().filter(|one| Some(one.worker) != but) {
            groups.entry(one.agency).or_default().insert(one.worker);
        }
        let mut notices = Vec::new();
        for (agency, workers) in groups {
            let head = AlertHead {
                id: AlertId::random(),
                case: Some(case),
                author: AUTHOR.to_owned(),
                agency,
                about: None,
                kind: kind.word(),
                // Each who works on cases reads it, because it holds nothing of this one.
                category: Category::SupervisionStatus,
                severity: Severity::Normal,
                note: None,
                raised: self.now(),
            };
            let mut recipients = Vec::new();
            for worker in workers {
                if self.could_open(&head, worker).await? {
                    recipients.push(worker);
                }
            }
            if recipients.is_empty() {
                continue;
            }
            let text = Prose::new(say).map_err(|_| Error::Unknown)?;
            let words = self.seal(head.place(), &AlertText { text, may_tell_her: None }).await?;
            notices.push(NewAlert { head, words, recipients });
        }
        Ok(notices)
    }
}
