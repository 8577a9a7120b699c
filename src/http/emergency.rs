//! Emergency access and its review, over HTTP.

use super::answer::{Answer, ok, receipt};
use super::extract::{Caller, Id};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::query::Query;
use crate::desk::emergency::review::{Emergencies, ListedGrant, ReviewEmergency};
use crate::desk::emergency::{AskEmergency, Opens};
use crate::model::emergency::EmergencyWords;
use crate::model::id::GrantId;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Value, json};

/// What is said of a grant.
const SAY: &str = "Opened until the time given, for purpose=emergency alone. Her worker, your supervisor and the agencies' \
                   governance officers have been told, and each look is recorded under the watermark. Telephone her \
                   service before anybody goes to her door.";

/// `POST /api/v1/emergency-access`
pub(super) async fn open(State(hub): State<Hub>, Caller(actor): Caller, body: Strict<AskEmergency>) -> Answer {
    let finisher = hub.finisher.clone();
    let given = finisher.run(async move { hub.desk.emergency_access(&actor, &body.value).await }).await?;
    let opens: Vec<Value> = given.opens.iter().map(opened).collect();
    let body = json!({
        "id": given.id, "case": given.case, "until": given.until, "review_by": given.review_by,
        "watermark": given.watermark, "opens": opens, "say": SAY, "receipt": receipt(&given.recorded),
    });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// `GET /api/v1/emergency-access`
pub(super) async fn list(State(hub): State<Hub>, Caller(actor): Caller, Query(page): Query<Page<i64>>) -> Answer {
    let list = hub.desk.emergencies(&actor, page.after, page.limit()?).await?;
    let words = list.words.as_ref().map(|words| words.value().as_slice()).unwrap_or_default();
    let items: Vec<Value> = list.items.iter().enumerate().map(|(at, one)| item(&list, one, words.get(at))).collect();
    ok(json!({ "items": items, "next": list.next, "receipt": receipt(&list.recorded) }))
}

/// `POST /api/v1/emergency-access/{access}/review`
pub(super) async fn review(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(access): Id<GrantId>,
    body: Strict<ReviewEmergency>,
) -> Answer {
    let finisher = hub.finisher.clone();
    let outcome = body.value.outcome;
    let done = finisher.run(async move { hub.desk.review_emergency(&actor, access, body.value).await }).await?;
    let breach = done.breach.map(|(id, due)| json!({ "id": id, "due": due }));
    ok(json!({ "id": access, "outcome": outcome, "breach": breach, "receipt": receipt(&done.recorded) }))
}

fn opened(one: &Opens) -> Value {
    match one {
        Opens::Whereabouts(id, relation) => json!({
            "kind": "whereabouts", "id": id, "category": "protected-address", "about": id, "relation": relation,
        }),
        Opens::Note(id, category, about) => {
            json!({ "kind": "note", "id": id, "category": category, "about": about, "relation": null })
        }
    }
}

fn item(list: &Emergencies, one: &ListedGrant, words: Option<&EmergencyWords>) -> Value {
    let (outcome, reviewed) = one.review.unzip();
    json!({
        "id": one.id, "worker": one.worker, "role": one.role, "agency": one.agency, "case": one.case,
        "categories": one.categories, "from": one.begins, "until": one.ends, "review_by": one.review_by,
        "second": one.second, "outcome": outcome, "reviewed_at": reviewed,
        "overdue": one.review.is_none() && one.review_by <= list.now, "repeated": one.uses >= list.repeated_at,
        "incident": words.map(|words| words.incident.reveal()), "reason": words.map(|words| words.reason.reveal()),
    })
}
