//! Builds the house in one function: clock, store, policy, vault, gate, desk; opens the doors; and builds it again behind them
//! when a commit has failed.
//!
//! Promises: the doors stay open. While there is no house, what must not be lost is kept in the spool; a house that is built again
//! is built as at the start, on what is on disk, and takes over what was kept before anything else is asked of it.

mod shift;

use crate::auth::Actor;
use crate::auth::client_cert::ClientCerts;
use crate::auth::system_tokens::SystemTokens;
use crate::auth::token::Issuers;
use crate::courier::Wires;
use crate::desk::Desk;
use crate::desk::spool::Keeper;
use crate::gate::Gate;
use crate::http::accept::{self, Door};
use crate::http::finish::Finisher;
use crate::http::hub::Hub;
#[cfg(feature = "demo")]
use crate::http::pages::cast::Cast;
use crate::http::rooms::{Rooms, door};
use crate::http::routes;
use crate::http::spooling::{self, Spooling};
use crate::http::stop::{Stop, Stopper, switch};
use crate::http::streams::Streams;
use crate::ledger::note::Signer;
use crate::model::id::AgencyId;
use crate::model::time::Clock;
use crate::policy::Policy;
use crate::policy::bundle::Approvers;
use crate::policy::limits::Limit;
use crate::store::{self, Running, Store};
use crate::vault::{Spool, Vault};
use anyhow::Context;
pub use shift::check_policy;
use shift::{Shift, Work};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long after a failure the house is built again, and after each try that fails.
const REBUILD: Duration = Duration::from_secs(1);

/// Who brings a policy into force, and from where.
#[derive(Clone)]
pub struct Governance {
    /// The hub's own agency.
    pub hub: AgencyId,
    /// Whose signatures count.
    pub approvers: Approvers,
    /// Where operators put what two of them have signed.
    pub incoming: PathBuf,
}

/// What the house is built from, each time.
pub struct Plans {
    /// The database.
    pub store: store::Settings,
    /// Reads the log's key.
    pub log: Box<dyn Fn() -> anyhow::Result<Signer> + Send + Sync>,
    /// Keys on content: the same for every house.
    pub vault: Arc<Vault>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Who brings a policy into force.
    pub governance: Governance,
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

impl Plans {
    /// Builds the rooms in their order.
    ///
    /// # Errors
    /// What a room says when it cannot start.
    pub async fn build(&self) -> anyhow::Result<House> {
        let opened = Store::open(self.store.clone(), self.clock.clone(), (self.log)()?).await;
        let (store, running) = opened.context("the store cannot be opened")?;
        match self.over(store).await {
            Ok((desk, policies, began)) => Ok(House { desk, policies, running, began }),
            Err(why) => {
                running.stop().await;
                Err(why)
            }
        }
    }

    async fn over(&self, store: Store) -> anyhow::Result<(Desk, watch::Receiver<Arc<Policy>>, i64)> {
        let began = store.last_index().await.context("the end of the log cannot be read")?;
        let Governance { hub, approvers, incoming } = self.governance.clone();
        let gate = Gate::start(store, approvers, self.vault.clone(), &hub).await;
        let gate = gate.context("no policy can be put in force")?;
        let policies = gate.policies();
        Ok((Desk::new(gate, self.clock.clone()).taking_policies_from(&incoming), policies, began))
    }

    /// Builds them on data that has been there, with the indexes: that the log takes entries shows on the way.
    async fn build_again(&self) -> anyhow::Result<House> {
        // Other nodes may have ended keys meanwhile.
        self.vault.forget_all();
        let house = self.build().await?;
        match house.desk.unseal(&Actor::service("index", self.governance.hub.clone())).await {
            Ok(_) => Ok(house),
            Err(why) => {
                drop((house.desk, house.policies));
                house.running.stop().await;
                Err(why).context("the data does not open")
            }
        }
    }
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

/// What stands between the doors and whichever house is behind them.
struct Front {
    issuers: Arc<Issuers>,
    systems: Arc<ClientCerts>,
    system_tokens: Arc<SystemTokens>,
    #[cfg(feature = "demo")]
    cast: Option<Arc<Cast>>,
    finisher: Finisher,
    keeper: Arc<Keeper>,
    plans: Plans,
    wires: Arc<Wires>,
    replay: Option<usize>,
}

/// A hub that answers.
pub struct Serving {
    tasks: JoinSet<()>,
    attending: JoinSet<Option<Shift>>,
    finisher: Finisher,
    stopper: Stopper,
}

/// Opens the doors, once what was kept has been taken over. What waits is said outside by the wires that there are. Casbin replays each policy that comes into force, if `replay` says
/// which questions.
///
/// # Errors
/// A spool in the folder `data` that cannot be used.
pub async fn open(
    house: House,
    plans: Plans,
    trust: Trust,
    doors: Doors,
    (data, wires, replay): (&Path, Wires, Option<usize>),
) -> anyhow::Result<Serving> {
    let size = house.policies.borrow().limits().most(Limit::SpoolSize) * 1024;
    let spool = Spool::open(data, size, plans.vault.clone()).context("the spool cannot be used")?;
    let keeper = Arc::new(Keeper::new(Arc::new(spool), plans.clock.clone(), house.policies.clone()));
    let front = Front {
        issuers: Arc::new(trust.issuers),
        systems: Arc::new(trust.systems),
        system_tokens: Arc::new(trust.system_tokens),
        #[cfg(feature = "demo")]
        cast: trust.cast,
        finisher: Finisher::new(),
        keeper,
        plans,
        wires: Arc::new(wires),
        replay,
    };
    let finisher = front.finisher.clone();
    let (stopper, stop) = switch();
    let (shift, first) = front.begin(house).await;
    let (rooms, now) = watch::channel(first);
    let mut tasks = JoinSet::new();
    let serve = |(listener, door): (TcpListener, Door), router, stop: Stop| async move {
        let cut = accept::serve(listener, door, router, stop).await;
        if cut > 0 {
            tracing::warn!(cut, "connections were cut after the draining time");
        }
    };
    tasks.spawn(serve(doors.people, door(now.clone(), |rooms| &rooms.people), stop.clone()));
    tasks.spawn(serve(doors.systems, door(now.clone(), |rooms| &rooms.systems), stop.clone()));
    tasks.spawn(operators(doors.operators, door(now, |rooms| &rooms.operators), stop.clone()));
    let mut attending = JoinSet::new();
    attending.spawn(front.attend(shift, rooms, stop));
    Ok(Serving { tasks, attending, finisher, stopper })
}

impl Front {
    /// Takes over what was kept, then sets a house to work; returns what stands behind the doors from now on.
    async fn begin(&self, house: House) -> (Shift, Arc<Rooms>) {
        let House { desk, policies, running, began } = house;
        let hub = self.plans.governance.hub.clone();
        self.keeper.follow(policies.clone());
        match desk.clone().merge(&self.keeper, &hub).await {
            Ok(merged) if merged == Default::default() => {}
            Ok(merged) => tracing::info!(done = merged.done, settled = merged.settled, "what was kept was taken over"),
            // The house stands: the others are not let wait for what one act fails by, and it is tried again.
            Err(error) => {
                tracing::error!(error = %error, "what was kept could not all be taken over; it is tried again")
            }
        }
        let (keeper, wires, replay) = (self.keeper.clone(), self.wires.clone(), self.replay);
        let work = Work { desk: desk.clone(), policies, began, keeper, hub, wires, replay };
        let (shift, over) = Shift::begin(work, running);
        let hub = Hub {
            desk,
            issuers: self.issuers.clone(),
            systems: self.systems.clone(),
            system_tokens: self.system_tokens.clone(),
            streams: Streams::default(),
            #[cfg(feature = "demo")]
            cast: self.cast.clone(),
            keeper: self.keeper.clone(),
            over,
            finisher: self.finisher.clone(),
        };
        let (people, systems) = (routes::people(hub.clone()), routes::systems(hub.clone()));
        (shift, Arc::new(Rooms { people, systems, operators: routes::operators(hub) }))
    }

    /// Returns what stands behind the doors while there is no house.
    fn spooling(&self) -> Arc<Rooms> {
        let left = Spooling {
            issuers: self.issuers.clone(),
            systems: self.systems.clone(),
            keeper: self.keeper.clone(),
            finisher: self.finisher.clone(),
        };
        let (people, systems) = (spooling::people(left.clone()), spooling::systems(left.clone()));
        Arc::new(Rooms { people, systems, operators: spooling::operators(left) })
    }

    /// Watches over the house, and builds it again whenever a commit has failed: what is on disk is then unknown to it. Returns
    /// the house that stands when the hub is told to stop.
    async fn attend(self, mut shift: Shift, rooms: watch::Sender<Arc<Rooms>>, mut stop: Stop) -> Option<Shift> {
        loop {
            let why = tokio::select! {
                () = stop.asked() => {
                    shift.end().await;
                    return Some(shift);
                }
                why = shift.running.poisoned() => why,
            };
            tracing::error!(
                why,
                "the house has failed: what must not be lost is kept, and it is built again from disk"
            );
            rooms.send_replace(self.spooling());
            shift.abandon().await;
            let (next, behind) = self.again(&mut stop).await?;
            shift = next;
            rooms.send_replace(behind);
            tracing::warn!("the house stands again");
        }
    }

    /// Builds the house until it stands, or the hub is told to stop.
    async fn again(&self, stop: &mut Stop) -> Option<(Shift, Arc<Rooms>)> {
        loop {
            tokio::select! {
                () = stop.asked() => return None,
                () = tokio::time::sleep(REBUILD) => {}
            }
            match self.plans.build_again().await {
                Ok(house) => return Some(self.begin(house).await),
                Err(error) => tracing::error!(error = format!("{error:#}"), "the house cannot be built yet"),
            }
        }
    }
}

impl Serving {
    /// Stops in reverse order of start: no new requests, writes run to their end, then the writer, then the database.
    pub async fn stop(mut self) {
        self.stopper.stop();
        while self.tasks.join_next().await.is_some() {}
        self.finisher.drained().await;
        while let Some(ended) = self.attending.join_next().await {
            if let Ok(Some(shift)) = ended {
                shift.running.stop().await;
            }
        }
    }
}

async fn operators(listener: TcpListener, router: axum::Router, mut stop: Stop) {
    let served = axum::serve(listener, router).with_graceful_shutdown(async move { stop.asked().await });
    if let Err(error) = served.await {
        tracing::error!(error = %error, "the operators' listener failed");
    }
}
