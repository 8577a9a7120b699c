//! Risk management plans: versions that are never changed, a summary for each role, and a wall between two women's parts.

use super::note_about;
use crate::world::{Player, World, on_each_alone};
use lippen::demo::DemoCase;
use serde_json::{Value, json};

const LINE: &str = "Ring the case manager and do not warn him.";
const SAID: &str = "she told me that he keeps her passport in the blue tin above the cooker and counts her money";

fn plan(women: &[(String, &str)]) -> Value {
    let action = |what: &str| json!({ "what": what, "owner": { "role": "justice.case-manager" }, "due": "2190-01-01" });
    let safety: Vec<Value> = women
        .iter()
        .map(|(her, measure)| {
            json!({ "protected": her, "measures": ["ask-her-worker-first", measure], "owner": { "role": "womens.worker" } })
        })
        .collect();
    json!({
        "review": "2190-01-01", "victim_safety": safety,
        "plan": {
            "nature": "Assaults on partners.", "seriousness": "Injury that needed treatment.", "pattern": "Since 2019.",
            "likelihood": "High while he drinks.", "imminence": "Within weeks of a separation.",
            "risk_factors": ["Drink"], "protective_factors": ["Work"], "warning_signs": ["He drinks again"],
            "scenarios": [{ "context": "After court", "what": "An assault", "who": "a former partner", "when": "at night",
                            "how": "by force", "why": "jealousy" }],
            "supervision": [action("Weekly contact")], "monitoring": [action("Calls to the address")],
            "intervention": [action("The group")], "contingency": [action(LINE)],
            "communicate_how": "by telephone, then in writing", "communicate_every": "each week",
        },
    })
}

fn at(case: &DemoCase) -> String {
    format!("/api/v1/cases/{}/plans", case.id)
}

fn both(world: &World) -> Vec<(String, &'static str)> {
    vec![(world.woman_a().to_string(), "police-marker"), (world.woman_b().to_string(), "unannounced-visits")]
}

fn place(id: &str) -> String {
    format!("/api/v1/plans/{id}")
}

async fn approves(who: &Player, id: &str) -> crate::world::Answer {
    who.post(&format!("/api/v1/plans/{id}/approval"), json!({})).await
}

#[test]
fn each_reader_sees_their_part_of_an_approved_plan_and_neither_womans_worker_the_others() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let (morag, isla, catriona) = (world.cast("morag"), world.cast("isla"), world.cast("catriona"));
        let lead = world.cast(world.who(case, "justice.team-manager", None));
        let group = world.cast(world.who(case, "programme.group-worker", None));
        let made = morag.post(&at(case), plan(&both(world))).await;
        let id = made.is(201).id();
        let whole = morag.get(&place(&id)).await;
        assert_eq!((&whole.is(200)["access"], &whole["approved"]), (&json!("full"), &Value::Null), "{whole}");
        assert_eq!(whole["plan"]["contingency"][0]["what"], LINE);
        assert_eq!(whole["plan"]["contingency"][0]["owner"], json!({ "role": "justice.case-manager" }));
        assert_eq!(whole["victim_safety"].as_array().map(Vec::len), Some(2), "{whole}");
        // What nobody approved guides nobody who meets him.
        for who in [&isla, &catriona, &group] {
            who.is_told_nothing_at("/api/v1/plans/{}", &id).await;
            assert!(who.get(&at(case)).await.is(200).item(&id).is_none(), "it is not listed");
        }
        approves(&morag, &id).await.is_problem(403, "refused");
        approves(&isla, &id).await.is_problem(404, "not-found");
        let approved = approves(&lead, &id).await;
        let events = approved.is(200)["events"].as_array().expect("a list").clone();
        assert!(!events.is_empty() && events.len().is_multiple_of(2), "two for each order: {approved}");
        let mut words: Vec<Value> = Vec::new();
        for event in &events {
            let event = event.as_str().expect("an id");
            words.push(morag.get(&format!("/api/v1/events/{event}")).await.is(200)["word"].clone());
        }
        assert!(words.contains(&json!("rmp-approved")) && words.contains(&json!("plan-finalised")), "{words:?}");
        approves(&lead, &id).await.is_problem(409, "conflict");

        for (who, her, other, own, others) in [
            (&isla, world.woman_a(), world.woman_b(), "police-marker", "unannounced-visits"),
            (&catriona, world.woman_b(), world.woman_a(), "unannounced-visits", "police-marker"),
        ] {
            let seen = who.get(&place(&id)).await;
            assert_eq!(seen.is(200)["access"], "summary", "{seen}");
            let parts = seen["victim_safety"].as_array().expect("a list");
            assert_eq!((parts.len(), &parts[0]["protected"]), (1, &json!(her)), "hers alone: {seen}");
            assert_eq!(parts[0]["measures"], json!(["ask-her-worker-first", own]));
            seen.holds_no(&other.to_string()).holds_no(others).holds_no(LINE).holds_no("Assaults").holds_no("orders");
            let list = who.get(&at(case)).await;
            assert_eq!(list.is(200).item(&id).expect("it is listed")["access"], "summary");
        }
        let glance = group.get(&place(&id)).await;
        assert_eq!(glance.is(200)["summary"]["contingency"], json!([LINE]), "{glance}");
        assert_eq!((&glance["victim_safety"], &glance["access"]), (&json!([]), &json!("summary")));
        for (her, measure) in both(world) {
            glance.holds_no(&her).holds_no(measure);
        }
        glance.holds_no("Assaults").holds_no("Weekly contact");
        for key in ["irene", "kenneth", "angus", "graham", "emil"] {
            world.cast(key).is_told_nothing_at("/api/v1/plans/{}", &id).await;
        }
        its_readers_are_known(case, &morag, &group, &id).await;
    });
}

/// Claims that its author sees who has it, and that her own worker's look at her part is seen by those alone who may know of her.
async fn its_readers_are_known(case: &DemoCase, author: &Player, group: &Player, id: &str) {
    let readers = author.readers_of(case).await;
    assert!(readers.iter().any(|one| one["id"] == json!(id) && one["act"] == "summary"), "the group worker's look");
    let hers = group.readers_of(case).await;
    assert!(hers.iter().all(|one| one["kind"] != "plan-part"), "{hers:?}");
}

#[test]
fn a_new_version_stands_beside_the_old_one_and_nobody_approves_their_own() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let morag = world.cast("morag");
        let lead = world.cast(world.who(case, "justice.team-manager", None));
        let write = async |who: &Player, nature: &str| {
            let mut body = plan(&[]);
            body["plan"]["nature"] = json!(nature);
            world.wind(1);
            let made = who.post(&at(case), body).await;
            (made.is(201).id(), made["version"].as_i64().expect("a number"))
        };
        let (first, one) = write(&morag, "As it was.").await;
        approves(&lead, &first).await.is(200);
        let (second, two) = write(&morag, "As it is.").await;
        assert_eq!(two, one + 1);
        let before = morag.get(&place(&first)).await;
        assert_eq!((&before.is(200)["plan"]["nature"], &before["newer"]), (&json!("As it was."), &Value::Null));
        approves(&lead, &second).await.is(200);
        let after = morag.get(&place(&first)).await;
        assert_eq!((&after.is(200)["plan"]["nature"], &after["newer"]), (&json!("As it was."), &json!(two)), "{after}");
        let (old, _) = write(&morag, "Never approved.").await;
        let (own, _) = write(&lead, "By the manager herself.").await;
        approves(&lead, &own).await.is_problem(422, "invalid");
        let (last, _) = write(&morag, "The last.").await;
        approves(&lead, &last).await.is(200);
        approves(&lead, &old).await.is_problem(422, "invalid");
        let list = morag.get(&format!("{}?limit=2", at(case))).await;
        let ids: Vec<_> = list.is(200).items().iter().map(|item| item["id"].clone()).collect();
        assert_eq!(ids, [json!(last), json!(own)], "newest first: {list}");
    });
}

#[test]
fn a_plan_has_no_room_for_a_woman_but_by_reference() {
    on_each_alone(async |world| {
        let (case, morag, isla) = (world.show_case(), world.cast("morag"), world.cast("isla"));
        let before = morag.get(&at(case)).await;
        let her = &case.protected[0];
        let stranger = world.caseload.cases[1].protected[0].id.to_string();
        let refused = async |body: Value, blamed: &str| {
            let answer = morag.post(&at(case), body).await;
            answer.is_problem(422, "invalid").blames(blamed).holds_no(&her.family);
        };
        let with = |pointer: &str, value: Value| {
            let mut body = plan(&both(world));
            *body.pointer_mut(pointer).expect("it is there") = value;
            body
        };
        let name = format!("He fears that {} {} leaves.", her.given, her.family);
        for (pointer, value, blamed) in [
            ("/plan/nature", json!(name), "plan.nature"),
            ("/plan/scenarios/0/who", json!(name), "plan.scenarios"),
            ("/plan/contingency/0/what", json!(name), "plan.what"),
            ("/plan/warning_signs", json!([]), "plan.warning_signs"),
            ("/plan/contingency", json!([]), "plan.contingency"),
            ("/plan/supervision/0/owner", json!({ "role": "womens.worker" }), "plan.owner"),
            ("/plan/supervision/0/owner", json!({ "worker": world.worker("isla").id }), "plan.owner"),
            ("/plan/supervision/0/owner", json!({ "worker": world.worker("kenneth").id }), "plan.owner"),
            ("/plan/supervision/0/due", json!("2026-01-01"), "plan.due"),
            ("/review", json!("2026-01-01"), "review"),
            ("/victim_safety/0/protected", json!(stranger), "victim_safety.protected"),
            ("/victim_safety/0/protected", json!(world.woman_b()), "victim_safety.protected"),
            ("/victim_safety/0/measures", json!([]), "victim_safety.measures"),
            ("/victim_safety/0/owner", json!({ "worker": world.worker("catriona").id }), "victim_safety.owner"),
        ] {
            refused(with(pointer, value), blamed).await;
        }
        let free = with("/victim_safety/0/measures", json!(["Move her to her aunt."]));
        morag.post(&at(case), free).await.is_problem(422, "bad-field").holds_no("aunt");
        let mut words = plan(&both(world));
        words["victim_safety"][0]["text"] = json!(SAID);
        morag.post(&at(case), words).await.is_problem(422, "bad-field").holds_no("passport");
        // Her own words are not repeated in any text of it.
        isla.writes(case, note_about(&her.id.to_string(), "protected-account", SAID)).await;
        for pointer in ["/plan/imminence", "/plan/scenarios/0/how", "/plan/warning_signs/0", "/plan/communicate_how"] {
            let field = pointer.trim_start_matches('/').split('/').take(2).collect::<Vec<_>>().join(".");
            refused(with(pointer, json!(SAID)), &field).await;
        }
        isla.post(&at(case), plan(&[])).await.is_problem(403, "refused");
        let after = morag.get(&at(case)).await;
        assert_eq!(after.is(200).holds_no("passport").items(), before.items(), "nothing was stored");
    });
}
