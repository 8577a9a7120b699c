//! An address that is proposed for a man, and where it stands: reckoned from what was answered and concluded, never stored.
//!
//! Promises: it is never suitable while an answer is wanting or an objection stands, unless a manager said so against what was
//! answered until then; what is answered after that counts. What the asker sees is one word for all who were asked, and before
//! everybody has answered or the time is up it is always the same word: so that it tells of nobody who spoke.
//! Must never know: who was asked, who answered.

use super::fields::{Content, FieldReader, FieldWriter};
use super::text::{Line, Prose};
use super::time::Moment;
use super::words::vocabulary;

/// The event with which a proposal begins.
pub const PROPOSED: &str = "address-proposed";

/// The word of the event by which a manager finds an address suitable against what stands.
pub const OVERRIDDEN: &str = "address-overridden";

vocabulary! {
    /// For what an address is proposed.
    Proposal {
        /// Release from prison.
        Release = "release",
        /// Home detention curfew.
        Hdc = "hdc",
        /// Bail.
        Bail = "bail",
        /// He wants to move.
        Move = "move",
    }
}

vocabulary! {
    /// What a service answers.
    CheckAnswer {
        /// It knows nothing against it.
        NoObjection = "no-objection",
        /// Somebody would not be safe.
        Objection = "objection",
        /// It cannot say before it knows more.
        NeedMore = "need-more",
        /// It holds nothing about it.
        NoInformation = "no-information",
    }
}

vocabulary! {
    /// What is concluded of a proposed address.
    Conclusion {
        /// He may live there.
        Suitable = "suitable",
        /// He may not.
        NotSuitable = "not-suitable",
        /// It is proposed no more.
        Withdrawn = "withdrawn",
    }
}

vocabulary! {
    /// What the answers together come to.
    Stands {
        /// Somebody has not answered yet.
        Waiting = "waiting",
        /// Somebody needs to know more.
        MoreNeeded = "more-needed",
        /// Somebody objects: it would not be safe.
        Objection = "objection",
        /// Everybody has answered and nobody objects.
        Clear = "clear",
    }
}

vocabulary! {
    /// Where a proposed address stands.
    AddressState {
        /// Not everybody has answered. What was answered is not shown yet.
        Waiting = "waiting",
        /// Somebody needs to know more.
        MoreNeeded = "more-needed",
        /// There is an objection for safety.
        Objection = "objection",
        /// Everybody has answered and nobody objects: it can be concluded.
        Clear = "clear",
        /// He may live there.
        Suitable = "suitable",
        /// He may not.
        NotSuitable = "not-suitable",
        /// It is proposed no more.
        Withdrawn = "withdrawn",
    }
}

impl Conclusion {
    /// Returns the word of its event.
    #[must_use]
    pub const fn event(self) -> &'static str {
        match self {
            Self::Suitable => "address-suitable",
            Self::NotSuitable => "address-not-suitable",
            Self::Withdrawn => "address-withdrawn",
        }
    }

    /// Returns what an event of a word concludes.
    #[must_use]
    pub fn of_event(word: &str) -> Option<Self> {
        if word == OVERRIDDEN {
            return Some(Self::Suitable);
        }
        Self::ALL.iter().copied().find(|one| one.event() == word)
    }
}

/// Says whether an event is recorded at a proposed address alone.
#[must_use]
pub fn is_of_address(word: &str) -> bool {
    word == PROPOSED || Conclusion::of_event(word).is_some()
}

/// The words of a proposal, sealed.
#[derive(Debug)]
pub struct AddressWords {
    /// Where it is.
    pub address: Line<300>,
    /// What else those must know who are asked.
    pub text: Option<Prose<2000>>,
}

impl Content for AddressWords {
    const TABLE: &'static str = "proposed_address";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.address.reveal()));
        out.put(self.text.as_ref().map(Prose::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            address: Line::new(input.take()?).ok()?,
            text: input.optional()?.map(Prose::new).transpose().ok()?,
        })
    }
}

/// What a service wrote with its answer, sealed.
#[derive(Debug)]
pub struct ReplyWords {
    /// In words.
    pub text: Option<Prose<2000>>,
}

impl Content for ReplyWords {
    const TABLE: &'static str = "check_reply";

    fn write(&self, out: &mut FieldWriter) {
        out.put(self.text.as_ref().map(Prose::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self { text: input.optional()?.map(Prose::new).transpose().ok()? })
    }
}

/// One question that was put, and the last answer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Put {
    /// By when an answer is owed.
    pub due: Moment,
    /// The last answer, and when it was given.
    pub last: Option<(CheckAnswer, Moment)>,
}

/// The last conclusion that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concluded {
    /// What.
    pub what: Conclusion,
    /// By a manager, against what stood.
    pub overridden: bool,
    /// When.
    pub at: Moment,
}

/// Returns what the answers come to.
#[must_use]
pub fn stands(put: &[Put]) -> Stands {
    let says = |answer| put.iter().any(|one| one.last.is_some_and(|(said, _)| said == answer));
    if says(CheckAnswer::Objection) {
        Stands::Objection
    } else if says(CheckAnswer::NeedMore) {
        Stands::MoreNeeded
    } else if put.is_empty() || put.iter().any(|one| one.last.is_none()) {
        Stands::Waiting
    } else {
        Stands::Clear
    }
}

/// Returns where a proposed address stands, as the asker is shown it.
#[must_use]
pub fn state(now: Moment, put: &[Put], concluded: Option<Concluded>) -> AddressState {
    match concluded {
        Some(Concluded { what: Conclusion::Withdrawn, .. }) => AddressState::Withdrawn,
        Some(Concluded { what: Conclusion::NotSuitable, .. }) => AddressState::NotSuitable,
        Some(made) if holds(put, made) => AddressState::Suitable,
        _ => shown(now, put),
    }
}

/// Says whether an address that was found suitable still is.
fn holds(put: &[Put], made: Concluded) -> bool {
    let against = |one: &Put| match one.last {
        Some((CheckAnswer::Objection | CheckAnswer::NeedMore, at)) => Some(at),
        _ => None,
    };
    match made.overridden {
        true => put.iter().filter_map(against).all(|at| at <= made.at),
        false => stands(put) == Stands::Clear,
    }
}

/// Before everybody has answered, or the time for it is up, what was answered is not shown.
fn shown(now: Moment, put: &[Put]) -> AddressState {
    let open = |one: &Put| one.last.is_none() && now < one.due;
    if put.iter().any(open) {
        return AddressState::Waiting;
    }
    match stands(put) {
        Stands::Waiting => AddressState::Waiting,
        Stands::MoreNeeded => AddressState::MoreNeeded,
        Stands::Objection => AddressState::Objection,
        Stands::Clear => AddressState::Clear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DUE: Moment = Moment::from_micros(100);

    fn at(moment: i64) -> Moment {
        Moment::from_micros(moment)
    }

    fn put(last: Option<(CheckAnswer, i64)>) -> Put {
        Put { due: DUE, last: last.map(|(answer, moment)| (answer, at(moment))) }
    }

    const fn made(what: Conclusion, overridden: bool, moment: i64) -> Option<Concluded> {
        Some(Concluded { what, overridden, at: Moment::from_micros(moment) })
    }

    #[test]
    fn nothing_is_shown_before_all_have_answered_or_the_time_is_up() {
        let half = [put(Some((CheckAnswer::Objection, 5))), put(None)];
        assert_eq!(state(at(10), &half, None), AddressState::Waiting);
        assert_eq!(state(DUE, &half, None), AddressState::Objection);
        let all = [put(Some((CheckAnswer::Objection, 5))), put(Some((CheckAnswer::NoInformation, 9)))];
        assert_eq!(state(at(10), &all, None), AddressState::Objection);
        assert_eq!(state(DUE, &[put(None)], None), AddressState::Waiting);
        assert_eq!(state(DUE, &[], None), AddressState::Waiting, "what nobody was asked about is never clear");
    }

    #[test]
    fn a_late_objection_ends_what_was_found_suitable() {
        let fine = [put(Some((CheckAnswer::NoObjection, 5)))];
        let suitable = made(Conclusion::Suitable, false, 6);
        assert_eq!(state(at(10), &fine, suitable), AddressState::Suitable);
        let changed = [put(Some((CheckAnswer::Objection, 8)))];
        assert_eq!(state(at(10), &changed, suitable), AddressState::Objection);
    }

    #[test]
    fn an_override_covers_what_was_answered_before_it_and_no_more() {
        let over = made(Conclusion::Suitable, true, 6);
        let before = [put(Some((CheckAnswer::Objection, 5))), put(None)];
        assert_eq!(state(at(10), &before, over), AddressState::Suitable);
        let after = [put(Some((CheckAnswer::Objection, 5))), put(Some((CheckAnswer::NeedMore, 7)))];
        assert_eq!(state(at(10), &after, over), AddressState::Objection);
        assert_eq!(state(at(10), &before, made(Conclusion::Suitable, false, 6)), AddressState::Waiting);
    }

    #[test]
    fn each_conclusion_has_its_event() {
        for one in Conclusion::ALL {
            assert_eq!(Conclusion::of_event(one.event()), Some(*one));
        }
        assert_eq!(Conclusion::of_event(OVERRIDDEN), Some(Conclusion::Suitable));
        assert!(is_of_address(PROPOSED) && !is_of_address("released"));
    }

    fn any_put() -> impl Strategy<Value = Put> {
        let answer = prop::sample::select(CheckAnswer::ALL.to_vec());
        (1i64..200, prop::option::of((answer, 1i64..200)))
            .prop_map(|(due, last)| Put { due: at(due), last: last.map(|(what, moment)| (what, at(moment))) })
    }

    proptest! {
        #[test]
        fn without_an_override_it_is_suitable_only_if_everybody_answered_and_nobody_objects(
            all in prop::collection::vec(any_put(), 0..6), now in 1i64..300, moment in 1i64..300,
        ) {
            let said = state(at(now), &all, made(Conclusion::Suitable, false, moment));
            let fine = !all.is_empty() && all.iter().all(|one| {
                one.last.is_some_and(|(said, _)| matches!(said, CheckAnswer::NoObjection | CheckAnswer::NoInformation))
            });
            prop_assert_eq!(said == AddressState::Suitable, fine);
        }

        #[test]
        fn who_of_them_answered_what_makes_no_difference(
            all in prop::collection::vec(any_put(), 1..6), now in 1i64..300, turn in 0usize..6,
        ) {
            let mut other = all.clone();
            let by = turn % all.len();
            other.rotate_left(by);
            prop_assert_eq!(state(at(now), &all, None), state(at(now), &other, None));
        }
    }
}
