//! Waiting for what a hub does by itself: as long as a slow machine may need, and not a moment longer than it takes.

use std::fmt::Display;
use std::time::{Duration, Instant};

/// How long anything is waited for. A machine that is busy with other things takes ten times as long as an idle one.
const LONGEST: Duration = Duration::from_secs(90);

/// How long lies between two looks.
const REST: Duration = Duration::from_millis(100);

/// Looks again and again until there is something, and returns it.
///
/// # Panics
/// With `what`, if there is still nothing after a minute and a half.
pub(crate) async fn until<T>(what: impl Display, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(since.elapsed() < LONGEST, "still not, after {} s: {what}", LONGEST.as_secs());
        tokio::time::sleep(REST).await;
    }
}
