//! Her words in pieces: over the fields of one request, and over several requests.

use super::note_about;
use crate::world::{Answer, World, on_each_alone};
use serde_json::{Value, json};

const SAID: &str = "he waited by the old brewery wall until she had gone in and then he tried the back door twice while the \
                    dog next door barked and nobody came out to look because they all know what he is like";

fn words() -> Vec<&'static str> {
    SAID.split_whitespace().collect()
}

/// Pieces of so many words, each of which begins so many words after the one before.
fn pieces(long: usize, step: usize) -> Vec<String> {
    let words = words();
    (0..words.len().saturating_sub(long)).step_by(step).map(|at| words[at..at + long].join(" ")).collect()
}

fn note(text: &str, sources: &[String]) -> Value {
    let mut note = note_about("", "risk-plan", text);
    note.as_object_mut().expect("an object").remove("about");
    note["sources"] = json!(sources);
    note["handling"]["use_with_man"] = json!("yes");
    note
}

async fn puts(world: &World, text: &str, sources: &[String]) -> Answer {
    let path = format!("/api/v1/cases/{}/notes", world.show_case().id);
    world.cast("morag").post(&path, note(text, sources)).await
}

async fn told(world: &World) -> usize {
    let inbox = world.cast("isla").get("/api/v1/alerts?limit=100").await;
    inbox.is(200).items().iter().filter(|item| item["kind"] == "protected-words").count()
}

async fn account(world: &World) {
    let about = world.woman_a().to_string();
    world.cast("isla").writes(world.show_case(), note_about(&about, "protected-account", SAID)).await;
}

#[test]
fn the_fields_of_a_request_are_looked_at_as_one() {
    on_each_alone(async |world| {
        account(world).await;
        let before = told(world).await;
        let spaced: Vec<String> =
            pieces(7, 4).into_iter().flat_map(|piece| [piece, "a word of his own mother".into()]).collect();
        let backwards: Vec<String> = pieces(7, 4).into_iter().rev().collect();
        for sources in [pieces(7, 4), pieces(3, 3), spaced, backwards] {
            puts(world, "See below.", &sources).await.is_problem(422, "invalid").blames("sources").holds_no("brewery");
        }
        assert_eq!(told(world).await, before + 4, "her worker is told of each");
    });
}

#[test]
fn what_is_repeated_by_and_by_never_becomes_his() {
    on_each_alone(async |world| {
        account(world).await;
        let before = told(world).await;
        let mut refused = 0;
        for piece in pieces(7, 4) {
            refused += usize::from(puts(world, &format!("I was told: {piece}."), &[]).await.status == 422);
        }
        assert!(refused >= 5, "only the first few pieces are no quotation yet: {refused}");
        // Pieces that do not touch each other.
        let mut apart = 0;
        for piece in pieces(7, 7) {
            apart += usize::from(puts(world, "He was seen.", &[piece]).await.status == 422);
        }
        assert!(apart >= 3, "so great a part of it is a quotation, too: {apart}");
        puts(world, SAID, &[]).await.is_problem(422, "invalid").blames("text");
        assert_eq!(told(world).await, before + refused + apart + 1, "her worker is told of each");
        puts(world, "He came late and said that his bus had broken down on the bridge.", &[]).await.is(201);
    });
}
