//! The hub's heartbeat: whether what is committed here comes to those who listen, and who does not hear it.
//!
//! Promises: a heartbeat goes the way of an alert: the one writer commits it, and streams read it from the committed row. One goes out
//! for all agencies, once over all nodes. Who has it is kept in memory until the next one, and written down in its commit: an entry of
//! the log for each taking would be most of the log. What a stop loses is said again within the next heartbeat.
//! An agency's alerts may be delayed when the newest heartbeat that it has is too old and somebody there is meant to listen: its system,
//! if that took one within a week, or whoever is on duty there now. An office that is closed at night is quiet and not delayed; of an
//! agency that never took one nothing is known.
//! Must never know: who of an agency has it, what alerts say.

use super::{Desk, Error, Question, Recorded};
use crate::auth::Actor;
use crate::gate;
use crate::model::agencies::AgencyKind;
pub use crate::model::heartbeats::Hearing;
use crate::model::id::{AgencyId, WorkerId};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use crate::model::status::Phone;
use crate::model::time::Moment;
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store;
use crate::store::effect::Effect;
use crate::store::heartbeats::{Hears, Pulse, Turned};
pub use crate::store::heartbeats::{Heartbeat, Taken};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What agencies have that is not written down yet: by their system (true), or their people.
#[derive(Default)]
pub(super) struct Heard(Mutex<Unwritten>);

type Unwritten = BTreeMap<(AgencyId, bool), Taken>;

/// When the heart beats next.
#[derive(Debug, Default)]
pub struct Heart(Option<Moment>);

/// Which heartbeat a client has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeHeartbeat {
    /// Its number.
    pub heartbeat: u32,
}

/// How an agency stands with heartbeats.
#[derive(Debug, Clone)]
pub struct Hearer {
    /// The agency.
    pub agency: AgencyId,
    /// How it stands.
    pub state: Hearing,
    /// The newest that it has.
    pub newest: Option<Taken>,
    /// Since when its newest one is too old, if it is.
    pub since: Option<Moment>,
    /// Whom to ring there.
    pub telephone: Phone,
}

/// Who has heartbeats, as far as the asker may know.
#[derive(Debug)]
pub struct Hearers {
    /// The last one that was sent.
    pub last: Option<Heartbeat>,
    /// Since when the next one is wanting, if it is.
    pub late: Option<Moment>,
    /// The agencies.
    pub agencies: Vec<Hearer>,
    /// Where the looking stands in the log, if it was at others' too.
    pub recorded: Option<Recorded>,
}

/// Why whoever waits for alerts must not rely on them now.
#[derive(Debug)]
pub struct Late {
    /// Since when.
    pub since: Moment,
    /// Whom to ring.
    pub ring: Vec<Phone>,
}

impl Heard {
    /// Notes what an agency has, if it is newer than what it had.
    fn note(&self, way: (AgencyId, bool), taken: Taken) {
        let mut held = self.held();
        if held.get(&way).is_none_or(|known| known.beat.number < taken.beat.number) {
            held.insert(way, taken);
        }
    }

    fn held(&self) -> MutexGuard<'_, Unwritten> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    /// Lets the heart beat, if it is time, and writes down what agencies have of it; says whether it did.
    ///
    /// # Errors
    /// [`Error::Busy`] if another node was faster, and [`Error::Store`]: then it is tried again with the next look.
    pub async fn beat(&self, heart: &mut Heart, hub: &AgencyId) -> Result<bool, Error> {
        // A clone holds the policy of now: this desk may have been there since the hub began.
        let desk = self.clone();
        let now = desk.now();
        let every = |from| desk.gate.policy.limits().due(Limit::HeartbeatEvery, from);
        // A clock that was put back lets nobody wait for the hour that comes twice.
        let waits = |next: Moment| next > now && next <= every(now);
        if heart.0.is_none_or(|next| !waits(next)) {
            let last = desk.gate.store.last_heartbeat().await?;
            let next = last.map(|last| every(last.at));
            if let Some(next) = next.filter(|next| waits(*next)) {
                heart.0 = Some(next);
                return desk.write_down(hub).await;
            }
            let number = last.map_or(0, |last| last.number) + 1;
            let pulse = Pulse { beat: Some(Heartbeat { number, at: now }), ..desk.unwritten().await? };
            desk.pulse(pulse, hub).await?;
            heart.0 = Some(every(now));
            return Ok(true);
        }
        desk.write_down(hub).await
    }

    /// Writes down what agencies have that waits for longer than to the next heartbeat: another node was faster with that.
    async fn write_down(&self, hub: &AgencyId) -> Result<bool, Error> {
        let oldest = self.heard.held().values().map(|taken| taken.at).min();
        let is_over = |at| self.gate.policy.limits().due(Limit::HeartbeatEvery, at) <= self.now();
        if !oldest.is_some_and(is_over) {
            return Ok(false);
        }
        let pulse = self.unwritten().await?;
        let writes = !pulse.taken.is_empty();
        if writes {
            self.pulse(pulse, hub).await?;
        }
        Ok(writes)
    }

    /// Returns what agencies have that is not written down, and who stands otherwise than when that was written last. What is
    /// written down already, or older than what is, is forgotten.
    async fn unwritten(&self) -> Result<Pulse, Error> {
        let hearing = self.gate.store.hearing().await?;
        let known = |(agency, system): &(AgencyId, bool)| {
            let one = hearing.iter().find(|one| &one.agency == agency)?;
            if *system { one.system } else { one.people }
        };
        let mut held = self.heard.held();
        held.retain(|way, taken| known(way).is_none_or(|known| known.beat.number < taken.beat.number));
        let taken = held.iter().map(|((agency, system), taken)| (agency.clone(), *system, *taken)).collect();
        drop(held);
        let turned = hearing.iter().filter_map(|one| self.turned(one)).collect();
        Ok(Pulse { beat: None, taken, turned })
    }

    /// Returns that an agency stands otherwise than when that was last written down.
    fn turned(&self, one: &Hears) -> Option<Turned> {
        let state = self.hearer(one).state;
        let (nth, before) = one.turned.map_or((0, Hearing::Never), |(nth, before)| (nth, before));
        let turned = Turned { agency: one.agency.clone(), nth: nth + 1, state, at: self.now() };
        (state != before && state != Hearing::Never).then_some(turned)
    }

    async fn pulse(&self, pulse: Pulse, hub: &AgencyId) -> Result<(), Error> {
        let service = Actor::service("heart", hub.clone());
        let question = Question::of_no_record(Action::Raise, Category::Audit, Purpose::VictimSafety);
        let written = pulse.taken.clone();
        match self.gate.serve(&question.by(&service), Effect::Beat(pulse).into()).await {
            Ok(_) => {}
            // Another node was faster.
            Err(gate::Error::Store(store::Error::Taken)) => return Err(Error::Busy),
            Err(error) => return Err(error.into()),
        }
        let mut held = self.heard.held();
        for (agency, system, taken) in written {
            let way = (agency, system);
            if held.get(&way) == Some(&taken) {
                held.remove(&way);
            }
        }
        Ok(())
    }

    /// Notes that an agency has a heartbeat: its system says so, or one of its people.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a number that no heartbeat has; [`Error::NotFound`] where nobody has a seat.
    pub async fn take_heartbeat(&self, actor: &Actor, number: i64) -> Result<Hearer, Error> {
        let Some(beat) = self.gate.store.heartbeat(number).await? else {
            let say = "is not the number of a heartbeat: send that of the last one that you have";
            return Err(Error::field("heartbeat", say));
        };
        let way = (actor.agency().clone(), actor.worker().is_none());
        self.heard.note(way, Taken { beat, at: self.now() });
        self.hearer_of(actor.agency()).await?.ok_or(Error::NotFound)
    }

    /// Says who has heartbeats: of one's own agency, which tells of no case and is no act; of all of them, for those who may.
    ///
    /// # Errors
    /// [`Error::Store`]; [`Error::Busy`].
    pub async fn hearers(&self, actor: &Actor) -> Result<Hearers, Error> {
        let last = self.gate.store.last_heartbeat().await?;
        let late = last.and_then(|last| self.over(last.at));
        let question = self.overseeing(actor);
        let ask = question.by(actor);
        let of_the_hub = actor.kind() == AgencyKind::Hub && actor.role().is_some();
        // Asked of nobody's agency: who answers for one alone may not.
        if of_the_hub && self.gate.policy.would_permit(&ask, &self.gate.facts(&ask, None).await?) {
            let receipt = self.gate.pass(&ask, None, Effect::Disclose(Vec::new()).into()).await?;
            let agencies = self.gate.store.hearing().await?.iter().map(|one| self.hearer(one)).collect();
            return Ok(Hearers { last, late, agencies, recorded: Some(Recorded::from(&receipt)) });
        }
        let agencies = self.hearer_of(actor.agency()).await?.into_iter().collect();
        Ok(Hearers { last, late, agencies, recorded: None })
    }

    /// Says since when whoever waits for alerts in an agency must not rely on them, if they must not: the heart does not beat, or
    /// somebody there is meant to hear it and does not.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn late_for(&self, agency: &AgencyId) -> Result<Option<Late>, Error> {
        let last = self.gate.store.last_heartbeat().await?;
        let of_all = last.and_then(|last| self.over(last.at));
        let own = self.hearer_of(agency).await?.filter(|one| one.state == Hearing::Delayed);
        let since = [of_all, own.and_then(|one| one.since)].into_iter().flatten().min();
        let ring = || self.gate.policy.phones().alerts().into_iter().cloned().collect();
        Ok(since.map(|since| Late { since, ring: ring() }))
    }

    /// Returns the agencies of these workers to which alerts may be delayed.
    pub(super) async fn delayed_among(&self, workers: &[WorkerId]) -> Result<Vec<Hearer>, Error> {
        let mut agencies = BTreeSet::new();
        for worker in workers {
            agencies.extend(self.gate.store.seat(*worker).await?.map(|(seat, _)| seat.agency));
        }
        let mut delayed = Vec::new();
        for agency in agencies {
            delayed.extend(self.hearer_of(&agency).await?.filter(|one| one.state == Hearing::Delayed));
        }
        Ok(delayed)
    }

    /// Returns for operators how old the last heartbeat is, in seconds, and to how many agencies alerts may be delayed.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn heart_health(&self) -> Result<(Option<i64>, usize), Error> {
        let last = self.gate.store.last_heartbeat().await?;
        let delayed = |one: &&Hears| self.hearer(one).state == Hearing::Delayed;
        let many = self.gate.store.hearing().await?.iter().filter(delayed).count();
        Ok((last.map(|last| self.now().seconds() - last.at.seconds()), many))
    }

    /// Returns the last heartbeat if it is another than a stream told last. It is asked for when one is due, and not before.
    pub(super) async fn next_heartbeat(&self, told: Option<Heartbeat>) -> Result<Option<Heartbeat>, Error> {
        let due = |told: Heartbeat| self.gate.policy.limits().due(Limit::HeartbeatEvery, told.at) <= self.now();
        if !told.is_none_or(due) {
            return Ok(None);
        }
        let last = self.gate.store.last_heartbeat().await?;
        Ok(last.filter(|last| told.is_none_or(|told| told.number < last.number)))
    }

    async fn hearer_of(&self, agency: &AgencyId) -> Result<Option<Hearer>, Error> {
        Ok(self.gate.store.hearing_of(agency).await?.map(|one| self.hearer(&one)))
    }

    /// Reckons how an agency stands: by what is written down, and by what this node has heard since.
    fn hearer(&self, one: &Hears) -> Hearer {
        let held = self.heard.held();
        let newest_by = |system: bool, written: Option<Taken>| {
            let heard = held.get(&(one.agency.clone(), system)).copied();
            [written, heard].into_iter().flatten().max_by_key(|taken| taken.beat.number)
        };
        let (people, system) = (newest_by(false, one.people), newest_by(true, one.system));
        drop(held);
        let newest = [people, system].into_iter().flatten().max_by_key(|taken| taken.beat.number);
        let since = newest.and_then(|taken| self.over(taken.beat.at));
        let lives = |taken: Taken| self.gate.policy.limits().due(Limit::HeartbeatExpected, taken.beat.at) > self.now();
        let state = match (newest, since) {
            (None, _) => Hearing::Never,
            (Some(_), None) => Hearing::OnTime,
            (Some(_), Some(_)) if one.on_duty || system.is_some_and(lives) => Hearing::Delayed,
            (Some(_), Some(_)) => Hearing::Quiet,
        };
        let telephone = self.gate.policy.phones().alert(&one.agency, one.kind).clone();
        Hearer { agency: one.agency.clone(), state, newest, since, telephone }
    }

    /// Returns since when a heartbeat is too old, if it is.
    fn over(&self, sent: Moment) -> Option<Moment> {
        Some(self.gate.policy.limits().due(Limit::HeartbeatMissed, sent)).filter(|over| *over <= self.now())
    }
}
