//! For those who run the hub: is it alive, can it work, what does it count, how is it asked.
//!
//! Promises: nothing here says anything of a case. Metrics are served on a loopback listener
//! of their own, never beside the API.

use super::answer::{Answer, ok};
use super::hub::Hub;
use super::problem::Problem;
use crate::desk::Error;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::fmt::Write;

/// What the reader's page may load: its own script and style, nothing from elsewhere.
const READER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                             connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /health/live`
pub(super) async fn live() -> Answer {
    ok(json!({ "status": "live" }))
}

/// `GET /health/ready`
pub(super) async fn ready(State(hub): State<Hub>) -> Answer {
    if hub.desk.is_ready().await {
        let (policy, spooled) = (hub.desk.policy_digest(), hub.keeper.stats().frames);
        ok(json!({ "status": "ready", "policy": policy, "version": env!("CARGO_PKG_VERSION"), "spooled": spooled }))
    } else {
        Err(Problem::from(Error::Busy))
    }
}

/// `GET /metrics`, on the loopback listener.
pub(super) async fn metrics(State(hub): State<Hub>) -> Response {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "# HELP lippen_writer_waiting Jobs that wait for the writer.\n# TYPE lippen_writer_waiting gauge"
    );
    let _ = writeln!(text, "lippen_writer_waiting {}", hub.desk.waiting());
    let _ = writeln!(text, "# HELP lippen_ready Whether the hub can work.\n# TYPE lippen_ready gauge");
    let _ = writeln!(text, "lippen_ready {}", u8::from(hub.desk.is_ready().await));
    super::counters::spool(&mut text, &hub.keeper, false);
    super::counters::write(&mut text);
    heart(&hub, &mut text).await;
    file("text/plain; version=0.0.4; charset=utf-8", text.into_bytes())
}

/// Writes how old the last heartbeat is and how many agencies do not hear it: never which.
async fn heart(hub: &Hub, text: &mut String) {
    let Ok((age, delayed)) = hub.desk.heart_health().await else { return };
    let _ = writeln!(text, "# HELP lippen_heartbeat_age_seconds Seconds since the last heartbeat was committed.");
    let _ = writeln!(text, "# TYPE lippen_heartbeat_age_seconds gauge");
    if let Some(age) = age {
        let _ = writeln!(text, "lippen_heartbeat_age_seconds {age}");
    }
    let _ = writeln!(text, "# HELP lippen_agencies_delayed Agencies that are meant to hear heartbeats and do not.");
    let _ = writeln!(text, "# TYPE lippen_agencies_delayed gauge\nlippen_agencies_delayed {delayed}");
}

/// `GET /openapi.json`
pub(super) async fn openapi() -> Response {
    file("application/json", include_bytes!("../../assets/openapi.json").to_vec())
}

/// `GET /docs`
pub(super) async fn docs() -> Response {
    let mut page = file("text/html; charset=utf-8", include_bytes!("../../assets/docs/index.html").to_vec());
    page.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(READER_POLICY));
    page
}

/// `GET /docs/{file}`
pub(super) async fn docs_file(axum::extract::Path(name): axum::extract::Path<String>) -> Result<Response, Problem> {
    match name.as_str() {
        "start.js" => Ok(file("text/javascript; charset=utf-8", include_bytes!("../../assets/docs/start.js").to_vec())),
        "swagger-ui.js" => Ok(file(
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/vendor/swagger-ui/swagger-ui-bundle.js").to_vec(),
        )),
        "swagger-ui.css" => Ok(file(
            "text/css; charset=utf-8",
            include_bytes!("../../assets/vendor/swagger-ui/swagger-ui.css").to_vec(),
        )),
        _ => Err(Problem::not_found()),
    }
}

fn file(kind: &'static str, body: Vec<u8>) -> Response {
    let mut answer = body.into_response();
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
