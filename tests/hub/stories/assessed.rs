//! Risk assessments as they were supplied: what contradicts is shown and never corrected, and whoever saw a wrong value is told.

use super::nowhere;
use crate::world::{Answer, Player, World, on_each_alone};
use lippen::demo::DemoCase;
use serde_json::{Value, json};

const REASON: &str = "He has sent threats since the interview.";
const CORRECTED: &str = "assessment-corrected";
const DOUBTED: &str = "assessment-doubted";

fn assessment(score: Option<&str>, level: Option<&str>) -> Value {
    json!({
        "tool": "LS/CMI", "version": "2004", "score": score, "level": level, "on": "2011-01-05",
        "assessor": "A. Assessor", "source": "lscmi-national",
    })
}

fn at(case: &DemoCase) -> String {
    format!("/api/v1/cases/{}/assessments", case.id)
}

async fn shown(who: &Player, id: &str) -> Answer {
    let seen = who.get(&format!("/api/v1/assessments/{id}")).await;
    seen.is(200);
    seen
}

/// Returns the ids of the alerts of a kind in somebody's inbox.
async fn told(who: &Player, kind: &str) -> Vec<String> {
    let (mut ids, mut path) = (Vec::new(), "/api/v1/alerts?limit=100".to_owned());
    loop {
        let page = who.get(&path).await;
        let about = page.is(200).items().iter().filter(|item| item["kind"] == kind);
        ids.extend(about.map(|item| item["id"].as_str().expect("an id").to_owned()));
        let Some(next) = page["next"].as_str() else { return ids };
        path = format!("/api/v1/alerts?limit=100&after={next}");
    }
}

/// Returns a case that police look after with others, and on which a woman has a worker.
fn with_police(world: &World) -> &DemoCase {
    let has = |case: &&DemoCase, role: &str| {
        case.involvements
            .iter()
            .any(|part| world.caseload.workers.iter().any(|one| one.id == part.worker && one.role.to_string() == role))
    };
    let all = ["police.offender-management", "womens.worker", "justice.case-manager"];
    let fits = |case: &&DemoCase| all.iter().all(|role| has(case, role));
    world.caseload.cases.iter().find(fits).expect("men under MAPPA have partners")
}

#[test]
fn a_level_that_contradicts_its_score_is_flagged_and_whoever_saw_it_is_told_when_it_is_put_right() {
    on_each_alone(async |world| {
        let case = with_police(world);
        let keeper = world.cast(world.who(case, "justice.case-manager", None));
        let police = world.cast(world.who(case, "police.offender-management", None));
        let her = world.cast(world.who(case, "womens.worker", None));
        let lead = world.cast(world.who(case, "justice.team-manager", None));
        let mut wrong = assessment(Some("14"), Some("high"));
        wrong["override"] = json!({ "level": "very high", "reason": REASON });
        let id = keeper.post(&at(case), wrong).await.is(201).id();
        let whole = shown(&keeper, &id).await;
        assert_eq!(
            (&whole["agreement"], &whole["level"]),
            (&json!("contradicts"), &json!("high")),
            "as given: {whole}"
        );
        assert_eq!((&whole["override"]["reason"], &whole["assessor"]), (&json!(REASON), &json!("A. Assessor")));
        assert_eq!(whole["warnings"].as_array().map(Vec::len), Some(1), "{whole}");
        for who in [&police, &her] {
            let seen = shown(who, &id).await;
            assert_eq!((&seen["access"], &seen["score"]), (&json!("summary"), &json!("14")), "{seen}");
            assert_eq!(
                (&seen["version"], &seen["on"]),
                (&json!("2004"), &json!("2011-01-05")),
                "never without: {seen}"
            );
            assert_eq!(seen["override"], json!({ "level": "very high" }), "no reason: {seen}");
            seen.holds_no("A. Assessor").holds_no("threats");
            who.get(&at(case)).await.is(200).holds_no("\"score\"").holds_no("\"level\"");
        }
        for key in ["irene", "kenneth", "graham", "emil"] {
            world.cast(key).is_told_nothing_at("/api/v1/assessments/{}", &id).await;
        }
        is_put_right(case, (&keeper, &lead), [&police, &her], &id).await;
    });
}

/// Puts it right, and claims that each who saw the wrong one is told and nobody else.
async fn is_put_right(case: &DemoCase, (keeper, lead): (&Player, &Player), saw: [&Player; 2], id: &str) {
    let [police, her] = saw;
    // Nobody but those who recorded it puts it right, and it stays of the same tool.
    let right = assessment(Some("14"), Some("medium"));
    let corrections = format!("/api/v1/assessments/{id}/corrections");
    for who in [police, her] {
        who.post(&corrections, right.clone()).await.is_problem(403, "refused");
    }
    let mut other = right.clone();
    other["tool"] = json!("SARA");
    keeper.post(&corrections, other).await.is_problem(422, "invalid").blames("tool");
    let made = keeper.post(&corrections, right.clone()).await;
    let fresh = made.is(201).id();
    keeper.post(&corrections, right).await.is_problem(409, "conflict");
    for who in saw {
        let alerts = told(who, CORRECTED).await;
        assert_eq!(alerts.len(), 1, "whoever saw the wrong one is told once");
        made.holds_no(&alerts[0]);
        let open = who.opens(&alerts[0]).await;
        open.is(200).holds_no("medium").holds_no("LS/CMI").holds_no("A. Assessor");
        who.acknowledges(&alerts[0]).await.is(200);
        let state = who.finds(&alerts[0]).await.expect("it is in the inbox");
        assert_eq!(state["state"], "acknowledged", "{state}");
        keeper.readers_of(case).await.iter().for_each(|one| assert_ne!(one["id"], json!(alerts[0]), "{one}"));
    }
    for who in [keeper, lead] {
        assert_eq!(told(who, CORRECTED).await.len(), 0, "who corrects, and who saw nothing, is told nothing");
    }
    let old = shown(police, id).await;
    assert_eq!((&old["corrected_by"], &old["score"]), (&json!(fresh), &json!("14")), "it stays, with its warning");
    assert_eq!(old["besides"][0]["id"], json!(fresh), "what stands in its place is beside it: {old}");
    let new = shown(police, &fresh).await;
    assert_eq!((&new["corrects"], &new["corrected_by"]), (&json!(id), &Value::Null));
    assert_eq!(new["agreement"], "not-known", "what is to be confirmed reassures nobody: {new}");
    assert_eq!(new["besides"], json!([]), "the wrong one is no second opinion: {new}");
}

#[test]
fn nothing_is_reckoned_and_two_values_for_one_assessment_are_shown_side_by_side() {
    on_each_alone(async |world| {
        let (case, morag) = (world.show_case(), world.cast("morag"));
        let record = async |body: Value| morag.post(&at(case), body).await.is(201).id();
        let bare = shown(&morag, &record(assessment(Some("14"), None)).await).await;
        assert_eq!((&bare["level"], &bare["agreement"]), (&Value::Null, &json!("not-known")), "{bare}");
        let mut judged = assessment(None, Some("high"));
        judged["on"] = json!("2011-01-06");
        let one = record(judged.clone()).await;
        assert_eq!(shown(&morag, &one).await["score"], Value::Null);
        judged["level"] = json!("High");
        record(judged.clone()).await;
        let same = shown(&morag, &one).await;
        assert_eq!((&same["besides"][0]["differs"], &same["warnings"]), (&json!(false), &json!([])), "{same}");
        judged["level"] = json!("medium");
        judged["source"] = json!("paper");
        judged["valid_until"] = json!("2026-02-01");
        let two = record(judged).await;
        let differs = |answer: &Answer| {
            let all = answer["besides"].as_array().expect("a list").clone();
            all.iter().filter(|one| one["differs"] == true).count()
        };
        assert_eq!(differs(&shown(&morag, &one).await), 1);
        let second = shown(&morag, &two).await;
        assert_eq!((differs(&second), &second["stale"]), (2, &json!(true)), "{second}");
        assert_eq!(second["warnings"].as_array().map(Vec::len), Some(2), "{second}");
        let mut unknown = assessment(Some("14"), Some("high"));
        unknown["tool"] = json!("SARA");
        assert_eq!(shown(&morag, &record(unknown).await).await["agreement"], "not-known", "it has no bands");

        let name = format!("{} {}", case.protected[0].given, case.protected[0].family);
        for (field, value, blamed) in [
            ("tool", json!("ASTROLOGY"), "tool"),
            ("on", json!("2190-01-01"), "on"),
            ("valid_until", json!("2010-01-01"), "valid_until"),
            ("override", json!({ "level": "high", "reason": format!("{name} fears him.") }), "override.reason"),
        ] {
            let mut bad = assessment(Some("14"), Some("medium"));
            bad[field] = value;
            let refused = morag.post(&at(case), bad).await;
            refused.is_problem(422, "invalid").blames(blamed).holds_no("ASTROLOGY").holds_no(&name);
        }
        morag.post(&at(case), assessment(None, None)).await.is_problem(422, "invalid").blames("level");
        for (field, value) in [("source", json!("two words")), ("version", json!("")), ("score", json!(14))] {
            let mut bad = assessment(Some("14"), Some("medium"));
            bad[field] = value;
            morag.post(&at(case), bad).await.is_problem(422, "bad-field").blames(field);
        }
        let next = morag.get(&format!("{}?after={}", at(case), nowhere())).await;
        next.is_problem(422, "invalid").blames("after");
        world.cast("isla").post(&at(case), assessment(None, Some("high"))).await.is_problem(403, "refused");
    });
}

#[test]
fn a_batch_is_marked_in_one_act_and_each_who_saw_any_of_it_is_told_once_a_case() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let lead = world.cast(world.who(case, "justice.team-manager", None));
        let agency = &world.worker("morag").agency;
        let other = world.caseload.cases.iter().skip(1).find(|one| {
            world.worker(world.who(one, "justice.case-manager", None)).agency == *agency
                && world.who(one, "justice.case-manager", None) != "morag"
        });
        let other = other.expect("she has colleagues");
        let colleague = world.cast(world.who(other, "justice.case-manager", None));
        let mut one = assessment(Some("21"), Some("high"));
        one["source"] = json!("batch-seven");
        let first = morag.post(&at(case), one.clone()).await.is(201).id();
        let second = morag.post(&at(case), one.clone()).await.is(201).id();
        let third = colleague.post(&at(other), one.clone()).await.is(201).id();
        one["on"] = json!("2011-03-01");
        let outside = morag.post(&at(case), one).await.is(201).id();
        shown(&isla, &first).await;
        shown(&isla, &second).await;
        let recall = json!({
            "tool": "LS/CMI", "version": "2004", "source": "batch-seven", "from": "2011-01-01", "to": "2011-01-31",
            "state": "doubtful", "reason": "system-fault",
        });
        let path = "/api/v1/assessments/recall";
        for who in [&morag, &isla, &world.cast("kenneth")] {
            who.post(path, recall.clone()).await.is_problem(404, "not-found");
        }
        for (field, value, blamed) in [("source", json!("elsewhere"), "tool"), ("to", json!("2010-12-31"), "to")] {
            let mut bad = recall.clone();
            bad[field] = value;
            lead.post(path, bad).await.is_problem(422, "invalid").blames(blamed);
        }
        assert_eq!(shown(&morag, &first).await["doubts"], json!([]), "nothing was marked");
        let done = lead.post(path, recall.clone()).await;
        assert_eq!((&done.is(201)["marked"], &done["state"]), (&json!(3), &json!("doubtful")), "{done}");
        for (who, id) in [(&isla, &first), (&morag, &second), (&colleague, &third)] {
            let alerts = told(who, DOUBTED).await;
            assert_eq!(alerts.len(), 1, "one notice a person and case");
            let open = who.opens(&alerts[0]).await;
            let text = open.is(200)["text"].as_str().expect("words").to_owned();
            assert!(!text.contains("21") && !text.contains("LS/CMI"), "it names no content: {text}");
            who.acknowledges(&alerts[0]).await.is(200);
            let seen = shown(who, id).await;
            assert_eq!((&seen["doubts"][0]["state"], &seen["score"]), (&json!("doubtful"), &json!("21")), "{seen}");
            assert_eq!((&seen["doubts"][0]["reason"], &seen["doubted"]), (&json!("system-fault"), &json!(true)));
            assert!(!seen["warnings"].as_array().expect("a list").is_empty(), "{seen}");
        }
        assert_eq!(shown(&morag, &outside).await["doubted"], json!(false), "it was made on another day");
        let mut more = recall;
        more["state"] = json!("withdrawn");
        world.wind(1);
        lead.post(path, more).await.is(201);
        let seen = shown(&morag, &first).await;
        assert_eq!(
            (&seen["doubts"][0]["state"], &seen["doubts"][1]["state"]),
            (&json!("withdrawn"), &json!("doubtful"))
        );
    });
}
