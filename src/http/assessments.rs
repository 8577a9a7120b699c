//! Risk assessments over HTTP: recorded, listed, read with what warns of them, put right, recalled in batches.

use super::answer::{Answer, disclosed, made, marked, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::notes::For;
use super::query::Query;
use crate::desk::Level;
use crate::desk::assessed::{OUTSIDE, RecordAssessment};
use crate::desk::assessments::{AssessmentLine, Kept, OpenAssessment, SeenAssessment};
use crate::desk::levels::Seen;
use crate::desk::reassessed::RecallAssessments;
use crate::model::id::{AssessmentId, CaseId};
use crate::model::text::{Line, Prose};
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

const AT: &str = "/api/v1/assessments/";

/// `POST /api/v1/cases/{case}/assessments`
pub(super) async fn record(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<RecordAssessment>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.record_assessment(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some(AT))
}

/// `GET /api/v1/cases/{case}/assessments`
pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(page): Query<Page<AssessmentId>>,
) -> Answer {
    let limit = page.limit()?;
    let (lines, next, recorded) = hub.desk.assessments(&actor, case, page.purpose, page.after, limit).await?;
    let items: Vec<Value> = lines.iter().map(line).collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/assessments/{assessment}`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(assessment): Id<AssessmentId>,
    Query(why): Query<For>,
) -> Answer {
    ok(opened(&hub.desk.assessment(&actor, assessment, why.purpose).await?))
}

/// Shows an assessment that was opened.
pub(super) fn opened(open: &OpenAssessment) -> Value {
    let mut body = head(&open.kept, open.seen.level());
    value(&mut body, &open.seen);
    body["agreement"] = json!(open.agreement);
    body["stale"] = json!(open.stale);
    body["doubts"] =
        open.doubts.iter().map(|one| json!({ "state": one.state, "reason": one.why, "at": one.at })).collect();
    body["besides"] = open
        .besides
        .iter()
        .map(|one| {
            let mut shown = head(&one.kept, one.seen.level());
            value(&mut shown, &one.seen);
            shown["differs"] = json!(one.differs);
            shown
        })
        .collect();
    body["warnings"] = json!(warnings(open));
    body["receipt"] = match &open.seen {
        Seen::Full(words) => disclosed(words),
        Seen::Summary(summary) => disclosed(summary),
    };
    marked(&mut body, open.watermark.as_deref());
    body
}

/// `POST /api/v1/assessments/{assessment}/corrections`
pub(super) async fn correct(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(assessment): Id<AssessmentId>,
    key: Key,
    body: Strict<RecordAssessment>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written =
        finisher.run(async move { hub.desk.correct_assessment(&actor, assessment, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some(AT))
}

/// `POST /api/v1/assessments/recall`
pub(super) async fn recall(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    key: Key,
    body: Strict<RecallAssessments>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.recall_assessments(&actor, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// Shows what it came to: score and level side by side, in the source's own words; what was not given is null.
fn value(body: &mut Value, seen: &SeenAssessment) {
    match seen {
        Seen::Full(words) => {
            let words = words.value();
            body["score"] = json!(words.score.as_ref().map(Line::reveal));
            body["level"] = json!(words.level.as_ref().map(Line::reveal));
            body["override"] = json!(
                words
                    .overridden
                    .as_ref()
                    .map(|one| { json!({ "level": one.level.reveal(), "reason": Prose::reveal(&one.reason) }) })
            );
            body["assessor"] = json!(words.assessor.reveal());
        }
        Seen::Summary(summary) => {
            let summary = summary.value();
            body["score"] = json!(summary.score.as_ref().map(Line::reveal));
            body["level"] = json!(summary.level.as_ref().map(Line::reveal));
            body["override"] = json!(summary.overridden.as_ref().map(|level| json!({ "level": level.reveal() })));
        }
    }
}

/// Says in words what warns of a value, for whoever reads no fields.
pub(super) fn warnings(open: &OpenAssessment) -> Vec<&'static str> {
    let said = [
        (open.kept.replaced.is_some(), "It was wrong and has been put right: use the one that corrected_by names."),
        (!open.doubts.is_empty(), "It is in a batch that is not to be relied on: ask his case manager what holds now."),
        (
            open.agreement == crate::model::assessments::Agreement::Contradicts && !open.outside,
            "Its score and its level contradict each other: ask those who recorded it. Nothing was corrected here.",
        ),
        (open.outside, OUTSIDE),
        (open.stale, "Its last day has passed: it says nothing of today."),
        (
            open.besides.iter().any(|one| one.differs),
            "Another value was supplied for the same assessment: both are shown, neither is preferred.",
        ),
    ];
    said.into_iter().filter_map(|(is, say)| is.then_some(say)).collect()
}

/// Shows what stands in clear, as far as the reader may know.
fn head(kept: &Kept, level: Level) -> Value {
    let one = &kept.assessment;
    let mut shown = json!({ "id": one.id, "case": one.case, "access": level.as_str() });
    if level <= Level::Summary {
        shown["tool"] = json!(one.tool);
        shown["version"] = json!(one.version);
        shown["on"] = json!(one.on);
        shown["valid_until"] = json!(one.valid_until);
        shown["source"] = json!(one.source);
        shown["recorded"] = json!(one.created);
        shown["author"] = json!(one.author);
        shown["agency"] = json!(one.agency);
        shown["corrects"] = json!(one.corrects);
        shown["corrected_by"] = json!(kept.replaced);
        shown["doubted"] = json!(kept.doubted);
    }
    shown
}

fn line(line: &AssessmentLine) -> Value {
    head(&line.kept, line.level)
}
