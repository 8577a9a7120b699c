//! What pages load beside themselves: two style sheets, compiled in.
//!
//! Promises: an address names the bytes by their hash, so what a browser keeps is never old; nothing else may be kept.

use super::super::problem::Problem;
use axum::extract::Path;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// The Scottish Government Design System, as published: see `assets/vendor/design-system/`.
const DESIGN_SYSTEM: &[u8] = include_bytes!("../../../assets/vendor/design-system/design-system.min.css");

/// What is different or wanting there: the dark, print, the marks of this hub.
const OWN: &[u8] = include_bytes!("../../../assets/pages/pages.css");

/// A style sheet at its address.
struct Sheet {
    hash: String,
    name: &'static str,
    bytes: &'static [u8],
}

static SHEETS: LazyLock<[Sheet; 2]> = LazyLock::new(|| {
    let sheet = |name, bytes| {
        let hash = Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Sheet { hash, name, bytes }
    };
    [sheet("design-system.css", DESIGN_SYSTEM), sheet("pages.css", OWN)]
});

/// The answer may be kept for ever. Said here alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unchanging(());

/// Returns the addresses of the style sheets.
pub(super) fn styles() -> impl Iterator<Item = String> {
    SHEETS.iter().map(|sheet| format!("/assets/{}/{}", sheet.hash, sheet.name))
}

/// `GET /assets/{hash}/{file}`
pub(in crate::http) async fn file(Path((hash, name)): Path<(String, String)>) -> Result<Response, Problem> {
    let sheet = SHEETS.iter().find(|sheet| sheet.hash == hash && sheet.name == name).ok_or(Problem::not_found())?;
    let mut answer = sheet.bytes.into_response();
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    answer.extensions_mut().insert(Unchanging(()));
    Ok(answer)
}
