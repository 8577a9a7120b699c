//! Whom a note is about says nothing of who reads it: what is about a woman and stands in a row of his is looked at, and
//! is not there for those of his side who may know of no woman.

use super::{alert, note_about, share_with};
use crate::world::{Answer, World, on_each, on_each_alone};
use serde_json::{Value, json};

const SAID: &str = "he waited by the old brewery wall until she had gone in and then he tried the back door twice.";

/// The body of a note in a row of his, about a woman.
fn plan(about: &str, text: &str, line: &str) -> Value {
    let mut note = note_about(about, "risk-plan", text);
    note["kind"] = json!("assessment");
    note["summary"] = json!({ "risk-plan": { "version": "4", "contingency": [line] } });
    note
}

async fn writes(world: &World, who: &str, note: Value) -> Answer {
    world.cast(who).post(&format!("/api/v1/cases/{}/notes", world.show_case().id), note).await
}

#[test]
fn a_note_about_her_in_his_record_repeats_nothing_of_hers() {
    on_each_alone(async |world| {
        let (isla, case) = (world.cast("isla"), world.show_case());
        let about = world.woman_a().to_string();
        isla.writes(case, note_about(&about, "protected-account", SAID)).await;
        for (text, line, field) in [(SAID, "ring first", "text"), ("See below.", &SAID[..80], "summary")] {
            let refused = writes(world, "morag", plan(&about, text, line)).await;
            refused.is_problem(422, "invalid").blames(field).holds_no(&SAID[..30]);
        }
        let asked =
            writes(world, "morag", plan(&about, "He may come.", "She is at 12 Saltwhin Street, ZZ99 7QQ")).await;
        asked.is_problem(422, "look-again").blames("summary").holds_no("Saltwhin");
        // Her own service writes no such row: what it says to his side is a sanitised note.
        writes(world, "isla", plan(&about, SAID, "ring first")).await.is_problem(403, "refused");
        // An agency may go on with what it wrote about her itself.
        let own = "we agreed with the police that they call on him each Friday evening before the order ends.";
        let first = writes(world, "morag", plan(&about, own, "ring first")).await.is(201).id();
        writes(world, "morag", plan(&about, own, "ring first, then call")).await.is(201);
        let put_right = plan(&about, &own.replace("Friday", "Sunday"), "ring first");
        world.cast("morag").post(&format!("/api/v1/notes/{first}/corrections"), put_right).await.is(201);
    });
}

#[test]
fn an_item_about_her_is_not_there_for_those_who_may_know_of_no_woman() {
    on_each(async |world| {
        let (morag, donald, case) = (world.cast("morag"), world.cast("donald"), world.show_case());
        let about = world.woman_a().to_string();
        let before = world.notes_seen_by(&donald, case).await;
        let note = writes(world, "morag", plan(&about, "He may come to her.", "ring the office")).await.is(201).id();
        donald.get(&format!("/api/v1/cases/{}", case.id)).await.is(200).holds_no(&about);
        donald.is_told_nothing_at("/api/v1/notes/{}", &note).await;
        donald.is_told_nothing_at("/api/v1/notes/{}?purpose=victim-safety", &note).await;
        assert_eq!(world.notes_seen_by(&donald, case).await, before, "nor does it stand in a list");
        let from = donald.get(&format!("/api/v1/cases/{}/notes?after={note}", case.id)).await;
        from.is_problem(422, "invalid").blames("after");
        let to = share_with(json!({ "worker": world.worker("donald").id }), "programme");
        let shared = morag.post(&format!("/api/v1/notes/{note}/shares"), to).await;
        shared.is_problem(422, "invalid").blames("to");
        let preview = morag.post("/api/v1/notes/preview", json!({ "note": note })).await;
        let groups = |key: &str| preview.is(200)[key].as_array().cloned().unwrap_or_default();
        assert!(!groups("readers").iter().any(|one| one["role"] == "programme.group-worker"), "{preview}");
        // Those who may know of her read it as before.
        assert_eq!(morag.reads(&note, "supervision").await.is(200)["about"], about);
        // Nor do they write about her, or of nobody: both are one answer.
        let hers = donald.post(&format!("/api/v1/cases/{}/alerts", case.id), alert("other", Some(about), "x")).await;
        let nobody = Some(super::nowhere());
        let nobodys = donald.post(&format!("/api/v1/cases/{}/alerts", case.id), alert("other", nobody, "x")).await;
        hers.is_problem(404, "not-found").is_the_same_as(&nobodys);
    });
}

#[test]
fn what_is_said_of_a_basis_or_a_decision_is_looked_at_too() {
    on_each_alone(async |world| {
        let (isla, morag, case) = (world.cast("isla"), world.cast("morag"), world.show_case());
        let about = world.woman_a().to_string();
        isla.writes(case, note_about(&about, "protected-account", SAID)).await;
        let mut note = note_about("", "risk-plan", "He may come this week.");
        note.as_object_mut().expect("an object").remove("about");
        let note = morag.writes(case, note).await.id();
        let path = format!("/api/v1/notes/{note}/shares");
        let mut share = share_with(json!({ "worker": world.worker("isla").id }), "victim-safety");
        share["basis"] = json!({ "type": "vital-interests", "reason": SAID });
        morag.post(&path, share.clone()).await.is_problem(422, "invalid").blames("basis.reason");
        share["basis"]["reason"] = json!("He was seen at 12 Saltwhin Street.");
        morag.post(&path, share.clone()).await.is_problem(422, "look-again").blames("basis.reason");
        share["checked"] = json!(["address"]);
        morag.post(&path, share.clone()).await.is(201);
        share["basis"] =
            json!({ "type": "court-order", "reference": "A/1", "court": &SAID[..90], "made": "2026-01-02" });
        morag.post(&path, share).await.is_problem(422, "invalid").blames("basis.court");

        let team = super::consent::Team::of(world);
        let (officer, case, about) = (world.cast(team.officer), team.case, team.her.to_string());
        world.cast(team.worker).writes(case, note_about(&about, "protected-account", SAID)).await;
        let path = format!("/api/v1/cases/{}/disclosures", case.id);
        for about in [Value::Null, json!(about)] {
            let mut decision = json!({
                "decision": "disclose", "to": "His landlord", "basis": "public-interest", "reason": SAID,
                "decided_by": "Inspector", "told_person": "yes", "about": about,
            });
            officer.post(&path, decision.clone()).await.is_problem(422, "invalid").blames("reason");
            decision["reason"] = json!("He asks for the keys.");
            decision["alternatives"] = json!([&SAID[..90]]);
            officer.post(&path, decision.clone()).await.is_problem(422, "invalid").blames("alternatives");
            decision["alternatives"] = json!([]);
            decision["to"] = json!("Whoever lives at 12 Saltwhin Street");
            officer.post(&path, decision.clone()).await.is_problem(422, "look-again").blames("to");
            decision["checked"] = json!(["address"]);
            officer.post(&path, decision).await.is(201);
        }
    });
}
