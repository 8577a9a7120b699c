//! Overrides over HTTP.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::notes::For;
use super::query::Query;
use crate::desk::overrides::AskOverride;
use crate::desk::overrides_shown::StoredOverride;
use crate::desk::seconds::{AnswerOverride, ReviewOverride};
use crate::desk::shares::to_json;
use crate::model::id::{CaseId, NoteId, OverrideId};
use crate::model::text::Prose;
use crate::model::time::Moment;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST /api/v1/notes/{note}/overrides`
pub(super) async fn ask(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(note): Id<NoteId>,
    key: Key,
    body: Strict<AskOverride>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.ask_override(&actor, note, &body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/overrides/"))
}

/// `POST /api/v1/overrides/{override}/approval`
pub(super) async fn answer(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<OverrideId>,
    key: Key,
    body: Strict<AnswerOverride>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.answer_override(&actor, id, &body.value, once).await }).await?;
    made(StatusCode::OK, written, None)
}

/// `POST /api/v1/overrides/{override}/review`
pub(super) async fn review(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<OverrideId>,
    key: Key,
    body: Strict<ReviewOverride>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.review_override(&actor, id, &body.value, once).await }).await?;
    made(StatusCode::OK, written, None)
}

/// `GET /api/v1/overrides/{override}`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<OverrideId>,
    Query(why): Query<For>,
) -> Answer {
    let open = hub.desk.override_shown(&actor, id, why.purpose).await?;
    let mut body = line(&open.found, hub.desk.now());
    let words = open.words.value();
    body["reason"] = json!(words.reason.reveal());
    body["why_not_told"] = json!(words.why_not_told.as_ref().map(Prose::reveal));
    body["second"] = match (&open.found.second, &open.said) {
        (Some((worker, outcome, at, _)), Some(said)) => {
            json!({ "worker": worker, "outcome": outcome, "at": at, "reason": said.value().0.reveal() })
        }
        _ => Value::Null,
    };
    body["review"] = match (&open.found.reviewed, &open.reviewed) {
        (Some((outcome, at, _)), Some(found)) => {
            json!({ "outcome": outcome, "at": at, "reason": found.value().0.reveal() })
        }
        _ => Value::Null,
    };
    body["receipt"] = disclosed(&open.words);
    ok(body)
}

/// `GET /api/v1/cases/{case}/overrides`
pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(page): Query<Page<OverrideId>>,
) -> Answer {
    let limit = page.limit()?;
    let (found, next, recorded) = hub.desk.overrides(&actor, case, page.purpose, page.after, limit).await?;
    let items: Vec<Value> = found.iter().map(|one| line(one, hub.desk.now())).collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

fn line(found: &StoredOverride, now: Moment) -> Value {
    let asked = &found.asked;
    json!({
        "id": asked.id, "note": asked.note, "case": asked.case, "author": asked.author, "agency": asked.agency,
        "to": to_json(&asked.to), "purpose": asked.purpose, "category": found.category, "harm": asked.harm,
        "told": asked.told, "state": found.state(now), "due": asked.due,
        "reopens_until": asked.reopens, "created": asked.created,
    })
}
