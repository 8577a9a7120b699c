//! Several nodes of one hub on one PostgreSQL database: one log, one numbering, whoever leads.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::house::{House, from, id_of, morag, note_of};
use crate::world::Db;
use lippen::desk::Error;
use lippen::desk::recall::RecallShare;
use lippen::model::id::{EntryId, NoteId, ShareId};
use lippen::model::sealed::Record;
use lippen::store::effect::Effect;
use lippen::store::{Place, Receipt};
use serde_json::json;
use sqlx::{Connection, PgConnection, Row};
use std::collections::BTreeSet;
use tokio::task::JoinSet;

/// Runs a test with two nodes; the first leads when the test begins.
fn with_two(test: impl AsyncFn(House, House)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        if let Some(first) = House::new(Db::Postgres).await {
            let second = first.another().await;
            test(first, second).await;
        }
    });
}

/// Has a node record this many acts at once; returns their numbers.
async fn record(node: &House, count: usize) -> JoinSet<u64> {
    let mut tasks = JoinSet::new();
    for _ in 0..count {
        let (store, permit) = (node.store().clone(), node.permit(Record::Search(EntryId::random())).await);
        tasks.spawn(async move {
            let receipt: Receipt = store.commit(permit, Effect::Disclose(Vec::new()).into()).await.unwrap();
            receipt.index()
        });
    }
    tasks
}

async fn epoch(node: &House, change: &'static str) -> i64 {
    let Place::Url(url) = node.place() else { panic!("nodes share a PostgreSQL database") };
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(change).execute(&mut connection).await.unwrap();
    sqlx::raw_sql("SELECT epoch FROM audit_head").fetch_one(&mut connection).await.unwrap().get("epoch")
}

#[test]
fn two_nodes_write_one_log_without_gaps() {
    with_two(async |first, second| {
        let before = first.is_sound().await;
        let (one, other) = (record(&first, 150).await, record(&second, 150).await);
        let numbers: BTreeSet<u64> = one.join_all().await.into_iter().chain(other.join_all().await).collect();
        assert_eq!(numbers, (before..before + 300).collect());
        assert_eq!(second.is_sound().await, before + 300);
        second.stop().await;
        first.stop().await;
    });
}

#[test]
fn when_the_leader_stops_the_other_numbers_on() {
    with_two(async |first, second| {
        record(&first, 20).await.join_all().await;
        let (before, led) = (second.is_sound().await, epoch(&second, "SELECT 1").await);
        let waiting = record(&second, 20).await;
        first.stop().await;
        let numbers: BTreeSet<u64> = waiting.join_all().await.into_iter().collect();
        let more: BTreeSet<u64> = record(&second, 20).await.join_all().await.into_iter().collect();
        assert_eq!(numbers.union(&more).copied().collect::<BTreeSet<_>>(), (before..before + 40).collect());
        assert!(epoch(&second, "SELECT 1").await > led, "the new leader began an epoch of its own");
        assert_eq!(second.is_sound().await, before + 40);
        second.stop().await;
    });
}

#[test]
fn a_leader_of_an_old_epoch_appends_nothing_more_in_it() {
    with_two(async |first, second| {
        let before = first.is_sound().await;
        // What another leader does first: from now on, who led before is fenced.
        let fenced = epoch(&first, "UPDATE audit_head SET epoch = epoch + 1").await;
        let (one, other) = (record(&first, 10).await, record(&second, 10).await);
        let numbers: BTreeSet<u64> = one.join_all().await.into_iter().chain(other.join_all().await).collect();
        assert_eq!(numbers, (before..before + 20).collect());
        assert!(epoch(&first, "SELECT 1").await > fenced, "somebody led anew before a single number was given");
        assert_eq!(first.is_sound().await, before + 20);
        second.stop().await;
        first.stop().await;
    });
}

#[test]
fn two_nodes_may_change_the_facts_of_one_case_at_once() {
    with_two(async |first, second| {
        let notes: Vec<NoteId> = {
            let by = first.admits(morag()).await;
            futures_util::future::join_all((0..24).map(|_| first.note(&by, "words"))).await
        };
        let mut tasks = JoinSet::new();
        for (n, note) in notes.into_iter().enumerate() {
            let node = if n % 2 == 0 { &first } else { &second };
            let (desk, by) = (node.desk.clone(), node.admits(morag()).await);
            tasks.spawn(async move {
                let body = json!({ "to": { "worker": crate::house::isla() }, "purpose": "victim-safety",
                    "basis": { "type": "vital-interests" } });
                let shared = desk.share_note(&by, note, &from(body), None).await;
                if matches!(shared, Err(Error::Busy)) {
                    return;
                }
                let share: ShareId = id_of(&shared);
                let recalled = desk.recall_share(&by, share, RecallShare::default(), None).await;
                assert!(matches!(recalled, Ok(_) | Err(Error::Busy)), "{recalled:?}");
            });
        }
        tasks.join_all().await;
        for node in [&first, &second] {
            assert!(node.store().is_ready().await, "a node's writer has ended");
            let by = node.admits(morag()).await;
            let written = node.desk.write_note(&by, node.case(), note_of("still here"), None).await;
            assert!(written.is_ok(), "{written:?}");
        }
        first.is_sound().await;
        second.stop().await;
        first.stop().await;
    });
}
