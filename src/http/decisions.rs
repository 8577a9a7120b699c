//! Decisions about disclosure outside the arrangements, over HTTP.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::notes::For;
use super::query::Query;
use crate::desk::decisions::{Decide, Decision, OpenDecision};
use crate::model::id::{CaseId, DecisionId};
use crate::model::text::{Line, Prose};
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST /api/v1/cases/{case}/disclosures`
pub(super) async fn record(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<Decide>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.decide(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/disclosures/"))
}

/// `GET /api/v1/cases/{case}/disclosures`
pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(page): Query<Page<DecisionId>>,
) -> Answer {
    let limit = page.limit()?;
    let (found, next, recorded) = hub.desk.decisions(&actor, case, page.purpose, page.after, limit).await?;
    let items: Vec<Value> = found.iter().map(|one| line(one, hub.desk.route_of(one.verdict))).collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/disclosures/{disclosure}`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<DecisionId>,
    Query(why): Query<For>,
) -> Answer {
    let open = hub.desk.decision(&actor, id, why.purpose).await?;
    ok(opened(&hub, &open))
}

/// Shows a decision that was opened.
pub(super) fn opened(hub: &Hub, open: &OpenDecision) -> Value {
    let mut body = line(&open.decision, hub.desk.route_of(open.decision.verdict));
    let words = open.words.value();
    body["to"] = json!(words.to.reveal());
    body["reason"] = json!(words.reason.reveal());
    body["alternatives"] = json!(words.alternatives.iter().map(Line::reveal).collect::<Vec<_>>());
    body["decided_by"] = json!(words.decided_by.reveal());
    body["why_not_told"] = json!(words.why_not_told.as_ref().map(Prose::reveal));
    body["receipt"] = disclosed(&open.words);
    body
}

fn line(one: &Decision, route: Option<&str>) -> Value {
    json!({
        "id": one.id, "case": one.case, "author": one.author, "agency": one.agency, "about": one.about,
        "decision": one.verdict, "basis": one.basis, "told_person": one.told, "review": one.review,
        "self_disclosure_deadline": one.deadline, "follows": one.follows, "created": one.created, "route": route,
    })
}
