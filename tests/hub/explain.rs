//! Why, and whom to ask: refusals that help, and questions that decide nothing.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::stories::{alert, note_about, nowhere, share_with};
use crate::world::{Answer, Player, World, on_each, on_each_alone};
use lippen::demo::Relation;
use lippen::model::agencies::Role;
use lippen::policy::permit::Action;
use serde_json::{Value, json};

const EXPLAIN: &str = "/api/v1/decisions/explain";

fn why(action: &str, kind: &str, id: &str, purpose: &str) -> Value {
    json!({ "action": action, "record": { "kind": kind, "id": id }, "purpose": purpose })
}

fn routes(answer: &Value) -> Vec<&str> {
    answer["routes"].as_array().unwrap().iter().map(|one| one["route"].as_str().unwrap()).collect()
}

/// Everything that there is to ask about: Morag's unreleased notes about her and about nobody, Isla's own, an alert, a consent, the woman and the case.
async fn laid_out(world: &World) -> Vec<(&'static str, String)> {
    let (case, isla, morag, woman) = (world.show_case(), world.cast("isla"), world.cast("morag"), world.woman_a());
    let kept = morag.writes(case, note_about(&woman.to_string(), "risk-assessment", "He asked after her.")).await.id();
    let mut of_him = note_about("", "risk-assessment", "He asked when the office closes.");
    of_him["about"] = Value::Null;
    let of_him = morag.writes(case, of_him).await.id();
    let told = isla.writes(case, note_about(&woman.to_string(), "protected-account", "She told me.")).await.id();
    let raised = morag.raises(case, alert("worrying-statement", Some(woman.to_string()), "He said it.")).await.id();
    let consent = json!({
        "subject": woman, "event": "given", "kind": "womens-service", "recipients": ["police-scotland"],
        "categories": ["protected-account"], "purposes": ["victim-safety"], "method": "in-person",
        "notice": { "id": "notice-en-1" }, "asked_alone": true,
    });
    let consent = isla.post(&format!("/api/v1/cases/{}/consents", case.id), consent).await.is(201).id();
    vec![
        ("note", kept),
        ("note", of_him),
        ("note", told),
        ("alert", raised),
        ("consent", consent),
        ("protected", woman.to_string()),
        ("case", case.id.to_string()),
    ]
}

/// Reads a record as its own route shows it.
async fn read(who: &Player, kind: &str, id: &str, purpose: &str) -> Answer {
    let path = match kind {
        "protected" => format!("/api/v1/protected/{id}/whereabouts"),
        other => format!("/api/v1/{other}s/{id}"),
    };
    let purpose = if kind == "alert" { String::new() } else { format!("?purpose={purpose}") };
    who.get(&format!("{path}{purpose}")).await
}

#[test]
fn an_explanation_says_what_the_act_itself_would_say() {
    on_each(async |world| {
        let things = laid_out(world).await;
        let (mut allowed, mut refused, mut nothing) = (0, 0, 0);
        for worker in &world.caseload.workers {
            let who = world.cast(&worker.key);
            let purpose = who.get("/api/v1/me").await.is(200)["purpose"].as_str().unwrap_or("victim-safety").to_owned();
            for (kind, id) in &things {
                let explained = who.post(EXPLAIN, why("read", kind, id, &purpose)).await;
                let done = read(&who, kind, id, &purpose).await;
                match explained.status.as_u16() {
                    // A case is shown in summary too, where reading all of it is not open.
                    200 if explained["allowed"] == true || *kind == "case" => {
                        done.is(200);
                        allowed += 1;
                    }
                    200 => {
                        done.is_problem(403, "refused");
                        assert_eq!(explained["rule"], done["rule"], "{explained}\n{done}");
                        refused += 1;
                    }
                    _ => {
                        done.is_problem(404, "not-found");
                        let none = who.post(EXPLAIN, why("read", kind, &nowhere(), &purpose)).await;
                        explained.is_problem(404, "not-found").is_the_same_as(&none).holds_no(id);
                        nothing += 1;
                    }
                }
            }
        }
        assert!(allowed > 5 && refused > 1 && nothing > 50, "{allowed} {refused} {nothing}");
    });
}

#[test]
fn an_explanation_of_sharing_says_what_sharing_would_say() {
    on_each(async |world| {
        let things = laid_out(world).await;
        for worker in &world.caseload.workers {
            let who = world.cast(&worker.key);
            for (_, id) in things.iter().filter(|(kind, _)| *kind == "note") {
                let explained = who.post(EXPLAIN, why("share", "note", id, "victim-safety")).await;
                // A share with nobody at all is refused only after the policy has allowed it.
                let to = share_with(json!({ "worker": nowhere() }), "victim-safety");
                let done = who.post(&format!("/api/v1/notes/{id}/shares"), to).await;
                match (explained.status.as_u16(), explained["allowed"].as_bool()) {
                    (200, Some(true)) => drop(done.is_problem(422, "invalid")),
                    (200, _) => assert_eq!(done.is_problem(403, "refused")["ask"], explained["ask"]),
                    _ => drop(done.is_problem(404, "not-found")),
                }
            }
        }
    });
}

#[test]
fn a_refusal_names_the_rule_and_the_role_that_can_grant_it() {
    on_each(async |world| {
        let (case, isla, morag) = (world.show_case(), world.cast("isla"), world.cast("morag"));
        let mut note = note_about(&world.woman_a().to_string(), "risk-assessment", "He asked after her.");
        let id = morag.writes(case, note.clone()).await.id();
        let refused = isla.reads(&id, "victim-safety").await;
        assert_eq!(refused.is_problem(403, "refused")["rule"], json!(["default"]), "{refused}");
        let who = &refused["ask"]["who"][0];
        assert_eq!((&who["as"], &who["role"]), (&json!("originator"), &json!("justice.case-manager")), "{refused}");
        assert_eq!(who["agency"], world.worker("morag").agency.to_string());
        assert!(routes(&refused["ask"]).contains(&"ask-originator"), "{refused}");
        refused.holds_no(world.worker("morag").family).holds_no(&world.worker("morag").id.to_string());

        let explained = isla.post(EXPLAIN, why("read", "note", &id, "victim-safety")).await;
        assert_eq!(explained.is(200)["allowed"], false, "{explained}");
        let missing = explained["missing"][0].as_array().unwrap();
        assert!(missing.len() == 2 && missing[0].as_str().unwrap().contains("released"), "{explained}");
        assert_eq!((&explained["opens"], &explained["ask"]), (&json!(["A025"]), &refused["ask"]), "{explained}");

        note["handling"]["attributable"] = json!(false);
        let nameless = morag.writes(case, note).await.id();
        let refused = isla.reads(&nameless, "victim-safety").await;
        assert_eq!(refused.is_problem(403, "refused")["ask"]["who"][0]["role"], Value::Null, "{refused}");

        let onward = isla
            .post(
                &format!("/api/v1/notes/{id}/shares"),
                share_with(json!({ "role": "womens.manager" }), "victim-safety"),
            )
            .await;
        assert_eq!(onward.is_problem(403, "refused")["rule"], json!(["guard:onward"]), "{onward}");
        assert_eq!(onward["in_words"], json!(["Only the agency that supplied it passes it on"]));

        let allowed = morag.post(EXPLAIN, why("share", "note", &id, "supervision")).await;
        assert_eq!(allowed.is(200)["allowed"], true, "{allowed}");
        assert_eq!(allowed["duties"], json!(["The recipient must say that it arrived"]), "{allowed}");
        assert!(allowed["in_words"][0].as_str().unwrap().contains(" may: Release an item"), "{allowed}");
    });
}

#[test]
fn a_question_is_recorded_and_opens_nothing() {
    on_each(async |world| {
        let (case, isla, morag) = (world.show_case(), world.cast("isla"), world.cast("morag"));
        let note = note_about(&world.woman_a().to_string(), "risk-assessment", "He asked after her.");
        let id = morag.writes(case, note).await.id();
        let explained = morag.post(EXPLAIN, why("share", "note", &id, "supervision")).await;
        let index = explained.is(200).holds_no("He asked")["receipt"]["index"].as_u64().unwrap();
        let entries = morag.readers_of(case).await;
        let entry = entries.iter().find(|one| one["index"] == index).unwrap();
        assert_eq!(
            (&entry["act"], &entry["id"]),
            (&json!("existence"), &json!(id)),
            "not recorded as a share: {entry}"
        );
        isla.reads(&id, "victim-safety").await.is_problem(403, "refused");
    });
}

#[test]
fn one_can_ask_about_what_need_not_be_there() {
    on_each(async |world| {
        let police = |worker: &&lippen::demo::DemoWorker| worker.role == Role::PoliceResponse;
        let officers: Vec<_> = world.caseload.workers.iter().filter(police).map(|worker| worker.id).collect();
        let theirs = world.caseload.cases.iter().find_map(|case| {
            let part = case.involvements.iter().find(|part| officers.contains(&part.worker))?;
            Some((case, world.caseload.workers.iter().find(|worker| worker.id == part.worker)?))
        });
        if let Some((case, officer)) = theirs {
            let asked = json!({
                "action": "read", "case": case.id, "category": "risk-assessment", "agency": "some-other-agency",
                "purpose": "public-protection",
            });
            let answer = world.cast(&officer.key).post(EXPLAIN, asked).await;
            assert_eq!(answer.is(200)["allowed"], false, "{answer}");
            assert!(routes(&answer["ask"]).contains(&"emergency-access"), "{answer}");
        }
        let (case, morag) = (world.show_case(), world.cast("morag"));
        let asked = |action: &str, category: &str| json!({ "action": action, "case": case.id, "category": category });
        let write = morag.post(EXPLAIN, asked("create", "risk-plan")).await;
        assert_eq!((&write.is(200)["allowed"], &write["rule"]), (&json!(true), &json!(["A200"])), "{write}");
        let address = morag.post(EXPLAIN, asked("read", "protected-address")).await;
        assert_eq!(address.is(200)["rule"], json!(["D07", "D09"]), "{address}");
        assert!(address["missing"].as_array().unwrap().is_empty(), "{address}");
        assert!(routes(&address["ask"]).contains(&"raise-alert"), "{address}");

        let group = world.cast(world.who(case, "programme.group-worker", None));
        let hers = group.post(EXPLAIN, asked("read", "protected-account")).await;
        assert_eq!(hers.is(200)["rule"], json!(["D01", "D02"]), "{hers}");
        let kenneth = world.cast("kenneth");
        let mut elsewhere = asked("read", "attendance");
        elsewhere["case"] = json!(nowhere());
        let nothing = kenneth.post(EXPLAIN, elsewhere).await;
        kenneth.post(EXPLAIN, asked("read", "attendance")).await.is_problem(404, "not-found").is_the_same_as(&nothing);
        for body in [json!({ "action": "read" }), json!({ "action": "read", "case": case.id })] {
            morag.post(EXPLAIN, body).await.is_problem(422, "invalid").blames("record");
        }
    });
}

#[test]
fn no_act_that_one_may_ask_about_tells_whether_there_is_what_one_may_not_know_of() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let known =
            json!({ "family_name": case.person.family, "given_name": case.person.given, "relation": "brother" });
        for key in ["lesley", "angus"] {
            world.cast(key).post("/api/v1/me/conflicts", known.clone()).await.is(201);
        }
        let child = world.caseload.cases.iter().flat_map(|case| &case.protected);
        let child = child.filter(|one| one.relation == Relation::Child).map(|one| one.id.to_string()).next().unwrap();
        let (his, hers) = (case.id.to_string(), world.woman_a().to_string());
        let mut asked = 0;
        for key in ["lesley", "angus", "lynsey", "donald", "graham", "owen"] {
            let who = world.cast(key);
            let shown = who.get(&format!("/api/v1/cases/{his}")).await;
            let seen = |id: &str| shown.status == 200 && shown.text.contains(id);
            let of_child =
                who.post(EXPLAIN, why("existence", "protected", &child, "victim-safety")).await.status == 200;
            for (kind, id, may_know) in
                [("case", &his, seen(&his)), ("protected", &hers, seen(&hers)), ("protected", &child, of_child)]
            {
                for purpose in ["victim-safety", "emergency"].iter().filter(|_| !may_know) {
                    for action in Action::ALL {
                        let answer = who.post(EXPLAIN, why(action.as_str(), kind, id, purpose)).await;
                        let nothing = who.post(EXPLAIN, why(action.as_str(), kind, &nowhere(), purpose)).await;
                        answer.is_the_same_as(&nothing).holds_no(id);
                        assert_ne!(answer.status, 200, "{key} {action} {kind}: {answer}");
                        asked += 1;
                    }
                }
            }
        }
        assert!(asked > 300, "{asked}");
    });
}
