//! Drills over HTTP.

use super::alerts::{came_so_far, climbed};
use super::answer::{Answer, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use crate::desk::drills::{DrilledIn, Progress, RunDrill};
use crate::model::id::DrillId;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST /api/v1/drills`
pub(super) async fn run(State(hub): State<Hub>, Caller(actor): Caller, key: Key, body: Strict<RunDrill>) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.run_drill(&actor, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/drills/"))
}

/// `GET /api/v1/drills/{drill}`
pub(super) async fn show(State(hub): State<Hub>, Caller(actor): Caller, Id(drill): Id<DrillId>) -> Answer {
    let found = hub.desk.drilled(&actor, drill).await?;
    let agencies: Vec<Value> = found.agencies.iter().map(in_one).collect();
    ok(json!({
        "id": found.drill.id, "drill": true, "agency": found.drill.agency, "severity": found.drill.severity, "at": found.drill.at,
        "agencies": agencies, "receipt": receipt(&found.recorded),
    }))
}

fn in_one(one: &DrilledIn) -> Value {
    let roles: Vec<Value> = one.roles.iter().map(|(role, found)| json!({ "role": role, "on_duty": found })).collect();
    let person = |person: &Progress| {
        let mut value = came_so_far(person);
        value["reached"] = json!(person.is_reached());
        value
    };
    json!({
        "agency": one.agency, "roles": roles, "alert": one.alert, "recipients": one.people.iter().map(person).collect::<Vec<_>>(),
        "ladder": one.ladder.iter().map(climbed).collect::<Vec<_>>(),
    })
}
