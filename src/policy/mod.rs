//! May you: a pure function from a question and its facts to a permit or a denial.
//!
//! The lines in `policies/` are compiled once to a table; guards can only deny on top of it.
//! Promises: what no line allows is refused; a deny beats every allow; each answer names
//! the lines or the guard that decided, and the digest of the policy.
//! Must never know: how facts were fetched, the database, HTTP.

mod ask;
pub mod bases;
pub mod bundle;
mod calendar;
mod casbin;
mod check;
pub mod checks;
mod clocks;
mod consents;
pub mod contact_changes;
pub mod continues;
pub mod courier;
mod disclosure;
pub mod disclosures;
mod error;
mod events;
mod examples;
mod explain;
mod files;
mod folder;
mod gateways;
mod ground;
mod guards;
pub mod help;
mod invariants;
mod kit;
pub mod ladder;
pub mod limits;
mod line;
mod load;
mod masks;
mod matrix;
mod might;
pub mod orders;
mod pattern;
pub mod permit;
pub mod phones;
mod phrases;
pub mod programmes;
pub mod raises;
mod reference;
mod refusals;
mod rows;
mod rules;
mod ruling;
mod screen;
mod services;
mod shadows;
mod supervision;
mod table;
pub mod tools;
mod whom;
mod words;

pub use ask::Question;
pub use casbin::{Difference, Reference, Replay, live_questions, replay, replay_while};
pub use check::Report;
pub use clocks::Clocks;
pub use consents::{Consents, Notice, words_hash};
pub use error::{CasbinFault, Error, Fault};
pub use events::{EventOf, EventRule, Events, Evidence, Shows as EventShows};
pub use explain::{Change, Explanation};
pub use files::{Files, notice_file};
pub use folder::Unread;
pub use gateways::{Flow, Gateways};
pub use kit::Kit;
pub use matrix::rows_beyond;
pub use might::Works;
pub use raises::Raise;
pub use reference::AlertKind;
pub use ruling::Ruling;

use crate::auth::{Actor, Seated};
use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::{FactSet, Facts, Stamp};
use crate::model::notes::Category;
use crate::model::policies::PolicyDigest;
use crate::model::screen::Rules;
use crate::model::shares::Purpose;
use ask::{is_oneself, question};
use bundle::Manifest;
use guards::{Act, Guard, Shows};
use limits::Limits;
use load::Book;
use permit::{Action, Ask, Denial, Judgement, Level, Permit, Scope};
use std::sync::{Arc, PoisonError, RwLock};
use supervision::Supervision;
use table::Table;

/// The line that stands in the record when there was no such thing.
const NOTHING: &str = "nothing";

/// The line that stands in the record when a permitted opening failed.
const FAILED: &str = "failed:vault";

/// The line that stands in the record when a worker looked at their own entry of the directory, signed in or signed out.
const ONESELF: &str = "oneself";

/// The subject whose version counts the policies that were in force: it moves with each.
pub const IN_FORCE: &str = "policy";

/// A policy that was read whole, and decides.
#[derive(Debug)]
pub struct Policy {
    files: Files,
    book: Book,
    consents: Consents,
    name: PolicyDigest,
    digest: String,
    version: u32,
    /// Which in the row of those that were ever in force here: 0 before it is.
    place: i64,
    limits: Limits,
    supervision: Supervision,
    /// Replaced whole when it is tightened; whoever decides holds one table from start to end.
    table: RwLock<Arc<Table>>,
}

/// What the guards and lines say, before it becomes a proof.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Granted { lines: Vec<String>, obligations: Vec<String> },
    Refused { lines: Vec<String>, known: bool },
}

impl Policy {
    /// Loads the policy that was built into the program.
    ///
    /// # Errors
    /// [`Error`] names the file, the line and what is wrong with it.
    pub fn embedded() -> Result<Self, Error> {
        Self::load(Files::embedded())
    }

    /// Loads a policy; nothing of it counts unless all of it is right.
    ///
    /// # Errors
    /// [`Error`] names the file, the line and what is wrong with it.
    pub fn load(files: Files) -> Result<Self, Error> {
        let manifest = Manifest::built_in(&files);
        Self::load_as(files, &manifest)
    }

    /// Loads the files of a manifest, under its digest and version.
    fn load_as(files: Files, manifest: &Manifest) -> Result<Self, Error> {
        let book = load::book(&files)?;
        let table = RwLock::new(Arc::new(Table::compile(&book.seats, &book.rules)));
        let (consents, limits) = (Consents::load(&files)?, Limits::load(&files)?);
        let supervision = Supervision::load(&files, &book.alert_kinds)?;
        let (name, version) = (manifest.digest(), manifest.version);
        let digest = name.to_string();
        Ok(Self { files, book, consents, name, digest, version, place: 0, limits, supervision, table })
    }

    /// Returns the notices that people are given, and the numbers of practice for recording consent.
    #[must_use]
    pub const fn consents(&self) -> &Consents {
        &self.consents
    }

    /// Says that it is the *n*th policy that was ever in force here: what it decides holds only while it is.
    #[must_use]
    pub fn in_force(mut self, place: i64) -> Self {
        self.place = place;
        self
    }

    /// Returns what each of its decisions depends on: that it still is the policy in force.
    fn stamp(&self) -> Stamp {
        Stamp { subject: IN_FORCE.to_owned(), version: self.place }
    }

    /// States what was decided, by this policy, on these facts.
    fn judgement(&self, ask: &Ask<'_>, facts: &Facts, lines: Vec<String>) -> Judgement {
        Judgement::on(ask, facts, lines, &self.digest, self.stamp())
    }

    /// Decides: yes with its obligations, or no; either names what decided.
    ///
    /// # Errors
    /// [`Denial`], which the store records before anybody is told.
    #[expect(clippy::result_large_err, reason = "a denial is a proof like a permit and moves once, to the store")]
    pub fn decide(&self, ask: &Ask<'_>, facts: &Facts) -> Result<Permit, Denial> {
        let judged = |lines| self.judgement(ask, facts, lines);
        if is_oneself(ask) {
            return Ok(Permit::granted(judged(vec![ONESELF.to_owned()]), Vec::new()));
        }
        match self.verdict(question(ask, facts.held), &self.act(ask, facts), facts) {
            Verdict::Granted { lines, obligations } => Ok(Permit::granted(judged(lines), obligations)),
            Verdict::Refused { lines, known } => {
                let denial = Denial::of(judged(lines.clone()), known);
                Err(denial.with(|| self.help(ask, facts, &lines)))
            }
        }
    }

    /// Returns the words and numbers by which what is written is screened.
    #[must_use]
    pub const fn screen(&self) -> &Rules {
        &self.book.screen
    }

    /// Says what the lines say of a question, and which: the step of [`Policy::decide`] between the guards and the
    /// record, for whoever has no actor. `None` if there is no such seat.
    #[must_use]
    pub fn judge(&self, question: &Question) -> Option<Arc<Ruling>> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table.ruling(question).cloned()
    }

    /// Returns the most that the actor may know of an item, whatever action is asked: for lists.
    #[must_use]
    pub fn level<A: Seated>(&self, ask: &Ask<'_, A>, facts: &Facts) -> Option<Level> {
        self.most(question(ask, facts.held)?, &self.act(ask, facts), facts)
    }

    /// Says whether guards and lines permit a question on these facts: for leaving out what they do not, never for deciding.
    #[must_use]
    pub fn would_permit<A: Seated>(&self, ask: &Ask<'_, A>, facts: &Facts) -> bool {
        matches!(self.verdict(question(ask, facts.held), &self.act(ask, facts), facts), Verdict::Granted { .. })
    }

    /// Returns the rows that the actor may list, or `None` if the policy lets them list nothing.
    #[must_use]
    pub fn scope(&self, actor: &Actor) -> Option<Scope> {
        let (worker, role, kind) = (actor.worker()?, actor.role()?, actor.kind());
        self.lists(role, kind).then(|| Scope::of(worker, actor.agency().clone()))
    }

    /// Says whether the policy lets a role list what is its own.
    #[must_use]
    pub fn lists(&self, role: Role, kind: AgencyKind) -> bool {
        let (category, purpose) = (Category::Identity, self.default_purpose(role));
        self.allows(role, kind, category, purpose, Action::List, FactSet::default())
    }

    /// Refuses a question about something that is not there, in the words of what may not be known.
    pub fn nothing(&self, ask: &Ask<'_>, facts: &Facts) -> Denial {
        Denial::of(self.judgement(ask, facts, vec![NOTHING.to_owned()]), false)
    }

    /// States that an opening which was permitted failed: the seal did not hold, or its key was not there.
    pub fn failed(&self, ask: &Ask<'_>, facts: &Facts) -> Denial {
        Denial::of(self.judgement(ask, facts, vec![FAILED.to_owned()]), true)
    }

    /// States that callers were turned away at the door, by reason and number.
    pub fn turned_away(&self, ask: &Ask<'_>, facts: &Facts, reasons: Vec<String>) -> Denial {
        Denial::of(self.judgement(ask, facts, reasons), false)
    }

    /// Explains the lines' answer to somebody who may know of the item: `None` if a guard decided, or if they may not know.
    #[must_use]
    pub fn explain<A: Seated>(&self, ask: &Ask<'_, A>, facts: &Facts) -> Option<Explanation> {
        let question = question(ask, facts.held)?;
        if guards::first(self.act(ask, facts), facts).is_some() {
            return None;
        }
        self.table().level(&question).is_some().then(|| self.explain_question(&question))
    }

    /// Returns SHA-256 of the policy's manifest, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Returns the same as bytes.
    #[must_use]
    pub const fn name(&self) -> PolicyDigest {
        self.name
    }

    /// Returns the version of its manifest; 0 is the one that is built in.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// Returns which in the row of those that were ever in force it is.
    #[must_use]
    pub const fn place(&self) -> i64 {
        self.place
    }

    /// Returns the numbers that the hub counts by.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Returns for what a role acts unless the worker says otherwise.
    #[must_use]
    pub fn default_purpose(&self, role: Role) -> Purpose {
        self.book.roles.get(&role).map_or(Purpose::Governance, |facts| facts.purpose)
    }

    /// Returns a kind of alert by its word.
    #[must_use]
    pub fn alert_kind(&self, kind: &str) -> Option<&AlertKind> {
        self.book.alert_kinds.iter().find(|known| known.kind == kind)
    }

    /// Returns every kind of alert, in the order of the file.
    #[must_use]
    pub fn alert_kinds(&self) -> &[AlertKind] {
        &self.book.alert_kinds
    }

    /// Returns the statutory gateways.
    #[must_use]
    pub fn gateways(&self) -> &Gateways {
        &self.book.gateways
    }

    /// Makes the stricter answer win from now on, after casbin said no where the table said yes.
    pub fn tighten(&self, question: &Question) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        *table = Arc::new(table.without(question));
    }

    /// Returns the table that decides now.
    fn table(&self) -> Arc<Table> {
        // A thread that panicked while it held the lock left a whole table behind: it is replaced, never changed.
        Arc::clone(&self.table.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Decides on guards first, then on lines.
    fn verdict(&self, question: Option<Question>, act: &Act<'_>, facts: &Facts) -> Verdict {
        let table = self.table();
        let seated = question.and_then(|question| Some((question, table.ruling(&question)?)));
        let Some((question, ruling)) = seated else {
            return refused(guards::NO_SEAT, None);
        };
        if let Some(guard) = guards::first(*act, facts) {
            return refused(guard, table.level(&question));
        }
        let lines = ruling.lines.clone();
        if ruling.permitted {
            return Verdict::Granted { lines, obligations: ruling.obligations.clone() };
        }
        Verdict::Refused { lines, known: shows_itself(self.most(question, act, facts)) }
    }

    /// Returns the most that guards and lines let this seat know.
    fn most(&self, question: Question, act: &Act<'_>, facts: &Facts) -> Option<Level> {
        let table = self.table();
        let open = |level: &Level| {
            let action = level.action();
            guards::first(Act { action, ..*act }, facts).is_none() && table.permits(&Question { action, ..question })
        };
        Level::ALL.into_iter().find(open)
    }
}

/// Says whether a level shows that the record is there. Metadata is of the trail as a whole, not of one record.
fn shows_itself(level: Option<Level>) -> bool {
    level.is_some_and(|level| level <= Level::Existence)
}

/// Refuses in a guard's name.
fn refused(guard: Guard, level: Option<Level>) -> Verdict {
    let known = guard.shows == Shows::ThatItIs && shows_itself(level);
    Verdict::Refused { lines: vec![guard.name.to_owned()], known }
}

#[cfg(test)]
mod mutants;

#[cfg(test)]
mod tests;
