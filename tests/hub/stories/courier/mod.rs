//! What leaves the hub: that something waits, and nothing of what; and that peers on bad days lose nothing.

mod others;
mod peers;
mod words;

use super::alert;
use crate::world::{Answer, Db, Player, Time, Wired, World};
use peers::{Mood, Peer};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;

/// What is said in the hub, and must be in nothing that leaves it.
const SAID: &str = "He said at the harbour that he has hidden Whigmaleerie.";

/// Tells a story on each database in a hub that sends e-mail and tells systems, with a relay that the story has.
fn on_each_wired(story: impl AsyncFn(&World, &Peer)) {
    for db in [Db::Lite, Db::Postgres] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let wired = Wired { smtp: listener.local_addr().ok(), webhooks: true };
        if let Some(world) = World::wired(db, Time::Wound, wired) {
            let listener = std::sync::Mutex::new(Some(listener));
            world.tell(async |world: &World| {
                let listener = listener.lock().expect("nobody panics with it").take().expect("one story");
                story(world, &Peer::relay(listener)).await;
            });
            world.stop();
        }
    }
}

/// Somebody gives an address and sends back the code that came to it.
async fn takes_mail(who: &Player, relay: &Peer, address: &str) {
    let before = relay.got().len();
    who.post("/api/v1/me/notifications/email", json!({ "address": address })).await.is(202);
    let got = relay.gets(before + 1).await;
    let (_, rest) = got.last().expect("it came").split_once("Your code is ").expect("a code");
    let code = rest.split_whitespace().next().expect("a code").to_lowercase();
    let wrong = who.post("/api/v1/me/notifications/email/verification", json!({ "code": "AAAAA-AAAAA" })).await;
    wrong.is_problem(422, "invalid").holds_no("AAAAA");
    let proof = json!({ "code": code });
    who.post("/api/v1/me/notifications/email/verification", proof).await.is(200);
}

/// Whoever keeps the accounts of Morag's agency enters a system of it.
async fn connects(world: &World, system: &Peer) -> String {
    let url = format!("https://127.0.0.1:{}/in", system.at.port());
    let given = world.cast("tracy").post("/api/v1/endpoints", json!({ "url": url })).await;
    assert!(given.is(201)["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")), "{given}");
    given.id()
}

async fn raises(world: &World, severity: &str) -> Answer {
    let mut threat = alert("threat", Some(world.woman_a().to_string()), SAID);
    threat["severity"] = json!(severity);
    world.cast("isla").raises(world.show_case(), threat).await
}

/// Returns how many notices somebody has that something does not get through.
async fn undelivered(who: &Player) -> usize {
    let (mut path, mut count) = ("/api/v1/alerts?limit=100".to_owned(), 0);
    loop {
        let page = who.get(&path).await;
        count += page.is(200).items().iter().filter(|one| one["kind"] == "undelivered").count();
        let Some(next) = page["next"].as_str() else { return count };
        path = format!("/api/v1/alerts?limit=100&after={next}");
    }
}

/// Returns what stands behind a header, in each message.
fn headers<'a>(got: &'a [String], name: &str) -> Vec<&'a str> {
    let of = |text: &'a String| {
        text.lines().find_map(|line| {
            let (head, value) = line.split_once(": ")?;
            head.eq_ignore_ascii_case(name).then_some(value)
        })
    };
    got.iter().map(|text| of(text).unwrap_or_else(|| panic!("no {name} in {text}"))).collect()
}

#[test]
fn what_leaves_says_that_something_waits_and_nothing_else() {
    on_each_wired(async |world, relay| {
        let system = Peer::system(world.data()).await;
        let morag = world.cast("morag");
        takes_mail(&morag, relay, "morag@example.org").await;
        connects(world, &system).await;
        let id = raises(world, "critical").await.id();
        let mails = relay.gets(2).await;
        let text = mails[1].split_once("\r\n\r\n").map(|(_, rest)| rest).expect("an e-mail").to_owned();
        let domain = headers(&mails[1..], "Message-ID")[0].to_owned();
        assert!(mails[1].starts_with("MAIL FROM:<no-reply@demo.invalid>"), "{}", mails[1]);
        assert!(mails[1].contains("RCPT TO:<morag@example.org>") && domain.ends_with("@demo.invalid>"));
        assert!(text.trim_end().ends_with("\r\n\r\nYou have a message. Please sign in to read it."), "{text}");
        let names: BTreeSet<&str> =
            text.lines().filter_map(|line| line.split_once(": ")).map(|(name, _)| name).collect();
        assert_eq!(names, ["Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted"].into());
        // Each copy of each person of the agency is told, with a name of its own.
        let told = system.gets(system.got().len().max(1)).await;
        let ids: BTreeSet<&str> = headers(&told, "webhook-id").into_iter().collect();
        assert_eq!(ids.len(), told.len());
        for one in &told {
            let body: Value = serde_json::from_str(one.split_once("\r\n\r\n").expect("a body").1).expect("JSON");
            assert_eq!(body["type"], "notice.waiting");
            assert_eq!(body.as_object().expect("an object").len(), 3, "{body}");
            assert_eq!(body["data"], json!({ "id": headers(std::slice::from_ref(one), "webhook-id")[0] }));
        }
        // What leaves acknowledges nothing: the ladder goes on.
        world.wind(5 * MINUTE);
        let sent = world.cast("isla").opens(&id).await;
        assert!(sent.is(200)["ladder"].as_array().is_some_and(|all| !all.is_empty()), "{sent}");
        for mood in [Mood::Refuses, Mood::Takes] {
            relay.is(mood);
            raises(world, "normal").await;
            world.wind(HOUR);
            tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        }
        words::are_in_none_of(world, &relay.got(), SAID);
        words::are_in_none_of(world, &system.got(), SAID);
    });
}

#[test]
fn peers_that_refuse_hang_or_cut_the_line_lose_nothing() {
    on_each_wired(async |world, relay| {
        let system = Peer::system(world.data()).await;
        takes_mail(&world.cast("morag"), relay, "morag@example.org").await;
        connects(world, &system).await;
        for mood in [Mood::Refuses, Mood::Cuts, Mood::Redirects] {
            let (mails, told) = (relay.got().len(), system.got().len());
            relay.is(mood);
            system.is(mood);
            raises(world, "high").await;
            let (first, asked) = (relay.gets(mails + 1).await, system.gets(told + 1).await);
            relay.is(Mood::Takes);
            system.is(Mood::Takes);
            world.wind(2 * MINUTE);
            let (again, anew) = (relay.gets(mails + 2).await, system.gets(told + 2).await);
            let same = |before: &[String], after: &[String], name: &str| {
                assert_eq!(headers(before, name).last(), headers(after, name).last(), "{mood:?}: the same name");
            };
            same(&first, &again, "Message-ID");
            same(&asked, &anew, "webhook-id");
        }
        // One that hangs holds up neither the other nor the ladder, and is asked again.
        let (mails, told) = (relay.got().len(), system.got().len());
        relay.is(Mood::Hangs);
        raises(world, "high").await;
        system.gets(told + 1).await;
        relay.gets(mails + 1).await;
        tokio::time::sleep(std::time::Duration::from_secs(16)).await;
        relay.is(Mood::Takes);
        world.wind(2 * MINUTE);
        let again = relay.gets(mails + 2).await;
        let ids = headers(&again[mails..], "Message-ID");
        assert_eq!(ids[0], ids[1]);
        words::are_in_none_of(world, &again, SAID);
    });
}

#[test]
fn what_is_given_up_pages_officers_once_and_a_system_that_is_gone_is_told_nothing_more() {
    on_each_wired(async |world, _| {
        let (system, other) = (Peer::system(world.data()).await, Peer::system(world.data()).await);
        let (failing, gone) = (connects(world, &system).await, connects(world, &other).await);
        system.is(Mood::Refuses);
        other.is(Mood::Gone);
        raises(world, "high").await;
        other.gets(1).await;
        let (tracy, ruth) = (world.cast("tracy"), world.cast("ruth"));
        let listed = tracy.get("/api/v1/endpoints").await;
        let item = |id: &str| listed.is(200).item(id).unwrap_or_else(|| panic!("{listed}")).clone();
        assert_eq!((item(&gone)["why"].as_str(), item(&failing)["why"].as_str()), (Some("gone"), None));
        assert_eq!(undelivered(&ruth).await, 1, "that it is gone");
        assert_eq!(ruth.get("/api/v1/deliveries/undelivered").await.is(200).items().len(), 0);

        for hours in [1, 8] {
            world.wind(hours * HOUR);
            tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        }
        let tried = system.got().len();
        assert!(tried >= 3, "it is tried again at its times");
        // After the last of its times it is given up; the officers are told once, whatever else is given up meanwhile.
        for hours in [70, 10] {
            world.wind(hours * HOUR);
            tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        }
        let ruth = world.cast_now("ruth");
        let lost = ruth.get("/api/v1/deliveries/undelivered").await;
        let all = lost.is(200).items();
        assert!(all.iter().any(|one| one["target"].as_str() == Some(&format!("e:{failing}"))), "{lost}");
        lost.holds_no(&world.show_case().id.to_string()).holds_no("threat");
        assert_eq!(undelivered(&ruth).await, 2, "one more, for the one that fails");
        // Once something gets through again, what waits follows, and it is no more than a bad week.
        system.is(Mood::Takes);
        let tracy = world.cast_now("tracy");
        tracy.post(&format!("/api/v1/endpoints/{failing}/test"), json!({})).await.is(202);
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        assert!(system.got().iter().any(|one| one.contains("notice.test")));
        let listed = tracy.get("/api/v1/endpoints").await;
        let item = listed.is(200).item(&failing).expect("it is there");
        assert!(item["last_through_at"].is_string() && item["failing_since"].is_null(), "{item}");
        words::are_in_none_of(world, &system.got(), SAID);
        other.gets(1).await;
    });
}

#[test]
fn wishes_hold_for_what_is_not_urgent() {
    on_each_wired(async |world, relay| {
        let morag = world.cast("morag");
        takes_mail(&morag, relay, "morag@example.org").await;
        let bad = json!({ "mute": ["no-such-kind"] });
        morag.post("/api/v1/me/notifications", bad).await.is_problem(422, "invalid").holds_no("no-such-kind");
        let wish = json!({ "mute": ["threat"], "digest": [], "quiet": null });
        morag.post("/api/v1/me/notifications", wish).await.is(200);
        raises(world, "normal").await;
        relay.gets(1).await;
        raises(world, "critical").await;
        relay.gets(2).await;
        // The world begins at eight in the evening (UTC): nothing comes before nine in the morning, and then once for both.
        let wish = json!({ "digest": ["09:00"], "quiet": { "from": "19:00", "until": "06:00" } });
        let said = morag.post("/api/v1/me/notifications", wish).await;
        assert_eq!(said.is(200)["digest"], json!(["09:00"]));
        raises(world, "normal").await;
        raises(world, "normal").await;
        relay.gets(2).await;
        let shown = morag.get("/api/v1/me/notifications").await;
        assert_eq!(shown.is(200)["email"][0]["address"], "morag@example.org");
        assert_eq!(shown["quiet"]["from"], "19:00");
        raises(world, "high").await;
        relay.gets(3).await;
        let calendar = morag.get("/api/v1/alerts/due.ics").await;
        calendar.is(200).holds_no("Whigmaleerie").holds_no("threat");
        assert!(calendar.text.contains("SUMMARY:Answer due"), "{calendar}");
        morag.post("/api/v1/me/notifications/email", json!({})).await.is(202);
        raises(world, "critical").await;
        relay.gets(3).await;
    });
}
