//! Who hears of a commit, after it is on disk and before it is answered.

use super::Seats;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Who must hear of a commit before it is answered.
pub(super) struct Told {
    /// Event streams.
    pub(super) news: broadcast::Sender<()>,
    /// Seats in memory, some of which may have ended.
    pub(super) seats: Option<Arc<Seats>>,
}

impl Told {
    /// Has the seats forgotten whose facts have moved.
    pub(super) fn of(&self, moved: &[String]) {
        if let (Some(seats), false) = (&self.seats, moved.is_empty()) {
            seats.forget(moved.iter().filter_map(|subject| subject.parse().ok()));
        }
    }
}
