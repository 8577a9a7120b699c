//! Pages for people with a browser: HTML made on the server, forms that need no script.
//!
//! Promises: a page is asked for with a session and never with a token, an interface with a token and never with a session; what
//! changes or asks anything is a POST of a form of this hub's own; nothing personal stands in an address or a title; a page holds
//! nothing that `http/` did not get from the desk for this very actor.
//! Must never know: what the desk does not tell.

mod answer;
mod assets;
#[cfg(feature = "demo")]
pub mod cast;
mod cookie;
mod follow_up;
mod form;
mod home;
pub(super) mod leaving;
mod list;
mod outside;
mod status;
mod view;
mod visitor;

use super::hub::Hub;
use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};

/// Every page: method and path. A test asks each of them as each member of the cast.
pub const PAGES: &[(&str, &str)] = &[
    ("get", "/"),
    ("get", "/status"),
    ("post", "/status"),
    ("get", "/status/list"),
    ("post", "/status/list"),
    ("get", "/status/follow-up"),
    ("post", "/status/follow-up"),
    ("post", "/sign-out"),
    ("get", "/demo/sign-in"),
    ("post", "/demo/sign-in"),
    ("get", "/assets/{hash}/{file}"),
];

/// Returns the pages.
pub(super) fn routes() -> Router<Hub> {
    let pages = Router::new()
        .route("/", get(home::show))
        .route("/status", get(status::form).post(status::ask))
        .route("/status/list", get(list::form).post(list::ask))
        .route("/status/follow-up", get(follow_up::show).post(follow_up::add))
        .route("/sign-out", post(leaving::sign_out))
        .route("/assets/{hash}/{file}", get(assets::file));
    #[cfg(feature = "demo")]
    let pages = pages.route("/demo/sign-in", get(cast::choose).post(cast::sign_in));
    pages
}

/// Stands before everything else on the people's listener: what goes to a browser's page goes as a page.
pub(super) fn over(router: Router) -> Router {
    router.layer(from_fn(outside::as_page))
}
