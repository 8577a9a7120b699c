//! What a permitted act changes in supervision, and what it writes.
//!
//! Promises: as for every effect: all of it or nothing, and nothing that the log's entry does not bind.

use super::writes::{Writes, known_to, moving, rows, told};
use super::{Change, Effect};
use crate::model::id::CaseId;
use crate::store::addresses::{NewAddress, NewReply};
use crate::store::alerts::NewAlert;
use crate::store::assessments::{FirstSight, NewAssessment};
use crate::store::doubts::NewDoubt;
use crate::store::events::Event;
use crate::store::imports::{NewImport, NewLines};
use crate::store::late::ToldClock;
use crate::store::meetings::MeetingAct;
use crate::store::orders::Order;
use crate::store::plans::{NewApproval, NewPlan};
use crate::store::programmes::ProgrammeAct;
use crate::store::referrals::{NewReferral, NewReferralAnswer};
use crate::store::table::Row;
use crate::store::unanswered::ToldChecks;
use crate::store::wordings::Wording;

/// What happens in supervision.
#[derive(Debug, Clone)]
pub enum Supervision {
    /// An order is recorded, with the events that come with it, and those are alerted whom they concern.
    MakeOrder(Box<Order>, Vec<Event>, Vec<NewAlert>),
    /// Things happened, and those are alerted whom they concern.
    Happen(Vec<Event>, Vec<NewAlert>),
    /// Clocks are late, and those are told whom their rules name.
    TellLate(Vec<ToldClock>, Vec<NewAlert>),
    /// An address is proposed, and those are asked about it who must be.
    ProposeAddress(Box<NewAddress>),
    /// A service answers what it was asked about one, and those are told who wait for it. Whoever answers or concludes at the
    /// same moment prepares it again on this.
    AnswerCheck(CaseId, Box<NewReply>, Vec<NewAlert>),
    /// It is concluded whether an address is suitable, on the answers that stand.
    ConcludeAddress(Box<Event>, Vec<NewAlert>),
    /// What was asked about an address is not answered by its time, and those are told who owe the answer or wait for it.
    TellUnanswered(ToldChecks),
    /// An assessment is recorded; where it puts another one right, those are told who saw that.
    RecordAssessment(Box<NewAssessment>),
    /// A worker sees an assessment for the first time.
    SeeAssessment(FirstSight),
    /// A batch of assessments is not to be relied on, and those are told who saw one of them.
    DoubtAssessments(Box<NewDoubt>),
    /// A version of a plan is recorded.
    WritePlan(Box<NewPlan>),
    /// A version of a plan is approved.
    ApprovePlan(Box<NewApproval>),
    /// He is referred for management under MAPPA.
    Refer(Box<NewReferral>),
    /// The co-ordinator returns or accepts a referral.
    AnswerReferral(Box<NewReferralAnswer>),
    /// Something about a MAPPA meeting: its agenda, its invitations, what is opened to whom.
    Meet(Box<MeetingAct>),
    /// What women may be told of a kind of event in a case.
    Word(Box<Wording>),
    /// Something about a programme: a group, a place in one, a register.
    Programme(ProgrammeAct),
    /// A caseload comes in: all of it or nothing.
    Import(Box<NewImport>),
    /// Orders or attendance come in by a table: all of it or nothing.
    BringIn(Box<NewLines>),
}

impl From<Supervision> for Effect {
    fn from(act: Supervision) -> Self {
        Self::Supervise(act)
    }
}

impl From<Supervision> for Change {
    fn from(act: Supervision) -> Self {
        Effect::from(act).into()
    }
}

impl Supervision {
    pub(super) fn writes(self) -> Writes {
        match self {
            Self::MakeOrder(order, events, alerts) => happened(order.rows(), events, alerts),
            Self::Happen(events, alerts) => happened(Vec::new(), events, alerts),
            Self::TellLate(clocks, alerts) => {
                rows(told(alerts).into_iter().chain(clocks.into_iter().map(ToldClock::row)).collect())
            }
            Self::ProposeAddress(proposed) => rows(proposed.rows()),
            Self::AnswerCheck(case, reply, alerts) => {
                moving(case.to_string(), reply.rows().into_iter().chain(told(alerts)).collect())
            }
            Self::ConcludeAddress(event, alerts) => {
                moving(event.case.to_string(), event.rows().into_iter().chain(told(alerts)).collect())
            }
            Self::TellUnanswered(checks) => rows(checks.rows()),
            Self::RecordAssessment(new) => moving(new.assessment.case.to_string(), new.rows()),
            Self::SeeAssessment(first) => moving(first.case.to_string(), vec![first.row()]),
            Self::DoubtAssessments(doubt) => {
                let (rows, moves) = doubt.rows();
                known_to(moves, rows)
            }
            Self::WritePlan(plan) => moving(plan.plan.case.to_string(), plan.rows()),
            Self::ApprovePlan(approval) => moving(approval.case.to_string(), approval.rows()),
            Self::Refer(new) => moving(new.referral.case.to_string(), new.rows()),
            Self::AnswerReferral(new) => moving(new.case.to_string(), new.rows()),
            Self::Meet(act) => {
                let (moves, rows) = act.rows();
                known_to(moves, rows)
            }
            Self::Word(wording) => rows(wording.rows()),
            Self::Programme(act) => rows(act.rows()),
            Self::Import(import) => {
                let (moves, rows) = import.rows();
                known_to(moves, rows)
            }
            Self::BringIn(lines) => {
                let (moves, rows) = lines.rows();
                known_to(moves, rows)
            }
        }
    }
}

/// What happened, behind the order that it is of if that is new, and those whom it alerts.
fn happened(mut order: Vec<Row>, events: Vec<Event>, alerts: Vec<NewAlert>) -> Writes {
    order.extend(events.into_iter().flat_map(Event::rows));
    order.extend(told(alerts));
    rows(order)
}
