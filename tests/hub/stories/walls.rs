//! Walls around a woman: what silence, a name, a second try or her own consent must not open.

use super::{alert, note_about, share_with};
use crate::world::on_each;
use lippen::demo::DemoCase;
use serde_json::json;

const SAID: &str = "She says that he waits at her work.";

#[test]
fn silence_about_whom_it_is_crosses_no_wall() {
    on_each(async |world| {
        let (isla, case) = (world.cast("isla"), world.show_case());
        let mut note = note_about("", "protected-account", SAID);
        note.as_object_mut().expect("an object").remove("about");
        let path = format!("/api/v1/cases/{}/notes", case.id);
        isla.post(&path, note).await.is_problem(422, "invalid").blames("about").holds_no(SAID);
        let path = format!("/api/v1/cases/{}/alerts", case.id);
        isla.post(&path, alert("threat", None, SAID)).await.is_problem(422, "invalid").blames("about");
    });
}

#[test]
fn a_note_about_one_woman_cannot_be_shared_with_the_worker_of_the_other_by_name() {
    on_each(async |world| {
        let morag = world.cast("morag");
        let mut note = note_about(&world.woman_a().to_string(), "risk-assessment", SAID);
        note["checked"] = json!(["workplace"]);
        let note = morag.writes(world.show_case(), note).await.id();
        let to = share_with(json!({ "worker": world.worker("catriona").id }), "victim-safety");
        morag.post(&format!("/api/v1/notes/{note}/shares"), to).await.is_problem(422, "invalid").blames("to.worker");
    });
}

#[test]
fn a_womans_consent_is_for_her_own_service_to_read_and_to_continue() {
    on_each(async |world| {
        let (isla, morag) = (world.cast("isla"), world.cast("morag"));
        let path = format!("/api/v1/cases/{}/consents", world.show_case().id);
        let body = json!({
            "subject": world.woman_a().to_string(), "event": "given", "kind": "womens-service",
            "recipients": ["police-scotland"], "categories": ["protected-account"], "purposes": ["victim-safety"],
            "notice": { "id": "notice-en-1" }, "method": "in-person", "asked_alone": true, "said": SAID,
        });
        let answer = isla.post(&path, body.clone()).await;
        let consent = answer.is(201).id();
        let at = format!("/api/v1/consents/{consent}");
        assert_eq!(isla.get(&at).await.is(200).body["said"], SAID);
        morag.get(&at).await.is_problem(404, "not-found").holds_no(SAID);
        let mut renewed = body;
        renewed["event"] = json!("renewed");
        renewed["chain"] = json!(consent);
        morag.post(&path, renewed).await.is_problem(404, "not-found");
    });
}

#[test]
fn what_was_done_about_a_woman_is_not_for_the_childs_worker_nor_for_his_side() {
    const DONE: &str = "She is with her sister tonight.";
    on_each(async |world| {
        let owens = world.worker("owen").id;
        let of_two_women = |case: &&DemoCase| {
            let workers = case.involvements.iter();
            workers.clone().any(|part| part.worker == owens)
                && workers.filter(|part| part.about.is_some() && part.worker != owens).count() > 1
        };
        let case = world.caseload.cases.iter().find(of_two_women).expect("Owen works beside two women's workers");
        let everybody_acts = async |alert: &str| {
            let mut acted = 0;
            for worker in &world.caseload.workers {
                let path = format!("/api/v1/alerts/{alert}/actions");
                let answer = world.cast(&worker.key).post(&path, json!({ "text": DONE })).await;
                acted += usize::from(answer.status == 201);
            }
            assert!(acted > 0, "somebody was told");
        };
        let owen = world.cast("owen");
        let mut told = alert("consent-withdrawn", None, SAID);
        told["checked"] = json!(["workplace"]);
        let raised = owen.raises(case, told).await.id();
        everybody_acts(&raised).await;
        let opened = owen.opens(&raised).await;
        assert_eq!(opened.is(200)["actions"], json!([]), "{opened}");
        opened.holds_no(DONE);

        let manager = world.cast(world.who(case, "justice.case-manager", None));
        let woman = case.protected[0].id.to_string();
        let mut told = alert("worrying-statement", Some(woman), SAID);
        told["checked"] = json!(["workplace"]);
        let raised = manager.raises(case, told).await.id();
        everybody_acts(&raised).await;
        let opened = manager.opens(&raised).await;
        assert_eq!(opened.is(200)["actions"], json!([]), "{opened}");
        opened.holds_no(DONE);
    });
}

#[test]
fn saying_twice_that_one_knows_somebody_tells_nothing() {
    on_each(async |world| {
        let person = &world.caseload.cases[5].person;
        let known = json!({ "family_name": person.family, "given_name": person.given, "relation": "brother" });
        for _ in 0..2 {
            world.cast("kenneth").post("/api/v1/me/conflicts", known.clone()).await.is(201);
        }
    });
}
