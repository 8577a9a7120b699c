//! On what a share stands: a gateway that fits, a court's order while it holds, somebody's life. Taking back needs none.

use super::consent::{Team, consent, to_midnight, today};
use super::overrides::newest;
use super::{note_about, share_with};
use crate::world::{Player, World, on_each, on_each_alone};
use lippen::demo::DemoCase;
use serde_json::{Value, json};

const SAID: &str = "He was seen near the school.";

/// Morag writes about Isla's woman; returns the note.
async fn note(world: &World) -> (Player, String) {
    let morag = world.cast("morag");
    let body = note_about(&world.woman_a().to_string(), "risk-assessment", SAID);
    let note = morag.writes(world.show_case(), body).await.id();
    (morag, format!("/api/v1/notes/{note}/shares"))
}

fn share(world: &World, purpose: &str, basis: Value) -> Value {
    json!({ "to": { "worker": world.worker("isla").id }, "purpose": purpose, "basis": basis })
}

fn gateway(code: &str) -> Value {
    json!({ "type": "statutory-duty", "gateway": code })
}

#[test]
fn a_gateway_that_does_not_fit_is_refused_with_those_that_do() {
    on_each(async |world| {
        let (morag, path) = note(world).await;
        for code in ["2005-s1", "2005-s10-dtc", "gossip", "2005-S10", "pfra-2012-s20"] {
            let refused = morag.post(&path, share(world, "victim-safety", gateway(code))).await;
            refused.is_problem(422, "invalid").blames("basis.gateway").holds_no("gossip");
            let say = refused["errors"][0]["say"].as_str().expect("words");
            assert!(say.contains("2005-s10") && say.contains("caledonian-public-task"), "{refused}");
        }
        // He is not in MAPPA: nobody supervises him on its law, though they may find out whether he belongs there.
        let refused = morag.post(&path, share(world, "supervision", gateway("2005-s10"))).await;
        refused.is_problem(422, "invalid");
        morag.post(&path, share(world, "victim-safety", gateway("2005-s10"))).await.is(201);
        morag.post(&path, share(world, "victim-safety", gateway("caledonian-public-task"))).await.is(201);
    });
}

#[test]
fn a_health_board_stands_on_the_gateway_of_the_mans_category() {
    on_each(async |world| {
        let restricted =
            |case: &&DemoCase| case.mappa.is_some_and(|mappa| mappa.category.to_string() == "restricted-patient");
        let case = world.caseload.cases.iter().find(restricted).expect("a restricted patient");
        let health = world.cast(world.who(case, "health.liaison", None));
        let manager = world.worker(world.who(case, "justice.case-manager", None)).id;
        let mut body = note_about("", "health", "He has stopped his medicine.");
        body.as_object_mut().expect("an object").remove("about");
        let note = health.writes(case, body).await.id();
        let path = format!("/api/v1/notes/{note}/shares");
        let with =
            |code| json!({ "to": { "worker": manager }, "purpose": "public-protection", "basis": gateway(code) });
        let refused = health.post(&path, with("2005-s10-dtc")).await;
        refused.is_problem(422, "invalid").blames("basis.gateway");
        assert!(refused["errors"][0]["say"].as_str().expect("words").ends_with("these do: 2005-s10"), "{refused}");
        health.post(&path, with("2005-s10")).await.is(201);
    });
}

#[test]
fn each_basis_says_what_it_must_and_nothing_that_it_cannot() {
    on_each(async |world| {
        let (morag, path) = note(world).await;
        let order = |change: &[(&str, Value)]| {
            let mut basis = json!({
                "type": "court-order", "reference": "KIL-SC12-26", "court": "Kilmarnock Sheriff Court", "made": "2026-01-15",
            });
            change.iter().for_each(|(name, value)| basis[*name] = value.clone());
            basis
        };
        let life = |reason: Value| json!({ "type": "vital-interests", "reason": reason });
        let tries = [
            (life(json!("He is on his way.")), "supervision", "invalid", "basis.type"),
            (json!({ "type": "vital-interests" }), "emergency", "bad-field", "basis.reason"),
            (life(json!("")), "emergency", "bad-field", "basis"),
            (json!({ "type": "court-order" }), "victim-safety", "bad-field", "basis.reference"),
            (order(&[("reference", json!("John Smith"))]), "victim-safety", "invalid", "basis.reference"),
            (order(&[("made", json!("2190-01-01"))]), "victim-safety", "invalid", "basis.made"),
            (order(&[("expires", json!("2026-02-01"))]), "victim-safety", "invalid", "basis.expires"),
            (order(&[("judge", json!("x"))]), "victim-safety", "bad-field", "basis.judge"),
            (json!({ "type": "public-interest" }), "victim-safety", "invalid", "basis.type"),
            (json!({ "type": "override" }), "victim-safety", "bad-field", "basis.type"),
        ];
        for (basis, purpose, slug, field) in tries {
            let refused = morag.post(&path, share(world, purpose, basis.clone())).await;
            refused.is_problem(422, slug).blames(field).holds_no("John Smith");
        }
        let shared = morag.post(&path, share(world, "victim-safety", order(&[]))).await.is(201).id();
        let stands = morag.get(&format!("/api/v1/shares/{shared}/basis")).await;
        assert_eq!((&stands.is(200)["type"], &stands["reference"]), (&json!("court-order"), &json!("KIL-SC12-26")));
        assert_eq!((&stands["court"], &stands["made"]), (&json!("Kilmarnock Sheriff Court"), &json!("2026-01-15")));
        let shared = morag.post(&path, share(world, "emergency", life(json!("He is on his way.")))).await.is(201).id();
        let stands = morag.get(&format!("/api/v1/shares/{shared}/basis")).await;
        assert_eq!(stands.is(200)["reason"], "He is on his way.");
        for key in ["catriona", "kenneth", "angus", "graham", "emil"] {
            world.cast(key).is_told_nothing_at("/api/v1/shares/{}/basis", &shared).await;
        }
        let shared = morag.post(&path, share(world, "victim-safety", gateway("2005-s10"))).await.is(201).id();
        let stands = morag.get(&format!("/api/v1/shares/{shared}/basis")).await;
        assert_eq!(stands.is(200)["law"], "Management of Offenders etc. (Scotland) Act 2005 section 10", "{stands}");
    });
}

#[test]
fn the_shares_of_a_corrected_note_stand_on_the_words_of_the_first() {
    on_each_alone(async |world| {
        let isla = world.cast("isla");
        let order = json!({
            "type": "court-order", "reference": "KIL-SC12-26", "court": "Kilmarnock Sheriff Court", "made": "2026-01-15",
        });
        let life = json!({ "type": "vital-interests", "reason": "He is on his way." });
        for (basis, field, words) in
            [(life, "reason", "He is on his way."), (order, "court", "Kilmarnock Sheriff Court")]
        {
            let (morag, path) = note(world).await;
            morag.post(&path, share(world, "victim-safety", basis)).await.is(201);
            let mut old = path.replace("/shares", "");
            for _ in 0..2 {
                let right = note_about(&world.woman_a().to_string(), "risk-assessment", "He was seen near the pool.");
                let corrected = morag.post(&format!("{old}/corrections"), right).await;
                assert_eq!(corrected.is(201)["shares"], 1, "{corrected}");
                old = format!("/api/v1/notes/{}", corrected.id());
                let told = newest(&isla, "note-corrected").await;
                let told = isla.opens(told["id"].as_str().expect("an id")).await;
                let shared = told.is(200)["shares"][0].as_str().expect("a share").to_owned();
                let stands = morag.get(&format!("/api/v1/shares/{shared}/basis")).await;
                assert_eq!(stands.is(200)[field], words, "{stands}");
                world.cast("catriona").is_told_nothing_at("/api/v1/shares/{}/basis", &shared).await;
            }
        }
    });
}

#[test]
fn a_competent_authority_does_not_rest_its_own_work_on_consent() {
    on_each(async |world| {
        let team = Team::of(world);
        let (manager, worker) = (world.cast(team.manager), world.cast(team.worker));
        let given = consent(world, &team, None);
        let given = worker.post(&format!("/api/v1/cases/{}/consents", team.case.id), given).await.is(201).id();
        let mut body = note_about("", "attendance", "He missed group.");
        body.as_object_mut().expect("an object").remove("about");
        let note = manager.writes(team.case, body).await.id();
        let body = json!({
            "to": { "worker": world.worker(team.officer).id }, "purpose": "public-protection",
            "basis": { "type": "consent", "consent": given },
        });
        let refused = manager.post(&format!("/api/v1/notes/{note}/shares"), body).await;
        refused.is_problem(422, "invalid").blames("basis.type");
        assert!(refused["errors"][0]["say"].as_str().expect("words").contains("part 3"), "{refused}");
    });
}

#[test]
fn a_court_order_carries_a_share_until_its_last_day() {
    on_each_alone(async |world| {
        let (morag, path) = note(world).await;
        let basis = json!({
            "type": "court-order", "reference": "KIL-SC12-26", "court": "Kilmarnock Sheriff Court", "made": "2026-01-15",
            "expires": today(world.now()),
        });
        morag.post(&path, share(world, "victim-safety", basis)).await.is(201);
        let isla = world.cast("isla");
        let note = path.split('/').nth(4).expect("the note");
        world.wind(to_midnight(world.now()) - 1);
        assert_eq!(isla.reads(note, "victim-safety").await.is(200)["text"], SAID);
        world.wind(1);
        isla.reads(note, "victim-safety").await.is_problem(403, "refused").holds_no(SAID);
    });
}

#[test]
fn taking_a_share_back_needs_no_basis() {
    on_each(async |world| {
        let (morag, path) = note(world).await;
        for basis in [gateway("2005-s10"), json!({ "type": "vital-interests", "reason": "He is on his way." })] {
            let shared = morag.post(&path, share(world, "victim-safety", basis)).await.is(201).id();
            let taken = morag.post(&format!("/api/v1/shares/{shared}/withdrawal"), json!({})).await;
            assert_eq!(taken.is(200)["state"], "withdrawn");
        }
        let to = share_with(json!({ "worker": world.worker("isla").id }), "victim-safety");
        let note = path.split('/').nth(4).expect("the note");
        morag.shares(note, to).await;
        assert_eq!(world.cast("isla").reads(note, "victim-safety").await.is(200)["text"], SAID);
    });
}
