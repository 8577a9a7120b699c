//! What each made-up man was sentenced to, or released or bailed on: dates, requirements, conditions.

use super::orders::{Mappa, MappaCategory, OrderKind as Arrangement};
use super::people::{DemoProtected, Relation};
use super::seed::Draw;
use crate::model::id::OrderId;
use crate::model::orders::{ConditionKind, OrderKind, RequirementKind};
use crate::model::summary::ContactLevel;

/// An order, licence or other episode of the demonstration.
#[derive(Debug)]
pub struct DemoSentence {
    /// The order.
    pub id: OrderId,
    /// What it is.
    pub kind: OrderKind,
    /// How many days ago it was made.
    pub days_ago: u16,
    /// How many days it lasts; an order without an end has none.
    pub days: Option<u16>,
    /// What it requires, with hours where it is work.
    pub requirements: Vec<(RequirementKind, Option<u16>)>,
    /// The programme that it requires.
    pub programme: Option<&'static str>,
    /// Which kinds of condition it has; a condition not to contact names each woman of the case.
    pub conditions: Vec<ConditionKind>,
    /// How closely he is seen.
    pub level: ContactLevel,
}

/// Returns what the man of a case is under, whose arrangement and protected people are these.
pub(super) fn of(
    (order, mappa): (Arrangement, Option<Mappa>),
    protected: &[DemoProtected],
    number: usize,
    seed: u64,
) -> DemoSentence {
    use RequirementKind::{Programme, Supervision, UnpaidWork};
    let draw = &mut Draw::stream(seed, "sentence", number);
    let id = OrderId::from_bits(draw.bits());
    let women = protected.iter().any(|one| one.relation != Relation::Child);
    let restricted = mappa.is_some_and(|mappa| mappa.category == MappaCategory::RestrictedPatient);
    let (kind, days) = match order {
        Arrangement::Caledonian | Arrangement::MovingForward => (OrderKind::CommunityPayback, Some(1096)),
        Arrangement::BailSupervision => (OrderKind::BailSupervision, Some(140)),
        Arrangement::DeferredSentence => (OrderKind::DeferredSentence, Some(182)),
        Arrangement::UnpaidWork => (OrderKind::CommunityPayback, Some(365)),
        Arrangement::Diversion => (OrderKind::Diversion, Some(91)),
        Arrangement::Licence if restricted => (OrderKind::RestrictedPatient, None),
        Arrangement::Licence => (OrderKind::Licence, Some(1461)),
    };
    let (requirements, programme) = match order {
        Arrangement::Caledonian => (vec![(Supervision, None), (Programme, None)], Some("caledonian")),
        Arrangement::MovingForward => (vec![(Supervision, None), (Programme, None)], Some("moving-forward")),
        Arrangement::UnpaidWork => (vec![(UnpaidWork, Some(10 * draw.between(2, 30) as u16))], None),
        _ => (Vec::new(), None),
    };
    let mut conditions = if women { vec![ConditionKind::NoContact] } else { Vec::new() };
    if kind == OrderKind::Licence && draw.once_in(3) {
        conditions.push(ConditionKind::Curfew);
    }
    let level = match order {
        Arrangement::Caledonian | Arrangement::Licence if women => ContactLevel::High,
        Arrangement::UnpaidWork | Arrangement::Diversion => ContactLevel::Low,
        _ => ContactLevel::Medium,
    };
    let longest = days.map_or(400, |days: u16| usize::from(days) * 2 / 3);
    let days_ago = draw.between(35, longest.max(36)) as u16;
    DemoSentence { id, kind, days_ago, days, requirements, programme, conditions, level }
}
