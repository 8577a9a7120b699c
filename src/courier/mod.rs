//! What leaves the hub: the only room that opens connections to anybody outside. It says that something waits, and nothing of what.
//!
//! Promises: nothing of the hub's content can come here: the desk hands over an address, a name without meaning and a moment, and the
//! texts are fixed. Each target is visited by itself: one that hangs holds up no other. What was begun and was cut off is sent again
//! under the same name.
//! Must never know: cases, people, alerts, SQL, HTTP's other side.

mod guard;
mod letter;
mod mail;
mod signature;
mod webhook;

pub use guard::Reach;
pub use mail::{Post, Relay};
pub use webhook::Teller;

use crate::desk::Desk;
use crate::desk::courier::{Address, Look, Lookout, Parcel};
use crate::model::dispatch::{Outcome, Target, Way};
use crate::model::id::AgencyId;
use crate::model::time::Moment;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How many targets are visited at once.
const VISITS_MAX: usize = 64;

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

/// Says outside what waits, until it is told to stop: twice a second it looks for whom something came or is due.
pub async fn run(desk: Desk, hub: AgencyId, wires: Arc<Wires>, stop: impl Future<Output = ()>) {
    let mut look = Lookout::default();
    let mut visits: JoinSet<(Target, Result<Look, Moment>)> = JoinSet::new();
    tokio::pin!(stop);
    loop {
        let room = VISITS_MAX.saturating_sub(visits.len());
        match desk.targets(&mut look, |target| wires.serves(target), room).await {
            Ok(targets) => {
                for (target, unsettled) in targets {
                    visits.spawn(visit(desk.clone(), hub.clone(), wires.clone(), target, unsettled));
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
                    Ok((target, looked)) => look.looked(target, looked.as_ref().map_err(|at| *at)),
                    Err(error) => tracing::error!(%error, "a visit ended without a word"),
                },
            }
        }
    }
}

/// Sends what is due to one target, and notes what came of it.
async fn visit(
    desk: Desk,
    hub: AgencyId,
    wires: Arc<Wires>,
    target: Target,
    unsettled: Option<Moment>,
) -> (Target, Result<Look, Moment>) {
    let look = match desk.visit(target, unsettled, &hub).await {
        Ok(look) => look,
        Err(error) => {
            // The error names no address and nothing of what waits.
            tracing::warn!(%error, way = %target.way(), "what waits could not be made ready; it is tried again");
            return (target, Err(desk.now()));
        }
    };
    if let Some(parcel) = &look.parcel {
        let outcomes = wires.deliver(parcel, || desk.now()).await;
        let failed = outcomes.iter().filter(|outcome| **outcome != Outcome::Done).count();
        if failed > 0 {
            tracing::warn!(failed, way = %target.way(), "a peer did not take what was sent; it is tried again at its times");
        }
        if let Err(error) = desk.sent(parcel, &outcomes, &hub).await {
            tracing::error!(%error, way = %target.way(), "what came of it was not noted; it is sent again under the same name");
            return (target, Err(desk.now()));
        }
    }
    (target, Ok(look))
}

async fn drain(mut visits: JoinSet<(Target, Result<Look, Moment>)>) {
    let all = async { while visits.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN, all).await.is_err() {
        tracing::warn!(cut = visits.len(), "what was being sent was cut off; it is sent again under the same name");
    }
    visits.shutdown().await;
}
