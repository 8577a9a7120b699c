//! Who works with a woman or a child stays unknown: whoever may not know gets one answer, whoever is there.

use super::{alert, share_with};
use crate::world::{Player, World, on_each, on_each_alone};
use lippen::demo::{DemoCase, Relation};
use lippen::model::agencies::Role;
use lippen::model::id::ProtectedId;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SAID: &str = "He was told of the rules.";

impl World {
    /// Returns the cases on which somebody in a role works with nobody or with one of the protected, by their women.
    fn cases_of(&self, role: Role) -> Vec<(&str, &DemoCase)> {
        let works = |case: &DemoCase| {
            let part = |worker| case.involvements.iter().any(|part| part.worker == worker);
            self.caseload.workers.iter().find(|one| one.role == role && part(one.id)).map(|one| one.key.as_str())
        };
        self.caseload.cases.iter().filter_map(|case| works(case).map(|key| (key, case))).collect()
    }

    /// Counts those of one kind of service who work on a case.
    fn count(&self, case: &DemoCase, role: Role) -> usize {
        let of_role = |worker| self.caseload.workers.iter().any(|one| one.id == worker && one.role == role);
        case.involvements.iter().filter(|part| of_role(part.worker)).count()
    }
}

/// Returns what a preview says of sharing a note about nobody with each of these.
async fn previewed(
    who: &Player,
    case: &DemoCase,
    (category, about): (&str, Option<ProtectedId>),
    to: &[Value],
) -> Vec<String> {
    let mut said = Vec::new();
    for to in to {
        let note = json!({
            "case": case.id, "kind": "fact", "category": category, "about": about, "text": SAID,
            "shares": [share_with(to.clone(), "victim-safety")],
        });
        let answer = who.post("/api/v1/notes/preview", note).await;
        let warnings = answer.is(200)["warnings"].as_array().expect("a list").clone();
        let of_share =
            warnings.iter().filter(|one| one["field"].as_str().is_some_and(|at| at.starts_with("shares[0]")));
        let of_share: Vec<_> = of_share.map(|one| one["say"].as_str().expect("words").to_owned()).collect();
        said.push(of_share.join("; "));
    }
    said
}

#[test]
fn a_childrens_worker_cannot_tell_how_many_women_there_are_or_who_works_with_them() {
    on_each(async |world| {
        let cases = world.cases_of(Role::ChildrensWorker);
        let women: BTreeSet<usize> = cases.iter().map(|(_, case)| world.count(case, Role::WomensWorker)).collect();
        assert!(women.len() > 1, "the cases differ: {women:?}");
        let to = [
            json!({ "role": "womens.worker" }),
            json!({ "role": "womens.manager" }),
            json!({ "agency": "ayrshire-womens-service" }),
            json!({ "agency": "dumfries-womens-service" }),
            json!({ "worker": world.worker("isla").id }),
            json!({ "worker": world.worker("catriona").id }),
        ];
        let mut answers = BTreeSet::new();
        for (key, case) in cases.iter().take(12) {
            answers.extend(previewed(&world.cast(key), case, ("consent", None), &to).await);
        }
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert!(!answers.iter().any(String::is_empty), "{answers:?}");
    });
}

#[test]
fn a_childrens_worker_who_alerts_about_nobody_is_shown_nobody() {
    on_each(async |world| {
        let cases = world.cases_of(Role::ChildrensWorker);
        let two = cases.iter().find(|(_, case)| world.count(case, Role::WomensWorker) > 1);
        let (key, case) = two.expect("a child's worker beside two women's");
        let who = world.cast(key);
        let raised = who.raises(case, alert("consent-withdrawn", None, SAID)).await.id();
        let opened = who.opens(&raised).await;
        assert_eq!(opened.is(200)["recipients"], json!([]), "{opened}");
        for worker in world.caseload.workers.iter().filter(|one| one.role.is_womens()) {
            opened.holds_no(&worker.id.to_string());
        }
    });
}

#[test]
fn a_womens_worker_cannot_tell_whether_a_child_has_a_worker() {
    on_each(async |world| {
        let isla = world.worker("isla").id;
        let her =
            |case: &DemoCase| case.involvements.iter().find(|part| part.worker == isla).and_then(|part| part.about);
        let cases = world.caseload.cases.iter().filter_map(|case| her(case).map(|her| (case, her)));
        let cases: Vec<(&DemoCase, ProtectedId)> = cases.collect();
        let counts: BTreeSet<usize> = cases.iter().map(|(case, _)| world.count(case, Role::ChildrensWorker)).collect();
        assert!(counts.len() > 1, "the cases differ: {counts:?}");
        let to = [
            json!({ "role": "childrens.worker" }),
            json!({ "agency": world.worker("niamh").agency }),
            json!({ "worker": world.worker("niamh").id }),
        ];
        let mut answers = BTreeSet::new();
        for (case, her) in cases {
            answers.extend(previewed(&world.cast("isla"), case, ("protected-account", Some(her)), &to).await);
        }
        assert_eq!(answers.len(), 1, "{answers:?}");
    });
}

#[test]
fn whoever_may_not_know_of_a_child_cannot_tell_whether_one_has_a_worker() {
    on_each_alone(async |world| {
        let to = [
            json!({ "role": "childrens.worker" }),
            json!({ "worker": world.worker("niamh").id }),
            json!({ "agency": world.worker("niamh").agency }),
        ];
        let cases = world.cases_of(Role::SupportWorker);
        let children: BTreeSet<usize> =
            cases.iter().map(|(_, case)| world.count(case, Role::ChildrensWorker)).collect();
        assert!(children.contains(&0) && children.len() > 1, "the cases differ: {children:?}");
        let mut answers = BTreeSet::new();
        for (key, case) in cases.iter().take(16) {
            answers.extend(previewed(&world.cast(key), case, ("order-conditions", None), &to).await);
        }
        assert_eq!(answers.len(), 1, "{answers:?}");
    });
}

#[test]
fn a_share_with_her_service_is_not_there_for_a_colleague_who_may_not_know_of_her() {
    on_each(async |world| {
        let of_hers = |(_, case): &(&str, &DemoCase)| world.count(case, Role::WomensWorker) > 0;
        let (support, case) = world.cases_of(Role::SupportWorker).into_iter().find(of_hers).expect("a woman is safe");
        let hers = |one: &&lippen::demo::DemoProtected| one.relation != Relation::Child;
        let her: ProtectedId = case.protected.iter().find(hers).expect("a woman").id;
        let manager = world.cast(world.who(case, "justice.case-manager", None));
        let note = json!({
            "kind": "fact", "category": "attendance", "text": SAID,
            "handling": {
                "share": "P", "onward": "ask-originator", "use_with_man": "never", "action_on": "free",
                "attributable": true,
            },
        });
        let note = manager.writes(case, note).await.id();
        let hers = json!({ "worker": world.worker(world.who(case, "womens.worker", Some(her))).id });
        let hers = manager.shares(&note, share_with(hers, "victim-safety")).await.id();
        let others = json!({ "role": "justice.team-manager" });
        let others = manager.shares(&note, share_with(others, "supervision")).await.id();
        let colleague = world.cast(support);
        assert_eq!(manager.get(&format!("/api/v1/shares/{hers}")).await.is(200)["id"], hers.as_str());
        assert_eq!(colleague.get(&format!("/api/v1/shares/{others}")).await.is(200)["id"], others.as_str());
        colleague.is_told_nothing_at("/api/v1/shares/{}", &hers).await;
    });
}
