//! The record of one decision, as it becomes a leaf of the log.

use super::Error;
use super::log::Leaf;
use crate::ledger::consent::seal::SIGNED;
use crate::ledger::leaf;
use crate::model::facts::Fact;
use crate::model::sealed::Record;
use crate::model::time::Moment;
use crate::policy::permit::Judgement;

/// Writes the record of one decision: ids and words, never a name or a text.
pub(super) fn leaf_of(
    judgement: &Judgement,
    decision: &str,
    entry: &str,
    at: Moment,
    [rows, basis]: [String; 2],
    items: &[Record],
    signed: Option<String>,
) -> Result<Leaf, Error> {
    let or_none = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    let held = Fact::ALL.iter().filter(|fact| judgement.facts.has(**fact)).map(|fact| fact.as_str());
    let case = judgement.case.map(|case| case.to_string());
    let named = items.iter().map(|item| format!("{}:{}", item.kind(), item.id())).collect::<Vec<_>>().join(",");
    let mut fields: leaf::Fields = [
        ("v", "1".to_owned()),
        ("entry", entry.to_owned()),
        ("at", at.micros().to_string()),
        ("actor", judgement.actor.clone()),
        ("agency", judgement.agency.to_string()),
        ("role", judgement.role.to_owned()),
        ("act", judgement.action.to_string()),
        ("kind", judgement.record.kind().to_owned()),
        ("id", judgement.record.id()),
        ("case", case.clone().unwrap_or_else(|| "-".to_owned())),
        ("category", judgement.category.to_string()),
        ("purpose", judgement.purpose.to_string()),
        ("decision", decision.to_owned()),
        ("lines", or_none(judgement.lines.join("+"))),
        ("facts", or_none(held.collect::<Vec<_>>().join("+"))),
        ("policy", judgement.policy.clone()),
        ("items", or_none(named)),
        ("basis", basis),
        ("rows", rows),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    fields.extend(signed.map(|digest| (SIGNED.to_owned(), digest)));
    let mut salt = [0; 32];
    aws_lc_rs::rand::fill(&mut salt).map_err(|_| Error::Log { what: "no random numbers" })?;
    let leaf = leaf::leaf(leaf::commitment(&salt, &fields));
    let (entry, at, actor) = (entry.to_owned(), at.micros(), judgement.actor.clone());
    Ok(Leaf { entry, at, actor, case, salt: salt.to_vec(), record: leaf::canonical(&fields), leaf })
}

/// Writes bytes as lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
