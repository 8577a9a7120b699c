//! A worker's inbox: what owes an answer, as a list and as a stream.

use super::{Desk, Error, Question, Recorded};
use crate::auth::Actor;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::id::DeliveryId;
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::time::Moment;
use crate::policy::permit::{Action, Scope};
use crate::store::alerts::{AlertHead, Copy};
use crate::store::effect::Effect;
pub use crate::store::tombstones::Tombstone;
use tokio::sync::broadcast;

/// A page of an inbox.
#[derive(Debug)]
pub struct Inbox {
    /// The alerts, oldest first, each with the worker's own copy.
    pub items: Vec<(AlertHead, Copy)>,
    /// Where the next page begins, if there may be one.
    pub next: Option<DeliveryId>,
    /// Where the looking stands in the log.
    pub recorded: Recorded,
}

/// An open stream of alerts: the worker's, from a place on.
pub struct AlertStream {
    scope: Scope,
    /// The seat's role and kind of agency, and the policy that let it list: another one is asked again.
    seat: (Role, AgencyKind),
    place: i64,
    expires: Moment,
    after: Option<(i64, DeliveryId)>,
    /// Up to which index of the log it has told of notes that were taken back.
    told: i64,
    bell: broadcast::Receiver<()>,
}

impl Desk {
    /// Lists a worker's own alerts, oldest first, without their words.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the actor has no inbox; [`Error::Invalid`] if `after` is not of this inbox.
    pub async fn inbox(&self, actor: &Actor, after: Option<DeliveryId>, limit: i64) -> Result<Inbox, Error> {
        let (scope, recorded) = self.own_list(actor).await?;
        let after = self.place_in(&scope, after).await?;
        let items = self.gate.store.inbox(&scope, after, limit).await?;
        let next = (items.len() as i64 == limit).then(|| items.last().map(|(_, copy)| copy.delivery)).flatten();
        Ok(Inbox { items, next, recorded })
    }

    /// Opens the stream of a worker's alerts: first what waits after `after`, then each as it comes.
    ///
    /// # Errors
    /// As [`Desk::inbox`].
    pub async fn alert_stream(&self, actor: &Actor, after: Option<DeliveryId>) -> Result<AlertStream, Error> {
        let (scope, recorded) = self.own_list(actor).await?;
        let seat = (actor.role().ok_or(Error::NotFound)?, actor.kind());
        let bell = self.gate.store.news();
        // A place that is no longer known starts the stream anew: better twice than never.
        let after = self.place_in(&scope, after).await.unwrap_or(None);
        // What was taken back before shows in the copies themselves when they are told anew.
        let told = after.map_or_else(|| i64::try_from(recorded.index).unwrap_or(i64::MAX), |(index, _)| index);
        let place = self.gate.policy.place();
        Ok(AlertStream { scope, seat, place, expires: actor.expires(), after, told, bell })
    }

    /// Returns what has come on a stream since it was last asked; empty if nothing has.
    ///
    /// # Errors
    /// [`Error::NotAdmitted`] when the worker's seat or credential has ended, or another policy lets the role list no more:
    /// the stream must close.
    pub async fn next_alerts(&self, stream: &mut AlertStream) -> Result<Vec<(AlertHead, Copy)>, Error> {
        let seat = self.gate.store.seat(stream.scope.worker()).await?;
        if stream.expires <= self.now() || !seat.is_some_and(|(seat, _)| seat.active) {
            return Err(Error::NotAdmitted);
        }
        let gate = self.gate.clone();
        if gate.policy.place() != stream.place {
            if !gate.policy.lists(stream.seat.0, stream.seat.1) {
                return Err(Error::NotAdmitted);
            }
            stream.place = gate.policy.place();
        }
        let items = self.gate.store.inbox(&stream.scope, stream.after, super::PAGE_MAX).await?;
        if let Some((_, copy)) = items.last() {
            stream.after = Some((copy.index, copy.delivery));
        }
        Ok(items)
    }

    /// Returns the copies on a stream whose note was taken back since it was last asked; empty if none was.
    ///
    /// # Errors
    /// [`Error::Store`]: ask again.
    pub async fn next_tombstones(&self, stream: &mut AlertStream) -> Result<Vec<Tombstone>, Error> {
        let (gone, told) = self.gate.store.tombstones(&stream.scope, stream.told).await?;
        stream.told = told;
        Ok(gone)
    }

    pub(super) async fn own_list(&self, actor: &Actor) -> Result<(Scope, Recorded), Error> {
        let purpose = self.purpose(actor, None);
        let record = match actor.worker() {
            Some(worker) => Record::Worker(worker),
            None => Record::Search(crate::model::id::EntryId::random()),
        };
        let question =
            Question { action: Action::List, record, case: None, about: None, category: Category::Identity, purpose };
        let receipt = self.gate.pass(&question.by(actor), None, Effect::Disclose(Vec::new()).into()).await?;
        let scope = self.gate.policy.scope(actor).ok_or(Error::NotFound)?;
        Ok((scope, Recorded::from(&receipt)))
    }

    async fn place_in(&self, scope: &Scope, after: Option<DeliveryId>) -> Result<Option<(i64, DeliveryId)>, Error> {
        let Some(id) = after else { return Ok(None) };
        let place = self.gate.store.delivery(scope, id).await?;
        let place = place.ok_or_else(super::no_place)?;
        Ok(Some((place, id)))
    }
}

impl AlertStream {
    /// Waits until something may have come. Cheap to wake for nothing.
    pub async fn rung(&mut self) {
        // Falling behind means that something came; a closed bell means that the hub is ending.
        if matches!(self.bell.recv().await, Err(broadcast::error::RecvError::Closed)) {
            std::future::pending::<()>().await;
        }
    }
}
