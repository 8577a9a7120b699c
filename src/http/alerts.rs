//! Alerts over HTTP.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::heartbeats::{delayed, late, phone};
use super::hub::Hub;
use super::ical;
use super::json::Strict;
use super::lists::Page;
use super::loud::{Carried, Loud};
use super::notes::For;
use super::query::Query;
use super::storms;
use crate::desk::alerts::{
    Acknowledge, Acknowledged, ActOnAlert, AlertHead, Came, Climbed, Copy, Done, Progress, RaiseAlert, Standing,
    StoredAction, TakeAlerts, state,
};
use crate::desk::groups::{AcknowledgeSeveral, Group, PAGES_MAX, Tapped};
use crate::desk::inbox::Tombstone;
use crate::desk::notice_answers::AnswerNotice;
use crate::model::alerts::{ActionText, DeliveryState};
use crate::model::id::{AlertId, CaseId, DeliveryId};
use crate::model::spooled::SpoolAct;
use crate::model::text::Prose;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde_json::{Value, json};

/// What stands beside an alert whose note was taken back before it was read.
const RECALLED_UNREAD: &str = "Taken back before you read it: there is nothing to do.";

/// What a sender is told of one who is away.
const AWAY: &str = "Somebody to whom it went is away. Whoever stands in for them was told, if there is anybody.";

/// What stands beside an alert whose note was read and then taken back.
const RECALLED_READ: &str = "Taken back after you read it: do not use it, and do not pass it on.";

/// What is said where there are no words for her.
const ASK_FIRST: &str = "Nothing is approved yet that she may be told of this. Ask his case manager before you tell her; if life is at risk, \
                         ring 999 first.";

/// What is said if not all of several were acknowledged.
const NOT_ALL: &str = "Not all of them were acknowledged: look at each.";

/// What is said of one of several that is urgent and was never opened.
const UNOPENED: &str = "It is urgent and you have not opened it: it was NOT acknowledged. Open it first.";

/// What is said of one of several that is not there for whoever asks.
const NOT_YOURS: &str = "There is no such alert in your inbox: nothing was acknowledged.";

/// What is said of one of several that could not be acknowledged just now.
const FAILED: &str = "That it is acknowledged could not be confirmed just now. Send it again: whoever has acknowledged it changes nothing by that.";

/// `POST /api/v1/cases/{case}/alerts`
pub(super) async fn raise(State(hub): State<Hub>, sent: Loud<CaseId, RaiseAlert>) -> Answer {
    let written = match sent.carry_out(&hub, SpoolAct::Alert).await? {
        Carried::Out(written) => written,
        Carried::Kept(answer) => return Ok(answer),
    };
    made(StatusCode::ACCEPTED, written, Some("/api/v1/alerts/"))
}

/// `GET /api/v1/alerts`
pub(super) async fn inbox(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Query(page): Query<Page<DeliveryId>>,
) -> Answer {
    let inbox = hub.desk.inbox(&actor, page.after, page.limit()?).await?;
    let each = |((head, copy), standing): (&(AlertHead, Copy), &Standing)| standing_item(head, copy, standing);
    let items: Vec<Value> = inbox.items.iter().zip(&inbox.standings).map(each).collect();
    let delayed = late(&hub, actor.agency()).await.as_ref().map(delayed);
    ok(json!({ "items": items, "next": inbox.next, "delayed": delayed, "receipt": receipt(&inbox.recorded) }))
}

/// `POST /api/v1/alerts/taken`
pub(super) async fn taken(State(hub): State<Hub>, Caller(actor): Caller, body: Strict<TakeAlerts>) -> Answer {
    let finisher = hub.finisher.clone();
    let count = finisher.run(async move { hub.desk.take_alerts(&actor, body.value.place).await }).await?;
    ok(json!({ "taken": count }))
}

/// `GET /api/v1/alerts/unacknowledged`
pub(super) async fn unacknowledged(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Query(page): Query<Page<AlertId>>,
) -> Answer {
    let found = hub.desk.unacknowledged(&actor, page.after, page.limit()?).await?;
    let counts: serde_json::Map<String, Value> =
        found.counts.iter().map(|(severity, many)| (severity.clone(), json!(many))).collect();
    let items: Vec<Value> = found
        .items
        .iter()
        .map(|one| {
            json!({
                "id": one.id, "severity": one.severity, "drill": one.drill, "stored_at": one.raised, "answers": one.answers,
                "rung": one.rung, "next_at": one.next,
            })
        })
        .collect();
    ok(json!({ "counts": counts, "items": items, "next": found.after, "receipt": receipt(&found.recorded) }))
}

/// `GET /api/v1/alerts/groups`
pub(super) async fn groups(State(hub): State<Hub>, Caller(actor): Caller) -> Answer {
    let waiting = hub.desk.grouped(&actor, PAGES_MAX).await?;
    let items: Vec<Value> = waiting.groups.iter().map(group).collect();
    let delayed = late(&hub, actor.agency()).await.as_ref().map(delayed);
    ok(json!({ "items": items, "whole": waiting.whole, "delayed": delayed, "receipt": receipt(&waiting.recorded) }))
}

/// `POST /api/v1/alerts/acknowledgements`
pub(super) async fn acknowledge_several(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    body: Strict<AcknowledgeSeveral>,
) -> Answer {
    let finisher = hub.finisher.clone();
    let done = finisher.run(async move { hub.desk.acknowledge_several(&actor, body.value).await }).await?;
    let items: Vec<Value> = done.iter().map(|(alert, tapped)| one_of_several(*alert, tapped)).collect();
    let count = done.iter().filter(|(_, tapped)| matches!(tapped, Tapped::Done(_))).count();
    let say = (count < done.len()).then_some(NOT_ALL);
    ok(json!({ "acknowledged": count, "not_acknowledged": done.len() - count, "say": say, "items": items }))
}

/// `GET /api/v1/alerts/due.ics`
pub(super) async fn due(State(hub): State<Hub>, Caller(actor): Caller) -> Answer {
    let owed = hub.desk.answers_owed(&actor).await?;
    let headers =
        [(CONTENT_TYPE, "text/calendar; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"due.ics\"")];
    Ok((headers, ical::answers(&owed)).into_response())
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
    let mut body = match (&open.copy, &open.standing) {
        (Some(copy), Some(standing)) => standing_item(&open.head, copy, standing),
        _ => clear(&open.head),
    };
    body["text"] = json!(words.text.reveal());
    body["may_tell_her"] = json!(open.may_tell_her().map(Prose::reveal));
    body["held_back"] = storms::held_back(open.held_back.as_ref());
    body["ask_first"] = json!(open.ask.as_ref().map(|one| json!({ "say": ASK_FIRST, "telephone": phone(one) })));
    body["recipients"] = open.progress.iter().map(progress).collect();
    body["ladder"] = open.ladder.iter().map(climbed).collect();
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
    ok(acknowledged(alert, &done))
}

fn acknowledged(alert: AlertId, done: &Acknowledged) -> Value {
    let mut body = json!({ "alert": alert, "state": DeliveryState::Acknowledged, "acknowledged_at": done.at });
    match &done.recorded {
        Some(recorded) => body["receipt"] = receipt(recorded),
        None => body["repeated"] = json!(true),
    }
    body
}

fn one_of_several(alert: AlertId, tapped: &Tapped) -> Value {
    let say = match tapped {
        Tapped::Done(done) => return acknowledged(alert, done),
        Tapped::Unopened => UNOPENED,
        Tapped::NotFound => NOT_YOURS,
        Tapped::Failed => FAILED,
    };
    json!({ "alert": alert, "acknowledged_at": null, "say": say })
}

fn group(one: &Group) -> Value {
    json!({
        "case": one.case, "about": one.about, "kinds": one.kinds, "severity": one.severity, "drill": one.drill,
        "count": one.alerts.len(), "unread": one.unread, "rung": one.rung, "due_at": one.due, "oldest_at": one.oldest, "newest_at": one.newest,
        "alerts": one.alerts,
    })
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

/// An alert in a recipient's list, and where they stand with it.
pub(super) fn standing_item(head: &AlertHead, copy: &Copy, standing: &Standing) -> Value {
    let mut item = item(head, copy);
    let from = |(agency, workers): &(_, Vec<_>)| json!({ "agency": agency, "workers": workers });
    item["escalated_from"] = standing.escalated_from.iter().map(from).collect();
    item["rung"] = json!(standing.rung);
    item["due_at"] = json!(standing.due);
    item["answered_at"] = json!(standing.answered);
    item
}

/// An alert in a recipient's list: no words.
fn item(head: &AlertHead, copy: &Copy) -> Value {
    let mut item = clear(head);
    item["place"] = json!(copy.delivery);
    item["state"] = json!(state(copy));
    item["read_at"] = json!(copy.read);
    item["acknowledged_at"] = json!(copy.acknowledged);
    item["acted_at"] = json!(copy.acted);
    item["confirmed_safe_at"] = json!(copy.safe);
    if let Some(merged) = copy.merged {
        item["merged_at"] = json!(merged);
    }
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
        "about": head.about, "note": head.note, "agency": head.agency, "stored_at": head.raised, "drill": head.is_drill(),
    })
}

fn done(done: &Done) -> Vec<Value> {
    let words = done.words.iter().flat_map(|words| words.value());
    let each = |(one, words): (&StoredAction, &ActionText)| {
        let text = words.0.reveal();
        json!({ "worker": one.worker, "role": one.role, "agency": one.agency, "at": one.at, "confirmed_safe": one.safe, "text": text })
    };
    done.actions.iter().zip(words).map(each).collect()
}

fn progress(one: &Progress) -> Value {
    let mut value = came_so_far(one);
    value["worker"] = json!(one.worker);
    value
}

/// How far somebody's copy has come, without who they are.
pub(super) fn came_so_far(one: &Progress) -> Value {
    let Came { sent, taken, read, acknowledged, acted, safe } = one.came;
    json!({
        "role": one.role, "agency": one.agency, "state": one.came.state(), "since_rung": one.since_rung, "sent_at": sent, "delivered_at": taken, "read_at": read, "acknowledged_at": acknowledged, "acted_at": acted,
        "confirmed_safe_at": safe,
    })
}

/// How far the ladder was climbed for those who owe one answer.
pub(super) fn climbed(one: &Climbed) -> Value {
    let rungs: Vec<Value> = one
        .rungs
        .iter()
        .map(|rung| json!({ "rung": rung.rung, "whom": rung.whom, "told": rung.found, "at": rung.at }))
        .collect();
    let next = one.next.map(|(rung, whom, at)| json!({ "rung": rung, "whom": whom, "at": at }));
    let telephone = one.telephone.as_ref().map(|phone| json!({ "number": phone.number, "whose": phone.whose }));
    json!({
        "agency": one.agency, "acknowledged_at": one.acknowledged, "rungs": rungs, "next": next, "telephone": telephone,
        "say": one.rungs.iter().any(|rung| rung.rung == 0).then_some(AWAY),
    })
}
