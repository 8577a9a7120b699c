//! Story 12: he lives with a new partner. Whether she is told is decided and recorded, also when she is not; it is no
//! share, and no woman's worker learns of another woman from it.

use super::{note_about, nowhere};
use crate::world::{Player, World, on_each, on_each_alone};
use lippen::demo::{DemoCase, Relation};
use serde_json::{Value, json};

const HER_NAME: &str = "His new partner, Euphemia Whinriggin";
const WHY: &str = "She has two small children and he hid the last order from her.";

fn decision(word: &str) -> Value {
    json!({
        "decision": word, "to": HER_NAME, "basis": "public-interest", "reason": WHY,
        "alternatives": ["He was asked to tell her himself"], "decided_by": "Detective Inspector, public protection unit",
        "told_person": "no", "why_not_told": "He would leave with them.", "review": "2190-03-01",
    })
}

/// The officer and the team manager of a case with a woman, and her worker.
fn people(world: &World) -> (&DemoCase, Player, Player, Player) {
    let team = super::consent::Team::of(world);
    let leads = world.who(team.case, "justice.team-manager", None);
    (team.case, world.cast(team.officer), world.cast(leads), world.cast(team.worker))
}

#[test]
fn a_decision_is_a_record_of_its_own_and_opens_nothing() {
    on_each_alone(async |world| {
        let (case, officer, leads, worker) = people(world);
        let path = format!("/api/v1/cases/{}/disclosures", case.id);
        let before = world.rows_written().await;
        let made = officer.post(&path, decision("disclose")).await;
        made.is(201).holds_no("Whinriggin").holds_no(WHY);
        assert_eq!(made["route"], "dsdas", "{made}");
        assert!(made["say"].as_str().expect("words").contains("Disclosure Scheme for Domestic Abuse"), "{made}");
        assert_eq!(world.rows_written().await, before, "neither share nor alert came of it");

        let id = made.id();
        assert_eq!(made.headers["location"], format!("/api/v1/disclosures/{id}"), "{made}");
        let read = officer.get(&format!("/api/v1/disclosures/{id}")).await;
        assert_eq!((&read.is(200)["to"], &read["reason"]), (&json!(HER_NAME), &json!(WHY)), "{read}");
        assert_eq!(read["alternatives"][0], "He was asked to tell her himself", "{read}");
        let listed = officer.get(&path).await;
        listed.is(200).holds_no("Whinriggin");
        assert_eq!(listed.item(&id).expect("it is listed")["decision"], "disclose");

        let entries = officer.readers_of(case).await;
        let own: Vec<_> = entries.iter().filter(|entry| entry["id"] == id).map(|entry| entry["act"].clone()).collect();
        assert_eq!(own, ["read", "disclose"], "the log calls it by its own name");
        assert!(!worker.readers_of(case).await.iter().any(|entry| entry["id"] == id), "her worker sees no trace");

        let nothing = worker.get(&format!("/api/v1/disclosures/{}", nowhere())).await;
        for other in [&worker, &leads, &world.cast("kenneth"), &world.cast("emil")] {
            let asked = other.get(&format!("/api/v1/disclosures/{id}")).await;
            asked.is_problem(404, "not-found").is_the_same_as(&nothing).holds_no("Whinriggin");
        }
        let seen = worker.get(&path).await;
        assert_eq!(seen.is(200).items(), [Value::Null; 0], "W1's worker is told of no decision: {seen}");
        assert!(leads.get(&path).await.is(200).item(&id).is_none(), "each agency owns what it decided");
    });
}

#[test]
fn not_to_tell_is_decided_too_with_a_day_to_look_again() {
    on_each(async |world| {
        let (case, _, leads, _) = people(world);
        let path = format!("/api/v1/cases/{}/disclosures", case.id);
        let id = leads.post(&path, decision("not-disclose")).await.is(201).id();
        let read = leads.get(&format!("/api/v1/disclosures/{id}")).await;
        assert_eq!((&read.is(200)["decision"], &read["review"]), (&json!("not-disclose"), &json!("2190-03-01")));

        let without = |field: &str, change: &[(&str, Value)]| {
            let mut body = decision("not-disclose");
            body.as_object_mut().expect("an object").remove(field);
            change.iter().for_each(|(name, value)| body[*name] = value.clone());
            body
        };
        let tries = [
            (without("review", &[]), "review"),
            (without("-", &[("review", json!("2020-01-01"))]), "review"),
            (without("why_not_told", &[]), "why_not_told"),
            (without("-", &[("told_person", json!("yes"))]), "why_not_told"),
            (without("-", &[("basis", json!("self-disclosure"))]), "self_disclosure_deadline"),
            (without("-", &[("about", json!(nowhere()))]), "about"),
            (without("-", &[("alternatives", json!(vec!["x"; 21]))]), "alternatives"),
        ];
        for (body, field) in tries {
            leads.post(&path, body).await.is_problem(422, "invalid").blames(field).holds_no(WHY);
        }
        for field in ["reason", "to", "decided_by", "told_person", "basis"] {
            leads.post(&path, without(field, &[])).await.is_problem(422, "bad-field").blames(field);
        }
    });
}

#[test]
fn who_does_not_decide_is_refused_and_no_worker_of_a_woman_learns_of_another() {
    on_each(async |world| {
        let (case, officer, leads, worker) = people(world);
        let path = format!("/api/v1/cases/{}/disclosures", case.id);
        let manager = world.cast(world.who(case, "justice.case-manager", None));
        // Her agency keeps the case, so she may know that such records are made; deciding is for others.
        manager.post(&path, decision("disclose")).await.is_problem(403, "refused").holds_no(WHY);
        let refused = worker.post(&path, decision("disclose")).await;
        let nothing = worker.post(&format!("/api/v1/cases/{}/disclosures", nowhere()), decision("disclose")).await;
        refused.is_problem(404, "not-found").is_the_same_as(&nothing);
        let her = case.protected.iter().find(|one| one.relation != Relation::Child).expect("a woman");
        let mut about = decision("disclose");
        about["about"] = json!(her.id);
        let id = officer.post(&path, about).await.is(201).id();
        for who in [&worker, &leads, &world.cast("catriona"), &world.cast("isla")] {
            who.is_told_nothing_at("/api/v1/disclosures/{}", &id).await;
        }
        let note = note_about(&her.id.to_string(), "risk-assessment", "He moved.");
        manager.writes(case, note).await.holds_no(&id);
    });
}
