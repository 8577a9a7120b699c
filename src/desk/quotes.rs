//! The index of words, in memory only: keyed fingerprints of runs of words, case by case.
//!
//! Promises: what it holds cannot be turned back into a text, nor can the order of its words be
//! told, save of what somebody repeated; a phrase has another fingerprint in each case. What was
//! kept for her when it was written never becomes open, however it is repeated and by whom. It is built when the hub is
//! unsealed, from notes that were opened on recorded receipts, and grows with each note. What was made by
//! other rules than those that ask counts as not there, and nothing is compared with part of it.
//! Must never know: who is asking.

use crate::model::id::{AgencyId, CaseId, NoteId, ProtectedId, WorkerId};
use crate::model::notes::{NoteHead, RiskNote, UseWithMan};
use crate::model::screen::{Gram, Joint, Rules};
use crate::model::text::{Line, Prose};
use crate::vault::Vault;
use std::collections::{HashMap, HashSet};
use std::sync::{PoisonError, RwLock};
use zeroize::Zeroizing;

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

/// Runs of words that stand in a kept note, with what joins them to the next.
pub(super) type Pieces = HashMap<Print, Joint>;

/// When something was written: the millisecond, then the order in which it came here.
type Since = (u128, usize);

/// What the words of a note are a part of.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// The note.
    pub(super) note: NoteId,
    /// Whom it is about.
    pub(super) about: Option<ProtectedId>,
    /// The agency that supplied it.
    pub(super) agency: AgencyId,
    /// Its row of the matrix is a woman's or a child's.
    pub(super) hers: bool,
    /// Its agency hears in confidence: what it writes opens no words to his side.
    pub(super) confides: bool,
    /// Who wrote it; `None` if what it repeats was counted when it was written.
    pub(super) author: Option<WorkerId>,
    /// When it was written, in milliseconds.
    pub(super) written: u128,
}

impl Source {
    /// Says whether an agency may repeat it in what it writes about somebody: it is its own note about the same person,
    /// and not what she told.
    pub(super) fn is_spared(&self, agency: &AgencyId, about: Option<ProtectedId>) -> bool {
        about.is_some() && self.about == about && !self.hers && &self.agency == agency
    }
}

/// What a request has in common with one kept note.
pub(super) struct Match {
    /// The note.
    pub(super) source: Source,
    /// Which of the texts quote it; empty if what is alike is no quotation.
    pub(super) quoting: Vec<usize>,
    /// What is alike.
    pub(super) pieces: Pieces,
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
    kept: Vec<(Source, Since, HashSet<Print>)>,
    /// Words that stand on his side, written there by those who may, since when.
    open: HashMap<Print, Since>,
    /// What each writer has repeated of a kept note so far. Never more than a part of that note: then it is a quotation.
    repeated: HashMap<(WorkerId, NoteId), Pieces>,
}

impl Words {
    /// Says whether words stood on his side before they stood in any kept note. What was kept first never becomes open.
    fn is_open(&self, print: Print) -> bool {
        let first = |since: &Since| !self.kept.iter().any(|(_, kept, of)| kept < since && of.contains(&print));
        self.open.get(&print).is_some_and(first)
    }
}

/// Says whether a note's words must not be repeated on his side: it is about somebody, or from her, or her service
/// keeps it from him.
pub(super) fn is_kept(head: &NoteHead, keeps_confidence: bool) -> bool {
    head.about.is_some() || head.category.is_protected() || (keeps_confidence && head.use_with_man == UseWithMan::Never)
}

impl Quotes {
    /// Adds the words of a note; of one that is there already, nothing. What other rules made of the case is dropped.
    pub(super) fn add(&self, by: By<'_>, case: CaseId, source: Source, kept: bool, words: &RiskNote) {
        let grams: Vec<Printed> = texts(words).map(|text| Printed::new(by, case, text)).collect();
        let prints: HashSet<Print> = grams.iter().flat_map(|one| one.prints.iter().copied()).collect();
        let rules = by.rules.name();
        let mut cases = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let all = cases.entry(case).or_default();
        if all.rules != rules {
            *all = Words { rules, ..Words::default() };
        }
        if !all.seen.insert(source.note) {
            return;
        }
        let since = (source.written, all.seen.len());
        if let Some(author) = source.author.filter(|_| !source.confides) {
            let others = all.kept.iter().filter(|(of, ..)| !of.is_spared(&source.agency, source.about));
            let pieces = others.filter_map(|(of, _, prints)| {
                let found = |print: Print| prints.contains(&print) && !all.is_open(print);
                let alike: Pieces = grams.iter().flat_map(|one| one.pieces(by.vault, case, found)).collect();
                (!alike.is_empty()).then_some((of.note, alike))
            });
            let pieces: Vec<(NoteId, Pieces)> = pieces.collect();
            all.repeats(author, pieces);
        }
        if kept {
            all.kept.push((source, since, prints));
        } else if !source.confides {
            for print in prints {
                all.open.entry(print).and_modify(|first| *first = since.min(*first)).or_insert(since);
            }
        }
    }

    /// Counts what somebody has repeated of kept notes, though no quotation, to what they repeated before. If the case has
    /// been read by other rules meanwhile, nothing: the request is looked at again by those, or is not stored.
    pub(super) fn count(&self, rules: &Rules, case: CaseId, writer: WorkerId, pieces: Vec<(NoteId, Pieces)>) {
        let mut cases = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(words) = cases.get_mut(&case).filter(|words| words.rules == rules.name()) {
            words.repeats(writer, pieces);
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

    /// Returns the kept notes of a case with which the texts of a request have words in common, and which of the texts
    /// quote them. They are looked at one by one, as one text in their order, in pieces that fit together, and together
    /// with what the writer repeated before. What stood on his side first is not looked at.
    ///
    /// `None` if it knows fewer notes than `wanted` by these rules: then nothing can be said.
    pub(super) fn alike(
        &self,
        by: By<'_>,
        (case, wanted): (CaseId, usize),
        writer: Option<WorkerId>,
        texts: &[&str],
    ) -> Option<Vec<Match>> {
        let each: Vec<Printed> = texts.iter().map(|text| Printed::new(by, case, text)).collect();
        let stream = Printed::new(by, case, &Zeroizing::new(texts.join(" ")));
        let cases = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let Some(words) = cases.get(&case).filter(|words| words.rules == by.rules.name()) else {
            return (wanted == 0).then(Vec::new);
        };
        if words.seen.len() < wanted {
            return None;
        }
        Some(words.alike(by, case, writer, &each, &stream))
    }
}

impl Words {
    fn alike(
        &self,
        by: By<'_>,
        case: CaseId,
        writer: Option<WorkerId>,
        each: &[Printed],
        stream: &Printed,
    ) -> Vec<Match> {
        let (words, rules) = (self, by.rules);
        let all = each.iter().chain([stream]).flat_map(|one| one.prints.iter().copied());
        let open: HashSet<Print> = all.filter(|print| words.is_open(*print)).collect();
        let mut matches = Vec::new();
        for (source, _, of) in &words.kept {
            let found = |print: Print| of.contains(&print) && !open.contains(&print);
            let quotes = |one: &Printed| rules.is_quote(rules.overlap(&one.grams, |nth| found(one.prints[nth])));
            let texts = each.iter().chain([stream]);
            let alike: Pieces = texts.flat_map(|one| one.pieces(by.vault, case, found)).collect();
            if alike.is_empty() {
                continue;
            }
            let mut quoting: Vec<usize> = (0..each.len()).filter(|nth| quotes(&each[*nth])).collect();
            let hoarded =
                || writer.is_some_and(|writer| words.is_hoarded(rules, (writer, source.note), &alike, of.len()));
            if quoting.is_empty() && (quotes(stream) || rules.is_chain(&joints(&alike)) || hoarded()) {
                let holds = |nth: &usize| each[*nth].prints.iter().any(|print| found(*print));
                quoting = (0..each.len()).filter(holds).collect();
                if quoting.is_empty() {
                    quoting = (0..each.len()).collect();
                }
            }
            matches.push(Match { source: source.clone(), quoting, pieces: alike });
        }
        matches
    }

    fn repeats(&mut self, writer: WorkerId, pieces: Vec<(NoteId, Pieces)>) {
        for (note, pieces) in pieces {
            self.repeated.entry((writer, note)).or_default().extend(pieces);
        }
    }

    /// Says whether what is alike now, with what the writer repeated of the note before, makes up a quotation.
    fn is_hoarded(&self, rules: &Rules, of: (WorkerId, NoteId), alike: &Pieces, whole: usize) -> bool {
        let before = self.repeated.get(&of);
        let new = before.is_none_or(|before| alike.keys().any(|print| !before.contains_key(print)));
        let both: HashSet<Joint> =
            alike.values().chain(before.into_iter().flatten().map(|(_, joint)| joint)).copied().collect();
        new && rules.is_hoard(&both, whole)
    }
}

fn joints(pieces: &Pieces) -> HashSet<Joint> {
    pieces.values().copied().collect()
}

/// The runs of words of a text, with their fingerprints.
struct Printed {
    grams: Vec<Gram>,
    prints: Vec<Print>,
}

impl Printed {
    fn new(by: By<'_>, case: CaseId, text: &str) -> Self {
        let (grams, of) = (by.rules.grams(text), format!("words of {case}"));
        let prints = grams.iter().map(|gram| short(by.vault, &of, &gram.text)).collect();
        Self { grams, prints }
    }

    /// Returns those runs that are found elsewhere.
    fn pieces(&self, vault: &Vault, case: CaseId, found: impl Fn(Print) -> bool) -> Pieces {
        let end = |words: &str| short(vault, &format!("ends of {case}"), words);
        let joint = |gram: &Gram| {
            let (begins, ends) = gram.ends();
            Joint { begins: end(begins), ends: end(ends) }
        };
        let runs = self.prints.iter().zip(&self.grams).filter(|(print, _)| found(**print));
        runs.map(|(print, gram)| (*print, joint(gram))).collect()
    }
}

/// Each text of a note by itself: a run of words does not go from one into the next.
fn texts(words: &RiskNote) -> impl Iterator<Item = &str> {
    let opinion = words.opinion.as_ref().map(Prose::reveal);
    let conditions = words.conditions.as_ref().map(Line::reveal);
    let whole = std::iter::once(words.text.reveal()).chain(opinion).chain(conditions);
    whole.chain(words.sources.iter().map(Line::reveal))
}

fn short(vault: &Vault, of: &str, words: &str) -> Print {
    let whole = vault.fingerprint(of, words);
    let (first, _) = whole.split_first_chunk().expect("a fingerprint has 32 bytes");
    Print::from_le_bytes(*first)
}
