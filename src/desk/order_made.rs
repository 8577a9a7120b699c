//! An order as it is sealed, with the events with which it begins and the conditions by which clocks know it.
//!
//! Must never know: who asks, HTTP.

use super::events::{By, Event, Happened};
use super::orders::{MakeOrder, Order};
use super::{Desk, Error};
use crate::model::events::EventWords;
use crate::model::id::{EventId, OrderId};
use crate::model::orders::{OrderWords, RequirementKind};
use crate::model::summary::Summary;
use crate::model::text::Line;
use crate::model::time::{Day, Moment};
use crate::store::orders::place;

impl Desk {
    /// Seals an order and the events that come with it: that it was made, and that the court told of it, that it was
    /// received, that it begins, that somebody answers for it, as far as that is known; and that another ended with it.
    pub(super) async fn sealed_order(
        &self,
        by: &By,
        id: OrderId,
        new: MakeOrder,
    ) -> Result<(Order, Vec<Event>), Error> {
        let (at, now) = (place(by.case, id), by.at);
        let starts = new.starts.unwrap_or(new.made);
        let mut events = self.first_events(by, id, &new, starts).await?;
        if let Some(old) = new.replaces {
            let begun = self.gate.policy.clocks().calendar().of(new.area.as_ref().map(Line::reveal)).begin(starts);
            events.push(self.ended_by(by, old, begun).await?);
        }
        let counts = self.counts(&new);
        let words = OrderWords {
            court: new.court,
            reference: new.reference,
            requirements: new.requirements,
            conditions: new.conditions,
            officer: new.officer,
            deputy: new.deputy,
        };
        let summary = Summary::OrderConditions(words.summary(new.ends));
        let order = Order {
            id,
            case: by.case,
            kind: new.kind,
            author: by.author,
            agency: by.agency.clone(),
            made: new.made,
            starts,
            ends: new.ends,
            area: new.area.map(|area| area.reveal().to_owned()),
            counts,
            created: now,
            words: self.seal(at, &words).await?,
            summary: self.seal(at, &summary).await?,
            replaces: new.replaces,
        };
        Ok((order, events))
    }

    /// Seals the events with which an order begins, by local time.
    async fn first_events(&self, by: &By, id: OrderId, new: &MakeOrder, starts: Day) -> Result<Vec<Event>, Error> {
        let policy = &self.gate.policy;
        let local = policy.clocks().calendar().of(new.area.as_ref().map(Line::reveal));
        let rule = policy.orders().of(new.kind);
        let begun = local.begin(starts);
        let requires = |kind| new.requirements.iter().any(|one| one.kind == kind);
        let happened = [
            Some((rule.made.as_str(), local.begin(new.made))),
            new.notified.map(|day| ("order-notified", local.begin(day))),
            new.received.map(|day| ("order-received", local.begin(day))),
            Some(("order-started", begun)),
            requires(RequirementKind::UnpaidWork).then(|| ("unpaid-work-imposed", local.begin(new.made))),
            requires(RequirementKind::Programme).then(|| ("programme-required", local.begin(new.made))),
            new.officer.map(|_| ("officer-allocated", by.at)),
            new.contact_level.map(|_| ("contact-level-set", begun.min(by.at))),
        ];
        let happened: Vec<_> = happened.into_iter().flatten().collect();
        let mut events = Vec::new();
        // Each a microsecond after the one before, the last when the order is recorded: lists keep their order.
        let first = by.at.micros() - happened.len() as i64 + 1;
        for ((word, happened), at) in happened.into_iter().zip(first..) {
            let level = new.contact_level.filter(|_| word == "contact-level-set");
            let event = Happened {
                order: Some(id),
                sets: level.map(|level| format!("level:{level}")),
                // By when it ends, for what must be seen to by then.
                day: new.ends.filter(|_| word == "order-started"),
                words: EventWords { level, ..EventWords::default() },
                ..Happened::new(self.word(word)?, happened)
            };
            let by = By { at: Moment::from_micros(at), agency: by.agency.clone(), ..*by };
            events.push(self.sealed_event(&by, EventId::random(), event).await?);
        }
        Ok(events)
    }

    /// Returns the conditions of `clocks.csv` that hold for an order: by its kind, and by what it requires.
    fn counts(&self, new: &MakeOrder) -> Vec<String> {
        let mut words = self.gate.policy.orders().of(new.kind).counts.clone();
        for one in &new.requirements {
            match one.kind {
                RequirementKind::UnpaidWork => {
                    words.push("unpaid-work".to_owned());
                    // Criminal Procedure (Scotland) Act 1995, section 227L: three months at level 1, six at level 2.
                    words.extend(one.months.map(|months| format!("unpaid-work:months-{months}")));
                }
                RequirementKind::Programme => {
                    words.extend(one.programme.as_ref().map(|name| format!("programme:{}", name.reveal())));
                }
                _ => {}
            }
        }
        let known = self.gate.policy.clocks().conditions();
        words.retain(|word| known.iter().any(|condition| &condition.word == word));
        words.sort_unstable();
        words.dedup();
        words
    }
}
