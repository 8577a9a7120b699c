//! What two worlds that were filled alike have in common in an answer.

use serde_json::{Value, json};

/// Returns an answer without receipts and request ids, and with one mark for every id that the seed did not make.
pub(super) fn comparable(value: Value, manifest: &str) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, _)| !["receipt", "instance", "index"].contains(&name.as_str()))
            // A place in the log is compared as being there or not: the log grows with whatever anybody does.
            .map(|(name, value)| if name == "next" && value.is_u64() { (name, json!("#")) } else { (name, value) })
            .map(|(name, value)| (name, comparable(value, manifest)))
            .collect(),
        Value::Array(items) => items.into_iter().map(|item| comparable(item, manifest)).collect(),
        Value::String(text) => json!(masked(&text, manifest)),
        other => other,
    }
}

/// Returns a text, a calendar among them, with a mark for every such id in it.
fn masked(text: &str, manifest: &str) -> String {
    let parts = |sign: char| !sign.is_ascii_hexdigit() && sign != '-';
    let mask = |piece: &str| {
        let word = piece.trim_end_matches(parts);
        let own = word.len() == 36 && word.matches('-').count() == 4 && !manifest.contains(word);
        if own { piece.replace(word, "#") } else { piece.to_owned() }
    };
    text.split_inclusive(parts).map(mask).collect()
}

/// Returns a list as if its order did not matter.
pub(super) fn in_any_order(mut value: Value) -> Value {
    if let Some(items) = value["items"].as_array_mut() {
        items.sort_by_key(Value::to_string);
    }
    value
}
