//! What must be said outside the hub: that something waits, and nothing of what.
//!
//! Promises: an attempt is on disk before where it goes is opened, and what came of it afterwards: whatever is cut off between is
//! tried again, under the same name. For one target what belongs to one case goes in its order. What a peer does not take is tried
//! at the times of `policies/courier.csv`, and at once when something newer comes or anything gets through; after the last time it
//! is given up, and the officers are told, once until something gets through again. What is urgent heeds nobody's wishes.
//! The ladder asks nothing of it: what is said outside acknowledges nothing.
//! Must never know: the words of an alert, how anything is sent.

mod dead;
mod round;

use super::agenda::Agenda;
use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::gate;
use crate::model::dispatch::{EndpointKey, MailAddress, Outcome, Settled, Target};
use crate::model::id::AgencyId;
use crate::model::notes::Category;
use crate::model::sealed::Sealed;
use crate::model::shares::Purpose;
use crate::model::time::Moment;
use crate::policy::permit::Action;
use crate::store;
use crate::store::dispatches::Round;
use crate::store::effect::Outward;
use crate::vault::Disclosure;
use round::Plan;
use std::collections::{HashMap, HashSet};

/// How many targets one look of the first walk takes.
const WALK_PAGE: i64 = 200;

/// How long a copy may have been on its way into the log, in seconds: so much before the first unsettled one is looked at again.
const SKEW_SECONDS: i64 = 600;

/// When a target is looked at again that could not be.
const AGAIN_SECONDS: i64 = 5;

/// Which targets must be looked at, and when; and from when on what is theirs is not settled.
#[derive(Debug, Default)]
pub struct Lookout {
    agenda: Agenda<Target>,
    unsettled: HashMap<Target, Moment>,
    busy: HashSet<Target>,
}

/// Whether a target may be looked at now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goes {
    /// Yes, and room is taken for it.
    Now,
    /// There is no room for it just now.
    Later,
    /// Nothing leaves by its way.
    Never,
}

/// What a look at one target found.
pub struct Look {
    /// What must be sent now, and where.
    pub parcel: Option<Parcel>,
    /// When it must be looked at next.
    next: Option<Moment>,
    /// From when on what is its is not settled.
    unsettled: Moment,
}

/// What must be sent to one target now, in this order.
pub struct Parcel {
    /// Where.
    pub to: Address,
    /// What.
    pub letters: Vec<Letter>,
    target: Target,
}

/// Where something goes, opened.
pub enum Address {
    /// By e-mail.
    Mail(Disclosure<Vec<MailAddress>>),
    /// By a request, signed with each of these secrets.
    Endpoint(Disclosure<Vec<EndpointKey>>),
}

/// One message: it says that something waits. By its name the receiver knows it again.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its name: means nothing, and stays the same however often it is sent.
    pub name: String,
    /// What it is.
    pub says: Says,
    /// Since when what it tells of waits.
    pub since: Moment,
    items: Vec<(String, i64)>,
}

/// What a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// Something waits.
    Waiting,
    /// The code that proves an address.
    Code,
    /// Somebody tries whether it arrives.
    Test,
}

impl Lookout {
    /// Says whether every target was looked at since it began and nothing is on its way.
    #[must_use]
    pub fn has_walked(&self) -> bool {
        self.agenda.has_walked() && self.busy.is_empty()
    }

    /// Notes what came of a look, and when its target must be looked at again.
    pub fn looked(&mut self, target: Target, look: Result<&Look, Moment>) {
        self.busy.remove(&target);
        match look {
            Ok(look) => {
                self.unsettled.insert(target, look.unsettled);
                if let Some(next) = look.next {
                    self.agenda.again(target, next);
                }
            }
            Err(failed) => self.agenda.again(target, failed.plus_seconds(AGAIN_SECONDS)),
        }
    }
}

impl Desk {
    /// Returns the targets that must be looked at now and that `goes` lets go, those left out that are being looked at. What goes
    /// later is found again.
    ///
    /// # Errors
    /// [`Error::Store`]: then they are found again with the next.
    pub async fn targets(
        &self,
        look: &mut Lookout,
        mut goes: impl FnMut(Target) -> Goes,
    ) -> Result<Vec<(Target, Option<Moment>)>, Error> {
        // A clone holds the policy of now: this desk may have been there since the hub began.
        let desk = self.clone();
        let (store, place, agenda) = (&desk.gate.store, desk.gate.policy.place(), &mut look.agenda);
        if !agenda.is_by(place) {
            agenda.begin(place, store.last_index().await?);
        }
        let (stirred, since) = store.targets_since(agenda.since()).await?;
        agenda.stir(stirred, since);
        if let Some(after) = agenda.walks() {
            agenda.walk(store.targets(after, WALK_PAGE).await?, WALK_PAGE);
        }
        let waking = agenda.wake(desk.now());
        let mut found = Vec::new();
        for target in waking {
            if look.busy.contains(&target) {
                continue;
            }
            match goes(target) {
                Goes::Never => agenda.begins(target),
                Goes::Later => {}
                Goes::Now => {
                    agenda.begins(target);
                    look.busy.insert(target);
                    found.push((target, look.unsettled.get(&target).copied()));
                }
            }
        }
        Ok(found)
    }

    /// Looks at one target: begins what must be sent to it now, on disk, and opens where it goes.
    ///
    /// # Errors
    /// [`Error::Busy`] if another node was faster; [`Error::Store`] and [`Error::Vault`]: then look again.
    pub async fn visit(&self, target: Target, unsettled: Option<Moment>, hub: &AgencyId) -> Result<Look, Error> {
        let desk = self.clone();
        let Some(found) = desk.found(target, unsettled).await? else {
            return Ok(Look { parcel: None, next: None, unsettled: desk.now() });
        };
        let Plan { letters, mut round, next, unsettled } = desk.round_of(target, &found);
        if round.is_empty() {
            return Ok(Look { parcel: None, next, unsettled });
        }
        if round.settled.iter().any(|(_, how)| *how == Settled::Dead) {
            round.notices = desk.dead_letter(&found, &round, target).await?;
        }
        let next = if letters.is_empty() { next } else { Some(desk.now()) };
        let to = desk.begins(target, round, found, hub, !letters.is_empty()).await?;
        Ok(Look { parcel: to.map(|to| Parcel { to, letters, target }), next, unsettled })
    }

    /// Records a round before anything of it is sent, and opens where it goes.
    async fn begins(
        &self,
        target: Target,
        round: Round,
        found: round::Found,
        hub: &AgencyId,
        sends: bool,
    ) -> Result<Option<Address>, Error> {
        let service = Actor::service("courier", hub.clone());
        let question = question(Action::List);
        let ask = question.by(&service);
        // What is not sent needs no opening, and the log does not name it.
        let items = if sends { found.opened() } else { Vec::new() };
        let effect = Outward::Round(target, Box::new(round), items, self.now());
        let receipt = match self.gate.serve(&ask, effect.into()).await {
            Ok(receipt) => receipt,
            // Another node was faster: what is left is found with the next look.
            Err(gate::Error::Store(store::Error::Taken)) => return Err(Error::Busy),
            Err(error) => return Err(error.into()),
        };
        if !sends {
            return Ok(None);
        }
        Ok(Some(match found.to {
            round::To::Mail(channel) => Address::Mail(self.gate.open_many(&ask, vec![channel.words], receipt).await?),
            round::To::Endpoint(_, keys) => {
                let words: Vec<Sealed<EndpointKey>> = keys.into_iter().map(|key| key.words).collect();
                Address::Endpoint(self.gate.open_many(&ask, words, receipt).await?)
            }
        }))
    }

    /// Notes what came of each message of a parcel.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::Busy`]: then it counts as cut off, and is sent again under the same name.
    pub async fn sent(&self, parcel: &Parcel, outcomes: &[Outcome], hub: &AgencyId) -> Result<(), Error> {
        let desk = self.clone();
        let mut round = Round::default();
        for (letter, outcome) in parcel.letters.iter().zip(outcomes) {
            for (item, attempt) in &letter.items {
                round.ended.push((item.clone(), *attempt, *outcome));
                if *outcome == Outcome::Done {
                    round.settled.push((item.clone(), Settled::Done));
                }
            }
        }
        if let (Target::Endpoint(endpoint), true) = (parcel.target, outcomes.contains(&Outcome::Gone)) {
            round.gone = Some(endpoint);
            round.notices = desk.endpoint_gone(endpoint).await?;
        }
        let service = Actor::service("courier", hub.clone());
        let effect = Outward::Round(parcel.target, Box::new(round), Vec::new(), desk.now());
        match desk.gate.serve(&question(Action::Raise).by(&service), effect.into()).await {
            // Its keeper had ended it meanwhile: what came of the attempts is of no use any more.
            Ok(_) | Err(gate::Error::Store(store::Error::Taken)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn question(action: Action) -> Question {
    Question::of_no_record(action, Category::Audit, Purpose::VictimSafety)
}
