//! What looks like whereabouts is stored on his side only when the writer has looked again; the answer never depends on
//! where anybody is.

use super::{alert, note_about};
use crate::world::{on_each, on_each_alone};
use serde_json::{Value, json};

/// Returns the body of a note about the man.
fn note(text: &str) -> Value {
    let mut note = note_about("", "attendance", text);
    note.as_object_mut().expect("an object").remove("about");
    note["handling"]["use_with_man"] = json!("ask-first");
    note
}

#[test]
fn a_form_on_his_record_is_asked_about_and_then_taken() {
    on_each_alone(async |world| {
        let morag = world.cast("morag");
        let path = format!("/api/v1/cases/{}/notes", world.show_case().id);
        let before = world.rows_written().await;
        for (text, kind) in [
            ("He was seen near ZZ99 7QQ.", "postcode"),
            ("He rang O77OO 9OO 999 twice.", "phone"),
            ("He stood at 12 Saltwhin Street.", "address"),
            ("He waited by Nosuchtown Primary School.", "school"),
            ("He has been waiting outside her work.", "workplace"),
            ("He asked about SA12 ABC.", "vehicle"),
            ("He writes to jane@example.invalid.", "email"),
        ] {
            let asked = morag.post(&path, note(text)).await;
            asked.is_problem(422, "look-again").blames("text").holds_no(text);
            assert_eq!(asked["errors"][0]["kind"], kind, "{asked}");
            let mut other = note(text);
            other["checked"] = json!([if kind == "email" { "phone" } else { "email" }]);
            morag.post(&path, other).await.is_problem(422, "look-again");
        }
        assert_eq!(world.rows_written().await, before, "nothing was stored");
        let mut looked = note("His own flat is at 12 Saltwhin Street, ZZ99 7QQ.");
        looked["checked"] = json!(["address", "postcode"]);
        let written = morag.post(&path, looked).await;
        assert!(written.is(201)["receipt"].is_object());
    });
}

#[test]
fn opinion_sources_and_alerts_are_looked_at_too() {
    on_each(async |world| {
        let (morag, case) = (world.cast("morag"), world.show_case());
        let path = format!("/api/v1/cases/{}/notes", case.id);
        let mut body = note("He was late.");
        body["opinion"] = json!("I think that he knows ZZ99 7QQ.");
        body["sources"] = json!(["a call from 07700 900999"]);
        let asked = morag.post(&path, body).await;
        asked.is_problem(422, "look-again").blames("opinion").blames("sources").holds_no("900999");
        let path = format!("/api/v1/cases/{}/alerts", case.id);
        let mut told = alert("worrying-statement", None, "He said something.");
        told["may_tell_her"] = json!("He was at the school gate.");
        let asked = morag.post(&path, told.clone()).await;
        asked.is_problem(422, "look-again").blames("may_tell_her");
        assert!(asked["detail"].as_str().expect("words").contains("nothing was sent"), "an alert fails loud");
        told["checked"] = json!(["school"]);
        morag.post(&path, told).await.is(202);
        let path = format!("/api/v1/cases/{}/consents", case.id);
        let said = json!({
            "subject": case.person.id.to_string(), "event": "given", "kind": "statement-of-agreement",
            "notice": { "id": "notice-man-en-1" }, "method": "in-person", "asked_alone": true,
            "said": "He agrees. He will not go to her work.",
        });
        morag.post(&path, said).await.is_problem(422, "look-again").blames("said");
    });
}

#[test]
fn the_answer_is_the_same_for_her_address_and_for_any_other() {
    on_each(async |world| {
        let (morag, case) = (world.cast("morag"), world.show_case());
        let path = format!("/api/v1/cases/{}/notes", case.id);
        let hers = &case.protected[0].whereabouts.address;
        // Another house in the same street: it has the same form, and nobody lives there.
        let other: String = hers.chars().map(|c| if c.is_ascii_digit() && c != '9' { '8' } else { c }).collect();
        assert_ne!(hers, &other);
        for checked in [json!([]), json!(["address"]), json!(["address", "postcode"])] {
            let ask = async |place: &str| {
                let mut body = note(&format!("He asked the way to {place}."));
                body["checked"] = checked.clone();
                morag.post(&path, body).await
            };
            let (real, made_up) = (ask(hers).await, ask(&other).await);
            assert_eq!(real.status, made_up.status, "{real}\n{made_up}");
            assert_eq!(real["errors"], made_up["errors"], "{real}\n{made_up}");
            real.holds_no(hers);
        }
    });
}

#[test]
fn her_own_note_may_say_where_she_was_but_her_account_is_no_address_book() {
    on_each(async |world| {
        let (isla, case) = (world.cast("isla"), world.show_case());
        let about = world.woman_a().to_string();
        let at = "She was at 12 Saltwhin Street, ZZ99 7QQ.";
        isla.writes(case, note_about(&about, "protected-address", at)).await;
        isla.writes(case, note_about(&about, "protected-account", "He waits outside her work and at the school gate."))
            .await;
        let path = format!("/api/v1/cases/{}/notes", case.id);
        let asked = isla.post(&path, note_about(&about, "protected-account", at)).await;
        asked.is_problem(422, "look-again").blames("text").holds_no("Saltwhin");
        assert!(asked["errors"][0]["say"].as_str().expect("words").contains("belongs in her whereabouts"), "{asked}");
    });
}
