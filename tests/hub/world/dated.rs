//! A world that begins on a day of the test's choosing: for what depends on the calendar.
//!
//! Promises: whatever the day is out here, the hub and those who ask it go by the same clock.

use super::{Db, Player, Wired, World};
use lippen::demo::DemoCase;
use lippen::model::time::{HandWound, Moment, Second};
use std::sync::Arc;

/// Returns the moment of a text such as `2027-03-25T10:00:00Z`.
pub(crate) fn moment(text: &str) -> Moment {
    text.parse::<Second>().expect("a moment to the second").moment()
}

/// Tells a story on each database, in a world of its own that begins at a moment and whose clock the test winds.
pub(crate) fn on_each_from(start: &str, story: impl AsyncFn(&World)) {
    for db in [Db::Lite, Db::Postgres] {
        let wound = Arc::new(HandWound::at(moment(start)));
        if let Some(world) = World::going_by(db, Some(wound.clone()), &*wound, Wired::default()) {
            world.tell(&story);
            world.stop();
        }
    }
}

impl World {
    /// Winds the clock forward to a moment.
    pub(crate) fn wind_to(&self, to: &str) {
        let seconds = moment(to).seconds() - self.now().seconds();
        assert!(seconds >= 0, "a clock is not wound back");
        self.wind(seconds);
    }

    /// Returns a member of the cast who signs in now: a token lasts some hours, and clocks are wound by months.
    pub(crate) fn signs_in(&self, key: &str) -> Player {
        let worker = self.worker(key);
        let demo = self.demo.as_ref().expect("the world is running");
        let token = demo.token(&worker.agency, worker.id, self.now()).expect("a token");
        self.holding(key, &token)
    }

    /// Says whether somebody works in a case in a role, on what is about nobody.
    pub(crate) fn has(&self, case: &DemoCase, role: &str) -> bool {
        let of = |id| self.caseload.workers.iter().any(|one| one.id == id && one.role.to_string() == role);
        case.involvements.iter().any(|part| of(part.worker))
    }
}
