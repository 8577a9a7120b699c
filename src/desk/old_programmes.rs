//! How groups of programmes come in with a caseload: the group, who waits, who has begun, and the registers so far.
//!
//! Promises: what happened is of each man's own chronology, as if a worker had recorded it; nobody is alerted of what is old.
//! Must never know: where the caseload comes from.

use super::events::{By, Event, Happened};
use super::{Desk, Error};
use crate::auth::Actor;
use crate::model::events::{ContactKind, EventWords};
use crate::model::id::{AgencyId, EventId, ProgrammeId, WorkerId};
use crate::model::programmes::Mark;
use crate::model::sealed::Record;
use crate::model::summary::{Attendance, Summary};
use crate::model::text::Prose;
use crate::model::time::Moment;
use crate::store::effect::Supervision;
use crate::store::places::{Join, PlaceRow};
use crate::store::programmes::{Group, Planned, ProgrammeAct};
use crate::store::registers::{Line, Register};

/// Something that happened to somebody who is in a programme.
pub struct OldEvent {
    /// Its word.
    pub word: &'static str,
    /// When.
    pub happened: Moment,
    /// The item of his gate that it waives, and why.
    pub waives: Option<(String, Prose<4000>)>,
    /// Who recorded it.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
}

impl Desk {
    /// Takes in a group with its sessions.
    ///
    /// # Errors
    /// [`Error::Conflict`] if there is one of that name.
    pub async fn take_group(&self, service: &Actor, group: Group, sessions: Vec<Planned>) -> Result<(), Error> {
        let record = Record::Programme(group.id);
        let act = ProgrammeAct::Found(Box::new(group), sessions);
        self.take_in(service, record, None, Supervision::Programme(act).into()).await
    }

    /// Takes in a place, with the event by which somebody was put on the waiting list.
    ///
    /// # Errors
    /// [`Error::Conflict`] if he has one.
    pub async fn take_place(&self, service: &Actor, place: PlaceRow, listed: OldEvent) -> Result<(), Error> {
        let case = place.case;
        let event = self.old_event(&place, listed).await?;
        let act = ProgrammeAct::List(Box::new(place), Box::new(event));
        self.take_in(service, Record::Case(case), Some(case), Supervision::Programme(act).into()).await
    }

    /// Takes in what happened to somebody since.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a word that there is not.
    pub async fn take_happened(&self, service: &Actor, place: &PlaceRow, old: Vec<OldEvent>) -> Result<(), Error> {
        let mut events = Vec::new();
        for one in old {
            events.push(self.old_event(place, one).await?);
        }
        let effect = Supervision::Happen(events, Vec::new());
        self.take_in(service, Record::Case(place.case), Some(place.case), effect.into()).await
    }

    /// Takes in that somebody joined a group.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such group or place.
    pub async fn take_joining(&self, service: &Actor, place: &PlaceRow, join: Join) -> Result<(), Error> {
        let act = ProgrammeAct::Join(join, place.case);
        self.take_in(service, Record::Case(place.case), Some(place.case), Supervision::Programme(act).into()).await
    }

    /// Takes in a register.
    ///
    /// # Errors
    /// [`Error::Conflict`] if it is there already.
    pub async fn take_old_register(
        &self,
        service: &Actor,
        register: Register,
        agency: &AgencyId,
        men: &[(PlaceRow, Mark)],
    ) -> Result<(), Error> {
        let (group, held, session): (ProgrammeId, _, _) = (register.group, register.held, Some(register.session));
        let (mut lines, mut events) = (Vec::new(), Vec::new());
        for (place, mark) in men {
            let id = EventId::random();
            let rule = self.word(self.gate.policy.programmes().marked(*mark).event.as_str())?;
            let on = self.gate.policy.limits().local_day(held);
            let summary = Attendance { on, attended: mark.attended(), session, excused: None };
            let words = EventWords {
                contact: Some(ContactKind::Group),
                outcome: Some(mark.outcome()),
                session,
                ..EventWords::default()
            };
            let order = Some(place.order);
            let summary = Some(Summary::Attendance(summary));
            let event = Happened { order, words, summary, ..Happened::new(rule, held) };
            let by = By { case: place.case, author: register.author, agency: agency.clone(), at: self.now() };
            events.push(self.sealed_event(&by, id, event).await?);
            lines.push(Line { event: id, place: place.id, mark: *mark });
        }
        let act = ProgrammeAct::Take(register, lines, events, Vec::new());
        self.take_in(service, Record::Programme(group), None, Supervision::Programme(act).into()).await
    }

    async fn old_event(&self, place: &PlaceRow, old: OldEvent) -> Result<Event, Error> {
        let (rule, text) = old.waives.map_or((None, None), |(item, why)| (Some(item), Some(why)));
        let words = EventWords { text, ..EventWords::default() };
        let order = Some(place.order);
        let event = Happened { order, rule, words, ..Happened::new(self.word(old.word)?, old.happened) };
        let by = By { case: place.case, author: old.author, agency: old.agency, at: self.now() };
        self.sealed_event(&by, EventId::random(), event).await
    }
}
