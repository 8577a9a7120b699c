//! Answers: JSON with its receipt, made or repeated.

use super::problem::Problem;
use crate::desk::{Error, Recorded, Written};
use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, LOCATION};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// What a handler returns.
pub(super) type Answer = Result<Response, Problem>;

/// Writes a receipt: where the act stands in the log.
pub(super) fn receipt(recorded: &Recorded) -> Value {
    json!({ "index": recorded.index, "size": recorded.size, "root": recorded.root, "at": recorded.at })
}

/// Writes the receipt of a disclosure.
pub(super) fn disclosed<T>(disclosure: &crate::vault::Disclosure<T>) -> Value {
    json!({ "index": disclosure.index(), "size": disclosure.size(), "root": disclosure.root() })
}

/// Puts the mark of emergency access over what is shown under it.
pub(super) fn marked(body: &mut Value, watermark: Option<&str>) {
    if let Some(words) = watermark {
        body["watermark"] = json!(words);
    }
}

/// Answers a write: what was made, its receipt, and where it is. A repeated answer says so and has no new receipt.
pub(super) fn made(status: StatusCode, written: Written, at: Option<&str>) -> Answer {
    let mut body: Value = serde_json::from_str(&written.answer).map_err(|_| Error::Unknown)?;
    match &written.recorded {
        Some(recorded) => body["receipt"] = receipt(recorded),
        None => body["repeated"] = json!(true),
    }
    let location = at.zip(body["id"].as_str()).and_then(|(at, id)| HeaderValue::from_str(&format!("{at}{id}")).ok());
    let mut answer = (status, Json(body)).into_response();
    if let Some(location) = location {
        answer.headers_mut().insert(LOCATION, location);
    }
    Ok(answer)
}

/// Answers with JSON.
pub(super) fn ok(body: Value) -> Answer {
    Ok(Json(body).into_response())
}
