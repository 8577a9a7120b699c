//! Story 7: a worker looks up somebody whom they know. The screen says nothing; their managers are told.

use super::nowhere;
use crate::world::{Answer, Player, World, on_each, on_each_alone};
use lippen::model::id::WorkerId;
use serde_json::{Value, json};

#[test]
fn a_worker_who_looks_up_somebody_he_knows_is_told_what_he_would_be_told_of_nobody() {
    on_each(async |world| {
        let case = &world.caseload.cases[2];
        let calum = world.cast("calum");
        let looked = search(&case.person.family, &case.person.born.to_string());
        let before = own_lookups(&world.cast("ruth"), world.worker("calum").id).await;

        let his = calum.post("/api/v1/people/search", looked).await;
        let nobody = search("Nosuchfamilyname", "1971-02-03");
        let unknown = calum.post("/api/v1/people/search", nobody).await;
        his.is(200).is_the_same_as(&unknown).holds_no(&case.person.family).holds_no(&case.reference);
        assert_eq!((&his["match"], &his["people"]), (&json!("none"), &json!([])), "{his}");
        calum.is_told_nothing_at("/api/v1/cases/{}", &case.id.to_string()).await;

        for key in ["ruth", "fiona"] {
            let manager = world.cast(key);
            let lookups = own_lookups(&manager, world.worker("calum").id).await;
            let opened = lookups.last().unwrap_or_else(|| panic!("{key} was not told"));
            opened.holds_no(&case.person.family).holds_no(&case.reference);
        }
        assert_eq!(
            own_lookups(&world.cast("ruth"), world.worker("calum").id).await.len(),
            before.len() + 1,
            "one search, one notice"
        );
        for key in ["norma", "beth", "calum", "graham"] {
            let told = world.cast(key).get("/api/v1/alerts?limit=100").await;
            told.holds_no("own-lookup");
        }
    });
}

#[test]
fn a_declared_conflict_closes_a_case_that_the_worker_had() {
    on_each(async |world| {
        let lesley = world.cast("lesley");
        let worker = world.worker("lesley").id;
        let case = world.caseload.cases.iter().skip(3);
        let mut case = case.filter(|case| case.involvements.iter().any(|part| part.worker == worker));
        let case = case.next().expect("Lesley has a case");
        let path = format!("/api/v1/cases/{}", case.id);
        assert_eq!(lesley.get(&path).await.is(200)["reference"], case.reference);
        assert!(has_case(&lesley.get("/api/v1/cases?limit=100").await.body, &case.id.to_string()));

        let words = json!({
            "family_name": case.person.family, "given_name": case.person.given, "relation": "he is my brother-in-law",
        });
        let declared = lesley.post("/api/v1/me/conflicts", words).await;
        declared.is(201).holds_no(&case.person.family).holds_no(&case.reference);
        let stranger =
            json!({ "family_name": "Nosuchfamilyname", "given_name": "Nobody", "relation": "he is my brother-in-law" });
        let other = lesley.post("/api/v1/me/conflicts", stranger).await;
        assert_eq!(declared["say"], other.is(201)["say"], "the answer does not tell whether he is here");

        lesley.is_told_nothing_at("/api/v1/cases/{}", &case.id.to_string()).await;
        let notes = lesley.get(&format!("{path}/notes")).await;
        notes.is(404).is_the_same_as(&lesley.get(&format!("/api/v1/cases/{}/notes", nowhere())).await);
        assert!(!has_case(&lesley.get("/api/v1/cases?limit=100").await.body, &case.id.to_string()));
        let found =
            lesley.post("/api/v1/people/search", search(&case.person.family, &case.person.born.to_string())).await;
        assert_eq!(found.is(200)["match"], "none", "{found}");
    });
}

#[test]
fn who_finds_him_by_a_search_stands_among_those_who_looked() {
    on_each(async |world| {
        let case = world.show_case();
        let looked = search(&case.person.family, &case.person.born.to_string());
        let manager = world.who(case, "justice.team-manager", None);
        for key in [manager, "isla"] {
            let found = world.cast(key).post("/api/v1/people/search", looked.clone()).await;
            assert_ne!(found.is(200)["match"], "none", "{found}");
        }
        let unfound = search("Nosuchfamilyname", "1971-02-03");
        world.cast("donald").post("/api/v1/people/search", unfound).await.is(200);
        let searchers = async |who: &str| {
            let entries = world.cast(who).readers_of(case).await;
            let searches = entries.into_iter().filter(|entry| entry["act"] == "search");
            searches.map(|entry| entry["actor"].as_str().expect("an actor").to_owned()).collect::<Vec<_>>()
        };
        let word = |key: &str| format!("u:{}", world.worker(key).id);
        let seen = searchers("morag").await;
        assert!(seen.contains(&word(manager)), "{seen:?}");
        assert!(!seen.contains(&word("donald")), "who found nobody looked at nobody: {seen:?}");
        let group = world.who(case, "programme.group-worker", None);
        assert!(!searchers(group).await.contains(&word("isla")), "her worker stays unknown to who may not know of her");
    });
}

#[test]
fn a_home_a_telephone_a_family_of_the_place_and_a_woman_of_the_case_are_too_close() {
    on_each_alone(async |world| {
        let morag = world.cast("morag");
        let worker = world.worker("morag").id;
        let mine = |case: &&lippen::demo::DemoCase| case.involvements.iter().any(|part| part.worker == worker);
        let cases: Vec<_> = world.caseload.cases.iter().skip(3).filter(mine).take(5).collect();
        let man = |at: usize| &cases[at].person;
        let place = man(2).address.split(", ").nth(1).expect("a town").to_owned();
        let her = world
            .caseload
            .cases
            .iter()
            .skip(3)
            .filter(mine)
            .skip(3)
            .find_map(|case| Some((case, case.protected.first()?)))
            .expect("somebody is protected");
        let own =
            |family: &str, given: &str| json!({ "family_name": family, "given_name": given, "relation": "myself" });
        for (case, field, value, mut words) in [
            (cases[0], "address", man(0).address.to_uppercase(), own("Nosuchfamilyname", "Ann")),
            (cases[1], "phone", man(1).phone.replace("07700", "+44 7700"), own("Nosuchfamilyname", "Ann")),
            (
                cases[2],
                "address",
                format!("999 Elsewhere Row, {place}, ZZ99 9ZZ"),
                own(&man(2).family, "Nosuchgivenname"),
            ),
            (her.0, "phone", "01632 960999".to_owned(), own(&her.1.family, &her.1.given)),
        ] {
            let path = format!("/api/v1/cases/{}", case.id);
            morag.get(&path).await.is(200);
            words[field] = json!(value);
            morag.post("/api/v1/me/conflicts", words).await.is(201).holds_no(&value);
            morag.is_told_nothing_at("/api/v1/cases/{}", &case.id.to_string()).await;
            let looked = search(&case.person.family, &case.person.born.to_string());
            let found = morag.post("/api/v1/people/search", looked).await;
            let nobody = morag.post("/api/v1/people/search", search("Nosuchfamilyname", "1971-02-03")).await;
            found.is(200).is_the_same_as(&nobody);
            assert!(!own_lookups(&manager_of(world, "morag"), worker).await.is_empty(), "{field}: the manager is told");
        }
    });
}

/// Returns somebody who is told of the look-ups of a worker: a manager of the same agency, not the worker.
fn manager_of(world: &World, key: &str) -> Player {
    let worker = world.worker(key);
    let manages = |one: &&lippen::demo::DemoWorker| {
        one.agency == worker.agency
            && one.id != worker.id
            && ["justice.team-manager", "womens.manager", "governance.officer"].contains(&one.role.to_string().as_str())
    };
    let manager = world.caseload.workers.iter().find(manages).expect("the agency has a manager");
    world.cast(&manager.key)
}

fn search(family: &str, born: &str) -> Value {
    json!({ "family_name": family, "date_of_birth": born })
}

fn has_case(list: &Value, id: &str) -> bool {
    list["items"].as_array().expect("a list").iter().any(|one| one["id"] == id)
}

/// Returns the notices that this worker looked up a person whom they know, oldest first.
async fn own_lookups(manager: &Player, whose: WorkerId) -> Vec<Answer> {
    let inbox = manager.get("/api/v1/alerts?limit=100").await;
    let mut notices = Vec::new();
    for item in inbox.is(200).items().iter().filter(|item| item["kind"] == "own-lookup") {
        let opened = manager.opens(item["id"].as_str().expect("an id")).await;
        if opened.is(200)["text"].as_str().expect("words").contains(&whose.to_string()) {
            notices.push(opened);
        }
    }
    notices
}

/// Returns the texts of the notices of declarations in somebody's inbox.
async fn declarations(who: &Player) -> Vec<String> {
    let inbox = who.get("/api/v1/alerts?limit=100").await;
    let mut found = Vec::new();
    for item in inbox.is(200).items().iter().filter(|item| item["kind"] == "conflict-declared") {
        found.push(
            who.opens(item["id"].as_str().expect("an id")).await.is(200)["text"].as_str().expect("words").to_owned(),
        );
    }
    found
}

#[test]
fn a_guessed_name_does_not_tell_a_group_worker_whether_she_is_on_his_case() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let key = world.who(case, "programme.group-worker", None);
        let (guesser, id) = (world.cast(key), world.worker(key).id.to_string());
        let path = format!("/api/v1/cases/{}", case.id);
        let before = guesser.get(&path).await;
        let managers = declarations(&world.cast("fiona")).await.len();
        let mut answers = Vec::new();
        let her = &case.protected[0];
        for (family, given) in [("Nosuchfamilyname", "Ann"), (her.family.as_ref(), her.given.as_ref())] {
            let guess = json!({ "family_name": family, "given_name": given, "relation": "a friend" });
            let declared = guesser.post("/api/v1/me/conflicts", guess).await;
            let shown = guesser.get(&path).await;
            assert_eq!(shown.is(200)["involved"], before.is(200)["involved"]);
            answers.push(declared.is(201)["say"].clone());
        }
        assert_eq!(answers[0], answers[1]);
        let own: Vec<String> = declarations(&world.cast("ruth")).await;
        let own: Vec<&String> = own.iter().filter(|text| text.contains(&id)).collect();
        assert!(own.iter().all(|text| !text.contains(&*her.family)), "{own:?}");
        assert!(own.iter().filter(|text| !text.contains("works on case")).count() >= 2, "each is told alike: {own:?}");
        let told = declarations(&world.cast("fiona")).await;
        assert_eq!(told.len(), managers + 1, "the case's manager decides: {told:?}");
        assert!(told.last().is_some_and(|text| text.contains(&id) && text.contains(&case.id.to_string())), "{told:?}");

        let him = json!({ "family_name": case.person.family, "given_name": case.person.given, "relation": "a friend" });
        guesser.post("/api/v1/me/conflicts", him).await.is(201);
        guesser.is_told_nothing_at("/api/v1/cases/{}", &case.id.to_string()).await;
    });
}

#[test]
fn a_list_of_guessed_names_does_not_fit_into_a_day() {
    on_each_alone(async |world| {
        let donald = world.cast("donald");
        let guess = |number: u32| {
            json!({
                "family_name": "Nosuchfamilyname", "given_name": format!("Ann{number}"), "relation": "a friend",
            })
        };
        for number in 0..10 {
            donald.post("/api/v1/me/conflicts", guess(number)).await.is(201);
        }
        donald.post("/api/v1/me/conflicts", guess(10)).await.is_problem(422, "invalid");
    });
}
