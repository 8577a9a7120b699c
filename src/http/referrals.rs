//! MAPPA referrals over HTTP.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::notes::For;
use super::query::Query;
use crate::desk::referrals::{AcceptReferral, FileReferral, ReturnReferral};
use crate::desk::referrals_shown::{KeptReferral, OpenReferral};
use crate::model::id::{CaseId, ReferralId};
use crate::model::text::Prose;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST /api/v1/referrals`
pub(super) async fn file(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    key: Key,
    body: Strict<FileReferral>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.file_referral(&actor, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/referrals/"))
}

/// `POST /api/v1/referrals/{referral}/return`
pub(super) async fn send_back(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<ReferralId>,
    key: Key,
    body: Strict<ReturnReferral>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.return_referral(&actor, id, body.value, once).await }).await?;
    made(StatusCode::OK, written, None)
}

/// `POST /api/v1/referrals/{referral}/acceptance`
pub(super) async fn accept(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<ReferralId>,
    key: Key,
    body: Strict<AcceptReferral>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.accept_referral(&actor, id, body.value, once).await }).await?;
    made(StatusCode::OK, written, None)
}

/// `GET /api/v1/cases/{case}/referrals`
pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(page): Query<Page<ReferralId>>,
) -> Answer {
    let limit = page.limit()?;
    let (found, next, recorded) = hub.desk.referrals(&actor, case, page.purpose, page.after, limit).await?;
    let items: Vec<Value> = found.iter().map(line).collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/referrals/{referral}`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<ReferralId>,
    Query(why): Query<For>,
) -> Answer {
    ok(opened(&hub.desk.referral(&actor, id, why.purpose).await?))
}

/// Shows a referral that was opened.
pub(super) fn opened(open: &OpenReferral) -> Value {
    let mut body = line(&open.kept);
    let words = open.words.value();
    body["offence"] = json!(words.offence.reveal());
    body["risk"] = json!(words.risk.reveal());
    body["managed_now"] = json!(words.managed_now.reveal());
    body["why_together"] = json!(words.why_together.reveal());
    body["why_not_level_2"] = json!(words.why_not_level_2.as_ref().map(Prose::reveal));
    body["reason"] = json!(open.reason.as_ref().map(|reason| reason.value().reason.reveal()));
    body["receipt"] = disclosed(&open.words);
    body
}

fn line(one: &KeptReferral) -> Value {
    let (referral, answer) = (&one.referral, one.answer.as_ref());
    json!({
        "id": referral.id, "case": referral.case, "author": referral.author, "agency": referral.agency,
        "category": referral.category, "level": referral.level, "serious_harm": referral.harm, "plan": referral.plan,
        "follows": referral.follows, "event": referral.event, "filed": referral.created,
        "outcome": answer.map(|answer| answer.outcome), "answered": answer.map(|answer| answer.at),
        "answered_by": answer.map(|answer| answer.worker), "again": one.again,
    })
}
