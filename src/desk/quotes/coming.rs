//! How a note that is being written comes into the index of words, and when the index may be said to be whole.
//!
//! Promises: what must not be repeated is in the index before anybody can have read it; words become open only when they
//! are stored; what was not stored is taken back. If it is not known whether a note was stored (its writer went away
//! while it was), the case is counted again, and nobody is answered on what was known before.

use super::{By, Print, Printed, Quotes, Since, Source, Words, texts};
use crate::model::id::{CaseId, NoteId};
use crate::model::notes::RiskNote;
use crate::model::screen::Rules;
use std::collections::{HashMap, HashSet};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

/// Which making of a case's words somebody has looked at. In one making notes are only added.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::desk) struct Making(u64);

/// A note that is being written: one that is dropped before it arrived is taken back.
pub(in crate::desk) struct Coming<'a> {
    quotes: &'a Quotes,
    case: CaseId,
    note: NoteId,
    /// The words that are open when it is stored, and their place.
    opens: Option<(Since, HashSet<Print>)>,
    arrived: bool,
}

impl Coming<'_> {
    /// Says that it is stored.
    pub(in crate::desk) fn arrived(mut self) {
        self.arrived = true;
        let mut cases = self.quotes.written();
        let Some(words) = cases.get_mut(&self.case) else { return };
        if !words.coming.remove(&self.note) {
            // What it came into was dropped since: it will be read like any note that is missing.
            words.whole = false;
            return;
        }
        words.seen.insert(self.note);
        if let Some((since, prints)) = self.opens.take() {
            words.show(since, prints);
        }
    }
}

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        if self.arrived {
            return;
        }
        let mut cases = self.quotes.written();
        let Some(words) = cases.get_mut(&self.case) else { return };
        if words.coming.remove(&self.note) {
            words.let_go(self.note);
            words.whole = false;
            words.making = self.quotes.another();
        }
    }
}

impl Quotes {
    /// Takes note of a note that will be written now. From here on its words are compared.
    pub(in crate::desk) fn expect(
        &self,
        by: By<'_>,
        case: CaseId,
        source: Source,
        kept: bool,
        words: &RiskNote,
    ) -> Coming<'_> {
        let note = source.note;
        let prints: HashSet<Print> = texts(words).flat_map(|text| Printed::new(by, case, text).prints).collect();
        let mut cases = self.written();
        let all = self.of(&mut cases, by.rules, case);
        let since = all.since(source.written);
        let confides = source.confides;
        all.coming.insert(note);
        let opens = if kept {
            all.keep(source, since, prints);
            None
        } else {
            (!confides).then_some((since, prints))
        };
        Coming { quotes: self, case, note, opens, arrived: false }
    }

    /// Returns which making of a case's words is there by these rules, and how many stored notes it holds.
    pub(in crate::desk) fn making(&self, rules: &Rules, case: CaseId) -> (Making, usize) {
        let found = |words: &Words| (words.making, words.seen.len());
        {
            let cases = self.cases.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(words) = cases.get(&case).filter(|words| words.rules == rules.name()) {
                return found(words);
            }
        }
        let mut cases = self.written();
        found(self.of(&mut cases, rules, case))
    }

    /// Says whether this making holds every stored note, as long as no other process writes.
    pub(in crate::desk) fn is_whole(&self, case: CaseId, making: Making) -> bool {
        let cases = self.cases.read().unwrap_or_else(PoisonError::into_inner);
        cases.get(&case).is_some_and(|words| words.making == making && words.whole)
    }

    /// Takes note that this making holds every note that was stored.
    pub(in crate::desk) fn now_whole(&self, case: CaseId, making: Making) {
        if let Some(words) = self.written().get_mut(&case).filter(|words| words.making == making) {
            words.whole = true;
        }
    }

    /// Returns which of these notes it neither holds nor expects.
    pub(in crate::desk) fn missing(&self, case: CaseId, making: Making, notes: Vec<NoteId>) -> Vec<NoteId> {
        let cases = self.cases.read().unwrap_or_else(PoisonError::into_inner);
        let Some(words) = cases.get(&case).filter(|words| words.making == making) else { return notes };
        notes.into_iter().filter(|note| !words.seen.contains(note) && !words.coming.contains(note)).collect()
    }

    /// Returns the words of a case by these rules. What other rules made of it is dropped.
    pub(super) fn of<'a>(&self, cases: &'a mut HashMap<CaseId, Words>, rules: &Rules, case: CaseId) -> &'a mut Words {
        let new = || Words { rules: rules.name(), making: self.another(), ..Words::default() };
        let all = cases.entry(case).or_insert_with(new);
        if all.rules != rules.name() {
            *all = new();
        }
        all
    }

    fn another(&self) -> Making {
        Making(self.makings.fetch_add(1, Ordering::Relaxed) + 1)
    }
}
