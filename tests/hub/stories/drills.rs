//! Drills over HTTP: marked wherever they are shown, on the same ladder, about nobody, and read by those who answer for the agency.

use crate::patience::until;
use crate::world::{Player, World, on_each_alone};
use serde_json::{Value, json};

/// Returns somebody's copy of a drill, once it is there.
async fn copy(who: &Player) -> Value {
    let inbox = who.get("/api/v1/alerts?limit=100").await;
    let drills: Vec<Value> = inbox.is(200).items().iter().filter(|one| one["drill"] == true).cloned().collect();
    assert_eq!(drills.len(), 1, "{inbox}");
    drills[0].clone()
}

async fn on_duty(world: &World, key: &str) {
    let turn = json!({ "worker": world.worker(key).id, "what": "duty" });
    world.cast("aileen").post("/api/v1/rota", turn).await.is(201);
}

#[test]
fn a_drill_goes_the_way_of_an_alert_and_is_one_wherever_it_is_shown() {
    on_each_alone(async |world| {
        let (isla, aileen) = (world.cast("isla"), world.cast("aileen"));
        on_duty(world, "isla").await;
        let counts = aileen.get("/api/v1/alerts/unacknowledged").await["counts"].clone();
        let mut stream = isla.listen(None).await;
        let run = aileen.post("/api/v1/drills", json!({ "roles": ["womens.worker"], "severity": "critical" })).await;
        let drill = run.is(201).id();
        assert!(run["roles"][0]["on_duty"].as_u64() >= Some(1), "{run}");
        let item = copy(&isla).await;
        let alert = item["id"].as_str().expect("an id").to_owned();
        assert!(item["case"].is_null() && item["about"].is_null() && item["kind"] == "drill", "{item}");
        assert_eq!(stream.hears_of(&alert).await.data["drill"], true);
        let words = isla.opens(&alert).await;
        assert!(words.is(200)["text"].as_str().is_some_and(|text| text.starts_with("DRILL")), "{words}");
        let listed = aileen.get("/api/v1/alerts/unacknowledged?limit=100").await;
        assert_eq!(listed.is(200).item(&alert).expect("it is listed")["drill"], true);
        assert_eq!(listed["counts"], counts, "and not counted");

        world.wind(30 * 60);
        let told = until("the drill is at the telephone", async || {
            let report = aileen.get(&format!("/api/v1/drills/{drill}")).await;
            let told = report.is(200)["agencies"][0].clone();
            let rungs = told["ladder"][0]["rungs"].as_array().map(Vec::len);
            (rungs == Some(4)).then_some(told)
        })
        .await;
        assert_eq!(told["ladder"][0]["rungs"][3]["whom"], "telephone", "{told}");
        isla.acknowledges(&alert).await.is(200);
        let report = aileen.get(&format!("/api/v1/drills/{drill}")).await;
        let people = report["agencies"][0]["recipients"].as_array().expect("a list");
        assert!(people.iter().any(|one| one["state"] == "acknowledged" && one["reached"] == true), "{report}");
        report.holds_no(&world.worker("isla").id.to_string());

        for key in ["isla", "catriona", "morag", "angus", "emil"] {
            world.cast(key).is_told_nothing_at("/api/v1/drills/{}", &drill).await;
        }
        let hub = world.cast("gavin").get(&format!("/api/v1/drills/{drill}")).await;
        assert_eq!(hub.is(200)["agencies"].as_array().map(Vec::len), Some(1));
    });
}

#[test]
fn a_drill_that_finds_nobody_on_duty_says_so_and_nobody_runs_one_elsewhere() {
    on_each_alone(async |world| {
        let aileen = world.cast("aileen");
        let own = world.worker("aileen").agency.to_string();
        let body = |agencies: &[&str]| json!({ "agencies": agencies, "roles": ["prison.liaison"], "severity": "high" });
        let empty = aileen.post("/api/v1/drills", body(&[&own])).await;
        assert_eq!(empty.is(201)["roles"][0]["on_duty"], 0);
        assert!(empty["say"].as_str().is_some_and(|say| say.contains("nobody is on duty")), "{empty}");
        let told = aileen.get(&format!("/api/v1/drills/{}", empty.id())).await;
        assert!(told.is(200)["agencies"][0]["alert"].is_null(), "{told}");
        let police = world.worker("kenneth").agency.to_string();
        let elsewhere = aileen.post("/api/v1/drills", body(&[&police])).await;
        let nowhere = aileen.post("/api/v1/drills", body(&["no-such-agency"])).await;
        elsewhere.is_problem(404, "not-found").is_the_same_as(&nowhere);
        let hub = world.cast("gavin");
        hub.post("/api/v1/drills", body(&["no-such-agency"])).await.is_problem(422, "invalid").blames("agencies");
        hub.post("/api/v1/drills", json!({ "roles": [], "severity": "high" })).await.is_problem(422, "invalid");
        let several = json!({ "agencies": [police, own], "roles": ["police.response"], "severity": "high" });
        let run = hub.post("/api/v1/drills", several).await;
        assert_eq!(run.is(201)["roles"].as_array().map(Vec::len), Some(2), "{run}");
        let mine = aileen.get(&format!("/api/v1/drills/{}", run.id())).await;
        mine.is(200).holds_no(&police);
    });
}
