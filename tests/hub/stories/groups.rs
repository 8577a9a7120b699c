//! Many alerts about one thing: one group to look at, each with its own ladder; and several answers at once, each for itself.

use super::alert;
use crate::world::{Answer, Player, World, on_each_alone};
use serde_json::{Value, json};

async fn group(who: &Player, world: &World) -> Option<Value> {
    let shown = who.get("/api/v1/alerts/groups").await;
    assert_eq!(shown.is(200)["whole"], true, "{shown}");
    let case = json!(world.show_case().id);
    let found: Vec<Value> =
        shown.items().iter().filter(|one| one["case"] == case && !one["about"].is_null()).cloned().collect();
    assert!(found.len() <= 1, "one case and one woman are one group: {shown}");
    found.into_iter().next()
}

async fn says_of(who: &Player, alerts: &[&str]) -> Answer {
    who.post("/api/v1/alerts/acknowledgements", json!({ "alerts": alerts })).await
}

/// Returns what came of one of several.
fn of<'a>(answer: &'a Answer, alert: &str) -> &'a Value {
    answer.items().iter().find(|one| one["alert"] == alert).expect("each is answered")
}

#[test]
fn many_about_one_woman_are_one_thing_to_look_at_and_each_is_answered_for_itself() {
    on_each_alone(async |world| {
        let (case, morag, isla, catriona) =
            (world.show_case(), world.cast("morag"), world.cast("isla"), world.cast("catriona"));
        let about = || Some(world.woman_a().to_string());
        let raise = async |kind: &str, severity: &str| {
            let mut new = alert(kind, about(), "He did not come.");
            new["severity"] = json!(severity);
            morag.raises(case, new).await.id()
        };
        assert!(group(&isla, world).await.is_none());
        let normal = [raise("missed-session", "normal").await, raise("missed-session", "normal").await];
        let high = raise("left-group", "high").await;
        let critical = raise("threat-made", "critical").await;

        let one = group(&isla, world).await.expect("they wait for her");
        assert_eq!(
            (&one["count"], &one["unread"], &one["severity"]),
            (&json!(4), &json!(4), &json!("critical")),
            "{one}"
        );
        assert_eq!(
            one["alerts"],
            json!([critical, high, normal[0], normal[1]]),
            "the most urgent first, then the oldest"
        );
        assert_eq!(one["kinds"], json!(["left-group", "missed-session", "threat-made"]));
        assert_eq!(
            one["due_at"],
            isla.finds(&critical).await.expect("her own")["due_at"],
            "the next rung of any of them"
        );
        assert!(group(&catriona, world).await.is_none(), "another woman's worker has none of it");

        let mut all: Vec<&str> = normal.iter().map(String::as_str).collect();
        all.extend([high.as_str(), critical.as_str()]);
        let nobody = says_of(&catriona, &all).await;
        let nowhere = says_of(&catriona, &[&super::nowhere()]).await;
        assert_eq!(of(&nobody, &critical)["say"], nowhere.is(200).items()[0]["say"], "hers is like nothing");
        assert!(nobody.is(200).items().iter().all(|one| one["acknowledged_at"].is_null()), "{nobody}");
        let done = says_of(&isla, &all).await;
        for id in &normal {
            assert!(of(done.is(200), id)["receipt"]["index"].is_u64(), "{done}");
        }
        for id in [&high, &critical] {
            let say = of(&done, id)["say"].as_str().expect("it is said");
            assert!(say.contains("NOT acknowledged"), "{done}");
            assert!(isla.finds(id).await.expect("hers")["acknowledged_at"].is_null(), "what is urgent is opened first");
        }
        assert_eq!(group(&isla, world).await.expect("two wait")["alerts"], json!([critical, high]));

        isla.opens(&critical).await.is(200);
        let done = says_of(&isla, &[&critical, &high, &critical]).await;
        assert_eq!(done.is(200).items().len(), 2, "each once: {done}");
        assert_eq!(of(&done, &critical)["state"], "acknowledged");
        assert_eq!(of(&says_of(&isla, &[&critical]).await, &critical)["repeated"], true);
        assert_eq!(group(&isla, world).await.expect("one waits")["unread"], 1);
        isla.opens(&high).await.is(200);
        says_of(&isla, &[&high]).await.is(200);
        assert!(group(&isla, world).await.is_none(), "nothing waits");
        let sender = morag.opens(&critical).await;
        assert_eq!(sender.is(200)["recipients"][0]["state"], "acknowledged", "the sender sees each: {sender}");
    });
}

#[test]
fn none_and_more_than_a_hundred_at_once_are_refused() {
    on_each_alone(async |world| {
        let (isla, nowhere) = (world.cast("isla"), super::nowhere());
        says_of(&isla, &[]).await.is_problem(422, "invalid").blames("alerts");
        says_of(&isla, &vec![nowhere.as_str(); 101]).await.is_problem(422, "invalid").blames("alerts");
    });
}
