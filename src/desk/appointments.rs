//! When he is to be seen, as free and busy: for whoever plans around it, such as a woman's worker.
//!
//! Promises: times and nothing else: no place, no purpose, no officer, no name, no case; what was kept, missed, called off,
//! moved or put right is not there; whoever may not see that a contact is planned sees none. An evening of his group
//! (`evenings.rs`) looks like any other time.
//! Must never know: HTTP, SQL, what a contact is for.

use super::chronicle::RecordEvent;
use super::{Desk, Error, Recorded};
use crate::auth::Actor;
use crate::model::id::{CaseId, EventId};
use crate::model::orders::Hour;
use crate::model::shares::Purpose;
use crate::model::time::{Day, Moment};
use crate::policy::permit::Level;

/// Most appointments that one answer holds.
const APPOINTMENTS_MAX: i64 = 500;

/// Longest planned contact, in minutes: a day.
const MINUTES_MAX: u16 = 24 * 60;

/// One time at which he is to be seen.
#[derive(Debug)]
pub struct Appointment {
    /// The event that planned it, or a name for an evening that is his alone: stable, random, and opened by nobody who may not.
    pub id: EventId,
    /// The day.
    pub day: Day,
    /// From when until when; nothing if only the day is known.
    pub window: Option<(Moment, Moment)>,
    /// When it was recorded.
    pub recorded: Moment,
}

impl Desk {
    /// Lists when he is to be seen, the next first.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it.
    pub async fn appointments(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
    ) -> Result<(Vec<Appointment>, Recorded), Error> {
        let recorded = self.looks_at(actor, case, purpose).await?;
        let (purpose, now) = (self.purpose(actor, purpose), self.now());
        let today = self.gate.policy.limits().local_day(now);
        let coming = self.gate.store.coming(case, now, &today.to_string(), APPOINTMENTS_MAX).await?;
        let mut events = Vec::with_capacity(coming.len());
        for (id, _) in &coming {
            events.extend(self.gate.store.event(*id).await?);
        }
        let mut shown = Vec::new();
        for line in self.event_lines(actor, events, purpose).await? {
            let window = coming.iter().find(|(id, _)| *id == line.event.id).and_then(|(_, window)| *window);
            if let (true, Some(day)) = (line.level <= Level::Summary, line.event.day) {
                shown.push(Appointment { id: line.event.id, day, window, recorded: line.event.created });
            }
        }
        shown.extend(self.evenings_of(actor, case, purpose).await?);
        shown.sort_by_key(|one| (one.day, one.window, one.id));
        shown.truncate(usize::try_from(APPOINTMENTS_MAX).unwrap_or_default());
        Ok((shown, recorded))
    }

    /// Returns from when until when something is planned.
    pub(super) fn window_of(
        &self,
        day: Option<Day>,
        at: Option<Hour>,
        minutes: Option<u16>,
    ) -> Option<(Moment, Moment)> {
        let begins = self.gate.policy.clocks().calendar().of(None).at(day?, at?.parts());
        Some((begins, begins.plus_seconds(i64::from(minutes?) * 60)))
    }
}

/// Refuses an hour without its day or its length, and either with another word.
pub(super) fn check_window(new: &RecordEvent) -> Result<(), Error> {
    let planned = new.word.as_str() == "contact-planned";
    let wanting = [
        (planned && new.day.is_none(), "day", "is needed: say on which day"),
        (!planned && new.at.is_some(), "at", "goes with contact-planned alone: leave it out"),
        (!planned && new.minutes.is_some(), "minutes", "goes with contact-planned alone: leave it out"),
        (new.at.is_some() && new.minutes.is_none(), "minutes", "is needed: say for how many minutes"),
        (new.minutes.is_some() && new.at.is_none(), "at", "is needed: say from which hour, such as 10:00"),
        (!is_length(new.minutes), "minutes", LENGTH),
    ];
    match wanting.into_iter().find(|(is, ..)| *is) {
        Some((_, field, say)) => Err(Error::field(field, say)),
        None => Ok(()),
    }
}

/// What is said of a length that is none.
const LENGTH: &str = "is not a length: write 1 to 1440";

/// Refuses a length that is none.
pub(super) fn check_minutes(minutes: Option<u16>) -> Result<(), Error> {
    if is_length(minutes) { Ok(()) } else { Err(Error::field("minutes", LENGTH)) }
}

fn is_length(minutes: Option<u16>) -> bool {
    minutes.is_none_or(|minutes| (1..=MINUTES_MAX).contains(&minutes))
}
