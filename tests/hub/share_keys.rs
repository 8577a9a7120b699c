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
use lippen::store::{Place, STATEMENTS};
use lippen::vault::Vault;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::json;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

pub(crate) async fn database(house: &House) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let url = match house.place() {
        Place::Folder(folder) => format!("sqlite://{}", folder.join("hub.sqlite3").display()),
        Place::Url(url) => url.clone(),
    };
    <AnyConnection as sqlx::Connection>::connect(&url).await.unwrap()
}

/// Does this to the database from outside; the hub is not asked.
pub(crate) async fn tamper(house: &House, text: &'static str) {
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

#[test]
fn the_key_of_a_consent_that_ran_out_is_swept_though_she_was_overruled() {
    in_each(async |house| {
        let (by, ruth) = (house.admits(isla()).await, WorkerId::random());
        let name = Line::new("Ruth Aitken").unwrap();
        house.desk.appoint(&importer(), ruth, agency("justice"), Role::GovernanceOfficer, name).await.unwrap();
        let body = json!({ "subject": house.woman(), "event": "given", "kind": "womens-service", "expires": "2026-11-21",
            "recipients": ["justice"], "categories": ["protected-account"], "purposes": ["public-protection"],
            "notice": { "id": "notice-en-1" }, "method": "in-person", "asked_alone": true });
        let consent: ConsentId = id_of(&house.desk.record_consent(&by, house.case(), from(body), None).await);
        let note = json!({ "kind": "allegation", "text": "He called.", "category": "protected-account", "about": house.woman() });
        let note: NoteId = id_of(&house.desk.write_note(&by, house.case(), from(note), None).await);
        let body = json!({ "to": { "worker": morag() }, "purpose": "public-protection",
            "basis": { "type": "consent", "consent": consent } });
        house.desk.share_note(&by, note, &from(body), None).await.unwrap();
        let ask = json!({ "to": { "worker": morag() }, "purpose": "victim-safety", "harm": "serious-harm", "told": "no",
            "why_not_told": "He reads her telephone.", "reason": "He has bought petrol and says when." });
        let id = id_of(&house.desk.ask_override(&by, note, &from(ask), None).await);
        let yes = json!({ "outcome": "approved", "reason": "I have asked her worker." });
        house.desk.answer_override(&house.admits(ruth).await, id, &from(yes), None).await.unwrap();
        assert_eq!(keys(&house).await, 2);
        house.wind(4 * 86_400);
        house.desk.end_overdue_keys(&agency("hub")).await.unwrap();
        assert_eq!(keys(&house).await, 1, "that of the override");
        assert_eq!(house.fault().await, None);
        house.stop().await;
    });
}

#[test]
fn the_key_of_a_share_whose_court_order_ran_out_is_swept() {
    in_each(async |house| {
        let by = house.admits(morag()).await;
        let note = house.note(&by, "words").await;
        let basis = json!({ "type": "court-order", "reference": "SF-12", "court": "Kilmarnock Sheriff Court",
            "made": "2026-11-16", "expires": "2026-11-20" });
        let body = json!({ "to": { "worker": isla() }, "purpose": "victim-safety", "basis": basis });
        let share: ShareId = id_of(&house.desk.share_note(&by, note, &from(body), None).await);
        house.desk.end_overdue_keys(&agency("hub")).await.unwrap();
        assert_eq!(keys(&house).await, 1);
        house.wind(3 * 86_400);
        house.desk.end_overdue_keys(&agency("hub")).await.unwrap();
        let holders = house.store().holders_of(share).await.unwrap();
        assert!(keys(&house).await == 0 && holders[0].ended.is_some(), "{holders:?}");
        assert_eq!(house.fault().await, None);
        house.stop().await;
    });
}

#[test]
fn nobody_has_more_live_consents_than_one_withdrawal_ends() {
    in_each(async |house| {
        let by = house.admits(isla()).await;
        let give = async || {
            let body = json!({ "subject": house.woman(), "event": "given", "kind": "womens-service",
                "recipients": ["justice"], "categories": ["protected-account"], "purposes": ["public-protection"],
                "notice": { "id": "notice-en-1" }, "method": "in-person", "asked_alone": true });
            house.desk.record_consent(&by, house.case(), from(body), None).await
        };
        for _ in 0..100 {
            give().await.unwrap();
        }
        let refused = give().await;
        assert!(matches!(&refused, Err(Error::Invalid { errors }) if errors[0].field == "chain"), "{refused:?}");
        house.desk.take_back(&by, house.case(), from(json!({ "subject": house.woman() })), None).await.unwrap();
        let live = house.store().live_chains(house.case(), &house.woman().to_string(), house.desk.now()).await.unwrap();
        assert_eq!(live, []);
        give().await.unwrap();
        house.stop().await;
    });
}

/// The sweep comes twice a minute: it must not walk whatever was ever shared to find the few keys that are overdue.
#[test]
fn the_sweep_looks_at_ends_and_at_no_other_key() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let house = House::new(Db::Lite).await.unwrap();
        let (_, _, overdue) = STATEMENTS.iter().find(|(name, ..)| *name == "share_keys::OVERDUE").unwrap();
        let text = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {overdue}"));
        let rows = sqlx::raw_sql(text).fetch_all(&mut database(&house).await).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get::<String, _>("detail")).collect();
        assert!(plan.len() > 4, "{plan:?}");
        for table in ["k", "s", "e", "b", "o", "v", "c", "g", "y", "l"] {
            let scans = format!("SCAN {table}");
            assert!(!plan.iter().any(|step| step == &scans || step.starts_with(&format!("{scans} "))), "{plan:#?}");
        }
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
