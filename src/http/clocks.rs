//! The clocks of supervision, over HTTP.

use super::answer::{Answer, ok, receipt};
use super::extract::{Caller, Id};
use super::hub::Hub;
use super::lists::Page;
use super::notes::For;
use super::query::Query;
use crate::desk::clocks::CaseClocks;
use crate::model::clocks::{Clock, State, Wanting};
use crate::model::id::CaseId;
use axum::extract::State as Of;
use serde_json::{Value, json};

/// `GET /api/v1/clocks`
pub(super) async fn mine(Of(hub): Of<Hub>, Caller(actor): Caller, Query(page): Query<Page<CaseId>>) -> Answer {
    let limit = page.limit()?;
    let (cases, next, recorded) = hub.desk.clocks(&actor, page.purpose, page.after, limit).await?;
    let items: Vec<Value> = cases.iter().flat_map(lines).collect();
    let locked: Vec<CaseId> = cases.iter().filter(|one| one.locked).map(|one| one.case).collect();
    ok(json!({ "items": items, "locked": locked, "next": next, "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/cases/{case}/clocks`
pub(super) async fn of_case(
    Of(hub): Of<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(why): Query<For>,
) -> Answer {
    let (clocks, recorded) = hub.desk.clocks_of(&actor, case, why.purpose).await?;
    ok(json!({ "items": lines(&clocks), "receipt": receipt(&recorded) }))
}

pub(super) fn lines(case: &CaseClocks) -> Vec<Value> {
    case.clocks.iter().map(|clock| line(case, clock)).collect()
}

fn line(of: &CaseClocks, clock: &Clock) -> Value {
    let (rule, trigger) = (&clock.rule, &clock.trigger);
    let mut shown = json!({
        "case": of.case, "order": clock.order, "clock": rule.name, "paragraph": rule.paragraph, "source": rule.source,
        "status": rule.status, "told_to": rule.escalate, "state": clock.state.word(), "due": clock.due,
        "amber_at": clock.amber_at, "late_when_known": clock.late_when_known,
        "trigger": { "event": trigger.id, "happened": trigger.happened, "known": trigger.known },
        "wanting": clock.wanting.iter().map(|way| way.iter().map(wanting).collect()).collect::<Vec<Value>>(),
        "extended": clock.extended.as_ref().map(|more| json!({ "event": more.by, "until": more.until, "was": more.was })),
        "corrected": clock.corrected.iter().map(|one| json!({ "was": one.was, "by": one.by })).collect::<Vec<_>>(),
        "ended": Value::Null, "not_set_by": Value::Null, "told": of.told(clock),
    });
    if let State::NotSet { by } = &clock.state {
        shown["not_set_by"] = json!(by);
    }
    shown["ended"] = match &clock.state {
        State::Stopped { at, by, late } => json!({ "at": at, "by": by, "late": late }),
        State::Waived { by, at, late } => json!({ "at": at, "by": [by], "late": late }),
        State::Corrected { by } => json!({ "at": null, "by": [by], "late": false }),
        State::Running | State::Amber | State::Late | State::NotSet { .. } => Value::Null,
    };
    shown
}

fn wanting(one: &Wanting) -> Value {
    json!({ "words": one.words.iter().map(ToString::to_string).collect::<Vec<_>>(), "times": one.times, "week": one.week })
}
