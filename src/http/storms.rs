//! Alerts that came all at once, over HTTP: for officers, who say whether they were right.

use super::answer::{Answer, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use crate::desk::storms::{HeldBack, JudgeStorm, Storm, StormWord};
use crate::model::id::StormId;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// What is said where the words that she may be told are held back.
const WAITS: &str = "Very many alerts of this agency came at once, and nobody has said yet that they are right. Do not tell her \
                     because of this alert alone: telephone his case manager first.";

/// What is said where the alert was a mistake.
const MISTAKEN: &str = "This alert came with very many others of its agency, and officers have found that they were not right. This one \
                        may be one of them or not: telephone his case manager before you tell her anything, and before you take it \
                        for false.";

/// `GET /api/v1/storms`
pub(super) async fn list(State(hub): State<Hub>, Caller(actor): Caller) -> Answer {
    let storms = hub.desk.storms(&actor).await?;
    let items: Vec<Value> = storms.items.iter().map(|(storm, words)| one(storm, words)).collect();
    ok(json!({ "items": items, "receipt": receipt(&storms.recorded) }))
}

/// `POST /api/v1/storms/{storm}/words`
pub(super) async fn judge(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(storm): Id<StormId>,
    key: Key,
    body: Strict<JudgeStorm>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.judge_storm(&actor, storm, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// Says why the words that she may be told are not shown; null where they are.
pub(super) fn held_back(held: Option<&HeldBack>) -> Value {
    held.map_or(Value::Null, |held| {
        let say = if held.mistaken { MISTAKEN } else { WAITS };
        json!({ "storm": held.storm, "since": held.since, "mistaken": held.mistaken, "say": say })
    })
}

fn one(storm: &Storm, words: &[StormWord]) -> Value {
    let counts = |word: &StormWord| !words.iter().any(|one| one.agency == word.agency && one.number > word.number);
    let said = |word: &StormWord| {
        json!({
            "agency": word.agency, "worker": word.worker, "right": word.right, "at": word.at, "counts": counts(word),
        })
    };
    json!({
        "id": storm.id, "agency": storm.agency, "since": storm.since, "found_at": storm.began, "alerts": storm.alerts,
        "usual": storm.normal, "words": words.iter().map(said).collect::<Vec<_>>(),
        "right": storm.end.map(|(right, _)| right), "ended_at": storm.end.map(|(_, at)| at),
    })
}
