//! Emergency access whose answer was lost on the way: the same request under the same key is given it again, once opened.

use super::{emergency, nowhere};
use crate::device::Device;
use crate::world::on_each_alone;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/emergency-access";

#[test]
fn a_lost_answer_is_given_again_though_the_challenge_is_used_up() {
    on_each_alone(async |world| {
        let (kenneth, key) = (world.cast("kenneth"), nowhere());
        let mut ask = emergency::about_her(world.woman_a(), &["protected-address"]);
        let challenge = world.challenge("kenneth").await;
        ask["step_up"] = Device::of(world, "kenneth").answers(&challenge, &ask);
        let first = kenneth.post_once(PATH, &key, &ask).await;
        assert!(first.is(201)["receipt"].is_object() && first["repeated"].is_null(), "{first}");
        let again = kenneth.post_once(PATH, &key, &ask).await;
        assert_eq!(again.is(201)["repeated"], true, "{again}");
        for field in ["id", "case", "until", "review_by", "opens", "say"] {
            assert_eq!(again[field], first[field], "{field}");
        }
        let mark = again["watermark"].as_str().expect("its mark");
        assert!(mark.contains("PS-20261120-0412") && mark.contains(&first.id()), "{mark}");
        assert!(again["receipt"].is_null(), "nothing was opened twice");
        // Without the key the challenge is used up, and under the key nothing else is answered.
        kenneth.post(PATH, ask.clone()).await.is_problem(422, "invalid").blames("step_up.challenge");
        let mut other = ask.clone();
        other["reason"] = json!("Something else is happening to somebody.");
        kenneth.post_once(PATH, &key, &other).await.is_problem(409, "idempotency-key-reused");
        // What the database keeps of the answer is ids and words: nothing of what the worker wrote.
        let list = world.cast("ruth").get(PATH).await;
        assert_eq!(list.is(200).items().iter().filter(|one| one["id"] == first["id"]).count(), 1);
        world.wind(3_601);
        let over = world.cast("kenneth").post_once(PATH, &key, &ask).await;
        assert_eq!((&over.is(201)["watermark"], &over["id"]), (&Value::Null, &first["id"]), "{over}");
    });
}

#[test]
fn a_finding_that_is_sent_twice_is_one() {
    on_each_alone(async |world| {
        let (ruth, key) = (world.cast("ruth"), nowhere());
        let ask = emergency::about_her(world.woman_a(), &["protected-address"]);
        let grant = world.breaks_glass("kenneth", ask).await.is(201).id();
        let path = format!("{PATH}/{grant}/review");
        let finding = json!({ "outcome": "not-justified", "reason": "He was not on shift." });
        let first = ruth.post_once(&path, &key, &finding).await;
        assert!(first.is(200)["receipt"].is_object(), "{first}");
        let again = ruth.post_once(&path, &key, &finding).await;
        assert_eq!((&again.is(200)["repeated"], &again["breach"]), (&json!(true), &first["breach"]), "{again}");
        ruth.post(&path, finding).await.is_problem(409, "conflict");
    });
}
