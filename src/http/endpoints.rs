//! Agencies' own systems that are told that something waits, over HTTP; and what did not get through.

use super::answer::{Answer, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::finish::Finisher;
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::query::Query;
use crate::desk::endpoints::{AddEndpoint, Given, OfEndpoint, Shown};
use crate::desk::undelivered::GivenUp;
use crate::desk::{Error, Written};
use crate::model::id::EndpointId;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Value, json};

/// What is said beside a secret.
const ONCE: &str =
    "Keep the secret where your system can read it: it is shown this once. Check each signature, its time and its id.";

/// `POST /api/v1/endpoints`
pub(super) async fn add(State(hub): State<Hub>, Caller(actor): Caller, body: Strict<AddEndpoint>) -> Answer {
    let finisher = hub.finisher.clone();
    let made = finisher.run(async move { hub.desk.add_endpoint(&actor, body.value).await }).await?;
    Ok((StatusCode::CREATED, Json(given(&made))).into_response())
}

/// `GET /api/v1/endpoints`
pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Query(page): Query<Page<EndpointId>>,
) -> Answer {
    let found = hub.desk.endpoints(&actor, page.after, page.limit()?).await?;
    let items: Vec<Value> = found.items.iter().map(shown).collect();
    ok(json!({ "items": items, "next": found.next, "receipt": receipt(&found.recorded) }))
}

/// `POST /api/v1/endpoints/{endpoint}/secret`
pub(super) async fn rekey(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(endpoint): Id<EndpointId>,
    _body: Strict<OfEndpoint>,
) -> Answer {
    let finisher = hub.finisher.clone();
    let made = finisher.run(async move { hub.desk.rekey_endpoint(&actor, endpoint).await }).await?;
    Ok((StatusCode::CREATED, Json(given(&made))).into_response())
}

/// `POST /api/v1/endpoints/{endpoint}/end`
pub(super) async fn end(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(endpoint): Id<EndpointId>,
    key: Key,
    body: Strict<OfEndpoint>,
) -> Answer {
    let (finisher, once) = (hub.finisher.clone(), key.once(body.digest));
    done(finisher, StatusCode::OK, async move { hub.desk.end_endpoint(&actor, endpoint, once).await }).await
}

/// `POST /api/v1/endpoints/{endpoint}/test`
pub(super) async fn try_it(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(endpoint): Id<EndpointId>,
    key: Key,
    body: Strict<OfEndpoint>,
) -> Answer {
    let (finisher, once) = (hub.finisher.clone(), key.once(body.digest));
    done(finisher, StatusCode::ACCEPTED, async move { hub.desk.try_endpoint(&actor, endpoint, once).await }).await
}

/// `GET /api/v1/deliveries/undelivered`
pub(super) async fn undelivered(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Query(page): Query<Page<String>>,
) -> Answer {
    let limit = page.limit()?;
    let found = hub.desk.undelivered(&actor, page.after, limit).await?;
    let each = |one: &GivenUp| json!({ "way": one.target.way(), "target": one.target.to_string(), "worker": one.worker, "item": one.item, "at": one.at });
    let items: Vec<Value> = found.items.iter().map(each).collect();
    ok(json!({ "items": items, "next": found.next, "receipt": receipt(&found.recorded) }))
}

/// Carries out what may be asked for twice, whether the caller waits for it or not.
async fn done(
    finisher: Finisher,
    status: StatusCode,
    work: impl Future<Output = Result<Written, Error>> + Send + 'static,
) -> Answer {
    made(status, finisher.run(work).await?, None)
}

fn given(made: &Given) -> Value {
    json!({ "id": made.id, "secret": made.secret.reveal(), "say": ONCE, "receipt": receipt(&made.recorded) })
}

fn shown(one: &Shown) -> Value {
    let (ended, why) = one.endpoint.ended.clone().unzip();
    let failing = one.told.filter(|told| one.done.is_none_or(|done| done <= *told));
    json!({
        "id": one.endpoint.id, "since": one.endpoint.at, "last_through_at": one.done, "failing_since": failing,
        "ended_at": ended, "why": why,
    })
}
