//! What leaves the hub: the only room that opens connections to anybody outside. It says that something waits, and nothing of what.
//!
//! Promises: nothing of the hub's content can come here: the desk hands over an address, a name without meaning and a moment, and the
//! texts are fixed. Each target is visited by itself, each way has room of its own, and one peer a part of it: what hangs holds up no
//! other. What was begun and was cut off is sent again under the same name.
//! Must never know: cases, people, alerts, SQL, HTTP's other side.

mod guard;
mod letter;
mod mail;
mod room;
mod signature;
mod webhook;

pub use guard::Reach;
pub use mail::{Post, Relay};
pub use webhook::Teller;

use crate::desk::Desk;
use crate::desk::courier::{Address, Goes, Look, Lookout, Parcel};
use crate::model::dispatch::{Outcome, Target, Way};
use crate::model::id::AgencyId;
use crate::model::time::Moment;
use futures_util::FutureExt as _;
use hyper::Uri;
use room::{Peer, Room};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How long the messages of one visit may take together before the rest waits for the next.
const VISIT: Duration = Duration::from_secs(30);

/// How long one peer may take for one message.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long visits may go on when the hub is told to stop. What is cut off then is sent again under the same name.
const DRAIN: Duration = Duration::from_secs(5);

/// By what things leave; nothing leaves by what is not there, and it waits.
#[derive(Debug, Default)]
pub struct Wires {
    /// E-mail.
    pub mail: Option<Post>,
    /// Requests to agencies' systems.
    pub webhooks: Option<Teller>,
}

impl Wires {
    /// Says whether anything can leave.
    #[must_use]
    pub const fn is_any(&self) -> bool {
        self.mail.is_some() || self.webhooks.is_some()
    }

    const fn serves(&self, target: Target) -> bool {
        match target.way() {
            Way::Mail => self.mail.is_some(),
            Way::Webhook => self.webhooks.is_some(),
        }
    }

    async fn deliver(&self, parcel: &Parcel, now: impl Fn() -> Moment) -> Vec<Outcome> {
        let until = Instant::now() + VISIT;
        let mut outcomes = Vec::with_capacity(parcel.letters.len());
        for letter in &parcel.letters {
            let goes_on = outcomes.iter().all(|outcome| *outcome == Outcome::Done) && Instant::now() < until;
            let sending = async {
                match (&parcel.to, &self.mail, &self.webhooks) {
                    (Address::Mail(to), Some(post), _) => post.send(to.value(), letter, now()).await,
                    (Address::Endpoint(to), _, Some(teller)) => teller.tell(to.value(), letter, now()).await,
                    _ => Outcome::Held,
                }
            };
            outcomes.push(match goes_on {
                true => tokio::time::timeout(PATIENCE, sending).await.unwrap_or(Outcome::Failed),
                false => Outcome::Held,
            });
        }
        outcomes
    }
}

/// What came of a visit.
struct Visited {
    target: Target,
    peer: Peer,
    look: Result<Look, Moment>,
}

/// Says outside what waits, until it is told to stop: twice a second it looks for whom something came or is due.
pub async fn run(desk: Desk, hub: AgencyId, wires: Arc<Wires>, stop: impl Future<Output = ()>) {
    let mut look = Lookout::default();
    let (mut room, mut visits) = (Room::default(), JoinSet::<Visited>::new());
    tokio::pin!(stop);
    loop {
        let goes = |target| match wires.serves(target) {
            true if room.takes(target) => Goes::Now,
            true => Goes::Later,
            false => Goes::Never,
        };
        match desk.targets(&mut look, goes).await {
            Ok(targets) => {
                for (target, unsettled) in targets {
                    let visit = visit(desk.clone(), hub.clone(), wires.clone(), target, unsettled);
                    let failed = Visited { target, peer: None, look: Err(desk.now()) };
                    // A visit that panics has its target visited again, and gives its room back.
                    visits.spawn(AssertUnwindSafe(visit).catch_unwind().map(|done| done.unwrap_or(failed)));
                }
            }
            Err(error) => tracing::error!(%error, "what waits could not be looked for; the next look tries again"),
        }
        let pause = tokio::time::sleep(Duration::from_millis(500));
        tokio::pin!(pause);
        loop {
            tokio::select! {
                () = &mut stop => return drain(visits).await,
                () = &mut pause => break,
                Some(done) = visits.join_next() => match done {
                    Ok(visited) => {
                        room.leaves(visited.target, visited.peer);
                        look.looked(visited.target, visited.look.as_ref().map_err(|at| *at));
                    }
                    Err(error) => tracing::error!(%error, "a visit ended without a word"),
                },
            }
        }
    }
}

/// Sends what is due to one target, and notes what came of it.
async fn visit(desk: Desk, hub: AgencyId, wires: Arc<Wires>, target: Target, unsettled: Option<Moment>) -> Visited {
    let mut peer = None;
    let look = match desk.visit(target, unsettled, &hub).await {
        Ok(look) => look,
        Err(error) => {
            // The error names no address and nothing of what waits.
            tracing::warn!(%error, way = %target.way(), "what waits could not be made ready; it is tried again");
            return Visited { target, peer, look: Err(desk.now()) };
        }
    };
    if let Some(parcel) = &look.parcel {
        peer = host(&parcel.to);
        let outcomes = wires.deliver(parcel, || desk.now()).await;
        let failed = outcomes.iter().filter(|outcome| **outcome != Outcome::Done).count();
        if failed > 0 {
            tracing::warn!(failed, way = %target.way(), "a peer did not take what was sent; it is tried again at its times");
        }
        if let Err(error) = desk.sent(parcel, &outcomes, &hub).await {
            tracing::error!(%error, way = %target.way(), "what came of it was not noted; it is sent again under the same name");
            return Visited { target, peer, look: Err(desk.now()) };
        }
    }
    Visited { target, peer, look: Ok(look) }
}

/// Returns by what the peer of an address is known, so that what hangs there takes no more than its part.
fn host(to: &Address) -> Peer {
    let Address::Endpoint(keys) = to else { return None };
    let url: Uri = keys.value().first()?.url.reveal().parse().ok()?;
    let mut hasher = DefaultHasher::new();
    url.host()?.to_ascii_lowercase().hash(&mut hasher);
    Some(hasher.finish())
}

async fn drain(mut visits: JoinSet<Visited>) {
    let all = async { while visits.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN, all).await.is_err() {
        tracing::warn!(cut = visits.len(), "what was being sent was cut off; it is sent again under the same name");
    }
    visits.shutdown().await;
}
