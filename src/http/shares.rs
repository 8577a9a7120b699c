//! Shares over HTTP.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::notes::For;
use super::query::Query;
use crate::desk::recall::{ConfirmRecall, OpenShare, RecallShare, Received};
use crate::desk::shares::{ShareNote, to_json};
use crate::model::id::{NoteId, ShareId};
use crate::model::text::{Line, Prose};
use crate::model::time::Moment;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

/// An empty body.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// `POST /api/v1/notes/{note}/shares`
pub(super) async fn share(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(note): Id<NoteId>,
    key: Key,
    body: Strict<ShareNote>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.share_note(&actor, note, &body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `POST /api/v1/shares/{share}/withdrawal`
pub(super) async fn recall(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(share): Id<ShareId>,
    key: Key,
    body: Strict<RecallShare>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.recall_share(&actor, share, body.value, once).await }).await?;
    made(StatusCode::OK, written, None)
}

/// `POST /api/v1/shares/{share}/confirmation`
pub(super) async fn confirm(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(share): Id<ShareId>,
    key: Key,
    body: Strict<ConfirmRecall>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.confirm_recall(&actor, share, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `GET /api/v1/shares/{share}`
pub(super) async fn show(State(hub): State<Hub>, Caller(actor): Caller, Id(share): Id<ShareId>) -> Answer {
    let open = hub.desk.show_share(&actor, share).await?;
    let (share, now) = (&open.share, hub.desk.now());
    let agencies: Vec<Value> =
        open.holders.iter().map(|(agency, ended)| json!({ "agency": agency, "closed_at": ended })).collect();
    let receipt = match (&open.reason, &open.recorded) {
        (Some(reason), _) => disclosed(reason),
        (None, Some(recorded)) => receipt(recorded),
        (None, None) => Value::Null,
    };
    ok(json!({
        "id": share.id, "note": share.note, "case": share.case, "author": share.author, "agency": share.agency,
        "to": to_json(&share.to), "purpose": share.purpose, "basis": share.basis.word(), "shared_at": share.created,
        "expires": share.expires, "recalled_at": share.ended,
        "state": state(&open, now),
        "reason": open.reason.as_ref().map(|words| words.value().0.reveal()),
        "agencies": agencies,
        "recipients": open.recipients.iter().map(received).collect::<Vec<_>>(),
        "breach": open.breach.as_ref().map(|one| json!({ "id": one.id, "opened": one.opened, "due": one.due })),
        "receipt": receipt,
    }))
}

/// How a share stands: taken back, closed to everybody for another reason, or shared.
fn state(open: &OpenShare, now: Moment) -> &'static str {
    let over = open.share.expires.is_some_and(|end| end <= now);
    if open.share.ended.is_some() {
        "withdrawn"
    } else if over || open.holders.iter().all(|(_, ended)| ended.is_some()) {
        "closed"
    } else {
        "shared"
    }
}

/// What one recipient did with a share, and for how long it was open to them.
fn received(one: &Received) -> Value {
    let (readings, confirmed) = (one.readings, one.confirmed.as_ref());
    json!({
        "worker": one.seat.worker, "role": one.seat.role, "agency": one.seat.agency,
        "first_read_at": readings.map(|all| all.first), "last_read_at": readings.map(|all| all.last),
        "readings": readings.map_or(0, |all| all.count), "open_seconds": one.open_seconds, "closed_at": one.closed,
        "confirmed_at": confirmed.map(|one| one.at), "deleted": confirmed.map(|one| one.deleted),
        "passed_on": confirmed.map(|one| one.passed_on),
    })
}

/// `GET /api/v1/shares/{share}/basis`
pub(super) async fn basis(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(share): Id<ShareId>,
    Query(why): Query<For>,
) -> Answer {
    let open = hub.desk.share_basis(&actor, share, why.purpose).await?;
    let words = open.words.as_ref().and_then(|words| words.value().first());
    ok(json!({
        "share": share, "type": open.basis.basis, "reference": open.basis.reference, "law": open.law,
        "made": open.basis.made, "until": open.basis.until,
        "reason": words.and_then(|words| words.reason.as_ref()).map(Prose::reveal),
        "court": words.and_then(|words| words.court.as_ref()).map(Line::reveal),
        "receipt": open.words.as_ref().map(disclosed).or(open.recorded.as_ref().map(receipt)),
    }))
}
