//! Story 1: he misses a group session, and each woman's own worker is told, each alone.

use super::alert;
use crate::world::on_each;
use serde_json::{Value, json};

const SAID: &str = "He did not attend group tonight.";

#[test]
fn each_womans_worker_gets_her_own_copy_and_the_group_worker_sees_none_of_them() {
    on_each(async |world| {
        let case = world.show_case();
        let group = world.cast(world.who(case, "programme.group-worker", None));
        let (isla, catriona, morag) = (world.cast("isla"), world.cast("catriona"), world.cast("morag"));
        let file = format!("/api/v1/cases/{}", case.id);
        let (before, notes) = (his_file(&group.get(&file).await.body), world.notes_seen_by(&group, case).await);

        let raised = group.raises(case, alert("missed-session", None, SAID)).await;
        assert_eq!((&raised["state"], &raised["durable"]), (&json!("stored"), &json!("disk")), "{raised}");
        let id = raised.id();

        for worker in [&isla, &catriona] {
            let item = worker.finds(&id).await.expect("her own copy");
            // Another story may have had her inbox shown to her meanwhile.
            assert!(["stored", "sent", "delivered"].iter().any(|state| item["state"] == *state), "{item}");
            assert_eq!(item["category"], "attendance");
            let opened = worker.opens(&id).await;
            assert_eq!(opened.is(200)["text"], SAID, "{opened}");
            assert_eq!(opened["recipients"], json!([]), "a recipient sees no other: {opened}");
            opened.holds_no(&world.woman_a().to_string()).holds_no(&world.woman_b().to_string());
            worker.acknowledges(&id).await.is(200);
        }
        let places =
            [isla.finds(&id).await, catriona.finds(&id).await].map(|item| item.expect("hers")["place"].clone());
        assert_ne!(places[0], places[1]);

        let sent = group.opens(&id).await;
        assert_eq!(sent.is(200)["recipients"], json!([]), "{sent}");
        for key in ["isla", "catriona"] {
            sent.holds_no(&world.worker(key).id.to_string());
        }
        assert_eq!(his_file(&group.get(&file).await.body), before);
        assert!(!world.notes_seen_by(&morag, case).await.contains(&json!(id)));
        assert_eq!(notes_of(&world.notes_seen_by(&group, case).await, &notes), notes, "no trace in his notes");

        let entries = Value::from(group.readers_of(case).await).to_string();
        for key in ["isla", "catriona"] {
            assert!(!entries.contains(&world.worker(key).id.to_string()), "{key} is among those who looked");
        }
    });
}

#[test]
fn his_case_manager_sees_how_far_each_has_come() {
    on_each(async |world| {
        let case = world.show_case();
        let (isla, morag) = (world.cast("isla"), world.cast("morag"));
        let id = morag.raises(case, alert("missed-session", None, SAID)).await.id();
        isla.acknowledges(&id).await.is(200);
        let done = json!({ "text": "Telephoned her in the safe window." });
        isla.post(&format!("/api/v1/alerts/{id}/actions"), done).await.is(201);
        let seen = morag.opens(&id).await;
        let state_of = |key: &str| {
            let recipients = seen["recipients"].as_array().expect("a list");
            let one = recipients.iter().find(|one| one["worker"] == world.worker(key).id.to_string());
            one.unwrap_or_else(|| panic!("{key} is missing: {seen}"))["state"].clone()
        };
        assert_eq!(state_of("isla"), "acted", "{seen}");
        assert!(["stored", "sent", "delivered"].iter().any(|state| state_of("catriona") == *state), "{seen}");
        assert_eq!(seen["actions"], json!([]), "what her worker did is not for his side: {seen}");
        seen.holds_no("safe window");
    });
}

#[test]
fn an_alert_about_one_woman_is_not_there_for_the_other_ones_worker() {
    on_each(async |world| {
        let case = world.show_case();
        let (catriona, morag) = (world.cast("catriona"), world.cast("morag"));
        let about = Some(world.woman_a().to_string());
        let id = morag.raises(case, alert("missed-session", about, SAID)).await.id();
        assert!(world.cast("isla").finds(&id).await.is_some());
        assert!(catriona.finds(&id).await.is_none());
        catriona.is_told_nothing_at("/api/v1/alerts/{}", &id).await;
    });
}

/// What stands in his file, without the receipt of the looking.
fn his_file(body: &Value) -> Value {
    let mut body = body.clone();
    body.as_object_mut().expect("a file").remove("receipt");
    body
}

/// Leaves out what other stories have written meanwhile.
fn notes_of(now: &[Value], before: &[Value]) -> Vec<Value> {
    now.iter().filter(|id| before.contains(id)).cloned().collect()
}
