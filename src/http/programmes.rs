//! A man's place in a programme, over HTTP: the waiting list, his gate, what is sent before he begins.

use super::answer::{Answer, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::notes::For;
use super::query::Query;
use crate::desk::details::SendDetails;
use crate::desk::levels::Seen;
use crate::desk::places::{CaseProgramme, GateLine, ListForProgramme, PlaceRow, StageLine};
use crate::model::clocks::EventWord;
use crate::model::id::{CaseId, PlaceId};
use crate::model::text::Prose;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST /api/v1/cases/{case}/programme`
pub(super) async fn list_him(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<ListForProgramme>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written =
        finisher.run(async move { hub.desk.list_for_programme(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `POST /api/v1/cases/{case}/programme/details`
pub(super) async fn send_details(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<SendDetails>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.send_details(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/events/"))
}

/// `GET /api/v1/cases/{case}/programme`
pub(super) async fn of_case(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(why): Query<For>,
) -> Answer {
    let (places, recorded) = hub.desk.programmes_of(&actor, case, why.purpose).await?;
    let items: Vec<Value> = places.iter().map(shown).collect();
    ok(json!({ "items": items, "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/waiting-list`
pub(super) async fn waiting(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Query(page): Query<Page<PlaceId>>,
) -> Answer {
    let limit = page.limit()?;
    let (places, next, recorded) = hub.desk.waiting_list(&actor, page.purpose, page.after, limit).await?;
    let items: Vec<Value> = places.iter().map(place).collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

fn place(place: &PlaceRow) -> Value {
    json!({
        "id": place.id, "case": place.case, "order": place.order, "programme": place.programme,
        "version": place.version, "listed": place.listed,
    })
}

fn shown(one: &CaseProgramme) -> Value {
    let mut shown = place(&one.place);
    let stages: Vec<Value> = one.stages.iter().map(stage).collect();
    shown["version"] = json!(one.version);
    shown["title"] = json!(one.title);
    shown["started"] = json!(one.started);
    shown["suspended"] = json!(one.suspended);
    shown["ended"] = json!(one.ended);
    shown["stage"] = json!(one.stage);
    shown["stages"] = json!(stages);
    shown["attended"] = json!(one.attended);
    shown["planned"] = json!(one.planned);
    if let Some(gate) = &one.gate {
        let group = one.group.as_ref();
        shown["group"] =
            json!(group.map(|group| json!({ "id": group.id, "name": group.name, "starts": group.starts })));
        let open = gate.iter().all(|line| line.state.opens());
        let items: Vec<Value> = gate.iter().map(item).collect();
        shown["gate"] = json!({ "open": open, "items": items });
    }
    shown
}

fn stage(one: &StageLine) -> Value {
    json!({ "stage": one.stage, "title": one.title, "least": one.least, "most": one.most, "done": one.done })
}

fn item(one: &GateLine) -> Value {
    let done: Vec<Value> = one.done.iter().map(|(event, at)| json!({ "event": event, "happened": at })).collect();
    let waived = one.waived.as_ref().map(|open| {
        let why = match &open.seen {
            Seen::Full(words) => words.value().text.as_ref().map(Prose::reveal),
            Seen::Summary(_) => None,
        };
        json!({ "event": open.event.id, "by": open.event.author, "at": open.event.created, "why": why })
    });
    json!({
        "item": one.item, "title": one.title, "state": one.state.word(), "have": one.have, "need": one.need,
        "done": done, "received": one.received, "waived": waived,
        "events": one.words.iter().map(EventWord::as_str).collect::<Vec<_>>(),
        "who": one.by.iter().map(|role| role.as_str()).collect::<Vec<_>>(),
        "may_waive": one.waive.iter().map(|role| role.as_str()).collect::<Vec<_>>(),
        "source": one.source, "verified": one.verified,
    })
}
