//! MAPPA meetings: set by the office, with the cases on the agenda.
//!
//! Promises: a meeting belongs to its office and to no case; whoever puts a case on an agenda may write its MAPPA record, and
//! each line has its event in that case in the same commit, from which the clock of the pack runs; a line that is taken off
//! stays as a row, and its event did not come to pass.
//! Must never know: HTTP, SQL.

use super::appointments::check_minutes;
use super::events::{By, Event, Happened};
use super::{Desk, Error, Once, Question, Written};
use crate::auth::Actor;
use crate::model::clocks::EventWord;
use crate::model::id::{AgendaItemId, CaseId, EventId, MeetingId, WorkerId};
use crate::model::meetings::{ItemPurpose, MeetingWords, WhyCancelled, too_long};
use crate::model::notes::Category;
use crate::model::referrals::MappaLevel;
use crate::model::sealed::Record;
use crate::model::text::{Line, Prose};
use crate::model::time::Second;
use crate::policy::permit::{Action, Level, Permit};
use crate::store::effect::Supervision;
use crate::store::meetings::{AgendaItem, Done, KeptItem, KeptMeeting, Meeting, MeetingAct, ROWS_MAX, place};
use crate::store::orders::plain;
use serde::Deserialize;

/// The event of a case that is put on an agenda.
const SET: &str = "mappa-meeting-set";

/// A meeting as the office sets it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetMeeting {
    /// At which level: 2 or 3.
    pub level: MappaLevel,
    /// When it begins.
    pub starts: Second,
    /// How long it is.
    pub minutes: u16,
    /// Where it is.
    pub place: Line<300>,
    /// How one joins it.
    #[serde(default)]
    pub joining: Option<Prose<2000>>,
}

/// A case as it is put on an agenda.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListCase {
    /// The case.
    pub case: CaseId,
    /// Why it is there.
    pub purpose: ItemPurpose,
    /// How many minutes it has, as its importance asks for.
    pub minutes: u16,
    /// Its place in the order; behind the last one, if it is left out.
    #[serde(default)]
    pub place: Option<u16>,
}

/// Why a meeting is called off.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallOffMeeting {
    /// Why.
    pub why: WhyCancelled,
}

/// A meeting that the actor runs, with the permit to.
pub(super) struct Running {
    pub(super) kept: KeptMeeting,
    pub(super) question: Question,
    pub(super) permit: Permit,
    pub(super) worker: WorkerId,
}

impl Desk {
    /// Sets a meeting.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the actor runs no meetings; [`Error::Invalid`].
    pub async fn set_meeting(&self, actor: &Actor, new: SetMeeting, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let id = MeetingId::random();
        let question = self.meeting_question(actor, Action::Run, id);
        let (ask, item) = (question.by(actor), plain(Category::MappaRecord, actor.agency().clone()));
        let permit = self.gate.decide(&ask, Some(item.clone())).await?;
        let Some(author) = actor.worker() else { return Err(Error::NotFound) };
        let (starts, created) = (new.starts.moment(), self.now());
        let wrong = match check_minutes(Some(new.minutes)) {
            Err(why) => Some(why),
            Ok(()) if new.level == MappaLevel::One => {
                Some(Error::field("level", "needs no meeting: level 1 is the routine work of one agency. Write 2 or 3"))
            }
            Ok(()) if starts <= created => {
                Some(Error::field("starts", "is in the past: set a meeting for a time that is to come"))
            }
            Ok(()) => None,
        };
        if let Some(why) = wrong {
            return Err(self.declined(permit, why).await);
        }
        let words = self.seal(place(id), &MeetingWords { place: new.place, joining: new.joining }).await?;
        let (agency, level, minutes) = (actor.agency().clone(), new.level, new.minutes);
        let answer = serde_json::json!({ "id": id, "level": level, "starts": starts, "minutes": minutes });
        let act = MeetingAct::Set(Meeting { id, agency, level, starts, minutes, author, created, words });
        self.write(permit, &ask, Some(item), meet(act).into(), once.as_ref(), answer).await
    }

    /// Puts a case on an agenda.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such meeting of the actor's office, or they may not know of the case;
    /// [`Error::Refused`]; [`Error::Invalid`]; [`Error::Conflict`] if somebody did so at the same moment.
    pub async fn list_case(
        &self,
        actor: &Actor,
        meeting: MeetingId,
        new: ListCase,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let (id, case, created) = (AgendaItemId::random(), new.case, self.now());
        let question = self.item_question(actor, Action::Create, id, Some(case));
        let ask = question.by(actor);
        let found = self.gate.store.meeting(meeting).await?.filter(|kept| kept.meeting.agency == *actor.agency());
        let there = self.gate.store.has_case(actor, case).await?;
        let (Some(kept), true, Some(author)) = (found, there, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        let agenda = self.gate.store.agenda(meeting).await?;
        if let Err(why) = self.can_be_listed(&kept, &agenda, &new) {
            return Err(self.declined(permit, why).await);
        }
        let seq = agenda.iter().filter(|one| one.item.case == case).count();
        let known = self.agenda_known(actor, &kept, agenda.into_iter().filter(is_live).collect()).await?;
        let last = known.iter().map(|one| one.item.place).max().unwrap_or_default();
        let event = Happened {
            day: Some(self.gate.policy.limits().local_day(kept.meeting.starts)),
            ..Happened::new(self.word(SET)?, created)
        };
        let by = By { case, author, agency: actor.agency().clone(), at: created };
        let event = self.sealed_event(&by, EventId::random(), event).await?;
        let item = AgendaItem {
            id,
            meeting,
            case,
            seq: i64::try_from(seq).unwrap_or(i64::MAX),
            purpose: new.purpose,
            minutes: new.minutes,
            place: new.place.unwrap_or_else(|| last.saturating_add(1)),
            event: event.id,
            author,
            created,
        };
        let all = known.iter().map(|one| u32::from(one.item.minutes)).sum::<u32>() + u32::from(item.minutes);
        let answer = serde_json::json!({
            "id": id, "meeting": meeting, "case": case, "place": item.place, "event": item.event, "agenda_minutes": all,
            "say": too_long(all, u32::from(kept.meeting.minutes)),
        });
        self.write(permit, &ask, None, meet(MeetingAct::List(item, event)).into(), once.as_ref(), answer).await
    }

    /// Takes a case off an agenda. It closes at once to whoever sees it by the meeting.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Conflict`] if it is off already.
    pub async fn take_off_agenda(&self, actor: &Actor, id: AgendaItemId, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let found = match self.gate.store.meeting_of_item(id).await? {
            Some(meeting) => {
                self.gate.store.meeting(meeting).await?.filter(|one| one.meeting.agency == *actor.agency())
            }
            None => None,
        };
        let agenda = match &found {
            Some(kept) => self.gate.store.agenda(kept.meeting.id).await?,
            None => Vec::new(),
        };
        let line = agenda.into_iter().find(|one| one.item.id == id);
        let question = self.item_question(actor, Action::Create, id, line.as_ref().map(|one| one.item.case));
        let ask = question.by(actor);
        let (Some(line), Some(author)) = (line, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        if line.ended.is_some() {
            return Err(self.declined(permit, Error::Conflict).await);
        }
        let done = Done { by: author, at: self.now() };
        let event = self.not_held(actor, &line, done).await?;
        let answer =
            serde_json::json!({ "id": id, "meeting": line.item.meeting, "case": line.item.case, "off": done.at });
        self.write(permit, &ask, None, meet(MeetingAct::TakeOff(id, done, event)).into(), once.as_ref(), answer).await
    }

    /// Calls a meeting off. Its cases close at once to whoever sees them by it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such meeting of the actor's office; [`Error::Conflict`] if it is off already;
    /// [`Error::Invalid`] if it has begun.
    pub async fn call_off_meeting(
        &self,
        actor: &Actor,
        id: MeetingId,
        new: CallOffMeeting,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let running = self.running_meeting(actor, id).await?;
        let done = Done { by: running.worker, at: self.now() };
        if let Some(why) = over(&running.kept).or_else(|| {
            let begun = running.kept.meeting.starts <= done.at;
            begun.then(|| Error::field("", "has begun and cannot be called off: withdraw the invitations instead"))
        }) {
            return Err(self.declined(running.permit, why).await);
        }
        let live: Vec<KeptItem> = self.gate.store.agenda(id).await?.into_iter().filter(is_live).collect();
        let cases = live.iter().map(|one| one.item.case).collect();
        let mut events = Vec::new();
        for line in self.agenda_known(actor, &running.kept, live).await? {
            events.push(self.not_held(actor, &line, done).await?);
        }
        let answer = serde_json::json!({ "id": id, "why": new.why, "cancelled": done.at });
        let act = MeetingAct::CallOff(id, new.why, done, events, cases);
        self.write_meeting(actor, running, act, once.as_ref(), answer).await
    }

    /// Returns a meeting that the actor runs.
    pub(super) async fn running_meeting(&self, actor: &Actor, id: MeetingId) -> Result<Running, Error> {
        let question = self.meeting_question(actor, Action::Run, id);
        let ask = question.by(actor);
        let (Some(kept), Some(worker)) = (self.gate.store.meeting(id).await?, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, Some(plain(Category::MappaRecord, kept.meeting.agency.clone()))).await?;
        Ok(Running { kept, question, permit, worker })
    }

    pub(super) async fn write_meeting(
        &self,
        actor: &Actor,
        running: Running,
        act: MeetingAct,
        once: Option<&Once>,
        answer: serde_json::Value,
    ) -> Result<Written, Error> {
        let Running { kept, question, permit, .. } = running;
        let item = plain(Category::MappaRecord, kept.meeting.agency);
        self.write(permit, &question.by(actor), Some(item), meet(act).into(), once, answer).await
    }

    /// Returns those lines of an agenda whose cases are open to the actor: each is asked about by itself, and nobody is told
    /// that there are others.
    pub(super) async fn agenda_known(
        &self,
        actor: &Actor,
        kept: &KeptMeeting,
        lines: Vec<KeptItem>,
    ) -> Result<Vec<KeptItem>, Error> {
        let mut known = Vec::new();
        for line in lines {
            let of = |line: &KeptItem| {
                let question = self.item_question(actor, Action::Read, line.item.id, Some(line.item.case));
                (question, plain(Category::MappaRecord, kept.meeting.agency.clone()))
            };
            let found = self.known_of(actor, vec![line], of).await?;
            known.extend(found.into_iter().filter(|(_, level)| *level == Level::Full).map(|(line, _)| line));
        }
        Ok(known)
    }

    pub(super) fn meeting_question(&self, actor: &Actor, action: Action, id: MeetingId) -> Question {
        let (record, category) = (Record::Meeting(id), Category::MappaRecord);
        Question { action, record, case: None, about: None, category, purpose: self.purpose(actor, None) }
    }

    fn item_question(&self, actor: &Actor, action: Action, id: AgendaItemId, case: Option<CaseId>) -> Question {
        let (record, category) = (Record::AgendaItem(id), Category::MappaRecord);
        Question { action, record, case, about: None, category, purpose: self.purpose(actor, None) }
    }

    /// Says in words why a case cannot be put on this agenda.
    fn can_be_listed(&self, kept: &KeptMeeting, agenda: &[KeptItem], new: &ListCase) -> Result<(), Error> {
        check_minutes(Some(new.minutes))?;
        if let Some(why) = over(kept) {
            return Err(why);
        }
        if kept.meeting.starts <= self.now() {
            return Err(Error::field("", "has begun: put the case on the agenda of the next meeting"));
        }
        if agenda.iter().any(|one| one.item.case == new.case && one.ended.is_none()) {
            return Err(Error::field("case", "is on this agenda already: take it off first to give it another time"));
        }
        if agenda.len() >= ROWS_MAX {
            return Err(Error::field("", "has as many lines as an agenda can have: set another meeting"));
        }
        Ok(())
    }

    /// Returns the event that says of a case that the meeting which was set is not held for it.
    async fn not_held(&self, actor: &Actor, line: &KeptItem, done: Done) -> Result<Event, Error> {
        let by = By { case: line.item.case, author: done.by, agency: actor.agency().clone(), at: done.at };
        let event = Happened {
            category: Category::MappaRecord,
            corrects: Some(line.item.event),
            ..Happened::new(self.word(EventWord::CORRECTION)?, done.at)
        };
        self.sealed_event(&by, EventId::random(), event).await
    }
}

/// Says that a meeting was called off, if it was.
pub(super) fn over(kept: &KeptMeeting) -> Option<Error> {
    kept.ended.map(|_| Error::field("", "was called off: set another meeting"))
}

pub(super) const fn is_live(line: &KeptItem) -> bool {
    line.ended.is_none()
}

pub(super) fn meet(act: MeetingAct) -> Supervision {
    Supervision::Meet(Box::new(act))
}
