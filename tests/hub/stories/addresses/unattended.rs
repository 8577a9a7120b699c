//! Where nobody works with her: the women's service is asked all the same, and if nobody can be asked somebody is told.

use super::{asked, at, proposal, role_of};
use crate::world::{World, on_each_alone};
use lippen::demo::DemoCase;
use lippen::model::agencies::Role;
use serde_json::{Value, json};

/// Returns a case on which no women's service works.
fn without_women(world: &World) -> &DemoCase {
    let none =
        |case: &&DemoCase| case.involvements.iter().all(|part| !role_of(world, part.worker).starts_with("womens."));
    world.caseload.cases.iter().find(none).expect("a case without a women's worker")
}

#[test]
fn a_service_that_works_with_nobody_of_the_case_answers_like_one_that_does() {
    on_each_alone(async |world| {
        let case = without_women(world);
        let keeper = world.cast(world.who(case, "justice.case-manager", None));
        let made = keeper.post(&at(case, "addresses"), proposal("3 Nowhere Street, Kilgowkie")).await;
        let id = made.is(201).id();
        let all = asked(world, case, "2190-11-27").await;
        let womens = all.iter().find(|ask| ask.line["service"] == "womens").expect("the service is asked");
        assert_eq!((&womens.line["about"], womens.who.role.is_womens()), (&Value::Null, true));
        super::answer_all(&all, "womens", json!({ "answer": "no-information" })).await;
        let shown = super::shown(&keeper, &id).await;
        assert_eq!(shown["state"], "clear");
        for one in &all {
            assert!(!shown.to_string().contains(&one.who.id.to_string()), "nobody who answered is named");
        }
    });
}

#[test]
fn if_nobody_of_a_service_can_be_asked_somebody_is_told_and_the_question_stays_open() {
    on_each_alone(async |world| {
        let case = without_women(world);
        for who in world.caseload.workers.iter().filter(|who| who.role.is_womens()) {
            world.does("INSERT INTO worker_end (worker, entry) VALUES ($1, 'outside')", &who.id.to_string()).await;
        }
        let keeper = world.cast(world.who(case, "justice.case-manager", None));
        let made = keeper.post(&at(case, "addresses"), proposal("3 Nowhere Street, Kilgowkie")).await;
        let id = made.is(201).id();
        let officers = world.caseload.workers.iter().filter(|who| who.role.to_string() == "governance.officer");
        let mut told = 0;
        for officer in officers {
            let page = world.cast(&officer.key).get("/api/v1/alerts?limit=100").await;
            told += page.is(200).items().iter().filter(|one| one["kind"] == "nobody-told").count();
        }
        assert!(told > 0, "those who answer for the agency are told");
        for ask in asked(world, case, "2190-11-27").await {
            let path = format!("/api/v1/checks/{}/replies", ask.id);
            ask.player.post(&path, json!({ "answer": "no-objection" })).await.is(201);
        }
        assert_eq!(super::shown(&keeper, &id).await["state"], "waiting");
        let conclusion = format!("/api/v1/addresses/{id}/conclusion");
        let suitable = json!({ "outcome": "suitable", "reason": "Nobody has said anything against it." });
        keeper.post(&conclusion, suitable).await.is_problem(422, "invalid").blames("outcome");
        let leads = world.cast(world.who(case, "justice.team-manager", None));
        let despite = json!({
            "outcome": "suitable", "despite": "waiting", "reason": "The women's service was telephoned and knows of nobody.",
        });
        leads.post(&conclusion, despite).await.is(201);
        assert_eq!(super::shown(&keeper, &id).await["state"], "suitable");
    });
}

#[test]
fn no_service_answers_for_another_of_its_kind() {
    on_each_alone(async |world| {
        let case = without_women(world);
        let seat = |service: &str| {
            let of =
                |one: &&lippen::demo::DemoWorker| one.role == Role::WomensManager && one.agency.as_str() == service;
            world.caseload.workers.iter().find(of).expect("a manager")
        };
        let (here, there) = (seat("ayrshire-womens-service"), seat("dumfries-womens-service"));
        for one in [here, there] {
            let duty = "INSERT INTO duty (id, worker, senior, starts, author, entry)
                        VALUES ($1, $1, 0, 0, 'outside', 'outside') ON CONFLICT DO NOTHING";
            world.does(duty, &one.id.to_string()).await;
        }
        let keeper = world.cast(world.who(case, "justice.case-manager", None));
        let id = keeper.post(&at(case, "addresses"), proposal("3 Nowhere Street, Kilgowkie")).await.is(201).id();
        let all = asked(world, case, "2190-11-27").await;
        let of = |who: &lippen::demo::DemoWorker| {
            all.iter().find(|ask| ask.who.id == who.id && ask.line["service"] == "womens").expect("each is asked")
        };
        assert_ne!(of(here).id, of(there).id, "each by itself");
        super::answer_all(&all, "womens", json!({ "answer": "no-information" })).await;
        let replies = |who| format!("/api/v1/checks/{}/replies", of(who).id);
        of(here).player.post(&replies(here), json!({ "answer": "objection" })).await.is(201);
        of(there).player.post(&replies(there), json!({ "answer": "no-information" })).await.is(201);
        assert_eq!(super::shown(&keeper, &id).await["state"], "objection", "only who objects takes it back");
        let theirs = of(there).player.get(&format!("/api/v1/checks/{}", of(there).id)).await;
        assert!(theirs.is(200)["replies"].as_array().expect("a list").iter().all(|one| one["answer"] != "objection"));
        of(there).player.is_told_nothing_at("/api/v1/checks/{}", &of(here).id).await;
    });
}
