//! Somebody with the database in their hands: whatever they change, both verifiers say so.
//!
//! Promises: one change in each table that the log binds, and each kind of change to the log
//! itself, is found by `lippen audit verify` and by the Python verifier, with exit code 1.
//! What neither can see from the database alone stands here as a test of its own.

mod flips;

use crate::process::{Hub, Place, Records, story, verify};
use crate::python;
use lippen::ledger::proof::verify_consistency;
use lippen::ledger::{Hash, note};
use std::path::PathBuf;
use std::sync::OnceLock;

/// A stopped hub's folder with a day's work in it, and a signed head that somebody kept before that day.
struct Stopped {
    place: Place,
    sound: String,
    before: String,
    old: PathBuf,
}

fn stopped() -> &'static Stopped {
    static STOPPED: OnceLock<Stopped> = OnceLock::new();
    STOPPED.get_or_init(|| {
        let place = Place::new(None);
        let hub = Hub::start(&place);
        let before = hub.cast("isla").get("audit/checkpoint").expect("it is running").text();
        assert!(hub.terminate().0.success());
        let old = place.data.join("old.sqlite3");
        std::fs::copy(place.file(), &old).expect("a copy");
        let hub = Hub::start(&place);
        story::tell(&hub);
        assert!(hub.terminate().0.success());
        let (code, sound) = verify(&place);
        assert_eq!(code, 0, "{sound}");
        Stopped { place, sound, before, old }
    })
}

/// A copy of that folder's database without triggers, to be changed.
struct Copy(Place);

impl Copy {
    fn new() -> Self {
        let copy = Place::new(None);
        std::fs::create_dir_all(copy.data.join("keys")).expect("a folder");
        for file in ["hub.sqlite3", "keys/log.vkey"] {
            std::fs::copy(stopped().place.data.join(file), copy.data.join(file)).expect("a copy");
        }
        let copy = Self(copy);
        let triggers = copy.records().texts("SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'");
        assert!(triggers.len() > 40, "each table is guarded");
        copy.change(&triggers.join(";"));
        copy
    }

    fn records(&self) -> Records {
        let mut records = Records::open(&format!("sqlite://{}?mode=rw", self.0.file().display()));
        records.run("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").expect("settings");
        records
    }

    fn change(&self, statements: &str) {
        self.records().run(statements).unwrap_or_else(|error| panic!("{statements}: {error}"));
    }

    /// Fails unless both verifiers refuse it; returns the place that the program names.
    fn is_broken(&self, what: &str) -> String {
        let (code, said) = verify(&self.0);
        assert_eq!(code, 1, "after {what}: {said}");
        if let Some((code, theirs)) = self.by_python() {
            assert_eq!(code, 1, "after {what}: {theirs}");
            assert!(theirs.starts_with("broken: "), "{theirs}");
        }
        said.strip_prefix("broken ").unwrap_or_else(|| panic!("{said}")).to_owned()
    }

    fn is_sound(&self) {
        assert_eq!(verify(&self.0), (0, stopped().sound.clone()));
        if let Some(theirs) = self.by_python() {
            assert_eq!(theirs, (0, stopped().sound.clone()));
        }
    }

    fn by_python(&self) -> Option<(i32, String)> {
        let key = std::fs::read_to_string(self.0.data.join("keys/log.vkey")).expect("a key");
        python::verified(&self.0.file(), Some(&key))
    }
}

/// Returns a statement that changes one value of one row, and one that changes it back.
fn one_value(records: &mut Records, table: &str, column: &str) -> Option<(String, String)> {
    let last = format!("(SELECT max(rowid) FROM {table})");
    let found = records.texts(&format!(
        "SELECT typeof({column}) || ' ' || coalesce(hex({column}), '') FROM {table} WHERE rowid = {last}"
    ));
    let (kind, hex) = found.first()?.split_once(' ')?;
    let set = |value: &str| format!("UPDATE {table} SET {column} = {value} WHERE rowid = {last}");
    let flipped = || {
        let (rest, nibble) = hex.split_at(hex.len() - 1);
        format!("X'{rest}{:X}'", u8::from_str_radix(nibble, 16).expect("hex") ^ 1)
    };
    Some(match kind {
        "blob" if hex.is_empty() => (set("X'00'"), set("X''")),
        "blob" => (set(&flipped()), set(&format!("X'{hex}'"))),
        "text" if hex.is_empty() => (set("'x'"), set("''")),
        "text" => (set(&format!("CAST({} AS TEXT)", flipped())), set(&format!("CAST(X'{hex}' AS TEXT)"))),
        "integer" => (set(&format!("{column} + 1")), set(&format!("{column} - 1"))),
        _ => (set("'x'"), set("NULL")),
    })
}

/// Says whether every column is to be changed, and not one of each table.
fn thorough() -> bool {
    std::env::var("LIPPEN_TAMPER_ALL").is_ok()
}

#[test]
fn one_value_changed_in_any_table_is_found_and_its_undoing_too() {
    let copy = Copy::new();
    copy.is_sound();
    let bound = "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'entry'
                  WHERE m.type = 'table' ORDER BY m.name";
    let tables = copy.records().texts(bound);
    assert!(tables.len() >= 25, "{tables:?}");
    let (mut changed, mut empty) = (0, Vec::new());
    for (nth, table) in tables.iter().chain([&"audit_head".to_owned(), &"audit_tile".to_owned()]).enumerate() {
        let named = format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid");
        let mut columns = copy.records().texts(&named);
        columns.retain(|column| (table.as_str(), column.as_str()) != ("audit_head", "epoch"));
        // Another column in each table, so that few runs see every kind of them.
        let column = columns[nth % columns.len()].clone();
        let columns = if thorough() { columns } else { vec![column] };
        for column in columns {
            let Some((change, undo)) = one_value(&mut copy.records(), table, &column) else {
                empty.push(table.clone());
                break;
            };
            copy.change(&change);
            let place = copy.is_broken(&change);
            if !table.starts_with("audit_") && column != "entry" {
                assert!(place.contains(table.as_str()), "{change}: {place}");
            }
            copy.change(&undo);
            changed += 1;
        }
    }
    copy.is_sound();
    eprintln!("changed {changed} values, each found by both; no rows yet in {empty:?}");
}

#[test]
fn rows_and_leaves_that_come_go_or_change_places_are_found() {
    let swap = "UPDATE audit_entry SET idx = -1 WHERE idx = 7; UPDATE audit_entry SET idx = 7 WHERE idx = 8;
                UPDATE audit_entry SET idx = 8 WHERE idx = -1";
    let leaves = "UPDATE audit_entry SET leaf = (SELECT leaf FROM audit_entry WHERE idx = 8) WHERE idx = 7";
    let last = "(SELECT max(idx) FROM audit_entry)";
    let renamed = format!("UPDATE acknowledgement SET entry = (SELECT entry FROM audit_entry WHERE idx = {last})");
    let cut = format!("DELETE FROM audit_entry WHERE idx = {last}");
    let shorter = format!("{cut}; UPDATE audit_head SET size = size - 1");
    let changes = [
        ("DELETE FROM note WHERE rowid = 3", "the rows that it wrote have changed"),
        ("DELETE FROM acknowledgement", "the rows that it wrote have changed (none is left)"),
        ("INSERT INTO worker_end (worker, entry) SELECT id, 'made-up' FROM worker LIMIT 1", "worker_end"),
        ("INSERT INTO involvement_end (involvement, entry) SELECT i.id, i.entry FROM involvement i LIMIT 1", "index"),
        (
            "INSERT INTO duty (id, worker, senior, starts, author, entry)
             SELECT id, id, 0, 0, 'x', entry FROM worker ORDER BY id DESC LIMIT 1",
            "duty",
        ),
        (&renamed, "index"),
        (swap, "tile 0/0: differs"),
        (leaves, "index 7: the record or its salt"),
        ("DELETE FROM audit_entry WHERE idx = 100", "index 100: missing"),
        (&cut, "the head says"),
        (&shorter, ""),
        ("DELETE FROM audit_tile WHERE n = 1 AND level = 0", "tile 0/1: missing"),
        ("INSERT INTO audit_tile SELECT level, 99, hashes FROM audit_tile LIMIT 1", "tile 0/99"),
        ("DELETE FROM audit_head", "the head is missing"),
        ("INSERT INTO audit_queue VALUES ('made-up', 0, '-', NULL, x'', x'', x'', x'')", "queue"),
        ("UPDATE audit_head SET note = replace(note, char(10), char(10) || ' ')", "the checkpoint"),
    ];
    for (change, place) in changes {
        let copy = Copy::new();
        copy.change(change);
        let said = copy.is_broken(change);
        assert!(said.contains(place), "{change}: {said}");
    }
}

#[test]
fn a_log_cut_back_to_an_older_signed_head_shows_only_to_those_who_kept_a_newer_one() {
    let copy = Copy::new();
    std::fs::copy(&stopped().old, copy.0.file()).expect("the older database");
    let (code, older) = verify(&copy.0);
    assert_eq!(code, 0, "an older database is whole in itself: nothing in it can tell, {older}");
    let size = |line: &str| line.split(['=', ' ']).nth(2).and_then(|n| n.parse::<u64>().ok()).expect("a size");
    assert!(size(&older) < size(&stopped().sound), "a partner's receipt names a larger log");
    // The other way about: who kept the older head can check that the newer log begins with it.
    let key = std::fs::read_to_string(copy.0.data.join("keys/log.vkey")).expect("a key");
    let kept = note::open(&stopped().before, key.trim()).expect("a signed head");
    let hub = Hub::start(&stopped_again());
    let answer = hub.cast("isla").get(&format!("audit/consistency?from={}", kept.size)).expect("it is running").json();
    let head = hub.cast("isla").get("audit/checkpoint").expect("it is running").text();
    let head = note::open(&head, key.trim()).expect("a signed head");
    assert_eq!(answer["size"].as_u64(), Some(head.size));
    let path = answer["proof"].as_array().expect("a list").iter();
    let path: Vec<Hash> = path.map(|hash| Hash::from_base64(hash.as_str().expect("text")).expect("a hash")).collect();
    verify_consistency(kept.size, kept.root, head.size, head.root, &path).expect("one log");
}

/// Returns a place with the whole of the stopped folder.
fn stopped_again() -> Place {
    let place = Place::new(None);
    let copied = std::process::Command::new("cp").arg("-r").arg(&stopped().place.data).arg(&place.data).status();
    assert!(copied.expect("cp").success());
    place
}
