//! Handling is kept to: conditions are accepted before a word is read, roles that were not named are not reached, health
//! goes to people by name.

use super::consent::Team;
use super::share_with;
use crate::world::{World, on_each};
use lippen::model::agencies::Role;
use serde_json::{Value, json};

const WORDS: &str = "A reliable source says that he bought a second telephone.";
const TERMS: &str = "Ring the originator before you act on it.";

fn handled(category: &str, handling: Value) -> Value {
    let mut note = json!({
        "kind": "fact", "category": category, "text": WORDS, "sources": ["conversation"],
        "handling": {
            "share": "P", "onward": "ask-originator", "use_with_man": "ask-first", "action_on": "free", "attributable": true,
        },
    });
    for (name, value) in handling.as_object().expect("fields") {
        note["handling"][name] = value.clone();
    }
    note
}

#[test]
fn conditions_are_accepted_before_a_word_is_read() {
    on_each(async |world| {
        let team = Team::of(world);
        let (officer, manager) = (world.cast(team.officer), world.cast(team.manager));
        let note = handled("risk-plan", json!({ "share": "C", "conditions": TERMS }));
        let note = officer.writes(team.case, note).await.id();
        let read = || manager.reads(&note, "supervision");
        read().await.is_problem(403, "refused").holds_no(WORDS).holds_no(TERMS);
        let listed = manager.get(&format!("/api/v1/cases/{}/notes?limit=100", team.case.id)).await;
        assert_eq!(listed.item(&note).expect("it is there")["access"], "existence");

        let terms = manager.get(&format!("/api/v1/notes/{note}/conditions?purpose=supervision")).await;
        assert_eq!(terms.is(200)["conditions"], TERMS);
        terms.holds_no(WORDS);
        let path = format!("/api/v1/notes/{note}/acceptance");
        assert_eq!(manager.post(&path, json!({})).await.is(200)["state"], "accepted");
        assert_eq!(manager.post(&path, json!({})).await.is(200)["repeated"], true);
        let opened = read().await;
        assert_eq!((&opened.is(200)["text"], &opened["handling"]["conditions"]), (&json!(WORDS), &json!(TERMS)));
        officer.reads(&note, "public-protection").await.is(200);

        let stranger = world.cast("catriona");
        stranger.is_told_nothing_at("/api/v1/notes/{}/conditions", &note).await;
        let nothing = stranger.post(&format!("/api/v1/notes/{}/acceptance", super::nowhere()), json!({})).await;
        stranger.post(&path, json!({})).await.is(404).is_the_same_as(&nothing);
    });
}

#[test]
fn a_code_and_its_conditions_belong_together() {
    on_each(async |world| {
        let path = format!("/api/v1/cases/{}/notes", world.show_case().id);
        for (handling, field) in [
            (json!({ "share": "C" }), "handling.conditions"),
            (json!({ "conditions": TERMS }), "handling.conditions"),
            (json!({ "onward": "named-roles" }), "handling.onward_roles"),
            (json!({ "onward_roles": ["womens.worker"] }), "handling.onward_roles"),
        ] {
            let answer = world.cast("morag").post(&path, handled("risk-plan", handling)).await;
            answer.is_problem(422, "invalid").blames(field).holds_no(TERMS);
        }
    });
}

#[test]
fn roles_that_were_not_named_are_not_reached() {
    on_each(async |world| {
        let team = Team::of(world);
        let (officer, manager) = (world.cast(team.officer), world.cast(team.manager));
        let named = json!({ "onward": "named-roles", "onward_roles": ["womens.worker"] });
        let note = officer.writes(team.case, handled("risk-plan", named)).await.id();
        manager.reads(&note, "supervision").await.is_problem(403, "refused").holds_no(WORDS);
        let her = world.cast(team.worker);
        officer.shares(&note, share_with(json!({ "worker": world.worker(team.worker).id }), "victim-safety")).await;
        assert_eq!(her.reads(&note, "victim-safety").await.is(200)["text"], WORDS);
        let to = share_with(json!({ "worker": world.worker(team.manager).id }), "supervision");
        officer.post(&format!("/api/v1/notes/{note}/shares"), to).await.is_problem(422, "invalid").blames("to");

        let meeting = officer.writes(team.case, handled("risk-plan", json!({ "onward": "meeting-only" }))).await.id();
        manager.reads(&meeting, "supervision").await.is_problem(403, "refused");
        let to = share_with(json!({ "worker": world.worker(team.worker).id }), "victim-safety");
        officer.post(&format!("/api/v1/notes/{meeting}/shares"), to).await.is_problem(422, "invalid").blames("purpose");
    });
}

#[test]
fn health_goes_to_people_by_name() {
    on_each(async |world| {
        let Some((health, manager, case)) = with_health(world) else { panic!("no case has a health liaison") };
        let nurse = world.cast(health);
        let note = nurse.writes(case, handled("health", json!({ "use_with_man": "never" }))).await.id();
        let to = share_with(json!({ "role": "justice.case-manager" }), "supervision");
        nurse.post(&format!("/api/v1/notes/{note}/shares"), to).await.is_problem(422, "invalid").blames("to");
        world.cast(manager).is_told_nothing_at("/api/v1/notes/{}?purpose=supervision", &note).await;
        let mut to = share_with(json!({ "worker": world.worker(manager).id }), "supervision");
        to["basis"] = json!({ "type": "statutory-duty", "gateway": "2005-s10" });
        nurse.shares(&note, to).await;
        assert_eq!(world.cast(manager).reads(&note, "supervision").await.is(200)["text"], WORDS);
    });
}

/// Returns a case with a health liaison and a case manager, and their keys.
fn with_health(world: &World) -> Option<(&str, &str, &lippen::demo::DemoCase)> {
    let role = |id| world.caseload.workers.iter().find(|one| one.id == id).map(|one| one.role);
    let has =
        |case: &lippen::demo::DemoCase, wanted: Role| case.involvements.iter().any(|p| role(p.worker) == Some(wanted));
    let case = world.caseload.cases.iter().find(|c| has(c, Role::HealthLiaison) && has(c, Role::CaseManager))?;
    Some((world.who(case, "health.liaison", None), world.who(case, "justice.case-manager", None), case))
}
