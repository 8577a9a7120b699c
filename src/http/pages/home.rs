//! The first page, and the way out.

use super::super::hub::Hub;
use super::cookie;
use super::view::{Page, Shell, answer};
use super::visitor::{Anybody, Form, Sent};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect};

#[derive(Template)]
#[template(path = "welcome.html", config = "assets/pages/askama.toml")]
struct Welcome {
    shell: Shell,
}

#[derive(Template)]
#[template(path = "home.html", config = "assets/pages/askama.toml")]
struct Home {
    shell: Shell,
    name: String,
    minutes: i64,
}

/// `GET /`
pub(in crate::http) async fn show(State(hub): State<Hub>, Anybody(who): Anybody) -> Page {
    let Some(visitor) = who else {
        let shell = Shell::of_nobody("Sign in".to_owned());
        return Ok(answer(StatusCode::OK, &Welcome { shell }));
    };
    let shell = Shell::of(&hub, &visitor, "You are signed in").await?;
    // Whoever is at a door has one thing to do.
    if shell.asks() && !shell.answers() {
        return Ok(Redirect::to("/status").into_response());
    }
    let me = hub.desk.me(&visitor.actor).await?;
    let name = me.name.value().0.reveal().to_owned();
    Ok(answer(StatusCode::OK, &Home { shell, name, minutes: hub.desk.idle_minutes() }))
}

/// The form that signs out.
#[derive(Debug)]
pub(in crate::http) struct SignOut;

impl Form for SignOut {
    const FIELDS: &'static [&'static str] = &[];
}

/// `POST /sign-out`
pub(in crate::http) async fn sign_out(State(hub): State<Hub>, sent: Sent<SignOut>) -> Page {
    let finisher = hub.finisher.clone();
    let visitor = sent.visitor;
    finisher.run(async move { hub.desk.end_session(&visitor.actor, &visitor.key).await }).await?;
    let mut gone = Redirect::to("/").into_response();
    gone.headers_mut().extend(cookie::taken().map(|header| (SET_COOKIE, header)));
    Ok(gone)
}
