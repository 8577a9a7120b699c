//! Story 8: a note was sent to the wrong people, is taken back and corrected; the log keeps who saw it.

use super::{note_about, share_with};
use crate::world::{Player, World, on_each_alone};
use serde_json::{Value, json};

const SAID: &str = "He was seen near the school.";
const RIGHT: &str = "He was seen near the swimming pool.";

/// Morag shares a note about Isla's woman with the women's worker, with an alert.
async fn mis_sent(world: &World) -> (String, String, String) {
    let morag = world.cast("morag");
    let note = note_about(&world.woman_a().to_string(), "risk-assessment", SAID);
    let note = morag.writes(world.show_case(), note).await.id();
    let mut share = share_with(json!({ "role": "womens.worker" }), "victim-safety");
    share["alert"] = json!({ "severity": "high" });
    let shared = morag.shares(&note, share).await;
    (note, shared.id(), shared["alert"].as_str().expect("an alert").to_owned())
}

async fn newest(who: &Player, kind: &str) -> Option<Value> {
    let (mut found, mut path) = (None, "/api/v1/alerts?limit=100".to_owned());
    loop {
        let page = who.get(&path).await;
        found = page.is(200).items().iter().rfind(|item| item["kind"] == kind).cloned().or(found);
        let Some(next) = page["next"].as_str() else { return found };
        path = format!("/api/v1/alerts?limit=100&after={next}");
    }
}

#[test]
fn what_was_not_read_leaves_a_tombstone_and_nothing_to_do() {
    on_each_alone(async |world| {
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let (note, share, alert) = mis_sent(world).await;
        let answer = morag.post(&format!("/api/v1/shares/{share}/withdrawal"), json!({})).await;
        assert_eq!((&answer.is(200)["read_by"], &answer["unread_by"]), (&json!(0), &json!(1)), "{answer}");
        assert_eq!(answer["breach"], Value::Null);
        isla.reads(&note, "victim-safety").await.is_problem(403, "refused").holds_no(SAID);
        let item = isla.finds(&alert).await.expect("a tombstone");
        assert_eq!(item["say"], "Taken back before you read it: there is nothing to do.", "{item}");
        assert_eq!(newest(&isla, "note-recalled").await, None, "nothing is asked of her");
        let nothing = json!({ "deleted": true, "passed_on": false });
        isla.post(&format!("/api/v1/shares/{share}/confirmation"), nothing).await.is_problem(404, "not-found");
        let keys = "SELECT CAST(COUNT(*) AS BIGINT) FROM share_key WHERE share = $1";
        assert_eq!(world.number(keys, &share).await, 0);
    });
}

#[test]
fn who_has_read_it_confirms_and_the_sender_sees_who_saw_what_for_how_long() {
    on_each_alone(async |world| {
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let (note, share, alert) = mis_sent(world).await;
        world.wind(60);
        isla.reads(&note, "victim-safety").await.is(200);
        world.wind(30);
        isla.reads(&note, "victim-safety").await.is(200);
        world.wind(30);
        let place = format!("/api/v1/shares/{share}");
        let reason = json!({ "reason": "It was meant for another service." });
        let recalled = morag.post(&format!("{place}/withdrawal"), reason).await;
        assert_eq!(recalled.is(200)["read_by"], 1, "{recalled}");
        recalled.holds_no("meant for another");
        morag.post(&format!("{place}/withdrawal"), json!({})).await.is_problem(409, "conflict");

        let item = isla.finds(&alert).await.expect("it is there");
        assert!(item["say"].as_str().is_some_and(|say| say.contains("after you read it")), "{item}");
        let asked = newest(&isla, "note-recalled").await.expect("she owes an answer");
        let open = isla.opens(asked["id"].as_str().expect("an id")).await;
        assert_eq!(open.is(200)["shares"], json!([share]), "{open}");
        open.holds_no(SAID).holds_no("meant for another");
        let body = json!({ "deleted": true, "passed_on": false, "text": "It was never printed." });
        isla.post(&format!("{place}/confirmation"), body.clone()).await.is(201).holds_no("printed");
        isla.post(&format!("{place}/confirmation"), body).await.is_problem(409, "conflict");
        let item = isla.finds(asked["id"].as_str().expect("an id")).await.expect("it is there");
        assert!(item["acknowledged_at"].is_string(), "confirming acknowledges: {item}");

        let shown = morag.get(&place).await;
        let one = &shown.is(200)["recipients"][0];
        assert_eq!((&one["readings"], &one["open_seconds"]), (&json!(2), &json!(120)), "{shown}");
        assert_eq!(one["worker"], json!(world.worker("isla").id));
        assert!(one["first_read_at"].as_str() < one["last_read_at"].as_str() && one["deleted"] == true, "{shown}");
        assert_eq!(shown["reason"], "It was meant for another service.");
        for stranger in ["isla", "catriona", "angus", "kenneth"] {
            world.cast(stranger).is_told_nothing_at("/api/v1/shares/{}", &share).await;
        }
        let entries = morag.readers_of(world.show_case()).await;
        let readings = entries.iter().filter(|one| one["id"] == note.as_str() && one["act"] == "read");
        assert!(readings.count() >= 2, "recall erases nothing from the log");
    });
}

#[test]
fn what_went_to_the_wrong_people_is_assessed_within_the_limit_and_she_is_thought_of_first() {
    on_each_alone(async |world| {
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let (note, share, _) = mis_sent(world).await;
        isla.reads(&note, "victim-safety").await.is(200);
        let path = format!("/api/v1/shares/{share}/withdrawal");
        let answer = morag.post(&path, json!({ "breach": true })).await;
        let at = |value: &Value| value.as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok()).expect("a time");
        let (opened, due) = (at(&answer.is(200)["breach"]["opened"]), at(&answer["breach"]["due"]));
        assert_eq!(due.as_second() - opened.as_second(), 72 * 3_600, "{answer}");
        let first = newest(&isla, "mis-sent").await.expect("her own worker is told");
        assert_eq!((&first["severity"], &first["about"]), (&json!("high"), &json!(world.woman_a())));
        isla.opens(first["id"].as_str().expect("an id")).await.is(200);
        let officer = world
            .caseload
            .workers
            .iter()
            .find(|one| one.role.to_string() == "governance.officer" && one.agency == world.worker("morag").agency);
        if let Some(officer) = officer {
            let officer = world.cast(&officer.key);
            let told = newest(&officer, "breach-opened").await.expect("the originator's officer is told");
            assert_eq!(told["about"], Value::Null, "oversight learns of no woman: {told}");
            let open = officer.opens(told["id"].as_str().expect("an id")).await;
            open.is(200).holds_no(SAID).holds_no(&note);
            officer.acknowledges(told["id"].as_str().expect("an id")).await.is(200);
        }
        let shown = morag.get(&format!("/api/v1/shares/{share}")).await;
        assert_eq!(shown.is(200)["breach"]["id"], answer["breach"]["id"], "{shown}");
    });
}

#[test]
fn a_correction_reaches_everybody_who_had_the_note() {
    on_each_alone(async |world| {
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let (note, share, _) = mis_sent(world).await;
        let (old, ended, _) = mis_sent(world).await;
        isla.reads(&note, "victim-safety").await.is(200);
        isla.reads(&old, "victim-safety").await.is(200);
        morag.post(&format!("/api/v1/shares/{ended}/withdrawal"), json!({})).await.is(200);

        let body = note_about(&world.woman_a().to_string(), "risk-assessment", RIGHT);
        let path = format!("/api/v1/notes/{note}/corrections");
        let answer = morag.post(&path, body.clone()).await;
        assert_eq!((&answer.is(201)["shares"], &answer["told"]), (&json!(1), &json!(1)), "{answer}");
        let corrected = answer.id();
        let told = newest(&isla, "note-corrected").await.expect("she is told");
        assert_eq!(told["note"], corrected.as_str(), "{told}");
        isla.opens(told["id"].as_str().expect("an id")).await.is(200).holds_no(RIGHT);
        isla.acknowledges(told["id"].as_str().expect("an id")).await.is(200);
        let new = isla.reads(&corrected, "victim-safety").await;
        assert_eq!((&new.is(200)["text"], &new["supersedes"]), (&json!(RIGHT), &json!(note)), "{new}");
        let before = isla.reads(&note, "victim-safety").await;
        assert_eq!(before.is(200)["superseded_by"]["note"], corrected.as_str(), "{before}");
        morag.post(&path, body.clone()).await.is_problem(409, "conflict");

        // Who only had it is told too, and is shown nothing new.
        let answer = morag.post(&format!("/api/v1/notes/{old}/corrections"), body.clone()).await;
        assert_eq!((&answer.is(201)["shares"], &answer["told"]), (&json!(0), &json!(1)), "{answer}");
        let told = newest(&isla, "note-corrected").await.expect("she is told");
        assert_eq!(told["note"], Value::Null, "{told}");
        isla.opens(told["id"].as_str().expect("an id")).await.is(200);
        isla.reads(&answer.id(), "victim-safety").await.is_problem(403, "refused").holds_no(RIGHT);

        let mut other = body.clone();
        other["category"] = json!("risk-plan");
        morag
            .post(&format!("/api/v1/notes/{corrected}/corrections"), other)
            .await
            .is_problem(422, "invalid")
            .blames("category");
        let mut other = body.clone();
        other["about"] = json!(world.woman_b());
        morag
            .post(&format!("/api/v1/notes/{corrected}/corrections"), other)
            .await
            .is_problem(422, "invalid")
            .blames("about");
        isla.post(&format!("/api/v1/notes/{corrected}/corrections"), body).await.is_problem(403, "refused");
        let shown = morag.get(&format!("/api/v1/shares/{share}")).await;
        assert_eq!(shown.is(200)["recipients"][0]["readings"], 2, "{shown}");
    });
}
