//! The men of a table as they are stored: sealed, each with a case, keys of its own, whoever takes it, and his order.
//!
//! Promises: a key that is made here is dropped at once: it is on disk, wrapped, before anything sealed with it can be asked for.

use crate::desk::events::{By, Happened};
use crate::desk::orders::MakeOrder;
use crate::desk::{Desk, Error};
use crate::model::cases::CaseHead;
use crate::model::id::{AgencyId, CaseId, EventId, InvolvementId, OrderId, PersonId, WorkerId};
use crate::model::imports::{Man, ManOrder};
use crate::model::orders::Requirement;
use crate::model::people::PersonSummary;
use crate::model::sealed::{Compartment, Drawer, Place, Record, Wrap};
use crate::model::text::Line;
use crate::store::cases::{NewCase, NewInvolvement};
use crate::store::events::Event;
use crate::store::imports::ImportedCase;
use crate::store::orders::Order;

/// What a case is called whose order was not brought in.
const NO_ORDER: &str = "order not recorded yet";

impl Desk {
    /// Seals the men of a table. Nothing is stored.
    pub(super) async fn sealed_caseload(
        &self,
        owner: &AgencyId,
        importer: WorkerId,
        men: &[Man],
    ) -> Result<(Vec<ImportedCase>, Vec<Wrap>), Error> {
        let agency = self.gate.store.agency(owner).await?.ok_or(Error::NotFound)?;
        let keeper = [(agency.id.to_string(), agency.recipient)];
        let (mut cases, mut wraps) = (Vec::with_capacity(men.len()), Vec::with_capacity(men.len() * 4));
        for man in men {
            let case = CaseId::random();
            let drawers = [Compartment::Core, Compartment::Legal].map(|part| Drawer::of(case, part));
            for drawer in drawers {
                wraps.extend(self.gate.vault.new_drawer(drawer, &keeper)?);
            }
            let made = self.sealed_man(case, owner, importer, man).await;
            drawers.iter().for_each(|drawer| self.gate.vault.discard(drawer));
            cases.push(made?);
            // Wrapping keys takes the processor: others are let in between two men.
            tokio::task::yield_now().await;
        }
        Ok((cases, wraps))
    }

    async fn sealed_man(
        &self,
        case: CaseId,
        owner: &AgencyId,
        importer: WorkerId,
        man: &Man,
    ) -> Result<ImportedCase, Error> {
        let person = PersonId::random();
        let place = Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Person(person) };
        let label = man.order.as_ref().map_or(NO_ORDER, |order| order.kind.as_str());
        let head = CaseHead {
            id: case,
            person,
            reference: man.reference.clone(),
            label: label.to_owned(),
            mappa: man.mappa.clone(),
            owner: owner.clone(),
        };
        let manager = man.manager.unwrap_or(importer);
        let order = match &man.order {
            Some(order) => {
                let by = By { case, author: importer, agency: owner.clone(), at: self.now() };
                Some(self.sealed_man_order(&by, manager, order).await?)
            }
            None => None,
        };
        Ok(ImportedCase {
            case: NewCase {
                head,
                identity: self.gate.vault.seal(place, &man.identity)?,
                summary: self.gate.vault.seal(place, &PersonSummary::of(&man.identity))?,
                known_to: Vec::new(),
            },
            manager: NewInvolvement { id: InvolvementId::random(), case, worker: manager, about: None },
            order,
        })
    }

    /// Seals an order, the events with which it begins, and those that the line tells of.
    async fn sealed_man_order(
        &self,
        by: &By,
        manager: WorkerId,
        given: &ManOrder,
    ) -> Result<(Order, Vec<Event>), Error> {
        let id = OrderId::random();
        let new = MakeOrder {
            kind: given.kind,
            court: None,
            reference: given.reference.as_ref().and_then(again),
            made: given.made,
            notified: None,
            received: None,
            starts: given.starts,
            ends: given.ends,
            requirements: given.requirements.iter().map(requirement).collect(),
            conditions: Vec::new(),
            officer: Some(manager),
            deputy: None,
            area: given.area.as_ref().and_then(again),
            contact_level: given.level,
            replaces: None,
            ends_protection: false,
            checked: Vec::new(),
        };
        let (order, mut events) = self.sealed_order(by, id, new).await?;
        let calendar = self.gate.policy.clocks().calendar();
        let local = calendar.of(given.area.as_ref().map(Line::reveal));
        let told = [
            ("first-contact", given.first_contact),
            ("induction-begun", given.induction),
            ("plan-finalised", given.plan),
        ];
        for (word, day) in told {
            let Some(day) = day else { continue };
            let event = Happened { order: Some(id), ..Happened::new(self.word(word)?, local.begin(day)) };
            events.push(self.sealed_event(by, EventId::random(), event).await?);
        }
        Ok((order, events))
    }
}

fn again<const MAX: usize>(line: &Line<MAX>) -> Option<Line<MAX>> {
    Line::new(line.reveal()).ok()
}

fn requirement(one: &Requirement) -> Requirement {
    let Requirement { kind, hours, months, programme } = one;
    Requirement { kind: *kind, hours: *hours, months: *months, programme: programme.as_ref().and_then(again) }
}
