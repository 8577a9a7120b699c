//! What answers look like: each example of the description is held against its own schema.
//!
//! Promises: an example has every field that is required and none that is not described, and words of closed lists are words of the list.

use super::{document, operations, resolve, schema};
use crate::model::alerts::HubKind;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Says what is wrong with a value, by its place. Knows as much of JSON Schema as the description uses.
fn faults(document: &Value, described: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    let described = resolve(document, described);
    if let Some(choices) = described["anyOf"].as_array().or_else(|| described["oneOf"].as_array()) {
        let fits = choices.iter().any(|choice| {
            let mut own = Vec::new();
            faults(document, choice, value, place, &mut own);
            own.is_empty()
        });
        if !fits {
            found.push(format!("{place}: {value} fits no choice"));
        }
    }
    if described["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        found.push(format!("{place}: {value} is not in its list"));
    }
    if !has_type(described, value) {
        found.push(format!("{place}: {value} is not {}", described["type"]));
    }
    if let Some(fields) = value.as_object() {
        object(document, described, fields, place, found);
    }
    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
        if described["items"].is_object() {
            faults(document, &described["items"], item, &format!("{place}[{n}]"), found);
        }
    }
}

fn object(document: &Value, described: &Value, fields: &Map<String, Value>, place: &str, found: &mut Vec<String>) {
    for name in described["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            found.push(format!("{place}: {name} is missing"));
        }
    }
    let Some(known) = described["properties"].as_object() else { return };
    for (name, value) in fields {
        match known.get(name) {
            Some(described) => faults(document, described, value, &format!("{place}.{name}"), found),
            None if described["additionalProperties"].is_object() => {}
            None => found.push(format!("{place}: {name} is not described")),
        }
    }
}

fn has_type(described: &Value, value: &Value) -> bool {
    let is = |word: &str| match word {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    };
    match &described["type"] {
        Value::String(word) => is(word),
        Value::Array(words) => words.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

#[test]
fn the_examples_of_answers_are_as_they_are_described() {
    let document = document();
    let (mut found, mut seen) = (Vec::new(), 0);
    for (way, path, one) in operations(&document) {
        for (status, answer) in one["responses"].as_object().unwrap() {
            let json = &resolve(&document, answer)["content"]["application/json"];
            if !json["schema"].is_object() {
                continue;
            }
            let place = format!("{way} {path} {status}");
            let several =
                json["examples"].as_object().into_iter().flat_map(|all| all.values().map(|one| &one["value"]));
            let of_schema = resolve(&document, &json["schema"])["examples"].as_array().into_iter().flatten();
            let examples: Vec<&Value> = json.get("example").into_iter().chain(several).chain(of_schema).collect();
            if examples.is_empty() && way == "post" && status.starts_with('2') {
                found.push(format!("{place}: has no example"));
            }
            for example in examples {
                faults(&document, &json["schema"], example, &place, &mut found);
                seen += 1;
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(seen > 30, "{seen}");
}

#[test]
fn a_field_too_many_too_few_or_of_another_kind_is_found() {
    let document = document();
    let mut found = Vec::new();
    let bent = serde_json::json!({ "index": "one", "size": 2, "shape": "round" });
    faults(&document, schema(&document, "Receipt"), &bent, "receipt", &mut found);
    let said = found.join("\n");
    for part in ["receipt: root is missing", "receipt: shape is not described", "receipt.index: \"one\" is not"] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn the_alerts_that_the_hub_raises_by_itself_are_all_named() {
    let document = document();
    let described = schema(&document, "AlertKindSeen")["anyOf"][1]["enum"].as_array().unwrap();
    let described: BTreeSet<&str> = described.iter().filter_map(Value::as_str).collect();
    assert_eq!(described, HubKind::ALL.iter().map(|kind| kind.as_str()).collect());
}
