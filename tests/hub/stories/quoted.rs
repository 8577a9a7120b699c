//! Words that are kept for her, pasted where they must not be: refused, recorded, and her own worker is told.

use super::{alert, note_about, nowhere, share_with};
use crate::world::{Answer, Player, World, on_each, on_each_alone};
use serde_json::{Value, json};

/// What was pasted: the same words with something changed that does not change them.
const DRESSED: [fn(&str) -> String; 5] = [
    str::to_owned,
    str::to_uppercase,
    |text| text.replace('e', "\u{435}"),
    |text| text.replace(' ', "\u{200B} "),
    |text| format!("I was told today: \u{201C}{}\u{201D}!", text.trim_end_matches('.')),
];

fn on_his_record(text: &str) -> Value {
    let mut note = note_about("", "risk-plan", text);
    note.as_object_mut().expect("an object").remove("about");
    note
}

/// Returns a sentence that no other story of the shared world says.
fn sentence() -> String {
    let id = nowhere();
    let words: String = id.chars().filter(char::is_ascii_hexdigit).map(|c| (b'a' + c as u8 % 26) as char).collect();
    let (one, two, three) = (&words[..7], &words[8..15], &words[16..23]);
    format!("she heard him {one} behind the {two} and he asked for {three} before he went away again.")
}

async fn notices(who: &Player) -> Vec<Answer> {
    let inbox = who.get("/api/v1/alerts?limit=100").await;
    let mut found = Vec::new();
    for item in inbox.is(200).items().iter().filter(|item| item["kind"] == "protected-words") {
        found.push(who.opens(item["id"].as_str().expect("an id")).await);
    }
    found
}

async fn pastes(world: &World, who: &str, text: &str) -> Answer {
    let path = format!("/api/v1/cases/{}/notes", world.show_case().id);
    world.cast(who).post(&path, on_his_record(text)).await
}

#[test]
fn what_she_said_cannot_be_pasted_into_his_record() {
    on_each_alone(async |world| {
        let (isla, case, said) = (world.cast("isla"), world.show_case(), sentence());
        let about = world.woman_a().to_string();
        let note = isla.writes(case, note_about(&about, "protected-account", &said)).await.id();
        let (before, told) = (world.rows_written().await, notices(&isla).await.len());
        for dress in DRESSED {
            let refused = pastes(world, "morag", &dress(&said)).await;
            refused.is_problem(422, "invalid").blames("text").holds_no(&note).holds_no(&said[..30]);
            let mut insisted = on_his_record(&dress(&said));
            insisted["checked"] = json!(["postcode", "phone", "address", "school", "workplace", "her-words"]);
            let path = format!("/api/v1/cases/{}/notes", case.id);
            world.cast("morag").post(&path, insisted).await.is_problem(422, "invalid");
        }
        let notices = notices(&isla).await;
        assert_eq!(notices.len(), told + 2 * DRESSED.len(), "each try is told to her own worker");
        assert_eq!(world.rows_written().await, before + 2 * DRESSED.len() as i64, "and nothing else was stored");
        let last = notices.last().expect("a notice");
        assert!(last.is(200)["text"].as_str().expect("words").contains(&note), "{last}");
        last.holds_no(&said[..30]);
        for who in ["morag", "catriona", "angus"] {
            world.cast(who).get("/api/v1/alerts?limit=100").await.holds_no("protected-words");
            world.cast(who).is_told_nothing_at("/api/v1/alerts/{}", &last.id()).await;
        }
        pastes(world, "morag", "He may try to approach somebody this week; visits are not announced.").await.is(201);
    });
}

#[test]
fn whether_the_writer_may_read_the_words_makes_no_difference_to_the_answer() {
    on_each(async |world| {
        let (isla, case) = (world.cast("isla"), world.show_case());
        let about = world.woman_a().to_string();
        let (closed, open) = (sentence(), sentence());
        isla.writes(case, note_about(&about, "protected-account", &closed)).await;
        let released = isla.writes(case, note_about(&about, "protected-account", &open)).await.id();
        let to = json!({ "worker": world.worker("morag").id });
        isla.shares(&released, share_with(to, "victim-safety")).await;
        let first = pastes(world, "morag", &closed).await;
        pastes(world, "morag", &open).await.is_problem(422, "invalid").is_the_same_as(&first);
    });
}

#[test]
fn alerts_and_what_she_may_be_told_quote_nobody_elses_words() {
    on_each(async |world| {
        let (isla, morag, case) = (world.cast("isla"), world.cast("morag"), world.show_case());
        let (about, said) = (world.woman_a().to_string(), sentence());
        isla.writes(case, note_about(&about, "protected-account", &said)).await;
        let path = format!("/api/v1/cases/{}/alerts", case.id);
        morag.post(&path, alert("worrying-statement", None, &said)).await.is_problem(422, "invalid").blames("text");
        // Her own worker may warn with her words, when she has looked again that they may go out.
        let mut threat = alert("threat", Some(about), &said);
        let asked = isla.post(&path, threat.clone()).await;
        asked.is_problem(422, "look-again").blames("text");
        assert_eq!(asked["errors"][0]["kind"], "her-words", "{asked}");
        threat["checked"] = json!(["her-words"]);
        isla.post(&path, threat).await.is(202);
    });
}

#[test]
fn the_worker_of_the_other_woman_cannot_try_out_what_is_kept() {
    on_each(async |world| {
        let (isla, catriona, case) = (world.cast("isla"), world.cast("catriona"), world.show_case());
        let said = sentence();
        isla.writes(case, note_about(&world.woman_a().to_string(), "protected-account", &said)).await;
        let hers = world.woman_b().to_string();
        let own = catriona.writes(case, note_about(&hers, "protected-account", "She is well.")).await.id();
        let derivative = json!({ "kind": "assessment", "text": said, "category": "risk-plan" });
        catriona.post(&format!("/api/v1/notes/{own}/derivative"), derivative).await.is(201);
        let path = format!("/api/v1/cases/{}/alerts", case.id);
        catriona.post(&path, alert("threat", Some(hers), &sentence())).await.is(202);
    });
}

#[test]
fn words_that_stood_on_his_side_first_are_no_quotation() {
    on_each(async |world| {
        let (isla, case, said) = (world.cast("isla"), world.show_case(), sentence());
        pastes(world, "morag", &said).await.is(201);
        isla.writes(case, note_about(&world.woman_a().to_string(), "protected-account", &said)).await;
        pastes(world, "morag", &said).await.is(201);
    });
}
