//! Story 12: his life changes, and another woman is in it. Those who must know are told, a disclosure is decided, and neither
//! woman's worker learns that there is the other.

use super::addresses::{at, everything, jiff_second, role_of};
use super::nowhere;
use crate::world::{Player, World, on_each_alone};
use lippen::demo::DemoCase;
use serde_json::{Value, json};

/// Returns a case with a MAPPA co-ordinator, a police officer and a women's worker.
fn in_mappa(world: &World) -> &DemoCase {
    let has = |case: &DemoCase, role: &str| case.involvements.iter().any(|part| role_of(world, part.worker) == role);
    let roles = ["mappa.coordinator", "police.offender-management", "womens.worker"];
    let fits = |case: &&DemoCase| roles.iter().all(|role| has(case, role));
    world.caseload.cases.iter().find(fits).expect("a man in MAPPA, and a woman")
}

/// Returns how many alerts of a significant change in a case somebody has.
async fn told(player: &Player, case: &DemoCase) -> usize {
    let (mut found, mut path) = (0, "/api/v1/alerts?limit=100".to_owned());
    loop {
        let page = player.get(&path).await;
        let of = |one: &&Value| one["kind"] == "significant-change" && one["case"] == json!(case.id);
        found += page.is(200).items().iter().filter(of).count();
        let Some(next) = page["next"].as_str() else { return found };
        path = format!("/api/v1/alerts?limit=100&after={next}");
    }
}

fn change(world: &World) -> Value {
    json!({
        "word": "significant-change", "happened": jiff_second(world),
        "text": "He is said to live with a new partner and her children.",
    })
}

#[test]
fn a_significant_change_reaches_each_who_must_know_once_and_starts_its_clocks() {
    on_each_alone(async |world| {
        let case = in_mappa(world);
        let keeper = world.cast(world.who(case, "justice.case-manager", None));
        let made = keeper.post(&at(case, "events"), change(world)).await;
        let id = made.is(201).id();
        let roles = [
            "justice.team-manager",
            "mappa.coordinator",
            "police.offender-management",
            "childrens.worker",
            "womens.worker",
        ];
        for role in roles {
            let mut reached = 0;
            for who in world.caseload.workers.iter().filter(|who| who.role.to_string() == role) {
                let times = told(&world.cast(&who.key), case).await;
                assert!(times <= 1, "{} is told once", who.key);
                made.holds_no(&who.id.to_string());
                reached += times;
            }
            assert!(reached > 0, "{role} is told");
        }
        let clock = async |name: &str| {
            let page = keeper.get(&at(case, "clocks")).await;
            let of = |one: &&Value| one["clock"] == name && one["trigger"]["event"] == json!(id);
            page.is(200).items().iter().find(of).cloned().expect("the clock runs")
        };
        let manager = clock("NOS-SIGNIFICANT-CHANGE-MANAGER").await;
        assert_eq!((&manager["told_to"], &manager["ended"]), (&json!("justice.team-manager"), &Value::Null));
        assert_eq!(clock("NOS-SIGNIFICANT-CHANGE-REVIEW").await["ended"], Value::Null);
        let leads = world.cast(world.who(case, "justice.team-manager", None));
        for word in ["manager-discussed", "review-held"] {
            let done = json!({ "word": word, "happened": jiff_second(world), "follows": id });
            if word == "manager-discussed" {
                // Whoever leads the case does not say for her manager that it was discussed.
                keeper.post(&at(case, "events"), done.clone()).await.is_problem(422, "invalid").blames("word");
                leads.post(&at(case, "events"), done).await.is(201);
            } else {
                keeper.post(&at(case, "events"), done).await.is(201);
            }
        }
        assert_eq!(clock("NOS-SIGNIFICANT-CHANGE-MANAGER").await["state"], "stopped");
        assert_eq!(clock("NOS-SIGNIFICANT-CHANGE-REVIEW").await["state"], "stopped");
    });
}

#[test]
fn neither_womans_worker_learns_of_the_other_by_any_route() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let (morag, leads) = (world.cast("morag"), world.cast(world.who(case, "justice.team-manager", None)));
        let changed = morag.post(&at(case, "events"), change(world)).await.is(201).id();
        let decide = |about: Value| {
            json!({
                "decision": "disclose", "to": "His new partner", "basis": "self-disclosure", "reason": "There are children.",
                "decided_by": "Team manager", "told_person": "yes", "self_disclosure_deadline": "2190-01-01",
                "follows": changed, "about": about,
            })
        };
        let path = at(case, "disclosures");
        let decision = leads.post(&path, decide(json!(world.woman_b()))).await.is(201).id();
        leads.post(&path, decide(Value::Null)).await.is(201);
        let address = json!({ "kind": "move", "address": "3 Nowhere Street, Kilgowkie", "from": "2190-11-27" });
        let proposed = morag.post(&at(case, "addresses"), address).await.is(201).id();
        let mut checks = Vec::new();
        for key in ["isla", "catriona"] {
            let list = world.cast(key).get("/api/v1/checks?limit=100").await;
            let mine: Vec<Value> =
                list.is(200).items().iter().filter(|one| one["case"] == json!(case.id)).cloned().collect();
            assert_eq!(mine.len(), 1, "each is asked for her own woman alone: {list}");
            checks.push(mine[0]["id"].as_str().expect("an id").to_owned());
            let page = world.cast(key).get("/api/v1/checks?limit=1").await;
            assert_eq!(page.is(200).items().len(), 1);
        }
        let answer = json!({ "answer": "objection", "text": "wheeshtreply She is afraid of him." });
        world.cast("isla").post(&format!("/api/v1/checks/{}/replies", checks[0]), answer).await.is(201);
        for (nth, (key, other, hers)) in
            [("isla", "catriona", world.woman_b()), ("catriona", "isla", world.woman_a())].into_iter().enumerate()
        {
            let player = world.cast(key);
            let theirs = &checks[1 - nth];
            player.is_told_nothing_at("/api/v1/checks/{}", theirs).await;
            let more = [("{address}", proposed.as_str()), ("{event}", changed.as_str()), ("{check}", theirs.as_str())];
            for answer in everything(&player, case, &more).await {
                answer.holds_no(&hers.to_string()).holds_no(&world.worker(other).id.to_string()).holds_no(theirs);
            }
            if key == "catriona" {
                for answer in everything(&player, case, &[]).await {
                    answer.holds_no("wheeshtreply");
                }
            } else {
                // The decision is about the other woman: it is not there.
                player.is_told_nothing_at("/api/v1/disclosures/{}", &decision).await;
            }
        }
    });
}

#[test]
fn a_disclosure_follows_the_change_and_a_no_is_decided_too() {
    on_each_alone(async |world| {
        let case = in_mappa(world);
        let (keeper, leads) = (
            world.cast(world.who(case, "justice.case-manager", None)),
            world.cast(world.who(case, "justice.team-manager", None)),
        );
        let changed = keeper.post(&at(case, "events"), change(world)).await.is(201).id();
        let path = at(case, "disclosures");
        let mut yes = json!({
            "decision": "disclose", "to": "His new partner", "basis": "self-disclosure", "reason": "There are children.",
            "alternatives": ["The police tell her"], "decided_by": "Team manager", "told_person": "yes", "follows": changed,
        });
        leads.post(&path, yes.clone()).await.is_problem(422, "invalid").blames("self_disclosure_deadline");
        yes["self_disclosure_deadline"] = json!("2190-01-01");
        let mut stray = yes.clone();
        stray["follows"] = json!(nowhere());
        leads.post(&path, stray).await.is_problem(422, "invalid").blames("follows");
        let made = leads.post(&path, yes).await;
        assert_eq!(made.is(201)["route"], "dsdas");
        let open = leads.get(&format!("/api/v1/disclosures/{}", made.id())).await;
        assert_eq!((&open.is(200)["follows"], &open["decision"]), (&json!(changed), &json!("disclose")));
        let mut no = json!({
            "decision": "not-disclose", "to": "His new partner", "basis": "public-interest", "reason": "She knows already.",
            "decided_by": "Team manager", "told_person": "yes", "follows": changed,
        });
        leads.post(&path, no.clone()).await.is_problem(422, "invalid").blames("review");
        no["review"] = json!("2190-01-01");
        leads.post(&path, no).await.is(201);

        // What becomes of an application under the scheme is with the police: the reference, and no words.
        let police = world.cast(world.who(case, "police.offender-management", None));
        let mut applied = json!({
            "word": "dsdas-applied", "happened": jiff_second(world), "evidence": ["DSDAS reference 2026-77"],
            "follows": changed, "text": "She asked about him.",
        });
        police.post(&at(case, "events"), applied.clone()).await.is_problem(422, "invalid").blames("text");
        applied.as_object_mut().expect("an object").remove("text");
        let id = police.post(&at(case, "events"), applied.clone()).await.is(201).id();
        applied["word"] = json!("dsdas-not-disclosed");
        applied["evidence"] = json!([]);
        police.post(&at(case, "events"), applied).await.is_problem(422, "invalid").blames("evidence");
        assert_eq!(
            police.get(&format!("/api/v1/events/{id}")).await.is(200)["evidence"],
            json!(["DSDAS reference 2026-77"])
        );
        for role in ["justice.case-manager", "womens.worker"] {
            let player = world.cast(world.who(case, role, None));
            player.is_told_nothing_at("/api/v1/events/{}", &id).await;
            player.get(&at(case, "events")).await.is(200).holds_no(&id);
        }
    });
}
