//! A share is taken back, or runs out, and what stood on it closes.

use super::consent::{to_midnight, today};
use super::{note_about, share_with};
use crate::world::{on_each, on_each_alone};
use serde_json::json;

const SAID: &str = "He was seen near the school.";

#[test]
fn a_share_that_was_taken_back_opens_nothing() {
    on_each(async |world| {
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let note = note_about(&world.woman_a().to_string(), "risk-assessment", SAID);
        let note = morag.writes(world.show_case(), note).await.id();
        let to = json!({ "role": "womens.worker" });
        let share = morag.shares(&note, share_with(to, "victim-safety")).await.id();
        assert_eq!(isla.reads(&note, "victim-safety").await.is(200)["text"], SAID);
        world.cast("catriona").is_told_nothing_at("/api/v1/notes/{}?purpose=victim-safety", &note).await;

        let path = format!("/api/v1/shares/{share}/withdrawal");
        assert_eq!(morag.post(&path, json!({})).await.is(200)["state"], "withdrawn");
        isla.reads(&note, "victim-safety").await.is_problem(403, "refused").holds_no(SAID);
        morag.post(&path, json!({})).await.is_problem(409, "conflict");
        assert_eq!(morag.reads(&note, "supervision").await.is(200)["text"], SAID, "her own note stays open to her");
    });
}

#[test]
fn a_share_holds_through_its_last_day_and_no_longer() {
    on_each_alone(async |world| {
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let note = note_about(&world.woman_a().to_string(), "risk-assessment", SAID);
        let note = morag.writes(world.show_case(), note).await.id();
        let mut share = share_with(json!({ "worker": world.worker("isla").id }), "victim-safety");
        share["expires"] = json!(today(world.now()));
        morag.shares(&note, share).await;
        world.wind(to_midnight(world.now()) - 1);
        isla.reads(&note, "victim-safety").await.is(200);
        world.wind(1);
        isla.reads(&note, "victim-safety").await.is_problem(403, "refused").holds_no(SAID);
    });
}

#[test]
fn a_note_is_closed_to_others_after_its_last_day() {
    on_each_alone(async |world| {
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let mut note = note_about(&world.woman_a().to_string(), "risk-assessment", SAID);
        note["handling"]["expires"] = json!(today(world.now()));
        let note = morag.writes(world.show_case(), note).await.id();
        morag.shares(&note, share_with(json!({ "worker": world.worker("isla").id }), "victim-safety")).await;
        isla.reads(&note, "victim-safety").await.is(200);
        world.wind(to_midnight(world.now()));
        isla.is_told_nothing_at("/api/v1/notes/{}?purpose=victim-safety", &note).await;
        morag.reads(&note, "supervision").await.is_problem(403, "refused").holds_no(SAID);
    });
}
