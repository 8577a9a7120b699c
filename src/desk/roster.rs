//! Who is in a group, and who is to be at a session: from every joining that was recorded.
//!
//! Promises: the latest joining for good says where somebody belongs, one for a session alone says where he is that
//! evening; nobody is in two groups at once. Only those of the reader's own cases are among them.

use super::commencement::{Progress, progress};
use super::{Desk, Error};
use crate::model::id::{PlaceId, ProgrammeId};
use crate::policy::permit::Scope;
use crate::store::chronology::Trace;
use crate::store::places::{Joined, PlaceRow};
use crate::store::programmes::Group;
use std::collections::BTreeMap;

/// Somebody of a group, with his chronology.
#[derive(Debug)]
pub(super) struct Man {
    pub(super) place: PlaceRow,
    pub(super) events: Vec<Trace>,
    pub(super) progress: Progress,
    /// He is here for this session alone.
    pub(super) guest: bool,
}

impl Man {
    /// Says whether a register must say something of him.
    pub(super) const fn is_expected(&self) -> bool {
        self.progress.started.is_some() && !self.progress.ended && !self.progress.suspended
    }
}

/// Returns those who belong to a group, or who are to be at one of its sessions, the longest listed first; with whether
/// they are there for that session alone.
pub(super) fn present(joined: &[Joined], group: ProgrammeId, session: Option<u8>) -> Vec<(&PlaceRow, bool)> {
    let mut of: BTreeMap<PlaceId, (&PlaceRow, Option<ProgrammeId>, Option<ProgrammeId>)> = BTreeMap::new();
    for one in joined {
        let known = of.entry(one.place.id).or_insert((&one.place, None, None));
        match one.session {
            None => known.1 = Some(one.group),
            Some(number) if Some(number) == session => known.2 = Some(one.group),
            Some(_) => {}
        }
    }
    let mut here: Vec<(&PlaceRow, bool)> = Vec::new();
    for (place, home, guest) in of.into_values() {
        if guest.or(home) == Some(group) {
            here.push((place, guest.is_some() && guest != home));
        }
    }
    here.sort_by_key(|(place, _)| (place.listed, place.id));
    here
}

impl Desk {
    /// Returns those of the scope who are in a group, or are to be at one of its sessions.
    pub(super) async fn men_of(&self, scope: &Scope, group: &Group, session: Option<u8>) -> Result<Vec<Man>, Error> {
        let template = self.template(&group.programme, &group.version)?;
        let joined = self.gate.store.members(scope, group.id).await?;
        let mut men = Vec::new();
        for (place, guest) in present(&joined, group.id, session) {
            let events = self.gate.store.chronology(place.case).await?;
            let progress = progress(template, &self.standing_of(&events, place));
            men.push(Man { place: place.clone(), events, progress, guest });
        }
        Ok(men)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::{CaseId, OrderId, WorkerId};
    use crate::model::time::Moment;

    fn place(number: u128, listed: &str) -> PlaceRow {
        PlaceRow {
            id: PlaceId::from_bits(number),
            case: CaseId::from_bits(number),
            order: OrderId::from_bits(number),
            programme: "caledonian".to_owned(),
            version: "2024".to_owned(),
            listed: listed.parse().unwrap(),
            author: WorkerId::from_bits(1),
            agency: "a-team".parse().unwrap(),
            created: Moment::from_micros(0),
        }
    }

    #[test]
    fn who_has_moved_for_one_evening_is_there_that_evening_and_nowhere_else() {
        let [monday, tuesday] = [1, 2].map(ProgrammeId::from_bits);
        let (first, second) = (place(1, "2026-02-01"), place(2, "2026-01-01"));
        let join = |place: &PlaceRow, group, session| Joined { place: place.clone(), group, session };
        let joined = [join(&first, monday, None), join(&second, monday, None), join(&first, tuesday, Some(9))];
        let ids = |group, session| -> Vec<_> {
            present(&joined, group, session).into_iter().map(|(place, guest)| (place.id, guest)).collect()
        };
        assert_eq!(ids(monday, None), [(second.id, false), (first.id, false)], "the longest listed first");
        assert_eq!(ids(monday, Some(9)), [(second.id, false)]);
        assert_eq!(ids(tuesday, Some(9)), [(first.id, true)]);
        assert_eq!(ids(tuesday, Some(10)), []);
        assert_eq!(ids(monday, Some(10)).len(), 2);
    }

    #[test]
    fn who_has_moved_for_good_is_in_the_later_group_alone() {
        let [monday, tuesday] = [1, 2].map(ProgrammeId::from_bits);
        let man = place(1, "2026-02-01");
        let join = |group| Joined { place: man.clone(), group, session: None };
        let joined = [join(monday), join(tuesday)];
        assert!(present(&joined, monday, None).is_empty());
        assert_eq!(present(&joined, tuesday, None).len(), 1);
    }
}
