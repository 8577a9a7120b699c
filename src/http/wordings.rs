//! What women may be told when something happens in a case, over HTTP.

use super::answer::{Answer, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use crate::desk::wordings::{Raise, SayWording, Wording};
use crate::model::id::CaseId;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST /api/v1/cases/{case}/wordings`
pub(super) async fn say(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<SayWording>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.say_wording(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `GET /api/v1/cases/{case}/wordings`
pub(super) async fn list(State(hub): State<Hub>, Caller(actor): Caller, Id(case): Id<CaseId>) -> Answer {
    let found = hub.desk.wordings(&actor, case).await?;
    let mut words = found.words.value().iter();
    let mut here = |own: &Wording| {
        let text = own.words.as_ref().and_then(|_| words.next()).map(|text| text.0.reveal());
        json!({ "id": own.id, "tell": own.tell, "words": text, "worker": own.author, "said_at": own.created })
    };
    let mut each = |(raise, own): &(Raise, Option<Wording>)| {
        let own = own.as_ref().map(&mut here);
        json!({ "event": raise.word, "kind": raise.kind, "usual": raise.may_tell_her, "here": own })
    };
    let items: Vec<Value> = found.items.iter().map(&mut each).collect();
    ok(json!({ "items": items, "receipt": receipt(&found.recorded) }))
}
