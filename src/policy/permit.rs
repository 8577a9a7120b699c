//! The proofs of a decision. Made here and nowhere else; judged in `policy/mod.rs`.
//!
//! A [`Permit`] or a [`Denial`] is consumed by the store, which turns it into a durable entry.
//! A [`Scope`] names the rows that an actor may list; no list exists without one.

pub use super::ask::{Action, Ask, Level};
use super::help::Help;
use crate::model::facts::{FactSet, Facts, Stamp};
use crate::model::id::{AgencyId, CaseId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;

/// What a decision was about and what it stood on: the part that permits and denials share.
#[derive(Debug)]
pub struct Judgement {
    /// The actor's word, such as `u:ID`.
    pub actor: String,
    /// The actor's agency.
    pub agency: AgencyId,
    /// The actor's role, or `-`.
    pub role: &'static str,
    /// What was asked.
    pub action: Action,
    /// About what.
    pub record: Record,
    /// In which case.
    pub case: Option<CaseId>,
    /// Which row of the matrix.
    pub category: Category,
    /// For what.
    pub purpose: Purpose,
    /// The lines, or the guard, that decided: `A065`, `D01`, `guard:conflict`, or `default`.
    pub lines: Vec<String>,
    /// SHA-256 of the policy that decided, in hexadecimal.
    pub policy: String,
    /// The facts that held.
    pub facts: FactSet,
    /// What the decision depends on.
    pub stamps: Vec<Stamp>,
}

impl Judgement {
    /// States what was decided about, for the policy and for the gate's "asked for nothing".
    ///
    /// A decision that an emergency grant bears on names the grant beside the lines.
    pub(super) fn on(ask: &Ask<'_>, facts: &Facts, mut lines: Vec<String>, policy: &str, by: Stamp) -> Self {
        lines.extend(facts.grant.map(|grant| format!("grant:{grant}")));
        // Whatever the facts say of the policy: what judged is what must still be in force.
        let others = facts.stamps.iter().filter(|stamp| stamp.subject != by.subject);
        let stamps = others.cloned().chain([by.clone()]).collect();
        Self {
            actor: ask.actor.word(),
            agency: ask.actor.agency().clone(),
            role: ask.actor.role().map_or("-", |role| role.as_str()),
            action: ask.action,
            record: ask.record,
            case: ask.case,
            category: ask.category,
            purpose: ask.purpose,
            lines,
            policy: policy.to_owned(),
            facts: facts.held,
            stamps,
        }
    }
}

/// Policy said yes, on facts of a stated version.
///
/// Made only in `policy/permit.rs`; consumed by `Store::commit`.
#[derive(Debug)]
#[must_use = "a permit that is dropped leaves no record and opens nothing"]
pub struct Permit {
    judgement: Judgement,
    obligations: Vec<String>,
}

impl Permit {
    pub(super) fn granted(judgement: Judgement, obligations: Vec<String>) -> Self {
        Self { judgement, obligations }
    }

    /// Returns what was decided.
    #[must_use]
    pub const fn judgement(&self) -> &Judgement {
        &self.judgement
    }

    /// Returns what the permit obliges to, such as `ack`.
    #[must_use]
    pub fn obligations(&self) -> &[String] {
        &self.obligations
    }

    /// Joins the permit for a part of an act to that for the whole: it stands on what both were judged on, and if any of
    /// that has moved, the act is not recorded.
    pub fn and(mut self, part: Self) -> Self {
        for stamp in part.judgement.stamps {
            if !self.judgement.stamps.contains(&stamp) {
                self.judgement.stamps.push(stamp);
            }
        }
        for line in part.judgement.lines {
            if !self.judgement.lines.contains(&line) {
                self.judgement.lines.push(line);
            }
        }
        self
    }

    /// Gives the decision to the store, which records it.
    #[must_use]
    pub fn into_judgement(self) -> Judgement {
        self.judgement
    }

    /// Gives the permit back unused: what it was for cannot be done, and the record says why.
    pub fn declined(mut self, why: &'static str) -> Denial {
        self.judgement.lines.push(why.to_owned());
        Denial::of(self.judgement, true)
    }
}

/// Policy said no. It cannot become an answer: only the store makes it a `Refused`.
///
/// Made only in `policy/permit.rs`; consumed by `Store::commit_denial`.
#[derive(Debug)]
#[must_use = "a denial that is dropped leaves no record"]
pub struct Denial {
    judgement: Judgement,
    known: bool,
    help: Option<Box<Help>>,
}

impl Denial {
    pub(super) fn of(judgement: Judgement, known: bool) -> Self {
        Self { judgement, known, help: None }
    }

    /// Adds what helps, for who may know that the record is there; for others there is no help, as there is no record.
    pub(super) fn with(mut self, help: impl FnOnce() -> Help) -> Self {
        self.help = self.known.then(|| Box::new(help()));
        self
    }

    /// Gives away what helps.
    #[must_use]
    pub const fn take_help(&mut self) -> Option<Box<Help>> {
        self.help.take()
    }

    /// Returns what was decided.
    #[must_use]
    pub const fn judgement(&self) -> &Judgement {
        &self.judgement
    }

    /// Says whether the actor may know that the record is there. If not, the answer is that of something that is not.
    #[must_use]
    pub const fn may_know(&self) -> bool {
        self.known
    }

    /// Gives the decision to the store, which records it.
    #[must_use]
    pub fn into_judgement(self) -> Judgement {
        self.judgement
    }
}

/// The rows that an actor may list.
///
/// Made only in `policy/permit.rs`.
#[derive(Debug, Clone)]
#[must_use = "a scope is the only way to list"]
pub struct Scope {
    worker: WorkerId,
    agency: AgencyId,
}

impl Scope {
    pub(super) fn of(worker: WorkerId, agency: AgencyId) -> Self {
        Self { worker, agency }
    }

    /// Returns the worker whose involvements bound the list.
    #[must_use]
    pub const fn worker(&self) -> WorkerId {
        self.worker
    }

    /// Returns the worker's agency.
    #[must_use]
    pub const fn agency(&self) -> &AgencyId {
        &self.agency
    }
}
