//! What an order may say of its requirements and conditions: a programme that there is, hours that the law knows, a curfew
//! with its hours.
//!
//! Promises: the numbers are those of `limits.csv`, the programmes those of `programmes.csv`; an order that is recorded by
//! hand and one of a table are held to the same; a curfew without hours is not taken, because nobody can enforce it.
//! Must never know: who records it, in which case.

use super::orders::MakeOrder;
use super::{Desk, Error};
use crate::model::orders::{Condition, ConditionKind, Requirement, RequirementKind};
use crate::model::text::Line;
use crate::policy::limits::Limit;

impl Desk {
    /// Refuses a requirement or a condition that cannot be so.
    pub(super) fn check_terms(&self, new: &MakeOrder) -> Result<(), Error> {
        if let Some((field, say)) = new.requirements.iter().find_map(|one| self.wrong_requirement(one)) {
            return Err(Error::field(&format!("requirements.{field}"), &say));
        }
        match new.conditions.iter().find_map(wrong_condition) {
            Some((field, say)) => Err(Error::field(field, say)),
            None => Ok(()),
        }
    }

    /// Returns what is wrong with a requirement, and with which field of it.
    pub(super) fn wrong_requirement(&self, one: &Requirement) -> Option<(&'static str, String)> {
        let (limits, programmes) = (self.gate.policy.limits(), self.gate.policy.programmes());
        let is_work = one.kind == RequirementKind::UnpaidWork;
        if !is_work && (one.hours.is_some() || one.months.is_some()) {
            let field = if one.hours.is_some() { "hours" } else { "months" };
            return Some((field, "goes with unpaid-work alone: leave it out".to_owned()));
        }
        let hours = limits.least(Limit::UnpaidHoursLeast)..=limits.most(Limit::UnpaidHoursMost);
        if one.hours.is_some_and(|given| !hours.contains(&usize::from(given))) {
            let (least, most) = (hours.start(), hours.end());
            return Some(("hours", format!("cannot be so many: a court orders {least} to {most} of unpaid work")));
        }
        let most = limits.most(Limit::UnpaidMonths);
        if one.months.is_some_and(|given| !(1..=most).contains(&usize::from(given))) {
            return Some(("months", format!("cannot be so many: write 1 to {most}, or leave them out")));
        }
        let named = one.programme.as_ref().map(Line::reveal)?;
        if one.kind != RequirementKind::Programme {
            return Some(("programme", "goes with a programme requirement alone: leave it out".to_owned()));
        }
        let mut known: Vec<&str> = programmes.all().map(|one| one.name.as_str()).collect();
        known.dedup();
        let say = || format!("is not a programme of this hub: write one of {}", known.join(", "));
        (!known.contains(&named)).then(|| ("programme", say()))
    }
}

/// Returns what is wrong with a condition, and with which field.
fn wrong_condition(one: &Condition) -> Option<(&'static str, &'static str)> {
    let curfew = one.kind == ConditionKind::Curfew;
    match (curfew, one.from, one.to) {
        (true, None, _) => Some(("conditions.from", "is needed: a curfew without its hours cannot be enforced")),
        (true, _, None) => Some(("conditions.to", "is needed: a curfew without its hours cannot be enforced")),
        (true, Some(from), Some(to)) if from == to => {
            Some(("conditions.to", "is when it begins: a curfew has two different hours"))
        }
        _ => None,
    }
}
