//! Whether a seat may know of the woman or child whom an item is about.
//!
//! Promises: it is the lines for her own row that say so, *service-engagement* for a woman and *child* for a child; what
//! they do not open is hidden by a guard, whatever row the item itself lies in. A release of what is hers is her own
//! service's decision that its reader knows of her; a release of anything else is none.
//! Must never know: how facts were fetched.

use super::guards::Act;
use super::permit::{Action, Ask};
use super::{Policy, Question, question};
use crate::auth::Seated;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::{Fact, FactSet, Facts, Whom};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;

/// Each of these shows that she is there.
const SHOWS: [Action; 3] = [Action::Existence, Action::Summary, Action::Read];

/// Returns the rows that must all be open, a little at least, to whoever may know of somebody.
const fn rows(whom: Whom) -> &'static [Category] {
    match whom {
        Whom::Nobody => &[],
        Whom::Adult => &[Category::ServiceEngagement],
        Whom::Child => &[Category::Child],
        // As little as anybody is told of those whom they may not know of.
        Whom::Unknown => &[Category::ServiceEngagement, Category::Child],
    }
}

impl Policy {
    /// Returns what the guards look at.
    pub(super) fn act<'a, A: Seated>(&self, ask: &Ask<'a, A>, facts: &Facts) -> Act<'a> {
        Act {
            agency: ask.actor.agency(),
            action: ask.action,
            category: ask.category,
            purpose: ask.purpose,
            knows: self.knows(ask, facts),
        }
    }

    fn knows<A: Seated>(&self, ask: &Ask<'_, A>, facts: &Facts) -> bool {
        if facts.whom == Whom::Nobody {
            return true;
        }
        let Some(question) = question(ask, facts.held) else { return false };
        let released = facts.held.has(Fact::Released) && facts.held.has(Fact::Basis);
        // In an emergency the grant opens where she is; an alert's recipients were chosen by who may know.
        let told = facts.held.has(Fact::BreakGlass)
            || (matches!(ask.record, Record::Alert(_)) && facts.held.has(Fact::Released))
            || (ask.category.is_protected() && (released || facts.held.has(Fact::Meeting)));
        // Whoever is not on the case and was released something is asked about as if they were.
        let works = released.then_some(Fact::Involved);
        let held = Fact::ALL.iter().copied().filter(|fact| facts.held.has(*fact)).chain(works);
        told || self.shows(&Question { facts: FactSet::of(held), ..question }, facts.whom)
    }

    /// Says whether a role may know of somebody once it works with them: for choosing recipients, never for deciding.
    #[must_use]
    pub fn may_know_of(&self, role: Role, kind: AgencyKind, purpose: Purpose, whom: Whom) -> bool {
        let facts = FactSet::of([Fact::Involved, Fact::Hers]);
        let (category, action) = (Category::Identity, Action::Existence);
        self.shows(&Question { role, kind, category, purpose, action, facts }, whom)
    }

    fn shows(&self, question: &Question, whom: Whom) -> bool {
        let table = self.table();
        let shown = |category: &Category| {
            SHOWS.iter().any(|action| table.permits(&Question { category: *category, action: *action, ..*question }))
        };
        rows(whom).iter().all(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_on_his_side_who_know_of_no_woman_are_those_of_the_matrix() {
        let policy = Policy::embedded().unwrap();
        let knows = |whom| {
            let seats = policy.book.seats.iter().filter(|(role, kind)| {
                Purpose::ALL.iter().any(|purpose| policy.may_know_of(*role, *kind, *purpose, whom))
            });
            let roles: std::collections::BTreeSet<String> = seats.map(|(role, _)| role.to_string()).collect();
            roles.into_iter().collect::<Vec<_>>()
        };
        let of_women = [
            "childrens.worker",
            "justice.case-manager",
            "justice.team-manager",
            "mappa.coordinator",
            "police.offender-management",
            "police.response",
            "womens.manager",
            "womens.worker",
        ];
        assert_eq!(knows(Whom::Adult), of_women);
        let children = knows(Whom::Child);
        assert!(children.iter().any(|role| role == "programme.group-worker"), "{children:?}");
        assert!(!children.iter().any(|role| role == "police.response"), "{children:?}");
        let both = knows(Whom::Unknown);
        assert!(both.iter().all(|role| of_women.contains(&role.as_str()) && children.contains(role)), "{both:?}");
        assert_eq!(knows(Whom::Nobody).len(), Role::ALL.len());
    }
}
