//! Workers at the door, and the search for a man by two identifiers.
//!
//! Promises: a search shows only whom the worker may know; no match, a match that is not
//! theirs, and a match that they have declared to know give one and the same answer. The
//! last of these is told to their managers, in the same commit.

pub use super::index::Trial;
use super::{Desk, Error, Question};
use crate::auth::{Actor, Credential, Subject};
use crate::model::agencies::{Seat, WorkerName};
use crate::model::alerts::{HubKind, Severity};
use crate::model::id::{CaseId, EntryId, PersonId};
use crate::model::notes::Category;
use crate::model::people::{PersonSearch, PersonSummary};
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::policy::permit::{Action, Level};
use crate::store::alerts::NewAlert;
use crate::store::effect::Effect;
use crate::vault::Disclosure;

/// People whom one answer shows.
const SHOWN_MAX: usize = 10;

/// What managers are told of a search for somebody whom the worker knows.
const KNOWN: &str = "a person whom they have declared to know, or whom the hub has matched to what they declared: by a \
                     name, a home, a telephone, or a family name and a place. They were shown nobody.";

/// What managers are told of a search for somebody of the worker's own family name.
const NAMESAKE: &str = "a person of their own family name. They have declared nothing, and were answered as usual. Ask them \
                        whether they are related.";

/// The worker whom the hub takes the caller for.
pub struct Me {
    /// The seat.
    pub seat: Seat,
    /// The name, with its audit number.
    pub name: Disclosure<WorkerName>,
}

/// What a search found.
pub struct Found {
    /// The people, at most ten, in summary; opened on one receipt.
    pub people: Disclosure<Vec<PersonSummary>>,
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
        let by = self.gate.policy.place();
        let done = self.search_once(actor, &search).await;
        if self.begins_again(by, &done) { self.search_once(actor, &search).await } else { done }
    }

    async fn search_once(&self, actor: &Actor, search: &PersonSearch) -> Result<Found, Error> {
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
        let managers = self.gate.store.managers_of(actor.agency(), None, Some(worker)).await?;
        let mut known = self.index.is_declared(&self.gate.vault, worker, search);
        let mut namesake = false;
        let (mut sealed, mut places) = (Vec::new(), Vec::new());
        let mut candidates = self.index.find(&self.gate.vault, search);
        if candidates.is_empty() {
            // Nobody is looked at in the same way as somebody hidden, so that both take as long.
            candidates.push((PersonId::random(), CaseId::random()));
        }
        for (person, case) in candidates {
            let of_person =
                Question { action: Action::Read, record: Record::Person(person), case: Some(case), ..question };
            let facts = self.gate.facts(&of_person.by(actor), None).await?;
            known |= facts.conflicted;
            namesake |= self.index.is_namesake(&self.gate.vault, worker, person);
            let Some(level) = self.gate.policy.level(&of_person.by(actor), &facts) else { continue };
            if level <= Level::Summary
                && places.len() < SHOWN_MAX
                && let Some(found) = self.gate.store.person(person).await?
            {
                sealed.push(found.summary);
                places.push((person, case, level));
            }
        }
        if known {
            sealed.clear();
            places.clear();
        }
        let notices = self.lookup_notices(actor, &managers, known, namesake).await?;
        let shown = places.iter().map(|(person, case, _)| (*person, *case)).collect();
        let receipt = self.gate.commit(permit, &ask, None, Effect::LookUp(shown, notices).into()).await?;
        let people = self.gate.open_many(&ask, sealed, receipt).await?;
        // Two identifiers found them; whoever does not fit the third as well is not shown.
        let fits = people.value().iter().map(|identity| search.fits(identity)).collect();
        Ok(Found { people, places, fits })
    }

    /// Prepares the notices to a worker's managers that they looked up somebody whom they know, or who bears their name.
    pub(super) async fn lookup_notices(
        &self,
        actor: &Actor,
        managers: &[Seat],
        known: bool,
        namesake: bool,
    ) -> Result<Vec<NewAlert>, Error> {
        let who = self.gate.policy.called(actor);
        let what = if known { KNOWN } else { NAMESAKE };
        let text = format!("{who}, worker {}, searched for {what}", actor.word());
        let severity = if known { Severity::High } else { Severity::Normal };
        // Sealed on every search, sent on few: the answer takes as long either way.
        let notices = self.to_oversight(&actor.word(), HubKind::OwnLookup, severity, &text, managers).await?;
        Ok(if known || namesake { notices } else { Vec::new() })
    }
}
