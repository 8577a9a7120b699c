//! What is right of a table of orders or of attendance, sealed and written: one entry, one commit, on the permit of each man.
//!
//! Promises: if what the permit of any man stands on has moved, he is asked about again before anything is written; if
//! somebody brought something in for one of the cases meanwhile, nothing is. Everything is read and sealed before the
//! commit, which only writes rows.

use super::cases::{Look, part};
use super::lines::{Begun, Right};
use super::{Imported, Table};
use crate::auth::Actor;
use crate::desk::events::{By, Happened};
use crate::desk::{Desk, Error, Once, Written, promised};
use crate::gate;
use crate::model::id::{CaseId, WorkerId};
use crate::model::imports::ImportKind;
use crate::model::notes::Category;
use crate::model::time::Moment;
use crate::policy::checks::How;
use crate::policy::permit::Permit;
use crate::store::alerts::NewAlert;
use crate::store::effect::Supervision;
use crate::store::imports::NewLines;
use serde_json::Value;
use std::collections::BTreeSet;

/// Microseconds between the recordings of two lines: no line becomes as many events, and lists keep their order.
const STEP: i64 = 32;

/// How often the men of a table are asked about again before whoever brings it in is told to come again.
const ATTEMPTS_MAX: usize = 4;

impl Desk {
    /// Seals and writes what is right of a table.
    pub(super) async fn bring_in(
        &self,
        (look, worker): (&Look<'_>, WorkerId),
        table: &Table,
        (permit, right, since): (Permit, Vec<Right>, Moment),
        mut new: NewLines,
        (once, answer): (Option<Once>, Value),
    ) -> Result<Imported, Error> {
        let parts: BTreeSet<(CaseId, Category)> =
            right.iter().flat_map(|one| one.categories().map(|category| (one.case, category))).collect();
        let mut at = self.now().micros() - STEP * i64::try_from(right.len()).unwrap_or_default();
        for one in right {
            at += STEP;
            let by = By {
                case: one.case,
                author: worker,
                agency: look.actor.agency().clone(),
                at: Moment::from_micros(at - STEP / 2),
            };
            self.sealed_line(look.actor, by, (one, since), &mut new).await?;
            // A long table leaves the processor to others now and then.
            tokio::task::yield_now().await;
        }
        let written = self.brought_in(look, table, (permit, &parts), new, (once, answer)).await?;
        Ok(Imported { written, made: true })
    }

    /// Seals what a line says, and prepares the alerts that it raises.
    async fn sealed_line(
        &self,
        actor: &Actor,
        mut by: By,
        (mut one, since): (Right, Moment),
        new: &mut NewLines,
    ) -> Result<(), Error> {
        if let Some(Begun { id, new: order, by: made }) = one.order.take() {
            if one.is_recent(&made, since) {
                new.alerts.extend(self.alerts_by_hand(actor, by.case, &made).await?);
            }
            let (order, events) = self.sealed_order(&by, id, order).await?;
            new.untold.extend(events.iter().filter(|event| event.happened < since).map(|event| (event.id, event.case)));
            new.orders.push(order);
            new.events.extend(events);
        }
        let recent: Vec<bool> = one.events.iter().map(|(_, event)| one.is_recent(event, since)).collect();
        for ((id, event), recent) in one.events.into_iter().zip(recent) {
            by.at = Moment::from_micros(by.at.micros() + 1);
            if recent {
                new.alerts.extend(self.alerts_by_hand(actor, by.case, &event).await?);
            } else {
                new.untold.push((id, by.case));
            }
            new.events.push(self.sealed_event(&by, id, event).await?);
        }
        Ok(())
    }

    /// Prepares the alerts that something raises when it is recorded by hand.
    async fn alerts_by_hand(&self, actor: &Actor, case: CaseId, event: &Happened) -> Result<Vec<NewAlert>, Error> {
        let mut alerts = self.alerts_of(actor, case, event).await?;
        alerts.extend(self.put_around(actor, case, (event.word.as_str(), How::Tell), &alerts).await?.alerts);
        Ok(alerts)
    }

    /// Writes everything with one commit.
    async fn brought_in(
        &self,
        look: &Look<'_>,
        table: &Table,
        (permit, parts): (Permit, &BTreeSet<(CaseId, Category)>),
        new: NewLines,
        (once, answer): (Option<Once>, Value),
    ) -> Result<Written, Error> {
        let (actor, ask, by) = (look.actor, table.question.by(look.actor), self.gate.policy.place());
        let (change, answer) = promised(actor, Supervision::BringIn(Box::new(new)).into(), once.as_ref(), &answer);
        let mut whole = permit;
        for _ in 0..ATTEMPTS_MAX {
            let mut permit = whole;
            for (case, category) in parts {
                permit = permit.and(self.gate.decide(&part(*case, *category, look.purpose).by(actor), None).await?);
            }
            match self.gate.commit_as_prepared(permit, change.clone()).await {
                Err(gate::Error::Moved) if self.gate.policy.place() == by => self.unchanged(look, table).await?,
                settled => return self.written(actor, settled, once.as_ref(), answer).await,
            }
            whole = self.gate.decide(&ask, None).await?;
        }
        Err(Error::Busy)
    }

    /// Refuses to go on if something came into one of the cases since it was looked at: it may be what the table says.
    async fn unchanged(&self, look: &Look<'_>, table: &Table) -> Result<(), Error> {
        for (case, held) in &look.held {
            let now = match table.new.kind {
                ImportKind::Attendance => self.gate.store.chronology(*case).await?.len(),
                _ => self.gate.store.order_heads(*case).await?.len(),
            };
            if now != *held {
                return Err(Error::Conflict);
            }
        }
        Ok(())
    }
}
