//! The index of words, in memory only: keyed fingerprints of runs of words, case by case.
//!
//! Promises: what it holds cannot be turned back into a text, nor can the order of its words be
//! told, save of what somebody repeated; a phrase has another fingerprint in each case. What was
//! kept for her when it was written never becomes open, however it is repeated and by whom. It is built when the hub is
//! unsealed, from notes that were opened on recorded receipts, and grows with each note. What was made by
//! other rules than those that ask counts as not there, and nothing is compared with part of it: a note that this process
//! is writing is in it before it can be read, see [`coming`].
//! Must never know: who is asking.

mod coming;
#[cfg(test)]
mod tests;

pub(super) use coming::{Coming, Making};

use crate::model::id::{AgencyId, CaseId, NoteId, ProtectedId, WorkerId};
use crate::model::notes::{NoteHead, RiskNote, UseWithMan};
use crate::model::screen::{Gram, Grams, Joint, Rules};
use crate::model::text::{Line, Prose};
use crate::vault::Vault;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicU64;
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};
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
pub(super) struct Quotes {
    cases: RwLock<HashMap<CaseId, Words>>,
    /// How many makings there were.
    makings: AtomicU64,
}

/// What is known of a case's words, by the rules of one file.
#[derive(Default)]
struct Words {
    /// SHA-256 of that file.
    rules: [u8; 32],
    /// Which making of it this is: another one whenever something was dropped.
    making: Making,
    /// Every note that is stored is here, and stays so while no other process writes.
    whole: bool,
    /// Notes that are stored.
    seen: HashSet<NoteId>,
    /// Notes that this process is writing.
    coming: HashSet<NoteId>,
    /// How many notes came, for the order of those that came in one millisecond.
    order: usize,
    /// Notes whose words must not be repeated on his side.
    kept: Vec<(Source, Since, HashSet<Print>)>,
    /// Since when words stand in any of those.
    first: HashMap<Print, Since>,
    /// Words that stand on his side, written there by those who may, since when.
    open: HashMap<Print, Since>,
    /// What each writer has repeated of a kept note so far. Never more than a part of that note: then it is a quotation.
    repeated: HashMap<(WorkerId, NoteId), Pieces>,
}

impl Words {
    /// Says whether words stood on his side before they stood in any kept note. What was kept first never becomes open.
    fn is_open(&self, print: Print) -> bool {
        let kept_first = |since: &Since| self.first.get(&print).is_some_and(|kept| kept < since);
        self.open.get(&print).is_some_and(|since| !kept_first(since))
    }

    /// Returns the place of what comes now.
    fn since(&mut self, written: u128) -> Since {
        self.order += 1;
        (written, self.order)
    }

    fn keep(&mut self, source: Source, since: Since, prints: HashSet<Print>) {
        for print in &prints {
            self.first.entry(*print).and_modify(|first| *first = since.min(*first)).or_insert(since);
        }
        self.kept.push((source, since, prints));
    }

    /// Takes back what was kept of a note that was not stored.
    fn let_go(&mut self, note: NoteId) {
        let Some(at) = self.kept.iter().position(|(source, ..)| source.note == note) else { return };
        let (_, _, prints) = self.kept.swap_remove(at);
        for print in prints {
            let rest = self.kept.iter().filter(|(_, _, of)| of.contains(&print)).map(|(_, since, _)| *since);
            match rest.min() {
                Some(since) => self.first.insert(print, since),
                None => self.first.remove(&print),
            };
        }
    }

    fn show(&mut self, since: Since, prints: HashSet<Print>) {
        for print in prints {
            self.open.entry(print).and_modify(|first| *first = since.min(*first)).or_insert(since);
        }
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
        let mut cases = self.written();
        let all = self.of(&mut cases, by.rules, case);
        if !all.seen.insert(source.note) {
            return;
        }
        let since = all.since(source.written);
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
            all.keep(source, since, prints);
        } else if !source.confides {
            all.show(since, prints);
        }
    }

    /// Counts what somebody has repeated of kept notes, though no quotation, to what they repeated before. If the case has
    /// been read by other rules meanwhile, nothing: the request is looked at again by those, or is not stored.
    pub(super) fn count(&self, rules: &Rules, case: CaseId, writer: WorkerId, pieces: Vec<(NoteId, Pieces)>) {
        let mut cases = self.written();
        if let Some(words) = cases.get_mut(&case).filter(|words| words.rules == rules.name()) {
            words.repeats(writer, pieces);
        }
    }

    /// Returns the kept notes of a case with which the texts of a request have words in common, and which of the texts
    /// quote them. They are looked at one by one, as one text in their order, in pieces that fit together, and together
    /// with what the writer repeated before. What stood on his side first is not looked at.
    ///
    /// `None` if it is not of this making any more: then nothing can be said.
    pub(super) fn alike(
        &self,
        by: By<'_>,
        (case, making): (CaseId, Making),
        writer: Option<WorkerId>,
        texts: &[&str],
    ) -> Option<Vec<Match>> {
        let each: Vec<Printed> = texts.iter().map(|text| Printed::new(by, case, text)).collect();
        let stream = (texts.len() != 1).then(|| Printed::new(by, case, &Zeroizing::new(texts.join(" "))));
        let cases = self.cases.read().unwrap_or_else(PoisonError::into_inner);
        let words = cases.get(&case).filter(|words| words.making == making)?;
        Some(words.alike(by, case, writer, &each, stream.as_ref()))
    }

    /// A thread that panicked here left whole notes behind or none, so the lock stays in use.
    fn written(&self) -> RwLockWriteGuard<'_, HashMap<CaseId, Words>> {
        self.cases.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Words {
    fn alike(
        &self,
        by: By<'_>,
        case: CaseId,
        writer: Option<WorkerId>,
        each: &[Printed],
        stream: Option<&Printed>,
    ) -> Vec<Match> {
        let (words, rules) = (self, by.rules);
        let all = each.iter().chain(stream).flat_map(|one| one.prints.iter().copied());
        let met: HashSet<Print> =
            all.filter(|print| words.first.contains_key(print) && !words.is_open(*print)).collect();
        let mut matches = Vec::new();
        for (source, _, of) in words.kept.iter().filter(|(_, _, of)| met.iter().any(|print| of.contains(print))) {
            let found = |print: Print| met.contains(&print) && of.contains(&print);
            let quotes = |one: &Printed| rules.is_quote(rules.overlap(&one.grams, |nth| found(one.prints[nth])));
            let alike: Pieces = each.iter().chain(stream).flat_map(|one| one.pieces(by.vault, case, found)).collect();
            if alike.is_empty() {
                continue;
            }
            let mut quoting: Vec<usize> = (0..each.len()).filter(|nth| quotes(&each[*nth])).collect();
            let hoarded =
                || writer.is_some_and(|writer| words.is_hoarded(rules, (writer, source.note), &alike, of.len()));
            if quoting.is_empty() && (stream.is_some_and(quotes) || rules.is_chain(&joints(&alike)) || hoarded()) {
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
    grams: Grams,
    prints: Vec<Print>,
}

impl Printed {
    fn new(by: By<'_>, case: CaseId, text: &str) -> Self {
        let (grams, printer) = (by.rules.grams(text), by.vault.printer(&format!("words of {case}")));
        let prints = grams.iter().map(|gram| printer.print(gram.text)).collect();
        Self { grams, prints }
    }

    /// Returns those runs that are found elsewhere.
    fn pieces(&self, vault: &Vault, case: CaseId, found: impl Fn(Print) -> bool) -> Pieces {
        let ends = vault.printer(&format!("ends of {case}"));
        let joint = |gram: Gram<'_>| {
            let (begins, last) = gram.ends();
            Joint { begins: ends.print(begins), ends: ends.print(last) }
        };
        let runs = self.prints.iter().zip(self.grams.iter()).filter(|(print, _)| found(**print));
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
