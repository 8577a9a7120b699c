//! Who takes the next case: the workers of one role in one agency in turn.
//!
//! Turns keep the load even, as a team meeting would. Where the turn begins depends on the seed.

use super::cast::DemoWorker;
use super::seed::Draw;
use crate::model::agencies::Role;
use crate::model::id::{AgencyId, WorkerId};
use std::collections::BTreeMap;

/// Hands out cases in turn.
pub(super) struct Rota<'a> {
    cast: &'a [DemoWorker],
    seed: u64,
    turns: BTreeMap<(Role, &'static str), usize>,
}

impl<'a> Rota<'a> {
    /// Returns a rota on which nobody has a case yet.
    pub(super) fn of(cast: &'a [DemoWorker], seed: u64) -> Self {
        Self { cast, seed, turns: BTreeMap::new() }
    }

    /// Returns the worker whose turn it is.
    pub(super) fn next(&mut self, role: Role, agency: &'static str) -> &'a DemoWorker {
        let seats: Vec<_> =
            self.cast.iter().filter(|worker| worker.role == role && worker.agency.as_str() == agency).collect();
        let start = || Draw::stream(self.seed, agency, 0).below(seats.len());
        let turn = self.turns.entry((role, agency)).or_insert_with(start);
        *turn += 1;
        seats[*turn % seats.len()]
    }

    /// Returns the agency of one of the cast.
    pub(super) fn agency_of(&self, worker: WorkerId) -> Option<&'a AgencyId> {
        self.cast.iter().find(|seat| seat.id == worker).map(|seat| &seat.agency)
    }

    /// Returns the worker with this key.
    pub(super) fn named(&self, key: &str) -> &'a DemoWorker {
        self.cast.iter().find(|worker| worker.key == key).expect("the key is one of the cast's: tested in cast.rs")
    }
}

#[cfg(test)]
mod tests {
    use super::super::{agencies, cast};
    use super::*;

    #[test]
    fn nobody_has_two_cases_more_than_a_colleague() {
        let cast = cast::all(5);
        let mut rota = Rota::of(&cast, 5);
        let mut load: BTreeMap<&str, usize> = BTreeMap::new();
        for _ in 0..100 {
            *load.entry(&rota.next(Role::CaseManager, agencies::AYRSHIRE_JUSTICE).key).or_default() += 1;
        }
        assert_eq!(load.len(), 7);
        assert!(load.values().all(|cases| (14..=15).contains(cases)), "{load:?}");
    }
}
