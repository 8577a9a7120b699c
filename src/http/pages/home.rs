//! The first page.

use super::super::hub::Hub;
use super::view::{Page, Shell, answer};
use super::visitor::Anybody;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
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
