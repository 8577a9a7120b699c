//! How notes come into the index of words: at start, with each note that is written, and when another node wrote some.
//!
//! Promises: a note is opened for it on a recorded receipt; it holds a whole case by one policy's rules, or says that it
//! does not.

use super::quotes::{By, Coming, Making, Source, is_kept};
use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::model::agencies::AgencyKind;
use crate::model::id::{AgencyId, CaseId, EntryId, NoteId};
use crate::model::notes::{Category, NoteHead, RiskNote};
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::time::Moment;
use crate::policy::permit::Action;
use crate::store::effect::Effect;
use crate::store::notes::StoredNote;
use std::collections::HashMap;

/// Notes that are opened on one receipt while the index is built.
const INDEX_PAGE: i64 = 500;

/// Ids that are read at once.
const IDS_PAGE: i64 = 5000;

impl Desk {
    /// Returns with what words are compared in this request.
    pub(super) fn by(&self) -> By<'_> {
        By { vault: &self.gate.vault, rules: self.gate.policy.screen() }
    }

    /// Adds a note that will be written now to the index of words; once it is stored, say that it arrived. Nothing is
    /// looked up here, so that nothing can fail.
    pub(super) fn expect(
        &self,
        case: CaseId,
        (note, agency, kind, created): (NoteId, &AgencyId, AgencyKind, Moment),
        head: &NoteHead,
        words: &RiskNote,
    ) -> Coming<'_> {
        let confides = kind.keeps_confidence();
        let source = Source {
            note,
            about: head.about,
            agency: agency.clone(),
            hers: head.category.is_protected(),
            confides,
            // What it repeats was counted when it was looked at.
            author: None,
            written: millis(created),
        };
        self.quotes.expect(self.by(), case, source, is_kept(head, confides), words)
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

    /// Sees to it that the index holds every stored note of a case by these rules: those that it does not know are opened,
    /// since another node wrote them or the rules are new. Returns of which making of it that is true.
    pub(super) async fn catch_up(&self, actor: &Actor, case: CaseId) -> Result<Making, Error> {
        let (making, known) = self.quotes.making(self.gate.policy.screen(), case);
        if self.gate.store.is_alone() && self.quotes.is_whole(case, making) {
            return Ok(making);
        }
        // Those that it knew before the counting are stored: if they are as many, they are all.
        if self.gate.store.count_notes(case).await? != known {
            let service = Actor::service("index", actor.agency().clone());
            // Oldest first: what is repeated counts as repeated of what was there before.
            let missing = self.quotes.missing(case, making, self.note_ids(case).await?);
            for some in missing.chunks(INDEX_PAGE as usize) {
                let mut notes = Vec::with_capacity(some.len());
                for id in some {
                    notes.extend(self.gate.store.note(*id).await?);
                }
                self.index_words(&service, notes).await?;
            }
        }
        self.quotes.now_whole(case, making);
        Ok(making)
    }

    /// Returns the ids of a case's notes, oldest first.
    async fn note_ids(&self, case: CaseId) -> Result<Vec<NoteId>, Error> {
        let mut ids: Vec<NoteId> = Vec::new();
        loop {
            let page = self.gate.store.note_ids_of(case, ids.last().copied(), IDS_PAGE).await?;
            if page.is_empty() {
                return Ok(ids);
            }
            ids.extend(page);
        }
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
                written: millis(note.created),
            };
            self.quotes.add(self.by(), note.case, source, is_kept(&note.head, keeper), words);
        }
        Ok(())
    }
}

fn millis(at: Moment) -> u128 {
    u128::try_from(at.micros() / 1000).unwrap_or_default()
}
