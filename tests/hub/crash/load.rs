//! Workers who write, alert, acknowledge and read as fast as they are answered.

use crate::process::{Hub, Wire, note};
use serde_json::{Value, json};
use std::fmt;
use std::io::Error;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// Most answers after which a hub is killed: small, so that many kills fall into busy moments.
const ANSWERS_MAX: u16 = 60;

/// Longest wait between that answer and the kill, in microseconds: two or three commits.
const WAIT_MAX: u16 = 20_000;

/// The case that the load works on.
pub(super) struct Case {
    id: String,
    woman: Value,
}

/// One answered act and where its receipt says that it stands.
#[derive(Debug, Clone)]
pub(super) struct Act {
    pub(super) act: &'static str,
    pub(super) id: String,
    pub(super) index: usize,
    pub(super) size: usize,
    pub(super) root: String,
    words: Option<String>,
}

/// A write that was sent and not answered.
pub(super) struct Cut {
    act: &'static str,
    what: String,
    key: String,
    body: Value,
}

/// All that was answered since the first start.
#[derive(Default)]
pub(super) struct Acts {
    /// Each act with a receipt.
    pub(super) answered: Vec<Act>,
    /// Notes that the caseload brought.
    pub(super) found: usize,
    /// Notes that were opened again after a restart.
    opened: usize,
    /// Writes that were cut off and sent again; how many of them had been done.
    cut: (usize, usize),
    /// Distinct notes and alerts that were made, answered at first or at the second try.
    made: usize,
}

impl fmt::Display for Acts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (again, done) = self.cut;
        let Self { answered, opened, .. } = self;
        write!(f, "answered={} lost=0 opened={opened} sent-again={again} of-them-done={done}", answered.len())
    }
}

impl Case {
    /// Returns the case that every demonstration begins with.
    pub(super) fn shown(manifest: &Value) -> Self {
        let case = &manifest["cases"][0];
        Self { id: case["id"].as_str().expect("an id").to_owned(), woman: case["protected"][0]["id"].clone() }
    }
}

/// Sets workers to work, kills the hub at some moment, and returns the writes that got no answer.
pub(super) fn until_killed(hub: Hub, case: &Case, acts: &mut Acts) -> Vec<Cut> {
    let (answers, answered) = channel();
    let alerts = Mutex::new(Vec::new());
    let (writers, readers) = (["morag"; 4].map(|key| hub.cast(key)), ["isla"; 2].map(|key| hub.cast(key)));
    std::thread::scope(|scope| {
        let writing: Vec<_> = writers
            .into_iter()
            .map(|wire| {
                let answers = answers.clone();
                scope.spawn(|| write(wire, case, &alerts, answers))
            })
            .collect();
        for wire in readers {
            let answers = answers.clone();
            // A reader that is cut off has nothing to send again.
            scope.spawn(|| drop(acknowledge(wire, &alerts, answers)));
        }
        drop(answers);
        wait(&answered, acts);
        hub.kill();
        acts.answered.extend(answered);
        writing.into_iter().filter_map(|writer| writer.join().expect("no panic").err()).collect()
    })
}

/// Waits for a random number of answers, and then a random while that is measured in commits.
fn wait(answered: &Receiver<Act>, acts: &mut Acts) {
    let answers = 1 + random() % ANSWERS_MAX;
    acts.answered.extend(answered.iter().take(usize::from(answers)));
    let while_ = Duration::from_micros(u64::from(random() % WAIT_MAX));
    acts.answered.extend(answered.recv_timeout(while_));
}

fn random() -> u16 {
    let mut bytes = [0; 2];
    aws_lc_rs::rand::fill(&mut bytes).expect("random bytes");
    u16::from_le_bytes(bytes)
}

/// Writes notes, reads each back, raises alerts, until the hub is gone; returns what it had then sent.
fn write(mut wire: Wire, case: &Case, alerts: &Mutex<Vec<String>>, answers: Sender<Act>) -> Result<(), Cut> {
    loop {
        let (written, words) = (random(), random());
        let words = format!("Seen at the bus shelter at {written}, heard at {words}.");
        let (act, what, body) = if written % 3 == 0 {
            let body = json!({ "severity": "high", "kind": "missed-session", "about": case.woman, "text": words });
            ("raise", format!("cases/{}/alerts", case.id), body)
        } else {
            ("create", format!("cases/{}/notes", case.id), note(&case.woman, &words))
        };
        let key = lippen::model::id::EntryId::random().to_string();
        let Ok(answer) = wire.post_once(&what, &key, &body) else { return Err(Cut { act, what, key, body }) };
        let answer = kept(act, words, answer);
        let id = answer.id.clone();
        let _ = answers.send(answer);
        if act == "raise" {
            alerts.lock().expect("no panic").push(id);
        } else if let Ok(answer) = wire.get(&format!("notes/{id}")) {
            let _ = answers.send(read(id, answer));
        }
    }
}

/// Acknowledges alerts and opens them, until the hub is gone.
fn acknowledge(mut wire: Wire, alerts: &Mutex<Vec<String>>, answers: Sender<Act>) -> Result<(), Error> {
    loop {
        let next = alerts.lock().expect("no panic").pop();
        let Some(alert) = next else {
            wire.get("audit/checkpoint")?;
            continue;
        };
        let answer = wire.post(&format!("alerts/{alert}/acknowledgement"), &json!({}))?;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let _ = answers.send(of("acknowledge", alert, &answer.json()));
    }
}

fn kept(act: &'static str, words: String, answer: crate::process::Answer) -> Act {
    assert!(matches!((act, answer.status), ("create", 201) | ("raise", 202)), "{act}: {}", answer.text());
    let body = answer.json();
    let id = body["id"].as_str().expect("an id").to_owned();
    Act { words: (act == "create").then_some(words), ..of(act, id, &body) }
}

fn read(id: String, answer: crate::process::Answer) -> Act {
    assert_eq!(answer.status, 200, "{}", answer.text());
    of("read", id, &answer.json())
}

fn of(act: &'static str, id: String, body: &Value) -> Act {
    let number = |name: &str| body["receipt"][name].as_u64().and_then(|n| usize::try_from(n).ok()).expect("a receipt");
    let root = body["receipt"]["root"].as_str().expect("a root").to_owned();
    Act { act, id, index: number("index"), size: number("size"), root, words: None }
}

/// Sends again what was cut off, twice: each is done once, before the kill or now.
pub(super) fn again(hub: &Hub, case: &Case, cut: Vec<Cut>, acts: &mut Acts) {
    let mut wire = hub.cast("morag");
    for Cut { act, what, key, body } in cut {
        let words = body["text"].as_str().expect("words").to_owned();
        let first = wire.post_once(&what, &key, &body).expect("it is running");
        let second = wire.post_once(&what, &key, &body).expect("it is running");
        assert_eq!(first.json()["id"], second.json()["id"], "{act} was done twice");
        assert_eq!(second.json()["repeated"], true, "{}", second.text());
        let repeated = first.json()["repeated"] == true;
        acts.cut.0 += 1;
        acts.cut.1 += usize::from(repeated);
        if repeated {
            acts.made += usize::from(act == "create");
        } else {
            acts.answered.push(kept(act, words, first));
        }
    }
    let notes = wire.get(&format!("cases/{}/notes", case.id)).expect("it is running");
    assert_eq!(notes.status, 200, "{}", notes.text());
}

/// Opens, through the hub, each note whose words have not been seen since it was written.
pub(super) fn open_all(hub: &Hub, acts: &mut Acts) {
    let mut wire = hub.cast("morag");
    let mut read_now = Vec::new();
    for act in &mut acts.answered {
        let Some(words) = act.words.take() else { continue };
        acts.made += 1;
        let answer = wire.get(&format!("notes/{}", act.id)).expect("it is running");
        assert_eq!(answer.json()["text"], words, "{}", answer.text());
        read_now.push(read(act.id.clone(), answer));
    }
    acts.opened += read_now.len();
    acts.answered.extend(read_now);
}

impl Acts {
    /// Returns how many notes there must be: each that was asked for once, and no other.
    pub(super) const fn notes(&self) -> usize {
        self.found + self.made
    }
}
