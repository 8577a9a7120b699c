//! Keys that are replaced, and keys that are stolen: what they signed before, and what it is worth.

use crate::house::{HUB, House, agency, from, id_of, importer, in_each, isla, morag};
use lippen::auth::Actor;
use lippen::desk::signers::{ReportKey, VouchKey};
use lippen::desk::{Error, Written};
use lippen::ledger::consent::{Outcome, Reason, Verdict, verify};
use lippen::model::agencies::Role;
use lippen::model::id::{ConsentId, WorkerId};
use lippen::model::signers::KeyName;
use lippen::model::text::Line;
use lippen::model::time::{Moment, Second};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::runtime::Handle;

/// A worker and the agency of their seat.
type Seat = (WorkerId, &'static str);

fn her() -> Seat {
    (isla(), "womens")
}

impl House {
    async fn consents(&self, by: &Actor, chain: Option<ConsentId>) -> ConsentId {
        let new = from(json!({
            "subject": self.woman(), "event": if chain.is_some() { "renewed" } else { "given" }, "kind": "womens-service",
            "chain": chain, "recipients": ["justice"], "categories": ["protected-account"], "purposes": ["supervision"],
            "notice": { "id": "notice-en-1" }, "method": "telephone", "asked_alone": true, "said": "Yes.",
        }));
        id_of(&self.desk.record_consent(by, self.case(), new, None).await)
    }

    async fn record(&self, by: &Actor, consent: ConsentId) -> Vec<u8> {
        let exported = self.desk.export_consent(by, consent, None).await.expect("it is hers to have");
        serde_json::to_vec(&exported.package).expect("JSON")
    }

    /// Returns the name of a signer's newest key.
    async fn newest(&self, of: &str) -> KeyName {
        let keys = self.store().signing_keys(of).await.expect("keys");
        keys.last().expect("a key").key.kid.parse().expect("a name")
    }

    /// Appoints a governance officer of an agency.
    async fn answers_for(&self, of: &'static str) -> Seat {
        let (worker, name) = (WorkerId::random(), Line::new("Beth Lorimer").expect("a name"));
        let appointed = self.desk.appoint(&importer(), worker, agency(of), Role::GovernanceOfficer, name).await;
        appointed.expect("a seat");
        (worker, of)
    }

    async fn replaces(&self, by: Seat, key: KeyName) -> Result<Written, Error> {
        self.desk.replace_key(&self.admits_of(by.0, by.1).await, key, None).await
    }

    async fn reports(&self, by: Seat, key: KeyName, since: Option<Moment>) -> Result<Written, Error> {
        let new = ReportKey { since: since.map(Second::of) };
        self.desk.report_key(&self.admits_of(by.0, by.1).await, key, &new, None).await
    }

    async fn vouches(&self, by: Seat, key: KeyName, since: Option<Moment>) -> Result<Written, Error> {
        let new = VouchKey { since: since.map(Second::of) };
        self.desk.vouch_key(&self.admits_of(by.0, by.1).await, key, &new, None).await
    }

    /// Returns each of a signer's keys: its generation, and why it ended.
    async fn lives(&self, of: &str) -> Vec<(i64, Vec<String>)> {
        let keys = self.store().signing_keys(of).await.expect("keys");
        keys.iter().map(|key| (key.epoch, key.ends.iter().map(|(end, _)| end.reason.clone()).collect())).collect()
    }

    async fn judged(&self, by: &Actor, consent: ConsentId) -> Verdict {
        verify(&self.record(by, consent).await, Some(&self.vkey()), None)
    }
}

/// Returns who is told that something was not there, or not theirs.
fn is_nothing(written: &Result<Written, Error>) {
    let hidden = matches!(written, Err(Error::NotFound)) || matches!(written, Err(Error::Refused { .. }));
    assert!(hidden, "{written:?}");
}

#[test]
fn what_was_signed_stays_valid_when_the_keys_are_replaced() {
    in_each(async |house| {
        let (by, seat) = (house.admits(isla()).await, format!("u:{}", isla()));
        let given = house.consents(&by, None).await;
        house.wind(60);
        let (beth, gavin) = (house.answers_for("womens").await, house.answers_for("hub").await);
        for (of, who) in [(&*seat, her()), ("agency:womens", beth), (&format!("hub:{HUB}"), gavin)] {
            let key = house.newest(of).await;
            house.replaces(who, key).await.expect("replaced");
            assert!(matches!(house.replaces(who, key).await, Err(Error::Conflict)), "it was replaced already");
        }
        // For a moment both are good: what is being signed now is signed with the old ones.
        house.consents(&by, Some(given)).await;
        house.wind(10);
        house.consents(&by, Some(given)).await;
        let verdict = house.judged(&by, given).await;
        assert_eq!(
            (verdict.outcome, verdict.reason, verdict.anchored),
            (Outcome::Valid, Reason::Holds, true),
            "{verdict}"
        );
        assert_eq!(house.lives(&seat).await, [(1, vec!["rotated".to_owned()]), (2, vec![])]);
        // Each old key signed over that another one takes its place, and the record has that.
        let record: Value = serde_json::from_slice(&house.record(&by, given).await).expect("JSON");
        let handed = record["directory"]["handovers"].as_array().expect("handovers");
        assert!(handed.len() == 3 && handed.iter().all(|one| one["entry"]["by"] == "key"), "{handed:?}");
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn what_a_stolen_key_signed_counts_only_if_the_log_had_it_before_and_two_people_say_so() {
    in_each(async |house| {
        let by = house.admits(isla()).await;
        let before = house.consents(&by, None).await;
        house.wind(60);
        let stolen = Some(house.desk.now());
        house.wind(60);
        let after = house.consents(&by, None).await;
        house.wind(60);
        let (beth, gavin) = (house.answers_for("womens").await, house.answers_for("hub").await);
        let key = house.newest("agency:womens").await;
        house.reports(beth, key, stolen).await.expect("reported");
        let outcome = async |consent| (house.judged(&by, consent).await).reason;
        house.wind(10);
        let healed = house.consents(&by, None).await;
        assert_eq!(outcome(healed).await, Reason::Holds);
        assert_eq!(outcome(after).await, Reason::Holds, "one person takes nothing from what was signed");
        assert!(matches!(house.reports(beth, key, stolen).await, Err(Error::Conflict)), "they have said so");

        // Whoever said it does not vouch for it; nobody vouches for something else than was said.
        let other = stolen.map(|at| at.plus_seconds(-600));
        for (who, since) in [(beth, stolen), (gavin, other), (gavin, None)] {
            let refused = house.vouches(who, key, since).await;
            let Err(Error::Invalid { errors }) = &refused else { panic!("{refused:?}") };
            assert_eq!(errors[0].field, "since");
        }
        house.vouches(gavin, key, stolen).await.expect("vouched for");
        assert!(matches!(house.vouches(gavin, key, stolen).await, Err(Error::Conflict)), "once");
        assert_eq!(outcome(before).await, Reason::Holds);
        assert_eq!(outcome(after).await, Reason::Compromised);
        assert_eq!(outcome(healed).await, Reason::Holds);
        let unanchored = verify(&house.record(&by, before).await, None, None);
        assert_eq!((unanchored.outcome, unanchored.reason), (Outcome::Indeterminate, Reason::Compromised));
        let ends = vec!["rotated".to_owned(), "compromised".to_owned()];
        assert_eq!(house.lives("agency:womens").await, [(1, ends), (2, vec![])]);
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn a_key_that_was_replaced_long_ago_can_be_found_to_have_been_stolen() {
    in_each(async |house| {
        let (by, seat) = (house.admits(isla()).await, format!("u:{}", isla()));
        let given = house.consents(&by, None).await;
        house.wind(60);
        let (stolen, key) = (Some(house.desk.now()), house.newest(&seat).await);
        house.wind(60);
        let after = house.consents(&by, None).await;
        house.replaces(her(), key).await.expect("replaced");
        house.wind(86_400);
        let later = house.consents(&by, None).await;
        house.reports(her(), key, stolen).await.expect("reported");
        let beth = house.answers_for("womens").await;
        house.vouches(beth, key, stolen).await.expect("vouched for");
        let outcome = async |consent| (house.judged(&by, consent).await).reason;
        assert_eq!(outcome(given).await, Reason::Holds);
        assert_eq!(outcome(after).await, Reason::Compromised);
        assert_eq!(outcome(later).await, Reason::Holds);
        // A chain that both keys signed says how the one came from the other, each way once.
        let last = house.consents(&by, Some(given)).await;
        let record: Value = serde_json::from_slice(&house.record(&by, last).await).expect("JSON");
        let handed = record["directory"]["handovers"].as_array().expect("handovers");
        let ways: std::collections::BTreeSet<&str> =
            handed.iter().filter_map(|one| one["entry"]["by"].as_str()).collect();
        assert_eq!((handed.len(), ways), (2, ["key", "officer"].into()));
        assert_eq!(outcome(last).await, Reason::Holds);
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn a_lost_key_ends_with_the_entry_of_the_next_and_what_it_signed_stays_valid() {
    in_each(async |house| {
        let by = house.admits(isla()).await;
        let given = house.consents(&by, None).await;
        house.wind(60);
        let seat = format!("u:{}", isla());
        let (key, beth) = (house.newest(&seat).await, house.answers_for("womens").await);
        let before = house.store().last_index().await.expect("an index");
        house.reports(her(), key, None).await.expect("reported");
        assert_eq!(house.store().last_index().await.expect("an index"), before + 1, "one entry for all of it");
        let keys = house.store().signing_keys(&seat).await.expect("keys");
        let [old, new] = keys.as_slice() else { panic!("{keys:?}") };
        let (end, entry) = &old.ends[0];
        assert_eq!((end.kid.parse(), &*end.reason, entry), (Ok(key), "rotated", &new.entry));
        assert_eq!((end.at, new.ends.len()), (new.key.from, 0), "the fresh key signs on from there");
        house.wind(10);
        // Taking back waits for nobody who vouches.
        house.consents(&by, Some(given)).await;
        house.vouches(beth, key, None).await.expect("vouched for");
        let verdict = house.judged(&by, given).await;
        assert_eq!((verdict.reason, verdict.anchored), (Reason::Holds, true), "{verdict}");
        // The file speaks up to its export, and for no later time.
        let file = house.record(&by, given).await;
        let at = |seconds| Some(Second::of(house.desk.now().plus_seconds(seconds)));
        assert_eq!(verify(&file, Some(&house.vkey()), at(-1)).reason, Reason::Holds);
        let beyond = verify(&file, Some(&house.vkey()), at(60));
        assert_eq!((beyond.outcome, beyond.reason), (Outcome::Indeterminate, Reason::Beyond));
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn only_whose_key_it_is_and_who_answers_for_them_replace_it_and_nobody_vouches_for_their_own() {
    in_each(async |house| {
        let by = house.admits(isla()).await;
        house.consents(&by, None).await;
        let (beth, ruth) = (house.answers_for("womens").await, house.answers_for("justice").await);
        let (seat, nobodys) = (format!("u:{}", isla()), KeyName([7; 32]));
        let key = house.newest(&seat).await;
        for who in [(morag(), "justice"), ruth] {
            is_nothing(&house.replaces(who, key).await);
            is_nothing(&house.reports(who, key, None).await);
            is_nothing(&house.vouches(who, key, None).await);
        }
        is_nothing(&house.replaces(her(), nobodys).await);
        is_nothing(&house.replaces(her(), house.newest("agency:womens").await).await);
        house.reports(beth, key, None).await.expect("she answers for it");
        is_nothing(&house.vouches(her(), key, None).await);
        let future = Some(house.desk.now().plus_seconds(60));
        assert!(matches!(house.reports(her(), key, future).await, Err(Error::Invalid { .. })));
        assert_eq!(house.lives(&seat).await, [(1, vec!["rotated".to_owned()]), (2, vec![])]);

        let listed = async |who: Seat| {
            let actor = house.admits_of(who.0, who.1).await;
            let (keys, next, _) = house.desk.signing_keys(&actor, None, 2).await.expect("a list");
            let mut found: Vec<String> = keys.iter().map(|one| one.known.key.of.clone()).collect();
            if let Some(next) = next {
                let (more, ..) = house.desk.signing_keys(&actor, Some(next), 100).await.expect("a list");
                found.extend(more.iter().map(|one| one.known.key.of.clone()));
            }
            found.sort_unstable();
            found
        };
        assert_eq!(listed(her()).await, [seat.clone(), seat.clone()]);
        assert_eq!(listed(beth).await, ["agency:womens".to_owned(), seat.clone(), seat]);
        assert!(listed(ruth).await.is_empty() && listed((morag(), "justice")).await.is_empty());
        house.stop().await;
    });
}

#[test]
fn whoever_reports_that_she_takes_it_back_learns_from_no_key_whether_there_was_anything() {
    for agreed in [false, true] {
        in_each(async move |house| {
            if agreed {
                house.consents(&house.admits(isla()).await, None).await;
            }
            let reporter = house.admits(morag()).await;
            let heard = from(json!({ "subject": house.woman() }));
            house.desk.take_back(&reporter, house.case(), heard, None).await.expect("she is on the case");
            let (keys, next, _) = house.desk.signing_keys(&reporter, None, 100).await.expect("a list");
            let seen: Vec<_> = keys.iter().map(|one| (one.known.epoch, one.known.ends.len())).collect();
            assert_eq!((seen, next), (vec![(1, 0)], None), "the same, with something to take back and without");
            assert_eq!(house.lives("agency:justice").await, [(1, vec![])], "and so is what an officer sees");
            house.stop().await;
        });
    }
}

#[test]
fn two_who_sign_for_the_first_time_at_once_share_one_key() {
    in_each(async |house| {
        let isla = house.admits(isla()).await;
        let (one, two) = tokio::join!(house.consents(&isla, None), house.consents(&isla, None));
        for consent in [one, two] {
            assert_eq!(house.judged(&isla, consent).await.reason, Reason::Holds);
        }
        assert_eq!(house.store().signing_keys("agency:womens").await.expect("keys").len(), 1);
    });
}

#[test]
fn a_key_that_is_reported_while_its_owner_replaces_it_is_reported() {
    in_each(async |house| {
        let (beth, seat) = (house.answers_for("womens").await, format!("u:{}", isla()));
        // Who signs for the first time gets a key.
        house.consents(&house.admits(isla()).await, None).await;
        let mut met = 0;
        for look in 0..12 {
            house.wind(60);
            let key = house.newest(&seat).await;
            let (desk, owner, here) = (house.desk.clone(), house.admits(isla()).await, Handle::current());
            let reporter = house.admits_of(beth.0, beth.1).await;
            let replaced = Arc::new(AtomicBool::new(false));
            let (told, new) = (replaced.clone(), ReportKey { since: Some(Second::of(house.desk.now())) });
            // At one look of the report at the clock its owner's own replacement is committed.
            house.at_look(look, move || {
                let replaces = move || here.block_on(desk.replace_key(&owner, key, None)).is_ok();
                told.store(std::thread::spawn(replaces).join().expect("no panic"), Ordering::Relaxed);
            });
            let done = house.desk.report_key(&reporter, key, &new, None).await;
            house.clock().has_happened();
            assert!(done.is_ok(), "{look}: {done:?}");
            let reports = house.store().key_reports(key).await.expect("reports");
            assert_eq!(reports.iter().map(|report| report.reporter).collect::<Vec<_>>(), [beth.0], "{look}");
            met += usize::from(replaced.load(Ordering::Relaxed));
        }
        assert!(met > 0, "the two never met");
        house.is_sound().await;
        house.stop().await;
    });
}
