//! A first start that is killed: the next one begins anew or says that it cannot, and never serves half a caseload.

use crate::process::{Hub, Place, Records, verify};
use std::path::Path;

/// Starts a hub for the first time and kills it when `stage` says so.
fn killed_when(stage: impl Fn(&Place) -> bool) -> Place {
    let place = Place::new(None);
    let mut child = place.spawn();
    while !stage(&place) {
        assert!(child.try_wait().expect("a process").is_none(), "it ended before it could be killed");
        std::thread::yield_now();
    }
    child.kill().expect("it is running");
    child.wait().expect("it ends");
    place
}

/// Says whether so many entries are in the log; the database may not be there yet.
fn has_entries(place: &Place, least: i64) -> bool {
    let query = format!("SELECT entry FROM audit_entry WHERE idx = {}", least - 1);
    place.file().exists() && Records::open(&place.url()).finds(&query)
}

#[test]
fn half_a_caseload_is_refused_in_one_sentence() {
    // The first entry is the policy's; the caseload begins with the second.
    for entries in [2, 40, 900] {
        let place = killed_when(|place| has_entries(place, entries));
        assert_eq!(verify(&place).0, 0, "what there is of the log is whole");
        let next = place.refused();
        let said = String::from_utf8(next.stderr).expect("text");
        assert_eq!(next.status.code(), Some(70), "{said}");
        assert!(said.contains("its first start was cut off"), "{said}");
        assert!(said.contains("start again"), "{said}");
        assert!(next.stdout.is_empty(), "it does not say that it is ready");
    }
}

#[test]
fn keys_that_were_being_made_are_made_again() {
    let made: [fn(&Path) -> bool; 5] = [
        |data| data.exists(),
        |data| data.join("keys/log.vkey").exists(),
        |data| data.join("keys/hub-signing.pkcs8").exists(),
        |data| data.join("keys/hub.age").exists(),
        // The first half of what signs policies, and not yet the list of who does.
        |data| data.join("keys/governance/1.pem").exists(),
    ];
    for made in made {
        let place = killed_when(|place| made(&place.data));
        if has_entries(&place, 2) {
            continue; // The kill came late: that is the other test's matter.
        }
        drop(Hub::start(&place));
        assert_eq!(verify(&place).0, 0);
    }
}
