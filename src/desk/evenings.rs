//! When the group of his programme meets, as far as he is to be there; and that a session is called off.
//!
//! Promises: of a group there is nothing here but times: nobody learns from them which programme it is, who else is there or
//! that two men are in one group. Whoever may not see his attendance sees none. One that is put off is where it was put, one
//! that is called off or was held is not there, nor any once the group has ended for him or while he is suspended.
//! Must never know: HTTP, SQL, what is done in a group.

use super::appointments::Appointment;
use super::commencement::{has_ended, is_suspended};
use super::events::event_question;
use super::programmes::Sitting;
use super::{Desk, Error, Once, Written};
use crate::auth::Actor;
use crate::ledger::Hash;
use crate::model::id::{CaseId, EventId, PlaceId, ProgrammeId};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use crate::model::time::Moment;
use crate::policy::permit::{Action, Level};
use crate::store::appointments::HisJoining;
use crate::store::effect::Supervision;
use crate::store::orders::plain;
use crate::store::places::PlaceRow;
use crate::store::programmes::{Planned, ProgrammeAct};
use serde::Deserialize;
use std::collections::BTreeSet;

/// An empty body: a session is not to be.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct CallOff {}

impl Desk {
    /// Says that a session is not to be. Planned anew it is to be again.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such group or the actor does not run it; [`Error::Invalid`] for a session that is
    /// not planned or was held.
    pub async fn call_off_session(
        &self,
        actor: &Actor,
        (id, session): (ProgrammeId, u8),
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let running = self.running(actor, id).await?;
        let Some(author) = actor.worker() else { return Err(Error::NotFound) };
        let why = match self.sitting(id, session).await? {
            Some(sitting) if !sitting.held => None,
            Some(_) => Some("was held: its register says who came. Nothing was called off"),
            None => Some("is not planned: there is nothing to call off"),
        };
        if let Some(why) = why {
            return Err(self.declined(running.permit, Error::field("session", why)).await);
        }
        let created = self.now();
        let planned = Planned { group: id, session, at: None, minutes: None, author, created };
        let answer = serde_json::json!({ "programme": id, "session": session, "called_off": created });
        let effect = Supervision::Programme(ProgrammeAct::Plan(planned));
        self.write_for(actor, running, effect, once.as_ref(), answer).await
    }

    /// Returns when a session of a group is to be.
    pub(super) async fn sitting(&self, group: ProgrammeId, session: u8) -> Result<Option<Sitting>, Error> {
        let planned = self.gate.store.sessions(group).await?;
        Ok(planned.into_iter().find(|one| one.session == session))
    }

    /// Returns the evenings of his groups that are still to come, to those who may see when he is to be seen.
    pub(super) async fn evenings_of(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Purpose,
    ) -> Result<Vec<Appointment>, Error> {
        let places = self.gate.store.places_of(case).await?;
        let places = self.carded_events(actor, places, |place| (place.case, Some(place.order))).await?;
        let of = |place: &PlaceRow| {
            let question = event_question(Action::Read, EventId::random(), Some(case), Category::Attendance, purpose);
            (question, plain(Category::Attendance, place.agency.clone()))
        };
        let mut places = self.known_of(actor, places, of).await?;
        places.retain(|(_, level)| *level <= Level::Summary);
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let joined = self.gate.store.joinings(case).await?;
        let events = self.gate.store.chronology(case).await?;
        let mut shown = Vec::new();
        for (place, _) in places {
            let standing = self.standing_of(&events, &place);
            if has_ended(&standing) || is_suspended(&standing) {
                continue;
            }
            let his: Vec<&HisJoining> = joined.iter().filter(|one| one.place == place.id).collect();
            let groups: BTreeSet<ProgrammeId> = his.iter().map(|one| one.group).collect();
            for group in groups {
                let sittings = self.gate.store.sessions(group).await?;
                let here = sittings.iter().filter(|one| !one.held);
                shown.extend(here.filter_map(|one| self.evening(place.id, group, (&his, one))));
            }
        }
        Ok(shown)
    }

    /// Returns a session of a group as a time at which he is to be seen: if he is to be there and it is still to come.
    fn evening(
        &self,
        place: PlaceId,
        group: ProgrammeId,
        (his, sitting): (&[&HisJoining], &Sitting),
    ) -> Option<Appointment> {
        let joining = joining_of(his, sitting.session).filter(|one| one.group == group)?;
        let limits = self.gate.policy.limits();
        let (day, now) = (limits.local_day(sitting.at), self.now());
        let window = sitting.minutes.map(|minutes| (sitting.at, sitting.at.plus_seconds(i64::from(minutes) * 60)));
        let comes = window.map_or_else(|| day >= limits.local_day(now), |(_, ends)| ends > now);
        let recorded: Moment = joining.created.max(sitting.said);
        comes.then(|| Appointment { id: name_of(place, sitting.session), day, window, recorded })
    }
}

/// Returns the joining by which a session of his is where it is: the latest for that session alone, else the latest for good,
/// without which there is none.
fn joining_of<'a>(his: &[&'a HisJoining], session: u8) -> Option<&'a HisJoining> {
    let last = |of: Option<u8>| his.iter().rev().find(|one| one.session == of).copied();
    let home = last(None)?;
    Some(last(Some(session)).unwrap_or(home))
}

/// Returns the name of an evening: his alone, the same wherever it is put, and of the form of any event's.
fn name_of(place: PlaceId, session: u8) -> EventId {
    let Hash(bytes) = Hash::of(&[b"lippen evening 1\0", place.to_string().as_bytes(), &[session]]);
    EventId::from_bits(bytes.iter().take(16).fold(0, |bits, byte| (bits << 8) | u128::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joins(group: u128, session: Option<u8>) -> HisJoining {
        let (place, group) = (PlaceId::from_bits(1), ProgrammeId::from_bits(group));
        HisJoining { place, group, session, created: Moment::from_micros(0) }
    }

    #[test]
    fn an_evening_is_where_he_joined_last() {
        let all = [joins(1, None), joins(2, Some(9)), joins(3, None)];
        let his: Vec<&HisJoining> = all.iter().collect();
        let of = |session| joining_of(&his, session).map(|one| one.group);
        assert_eq!(of(9), Some(ProgrammeId::from_bits(2)), "for that evening alone");
        assert_eq!(of(10), Some(ProgrammeId::from_bits(3)), "for good, the latest");
        assert_eq!(joining_of(&his[1..2], 9), None, "who is in no group is nowhere's guest");
    }

    #[test]
    fn an_evening_has_a_name_of_its_own_for_each_man() {
        let [one, other] = [1, 2].map(PlaceId::from_bits);
        assert_eq!(name_of(one, 9), name_of(one, 9));
        assert_ne!(name_of(one, 9), name_of(other, 9));
        assert_ne!(name_of(one, 9), name_of(one, 10));
        assert!(name_of(one, 9).to_string().parse::<EventId>().is_ok(), "it is read like any id");
    }
}
