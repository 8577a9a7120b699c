//! The ladder of an alert: while nobody acknowledges it, more people are told, and in the end somebody telephones.
//!
//! Promises: each rung is one commit, for those who owe one answer (`obligations.rs`), whichever node reaches it first; whoever is
//! told gets a copy of the same alert, and nobody two. Rungs are reached in their order, also when the clock leaps; a rung on which
//! nobody can be told is recorded as that, and the next one comes at its time. An answer stops the climbing for those who owed it
//! and for nobody else. Who is away or has left is a matter of no minutes: whoever stands in is told at once.
//! An alert is looked at when it comes, when one who holds it goes away, and when its next rung is due; a hub that starts, and one
//! whose policy has changed, walks once through all that nobody has acknowledged. Nothing is taken from any inbox.
//! An acknowledgement that crosses with a rung stops the next one: the log says which came first.
//! Must never know: the words of an alert.

use super::agenda::Agenda;
use super::obligations::{Obligation, obligations};
use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::gate;
use crate::model::alerts::HubKind;
use crate::model::id::{AgencyId, AlertId, DeliveryId};
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::time::Moment;
use crate::policy::ladder::Whom;
use crate::policy::permit::Action;
use crate::store;
use crate::store::alerts::AlertHead;
use crate::store::effect::Effect;
use crate::store::ladder::{Held, NewRung, Reached};
use futures_util::{StreamExt, stream};

/// Which alerts must be looked at, and when.
pub type Lookout = Agenda<AlertId>;

/// How many alerts one look of the first walk takes, so that a large hub is not held up by it.
const WALK_PAGE: i64 = 200;

/// How many alerts are looked at side by side: their commits share the writer's batches.
const AT_ONCE: usize = 16;

/// When an alert is looked at again that could not be.
const AGAIN_SECONDS: i64 = 60;

/// How a rung stands in the log that is for one who is away.
const AWAY: &str = "away";

/// Says whether an alert climbs a ladder at all.
pub(super) fn climbs(head: &AlertHead) -> bool {
    head.kind.parse().map_or(true, HubKind::climbs)
}

/// What must be done next for those who owe one answer.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Whoever stands in for this one is told: they are away, or have left.
    Away(DeliveryId),
    /// Those on this rung are told.
    Rung(i64, Whom),
}

impl Desk {
    /// Climbs the ladder of every alert whose next rung is due; returns how many rungs were reached.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Store`]: then they are found again with the next look.
    pub async fn climb(&self, look: &mut Lookout, hub: &AgencyId) -> Result<usize, Error> {
        // A clone holds the policy of now: this desk may have been there since the hub began.
        let desk = self.clone();
        let (store, place) = (&desk.gate.store, desk.gate.policy.place());
        if !look.is_by(place) {
            look.begin(place, store.last_index().await?);
        }
        let (stirred, since) = store.stirred_since(look.since()).await?;
        look.stir(stirred, since);
        if let Some(after) = look.walks() {
            look.walk(store.open_alerts(after, WALK_PAGE).await?, WALK_PAGE);
        }
        let waiting = look.wake(desk.now());
        let each = |alert| {
            let desk = &desk;
            async move { (alert, desk.climb_of(alert, hub).await) }
        };
        let mut looks = stream::iter(waiting).map(each).buffer_unordered(AT_ONCE);
        let (mut count, mut failed) = (0, None);
        while let Some((alert, climbed)) = looks.next().await {
            match climbed {
                Ok((rungs, next)) => {
                    count += rungs;
                    look.looked(alert, next);
                }
                // One that cannot be climbed keeps no other from it. It is looked at again: at once, if another node was
                // faster, and else when it has had time to mend.
                Err(why) => {
                    if !matches!(why, Error::Busy) {
                        look.looked(alert, Some(desk.now().plus_seconds(AGAIN_SECONDS)));
                    }
                    failed = Some(why);
                }
            }
        }
        failed.map_or(Ok(count), Err)
    }

    /// Climbs as far as is due, each rung in a commit of its own; returns how many were reached, and when to look again.
    async fn climb_of(&self, alert: AlertId, hub: &AgencyId) -> Result<(usize, Option<Moment>), Error> {
        let mut count = 0;
        let Some((head, _)) = self.gate.store.alert(alert).await? else { return Ok((count, None)) };
        if !climbs(&head) {
            return Ok((count, None));
        }
        loop {
            let (held, rungs) = (self.gate.store.held(alert).await?, self.gate.store.rungs(alert).await?);
            let owed = obligations(&held, &rungs);
            let mut first: Option<(Moment, &Obligation<'_>, Step)> = None;
            for one in owed.iter().filter(|one| one.answered().is_none()) {
                let Some((due, step)) = self.next_step(&head, one).await? else { continue };
                if first.as_ref().is_none_or(|(before, ..)| due < *before) {
                    first = Some((due, one, step));
                }
            }
            let Some((due, one, step)) = first else { return Ok((count, None)) };
            if due > self.now() {
                return Ok((count, Some(due)));
            }
            let rung = self.rung(&head, (one, step), &held).await?;
            self.reach(rung, hub).await?;
            count += 1;
        }
    }

    /// Returns what must be done next for those who owe an answer, and when.
    async fn next_step(&self, head: &AlertHead, one: &Obligation<'_>) -> Result<Option<(Moment, Step)>, Error> {
        if self.is_taken_back(head, one).await? {
            return Ok(None);
        }
        let mut next: Vec<(Moment, Step)> = Vec::new();
        for copy in one.members().filter(|copy| !one.has_told_instead_of(copy.delivery)) {
            if let Some(from) = self.away_from(copy).await? {
                next.push((from.max(copy.raised), Step::Away(copy.delivery)));
            }
        }
        let ladder = self.gate.policy.ladders().of(head.severity, &head.kind, (one.agency, one.kind));
        let reached = usize::try_from(one.reached()).unwrap_or_default();
        if let (Some(rung), Ok(number)) = (ladder.get(reached), i64::try_from(reached + 1)) {
            next.push((rung.due(self.gate.policy.limits(), one.since), Step::Rung(number, rung.whom)));
        }
        Ok(next.into_iter().min_by_key(|(due, _)| *due))
    }

    /// Returns from when on somebody is away who holds a copy; long since, if they can open it no more.
    async fn away_from(&self, copy: &Held) -> Result<Option<Moment>, Error> {
        if copy.gone {
            return Ok(Some(copy.raised));
        }
        Ok(self.gate.store.leaves(copy.worker).await?.first().map(|leave| leave.starts))
    }

    /// Says whether the note that an alert tells of was taken back from those who owe the answer: then there is nothing to do.
    async fn is_taken_back(&self, head: &AlertHead, one: &Obligation<'_>) -> Result<bool, Error> {
        if head.note.is_none() {
            return Ok(false);
        }
        let Some(copy) = one.owners.first() else { return Ok(false) };
        Ok(self.gate.store.copy_of(head.id, copy.worker).await?.is_some_and(|copy| copy.gone.is_some()))
    }

    /// Prepares a rung: who is told, and who of them holds a copy already.
    async fn rung(
        &self,
        head: &AlertHead,
        (one, step): (&Obligation<'_>, Step),
        held: &[Held],
    ) -> Result<NewRung, Error> {
        let (rung, instead_of, whom) = match step {
            Step::Away(copy) => (0, Some(copy), AWAY),
            Step::Rung(number, whom) => (number, None, whom.as_str()),
        };
        let mut notices = Vec::new();
        let able = match step {
            Step::Away(copy) => {
                let away = held.iter().find(|one| one.delivery == copy).ok_or(Error::Unknown)?;
                self.instead_of(head, one, away).await?
            }
            Step::Rung(_, Whom::Telephone) => {
                notices = self.telephone_notices(head, one).await?;
                Default::default()
            }
            Step::Rung(_, whom) => self.on_rung(head, one, whom).await?,
        };
        let fresh = able.into_iter().filter(|worker| !one.has(*worker));
        let (holding, told): (Vec<_>, Vec<_>) =
            fresh.partition(|worker| held.iter().any(|copy| copy.worker == *worker));
        let rung_told =
            told.len() + holding.len() + notices.iter().map(|notice| notice.recipients.len()).sum::<usize>();
        if rung_told == 0 {
            tracing::warn!(rung, whom, "a rung of an alert's ladder found nobody");
        }
        let found = i64::try_from(rung_told).unwrap_or(i64::MAX);
        let (alert, obligation) = (head.id, one.key.clone());
        let reached = Reached { alert, obligation, rung, instead_of, whom: whom.to_owned(), found, at: self.now() };
        Ok(NewRung { reached, told, holding, notices })
    }

    /// Records a rung, and with it everybody who is told on it.
    async fn reach(&self, rung: NewRung, hub: &AgencyId) -> Result<(), Error> {
        let service = Actor::service("ladder", hub.clone());
        let question = Question {
            action: Action::Raise,
            record: Record::Alert(rung.reached.alert),
            case: None,
            about: None,
            category: crate::model::notes::Category::Audit,
            purpose: Purpose::VictimSafety,
        };
        match self.gate.serve(&question.by(&service), Effect::Climb(Box::new(rung)).into()).await {
            Ok(_) => Ok(()),
            // Another node was faster: what is left is found with the next look.
            Err(gate::Error::Store(store::Error::Taken)) => Err(Error::Busy),
            Err(error) => Err(error.into()),
        }
    }
}
