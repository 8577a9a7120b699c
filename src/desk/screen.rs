//! Never to him: what is written for his side is looked at before it is stored.
//!
//! Promises: words of a protected person's note are not repeated on his record; what looks like
//! whereabouts is stored only when the writer has looked again; the answer to a form never
//! depends on where anybody is. Whose words were found, and whether the writer may read them,
//! makes no difference to what the writer is told. A text is compared by the rules of one policy
//! with every note of the case, and is stored under no other policy. The reasons stand in docs/never-to-him.md.

use super::goes::{Counts, Goes, Said, counts};
use super::quotes::{Match, Pieces, Source};
use super::{Desk, Error, FieldError};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::cases::Involvement;
use crate::model::id::{AlertId, CaseId, NoteId, ProtectedId, WorkerId};
use crate::model::notes::Category;
use crate::model::screen::Form;
use crate::model::text::Prose;
use crate::policy::permit::Permit;
use crate::store::alerts::{AlertHead, NewAlert};
use std::collections::BTreeSet;

/// How often the index of a case is made whole before a writer is told to come again.
const CATCH_UPS_MAX: usize = 3;

/// What was found in a text.
pub(super) enum Found {
    /// Nothing: store it.
    Nothing,
    /// Something that the writer must look at again.
    Look(Vec<FieldError>),
    /// Somebody's protected words.
    Quoted(Vec<FieldError>, Vec<Source>),
}

/// What a request has in common with kept notes.
#[derive(Default)]
struct Quotations {
    /// Fields that quote, with what they quote.
    quoted: Vec<(&'static str, Vec<Source>)>,
    /// Fields in which her own service repeats what it has not released.
    hers: Vec<&'static str>,
    /// What is alike and no quotation.
    pieces: Vec<(NoteId, Pieces)>,
}

const QUOTED: &str = "repeats words that are kept for a protected person: write what you know yourself in your own \
                      words, or ask for a sanitised note";

/// Who raises it: the hub says it, so that whoever wrote the text finds no trace of this.
const AUTHOR: &str = "hub:screen";

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
        // From here on this request stores nothing under another policy, unless it looks again.
        self.gate.policy.looked();
        let mut pieces = Vec::new();
        if goes != Goes::HerNotes {
            let found = self.quotations(actor, case, goes, said).await?;
            let (quoted, hers) = (found.quoted, found.hers);
            pieces = found.pieces;
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
        if !looks.is_empty() {
            return Ok(Found::Look(looks));
        }
        if let Some(writer) = actor.worker().filter(|_| !actor.kind().keeps_confidence()) {
            self.quotes.count(rules, case, writer, pieces);
        }
        Ok(Found::Nothing)
    }

    /// Returns the texts that quote kept notes, with the notes; the fields in which her own service repeats what it has
    /// not released; and what is repeated of kept notes and is no quotation.
    async fn quotations<'a>(
        &self,
        actor: &Actor,
        case: CaseId,
        goes: Goes,
        said: &[Said<'a>],
    ) -> Result<Quotations, Error> {
        let confides = actor.kind().keeps_confidence();
        let own = if confides { self.own_abouts(actor, case).await? } else { BTreeSet::new() };
        let mut found = Quotations::default();
        let (mut quoted, mut hers) = (vec![Vec::new(); said.len()], BTreeSet::new());
        for alike in self.compared(actor, case, said).await? {
            match counts(actor, goes, &alike.source, &own) {
                Counts::No => {}
                Counts::Asked if alike.quoting.is_empty() => {}
                Counts::Asked => {
                    if self.any_unreleased(std::slice::from_ref(&alike.source)).await? {
                        hers.extend(alike.quoting);
                    }
                }
                Counts::Refused if alike.quoting.is_empty() => found.pieces.push((alike.source.note, alike.pieces)),
                Counts::Refused => {
                    alike.quoting.iter().for_each(|nth: &usize| quoted[*nth].push(alike.source.clone()));
                }
            }
        }
        let named = said.iter().map(|(field, _)| *field).zip(quoted);
        found.quoted = named.filter(|(_, of)| !of.is_empty()).collect();
        found.hers = hers.into_iter().map(|nth| said[nth].0).collect();
        Ok(found)
    }

    /// Returns what the texts have in common with kept notes. Nothing is said of any text before the index holds the
    /// whole case by the rules of this request's policy.
    ///
    /// # Errors
    /// [`Error::Busy`] if requests under another policy keep making it anew: nothing passes meanwhile.
    async fn compared(&self, actor: &Actor, case: CaseId, said: &[Said<'_>]) -> Result<Vec<Match>, Error> {
        let texts: Vec<&str> = said.iter().map(|(_, text)| *text).collect();
        let writer = actor.worker().filter(|_| !actor.kind().keeps_confidence());
        for _ in 0..CATCH_UPS_MAX {
            let making = self.catch_up(actor, case).await?;
            if let Some(found) = self.quotes.alike(self.by(), (case, making), writer, &texts) {
                return Ok(found);
            }
        }
        Err(Error::Busy)
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
    pub(super) async fn quote_notices(
        &self,
        actor: &Actor,
        case: CaseId,
        of: &[Source],
    ) -> Result<Vec<NewAlert>, Error> {
        let involved = self.gate.store.involved(case).await?;
        let mut meant: Vec<&Source> = Vec::new();
        for one in of {
            if !meant.iter().any(|known| known.about == one.about && known.agency == one.agency) {
                meant.push(one);
            }
        }
        let mut notices = Vec::new();
        for source in meant {
            notices.extend(self.quote_told(actor, case, source, &involved).await?);
        }
        Ok(notices)
    }

    /// Tells her own workers, else her service's managers; if none of them can open it, officers of oversight, who learn
    /// neither whom it is about nor in which case.
    async fn quote_told(
        &self,
        actor: &Actor,
        case: CaseId,
        source: &Source,
        involved: &[Involvement],
    ) -> Result<Vec<NewAlert>, Error> {
        let (what, me) = ((source.about, category_of(source)), actor.worker());
        let hers = self.who_open(hers(involved, source), case, what, Some(actor)).await?;
        if !hers.is_empty() {
            return Ok(vec![self.quote_notice(actor, case, source, hers.into_iter().collect()).await?]);
        }
        let managers = self.gate.store.managers_of(&source.agency, Some(case), me).await?;
        let managers = managers.into_iter().map(|seat| seat.worker).collect();
        let managers = self.who_open(managers, case, what, Some(actor)).await?;
        if !managers.is_empty() {
            return Ok(vec![self.quote_notice(actor, case, source, managers.into_iter().collect()).await?]);
        }
        let officers = self.gate.store.officers_of(&source.agency, Some(case), me).await?;
        if officers.is_empty() {
            // The writer must not learn of it either way: the text is held back all the same.
            tracing::error!("words were held back, and there is nobody who could be told of it");
            return Ok(Vec::new());
        }
        self.to_oversight(AUTHOR, HubKind::ProtectedWords, Severity::High, &self.quoted_by(actor, source), &officers)
            .await
    }

    /// Says who was about to write what, in everyday words.
    fn quoted_by(&self, actor: &Actor, source: &Source) -> String {
        let policy = &self.gate.policy;
        quote_words(&policy.called(actor), &policy.limits().local(self.now()), actor, source)
    }

    /// Writes the notice about her and her case.
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
            author: AUTHOR.to_owned(),
            // It belongs to the trail of those who keep the words: in the writer's own, whoever reads it would show.
            agency: source.agency.clone(),
            about: source.about,
            kind: HubKind::ProtectedWords.word(),
            category: category_of(source),
            severity: Severity::High,
            note: None,
            raised: self.now(),
        };
        let text = Prose::new(&self.quoted_by(actor, source)).map_err(|_| Error::Conflict)?;
        let words = self.seal(head.place(), &AlertText { text, may_tell_her: None }).await?;
        Ok(NewAlert { head, words, recipients })
    }
}

/// Returns what is said of a text that was held back: the note, and who wrote.
fn quote_words(who: &str, at: &str, actor: &Actor, source: &Source) -> String {
    format!(
        "{who} was about to write words that are kept for her where they do not belong, on {at}. It was not stored. They \
         have not been told of this notice. Ask yourself how they came by the words, and whether the safety plan still \
         holds. The words are of note {}; the writer is worker {}.",
        source.note,
        actor.word(),
    )
}

/// Returns the row of the matrix under which her side may read a notice.
const fn category_of(source: &Source) -> Category {
    if source.about.is_some() { Category::ProtectedAccount } else { Category::RiskPlan }
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
