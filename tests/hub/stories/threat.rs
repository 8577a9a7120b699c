//! Story 2: she tells her worker of a threat. What she said stays with her service; what must
//! be done about it goes out sanitised, as an alert, and the answer comes back.

use super::{alert, note_about, share_with};
use crate::world::on_each;
use serde_json::json;

const SHE_SAID: &str = "She says that he will be waiting outside her work on Thursday.";
const SANITISED: &str = "There is reason to believe that he may approach a protected person this week.";

#[test]
fn what_she_said_is_read_by_her_own_worker_alone() {
    on_each(async |world| {
        let case = world.show_case();
        let account = note_about(&world.woman_a().to_string(), "protected-account", SHE_SAID);
        let note = world.cast("isla").writes(case, account).await.id();
        assert_eq!(world.cast("isla").reads(&note, "victim-safety").await.is(200)["text"], SHE_SAID);
        for worker in world.caseload.workers.iter().filter(|worker| worker.key != "isla") {
            let other = world.cast(&worker.key);
            other.reads(&note, "victim-safety").await.is_problem(404, "not-found").holds_no("waiting outside");
            other.is_told_nothing_at("/api/v1/notes/{}", &note).await;
        }
    });
}

#[test]
fn what_she_said_may_never_be_put_to_him() {
    on_each(async |world| {
        let mut account = note_about(&world.woman_a().to_string(), "protected-account", SHE_SAID);
        account["handling"]["use_with_man"] = json!("yes");
        let path = format!("/api/v1/cases/{}/notes", world.show_case().id);
        let refused = world.cast("isla").post(&path, account).await;
        refused.is_problem(422, "invalid").blames("handling.use_with_man").holds_no(SHE_SAID);
    });
}

#[test]
fn who_hears_a_threat_is_told_which_word_to_use_and_to_ring_when_it_is_now() {
    on_each(async |world| {
        let case = world.show_case();
        let path = format!("/api/v1/cases/{}/alerts", case.id);
        let about = Some(world.woman_a().to_string());
        // A group worker may know of no woman: he says it of nobody, and her worker hears it all the same.
        for (key, of) in [("morag", about.clone()), ("donald", None)] {
            let hears = world.cast(key);
            let mut threat = alert("threat", of, "He says that he will get her.");
            let refused = hears.post(&path, threat.clone()).await;
            refused.is_problem(422, "invalid").blames("kind");
            for part in ["threat-made", "NOT sent", "999"] {
                assert!(refused.text.contains(part), "{part}: {refused}");
            }
            (threat["kind"], threat["severity"]) = (json!("threat-made"), json!("critical"));
            let raised = hears.post(&path, threat).await;
            assert!(raised.is(202)["say"].as_str().is_some_and(|say| say.contains("ring 999")), "{raised}");
            assert!(world.cast("isla").finds(&raised.id()).await.is_some(), "her worker has it: {raised}");
        }
        let raised = world.cast("isla").post(&path, alert("threat", about, SANITISED)).await;
        assert!(raised.is(202)["say"].is_null(), "it is not critical: {raised}");
    });
}

#[test]
fn police_and_case_manager_act_on_the_alert_and_she_hears_what_was_done() {
    on_each(async |world| {
        let case = world.show_case();
        let (isla, morag, angus) = (world.cast("isla"), world.cast("morag"), world.cast("angus"));
        let about = world.woman_a().to_string();
        let original = isla.writes(case, note_about(&about, "protected-account", SHE_SAID)).await.id();
        let derived = isla.writes(case, note_about(&about, "protected-account", SANITISED)).await.id();
        for key in ["morag", "angus"] {
            let to = json!({ "worker": world.worker(key).id });
            isla.shares(&derived, share_with(to, "victim-safety")).await;
        }
        let threat = isla.raises(case, alert("threat", Some(about), SANITISED)).await.id();

        for worker in [&morag, &angus] {
            assert!(worker.finds(&threat).await.is_some(), "{} has it", worker.name);
            assert_eq!(worker.opens(&threat).await.is(200)["text"], SANITISED);
            worker.acknowledges(&threat).await.is(200);
            let act = json!({ "text": "Patrol arranged, incident 4711." });
            let acted = worker.post(&format!("/api/v1/alerts/{threat}/actions"), act).await;
            assert_eq!(acted.is(201)["state"], "acted", "{acted}");
            assert_eq!(worker.reads(&derived, "victim-safety").await.is(200)["text"], SANITISED);
            worker.is_told_nothing_at("/api/v1/notes/{}?purpose=victim-safety", &original).await;
        }
        let answered = isla.opens(&threat).await;
        let recipients = answered.is(200)["recipients"].as_array().expect("a list").clone();
        assert_eq!(recipients.len(), 2, "{answered}");
        for key in ["morag", "angus"] {
            let one = recipients.iter().find(|one| one["worker"] == world.worker(key).id.to_string());
            let one = one.unwrap_or_else(|| panic!("{key} is missing: {answered}"));
            assert_eq!(one["state"], "acted", "{answered}");
            assert!(one["acknowledged_at"].is_string() && one["acted_at"].is_string(), "{answered}");
        }
        let done = answered["actions"].as_array().expect("a list");
        assert_eq!(done.len(), 2, "{answered}");
        assert!(done.iter().all(|one| one["text"] == "Patrol arranged, incident 4711."), "{answered}");
        for key in ["morag", "angus"] {
            assert_eq!(world.cast(key).opens(&threat).await.is(200)["actions"], json!([]), "a recipient sees no other");
        }
        world.cast("catriona").is_told_nothing_at("/api/v1/alerts/{}", &threat).await;
        let group = world.cast(world.who(case, "programme.group-worker", None));
        group.is_told_nothing_at("/api/v1/alerts/{}", &threat).await;
    });
}
