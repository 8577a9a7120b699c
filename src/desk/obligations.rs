//! Who owes an answer to an alert, and whether somebody has given it.
//!
//! Promises: it is reckoned from the copies and rungs alone, so whoever looks at the same rows finds the same.
//!
//! An obligation is: in a service that hears from women and children in confidence, each copy by itself, so that no worker's
//! answer says anything of another woman; in any other agency, the copies of its people together. It is answered by the first of
//! those who acknowledges, or of those who stand in for them: whoever a rung told because of it, whether they had a copy before or
//! not. Two obligations are never answered by one who owes only one of them.
//! Must never know: the words of an alert, who may be told.

use crate::model::agencies::AgencyKind;
use crate::model::id::{AgencyId, DeliveryId, WorkerId};
use crate::model::time::Moment;
use crate::store::ladder::{Held, Reached};
use std::collections::BTreeMap;

/// One answer that is owed.
#[derive(Debug)]
pub(super) struct Obligation<'a> {
    /// By whom, as rows name it: an agency's short name, or a copy.
    pub(super) key: String,
    /// Their agency.
    pub(super) agency: &'a AgencyId,
    /// What that is.
    pub(super) kind: AgencyKind,
    /// Since when.
    pub(super) since: Moment,
    /// Those to whom the alert went.
    pub(super) owners: Vec<&'a Held>,
    /// Those who stand in, and since which rung.
    pub(super) stand_ins: Vec<(&'a Held, i64)>,
    /// The rungs that were reached; those for one who is away with them.
    pub(super) rungs: Vec<&'a Reached>,
}

/// Returns every answer that an alert is owed.
pub(super) fn obligations<'a>(held: &'a [Held], rungs: &'a [Reached]) -> Vec<Obligation<'a>> {
    let mut all: BTreeMap<String, Obligation<'a>> = BTreeMap::new();
    for copy in held.iter().filter(|copy| !copy.joined) {
        let key = key_of(copy);
        let one = all.entry(key.clone()).or_insert_with(|| Obligation {
            key,
            agency: &copy.agency,
            kind: copy.kind,
            since: copy.raised,
            owners: Vec::new(),
            stand_ins: Vec::new(),
            rungs: Vec::new(),
        });
        one.since = one.since.min(copy.raised);
        // Who stands in for several comes several times.
        if !one.owners.iter().any(|known| known.delivery == copy.delivery) {
            one.owners.push(copy);
        }
    }
    for copy in held {
        let Some((key, rung)) = &copy.stands_in else { continue };
        if let Some(one) = all.get_mut(key) {
            one.stand_ins.push((copy, *rung));
        }
    }
    for rung in rungs {
        if let Some(one) = all.get_mut(&rung.obligation) {
            one.rungs.push(rung);
        }
    }
    all.into_values().collect()
}

/// Returns how rows name the obligation that a first copy is of.
pub(super) fn key_of(copy: &Held) -> String {
    if copy.kind.keeps_confidence() { copy.delivery.to_string() } else { copy.agency.to_string() }
}

impl<'a> Obligation<'a> {
    /// Returns everybody who can answer it: those who owe it, and those who stand in.
    pub(super) fn members(&self) -> impl Iterator<Item = &'a Held> {
        let stand_ins = self.stand_ins.iter().map(|(copy, _)| *copy).filter(|copy| !self.owes(copy.worker));
        self.owners.iter().copied().chain(stand_ins)
    }

    /// Says whether somebody owes it, and does not only stand in.
    pub(super) fn owes(&self, worker: WorkerId) -> bool {
        self.owners.iter().any(|copy| copy.worker == worker)
    }

    /// Says whether somebody can answer it.
    pub(super) fn has(&self, worker: WorkerId) -> bool {
        self.members().any(|copy| copy.worker == worker)
    }

    /// Returns who answered it first, and when.
    pub(super) fn answered(&self) -> Option<(WorkerId, Moment)> {
        let answers = self.members().filter_map(|copy| Some((copy.worker, copy.came.acknowledged?)));
        answers.min_by_key(|(worker, at)| (*at, *worker))
    }

    /// Returns the highest rung that was reached; 0 if none was.
    pub(super) fn reached(&self) -> i64 {
        self.rungs.iter().map(|rung| rung.rung).max().unwrap_or_default()
    }

    /// Says whether those who stand in for somebody who is away were told.
    pub(super) fn has_told_instead_of(&self, copy: DeliveryId) -> bool {
        self.rungs.iter().any(|rung| rung.instead_of == Some(copy))
    }
}
