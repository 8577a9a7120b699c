//! The risk management plan of a case on paper.
//!
//! Promises: what it does for the safety of one protected person is not here: that is read in the hub.
//! Must never know: HTML, PDF.

use super::case::{Facts, part, said};
use super::paper::Names;
use super::record::{fact, summary};
use crate::desk::plan_read::{OpenPlan, SeenPlan};
use crate::model::plans::{Owner, PlanAction, PlanWords, Scenario};
use crate::model::text::Line;
use crate::paper::{Block, Paper, Rank};

const HEADING: &str = "Risk management plan";

/// Adds the plan, or says that there is none open to the reader.
pub(super) fn add(paper: &mut Paper, plan: Option<&OpenPlan>, names: &Names<'_>) {
    let Some(open) = plan else { return part(paper, HEADING, Vec::new()) };
    let plan = &open.kept.plan;
    let mut head = vec![
        fact("Version", plan.version.to_string()),
        fact("Written", names.at(plan.created)),
        fact("By", names.agency(Some(&plan.agency))),
        fact("Review", plan.review.in_words()),
        fact("Approved", open.kept.approved.map_or_else(|| "not yet".to_owned(), |(_, at)| names.at(at))),
    ];
    match &open.seen {
        SeenPlan::Full(words) => {
            paper.part(Rank::Second, HEADING, vec![Block::Facts(head)]);
            whole(paper, words.value(), names);
        }
        SeenPlan::Summary(words) => {
            head.extend(summary(words.value()));
            paper.part(Rank::Second, HEADING, vec![Block::Facts(head)]);
        }
        SeenPlan::HerPart(_) => part(paper, HEADING, Vec::new()),
    }
}

fn whole(paper: &mut Paper, plan: &PlanWords, names: &Names<'_>) {
    let mut formulation = vec![
        fact("Nature", plan.nature.reveal()),
        fact("Seriousness", plan.seriousness.reveal()),
        fact("Pattern", plan.pattern.reveal()),
        fact("Likelihood", plan.likelihood.reveal()),
        fact("Imminence", plan.imminence.reveal()),
    ];
    formulation.extend(said("What raises the risk", plan.risk_factors.iter().map(Line::reveal)));
    formulation.extend(said("What lowers it", plan.protective_factors.iter().map(Line::reveal)));
    formulation.extend(said("Warning signs", plan.warning_signs.iter().map(Line::reveal)));
    paper.part(Rank::Third, "Formulation", vec![Block::Facts(formulation)]);
    paper.part(Rank::Third, "Scenarios", plan.scenarios.iter().map(|one| Block::Facts(scenario(one))).collect());
    let strategies = [
        ("Supervision", &plan.supervision),
        ("Monitoring", &plan.monitoring),
        ("Intervention", &plan.intervention),
        ("When a warning sign shows", &plan.contingency),
    ];
    for (heading, actions) in strategies.into_iter().filter(|(_, actions)| !actions.is_empty()) {
        let rows = actions.iter().map(|one| action(one, names)).collect();
        paper.part(Rank::Third, heading, vec![Block::Table { heads: vec!["What", "By whom", "By when"], rows }]);
    }
    let tell = vec![fact("How", plan.communicate_how.reveal()), fact("How often", plan.communicate_every.reveal())];
    paper.part(Rank::Third, "How those who answer for it tell each other", vec![Block::Facts(tell)]);
}

fn scenario(one: &Scenario) -> Facts {
    let parts = [
        ("Context", &one.context),
        ("What", &one.what),
        ("Who", &one.who),
        ("When", &one.when),
        ("How", &one.how),
        ("Why", &one.why),
    ];
    parts.into_iter().map(|(name, line)| fact(name, line.reveal())).collect()
}

fn action(one: &PlanAction, names: &Names<'_>) -> Vec<String> {
    let owner = match &one.owner {
        Owner::Worker(id) => format!("worker {id}"),
        Owner::Role(role) => names.desk.role_called(*role),
        Owner::Agency(id) => names.agency(Some(id)),
    };
    vec![one.what.reveal().to_owned(), owner, one.due.map(|day| day.in_words()).unwrap_or_default()]
}
