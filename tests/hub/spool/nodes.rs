//! Several spools and clocks that leap: one act is one alert, with the time at which it came.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::house::{House, agency, in_each, isla, morag};
use crate::world::Db;
use lippen::desk::merge::Merged;
use lippen::desk::spool::Keeper;
use lippen::desk::{Error, ladder};
use lippen::model::spooled::{Sender, SpoolAct, SpooledAct, Words};
use lippen::model::time::Clock;
use lippen::vault::Spool;
use serde_json::json;
use std::sync::Arc;
use tempfile::TempDir;

/// A node's spool in a folder of its own.
fn keeper(house: &House) -> (Keeper, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::open(folder.path(), 1 << 18, house.gate.vault.clone()).unwrap();
    (Keeper::new(Arc::new(spool), house.clock(), house.gate.policies()), folder)
}

fn act(house: &House, key: &str) -> SpooledAct {
    let body =
        json!({ "kind": "missed-session", "severity": "high", "about": house.woman(), "text": format!("Of {key}.") });
    SpooledAct {
        act: SpoolAct::Alert,
        target: house.case().to_string(),
        sender: Sender { worker: Some(morag()), agency: Some(agency("justice")) },
        key: key.to_owned(),
        digest: format!("digest of {key}"),
        received: house.clock().now().micros(),
        certain: true,
        request: "0".repeat(32),
        body: Words::new(&body.to_string()),
    }
}

/// Returns when each alert in Isla's inbox was stored and merged, in microseconds.
async fn inbox(house: &House) -> Vec<(i64, Option<i64>)> {
    let by = house.admits(isla()).await;
    let inbox = house.desk.inbox(&by, None, 100).await.unwrap();
    inbox.items.iter().map(|(head, copy)| (head.raised.micros(), copy.merged.map(|at| at.micros()))).collect()
}

const fn merged(done: usize, settled: usize) -> Merged {
    Merged { done, settled }
}

#[test]
fn what_the_first_try_had_done_is_not_done_again() {
    in_each(async |house| {
        let (keeper, _folder) = keeper(&house);
        let (by, act) = (house.admits(morag()).await, act(&house, "k"));
        house.desk.carry_out(&by, &act, None).await.unwrap();
        assert!(!keeper.keep(&act).unwrap().before && keeper.keep(&act).unwrap().before);
        assert_eq!(house.desk.merge(&keeper, &agency("hub")).await.unwrap(), merged(0, 1));
        assert_eq!(house.desk.merge(&keeper, &agency("hub")).await.unwrap(), merged(0, 0));
        let shown = inbox(&house).await;
        assert_eq!(shown, [(shown[0].0, None)], "once, and it did not come from the spool");
        house.is_sound().await;
    });
}

#[test]
fn two_nodes_that_both_kept_it_do_it_once() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(first) = House::new(Db::Postgres).await else { return };
        let second = first.another().await;
        let ((one, _folder), (other, _other_folder)) = (keeper(&first), keeper(&second));
        for n in 0..5 {
            let act = act(&first, &format!("k{n}"));
            one.keep(&act).unwrap();
            other.keep(&act).unwrap();
        }
        let hub = agency("hub");
        let (mine, theirs) =
            futures_util::future::join(first.desk.merge(&one, &hub), second.desk.merge(&other, &hub)).await;
        let (mine, theirs) = (mine.unwrap(), theirs.unwrap());
        assert_eq!(mine.done + theirs.done, 5, "{mine:?} {theirs:?}");
        assert_eq!(mine.settled + theirs.settled, 5, "{mine:?} {theirs:?}");
        assert!(one.is_empty() && other.is_empty());
        assert_eq!(inbox(&first).await.len(), 5);
        first.is_sound().await;
        second.stop().await;
        first.stop().await;
    });
}

#[test]
fn an_alert_bears_the_time_at_which_it_came_and_climbs_at_once() {
    in_each(async |house| {
        let (keeper, _folder) = keeper(&house);
        assert!(keeper.is_certain());
        let act = act(&house, "k");
        keeper.keep(&act).unwrap();
        house.wind(3_600);
        assert!(!keeper.is_certain(), "an hour has passed in no time");
        assert_eq!(house.desk.merge(&keeper, &agency("hub")).await.unwrap(), merged(1, 0));
        let now = house.clock().now().micros();
        let shown = inbox(&house).await;
        assert_eq!(shown, [(act.received, shown[0].1)]);
        assert!(shown[0].1.is_some_and(|at| at > act.received && at <= now));
        // Nobody has seen it for an hour: whatever was to be done within it is done now.
        let mut look = ladder::Lookout::default();
        let mut rungs = 0;
        loop {
            match house.desk.climb(&mut look, &agency("hub")).await {
                Ok(0) | Err(Error::Busy) if rungs > 0 => break,
                Ok(more) => rungs += more,
                Err(why) => panic!("{why}"),
            }
        }
        assert!(rungs > 0);
    });
}

#[test]
fn a_clock_that_leapt_back_puts_no_alert_into_the_future() {
    in_each(async |house| {
        let (keeper, _folder) = keeper(&house);
        keeper.keep(&act(&house, "k")).unwrap();
        house.wind(-7_200);
        assert_eq!(house.desk.merge(&keeper, &agency("hub")).await.unwrap(), merged(1, 0));
        let now = house.clock().now().micros();
        assert!(inbox(&house).await.iter().all(|(stored, merged)| *stored <= now && Some(*stored) <= *merged));
    });
}

#[test]
fn one_that_is_of_no_worker_any_more_is_refused_and_kept_in_its_row() {
    in_each(async |house| {
        let (keeper, _folder) = keeper(&house);
        let gone =
            SpooledAct { sender: Sender { worker: Some(isla()), agency: Some(agency("police")) }, ..act(&house, "k") };
        keeper.keep(&gone).unwrap();
        let good = act(&house, "after");
        keeper.keep(&good).unwrap();
        assert_eq!(house.desk.merge(&keeper, &agency("hub")).await.unwrap(), merged(1, 1));
        let merged = inbox(&house).await.iter().map(|(_, merged)| merged.is_some()).collect::<Vec<_>>();
        assert_eq!(merged, [false, true], "she is told that it was not sent, and gets the other one");
        house.is_sound().await;
    });
}

#[test]
fn one_at_which_the_program_fails_holds_up_what_came_after_it_on_its_case_and_nothing_else() {
    in_each(async |house| {
        let (keeper, _folder) = keeper(&house);
        for key in ["first", "second"] {
            keeper.keep(&act(&house, key)).unwrap();
        }
        let elsewhere = SpooledAct { target: lippen::model::id::CaseId::random().to_string(), ..act(&house, "other") };
        keeper.keep(&elsewhere).unwrap();
        house.at_look(0, || panic!("as the test wants it"));
        assert!(matches!(house.desk.merge(&keeper, &agency("hub")).await, Err(Error::Unknown)));
        assert_eq!(
            (keeper.stats().frames, keeper.panics()),
            (2, 1),
            "another case is not held up, and the second waits"
        );
        assert!(inbox(&house).await.is_empty());
        assert_eq!(house.desk.merge(&keeper, &agency("hub")).await.unwrap(), merged(2, 0));
        assert!(keeper.is_empty());
        let by = house.admits(isla()).await;
        let inbox = house.desk.inbox(&by, None, 100).await.unwrap();
        let mut said = Vec::new();
        for (head, _) in &inbox.items {
            let open = house.desk.read_alert(&by, head.id, None).await.unwrap();
            said.push(open.words.value().text.reveal().to_owned());
        }
        assert_eq!(said, ["Of first.", "Of second."]);
        house.is_sound().await;
    });
}

#[test]
fn one_at_which_the_program_fails_for_too_long_is_told() {
    in_each(async |house| {
        let (keeper, _folder) = keeper(&house);
        keeper.keep(&act(&house, "k")).unwrap();
        for wait in [0, 3_600] {
            house.wind(wait);
            house.at_look(0, || panic!("as the test wants it"));
            let done = house.desk.merge(&keeper, &agency("hub")).await;
            assert_eq!(done.is_ok(), wait > 0, "{done:?}");
        }
        assert!(keeper.is_empty() && inbox(&house).await.is_empty());
        let by = house.admits(morag()).await;
        let told = house.desk.inbox(&by, None, 100).await.unwrap();
        assert_eq!(told.items.iter().filter(|(head, _)| head.kind == "not-sent").count(), 1);
        house.is_sound().await;
    });
}
