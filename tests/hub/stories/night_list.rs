//! A division asks before its shift where the men of a list stand: the same rules line by line, and others see that it was
//! a list.

use crate::house::{House, agency, from, importer, in_each};
use crate::world::{Answer, World, on_each, on_each_alone};
use lippen::auth::Actor;
use lippen::demo::{DemoCase, OrderKind};
use lippen::desk::Error;
use lippen::desk::status_batch::{AskStatusList, LineAnswer};
use lippen::desk::status_queries::Found;
use lippen::model::agencies::{Agency, AgencyKind, Regime, Role};
use lippen::model::id::WorkerId;
use lippen::model::text::Line;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PATH: &str = "/api/v1/status-queries/batch";
const ALONE: &str = "/api/v1/status-queries";
const INCIDENT: &str = "PS-20261120-0412";
const REASON: &str = "The list of the night shift; control gives no number for it.";

fn line(case: &DemoCase) -> Value {
    json!({
        "family_name": case.person.family, "given_name": case.person.given, "date_of_birth": case.person.born.to_string(),
    })
}

fn nobody() -> Value {
    json!({ "family_name": "Nosuchfamilyname", "given_name": "Nobody", "date_of_birth": "1971-02-03" })
}

fn list(lines: Vec<Value>) -> Value {
    json!({ "lines": lines, "incident": INCIDENT })
}

fn lines(told: &Answer) -> &[Value] {
    told.is(200)["lines"].as_array().expect("lines")
}

/// Returns what a line says beside where it stands.
fn said(line: &Value) -> Value {
    let mut said = line.clone();
    let fields = said.as_object_mut().expect("an object");
    fields.remove("line");
    fields.remove("receipt");
    said
}

#[test]
fn each_line_is_answered_as_if_it_were_asked_alone_and_a_bad_one_stops_no_other() {
    on_each(async |world| {
        let (case, kenneth) = (world.show_case(), world.cast("kenneth"));
        let mut many = line(case);
        many["date_of_birth"] = json!("1988-13-40");
        let alone = json!({ "family_name": "Onlyafamilyname" });
        let wrong = json!({ "family_name": "Wrongnumber", "given_name": "Jock", "incident": "12-bad-12" });
        let long = json!({ "family_name": "Q".repeat(81), "given_name": "Jock" });
        let unheard = json!({ "surname": "Unheardname", "given_name": "Jock" });
        let asked = vec![line(case), many, nobody(), alone, wrong, long, unheard, json!(["Unheardname"]), line(case)];
        let told = kenneth.post(PATH, list(asked)).await;
        let found = lines(&told);
        let numbers: Vec<_> = found.iter().map(|one| one["line"].as_u64().expect("a number")).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let words: Vec<_> = found.iter().map(|one| one["match"].clone()).collect();
        let null = Value::Null;
        let mut wanted = vec![null; 9];
        (wanted[0], wanted[2], wanted[8]) = (json!("one"), json!("none"), json!("one"));
        assert_eq!(words, wanted, "{told}");
        for (at, field) in [(1, "date_of_birth"), (3, ""), (4, "incident"), (5, "family_name"), (6, ""), (7, "")] {
            let one = &found[at];
            assert_eq!((&one["errors"][0]["field"], &one["receipt"]), (&json!(field), &Value::Null), "{one}");
            assert!(one["say"].as_str().is_some_and(|say| say.contains("not asked")), "{one}");
        }
        told.holds_no("1988-13-40").holds_no("Onlyafamilyname").holds_no("Wrongnumber").holds_no("12-bad-12");
        told.holds_no("Unheardname").holds_no("surname").holds_no("QQQ").holds_no("Nosuchfamilyname");
        let fields: BTreeSet<Vec<&String>> =
            found.iter().map(|one| one.as_object().expect("an object").keys().collect()).collect();
        assert_eq!(fields.len(), 1, "one shape, whatever became of it");

        let mut by_itself = line(case);
        by_itself["incident"] = json!(INCIDENT);
        let by_itself = kenneth.post(ALONE, by_itself).await;
        assert_eq!((&by_itself.is(200)["card"], &by_itself["fits"]), (&found[0]["card"], &found[0]["fits"]));
        for her in &case.protected {
            told.holds_no(&her.id.to_string()).holds_no(&her.pseudonym).holds_no(&her.family).holds_no(&her.given);
        }
        told.holds_no("womens-service").holds_no(&case.person.address).holds_no(&case.id.to_string());
    });
}

#[test]
fn what_is_hidden_from_an_officer_is_a_line_of_nobody() {
    on_each_alone(async |world| {
        let lynsey = world.cast("lynsey");
        let known = &world.caseload.cases[6];
        let words =
            json!({ "family_name": known.person.family, "given_name": known.person.given, "relation": "my brother" });
        lynsey.post("/api/v1/me/conflicts", words).await.is(201);
        let is_diverted = |case: &&DemoCase| case.order == OrderKind::Diversion;
        let diverted = world.caseload.cases.iter().find(is_diverted).expect("a diversion");
        let told = lynsey.post(PATH, list(vec![nobody(), line(known), line(diverted)])).await;
        let found = lines(&told);
        assert_eq!(found[0]["match"], "none");
        assert!(found.iter().all(|one| said(one) == said(&found[0]) && one["receipt"].is_object()), "{told}");
        told.holds_no(&known.person.family).holds_no(&diverted.person.family);
        for key in ["morag", "isla", "ruth", "graham", "emil", "irene"] {
            let refused = world.cast(key).post(PATH, list(vec![line(known)])).await;
            refused
                .is_problem(404, "not-found")
                .is_the_same_as(&world.cast(key).post(PATH, list(vec![nobody()])).await);
        }
    });
}

#[test]
fn a_list_is_an_entry_before_its_lines_and_each_line_is_one() {
    on_each_alone(async |world| {
        let (case, kenneth) = (world.show_case(), world.cast("kenneth"));
        let word = format!("u:{}", world.worker("kenneth").id);
        let begin = i64::try_from(world.log_size().await).expect("a size");
        let told = kenneth.post(PATH, list(vec![line(case), nobody(), json!({ "reference": "X" })])).await;
        let id = told.is(200)["follow_up"]["query"].as_str().expect("an id").to_owned();
        let records = world.records_from(begin).await;
        let asked: Vec<&_> =
            records.iter().filter(|one| one["actor"] == word && one["kind"] == "status-query").collect();
        assert_eq!(asked.len(), 3, "the list and the two lines that could be asked: {asked:?}");
        assert_eq!((&asked[0]["id"], &asked[0]["items"]), (&id, &"-".to_owned()), "the list comes first");
        assert!(asked[1]["items"].starts_with(&format!("person:{},order:", case.person.id)), "{asked:?}");
        let of_list = "SELECT CAST(COUNT(*) AS BIGINT) FROM status_query WHERE batch = $1";
        assert_eq!(world.number(of_list, &id).await, 2);
        let long = "SELECT CAST(lines AS BIGINT) FROM status_query WHERE id = $1";
        assert_eq!(world.number(long, &id).await, 2, "what could not be asked is not counted");
        let readers = world.cast("morag").readers_of(case).await;
        assert!(readers.iter().any(|one| one["act"] == "query" && one["actor"] == word), "his case's keepers see it");
    });
}

async fn shown(world: &World, who: &str, id: &str) -> Option<Value> {
    world.cast(who).get(&format!("{ALONE}?limit=100")).await.is(200).item(id).cloned()
}

#[test]
fn those_who_answer_for_the_asker_see_a_list_the_next_day_with_a_number_or_without() {
    on_each_alone(async |world| {
        let (case, kenneth) = (world.show_case(), world.cast("kenneth"));
        let mut own = nobody();
        own["no_incident_yet"] = json!(true);
        own["reason"] = json!("Named by a caller who rang off before control gave a number.");
        let numbered = kenneth.post(PATH, list(vec![line(case), own])).await;
        let id = numbered.is(200)["follow_up"]["query"].as_str().expect("an id").to_owned();
        assert_eq!(lines(&numbered)[0]["follow_up"], Value::Null);
        let of_line = lines(&numbered)[1]["follow_up"]["query"].as_str().expect("its own").to_owned();
        let without = json!({ "lines": [nobody(), nobody()], "no_incident_yet": true, "reason": REASON });
        let without = kenneth.post(PATH, without).await;
        assert!(lines(&without).iter().all(|one| one["follow_up"].is_null()), "looked at with its list: {without}");
        let other = without["follow_up"]["query"].as_str().expect("an id").to_owned();
        assert!(shown(world, "angus", &id).await.is_none(), "not on the day itself");
        world.wind(5 * 3_600);
        for who in ["angus", "ruth"] {
            let item = shown(world, who, &id).await.expect("the next day has begun");
            assert_eq!(
                (&item["lines"], &item["incident"], &item["reason"]),
                (&json!(2), &json!(INCIDENT), &Value::Null)
            );
            let item = shown(world, who, &other).await.expect("it is there");
            assert_eq!((&item["lines"], &item["incident"], &item["reason"]), (&json!(2), &Value::Null, &json!(REASON)));
            assert_eq!(shown(world, who, &of_line).await.expect("a line of its own")["lines"], Value::Null);
            let page = world.cast(who).get(&format!("{ALONE}?limit=100")).await;
            page.holds_no(&case.person.family).holds_no(&case.person.id.to_string());
        }
        let add = json!({ "incident": INCIDENT });
        for query in [&other, &of_line] {
            kenneth.post(&format!("{ALONE}/{query}/incident"), add.clone()).await.is(200);
        }
        assert!(shown(world, "angus", &of_line).await.is_none(), "a line has its number");
        assert!(shown(world, "angus", &other).await.is_some(), "a list stays in sight");
    });
}

#[test]
fn a_list_says_too_much_or_too_little_and_is_refused_whole() {
    on_each_alone(async |world| {
        let kenneth = world.cast("kenneth");
        let bad = || json!({ "family_name": "Onlyafamilyname" });
        for (ask, blamed) in [
            (list(Vec::new()), "lines"),
            (list(vec![nobody(); 51]), "lines"),
            (json!({ "lines": [nobody()], "incident": "12" }), "incident"),
            (json!({ "lines": [nobody()], "no_incident_yet": true, "reason": "later" }), "reason"),
        ] {
            let refused = kenneth.post(PATH, ask).await;
            refused.is_problem(422, "invalid").blames(blamed).holds_no("Nosuchfamilyname");
        }
        let none = kenneth.post(PATH, json!({ "lines": [nobody()] })).await;
        assert_eq!(lines(&none)[0]["errors"][0]["field"], "incident", "neither list nor line says at which");
        assert_eq!(none["follow_up"], Value::Null, "nothing was looked up: nobody has anything to look at");
        for _ in 0..5 {
            let told = kenneth.post(PATH, list(vec![bad(); 50])).await;
            assert_eq!(told.is(200)["follow_up"], Value::Null, "and none of it counts");
        }
        for _ in 0..3 {
            let mut asked = vec![nobody(); 49];
            asked.push(bad());
            kenneth.post(PATH, list(asked)).await.is(200);
        }
        // 147 lines of 200 were asked. Of two lists at once that fit one by one, one is refused.
        let (one, other) = tokio::join!(kenneth.post(PATH, list(vec![nobody(); 50])), async {
            world.cast("kenneth").post(PATH, list(vec![nobody(); 50])).await
        });
        let refused = if one.status == 200 { &other } else { &one };
        assert_eq!([one.status, other.status].into_iter().filter(|status| *status == 200).count(), 1, "{one}{other}");
        refused.is_problem(422, "invalid").blames("lines");
        let mut alone = line(world.show_case());
        alone["incident"] = json!(INCIDENT);
        assert_eq!(kenneth.post(ALONE, alone).await.is(200)["match"], "one", "whoever is at a door is not counted");
        assert_eq!(world.cast("lynsey").post(PATH, list(vec![nobody()])).await.is(200)["lines"][0]["match"], "none");
    });
}

/// Takes a police agency with an officer and one who answers for them into a house.
async fn with_police(house: &House) -> (Actor, Actor) {
    let (by, officer, governs, hub) = (&importer(), WorkerId::random(), WorkerId::random(), agency("police"));
    let recipient = house.store().agency(&agency("justice")).await.expect("read").expect("there").recipient;
    let police = Agency {
        id: hub.clone(),
        name: "Police".to_owned(),
        kind: AgencyKind::Police,
        regime: Regime::LawEnforcement,
        recipient,
    };
    house.desk.join_agency(by, police).await.expect("joined");
    for (id, role) in [(officer, Role::PoliceResponse), (governs, Role::GovernanceOfficer)] {
        let name = Line::new("An Officer").expect("a name");
        house.desk.appoint(by, id, hub.clone(), role, name).await.expect("appointed");
    }
    (house.admits_of(officer, "police").await, house.admits_of(governs, "police").await)
}

async fn asks(house: &House, officer: &Actor, list: Value) -> Result<Vec<LineAnswer>, Error> {
    let list: AskStatusList = from(list);
    let begun = house.desk.begin_status_list(officer, &list).await?;
    let mut told = Vec::new();
    for line in &list.lines {
        told.push(house.desk.ask_status_line(officer, begun.id, &list, line).await);
    }
    Ok(told)
}

#[test]
fn a_list_leaves_sight_after_four_weeks_and_its_lines_count_for_a_day() {
    in_each(async |house| {
        let (officer, governs) = with_police(&house).await;
        let doe = json!({ "family_name": "Doe", "given_name": "John", "date_of_birth": "1980-01-02" });
        let told = asks(&house, &officer, list(vec![doe.clone()])).await.expect("answered");
        assert!(
            matches!(&told[0], LineAnswer::Told(told) if matches!(told.found, Found::One(_))),
            "he is there: {told:?}"
        );
        let bad = || list(vec![json!({ "reference": "X" }); 50]);
        asks(&house, &officer, bad()).await.expect("nothing is looked up, nothing counts, nobody sees it");
        let fifty = || list(vec![nobody(); 50]);
        for _ in 0..3 {
            asks(&house, &officer, fifty()).await.expect("within the day's number");
        }
        assert!(matches!(asks(&house, &officer, fifty()).await, Err(Error::Invalid { .. })), "201 lines");
        house.wind(86_400);
        asks(&house, &officer, fifty()).await.expect("another day");
        let listed = async || house.desk.open_queries(&governs, None, 100).await.expect("a list").items.len();
        assert_eq!(listed().await, 4, "those of the day before");
        house.wind(27 * 86_400 - 1);
        assert_eq!(listed().await, 5);
        house.wind(1);
        assert_eq!(listed().await, 1, "four weeks are over for the first four");
        house.is_sound().await;
        house.stop().await;
    });
}
