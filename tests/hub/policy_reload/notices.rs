//! What people are told before they consent is policy: it comes into force with the rest and all at once, and who consented on
//! words of an earlier policy consented to those, for good.

use super::bundles::built_in;
use crate::stories::consent::{Team, consent};
use crate::stories::signed_consent::{exports, log_key, verdicts};
use crate::world::on_each_alone;
use lippen::policy::{Files, words_hash};
use serde_json::{Value, json};

const ANEW: &str = "You can say no. You can say yes to one thing and no to another.\n";

/// The catalogue without the first English notice, with a second one; and what happened may be no older than five days.
fn second_notice() -> Files {
    let mut files = built_in();
    files.texts.remove("notice-en-1.txt").unwrap();
    files.texts.insert("notice-en-2.txt".to_owned(), ANEW.to_owned());
    let first = |line: &&str| !line.starts_with("notice-en-1,");
    files.notices = files.notices.lines().filter(first).map(|line| format!("{line}\n")).collect();
    files.notices.push_str(&format!("notice-en-2, en-GB, {}, current, hers, read over\n", words_hash(ANEW)));
    files.consents = files.consents.replace("event-time-oldest, 30,", "event-time-oldest, 5,");
    assert_ne!(files.consents, built_in().consents);
    files
}

/// The same, and the first English notice is back with other words.
fn reworded() -> Files {
    let mut files = built_in();
    files.texts.insert("notice-en-1.txt".to_owned(), ANEW.to_owned());
    let old = words_hash(&built_in().texts["notice-en-1.txt"]);
    files.notices = files.notices.replace(&old, &words_hash(ANEW));
    files
}

#[test]
fn words_that_she_was_told_stay_hers_when_a_policy_brings_others() {
    on_each_alone(async |world| {
        let team = Team::of(world);
        let (worker, key) = (world.cast(team.worker), log_key(world));
        let path = format!("/api/v1/cases/{}/consents", team.case.id);
        let mut body = consent(world, &team, None);
        body["event_time"] =
            json!((lippen::model::time::Second::of(world.now().plus_seconds(-10 * 86_400))).to_string());
        let first = worker.post(&path, body.clone()).await;
        first.is(201);
        let holds = async |recorded: &crate::world::Answer, state: &str, notice: &str| {
            let record = exports(&worker, recorded).await;
            let said = verdicts(&record.text, &key);
            assert!(said.iter().all(|one| one.starts_with(&format!("valid holds {state} "))), "{said:?}");
            let notices: Vec<&Value> = record["notices"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
            assert_eq!(notices, [notice]);
        };
        holds(&first, "given", "notice-en-1").await;

        let digest = world.prepares(&second_notice(), 1, &[]);
        let adopted = world.adopts("gavin", &digest).await;
        let changed = json!(["consents.csv", "notice-en-1.txt", "notice-en-2.txt", "notices.csv"]);
        assert_eq!(adopted.is(201)["changed_files"], changed, "{adopted}");
        worker.post(&path, body.clone()).await.is_problem(422, "invalid").blames("notice.id");
        body["notice"]["id"] = json!("notice-en-2");
        worker.post(&path, body.clone()).await.is_problem(422, "invalid").blames("event_time");
        body.as_object_mut().unwrap().remove("event_time");
        let second = worker.post(&path, body.clone()).await;
        second.is(201);
        holds(&second, "given", "notice-en-2").await;
        // The first one's words are in no policy of now, and in the record all the same; and it is taken back as ever.
        holds(&first, "given", "notice-en-1").await;
        worker.post(&format!("/api/v1/consents/{}/withdrawal", first.id()), json!({})).await.is(200);
        holds(&first, "withdrawn", "notice-en-1").await;

        let digest = world.prepares(&reworded(), 2, &[]);
        world.refuses(&digest, "notice-en-1.txt", "says something else").await;
        body["notice"]["id"] = json!("notice-en-1");
        worker.post(&path, body.clone()).await.is_problem(422, "invalid").blames("notice.id");

        let digest = world.prepares(&built_in(), 2, &[]);
        world.adopts("gavin", &digest).await.is(201);
        worker.post(&path, body).await.is(201);
        holds(&second, "given", "notice-en-2").await;
        world.is_sound().await;
    });
}
