//! What a permitted act changes: one variant for each kind of change, one arm for each variant.
//!
//! Every change is rows to insert and, where it changes what others may do, facts that move.
//! A new kind of change is one variant, one arm, one table.

use super::agencies::{NewAgency, NewWorker};
use super::alerts::{NewAction, NewAlert};
use super::cases::{NewCase, NewConflict, NewInvolvement};
use super::consents::NewConsent;
use super::derivatives::NewDerivative;
use super::notes::NewNote;
use super::protected::NewProtected;
use super::shares::NewShare;
use super::table::{self, Row, row};
use crate::model::id::{CaseId, DeliveryId, InvolvementId, PersonId, ShareId, WorkerId, WrapId};
use crate::model::sealed::{Record, Wrap};
use crate::model::time::Moment;
use std::collections::HashSet;

/// What a permit lets happen, all of it or nothing.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Content is shown: nothing changes. Names every record that the receipt may open beside its own.
    Disclose(Vec<Record>),
    /// A search: names whom it may open, in which cases, and carries the notice to managers if the searcher knows one.
    LookUp(Vec<(PersonId, CaseId)>, Option<NewAlert>),
    /// An agency joins.
    JoinAgency(NewAgency),
    /// A worker is appointed to a seat.
    Appoint(NewWorker),
    /// A seat ends: what its holder may do ends with the commit.
    EndSeat(WorkerId),
    /// A seat takes what has no named recipient.
    PutOnDuty(WorkerId),
    /// A case is opened, with the man.
    OpenCase(NewCase),
    /// A protected person is recorded, with where she is.
    Protect(NewProtected),
    /// A worker joins a case.
    Involve(NewInvolvement),
    /// A worker leaves a case.
    Release(InvolvementId, CaseId),
    /// A worker declares knowing somebody.
    Declare(NewConflict),
    /// A risk note is written.
    WriteNote(NewNote),
    /// A sanitised note is written, with what it was made from.
    Derive(NewDerivative),
    /// A note is shared, and its recipients alerted if the sharer said so.
    Share(NewShare, Option<NewAlert>),
    /// A share is taken back.
    Recall(ShareId, CaseId, Moment),
    /// A consent event is recorded.
    RecordConsent(NewConsent),
    /// An alert is raised.
    Raise(NewAlert),
    /// An alert is opened by a recipient for the first time: the sender will see that it was read.
    ReadAlert(DeliveryId, Moment),
    /// A recipient says that they have it.
    Acknowledge(DeliveryId, Moment),
    /// A recipient says what was done.
    Act(NewAction),
}

/// An effect with the keys that it needs and the answer that it promises.
#[derive(Debug, Clone)]
pub struct Change {
    /// What happens.
    pub effect: Effect,
    /// Wrapped keys of drawers that are opened for the first time.
    pub wraps: Vec<Wrap>,
    /// What the caller is told if the same request comes again.
    pub promise: Option<Promise>,
}

/// The answer to a write, kept under the caller's idempotency key.
#[derive(Debug, Clone)]
pub struct Promise {
    /// The actor's word.
    pub actor: String,
    /// The caller's key.
    pub key: String,
    /// SHA-256 of the route and body, in hexadecimal.
    pub body: String,
    /// The answer: ids only.
    pub answer: String,
}

impl From<Effect> for Change {
    fn from(effect: Effect) -> Self {
        Self { effect, wraps: Vec::new(), promise: None }
    }
}

/// An effect in the store's terms.
#[derive(Debug, Default)]
pub(super) struct Writes {
    /// Rows to insert.
    pub(super) rows: Vec<Row>,
    /// Cases and workers whose facts move.
    pub(super) moves: Vec<String>,
    /// Records that a receipt names beside its own.
    pub(super) items: Vec<Record>,
}

impl Change {
    /// Returns the rows that the change inserts and the facts that it moves.
    pub(super) fn writes(self) -> Writes {
        let mut writes = self.effect.writes();
        writes.rows.extend(self.wraps.into_iter().map(wrap_row));
        writes.rows.extend(self.promise.map(|p| row![table::IDEMPOTENCY; p.actor, p.key, p.body, p.answer]));
        writes
    }
}

impl Effect {
    fn writes(self) -> Writes {
        let rows = |rows: Vec<Row>| Writes { rows, ..Writes::default() };
        let moving = |rows: Vec<Row>, subject: String| Writes { rows, moves: vec![subject], ..Writes::default() };
        match self {
            Self::Disclose(items) => Writes { items, ..Writes::default() },
            Self::LookUp(shown, notice) => {
                let cases: HashSet<CaseId> = shown.iter().map(|(_, case)| *case).collect();
                let looked = cases.into_iter().map(|case| row![table::CASE_OPENED; case.to_string()]);
                let rows = looked.chain(notice.map(NewAlert::rows).unwrap_or_default()).collect();
                let items = shown.into_iter().map(|(person, _)| Record::Person(person)).collect();
                Writes { items, rows, ..Writes::default() }
            }
            Self::JoinAgency(agency) => rows(agency.rows()),
            Self::Appoint(worker) => rows(worker.rows()),
            Self::EndSeat(worker) => moving(vec![row![table::WORKER_END; worker.to_string()]], worker.to_string()),
            Self::PutOnDuty(worker) => rows(vec![row![table::DUTY; worker.to_string()]]),
            Self::OpenCase(case) => {
                let moves = case.known_to.iter().map(|(worker, _)| worker.to_string()).collect();
                Writes { rows: case.rows(), moves, ..Writes::default() }
            }
            Self::Protect(protected) => rows(protected.rows()),
            Self::Involve(one) => moving(one.rows(), one.case.to_string()),
            Self::Release(id, case) => moving(vec![row![table::INVOLVEMENT_END; id.to_string()]], case.to_string()),
            Self::Declare(conflict) => {
                let worker = conflict.worker.to_string();
                moving(conflict.rows(), worker)
            }
            Self::WriteNote(note) => rows(note.rows()),
            Self::Derive(derivative) => {
                let made = Record::Note(derivative.note.id);
                Writes { rows: derivative.rows(), items: vec![made], ..Writes::default() }
            }
            Self::Share(share, alert) => {
                let case = share.case.to_string();
                let alert = alert.map(NewAlert::rows).unwrap_or_default();
                moving(share.rows().into_iter().chain(alert).collect(), case)
            }
            Self::Recall(share, case, at) => {
                moving(vec![row![table::SHARE_END; share.to_string(), at.micros()]], case.to_string())
            }
            Self::RecordConsent(consent) => {
                let case = consent.case.to_string();
                moving(consent.rows(), case)
            }
            Self::Raise(alert) => rows(alert.rows()),
            Self::ReadAlert(delivery, at) => rows(vec![row![table::ALERT_READ; delivery.to_string(), at.micros()]]),
            Self::Acknowledge(delivery, at) => {
                rows(vec![row![table::ACKNOWLEDGEMENT; delivery.to_string(), at.micros()]])
            }
            Self::Act(action) => rows(action.rows()),
        }
    }
}

fn wrap_row(wrap: Wrap) -> Row {
    row![table::KEY_WRAP;
        WrapId::random().to_string(), wrap.drawer.case_word(), wrap.drawer.compartment.to_string(),
        wrap.drawer.epoch, wrap.recipient, wrap.file, wrap.signature]
}
