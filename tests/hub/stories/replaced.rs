//! An order in the place of another: the card and the clocks follow the one that lives, the chronology keeps both.

use crate::world::{Player, World, on_each_alone};
use lippen::demo::DemoCase;
use lippen::model::orders::OrderKind;
use serde_json::{Value, json};

const HEROIN: &str = "to give samples and keep away from heroin";

fn at(case: &DemoCase, end: &str) -> String {
    format!("/api/v1/cases/{}/{end}", case.id)
}

fn day(world: &World, from_now: i64) -> String {
    world.now().plus_seconds(from_now * 86_400).day().to_string()
}

/// Returns a case under this kind of order, and who manages it.
fn under(world: &World, kind: OrderKind) -> (&DemoCase, Player) {
    let mut all = world.caseload.cases.iter().skip(3).filter(|case| case.sentence.kind == kind);
    let case = all.next().expect("there are some");
    (case, world.cast(world.who(case, "justice.case-manager", None)))
}

async fn only_order(keeper: &Player, case: &DemoCase) -> Value {
    let list = keeper.get(&at(case, "orders")).await;
    assert_eq!(list.is(200).items().len(), 1, "{list}");
    list.items()[0].clone()
}

async fn card(world: &World, case: &DemoCase) -> Value {
    let ask = json!({
        "family_name": case.person.family, "given_name": case.person.given,
        "date_of_birth": case.person.born.to_string(), "incident": "PS-20261120-0412",
    });
    let told = world.cast("kenneth").post("/api/v1/status-queries", ask).await;
    assert_eq!(told.is(200)["match"], "one", "{told}");
    told["card"].clone()
}

/// Returns the clocks of an order, open ones and ended ones.
async fn clocks(keeper: &Player, case: &DemoCase, order: &str) -> (Vec<Value>, Vec<Value>) {
    let page = keeper.get(&at(case, "clocks")).await;
    let of_it = page.is(200).items().iter().filter(|one| one["order"] == *order).cloned();
    of_it.partition(|one| matches!(one["state"].as_str(), Some("running" | "amber" | "late" | "not-set")))
}

#[test]
fn the_old_order_ends_on_the_day_of_the_new_one_and_its_clocks_do_not_linger() {
    on_each_alone(async |world| {
        let (case, keeper) = under(world, OrderKind::CommunityPayback);
        let old = only_order(&keeper, case).await["id"].as_str().expect("an id").to_owned();
        let (open, _) = clocks(&keeper, case, &old).await;
        assert!(!open.is_empty(), "something runs");
        let new = json!({
            "kind": "licence", "made": day(world, 0), "ends": day(world, 400), "replaces": old, "contact_level": "very-high",
            "conditions": [{ "kind": "exclusion" }, { "kind": "curfew", "from": "20:00", "to": "06:00" }],
        });
        // What protected somebody is not lost by a new sheet of paper: it is repeated, or said to be over.
        keeper.post(&at(case, "orders"), new.clone()).await.is_problem(422, "invalid").blames("conditions");
        let mut new = new;
        new["ends_protection"] = json!(true);
        let made = keeper.post(&at(case, "orders"), new).await;
        let id = made.is(201).id();
        let now = card(world, case).await;
        let words: Vec<&Value> = now["orders"].as_array().expect("a list").iter().map(|one| &one["words"]).collect();
        assert_eq!(words, [&json!("Licence")], "the one that lives: {now}");
        assert_eq!((&now["curfew"], &now["contact_level"]), (&json!("20:00 to 06:00"), &json!("very-high")), "{now}");
        assert_eq!(now["conditions"], json!(["a place where he must not go", "curfew"]), "{now}");
        let (open, ended) = clocks(&keeper, case, &old).await;
        assert!(open.is_empty(), "{open:?}");
        let events = keeper.get(&format!("{}?limit=100", at(case, "events"))).await;
        let end =
            events.is(200).items().iter().find(|one| one["word"] == "order-replaced").expect("it is there").clone();
        assert_eq!(end["order"], json!(old), "{end}");
        assert!(ended.iter().any(|one| one["ended"]["by"] == json!([end["id"]])), "{ended:?}");
        assert!(!clocks(&keeper, case, &id).await.0.is_empty(), "those of the new one run");
        let list = keeper.get(&at(case, "orders")).await;
        assert!(list.is(200).item(&old).is_some() && list.item(&id).is_some(), "both stay");
        assert_eq!(keeper.get(&format!("/api/v1/orders/{id}")).await.is(200)["replaces"], json!(old));
        assert_eq!(keeper.get(&format!("/api/v1/orders/{old}")).await.is(200)["replaces"], Value::Null);
    });
}

#[test]
fn a_chain_replaces_each_order_once_and_only_what_is_of_this_case() {
    on_each_alone(async |world| {
        let (case, keeper) = under(world, OrderKind::Licence);
        let found = only_order(&keeper, case).await;
        let first = found["id"].as_str().expect("an id").to_owned();
        let path = at(case, "orders");
        let in_place =
            |of: &str| json!({ "kind": "licence", "made": day(world, 0), "replaces": of, "ends_protection": true });
        let second = keeper.post(&path, in_place(&first)).await.is(201).id();
        let third = keeper.post(&path, in_place(&second)).await.is(201).id();
        for taken in [&first, &second] {
            keeper.post(&path, in_place(taken)).await.is_problem(422, "invalid").blames("replaces");
        }
        assert_eq!(card(world, case).await["orders"].as_array().map(Vec::len), Some(1), "one lives");
        let others = world.caseload.cases.iter().filter(|other| other.id != case.id);
        let other = others.map(|other| other.sentence.id.to_string()).next().expect("there are others");
        let nowhere = super::nowhere();
        let refused = keeper.post(&path, in_place(&other)).await;
        refused.is_problem(422, "invalid").blames("replaces").holds_no(&other);
        refused.is_the_same_as(&keeper.post(&path, in_place(&nowhere)).await);
        let mut early = in_place(&third);
        early["made"] = json!(day(world, -9));
        keeper.post(&path, early).await.is_problem(422, "invalid").blames("starts");
        let by_hand =
            json!({ "word": "order-replaced", "happened": format!("{}T10:00:00Z", day(world, -1)), "order": third });
        keeper.post(&at(case, "events"), by_hand).await.is_problem(422, "invalid").blames("word");
    });
}

#[test]
fn an_order_that_begins_later_leaves_the_old_one_until_its_day() {
    on_each_alone(async |world| {
        let (case, keeper) = under(world, OrderKind::CommunityPayback);
        let old = only_order(&keeper, case).await["id"].as_str().expect("an id").to_owned();
        let new = json!({
            "kind": "licence", "made": day(world, 0), "starts": day(world, 1), "replaces": old, "ends_protection": true,
        });
        let id = keeper.post(&at(case, "orders"), new).await.is(201).id();
        let words = async || card(world, case).await["orders"].clone();
        assert_eq!(words().await[0]["words"], "Community payback order");
        assert!(!clocks(&keeper, case, &old).await.0.is_empty(), "the old one's clocks still run");
        world.wind(9 * 3_600);
        let now = words().await;
        assert_eq!((now.as_array().map(Vec::len), &now[0]["words"]), (Some(1), &json!("Licence")), "{now}");
        assert!(clocks(&keeper, case, &old).await.0.is_empty() && !clocks(&keeper, case, &id).await.0.is_empty());
    });
}

#[test]
fn what_a_card_must_not_show_is_not_shown_by_what_took_its_place() {
    on_each_alone(async |world| {
        let (case, keeper) = under(world, OrderKind::Diversion);
        let diverted = only_order(&keeper, case).await["id"].as_str().expect("an id").to_owned();
        let ask = json!({
            "lines": [{ "family_name": case.person.family, "date_of_birth": case.person.born.to_string() }],
            "incident": "PS-20261120-0412",
        });
        let kenneth = world.cast("kenneth");
        let list = async || kenneth.post("/api/v1/status-queries/batch", ask.clone()).await;
        assert_eq!(list().await.is(200)["lines"][0]["match"], "none", "a diversion is on no card");
        let dtto = json!({
            "kind": "drug-treatment-and-testing", "made": day(world, 0), "replaces": diverted,
            "requirements": [{ "kind": "drug" }], "conditions": [{ "kind": "other", "text": HEROIN }],
        });
        let id = keeper.post(&at(case, "orders"), dtto).await.is(201).id();
        let whole = keeper.get(&format!("/api/v1/orders/{id}")).await;
        assert_eq!((&whole.is(200)["replaces"], &whole["conditions"][0]["text"]), (&json!(diverted), &json!(HEROIN)));
        list().await.is(200).holds_no(&diverted).holds_no("iversion").holds_no("heroin");
        kenneth.is_told_nothing_at("/api/v1/orders/{}", &diverted).await;

        // One who is no diversion from the start: that he is under the order shows, and no substance.
        let (case, keeper) = under(world, OrderKind::CommunityPayback);
        let dtto = json!({
            "kind": "drug-treatment-and-testing", "made": day(world, 0),
            "requirements": [{ "kind": "drug" }], "conditions": [{ "kind": "other", "text": HEROIN }],
        });
        keeper.post(&at(case, "orders"), dtto).await.is(201);
        let shown = card(world, case).await;
        let titles = shown["orders"].to_string();
        assert!(titles.contains("Drug treatment and testing order"), "yes or no: {shown}");
        for word in ["heroin", "samples", "\"drug\""] {
            assert!(!shown.to_string().contains(word), "{word}: {shown}");
        }
    });
}

#[test]
fn who_answers_for_an_order_is_nobody_of_her_side_and_nobody_learns_who_that_is() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let morag = world.cast("morag");
        let made = |officer: String| json!({ "kind": "unpaid-work", "made": "2026-01-05", "officer": officer });
        let nobody = morag.post(&at(case, "orders"), made(super::nowhere())).await;
        nobody.is_problem(422, "invalid").blames("officer");
        for key in ["isla", "kenneth"] {
            let theirs = morag.post(&at(case, "orders"), made(world.worker(key).id.to_string())).await;
            theirs.is_problem(422, "invalid").is_the_same_as(&nobody);
        }
        morag.post(&at(case, "orders"), made(world.worker("morag").id.to_string())).await.is(201);
    });
}
