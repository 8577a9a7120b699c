//! Every write runs to its end, even if the client goes away.
//!
//! The server drops a request's future when its connection closes: a lid that is shut
//! would cut an alert in half. What a [`Finisher`] runs is a task of its own, which the
//! hub counts and waits for before it exits.

use std::future::Future;
use std::panic::resume_unwind;
use tokio::sync::watch;

/// Runs what must not be cut short. Clones share one count.
#[derive(Debug, Clone)]
pub struct Finisher {
    running: watch::Sender<usize>,
}

/// One unit of the count; given back even when the task panics.
struct Place(watch::Sender<usize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

impl Finisher {
    /// Returns a finisher that runs nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { running: watch::Sender::new(0) }
    }

    /// Runs `work` to its end and returns what it gave. If this future is dropped, `work` goes on.
    ///
    /// # Panics
    /// When `work` does, with its panic.
    #[expect(clippy::disallowed_methods, reason = "the task is counted, and waited for in drained()")]
    pub async fn run<F, T>(&self, work: F) -> T
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        self.running.send_modify(|count| *count += 1);
        let place = Place(self.running.clone());
        let task = tokio::spawn(async move {
            let _place = place;
            work.await
        });
        match task.await {
            Ok(done) => done,
            Err(broken) => match broken.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // Only the runtime's own end cancels the task, and it ends this future too.
                Err(_cancelled) => std::future::pending().await,
            },
        }
    }

    /// Returns once nothing runs. Call it when no more requests can come.
    pub async fn drained(&self) {
        // An error would mean that the sender is gone; we hold it.
        let _ = self.running.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Default for Finisher {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::panic::AssertUnwindSafe;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn a_dropped_request_is_still_finished() {
        let finisher = Finisher::new();
        let (go, wait) = oneshot::channel::<()>();
        let (done, seen) = oneshot::channel();
        let request = finisher.run(async move {
            wait.await.unwrap();
            done.send("recorded").unwrap();
        });
        // Polled once, so that the work has begun; then the client goes away.
        assert!(request.now_or_never().is_none());
        assert!(finisher.drained().now_or_never().is_none(), "one task still runs");
        go.send(()).unwrap();
        finisher.drained().await;
        assert_eq!(seen.await.unwrap(), "recorded");
    }

    #[tokio::test]
    async fn a_panic_reaches_the_caller_and_the_count_is_given_back() {
        let finisher = Finisher::new();
        let broken = AssertUnwindSafe(finisher.run(async { panic!("on purpose") })).catch_unwind().await;
        assert!(broken.is_err());
        finisher.drained().await;
    }
}
