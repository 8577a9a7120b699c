//! What a role might do on facts that are only supposed: for menus and for choosing recipients, never for deciding.
//!
//! Must never know: who asks.

use super::{Policy, Question};
use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::{Fact, FactSet};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use crate::policy::permit::Action;

/// Whether a recipient works on the case that an item is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Works {
    /// They do.
    OnTheCase,
    /// They do not.
    Elsewhere,
}

impl Policy {
    /// Says whether the lines alone permit a role an action on these facts: for choosing recipients, never for deciding.
    #[must_use]
    pub fn allows(
        &self,
        role: Role,
        kind: AgencyKind,
        category: Category,
        purpose: Purpose,
        action: Action,
        held: FactSet,
    ) -> bool {
        self.table().permits(&Question { role, kind, category, purpose, action, facts: held })
    }

    /// Says whether the lines permit a role an action on any facts at all: for menus, never for deciding.
    #[must_use]
    pub fn ever(&self, role: Role, kind: AgencyKind, category: Category, purpose: Purpose, action: Action) -> bool {
        (0..=0x7f).any(|bits| self.allows(role, kind, category, purpose, action, FactSet::from_bits(bits)))
    }

    /// Says whether a role could read an item of a category if it were released to them now.
    #[must_use]
    pub fn opens(&self, role: Role, kind: AgencyKind, category: Category, purpose: Purpose, works: Works) -> bool {
        let involved = (works == Works::OnTheCase).then_some(Fact::Involved);
        let held = FactSet::of([Fact::Hers, Fact::Released, Fact::Basis].into_iter().chain(involved));
        self.allows(role, kind, category, purpose, Action::Read, held)
    }
}
