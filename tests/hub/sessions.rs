//! Signing in and out of a browser, from within: what the desk proves, and what ends a session on every node.

use crate::house::{House, importer, in_each, morag};
use crate::world::Db;
use lippen::auth::session::SessionKey;
use lippen::desk::Error;

async fn is_in(house: &House, key: &SessionKey) -> bool {
    match house.desk.resume_session(key).await {
        Ok(credential) => house.desk.admit(credential).await.is_ok(),
        Err(Error::NotAdmitted) => false,
        Err(error) => panic!("it is not known: {error}"),
    }
}

#[test]
fn a_session_proves_its_holder_until_its_time_is_over() {
    in_each(async |house| {
        let her = house.admits(morag()).await;
        let key = house.desk.begin_session(&her, None).await.expect("she signs in");
        for _ in 0..60 {
            assert!(is_in(&house, &key).await, "it is used every ten minutes");
            house.wind(599);
        }
        assert!(is_in(&house, &key).await, "one minute is left");
        house.wind(60);
        assert!(!is_in(&house, &key).await, "ten hours are over");
        assert!(!is_in(&house, &SessionKey::random()).await);
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn whoever_is_idle_is_out() {
    in_each(async |house| {
        let her = house.admits(morag()).await;
        let key = house.desk.begin_session(&her, None).await.expect("she signs in");
        house.wind(899);
        assert!(is_in(&house, &key).await);
        house.wind(900);
        assert!(!is_in(&house, &key).await, "a quarter of an hour");
        assert!(!is_in(&house, &key).await, "asking does not bring it back");
        house.stop().await;
    });
}

#[test]
fn whose_seat_ends_is_out_at_the_next_request() {
    in_each(async |house| {
        let her = house.admits(morag()).await;
        let key = house.desk.begin_session(&her, None).await.expect("she signs in");
        assert!(is_in(&house, &key).await);
        house.desk.end_seat(&importer(), morag()).await.expect("her seat ends");
        assert!(!is_in(&house, &key).await);
        house.stop().await;
    });
}

#[test]
fn a_sign_in_ends_what_the_browser_held_and_signing_out_twice_is_signing_out() {
    in_each(async |house| {
        let her = house.admits(morag()).await;
        let first = house.desk.begin_session(&her, None).await.expect("she signs in");
        let elsewhere = house.desk.begin_session(&her, None).await.expect("she signs in on another machine");
        let second = house.desk.begin_session(&her, Some(&first)).await.expect("she signs in again");
        assert!(!is_in(&house, &first).await, "the browser has another");
        assert!(is_in(&house, &second).await && is_in(&house, &elsewhere).await);
        let made_up = SessionKey::random();
        let third = house.desk.begin_session(&her, Some(&made_up)).await.expect("a key that nobody knows");
        assert!(third.print() != made_up.print() && !is_in(&house, &made_up).await, "a key is never taken over");
        for _ in 0..2 {
            house.desk.end_session(&her, &second).await.expect("she signs out");
        }
        assert!(!is_in(&house, &second).await && is_in(&house, &elsewhere).await);
        let other = house.admits(crate::house::isla()).await;
        let not_hers = house.desk.end_session(&other, &elsewhere).await;
        assert!(matches!(not_hers, Err(Error::NotFound)), "{not_hers:?}");
        assert!(is_in(&house, &elsewhere).await);
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn a_sign_out_on_one_node_is_a_sign_out_on_all() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let Some(first) = House::new(Db::Postgres).await else { return };
        let second = first.another().await;
        let her = first.admits(morag()).await;
        let key = first.desk.begin_session(&her, None).await.expect("she signs in");
        assert!(is_in(&first, &key).await && is_in(&second, &key).await);
        second.desk.end_session(&her, &key).await.expect("she signs out there");
        assert!(!is_in(&first, &key).await && !is_in(&second, &key).await);
        second.stop().await;
        first.stop().await;
    });
}
