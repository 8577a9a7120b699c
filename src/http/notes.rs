//! Risk notes over HTTP.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::query::Query;
use crate::desk::derivatives::WriteDerivative;
use crate::desk::notes::{NoteLine, WriteNote};
use crate::model::id::{CaseId, NoteId};
use crate::model::shares::Purpose;
use crate::model::text::{Line, Prose};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

/// For what somebody looks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct For {
    #[serde(default)]
    pub(super) purpose: Option<Purpose>,
}

/// `POST /api/v1/cases/{case}/notes`
pub(super) async fn write(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<WriteNote>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.write_note(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/notes/"))
}

/// `GET /api/v1/cases/{case}/notes`
pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(page): Query<Page<NoteId>>,
) -> Answer {
    let limit = page.limit()?;
    let (lines, next, recorded) = hub.desk.notes(&actor, case, page.purpose, page.after, limit).await?;
    let items: Vec<Value> = lines.iter().map(line).collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/notes/{note}`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(note): Id<NoteId>,
    Query(why): Query<For>,
) -> Answer {
    let open = hub.desk.read_note(&actor, note, why.purpose).await?;
    let (head, words) = (&open.note.head, open.words.value());
    ok(json!({
        "id": open.note.id, "case": open.note.case, "kind": head.kind, "category": head.category,
        "created": open.note.created, "author": open.named.then_some(open.note.author),
        "agency": open.named.then_some(&open.note.agency), "about": head.about, "source": open.source,
        "text": words.text.reveal(),
        "opinion": words.opinion.as_ref().map(Prose::reveal),
        "sources": words.sources.iter().map(Line::reveal).collect::<Vec<_>>(),
        "handling": {
            "share": head.share, "conditions": words.conditions.as_ref().map(Line::reveal), "onward": head.onward,
            "use_with_man": head.use_with_man, "action_on": head.action_on, "attributable": head.attributable,
            "expires": head.expires,
        },
        "grade": head.grade,
        "receipt": disclosed(&open.words),
    }))
}

/// `POST /api/v1/notes/{note}/derivative`
pub(super) async fn derive(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(note): Id<NoteId>,
    key: Key,
    body: Strict<WriteDerivative>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.derive_note(&actor, note, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/notes/"))
}

fn line(line: &NoteLine) -> Value {
    let mut item = json!({
        "id": line.id, "category": line.category, "created": line.created, "agency": line.agency, "access": line.level.as_str(),
    });
    if let Some((kind, about, author)) = &line.more {
        item["kind"] = json!(kind);
        item["about"] = json!(about);
        item["author"] = json!(author);
    }
    item
}
