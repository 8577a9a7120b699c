//! Consents over HTTP.

use super::answer::{Answer, disclosed, made, ok};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::loud::{Carried, Loud};
use super::notes::For;
use super::query::Query;
use crate::desk::consents::{RecordConsent, Withdraw};
use crate::desk::withdrawals::TakeBack;
use crate::ledger::Hash;
use crate::ledger::consent::base64url;
use crate::ledger::consent::package::Words;
use crate::model::consents::ConsentWords;
use crate::model::id::{CaseId, ConsentId};
use crate::model::spooled::SpoolAct;
use crate::model::text::Prose;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
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
pub(super) async fn withdraw(State(hub): State<Hub>, sent: Loud<ConsentId, Withdraw>) -> Answer {
    let written = match sent.carry_out(&hub, SpoolAct::Withdraw).await? {
        Carried::Out(written) => written,
        Carried::Kept(answer) => return Ok(answer),
    };
    made(StatusCode::OK, written, None)
}

/// `POST /api/v1/cases/{case}/withdrawals`
pub(super) async fn take_back(State(hub): State<Hub>, sent: Loud<CaseId, TakeBack>) -> Answer {
    let written = match sent.carry_out(&hub, SpoolAct::TakeBack).await? {
        Carried::Out(written) => written,
        Carried::Kept(answer) => return Ok(answer),
    };
    made(StatusCode::CREATED, written, None)
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
        "not_before": head.not_before, "expires": head.expires, "event_time": head.event_time, "notice": { "id": head.notice }, "method": head.method, "asked_alone": head.asked_alone,
        "author": head.author, "agency": head.agency, "recorded": head.recorded, "scope": scope,
        "shared_without_consent": open.consent.overruled,
        "said": open.words.value().said.as_ref().map(Prose::reveal),
        "receipt": disclosed(&open.words),
    }))
}

/// `GET /api/v1/consents/{consent}/export`
pub(super) async fn export(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(consent): Id<ConsentId>,
    Query(why): Query<For>,
) -> Answer {
    let exported = hub.desk.export_consent(&actor, consent, why.purpose).await?;
    let mut package = exported.package;
    for (event, said) in package.events.iter_mut().zip(exported.words.value()) {
        event.words = words(said);
    }
    package.receipt = Some(disclosed(&exported.words));
    Ok(Json(package).into_response())
}

/// Writes what was said with the bytes that bind it.
fn words(words: &ConsentWords) -> Option<Words> {
    let salt = Hash::from_hex(words.salt.as_ref()?.reveal())?;
    Some(Words { salt: base64url(&salt.0), text: words.said.as_ref()?.reveal().to_owned() })
}
