//! What would happen, over HTTP: who would see a note, and why something would be allowed or refused.

use super::answer::{Answer, ok, receipt};
use super::extract::Caller;
use super::hub::Hub;
use super::json::Strict;
use super::problem::ask;
use crate::desk::explain::AskWhy;
use crate::desk::preview::PreviewNote;
use crate::desk::readership::{HeldBack, ReaderGroup};
use axum::extract::State;
use serde_json::{Value, json};

/// `POST /api/v1/notes/preview`
pub(super) async fn note(State(hub): State<Hub>, Caller(actor): Caller, body: Strict<PreviewNote>) -> Answer {
    let preview = hub.desk.preview_note(&actor, body.value).await?;
    let (head, seen) = (&preview.head, &preview.readership);
    let warnings = preview.warnings.iter();
    let warnings = warnings.map(|one| json!({ "field": one.field, "say": one.say, "stops": one.stops }));
    ok(json!({
        "case": preview.case, "note": preview.note,
        "readers": seen.readers.iter().map(reader).collect::<Vec<_>>(),
        "agencies": seen.agencies, "people": seen.people,
        "held_back": seen.held_back.iter().map(held).collect::<Vec<_>>(),
        "handling": {
            "share": head.share, "onward": head.onward, "use_with_man": head.use_with_man,
            "action_on": head.action_on, "attributable": head.attributable, "expires": head.expires,
        },
        "warnings": warnings.collect::<Vec<_>>(),
        "receipt": receipt(&preview.recorded),
    }))
}

/// `POST /api/v1/decisions/explain`
pub(super) async fn explain(State(hub): State<Hub>, Caller(actor): Caller, body: Strict<AskWhy>) -> Answer {
    let explained = hub.desk.explain(&actor, &body.value).await?;
    let help = &explained.help;
    ok(json!({
        "allowed": explained.allowed, "rule": help.rule, "in_words": help.in_words, "duties": explained.duties,
        "missing": help.missing, "opens": help.opens, "ask": ask(help), "receipt": receipt(&explained.recorded),
    }))
}

fn reader(one: &ReaderGroup) -> Value {
    json!({
        "agency": one.agency, "role": one.role, "people": one.people, "access": one.access.as_str(),
        "because": one.because, "purpose": one.purpose,
    })
}

fn held(one: &HeldBack) -> Value {
    json!({
        "agency": one.agency, "role": one.role, "people": one.people, "from": one.from.as_str(),
        "because": one.because, "rule": one.rule, "opens": one.opens,
    })
}
