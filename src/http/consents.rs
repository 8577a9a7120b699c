//! Consents over HTTP.

use super::answer::{Answer, disclosed, made, ok};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::notes::For;
use super::query::Query;
use crate::desk::consents::{RecordConsent, Withdraw};
use crate::model::id::{CaseId, ConsentId};
use crate::model::text::Prose;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;

/// `POST /api/v1/cases/{case}/consents`
pub(super) async fn record(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<RecordConsent>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.record_consent(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/consents/"))
}

/// `POST /api/v1/consents/{consent}/withdrawal`
pub(super) async fn withdraw(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(consent): Id<ConsentId>,
    key: Key,
    body: Strict<Withdraw>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written =
        finisher.run(async move { hub.desk.withdraw_consent(&actor, consent, body.value, once).await }).await?;
    made(StatusCode::OK, written, None)
}

/// `GET /api/v1/consents/{consent}`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(consent): Id<ConsentId>,
    Query(why): Query<For>,
) -> Answer {
    let open = hub.desk.consent(&actor, consent, why.purpose).await?;
    let head = &open.consent.head;
    let scope: Vec<_> = open.consent.scope.iter()
        .map(|(recipient, category, purpose)| json!({ "recipient": recipient, "category": category, "purpose": purpose }))
        .collect();
    ok(json!({
        "id": head.id, "chain": head.chain, "position": head.seq, "case": head.case, "subject": head.subject,
        "event": head.event, "kind": head.kind, "live": head.holds_at(hub.desk.now()),
        "expires": head.expires, "notice": { "id": head.notice }, "method": head.method, "asked_alone": head.asked_alone,
        "author": head.author, "agency": head.agency, "recorded": head.recorded, "scope": scope,
        "shared_without_consent": open.consent.overruled,
        "said": open.words.value().said.as_ref().map(Prose::reveal),
        "receipt": disclosed(&open.words),
    }))
}
