//! Who may see a summary sees the summary that was given, and nothing that was cut from the whole.

use super::share_with;
use crate::world::on_each;
use serde_json::{Value, json};

const WHY: &str = "He said on the telephone that his mother had been taken to hospital.";

fn missed(summary: Value) -> Value {
    json!({
        "kind": "fact", "category": "attendance", "text": WHY, "sources": ["telephone call"], "summary": summary,
        "handling": {
            "share": "P", "onward": "ask-originator", "use_with_man": "ask-first", "action_on": "free", "attributable": true,
        },
    })
}

fn absent() -> Value {
    json!({ "attendance": { "on": "2026-11-20", "attended": "absent", "session": 9 } })
}

#[test]
fn her_worker_sees_that_he_missed_and_not_why() {
    on_each(async |world| {
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let note = morag.writes(world.show_case(), missed(absent())).await.id();
        let seen = isla.reads(&note, "victim-safety").await;
        seen.is(200).holds_no(WHY).holds_no("hospital").holds_no("telephone call");
        assert_eq!(seen["access"], "summary");
        assert_eq!(
            seen["summary"],
            json!({ "on": "2026-11-20", "attended": "absent", "session": 9, "excused": null }),
            "{seen}"
        );
        assert!(seen.body.get("text").is_none() && seen.body.get("grade").is_none(), "{seen}");

        morag.shares(&note, share_with(json!({ "worker": world.worker("isla").id }), "victim-safety")).await;
        let whole = isla.reads(&note, "victim-safety").await;
        assert_eq!((&whole.is(200)["access"], &whole["text"]), (&json!("full"), &json!(WHY)));
        assert!(whole.body.get("summary").is_none(), "{whole}");
    });
}

#[test]
fn the_log_says_that_it_was_the_summary() {
    on_each(async |world| {
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let note = morag.writes(world.show_case(), missed(absent())).await.id();
        let index = isla.reads(&note, "victim-safety").await.is(200)["receipt"]["index"].clone();
        let entries = morag.readers_of(world.show_case()).await;
        let entry = entries.iter().find(|entry| entry["index"] == index);
        assert_eq!(entry.map(|entry| &entry["act"]), Some(&json!("summary")), "{entries:?}");
    });
}

#[test]
fn without_a_summary_there_is_nothing_to_see_but_that_it_is_there() {
    on_each(async |world| {
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let note = morag.writes(world.show_case(), missed(Value::Null)).await.id();
        isla.reads(&note, "victim-safety").await.is_problem(403, "refused").holds_no(WHY);
        let other =
            json!({ "risk-assessment": { "tool": "SARA", "version": "3", "level": "high", "on": "2026-10-01" } });
        let path = format!("/api/v1/cases/{}/notes", world.show_case().id);
        morag.post(&path, missed(other)).await.is_problem(422, "invalid").blames("summary");
        let free = json!({ "attendance": { "on": "2026-11-20", "attended": "absent", "why": WHY } });
        morag.post(&path, missed(free)).await.is(422).holds_no(WHY);
    });
}

#[test]
fn a_search_shows_no_reference_and_no_address_of_the_man() {
    on_each(async |world| {
        let case = world.show_case();
        let search = json!({ "family_name": case.person.family, "date_of_birth": case.person.born.to_string() });
        let found = world.cast("morag").post("/api/v1/people/search", search).await;
        assert_eq!((&found.is(200)["match"], &found["people"][0]["access"]), (&json!("one"), &json!("full")));
        found.holds_no(&case.person.address).holds_no(&case.person.references[0].number);
        let whole = world.cast("morag").get(&format!("/api/v1/cases/{}", case.id)).await;
        assert_eq!(whole.is(200)["person"]["address"], case.person.address);
        let summary = world.cast("isla").get(&format!("/api/v1/cases/{}", case.id)).await;
        assert_eq!(summary.is(200)["access"], "summary");
        summary.holds_no(&case.person.address).holds_no(&case.person.references[0].number);
    });
}
