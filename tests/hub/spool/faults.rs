//! Faults that a hub lives through without its house failing: a writer that hangs, a record that stays sealed.

use super::{alerts_of, found, is_kept, on_each_now};
use crate::pages::Window;
use crate::stories::alert;
use crate::world::{Db, Time, World};
use serde_json::json;
use sqlx::{AnyConnection, Connection};
use std::time::Instant;

#[test]
fn what_the_writer_cannot_take_in_time_is_kept_and_done_once() {
    let world = World::new(Db::Lite, Time::Real).expect("SQLite is always there");
    world.tell(async |world: &World| {
        sqlx::any::install_default_drivers();
        let url = format!("sqlite://{}", world.data().join("hub.sqlite3").display());
        let mut other = AnyConnection::connect(&url).await.expect("the database");
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.expect("the lock");
        let (morag, isla, case) = (world.cast("morag"), world.cast("isla"), world.show_case());
        let since = Instant::now();
        let body = alert("missed-session", Some(world.woman_a().to_string()), "while another writes");
        let kept = morag.post_once(&alerts_of(case), "k", &body).await;
        is_kept(&kept);
        assert!((5..30).contains(&since.elapsed().as_secs()), "{:?}", since.elapsed());
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("the lock is free");
        // The first try was only waiting, and is done; the merge finds its answer.
        world.works_again().await;
        assert_eq!(found(&isla, "while another writes").await.len(), 1);
        assert_eq!(morag.post_once(&alerts_of(case), "k", &body).await.is(202)["repeated"], true);
    });
    world.stop();
}

#[test]
fn a_sealed_case_takes_alerts_and_they_go_out_when_it_opens() {
    for db in [Db::Lite, Db::Postgres] {
        let Some(world) = World::new(db, Time::Wound) else { continue };
        world.tell(async |world: &World| {
            let (morag, isla, case) = (world.cast("morag"), world.cast("isla"), world.show_case());
            // Keys are in memory for five minutes.
            world.wind(400);
            world
                .unguards(if db == Db::Lite {
                    "DROP TRIGGER key_wrap_no_update"
                } else {
                    "DROP TRIGGER key_wrap_append_only ON key_wrap"
                })
                .await;
            world
                .does(
                    "UPDATE key_wrap SET recipient = 'gone' WHERE recipient = 'hub' AND case_word = $1",
                    &case.id.to_string(),
                )
                .await;
            let body = alert("missed-session", Some(world.woman_a().to_string()), "while it was sealed");
            let kept = morag.post_once(&alerts_of(case), "k", &body).await;
            is_kept(&kept);
            let ready = world.nobody().get("/health/ready").await;
            assert_eq!((ready.status.as_u16(), &ready["spooled"]), (200, &json!(1)), "{ready}");
            world
                .does(
                    "UPDATE key_wrap SET recipient = 'hub' WHERE recipient = 'gone' AND case_word = $1",
                    &case.id.to_string(),
                )
                .await;
            world.works_again().await;
            let shown = found(&isla, "while it was sealed").await;
            assert_eq!(shown.len(), 1);
            assert_eq!(shown[0]["stored_at"], kept["received_at"]);
        });
        world.stop();
    }
}

#[test]
fn a_case_that_is_locked_while_no_commit_goes_through_is_locked_before_anything_of_it_opens() {
    on_each_now(async |world| {
        let (isla, morag, case) = (world.cast("isla"), world.cast("morag"), world.show_case());
        let notes = format!("/api/v1/cases/{}/notes", case.id);
        let note = json!({ "kind": "fact", "text": "He came.", "sources": ["register"], "category": "attendance" });
        let note = morag.post(&notes, note).await;
        let note = format!("/api/v1/notes/{}", note.is(201).id());
        morag.get(&note).await.is(200);
        world.gets_stuck().await;
        let lock = format!("/api/v1/cases/{}/lock", case.id);
        let body = json!({ "reason": "A page of it lies open." });
        is_kept(&isla.post_once(&lock, "k", &body).await);
        world.is_spooling().await;
        assert!(
            is_kept(&isla.post_once(&lock, "k", &body).await)["say"].as_str().is_some_and(|say| say.contains("locks"))
        );
        morag.get(&note).await.is(503);
        world.gets_loose().await;
        let (mut answers, mut locked) = (0, false);
        while !locked {
            let answer = morag.get(&note).await;
            assert_ne!(answer.status, 200, "it opened before it was locked: {answer}");
            locked = answer.status == 403;
            answers += 1;
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            assert!(answers < 1200, "it is not locked yet: {answer}");
        }
        world.works_again().await;
        assert_eq!(isla.get(&lock).await.is(200)["admitted"], true);
        assert_eq!(isla.post_once(&lock, "k", &body).await.is(202)["repeated"], true);
    });
}

#[test]
fn a_browser_signs_out_while_no_commit_goes_through() {
    on_each_now(async |world| {
        let mut window = Window::of(world);
        window.sign_in("kenneth").await;
        let mut second = Window::of(world);
        second.sign_in("kenneth").await;
        world.gets_stuck().await;
        let left = window.post("/sign-out", &[]).await;
        assert!(left.is(202).text.contains("your session ends when it works again"), "{left}");
        assert!(left.headers["set-cookie"].to_str().expect("text").contains("Max-Age=0"));
        world.is_spooling().await;
        second.post("/sign-out", &[]).await.is(202);
        let elsewhere =
            second.raw("/sign-out", &[("sec-fetch-site", "cross-site")], crate::pages::FORM, "".into()).await;
        elsewhere.is(403);
        world.gets_loose().await;
        world.works_again().await;
        for gone in [&window, &second] {
            gone.post("/sign-out", &[]).await.is(401);
        }
        assert_eq!(world.number("SELECT CAST(COUNT(*) AS BIGINT) FROM session_end WHERE entry <> $1", "").await, 2);
    });
}
