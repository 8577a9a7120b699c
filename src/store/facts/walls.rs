//! What closes an item whatever opens it otherwise, and what a meeting's list has by itself: rules on what is asked, no rows.
//!
//! Promises: nothing here opens anything by itself.

use crate::auth::Seated;
use crate::model::agencies::AgencyKind;
use crate::model::facts::{Fact, FactSet, Item};
use crate::model::id::ProtectedId;
use crate::model::notes::{Category, Onward};
use crate::model::sealed::Record;
use crate::policy::permit::Ask;

/// Says whether a lock of its case closes a record: alerts must be read, and those who look for a leak must see who looked.
pub(super) const fn is_lockable(record: Record) -> bool {
    !matches!(record, Record::Alert(_) | Record::AlertAction(_) | Record::Readers(_) | Record::Lock(_))
}

/// Says whether a meeting's list has something by itself: what is his. Of what is hers, a child's or of his health it has
/// what its originator released to the one who asks, and nothing else.
pub(super) fn is_of_meetings<A: Seated>(ask: &Ask<'_, A>, item: Option<&Item>, about: Option<ProtectedId>) -> bool {
    let by_itself = |category: Category| !category.is_protected() && category != Category::Health;
    about.is_none() && by_itself(ask.category) && item.is_none_or(|item| by_itself(item.category))
}

/// Says whether an item's handling is for others than the one who asks.
pub(super) fn keeps_back<A: Seated>(item: &Item, ask: &Ask<'_, A>, held: FactSet) -> bool {
    match item.onward {
        Onward::NamedRoles => !ask.actor.role().is_some_and(|role| item.onward_roles.contains(&role)),
        Onward::MeetingOnly => !held.has(Fact::Meeting),
        Onward::None | Onward::AskOriginator => false,
    }
}

/// A wall stands between the workers of one woman and those of another; around what she said where nobody is named;
/// around a decision to tell somebody, which may name another woman; and around her
/// consent, which only those who work with her or her children may read or record.
pub(super) fn is_walled<A: Seated>(
    ask: &Ask<'_, A>,
    item: Option<&Item>,
    about: Option<ProtectedId>,
    hers: bool,
) -> bool {
    let kind = ask.actor.kind();
    let womens = kind == AgencyKind::WomensService;
    let others = item
        .is_some_and(|item| item.about.is_none() && item.category.is_protected() && &item.owner != ask.actor.agency());
    let her_consent = ask.category == Category::Consent && about.is_some() && !(kind.keeps_confidence() && hers);
    let outside = matches!(ask.record, Record::Decision(_)) && about.is_none();
    (womens && (about.is_some() && !hers || others || outside)) || her_consent
}
