//! Acts that must not be lost: carried out if the desk can, and else kept in the spool before they are answered.
//!
//! Promises: who sends it is verified, and what they send is read without doubt, before anything is kept; an act is carried out under
//! the same key by the first try and by the merge, so that it is done once; whoever it is done for waits a few seconds at most before
//! it is kept; what can be kept nowhere is answered as *NOT sent*. What the policy refuses is refused, and never kept.
//! Must never know: SQL, policy, what an act does.

use super::extract::{Id, Key, untrusted, verified};
use super::hub::Hub;
use super::json::Whole;
use super::problem::Problem;
use super::request_id::RequestId;
use crate::auth::{Actor, Credential, Subject};
use crate::desk::spool::{Keeper, KeptAnswer};
use crate::desk::{Error, Written};
use crate::http::finish::Finisher;
use crate::model::spooled::{Sender, SpoolAct, SpooledAct};
use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// How long it waits before it asks a desk again that has too much to do.
const AGAIN: Duration = Duration::from_millis(100);

/// An act that must not be lost, as it was sent: `I` is the id in its path, `T` what its body must be.
pub(super) struct Loud<I, T> {
    letter: Letter<I, T>,
    /// The sender's seat; none if it could not be looked up.
    actor: Option<Actor>,
    until: Instant,
}

/// What became of it.
pub(super) enum Carried {
    /// It was carried out.
    Out(Written),
    /// It is kept, and this is what its sender is told.
    Kept(Response),
}

/// An act as it was sent, with nothing looked up.
pub(super) struct Letter<I, T> {
    sender: Sender,
    target: String,
    key: String,
    digest: String,
    request: RequestId,
    body: crate::model::spooled::Words,
    of: PhantomData<fn() -> (I, T)>,
}

impl<I: FromStr + Display + Send, T: DeserializeOwned> Letter<I, T> {
    /// Reads what is sent on from a request whose sender is known.
    pub(super) async fn read(sender: Sender, mut parts: Parts, request: Request) -> Result<Self, Response> {
        let Id(id) = Id::<I>::from_request_parts(&mut parts, &()).await.map_err(Problem::into_response)?;
        let key = Key::from_request_parts(&mut parts, &()).await.map_err(Problem::into_response)?;
        let name = parts.extensions.get::<RequestId>().cloned().unwrap_or_else(RequestId::random);
        let whole = Whole::of::<T>(request).await.map_err(IntoResponse::into_response)?;
        let once = key.at_least_once(whole.digest, &name);
        let (key, digest) = (once.key, once.body);
        Ok(Self { sender, target: id.to_string(), key, digest, request: name, body: whole.words, of: PhantomData })
    }

    /// Returns it as it is kept.
    pub(super) fn spooled(self, act: SpoolAct, keeper: &Keeper) -> SpooledAct {
        SpooledAct {
            act,
            target: self.target,
            sender: self.sender,
            key: self.key,
            digest: self.digest,
            received: keeper.now().micros(),
            certain: keeper.is_certain(),
            request: self.request.to_string(),
            body: self.body,
        }
    }
}

/// Returns who a credential says that it is.
pub(super) fn sender(credential: &Credential) -> Sender {
    let worker = match credential.subject() {
        Subject::Worker(worker) => Some(*worker),
        Subject::System => None,
    };
    Sender { worker, agency: Some(credential.agency().clone()) }
}

/// Splits a request, so that its outside can be looked at while its body waits.
pub(super) fn split(request: Request) -> (Parts, Request) {
    let (parts, body) = request.into_parts();
    (parts.clone(), Request::from_parts(parts, body))
}

impl<I: FromStr + Display + Send, T: DeserializeOwned> FromRequest<Hub> for Loud<I, T> {
    type Rejection = Response;

    async fn from_request(request: Request, hub: &Hub) -> Result<Self, Response> {
        let (parts, request) = split(request);
        let until = Instant::now() + hub.keeper.patience();
        let credential = verified(&parts, (&hub.issuers, &hub.systems), hub.desk.now());
        let credential = credential.map_err(|reason| untrusted(hub, &reason).into_response())?;
        let sender = sender(&credential);
        let actor = match timeout_at(until, hub.desk.admit(credential)).await {
            Ok(Ok(actor)) => Some(actor),
            Ok(Err(Error::NotAdmitted)) => return Err(untrusted(hub, "no live seat").into_response()),
            // Whether they have a seat is looked up when it is merged.
            Ok(Err(_)) | Err(_) => None,
        };
        let letter = Letter::read(sender, parts, request).await?;
        Ok(Self { letter, actor, until: until.max(Instant::now() + AGAIN) })
    }
}

impl<I: FromStr + Display + Send, T: DeserializeOwned> Loud<I, T> {
    /// Has the desk carry it out, or keeps it.
    pub(super) async fn carry_out(self, hub: &Hub, act: SpoolAct) -> Result<Carried, Problem> {
        let Self { letter, actor, until } = self;
        let act = Arc::new(letter.spooled(act, &hub.keeper));
        if let Some(actor) = actor {
            match carried(hub, actor, &act, until).await {
                Some(Ok(written)) => return Ok(Carried::Out(written)),
                Some(Err(refused)) => return Err(refused.into()),
                None => {}
            }
        }
        keep(&hub.finisher, &hub.keeper, act).await.map(Carried::Kept)
    }
}

/// Says whether an act would be lost by this: nobody has judged it, or whether it was done is not known.
pub(super) const fn loses(why: &Error) -> bool {
    matches!(why, Error::Busy | Error::Unknown | Error::Store(_) | Error::Vault(_))
}

/// Asks the desk until the time is up. Nothing, if it could not do it and may not have done it: then it is kept.
async fn carried(hub: &Hub, actor: Actor, act: &Arc<SpooledAct>, until: Instant) -> Option<Result<Written, Error>> {
    let actor = Arc::new(actor);
    loop {
        let (desk, actor, act) = (hub.desk.clone(), Arc::clone(&actor), Arc::clone(act));
        let work = hub.finisher.run(async move { desk.carry_out(&actor, &act, None).await });
        match timeout_at(until, work).await {
            Ok(Err(Error::Busy)) if Instant::now() + AGAIN < until => sleep(AGAIN).await,
            Ok(Err(why)) if loses(&why) => {
                tracing::error!(error = %why, "an act that must not be lost could not be carried out, and goes to the spool");
                return None;
            }
            Ok(done) => return Some(done),
            // It goes on, and may yet be on disk: the merge will find its answer.
            Err(_) => {
                tracing::error!("an act that must not be lost took too long, and goes to the spool");
                return None;
            }
        }
    }
}

/// Keeps an act, and says so to its sender.
pub(super) async fn keep(finisher: &Finisher, keeper: &Arc<Keeper>, act: Arc<SpooledAct>) -> Result<Response, Problem> {
    let keeper = Arc::clone(keeper);
    let kept = finisher.run(async move { tokio::task::spawn_blocking(move || keeper.keep(&act)).await }).await;
    let kept = kept.map_err(|_| Problem::from(Error::Unknown))?.map_err(Problem::not_kept)?;
    Ok((StatusCode::ACCEPTED, Json(told(&kept))).into_response())
}

fn told(kept: &KeptAnswer) -> serde_json::Value {
    let ring: Vec<_> = kept.ring.iter().map(|one| json!({ "number": one.number, "whose": one.whose })).collect();
    let mut body = json!({
        "state": "kept", "durable": "spool", "received_at": kept.received, "time_certain": kept.certain,
        "idempotency_key": kept.key, "say": kept.say, "telephone": ring,
    });
    if kept.before {
        body["repeated"] = json!(true);
    }
    body
}
