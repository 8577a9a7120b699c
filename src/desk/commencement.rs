//! The commencement gate: what must be done before a man begins the group of his programme, and who can do it.
//!
//! Promises: it is reckoned anew each time from what happened, and never stored; nobody begins, by whatever route, while an
//! item is neither done nor waived by a manager with a reason, and a waiver stays visible. That a women's service has what
//! was sent tells of receipt alone: not who said so, not of which service, and nothing of whether anybody is known to it.

use super::clocks::stand;
use super::events::Happened;
use super::{Desk, Error};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::clocks::EventWord;
use crate::model::id::{CaseId, EventId, ProgrammeId};
use crate::model::time::Moment;
use crate::policy::programmes::{GateItem, Met, Template};
use crate::store::chronology::Trace;
use crate::store::places::PlaceRow;
use std::collections::BTreeMap;

/// How far an item of a gate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateState {
    /// It is done.
    Done,
    /// A manager waived it.
    Waived,
    /// Details were sent, and the service has not said that they are there.
    Sent,
    /// It is wanting.
    Missing,
}

impl GateState {
    /// Returns its word for answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Waived => "waived",
            Self::Sent => "sent",
            Self::Missing => "missing",
        }
    }

    /// Says whether the item lets him begin.
    #[must_use]
    pub const fn opens(self) -> bool {
        matches!(self, Self::Done | Self::Waived)
    }
}

/// An item of a gate, as far as it is.
#[derive(Debug)]
pub(super) struct Reckoned<'a> {
    pub(super) item: &'a GateItem,
    pub(super) state: GateState,
    /// What counts for it.
    pub(super) done: Vec<&'a Trace>,
    /// When the women's service said that what was sent is there.
    pub(super) received: Option<Moment>,
    pub(super) waived: Option<&'a Trace>,
}

/// How far he has come.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// When he began the group.
    pub(super) started: Option<Moment>,
    /// He is suspended, by a decision about him alone.
    pub(super) suspended: bool,
    /// The group has ended for him.
    pub(super) ended: bool,
    /// How often each stage's events have happened.
    pub(super) done: Vec<usize>,
}

/// Reckons a gate from the events that stand, and from what was received.
pub(super) fn gate<'a>(
    template: &'a Template,
    standing: &[&'a Trace],
    received: &BTreeMap<EventId, Moment>,
) -> Vec<Reckoned<'a>> {
    let waiver = |item: &GateItem| {
        let waives = |event: &&&Trace| event.word.as_str() == EventWord::GATE_WAIVED;
        standing.iter().rev().filter(waives).find(|event| event.rule.as_ref() == Some(&item.item)).copied()
    };
    let reckon = |item: &'a GateItem| {
        let of_it = |event: &&&Trace| item.met.words().contains(&event.word);
        let done: Vec<&Trace> = standing.iter().filter(of_it).copied().collect();
        let arrived = done.iter().filter_map(|event| received.get(&event.id)).min().copied();
        let waived = waiver(item);
        let state = match &item.met {
            Met::Times(_, times) if done.len() >= usize::from(*times) => GateState::Done,
            Met::Received(_) if arrived.is_some() => GateState::Done,
            _ if waived.is_some() => GateState::Waived,
            Met::Received(_) if !done.is_empty() => GateState::Sent,
            _ => GateState::Missing,
        };
        Reckoned { item, state, done, received: arrived, waived }
    };
    template.gate.iter().map(reckon).collect()
}

/// Reckons how far somebody is from the events that stand, in the order in which they happened.
pub(super) fn progress(template: &Template, standing: &[&Trace]) -> Progress {
    let first = standing.iter().find(|event| event.word.as_str() == EventWord::GROUP_STARTED);
    let count = |words: &[EventWord]| standing.iter().filter(|event| words.contains(&event.word)).count();
    Progress {
        started: first.map(|event| event.happened),
        suspended: is_suspended(standing),
        ended: has_ended(standing),
        done: template.stages.iter().map(|stage| count(&stage.counts)).collect(),
    }
}

/// Says whether he is suspended now, by a decision about him alone.
pub(super) fn is_suspended(standing: &[&Trace]) -> bool {
    last_is(standing, "group-suspended", "group-resumed")
}

/// Says whether the group has ended for him.
pub(super) fn has_ended(standing: &[&Trace]) -> bool {
    last_is(standing, "group-ended", EventWord::GROUP_STARTED)
}

/// Says whether the last event of two words is of the first.
fn last_is(standing: &[&Trace], word: &str, other: &str) -> bool {
    let mut last = standing.iter().rev().map(|event| event.word.as_str());
    last.find(|said| [word, other].contains(said)) == Some(word)
}

impl Desk {
    /// Returns the template by which a place goes: that of his group if he has one, else that for which he was listed.
    pub(super) async fn template_of(&self, place: &PlaceRow, group: Option<ProgrammeId>) -> Result<&Template, Error> {
        let group = match group {
            Some(id) => self.gate.store.group(id).await?,
            None => None,
        };
        let version = group.as_ref().map_or(&place.version, |group| &group.version);
        self.template(&place.programme, version)
    }

    /// Returns a version of a programme that somebody is in.
    pub(super) fn template(&self, programme: &str, version: &str) -> Result<&Template, Error> {
        let say = "is of a version that the policy in force no longer has: have it put back, it is needed until its groups end";
        self.gate.policy.programmes().of(programme, version).ok_or_else(|| Error::field("programme", say))
    }

    /// Returns the group that a place has joined for good.
    pub(super) async fn home_of(&self, place: &PlaceRow) -> Result<Option<ProgrammeId>, Error> {
        let homes = self.gate.store.homes(place.case).await?;
        Ok(homes.into_iter().rev().find(|(id, _)| *id == place.id).map(|(_, group)| group))
    }

    /// Returns when what was sent in a case was said to be there.
    pub(super) async fn arrivals(&self, case: CaseId) -> Result<BTreeMap<EventId, Moment>, Error> {
        Ok(self.gate.store.received(case).await?.into_iter().collect())
    }

    /// Refuses a beginning before its gate is done, a session of somebody who has not begun, and an item that others
    /// record or waive. Asked of every event, by whatever route it comes.
    pub(super) async fn check_gate(&self, actor: &Actor, case: CaseId, new: &Happened) -> Result<(), Error> {
        let programmes = self.gate.policy.programmes();
        let word = new.word.as_str();
        let (begins, waives) = (word == EventWord::GROUP_STARTED, word == EventWord::GATE_WAIVED);
        let attends = programmes.is_of_group(&new.word);
        let does = programmes.all().any(|one| one.gate.iter().any(|item| item.met.words().contains(&new.word)));
        if !(begins || waives || attends || does) {
            return Ok(());
        }
        let places = self.gate.store.places_of(case).await?;
        let Some(place) = places.iter().find(|place| Some(place.order) == new.order) else {
            let say =
                "is not recorded: under this order he is on the waiting list of no programme. Put him on it first";
            return if begins || waives { Err(Error::field("word", say)) } else { Ok(()) };
        };
        let template = self.template_of(place, self.home_of(place).await?).await?;
        check_roles(template, actor.role(), new)?;
        if !(begins || attends) {
            return Ok(());
        }
        let events = self.gate.store.chronology(case).await?;
        let standing = self.standing_of(&events, place);
        if attends && progress(template, &standing).started.is_none_or(|began| new.happened < began) {
            let say = "is not recorded: he had not begun the group then. Look at the gate of his programme";
            return Err(Error::field("word", say));
        }
        let received = self.arrivals(case).await?;
        let wanting: Vec<&str> = gate(template, &standing, &received)
            .iter()
            .filter(|one| begins && !one.state.opens())
            .map(|one| one.item.item.as_str())
            .collect();
        if wanting.is_empty() {
            return Ok(());
        }
        let say = format!(
            "is not recorded: he cannot begin. Of his gate there is wanting: {}. Have it done, or have a manager waive it with a reason",
            wanting.join(", ")
        );
        Err(Error::field("word", &say))
    }

    /// Returns the events of a place's order that stand now, in the order in which they happened.
    pub(super) fn standing_of<'a>(&self, events: &'a [Trace], place: &PlaceRow) -> Vec<&'a Trace> {
        let happenings: Vec<_> = events.iter().map(Trace::happening).collect();
        let mut standing = stand(events, &happenings, self.now());
        standing.retain(|event| event.order.is_none_or(|order| order == place.order));
        standing
    }
}

/// Refuses an item that is for another role to record or waive, and one that the gate does not have.
fn check_roles(template: &Template, role: Option<Role>, new: &Happened) -> Result<(), Error> {
    let words = |roles: &[Role]| roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    let has = |roles: &[Role]| role.is_some_and(|role| roles.contains(&role));
    if new.word.as_str() == EventWord::GATE_WAIVED {
        let Some(item) = template.gate.iter().find(|item| Some(&item.item) == new.rule.as_ref()) else {
            let items: Vec<&str> = template.gate.iter().map(|item| item.item.as_str()).collect();
            return Err(Error::field(
                "item",
                &format!("is not an item of his gate: write one of {}", items.join(", ")),
            ));
        };
        let say = || format!("is for {} to waive: ask them", words(&item.waive));
        return if has(&item.waive) { Ok(()) } else { Err(Error::field("item", &say())) };
    }
    let does = |item: &&GateItem| matches!(item.met, Met::Times(..)) && item.met.words().contains(&new.word);
    let of_others = template.gate.iter().filter(does).find(|item| !item.by.is_empty() && !has(&item.by));
    match of_others {
        Some(item) => {
            Err(Error::field("word", &format!("is recorded for his programme by {} alone: ask them", words(&item.by))))
        }
        None => Ok(()),
    }
}
