//! The ladder over HTTP: the sender sees each rung and the next one, who stands in sees for whom, and nobody sees what is not theirs.

use super::alert;
use crate::patience::until;
use crate::world::{Player, World, on_each_alone};
use serde_json::{Value, json};

/// Waits until the sender sees that those of an agency were climbed to a rung.
async fn reaches(sender: &Player, alert: &str, agency: &str, rung: i64) -> Value {
    until(format_args!("rung {rung} of {agency} is reached"), async || {
        let seen = sender.opens(alert).await;
        let ladder = seen.is(200)["ladder"].as_array().expect("a list").clone();
        let reaches = |one: &Value| {
            let mut rungs = one["rungs"].as_array().expect("a list").iter();
            one["agency"] == agency && rungs.any(|reached| reached["rung"] == rung)
        };
        ladder.into_iter().find(reaches)
    })
    .await
}

fn agency_of(world: &World, key: &str) -> String {
    world.worker(key).agency.to_string()
}

#[test]
fn a_womans_worker_sees_who_has_her_threat_and_who_is_told_when_nobody_answers() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let (isla, keeper) = (world.cast("isla"), "morag");
        let mut threat = alert("threat", Some(world.woman_a().to_string()), "He said that he will be waiting.");
        threat["severity"] = json!("critical");
        let id = isla.raises(case, threat).await.id();
        let justice = agency_of(world, keeper);
        let before = isla.opens(&id).await;
        let theirs = before["ladder"].as_array().expect("a list").iter().find(|one| one["agency"] == justice.as_str());
        assert_eq!(theirs.expect("theirs")["next"]["rung"], 1, "{before}");

        world.wind(5 * 60);
        let one = reaches(&isla, &id, &justice, 1).await;
        assert_eq!((&one["next"]["rung"], &one["next"]["whom"]), (&json!(2), &json!("manager")), "{one}");
        world.wind(25 * 60);
        let one = reaches(&isla, &id, &justice, 4).await;
        assert!(one["next"].is_null() && one["telephone"]["number"].is_string(), "{one}");
        let told = isla.get("/api/v1/alerts?limit=100").await;
        let notice =
            told.is(200).items().iter().find(|one| one["kind"] == "alert-unanswered").expect("she is told").clone();
        let words = isla.opens(notice["id"].as_str().expect("an id")).await;
        assert!(words.is(200)["text"].as_str().expect("words").contains("Telephone now"), "{words}");
        words.holds_no("waiting");

        // She answers late, and her word counts; the sender cannot say it for her.
        let manager = world.cast(keeper);
        isla.acknowledges(&id).await.is_problem(404, "not-found");
        let item = manager.finds(&id).await.expect("it fell off nobody's list");
        assert!(item["rung"].as_i64() >= Some(1) && item["due_at"].is_null(), "{item}");
        let done = json!({ "text": "The police are with her.", "confirmed_safe": true });
        manager.post(&format!("/api/v1/alerts/{id}/actions"), done).await.is(201);
        let seen = isla.opens(&id).await;
        let key = world.worker(keeper).id.to_string();
        let hers = seen["recipients"].as_array().expect("a list").iter().find(|one| one["worker"] == key.as_str());
        assert_eq!(hers.expect("hers")["state"], "confirmed-safe", "{seen}");
        let one = reaches(&isla, &id, &justice, 4).await;
        assert!(one["acknowledged_at"].is_string() && one["telephone"].is_null(), "{one}");
    });
}

#[test]
fn who_stands_in_sees_for_whom_and_the_sender_of_his_side_sees_nobody() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let group = world.cast(world.who(case, "programme.group-worker", None));
        let (isla, aileen, catriona) = (world.cast("isla"), world.cast("aileen"), world.cast("catriona"));
        let leave = json!({ "what": "leave", "until": "2190-01-01T00:00:00Z", "cover": world.worker("aileen").id });
        let turn = isla.post("/api/v1/rota", leave).await.is(201).id();
        let rota = aileen.get("/api/v1/rota").await;
        assert!(rota.is(200).items().iter().any(|one| one["id"] == turn.as_str()), "{rota}");
        catriona.get("/api/v1/rota").await.is(200).holds_no(&turn);

        let id = group.raises(case, alert("missed-session", None, "He did not attend group tonight.")).await.id();
        let item = until("her cover has it", async || aileen.finds(&id).await).await;
        let from = &item["escalated_from"][0];
        assert_eq!(from["workers"], json!([world.worker("isla").id]), "{item}");
        aileen.opens(&id).await.is(200);
        aileen.acknowledges(&id).await.is(200);
        assert!(isla.finds(&id).await.expect("she keeps hers")["answered_at"].is_string());
        let others = catriona.finds(&id).await.expect("her own");
        assert_eq!((&others["escalated_from"], &others["answered_at"]), (&json!([]), &Value::Null), "{others}");

        let sent = group.opens(&id).await;
        assert_eq!((&sent.is(200)["recipients"], &sent["ladder"]), (&json!([]), &json!([])), "{sent}");
        world.wind(3 * 3_600);
        let listed = world.cast("aileen").get("/api/v1/alerts/unacknowledged").await;
        listed.is(200).holds_no("missed-session");
        let told = group.get("/api/v1/alerts?limit=100").await;
        told.holds_no(&world.worker("isla").id.to_string());
    });
}
