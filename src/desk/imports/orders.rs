//! A table of orders: which of its lines could be recorded by hand as they stand.
//!
//! Promises: each line is checked and screened as an order that is recorded by hand; an order that is there already, as far
//! as the importer may know, and one that stands in the table twice are wrong lines.

use super::cases::{Look, part};
use super::lines::{Begun, Right};
use super::{Fault, TableLine};
use crate::desk::events::Happened;
use crate::desk::orders::{MakeOrder, said};
use crate::desk::{Desk, Error, PAGE_MAX};
use crate::model::id::{CaseId, EventId, OrderId};
use crate::model::imports::{OrderLine, Places};
use crate::model::notes::Category;
use crate::model::orders::OrderKind;
use crate::model::text::Line;
use crate::model::time::Day;
use std::collections::HashMap;

/// What is told of an order that is there.
const THERE: &str = "is an order that the hub has for him already, of this kind and day: leave the line out; what is wrong \
                     with it there is put right by hand";

/// What an order is compared by: its kind, when it was made, its first day.
#[derive(Clone, Copy)]
struct Marks(OrderKind, Day, Day);

impl Marks {
    fn of(one: &OrderLine) -> Self {
        Self(one.order.kind, one.order.made, one.order.starts.unwrap_or(one.order.made))
    }

    /// Says whether it is the same order: of one kind, made on one day or with one first day.
    fn is_same(self, other: Self) -> bool {
        self.0 == other.0 && (self.1 == other.1 || self.2 == other.2)
    }
}

impl Desk {
    /// Returns the lines that are right, those of one case together.
    pub(super) async fn right_orders(
        &self,
        look: &mut Look<'_>,
        lines: &[TableLine],
        places: &Places,
    ) -> Result<Vec<Right>, Error> {
        let mut read = Vec::new();
        for line in lines {
            match OrderLine::read(places, line, look.today) {
                Ok(one) => read.push(one),
                Err(wrong) => look.faults.extend(wrong),
            }
        }
        let references: Vec<&str> = read.iter().map(|one| one.reference.as_str()).collect();
        self.find_cases(look, &references).await?;
        read.sort_by(|one, other| (&one.reference, one.line).cmp(&(&other.reference, other.line)));
        look.faults.extend(twice(&read));
        let mut right = Vec::new();
        let mut there: Option<(CaseId, Vec<Marks>)> = None;
        for one in read {
            let (line, marks) = (one.line, Marks::of(&one));
            let (reference, begun, events) = self.begun(one).await?;
            let told = events.iter().map(|(_, event)| event.category);
            let categories: Vec<Category> = [Category::OrderConditions].into_iter().chain(told).collect();
            let Some(case) = self.case_of(look, (line, &reference), &categories).await? else { continue };
            let of_case = match there.take() {
                Some((of, marks)) if of == case => marks,
                _ => self.marks_of(look, case).await?,
            };
            if of_case.iter().any(|known| known.is_same(marks)) {
                look.wrong(line, "", THERE);
            }
            there = Some((case, of_case));
            self.check_line(look, (line, case), &begun, &events).await?;
            right.push(Right { line, case, order: Some(begun), events });
            // A long table leaves the processor to others now and then.
            tokio::task::yield_now().await;
        }
        Ok(right)
    }

    /// Returns the orders of a case of which the importer may know, as they are compared.
    async fn marks_of(&self, look: &mut Look<'_>, case: CaseId) -> Result<Vec<Marks>, Error> {
        let (mut marks, mut place, mut held) = (Vec::new(), None, 0);
        loop {
            let page = self.gate.store.orders_of(case, place, PAGE_MAX).await?;
            held += page.len();
            place = page.last().map(|last| (last.created, last.id));
            let is_last = (page.len() as i64) < PAGE_MAX;
            let known = self.order_lines(look.actor, page, look.purpose).await?;
            marks.extend(known.iter().map(|one| Marks(one.order.kind, one.order.made, one.order.starts)));
            if is_last {
                look.held.insert(case, held);
                return Ok(marks);
            }
        }
    }

    /// States an order as it would be recorded by hand, with what the line tells beside it.
    async fn begun(&self, one: OrderLine) -> Result<(String, Begun, Vec<(EventId, Happened)>), Error> {
        let OrderLine { reference, order: given, court, notified, received, officer, .. } = one;
        let id = OrderId::random();
        let local = self.gate.policy.clocks().calendar().of(given.area.as_ref().map(Line::reveal));
        let rule = self.word(self.gate.policy.orders().of(given.kind).made.as_str())?;
        let by = Happened { order: Some(id), ..Happened::new(rule, local.begin(given.made)) };
        let told = [
            ("first-contact", given.first_contact),
            ("induction-begun", given.induction),
            ("plan-finalised", given.plan),
        ];
        let mut events = Vec::new();
        for (word, day) in told {
            let Some(day) = day else { continue };
            let rule = self.word(word)?;
            let summary = self.shown_of(rule, rule.category, (day, None), None).await?;
            events.push((
                EventId::random(),
                Happened { order: Some(id), summary, ..Happened::new(rule, local.begin(day)) },
            ));
        }
        let new = MakeOrder {
            kind: given.kind,
            court,
            reference: given.reference,
            made: given.made,
            notified,
            received,
            starts: given.starts,
            ends: given.ends,
            requirements: given.requirements,
            conditions: Vec::new(),
            officer,
            deputy: None,
            area: given.area,
            contact_level: given.level,
            replaces: None,
            ends_protection: false,
            checked: Vec::new(),
        };
        Ok((reference, Begun { id, new, by }, events))
    }

    /// Checks and screens an order as if it were recorded by hand.
    async fn check_line(
        &self,
        look: &mut Look<'_>,
        (line, case): (u32, CaseId),
        begun: &Begun,
        events: &[(EventId, Happened)],
    ) -> Result<(), Error> {
        let question = part(case, Category::OrderConditions, look.purpose);
        match self.check_order(look.actor, &question, case, &begun.new).await {
            Ok(()) => {}
            Err(Error::Invalid { errors }) => look.refused(line, errors, column),
            Err(why) => return Err(why),
        }
        for (_, event) in events {
            match self.check_word(look.actor, case, event).await {
                Ok(()) => {}
                Err(Error::Invalid { errors }) => look.refused(line, errors, |_| told_in(&event.word).to_owned()),
                Err(why) => return Err(why),
            }
        }
        self.screened_line(look, (line, case), &said(&begun.new), column).await
    }
}

/// Returns the column in which a line tells of an event.
fn told_in(word: &crate::model::clocks::EventWord) -> &'static str {
    match word.as_str() {
        "first-contact" => "first_contact",
        "induction-begun" => "induction",
        _ => "plan",
    }
}

/// Returns the column of a field of an order that is recorded by hand.
fn column(field: &str) -> String {
    match field {
        "kind" | "made" | "starts" | "ends" | "reference" => format!("order_{field}"),
        "requirements.programme" => "requirements".to_owned(),
        other => other.to_owned(),
    }
}

/// Finds orders that stand in the table twice: each line but the first is wrong.
fn twice(read: &[OrderLine]) -> Vec<Fault> {
    let mut known: HashMap<&str, Vec<Marks>> = HashMap::new();
    let mut faults = Vec::new();
    for one in read {
        let (marks, of_case) = (Marks::of(one), known.entry(one.reference.as_str()).or_default());
        if of_case.iter().any(|known| known.is_same(marks)) {
            let say =
                "is an order that stands in this table before, of this kind and day: leave one of the two lines out";
            faults.push(Fault { line: one.line, column: None, say: say.to_owned() });
        }
        of_case.push(marks);
    }
    faults
}
