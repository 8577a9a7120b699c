//! Story 5a: she takes back her consent, and what stood on it closes at once; what the law
//! asks for goes on.

use super::{note_about, share_with};
use crate::world::{World, on_each, on_each_alone};
use lippen::demo::{DemoCase, Relation};
use lippen::model::agencies::Role;
use lippen::model::id::{ProtectedId, WorkerId};
use lippen::model::time::Moment;
use serde_json::{Value, json};

const CALLS: &str = "He has telephoned her four times since Sunday.";

/// Members of the cast who have no part in a team's case, so that its story can name them as strangers.
const STRANGERS: [&str; 6] = ["catriona", "kenneth", "emil", "graham", "ruth", "irene"];

/// A case in which police take part, with a woman, and the keys of her worker, the officer and the manager.
///
/// It is one story's alone while it lasts: who takes back all that a woman agreed to must not meet another's story.
pub(crate) struct Team<'a> {
    pub(crate) case: &'a DemoCase,
    pub(crate) her: ProtectedId,
    pub(crate) worker: &'a str,
    pub(crate) officer: &'a str,
    pub(crate) manager: &'a str,
    world: &'a World,
}

impl<'a> Team<'a> {
    /// Waits until a case is free.
    pub(crate) fn of(world: &'a World) -> Self {
        let role = |id: WorkerId| world.caseload.workers.iter().find(|one| one.id == id).expect("of the cast").role;
        let fits = |case: &&DemoCase| {
            case.involvements.iter().any(|part| role(part.worker) == Role::PoliceOffenderManagement)
                && !STRANGERS.iter().any(|key| case.involvements.iter().any(|part| part.worker == world.worker(key).id))
                && case.protected.iter().any(|one| one.relation != Relation::Child)
        };
        let case = world.borrow_case(world.caseload.cases.iter().filter(fits).collect());
        let her = case.protected.iter().find(|one| one.relation != Relation::Child).expect("a woman").id;
        Self {
            case,
            her,
            worker: world.who(case, "womens.worker", Some(her)),
            officer: world.who(case, "police.offender-management", None),
            manager: world.who(case, "justice.case-manager", None),
            world,
        }
    }
}

impl Drop for Team<'_> {
    fn drop(&mut self) {
        self.world.give_back(self.case);
    }
}

/// Returns the body of her consent that police be told what she says, to protect the public.
pub(crate) fn consent(world: &World, team: &Team<'_>, expires: Option<String>) -> Value {
    json!({
        "subject": team.her, "event": "given", "kind": "womens-service", "recipients": [world.worker(team.officer).agency],
        "categories": ["protected-account"], "purposes": ["public-protection"], "expires": expires,
        "notice": { "id": "notice-en-1" }, "method": "in-person", "asked_alone": true, "said": "She agreed at the office.",
    })
}

/// Returns the body of a share with the officer on that consent.
pub(crate) fn share_on(world: &World, team: &Team<'_>, consent: &str) -> Value {
    json!({
        "to": { "worker": world.worker(team.officer).id }, "purpose": "public-protection",
        "basis": { "type": "consent", "consent": consent },
    })
}

#[test]
fn what_stood_on_her_consent_closes_when_she_takes_it_back() {
    on_each_alone(async |world| {
        let team = Team::of(world);
        let (worker, officer, manager) = (world.cast(team.worker), world.cast(team.officer), world.cast(team.manager));
        let note = worker.writes(team.case, note_about(&team.her.to_string(), "protected-account", CALLS)).await.id();
        let consents = format!("/api/v1/cases/{}/consents", team.case.id);
        let given = worker.post(&consents, consent(world, &team, None)).await;
        let given = given.is(201).id();
        officer.is_told_nothing_at("/api/v1/notes/{}", &note).await;

        worker.shares(&note, share_on(world, &team, &given)).await;
        let to_manager = share_with(json!({ "worker": world.worker(team.manager).id }), "supervision");
        worker.shares(&note, to_manager).await;
        assert_eq!(officer.reads(&note, "public-protection").await.is(200)["text"], CALLS);
        assert!(world.notes_seen_by(&officer, team.case).await.contains(&json!(note)));

        let said = json!({ "method": "telephone", "said": "She no longer wants it." });
        let withdrawn = worker.post(&format!("/api/v1/consents/{given}/withdrawal"), said).await;
        assert_eq!(withdrawn.is(200)["event"], "withdrawn", "{withdrawn}");

        officer.is_told_nothing_at("/api/v1/notes/{}?purpose=public-protection", &note).await;
        assert!(!world.notes_seen_by(&officer, team.case).await.contains(&json!(note)));
        assert_eq!(manager.reads(&note, "supervision").await.is(200)["text"], CALLS, "statutory shares go on");
        assert_eq!(worker.reads(&note, "victim-safety").await.is(200)["text"], CALLS);
        officer.get(&format!("/api/v1/cases/{}", team.case.id)).await.is(200);

        let shown = worker.get(&format!("/api/v1/consents/{given}")).await;
        shown.is(200);
        assert_eq!((&shown["event"], &shown["live"]), (&json!("withdrawn"), &json!(false)), "{shown}");
        assert_eq!((&shown["chain"], &shown["position"]), (&json!(given), &json!(2)), "{shown}");
        let again = worker.post(&format!("/api/v1/consents/{given}/withdrawal"), json!({})).await;
        again.is_problem(409, "conflict");
        let late = worker.post(&format!("/api/v1/notes/{note}/shares"), share_on(world, &team, &given)).await;
        late.is_problem(422, "invalid").blames("basis.consent");
    });
}

#[test]
fn a_consent_covers_nothing_that_she_did_not_name() {
    on_each(async |world| {
        let team = Team::of(world);
        let (worker, officer) = (world.cast(team.worker), world.cast(team.officer));
        let note = worker.writes(team.case, note_about(&team.her.to_string(), "protected-account", CALLS)).await.id();
        let consents = format!("/api/v1/cases/{}/consents", team.case.id);
        let given = worker.post(&consents, consent(world, &team, None)).await.is(201).id();
        let mut other = share_on(world, &team, &given);
        other["purpose"] = json!("supervision");
        let refused = worker.post(&format!("/api/v1/notes/{note}/shares"), other).await;
        refused.is_problem(422, "invalid").blames("basis.consent");
        let mut to_manager = share_on(world, &team, &given);
        to_manager["to"] = json!({ "worker": world.worker(team.manager).id });
        let refused = worker.post(&format!("/api/v1/notes/{note}/shares"), to_manager).await;
        refused.is_problem(422, "invalid").blames("basis.consent");
        worker.shares(&note, share_on(world, &team, &given)).await;
        officer.is_told_nothing_at("/api/v1/notes/{}?purpose=mappa", &note).await;
    });
}

#[test]
fn a_consent_that_runs_out_closes_by_itself() {
    on_each_alone(async |world| {
        let team = Team::of(world);
        let (worker, officer) = (world.cast(team.worker), world.cast(team.officer));
        let note = worker.writes(team.case, note_about(&team.her.to_string(), "protected-account", CALLS)).await.id();
        let consents = format!("/api/v1/cases/{}/consents", team.case.id);
        let given = worker.post(&consents, consent(world, &team, Some(today(world.now())))).await.is(201).id();
        worker.shares(&note, share_on(world, &team, &given)).await;
        officer.reads(&note, "public-protection").await.is(200);
        world.wind(to_midnight(world.now()) - 1);
        officer.reads(&note, "public-protection").await.is(200);
        world.wind(1);
        officer.is_told_nothing_at("/api/v1/notes/{}?purpose=public-protection", &note).await;
        assert_eq!(worker.get(&format!("/api/v1/consents/{given}")).await.is(200)["live"], false);
    });
}

/// Returns the day that a moment is in.
pub(crate) fn today(now: Moment) -> String {
    now.to_string()[..10].to_owned()
}

/// Returns how many seconds of the day are left.
pub(crate) fn to_midnight(now: Moment) -> i64 {
    86_400 - now.seconds().rem_euclid(86_400)
}
