//! Workers at the door, and the search for a man by two identifiers.
//!
//! Promises: a search shows only whom the worker may know; no match, a match that is not
//! theirs, and a match that they have declared to know give one and the same answer. The
//! last of these is told to their managers, in the same commit.

use super::{Desk, Error, Question, Recorded};
use crate::auth::{Actor, Credential, Subject};
use crate::model::agencies::{Role, Seat, WorkerName};
use crate::model::alerts::{AlertText, Severity};
use crate::model::cases::DeclaredConflict;
use crate::model::id::{AlertId, CaseId, ConflictId, EntryId, PersonId, WorkerId};
use crate::model::notes::Category;
use crate::model::people::{Identity, PersonSearch};
use crate::model::sealed::{Drawer, Place, Record, Sealed};
use crate::model::shares::Purpose;
use crate::model::text::{Line, Prose};
use crate::policy::permit::{Action, Level};
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::cases::NewConflict;
use crate::store::effect::Effect;
use crate::vault::Disclosure;
use serde::Deserialize;

/// People whom one answer shows.
const SHOWN_MAX: usize = 10;

/// Identities that are opened on one receipt while the index is built.
const INDEX_PAGE: i64 = 500;

/// Whom a worker declares to know.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declare {
    /// Family name.
    pub family_name: Line<80>,
    /// Given name.
    pub given_name: Line<120>,
    /// How they know each other.
    pub relation: Line<80>,
}

/// The worker whom the hub takes the caller for.
pub struct Me {
    /// The seat.
    pub seat: Seat,
    /// The name, with its audit number.
    pub name: Disclosure<WorkerName>,
}

/// What a search found.
pub struct Found {
    /// The people, at most ten; opened on one receipt.
    pub people: Disclosure<Vec<Identity>>,
    /// For each, who and in which case, and how much may be shown.
    pub places: Vec<(PersonId, CaseId, Level)>,
    /// For each, whether all that was given fits: only they are shown.
    pub fits: Vec<bool>,
}

impl Desk {
    /// Admits a credential: its subject must be a live seat of the issuer's agency, or the agency's system.
    ///
    /// # Errors
    /// [`Error::NotAdmitted`], for every reason alike.
    pub async fn admit(&self, credential: Credential) -> Result<Actor, Error> {
        let now = self.now();
        match *credential.subject() {
            Subject::Worker(worker) => {
                let found = self.gate.store.seat(worker).await?;
                let (seat, _) = found.ok_or(Error::NotAdmitted)?;
                Actor::admit(credential, &seat, now).map_err(|_| Error::NotAdmitted)
            }
            Subject::System => {
                let agency = self.gate.store.agency(credential.agency()).await?.ok_or(Error::NotAdmitted)?;
                Actor::admit_system(credential, agency.kind, now).map_err(|_| Error::NotAdmitted)
            }
        }
    }

    /// Shows the caller whom the hub takes them for.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a caller that is no worker.
    pub async fn me(&self, actor: &Actor) -> Result<Me, Error> {
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let (seat, name) = self.gate.store.seat(worker).await?.ok_or(Error::NotFound)?;
        let question = Question {
            action: Action::Read,
            record: Record::Worker(worker),
            case: None,
            about: None,
            category: Category::Identity,
            purpose: self.purpose(actor, None),
        };
        let name = self.gate.open(&question.by(actor), None, name).await?;
        Ok(Me { seat, name })
    }

    /// Returns the actions that the caller's role is ever permitted, whatever the facts: for menus, not for deciding.
    #[must_use]
    pub fn may(&self, actor: &Actor) -> Vec<Action> {
        let Some(role) = actor.role() else { return Vec::new() };
        let ever = |action: &Action| {
            Category::ALL.iter().any(|category| {
                Purpose::ALL
                    .iter()
                    .any(|purpose| self.gate.policy.ever(role, actor.kind(), *category, *purpose, *action))
            })
        };
        Action::ALL.iter().copied().filter(ever).collect()
    }

    /// Looks for a man by two identifiers or a reference, among those whom the worker may know.
    ///
    /// # Errors
    /// [`Error::Invalid`] if too little was given; [`Error::NotFound`] if the actor may not search.
    pub async fn search(&self, actor: &Actor, search: PersonSearch) -> Result<Found, Error> {
        if !search.is_enough() {
            return Err(Error::field("", "needs a reference, or two of family name, given name and date of birth"));
        }
        let entry = EntryId::random();
        let question = Question {
            action: Action::Search,
            record: Record::Search(entry),
            case: None,
            about: None,
            category: Category::Identity,
            purpose: self.purpose(actor, search.purpose),
        };
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, None).await?;
        let worker = actor.worker().ok_or(Error::NotFound)?;
        // Asked for on every search, so that an answer takes as long whatever it is.
        let managers = self.gate.store.managers_of(actor.agency()).await?;
        let mut known = self.index.is_declared(&self.gate.vault, worker, &search);
        let (mut sealed, mut places) = (Vec::new(), Vec::new());
        let mut candidates = self.index.find(&self.gate.vault, &search);
        if candidates.is_empty() {
            // Nobody is looked at in the same way as somebody hidden, so that both take as long.
            candidates.push((PersonId::random(), CaseId::random()));
        }
        for (person, case) in candidates {
            let of_person =
                Question { action: Action::Read, record: Record::Person(person), case: Some(case), ..question };
            let facts = self.gate.store.facts(&of_person.by(actor), None).await?;
            known |= facts.conflicted;
            let Some(level) = self.gate.policy.level(&of_person.by(actor), &facts) else { continue };
            if level <= Level::Summary
                && places.len() < SHOWN_MAX
                && let Some(found) = self.gate.store.person(person).await?
            {
                sealed.push(found.identity);
                places.push((person, case, level));
            }
        }
        if known {
            sealed.clear();
            places.clear();
        }
        let notice = self.lookup_notice(actor, &managers, known).await?;
        let shown = places.iter().map(|(person, case, _)| (*person, *case)).collect();
        let receipt = self.gate.commit(permit, &ask, None, Effect::LookUp(shown, notice).into()).await?;
        let people = self.gate.open_many(&ask, sealed, receipt).await?;
        // Two identifiers found them; whoever does not fit the third as well is not shown.
        let fits = people.value().iter().map(|identity| search.fits(identity)).collect();
        Ok(Found { people, places, fits })
    }

    /// Records that a worker knows somebody: from the commit on, that person's cases are closed to them.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a caller that is no worker.
    pub async fn declare(&self, actor: &Actor, new: Declare) -> Result<(ConflictId, Recorded), Error> {
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let id = ConflictId::random();
        let question = Question {
            action: Action::Declare,
            record: Record::Conflict(id),
            case: None,
            about: None,
            category: Category::Identity,
            purpose: self.purpose(actor, None),
        };
        let words =
            DeclaredConflict { family_name: new.family_name, given_name: new.given_name, relation: new.relation };
        let people = self.index.meant_by(&self.gate.vault, &words).into_iter().map(|(person, _)| person).collect();
        let place = Place { drawer: Drawer::directory(), record: Record::Conflict(id) };
        let sealed = self.seal(place, &words).await?;
        let effect = Effect::Declare(NewConflict { id, worker, words: sealed, people });
        let receipt = self.gate.pass(&question.by(actor), None, effect.into()).await?;
        self.index.declare(&self.gate.vault, worker, id, &words);
        Ok((id, Recorded::from(&receipt)))
    }

    /// Builds the indexes of people and of words: opens identities, declarations and notes, page by page, each page one
    /// audit entry.
    ///
    /// # Errors
    /// [`Error::Vault`] if an identity does not open; [`Error::Store`].
    pub async fn unseal(&self, service: &Actor) -> Result<usize, Error> {
        let mut people = 0;
        let mut after = None;
        loop {
            let page = self.gate.store.people(after, INDEX_PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            let places: Vec<_> = page.iter().map(|one| (one.id, one.case)).collect();
            let opened = self.open_for_index(service, page.into_iter().map(|one| one.identity).collect()).await?;
            for ((person, case), identity) in places.iter().zip(opened.value()) {
                self.index.add(&self.gate.vault, *person, *case, identity);
            }
            people += places.len();
        }
        let mut after = None;
        loop {
            let page = self.gate.store.conflicts(after, INDEX_PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.0);
            let declared: Vec<(ConflictId, WorkerId)> = page.iter().map(|one| (one.0, one.1)).collect();
            let opened = self.open_for_index(service, page.into_iter().map(|one| one.2).collect()).await?;
            for ((id, worker), words) in declared.iter().zip(opened.value()) {
                self.index.declare(&self.gate.vault, *worker, *id, words);
            }
        }
        self.unseal_words(service).await?;
        Ok(people)
    }

    async fn open_for_index<C: crate::model::fields::Content>(
        &self,
        service: &Actor,
        sealed: Vec<Sealed<C>>,
    ) -> Result<Disclosure<Vec<C>>, Error> {
        let items = sealed.iter().map(|one| one.place.record).collect();
        let question = Question {
            action: Action::List,
            record: Record::Search(EntryId::random()),
            case: None,
            about: None,
            category: Category::Identity,
            purpose: crate::model::shares::Purpose::Governance,
        };
        let ask = question.by(service);
        let receipt = self.gate.serve(&ask, Effect::Disclose(items).into()).await?;
        Ok(self.gate.open_many(&ask, sealed, receipt).await?)
    }

    /// Prepares the notice to a worker's managers that they looked up somebody whom they know.
    async fn lookup_notice(&self, actor: &Actor, managers: &[Seat], known: bool) -> Result<Option<NewAlert>, Error> {
        let head = AlertHead {
            id: AlertId::random(),
            case: None,
            author: actor.word(),
            agency: actor.agency().clone(),
            about: None,
            kind: "own-lookup".to_owned(),
            category: Category::Audit,
            severity: Severity::High,
            note: None,
            raised: self.now(),
        };
        let text = format!(
            "Worker {} ({}) searched for a person whom they have declared to know, or whom the hub has matched to their declaration.",
            actor.word(),
            actor.role().map_or("-", Role::as_str)
        );
        let text = Prose::new(&text).map_err(|_| Error::Conflict)?;
        // Sealed on every search, sent on few: the answer takes as long either way.
        let words = self.seal(head.place(), &AlertText { text, may_tell_her: None }).await?;
        let recipients: Vec<WorkerId> =
            managers.iter().map(|seat| seat.worker).filter(|worker| Some(*worker) != actor.worker()).collect();
        Ok((known && !recipients.is_empty()).then_some(NewAlert { head, words, recipients }))
    }
}
