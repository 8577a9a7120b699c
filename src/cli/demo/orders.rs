//! The orders of the demonstration, as its importer takes them in.

use crate::demo::{DemoCase, Relation};
use crate::desk::orders::MakeOrder;
use crate::model::orders::{Condition, ConditionKind, Requirement};
use crate::model::text::Line;
use crate::model::time::Moment;

/// Returns the order of a case, as it stands at `now`.
pub(super) fn order_of(case: &DemoCase, now: Moment) -> anyhow::Result<MakeOrder> {
    let sentence = &case.sentence;
    let made = now.plus_seconds(-86_400 * i64::from(sentence.days_ago));
    let officer = case.involvements.iter().find(|one| one.about.is_none()).map(|one| one.worker);
    let requirement = |(kind, hours): &(_, Option<u16>)| -> anyhow::Result<Requirement> {
        let programme = sentence.programme.filter(|_| *kind == crate::model::orders::RequirementKind::Programme);
        Ok(Requirement {
            kind: *kind,
            hours: *hours,
            months: hours.map(|_| 6),
            programme: programme.map(Line::new).transpose()?,
        })
    };
    let women = || case.protected.iter().filter(|one| one.relation != Relation::Child).map(|one| one.id);
    let condition = |kind: &ConditionKind| -> anyhow::Result<Condition> {
        let curfew = *kind == ConditionKind::Curfew;
        let hour = |text: &str| curfew.then(|| text.parse()).transpose();
        Ok(Condition {
            kind: *kind,
            protected: if *kind == ConditionKind::NoContact { women().collect() } else { Vec::new() },
            from: hour("19:00")?,
            to: hour("07:00")?,
            text: None,
        })
    };
    Ok(MakeOrder {
        kind: sentence.kind,
        court: None,
        reference: Some(Line::new(&format!("DEMO-{}", case.reference))?),
        made: made.day(),
        notified: Some(made.day()),
        received: Some(made.day()),
        starts: None,
        ends: sentence.days.map(|days| made.plus_seconds(86_400 * i64::from(days)).day()),
        requirements: sentence.requirements.iter().map(requirement).collect::<Result<_, _>>()?,
        conditions: sentence.conditions.iter().map(condition).collect::<Result<_, _>>()?,
        officer,
        deputy: None,
        area: Some(Line::new(case.area.as_str())?),
        contact_level: Some(sentence.level),
        replaces: None,
        ends_protection: false,
        checked: Vec::new(),
    })
}
