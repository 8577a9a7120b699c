//! The log over HTTP: signed checkpoint, tiles, proofs, and who looked at a case.

use super::answer::{Answer, ok, receipt};
use super::extract::{Caller, Id};
use super::hub::Hub;
use super::lists::Page;
use super::problem::Problem;
use super::query::Query;
use crate::ledger::Hash;
use crate::model::id::CaseId;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// What an entry tells those who may read it, in this order.
const SHOWN: [&str; 9] = ["at", "actor", "role", "agency", "act", "kind", "id", "purpose", "decision"];

/// `GET /api/v1/audit/checkpoint`
pub(super) async fn checkpoint(State(hub): State<Hub>, Caller(_): Caller) -> Result<Response, Problem> {
    Ok(with_type("text/plain; charset=utf-8", hub.desk.checkpoint().await?.into_bytes()))
}

/// `GET /api/v1/audit/tile/{*path}`
pub(super) async fn tile(
    State(hub): State<Hub>,
    Caller(_): Caller,
    path: Result<Path<String>, axum::extract::rejection::PathRejection>,
) -> Result<Response, Problem> {
    let Path(path) = path.map_err(|_| Problem::not_found())?;
    Ok(with_type("application/octet-stream", hub.desk.tile(&path).await?))
}

/// `GET /api/v1/audit/entries/{index}/proof`
pub(super) async fn proof(State(hub): State<Hub>, Caller(_): Caller, Id(index): Id<u64>) -> Answer {
    let found = hub.desk.proof(index).await?;
    ok(json!({
        "index": found.index, "size": found.size, "leaf": crate::ledger::base64(&found.leaf), "proof": hashes(&found.path),
        "checkpoint": found.checkpoint,
    }))
}

/// From which size on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct From {
    from: u64,
}

/// `GET /api/v1/audit/consistency`
pub(super) async fn consistency(State(hub): State<Hub>, Caller(_): Caller, Query(from): Query<From>) -> Answer {
    let (size, path) = hub.desk.consistency(from.from).await?;
    ok(json!({ "from": from.from, "size": size, "proof": hashes(&path) }))
}

/// `GET /api/v1/cases/{case}/readers`
pub(super) async fn readers(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(page): Query<Page<u64>>,
) -> Answer {
    let (entries, next, recorded) = hub.desk.readers(&actor, case, page.after, page.limit()?).await?;
    let items: Vec<Value> = entries
        .iter()
        .map(|(index, fields)| {
            let mut item = json!({ "index": index });
            for name in SHOWN {
                item[name] = json!(fields.get(name));
            }
            item["at"] =
                json!(fields.get("at").and_then(|at| at.parse().ok()).map(crate::model::time::Moment::from_micros));
            item
        })
        .collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

fn hashes(path: &[Hash]) -> Vec<String> {
    path.iter().map(|hash| hash.to_base64()).collect()
}

fn with_type(kind: &'static str, body: Vec<u8>) -> Response {
    let mut answer = body.into_response();
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
