//! The chronology of a case with its words, and when he is to be seen, over HTTP.

use super::answer::{Answer, disclosed, ok, receipt};
use super::extract::{Caller, Id};
use super::hub::Hub;
use super::ical;
use super::lists::Page;
use super::notes::{For, fields};
use super::query::Query;
use super::{events, orders};
use crate::desk::chronology::Entry;
use crate::desk::levels::Seen;
use crate::desk::orders::OpenOrder;
use crate::model::id::{CaseId, EventId};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde_json::{Value, json};

/// `GET /api/v1/cases/{case}/chronology`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(page): Query<Page<EventId>>,
) -> Answer {
    let limit = page.limit()?;
    let shown = hub.desk.chronology(&actor, case, page.purpose, page.after, limit).await?;
    let mark = &shown.mark;
    ok(json!({
        "case": case,
        "mark": { "who": mark.who, "agency": mark.agency, "purpose": mark.purpose, "at": mark.at },
        "orders": shown.orders.iter().map(order).collect::<Vec<_>>(),
        "items": shown.events.iter().map(entry).collect::<Vec<_>>(),
        "next": shown.next,
        "receipt": receipt(&shown.recorded),
    }))
}

pub(super) fn entry(entry: &Entry) -> Value {
    match entry {
        Entry::Known(line) => events::line(line),
        Entry::Open(open) => events::opened(open),
    }
}

/// Shows an order: its conditions by kind and hours alone, and nobody whom they name.
pub(super) fn order(open: &OpenOrder) -> Value {
    let mut body = orders::head(&open.order, open.seen.level());
    match &open.seen {
        Seen::Full(words) => {
            orders::whole(&mut body, open, words.value());
            for condition in body["conditions"].as_array_mut().into_iter().flatten() {
                if let Some(fields) = condition.as_object_mut() {
                    fields.retain(|name, _| matches!(name.as_str(), "kind" | "from" | "to"));
                }
            }
            body["receipt"] = disclosed(words);
        }
        Seen::Summary(summary) => {
            body["summary"] = fields(summary.value());
            body["receipt"] = disclosed(summary);
        }
    }
    body
}

/// `GET /api/v1/cases/{case}/appointments`
pub(super) async fn appointments(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(why): Query<For>,
) -> Answer {
    let (shown, recorded) = hub.desk.appointments(&actor, case, why.purpose).await?;
    let one = |one: &crate::desk::appointments::Appointment| {
        let (begins, ends) = one.window.unzip();
        json!({ "id": one.id, "day": one.day, "begins": begins, "ends": ends })
    };
    ok(json!({ "items": shown.iter().map(one).collect::<Vec<_>>(), "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/cases/{case}/appointments.ics`
pub(super) async fn calendar(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(why): Query<For>,
) -> Answer {
    let (shown, _) = hub.desk.appointments(&actor, case, why.purpose).await?;
    let headers = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"appointments.ics\""),
    ];
    Ok((headers, ical::calendar(&shown)).into_response())
}
