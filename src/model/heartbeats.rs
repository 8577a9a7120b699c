//! How an agency stands with the hub's heartbeat: whether what is committed comes to anybody there.

use super::words::vocabulary;

vocabulary! {
    /// Whether alerts come to an agency on time, as far as heartbeats say.
    Hearing {
        /// Nobody there ever said that they have one: nothing is known.
        Never = "never",
        /// It has one that is young enough.
        OnTime = "on-time",
        /// It has none that is young enough, and nobody there is meant to listen now.
        Quiet = "quiet",
        /// It has none that is young enough, and somebody there is meant to: alerts may be delayed.
        Delayed = "delayed",
    }
}
