//! The policy in force over HTTP: which it is, what it changed, and how another takes its place.

use super::answer::{Answer, made, ok};
use super::extract::{Caller, Key};
use super::hub::Hub;
use super::json::Strict;
use crate::desk::policies::AdoptPolicy;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;

/// `GET /api/v1/policies/current`
pub(super) async fn current(State(hub): State<Hub>, Caller(_): Caller) -> Answer {
    let policy = hub.desk.current_policy().await?;
    let adopted = policy.adopted.as_ref();
    ok(json!({
        "digest": policy.digest, "version": policy.version, "since": adopted.map(|one| one.at),
        "previous": adopted.and_then(|one| one.previous), "signers": adopted.map(|one| &one.signers),
        "changed_files": adopted.map(|one| &one.changed),
        "added": adopted.map(|one| &one.added), "removed": adopted.map(|one| &one.removed),
    }))
}

/// `POST /api/v1/policies`
pub(super) async fn adopt(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    key: Key,
    body: Strict<AdoptPolicy>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.adopt_policy(&actor, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}
