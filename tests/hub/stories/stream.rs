//! The event stream: an alert comes to those who listen, goes on where it stopped, and ends with the credential.

use super::alert;
use crate::world::{on_each, on_each_alone};

/// How long a token of the demonstration lasts, in seconds.
const TOKEN_S: i64 = 36_000;

const SAID: &str = "He said something worrying.";

#[test]
fn an_alert_comes_to_her_worker_and_passes_the_other_ones_by() {
    on_each(async |world| {
        let case = world.show_case();
        let (mut isla, mut catriona) =
            (world.cast("isla").listen(None).await, world.cast("catriona").listen(None).await);
        let morag = world.cast("morag");
        let of_a = morag.raises(case, alert("worrying-statement", Some(world.woman_a().to_string()), SAID)).await.id();
        let of_b = morag.raises(case, alert("worrying-statement", Some(world.woman_b().to_string()), SAID)).await.id();
        let event = isla.hears_of(&of_a).await;
        assert!(!event.data.to_string().contains(SAID), "words on the stream: {}", event.data);
        loop {
            let event = catriona.next().await.expect("the stream goes on");
            assert_ne!(event.data["id"], of_a, "another woman's alert");
            if event.data["id"] == of_b {
                break;
            }
        }
    });
}

#[test]
fn a_stream_goes_on_after_the_last_event_that_was_heard() {
    on_each_alone(async |world| {
        let (isla, morag) = (world.cast("isla"), world.cast("morag"));
        let about = || Some(world.woman_a().to_string());
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(morag.raises(world.show_case(), alert("missed-session", about(), SAID)).await.id());
            world.wind(1);
        }
        let mut first = isla.listen(None).await;
        let heard = first.next().await.expect("the first");
        assert_eq!(heard.data["id"], ids[0]);
        drop(first);
        let mut second = isla.listen(Some(&heard.id)).await;
        for id in &ids[1..] {
            assert_eq!(second.next().await.expect("the rest").data["id"], *id);
        }
        let mut anew = isla.listen(Some("no-such-place")).await;
        assert_eq!(anew.next().await.expect("all of it").data["id"], ids[0]);
    });
}

#[test]
fn a_stream_ends_when_the_token_does() {
    on_each_alone(async |world| {
        let isla = world.cast("isla");
        let stream = isla.listen(None).await;
        world.wind(TOKEN_S + 60);
        stream.ends().await;
        isla.get("/api/v1/alerts").await.is_problem(401, "invalid-token");
    });
}
