//! Story: she has said no, or somebody has said no for her. One worker does not decide against it alone, and a second person
//! is not outvoted by asking again.

use super::consent::{consent, share_on};
use super::note_about;
use super::overrides::{SHE_SAID, Scene, answers};
use crate::world::on_each_alone;
use serde_json::{Value, json};

#[test]
fn what_she_refused_to_share_takes_a_second_person() {
    on_each_alone(async |world| {
        let scene = Scene::of(world).await;
        let (worker, case) = (&scene.worker, scene.team.case.id);
        let (consents, shares) =
            (format!("/api/v1/cases/{case}/consents"), format!("/api/v1/notes/{}/shares", scene.note));
        let on = |basis: Value| json!({ "to": { "worker": world.worker(scene.team.officer).id }, "purpose": "victim-safety", "basis": basis });
        let alone = [
            on(json!({ "type": "vital-interests", "reason": "He says when." })),
            on(json!({ "type": "statutory-duty", "gateway": "2005-s10" })),
        ];
        let mut no = consent(world, &scene.team, None);
        (no["event"], no["expires"]) = (json!("refused"), Value::Null);
        worker.post(&consents, no).await.is(201);
        for share in &alone {
            let refused = worker.post(&shares, share.clone()).await;
            refused.is_problem(422, "invalid").blames("basis.type");
            assert!(refused.text.contains("override"), "{refused}");
        }
        scene.is_closed_to_the_officer().await;
        let id = scene.ask("serious-harm").await.id();
        answers(&scene.manager, &id, "approved").await.is(200);
        scene.is_open_to_the_officer().await;
    });
}

#[test]
fn what_she_took_back_takes_a_second_person_until_she_says_yes_again() {
    on_each_alone(async |world| {
        let scene = Scene::of(world).await;
        let (worker, case) = (&scene.worker, scene.team.case.id);
        let (consents, shares) =
            (format!("/api/v1/cases/{case}/consents"), format!("/api/v1/notes/{}/shares", scene.note));
        let alone = json!({ "to": { "worker": world.worker(scene.team.officer).id }, "purpose": "victim-safety",
            "basis": { "type": "vital-interests", "reason": "He says when." } });
        worker.post(&consents, consent(world, &scene.team, None)).await.is(201);
        worker.post(&format!("/api/v1/cases/{case}/withdrawals"), json!({ "subject": scene.team.her })).await.is(201);
        worker.post(&shares, alone.clone()).await.is_problem(422, "invalid").blames("basis.type");
        let again = worker.post(&consents, consent(world, &scene.team, None)).await.is(201).id();
        worker.post(&shares, share_on(world, &scene.team, &again)).await.is(201);
        worker.post(&shares, alone).await.is(201);
    });
}

#[test]
fn whoever_asks_again_after_a_no_waits_for_a_yes_though_life_is_at_risk() {
    on_each_alone(async |world| {
        let scene = Scene::of(world).await;
        let first = scene.ask("life-at-risk").await;
        assert_eq!(first["state"], "unconfirmed", "{first}");
        scene.is_open_to_the_officer().await;
        answers(&scene.manager, &first.id(), "refused").await.is(200);
        scene.is_closed_to_the_officer().await;
        let again = scene.ask("life-at-risk").await;
        assert_eq!((&again["state"], &again["due"]), (&json!("waiting"), &Value::Null), "{again}");
        scene.is_closed_to_the_officer().await;
        answers(&scene.manager, &again.id(), "approved").await.is(200);
        scene.is_open_to_the_officer().await;
    });
}

#[test]
fn a_correction_carries_nothing_that_a_second_person_refused() {
    on_each_alone(async |world| {
        let scene = Scene::of(world).await;
        let id = scene.ask("life-at-risk").await.id();
        scene.is_open_to_the_officer().await;
        answers(&scene.manager, &id, "refused").await.is(200);
        let right =
            note_about(&scene.team.her.to_string(), "protected-account", &format!("{SHE_SAID} It was a Tuesday."));
        let corrected = scene.worker.post(&format!("/api/v1/notes/{}/corrections", scene.note), right).await;
        assert_eq!(corrected.is(201)["shares"], 0, "{corrected}");
        scene.officer.is_told_nothing_at("/api/v1/notes/{}?purpose=victim-safety", &corrected.id()).await;
    });
}
