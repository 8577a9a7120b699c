//! Heartbeats over HTTP: who has them, and the words for those who must not rely on alerts now.

use super::answer::{Answer, ok, receipt};
use super::extract::Caller;
use super::hub::Hub;
use super::json::Strict;
use crate::desk::heartbeats::{Hearer, Hearing, Heartbeat, Late, TakeHeartbeat, Taken};
use crate::model::id::AgencyId;
use crate::model::status::Phone;
use axum::extract::State;
use serde_json::{Value, json};

/// What whoever waits for alerts is told, and whoever raises one.
pub(super) const DELAYED: &str = "Alerts may be delayed: telephone.";

/// `GET /api/v1/heartbeats`
pub(super) async fn list(State(hub): State<Hub>, Caller(actor): Caller) -> Answer {
    let found = hub.desk.hearers(&actor).await?;
    let items: Vec<Value> = found.agencies.iter().map(hearer).collect();
    ok(json!({
        "last": found.last.as_ref().map(heartbeat), "late_since": found.late, "items": items,
        "receipt": found.recorded.as_ref().map(receipt),
    }))
}

/// `POST /api/v1/heartbeats/taken`
pub(super) async fn taken(State(hub): State<Hub>, Caller(actor): Caller, body: Strict<TakeHeartbeat>) -> Answer {
    let one = hub.desk.take_heartbeat(&actor, i64::from(body.value.heartbeat)).await?;
    ok(hearer(&one))
}

/// A heartbeat on an open stream: whose, which and when it was sent.
pub(super) fn on_stream(agency: &AgencyId, beat: &Heartbeat) -> Value {
    let mut event = heartbeat(beat);
    event["agency"] = json!(agency);
    event
}

/// Writes that alerts to the reader may be delayed; nothing if they are not, or if that could not be found out: the rest is
/// shown all the same.
pub(super) async fn late(hub: &Hub, agency: &AgencyId) -> Option<Late> {
    match hub.desk.late_for(agency).await {
        Ok(late) => late,
        Err(error) => {
            tracing::warn!(%error, "whether alerts may be delayed could not be found out");
            None
        }
    }
}

/// Writes that for an interface.
pub(super) fn delayed(late: &Late) -> Value {
    json!({ "since": late.since, "say": DELAYED, "telephone": late.ring.iter().map(phone).collect::<Vec<_>>() })
}

fn heartbeat(beat: &Heartbeat) -> Value {
    json!({ "heartbeat": beat.number, "sent_at": beat.at })
}

fn hearer(one: &Hearer) -> Value {
    let taken = |taken: &Taken| {
        let mut value = heartbeat(&taken.beat);
        value["taken_at"] = json!(taken.at);
        value
    };
    let delayed = one.state == Hearing::Delayed;
    json!({
        "agency": one.agency, "state": one.state, "newest": one.newest.as_ref().map(taken), "delayed": delayed,
        "since": one.since, "say": delayed.then_some(DELAYED), "telephone": delayed.then(|| phone(&one.telephone)),
    })
}

/// Writes whom to ring.
pub(super) fn phone(phone: &Phone) -> Value {
    json!({ "number": phone.number, "whose": phone.whose })
}
