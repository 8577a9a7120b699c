//! The way out: signing out is never refused, and kept if it cannot be carried out now.
//!
//! Promises: whoever shows a session's key and sends a form of that session may end it, whether the session can be looked up or not;
//! the browser forgets its key either way; the key itself is kept nowhere, only its print.

use super::super::hub::Hub;
use super::super::loud::{keep, loses};
use super::super::problem::Problem;
use super::super::request_id::RequestId;
use super::super::spooling::Spooling;
use super::cookie;
use super::form::{Fields, TOKEN};
use super::view::{Page, Shell, answer};
use super::visitor::{Visitor, elsewhere, is_from_here};
use crate::auth::session::SessionKey;
use crate::desk::spool::Keeper;
use crate::http::finish::Finisher;
use crate::model::spooled::{Sender, SpoolAct, SpooledAct, Words};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;
use tokio::time::timeout;

#[derive(Template)]
#[template(path = "left.html", config = "assets/pages/askama.toml")]
struct Left {
    shell: Shell,
}

/// `POST /sign-out`
pub(in crate::http) async fn sign_out(State(hub): State<Hub>, request: Request) -> Page {
    let (key, name) = (shown(&request)?, named(&request));
    let (parts, body) = request.into_parts();
    let visitor = match timeout(hub.keeper.patience(), Visitor::of(&parts.headers, &hub)).await {
        Ok(Ok(visitor)) => Some(visitor.ok_or(Problem::signed_out())?),
        // Who it is cannot be looked up: whoever has the key may leave all the same.
        Ok(Err(_)) | Err(_) => None,
    };
    if !is_from_here(&parts) || !is_of_session(&key, &Fields::read(&parts.headers, body, &[]).await?) {
        return Err(elsewhere(&hub));
    }
    if let Some(Visitor { actor, key: own }) = visitor {
        let desk = hub.desk.clone();
        let ending = hub.finisher.run(async move { desk.end_session(&actor, &own).await });
        match timeout(hub.keeper.patience(), ending).await {
            Ok(Ok(())) => return Ok(without_cookie(Redirect::to("/").into_response())),
            Ok(Err(why)) if !loses(&why) => return Err(why.into()),
            Ok(Err(_)) | Err(_) => {}
        }
    }
    kept(&hub.finisher, &hub.keeper, &key, &name).await
}

/// The same, while there is no house.
pub(in crate::http) async fn sign_out_later(State(left): State<Spooling>, request: Request) -> Page {
    let (key, name) = (shown(&request)?, named(&request));
    let (parts, body) = request.into_parts();
    if !is_from_here(&parts) || !is_of_session(&key, &Fields::read(&parts.headers, body, &[]).await?) {
        return Err(Problem::not_our_form());
    }
    kept(&left.finisher, &left.keeper, &key, &name).await
}

fn shown(request: &Request) -> Result<SessionKey, Problem> {
    cookie::shown(request.headers()).ok_or(Problem::signed_out())
}

fn named(request: &Request) -> RequestId {
    request.extensions().get().cloned().unwrap_or_else(RequestId::random)
}

fn is_of_session(key: &SessionKey, fields: &Fields) -> bool {
    fields.get(TOKEN).is_some_and(|token| key.made(token))
}

/// Keeps that the session of a key ends.
async fn kept(finisher: &Finisher, keeper: &Arc<Keeper>, key: &SessionKey, name: &RequestId) -> Page {
    let print = key.print();
    let act = SpooledAct {
        act: SpoolAct::SignOut,
        sender: Sender { worker: None, agency: None },
        // Signing out twice is signing out.
        key: format!("sign-out-{print}"),
        digest: print.clone(),
        target: print,
        received: keeper.now().micros(),
        certain: keeper.is_certain(),
        request: name.to_string(),
        body: Words::new(""),
    };
    let _answer_of_an_interface = keep(finisher, keeper, Arc::new(act)).await?;
    let shell = Shell::of_nobody("You are signed out here".to_owned());
    Ok(without_cookie(answer(StatusCode::ACCEPTED, &Left { shell })))
}

fn without_cookie(mut gone: Response) -> Response {
    gone.headers_mut().extend(cookie::taken().map(|header| (SET_COOKIE, header)));
    gone
}
