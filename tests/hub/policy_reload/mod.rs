//! A policy comes into force while the hub runs: over the API, in flight, at another node, after a restart.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

mod builds;
pub(crate) mod bundles;
pub(crate) mod in_flight;
mod notices;
mod refused;
mod screening;

use crate::world::{Answer, Db, Player, Time, World, on_each_alone};
use bundles::{built_in, lay, lippen, seal, sign, without_attendance};
use lippen::policy::Files;
use lippen::store::Place;
use lippen::store::verify::{Verdict, verify};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// A note of the case manager about the man's attendance: nothing of hers, nothing that a wall stands around.
fn attendance() -> Value {
    json!({ "kind": "fact", "text": "He was late.", "category": "attendance",
        "handling": { "share": "P", "onward": "ask-originator", "use_with_man": "ask-first",
            "action_on": "free", "attributable": true } })
}

impl World {
    fn incoming(&self) -> PathBuf {
        self.data().join("policy/incoming")
    }

    /// Puts a policy into the folder, sealed and signed by both.
    fn prepares(&self, files: &Files, version: u32, more: &[&str]) -> String {
        lay(&self.incoming(), files);
        let digest = seal(&self.incoming(), version, more);
        for number in [1, 2] {
            let (well, said) = sign(&self.incoming(), self.data(), number);
            assert!(well, "{said}");
        }
        digest
    }

    async fn adopts(&self, who: &str, digest: &str) -> Answer {
        self.cast(who).post("/api/v1/policies", json!({ "manifest": digest })).await
    }

    /// Returns the digest that the health page tells.
    async fn healthy(&self) -> Value {
        self.nobody().get("/health/ready").await["policy"].clone()
    }

    async fn is_sound(&self) {
        let place = self.manifest["database"].as_str().unwrap();
        let place =
            if self.db == Db::Lite { Place::Folder(self.data().to_owned()) } else { Place::Url(place.to_owned()) };
        let vkey = std::fs::read_to_string(self.data().join("keys/log.vkey")).unwrap();
        let verdict = verify(&place, Some(vkey.trim())).await.unwrap();
        assert!(matches!(verdict, Verdict::Sound { .. }), "{verdict:?}");
    }
}

async fn may_read(who: &Player, note: &str) -> bool {
    match who.reads(note, "supervision").await.status.as_u16() {
        200 => true,
        404 => false,
        other => panic!("{other}"),
    }
}

#[test]
fn what_a_policy_closes_is_closed_for_the_next_request_and_what_it_opens_is_open() {
    on_each_alone(async |world| {
        let morag = world.cast("morag");
        let note = morag.writes(world.show_case(), attendance()).await.id();
        let first = morag.get("/api/v1/policies/current").await;
        first.is(200);
        assert_eq!(
            (&first["version"], &first["digest"], &first["previous"]),
            (&json!(0), &world.healthy().await, &Value::Null)
        );
        assert!(may_read(&morag, &note).await);

        let closed = world.prepares(&without_attendance(), 1, &[]);
        let adopted = world.adopts("gavin", &closed).await;
        adopted.is(201);
        assert_eq!(
            (&adopted["digest"], &adopted["previous"], &adopted["rows_added"]),
            (&json!(closed), &first["digest"], &json!(0))
        );
        assert_eq!(adopted["signers"], json!(["governance-1", "governance-2"]));
        assert!(!may_read(&morag, &note).await);
        morag.is_told_nothing_at("/api/v1/notes/{}?purpose=supervision", &note).await;
        assert_eq!(world.healthy().await, json!(closed));
        let current = world.cast("isla").get("/api/v1/policies/current").await;
        assert_eq!((&current["version"], &current["previous"]), (&json!(1), &first["digest"]));
        let removed = current["removed"].as_array().unwrap();
        assert_eq!(json!(removed.len()), adopted["rows_removed"]);
        assert!(
            !removed.is_empty() && removed.iter().all(|row| row.as_str().unwrap().contains("attendance")),
            "{current}"
        );

        let open = world.prepares(&built_in(), 2, &[]);
        world.adopts("gavin", &open).await.is(201);
        assert!(may_read(&morag, &note).await);
        assert_eq!(world.healthy().await, json!(open));
        world.is_sound().await;
    });
}

#[test]
fn a_stream_of_readings_sees_the_old_policy_or_the_new_one_and_nothing_else() {
    on_each_alone(async |world| {
        let morag = world.cast("morag");
        let note = morag.writes(world.show_case(), attendance()).await.id();
        let closed = world.prepares(&without_attendance(), 1, &[]);
        let read = async || {
            let mut seen: Vec<bool> = Vec::new();
            // Until well after the answer of the adoption.
            while seen.iter().filter(|open| !**open).count() < 5 && seen.len() < 5_000 {
                seen.push(may_read(&morag, &note).await);
            }
            seen
        };
        let list = async || {
            let path = format!("/api/v1/cases/{}/notes?purpose=supervision&limit=100", world.show_case().id);
            let mut seen: Vec<bool> = Vec::new();
            while seen.iter().filter(|open| !**open).count() < 5 && seen.len() < 5_000 {
                let page = morag.get(&path).await;
                seen.push(page.is(200).item(&note).is_some());
            }
            seen
        };
        let adopt = async || world.adopts("gavin", &closed).await.is(201).status;
        let (_, one, two, listed) = futures_util::future::join4(adopt(), read(), read(), list()).await;
        for seen in [one, two, listed] {
            let open = seen.iter().take_while(|open| **open).count();
            assert!(seen.len() == open + 5 && !seen[open..].contains(&true), "once closed, never open again: {seen:?}");
        }
        world.is_sound().await;
    });
}

#[test]
fn an_adopted_policy_outlives_the_process() {
    for db in [Db::Lite, Db::Postgres] {
        let Some(world) = World::new(db, Time::Real) else { continue };
        let (note, closed) = (OnceLock::new(), OnceLock::new());
        world.tell(async |world| {
            let morag = world.cast("morag");
            note.set(morag.writes(world.show_case(), attendance()).await.id()).unwrap();
            closed.set(world.prepares(&without_attendance(), 1, &[])).unwrap();
            world.adopts("gavin", closed.get().unwrap()).await.is(201);
        });
        let world = world.starts_again();
        let (note, closed) = (note.get().unwrap(), closed.get().unwrap());
        world.tell(async |world| {
            assert!(!may_read(&world.cast("morag"), note).await);
            assert_eq!(world.healthy().await, json!(closed));
            let current = world.cast("morag").get("/api/v1/policies/current").await;
            assert_eq!((&current["version"], &current["digest"]), (&json!(1), &json!(closed)));
            world.is_sound().await;
        });
        world.stop();
    }
}

#[test]
fn the_entry_says_who_asked_and_what_came_after_names_the_new_policy() {
    on_each_alone(async |world| {
        let morag = world.cast("morag");
        let case = world.show_case();
        let closed = world.prepares(&without_attendance(), 1, &[]);
        let before = world.healthy().await;
        let receipt = world.adopts("gavin", &closed).await.is(201)["receipt"].clone();
        morag.get(&format!("/api/v1/cases/{}", case.id)).await.is(200);
        let records = world.records_from(receipt["index"].as_i64().unwrap()).await;
        let adoption = &records[0];
        for (field, value) in
            [("act", "adopt"), ("kind", "policy"), ("id", &closed), ("decision", "permit"), ("lines", "A290")]
        {
            assert_eq!(adoption[field], *value, "{field}");
        }
        assert_eq!(adoption["actor"], format!("u:{}", world.worker("gavin").id));
        assert_eq!(json!(adoption["policy"]), before, "the old policy permitted it");
        assert!(records.len() > 1 && records[1..].iter().all(|record| record["policy"] == closed));
        world.is_sound().await;
    });
}

#[test]
fn openssl_checks_the_signatures_and_makes_them() {
    let Some(world) = World::new(Db::Lite, Time::Real) else { return };
    let folder = world.incoming();
    world.prepares(&built_in(), 1, &[]);
    let at = |name: &str| folder.join(name).display().to_string();
    let openssl = |arguments: &[&str]| {
        let output = Command::new("openssl").args(arguments).output().expect("openssl is installed");
        assert!(output.stderr.is_empty() || output.status.success() || arguments[1] == "-verify", "{output:?}");
        output.status.success()
    };
    let (public, manifest) = (world.data().join("public.pem").display().to_string(), at("manifest.json"));
    for number in [1, 2] {
        let key = world.data().join(format!("keys/governance/{number}.pem")).display().to_string();
        assert!(openssl(&["pkey", "-in", &key, "-pubout", "-out", &public]));
        let holds = |of: &str, signature: &str| {
            openssl(&["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", &public, "-in", of, "-sigfile", signature])
        };
        let (own, other) = (at(&format!("manifest.sig.{number}")), at(&format!("manifest.sig.{}", 3 - number)));
        assert!(holds(&manifest, &own) && !holds(&manifest, &other) && !holds(&at("policy.csv"), &own));
        // The other way round: whoever has only openssl signs too.
        std::fs::remove_file(&own).unwrap();
        assert!(openssl(&["pkeyutl", "-sign", "-rawin", "-inkey", &key, "-in", &manifest, "-out", &own]));
    }
    let list = world.data().join("policy/approvers.csv").display().to_string();
    let (well, said) = lippen(&["policy", "verify", &folder.display().to_string(), "--approvers", &list]);
    assert!(well && said.contains("signed by governance-1 and governance-2"), "{said}");
    // A key that openssl made signs by the command.
    let key = world.data().join("made.pem").display().to_string();
    assert!(openssl(&["genpkey", "-algorithm", "ed25519", "-out", &key]));
    std::fs::remove_file(at("manifest.sig.2")).unwrap();
    let (well, said) = lippen(&["policy", "sign", &folder.display().to_string(), "--key", &key, "--as", "cat"]);
    assert!(well && said.contains("\nit counts where the governance key list says: cat, MCowBQYDK2VwAyEA"), "{said}");
    let (well, said) = lippen(&["policy", "verify", &folder.display().to_string(), "--approvers", &list]);
    assert!(!well && said.contains("manifest.sig.2: nobody of the governance key list"), "{said}");
    world.stop();
}
