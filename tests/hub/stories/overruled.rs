//! Taking back what was agreed to, where something else happened to the chain: she was overruled, it was only proposed, it
//! had run out, or it never let anybody be told. Whoever hears it, nothing is read on it from that moment on.

use super::consent::{Team, consent, share_on, today};
use super::note_about;
use super::overrides::{Scene, answers};
use super::signed_consent::{exports, log_key, verdicts};
use crate::world::{Answer, Player, on_each_alone};
use serde_json::{Value, json};

const SAID: &str = "He has asked her sister where she works.";

/// Her worker shares a note on her consent, with the officer; returns the consent's answer.
async fn agreed(scene: &Scene<'_>) -> Answer {
    let (world, team) = (scene.world, &scene.team);
    let path = format!("/api/v1/cases/{}/consents", team.case.id);
    let given = scene.worker.post(&path, consent(world, team, None)).await;
    scene.worker.shares(&scene.note, share_on(world, team, &given.is(201).id())).await;
    scene.officer.reads(&scene.note, "public-protection").await.is(200);
    given
}

async fn takes_back(who: &Player, team: &Team<'_>) -> Answer {
    let path = format!("/api/v1/cases/{}/withdrawals", team.case.id);
    let answer = who.post(&path, json!({ "subject": team.her })).await;
    answer.is(201);
    answer
}

#[test]
fn after_an_override_whoever_hears_that_she_takes_it_back_ends_what_she_agreed_to() {
    on_each_alone(async |world| {
        for by_her_worker in [true, false] {
            let scene = Scene::of(world).await;
            let Scene { team, worker, officer, manager, note, .. } = &scene;
            let given = agreed(&scene).await;
            let id = scene.ask("serious-harm").await.id();
            answers(manager, &id, "approved").await.is(200);
            let record = exports(worker, &given).await;
            let said = verdicts(&record.text, &log_key(world));
            assert!(said.iter().all(|said| said == "valid holds given live 1"), "{said:?}");

            let who = if by_her_worker { worker } else { &world.cast(team.manager) };
            let answer = takes_back(who, team).await;
            if by_her_worker {
                let events = answer["events"].as_array().expect("a list");
                let event = events.iter().find(|one| one["chain"] == given.id().as_str()).expect("her chain is ended");
                assert_eq!(event["event"], "withdrawn", "{answer}");
                let police = world.worker(team.officer).agency.to_string();
                let stopped = answer["stopped"].as_array().expect("a list");
                let stopped = stopped.iter().find(|one| one["recipient"] == police.as_str()).expect("it stopped");
                assert!(stopped["shares_ended"].as_u64().is_some_and(|shares| shares > 0), "{answer}");
            }
            officer.is_told_nothing_at("/api/v1/notes/{}?purpose=public-protection", note).await;
            officer.reads(note, "victim-safety").await.is(200);
            let shown = worker.get(&format!("/api/v1/consents/{}", given.id())).await;
            assert_eq!((&shown.is(200)["event"], &shown["live"]), (&json!("withdrawn"), &json!(false)), "{shown}");
            let record = exports(worker, &given).await;
            let said = verdicts(&record.text, &log_key(world));
            assert!(said.iter().all(|said| said == "valid holds withdrawn not-live 1"), "{said:?}");
        }
    });
}

#[test]
fn what_is_read_to_her_says_nothing_of_an_override_of_which_she_is_not_told() {
    on_each_alone(async |world| {
        let scene = Scene::of(world).await;
        let Scene { team, worker, manager, note, .. } = &scene;
        let police = world.worker(team.officer).agency.to_string();
        // Other stories of hers may have overrides that last.
        let unsaid = |answer: &Answer| {
            let lines = answer["not_for_her"].as_array().expect("a list");
            let ours = |line: &&Value| line["recipient"] == police.as_str() && line["what"] == "protected-account";
            let line = lines.iter().find(ours).cloned();
            line.inspect(|line| {
                assert_eq!(line["basis"], "override", "{answer}");
                assert!(line["why_not"].as_str().is_some_and(|why| why.contains("not been told")), "{answer}");
            })
            .map_or(0, |line| line["shares"].as_i64().expect("a number"))
        };
        let before = unsaid(&takes_back(worker, team).await);
        let given = agreed(&scene).await.id();
        let id = scene.ask("serious-harm").await.id();
        answers(manager, &id, "approved").await.is(200);
        let back = worker.post(&format!("/api/v1/consents/{given}/withdrawal"), json!({})).await;
        back.is(200);
        for answer in [&back, &takes_back(worker, team).await] {
            let hers = json!([answer["say"], answer["continues"]]).to_string();
            assert!(!hers.contains("override") && !hers.contains("wishes") && !hers.contains(&police), "{answer}");
            assert!(!hers.contains("Police (demonstration) still reads"), "{answer}");
            assert_eq!(unsaid(answer), before + 1, "{answer}");
        }
        let heard = takes_back(&world.cast(team.manager), team).await;
        assert_eq!(heard["not_for_her"], Value::Null, "{heard}");

        // Of one that she was told of, she hears; and what a review has ended does not go on.
        let found = json!({ "outcome": "not-justified", "reason": "She had agreed to tell them herself." });
        manager.post(&format!("/api/v1/overrides/{id}/review"), found).await.is(200);
        assert_eq!(unsaid(&takes_back(worker, team).await), before, "what a review ended is nowhere");
        let mut told = scene.body("serious-harm");
        (told["told"], told["why_not_told"]) = (json!("yes"), Value::Null);
        let asked = worker.post(&format!("/api/v1/notes/{note}/overrides"), told).await;
        answers(manager, &asked.is(201).id(), "approved").await.is(200);
        let answer = takes_back(worker, team).await;
        assert_eq!(unsaid(&answer), before, "{answer}");
        let say = answer["say"].as_str().expect("words");
        assert!(say.contains("against your wishes") && say.contains("told of it"), "{say}");
    });
}

/// Records the next event of a chain.
async fn next(who: &Player, case: &str, mut body: Value, event: &str, chain: &str) -> Answer {
    (body["event"], body["chain"]) = (json!(event), json!(chain));
    who.post(&format!("/api/v1/cases/{case}/consents"), body).await
}

#[test]
fn taking_back_a_part_never_turns_what_was_not_agreed_to_into_a_yes() {
    on_each_alone(async |world| {
        let team = Team::of(world);
        let (worker, case) = (world.cast(team.worker), team.case.id.to_string());
        let consents = format!("/api/v1/cases/{case}/consents");
        let note = worker.writes(team.case, note_about(&team.her.to_string(), "protected-account", SAID)).await.id();
        let (police, justice) = (&world.worker(team.officer).agency, &world.worker(team.manager).agency);
        let mut body = consent(world, &team, None);
        (body["recipients"], body["purposes"]) =
            (json!([police, justice]), json!(["public-protection", "supervision"]));
        for event in ["proposed", "refused", "expired"] {
            let mut first = body.clone();
            first["event"] = json!(if event == "expired" { "given" } else { event });
            let chain = worker.post(&consents, first).await.is(201).id();
            if event == "expired" {
                next(&worker, &case, body.clone(), "expired", &chain).await.is(201);
                // Only a new yes begins it again.
                next(&worker, &case, body.clone(), "limited", &chain).await.is_problem(422, "invalid").blames("event");
            }
            let part = json!({ "recipients": [police] });
            let back = worker.post(&format!("/api/v1/consents/{chain}/withdrawal"), part).await;
            assert_eq!(back.is(200)["event"], "withdrawn", "{event}: {back}");
            let shown = worker.get(&format!("/api/v1/consents/{chain}")).await;
            assert_eq!((&shown.is(200)["live"], &shown["scope"]), (&json!(false), &json!([])), "{event}: {shown}");
            let mut share = share_on(world, &team, &chain);
            (share["to"], share["purpose"]) =
                (json!({ "worker": world.worker(team.manager).id }), json!("supervision"));
            let refused = worker.post(&format!("/api/v1/notes/{note}/shares"), share).await;
            refused.is_problem(422, "invalid").blames("basis.consent");
        }
    });
}

#[test]
fn to_narrow_what_she_agreed_to_adds_no_time() {
    on_each_alone(async |world| {
        let team = Team::of(world);
        let (worker, case) = (world.cast(team.worker), team.case.id.to_string());
        let mut body = consent(world, &team, Some(today(world.now().plus_seconds(30 * 86_400))));
        body["not_before"] = json!(format!("{}T00:00:00Z", today(world.now().plus_seconds(86_400))));
        let chain = worker.post(&format!("/api/v1/cases/{case}/consents"), body.clone()).await.is(201).id();
        for (field, value) in [
            ("expires", Value::Null),
            ("expires", json!(today(world.now().plus_seconds(31 * 86_400)))),
            ("not_before", Value::Null),
        ] {
            let mut other = body.clone();
            other[field] = value;
            next(&worker, &case, other, "limited", &chain).await.is_problem(422, "invalid").blames(field);
        }
        next(&worker, &case, body, "limited", &chain).await.is(201);
        // The last day of all has no end that could be written down.
        let late = consent(world, &team, Some("2200-12-31".to_owned()));
        let refused = worker.post(&format!("/api/v1/cases/{case}/consents"), late).await;
        refused.is_problem(422, "invalid").blames("expires");
        let last = consent(world, &team, Some("2200-12-30".to_owned()));
        worker.post(&format!("/api/v1/cases/{case}/consents"), last).await.is(201);
    });
}

#[test]
fn nothing_is_shared_on_how_she_wants_to_be_reached() {
    on_each_alone(async |world| {
        let team = Team::of(world);
        let worker = world.cast(team.worker);
        let consents = format!("/api/v1/cases/{}/consents", team.case.id);
        let note = worker.writes(team.case, note_about(&team.her.to_string(), "protected-account", SAID)).await.id();
        let mut wish = consent(world, &team, None);
        wish["kind"] = json!("contact-preference");
        let given = worker.post(&consents, wish).await.is(201).id();
        let refused = worker.post(&format!("/api/v1/notes/{note}/shares"), share_on(world, &team, &given)).await;
        refused.is_problem(422, "invalid").blames("basis.consent");
    });
}
