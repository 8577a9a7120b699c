//! What is answered while there is no house behind the door: the acts that must not be lost are kept, everything else is refused.
//!
//! Promises: nothing is shown, nothing is decided, and nobody is told whether anything exists: a case that is there and one that is
//! not are kept alike. Who sends an act is verified as ever; who shows a session's key may end that session.
//! Must never know: the desk, SQL, policy.

use super::answer::{Answer, ok};
use super::finish::Finisher;
use super::loud::{Letter, keep, sender, split};
use super::problem::{Problem, words};
use super::{extract, pages, shield};
use crate::auth::client_cert::ClientCerts;
use crate::auth::token::Issuers;
use crate::desk::alerts::RaiseAlert;
use crate::desk::consents::Withdraw;
use crate::desk::locks::LockCase;
use crate::desk::signers::ReportKey;
use crate::desk::spool::Keeper;
use crate::desk::withdrawals::TakeBack;
use crate::model::id::{CaseId, ConsentId};
use crate::model::signers::KeyName;
use crate::model::spooled::SpoolAct;
use axum::Router;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

/// What is left when there is no house.
#[derive(Clone)]
pub struct Spooling {
    /// Whose tokens are believed.
    pub issuers: Arc<Issuers>,
    /// Which systems' certificates are believed.
    pub systems: Arc<ClientCerts>,
    /// Keeps what must not be lost.
    pub keeper: Arc<Keeper>,
    /// Lets every write run to its end.
    pub finisher: Finisher,
}

/// What people and their programs are answered.
pub fn people(left: Spooling) -> Router {
    let pages = acts().route("/sign-out", post(pages::leaving::sign_out_later));
    pages::over(guarded(pages.with_state(left)))
}

/// What agencies' systems are answered.
pub fn systems(left: Spooling) -> Router {
    guarded(acts().with_state(left))
}

/// What operators are answered.
pub fn operators(left: Spooling) -> Router {
    guarded(health().route("/metrics", get(metrics)).with_state(left))
}

fn health() -> Router<Spooling> {
    Router::new()
        .route("/health/live", get(async || -> Answer { ok(json!({ "status": "live" })) }))
        .route("/health/ready", get(async || Problem::spooling()))
}

fn acts() -> Router<Spooling> {
    health()
        .route("/api/v1/cases/{case}/alerts", post(alert))
        .route("/api/v1/cases/{case}/withdrawals", post(take_back))
        .route("/api/v1/cases/{case}/lock", post(lock))
        .route("/api/v1/consents/{consent}/withdrawal", post(withdraw))
        .route("/api/v1/signing-keys/{key}/report", post(report))
}

fn guarded(router: Router) -> Router {
    let refused = async || Problem::spooling();
    shield::over(router.fallback(refused).method_not_allowed_fallback(refused).layer(from_fn(words)))
}

/// An act of somebody whose credential holds.
struct Sent<I, T>(Letter<I, T>);

impl<I: FromStr + Display + Send, T: DeserializeOwned> FromRequest<Spooling> for Sent<I, T> {
    type Rejection = Response;

    async fn from_request(request: Request, left: &Spooling) -> Result<Self, Response> {
        let (parts, request) = split(request);
        let credential = extract::verified(&parts, (&left.issuers, &left.systems), left.keeper.now());
        let credential = credential.map_err(|reason| {
            tracing::warn!(reason, "a caller was not admitted");
            Problem::invalid_token().into_response()
        })?;
        Letter::read(sender(&credential), parts, request).await.map(Self)
    }
}

async fn alert(State(left): State<Spooling>, Sent(letter): Sent<CaseId, RaiseAlert>) -> Answer {
    kept(&left, SpoolAct::Alert, letter).await
}

async fn take_back(State(left): State<Spooling>, Sent(letter): Sent<CaseId, TakeBack>) -> Answer {
    kept(&left, SpoolAct::TakeBack, letter).await
}

async fn lock(State(left): State<Spooling>, Sent(letter): Sent<CaseId, LockCase>) -> Answer {
    kept(&left, SpoolAct::Lock, letter).await
}

async fn withdraw(State(left): State<Spooling>, Sent(letter): Sent<ConsentId, Withdraw>) -> Answer {
    kept(&left, SpoolAct::Withdraw, letter).await
}

async fn report(State(left): State<Spooling>, Sent(letter): Sent<KeyName, ReportKey>) -> Answer {
    kept(&left, SpoolAct::ReportKey, letter).await
}

async fn kept<I, T>(left: &Spooling, act: SpoolAct, letter: Letter<I, T>) -> Answer
where
    I: FromStr + Display + Send,
    T: DeserializeOwned,
{
    keep(&left.finisher, &left.keeper, Arc::new(letter.spooled(act, &left.keeper))).await
}

async fn metrics(State(left): State<Spooling>) -> Response {
    let mut text =
        String::from("# HELP lippen_ready Whether the hub can work.\n# TYPE lippen_ready gauge\nlippen_ready 0\n");
    super::counters::spool(&mut text, &left.keeper, true);
    super::counters::write(&mut text);
    let mut answer = text.into_response();
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    answer
}
