//! Looks for words that must be sealed in every byte that the program leaves or says.
//!
//! Promises: data folder (running and stopped), every table, log at debug, both streams, every
//! error and the operators' numbers are searched for the canaries of the caseload, for the
//! names, addresses and telephone numbers of everybody in it, and for what the story wrote.

use crate::postgres;
use crate::process::story::{WRITTEN, tell};
use crate::process::{Hub, Place, Records};
use lippen::demo::{CANARIES, Caseload};
use std::collections::HashMap;
use std::path::Path;

/// Bytes of a word by which it is looked up; shorter words cannot be looked for.
const PREFIX: usize = 6;

/// Words to look for, in small letters, by their beginning.
struct Words(HashMap<[u8; PREFIX], Vec<Vec<u8>>>);

impl Words {
    /// Returns all that must be nowhere.
    fn secret() -> Self {
        let load = Caseload::from_seed(1);
        let mut words: Vec<String> = CANARIES.iter().chain(WRITTEN).map(|word| (*word).to_owned()).collect();
        for case in &load.cases {
            let man = &case.person;
            words.extend([man.family.clone(), man.address.clone(), format!("{} {}", man.given, man.family)]);
            words.extend(man.references.iter().map(|one| one.number.clone()));
            for one in &case.protected {
                let place = &one.whereabouts;
                words.extend([one.family.clone(), place.address.clone()]);
                words.extend([&place.school, &place.workplace, &place.safe_phone].into_iter().flatten().cloned());
            }
        }
        for note in &load.notes {
            words.push(note.text.clone());
            words.extend(note.opinion.clone());
            words.extend(note.sources.clone());
        }
        // A made-up family may share its name with a worker, whose name demo.json may hold.
        let clear: Vec<String> = load.workers.iter().map(|worker| worker.name().to_lowercase()).collect();
        let mut found = HashMap::<_, Vec<_>>::new();
        for word in words.iter().map(|word| word.to_lowercase()) {
            let Some(start) = word.as_bytes().first_chunk::<PREFIX>() else { continue };
            if !clear.iter().any(|name| name.contains(&word)) {
                found.entry(*start).or_default().push(word.into_bytes());
            }
        }
        Self(found)
    }

    /// Fails if a word stands in `bytes`.
    fn assert_absent(&self, bytes: &[u8], place: &str) {
        let small = bytes.to_ascii_lowercase();
        for (at, start) in small.windows(PREFIX).enumerate() {
            let Some(words) = <&[u8; PREFIX]>::try_from(start).ok().and_then(|start| self.0.get(start)) else {
                continue;
            };
            for word in words {
                let word = String::from_utf8_lossy(word);
                assert!(!small[at..].starts_with(word.as_bytes()), "{place} holds {word:?} at byte {at}");
            }
        }
    }

    /// Searches every file of a folder, and says how many bytes that were.
    fn assert_not_under(&self, folder: &Path) -> usize {
        let mut bytes = 0;
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                bytes += self.assert_not_under(&path);
                continue;
            }
            let content = std::fs::read(&path).expect("a file");
            self.assert_absent(&content, &path.display().to_string());
            bytes += content.len();
        }
        bytes
    }
}

#[test]
fn the_search_finds_what_is_there() {
    let words = Words::secret();
    assert!(words.0.values().map(Vec::len).sum::<usize>() > 500, "there is much to look for");
    for said in ["xx CRANREUCHAN xx", "...whigmaleerie-text", "7 Quernhowebank, Skelpiecairn"] {
        let found = std::panic::catch_unwind(|| words.assert_absent(said.as_bytes(), "a test"));
        assert!(found.is_err(), "{said}");
    }
}

#[test]
fn nothing_readable_leaks_with_sqlite() {
    no_leak(&Place::new(None));
}

#[test]
fn nothing_readable_leaks_with_postgresql() {
    let Some(url) = postgres::database() else { return };
    no_leak(&Place::new(Some(url)));
}

fn no_leak(place: &Place) {
    let words = Words::secret();
    let hub = Hub::start_with(place, "lippen=debug,tower=debug,hyper=debug,rustls=debug,sqlx=debug");
    for (nth, answer) in tell(&hub).iter().enumerate() {
        words.assert_absent(answer.head.as_bytes(), &format!("mistake {nth}"));
        words.assert_absent(&answer.body, &format!("mistake {nth}"));
    }
    words.assert_absent(hub.metrics().as_bytes(), "the numbers");
    let running = words.assert_not_under(&place.data);
    let (status, said, log) = hub.terminate();
    assert!(status.success());
    words.assert_absent(said.as_bytes(), "standard output");
    words.assert_absent(log.as_bytes(), "the log");
    let stopped = words.assert_not_under(&place.data);
    eprintln!("searched {running} bytes while it ran, {stopped} after, {} of its log", log.len());
    if place.database.is_some() {
        tables(&words, &mut Records::open(&place.url()));
    }
}

/// Searches every column of every table of a PostgreSQL database.
fn tables(words: &Words, records: &mut Records) {
    let named = "SELECT format('%s|%s|%s', table_name, column_name, udt_name) FROM information_schema.columns
                  WHERE table_schema = 'public' ORDER BY 1";
    let columns = records.texts(named);
    assert!(columns.len() > 100, "{} columns", columns.len());
    for column in columns {
        let parts: Vec<&str> = column.split('|').collect();
        let [table, name, kind] = parts[..] else { panic!("{column}") };
        if kind == "bytea" {
            for bytes in records.bytes(&format!("SELECT {name} FROM {table} WHERE {name} IS NOT NULL")) {
                words.assert_absent(&bytes, &column);
            }
        } else {
            for text in records.texts(&format!("SELECT {name}::text FROM {table} WHERE {name} IS NOT NULL")) {
                words.assert_absent(text.as_bytes(), &column);
            }
        }
    }
}
