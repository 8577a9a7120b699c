//! What runs behind the doors as long as one house stands, and how what waits in the spool is taken over.
//!
//! Promises: every task ends when the shift does, and is waited for; what fails is tried again.

use crate::courier::{self, Wires};
use crate::desk::heartbeats::Heart;
use crate::desk::ladder;
use crate::desk::late::Lookout;
use crate::desk::spool::Keeper;
use crate::desk::storms;
use crate::desk::{Desk, Error};
use crate::http::counters;
use crate::http::stop::{Stop, Stopper, switch};
use crate::model::id::AgencyId;
use crate::policy::{Policy, replay_while};
use crate::store::Running;
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long tasks of a house that has failed are waited for.
const LEAVING: Duration = Duration::from_secs(5);

/// How long a merge that failed waits before it is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// What a shift works with.
pub(super) struct Work {
    /// What can be asked.
    pub(super) desk: Desk,
    /// The policy in force, as it changes.
    pub(super) policies: watch::Receiver<Arc<Policy>>,
    /// The end of the log before any key was at hand.
    pub(super) began: i64,
    /// What waits to be merged.
    pub(super) keeper: Arc<Keeper>,
    /// By what is said outside that something waits.
    pub(super) wires: Arc<Wires>,
    /// Whose hub it is.
    pub(super) hub: AgencyId,
    /// Casbin is asked every this many questions.
    pub(super) replay: Option<usize>,
}

/// One house at work.
pub(super) struct Shift {
    tasks: JoinSet<()>,
    stopper: Stopper,
    /// The writer and its log.
    pub(super) running: Running,
}

impl Shift {
    /// Sets to work. The listener hears when the shift is over.
    pub(super) fn begin(work: Work, running: Running) -> (Self, Stop) {
        let Work { desk, policies, began, keeper, wires, hub, replay } = work;
        let (stopper, stop) = switch();
        let mut tasks = JoinSet::new();
        tasks.spawn(sweep(desk.clone(), hub.clone(), stop.clone()));
        tasks.spawn(forget(desk.clone(), began, stop.clone()));
        tasks.spawn(watch_clocks(desk.clone(), hub.clone(), stop.clone()));
        tasks.spawn(climb(desk.clone(), hub.clone(), stop.clone()));
        tasks.spawn(beat(desk.clone(), hub.clone(), stop.clone()));
        tasks.spawn(watch_storms(desk.clone(), hub.clone(), stop.clone()));
        if wires.is_any() {
            let (desk, hub, mut stop) = (desk.clone(), hub.clone(), stop.clone());
            tasks.spawn(async move { courier::run(desk, hub, wires, stop.asked()).await });
        }
        tasks.spawn(follow(desk.clone(), stop.clone()));
        tasks.spawn(merge(desk.clone(), keeper, hub.clone(), stop.clone()));
        if let Some(every) = replay {
            tasks.spawn(replays(policies, every, stop.clone()));
        }
        tasks.spawn(tally(desk, hub, stop.clone()));
        (Self { tasks, stopper, running }, stop)
    }

    /// Ends what runs behind the doors, and waits for it. The writer goes on until [`Running::stop`].
    pub(super) async fn end(&mut self) {
        self.stopper.stop();
        while self.tasks.join_next().await.is_some() {}
    }

    /// Leaves a house whose writer has failed: nobody is waited for whom the database keeps waiting.
    pub(super) async fn abandon(mut self) {
        if tokio::time::timeout(LEAVING, self.end()).await.is_err() {
            self.tasks.shutdown().await;
        }
        // What holds a connection fast goes on without the house; its lock and its tasks are gone.
        if tokio::time::timeout(2 * LEAVING, self.running.stop()).await.is_err() {
            tracing::warn!("a database's connections could not be closed in time");
        }
    }
}

/// Takes over what was kept while the hub could not do it: as soon as it can.
async fn merge(desk: Desk, keeper: Arc<Keeper>, hub: AgencyId, mut stop: Stop) {
    loop {
        let mut rest = Duration::from_millis(500);
        if keeper.is_empty() {
            keeper.mend().await;
        } else {
            match AssertUnwindSafe(desk.merge(&keeper, &hub)).catch_unwind().await.unwrap_or(Err(Error::Unknown)) {
                Ok(merged) => {
                    tracing::info!(done = merged.done, settled = merged.settled, "what was kept has been taken over")
                }
                Err(error) => {
                    tracing::warn!(error = %error, "what was kept could not be taken over; it is tried again");
                    rest = AGAIN;
                }
            }
        }
        tokio::select! {
            () = stop.asked() => return,
            () = tokio::time::sleep(rest) => {}
        }
    }
}

/// Drops data keys whose time is up, also in a hub in which nobody works.
async fn sweep(desk: Desk, hub: AgencyId, mut stop: Stop) {
    loop {
        tokio::select! {
            () = stop.asked() => return,
            () = tokio::time::sleep(Duration::from_secs(30)) => desk.sweep_keys(),
        }
        if let Err(error) = desk.end_overdue_keys(&hub).await {
            tracing::warn!(error = %error, "keys of shares that have run out could not be deleted; the next sweep tries again");
        }
    }
}

/// Drops the keys of cases in which something was taken back, on whichever node it was: twice a second, so that no
/// node keeps a key in memory for a second after a withdrawal.
async fn forget(desk: Desk, began: i64, mut stop: Stop) {
    let mut since = began;
    loop {
        // When the database does not answer, nothing can be read either; look again from the same place.
        since = desk.forget_withdrawn(since).await.unwrap_or(since);
        tokio::select! {
            () = stop.asked() => return,
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
    }
}

/// Tells of clocks that have gone late: twice a second, of the cases alone in which something happened or is due.
async fn watch_clocks(desk: Desk, hub: AgencyId, mut stop: Stop) {
    let mut look = Lookout::default();
    loop {
        match desk.tell_what_is_late(&mut look, &hub).await {
            // Another node was faster, or too much is waiting.
            Ok(_) | Err(crate::desk::Error::Busy) => {}
            Err(error) => tracing::warn!(error = %error, "late clocks could not be told; the next look tries again"),
        }
        tokio::select! {
            () = stop.asked() => return,
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
    }
}

/// Tells more people of alerts that nobody acknowledges: twice a second, of those alone that came or are due.
async fn climb(desk: Desk, hub: AgencyId, mut stop: Stop) {
    let mut look = ladder::Lookout::default();
    loop {
        match desk.climb(&mut look, &hub).await {
            // Another node was faster, or too much is waiting.
            Ok(_) | Err(crate::desk::Error::Busy) => {}
            Err(error) => {
                tracing::error!(error = %error, "the ladder of an alert could not be climbed; the next look tries again")
            }
        }
        tokio::select! {
            () = stop.asked() => return,
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
    }
}

/// Lets the heart beat: looks twice a second whether it is time, whichever node was last.
async fn beat(desk: Desk, hub: AgencyId, mut stop: Stop) {
    let mut heart = Heart::default();
    loop {
        match desk.beat(&mut heart, &hub).await {
            // Another node was faster, or too much is waiting.
            Ok(_) | Err(crate::desk::Error::Busy) => {}
            Err(error) => tracing::error!(error = %error, "the heart did not beat; the next look tries again"),
        }
        tokio::select! {
            () = stop.asked() => return,
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
    }
}

/// Holds back what women may be told of alerts that came all at once: looks once a second, if anything has happened.
async fn watch_storms(desk: Desk, hub: AgencyId, mut stop: Stop) {
    let mut look = storms::Lookout::default();
    loop {
        match desk.watch_storms(&mut look, &hub).await {
            Ok(_) | Err(crate::desk::Error::Busy) => {}
            Err(error) => tracing::error!(error = %error, "alerts could not be counted; the next look tries again"),
        }
        tokio::select! {
            () = stop.asked() => return,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}

/// Looks every second whether another node has brought a policy into force, also in a hub in which nobody works.
async fn follow(desk: Desk, mut stop: Stop) {
    loop {
        tokio::select! {
            () = stop.asked() => return,
            () = tokio::time::sleep(Duration::from_secs(1)) => desk.follow_policy().await,
        }
    }
}

/// Has casbin replay the policy in force, and each that follows it: one at a time, and none is left behind at the end.
async fn replays(mut policies: watch::Receiver<Arc<Policy>>, every: usize, mut stop: Stop) {
    loop {
        let policy = policies.borrow_and_update().clone();
        let wanted = Arc::new(AtomicBool::new(true));
        let still = wanted.clone();
        let replayed = tokio::task::spawn_blocking(move || check_policy(&policy, every, || still.load(Relaxed)));
        let over = tokio::select! {
            () = stop.asked() => true,
            changed = policies.changed() => changed.is_err(),
        };
        // Of a policy that is in force no more, nobody needs to know the rest.
        wanted.store(false, Relaxed);
        if let Err(error) = replayed.await {
            tracing::error!(error = %error, "casbin could not replay the policy");
        }
        if over {
            return;
        }
    }
}

/// Records every few seconds how many callers were turned away, and once more at the end.
async fn tally(desk: Desk, hub: AgencyId, mut stop: Stop) {
    loop {
        let last = tokio::select! {
            () = stop.asked() => true,
            () = tokio::time::sleep(Duration::from_secs(2)) => false,
        };
        // A clone holds the policy of now.
        if let Err(error) = desk.clone().record_turned_away(&hub).await {
            tracing::warn!(error = %error, "the tally at the door could not be recorded; it is kept");
        }
        if last {
            return;
        }
    }
}

/// Lets casbin answer the policy's live questions again; where it is stricter than the table, its answer wins from then on.
/// Ends before the next question once nobody wants to know any more.
pub fn check_policy(policy: &Policy, every: usize, wanted: impl Fn() -> bool) {
    match replay_while(policy, every, wanted) {
        Ok(replay) => {
            counters::replay_differed(replay.differences.len());
            for difference in &replay.differences {
                tracing::error!(casbin = difference.casbin, "casbin and the table differ: the stricter answer wins");
                if !difference.casbin {
                    policy.tighten(&difference.question);
                }
            }
            tracing::info!(asked = replay.asked, differences = replay.differences.len(), "casbin replayed the policy");
        }
        Err(error) => tracing::error!(error = %error, "casbin could not replay the policy"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replays_run_one_at_a_time_and_none_outlives_the_hub() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let all: Vec<Arc<Policy>> = (1..4).map(|n| Arc::new(Policy::embedded().unwrap().in_force(n))).collect();
            let (now, policies) = watch::channel(all[0].clone());
            let (stopper, stop) = switch();
            let replaying = async {
                replays(policies, 1, stop).await;
            };
            let changing = async {
                for (nth, policy) in all.iter().enumerate().skip(1) {
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    now.send(policy.clone()).unwrap();
                    // Whoever still replayed it would hold it: a replay that goes on runs out of the time below.
                    while Arc::strong_count(&all[nth - 1]) > 1 {
                        tokio::time::sleep(Duration::from_millis(10)).await;
                    }
                }
                stopper.stop();
            };
            let both = futures_util::future::join(replaying, changing);
            tokio::time::timeout(Duration::from_secs(60), both).await.expect("a replay that nobody wants ends");
            assert!(all[..2].iter().all(|policy| Arc::strong_count(policy) == 1));
            assert_eq!(Arc::strong_count(&all[2]), 2, "only who sends it still has it");
        });
    }
}
