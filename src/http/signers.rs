//! Keys that sign records of consent, over HTTP.

use super::answer::{Answer, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::loud::{Carried, Loud};
use super::query::Query;
use super::shares::Nothing;
use crate::desk::signers::{ListedKey, ReportKey, VouchKey};
use crate::model::signers::KeyName;
use crate::model::spooled::SpoolAct;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `GET /api/v1/signing-keys`
pub(super) async fn list(State(hub): State<Hub>, Caller(actor): Caller, Query(page): Query<Page<KeyName>>) -> Answer {
    let limit = page.limit()?;
    let (keys, next, recorded) = hub.desk.signing_keys(&actor, page.after, limit).await?;
    let items: Vec<Value> = keys.iter().map(item).collect();
    ok(json!({ "items": items, "next": next.map(|next| next.to_string()), "receipt": receipt(&recorded) }))
}

/// `POST /api/v1/signing-keys/{key}/replacement`
pub(super) async fn replace(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(name): Id<KeyName>,
    key: Key,
    body: Strict<Nothing>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.replace_key(&actor, name, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `POST /api/v1/signing-keys/{key}/report`
pub(super) async fn report(State(hub): State<Hub>, sent: Loud<KeyName, ReportKey>) -> Answer {
    let written = match sent.carry_out(&hub, SpoolAct::ReportKey).await? {
        Carried::Out(written) => written,
        Carried::Kept(answer) => return Ok(answer),
    };
    made(StatusCode::CREATED, written, None)
}

/// `POST /api/v1/signing-keys/{key}/vouching`
pub(super) async fn vouch(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(name): Id<KeyName>,
    key: Key,
    body: Strict<VouchKey>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.vouch_key(&actor, name, &body.value, once).await }).await?;
    made(StatusCode::OK, written, None)
}

fn item(one: &ListedKey) -> Value {
    let key = &one.known.key;
    let ends: Vec<Value> =
        one.known.ends.iter().map(|(end, _)| json!({ "at": end.at, "reason": end.reason })).collect();
    let reports: Vec<Value> =
        one.reports.iter().map(|said| json!({ "reporter": said.reporter, "since": said.since })).collect();
    json!({
        "key": key.kid, "of": key.of, "held_by": key.held_by, "generation": one.known.epoch, "from": key.from,
        "ends": ends, "reports": reports,
    })
}
