//! Where each way of reaching somebody stands, and whether one of them may be used now: reckoned from what was recorded.
//!
//! Promises: a way is verified only while somebody's asking her stands: nothing that puts it in doubt was recorded after she
//! was asked, or has a later place in the log than that, and the time is not up. What was said to be unsafe stays so: whoever
//! wants it back records a way anew. Of two who ask at once neither can make the other's doubt go away.
//! Must never know: which happenings put a way in doubt, who asked.

use super::windows::{Opening, Window, opening};
use super::{State, Verdict};
use crate::model::calendar::Local;
use crate::model::id::SafeRouteId;
use crate::model::time::Moment;

/// Somebody asked her about a way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verified {
    /// The way.
    pub route: SafeRouteId,
    /// When she was asked.
    pub asked: Moment,
    /// Until when her answer holds.
    pub until: Moment,
    /// Where that stands in the log; nothing while it has no number there: then it does not count yet.
    pub index: Option<i64>,
}

/// Something that puts ways in doubt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Doubt {
    /// Which way; nothing: all of them.
    pub route: Option<SafeRouteId>,
    /// Why, in words for her worker.
    pub why: String,
    /// When it was last recorded.
    pub recorded: Moment,
    /// When it last happened.
    pub happened: Moment,
    /// The last place of such a thing in the log; the highest number there is for what has none yet.
    pub index: i64,
}

/// Something after which a way is not used any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ended {
    /// The way.
    pub route: SafeRouteId,
    /// Why.
    pub why: String,
}

/// All that was recorded of somebody's ways.
#[derive(Clone, Default, Debug)]
pub struct Known {
    /// When she was asked.
    pub verified: Vec<Verified>,
    /// What puts ways in doubt.
    pub doubts: Vec<Doubt>,
    /// What ended ways.
    pub ended: Vec<Ended>,
}

/// Where a way stands, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Where.
    pub state: State,
    /// Why it is not verified.
    pub why: Vec<String>,
    /// The asking that it stands on, or that came last.
    pub verified: Option<Verified>,
}

const NEVER_ASKED: &str = "She has not been asked yet whether this way is safe.";

const TOO_LONG_AGO: &str = "She was last asked too long ago.";

impl Known {
    /// Says where a way stands now.
    #[must_use]
    pub fn standing(&self, route: SafeRouteId, now: Moment) -> Standing {
        let asked: Vec<Verified> =
            self.verified.iter().copied().filter(|one| one.route == route && one.index.is_some()).collect();
        let last = asked.iter().copied().max_by_key(|one| (one.asked, one.index));
        let mut why: Vec<String> =
            self.ended.iter().filter(|one| one.route == route).map(|one| one.why.clone()).collect();
        if !why.is_empty() {
            why.dedup();
            return Standing { state: State::Unsafe, why, verified: last };
        }
        let Some(last) = last else {
            return Standing { state: State::Unverified, why: vec![NEVER_ASKED.to_owned()], verified: None };
        };
        let holds = |one: &&Verified| one.until > now && self.doubts_of(one, now).next().is_none();
        if let Some(one) = asked.iter().filter(holds).max_by_key(|one| one.until) {
            return Standing { state: State::Verified, why, verified: Some(*one) };
        }
        for doubt in self.doubts_of(&last, now) {
            if !why.contains(&doubt.why) {
                why.push(doubt.why.clone());
            }
        }
        let state = if why.is_empty() { State::Expired } else { State::Unverified };
        if last.until <= now {
            why.push(TOO_LONG_AGO.to_owned());
        }
        Standing { state, why, verified: Some(last) }
    }

    /// Returns what puts an asking in doubt: what was recorded or happened after it, and what has a later place in the log.
    fn doubts_of<'a>(&'a self, one: &'a Verified, now: Moment) -> impl Iterator<Item = &'a Doubt> {
        self.doubts.iter().filter(move |doubt| {
            let meant = doubt.route.is_none_or(|route| route == one.route);
            let happened = doubt.happened > one.asked && doubt.happened <= now;
            meant && (doubt.recorded > one.asked || happened || one.index.is_none_or(|index| doubt.index > index))
        })
    }
}

/// What a worker who wants to reach her is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer {
    /// Whether.
    pub verdict: Verdict,
    /// The way, and until when.
    pub now: Option<(SafeRouteId, Moment)>,
    /// The next way that is safe, and from when.
    pub next: Option<(SafeRouteId, Moment)>,
}

/// Chooses the first verified way whose hours are open; else says when the next one opens.
#[must_use]
pub fn choose(routes: &[(SafeRouteId, &[Window])], known: &Known, local: &Local<'_>, now: Moment) -> Answer {
    let states: Vec<State> = routes.iter().map(|(id, _)| known.standing(*id, now).state).collect();
    let mut next: Option<(SafeRouteId, Moment)> = None;
    for ((id, windows), _) in routes.iter().zip(&states).filter(|(_, state)| **state == State::Verified) {
        match opening(windows, local, now) {
            Opening::Until(until) => return Answer { verdict: Verdict::Now, now: Some((*id, until)), next: None },
            Opening::From(from) if next.is_none_or(|(_, before)| from < before) => next = Some((*id, from)),
            Opening::From(_) | Opening::Never => {}
        }
    }
    let verdict = if states.contains(&State::Verified) {
        Verdict::NotNow
    } else if !states.is_empty() && states.iter().all(|state| *state == State::Unsafe) {
        Verdict::Unsafe
    } else {
        Verdict::NotVerified
    };
    Answer { verdict, now: None, next }
}

#[cfg(test)]
mod tests;
