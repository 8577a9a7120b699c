//! The sanitised note: her own worker writes it, his side reads it, and it leads nowhere.

use super::overrides::asks;
use super::{note_about, nowhere, share_with};
use crate::world::on_each;
use serde_json::{Value, json};

const SHE_SAID: &str = "She says that he will be waiting with the dog when she comes out on Thursday evening.";
const SANITISED: &str = "There is reason to believe that he may try to meet somebody this week.";

fn sanitised(text: &str) -> Value {
    json!({ "kind": "allegation", "text": text, "category": "risk-plan", "opinion": "Do not announce visits." })
}

#[test]
fn his_side_reads_the_sanitised_note_and_nothing_behind_it() {
    on_each(async |world| {
        let (isla, morag, case) = (world.cast("isla"), world.cast("morag"), world.show_case());
        let account = note_about(&world.woman_a().to_string(), "protected-account", SHE_SAID);
        let source = isla.writes(case, account).await.id();
        let path = format!("/api/v1/notes/{source}/derivative");
        let written = isla.post_once(&path, &format!("derive-{source}"), &sanitised(SANITISED)).await;
        let id = written.is(201).id();
        assert_eq!((&written["kind"], &written["source"]), (&json!("assessment"), &json!(source)), "{written}");
        assert!(written["created"].as_str().expect("a time").ends_with("T00:00:00Z"), "the day alone: {written}");

        let read = morag.get(&format!("/api/v1/notes/{id}")).await;
        assert_eq!(read.is(200)["text"], SANITISED, "{read}");
        assert_eq!(read["handling"]["use_with_man"], "never", "{read}");
        assert_eq!(read["handling"]["attributable"], false, "{read}");
        for field in ["author", "agency", "about", "source"] {
            assert_eq!(read[field], Value::Null, "{field}: {read}");
        }
        let (worker, agency) = (world.worker("isla").id.to_string(), world.worker("isla").agency.to_string());
        read.holds_no(&source).holds_no(&worker).holds_no(&agency).holds_no("waiting");
        assert!(read["created"].as_str().expect("a time").ends_with("T00:00:00Z"), "{read}");
        assert_eq!(
            id[..8],
            lippen::model::id::NoteId::at(last_of_day(world.now())).to_string()[..8],
            "its id tells the day"
        );

        let list = morag.get(&format!("/api/v1/cases/{}/notes?limit=100", case.id)).await;
        let line = list.is(200).item(&id).expect("it is listed").clone();
        assert_eq!((&line["agency"], &line["author"], &line["about"]), (&Value::Null, &Value::Null, &Value::Null));
        list.holds_no(&source);

        // No refusal says from which service it is, whatever is asked of it.
        let acts = [
            ("overrides", asks(&world.worker("angus").id.to_string(), "life-at-risk")),
            ("shares", share_with(json!({ "worker": world.worker("angus").id }), "public-protection")),
            ("derivative", sanitised("He may come.")),
        ];
        for who in ["morag", "fiona", "donald", "catriona"] {
            for (act, body) in &acts {
                let refused = world.cast(who).post(&format!("/api/v1/notes/{id}/{act}"), body.clone()).await;
                assert!(refused.status.is_client_error(), "{refused}");
                refused.holds_no(&agency).holds_no(&worker);
            }
        }

        let own = isla.get(&format!("/api/v1/notes/{id}")).await;
        assert_eq!(own.is(200)["source"], json!(source), "{own}");
        for who in ["morag", "catriona", "angus"] {
            world.cast(who).is_told_nothing_at("/api/v1/notes/{}", &source).await;
        }
        let again = isla.post_once(&path, &format!("derive-{source}"), &sanitised(SANITISED)).await;
        assert_eq!((again.is(201).id(), &again["repeated"]), (id, &json!(true)), "one note, however often it is sent");
    });
}

#[test]
fn a_sanitised_note_repeats_nothing_and_is_looked_at() {
    on_each(async |world| {
        let (isla, case) = (world.cast("isla"), world.show_case());
        let account = note_about(&world.woman_a().to_string(), "protected-account", SHE_SAID);
        let source = isla.writes(case, account).await.id();
        let path = format!("/api/v1/notes/{source}/derivative");
        let quoting = sanitised("We hear that he will be waiting with the dog when she comes out.");
        isla.post(&path, quoting).await.is_problem(422, "invalid").blames("text");
        let placed = sanitised("He may be waiting outside her work on Thursday.");
        let asked = isla.post(&path, placed.clone()).await;
        asked.is_problem(422, "look-again").blames("text");
        assert_eq!(asked["errors"][0]["kind"], "workplace", "{asked}");
        for (field, value) in [("category", "protected-account"), ("category", "health"), ("kind", "intelligence")] {
            let mut wrong = sanitised(SANITISED);
            wrong[field] = json!(value);
            if value == "intelligence" || field == "category" {
                isla.post(&path, wrong).await.is_problem(422, "invalid").blames(field);
            }
        }
    });
}

#[test]
fn nobody_but_her_own_worker_writes_one() {
    on_each(async |world| {
        let (isla, case) = (world.cast("isla"), world.show_case());
        let account = note_about(&world.woman_a().to_string(), "protected-account", SHE_SAID);
        let source = isla.writes(case, account).await.id();
        let to = json!({ "worker": world.worker("morag").id });
        isla.shares(&source, share_with(to, "victim-safety")).await;
        for who in world.caseload.workers.iter().filter(|one| one.key != "isla") {
            let player = world.cast(&who.key);
            let asked = player.post(&format!("/api/v1/notes/{source}/derivative"), sanitised(SANITISED)).await;
            assert!([403, 404].contains(&asked.status.as_u16()), "{asked}");
            if asked.status == 404 {
                let nothing =
                    player.post(&format!("/api/v1/notes/{}/derivative", nowhere()), sanitised(SANITISED)).await;
                asked.is_the_same_as(&nothing);
            }
        }
        let his = note_about(&world.woman_a().to_string(), "risk-assessment", "He was late twice.");
        let his = world.cast("morag").writes(case, his).await.id();
        let path = format!("/api/v1/notes/{his}/derivative");
        world.cast("morag").post(&path, sanitised(SANITISED)).await.is_problem(403, "refused");
    });
}

/// Returns the last moment of a day: with it every id begins that tells the day alone.
pub(super) fn last_of_day(now: lippen::model::time::Moment) -> lippen::model::time::Moment {
    let seconds = now.seconds();
    lippen::model::time::Moment::from_micros((seconds - seconds.rem_euclid(86_400) + 86_400) * 1_000_000 - 1)
}
