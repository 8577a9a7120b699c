//! Contacts, incidents and the chronology of a case, over HTTP.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::notes::{For, fields};
use super::query::Query;
use crate::desk::Level;
use crate::desk::chronicle::RecordEvent;
use crate::desk::contacts::{RecordContact, RecordNonCompliance};
use crate::desk::events::{Event, EventLine, OpenEvent};
use crate::desk::levels::Seen;
use crate::model::clocks::EventWord;
use crate::model::events::EventWords;
use crate::model::id::{CaseId, EventId};
use crate::model::text::{Line, Prose};
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST /api/v1/cases/{case}/contacts`
pub(super) async fn contact(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<RecordContact>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.contact(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/events/"))
}

/// `POST /api/v1/cases/{case}/non-compliance`
pub(super) async fn non_compliance(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<RecordNonCompliance>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.non_compliance(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/events/"))
}

/// `POST /api/v1/cases/{case}/events`
pub(super) async fn record(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<RecordEvent>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.record_event(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/events/"))
}

/// `GET /api/v1/cases/{case}/events`
pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(page): Query<Page<EventId>>,
) -> Answer {
    let limit = page.limit()?;
    let (lines, next, recorded) = hub.desk.events(&actor, case, page.purpose, page.after, limit).await?;
    let items: Vec<Value> = lines.iter().map(line).collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/events/{event}`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(event): Id<EventId>,
    Query(why): Query<For>,
) -> Answer {
    ok(opened(&hub.desk.event(&actor, event, why.purpose).await?))
}

/// Shows an event that was opened, with its receipt.
pub(super) fn opened(open: &OpenEvent) -> Value {
    let mut body = head(&open.event, open.seen.level());
    match &open.seen {
        Seen::Full(words) => {
            whole(&mut body, words.value());
            body["receipt"] = disclosed(words);
        }
        Seen::Summary(summary) => {
            body["summary"] = fields(summary.value());
            body["receipt"] = disclosed(summary);
        }
    }
    body
}

fn whole(body: &mut Value, words: &EventWords) {
    body["text"] = json!(words.text.as_ref().map(Prose::reveal));
    body["evidence"] = words.evidence.iter().map(Line::reveal).collect();
    body["kind"] = json!(words.contact);
    body["unannounced"] = json!(words.unannounced);
    body["outcome"] = json!(words.outcome);
    body["cause"] = json!(words.cause);
    body["contact_level"] = json!(words.level);
    body["session"] = json!(words.session);
}

/// Shows what stands in clear: what happened and when only to a reader of summary or more.
fn head(event: &Event, level: Level) -> Value {
    let mut shown = json!({ "id": event.id, "case": event.case, "category": event.category, "access": level.as_str() });
    if level <= Level::Summary {
        shown["word"] = json!(event.word.as_str());
        shown["order"] = json!(event.order);
        shown["happened"] = json!(event.happened);
        shown["recorded"] = json!(event.created);
        // Which officer has a notice is for those who may read it whole.
        if level == Level::Full || event.word.as_str() != EventWord::ACKNOWLEDGED {
            shown["author"] = json!(event.author);
        }
        shown["agency"] = json!(event.agency);
        shown["follows"] = json!(event.follows);
        shown["corrects"] = json!(event.corrects);
        let waives = event.word.as_str() == EventWord::GATE_WAIVED;
        shown["clock"] = json!(event.rule.as_ref().filter(|_| !waives));
        shown["item"] = json!(event.rule.as_ref().filter(|_| waives));
        shown["day"] = json!(event.day);
    }
    shown
}

pub(super) fn line(line: &EventLine) -> Value {
    head(&line.event, line.level)
}
