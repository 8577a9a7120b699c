//! Builds the house once, in one function: clock, store, policy, vault, gate, desk, routes.

use crate::auth::client_cert::ClientCerts;
use crate::auth::system_tokens::SystemTokens;
use crate::auth::token::Issuers;
use crate::courier::{self, Wires};
use crate::desk::Desk;
use crate::desk::heartbeats::Heart;
use crate::desk::ladder;
use crate::desk::late::Lookout;
use crate::desk::storms;
use crate::gate::Gate;
use crate::http::accept::{self, Door};
use crate::http::finish::Finisher;
use crate::http::hub::Hub;
#[cfg(feature = "demo")]
use crate::http::pages::cast::Cast;
use crate::http::stop::{Stop, Stopper, switch};
use crate::http::streams::Streams;
use crate::http::{counters, routes};
use crate::ledger::note::Signer;
use crate::model::id::AgencyId;
use crate::model::time::Clock;
use crate::policy::bundle::Approvers;
use crate::policy::{Policy, replay_while};
use crate::store::{self, Running, Store};
use crate::vault::{self, Vault};
use anyhow::Context;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Who brings a policy into force, and from where.
pub struct Governance {
    /// The hub's own agency.
    pub hub: AgencyId,
    /// Whose signatures count.
    pub approvers: Approvers,
    /// Where operators put what two of them have signed.
    pub incoming: PathBuf,
}

/// The rooms below the routes.
pub struct House {
    /// What can be asked.
    pub desk: Desk,
    /// The policy in force, as it changes.
    pub policies: watch::Receiver<Arc<Policy>>,
    /// The writer and its log.
    pub running: Running,
    /// The end of the log before any key was at hand: nothing that went before it need be forgotten.
    pub began: i64,
}

/// Builds the rooms in their order.
///
/// # Errors
/// What a room says when it cannot start.
pub async fn build(
    store: store::Settings,
    log: Signer,
    vault: vault::Settings,
    clock: Arc<dyn Clock>,
    governance: Governance,
) -> anyhow::Result<House> {
    let vault = Arc::new(Vault::new(vault, clock.clone()).context("the vault cannot be opened")?);
    let (store, running) = Store::open(store, clock.clone(), log).await.context("the store cannot be opened")?;
    let began = store.last_index().await.context("the end of the log cannot be read")?;
    let Governance { hub, approvers, incoming } = governance;
    let gate = Gate::start(store, approvers, vault, &hub).await.context("no policy can be put in force")?;
    let policies = gate.policies();
    let desk = Desk::new(gate, clock).taking_policies_from(&incoming);
    Ok(House { desk, policies, running, began })
}

/// Whom the hub believes.
pub struct Trust {
    /// Whose tokens.
    pub issuers: Issuers,
    /// Which systems' certificates.
    pub systems: ClientCerts,
    /// How systems come by their tokens.
    pub system_tokens: SystemTokens,
    /// The cast that signs in by a browser, in the demonstration.
    #[cfg(feature = "demo")]
    pub cast: Option<Arc<Cast>>,
}

/// The three listeners and how two of them speak TLS.
pub struct Doors {
    /// For people and their programs.
    pub people: (TcpListener, Door),
    /// For agencies' systems, with client certificates.
    pub systems: (TcpListener, Door),
    /// For operators: loopback, no TLS.
    pub operators: TcpListener,
}

/// A hub that answers.
pub struct Serving {
    tasks: JoinSet<()>,
    finisher: Finisher,
    stopper: Stopper,
    running: Running,
}

/// Opens the doors. What waits is said outside by the wires that there are. Casbin replays each policy that comes into force, if
/// `replay` says which questions.
#[must_use]
pub fn open(house: House, hub: AgencyId, trust: Trust, doors: Doors, wires: Wires, replay: Option<usize>) -> Serving {
    let agency = hub;
    let finisher = Finisher::new();
    let (stopper, stop) = switch();
    let desk = house.desk.clone();
    let hub = Hub {
        desk: house.desk,
        issuers: Arc::new(trust.issuers),
        systems: Arc::new(trust.systems),
        system_tokens: Arc::new(trust.system_tokens),
        streams: Streams::default(),
        #[cfg(feature = "demo")]
        cast: trust.cast,
        finisher: finisher.clone(),
    };
    let mut tasks = JoinSet::new();
    let (people, systems) = (routes::people(hub.clone()), routes::systems(hub.clone()));
    let serve = |(listener, door): (TcpListener, Door), router, stop: Stop| async move {
        let cut = accept::serve(listener, door, router, stop).await;
        if cut > 0 {
            tracing::warn!(cut, "connections were cut after the draining time");
        }
    };
    tasks.spawn(serve(doors.people, people, stop.clone()));
    tasks.spawn(serve(doors.systems, systems, stop.clone()));
    tasks.spawn(operators(doors.operators, routes::operators(hub), stop.clone()));
    tasks.spawn(sweep(desk.clone(), agency.clone(), stop.clone()));
    tasks.spawn(forget(desk.clone(), house.began, stop.clone()));
    tasks.spawn(watch_clocks(desk.clone(), agency.clone(), stop.clone()));
    tasks.spawn(climb(desk.clone(), agency.clone(), stop.clone()));
    tasks.spawn(beat(desk.clone(), agency.clone(), stop.clone()));
    tasks.spawn(watch_storms(desk.clone(), agency.clone(), stop.clone()));
    if wires.is_any() {
        let (desk, agency, mut stop) = (desk.clone(), agency.clone(), stop.clone());
        tasks.spawn(async move { courier::run(desk, agency, wires, stop.asked()).await });
    }
    tasks.spawn(follow(desk.clone(), stop.clone()));
    if let Some(every) = replay {
        tasks.spawn(replays(house.policies, every, stop.clone()));
    }
    tasks.spawn(tally(desk, agency, stop));
    Serving { tasks, finisher, stopper, running: house.running }
}

impl Serving {
    /// Waits until a commit has failed; returns why. The process must then end and recover from disk.
    pub async fn poisoned(&mut self) -> String {
        self.running.poisoned().await
    }

    /// Stops in reverse order of start: no new requests, writes run to their end, then the writer, then the database.
    pub async fn stop(mut self) {
        self.stopper.stop();
        while self.tasks.join_next().await.is_some() {}
        self.finisher.drained().await;
        self.running.stop().await;
    }
}

async fn operators(listener: TcpListener, router: axum::Router, mut stop: Stop) {
    let served = axum::serve(listener, router).with_graceful_shutdown(async move { stop.asked().await });
    if let Err(error) = served.await {
        tracing::error!(error = %error, "the operators' listener failed");
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
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    // Whoever still replayed it would hold it.
                    assert_eq!(Arc::strong_count(&all[nth - 1]), 1, "the replay before has ended");
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
