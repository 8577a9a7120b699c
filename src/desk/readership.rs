//! Who would see a note, seat by seat, and how the seats are counted: roles and numbers, never names.
//!
//! Promises: each seat is judged by [`Policy::level`](crate::policy::Policy::level) and the same guards and lines as a
//! reading; a seat is counted once, by the most that it would see.
//! Must never know: HTTP, SQL.

use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::model::agencies::{AgencyKind, Role, Seat};
use crate::model::facts::{Fact, FactSet, Facts};
use crate::model::id::{AgencyId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::{Purpose, Recipient};
use crate::policy::permit::{Action, Ask, Level};
use crate::store::notes::StoredNote;
use std::collections::{BTreeMap, BTreeSet};

/// What one seat would see, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seen {
    /// How much.
    pub(super) level: Level,
    /// On what it stands, in a word.
    pub(super) because: &'static str,
    /// For which purpose.
    pub(super) purpose: Purpose,
}

/// What is held back from one seat, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Held {
    /// The least that it would not see.
    pub(super) from: Level,
    /// Why, in the policy's words.
    pub(super) because: String,
    /// The lines or the guard that decide.
    pub(super) rule: Vec<String>,
    /// The lines that would open it, if what is missing were there.
    pub(super) opens: Vec<String>,
}

/// Those of one agency and role who would see as much for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderGroup {
    /// The agency.
    pub agency: AgencyId,
    /// The role.
    pub role: Role,
    /// How many people.
    pub people: usize,
    /// How much they would see.
    pub access: Level,
    /// On what it stands: `involved`, `released`, `own agency`, `meeting`, `emergency access`.
    pub because: &'static str,
    /// For which purpose.
    pub purpose: Purpose,
}

/// Those of one agency and role from whom the same is held back for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBack {
    /// The agency.
    pub agency: AgencyId,
    /// The role.
    pub role: Role,
    /// How many people.
    pub people: usize,
    /// The least that they would not see.
    pub from: Level,
    /// Why, in the policy's words.
    pub because: String,
    /// The lines or the guard that decide.
    pub rule: Vec<String>,
    /// The lines that would open it, if what is missing were there.
    pub opens: Vec<String>,
}

/// Who would see a note, and from whom what is held back, as far as the asker may know of them.
#[derive(Debug, Default)]
pub struct Readership {
    /// Who would see it.
    pub readers: Vec<ReaderGroup>,
    /// What is held back.
    pub held_back: Vec<HeldBack>,
    /// How many agencies would see something of it.
    pub agencies: usize,
    /// How many people would.
    pub people: usize,
}

/// Counts seats.
#[derive(Debug, Default)]
pub(super) struct Readers {
    seen: BTreeMap<(AgencyId, Role, Seen), usize>,
    held: BTreeMap<(AgencyId, Role, Held), usize>,
}

impl Readers {
    /// Adds one seat.
    pub(super) fn add(&mut self, seat: &Seat, seen: Option<Seen>, held: Option<Held>) {
        let who = || (seat.agency.clone(), seat.role);
        if let Some(seen) = seen {
            let (agency, role) = who();
            *self.seen.entry((agency, role, seen)).or_default() += 1;
        }
        if let Some(held) = held {
            let (agency, role) = who();
            *self.held.entry((agency, role, held)).or_default() += 1;
        }
    }

    /// Returns the counts.
    pub(super) fn finish(self) -> Readership {
        let agencies: BTreeSet<&AgencyId> = self.seen.keys().map(|(agency, _, _)| agency).collect();
        let (agencies, people) = (agencies.len(), self.seen.values().sum());
        let readers = self.seen.into_iter().map(|((agency, role, seen), people)| {
            let Seen { level: access, because, purpose } = seen;
            ReaderGroup { agency, role, people, access, because, purpose }
        });
        let held_back = self.held.into_iter().map(|((agency, role, held), people)| {
            let Held { from, because, rule, opens } = held;
            HeldBack { agency, role, people, from, because, rule, opens }
        });
        Readership { readers: readers.collect(), held_back: held_back.collect(), agencies, people }
    }
}

/// Returns the question that a list asks about a note, asked about a seat.
pub(super) fn ask<'a>(seat: &'a Seat, note: &StoredNote, purpose: Purpose) -> Ask<'a, Seat> {
    Ask {
        actor: seat,
        action: Action::Existence,
        record: Record::Note(note.id),
        case: Some(note.case),
        about: None,
        category: note.head.category,
        purpose,
    }
}

/// Says whether nobody is told of a seat here: who knows the man, and another woman's team.
pub(super) fn is_hidden(seat: &Seat, facts: &Facts) -> bool {
    facts.conflicted || (facts.walled && seat.kind == AgencyKind::WomensService)
}

impl Desk {
    /// Returns the seats on the case, and those that shares reach by name, of which the actor may know.
    pub(super) async fn seats_shown(
        &self,
        actor: &Actor,
        note: &StoredNote,
        purpose: Purpose,
        reached: &[(Recipient, Purpose)],
    ) -> Result<Vec<Seat>, Error> {
        let question = Question {
            action: Action::Existence,
            record: Record::Case(note.case),
            case: Some(note.case),
            about: None,
            category: Category::Identity,
            purpose,
        };
        let protected = self.protected_known(actor, &question).await?;
        let involved = self.gate.store.involved(note.case).await?;
        let known = involved.iter().filter(|one| super::cases::may_know(one, actor.worker(), &protected));
        let mut workers: BTreeSet<WorkerId> = known.map(|one| one.worker).collect();
        for (to, _) in reached {
            let Recipient::Worker(worker) = to else { continue };
            // Whoever is on the case is shown by the rule of the case; nobody else is, whoever named them.
            if involved.iter().any(|one| one.worker == *worker) {
                continue;
            }
            let Some((seat, _)) = self.gate.store.seat(*worker).await? else { continue };
            if self.knows_side(actor, note.case, seat.kind, note.head.about, purpose).await? {
                workers.insert(*worker);
            }
        }
        let mut seats = Vec::with_capacity(workers.len());
        for worker in workers {
            seats.extend(self.gate.store.seat(worker).await?.map(|(seat, _)| seat).filter(|seat| seat.active));
        }
        Ok(seats)
    }

    /// Says whether an emergency grant could open such a note to a seat: then it is asked about under that purpose too.
    pub(super) fn may_break_glass(&self, seat: &Seat, category: Category) -> bool {
        let held = FactSet::of([Fact::BreakGlass]);
        self.gate.policy.allows(seat.role, seat.kind, category, Purpose::Emergency, Action::Read, held)
    }

    /// Returns how much a seat would see and on what that stands: what would close it if it were not so.
    pub(super) fn seen(&self, ask: &Ask<'_, Seat>, facts: &Facts) -> Option<Seen> {
        let level = self.gate.policy.level(ask, facts)?;
        let hangs_on = |facts_of: &[Fact]| {
            let gone = FactSet::of(facts_of.iter().copied()).bits();
            let without = Facts { held: FactSet::from_bits(facts.held.bits() & !gone), ..facts.clone() };
            self.gate.policy.level(ask, &without) != Some(level)
        };
        let reasons: [(&[Fact], &str); 4] = [
            (&[Fact::Released, Fact::Basis], "released"),
            (&[Fact::Meeting], "meeting"),
            (&[Fact::BreakGlass], "emergency access"),
            (&[Fact::Own], "own agency"),
        ];
        let because = reasons.iter().find(|(facts, _)| hangs_on(facts)).map_or("involved", |(_, word)| word);
        Some(Seen { level, because, purpose: ask.purpose })
    }

    /// Returns the least that a seat would not see, and why; `None` if it would see all.
    pub(super) fn held(&self, ask: &Ask<'_, Seat>, facts: &Facts, seen: Option<Level>) -> Option<Held> {
        let from = match seen {
            Some(Level::Full) => return None,
            Some(Level::Summary) => Level::Full,
            Some(Level::Existence) => Level::Summary,
            Some(Level::Metadata) | None => Level::Existence,
        };
        let ask = Ask { action: from.action(), ..ask.clone() };
        let lines = self.gate.policy.would(&ask, facts).lines;
        let help = self.gate.policy.help_supposed(&ask, facts, &lines);
        let because = help.missing.first().map_or_else(|| help.in_words.join("; "), |all| all.join("; "));
        Some(Held { from, because, rule: lines, opens: help.opens })
    }
}
