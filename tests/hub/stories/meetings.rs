//! A MAPPA meeting: set, with its agenda and its invitations, issued; what it opens to whom, and that it closes by itself.

use super::referrals::{answers, files, plan, whole, wrong};
use super::{note_about, nowhere};
use crate::world::{Answer, Player, World, on_each_alone};
use lippen::demo::DemoCase;
use lippen::model::time::Second;
use serde_json::{Value, json};

pub(super) const DAY: i64 = 86_400;

/// Has the show case referred and accepted, so that the co-ordinator works on it; returns the referral.
pub(super) async fn referred(world: &World) -> String {
    let (case, judith) = (world.show_case(), world.cast("judith"));
    let approved = plan(world, case, true).await;
    let id = files(&world.cast("morag"), whole(world, case, &approved, "2")).await.is(201).id();
    answers(&judith, &id, "acceptance", json!({ "plan": approved })).await.is(200);
    id
}

fn in_days(world: &World, days: i64) -> String {
    Second::of(world.now().plus_seconds(days * DAY)).to_string()
}

fn meeting(world: &World, days: i64, minutes: u16) -> Value {
    json!({ "level": "2", "starts": in_days(world, days), "minutes": minutes, "place": "Room 4", "joining": "Ring first." })
}

pub(super) async fn set(world: &World, days: i64) -> String {
    world.cast("judith").post("/api/v1/meetings", meeting(world, days, 60)).await.is(201).id()
}

pub(super) async fn lists(who: &Player, meeting: &str, case: &DemoCase, minutes: u16) -> Answer {
    let body = json!({ "case": case.id, "purpose": "initial", "minutes": minutes });
    who.post(&format!("/api/v1/meetings/{meeting}/items"), body).await
}

pub(super) async fn invites(world: &World, meeting: &str, key: &str, part: &str) -> String {
    let body = json!({ "worker": world.worker(key).id, "part": part });
    world.cast_now("judith").post(&format!("/api/v1/meetings/{meeting}/seats"), body).await.is(201).id()
}

pub(super) async fn issues(world: &World, meeting: &str) -> Answer {
    world.cast_now("judith").post(&format!("/api/v1/meetings/{meeting}/issue"), json!({})).await
}

pub(super) async fn accepts(who: &Player, meeting: &str) -> Answer {
    let path = format!("/api/v1/meetings/{meeting}/statement");
    let version = who.get(&path).await.is(200)["version"].clone();
    who.post(&path, json!({ "version": version })).await
}

/// Says whether somebody reads the referral, and whether the agenda that they see has a line.
async fn sees(who: &Player, meeting: &str, referral: &str) -> (bool, bool) {
    let read = who.get(&format!("/api/v1/referrals/{referral}")).await.status == 200;
    let shown = who.get(&format!("/api/v1/meetings/{meeting}")).await;
    (read, shown["agenda"].as_array().is_some_and(|lines| !lines.is_empty()))
}

#[test]
fn a_meeting_opens_its_cases_to_whoever_is_invited_and_accepts_and_closes_by_itself() {
    on_each_alone(async |world| {
        let (case, judith) = (world.show_case(), world.cast("judith"));
        let referral = referred(world).await;
        assert_eq!(wrong(&judith.post("/api/v1/meetings", meeting(world, -1, 60)).await), ["starts"]);
        let mut first = meeting(world, 10, 60);
        first["level"] = json!("1");
        assert_eq!(wrong(&judith.post("/api/v1/meetings", first).await), ["level"]);
        world.cast("morag").post("/api/v1/meetings", meeting(world, 10, 60)).await.is_problem(404, "not-found");
        let id = set(world, 10).await;
        lists(&world.cast("colin"), &id, case, 30).await.is_problem(404, "not-found");
        let item = lists(&judith, &id, case, 30).await;
        assert_eq!((&item.is(201)["agenda_minutes"], &item["say"]), (&json!(30), &Value::Null), "{item}");
        assert_eq!(wrong(&lists(&judith, &id, case, 30).await), ["case"], "it is there already");
        let clocks = judith.get(&format!("/api/v1/cases/{}/clocks", case.id)).await;
        let pack = |clocks: &Answer| clocks.items().iter().find(|one| one["clock"] == "MAPPA-PACK-ISSUE").cloned();
        assert_eq!(pack(&clocks).expect("it runs")["trigger"]["event"], item["event"], "{clocks}");

        for (key, part) in [("patricia", "chair"), ("angus", "member"), ("isla", "member")] {
            invites(world, &id, key, part).await;
        }
        let angus = world.cast("angus");
        assert_eq!(sees(&angus, &id, &referral).await, (false, false), "not issued");
        let issued = issues(world, &id).await;
        assert_eq!(issued.is(200)["events"].as_array().map(Vec::len), Some(1), "{issued}");
        assert_eq!(wrong(&issues(world, &id).await), ["body"], "nothing more to open");
        assert_eq!(sees(&angus, &id, &referral).await, (false, false), "not accepted");
        let other = json!({ "version": "notice-meeting-en-0" });
        assert_eq!(wrong(&angus.post(&format!("/api/v1/meetings/{id}/statement"), other).await), ["version"]);
        for key in ["angus", "patricia", "isla"] {
            let who = world.cast(key);
            accepts(&who, &id).await.is(200);
            assert_eq!(sees(&who, &id, &referral).await, (true, true), "{key}");
        }
        angus.is_told_nothing_at("/api/v1/cases/{}", &case.id.to_string()).await;
        for key in ["kenneth", "catriona", "graham", "irene", "duncan", "donald"] {
            world.cast(key).is_told_nothing_at("/api/v1/meetings/{}", &id).await;
            world.cast(key).is_told_nothing_at("/api/v1/referrals/{}", &referral).await;
        }
        // Who comes late waits.
        invites(world, &id, "duncan", "member").await;
        let duncan = world.cast("duncan");
        assert_eq!(sees(&duncan, &id, &referral).await, (false, false));
        accepts(&duncan, &id).await.is(200);
        assert_eq!(sees(&duncan, &id, &referral).await, (true, true));

        world.wind(10 * DAY + 3_600);
        assert_eq!(sees(&world.cast_now("angus"), &id, &referral).await, (true, true), "on the day");
        world.wind(14 * DAY);
        for key in ["angus", "patricia", "isla", "duncan"] {
            let who = world.cast_now(key);
            who.is_told_nothing_at("/api/v1/meetings/{}", &id).await;
            who.is_told_nothing_at("/api/v1/referrals/{}", &referral).await;
        }
    });
}

#[test]
fn what_is_hers_is_on_no_list_and_that_her_service_is_invited_is_shown_to_nobody_else() {
    on_each_alone(async |world| {
        let (case, isla, her) = (world.show_case(), world.cast("isla"), world.woman_a().to_string());
        referred(world).await;
        let said = isla.writes(case, note_about(&her, "protected-account", "She told me.")).await.id();
        let child = isla.writes(case, note_about(&her, "child", "The boy was there.")).await.id();
        let id = set(world, 3).await;
        lists(&world.cast("judith"), &id, case, 30).await.is(201);
        for (key, part) in [("patricia", "chair"), ("sandra", "member"), ("isla", "member")] {
            invites(world, &id, key, part).await;
        }
        issues(world, &id).await.is(200);
        for key in ["patricia", "sandra"] {
            let who = world.cast(key);
            accepts(&who, &id).await.is(200);
            let shown = who.get(&format!("/api/v1/meetings/{id}")).await;
            shown.is(200).holds_no(&world.worker("isla").id.to_string());
            for note in [&said, &child] {
                who.is_told_nothing_at("/api/v1/notes/{}", note).await;
            }
            let notes = who.get(&format!("/api/v1/cases/{}/notes?limit=100", case.id)).await;
            notes.holds_no(&said).holds_no(&child);
        }
    });
}

#[test]
fn whom_somebody_knows_is_closed_to_them_and_told_to_nobody_who_invites() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let referral = referred(world).await;
        let angus = world.cast("angus");
        let words = json!({
            "family_name": case.person.family, "given_name": case.person.given, "relation": "he is my brother-in-law",
        });
        angus.post("/api/v1/me/conflicts", words).await.is(201);
        let id = set(world, 3).await;
        lists(&world.cast("judith"), &id, case, 30).await.is(201);
        invites(world, &id, "angus", "member").await;
        issues(world, &id).await.is(200);
        accepts(&angus, &id).await.is(200);
        assert_eq!(sees(&angus, &id, &referral).await, (false, false));
        world.cast("judith").get(&format!("/api/v1/meetings/{id}")).await.is(200).holds_no("conflict");
    });
}

#[test]
fn what_is_taken_off_withdrawn_or_called_off_closes_at_once_and_stays_as_a_row() {
    on_each_alone(async |world| {
        let (case, judith, angus) = (world.show_case(), world.cast("judith"), world.cast("angus"));
        let referral = referred(world).await;
        let id = set(world, 3).await;
        let item = lists(&judith, &id, case, 30).await.is(201).id();
        let seat = invites(world, &id, "angus", "member").await;
        issues(world, &id).await.is(200);
        accepts(&angus, &id).await.is(200);
        assert_eq!(sees(&angus, &id, &referral).await, (true, true));

        let off = format!("/api/v1/agenda-items/{item}/end");
        judith.post(&off, json!({})).await.is(200);
        judith.post(&off, json!({})).await.is_problem(409, "conflict");
        assert_eq!(sees(&angus, &id, &referral).await, (false, false), "off the agenda");
        world.wind(1);
        let shown = judith.get(&format!("/api/v1/meetings/{id}")).await;
        assert!(shown.is(200)["agenda"][0]["off"].is_string(), "{shown}");
        assert_eq!(shown["lacks"], json!(["chair", "minutes-taker", "agenda"]), "{shown}");
        let clocks = judith.get(&format!("/api/v1/cases/{}/clocks", case.id)).await;
        let mut packs = clocks.is(200).items().iter().filter(|one| one["clock"] == "MAPPA-PACK-ISSUE");
        assert!(packs.all(|one| one["state"] == "corrected"), "{clocks}");

        lists(&judith, &id, case, 30).await.is(201);
        issues(world, &id).await.is(200);
        assert_eq!(sees(&angus, &id, &referral).await, (true, true), "on it again");
        judith.post(&format!("/api/v1/meeting-seats/{seat}/end"), json!({})).await.is(200);
        angus.is_told_nothing_at("/api/v1/meetings/{}", &id).await;
        angus.is_told_nothing_at("/api/v1/referrals/{}", &referral).await;

        invites(world, &id, "angus", "member").await;
        accepts(&angus, &id).await.is(200);
        assert_eq!(sees(&angus, &id, &referral).await, (true, true), "invited again");
        let call_off = format!("/api/v1/meetings/{id}/cancellation");
        judith.post(&call_off, json!({ "why": "postponed" })).await.is(200);
        judith.post(&call_off, json!({ "why": "postponed" })).await.is(422);
        angus.is_told_nothing_at("/api/v1/referrals/{}", &referral).await;
        assert_eq!(judith.get("/api/v1/meetings").await.is(200).items()[0]["why"], "postponed");
        angus.get("/api/v1/meetings").await.is_problem(404, "not-found");
        judith.is_told_nothing_at("/api/v1/meetings/{}", &nowhere()).await;
    });
}

#[test]
fn sixty_cases_are_on_one_agenda_and_that_it_is_too_long_is_said() {
    const JOINS: &str = "INSERT INTO involvement (id, case_id, worker, about, entry)
        SELECT f.id, f.id, $1, NULL, f.id FROM case_file f
         WHERE NOT EXISTS (SELECT 1 FROM involvement i WHERE i.case_id = f.id AND i.worker = $1)";
    on_each_alone(async |world| {
        let judith = world.cast("judith");
        world.does(JOINS, &world.worker("judith").id.to_string()).await;
        let id = set(world, 3).await;
        let cases: Vec<&DemoCase> = world.caseload.cases.iter().take(60).collect();
        assert_eq!(cases.len(), 60);
        for (before, case) in cases.iter().enumerate() {
            let listed = lists(&judith, &id, case, 2).await;
            assert_eq!(listed.is(201)["place"], json!(before + 1), "{listed}");
            assert_eq!(listed["say"].is_string(), before >= 30, "{listed}");
        }
        let shown = judith.get(&format!("/api/v1/meetings/{id}")).await;
        let lines = shown.is(200)["agenda"].as_array().expect("a list").clone();
        let order: Vec<&Value> = lines.iter().map(|line| &line["case"]).collect();
        let sent: Vec<Value> = cases.iter().map(|case| json!(case.id)).collect();
        assert_eq!(order, sent.iter().collect::<Vec<_>>());
        assert!(shown["say"].as_str().is_some_and(|say| say.starts_with("The agenda has 120 minutes")), "{shown}");
        assert_eq!(issues(world, &id).await.is(200)["events"].as_array().map(Vec::len), Some(60));
        let colin = world.cast("colin").get(&format!("/api/v1/meetings/{id}")).await;
        let own = world.worker("colin").id;
        let his = cases.iter().filter(|case| case.involvements.iter().any(|part| part.worker == own)).count();
        assert_eq!(colin.is(200)["agenda"].as_array().map(Vec::len), Some(his), "of his own cases alone");
    });
}
