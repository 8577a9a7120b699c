//! The index of words, in memory only: keyed fingerprints of runs of words, case by case.
//!
//! Promises: what it holds cannot be turned back into a text, nor can the order of its words be
//! told; a phrase has another fingerprint in each case. It is built when the hub is unsealed,
//! from notes that were opened on recorded receipts, and grows with each note. What was made by
//! other rules than those that ask counts as not there, and nothing is compared with part of it.
//! Must never know: who is asking.

use crate::model::id::{AgencyId, CaseId, NoteId, ProtectedId};
use crate::model::notes::{NoteHead, RiskNote, UseWithMan};
use crate::model::screen::Rules;
use crate::model::text::{Line, Prose};
use crate::vault::Vault;
use std::collections::{HashMap, HashSet};
use std::sync::{PoisonError, RwLock};

/// The part of a fingerprint that is kept: enough to tell a few million runs of words apart.
type Print = u64;

/// With what fingerprints are made and compared: the hub's key, and the rules of the policy that judges the request.
#[derive(Clone, Copy)]
pub(super) struct By<'a> {
    /// The key.
    pub(super) vault: &'a Vault,
    /// The rules.
    pub(super) rules: &'a Rules,
}

/// What the words of a note are a part of.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// The note.
    pub(super) note: NoteId,
    /// Whom it is about.
    pub(super) about: Option<ProtectedId>,
    /// The agency that supplied it.
    pub(super) agency: AgencyId,
}

/// Fingerprints of the words of each case's notes.
#[derive(Default)]
pub(super) struct Quotes(RwLock<HashMap<CaseId, Words>>);

/// What is known of a case's words, by the rules of one file.
#[derive(Default)]
struct Words {
    /// SHA-256 of that file.
    rules: [u8; 32],
    seen: HashSet<NoteId>,
    /// Notes whose words must not be repeated on his side.
    kept: Vec<(Source, HashSet<Print>)>,
    /// Words that stand on his side already, written there by those who may.
    open: HashSet<Print>,
}

/// Says whether a note's words must not be repeated on his side: it is about somebody, or from her, or her service
/// keeps it from him.
pub(super) fn is_kept(head: &NoteHead, keeps_confidence: bool) -> bool {
    head.about.is_some() || head.category.is_protected() || (keeps_confidence && head.use_with_man == UseWithMan::Never)
}

impl Quotes {
    /// Adds the words of a note; of one that is there already, nothing. What other rules made of the case is dropped.
    pub(super) fn add(&self, by: By<'_>, case: CaseId, source: Source, kept: bool, words: &RiskNote) {
        let grams = texts(words).flat_map(|text| by.rules.grams(text));
        let prints: HashSet<Print> = grams.map(|gram| print(by.vault, case, &gram.text)).collect();
        let rules = by.rules.name();
        let mut cases = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let all = cases.entry(case).or_default();
        if all.rules != rules {
            *all = Words { rules, ..Words::default() };
        }
        if !all.seen.insert(source.note) {
            return;
        }
        if kept {
            all.kept.push((source, prints));
        } else {
            all.open.extend(prints);
        }
    }

    /// Returns how many notes of a case it knows by these rules.
    pub(super) fn known(&self, rules: &Rules, case: CaseId) -> usize {
        let cases = self.0.read().unwrap_or_else(PoisonError::into_inner);
        cases.get(&case).filter(|words| words.rules == rules.name()).map_or(0, |words| words.seen.len())
    }

    /// Says whether it knows a note by these rules.
    pub(super) fn knows(&self, rules: &Rules, case: CaseId, note: NoteId) -> bool {
        let cases = self.0.read().unwrap_or_else(PoisonError::into_inner);
        cases.get(&case).is_some_and(|words| words.rules == rules.name() && words.seen.contains(&note))
    }

    /// Returns the kept notes of a case that a text quotes. What stands on his side already is no quotation.
    /// `None` if it knows fewer notes than `wanted` by these rules: then nothing can be said.
    pub(super) fn quoted(&self, by: By<'_>, case: CaseId, wanted: usize, text: &str) -> Option<Vec<Source>> {
        let grams = by.rules.grams(text);
        let prints: Vec<Print> = grams.iter().map(|gram| print(by.vault, case, &gram.text)).collect();
        let cases = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let Some(words) = cases.get(&case).filter(|words| words.rules == by.rules.name()) else {
            return (wanted == 0).then(Vec::new);
        };
        if words.seen.len() < wanted {
            return None;
        }
        let hers = |prints_of: &HashSet<Print>| {
            let found = |nth: usize| prints_of.contains(&prints[nth]) && !words.open.contains(&prints[nth]);
            by.rules.is_quote(by.rules.overlap(&grams, found))
        };
        Some(words.kept.iter().filter(|(_, of)| hers(of)).map(|(source, _)| source.clone()).collect())
    }
}

/// Each text of a note by itself: a run of words does not go from one into the next.
fn texts(words: &RiskNote) -> impl Iterator<Item = &str> {
    let opinion = words.opinion.as_ref().map(Prose::reveal);
    let conditions = words.conditions.as_ref().map(Line::reveal);
    let whole = std::iter::once(words.text.reveal()).chain(opinion).chain(conditions);
    whole.chain(words.sources.iter().map(Line::reveal))
}

fn print(vault: &Vault, case: CaseId, gram: &str) -> Print {
    let whole = vault.fingerprint(&format!("words of {case}"), gram);
    let (first, _) = whole.split_first_chunk().expect("a fingerprint has 32 bytes");
    Print::from_le_bytes(*first)
}
