//! Emergency access and its review, over HTTP.

use super::answer::{Answer, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::query::Query;
use crate::desk::emergency::AskEmergency;
use crate::desk::emergency::review::{Emergencies, ListedGrant, ReviewEmergency};
use crate::desk::{Error, Written};
use crate::model::emergency::EmergencyWords;
use crate::model::id::GrantId;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// What is said of a grant.
const SAY: &str = "Opened until the time given, for purpose=emergency alone. Her worker, your supervisor and the agencies' \
                   governance officers have been told, and each look is recorded under the watermark. Telephone her \
                   service before anybody goes to her door.";

/// What is said when an answer is given again and the grant has ended since.
const OVER: &str = "This was opened when you first asked, and has been closed since. If life is still at risk, ask again \
                    with a new challenge.";

/// `POST /api/v1/emergency-access`
pub(super) async fn open(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    key: Key,
    body: Strict<AskEmergency>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let given = finisher.run(async move { hub.desk.emergency_access(&actor, &body.value, once).await }).await?;
    let (watermark, recorded) = (given.watermark, given.written.recorded);
    let mut answer: Value = serde_json::from_str(&given.written.answer).map_err(|_| Error::Unknown)?;
    answer["say"] = json!(if watermark.is_some() { SAY } else { OVER });
    answer["watermark"] = json!(watermark);
    made(StatusCode::CREATED, Written { answer: answer.to_string(), recorded }, None)
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
    key: Key,
    body: Strict<ReviewEmergency>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let done = finisher.run(async move { hub.desk.review_emergency(&actor, access, body.value, once).await }).await?;
    made(StatusCode::OK, done, None)
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
