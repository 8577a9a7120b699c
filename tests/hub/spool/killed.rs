//! The process is killed while it keeps, while it merges, and between the two: nothing that was answered is lost, nothing shown twice.

use super::{LOOSE_LITE, LOOSE_PG, STUCK_LITE, STUCK_PG};
use crate::postgres;
use crate::process::{Hub, Place, Records, Wire, verify};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

/// How often each hub is killed, unless `LIPPEN_CRASH_CYCLES` says otherwise.
const CYCLES: usize = 3;

/// Waits until so many milliseconds have passed.
fn passes(since: Instant, millis: u64) {
    while since.elapsed() < Duration::from_millis(millis) {
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

fn change(place: &Place, lite: &str, pg: &str) {
    let url = place.database.clone().unwrap_or_else(|| format!("sqlite://{}", place.file().display()));
    Records::open(&url).run(if place.database.is_some() { pg } else { lite }).expect("it is changed");
}

/// Raises an alert with words and a key of its own.
fn raise(wire: &mut Wire, hub: &Value, words: &str) -> std::io::Result<crate::process::Answer> {
    let case = hub["cases"][0]["id"].as_str().expect("an id");
    let about = &hub["cases"][0]["protected"][0]["id"];
    let body = json!({ "severity": "high", "kind": "missed-session", "about": about, "text": words });
    wire.post_once(&format!("cases/{case}/alerts"), &words.replace(' ', "-"), &body)
}

/// Returns how many copies of each alert with these first words are in Isla's inbox, by its words.
fn shown(hub: &Hub, words: &str) -> BTreeMap<String, usize> {
    let (mut isla, mut shown, mut path) = (hub.cast("isla"), BTreeMap::new(), "alerts?limit=100".to_owned());
    loop {
        let page = isla.get(&path).expect("it is running").json();
        for item in page["items"].as_array().expect("a list") {
            let id = item["id"].as_str().expect("an id");
            let text = isla.get(&format!("alerts/{id}")).expect("it is running").json()["text"].clone();
            let text = text.as_str().unwrap_or_default();
            if text.starts_with(words) {
                *shown.entry(text.to_owned()).or_default() += 1;
            }
        }
        let Some(next) = page["next"].as_str() else { return shown };
        path = format!("alerts?limit=100&after={next}");
    }
}

#[test]
fn whatever_was_kept_is_shown_once_on_sqlite() {
    survive(&Place::new(None));
}

#[test]
fn whatever_was_kept_is_shown_once_on_postgresql() {
    let Some(url) = postgres::database() else { return };
    survive(&Place::new(Some(url)));
}

/// What was sent, and what was answered to it, if anything was.
type Sent = (String, Option<(u16, Value)>);

/// Raises one alert after another until nobody answers any more.
fn until_gone(wire: &mut Wire, manifest: &Value, words: &str) -> Vec<Sent> {
    let mut sent = Vec::new();
    loop {
        let words = format!("{words} {}", sent.len());
        let Ok(answer) = raise(wire, manifest, &words) else {
            sent.push((words, None));
            return sent;
        };
        sent.push((words, Some((answer.status, answer.json()))));
        // One seat may fill only so much of the spool.
        passes(Instant::now(), 60);
    }
}

/// Raises alerts from several desks; in their midst commits begin to fail, and some time later the process is killed. Then again
/// while it merges.
fn survive(place: &Place) {
    let cycles = std::env::var("LIPPEN_CRASH_CYCLES").map_or(CYCLES, |text| text.parse().expect("a number"));
    let (mut answered, mut kept) = (HashMap::new(), 0);
    let mut next = Some(Hub::start(place));
    for cycle in 0..cycles {
        let running = next.take().expect("it was started");
        let manifest = running.manifest.clone();
        let wires: Vec<Wire> = (0..3).map(|_| running.cast("morag")).collect();
        let sent: Vec<Sent> = std::thread::scope(|scope| {
            let desks: Vec<_> = wires
                .into_iter()
                .enumerate()
                .map(|(desk, mut wire)| {
                    let manifest = &manifest;
                    scope.spawn(move || until_gone(&mut wire, manifest, &format!("dark {cycle} {desk}")))
                })
                .collect();
            let begun = Instant::now();
            passes(begun, 300);
            change(place, STUCK_LITE, STUCK_PG);
            // Into the time when everything is kept, at a moment that nobody chose.
            let rest = 3_000 + u64::from(std::process::id()).wrapping_mul(cycle as u64 + 7) % 1_000;
            passes(begun, rest);
            running.kill();
            desks.into_iter().flat_map(|desk| desk.join().expect("no panic")).collect()
        });
        change(place, LOOSE_LITE, LOOSE_PG);
        // Once more into the merge itself, as far as it has come by then.
        let mut child = place.spawn();
        passes(Instant::now(), 900 + 300 * cycle as u64);
        child.kill().expect("it is running");
        child.wait().expect("it ends");
        let hub = Hub::start(place);
        let mut again = hub.cast("morag");
        for (words, answer) in sent {
            match answer {
                Some((status, body)) => {
                    assert_eq!(status, 202, "{words}: {body}");
                    kept += usize::from(body["durable"] == "spool");
                }
                // Nobody knows what became of it: it is sent again, under the same key.
                None => {
                    let second = raise(&mut again, &hub.manifest, &words).expect("it is running");
                    assert_eq!(second.status, 202, "{}", second.text());
                }
            }
            answered.insert(words, ());
        }
        let shown = shown(&hub, "dark ");
        let lost: Vec<_> = answered.keys().filter(|words| !shown.contains_key(*words)).collect();
        let twice: Vec<_> = shown.iter().filter(|(_, times)| **times != 1).collect();
        assert!(lost.is_empty() && twice.is_empty(), "lost {lost:?}, twice {twice:?}");
        assert_eq!(shown.len(), answered.len(), "nothing that nobody sent");
        let (code, said) = verify(place);
        assert_eq!(code, 0, "{said}");
        eprintln!("cycle {cycle}: answered={} kept={kept} lost=0 twice=0", answered.len());
        next = Some(hub);
    }
    assert!(kept > 0, "nothing was ever kept: this tried nothing");
    assert!(next.expect("it was started").terminate().0.success());
}

#[test]
fn a_frame_that_was_touched_is_told_and_the_others_go_out() {
    let place = Place::new(None);
    let hub = Hub::start(&place);
    change(&place, STUCK_LITE, STUCK_PG);
    let mut morag = hub.cast("morag");
    for words in ["flip one", "flip two", "flip three"] {
        let answer = raise(&mut morag, &hub.manifest, words).expect("it is running");
        assert_eq!(answer.json()["durable"], "spool", "{}", answer.text());
    }
    hub.kill();
    change(&place, LOOSE_LITE, LOOSE_PG);
    let spool = place.data.join("spool");
    let mut bytes = std::fs::read(&spool).expect("the spool");
    let used = bytes.iter().rposition(|byte| *byte != 0).expect("frames") - 4096;
    bytes[4096 + used / 2] ^= 4;
    // Twice the same file, as if it had not been renewed: the second time, everything in it is a row already.
    for _ in 0..2 {
        std::fs::write(&spool, &bytes).expect("it is written");
        let hub = Hub::start(&place);
        let shown = shown(&hub, "flip ");
        assert_eq!(shown, BTreeMap::from([("flip one".to_owned(), 1), ("flip three".to_owned(), 1)]));
        let told = hub.cast("gavin").get("alerts?limit=100").expect("it is running").json();
        let kinds = told["items"].as_array().expect("a list").iter().filter(|item| item["kind"] == "spool-damaged");
        assert_eq!(kinds.count(), 1, "{told}");
        assert!(hub.metrics().contains("\nlippen_spool_frames 0\n"));
        assert!(hub.terminate().0.success());
    }
    let (code, said) = verify(&place);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_process_that_is_told_to_stop_while_it_spools_stops_and_keeps_what_it_has() {
    let place = Place::new(None);
    let hub = Hub::start(&place);
    change(&place, STUCK_LITE, STUCK_PG);
    let mut morag = hub.cast("morag");
    let answer = raise(&mut morag, &hub.manifest, "stop now").expect("it is running");
    assert_eq!(answer.json()["durable"], "spool", "{}", answer.text());
    assert!(hub.metrics().contains("\nlippen_spool_frames 1\n"));
    assert!(hub.terminate().0.success());
    // A hub whose database takes no commit does not start; what it kept stays.
    assert!(!place.refused().status.success());
    change(&place, LOOSE_LITE, LOOSE_PG);
    let hub = Hub::start(&place);
    assert_eq!(shown(&hub, "stop now"), BTreeMap::from([("stop now".to_owned(), 1)]));
    hub.kill();
}
