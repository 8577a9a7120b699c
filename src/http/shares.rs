//! Shares over HTTP.

use super::answer::{Answer, made};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use crate::desk::shares::ShareNote;
use crate::model::id::{NoteId, ShareId};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

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
