//! The assessments and the plan of the demonstration, as its importer takes them in.

use crate::demo::{DemoCase, Relation};
use crate::desk::assessed::RecordAssessment;
use crate::desk::plans::WritePlan;
use crate::model::agencies::Role;
use crate::model::plans::{Measure, Owner, PlanAction, PlanWords, SafetyAction, Scenario};
use crate::model::text::{Line, Prose};
use crate::model::time::Moment;

/// Scores with the levels that came with them.
const VALUES: [(&str, &str); 6] =
    [("8", "low"), ("14", "medium"), ("17", "medium"), ("22", "high"), ("27", "high"), ("31", "very high")];

/// What came with the first case: a level that contradicts its score, as it once happened when systems were joined.
const CONTRADICTS: (&str, &str) = ("14", "high");

/// Returns the assessment of a case; `shows` for the one that everybody looks at first.
pub(super) fn assessment_of(case: &DemoCase, shows: bool, now: Moment) -> anyhow::Result<RecordAssessment> {
    let days = case.sentence.days_ago;
    let (score, level) = if shows { CONTRADICTS } else { VALUES[usize::from(days) % VALUES.len()] };
    let on = now.plus_seconds(-86_400 * i64::from(days));
    Ok(RecordAssessment {
        tool: "LS/CMI".parse()?,
        version: "2004".parse()?,
        score: Some(Line::new(score)?),
        level: Some(Line::new(level)?),
        overridden: None,
        on: on.day(),
        assessor: Line::new("Duty social worker, trained for this tool")?,
        source: "lscmi-national".parse()?,
        valid_until: Some(on.plus_seconds(86_400 * 365).day()),
        checked: Vec::new(),
    })
}

/// Returns the first version of the plan of a case: nobody has approved it yet.
pub(super) fn plan_of(case: &DemoCase, now: Moment) -> anyhow::Result<WritePlan> {
    let review = now.plus_seconds(86_400 * 90).day();
    let action = |what: &str, role| -> anyhow::Result<PlanAction> {
        Ok(PlanAction { what: Line::new(what)?, owner: Owner::Role(role), due: Some(review) })
    };
    let women = case.protected.iter().filter(|one| one.relation != Relation::Child);
    let safety = |id| SafetyAction {
        protected: id,
        measures: vec![Measure::AskWorkerFirst, Measure::WorkerTold],
        owner: Owner::Role(Role::WomensWorker),
        due: None,
    };
    let plan = PlanWords {
        nature: Prose::new("Assaults and threats towards partners and former partners.")?,
        seriousness: Prose::new("Injury that needed treatment; some planning.")?,
        pattern: Prose::new("Began early, comes back after separations, more often of late.")?,
        likelihood: Prose::new("High while he drinks; lower while he works and comes to his group.")?,
        imminence: Prose::new("Within weeks of a separation or a court date; the warning signs come first.")?,
        risk_factors: vec![Line::new("Drink and jealousy, which feed each other")?],
        protective_factors: vec![Line::new("Regular work")?],
        warning_signs: vec![Line::new("He drinks again or leaves his work")?],
        scenarios: vec![Scenario {
            context: Line::new("After a court date or a separation")?,
            what: Line::new("An assault")?,
            who: Line::new("A partner or former partner")?,
            when: Line::new("In the evening, after drinking")?,
            how: Line::new("By waiting for somebody and by force")?,
            why: Line::new("Jealousy, and to be obeyed")?,
        }],
        supervision: vec![action("Weekly contact, every second one unannounced", Role::CaseManager)?],
        monitoring: vec![action("Calls and incidents are looked at each week", Role::PoliceOffenderManagement)?],
        intervention: vec![action("The group, with preparation sessions", Role::GroupWorker)?],
        contingency: vec![
            action("Ring the case manager at once; do not warn him", Role::PoliceResponse)?,
            action("Bring the review forward", Role::CaseManager)?,
        ],
        communicate_how: Line::new("By telephone, then in writing")?,
        communicate_every: Line::new("Each week")?,
    };
    let victim_safety = women.map(|one| safety(one.id)).collect();
    Ok(WritePlan { plan, victim_safety, orders: Vec::new(), review, checked: Vec::new() })
}
