//! A worker's own e-mail over HTTP: where it goes and what they wish about it.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Key};
use super::hub::Hub;
use super::json::Strict;
use crate::desk::notifications::{ProveMail, SetMail, Wish};
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// What is said of every wish.
const URGENT: &str =
    "Alerts that are urgent ignore all of this. An e-mail says that something waits, and nothing else.";

/// `GET /api/v1/me/notifications`
pub(super) async fn show(State(hub): State<Hub>, Caller(actor): Caller) -> Answer {
    let found = hub.desk.notifications(&actor).await?;
    let mut body = found.wished();
    let each = |(at, proved, address): &(_, Option<_>, crate::vault::Disclosure<_>)| -> Value {
        let words: &crate::model::dispatch::MailAddress = address.value();
        json!({ "address": words.address.reveal(), "asked_at": at, "verified_at": proved, "receipt": disclosed(address) })
    };
    body["email"] = found.channels.iter().map(each).collect();
    body["say"] = json!(URGENT);
    body["receipt"] = receipt(&found.recorded);
    ok(body)
}

/// `POST /api/v1/me/notifications`
pub(super) async fn wish(State(hub): State<Hub>, Caller(actor): Caller, key: Key, body: Strict<Wish>) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.wish(&actor, body.value, once).await }).await?;
    made(StatusCode::OK, written, None)
}

/// `POST /api/v1/me/notifications/email`
pub(super) async fn set_mail(State(hub): State<Hub>, Caller(actor): Caller, key: Key, body: Strict<SetMail>) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.set_mail(&actor, body.value, once).await }).await?;
    made(StatusCode::ACCEPTED, written, None)
}

/// `POST /api/v1/me/notifications/email/verification`
pub(super) async fn prove_mail(State(hub): State<Hub>, Caller(actor): Caller, body: Strict<ProveMail>) -> Answer {
    let finisher = hub.finisher.clone();
    let recorded = finisher.run(async move { hub.desk.prove_mail(&actor, body.value).await }).await?;
    ok(json!({ "verified_at": recorded.at, "receipt": receipt(&recorded) }))
}
