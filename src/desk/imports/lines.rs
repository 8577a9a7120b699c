//! Orders and attendance that come in by a table: what is right of them, and who is told of it.
//!
//! Promises: what a line says alerts whom it would alert if it were recorded by hand, as long as it is no older than
//! TABLE-TOLD of `limits.csv`. What is older is recorded and told to nobody, because years of history would bury what
//! happens today; of how many lines that is so, is said. Whoever brings a table in learns what is told by its age and its
//! word, and nothing of who was there to be told.
//! Must never know: files, HTTP, SQL.

use super::cases::Look;
use super::{Imported, Table};
use crate::auth::Actor;
use crate::desk::events::Happened;
use crate::desk::orders::MakeOrder;
use crate::desk::{Desk, Error, Once, Recorded, Written};
use crate::model::id::{CaseId, EventId, OrderId, WorkerId};
use crate::model::imports::ImportKind;
use crate::model::notes::Category;
use crate::model::time::Moment;
use crate::policy::checks::How;
use crate::policy::limits::Limit;
use crate::policy::permit::Permit;
use crate::store::effect::Supervision;
use crate::store::imports::NewLines;
use serde_json::{Value, json};
use std::collections::HashSet;

/// A line that is right, before it is sealed.
pub(super) struct Right {
    pub(super) line: u32,
    pub(super) case: CaseId,
    /// The order that it says.
    pub(super) order: Option<Begun>,
    /// What it says that happened beside that.
    pub(super) events: Vec<(EventId, Happened)>,
}

/// An order that a line says, with the event by which it is told.
pub(super) struct Begun {
    pub(super) id: OrderId,
    pub(super) new: MakeOrder,
    pub(super) by: Happened,
}

impl Right {
    /// Returns the rows of the matrix under which it is recorded.
    pub(super) fn categories(&self) -> impl Iterator<Item = Category> {
        let order = self.order.as_ref().map(|_| Category::OrderConditions);
        order.into_iter().chain(self.events.iter().map(|(_, event)| event.category))
    }

    /// Says whether something of it is new enough to be told: what answers something else is as old as that.
    pub(super) fn is_recent(&self, event: &Happened, since: Moment) -> bool {
        let answered = self.events.iter().find(|(id, _)| event.follows == Some(*id));
        event.happened >= since && answered.is_none_or(|(_, of)| of.happened >= since)
    }

    /// Returns everything of it that could be told.
    fn happened(&self) -> impl Iterator<Item = &Happened> {
        let begun = self.order.as_ref().map(|order| &order.by);
        begun.into_iter().chain(self.events.iter().map(|(_, event)| event))
    }
}

impl Desk {
    /// Looks at a table of orders or of attendance, and makes it if that was asked for.
    pub(super) async fn import_lines(
        &self,
        (actor, worker): (&Actor, WorkerId),
        table: &Table,
        permit: Permit,
        once: Option<Once>,
    ) -> Result<Imported, Error> {
        let mut look = Look::new(actor, table, self.gate.policy.limits().local_day(self.now()));
        let mut right = match table.new.kind {
            ImportKind::Attendance => self.right_attendance(&mut look, &table.new.lines, &table.places).await?,
            _ => self.right_orders(&mut look, &table.new.lines, &table.places).await?,
        };
        let wrong: HashSet<u32> = look.faults.iter().map(|fault| fault.line).collect();
        right.retain(|one| !wrong.contains(&one.line));
        look.faults.sort_by_key(|fault| fault.line);
        let make = table.is_made(right.len(), &look.faults);
        let since = self.gate.policy.limits().begun(Limit::TableTold, self.now());
        let mut answer = table.answer(right.len(), &look.faults, make);
        self.say_told(&mut answer, &right, since);
        let mut new = NewLines { cases: look.held.keys().copied().collect(), ..NewLines::default() };
        for (case, of) in &look.quoted {
            new.alerts.extend(self.quote_notices(actor, *case, of).await?);
        }
        if make {
            return self.bring_in((&look, worker), table, (permit, right, since), new, (once, answer)).await;
        }
        let ask = table.question.by(actor);
        let receipt = self.gate.commit(permit, &ask, None, Supervision::BringIn(Box::new(new)).into()).await?;
        let recorded = Some(Recorded::from(&receipt));
        Ok(Imported { written: Written { answer: answer.to_string(), recorded }, made: false })
    }

    /// Says of how many lines somebody is told, of how many nobody because they are too old, and of how many nobody ever is.
    fn say_told(&self, answer: &mut Value, right: &[Right], since: Moment) {
        let (mut alerted, mut too_old, mut nobody, mut urgent) = (0, 0, 0, false);
        for one in right {
            let mut telling = one.happened().filter(|event| self.is_told(event)).peekable();
            if telling.peek().is_none() {
                nobody += 1;
                continue;
            }
            let recent: Vec<&Happened> = telling.filter(|event| one.is_recent(event, since)).collect();
            urgent |= recent.iter().any(|event| self.is_critical(&event.word));
            if recent.is_empty() { too_old += 1 } else { alerted += 1 }
        }
        let hours = self.gate.policy.limits().hours(Limit::TableTold);
        answer["told"] = json!({ "alerted": alerted, "too_old": too_old, "nobody": nobody, "hours": hours });
        if urgent {
            answer["say"] = crate::desk::raising::RING.into();
        }
    }

    /// Says whether anybody is told when such a thing is recorded by hand.
    fn is_told(&self, event: &Happened) -> bool {
        let word = event.word.as_str();
        self.gate.policy.raises().by(word).is_some() || self.gate.policy.checks().on(word, How::Tell).next().is_some()
    }
}
