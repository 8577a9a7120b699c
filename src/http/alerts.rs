//! Alerts over HTTP.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::notes::For;
use super::query::Query;
use crate::desk::alerts::{
    Acknowledge, ActOnAlert, AlertHead, Copy, Done, Progress, RaiseAlert, StoredAction, state, state_of,
};
use crate::desk::inbox::Tombstone;
use crate::desk::notice_answers::AnswerNotice;
use crate::model::alerts::{ActionText, DeliveryState};
use crate::model::id::{AlertId, CaseId, DeliveryId};
use crate::model::text::Prose;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// What stands beside an alert whose note was taken back before it was read.
const RECALLED_UNREAD: &str = "Taken back before you read it: there is nothing to do.";

/// What stands beside an alert whose note was read and then taken back.
const RECALLED_READ: &str = "Taken back after you read it: do not use it, and do not pass it on.";

/// `POST /api/v1/cases/{case}/alerts`
pub(super) async fn raise(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<RaiseAlert>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.raise_alert(&actor, case, body.value, once).await }).await?;
    made(StatusCode::ACCEPTED, written, Some("/api/v1/alerts/"))
}

/// `GET /api/v1/alerts`
pub(super) async fn inbox(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Query(page): Query<Page<DeliveryId>>,
) -> Answer {
    let inbox = hub.desk.inbox(&actor, page.after, page.limit()?).await?;
    let items: Vec<Value> = inbox.items.iter().map(|(head, copy)| item(head, copy)).collect();
    ok(json!({ "items": items, "next": inbox.next, "receipt": receipt(&inbox.recorded) }))
}

/// `GET /api/v1/alerts/{alert}`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(alert): Id<AlertId>,
    Query(why): Query<For>,
) -> Answer {
    let open = hub.desk.read_alert(&actor, alert, why.purpose).await?;
    let words = open.words.value();
    let mut body = open.copy.as_ref().map_or_else(|| clear(&open.head), |copy| item(&open.head, copy));
    body["text"] = json!(words.text.reveal());
    body["may_tell_her"] = json!(words.may_tell_her.as_ref().map(Prose::reveal));
    body["recipients"] = open.progress.iter().map(progress).collect();
    body["actions"] = json!(open.done.as_ref().map(done));
    body["shares"] = json!(open.shares);
    body["receipt"] = disclosed(&open.words);
    ok(body)
}

/// `POST /api/v1/alerts/{alert}/acknowledgement`
pub(super) async fn acknowledge(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(alert): Id<AlertId>,
    _body: Strict<Acknowledge>,
) -> Answer {
    let finisher = hub.finisher.clone();
    let done = finisher.run(async move { hub.desk.acknowledge(&actor, alert).await }).await?;
    let mut body = json!({ "alert": alert, "state": DeliveryState::Acknowledged, "acknowledged_at": done.at });
    match &done.recorded {
        Some(recorded) => body["receipt"] = receipt(recorded),
        None => body["repeated"] = json!(true),
    }
    ok(body)
}

/// `POST /api/v1/alerts/{alert}/actions`
pub(super) async fn act(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(alert): Id<AlertId>,
    key: Key,
    body: Strict<ActOnAlert>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.act(&actor, alert, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `POST /api/v1/alerts/{alert}/notice`
pub(super) async fn answer_notice(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(alert): Id<AlertId>,
    key: Key,
    body: Strict<AnswerNotice>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.answer_notice(&actor, alert, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// An alert in a recipient's list: no words.
pub(super) fn item(head: &AlertHead, copy: &Copy) -> Value {
    let mut item = clear(head);
    item["place"] = json!(copy.delivery);
    item["state"] = json!(state(copy));
    item["read_at"] = json!(copy.read);
    item["acknowledged_at"] = json!(copy.acknowledged);
    item["acted_at"] = json!(copy.acted);
    item["put_right_at"] = json!(copy.put_right);
    item["recalled_at"] = json!(copy.gone);
    item["say"] = json!(copy.gone.map(|_| if copy.seen { RECALLED_READ } else { RECALLED_UNREAD }));
    item
}

/// An alert on an open stream whose note was taken back.
pub(super) fn tombstone(gone: &Tombstone) -> Value {
    json!({ "id": gone.alert, "place": gone.delivery, "recalled_at": gone.gone })
}

fn clear(head: &AlertHead) -> Value {
    json!({
        "id": head.id, "case": head.case, "kind": head.kind, "category": head.category, "severity": head.severity,
        "about": head.about, "note": head.note, "agency": head.agency, "stored_at": head.raised,
    })
}

fn done(done: &Done) -> Vec<Value> {
    let words = done.words.iter().flat_map(|words| words.value());
    let each = |(one, words): (&StoredAction, &ActionText)| {
        let text = words.0.reveal();
        json!({ "worker": one.worker, "role": one.role, "agency": one.agency, "at": one.at, "text": text })
    };
    done.actions.iter().zip(words).map(each).collect()
}

fn progress(one: &Progress) -> Value {
    json!({
        "worker": one.worker, "role": one.role, "agency": one.agency, "state": state_of(one.read, one.acknowledged, one.acted),
        "read_at": one.read, "acknowledged_at": one.acknowledged, "acted_at": one.acted,
    })
}
