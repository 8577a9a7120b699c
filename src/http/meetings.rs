//! MAPPA meetings over HTTP.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::query::Query;
use super::shares::Nothing;
use crate::desk::meeting_seats::{AcceptStatement, Invite};
use crate::desk::meetings::{CallOffMeeting, ListCase, SetMeeting};
use crate::desk::meetings_shown::{AgendaLine, KeptMeeting, KeptSeat};
use crate::model::id::{AgendaItemId, MeetingId, MeetingSeatId};
use crate::model::text::Prose;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST /api/v1/meetings`
pub(super) async fn set(State(hub): State<Hub>, Caller(actor): Caller, key: Key, body: Strict<SetMeeting>) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.set_meeting(&actor, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/meetings/"))
}

/// `POST /api/v1/meetings/{meeting}/items`
pub(super) async fn list_case(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<MeetingId>,
    key: Key,
    body: Strict<ListCase>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.list_case(&actor, id, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `POST /api/v1/agenda-items/{item}/end`
pub(super) async fn take_off(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<AgendaItemId>,
    key: Key,
    body: Strict<Nothing>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.take_off_agenda(&actor, id, once).await }).await?;
    made(StatusCode::OK, written, None)
}

/// `POST /api/v1/meetings/{meeting}/seats`
pub(super) async fn invite(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<MeetingId>,
    key: Key,
    body: Strict<Invite>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.invite(&actor, id, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `POST /api/v1/meeting-seats/{seat}/end`
pub(super) async fn withdraw(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<MeetingSeatId>,
    key: Key,
    body: Strict<Nothing>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.withdraw_invitation(&actor, id, once).await }).await?;
    made(StatusCode::OK, written, None)
}

/// `POST /api/v1/meetings/{meeting}/issue`
pub(super) async fn issue(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<MeetingId>,
    key: Key,
    body: Strict<Nothing>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.issue_meeting(&actor, id, once).await }).await?;
    made(StatusCode::OK, written, None)
}

/// `POST /api/v1/meetings/{meeting}/cancellation`
pub(super) async fn call_off(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<MeetingId>,
    key: Key,
    body: Strict<CallOffMeeting>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.call_off_meeting(&actor, id, body.value, once).await }).await?;
    made(StatusCode::OK, written, None)
}

/// `GET /api/v1/meetings/{meeting}/statement`
pub(super) async fn statement(State(hub): State<Hub>, Caller(actor): Caller, Id(id): Id<MeetingId>) -> Answer {
    let (found, recorded) = hub.desk.meeting_statement(&actor, id).await?;
    let (version, text, accepted) = (found.version, found.text, found.accepted);
    ok(json!({ "version": version, "text": text, "accepted": accepted, "receipt": receipt(&recorded) }))
}

/// `POST /api/v1/meetings/{meeting}/statement`
pub(super) async fn accept(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<MeetingId>,
    key: Key,
    body: Strict<AcceptStatement>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.accept_statement(&actor, id, body.value, once).await }).await?;
    made(StatusCode::OK, written, None)
}

/// `GET /api/v1/meetings`
pub(super) async fn list(State(hub): State<Hub>, Caller(actor): Caller, Query(page): Query<Page<MeetingId>>) -> Answer {
    let limit = page.limit()?;
    let (found, next, recorded) = hub.desk.meetings(&actor, page.after, limit).await?;
    let items: Vec<Value> = found.iter().map(head).collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/meetings/{meeting}`
pub(super) async fn show(State(hub): State<Hub>, Caller(actor): Caller, Id(id): Id<MeetingId>) -> Answer {
    let open = hub.desk.meeting(&actor, id).await?;
    let mut body = head(&open.kept);
    let words = open.words.as_ref().map(crate::vault::Disclosure::value);
    body["place"] = json!(words.map(|words| words.place.reveal()));
    body["joining"] = json!(words.and_then(|words| words.joining.as_ref().map(Prose::reveal)));
    body["agenda"] = open.agenda.iter().map(line).collect();
    body["seats"] = open.seats.iter().map(seat).collect();
    body["lacks"] = json!(open.lacks);
    body["say"] = json!(open.say);
    body["receipt"] = match (&open.words, &open.recorded) {
        (Some(words), _) => disclosed(words),
        (None, recorded) => json!(recorded.as_ref().map(receipt)),
    };
    ok(body)
}

pub(super) fn head(kept: &KeptMeeting) -> Value {
    let (meeting, issue) = (&kept.meeting, kept.issue.as_ref());
    json!({
        "id": meeting.id, "agency": meeting.agency, "level": meeting.level, "starts": meeting.starts,
        "minutes": meeting.minutes, "cancelled": kept.ended.map(|(at, _)| at), "why": kept.ended.map(|(_, why)| why),
        "issued": issue.map(|issue| issue.at), "until": issue.map(|issue| issue.until),
        "statement": issue.map(|issue| &issue.statement),
    })
}

pub(super) fn line(one: &AgendaLine) -> Value {
    let item = &one.kept.item;
    json!({
        "id": item.id, "case": item.case, "purpose": item.purpose, "minutes": item.minutes, "place": item.place,
        "event": item.event, "listed": item.created, "issued": one.kept.issued, "off": one.kept.ended,
        "referral": one.referral,
    })
}

fn seat(one: &KeptSeat) -> Value {
    let seat = &one.seat;
    json!({
        "id": seat.id, "worker": seat.worker, "agency": one.agency, "part": seat.part, "invited": seat.created,
        "accepted": one.accepted, "withdrawn": one.ended, "gone": one.gone,
    })
}
