//! Shares over HTTP.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::notes::For;
use super::query::Query;
use crate::desk::shares::ShareNote;
use crate::model::id::{NoteId, ShareId};
use crate::model::text::{Line, Prose};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

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
    body: Strict<Nothing>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.recall_share(&actor, share, once).await }).await?;
    made(StatusCode::OK, written, None)
}

/// `GET /api/v1/shares/{share}/basis`
pub(super) async fn basis(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(share): Id<ShareId>,
    Query(why): Query<For>,
) -> Answer {
    let open = hub.desk.share_basis(&actor, share, why.purpose).await?;
    let words = open.words.as_ref().map(|words| words.value());
    ok(json!({
        "share": share, "type": open.basis.basis, "reference": open.basis.reference, "law": open.law,
        "made": open.basis.made, "until": open.basis.until,
        "reason": words.and_then(|words| words.reason.as_ref()).map(Prose::reveal),
        "court": words.and_then(|words| words.court.as_ref()).map(Line::reveal),
        "receipt": open.words.as_ref().map(disclosed).or(open.recorded.as_ref().map(receipt)),
    }))
}
