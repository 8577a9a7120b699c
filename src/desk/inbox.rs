//! A worker's inbox: what owes an answer, as a list and as a stream.

use super::climbed::Standing;
use super::{Desk, Error, Question, Recorded};
use crate::auth::Actor;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::id::{AgencyId, DeliveryId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::time::Moment;
use crate::policy::permit::{Action, Scope};
use crate::store::alerts::{AlertHead, Copy};
use crate::store::effect::Effect;
use crate::store::heartbeats::Heartbeat;
pub use crate::store::tombstones::Tombstone;
use tokio::sync::broadcast;

/// A page of an inbox.
#[derive(Debug)]
pub struct Inbox {
    /// The alerts, oldest first, each with the worker's own copy.
    pub items: Vec<(AlertHead, Copy)>,
    /// Where the worker stands with each.
    pub standings: Vec<Standing>,
    /// Where the next page begins, if there may be one.
    pub next: Option<DeliveryId>,
    /// Where the looking stands in the log.
    pub recorded: Recorded,
}

/// An open stream of alerts: the worker's, from a place on.
pub struct AlertStream {
    scope: Scope,
    agency: AgencyId,
    /// The seat's role and kind of agency, and the policy that let it list: another one is asked again.
    seat: (Role, AgencyKind),
    place: i64,
    expires: Moment,
    after: Option<(i64, DeliveryId)>,
    /// Up to which index of the log it has told of notes that were taken back.
    told: i64,
    /// What it was given last and has not been noted as sent.
    put: Vec<DeliveryId>,
    /// The last heartbeat that it told.
    beat: Option<Heartbeat>,
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
        let standings = self.standings_in(&scope, &items).await?;
        if let Some(place) = after {
            self.note_taken(&scope, actor.agency(), place).await;
        }
        self.note_sent(&scope, actor.agency(), &items).await;
        Ok(Inbox { items, standings, next, recorded })
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
        let agency = actor.agency().clone();
        if let Some(place) = after {
            self.note_taken(&scope, &agency, place).await;
        }
        let (expires, put) = (actor.expires(), Vec::new());
        Ok(AlertStream { scope, agency, seat, place, expires, after, told, put, beat: None, bell })
    }

    /// Returns what has come on a stream since it was last asked; empty if nothing has. Whoever asks again has put on the stream
    /// what they got before: it is noted then, so that nothing waits for the note.
    ///
    /// # Errors
    /// [`Error::NotAdmitted`] when the worker's seat or credential has ended, or another policy lets the role list no more:
    /// the stream must close.
    pub async fn next_alerts(&self, stream: &mut AlertStream) -> Result<Vec<(AlertHead, Copy)>, Error> {
        let seat = self.gate.store.seat(stream.scope.worker()).await?;
        if stream.expires <= self.now() || !seat.is_some_and(|(seat, _)| seat.active) {
            return Err(Error::NotAdmitted);
        }
        let put = std::mem::take(&mut stream.put);
        self.note(&stream.scope, &stream.agency, put, Effect::Sent).await;
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
        stream.put = unsent(&items);
        Ok(items)
    }

    /// Returns the heartbeat that has come on a stream since it was last asked, from the committed row; nothing if none has.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn next_beat(&self, stream: &mut AlertStream) -> Result<Option<Heartbeat>, Error> {
        let next = self.clone().next_heartbeat(stream.beat).await?;
        stream.beat = next.or(stream.beat);
        Ok(next)
    }

    /// Returns where the worker of a stream stands with what has come on it.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn standings_on(
        &self,
        stream: &AlertStream,
        items: &[(AlertHead, Copy)],
    ) -> Result<Vec<Standing>, Error> {
        self.standings_in(&stream.scope, items).await
    }

    /// Notes that a worker's client has everything that it was sent up to a place in their inbox; returns how much of it was not
    /// known to have arrived.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the actor has no inbox; [`Error::Invalid`] if the place is not of this inbox.
    pub async fn take_alerts(&self, actor: &Actor, place: DeliveryId) -> Result<usize, Error> {
        let (scope, _) = self.own_list(actor).await?;
        let place = (self.gate.store.delivery(&scope, place).await?, place);
        let (Some(index), copy) = place else {
            return Err(Error::field(
                "place",
                "is not a place in your inbox: send that of the last alert that you have",
            ));
        };
        let after = (index, copy);
        Ok(self.note_taken(&scope, actor.agency(), after).await)
    }

    pub(super) async fn standings_in(
        &self,
        scope: &Scope,
        items: &[(AlertHead, Copy)],
    ) -> Result<Vec<Standing>, Error> {
        let places = items.iter().map(|(_, copy)| copy.index);
        let Some((first, last)) = places.clone().min().zip(places.max()) else { return Ok(Vec::new()) };
        let beside = self.gate.store.held_beside(scope, (first, last)).await?;
        Ok(self.standings(scope.worker(), items, beside))
    }

    /// Notes what is put before a worker for the first time. Where it cannot be noted it is shown all the same, and noted
    /// with the next look.
    pub(super) async fn note_sent(&self, scope: &Scope, agency: &AgencyId, items: &[(AlertHead, Copy)]) {
        self.note(scope, agency, unsent(items), Effect::Sent).await;
    }

    /// Notes that a worker's client has what it was sent up to a place: it asked for what comes after, or said so.
    async fn note_taken(&self, scope: &Scope, agency: &AgencyId, place: (i64, DeliveryId)) -> usize {
        match self.gate.store.untaken(scope, place).await {
            Ok(copies) => self.note(scope, agency, copies, Effect::Taken).await,
            Err(error) => {
                tracing::warn!(%error, "what a client took was not noted");
                0
            }
        }
    }

    async fn note(
        &self,
        scope: &Scope,
        agency: &AgencyId,
        copies: Vec<DeliveryId>,
        effect: fn(Vec<DeliveryId>, Moment) -> Effect,
    ) -> usize {
        if copies.is_empty() {
            return 0;
        }
        let service = Actor::service("inbox", agency.clone());
        let question = Question {
            action: Action::List,
            record: Record::Worker(scope.worker()),
            case: None,
            about: None,
            category: Category::Audit,
            purpose: Purpose::VictimSafety,
        };
        let count = copies.len();
        match self.gate.serve(&question.by(&service), effect(copies, self.now()).into()).await {
            Ok(_) => count,
            // Another request of the same worker was faster.
            Err(crate::gate::Error::Store(crate::store::Error::Taken)) => 0,
            Err(error) => {
                tracing::warn!(%error, "how far alerts have come was not noted");
                0
            }
        }
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

/// Returns the copies that were never put before their recipient.
fn unsent(items: &[(AlertHead, Copy)]) -> Vec<DeliveryId> {
    items.iter().filter(|(_, copy)| copy.sent.is_none()).map(|(_, copy)| copy.delivery).collect()
}

impl AlertStream {
    /// Returns whose people it is for.
    #[must_use]
    pub const fn agency(&self) -> &AgencyId {
        &self.agency
    }

    /// Waits until something may have come. Cheap to wake for nothing.
    pub async fn rung(&mut self) {
        // Falling behind means that something came; a closed bell means that the hub is ending.
        if matches!(self.bell.recv().await, Err(broadcast::error::RecvError::Closed)) {
            std::future::pending::<()>().await;
        }
    }
}
