//! MAPPA meetings, as they are kept: the meeting, its agenda, who is invited, what was opened to them and until when.
//!
//! Promises: nothing is changed: what is taken off, withdrawn or called off is another row. Every row that opens or closes
//! a case to somebody moves the version of that case or of that worker, because standings are kept by version.

pub(super) mod read;

use super::events::Event;
use super::packs::Pack;
use super::table::{self, Row, row};
use crate::model::agencies::AgencyKind;
use crate::model::id::{AgencyId, AgendaItemId, CaseId, EventId, MeetingId, MeetingSeatId, WorkerId};
use crate::model::meetings::{ItemPurpose, MeetingWords, SeatPart, WhyCancelled};
use crate::model::referrals::MappaLevel;
use crate::model::sealed::{Drawer, Place, Record, Sealed};
use crate::model::time::Moment;

/// The most cases that an agenda ever had, and the most invitations, taken off and withdrawn ones too.
pub const ROWS_MAX: usize = 400;

/// A MAPPA meeting.
#[derive(Debug, Clone)]
pub struct Meeting {
    /// The meeting.
    pub id: MeetingId,
    /// Whose it is.
    pub agency: AgencyId,
    /// At which level.
    pub level: MappaLevel,
    /// When it begins.
    pub starts: Moment,
    /// How long it is.
    pub minutes: u16,
    /// Who set it.
    pub author: WorkerId,
    /// When they did.
    pub created: Moment,
    /// Where it is, and how one joins it.
    pub words: Sealed<MeetingWords>,
}

/// When and for how long a meeting was opened, the latest time.
#[derive(Debug, Clone)]
pub struct Issue {
    /// The how-manieth.
    pub seq: i64,
    /// The statement that is to be accepted.
    pub statement: String,
    /// Until when it is open.
    pub until: Moment,
    /// Since when.
    pub at: Moment,
}

/// A meeting with what became of it.
#[derive(Debug, Clone)]
pub struct KeptMeeting {
    /// The meeting.
    pub meeting: Meeting,
    /// When and why it was called off.
    pub ended: Option<(Moment, WhyCancelled)>,
    /// How it was opened.
    pub issue: Option<Issue>,
}

/// A case on an agenda.
#[derive(Debug, Clone)]
pub struct AgendaItem {
    /// The item.
    pub id: AgendaItemId,
    /// The meeting.
    pub meeting: MeetingId,
    /// The case.
    pub case: CaseId,
    /// How often the case had been on this agenda before.
    pub seq: i64,
    /// Why it is there.
    pub purpose: ItemPurpose,
    /// How many minutes it has.
    pub minutes: u16,
    /// Its place in the order.
    pub place: u16,
    /// The event with which it stands in the chronology.
    pub event: EventId,
    /// Who put it there.
    pub author: WorkerId,
    /// When.
    pub created: Moment,
}

/// A case on an agenda, with what became of it.
#[derive(Debug, Clone)]
pub struct KeptItem {
    /// The item.
    pub item: AgendaItem,
    /// When it was opened to those who are invited.
    pub issued: Option<Moment>,
    /// When it was taken off.
    pub ended: Option<Moment>,
}

/// An invitation.
#[derive(Debug, Clone)]
pub struct MeetingSeat {
    /// The invitation.
    pub id: MeetingSeatId,
    /// To which meeting.
    pub meeting: MeetingId,
    /// Who.
    pub worker: WorkerId,
    /// How often they had been invited before.
    pub seq: i64,
    /// For what.
    pub part: SeatPart,
    /// By whom.
    pub author: WorkerId,
    /// When.
    pub created: Moment,
}

/// An invitation with what became of it.
#[derive(Debug, Clone)]
pub struct KeptSeat {
    /// The invitation.
    pub seat: MeetingSeat,
    /// For which agency they come.
    pub agency: AgencyId,
    /// What kind of agency that is.
    pub kind: AgencyKind,
    /// When it was withdrawn.
    pub ended: Option<Moment>,
    /// When they accepted the statement.
    pub accepted: Option<Moment>,
    /// They have left their post.
    pub gone: bool,
}

impl KeptSeat {
    /// Says whether it stands.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.ended.is_none() && !self.gone
    }
}

/// Who does something, and when.
#[derive(Debug, Clone, Copy)]
pub struct Done {
    /// Who.
    pub by: WorkerId,
    /// When.
    pub at: Moment,
}

/// What changes about a meeting.
#[derive(Debug, Clone)]
pub enum MeetingAct {
    /// It is set.
    Set(Meeting),
    /// A case is put on its agenda, with its event.
    List(AgendaItem, Event),
    /// A case is taken off it, and its event did not come to pass.
    TakeOff(AgendaItemId, Done, Event),
    /// Somebody is invited.
    Invite(MeetingSeat),
    /// An invitation is withdrawn.
    Withdraw(MeetingSeatId, WorkerId, Done),
    /// It is opened: these cases of its agenda with it, each with its event. All the cases of the agenda move.
    Issue(MeetingId, Issue, WorkerId, Vec<(AgendaItemId, Event)>, Vec<CaseId>),
    /// Somebody accepts a statement.
    Accept(MeetingSeatId, String, Done),
    /// It is called off; the events of these cases did not come to pass. All the cases of the agenda move.
    CallOff(MeetingId, WhyCancelled, Done, Vec<Event>, Vec<CaseId>),
    /// Somebody has a version of their pack made, of these cases.
    Pack(Pack, Vec<CaseId>),
    /// Somebody looks at an agenda with these cases: nothing changes.
    Look(Vec<CaseId>),
}

impl MeetingAct {
    /// Returns what it moves, and its rows.
    pub(super) fn rows(self) -> (Vec<String>, Vec<Row>) {
        match self {
            Self::Set(meeting) => (Vec::new(), vec![meeting.row()]),
            Self::List(item, event) => {
                let moves = vec![item.case.to_string()];
                (moves, event.rows().into_iter().chain([item.row()]).collect())
            }
            Self::TakeOff(item, done, event) => {
                let moves = vec![event.case.to_string()];
                let end = row![table::MEETING_ITEM_END; item.to_string(), done.by.to_string(), done.at.micros()];
                (moves, event.rows().into_iter().chain([end]).collect())
            }
            Self::Invite(seat) => (vec![seat.worker.to_string()], vec![seat.row()]),
            Self::Withdraw(seat, worker, done) => {
                let end = row![table::MEETING_SEAT_END; seat.to_string(), done.by.to_string(), done.at.micros()];
                (vec![worker.to_string()], vec![end])
            }
            Self::Issue(meeting, issue, by, items, cases) => {
                let (seq, at) = (issue.seq, issue.at.micros());
                let mut rows = vec![row![table::MEETING_ISSUE;
                    meeting.to_string(), seq, issue.statement, issue.until.micros(), by.to_string(), at]];
                for (item, event) in items {
                    let opened = row![table::MEETING_ITEM_ISSUE; item.to_string(), seq, event.id.to_string(), at];
                    rows.push(row![table::CASE_OPENED; event.case.to_string()]);
                    rows.extend(event.rows());
                    rows.push(opened);
                }
                (moving(cases), rows)
            }
            Self::Accept(seat, version, done) => {
                let row = row![table::MEETING_STATEMENT; seat.to_string(), version, done.at.micros()];
                (vec![done.by.to_string()], vec![row])
            }
            Self::CallOff(meeting, why, done, events, cases) => {
                let end = row![table::MEETING_END;
                    meeting.to_string(), why.to_string(), done.by.to_string(), done.at.micros()];
                let opened: Vec<Row> =
                    events.iter().map(|event| row![table::CASE_OPENED; event.case.to_string()]).collect();
                let events = events.into_iter().flat_map(Event::rows);
                (moving(cases), std::iter::once(end).chain(opened).chain(events).collect())
            }
            Self::Pack(pack, cases) => (Vec::new(), std::iter::once(pack.row()).chain(opened(&cases)).collect()),
            Self::Look(cases) => (Vec::new(), opened(&cases).collect()),
        }
    }
}

fn opened(cases: &[CaseId]) -> impl Iterator<Item = Row> {
    cases.iter().map(|case| row![table::CASE_OPENED; case.to_string()])
}

fn moving(cases: Vec<CaseId>) -> Vec<String> {
    let mut moves: Vec<String> = cases.iter().map(ToString::to_string).collect();
    moves.sort();
    moves.dedup();
    moves
}

impl Meeting {
    fn row(self) -> Row {
        row![table::MEETING;
            self.id.to_string(), self.agency.to_string(), self.level.to_string(), self.starts.micros(),
            i64::from(self.minutes), self.author.to_string(), self.created.micros(), self.words.bytes]
    }
}

impl AgendaItem {
    fn row(self) -> Row {
        row![table::MEETING_ITEM;
            self.id.to_string(), self.meeting.to_string(), self.case.to_string(), self.seq, self.purpose.to_string(),
            i64::from(self.minutes), i64::from(self.place), self.event.to_string(), self.author.to_string(),
            self.created.micros()]
    }
}

impl MeetingSeat {
    fn row(self) -> Row {
        row![table::MEETING_SEAT;
            self.id.to_string(), self.meeting.to_string(), self.worker.to_string(), self.seq, self.part.to_string(),
            self.author.to_string(), self.created.micros()]
    }
}

/// Returns the place of where a meeting is: it belongs to no case.
#[must_use]
pub const fn place(id: MeetingId) -> Place {
    Place { drawer: Drawer::directory(), record: Record::Meeting(id) }
}
