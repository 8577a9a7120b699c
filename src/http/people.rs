//! Workers and the search for a man, over HTTP.

use super::answer::{Answer, disclosed, ok, receipt};
use super::extract::Caller;
use super::hub::Hub;
use super::json::Strict;
use super::shares::Nothing;
use crate::desk::declared::Declare;
use crate::model::id::PersonId;
use crate::model::people::{PersonSearch, PersonSummary};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Value, json};
use std::time::Duration;

/// What a search says whenever it shows nobody, whatever the reason.
const NOBODY: &str = "Nobody here whom you can open. This does not mean that he is not supervised, and not that he is not \
                      known to another agency. If you think that you should see somebody, speak to your manager.";

/// The soonest that a search is answered: several times what it takes, so that how long it took does not show.
const SOONEST: Duration = Duration::from_millis(25);
/// What a device key signs.
const SIGN: &str = "Ed25519 over three lines, each with a line feed at its end: lippen-step-up/v1; the challenge; SHA-256 in \
                    hexadecimal of the act's word, record, scope, incident and reason with one line feed between each. The \
                    signature is sent in base64url without padding. The route says how record and scope are written.";

/// `GET /api/v1/me`
pub(super) async fn me(State(hub): State<Hub>, Caller(actor): Caller) -> Answer {
    if actor.worker().is_none() {
        return ok(json!({ "system": actor.agency(), "agency": actor.agency(), "kind": actor.kind() }));
    }
    let me = hub.desk.me(&actor).await?;
    ok(json!({
        "worker": me.seat.worker, "name": me.name.value().0.reveal(), "role": me.seat.role, "agency": me.seat.agency,
        "kind": me.seat.kind, "may": hub.desk.may(&actor), "receipt": disclosed(&me.name),
    }))
}

/// `POST /api/v1/people/search`
pub(super) async fn search(State(hub): State<Hub>, Caller(actor): Caller, body: Strict<PersonSearch>) -> Answer {
    let finisher = hub.finisher.clone();
    let soonest = tokio::time::sleep(SOONEST);
    let found = finisher.run(async move { hub.desk.search(&actor, body.value).await }).await;
    // Nobody, somebody whom one may not know and somebody whom one knows too well are answered after the same time.
    soonest.await;
    let found = found?;
    let shown = found.people.value().iter().zip(&found.places).zip(&found.fits).filter(|(_, fits)| **fits);
    let people: Vec<Value> = shown
        .map(|((summary, (id, case, level)), _)| {
            let mut shown = person(*id, summary);
            shown["access"] = json!(level.as_str());
            shown["case"] = json!(case);
            shown
        })
        .collect();
    let (word, say) = match people.len() {
        0 => ("none", NOBODY),
        1 => ("one", "One person fits. Compare all of it before you act."),
        _ => ("several", "More than one person fits. Ask for another identifier; do not guess."),
    };
    ok(json!({ "match": word, "people": people, "say": say, "receipt": disclosed(&found.people) }))
}

/// `POST /api/v1/me/step-up`
pub(super) async fn step_up(State(hub): State<Hub>, Caller(actor): Caller, _body: Strict<Nothing>) -> Answer {
    let asked = hub.desk.step_up(&actor).await?;
    ok(json!({
        "challenge": asked.challenge, "expires": asked.expires, "keys": asked.keys, "sign": SIGN,
        "receipt": receipt(&asked.recorded),
    }))
}

/// `POST /api/v1/me/conflicts`
pub(super) async fn declare(State(hub): State<Hub>, Caller(actor): Caller, body: Strict<Declare>) -> Answer {
    let finisher = hub.finisher.clone();
    let (id, recorded) = finisher.run(async move { hub.desk.declare(&actor, body.value).await }).await?;
    let say = "Recorded. If that person is in the hub, their cases are closed to you from now on.";
    Ok((StatusCode::CREATED, Json(json!({ "id": id, "say": say, "receipt": receipt(&recorded) }))).into_response())
}

/// Shows a man in summary.
pub(super) fn person(id: PersonId, summary: &PersonSummary) -> Value {
    json!({
        "id": id, "family_name": summary.family_name.reveal(), "given_names": summary.given_names.reveal(),
        "date_of_birth": summary.date_of_birth,
    })
}
