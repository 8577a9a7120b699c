//! A clock that stands still until it is wound, and at one look of which something happens: a key runs out, a grant ends,
//! a policy comes into force, between any two steps of one act.
//!
//! Only the looks of the test's own task count. The writer looks at the clock too, in a task of its own, and must not wait
//! for what happens then.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use lippen::model::time::{Clock, HandWound, Moment};
use std::sync::Mutex;

type Happens = Box<dyn FnOnce() + Send>;

/// The clock.
pub(crate) struct Leaping {
    hand: HandWound,
    next: Mutex<Option<(usize, Happens)>>,
}

impl Leaping {
    pub(crate) fn at(start: Moment) -> Self {
        Self { hand: HandWound::at(start), next: Mutex::new(None) }
    }

    pub(crate) fn wind(&self, seconds: i64) {
        self.hand.wind(seconds);
    }

    /// Has something happen at one look, `after` so many others.
    pub(crate) fn at_look(&self, after: usize, happens: Happens) {
        *self.next.lock().unwrap() = Some((after, happens));
    }

    /// Says whether it happened, and has it never happen if it did not.
    pub(crate) fn has_happened(&self) -> bool {
        self.next.lock().unwrap().take().is_none()
    }
}

impl Clock for Leaping {
    fn now(&self) -> Moment {
        if tokio::task::try_id().is_none() {
            let due = {
                let mut next = self.next.lock().unwrap();
                match next.take() {
                    Some((0, happens)) => Some(happens),
                    Some((looks, happens)) => {
                        *next = Some((looks - 1, happens));
                        None
                    }
                    None => None,
                }
            };
            due.into_iter().for_each(|happens| happens());
        }
        self.hand.now()
    }
}
