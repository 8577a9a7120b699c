//! The keys of shared notes: what is stored of them is checked against the log, on one node and on two.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::house::{HUB, House, agency, from, id_of, importer, in_each, isla, morag};
use crate::python::verified;
use crate::world::Db;
use lippen::desk::Error;
use lippen::model::agencies::{Agency, AgencyKind, Regime, Role};
use lippen::model::id::{ConsentId, InvolvementId, NoteId, ShareId, WorkerId};
use lippen::model::sealed::{Compartment, Drawer};
use lippen::model::shares::Purpose;
use lippen::model::text::Line;
use lippen::store::Place;
use lippen::vault::Vault;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::json;
use sqlx::AnyConnection;

async fn database(house: &House) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let url = match house.place() {
        Place::Folder(folder) => format!("sqlite://{}", folder.join("hub.sqlite3").display()),
        Place::Url(url) => url.clone(),
    };
    <AnyConnection as sqlx::Connection>::connect(&url).await.unwrap()
}

/// Does this to the database from outside; the hub is not asked.
async fn tamper(house: &House, text: &'static str) {
    sqlx::raw_sql(text).execute(&mut database(house).await).await.unwrap();
}

/// Morag shares a note with Isla; `expires` is a day.
pub(crate) async fn shared(house: &House, expires: Option<&str>) -> (NoteId, ShareId) {
    let by = house.admits(morag()).await;
    let note = house.note(&by, "words").await;
    let body = json!({ "to": { "worker": isla() }, "purpose": "victim-safety", "expires": expires,
        "basis": { "type": "vital-interests", "reason": "He is on his way to her." } });
    (note, id_of(&house.desk.share_note(&by, note, &from(body), None).await))
}

/// Isla records the woman's consent that these agencies be told; then shares a note on it with whoever `to` names.
async fn on_consent(
    house: &House,
    agencies: &[String],
    to: serde_json::Value,
) -> (ConsentId, NoteId, Result<ShareId, Error>) {
    let by = house.admits(isla()).await;
    let body = json!({ "subject": house.woman(), "event": "given", "kind": "womens-service", "recipients": agencies,
        "categories": ["protected-account"], "purposes": ["public-protection"], "notice": { "id": "notice-en-1" },
        "method": "in-person", "asked_alone": true });
    let consent: ConsentId = id_of(&house.desk.record_consent(&by, house.case(), from(body), None).await);
    let note =
        json!({ "kind": "allegation", "text": "He called.", "category": "protected-account", "about": house.woman() });
    let note: NoteId = id_of(&house.desk.write_note(&by, house.case(), from(note), None).await);
    let body = json!({ "to": to, "purpose": "public-protection", "basis": { "type": "consent", "consent": consent } });
    let share = house.desk.share_note(&by, note, &from(body), None).await;
    (consent, note, share.map(|written| id_of(&Ok(written))))
}

const NEVER_UPDATED_LITE: &str = "DROP TRIGGER share_key_no_update";
const NEVER_UPDATED_PG: &str = "DROP TRIGGER share_key_append_only ON share_key";

#[test]
fn a_key_that_was_changed_taken_away_or_brought_back_is_found() {
    in_each(async |house| {
        let lite = matches!(house.place(), Place::Folder(_));
        let (_, share) = shared(&house, None).await;
        assert_eq!(house.fault().await, None);
        tamper(&house, if lite { NEVER_UPDATED_LITE } else { NEVER_UPDATED_PG }).await;
        tamper(&house, "CREATE TABLE kept AS SELECT * FROM share_key").await;
        tamper(&house, "UPDATE share_key SET file = signature").await;
        said(&house, "was changed").await;
        tamper(&house, "DELETE FROM share_key").await;
        said(&house, "is missing").await;
        tamper(&house, "INSERT INTO share_key SELECT * FROM kept").await;
        tamper(&house, "INSERT INTO share_key SELECT share, note, 'justice', file, signature FROM kept").await;
        said(&house, "never keyed").await;
        tamper(&house, "DELETE FROM share_key WHERE recipient = 'justice'").await;
        assert_eq!(house.fault().await, None);
        let by = house.admits(morag()).await;
        house.desk.recall_share(&by, share, Default::default(), None).await.unwrap();
        assert_eq!(house.fault().await, None);
        tamper(&house, "INSERT INTO share_key SELECT * FROM kept").await;
        said(&house, "brought back").await;
        house.stop().await;
    });
}

/// Claims that both verifiers find a fault, and that ours says this of it.
async fn said(house: &House, what: &str) {
    let fault = house.fault().await;
    assert!(fault.as_ref().is_some_and(|fault| fault.contains(what)), "{fault:?} is not: {what}");
    if let Place::Folder(folder) = house.place()
        && let Some((code, words)) = verified(&folder.join("hub.sqlite3"), None)
    {
        assert!(code == 1 && words.contains("key"), "{what}: {code} {words}");
    }
}

#[test]
fn the_key_of_a_share_that_ran_out_is_swept() {
    in_each(async |house| {
        let (note, _) = shared(&house, Some("2026-11-20")).await;
        house.desk.end_overdue_keys(&agency("hub")).await.unwrap();
        let isla = house.admits(isla()).await;
        assert!(house.desk.read_note(&isla, note, Some(Purpose::VictimSafety)).await.is_ok());
        house.wind(3 * 86_400);
        house.desk.end_overdue_keys(&agency("hub")).await.unwrap();
        assert_eq!(keys(&house).await, 0);
        assert_eq!(house.fault().await, None);
        house.desk.end_overdue_keys(&agency("hub")).await.unwrap();
        house.stop().await;
    });
}

#[expect(clippy::disallowed_methods, reason = "the test looks at the database from outside")]
async fn keys(house: &House) -> i64 {
    let text = "SELECT CAST(COUNT(*) AS BIGINT) FROM share_key";
    sqlx::query_scalar(text).fetch_one(&mut database(house).await).await.unwrap()
}

#[test]
fn on_another_node_nothing_is_read_once_a_withdrawal_has_committed() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(first) = House::new(Db::Postgres).await else { return };
        let second = first.another().await;
        let mut since = second.desk.forget_withdrawn(-1).await.unwrap();
        for round in 0..6 {
            let to = json!({ "worker": morag() });
            let (consent, note, share) = on_consent(&first, &["justice".to_owned()], to).await;
            share.unwrap();
            let reader = second.admits(morag()).await;
            let read = second.desk.read_note(&reader, note, Some(Purpose::PublicProtection)).await;
            assert!(read.is_ok(), "round {round}: {read:?}");
            let drawer = Drawer::of(first.case(), Compartment::Core);
            assert!(first.gate.vault.has_key(&drawer) && second.gate.vault.has_key(&drawer));
            let by = first.admits(isla()).await;
            first.desk.withdraw_consent(&by, consent, Default::default(), None).await.unwrap();
            let read = second.desk.read_note(&reader, note, Some(Purpose::PublicProtection)).await;
            assert!(matches!(read, Err(Error::NotFound | Error::Refused { .. })), "round {round}: {read:?}");
            assert!(!first.gate.vault.has_key(&drawer), "the node that heard it has forgotten");
            since = second.desk.forget_withdrawn(since).await.unwrap();
            assert!(!second.gate.vault.has_key(&drawer), "the other forgets when it looks, twice a second");
        }
        assert_eq!(keys(&first).await, 0);
        first.is_sound().await;
        second.stop().await;
        first.stop().await;
    });
}

const OFFICERS: usize = 4;

#[test]
fn a_share_with_several_stands_on_the_consent_for_all_of_them_or_for_none() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let house = runtime.block_on(async {
        let house = House::new(Db::Lite).await.unwrap();
        for nth in 0..OFFICERS {
            let id = format!("police-{nth}");
            let recipient =
                Vault::new(Vault::generate(HUB).unwrap(), std::sync::Arc::new(lippen::model::time::RealClock));
            let new = Agency {
                id: agency(&id),
                name: id.clone(),
                kind: AgencyKind::Police,
                regime: Regime::LawEnforcement,
                recipient: recipient.unwrap().recipient(),
            };
            let (by, worker) = (importer(), WorkerId::random());
            house.desk.join_agency(&by, new).await.unwrap();
            let name = Line::new("An Officer").unwrap();
            house.desk.appoint(&by, worker, agency(&id), Role::PoliceOffenderManagement, name).await.unwrap();
            house.desk.involve(&by, InvolvementId::random(), house.case(), worker, None).await.unwrap();
        }
        house
    });
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() });
    let named =
        prop::collection::vec(any::<bool>(), OFFICERS).prop_filter("somebody is named", |bits| bits.contains(&true));
    runner
        .run(&named, |bits| {
            runtime.block_on(async {
                let agencies: Vec<String> = (0..OFFICERS).filter(|n| bits[*n]).map(|n| format!("police-{n}")).collect();
                let before = keys(&house).await;
                let to = json!({ "role": "police.offender-management" });
                let (_, _, share) = on_consent(&house, &agencies, to).await;
                let made = keys(&house).await - before;
                if bits.iter().all(|bit| *bit) {
                    prop_assert!(share.is_ok(), "{share:?}");
                    prop_assert_eq!(made, OFFICERS as i64);
                } else {
                    let refused = format!("{:?}", share.unwrap_err());
                    prop_assert!(refused.contains("basis.consent"), "{refused}");
                    prop_assert!(!refused.contains("police-"), "nobody is named: {refused}");
                    prop_assert_eq!(made, 0);
                }
                Ok(())
            })
        })
        .unwrap();
    runtime.block_on(async {
        assert_eq!(house.fault().await, None);
        house.stop().await;
    });
}
