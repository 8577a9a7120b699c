//! Another way of comparing words comes into force: from that moment on nothing of hers passes that the new way would
//! find, at any node, and nothing that only the old way looked at.

use super::bundles::{built_in, worded_anew};
use super::in_flight::asks;
use crate::house::{House, from, in_each, isla, morag};
use crate::world::{Db, World, on_each_alone};
use lippen::auth::Actor;
use lippen::desk::Error;
use lippen::gate;
use lippen::policy::Files;
use lippen::store::effect::Effect;
use serde_json::{Value, json};

/// What she told, and what is pasted.
const TOLD: &str = "She said that he waits behind the old mill on market days and follows the bus down to the harbour.";

/// Words are cut into runs of five and not of four: no fingerprint of before fits one of after.
fn cut_otherwise() -> Files {
    let mut files = built_in();
    let screen = files.screen.replace("number, gram=4", "number, gram=5");
    assert_ne!(screen, files.screen);
    files.screen = screen;
    files
}

fn hers(about: &str) -> Value {
    json!({ "kind": "allegation", "text": TOLD, "category": "protected-account", "about": about })
}

fn his() -> Value {
    json!({ "kind": "fact", "text": TOLD, "category": "risk-plan" })
}

impl House {
    /// Says whether a request of its own puts her words into his record.
    async fn passes(&self, by: &Actor) -> bool {
        match self.desk.clone().write_note(by, self.case(), from(his()), None).await {
            Ok(_) => true,
            Err(Error::Invalid { .. }) => false,
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn what_she_said_is_held_back_by_the_rules_that_come_and_the_answer_names_their_file() {
    on_each_alone(async |world: &World| {
        let (isla, morag, case) = (world.cast("isla"), world.cast("morag"), world.show_case());
        isla.writes(case, hers(&world.woman_a().to_string())).await;
        let path = format!("/api/v1/cases/{}/notes", case.id);
        morag.post(&path, his()).await.is_problem(422, "invalid").blames("text");
        let digest = world.prepares(&cut_otherwise(), 1, &[]);
        let adopted = world.adopts("gavin", &digest).await;
        adopted.is(201);
        assert_eq!((&adopted["rows_added"], &adopted["changed_files"]), (&json!(0), &json!(["screen.csv"])));
        assert_eq!(morag.get("/api/v1/policies/current").await.is(200)["changed_files"], json!(["screen.csv"]));
        for _ in 0..2 {
            morag.post(&path, his()).await.is_problem(422, "invalid").blames("text");
        }
        // Back again: the old fingerprints are not taken for those of now either.
        let digest = world.prepares(&built_in(), 2, &[]);
        world.adopts("gavin", &digest).await.is(201);
        morag.post(&path, his()).await.is_problem(422, "invalid").blames("text");
        world.is_sound().await;
    });
}

#[test]
fn her_words_are_held_back_at_every_node() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(first) = House::new(Db::Postgres).await else { return };
        let second = first.another().await;
        let (hers_by, his_by, officer) =
            (first.admits(isla()).await, first.admits(morag()).await, first.officer().await);
        let note = from(hers(&first.woman().to_string()));
        first.desk.clone().write_note(&hers_by, first.case(), note, None).await.unwrap();
        assert!(!first.passes(&his_by).await && !second.passes(&his_by).await);
        first.adopts(&officer, &cut_otherwise(), 1).await;
        assert!(!second.passes(&his_by).await && !first.passes(&his_by).await);
        second.stop().await;
        first.is_sound().await;
        first.stop().await;
    });
}

#[test]
fn what_was_looked_at_by_the_policy_before_is_not_stored_under_the_next() {
    in_each(async |house| {
        let (by, officer) = (house.admits(morag()).await, house.officer().await);
        let note = house.note(&by, "words").await;
        let (ask, item) = asks(&house, &by, note).await;
        let stores = || Effect::Disclose(Vec::new()).into();
        let (one, other) = (house.gate.clone(), house.gate.clone());
        one.policy.looked();
        let (early, late) =
            (one.decide(&ask, item.clone()).await.unwrap(), other.decide(&ask, item.clone()).await.unwrap());
        house.adopts(&officer, &worded_anew(), 1).await;
        for permit in [early, one.decide(&ask, item.clone()).await.unwrap()] {
            let moved = one.commit_anew(permit, &ask, item.clone(), stores()).await;
            assert!(matches!(moved, Err(gate::Error::Moved)), "{moved:?}");
        }
        let permit = one.decide(&ask, item.clone()).await.unwrap();
        let moved = one.commit_as_prepared(permit, stores()).await;
        assert!(matches!(moved, Err(gate::Error::Moved)), "{moved:?}");
        // Looked at again, by the policy that is in force: stored.
        one.policy.looked();
        let permit = one.decide(&ask, item.clone()).await.unwrap();
        assert!(one.commit_anew(permit, &ask, item.clone(), stores()).await.is_ok());
        // Whoever wrote nothing is judged again, as ever.
        assert!(other.commit_anew(late, &ask, item, stores()).await.is_ok());
        drop((one, other));
        house.is_sound().await;
        house.stop().await;
    });
}
