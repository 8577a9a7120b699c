//! How a protected person is reached safely, over HTTP. No address of a route holds anything of hers but her pseudonymous id.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::shares::Nothing;
use super::storms::held_back;
use crate::desk::alerts::OpenAlert;
use crate::desk::safe_contact::asks::{AnsweredAsk, AskContact};
use crate::desk::safe_contact::marks::{SayUnsafe, Verify};
use crate::desk::safe_contact::numbers::EndContact;
use crate::desk::safe_contact::write::WriteContact;
use crate::desk::safe_contact::{Beside, KeptAsk, KeptCard, KeptMark, OpenContact};
use crate::model::id::{ProtectedId, SafeAskId};
use crate::model::safe_contact::standing::Standing;
use crate::model::safe_contact::windows::Window;
use crate::model::safe_contact::{CardWords, RouteWords, Said};
use crate::model::text::{Line, Prose};
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST /api/v1/protected/{protected}/safe-contact`
pub(super) async fn write(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(her): Id<ProtectedId>,
    key: Key,
    body: Strict<WriteContact>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.write_contact(&actor, her, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `GET /api/v1/protected/{protected}/safe-contact`
pub(super) async fn show(State(hub): State<Hub>, Caller(actor): Caller, Id(her): Id<ProtectedId>) -> Answer {
    let open = hub.desk.safe_contact(&actor, her).await?;
    let mut body = match &open.card {
        Some((kept, card)) => shown(kept, card.words(), &open.standing),
        None => {
            json!({ "version": 0, "routes": [], "say": "Nothing is recorded of how she is reached safely: nobody contacts her \
                                                            before her worker has asked her." })
        }
    };
    body["protected"] = json!(her);
    body["marks"] = open.marks.iter().map(|one| mark(one, &open)).collect();
    body["asks"] = open.asks.iter().map(|one| asked(one, &open)).collect();
    let reveals = open.reveals.iter().map(|(at, role, agency)| json!({ "at": at, "role": role, "agency": agency }));
    body["emergencies"] = reveals.collect();
    body["receipt"] = receipt(&open.recorded);
    ok(body)
}

/// `POST /api/v1/protected/{protected}/safe-contact/verifications`
pub(super) async fn verify(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(her): Id<ProtectedId>,
    key: Key,
    body: Strict<Verify>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.verify_contact(&actor, her, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `POST /api/v1/protected/{protected}/safe-contact/unsafe`
pub(super) async fn say_unsafe(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(her): Id<ProtectedId>,
    key: Key,
    body: Strict<SayUnsafe>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.say_unsafe(&actor, her, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `POST /api/v1/protected/{protected}/safe-contact/asks`
pub(super) async fn ask(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(her): Id<ProtectedId>,
    body: Strict<AskContact>,
) -> Answer {
    let finisher = hub.finisher.clone();
    let answered = finisher.run(async move { hub.desk.ask_contact(&actor, her, body.value).await }).await?;
    let body = answer(&answered);
    Ok(axum::response::IntoResponse::into_response((StatusCode::CREATED, axum::Json(body))))
}

/// `POST /api/v1/safe-contact/{ask}/number`
pub(super) async fn number(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(ask): Id<SafeAskId>,
    _: Strict<Nothing>,
) -> Answer {
    let finisher = hub.finisher.clone();
    let open = finisher.run(async move { hub.desk.contact_number(&actor, ask).await }).await?;
    let target = open.target.value();
    ok(json!({
        "ask": ask, "route": open.route, "to": target.to.reveal(),
        "code_word": target.code_word.as_ref().map(Line::reveal), "receipt": disclosed(&open.target),
    }))
}

/// `POST /api/v1/safe-contact/{ask}/outcome`
pub(super) async fn end(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(ask): Id<SafeAskId>,
    key: Key,
    body: Strict<EndContact>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.end_contact(&actor, ask, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

fn answer(open: &AnsweredAsk) -> Value {
    let words = open.card.words();
    let way = |id| words.routes.iter().find(|one| one.id == id);
    let now = open.answer.now.and_then(|(id, until)| {
        let mut shown = route(way(id)?);
        shown["until"] = json!(until);
        Some(shown)
    });
    let next = open.answer.next.and_then(|(id, from)| Some(json!({ "id": id, "by": way(id)?.by, "from": from })));
    let mut body = json!({
        "id": open.id, "contact": open.answer.verdict, "route": now, "next": next, "why": open.why,
        "ask_whom": open.whom.iter().map(|(worker, role)| json!({ "worker": worker, "role": role })).collect::<Vec<_>>(),
        "receipt": receipt(&open.recorded),
    });
    if open.answer.now.is_some() {
        spoken(&mut body, words);
        let alert = open.alert.as_ref();
        body["may_tell_her"] = json!(alert.and_then(OpenAlert::may_tell_her).map(Prose::reveal));
        body["held_back"] = held_back(alert.and_then(|alert| alert.held_back.as_ref()));
    }
    body
}

/// Adds in which language one speaks with her, and who else is there.
fn spoken(body: &mut Value, words: &CardWords) {
    body["language"] = json!(words.language);
    body["interpreter"] = json!(words.interpreter);
    body["heard_by"] = json!(words.heard_by.as_ref().map(Line::reveal));
    body["children"] = json!(words.children.as_ref().map(Line::reveal));
}

fn route(one: &RouteWords) -> Value {
    json!({
        "id": one.id, "by": one.by, "say": one.say.reveal(), "message": one.message.as_ref().map(Line::reveal),
        "never_text": one.never_text, "note": one.note.as_ref().map(Prose::reveal),
        "windows": one.windows.iter().map(window).collect::<Vec<_>>(),
    })
}

fn window(one: &Window) -> Value {
    json!({ "days": one.days, "from": one.from.to_string(), "until": one.until.to_string() })
}

fn shown(kept: &KeptCard, words: &CardWords, standing: &[Standing]) -> Value {
    let ways = words.routes.iter().zip(standing).map(|(one, standing)| {
        let mut shown = route(one);
        shown["state"] = json!(standing.state);
        shown["why"] = json!(standing.why);
        shown["asked"] = json!(standing.verified.map(|one| one.asked));
        shown["until"] = json!(standing.verified.map(|one| one.until));
        shown
    });
    let mut body = json!({
        "version": kept.version, "recorded": kept.created, "author": kept.author, "agency": kept.agency,
        "routes": ways.collect::<Vec<_>>(),
    });
    spoken(&mut body, words);
    body
}

fn beside(open: &OpenContact, what: Beside) -> Option<&str> {
    open.said.beside(what).map(|Said(words)| words.reveal())
}

fn mark(one: &KeptMark, open: &OpenContact) -> Value {
    json!({
        "mark": one.mark, "routes": one.routes, "how": one.asked.map(|(how, _)| how), "asked": one.asked.map(|(_, at)| at),
        "author": one.author, "agency": one.agency, "at": one.created, "said": beside(open, Beside::Mark(one.id)),
    })
}

fn asked(one: &KeptAsk, open: &OpenContact) -> Value {
    let ended = one
        .outcome
        .as_ref()
        .map(|end| json!({ "outcome": end.outcome, "at": end.at, "said": beside(open, Beside::Outcome(one.id)) }));
    json!({
        "id": one.id, "reason": one.reason, "alert": one.alert, "contact": one.verdict, "route": one.route,
        "author": one.author, "agency": one.agency, "at": one.created, "number_shown": one.opened,
        "said": beside(open, Beside::Ask(one.id)), "outcome": ended,
    })
}
