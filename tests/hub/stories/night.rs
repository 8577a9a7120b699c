//! Story 3: at three in the morning an officer at a door asks where a man stands.

use crate::house::{House, agency, case_head, from, importer, in_each, morag};
use crate::world::{Answer, Db, Player, World, on_each, on_each_alone};
use lippen::auth::Actor;
use lippen::demo::{DemoCase, OrderKind};
use lippen::desk::status_queries::{Found, StatusAnswer};
use lippen::model::agencies::{Agency, AgencyKind, Regime, Role};
use lippen::model::id::{CaseId, WorkerId};
use lippen::model::matching::{Confidence, Fit};
use lippen::model::people::{Alias, Identity};
use lippen::model::text::Line;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/status-queries";
const INCIDENT: &str = "PS-20261120-0412";
const REASON: &str = "Stopped on foot patrol; control has given no number yet.";

fn about(case: &DemoCase) -> Value {
    json!({
        "family_name": case.person.family, "given_name": case.person.given,
        "date_of_birth": case.person.born.to_string(), "incident": INCIDENT,
    })
}

fn nobody() -> Value {
    json!({ "family_name": "Nosuchfamilyname", "given_name": "Nobody", "date_of_birth": "1971-02-03", "incident": INCIDENT })
}

fn without_number(mut ask: Value) -> Value {
    ask["no_incident_yet"] = json!(true);
    ask["reason"] = json!(REASON);
    ask.as_object_mut().expect("an object").remove("incident");
    ask
}

#[test]
fn an_officer_who_is_not_on_the_case_is_shown_his_card() {
    on_each(async |world| {
        let (case, kenneth) = (world.show_case(), world.cast("kenneth"));
        let told = kenneth.post(PATH, about(case)).await;
        assert_eq!((&told.is(200)["match"], &told["confidence"]), (&json!("one"), &json!("exact")), "{told}");
        let card = &told["card"];
        assert_eq!((&card["family_name"], &card["person"]), (&json!(case.person.family), &json!(case.person.id)));
        assert_eq!(card["arrangement"], case.order.to_string());
        assert_eq!((&card["stale"], &card["banner"]), (&json!(false), &Value::Null), "{told}");
        assert!(told["as_at"].is_string() && card["owner"]["ring"]["number"].is_string(), "{told}");
        let safety = &card["safety_contact"];
        assert!(safety["say"].as_str().is_some_and(|say| say.contains("before you tell her anything")), "{told}");
        assert!(
            card["need_more"]["emergency"].as_str().is_some_and(|way| way.ends_with("/emergency-access")),
            "{told}"
        );
        kenneth.is_told_nothing_at("/api/v1/cases/{}", &case.id.to_string()).await;
    });
}

#[test]
fn a_card_holds_no_note_no_address_and_nothing_of_who_is_protected() {
    on_each(async |world| {
        let (kenneth, show) = (world.cast("kenneth"), world.show_case());
        let told = kenneth.post(PATH, about(show)).await;
        told.is(200).holds_no(&show.person.address).holds_no(&show.person.phone).holds_no(&show.id.to_string());
        for her in &show.protected {
            told.holds_no(&her.id.to_string()).holds_no(&her.pseudonym).holds_no(&her.family).holds_no(&her.given);
            told.holds_no(&her.whereabouts.address);
        }
        for service in ["ayrshire-womens-service", "dumfries-womens-service", "childrens-service", "Isla", "DASH"] {
            told.holds_no(service);
        }
        for canary in lippen::demo::CANARIES.iter().filter(|word| **word != show.person.family) {
            told.holds_no(canary);
        }
        let women = |many: usize| {
            let fits = move |case: &&DemoCase| {
                let served = case.involvements.iter().filter(|part| part.about.is_some()).count();
                case.protected.len() == many && served >= many && case.id != show.id
            };
            world.caseload.cases.iter().skip(3).find(fits)
        };
        let one = kenneth.post(PATH, about(women(1).expect("a case of one woman"))).await;
        assert_eq!(one.is(200)["card"]["safety_contact"], told["card"]["safety_contact"], "one, two: the same");
        let none = kenneth.post(PATH, about(women(0).expect("a case of nobody protected"))).await;
        assert_eq!(none.is(200)["card"]["safety_contact"], Value::Null, "{none}");
    });
}

#[test]
fn near_names_and_an_exchanged_date_are_found_and_said_to_be_so() {
    on_each(async |world| {
        let (case, kenneth) = (world.show_case(), world.cast("kenneth"));
        let ask = |field: &str, value: &str| {
            let mut ask = about(case);
            ask[field] = json!(value);
            ask
        };
        let near = kenneth.post(PATH, ask("family_name", "Kranreuchan")).await;
        assert_eq!((&near.is(200)["match"], &near["confidence"]), (&json!("one"), &json!("strong")), "{near}");
        assert!(
            near["fits"].as_array().is_some_and(|fits| fits.contains(&json!("family name sounds alike"))),
            "{near}"
        );
        let year: i32 = case.person.born.to_string()[..4].parse().expect("a year");
        let slipped = format!("{}{}", year + 1, &case.person.born.to_string()[4..]);
        let slipped = kenneth.post(PATH, ask("date_of_birth", &slipped)).await;
        slipped.is(200).is_the_same_as(&kenneth.post(PATH, nobody()).await);
        let number = &case.person.references[0].number;
        let by_number = json!({ "reference": number, "family_name": case.person.family, "incident": INCIDENT });
        assert_eq!(kenneth.post(PATH, by_number).await.is(200)["confidence"], "exact");
        let wrong = json!({ "reference": number, "family_name": "Nosuchfamilyname", "incident": INCIDENT });
        assert_eq!(kenneth.post(PATH, wrong).await.is(200)["match"], "none", "a reference alone is not enough");
        let also = world.caseload.cases.iter().skip(3).filter(|case| case.order != OrderKind::Diversion);
        let also = also.flat_map(|case| case.person.aliases.first().map(|name| (case, name)));
        let (case, (given, family)) = also.into_iter().next().expect("somebody goes by another name");
        let born = case.person.born.to_string();
        let ask = json!({ "family_name": family, "given_name": given, "date_of_birth": born, "incident": INCIDENT });
        let told = kenneth.post(PATH, ask).await;
        assert_eq!((&told.is(200)["confidence"], &told["card"]["person"]), (&json!("strong"), &json!(case.person.id)));
    });
}

#[test]
fn nobody_a_diversion_and_somebody_the_officer_knows_are_one_answer() {
    on_each_alone(async |world| {
        let lynsey = world.cast("lynsey");
        let known = &world.caseload.cases[5];
        let words =
            json!({ "family_name": known.person.family, "given_name": known.person.given, "relation": "my brother" });
        let unknown = lynsey.post(PATH, nobody()).await;
        assert_eq!((&unknown.is(200)["match"], &unknown["card"]), (&json!("none"), &Value::Null), "{unknown}");
        assert!(unknown["say"].as_str().is_some_and(|say| say.contains("does not mean not supervised")), "{unknown}");
        assert!(!unknown["ring"].as_array().expect("numbers").is_empty(), "{unknown}");
        assert_eq!(lynsey.post(PATH, about(known)).await.is(200)["match"], "one");
        lynsey.post("/api/v1/me/conflicts", words).await.is(201);
        let hidden = lynsey.post(PATH, about(known)).await;
        hidden.is_the_same_as(&unknown).holds_no(&known.person.family);
        let manager = world.cast("angus");
        let diverted =
            world.caseload.cases.iter().find(|case| case.order == OrderKind::Diversion).expect("a diversion");
        for who in [&lynsey, &manager] {
            who.post(PATH, about(diverted)).await.is(200).is_the_same_as(&unknown).holds_no(&diverted.person.family);
        }
        let told = own_lookups(world, "lynsey").await;
        assert!(told >= 1, "those who answer for her are told that she looked up somebody whom she knows");
        for key in ["morag", "isla", "ruth", "graham", "emil", "irene"] {
            let refused = world.cast(key).post(PATH, about(known)).await;
            refused.is_problem(404, "not-found").is_the_same_as(&world.cast(key).post(PATH, nobody()).await);
        }
    });
}

/// Counts the notices about a worker's look-ups in the inboxes of the governance officers.
async fn own_lookups(world: &World, whose: &str) -> usize {
    let (mut found, id) = (0, world.worker(whose).id.to_string());
    for key in ["ruth", "beth"] {
        let officer = world.cast(key);
        let inbox = officer.get("/api/v1/alerts?limit=100").await;
        for item in inbox.is(200).items().iter().filter(|item| item["kind"] == "own-lookup") {
            let opened = officer.opens(item["id"].as_str().expect("an id")).await;
            found += usize::from(opened.is(200)["text"].as_str().expect("words").contains(&id));
        }
    }
    found
}

#[test]
fn what_says_too_little_is_refused_before_anything_is_looked_up() {
    on_each(async |world| {
        let (case, kenneth) = (world.show_case(), world.cast("kenneth"));
        let (family, number) = (&case.person.family, &case.person.references[0].number);
        for (ask, blamed) in [
            (json!({ "family_name": family, "incident": INCIDENT }), "body"),
            (json!({ "reference": number, "incident": INCIDENT }), "body"),
            (json!({ "family_name": family, "given_name": case.person.given }), "incident"),
            (json!({ "family_name": family, "given_name": "Ewan", "incident": "12" }), "incident"),
            (json!({ "family_name": family, "given_name": "Ewan", "no_incident_yet": true }), "reason"),
            (
                json!({ "family_name": family, "given_name": "Ewan", "no_incident_yet": true, "reason": "later" }),
                "reason",
            ),
            (
                json!({ "family_name": family, "given_name": "Ewan", "incident": INCIDENT, "no_incident_yet": true,
                        "reason": REASON }),
                "no_incident_yet",
            ),
        ] {
            let refused = kenneth.post(PATH, ask).await;
            refused.is_problem(422, "invalid").blames(blamed).holds_no(family).holds_no(number);
        }
    });
}

#[test]
fn each_question_is_an_entry_of_the_log_and_nothing_of_it_lies_open() {
    on_each_alone(async |world| {
        let (case, kenneth) = (world.show_case(), world.cast("kenneth"));
        let word = format!("u:{}", world.worker("kenneth").id);
        let begin = i64::try_from(world.log_size().await).expect("a size");
        kenneth.post(PATH, about(case)).await.is(200);
        kenneth.post(PATH, nobody()).await.is(200);
        let records = world.records_from(begin).await;
        let asked: Vec<&_> = records.iter().filter(|one| one["act"] == "query" && one["actor"] == word).collect();
        assert_eq!(asked.len(), 2, "{asked:?}");
        assert!(
            asked.iter().all(|one| one["kind"] == "status-query" && one["case"] == "-" && one["decision"] == "permit")
        );
        let items: Vec<&str> = asked[0]["items"].split(',').collect();
        assert_eq!(items[0], format!("person:{}", case.person.id));
        assert!(
            items.len() > 1 && items[1..].iter().all(|one| one.starts_with("order:")),
            "what the card opened: {items:?}"
        );
        assert_eq!(asked[1]["items"], "-");
        for (at, record) in asked.iter().enumerate() {
            let kept = world.bytes("SELECT sealed FROM status_query WHERE id = $1", &record["id"]).await;
            assert_eq!(kept.len(), 1, "question {at} is kept");
            assert!(!String::from_utf8_lossy(&kept[0]).contains(INCIDENT), "its number is sealed");
            assert!(!record.values().any(|value| value.contains(INCIDENT) || value.contains(&*case.person.family)));
        }
        let readers = world.cast("morag").readers_of(case).await;
        assert!(readers.iter().any(|one| one["act"] == "query" && one["actor"] == word), "he looked at the case");
    });
}

#[test]
fn conditions_that_do_not_open_are_not_known_and_hide_nothing_else_of_the_card() {
    on_each_alone(async |world| {
        let (case, kenneth) = (world.show_case(), world.cast("kenneth"));
        let whole = kenneth.post(PATH, about(case)).await;
        assert!(whole.is(200)["card"]["conditions"].as_array().is_some_and(|all| !all.is_empty()), "{whole}");
        world
            .unguards(match world.db {
                Db::Lite => "DROP TRIGGER supervision_order_no_update",
                Db::Postgres => "DROP TRIGGER supervision_order_append_only ON supervision_order",
            })
            .await;
        world.does("UPDATE supervision_order SET summary = sealed WHERE case_id = $1", &case.id.to_string()).await;
        let begin = i64::try_from(world.log_size().await).expect("a size");
        let told = kenneth.post(PATH, about(case)).await;
        assert_eq!(told.is(200)["match"], "one");
        for field in ["family_name", "orders", "arrangement", "owner", "safety_contact", "contact_level"] {
            assert_eq!(told["card"][field], whole["card"][field], "{field}");
        }
        assert_eq!((&told["card"]["conditions"], &told["card"]["curfew"]), (&Value::Null, &Value::Null), "{told}");
        let records = world.records_from(begin).await;
        assert!(
            records.iter().any(|one| one["act"] == "query" && one["decision"] != "permit"),
            "that it failed is recorded"
        );
    });
}

#[test]
fn a_question_without_a_number_is_on_the_list_of_the_next_day_until_the_number_comes() {
    on_each_alone(async |world| {
        let (kenneth, angus, ruth) = (world.cast("kenneth"), world.cast("angus"), world.cast("ruth"));
        let asked = kenneth.post(PATH, without_number(about(world.show_case()))).await;
        let query = asked.is(200)["follow_up"]["query"].as_str().expect("an id").to_owned();
        kenneth.post(PATH, about(world.show_case())).await.is(200);
        let own = angus.post(PATH, without_number(nobody())).await.is(200)["follow_up"]["query"].clone();
        assert!(
            listed(&angus, &query).await.is_none() && listed(&ruth, &query).await.is_none(),
            "not on the day itself"
        );
        world.wind(5 * 3_600);
        for officer in [&angus, &ruth] {
            let item = listed(officer, &query).await.expect("the next day has begun");
            assert_eq!((&item["worker"], &item["reason"]), (&json!(world.worker("kenneth").id), &json!(REASON)));
            let list = officer.get(PATH).await;
            list.holds_no(&world.show_case().person.family).holds_no(&world.show_case().person.id.to_string());
        }
        assert_eq!(
            angus.get(PATH).await.is(200).items().len(),
            1,
            "who came with a number is not on it, nor one's own"
        );
        assert!(listed(&ruth, own.as_str().expect("an id")).await.is_some(), "somebody else sees his");
        let path = format!("{PATH}/{query}/incident");
        for who in ["angus", "lynsey", "ruth", "morag"] {
            let refused = adds(&world.cast(who), &query).await;
            refused.is_problem(404, "not-found").is_the_same_as(&adds(&world.cast(who), &super::nowhere()).await);
        }
        kenneth.post(&path, json!({ "incident": "soon" })).await.is_problem(422, "invalid").blames("incident");
        let key = "a-key-of-kenneths";
        let first = kenneth.post_once(&path, key, &json!({ "incident": INCIDENT })).await;
        first.is(200);
        assert_eq!(kenneth.post_once(&path, key, &json!({ "incident": INCIDENT })).await.is(200)["repeated"], true);
        adds(&kenneth, &query).await.is_problem(409, "conflict");
        assert!(listed(&angus, &query).await.is_none() && listed(&ruth, &query).await.is_none(), "it has its number");
        let both = "SELECT CAST(COUNT(*) AS BIGINT) FROM status_query q JOIN status_query_incident i ON i.query = q.id \
                    WHERE q.id = $1";
        assert_eq!(world.number(both, &query).await, 1, "both are kept");
    });
}

async fn listed(who: &Player, query: &str) -> Option<Value> {
    who.get(&format!("{PATH}?limit=100")).await.is(200).item(query).cloned()
}

async fn adds(who: &Player, query: &str) -> Answer {
    who.post(&format!("{PATH}/{query}/incident"), json!({ "incident": INCIDENT })).await
}

/// Takes an officer and men into a house.
async fn with_men(house: &House, men: &[(&str, &str, &str)]) -> Actor {
    let (by, officer, hub) = (&importer(), WorkerId::random(), agency("police"));
    let recipient = house.store().agency(&agency("justice")).await.expect("read").expect("there").recipient;
    let police = Agency {
        id: hub.clone(),
        name: "Police".to_owned(),
        kind: AgencyKind::Police,
        regime: Regime::LawEnforcement,
        recipient,
    };
    house.desk.join_agency(by, police).await.expect("joined");
    let name = Line::new("An Officer").expect("a name");
    house.desk.appoint(by, officer, hub, Role::PoliceResponse, name).await.expect("appointed");
    for (given, family, born) in men {
        let man = Identity {
            family_name: Line::new(family).expect("a name"),
            given_names: Line::new(given).expect("a name"),
            date_of_birth: born.parse().expect("a date"),
            references: Vec::new(),
            address: None,
            phone: None,
            aliases: Vec::<Alias>::new(),
        };
        house.desk.open_case(by, case_head(CaseId::random()), &man).await.expect("opened");
    }
    house.admits_of(officer, "police").await
}

async fn told(house: &House, officer: &Actor, ask: Value) -> StatusAnswer {
    house.desk.ask_status(officer, from(ask)).await.expect("an answer")
}

#[test]
fn of_several_who_fit_nobody_is_shown_until_another_identifier_tells_them_apart() {
    in_each(async |house| {
        let men = [("William", "Whinstane", "1980-05-06"), ("Bill", "Whinstane", "1971-02-03")];
        let officer = with_men(&house, &men).await;
        let names = json!({ "family_name": "Whinstane", "given_name": "William", "incident": INCIDENT });
        assert!(matches!(told(&house, &officer, names.clone()).await.found, Found::Several), "one exactly, one nearly");
        let mut more = names;
        more["date_of_birth"] = json!("1971-02-03");
        let Found::One(one) = told(&house, &officer, more.clone()).await.found else { panic!("one is left") };
        assert_eq!(one.confidence, Confidence::Strong);
        assert!(one.fits.contains(&Fit::GivenForm), "{:?}", one.fits);
        more["date_of_birth"] = json!("1971-03-02");
        let Found::One(one) = told(&house, &officer, more).await.found else { panic!("one is left") };
        assert_eq!((one.confidence, one.fits.contains(&Fit::BornExchanged)), (Confidence::Possible, true));
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn a_card_whose_owner_gives_no_sign_for_a_day_says_so_and_is_never_blank() {
    in_each(async |house| {
        let officer = with_men(&house, &[]).await;
        let ask =
            json!({ "family_name": "Doe", "given_name": "John", "date_of_birth": "1980-01-02", "incident": INCIDENT });
        let card = async |officer: &Actor| match told(&house, officer, ask.clone()).await.found {
            Found::One(one) => one.card,
            other => panic!("he is there: {other:?}"),
        };
        let fresh = card(&officer).await;
        assert!(!fresh.is_stale && fresh.safety_contact.is_some() && fresh.orders.is_none());
        house.wind(23 * 3_600);
        assert!(!card(&officer).await.is_stale, "not yet a day");
        house.wind(3_600);
        let old = card(&officer).await;
        assert!(old.is_stale && old.as_at == fresh.as_at && old.owner_phone == fresh.owner_phone, "{old:?}");
        let her = house.admits(morag()).await;
        house.note(&her, "He came.").await;
        let again = card(&officer).await;
        assert!(!again.is_stale && again.as_at > old.as_at, "she has written: {again:?}");
        house.stop().await;
    });
}
