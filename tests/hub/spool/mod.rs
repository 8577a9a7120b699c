//! What must not be lost while nothing can be committed: kept, told honestly, and carried out once.

mod cut;
mod disk;
mod faults;
mod killed;
mod merged;
mod nodes;
mod postgres_gone;

use crate::patience::until;
use crate::stories::alert;
use crate::world::{Answer, Db, Player, Time, World};
use lippen::demo::DemoCase;
use serde_json::{Value, json};

/// Lets no commit through from now on: the log takes no entry.
const STUCK_LITE: &str = "CREATE TRIGGER stuck BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'stuck'); END";
const STUCK_PG: &str =
    "CREATE FUNCTION stuck() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stuck'; END $$;
    CREATE TRIGGER stuck BEFORE INSERT ON audit_queue FOR EACH STATEMENT EXECUTE FUNCTION stuck()";
const LOOSE_LITE: &str = "DROP TRIGGER stuck";
const LOOSE_PG: &str = "DROP TRIGGER stuck ON audit_queue; DROP FUNCTION stuck()";

/// Tells a story on each database, in a world of its own that lives by the machine's clock.
fn on_each_now(story: impl AsyncFn(&World)) {
    for db in [Db::Lite, Db::Postgres] {
        if let Some(world) = World::new(db, Time::Real) {
            world.tell(&story);
            world.stop();
        }
    }
}

impl World {
    /// Has every commit fail.
    async fn gets_stuck(&self) {
        self.unguards(if self.db == Db::Lite { STUCK_LITE } else { STUCK_PG }).await;
    }

    /// Has commits succeed again.
    async fn gets_loose(&self) {
        self.unguards(if self.db == Db::Lite { LOOSE_LITE } else { LOOSE_PG }).await;
    }

    /// Waits until the health page says this.
    async fn waits_until(&self, what: &str, says: impl Fn(&Answer) -> bool) {
        until(what, async || says(&self.nobody().get("/health/ready").await).then_some(())).await;
    }

    async fn is_spooling(&self) {
        self.waits_until("spooling", |said| said["type"].as_str().is_some_and(|kind| kind.ends_with("/spooling")))
            .await;
    }

    async fn works_again(&self) {
        self.waits_until("at work again", |said| said.status == 200 && said["spooled"] == 0).await;
    }
}

/// Returns where alerts of a case go.
fn alerts_of(case: &DemoCase) -> String {
    format!("/api/v1/cases/{}/alerts", case.id)
}

/// Claims that an act was kept and nothing more, in words that comfort nobody.
#[track_caller]
fn is_kept(answer: &Answer) -> &Answer {
    answer.is(202);
    assert_eq!((&answer["state"], &answer["durable"]), (&json!("kept"), &json!("spool")), "{answer}");
    let say = answer["say"].as_str().expect("words");
    assert!(say.contains("nobody has been told") && say.contains("elephone"), "{answer}");
    let ring = answer["telephone"].as_array().expect("numbers");
    assert!(ring.len() > 1 && ring.iter().all(|one| one["number"].is_string()), "{answer}");
    assert!(answer["receipt"].is_null() && answer["id"].is_null(), "{answer}");
    answer
}

/// Returns the alerts of an inbox whose words these are.
async fn found(who: &Player, words: &str) -> Vec<Value> {
    let (mut found, mut path) = (Vec::new(), "/api/v1/alerts?limit=100".to_owned());
    loop {
        let page = who.get(&path).await;
        for item in page.is(200).items() {
            let opened = who.get(&format!("/api/v1/alerts/{}", item["id"].as_str().expect("an id"))).await;
            if opened["text"].as_str().is_some_and(|text| text.contains(words)) {
                found.push(opened.body.clone());
            }
        }
        let Some(next) = page["next"].as_str() else { return found };
        path = format!("/api/v1/alerts?limit=100&after={next}");
    }
}

#[test]
fn an_alert_goes_through_while_no_commit_does_and_is_shown_once() {
    on_each_now(async |world| {
        let (morag, isla, case) = (world.cast("morag"), world.cast("isla"), world.show_case());
        let about = world.woman_a().to_string();
        let send = async |key: &str, words: &str| {
            morag.post_once(&alerts_of(case), key, &alert("missed-session", Some(about.clone()), words)).await
        };
        assert_eq!(send("k0", "before").await.is(202)["durable"], "disk");
        world.gets_stuck().await;
        let first = send("k1", "the first of the dark").await;
        is_kept(&first);
        assert_eq!((&first["idempotency_key"], &first["time_certain"]), (&json!("k1"), &json!(true)));
        world.is_spooling().await;

        is_kept(&send("k2", "the second of the dark").await);
        let own = morag.post(&alerts_of(case), alert("missed-session", Some(about.clone()), "without a key")).await;
        assert!(is_kept(&own)["idempotency_key"].as_str().expect("a key").starts_with("request-"));
        assert_eq!(is_kept(&send("k1", "the first of the dark").await)["repeated"], true);
        send("k1", "something else").await.is_problem(409, "idempotency-key-reused");
        morag.post(&alerts_of(case), json!({ "kind": "missed-session" })).await.is_problem(422, "bad-field");
        world
            .nobody()
            .post(&alerts_of(case), alert("missed-session", None, "x"))
            .await
            .is_problem(401, "invalid-token");
        for closed in ["/api/v1/cases", "/api/v1/alerts", "/openapi.json"] {
            let closed = morag.get(closed).await;
            assert!(closed.is_problem(503, "spooling").headers.contains_key("retry-after"), "{closed}");
        }
        // What is not there, or not hers to know, is kept like what is.
        let nowhere = format!("/api/v1/cases/{}/alerts", lippen::model::id::CaseId::random());
        let refused = morag.post(&nowhere, alert("missed-session", None, "to nobody at all")).await;
        let refused = is_kept(&refused)["idempotency_key"].as_str().expect("a key").to_owned();

        world.gets_loose().await;
        world.works_again().await;
        for words in ["the first of the dark", "the second of the dark", "without a key"] {
            let shown = found(&isla, words).await;
            assert_eq!(shown.len(), 1, "{words}: {shown:?}");
            assert!(shown[0]["merged_at"].as_str() > shown[0]["stored_at"].as_str(), "{}", shown[0]);
        }
        assert_eq!(found(&isla, "the first of the dark").await[0]["stored_at"], first["received_at"]);
        let again = send("k1", "the first of the dark").await;
        assert_eq!((&again.is(202)["repeated"], &again["durable"]), (&json!(true), &json!("disk")), "{again}");
        assert_eq!(found(&isla, "the first of the dark").await[0]["id"], again["id"]);

        let told = found(&morag, "It was NOT sent").await;
        assert_eq!((told.len(), &told[0]["kind"]), (1, &json!("not-sent")), "{told:?}");
        assert!(told[0]["case"].is_null() && told[0]["severity"] == "critical");
        // Which of them it was, by what its sender was told, and nothing of what it was on.
        let said = morag.opens(told[0]["id"].as_str().expect("an id")).await;
        let words = said.is(200)["text"].as_str().expect("words").to_owned();
        assert!(words.starts_with("An alert that you sent on ") && words.contains(&refused), "{words}");
        said.holds_no("to nobody at all").holds_no(nowhere.split('/').nth(4).expect("a case"));
        assert_eq!(found(&isla, "to nobody at all").await.len(), 0);
        assert_eq!(send("k3", "after").await.is(202)["durable"], "disk");
    });
}
