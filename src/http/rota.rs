//! The rota over HTTP.

use super::answer::{Answer, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::query::Query;
use crate::desk::rota::{EndTurn, SetRota, Turn, What};
use crate::model::id::RotaId;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST /api/v1/rota`
pub(super) async fn set(State(hub): State<Hub>, Caller(actor): Caller, key: Key, body: Strict<SetRota>) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.set_rota(&actor, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `GET /api/v1/rota`
pub(super) async fn list(State(hub): State<Hub>, Caller(actor): Caller, Query(page): Query<Page<RotaId>>) -> Answer {
    let rota = hub.desk.rota(&actor, page.after, page.limit()?).await?;
    let items: Vec<Value> = rota.turns.iter().map(turn).collect();
    ok(json!({ "items": items, "next": rota.next, "receipt": receipt(&rota.recorded) }))
}

/// `POST /api/v1/rota/{turn}/end`
pub(super) async fn end(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(turn): Id<RotaId>,
    key: Key,
    body: Strict<EndTurn>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.end_turn(&actor, turn, once).await }).await?;
    made(StatusCode::OK, written, None)
}

fn turn(turn: &Turn) -> Value {
    let (what, cover) = match turn.what {
        What::Duty => ("duty", None),
        What::Senior => ("senior", None),
        What::Leave(cover) => ("leave", cover),
    };
    json!({
        "id": turn.id, "worker": turn.worker, "what": what, "from": turn.starts, "until": turn.ends, "cover": cover,
    })
}
