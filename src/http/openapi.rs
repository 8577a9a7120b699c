//! The description of the API, held against the program.
//!
//! Promises: every route is described and nothing else is; every word, length and field that
//! the description names is the program's own; no reference leads nowhere. What a request
//! may say is in `bodies`, what a refusal says in `problems`.
//! Must never know: the network, the database.

mod bodies;
mod examples;
mod lengths;
mod problems;

use super::routes::ROUTES;
use crate::desk::Level;
use crate::desk::rota::TurnWord;
use crate::model::addresses::{AddressState, CheckAnswer, Conclusion, Proposal, Stands};
use crate::model::agencies::{AgencyKind, Role};
use crate::model::alerts::{DeliveryState, Severity};
use crate::model::assessments::{Agreement, Doubted, WhyDoubted};
use crate::model::consents::{ConsentEvent, ConsentKind, ConsentMethod};
use crate::model::decisions::{DisclosureBasis, Verdict};
use crate::model::dispatch::Way;
use crate::model::emergency::ReviewOutcome;
use crate::model::events::{Cause, ContactKind, Outcome};
use crate::model::heartbeats::Hearing;
use crate::model::imports::ImportKind;
use crate::model::locks::LockFinding;
use crate::model::mappa::MappaStatus;
use crate::model::matching::{Confidence, Fit};
use crate::model::meetings::{ItemPurpose, Lacks, SeatPart, WhyCancelled};
use crate::model::notes::{ActionOn, Category, InformationGrade, NoteKind, Onward, ShareCode, UseWithMan};
use crate::model::orders::{ConditionKind, OrderKind, RequirementKind};
use crate::model::overrides::{Answer, Finding, Harm, OverrideState, Told};
use crate::model::plans::Measure;
use crate::model::programmes::Mark;
use crate::model::protected::Relation;
use crate::model::referrals::{MappaLevel, ReferralOutcome, SeriousHarm};
use crate::model::screen::Form;
use crate::model::shares::Purpose;
use crate::model::summary::{Attended, ChildProtection, ContactLevel, ContactWay, OrderState, Suitability};
use crate::policy::Policy;
use crate::policy::help::{Grantor, Route};
use crate::policy::permit::Action;
use serde_json::Value;
use std::collections::BTreeSet;

/// What stands before the address of every route of the API.
const API: &str = "/api/v1/";

fn document() -> Value {
    serde_json::from_str(include_str!("../../assets/openapi.json")).expect("the description is JSON")
}

/// Every operation with its method and path, in the order of the document's keys.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |(way, one)| (&**way, &**path, one)))
        .collect()
}

/// Follows a reference, if it is one.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(place) => document.pointer(place.strip_prefix('#').unwrap()).unwrap_or_else(|| panic!("{place}")),
        None => value,
    }
}

fn schema<'a>(document: &'a Value, name: &str) -> &'a Value {
    document.pointer(&format!("/components/schemas/{name}")).unwrap_or_else(|| panic!("no schema {name}"))
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect()
}

/// Calls `look` with every value of the document, outermost first.
fn walk<'a>(value: &'a Value, look: &mut impl FnMut(&'a Value)) {
    look(value);
    match value {
        Value::Object(fields) => fields.values().for_each(|one| walk(one, look)),
        Value::Array(items) => items.iter().for_each(|one| walk(one, look)),
        _ => {}
    }
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let document = document();
    let described: BTreeSet<(String, String)> = operations(&document)
        .iter()
        .filter(|(_, path, _)| path.starts_with(API))
        .map(|(way, path, _)| ((*way).to_owned(), (*path).to_owned()))
        .collect();
    let routed: BTreeSet<(String, String)> =
        ROUTES.iter().map(|(way, path)| ((*way).to_owned(), path.replace("{*", "{"))).collect();
    assert_eq!(routed.len(), ROUTES.len());
    assert_eq!(described, routed);
}

#[test]
fn the_few_addresses_beside_the_api_are_described_too() {
    let document = document();
    let all = operations(&document);
    let beside: BTreeSet<_> =
        all.iter().filter(|(_, path, _)| !path.starts_with(API)).map(|(way, path, _)| (*way, *path)).collect();
    let known = ["/openapi.json", "/docs", "/docs/{file}", "/health/live", "/health/ready"].map(|path| ("get", path));
    assert_eq!(beside, known.into_iter().chain([("post", "/oauth/token")]).collect());
}

#[test]
fn operations_have_names_and_words_of_their_own() {
    let document = document();
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let (mut names, mut summaries) = (BTreeSet::new(), BTreeSet::new());
    for (way, path, one) in operations(&document) {
        assert!(names.insert(one["operationId"].as_str().unwrap()), "{way} {path}: its name is taken");
        assert!(summaries.insert(one["summary"].as_str().unwrap()), "{way} {path}: its summary is taken");
        assert!(one["description"].as_str().is_some_and(|text| text.ends_with('.')), "{way} {path}");
        assert!(texts(&one["tags"]).iter().all(|tag| tags.contains(tag)), "{way} {path}: unknown tag");
        let answers = one["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with('2')), "{way} {path}");
        let open = one["security"].as_array().is_some_and(Vec::is_empty);
        assert_eq!(open, !answers.contains_key("401"), "{way} {path}: who may ask");
        assert_eq!(one["requestBody"].is_object(), answers.contains_key("422") && way == "post", "{way} {path}");
    }
    let mut linked = 0;
    walk(&document, &mut |value| {
        for link in value["links"].as_object().into_iter().flat_map(|links| links.values()) {
            assert!(names.contains(link["operationId"].as_str().unwrap()), "{link}");
            linked += 1;
        }
    });
    assert!(linked > 0);
}

#[test]
fn parameters_of_the_path_are_those_in_it() {
    let document = document();
    for (way, path, one) in operations(&document) {
        let mut seen = BTreeSet::new();
        let mut within = BTreeSet::new();
        for parameter in one["parameters"].as_array().into_iter().flatten() {
            let parameter = resolve(&document, parameter);
            let (name, place) = (parameter["name"].as_str().unwrap(), parameter["in"].as_str().unwrap());
            assert!(seen.insert((place, name)), "{way} {path}: {name} twice");
            if place == "path" {
                assert_eq!(parameter["required"], true);
                within.insert(name);
            }
        }
        let named = path.split(['{', '}']).skip(1).step_by(2).collect();
        assert_eq!(within, named, "{way} {path}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    let document = document();
    let mut places = BTreeSet::new();
    walk(&document, &mut |value| {
        let mapped = value["mapping"].as_object().into_iter().flat_map(|mapping| mapping.values());
        places.extend(value["$ref"].as_str().into_iter().chain(mapped.filter_map(Value::as_str)));
    });
    for place in &places {
        assert!(document.pointer(place.strip_prefix('#').unwrap()).is_some(), "{place} leads nowhere");
    }
    for kind in ["schemas", "responses", "parameters", "headers"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            assert!(places.contains(&*format!("#/components/{kind}/{name}")), "{kind}/{name} is not used");
        }
    }
}

#[test]
fn the_words_are_those_of_the_program() {
    let document = document();
    macro_rules! same {
        ($($name:ident),+ $(,)?) => {$(
            let own: Vec<&str> = $name::ALL.iter().map(|word| word.as_str()).collect();
            assert_eq!(texts(&schema(&document, stringify!($name))["enum"]), own, stringify!($name));
        )+};
    }
    same!(AgencyKind, Role, Category, NoteKind, Purpose, Severity, ShareCode, Onward, UseWithMan, ActionOn);
    same!(ConsentEvent, ConsentKind, ConsentMethod, Relation, DeliveryState, InformationGrade, Action);
    same!(Attended, OrderState, ContactLevel, ContactWay, ChildProtection, Suitability);
    same!(Confidence, Fit, Mark, TurnWord, Hearing, Way);
    same!(Form, ReviewOutcome);
    same!(OrderKind, RequirementKind, ConditionKind, ContactKind, Outcome, Cause);
    same!(AddressState, CheckAnswer, Conclusion, Proposal, Stands);
    same!(Grantor, LockFinding, Route);
    same!(Agreement, Doubted, WhyDoubted, Measure);
    same!(ImportKind);
    same!(MappaStatus, MappaLevel, SeriousHarm, ReferralOutcome);
    same!(SeatPart, ItemPurpose, WhyCancelled, Lacks);
    same!(Harm, Told, Answer, Finding, OverrideState, Verdict, DisclosureBasis);
    let levels: Vec<&str> = Level::ALL.iter().map(|level| level.as_str()).collect();
    assert_eq!(texts(&schema(&document, "Access")["enum"]), levels);
}

#[test]
fn the_words_of_reaching_somebody_safely_are_those_of_the_program() {
    use crate::model::safe_contact::windows::Weekday;
    use crate::model::safe_contact::{Asked, Interpreter, Language, Mark, Means, Outcome, Reason, State, Verdict};
    let document = document();
    macro_rules! same {
        ($($name:ident as $schema:literal),+ $(,)?) => {$(
            let own: Vec<&str> = $name::ALL.iter().map(|word| word.as_str()).collect();
            assert_eq!(texts(&schema(&document, concat!("SafeContact", $schema))["enum"]), own, $schema);
        )+};
    }
    same!(Weekday as "Day", Means as "Means", Language as "Language", Interpreter as "Interpreter", Asked as "Asked");
    same!(State as "State", Verdict as "Verdict", Outcome as "Outcome", Reason as "Reason", Mark as "Mark");
}

#[test]
fn the_kinds_of_alert_are_those_of_the_policy() {
    let document = document();
    let policy = Policy::embedded().unwrap();
    let kinds: Vec<&str> = policy.alert_kinds().iter().map(|kind| &*kind.kind).collect();
    assert_eq!(texts(&schema(&document, "AlertKind")["enum"]), kinds);
}

#[test]
fn a_limit_is_what_a_page_holds() {
    let document = document();
    let limit = &document["components"]["parameters"]["Limit"]["schema"];
    assert_eq!((limit["minimum"].as_i64(), limit["maximum"].as_i64()), (Some(1), Some(crate::desk::PAGE_MAX)));
}
