//! Kill -9 in a loop, under load: whatever was answered is there, whatever is there is whole.
//!
//! Promises: each answered act is found again at the index of its receipt, under a root that
//! the later log still begins with; each write that was cut off is done once when it is sent
//! again. SIGKILL ends the process and not the machine: that a commit also survives the
//! loss of power rests on `synchronous = FULL` and `synchronous_commit = on`, which a test cannot pull.

mod first_start;
mod load;

use crate::postgres;
use crate::process::{Hub, Place, Records, verify};
use load::{Acts, Case};
use serde_json::json;

/// How often each hub is killed, unless `LIPPEN_CRASH_CYCLES` says otherwise.
const CYCLES: usize = 5;

#[test]
fn nothing_that_was_answered_is_lost_on_sqlite() {
    survive(&Place::new(None));
}

#[test]
fn nothing_that_was_answered_is_lost_on_postgresql() {
    let Some(url) = postgres::database() else { return };
    survive(&Place::new(Some(url)));
}

/// Starts, loads, kills and looks, again and again.
fn survive(place: &Place) {
    let cycles = std::env::var("LIPPEN_CRASH_CYCLES").map_or(CYCLES, |text| text.parse().expect("a number"));
    let mut acts = Acts::default();
    let mut hub = Hub::start(place);
    acts.found = Records::open(&place.url()).texts("SELECT id FROM note").len();
    for cycle in 0..cycles {
        let case = Case::shown(&hub.manifest);
        let cut = load::until_killed(hub, &case, &mut acts);
        look(place, &acts);
        if cycle == 0 {
            whole(place);
        }
        hub = Hub::start(place);
        load::again(&hub, &case, cut, &mut acts);
        load::open_all(&hub, &mut acts);
        look(place, &acts);
        whole(place);
        let notes = Records::open(&place.url()).texts("SELECT id FROM note").len();
        assert_eq!(notes, acts.notes(), "a note was written twice, or one that nobody asked for");
        eprintln!("cycle {cycle}: {acts}");
    }
    let (status, _, _) = hub.terminate();
    assert!(status.success(), "it ends cleanly after all that");
    look(place, &acts);
    whole(place);
}

/// Looks for each act past the hub: its row, its entry, its root.
fn look(place: &Place, acts: &Acts) {
    let mut records = Records::open(&place.url());
    let log = records.log();
    for act in &acts.answered {
        let record = log.records.get(act.index).unwrap_or_else(|| panic!("the log has lost {act:?}"));
        let found = json!({ "act": record["act"], "id": record["id"], "decision": record["decision"] });
        assert_eq!(found, json!({ "act": act.act, "id": act.id, "decision": "permit" }), "at {}", act.index);
        assert!(act.index < act.size, "a receipt covers its own entry");
        assert_eq!(log.roots.get(act.size), Some(&act.root), "the log was rewritten below {act:?}");
    }
    let tables = [("create", "note", "id"), ("raise", "alert", "id")];
    for (act, table, column) in tables {
        let ids = records.ids(table, column);
        let lost: Vec<_> = acts.answered.iter().filter(|one| one.act == act && !ids.contains(&one.id)).collect();
        assert!(lost.is_empty(), "{table} has lost {lost:?}");
    }
    let taken = records.ids("acknowledgement a JOIN delivery d ON d.id = a.delivery", "d.alert");
    for act in acts.answered.iter().filter(|act| act.act == "acknowledge") {
        assert!(taken.contains(&act.id), "acknowledgement has lost {act:?}");
    }
}

/// Lets the program verify the log, beside a running hub or on what a killed one left.
fn whole(place: &Place) {
    let (code, said) = verify(place);
    assert_eq!(code, 0, "{said}");
    assert!(said.starts_with("ok size="), "{said}");
}
