//! Heartbeats over HTTP: they come on the stream from their row, a client says that it has one, and both sides are told to telephone.

use super::alert;
use crate::world::{World, on_each_alone};
use serde_json::{Value, json};

const SENT: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM heartbeat WHERE $1 = ''";

/// Puts somebody of the women's service on duty.
async fn on_duty(world: &World, key: &str) {
    let turn = json!({ "worker": world.worker(key).id, "what": "duty" });
    world.cast("aileen").post("/api/v1/rota", turn).await.is(201);
}

#[test]
fn a_heartbeat_comes_from_its_row_and_whoever_has_it_says_so() {
    on_each_alone(async |world| {
        let isla = world.cast("isla");
        let mut stream = isla.listen(None).await;
        let first = stream.hears_a_beat().await;
        let number = first.data["heartbeat"].as_i64().expect("a number");
        assert_eq!(first.data["agency"], json!(world.worker("isla").agency), "{:?}", first.data);
        assert_eq!(world.number(SENT, "").await, number, "each that is told is a row");
        let before = isla.get("/api/v1/heartbeats").await;
        assert_eq!(
            (&before.is(200).items()[0]["state"], &before["receipt"]),
            (&json!("never"), &Value::Null),
            "{before}"
        );
        let taken = isla.post("/api/v1/heartbeats/taken", json!({ "heartbeat": number })).await;
        assert_eq!(
            (&taken.is(200)["state"], &taken["newest"]["heartbeat"]),
            (&json!("on-time"), &json!(number)),
            "{taken}"
        );
        isla.post("/api/v1/heartbeats/taken", json!({ "heartbeat": number + 1 })).await.is_problem(422, "invalid");
        world.wind(120);
        let next = stream.hears_a_beat().await;
        assert_eq!(next.data["heartbeat"], number + 1);
        let kept = "SELECT CAST(COUNT(*) AS BIGINT) FROM heartbeat_taken WHERE agency = $1 AND system = 0";
        assert_eq!(world.number(kept, world.worker("isla").agency.as_str()).await, 1, "in the commit of the next one");
        let all = world.cast("gavin").get("/api/v1/heartbeats").await;
        assert!(all.is(200).items().len() > 5 && all["receipt"].is_object(), "{all}");
        let other = world.cast("morag").get("/api/v1/heartbeats").await;
        other.is(200).holds_no(world.worker("isla").agency.as_str());
    });
}

#[test]
fn when_a_service_does_not_hear_it_both_sides_are_told_to_telephone_and_his_side_learns_of_nobody() {
    on_each_alone(async |world| {
        let (isla, morag, case) = (world.cast("isla"), world.cast("morag"), world.show_case());
        let group = world.cast(world.who(case, "programme.group-worker", None));
        on_duty(world, "isla").await;
        let last = isla.get("/api/v1/heartbeats").await["last"]["heartbeat"].clone();
        isla.post("/api/v1/heartbeats/taken", json!({ "heartbeat": last })).await.is(200);
        assert!(isla.get("/api/v1/alerts").await["delayed"].is_null());
        world.wind(600);
        let mut stream = isla.listen(None).await;
        while stream.hears_a_beat().await.data["heartbeat"] == last {}

        let of_her = || alert("missed-session", Some(world.woman_a().to_string()), "He did not come.");
        let told = morag.raises(case, of_her()).await;
        let service = world.worker("isla").agency.to_string();
        let one = &told["delayed"][0];
        assert_eq!((&one["agency"], &one["telephone"]["number"]), (&json!(service), &json!("08081 570 016")), "{told}");
        assert!(told["say"].as_str().is_some_and(|say| say.contains("telephone them now")), "{told}");
        let his = group.raises(case, alert("missed-session", None, "He did not come.")).await;
        assert_eq!(his["delayed"], json!([]), "{his}");
        his.holds_no(&service).holds_no("telephone");

        let inbox = isla.get("/api/v1/alerts").await;
        let late = &inbox.is(200)["delayed"];
        assert!(late["say"].is_string() && late["telephone"][0]["number"].is_string(), "{inbox}");
        let stands = isla.get("/api/v1/heartbeats").await;
        assert_eq!((&stands.items()[0]["state"], &stands.items()[0]["delayed"]), (&json!("delayed"), &json!(true)));
        let last = stands["last"]["heartbeat"].clone();
        isla.post("/api/v1/heartbeats/taken", json!({ "heartbeat": last })).await.is(200);
        assert!(isla.get("/api/v1/alerts").await["delayed"].is_null());
        assert_eq!(morag.raises(case, of_her()).await["delayed"], json!([]));
    });
}
