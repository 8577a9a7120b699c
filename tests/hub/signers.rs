//! Keys that are replaced, and keys that are stolen: what they signed before, and what it is worth.

use crate::house::{HUB, House, agency, from, id_of, in_each, isla};
use lippen::auth::Actor;
use lippen::desk::Error;
use lippen::desk::signing::KeyEnd;
use lippen::ledger::consent::{Outcome, Reason, Verdict, verify};
use lippen::model::id::ConsentId;
use serde_json::json;

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

    /// Returns the id of a signer's newest key.
    async fn newest(&self, of: &str) -> String {
        let keys = self.store().signing_keys(of).await.expect("keys");
        keys.last().expect("a key").key.kid.clone()
    }

    async fn judged(&self, by: &Actor, consent: ConsentId) -> Verdict {
        verify(&self.record(by, consent).await, Some(&self.vkey()), None)
    }
}

fn keeper() -> Actor {
    Actor::service("signers", agency(HUB))
}

#[test]
fn what_was_signed_stays_valid_when_the_keys_are_replaced() {
    in_each(async |house| {
        let (isla, seat) = (house.admits(isla()).await, format!("u:{}", isla()));
        let given = house.consents(&isla, None).await;
        house.wind(60);
        for of in [&seat, "agency:womens", &format!("hub:{HUB}")] {
            let kid = house.newest(of).await;
            house.desk.replace_signing_key(&keeper(), of, &kid, KeyEnd::Rotated).await.expect("replaced");
        }
        // For a moment both are good: what is being signed now is signed with the old ones.
        house.consents(&isla, Some(given)).await;
        house.wind(10);
        house.consents(&isla, Some(given)).await;
        let verdict = house.judged(&isla, given).await;
        assert_eq!(
            (verdict.outcome, verdict.reason, verdict.anchored),
            (Outcome::Valid, Reason::Holds, true),
            "{verdict}"
        );
        let keys = house.store().signing_keys(&seat).await.expect("keys");
        assert_eq!(keys.iter().map(|key| (key.epoch, key.end.is_some())).collect::<Vec<_>>(), [(1, true), (2, false)]);
        house.is_sound().await;
    });
}

#[test]
fn what_a_stolen_key_signed_counts_only_if_the_log_had_it_before() {
    in_each(async |house| {
        let isla = house.admits(isla()).await;
        let before = house.consents(&isla, None).await;
        house.wind(60);
        let stolen = house.desk.now();
        house.wind(60);
        let after = house.consents(&isla, None).await;
        house.wind(60);
        let kid = house.newest("agency:womens").await;
        house
            .desk
            .replace_signing_key(&keeper(), "agency:womens", &kid, KeyEnd::Compromised(stolen))
            .await
            .expect("replaced");
        let healed = house.consents(&isla, None).await;
        let outcome = async |consent| (house.judged(&isla, consent).await).reason;
        assert_eq!(outcome(before).await, Reason::Holds);
        assert_eq!(outcome(after).await, Reason::Compromised);
        assert_eq!(outcome(healed).await, Reason::Holds);
        let unanchored = verify(&house.record(&isla, before).await, None, None);
        assert_eq!((unanchored.outcome, unanchored.reason), (Outcome::Indeterminate, Reason::Compromised));
    });
}

#[test]
fn a_stolen_key_ends_with_the_entry_of_the_next_and_asking_twice_ends_no_other() {
    in_each(async |house| {
        let isla = house.admits(isla()).await;
        let given = house.consents(&isla, None).await;
        house.wind(60);
        let (of, kid, stolen) = ("agency:womens", house.newest("agency:womens").await, house.desk.now());
        let before = house.store().last_index().await.expect("an index");
        let replace = async || house.desk.replace_signing_key(&keeper(), of, &kid, KeyEnd::Compromised(stolen)).await;
        replace().await.expect("replaced");
        assert_eq!(house.store().last_index().await.expect("an index"), before + 1, "one entry for both");
        assert!(matches!(replace().await, Err(Error::Conflict)), "that one is ended already");
        let keys = house.store().signing_keys(of).await.expect("keys");
        let [old, new] = keys.as_slice() else { panic!("{keys:?}") };
        let (end, entry) = old.end.as_ref().expect("it ended");
        assert_eq!((&end.kid, entry), (&kid, &new.entry));
        assert!(new.end.is_none(), "the fresh key signs on");
        house.consents(&isla, Some(given)).await;
        let verdict = house.judged(&isla, given).await;
        assert_eq!((verdict.reason, verdict.anchored), (Reason::Holds, true), "{verdict}");
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn only_the_keeper_of_signers_replaces_keys() {
    in_each(async |house| {
        let isla = house.admits(isla()).await;
        house.consents(&isla, None).await;
        let (seat, other) = (format!("u:{}", crate::house::isla()), Actor::service("import-not", agency(HUB)));
        let kid = house.newest(&seat).await;
        for by in [&isla, &other] {
            assert!(house.desk.replace_signing_key(by, &seat, &kid, KeyEnd::Rotated).await.is_err());
        }
        assert!(house.desk.replace_signing_key(&keeper(), "u:nobody", &kid, KeyEnd::Rotated).await.is_err());
        assert_eq!(house.store().signing_keys(&seat).await.expect("keys").len(), 1);
    });
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
