//! Nobody is told what they cannot open: a notice whose only recipient knows the man is not sent, and that is said.

use super::{alert, note_about, share_with};
use crate::world::{Answer, Player, on_each_alone};
use lippen::demo::DemoCase;
use serde_json::{Value, json};

const SAID: &str = "He was seen near the school.";

/// Says that somebody knows the man of a case.
async fn knows_him(who: &Player, case: &DemoCase) {
    let words = json!({
        "family_name": case.person.family, "given_name": case.person.given, "relation": "he is my neighbour",
    });
    who.post("/api/v1/me/conflicts", words).await.is(201);
}

/// Returns the newest notices of a kind in somebody's inbox, opened: each can be.
async fn told(who: &Player, kind: &str) -> Vec<Answer> {
    let (mut found, mut path) = (Vec::new(), "/api/v1/alerts?limit=100".to_owned());
    loop {
        let page = who.get(&path).await;
        for item in page.is(200).items().iter().filter(|item| item["kind"] == kind) {
            let opened = who.opens(item["id"].as_str().expect("an id")).await;
            opened.is(200);
            found.push(opened);
        }
        let Some(next) = page["next"].as_str() else { return found };
        path = format!("/api/v1/alerts?limit=100&after={next}");
    }
}

#[test]
fn an_alert_that_only_somebody_who_knows_him_would_get_is_refused_aloud() {
    on_each_alone(async |world| {
        let (case, morag) = (world.show_case(), world.cast("morag"));
        let path = format!("/api/v1/cases/{}/alerts", case.id);
        let sent = morag.raises(case, alert("agreement-withdrawn", None, SAID)).await.id();
        world.cast("fiona").opens(&sent).await.is(200);
        knows_him(&world.cast("fiona"), case).await;
        let stored = world.rows_written().await;
        let refused = morag.post(&path, alert("agreement-withdrawn", None, SAID)).await;
        refused.is_problem(422, "nobody-on-duty").holds_no(SAID);
        assert_eq!(world.rows_written().await, stored, "it was not stored either");
    });
}

#[test]
fn whoever_is_said_to_have_an_alert_can_open_it() {
    on_each_alone(async |world| {
        let case = world.show_case();
        knows_him(&world.cast("angus"), case).await;
        let (hers, mut raised) = (world.woman_a().to_string(), 0);
        for key in ["morag", "isla", "fiona", "angus", "kenneth"] {
            let who = world.cast(key);
            for kind in ["threat", "recall", "at-large", "housing-concern", "consent-withdrawn", "agreement-withdrawn"]
            {
                for about in [None, Some(hers.clone())] {
                    let sent =
                        who.post(&format!("/api/v1/cases/{}/alerts", case.id), alert(kind, about, "Ring.")).await;
                    if sent.status != 202 {
                        continue;
                    }
                    raised += 1;
                    let text = "SELECT COUNT(*) FROM delivery WHERE alert = $1";
                    let copies = world.number(text, &sent.id()).await;
                    let mut opened = 0;
                    for worker in &world.caseload.workers {
                        let reader = world.cast(&worker.key);
                        let has = reader.acknowledges(&sent.id()).await.status == 200;
                        opened += i64::from(has && reader.opens(&sent.id()).await.status == 200);
                    }
                    assert!(copies > 0 && opened == copies, "{key} {kind}: {opened} of {copies}");
                }
            }
        }
        assert!(raised > 10, "{raised}");
    });
}

#[test]
fn a_share_by_name_with_somebody_who_knows_him_is_refused_and_does_not_say_why() {
    on_each_alone(async |world| {
        let (case, isla) = (world.show_case(), world.cast("isla"));
        let note = note_about(&world.woman_a().to_string(), "protected-account", SAID);
        let note = isla.writes(case, note).await.id();
        let mut share = share_with(json!({ "worker": world.worker("mhairi").id }), "victim-safety");
        share["alert"] = json!({ "severity": "high" });
        isla.shares(&note, share.clone()).await;
        knows_him(&world.cast("mhairi"), case).await;
        let refused = isla.post(&format!("/api/v1/notes/{note}/shares"), share).await;
        refused.is_problem(422, "invalid").blames("to").holds_no("conflict").holds_no("knows");
    });
}

#[test]
fn an_emergency_is_told_to_those_who_do_not_know_him_and_still_opens() {
    on_each_alone(async |world| {
        let case = world.show_case();
        for key in ["angus", "ruth", "isla"] {
            knows_him(&world.cast(key), case).await;
        }
        let ask = json!({
            "case": case.id, "about": world.woman_a(), "categories": ["protected-address"],
            "reason": "Caller says that he is on his way to her with a knife.", "incident": "PS-20261120-0412",
        });
        let grant = world.breaks_glass("lynsey", ask).await.is(201).id();
        for (key, is_told) in [("angus", false), ("ruth", false), ("isla", false), ("aileen", true), ("beth", true)] {
            let notices = told(&world.cast(key), "emergency-access").await;
            assert_eq!(notices.iter().any(|one| one.text.contains(&grant)), is_told, "{key}");
        }
    });
}

#[test]
fn where_a_service_has_only_the_one_who_looked_an_officer_of_another_is_told() {
    on_each_alone(async |world| {
        let (sheila, case) = (world.cast("sheila"), world.show_case());
        knows_him(&sheila, case).await;
        let looked = json!({ "family_name": case.person.family, "date_of_birth": case.person.born.to_string() });
        sheila.post("/api/v1/people/search", looked).await.is(200);
        let id = world.worker("sheila").id.to_string();
        for (key, is_told) in [("beth", true), ("ruth", true), ("aileen", false), ("sheila", false)] {
            let notices = told(&world.cast(key), "own-lookup").await;
            assert_eq!(notices.iter().any(|one| one.text.contains(&id)), is_told, "{key}");
        }
    });
}

#[test]
fn a_breach_in_an_agency_without_an_officer_is_told_to_those_of_others() {
    on_each_alone(async |world| {
        let of_dumfries =
            |case: &&DemoCase| case.involvements.iter().any(|part| part.worker == world.worker("elspeth").id);
        let case = world.caseload.cases.iter().find(of_dumfries).expect("Elspeth has a case");
        let elspeth = world.cast("elspeth");
        let note = json!({ "kind": "fact", "category": "attendance", "text": SAID });
        let note = elspeth.writes(case, note).await.id();
        let to = json!({ "role": "justice.team-manager" });
        let share = elspeth.shares(&note, share_with(to, "supervision")).await.id();
        elspeth.post(&format!("/api/v1/shares/{share}/withdrawal"), json!({ "breach": true })).await.is(200);
        let notices = told(&world.cast("beth"), "breach-opened").await;
        assert!(notices.iter().any(|one| one.text.contains(&share)), "nobody was told");
    });
}

#[test]
fn words_held_back_are_told_to_oversight_where_her_side_knows_him_and_name_nobody() {
    on_each_alone(async |world| {
        const WORDS: &str = "He waits outside the nursery gate on Thursdays with the engine of the van running.";
        let (case, her) = (world.show_case(), world.woman_a().to_string());
        let (isla, morag, beth) = (world.cast("isla"), world.cast("morag"), world.cast("beth"));
        let account = isla.writes(case, note_about(&her, "protected-account", WORDS)).await.id();
        for key in ["isla", "aileen"] {
            knows_him(&world.cast(key), case).await;
        }
        let copied: Value = json!({ "kind": "fact", "category": "attendance", "text": WORDS });
        morag.post(&format!("/api/v1/cases/{}/notes", case.id), copied).await.is_problem(422, "invalid");
        let notices = told(&beth, "protected-words").await;
        let notice = notices.iter().find(|one| one.text.contains(&account)).expect("an officer is told");
        assert!(notice["about"].is_null() && notice["case"].is_null(), "{notice}");
        notice.holds_no(&her).holds_no(&case.id.to_string());
    });
}
