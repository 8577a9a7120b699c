//! What each kind of change writes: the rows that it inserts and, where it changes what others may do, the facts that it moves.
//!
//! Promises: one arm for each variant of [`Effect`]; nothing is written that the log's entry does not bind.

use super::{Change, Effect, LiveShare};
use crate::ledger::consent::event::link;
use crate::model::id::{CaseId, DeliveryId, NoteId, PersonId, WorkerId, WrapId};
use crate::model::sealed::{Record, Wrap};
use crate::model::time::Moment;
use crate::policy::IN_FORCE;
use crate::store::alerts::NewAlert;
use crate::store::cases::NewConflict;
use crate::store::consents::NewConsent;
use crate::store::overrides::{NewAnswer, NewOverride};
use crate::store::recalls::{NewCorrection, NewRecall};
use crate::store::share_keys::{KeyChange, OverdueKey};
use crate::store::shares::NewShare;
use crate::store::status::{CardOpened, NewQuery};
use crate::store::table::{self, Row, row};
use crate::store::withdrawals::{EndedKey, NewWithdrawal, Notice};
use std::collections::HashSet;
use std::iter;

/// An effect in the store's terms.
#[derive(Debug, Default)]
pub(in crate::store) struct Writes {
    /// Rows to insert.
    pub(in crate::store) rows: Vec<Row>,
    /// Cases and workers whose facts move, and the policy.
    pub(in crate::store) moves: Vec<String>,
    /// Keys of shares that are put or deleted.
    pub(in crate::store) keys: Vec<KeyChange>,
    /// Records that a receipt names beside its own.
    pub(in crate::store) items: Vec<Record>,
    /// SHA-256, in hexadecimal, of what was signed, `+` between several: the log's entry names it, so that the log can vouch for it alone.
    pub(in crate::store) signed: Option<String>,
    /// What a share stands on, for the record.
    pub(in crate::store) basis: Option<String>,
}

impl Change {
    /// Returns the rows that the change inserts and the facts that it moves.
    pub(in crate::store) fn writes(self) -> Writes {
        let mut writes = self.effect.writes();
        writes.rows.extend(self.wraps.into_iter().map(wrap_row));
        writes.rows.extend(self.frame.map(|frame| frame.row()));
        writes.rows.extend(self.promise.map(|p| row![table::IDEMPOTENCY; p.actor, p.key, p.body, p.answer]));
        writes
    }
}

impl LiveShare {
    fn writes(self) -> Writes {
        let signed: Vec<_> = self.events.iter().map(|event| link(&event.signed.payload)).collect();
        let mut writes = shared(self.share, Some(self.alert));
        writes.rows.extend(self.events.into_iter().flat_map(NewConsent::rows));
        writes.signed = (!signed.is_empty()).then(|| signed.join("+"));
        writes
    }
}

impl Effect {
    fn writes(self) -> Writes {
        match self {
            Self::Disclose(items) => Writes { items, ..Writes::default() },
            Self::LookUp(shown, notices) => looked_up(shown, notices),
            Self::JoinAgency(agency) => rows(agency.rows()),
            Self::Appoint(worker) => rows(worker.rows()),
            Self::EndSeat(worker) => moving(worker.to_string(), vec![row![table::WORKER_END; worker.to_string()]]),
            Self::BePresent(act) => act.writes(),
            Self::OpenCase(case) => known_to(workers(&case.known_to), case.rows()),
            Self::Protect(protected) => known_to(workers(&protected.known_to.1), protected.rows()),
            Self::Involve(one) => moving(one.case.to_string(), one.rows()),
            Self::Release(id, case) => moving(case.to_string(), vec![row![table::INVOLVEMENT_END; id.to_string()]]),
            Self::Declare(conflict, notices) => declared(conflict, notices),
            Self::WriteNote(note) => rows(note.rows()),
            Self::Derive(made) => Writes { items: vec![Record::Note(made.note.id)], ..rows(made.rows()) },
            Self::Accept(note, worker, at) => accepted(note, worker, at),
            Self::Share(share, alert) => shared(share, alert),
            Self::AskOverride(asked, alert, live) => asked_to_overrule(*asked, *alert, live),
            Self::AnswerOverride(answer, live, ends) => answered(answer, live, ends),
            Self::ReviewOverride(finding, ends) => recalled(finding.case, finding.rows(), ends),
            Self::Decide(decision) => rows(decision.rows()),
            Self::Supervise(act) => act.writes(),
            Self::Reach(act) => act.writes(),
            Self::Storm(act) => act.writes(),
            Self::Lock(case, act) => act.writes(case),
            Self::Recall(recall) => recalled(recall.case, Vec::new(), vec![recall]),
            Self::EndNote(end) => recalled(end.case, end.rows(), end.shares),
            Self::ReadFirst(reading) => moving(reading.case.to_string(), reading.rows()),
            Self::Confirm(confirmation) => rows(confirmation.rows()),
            Self::Correct(correction) => corrected(correction),
            Self::Withdraw(withdrawal) => withdrawn(withdrawal),
            Self::EndKeys(overdue, at) => out_of_time(overdue, at),
            Self::RecordConsent(consent) => consented(consent),
            Self::EnterKey(key) => Writes { signed: Some(key.key.digest()), ..rows(key.rows()) },
            Self::ChangeSigner(change) => {
                let (rows, signed) = change.rows();
                Writes { rows, signed, ..Writes::default() }
            }
            Self::Raise(alert) => rows(alert.rows()),
            Self::ReadAlert(one, at) => rows(vec![row![table::ALERT_READ; one.to_string(), at.micros()]]),
            Self::Sent(copies, at) => rows(marks(&table::ALERT_SENT, &copies, at)),
            Self::Taken(copies, at) => rows(marks(&table::ALERT_TAKEN, &copies, at)),
            Self::Drill(drill, alerts) => rows(drill.rows().into_iter().chain(told(alerts)).collect()),
            Self::Beat(pulse) => rows(pulse.rows()),
            Self::Climb(rung) => rows(rung.rows()),
            Self::Outward(act) => act.writes(),
            Self::Acknowledge(one, at) => rows(vec![row![table::ACKNOWLEDGEMENT; one.to_string(), at.micros()]]),
            Self::Act(action) => rows(action.rows()),
            Self::AdoptPolicy(policy) => moving(IN_FORCE.to_owned(), policy.rows()),
            Self::EnrolKey(key) => rows(vec![key.row()]),
            Self::EndDeviceKey(key, worker) => moving(worker.to_string(), vec![row![table::DEVICE_KEY_END; key]]),
            Self::OpenEmergency(grant) => moving(grant.worker.to_string(), grant.rows()),
            Self::TryEmergency(used, notices) => rows(iter::once(used.row()).chain(told(notices)).collect()),
            Self::Reveal(look) => moving(look.worker.to_string(), vec![look.row()]),
            Self::Review(review) => moving(review.user.to_string(), review.rows()),
            Self::AskStatus(query, shown, notices) => asked_status(query, shown, notices),
            // A list counts towards what its asker may ask in a day.
            Self::AskList(list) => moving(list.worker.to_string(), vec![list.row()]),
            Self::AddIncident(later) => rows(vec![later.row()]),
            Self::SettleFrame(frame, notices) => rows(frame.rows(notices)),
        }
    }
}

/// That copies have come so far.
fn marks(table: &'static table::Table, copies: &[DeliveryId], at: Moment) -> Vec<Row> {
    copies.iter().map(|copy| row![*table; copy.to_string(), at.micros()]).collect()
}

pub(super) fn rows(rows: Vec<Row>) -> Writes {
    Writes { rows, ..Writes::default() }
}

/// Rows that move the facts of a case or a worker, or the policy.
pub(super) fn moving(subject: String, rows: Vec<Row>) -> Writes {
    known_to(vec![subject], rows)
}

/// Rows that move the facts of several.
pub(super) fn known_to(moves: Vec<String>, rows: Vec<Row>) -> Writes {
    Writes { rows, moves, ..Writes::default() }
}

fn workers<T>(knowing: &[(WorkerId, T)]) -> Vec<String> {
    knowing.iter().map(|(worker, _)| worker.to_string()).collect()
}

fn asked_status(query: NewQuery, shown: Option<CardOpened>, notices: Vec<NewAlert>) -> Writes {
    let orders: Vec<Record> = shown.iter().flat_map(|card| &card.orders).map(|order| Record::Order(*order)).collect();
    let mut writes = looked_up(shown.map(|card| (card.person, card.case)).into_iter().collect(), notices);
    writes.items.extend(orders);
    writes.rows.insert(0, query.row());
    writes
}

pub(super) fn told(notices: Vec<NewAlert>) -> Vec<Row> {
    notices.into_iter().flat_map(NewAlert::rows).collect()
}

fn declared(conflict: NewConflict, notices: Vec<NewAlert>) -> Writes {
    moving(conflict.worker.to_string(), conflict.rows().into_iter().chain(told(notices)).collect())
}

/// A search is kept beside each case that it showed.
fn looked_up(shown: Vec<(PersonId, CaseId)>, notices: Vec<NewAlert>) -> Writes {
    let cases: HashSet<CaseId> = shown.iter().map(|(_, case)| *case).collect();
    let looked = cases.into_iter().map(|case| row![table::CASE_OPENED; case.to_string()]);
    let items = shown.into_iter().map(|(person, _)| Record::Person(person)).collect();
    Writes { items, ..rows(looked.chain(told(notices)).collect()) }
}

fn accepted(note: NoteId, worker: WorkerId, at: Moment) -> Writes {
    let row = row![table::NOTE_ACCEPTANCE; note.to_string(), worker.to_string(), at.micros()];
    moving(worker.to_string(), vec![row])
}

fn asked_to_overrule(asked: NewOverride, alert: NewAlert, live: Option<Box<LiveShare>>) -> Writes {
    with_live(asked.case.to_string(), asked.rows().into_iter().chain(alert.rows()).collect(), live)
}

/// What is taken back with what ends it, if that is not the recall itself.
fn recalled(case: CaseId, mut rows: Vec<Row>, recalls: Vec<NewRecall>) -> Writes {
    rows.extend(recalls.iter().flat_map(NewRecall::rows));
    ending(vec![case.to_string()], rows, recalls.into_iter().flat_map(|recall| recall.ends).collect())
}

/// A yes may put keys, a no may delete them.
fn answered(answer: NewAnswer, live: Option<Box<LiveShare>>, ends: Vec<NewRecall>) -> Writes {
    let Writes { rows, keys, .. } = recalled(answer.case, Vec::new(), ends);
    let case = answer.case.to_string();
    let mut writes = with_live(case, answer.rows().into_iter().chain(rows).collect(), live);
    writes.keys.extend(keys);
    writes
}

fn corrected(correction: NewCorrection) -> Writes {
    let moves = vec![correction.note.case.to_string()];
    let (rows, keys) = correction.rows();
    Writes { rows, moves, keys, ..Writes::default() }
}

fn consented(consent: NewConsent) -> Writes {
    let signed = Some(link(&consent.signed.payload));
    Writes { signed, ..moving(consent.case.to_string(), consent.rows()) }
}

fn withdrawn(withdrawal: NewWithdrawal) -> Writes {
    let signed: Vec<_> = withdrawal.events.iter().map(|event| link(&event.signed.payload)).collect();
    let signed = (!signed.is_empty()).then(|| signed.join("+"));
    Writes { signed, ..ending(vec![withdrawal.case.to_string()], withdrawal.rows(), withdrawal.ends) }
}

fn out_of_time(overdue: Vec<OverdueKey>, at: Moment) -> Writes {
    let cases: HashSet<String> = overdue.iter().map(|one| one.case.to_string()).collect();
    let ends: Vec<_> = overdue.into_iter().map(OverdueKey::end).collect();
    ending(cases.into_iter().collect(), ends.iter().map(|end| end.row(at)).collect(), ends)
}

/// A share puts its keys, and its alert is linked to it.
fn shared(share: NewShare, alert: Option<NewAlert>) -> Writes {
    let moves = vec![share.case.to_string()];
    let alert = alert.map(|alert| Notice { alert, shares: vec![share.id] }.rows()).unwrap_or_default();
    let keys = share.keys.iter().cloned().map(KeyChange::Put).collect();
    let basis = Some(share.basis.recorded());
    Writes { basis, rows: share.rows().into_iter().chain(alert).collect(), moves, keys, ..Writes::default() }
}

/// Whatever ends a share for an agency deletes that agency's key.
fn ending(moves: Vec<String>, rows: Vec<Row>, ends: Vec<EndedKey>) -> Writes {
    Writes { rows, moves, keys: ends.into_iter().map(EndedKey::change).collect(), ..Writes::default() }
}

/// Adds what goes live to rows that move a case's facts.
fn with_live(case: String, mut rows: Vec<Row>, live: Option<Box<LiveShare>>) -> Writes {
    let live = live.map(|live| live.writes()).unwrap_or_default();
    rows.extend(live.rows);
    Writes { rows, moves: vec![case], ..live }
}

fn wrap_row(wrap: Wrap) -> Row {
    row![table::KEY_WRAP;
        WrapId::random().to_string(), wrap.drawer.case_word(), wrap.drawer.compartment.to_string(),
        wrap.drawer.epoch, wrap.recipient, wrap.file, wrap.signature]
}
