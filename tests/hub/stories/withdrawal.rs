//! Story 5: she takes back her consent with whoever hears it, he takes back his agreement; what each of them ends.

use super::consent::{Team, consent, share_on};
use super::overrides::asks;
use super::{note_about, share_with};
use crate::age::opened;
use crate::postgres::is_required;
use crate::world::{Answer, Player, World, on_each, on_each_alone};
use futures_util::future::join_all;
use lippen::demo::Relation;
use serde_json::{Value, json};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const CALLS: &str = "He has telephoned her four times since Sunday.";
const READS: usize = 1_000;
const CONNECTIONS: usize = 8;

/// A note that her worker shared with the officer on her consent: with the share's alert.
struct Shared {
    note: String,
    consent: String,
    share: String,
    alert: String,
}

async fn shared(world: &World, team: &Team<'_>, worker: &Player) -> Shared {
    let note = worker.writes(team.case, note_about(&team.her.to_string(), "protected-account", CALLS)).await.id();
    let consents = format!("/api/v1/cases/{}/consents", team.case.id);
    let mut given = consent(world, team, None);
    given["recipients"] = json!([world.worker(team.officer).agency, world.worker(team.manager).agency]);
    given["purposes"] = json!(["public-protection", "supervision"]);
    let consent = worker.post(&consents, given).await.is(201).id();
    let mut body = share_on(world, team, &consent);
    body["alert"] = json!({ "severity": "high" });
    let answer = worker.shares(&note, body).await;
    let (share, alert) = (answer.id(), answer["alert"].as_str().expect("an alert").to_owned());
    Shared { note, consent, share, alert }
}

/// Returns the alerts of a kind in somebody's inbox, newest last.
async fn inbox_of(who: &Player, kind: &str) -> Vec<Value> {
    let (mut found, mut path) = (Vec::new(), "/api/v1/alerts?limit=100".to_owned());
    loop {
        let page = who.get(&path).await;
        found.extend(page.is(200).items().iter().filter(|item| item["kind"] == kind).cloned());
        let Some(next) = page["next"].as_str() else { return found };
        path = format!("/api/v1/alerts?limit=100&after={next}");
    }
}

const KEYS_OF: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM share_key WHERE share = $1";

#[test]
fn she_takes_back_only_that_police_be_told() {
    on_each_alone(async |world| {
        let team = Team::of(world);
        let (worker, officer, manager) = (world.cast(team.worker), world.cast(team.officer), world.cast(team.manager));
        let thing = shared(world, &team, &worker).await;
        let mut to_manager = share_on(world, &team, &thing.consent);
        to_manager["to"] = json!({ "worker": world.worker(team.manager).id });
        to_manager["purpose"] = json!("supervision");
        worker.shares(&thing.note, to_manager).await;
        officer.reads(&thing.note, "public-protection").await.is(200);
        let told_before = inbox_of(&manager, "consent-withdrawn").await.len();

        let police = world.worker(team.officer).agency.to_string();
        let path = format!("/api/v1/consents/{}/withdrawal", thing.consent);
        let answer = worker.post(&path, json!({ "recipients": [police], "method": "telephone" })).await;
        assert_eq!(answer.is(200)["event"], "limited", "{answer}");
        assert_eq!(answer["stopped"][0]["recipient"], police.as_str(), "{answer}");
        assert_eq!(answer["stopped"][0]["shares_ended"], 1, "{answer}");
        assert_eq!(answer["told"], json!([{ "agency": police, "role": "police.offender-management", "count": 1 }]));
        assert_eq!(answer["past_recipients"][0]["agency"], police.as_str(), "{answer}");
        let goes_on: Vec<&Value> =
            answer["continues"].as_array().expect("a list").iter().map(|one| &one["what"]).collect();
        assert!(goes_on.contains(&&json!("child-protection")) && goes_on.contains(&&json!("his-status-to-her")));
        assert!(answer["say"].as_str().is_some_and(|say| say.contains("support does not change")), "{answer}");
        answer.holds_no(CALLS);

        officer.is_told_nothing_at("/api/v1/notes/{}?purpose=public-protection", &thing.note).await;
        assert_eq!(manager.reads(&thing.note, "supervision").await.is(200)["text"], CALLS, "the rest holds");
        assert_eq!(worker.reads(&thing.note, "victim-safety").await.is(200)["text"], CALLS, "nothing is deleted");
        let shown = worker.get(&format!("/api/v1/consents/{}", thing.consent)).await;
        assert_eq!((&shown.is(200)["position"], &shown["live"]), (&json!(2), &json!(true)), "{shown}");

        let notice = inbox_of(&officer, "consent-withdrawn").await.pop().expect("the officer is told");
        let id = notice["id"].as_str().expect("an id");
        let open = officer.opens(id).await;
        assert!(open.is(200)["text"].as_str().is_some_and(|text| text.starts_with("No longer shared")), "{open}");
        open.holds_no(CALLS).holds_no(&thing.note).holds_no(&thing.consent);
        officer.acknowledges(id).await.is(200);
        assert_eq!(inbox_of(&manager, "consent-withdrawn").await.len(), told_before, "who keeps it is not told");
        let again = worker.post(&path, json!({ "recipients": [police] })).await;
        again.is_problem(422, "invalid").blames("recipients");
        // Her no is heeded: one worker does not share it after all. What keeps somebody from serious harm still may be, by two.
        let urgent = json!({ "to": { "worker": world.worker(team.officer).id }, "purpose": "victim-safety",
            "basis": { "type": "vital-interests", "reason": "He has said where and when he will hurt her." } });
        let alone = worker.post(&format!("/api/v1/notes/{}/shares", thing.note), urgent).await;
        alone.is_problem(422, "invalid").blames("basis.type");
        let ask = asks(&world.worker(team.officer).id.to_string(), "life-at-risk");
        worker.post(&format!("/api/v1/notes/{}/overrides", thing.note), ask).await.is(201);
        officer.reads(&thing.note, "victim-safety").await.is(200);
    });
}

#[test]
fn with_the_withdrawal_the_recipients_key_is_gone() {
    let has_age = Command::new("age").arg("--version").output().is_ok();
    assert!(has_age || !is_required("age"), "LIPPEN_TEST_REQUIRE names age, but the command was not found");
    on_each(async |world| {
        let team = Team::of(world);
        let worker = world.cast(team.worker);
        let thing = shared(world, &team, &worker).await;
        let files = world.bytes("SELECT file FROM share_key WHERE share = $1", &thing.share).await;
        assert_eq!(files.len(), 1, "one agency, one key");
        let identity = |key: &str| world.data().join(format!("keys/agencies/{}.age", world.worker(key).agency));
        if has_age {
            let inside = opened(&identity(team.officer), &files[0]).expect("the officer's agency opens it");
            let inside: Value = serde_json::from_slice(&inside).expect("JSON");
            assert_eq!((&inside["note"], &inside["share"]), (&json!(thing.note), &json!(thing.share)));
            assert_eq!(inside["purpose"], "lippen-share-key");
            assert_eq!(opened(&identity(team.manager), &files[0]), None, "nobody else does");
        }
        let stands = async || worker.get(&format!("/api/v1/shares/{}", thing.share)).await.is(200)["state"].clone();
        assert_eq!(stands().await, "shared");
        worker.post(&format!("/api/v1/consents/{}/withdrawal", thing.consent), json!({})).await.is(200);
        assert_eq!(stands().await, "closed", "nobody took the share back, and nobody holds its key");
        assert_eq!(world.number(KEYS_OF, &thing.share).await, 0);
        let ended = "SELECT CAST(COUNT(*) AS BIGINT) FROM share_key_end WHERE share = $1";
        assert_eq!(world.number(ended, &thing.share).await, 1, "the log says that it went");
        // Giving again brings nothing back: what is to be read must be shared again.
        let mut renewed = consent(world, &team, None);
        (renewed["event"], renewed["chain"]) = (json!("given"), json!(thing.consent));
        worker.post(&format!("/api/v1/cases/{}/consents", team.case.id), renewed).await.is(201);
        world.cast(team.officer).is_told_nothing_at("/api/v1/notes/{}?purpose=public-protection", &thing.note).await;
        worker.shares(&thing.note, share_on(world, &team, &thing.consent)).await;
        world.cast(team.officer).reads(&thing.note, "public-protection").await.is(200);
    });
}

#[test]
fn an_open_stream_and_an_inbox_hold_a_tombstone() {
    on_each(async |world| {
        let team = Team::of(world);
        let (worker, officer) = (world.cast(team.worker), world.cast(team.officer));
        let thing = shared(world, &team, &worker).await;
        let mut stream = officer.listen(None).await;
        assert_eq!(stream.hears_of(&thing.alert).await.data["recalled_at"], Value::Null);
        officer.opens(&thing.alert).await.is(200);
        worker.post(&format!("/api/v1/consents/{}/withdrawal", thing.consent), json!({})).await.is(200);
        let event = stream.hears_the_end_of(&thing.alert).await;
        assert!(event.data["recalled_at"].is_string(), "{event:?}");
        let item = officer.finds(&thing.alert).await.expect("a tombstone");
        assert!(item["recalled_at"].is_string(), "{item}");
        assert!(item["say"].as_str().is_some_and(|say| say.contains("before you read it")), "{item}");
        officer.is_told_nothing_at("/api/v1/alerts/{}", &thing.alert).await;
        officer.acknowledges(&thing.alert).await.is(200);
    });
}

/// Leaves out what differs between any two answers.
fn plain(answer: &Answer) -> Value {
    let mut body = answer.body.clone();
    (body["receipt"], body["subject"], body["case"]) = (Value::Null, Value::Null, Value::Null);
    body
}

#[test]
fn whoever_hears_it_records_it_and_learns_nothing() {
    on_each(async |world| {
        let team = Team::of(world);
        let (worker, officer, manager) = (world.cast(team.worker), world.cast(team.officer), world.cast(team.manager));
        let thing = shared(world, &team, &worker).await;
        let path = format!("/api/v1/cases/{}/withdrawals", team.case.id);
        let told = inbox_of(&worker, "consent-withdrawn").await.len();
        let body = json!({ "subject": team.her, "said": "Tell nobody any more, she said at the door." });
        let heard = officer.post(&path, body.clone()).await;
        let without = officer.post(&path, body.clone()).await;
        assert_eq!(plain(heard.is(201)), plain(without.is(201)), "alike with a consent and without");
        heard.holds_no(&thing.consent).holds_no("protected-account");
        officer.is_told_nothing_at("/api/v1/notes/{}?purpose=public-protection", &thing.note).await;
        assert_eq!(world.number(KEYS_OF, &thing.share).await, 0);
        officer.is_told_nothing_at("/api/v1/consents/{}", &thing.consent).await;
        let shown = worker.get(&format!("/api/v1/consents/{}", thing.consent)).await;
        assert_eq!(shown.is(200)["event"], "withdrawn", "{shown}");
        let notices = inbox_of(&worker, "consent-withdrawn").await;
        assert_eq!(notices.len(), told + 2, "her worker hears of each");
        let open = worker.opens(notices[told]["id"].as_str().expect("an id")).await;
        assert!(open.is(200)["text"].as_str().is_some_and(|text| text.contains("at the door")), "{open}");
        officer.is_told_nothing_at("/api/v1/alerts/{}", notices[told]["id"].as_str().expect("an id")).await;

        manager.post(&path, json!({ "subject": team.her })).await.is(201);
        let nobody = json!({ "subject": super::nowhere() });
        let nothing = officer.post(&path, nobody).await;
        nothing.is_problem(404, "not-found");
        for stranger in [world.cast("catriona"), world.cast("kenneth"), world.cast("graham")] {
            stranger.post(&path, body.clone()).await.is_problem(404, "not-found");
        }
        let group = world.who(world.show_case(), "programme.group-worker", None);
        let show = format!("/api/v1/cases/{}/withdrawals", world.show_case().id);
        let hers = json!({ "subject": world.woman_a() });
        world.cast(group).post(&show, hers).await.is_problem(404, "not-found");
        // Her own worker is told all of it, and that nothing was left to stop.
        let own = worker.post(&path, json!({ "subject": team.her })).await;
        assert_eq!(own.is(201)["events"], json!([]), "{own}");
        assert!(own["continues"].as_array().is_some_and(|list| !list.is_empty()), "{own}");
        // Nobody gives consent this way.
        officer.post(&path, json!({ "subject": team.her, "event": "given" })).await.is_problem(422, "bad-field");
    });
}

#[test]
fn his_withdrawal_is_told_to_the_case_manager_and_switches_nothing_off() {
    on_each(async |world| {
        let case = world.show_case();
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let note = note_about(&world.woman_a().to_string(), "risk-assessment", "He was seen near the school.");
        let note = morag.writes(case, note).await.id();
        morag.shares(&note, share_with(json!({ "role": "womens.worker" }), "victim-safety")).await;
        let statement = |event: &str| {
            json!({ "subject": case.person.id, "event": event, "kind": "statement-of-agreement",
                "notice": { "id": "notice-man-en-1" }, "method": "writing", "asked_alone": true })
        };
        let path = format!("/api/v1/cases/{}/consents", case.id);
        let before = inbox_of(&morag, "agreement-withdrawn").await.len();
        let given = morag.post(&path, statement("given")).await.is(201).id();
        let answer = morag.post(&format!("/api/v1/consents/{given}/withdrawal"), json!({})).await;
        assert_eq!(answer.is(200)["continues"][1]["what"], "safety-alerts", "{answer}");
        assert_eq!(answer["stopped"], json!([]), "{answer}");
        morag.post(&path, statement("refused")).await.is(201);
        let told = inbox_of(&morag, "agreement-withdrawn").await;
        assert_eq!(told.len(), before + 2, "{told:?}");
        let open = morag.opens(told[before]["id"].as_str().expect("an id")).await;
        assert!(open.is(200)["text"].as_str().is_some_and(|text| text.contains("switches nothing off")), "{open}");
        isla.reads(&note, "victim-safety").await.is(200);
        let missed = super::alert("missed-session", Some(world.woman_a().to_string()), "He did not come.");
        let alert = morag.raises(case, missed).await.id();
        isla.opens(&alert).await.is(200);
        assert!(case.protected.iter().any(|one| one.relation != Relation::Child));
    });
}

#[test]
fn a_thousand_reads_race_one_withdrawal_and_none_succeeds_after_it() {
    on_each(async |world| {
        let team = Team::of(world);
        let (worker, officer) = (world.cast(team.worker), world.cast(team.officer));
        let thing = shared(world, &team, &worker).await;
        officer.reads(&thing.note, "public-protection").await.is(200);
        let (begun, answered) = (AtomicU64::new(0), AtomicBool::new(false));
        let (officer, thing) = (&officer, &thing);
        let reader = || async {
            let mut seen = Vec::new();
            while begun.fetch_add(1, Ordering::SeqCst) < READS as u64 {
                let late = answered.load(Ordering::SeqCst);
                let reading = officer.reads(&thing.note, "public-protection").await;
                seen.push((late, Instant::now(), reading));
            }
            seen
        };
        let path = format!("/api/v1/consents/{}/withdrawal", thing.consent);
        let withdrawal = async {
            while begun.load(Ordering::SeqCst) < READS as u64 / 4 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            let answer = worker.post(&path, json!({})).await;
            answered.store(true, Ordering::SeqCst);
            (Instant::now(), answer)
        };
        let (readings, (acknowledged, answer)) =
            futures_util::future::join(join_all((0..CONNECTIONS).map(|_| reader())), withdrawal).await;
        let readings: Vec<_> = readings.into_iter().flatten().collect();
        assert_eq!(readings.len(), READS);
        answer.is(200);
        let (mut read, mut late) = (0, 0);
        for (began_after, done, reading) in &readings {
            match reading.status.as_u16() {
                200 => {
                    read += 1;
                    assert!(!began_after, "a read that began after the acknowledgement: {reading}");
                    assert!(*done <= acknowledged + Duration::from_secs(1), "a read a second late: {reading}");
                }
                404 => late += 1,
                503 => drop(reading.is_problem(503, "busy")),
                _ => panic!("{reading}"),
            }
        }
        assert!(read > 0 && late > 0, "{read} read, {late} came late");
        // The hub's own times: the last permitted reading in the log was decided before the second was over.
        let entries = worker.readers_of(team.case).await;
        let at = |entry: &Value| entry["at"].as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok());
        let of_note = |entry: &&Value| entry["id"] == thing.note.as_str() && entry["act"] == "read";
        let officer_word = world.worker(team.officer).id.to_string();
        let last = entries
            .iter()
            .filter(of_note)
            .filter(|entry| entry["decision"] == "permit" && entry.to_string().contains(&officer_word))
            .filter_map(at)
            .max();
        let event = answer["receipt"]["at"].as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok());
        let (last, event) = (last.expect("the readings are in the log"), event.expect("the event's time"));
        assert!(last.as_microsecond() <= event.as_microsecond() + 1_000_000, "{last} is late for {event}");
    });
}
