//! Guards: what no line of the policy can open.
//!
//! Promises: a guard only ever denies. Each has a name that stands in the audit record in
//! the place of a line. Some also hide that there is anything at all.
//! Must never know: roles and lines. What the lines let a seat know of a person is told to it as a yes or no.

use super::ask::Action;
use crate::model::facts::{Fact, Facts};
use crate::model::id::AgencyId;
use crate::model::notes::Category;
use crate::model::shares::Purpose;

/// Why a guard said no.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Guard {
    /// What stands in the audit record.
    pub(super) name: &'static str,
    /// Whether the actor may still learn that the record is there, if the lines say so.
    pub(super) shows: Shows,
}

/// Whether a denial may be told apart from "no such record".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shows {
    /// No.
    Nothing,
    /// Yes, as far as the lines permit.
    ThatItIs,
}

/// A part of the hub or an agency's system asked: nothing is open to it.
pub(super) const NO_SEAT: Guard = Guard { name: "guard:no-seat", shows: Shows::Nothing };
/// Somebody but a service of the hub wanted a service's act, or a service wanted another's.
pub(super) const SERVICE: Guard = Guard { name: "guard:service", shows: Shows::Nothing };
/// The facts are about another question than the one asked.
const MISMATCH: Guard = Guard { name: "guard:mismatch", shows: Shows::Nothing };
/// The worker knows the person.
const CONFLICT: Guard = Guard { name: "guard:conflict", shows: Shows::Nothing };
/// The item is about a woman whose worker is somebody else.
const WALL: Guard = Guard { name: "guard:wall", shows: Shows::Nothing };
/// The item is about a woman or child of whom the seat may not know.
const WHOM: Guard = Guard { name: "guard:whom", shows: Shows::Nothing };
/// The item has run out, and another agency supplied it.
const EXPIRED: Guard = Guard { name: "guard:expired", shows: Shows::Nothing };
/// The item has run out, and one's own agency supplied it.
const EXPIRED_OWN: Guard = Guard { name: "guard:expired", shows: Shows::ThatItIs };
/// The item is not one's own to pass on.
const ONWARD: Guard = Guard { name: "guard:onward", shows: Shows::ThatItIs };

/// The item has conditions that the worker has not accepted.
const CONDITIONS: Guard = Guard { name: "guard:conditions", shows: Shows::ThatItIs };
/// The case is locked, and the worker was not let in.
const LOCKED: Guard = Guard { name: "guard:locked", shows: Shows::ThatItIs };
/// The item's handling names others.
const KEPT_BACK: Guard = Guard { name: "guard:handling", shows: Shows::ThatItIs };
/// The name of every guard: each has its words in `refusals.csv`.
pub(super) const NAMES: [&str; 11] = [
    NO_SEAT.name,
    SERVICE.name,
    MISMATCH.name,
    CONFLICT.name,
    WALL.name,
    WHOM.name,
    EXPIRED.name,
    ONWARD.name,
    LOCKED.name,
    CONDITIONS.name,
    KEPT_BACK.name,
];

/// What a guard looks at, besides the facts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Act<'a> {
    /// The actor's agency.
    pub(super) agency: &'a AgencyId,
    /// What is wanted.
    pub(super) action: Action,
    /// On which row of the matrix.
    pub(super) category: Category,
    /// For what.
    pub(super) purpose: Purpose,
    /// Whether the lines let the seat know of the one whom the item is about; of nobody, everybody knows.
    pub(super) knows: bool,
}

/// Returns the first guard that says no. Those that hide the record come first.
pub(super) fn first(act: Act<'_>, facts: &Facts) -> Option<Guard> {
    if differs(act, facts) {
        return Some(MISMATCH);
    }
    // To say that one knows somebody must be possible for those who do.
    if facts.conflicted && act.action != Action::Declare {
        return Some(CONFLICT);
    }
    if facts.walled {
        return Some(WALL);
    }
    // Emergency access is asked for by those who know nobody yet.
    if !act.knows && act.action != Action::BreakGlass {
        return Some(WHOM);
    }
    expired(act, facts).or_else(|| onward(act, facts)).or_else(|| locked(act, facts)).or_else(|| handling(act, facts))
}

/// Closes the words of a locked case. Whatever opens none goes on: a lock must not keep an alert from being raised.
fn locked(act: Act<'_>, facts: &Facts) -> Option<Guard> {
    (facts.locked && matches!(act.action, Action::Read | Action::Summary)).then_some(LOCKED)
}

/// Holds readers of other agencies to how the originator said that the item may be handled.
fn handling(act: Act<'_>, facts: &Facts) -> Option<Guard> {
    if !matches!(act.action, Action::Read | Action::Summary) {
        return None;
    }
    if facts.kept_back { Some(KEPT_BACK) } else { facts.unaccepted.then_some(CONDITIONS) }
}

const fn opens(action: Action) -> bool {
    matches!(action, Action::Read | Action::Summary | Action::Existence | Action::Metadata)
}

/// Says whether an action releases an item to somebody.
const fn passes_on(action: Action) -> bool {
    matches!(action, Action::Share | Action::Override)
}

/// Says whether the facts were read for another purpose, or the item lies in another row than the one asked about.
fn differs(act: Act<'_>, facts: &Facts) -> bool {
    let of_item = opens(act.action) || passes_on(act.action);
    let other_row = facts.item.as_ref().is_some_and(|item| item.category != act.category);
    facts.purpose != act.purpose || (of_item && other_row)
}

/// Closes what has run out. The agency that supplied it still sees that it is there, and an alert can still be answered.
fn expired(act: Act<'_>, facts: &Facts) -> Option<Guard> {
    let over = facts.item.as_ref()?.expires.is_some_and(|end| end <= facts.at);
    if !over || act.action == Action::Acknowledge {
        return None;
    }
    if !facts.held.has(Fact::Own) {
        return Some(EXPIRED);
    }
    (!matches!(act.action, Action::Existence | Action::Metadata)).then_some(EXPIRED_OWN)
}

/// Keeps passing on with the originator: both the fact and the item must say that it is the actor's agency.
fn onward(act: Act<'_>, facts: &Facts) -> Option<Guard> {
    let owner_differs = facts.item.as_ref().is_some_and(|item| &item.owner != act.agency);
    let others = !facts.held.has(Fact::Own) || owner_differs;
    (passes_on(act.action) && others).then_some(ONWARD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::facts::{FactSet, Item, Whom};
    use crate::model::notes::{Onward, ShareCode};
    use crate::model::time::Moment;
    use proptest::prelude::*;

    fn agency(name: &str) -> AgencyId {
        name.parse().unwrap()
    }

    #[expect(clippy::disallowed_methods, reason = "a test states facts")]
    fn facts(held: &[Fact], expires: Option<i64>) -> Facts {
        let item = Item {
            category: Category::Attendance,
            about: None,
            owner: agency("ours"),
            share: ShareCode::Permitted,
            onward: Onward::None,
            onward_roles: Vec::new(),
            expires: expires.map(Moment::from_micros),
        };
        let held = FactSet::of(held.iter().copied());
        let (purpose, at) = (Purpose::Supervision, Moment::from_micros(1_000));
        Facts { held, item: Some(item), ..Facts::new(purpose, at, Vec::new()) }
    }

    fn name(action: Action, from: &str, facts: &Facts) -> Option<(&'static str, Shows)> {
        let agency = agency(from);
        let (category, purpose) = (Category::Attendance, Purpose::Supervision);
        let knows = facts.whom == Whom::Nobody;
        first(Act { agency: &agency, action, category, purpose, knows }, facts).map(|guard| (guard.name, guard.shows))
    }

    #[test]
    fn who_knows_the_person_sees_nothing_and_can_say_so() {
        let facts = Facts { conflicted: true, ..facts(Fact::ALL, None) };
        assert_eq!(name(Action::Read, "ours", &facts), Some(("guard:conflict", Shows::Nothing)));
        assert_eq!(name(Action::Acknowledge, "ours", &facts), Some(("guard:conflict", Shows::Nothing)));
        assert_eq!(name(Action::Declare, "ours", &facts), None);
    }

    #[test]
    fn a_wall_hides_even_that_there_is_something() {
        let facts = Facts { walled: true, ..facts(Fact::ALL, None) };
        for action in Action::ALL {
            assert_eq!(name(*action, "ours", &facts), Some(("guard:wall", Shows::Nothing)));
        }
    }

    #[test]
    fn what_is_about_somebody_of_whom_the_seat_may_not_know_is_not_there() {
        let facts = Facts { whom: Whom::Adult, ..facts(Fact::ALL, None) };
        for action in Action::ALL.iter().filter(|action| **action != Action::BreakGlass) {
            assert_eq!(name(*action, "ours", &facts), Some(("guard:whom", Shows::Nothing)));
        }
        assert_eq!(name(Action::BreakGlass, "ours", &facts), None);
    }

    #[test]
    fn what_ran_out_is_closed_from_that_moment_on() {
        assert_eq!(name(Action::Read, "ours", &facts(&[], Some(1_001))), None);
        assert_eq!(name(Action::Read, "ours", &facts(&[], Some(1_000))), Some(("guard:expired", Shows::Nothing)));
        let own = facts(&[Fact::Own], Some(1_000));
        assert_eq!(name(Action::Read, "ours", &own), Some(("guard:expired", Shows::ThatItIs)));
        assert_eq!(name(Action::Existence, "ours", &own), None);
        assert_eq!(name(Action::Acknowledge, "ours", &facts(&[], Some(0))), None);
    }

    #[test]
    fn only_the_originating_agency_passes_on() {
        let onward = Some(("guard:onward", Shows::ThatItIs));
        assert_eq!(name(Action::Share, "ours", &facts(&[Fact::Involved], None)), onward);
        assert_eq!(name(Action::Share, "theirs", &facts(&[Fact::Own], None)), onward);
        assert_eq!(name(Action::Share, "ours", &facts(&[Fact::Own], None)), None);
        assert_eq!(name(Action::Override, "ours", &facts(&[Fact::Involved], None)), onward);
        assert_eq!(name(Action::Override, "theirs", &facts(&[Fact::Own], None)), onward);
        assert_eq!(name(Action::Read, "theirs", &facts(&[], None)), None);
    }

    #[test]
    fn handling_closes_the_words_and_shows_that_they_are_there() {
        let unaccepted = Facts { unaccepted: true, ..facts(Fact::ALL, None) };
        assert_eq!(name(Action::Read, "theirs", &unaccepted), Some(("guard:conditions", Shows::ThatItIs)));
        assert_eq!(name(Action::Existence, "theirs", &unaccepted), None);
        let kept_back = Facts { kept_back: true, ..facts(Fact::ALL, None) };
        assert_eq!(name(Action::Summary, "theirs", &kept_back), Some(("guard:handling", Shows::ThatItIs)));
        assert_eq!(name(Action::Acknowledge, "theirs", &kept_back), None);
    }

    #[test]
    fn a_lock_closes_words_and_nothing_else() {
        let locked = Facts { locked: true, ..facts(Fact::ALL, None) };
        let closed = [Action::Read, Action::Summary];
        for action in Action::ALL {
            let guard = closed.contains(action).then_some(("guard:locked", Shows::ThatItIs));
            assert_eq!(name(*action, "ours", &locked), guard, "{action}");
        }
    }

    #[test]
    fn facts_of_another_question_decide_nothing() {
        let other = Facts { purpose: Purpose::Mappa, ..facts(Fact::ALL, None) };
        assert_eq!(name(Action::Read, "ours", &other), Some(("guard:mismatch", Shows::Nothing)));
        let mut other = facts(Fact::ALL, None);
        other.item.as_mut().unwrap().category = Category::ProtectedAddress;
        assert_eq!(name(Action::Read, "ours", &other), Some(("guard:mismatch", Shows::Nothing)));
        assert_eq!(name(Action::Raise, "ours", &other), None);
    }

    proptest! {
        #[test]
        fn no_combination_of_facts_opens_a_wall_or_a_conflict(bits in 0u8..128, which in any::<bool>()) {
            let plain = facts(&[], None);
            let facts = Facts { held: FactSet::from_bits(bits), conflicted: which, walled: !which, ..plain };
            prop_assert!(name(Action::Read, "ours", &facts).is_some());
        }
    }
}
