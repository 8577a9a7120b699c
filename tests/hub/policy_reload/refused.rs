//! What is wrong with a policy keeps the one before in force, whoever asks.

use super::bundles::{built_in, lay, sign, without_attendance};
use super::{attendance, may_read};
use crate::world::{World, on_each_alone};
use serde_json::{Value, json};
use std::fs;

impl World {
    /// Asks for a policy; it is refused for this reason, and nothing has changed.
    pub(super) async fn refuses(&self, digest: &str, place: &str, say: &str) {
        let before = self.healthy().await;
        let answer = self.adopts("gavin", digest).await;
        answer.is_problem(422, "invalid");
        let errors = answer["errors"].as_array().unwrap();
        let named = |one: &Value| {
            one["field"].as_str().unwrap().starts_with(place) && one["say"].as_str().unwrap().contains(say)
        };
        assert!(errors.iter().any(named), "{place}: {say}: {answer}");
        assert_eq!(self.healthy().await, before);
    }
}

#[test]
fn whatever_is_wrong_is_named_and_the_policy_before_stays() {
    on_each_alone(async |world| {
        let morag = world.cast("morag");
        let note = morag.writes(world.show_case(), attendance()).await.id();
        let folder = world.incoming();
        let path = |name: &str| folder.join(name);
        let nobodys = "5b".repeat(32);
        world.refuses(&nobodys, "alert-kinds.csv", "is missing").await;

        let digest = world.prepares(&without_attendance(), 1, &[]);
        world.refuses(&nobodys, "manifest.json", "not the one with this digest").await;
        fs::write(path("more.csv"), "x").unwrap();
        world.refuses(&digest, "more.csv", "does not belong").await;
        fs::remove_file(path("more.csv")).unwrap();
        let two = fs::read(path("manifest.sig.2")).unwrap();
        fs::remove_file(path("manifest.sig.2")).unwrap();
        world.refuses(&digest, "manifest.sig.2", "is missing").await;
        fs::copy(path("manifest.sig.1"), path("manifest.sig.2")).unwrap();
        world.refuses(&digest, "bundle", "of one person").await;
        fs::write(path("manifest.sig.2"), [0; 64]).unwrap();
        world.refuses(&digest, "manifest.sig.2", "nobody of the governance key list").await;
        fs::write(path("manifest.sig.2"), two).unwrap();
        let policy = fs::read_to_string(path("policy.csv")).unwrap();
        fs::write(path("policy.csv"), format!("{policy}\n")).unwrap();
        world.refuses(&digest, "policy.csv", "SHA-256 differs").await;
        fs::remove_file(path("policy.csv")).unwrap();
        world.refuses(&digest, "policy.csv", "is missing").await;
        fs::write(path("policy.csv"), &policy).unwrap();

        assert!(may_read(&morag, &note).await, "nothing of all that closed anything");
        world.adopts("gavin", &digest).await.is(201);
        assert!(!may_read(&morag, &note).await);
        world.is_sound().await;
    });
}

#[test]
fn a_policy_that_two_people_signed_and_that_is_wrong_in_itself_is_not_taken() {
    on_each_alone(async |world| {
        let wrong = async |place: &str, say: &str, change: &dyn Fn(&mut lippen::policy::Files)| {
            let mut files = built_in();
            change(&mut files);
            lay(&world.incoming(), &files);
            // Two people who did not look: the command would not seal it.
            let manifest = lippen::policy::bundle::Manifest::of(&files, 1, "2020-01-01".parse().unwrap(), None);
            fs::write(world.incoming().join("manifest.json"), manifest.to_string()).unwrap();
            for number in [1, 2] {
                assert!(sign(&world.incoming(), world.data(), number).0);
            }
            world.refuses(&manifest.digest().to_string(), place, say).await;
        };
        wrong("policy.csv line ", "womens.manger", &|f| {
            f.policy = f.policy.replace("womens.manager, at", "womens.manger, at")
        })
        .await;
        wrong("policy.csv line ", "is not a word that goes here", &|f| {
            f.policy.push_str("p, chief, *, mappa, *, read, *, *, *, *, *, *, *, allow, -, A900\n")
        })
        .await;
        wrong("", "wanted", &|f| f.tests = f.tests.replace("inv+her, allow, A001", "inv+her, allow, A002")).await;
        wrong("", "invariant", &|f| {
            f.policy.push_str("p, womens.worker, *, housing, *, read, *, *, *, *, *, *, *, allow, -, A999\n")
        })
        .await;
        wrong("", "matrix.csv is not what the policy permits", &|f| f.matrix.push_str("# more\n")).await;
        world.is_sound().await;
    });
}

#[test]
fn versions_rise_and_going_back_takes_an_order_of_its_own() {
    on_each_alone(async |world| {
        let second = world.prepares(&without_attendance(), 2, &[]);
        world.adopts("gavin", &second).await.is(201);
        for version in [1, 2] {
            let digest = world.prepares(&built_in(), version, &[]);
            world.refuses(&digest, "manifest.json", "the version must be above 2").await;
        }
        let other = world.prepares(&built_in(), 1, &["--rolls-back", &"5b".repeat(32)]);
        world.refuses(&other, "manifest.json", "names another policy").await;
        let back = world.prepares(&built_in(), 1, &["--rolls-back", &second]);
        world.adopts("gavin", &back).await.is(201);
        assert_eq!(world.healthy().await, json!(back));
        // The same order again takes nothing back, and what was taken back does not return by its old version.
        world.refuses(&back, "manifest.json", "names another policy").await;
        let again = world.prepares(&without_attendance(), 2, &[]);
        world.refuses(&again, "manifest.json", "the version must be above 2").await;
        world.is_sound().await;
    });
}

#[test]
fn nobody_but_the_hubs_own_officer_asks_for_one_and_the_operator_never_does() {
    on_each_alone(async |world| {
        let digest = world.prepares(&without_attendance(), 1, &[]);
        let before = world.healthy().await;
        for who in ["emil", "ruth", "beth", "morag", "graham"] {
            world.adopts(who, &digest).await.is_problem(404, "not-found");
        }
        world.nobody().post("/api/v1/policies", json!({ "manifest": digest })).await.is_problem(401, "invalid-token");
        world
            .cast("gavin")
            .post("/api/v1/policies", json!({ "manifest": "5B" }))
            .await
            .is_problem(422, "bad-field")
            .blames("manifest");
        assert_eq!(world.healthy().await, before);
        // The same request twice is one adoption.
        let path = "/api/v1/policies";
        let body = json!({ "manifest": digest });
        world.cast("gavin").post_once(path, "key-of-this-adoption", &body).await.is(201);
        assert_eq!(world.cast("gavin").post_once(path, "key-of-this-adoption", &body).await.is(201)["repeated"], true);
        assert_eq!(world.healthy().await, json!(digest));
    });
}
