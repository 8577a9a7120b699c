//! Orders over HTTP: what a man is supervised under.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::notes::{For, fields};
use super::query::Query;
use crate::desk::Level;
use crate::desk::levels::Seen;
use crate::desk::orders::{MakeOrder, OpenOrder, Order, OrderLine};
use crate::model::id::{CaseId, OrderId};
use crate::model::orders::{Condition, OrderWords};
use crate::model::text::Line;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST /api/v1/cases/{case}/orders`
pub(super) async fn make(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<MakeOrder>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.make_order(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/orders/"))
}

/// `GET /api/v1/cases/{case}/orders`
pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(page): Query<Page<OrderId>>,
) -> Answer {
    let limit = page.limit()?;
    let (lines, next, recorded) = hub.desk.orders(&actor, case, page.purpose, page.after, limit).await?;
    let items: Vec<Value> = lines.iter().map(line).collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/orders/{order}`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(order): Id<OrderId>,
    Query(why): Query<For>,
) -> Answer {
    let open = hub.desk.order(&actor, order, why.purpose).await?;
    let mut body = head(&open.order, open.seen.level());
    match &open.seen {
        Seen::Full(words) => {
            whole(&mut body, &open, words.value());
            body["receipt"] = disclosed(words);
        }
        Seen::Summary(summary) => {
            body["summary"] = fields(summary.value());
            body["receipt"] = disclosed(summary);
        }
    }
    ok(body)
}

/// Shows all that an order says; a reference only of somebody whom the reader may know of.
pub(super) fn whole(body: &mut Value, open: &OpenOrder, words: &OrderWords) {
    let condition = |one: &Condition| {
        let protected: Vec<_> = one.protected.iter().filter(|id| open.known.contains(id)).collect();
        json!({
            "kind": one.kind, "protected": protected, "from": one.from.map(|hour| hour.to_string()),
            "to": one.to.map(|hour| hour.to_string()), "text": one.text.as_ref().map(Line::reveal),
        })
    };
    body["court"] = json!(words.court.as_ref().map(Line::reveal));
    body["reference"] = json!(words.reference.as_ref().map(Line::reveal));
    body["requirements"] = words
        .requirements
        .iter()
        .map(|one| {
            json!({ "kind": one.kind, "hours": one.hours, "months": one.months,
                    "programme": one.programme.as_ref().map(Line::reveal) })
        })
        .collect();
    body["conditions"] = words.conditions.iter().map(condition).collect();
    body["officer"] = json!(words.officer);
    body["deputy"] = json!(words.deputy);
    body["replaces"] = json!(open.replaces);
}

/// Shows what stands in clear, as far as the reader may know.
pub(super) fn head(order: &Order, level: Level) -> Value {
    let mut shown = json!({ "id": order.id, "case": order.case, "access": level.as_str() });
    if level <= Level::Summary {
        shown["kind"] = json!(order.kind);
        shown["made"] = json!(order.made);
        shown["starts"] = json!(order.starts);
        shown["ends"] = json!(order.ends);
        shown["recorded"] = json!(order.created);
        shown["author"] = json!(order.author);
        shown["agency"] = json!(order.agency);
    }
    shown
}

fn line(line: &OrderLine) -> Value {
    head(&line.order, line.level)
}
