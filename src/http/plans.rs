//! Risk management plans over HTTP.

use super::answer::{Answer, disclosed, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::notes::{For, fields};
use super::query::Query;
use super::shares::Nothing;
use crate::desk::Level;
use crate::desk::plan_read::{KeptPlan, OpenPlan, PlanLine, SeenPlan};
use crate::desk::plans::WritePlan;
use crate::model::id::{CaseId, PlanId};
use crate::model::plans::{Owner, PlanAction, PlanWords};
use crate::model::text::Line;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST /api/v1/cases/{case}/plans`
pub(super) async fn write(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    key: Key,
    body: Strict<WritePlan>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.write_plan(&actor, case, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/plans/"))
}

/// `GET /api/v1/cases/{case}/plans`
pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(page): Query<Page<PlanId>>,
) -> Answer {
    let limit = page.limit()?;
    let (lines, next, recorded) = hub.desk.plans(&actor, case, page.purpose, page.after, limit).await?;
    let items: Vec<Value> = lines.iter().map(line).collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/plans/{plan}`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(plan): Id<PlanId>,
    Query(why): Query<For>,
) -> Answer {
    let open = hub.desk.plan(&actor, plan, why.purpose).await?;
    let mut body = opened(&open);
    body["victim_safety"] = parts(&open);
    ok(body)
}

/// Shows a plan that was opened, but what it does for those who are protected.
pub(super) fn opened(open: &OpenPlan) -> Value {
    let level = if matches!(open.seen, SeenPlan::Full(_)) { Level::Full } else { Level::Summary };
    let mut body = head(&open.kept, level);
    body["victim_safety"] = json!([]);
    match &open.seen {
        SeenPlan::Full(words) => {
            body["plan"] = whole(words.value());
            body["orders"] = json!(open.kept.plan.orders);
            body["receipt"] = disclosed(words);
        }
        SeenPlan::Summary(summary) => {
            body["summary"] = fields(summary.value());
            body["receipt"] = disclosed(summary);
        }
        SeenPlan::HerPart(recorded) => {
            body["receipt"] = json!({ "index": recorded.index, "size": recorded.size, "root": recorded.root });
        }
    }
    body
}

/// `POST /api/v1/plans/{plan}/approval`
pub(super) async fn approve(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(plan): Id<PlanId>,
    key: Key,
    body: Strict<Nothing>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.approve_plan(&actor, plan, once).await }).await?;
    made(StatusCode::OK, written, None)
}

/// Shows what is done for those of whom the reader may know: measures, who and by when.
fn parts(open: &OpenPlan) -> Value {
    let part = |(about, part): &(_, crate::vault::Disclosure<crate::model::plans::SafetyPart>)| {
        let part = part.value();
        json!({ "protected": about, "measures": part.measures, "owner": owner(&part.owner), "due": part.due })
    };
    open.parts.iter().map(part).collect()
}

fn owner(owner: &Owner) -> Value {
    let (kind, word) = owner.parts();
    json!({ kind: word })
}

/// Shows all that a plan says.
fn whole(plan: &PlanWords) -> Value {
    let lines = |list: &[Line<300>]| list.iter().map(|line| line.reveal().to_owned()).collect::<Vec<_>>();
    let actions = |list: &[PlanAction]| {
        let one = |one: &PlanAction| json!({ "what": one.what.reveal(), "owner": owner(&one.owner), "due": one.due });
        list.iter().map(one).collect::<Vec<_>>()
    };
    let scenarios: Vec<Value> = plan
        .scenarios
        .iter()
        .map(|one| {
            json!({ "context": one.context.reveal(), "what": one.what.reveal(), "who": one.who.reveal(),
                    "when": one.when.reveal(), "how": one.how.reveal(), "why": one.why.reveal() })
        })
        .collect();
    json!({
        "nature": plan.nature.reveal(), "seriousness": plan.seriousness.reveal(), "pattern": plan.pattern.reveal(),
        "likelihood": plan.likelihood.reveal(), "imminence": plan.imminence.reveal(),
        "risk_factors": lines(&plan.risk_factors), "protective_factors": lines(&plan.protective_factors),
        "warning_signs": lines(&plan.warning_signs), "scenarios": scenarios,
        "supervision": actions(&plan.supervision), "monitoring": actions(&plan.monitoring),
        "intervention": actions(&plan.intervention), "contingency": actions(&plan.contingency),
        "communicate_how": plan.communicate_how.reveal(), "communicate_every": plan.communicate_every.reveal(),
    })
}

/// Shows what stands in clear, as far as the reader may know.
fn head(kept: &KeptPlan, level: Level) -> Value {
    let plan = &kept.plan;
    let mut shown = json!({ "id": plan.id, "case": plan.case, "access": level.as_str() });
    if level <= Level::Summary {
        shown["version"] = json!(plan.version);
        shown["review"] = json!(plan.review);
        shown["recorded"] = json!(plan.created);
        shown["author"] = json!(plan.author);
        shown["agency"] = json!(plan.agency);
        shown["approved"] = json!(kept.approved.map(|(_, at)| at));
        shown["approved_by"] = json!(kept.approved.map(|(worker, _)| worker));
        shown["newer"] = json!(kept.newer);
    }
    shown
}

fn line(line: &PlanLine) -> Value {
    head(&line.kept, line.level)
}
