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

/// Copies a share, with its key, two thousand and one hundred times.
const COPIES: [&str; 2] = [
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100)
     INSERT INTO share (id, note, case_id, author, agency, to_kind, to_id, purpose, basis, basis_ref, expires, created,
                        key_digest, entry)
     SELECT 'copy-' || CAST(n.i AS TEXT), s.note, s.case_id, s.author, s.agency, s.to_kind, s.to_id, s.purpose, s.basis,
            s.basis_ref, s.expires, s.created, s.key_digest, s.entry
       FROM share s, n WHERE s.id = $1",
    "INSERT INTO share_key (share, note, recipient, file, signature)
     SELECT c.id, k.note, k.recipient, k.file, k.signature
       FROM share_key k, share c WHERE k.share = $1 AND c.id LIKE 'copy-%'",
];

#[test]
fn no_number_of_shares_pushes_another_out_of_the_lists() {
    on_each_alone(async |world| {
        let (case, morag, isla) = (world.show_case(), world.cast("morag"), world.cast("isla"));
        let to = || share_with(json!({ "role": "womens.worker" }), "victim-safety");
        let write = async || {
            let note = note_about(&world.woman_a().to_string(), "risk-assessment", SAID);
            morag.writes(case, note).await.id()
        };
        let (junk, real) = (write().await, write().await);
        let copied = morag.shares(&junk, to()).await.id();
        for text in COPIES {
            world.does(text, &copied).await;
        }
        morag.shares(&real, to()).await;
        let path = format!("/api/v1/cases/{}/notes?limit=100&purpose=victim-safety", case.id);
        for note in [&junk, &real] {
            let listed = isla.get(&path).await;
            assert_eq!(listed.is(200).item(note).expect("it is listed")["access"], "full", "{note}");
        }
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
