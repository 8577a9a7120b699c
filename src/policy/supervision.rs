//! The tables of supervision, which lean on each other: orders, events, what events raise, clocks; and the numbers to ring.
//!
//! Promises: an order begins with an event that is known, and is counted by words that clocks know; what raises an alert is
//! an event that is known.
//! Must never know: who is supervised.

use super::Policy;
use super::checks::Checks;
use super::clocks::Clocks;
use super::contact_changes::ContactChanges;
use super::courier::Couriers;
use super::error::Error;
use super::events::Events;
use super::files::Files;
use super::ladder::Ladders;
use super::orders::Orders;
use super::phones::Phones;
use super::programmes::Programmes;
use super::raises::Raises;
use super::reference::AlertKind;
use super::tools::Tools;

/// All of them.
#[derive(Debug)]
pub(super) struct Supervision {
    orders: Orders,
    events: Events,
    raises: Raises,
    clocks: Clocks,
    phones: Phones,
    ladders: Ladders,
    couriers: Couriers,
    checks: Checks,
    tools: Tools,
    programmes: Programmes,
    contact_changes: ContactChanges,
}

impl Supervision {
    /// Reads `events.csv`, `clocks.csv`, `orders.csv`, `raises.csv`, `checks.csv`, `phones.csv`, `ladder.csv`, `courier.csv`,
    /// `tools.csv`, `programmes.csv`, `gate.csv` and `contact-changes.csv`.
    pub(super) fn load(files: &Files, kinds: &[AlertKind]) -> Result<Self, Error> {
        let events = Events::load(&files.events)?;
        let clocks = Clocks::load(files, &events)?;
        let orders = Orders::load(&files.orders, &events, clocks.conditions())?;
        let raises = Raises::load(&files.raises, &events, kinds)?;
        let checks = Checks::load(&files.checks, &events, kinds)?;
        let (phones, tools) = (Phones::load(&files.phones)?, Tools::load(&files.tools)?);
        let (ladders, couriers) = (Ladders::load(&files.ladder, kinds)?, Couriers::load(&files.courier)?);
        let programmes = Programmes::load(&files.programmes, &files.gate, &events)?;
        let contact_changes = ContactChanges::load(&files.contact_changes, &events, kinds)?;
        Ok(Self {
            orders,
            events,
            raises,
            clocks,
            phones,
            ladders,
            couriers,
            checks,
            tools,
            programmes,
            contact_changes,
        })
    }
}

impl Policy {
    /// Returns what a man can be supervised under.
    #[must_use]
    pub const fn orders(&self) -> &Orders {
        &self.supervision.orders
    }

    /// Returns the words for what happens in supervision.
    #[must_use]
    pub const fn events(&self) -> &Events {
        &self.supervision.events
    }

    /// Returns which events alert somebody by themselves.
    #[must_use]
    pub const fn raises(&self) -> &Raises {
        &self.supervision.raises
    }

    /// Returns whom something in a case is put to by itself.
    #[must_use]
    pub const fn checks(&self) -> &Checks {
        &self.supervision.checks
    }

    /// Returns the numbers to ring.
    #[must_use]
    pub const fn phones(&self) -> &Phones {
        &self.supervision.phones
    }

    /// Returns who is told when nobody acknowledges an alert.
    #[must_use]
    pub const fn ladders(&self) -> &Ladders {
        &self.supervision.ladders
    }

    /// Returns what leaves the hub, and when.
    #[must_use]
    pub const fn couriers(&self) -> &Couriers {
        &self.supervision.couriers
    }

    /// Returns what is known of the tools by which men are assessed.
    #[must_use]
    pub const fn tools(&self) -> &Tools {
        &self.supervision.tools
    }

    /// Returns what puts a way of reaching somebody in doubt.
    #[must_use]
    pub const fn contact_changes(&self) -> &ContactChanges {
        &self.supervision.contact_changes
    }

    /// Returns the programmes that men take part in.
    #[must_use]
    pub const fn programmes(&self) -> &Programmes {
        &self.supervision.programmes
    }

    /// Returns the rules by which clocks are reckoned.
    #[must_use]
    pub const fn clocks(&self) -> &Clocks {
        &self.supervision.clocks
    }
}
