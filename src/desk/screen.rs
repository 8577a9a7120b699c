//! Never to him: what is written for his side is looked at before it is stored.
//!
//! Promises: words of a protected person's note are not repeated on his record; what looks like
//! whereabouts is stored only when the writer has looked again; the answer to a form never
//! depends on where anybody is. Whose words were found, and whether the writer may read them,
//! makes no difference to what the writer is told. The reasons stand in docs/never-to-him.md.

use super::quotes::{Source, is_kept};
use super::{Desk, Error, FieldError, Question};
use crate::auth::Actor;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::cases::Involvement;
use crate::model::id::{AgencyId, AlertId, CaseId, EntryId, ProtectedId, WorkerId};
use crate::model::notes::{Category, NoteHead, RiskNote};
use crate::model::screen::Form;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::text::Prose;
use crate::policy::permit::{Action, Permit};
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::effect::Effect;
use crate::store::notes::StoredNote;
use std::collections::{BTreeSet, HashMap};

/// Notes that are opened on one receipt while the index is built.
const INDEX_PAGE: i64 = 500;

/// A text and the field that it came in.
pub(super) type Said<'a> = (&'static str, &'a str);

/// Where a text goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Goes {
    /// Into his record.
    HisRecord,
    /// Into his record, in the place of what the same agency wrote there before.
    InPlace,
    /// To named recipients, some of them on his side.
    Recipients,
    /// To her service and those to whom it releases; her whereabouts belong elsewhere.
    HerNotes,
}

/// What was found in a text.
pub(super) enum Found {
    /// Nothing: store it.
    Nothing,
    /// Something that the writer must look at again.
    Look(Vec<FieldError>),
    /// Somebody's protected words.
    Quoted(Vec<FieldError>, Vec<Source>),
}

const QUOTED: &str = "repeats words that are kept for a protected person: write what you know yourself in your own \
                      words, or ask for a sanitised note";

impl Desk {
    /// Looks at what somebody is about to write, and declines the act if it must not be stored as it is.
    pub(super) async fn screened(
        &self,
        actor: &Actor,
        permit: Permit,
        case: CaseId,
        (goes, said, checked): (Goes, &[Said<'_>], &[Form]),
    ) -> Result<Permit, Error> {
        match self.look(actor, case, goes, said, checked).await {
            Ok(Found::Nothing) => Ok(permit),
            Ok(Found::Look(errors)) => Err(self.declined(permit, Error::LookAgain { errors }).await),
            Ok(Found::Quoted(errors, of)) => Err(self.held_back(actor, permit, case, errors, of).await),
            Err(why) => Err(why),
        }
    }

    /// Looks at texts.
    pub(super) async fn look(
        &self,
        actor: &Actor,
        case: CaseId,
        goes: Goes,
        said: &[Said<'_>],
        checked: &[Form],
    ) -> Result<Found, Error> {
        if goes != Goes::HerNotes {
            let (quoted, hers) = self.quotations(actor, case, goes, said).await?;
            if !quoted.is_empty() {
                let errors = quoted.iter().map(|(field, _)| FieldError::new(field, QUOTED)).collect();
                return Ok(Found::Quoted(errors, quoted.into_iter().flat_map(|(_, of)| of).collect()));
            }
            if !hers.is_empty() && !checked.contains(&Form::HerWords) {
                return Ok(Found::Look(hers.into_iter().map(|field| look_at(field, Form::HerWords, goes)).collect()));
            }
        }
        let rules = self.gate.policy.screen();
        let mut looks = Vec::new();
        for (field, text) in said {
            let forms = rules.forms(text).into_iter().filter(|form| !checked.contains(form));
            let counts =
                |form: &Form| goes != Goes::HerNotes || matches!(form, Form::Postcode | Form::Phone | Form::Address);
            looks.extend(forms.filter(counts).map(|form| look_at(field, form, goes)));
        }
        Ok(if looks.is_empty() { Found::Nothing } else { Found::Look(looks) })
    }

    /// Returns the fields that quote kept notes, with the notes, and the fields in which her own service repeats what
    /// it has not released.
    async fn quotations<'a>(
        &self,
        actor: &Actor,
        case: CaseId,
        goes: Goes,
        said: &[Said<'a>],
    ) -> Result<(Vec<(&'static str, Vec<Source>)>, Vec<&'static str>), Error> {
        self.catch_up(actor, case).await?;
        let (mut quoted, mut hers) = (Vec::new(), Vec::new());
        let with = (&*self.gate.vault, self.gate.policy.screen());
        for (field, text) in said {
            let mut of = self.quotes.quoted(with, case, text);
            if of.is_empty() {
                continue;
            }
            if actor.kind().keeps_confidence() {
                // What another woman's service keeps is not compared: the answer would tell that she is there.
                let own = self.own_abouts(actor, case).await?;
                of.retain(|one| &one.agency == actor.agency() || one.about.is_some_and(|about| own.contains(&about)));
                of.retain(|one| one.about.is_none_or(|about| own.contains(&about)));
            }
            match goes {
                Goes::Recipients if actor.kind().keeps_confidence() => {
                    if self.any_unreleased(&of).await? {
                        hers.push(*field);
                    }
                }
                Goes::Recipients => {
                    // An agency may tell others what it wrote itself.
                    of.retain(|one| &one.agency != actor.agency());
                    quoted.extend((!of.is_empty()).then_some((*field, of)));
                }
                Goes::InPlace => {
                    // What a service keeps and is about nobody stands on his side already: it may be put right there.
                    of.retain(|one| one.about.is_some() || &one.agency != actor.agency());
                    quoted.extend((!of.is_empty()).then_some((*field, of)));
                }
                _ => quoted.extend((!of.is_empty()).then_some((*field, of))),
            }
        }
        Ok((quoted, hers))
    }

    async fn any_unreleased(&self, of: &[Source]) -> Result<bool, Error> {
        // A note about nobody that is kept is a sanitised one: his side has it.
        for one in of.iter().filter(|one| one.about.is_some()) {
            if !self.gate.store.is_released(one.note).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns the protected people of a case with whom a worker works.
    async fn own_abouts(&self, actor: &Actor, case: CaseId) -> Result<BTreeSet<ProtectedId>, Error> {
        let involved = self.gate.store.involved(case).await?;
        let own = involved.iter().filter(|one| Some(one.worker) == actor.worker());
        Ok(own.filter_map(|one| one.about).collect())
    }

    /// Records that a text was held back because it quotes, and tells her own worker; the writer is not told of that.
    async fn held_back(
        &self,
        actor: &Actor,
        permit: Permit,
        case: CaseId,
        errors: Vec<FieldError>,
        of: Vec<Source>,
    ) -> Error {
        let notices = match self.quote_notices(actor, case, &of).await {
            Ok(notices) => notices,
            Err(error) => return error,
        };
        match self.gate.decline_telling(permit, "declined:protected-words", notices).await {
            Ok(()) => Error::Invalid { errors },
            Err(error) => error.into(),
        }
    }

    /// Prepares one notice for each protected person whose words were found.
    async fn quote_notices(&self, actor: &Actor, case: CaseId, of: &[Source]) -> Result<Vec<NewAlert>, Error> {
        let involved = self.gate.store.involved(case).await?;
        let mut meant: Vec<&Source> = Vec::new();
        for one in of {
            if !meant.iter().any(|known| known.about == one.about && known.agency == one.agency) {
                meant.push(one);
            }
        }
        let mut notices = Vec::new();
        for source in meant {
            let mut recipients = hers(&involved, source);
            if recipients.is_empty() {
                let managers = self.gate.store.managers_of(&source.agency).await?;
                recipients.extend(managers.iter().map(|seat| seat.worker));
            }
            recipients.retain(|worker| Some(*worker) != actor.worker());
            if !recipients.is_empty() {
                notices.push(self.quote_notice(actor, case, source, recipients.into_iter().collect()).await?);
            }
        }
        Ok(notices)
    }

    async fn quote_notice(
        &self,
        actor: &Actor,
        case: CaseId,
        source: &Source,
        recipients: Vec<WorkerId>,
    ) -> Result<NewAlert, Error> {
        let head = AlertHead {
            id: AlertId::random(),
            case: Some(case),
            // The hub says it: whoever wrote the text must find no trace of this.
            author: "hub:screen".to_owned(),
            agency: actor.agency().clone(),
            about: source.about,
            kind: HubKind::ProtectedWords.word(),
            category: if source.about.is_some() { Category::ProtectedAccount } else { Category::RiskPlan },
            severity: Severity::High,
            note: None,
            raised: self.now(),
        };
        let text = format!(
            "Worker {} ({}) was about to write words of note {} where they do not belong. It was not stored. They have \
             not been told of this notice. Ask yourself how they came by the words, and whether the safety plan still holds.",
            actor.word(),
            actor.role().map_or("-", Role::as_str),
            source.note,
        );
        let text = Prose::new(&text).map_err(|_| Error::Conflict)?;
        let words = self.seal(head.place(), &AlertText { text, may_tell_her: None }).await?;
        Ok(NewAlert { head, words, recipients })
    }

    /// Adds a note that was just written to the index of words. It is stored already: nothing is looked up here, so that
    /// nothing can fail.
    pub(super) fn remember(
        &self,
        case: CaseId,
        (note, agency, kind): (crate::model::id::NoteId, &AgencyId, AgencyKind),
        head: &NoteHead,
        words: &RiskNote,
    ) {
        let kept = is_kept(head, kind.keeps_confidence());
        let source = Source { note, about: head.about, agency: agency.clone() };
        self.quotes.add((&self.gate.vault, self.gate.policy.screen()), case, source, kept, words);
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

    /// Opens the notes of a case that the index does not know: another node wrote them.
    async fn catch_up(&self, actor: &Actor, case: CaseId) -> Result<(), Error> {
        if self.gate.store.count_notes(case).await? == self.quotes.known(case) {
            return Ok(());
        }
        let service = Actor::service("index", actor.agency().clone());
        let mut place = None;
        loop {
            let page = self.gate.store.notes_of(case, place, INDEX_PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            place = Some((last.created, last.id));
            let new: Vec<_> = page.into_iter().filter(|note| !self.quotes.knows(case, note.id)).collect();
            if !new.is_empty() {
                self.index_words(&service, new).await?;
            }
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
            let source = Source { note: note.id, about: note.head.about, agency: note.agency.clone() };
            let with = (&*self.gate.vault, self.gate.policy.screen());
            self.quotes.add(with, note.case, source, is_kept(&note.head, keeper), words);
        }
        Ok(())
    }
}

/// Returns her own workers: those who work with her, or, where the note is about nobody, those of its service.
fn hers(involved: &[Involvement], source: &Source) -> BTreeSet<WorkerId> {
    let keeps = |one: &&Involvement| one.role.is_womens() || one.role == Role::ChildrensWorker;
    let with = |one: &&Involvement| match source.about {
        Some(about) => one.about == Some(about),
        None => one.agency == source.agency,
    };
    involved.iter().filter(keeps).filter(with).map(|one| one.worker).collect()
}

/// Asks the writer to look again. Never the value, and the same words whoever is protected and wherever she is.
fn look_at(field: &'static str, form: Form, goes: Goes) -> FieldError {
    let why = match goes {
        Goes::HerNotes => "it belongs in her whereabouts, not in the text",
        _ if form == Form::HerWords => "put it so that it cannot be traced to her",
        _ => "leave it out if it could be a protected person's",
    };
    let say = format!(
        "holds what looks like {}: {why}. If it may stand, send it again with \"{form}\" in checked",
        form.name()
    );
    FieldError { kind: Some(form.as_str()), ..FieldError::new(field, &say) }
}
