//! Refusals that help: the rule in words, what is missing, who can grant it, the lawful routes.
//!
//! Promises: there is help only for who may know that the record is there; what is called missing is what
//! [`Policy::explain`] found to be enough; guards are never explained beyond their own words. All words are data.
//! Must never know: how facts were fetched, HTTP.

use super::ask::question;
use super::ask::{Action, Ask, Level};
use super::explain::Change;
use super::guards;
use super::refusals::Way;
pub use super::refusals::{Grantor, Route};
use super::{Act, Policy, Verdict};
use crate::auth::Seated;
use crate::model::agencies::Role;
use crate::model::facts::{Fact, FactSet, Facts};
use crate::model::id::AgencyId;
use crate::model::shares::Purpose;

/// Somebody who can grant what is missing. An agency and a role, never a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// In which part.
    pub grantor: Grantor,
    /// Of which agency, where that is known.
    pub agency: Option<AgencyId>,
    /// In which role, where the asker may know it.
    pub role: Option<Role>,
    /// Which role of that agency is on duty, where one is.
    pub on_duty: Option<Role>,
    /// In words.
    pub say: String,
}

/// What helps somebody who was refused, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Help {
    /// The lines or the guard that decided.
    pub rule: Vec<String>,
    /// Each of them in words.
    pub in_words: Vec<String>,
    /// What would have been enough: each is one thing, or two together.
    pub missing: Vec<Vec<String>>,
    /// The lines that would then allow it.
    pub opens: Vec<String>,
    /// Who can grant it.
    pub who: Vec<Who>,
    /// The lawful routes, each with its words.
    pub routes: Vec<(Route, String)>,
}

/// What the answer to a question would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Would {
    /// Whether it would be permitted.
    pub allowed: bool,
    /// Whether the record may be known to be there.
    pub known: bool,
    /// The lines or the guard that decide.
    pub lines: Vec<String>,
    /// What a permit would oblige to.
    pub obligations: Vec<String>,
}

impl Policy {
    /// Says what the answer would be, by the same guards and lines as [`Policy::decide`]. It proves nothing and opens nothing.
    #[must_use]
    pub fn would<A: Seated>(&self, ask: &Ask<'_, A>, facts: &Facts) -> Would {
        match self.verdict(question(ask, facts.held), &self.act(ask, facts), facts) {
            Verdict::Granted { lines, obligations } => Would { allowed: true, known: true, lines, obligations },
            Verdict::Refused { lines, known } => Would { allowed: false, known, lines, obligations: Vec::new() },
        }
    }

    /// Returns the least that shows that the record is there, if the actor may do that: what a look at it is recorded as.
    #[must_use]
    pub fn least<A: Seated>(&self, ask: &Ask<'_, A>, facts: &Facts) -> Option<Action> {
        let may = |level: &Level| {
            let action = level.action();
            let asked = question(ask, facts.held).map(|question| super::Question { action, ..question });
            let open = guards::first(Act { action, ..self.act(ask, facts) }, facts).is_none();
            open && asked.is_some_and(|question| self.table().permits(&question))
        };
        [Level::Existence, Level::Summary, Level::Full].into_iter().find(may).map(Level::action)
    }

    /// Returns a line, a guard or `default` in words: those of the refusals, else the line itself as a sentence.
    #[must_use]
    pub fn in_words(&self, rule: &str) -> String {
        let way = self.book.refusals.way(rule).map(|way| way.words.clone());
        way.or_else(|| self.book.phrases.line(rule).map(str::to_owned)).unwrap_or_else(|| rule.to_owned())
    }

    /// Returns an obligation in words.
    #[must_use]
    pub fn duty(&self, obligation: &str) -> String {
        self.book.phrases.word(obligation).unwrap_or(obligation).to_owned()
    }

    /// Returns what helps with a refusal by these lines or this guard.
    #[must_use]
    pub fn help<A: Seated>(&self, ask: &Ask<'_, A>, facts: &Facts, lines: &[String]) -> Help {
        let why = self.explain(ask, facts);
        self.help_with(ask, facts, lines, &why.map(|why| why.enough).unwrap_or_default())
    }

    /// Returns what helps with a refusal of what is only supposed, or about a seat that is not the asker's: what is
    /// missing is then named though the seat itself would not know of the record.
    #[must_use]
    pub fn help_supposed<A: Seated>(&self, ask: &Ask<'_, A>, facts: &Facts, lines: &[String]) -> Help {
        let guarded = guards::first(self.act(ask, facts), facts).is_some();
        let asked = question(ask, facts.held).filter(|_| !guarded);
        let enough = asked.map(|question| self.explain_question(&question).enough).unwrap_or_default();
        self.help_with(ask, facts, lines, &enough)
    }

    fn help_with<A: Seated>(&self, ask: &Ask<'_, A>, facts: &Facts, lines: &[String], enough: &[Vec<Change>]) -> Help {
        let book = &self.book.refusals;
        let in_the_way: Vec<&Way> = if enough.is_empty() {
            lines.iter().filter_map(|line| book.way(line)).collect()
        } else {
            let facts = enough.iter().flatten().map(|(Change::Needs(fact) | Change::Without(fact))| fact.as_str());
            facts.filter_map(|fact| book.way(fact)).collect()
        };
        let mut help = Help {
            rule: lines.to_vec(),
            in_words: lines.iter().map(|line| self.in_words(line)).collect(),
            missing: enough.iter().map(|changes| changes.iter().map(|change| self.change(*change)).collect()).collect(),
            opens: self.opened_by(ask, facts, enough),
            ..Help::default()
        };
        for way in in_the_way {
            way.who.iter().for_each(|who| self.add_who(&mut help, *who, ask, facts));
            way.routes.iter().for_each(|route| self.add_route(&mut help, *route));
        }
        if self.breaks_glass(ask, facts) {
            self.add_route(&mut help, Route::EmergencyAccess);
        }
        if help.who.len() > 1 {
            help.who.retain(|who| who.grantor != Grantor::Nobody);
        }
        help
    }

    fn change(&self, change: Change) -> String {
        match change {
            Change::Needs(fact) => self.in_words(fact.as_str()),
            Change::Without(fact) => format!("It must not be so: {}", self.duty(fact.as_str())),
        }
    }

    /// Returns the lines that would allow it after the first of the changes.
    fn opened_by<A: Seated>(&self, ask: &Ask<'_, A>, facts: &Facts, enough: &[Vec<Change>]) -> Vec<String> {
        let Some(changes) = enough.first() else { return Vec::new() };
        let flipped = changes.iter().fold(facts.held.bits(), |bits, change| match change {
            Change::Needs(fact) | Change::Without(fact) => bits ^ (1 << *fact as u8),
        });
        let asked = question(ask, FactSet::from_bits(flipped));
        asked.and_then(|question| self.judge(&question)).map(|ruling| ruling.lines.clone()).unwrap_or_default()
    }

    /// Says whether an emergency grant would let this seat read what it may not read now.
    fn breaks_glass<A: Seated>(&self, ask: &Ask<'_, A>, facts: &Facts) -> bool {
        let (Some(role), kind) = (ask.actor.role(), ask.actor.kind()) else { return false };
        let reads = |held| self.allows(role, kind, ask.category, Purpose::Emergency, Action::Read, held);
        let held = facts.held.bits();
        let look = matches!(ask.action, Action::Read | Action::Summary | Action::Existence);
        look && !reads(facts.held) && reads(FactSet::from_bits(held | (1 << Fact::BreakGlass as u8)))
    }

    fn add_route(&self, help: &mut Help, route: Route) {
        if !help.routes.iter().any(|(known, _)| *known == route) {
            help.routes.push((route, self.book.refusals.route(route)));
        }
    }

    fn add_who<A: Seated>(&self, help: &mut Help, grantor: Grantor, ask: &Ask<'_, A>, facts: &Facts) {
        if help.who.iter().any(|known| known.grantor == grantor) {
            return;
        }
        let agency = match grantor {
            Grantor::Originator => facts.item.as_ref().map(|item| item.owner.clone()),
            Grantor::Manager | Grantor::Officers => Some(ask.actor.agency().clone()),
            Grantor::Meeting | Grantor::Nobody => None,
        };
        let say = self.book.refusals.grantor(grantor);
        help.who.push(Who { grantor, agency, role: None, on_duty: None, say });
    }
}
