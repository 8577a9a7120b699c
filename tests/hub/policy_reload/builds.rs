//! Nodes of two builds on one database, each with another policy built in: the newer one's is taken by both, by itself once
//! and never back; what only the database says is taken by none.

use super::bundles::{without_attendance, worded_anew};
use crate::house::{House, morag};
use crate::world::Db;
use lippen::gate;
use lippen::policy::Files;
use lippen::policy::bundle::{Bundle, MANIFEST};
use lippen::store;
use sqlx::{AnyConnection, Connection};

async fn in_a_house_of_several(test: impl AsyncFn(House)) {
    if let Some(house) = House::new(Db::Postgres).await {
        test(house).await;
    }
}

fn run(test: impl AsyncFn(House)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(in_a_house_of_several(test));
}

fn name(files: Files) -> String {
    Bundle::built_from(files).manifest().digest().to_string()
}

impl House {
    /// Returns the policy by which a request of its own is judged, once this node has looked.
    async fn judged_by(&self) -> String {
        self.gate.look().await.unwrap();
        self.gate.clone().policy.digest().to_owned()
    }

    async fn database(&self) -> AnyConnection {
        let store::Place::Url(url) = self.place() else { panic!("nodes share a database server") };
        AnyConnection::connect(url).await.unwrap()
    }
}

#[test]
fn what_a_newer_build_brings_is_taken_by_the_older_one_and_is_not_brought_back() {
    run(async |older| {
        let by = older.admits(morag()).await;
        let note = older.note(&by, "words").await;
        let newer = older.of_build(worded_anew()).await.unwrap();
        let wanted = name(worded_anew());
        assert_eq!(newer.judged_by().await, wanted);
        assert_eq!(older.judged_by().await, wanted);
        assert!(older.shows(&by, note).await && newer.shows(&by, note).await, "no node is closed");
        // A node of the older build starts anew, and one of the newer: nobody takes turns.
        let place = newer.gate.clone().policy.place();
        for files in [Files::embedded(), worded_anew(), Files::embedded()] {
            let again = older.of_build(files).await.unwrap();
            assert_eq!(again.judged_by().await, wanted);
            assert_eq!(again.gate.clone().policy.place(), place);
            assert!(again.shows(&by, note).await);
            again.stop().await;
        }
        // What two people signed stays, whatever comes with a program, and reaches both.
        let officer = older.officer().await;
        older.adopts(&officer, &Files::embedded(), 1).await;
        let third = older.of_build(without_attendance()).await.unwrap();
        assert_eq!(third.judged_by().await, newer.judged_by().await);
        assert!(third.shows(&by, note).await);
        third.stop().await;
        newer.stop().await;
        older.is_sound().await;
        older.stop().await;
    });
}

#[test]
#[expect(clippy::disallowed_methods, reason = "somebody at the database, who asks no hub")]
fn what_only_the_database_says_is_built_in_permits_nothing() {
    run(async |house| {
        let by = house.admits(morag()).await;
        let note = house.note(&by, "words").await;
        let forged = Bundle::built_from(worded_anew());
        let digest = forged.manifest().digest().to_string();
        let mut database = house.database().await;
        for (name, content) in forged.named() {
            assert!(name == MANIFEST || !content.is_empty());
            sqlx::query(
                "INSERT INTO policy_file (digest, name, content, entry) SELECT $1, $2, $3, MIN(entry) FROM policy_file",
            )
            .bind(digest.clone())
            .bind(name)
            .bind(content)
            .execute(&mut database)
            .await
            .unwrap();
        }
        // A row that says it was adopted, by the entry that adopted what is built in.
        sqlx::query(
            "INSERT INTO policy_adopted (place, digest, version, previous, signers, approvers, sig_one, sig_two, added, removed,
                                         changed, at, entry)
             SELECT 2, $1, 0, digest, NULL, approvers, sig_one, sig_two, added, removed, changed, at, entry FROM policy_adopted",
        )
        .bind(digest.clone())
        .execute(&mut database)
        .await
        .unwrap();
        sqlx::raw_sql("UPDATE fact_version SET version = 2 WHERE subject = 'policy'")
            .execute(&mut database)
            .await
            .unwrap();
        let looked = house.gate.look().await;
        let Err(gate::Error::Store(store::Error::Policy { why })) = looked else { panic!("{looked:?}") };
        assert!(why.contains("the log does not say"), "{why}");
        assert!(house.desk.clone().read_note(&by, note, None).await.is_err(), "the hub is closed, never open");
        assert!(house.of_build(Files::embedded()).await.is_err(), "and does not start");
        database.close().await.unwrap();
        assert!(house.fault().await.is_some());
        house.stop().await;
    });
}
