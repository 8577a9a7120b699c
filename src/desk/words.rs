//! How notes come into the index of words: at start, with each note that is written, and when another node wrote some.
//!
//! Promises: a note is opened for it on a recorded receipt; it holds a whole case by one policy's rules, or says that it
//! does not.

use super::quotes::{By, Source, is_kept};
use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::model::agencies::AgencyKind;
use crate::model::id::{AgencyId, CaseId, EntryId, NoteId};
use crate::model::notes::{Category, NoteHead, RiskNote};
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::policy::permit::Action;
use crate::store::effect::Effect;
use crate::store::notes::StoredNote;
use std::collections::HashMap;

/// Notes that are opened on one receipt while the index is built.
const INDEX_PAGE: i64 = 500;

impl Desk {
    /// Returns with what words are compared in this request.
    pub(super) fn by(&self) -> By<'_> {
        By { vault: &self.gate.vault, rules: self.gate.policy.screen() }
    }

    /// Adds a note that was just written to the index of words. It is stored already: nothing is looked up here, so that
    /// nothing can fail.
    pub(super) fn remember(
        &self,
        case: CaseId,
        (note, agency, kind): (NoteId, &AgencyId, AgencyKind),
        head: &NoteHead,
        words: &RiskNote,
    ) {
        let confides = kind.keeps_confidence();
        let source = Source {
            note,
            about: head.about,
            agency: agency.clone(),
            hers: head.category.is_protected(),
            confides,
            // What it repeats was counted when it was looked at.
            author: None,
            written: note.millis(),
        };
        self.quotes.add(self.by(), case, source, is_kept(head, confides), words);
    }

    /// Opens every note for the index of words, page by page, each page one audit entry.
    pub(super) async fn unseal_words(&self, service: &Actor) -> Result<(), Error> {
        let mut after = None;
        loop {
            let page = self.gate.store.every_note(after, INDEX_PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            self.index_words(service, page).await?;
        }
    }

    /// Opens the notes of a case that the index does not know: another node wrote them, or the rules are new. Returns how
    /// many it must know before it says anything.
    pub(super) async fn catch_up(&self, actor: &Actor, case: CaseId) -> Result<usize, Error> {
        let wanted = self.gate.store.count_notes(case).await?;
        let rules = self.gate.policy.screen();
        if self.quotes.known(rules, case) == wanted {
            return Ok(wanted);
        }
        let service = Actor::service("index", actor.agency().clone());
        let (mut place, mut pages) = (None, Vec::new());
        loop {
            let page = self.gate.store.notes_of(case, place, INDEX_PAGE).await?;
            let Some(last) = page.last() else { break };
            place = Some((last.created, last.id));
            let mut new: Vec<_> = page.into_iter().filter(|note| !self.quotes.knows(rules, case, note.id)).collect();
            new.reverse();
            pages.push(new);
        }
        // Oldest first: what is repeated counts as repeated of what was there before.
        for new in pages.into_iter().rev().filter(|new| !new.is_empty()) {
            self.index_words(&service, new).await?;
        }
        Ok(wanted)
    }

    async fn index_words(&self, service: &Actor, notes: Vec<StoredNote>) -> Result<(), Error> {
        let items: Vec<Record> = notes.iter().map(|note| note.words.place.record).collect();
        let (action, record) = (Action::List, Record::Search(EntryId::random()));
        let (category, purpose) = (Category::Identity, Purpose::Governance);
        let question = Question { action, record, case: None, about: None, category, purpose };
        let ask = question.by(service);
        let receipt = self.gate.serve(&ask, Effect::Disclose(items).into()).await?;
        let sealed = notes.iter().map(|note| note.words.clone()).collect();
        let opened = self.gate.open_many(&ask, sealed, receipt).await?;
        let mut keeps: HashMap<AgencyId, bool> = HashMap::new();
        for (note, words) in notes.iter().zip(opened.value()) {
            let keeper = match keeps.get(&note.agency) {
                Some(keeper) => *keeper,
                None => {
                    let found = self.gate.store.agency(&note.agency).await?;
                    let keeper = found.is_some_and(|agency| agency.kind.keeps_confidence());
                    keeps.insert(note.agency.clone(), keeper);
                    keeper
                }
            };
            let source = Source {
                note: note.id,
                about: note.head.about,
                agency: note.agency.clone(),
                hers: note.head.category.is_protected(),
                confides: keeper,
                author: Some(note.author),
                written: u128::try_from(note.created.micros() / 1000).unwrap_or_default(),
            };
            self.quotes.add(self.by(), note.case, source, is_kept(&note.head, keeper), words);
        }
        Ok(())
    }
}
