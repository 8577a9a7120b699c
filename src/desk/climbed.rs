//! How far an alert has come, for those who sent it and for those who hold it.
//!
//! Promises: who sent it sees each recipient and each rung, if they may know of them, and else nobody; who holds it sees their own
//! obligation and nobody else's: for whom of their own agency they stand in, which rung was reached, and by when somebody must
//! have acknowledged. What is not known is not shown: that a client has a copy is shown when it says so.
//! Must never know: the words of an alert.

use super::Desk;
use super::obligations::{Obligation, key_of, obligations};
use crate::model::agencies::Role;
use crate::model::id::{AgencyId, AlertId, WorkerId};
use crate::model::status::Phone;
use crate::model::time::Moment;
use crate::policy::ladder::Whom;
use crate::store::alerts::{AlertHead, Came, Copy};
use crate::store::ladder::Held;
pub use crate::store::ladder::Reached;
use std::collections::BTreeMap;

/// How far one recipient has come, as the sender may see it.
#[derive(Debug, Clone)]
pub struct Progress {
    /// The recipient.
    pub worker: WorkerId,
    /// Their role.
    pub role: Role,
    /// Their agency.
    pub agency: AgencyId,
    /// How far.
    pub came: Came,
    /// Since which rung of the ladder they stand in for somebody; 0 for one who is away. None if it went to them at first.
    pub since_rung: Option<i64>,
}

/// How far the ladder was climbed for those who owe one answer.
#[derive(Debug, Clone)]
pub struct Climbed {
    /// Their agency.
    pub agency: AgencyId,
    /// When one of them acknowledged.
    pub acknowledged: Option<Moment>,
    /// The rungs that were reached, the first one first.
    pub rungs: Vec<Reached>,
    /// The next one, whom it tells and when; none if there is none, or somebody has acknowledged.
    pub next: Option<(usize, Whom, Moment)>,
    /// Whom to ring; nobody before the last rung.
    pub telephone: Option<Phone>,
}

/// Where whoever holds a copy stands with it.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// The agencies for whose people they stand in, and whom, if it is their own.
    pub escalated_from: Vec<(AgencyId, Vec<WorkerId>)>,
    /// The highest rung that was reached.
    pub rung: i64,
    /// When the next one comes, unless somebody acknowledges before.
    pub due: Option<Moment>,
    /// When somebody acknowledged who can, whoever it was.
    pub answered: Option<Moment>,
}

impl Desk {
    /// Returns each recipient once, and each ladder.
    pub(super) fn progress_in(
        &self,
        head: &AlertHead,
        held: &[Held],
        rungs: &[Reached],
    ) -> (Vec<Progress>, Vec<Climbed>) {
        let mut people: BTreeMap<WorkerId, Progress> = BTreeMap::new();
        for copy in held {
            let since_rung = copy.stands_in.as_ref().map(|(_, rung)| *rung).filter(|_| copy.joined);
            let Held { worker, role, came, .. } = *copy;
            let one = Progress { worker, role, agency: copy.agency.clone(), came, since_rung };
            people.entry(worker).or_insert(one);
        }
        let climbed = obligations(held, rungs).iter().map(|one| self.climbed(head, one)).collect();
        (people.into_values().collect(), climbed)
    }

    fn climbed(&self, head: &AlertHead, one: &Obligation<'_>) -> Climbed {
        let acknowledged = one.answered().map(|(_, at)| at);
        let rang = one.rungs.iter().any(|rung| rung.whom == Whom::Telephone.as_str());
        let telephone =
            (rang && acknowledged.is_none()).then(|| self.gate.policy.phones().alert(one.agency, one.kind).clone());
        Climbed {
            agency: one.agency.clone(),
            acknowledged,
            rungs: one.rungs.iter().map(|rung| (*rung).clone()).collect(),
            next: self.next_rung(head, one).filter(|_| acknowledged.is_none()),
            telephone,
        }
    }

    /// Returns the next rung of a ladder, whom it tells and when.
    pub(super) fn next_rung(&self, head: &AlertHead, one: &Obligation<'_>) -> Option<(usize, Whom, Moment)> {
        let ladder = self.gate.policy.ladders().of(head.severity, &head.kind, (one.agency, one.kind));
        let reached = usize::try_from(one.reached()).ok()?;
        let rung = ladder.get(reached).filter(|_| super::ladder::climbs(head))?;
        Some((reached + 1, rung.whom, rung.due(self.gate.policy.limits(), one.since)))
    }

    /// Returns where whoever holds these copies stands with each.
    pub(super) fn standings(
        &self,
        holder: WorkerId,
        items: &[(AlertHead, Copy)],
        (held, rungs): (Vec<Held>, Vec<Reached>),
    ) -> Vec<Standing> {
        let mut copies: BTreeMap<AlertId, Vec<Held>> = BTreeMap::new();
        held.into_iter().for_each(|copy| copies.entry(copy.alert).or_default().push(copy));
        let mut reached: BTreeMap<AlertId, Vec<Reached>> = BTreeMap::new();
        rungs.into_iter().for_each(|rung| reached.entry(rung.alert).or_default().push(rung));
        let none = (Vec::new(), Vec::new());
        let of = |(head, _): &(AlertHead, Copy)| {
            let held = copies.get(&head.id).unwrap_or(&none.0);
            self.stands(holder, head, held, reached.get(&head.id).unwrap_or(&none.1))
        };
        items.iter().map(of).collect()
    }

    /// Returns where one who holds a copy stands with it.
    pub(super) fn stands(&self, holder: WorkerId, head: &AlertHead, held: &[Held], rungs: &[Reached]) -> Standing {
        let all = obligations(held, rungs);
        let mut standing = Standing::default();
        let mut open = false;
        for one in all.iter().filter(|one| one.has(holder)) {
            let own = held.iter().any(|copy| copy.worker == holder && !copy.joined && key_of(copy) == one.key);
            if !own {
                let own_agency = held.iter().any(|copy| copy.worker == holder && &copy.agency == one.agency);
                let whom = one.owners.iter().filter(|_| own_agency).map(|copy| copy.worker).collect();
                standing.escalated_from.push((one.agency.clone(), whom));
            }
            standing.rung = standing.rung.max(one.reached());
            match one.answered() {
                Some((_, at)) => standing.answered = standing.answered.max(Some(at)),
                None => {
                    open = true;
                    let due = self.next_rung(head, one).map(|(.., at)| at);
                    standing.due = [standing.due, due].into_iter().flatten().min();
                }
            }
        }
        // Of several, one that is open still is what counts.
        standing.answered = standing.answered.filter(|_| !open);
        standing
    }
}
