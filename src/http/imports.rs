//! Tables that come in, over HTTP: a caseload, orders, attendance.

use super::answer::{Answer, made};
use super::extract::{Caller, Key};
use super::hub::Hub;
use super::json::Strict;
use crate::desk::imports::TakeImport;
use axum::extract::State;
use axum::http::StatusCode;
use std::time::Duration;

/// Most bytes of a table: 4 MiB.
const TABLE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The soonest that a table is answered: a single line takes as long whoever knows its man.
const SOONEST: Duration = Duration::from_millis(25);

/// `POST /api/v1/imports`
pub(super) async fn take(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    key: Key,
    body: Strict<TakeImport, TABLE_BYTES_MAX>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let soonest = tokio::time::sleep(SOONEST);
    let imported = finisher.run(async move { hub.desk.import(&actor, body.value, once).await }).await;
    soonest.await;
    let imported = imported?;
    let status = if imported.made { StatusCode::CREATED } else { StatusCode::OK };
    made(status, imported.written, None)
}
