//! Locks of cases over HTTP.

use super::answer::{Answer, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::loud::{Carried, Loud};
use crate::desk::locks::{Admission, Admit, CaseLock, JudgeLock, LockCall, LockCase, LookedInto};
use crate::model::id::CaseId;
use crate::model::spooled::SpoolAct;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST /api/v1/cases/{case}/lock`
pub(super) async fn lock(State(hub): State<Hub>, sent: Loud<CaseId, LockCase>) -> Answer {
    let written = match sent.carry_out(&hub, SpoolAct::Lock).await? {
        Carried::Out(written) => written,
        Carried::Kept(answer) => return Ok(answer),
    };
    made(StatusCode::ACCEPTED, written, None)
}

/// `GET /api/v1/cases/{case}/lock`
pub(super) async fn show(State(hub): State<Hub>, Caller(actor): Caller, Id(case): Id<CaseId>) -> Answer {
    let CaseLock { lock, admitted, looked_into, recorded } = hub.desk.case_lock(&actor, case).await?;
    let state = if lock.is_some() { "locked" } else { "open" };
    let mut body = json!({
        "case": case, "state": state, "lock": lock.map(|lock| lock.id), "since": lock.map(|lock| lock.since),
        "admitted": lock.is_none() || admitted, "receipt": receipt(&recorded),
    });
    if let Some(found) = looked_into {
        body["looked_into"] = looked(&found);
    }
    ok(body)
}

/// `POST /api/v1/cases/{case}/lock/admissions`
pub(super) async fn admit(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<Admit>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.admit_to_locked(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `POST /api/v1/cases/{case}/lock/words`
pub(super) async fn judge(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<JudgeLock>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.judge_lock(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

fn looked(found: &LookedInto) -> Value {
    let reasons = found.reasons.as_ref().map(|reasons| reasons.value().as_slice()).unwrap_or_default();
    let call = |(at, one): (usize, &LockCall)| {
        let reason = reasons.get(at).map(|words| words.0.reveal());
        json!({ "worker": one.worker, "agency": one.agency, "at": one.at, "reason": reason })
    };
    let admission = |one: &Admission| json!({ "worker": one.worker, "agency": one.agency, "admitted": one.admitted, "by": one.author, "at": one.at });
    let words = found.words.iter().map(|(finding, at, by)| json!({ "finding": finding, "at": at, "by": by }));
    json!({
        "calls": found.calls.iter().enumerate().map(call).collect::<Vec<_>>(), "other_calls": found.other_calls,
        "admissions": found.admissions.iter().map(admission).collect::<Vec<_>>(),
        "words": words.collect::<Vec<_>>(),
    })
}
