//! PostgreSQL goes away under load and comes back: nothing that was answered is lost, and nobody is shown anything twice.

use super::{alerts_of, found};
use crate::postgres::Own;
use crate::stories::alert;
use crate::world::{Time, World};
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long the server is away, in seconds, unless `LIPPEN_OUTAGE` says otherwise.
const AWAY_S: u64 = 8;

#[test]
fn a_server_that_goes_and_comes_back_loses_no_alert() {
    let Some(server) = Own::start() else { return };
    let away = std::env::var("LIPPEN_OUTAGE").map_or(AWAY_S, |text| text.parse().expect("a number"));
    let world = World::beside(server.database(), Time::Real);
    world.tell(async |world: &World| {
        let (case, about) = (world.show_case(), world.woman_a().to_string());
        let over = AtomicBool::new(false);
        let desk = async |name: usize| {
            let (morag, mut sent) = (world.cast("morag"), Vec::new());
            for n in 0.. {
                let words = format!("gone {name} {n}.");
                let body = alert("missed-session", Some(about.clone()), &words);
                let answer = morag.post_once(&alerts_of(case), &words.replace(' ', "-"), &body).await;
                sent.push((words, answer.is(202)["durable"].clone()));
                if over.load(Ordering::Relaxed) {
                    break;
                }
                // As many however long it is away: more than one sender's part of the spool are refused, and say so.
                tokio::time::sleep(Duration::from_millis(250 * away / AWAY_S)).await;
            }
            sent
        };
        let fault = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            tokio::task::block_in_place(|| server.goes());
            tokio::time::sleep(Duration::from_secs(away)).await;
            tokio::task::block_in_place(|| server.comes_back());
            tokio::time::sleep(Duration::from_secs(3)).await;
            over.store(true, Ordering::Relaxed);
        };
        let (one, two, three, ()) = futures_util::future::join4(desk(1), desk(2), desk(3), fault).await;
        let sent: Vec<(String, Value)> = [one, two, three].concat();
        world.works_again().await;
        let isla = world.cast("isla");
        let shown = found(&isla, "gone ").await;
        let mut texts: Vec<&str> = shown.iter().filter_map(|one| one["text"].as_str()).collect();
        texts.sort_unstable();
        let mut all: Vec<&str> = sent.iter().map(|(words, _)| words.as_str()).collect();
        all.sort_unstable();
        let kept = sent.iter().filter(|(_, durable)| durable == "spool").count();
        eprintln!("answered={} kept={kept} shown={}", all.len(), texts.len());
        assert_eq!(texts, all, "each once");
        assert!(kept > 0 && kept < all.len(), "both ways were taken");
    });
    world.stop();
}

#[test]
fn a_commit_that_waits_for_a_standby_that_is_not_there_is_not_claimed() {
    let Some(server) = Own::start() else { return };
    let world = World::beside(server.database(), Time::Real);
    world.tell(async |world: &World| {
        let (morag, isla, case) = (world.cast("morag"), world.cast("isla"), world.show_case());
        let body = alert("missed-session", Some(world.woman_a().to_string()), "with no second machine");
        let send = async |key: &str| morag.post_once(&alerts_of(case), key, &body).await;
        assert_eq!(send("before").await.is(202)["durable"], "disk");
        world.unguards("ALTER SYSTEM SET synchronous_standby_names = 'nobody'").await;
        world.unguards("SELECT pg_reload_conf()").await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(send("during").await.is(202)["durable"], "spool");
        world.unguards("ALTER SYSTEM RESET synchronous_standby_names").await;
        world.unguards("SELECT pg_reload_conf()").await;
        world.works_again().await;
        let again = send("during").await;
        assert_eq!(
            (&again.is(202)["repeated"], &again["durable"]),
            (&Value::from(true), &Value::from("disk")),
            "{again}"
        );
        assert_eq!(found(&isla, "with no second machine").await.len(), 2);
    });
    world.stop();
}
