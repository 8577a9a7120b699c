//! Risk notes over HTTP.

use super::answer::{Answer, disclosed, made, marked, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::query::Query;
use crate::desk::Level;
use crate::desk::derivatives::WriteDerivative;
use crate::desk::handling::AcceptConditions;
use crate::desk::notes::{NoteLine, OpenNote, Opened, WriteNote, dated};
use crate::desk::whole::RecallNote;
use crate::model::id::{CaseId, NoteId};
use crate::model::notes::RiskNote;
use crate::model::shares::Purpose;
use crate::model::summary::{Shown, Summary};
use crate::model::text::{Line, Prose};
use crate::vault::Disclosure;
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
    ok(opened(&hub.desk.read_note(&actor, note, why.purpose).await?))
}

/// Shows a note that was opened.
pub(super) fn opened(open: &OpenNote) -> Value {
    let mut body = match &open.words {
        Opened::Full(words) => full(open, words),
        Opened::Summary(summary) => summarised(open, summary),
    };
    body["source"] = json!(open.source);
    body["superseded_by"] = json!(open.superseded_by.map(|(note, at)| json!({ "note": note, "at": open.told(at) })));
    body["supersedes"] = json!(open.supersedes);
    body["recalled_at"] = json!(open.note.ended);
    marked(&mut body, open.watermark.as_deref());
    body
}

/// Shows all of a note.
fn full(open: &OpenNote, opened: &Disclosure<RiskNote>) -> Value {
    let (mut shown, words) = (frame(open, Level::Full), opened.value());
    shown["text"] = json!(words.text.reveal());
    shown["opinion"] = json!(words.opinion.as_ref().map(Prose::reveal));
    shown["sources"] = words.sources.iter().map(Line::reveal).collect();
    shown["handling"]["conditions"] = json!(words.conditions.as_ref().map(Line::reveal));
    shown["grade"] = json!(open.note.head.grade);
    shown["receipt"] = disclosed(opened);
    shown
}

/// Shows the summary that a note's author gave it.
fn summarised(open: &OpenNote, opened: &Disclosure<Summary>) -> Value {
    let mut shown = frame(open, Level::Summary);
    shown["summary"] = fields(opened.value());
    shown["receipt"] = disclosed(opened);
    shown
}

/// Shows what stands in clear of a note; who wrote it only to a reader who is told.
fn frame(open: &OpenNote, level: Level) -> Value {
    let (note, named) = (&open.note, open.named);
    let head = &note.head;
    json!({
        "id": note.id, "case": note.case, "kind": head.kind, "category": head.category, "access": level.as_str(),
        "created": open.told(note.created), "dated": dated(named), "author": named.then_some(note.author),
        "agency": named.then_some(&note.agency), "about": head.about,
        "handling": {
            "share": head.share, "onward": head.onward, "onward_roles": head.onward_roles, "use_with_man": head.use_with_man, "action_on": head.action_on,
            "attributable": head.attributable, "expires": head.expires,
        },
    })
}

/// Shows the fields of a summary.
pub(super) fn fields(summary: &Summary) -> Value {
    summary.shown().into_iter().map(|(name, value)| (name.to_owned(), part(value))).collect()
}

fn part(value: Shown) -> Value {
    match value {
        Shown::Nothing => Value::Null,
        Shown::Flag(flag) => json!(flag),
        Shown::Number(number) => json!(number),
        Shown::Text(text) => json!(text),
        Shown::List(lines) => json!(lines),
    }
}

/// `GET /api/v1/notes/{note}/conditions`
pub(super) async fn conditions(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(note): Id<NoteId>,
    Query(why): Query<For>,
) -> Answer {
    let open = hub.desk.conditions(&actor, note, why.purpose).await?;
    ok(json!({ "note": note, "conditions": open.value().0.reveal(), "receipt": disclosed(&open) }))
}

/// `POST /api/v1/notes/{note}/acceptance`
pub(super) async fn accept(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(note): Id<NoteId>,
    body: Strict<AcceptConditions>,
) -> Answer {
    let finisher = hub.finisher.clone();
    let recorded = finisher.run(async move { hub.desk.accept(&actor, note, body.value.purpose).await }).await?;
    let mut answer = json!({ "note": note, "state": "accepted" });
    match recorded {
        Some(recorded) => answer["receipt"] = receipt(&recorded),
        None => answer["repeated"] = json!(true),
    }
    ok(answer)
}

/// `POST /api/v1/notes/{note}/corrections`
pub(super) async fn correct(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(note): Id<NoteId>,
    key: Key,
    body: Strict<WriteNote>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.correct_note(&actor, note, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/notes/"))
}

/// `POST /api/v1/notes/{note}/withdrawal`
pub(super) async fn recall(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(note): Id<NoteId>,
    key: Key,
    body: Strict<RecallNote>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.recall_note(&actor, note, once).await }).await?;
    made(StatusCode::OK, written, None)
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
        "id": line.id, "category": line.category, "created": line.created, "dated": line.dated, "agency": line.agency, "access": line.level.as_str(),
    });
    if let Some((kind, about, author)) = &line.more {
        item["kind"] = json!(kind);
        item["about"] = json!(about);
        item["author"] = json!(author);
    }
    item
}
