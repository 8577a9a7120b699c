//! Proposed addresses, and what is asked about them, over HTTP.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::notes::For;
use super::query::Query;
use crate::desk::addresses::{AddressLine, ConcludeAddress, ProposeAddress};
use crate::desk::checks::{AnswerCheck, Check, OpenCheck, Reply, is_late};
use crate::model::addresses::ReplyWords;
use crate::model::id::{AddressId, CaseId, CheckId};
use crate::model::text::Prose;
use crate::model::time::Moment;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST /api/v1/cases/{case}/addresses`
pub(super) async fn propose(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<ProposeAddress>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.propose_address(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/addresses/"))
}

/// `GET /api/v1/cases/{case}/addresses`
pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(page): Query<Page<AddressId>>,
) -> Answer {
    let limit = page.limit()?;
    let (lines, next, recorded) = hub.desk.addresses(&actor, case, page.purpose, page.after, limit).await?;
    let items: Vec<Value> = lines.iter().map(line).collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/addresses/{address}`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<AddressId>,
    Query(why): Query<For>,
) -> Answer {
    let open = hub.desk.address(&actor, id, why.purpose).await?;
    let mut body = line(&open.line);
    body["address"] = json!(open.words.value().address.reveal());
    body["text"] = json!(open.words.value().text.as_ref().map(Prose::reveal));
    body["receipt"] = disclosed(&open.words);
    ok(body)
}

/// `POST /api/v1/addresses/{address}/conclusion`
pub(super) async fn conclude(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<AddressId>,
    key: Key,
    body: Strict<ConcludeAddress>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.conclude_address(&actor, id, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/addresses/"))
}

/// `GET /api/v1/checks`
pub(super) async fn mine(State(hub): State<Hub>, Caller(actor): Caller, Query(page): Query<Page<CheckId>>) -> Answer {
    let limit = page.limit()?;
    let (found, next, recorded) = hub.desk.checks(&actor, page.after, limit).await?;
    let now = hub.desk.now();
    let items: Vec<Value> = found.iter().map(|one| check(one, now)).collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/checks/{check}`
pub(super) async fn show_check(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<CheckId>,
    Query(why): Query<For>,
) -> Answer {
    let open = hub.desk.check(&actor, id, why.purpose).await?;
    let mut body = check(&open.check, hub.desk.now());
    let words = open.words.value().first();
    body["proposed"] = json!(words.map(|words| words.address.reveal()));
    body["text"] = json!(words.and_then(|words| words.text.as_ref()).map(Prose::reveal));
    body["concluded"] = json!(open.concluded);
    body["replies"] = replies(&open);
    body["receipt"] = disclosed(&open.words);
    ok(body)
}

/// `POST /api/v1/checks/{check}/replies`
pub(super) async fn answer(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<CheckId>,
    key: Key,
    body: Strict<AnswerCheck>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.answer_check(&actor, id, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

fn line(one: &AddressLine) -> Value {
    let address = &one.address;
    let outcome = one.outcome.as_ref().map(|made| {
        json!({
            "outcome": made.made.what, "overridden": made.made.overridden, "at": made.made.at, "by": made.by,
            "event": made.event,
        })
    });
    json!({
        "id": address.id, "case": address.case, "kind": address.kind, "from": address.starts, "author": address.author,
        "agency": address.agency, "proposed": address.created, "event": address.event, "due": one.due,
        "state": one.state, "conclusion": outcome,
    })
}

fn check(one: &Check, now: Moment) -> Value {
    json!({
        "id": one.id, "case": one.case, "service": one.service, "about": one.about, "alert": one.alert,
        "kind": one.kind, "from": one.starts, "asked": one.asked, "due": one.due, "late": is_late(one, now),
        "answer": one.answer,
    })
}

fn replies(open: &OpenCheck) -> Value {
    let said = open.said.as_ref().map_or(&[][..], |said| said.value());
    let reply = |(one, words): (&Reply, Option<&ReplyWords>)| {
        let text = words.and_then(|words| words.text.as_ref()).map(Prose::reveal);
        json!({ "id": one.id, "answer": one.answer, "by": one.worker, "at": one.at, "text": text })
    };
    let words = said.iter().map(Some).chain(std::iter::repeat(None));
    open.replies.iter().zip(words).map(reply).collect()
}
