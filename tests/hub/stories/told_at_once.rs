//! What happens in supervision tells each woman's own worker by itself: a threat, a day in court, a broken curfew, a licence. A new
//! partner is told to those who must ask after her, and to no other woman's worker.

use super::addresses::{at, jiff_second};
use crate::world::{Player, World, on_each_alone};
use serde_json::{Value, json};

async fn told(player: &Player, kind: &str) -> Vec<Value> {
    let page = player.get("/api/v1/alerts?limit=100").await;
    page.is(200).items().iter().filter(|one| one["kind"] == kind).cloned().collect()
}

fn events(world: &World, order: &Value) -> Vec<(Value, &'static str, Value)> {
    let event = |word: &str| json!({ "word": word, "happened": jiff_second(world) });
    let mut court = event("court-date-set");
    (court["order"], court["day"]) = (order.clone(), json!("2190-11-27"));
    let mut threat = event("threat-recorded");
    threat["text"] = json!("He said that somebody would pay.");
    let under = |word: &str| {
        let mut event = event(word);
        event["order"] = order.clone();
        event
    };
    vec![
        (court, "court-date", json!("He is to be in court.")),
        (threat, "threat-made", Value::Null),
        (under("curfew-broken"), "curfew-breach", json!("He broke his curfew.")),
        (under("licence-breached"), "licence-breach", json!("He broke a condition.")),
    ]
}

#[test]
fn each_womans_worker_is_told_in_her_own_copy_and_in_words_that_say_no_more() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let (morag, isla, catriona) = (world.cast("morag"), world.cast("isla"), world.cast("catriona"));
        let order = morag.get(&at(case, "orders")).await.is(200).items()[0]["id"].clone();
        let mut undated = json!({ "word": "court-date-set", "happened": jiff_second(world), "order": order });
        morag.post(&at(case, "events"), undated.clone()).await.is_problem(422, "invalid").blames("day");
        undated["day"] = json!("yesterday");
        morag.post(&at(case, "events"), undated).await.is(422);
        for (event, kind, may_tell) in events(world, &order) {
            let before = (told(&isla, kind).await.len(), told(&catriona, kind).await.len());
            morag.post(&at(case, "events"), event).await.is(201);
            for (worker, before) in [(&isla, before.0), (&catriona, before.1)] {
                let alerts = told(worker, kind).await;
                assert_eq!(alerts.len(), before + 1, "{kind}: her own copy, once");
                let open = worker.opens(alerts.last().and_then(|one| one["id"].as_str()).expect("an id")).await;
                assert_eq!(open.is(200)["may_tell_her"], may_tell, "{kind}: {open}");
                open.holds_no("somebody would pay");
                assert_eq!(open["recipients"], json!([]), "{kind}: neither learns of the other");
            }
        }
        let new = json!({ "word": "relationship-began", "happened": jiff_second(world) });
        let before = told(&morag, "new-relationship").await.len();
        let manager = world.cast(world.who(case, "justice.team-manager", None));
        manager.post(&at(case, "events"), new).await.is(201);
        assert_eq!(told(&morag, "new-relationship").await.len(), before + 1, "his case manager is told");
        for worker in [&isla, &catriona] {
            assert!(told(worker, "new-relationship").await.is_empty(), "no other woman's worker is");
        }
    });
}
