//! Who had a share: from when until when it was open to each of them, and what they did with it.
//!
//! Promises: whoever joined after it closed had nothing; whoever joined late had it from then on; whoever has left or
//! changed is still told of, until they did. Readings are what the log says.
//! Must never know: what the note says.

use super::{Desk, Error};
use crate::model::agencies::Seat;
use crate::model::id::WorkerId;
use crate::model::shares::Recipient;
use crate::model::time::Moment;
use crate::policy::Works;
use crate::store::notes::StoredNote;
use crate::store::recalls::Confirmation;
use crate::store::shares::{Holder, StoredShare};
use crate::store::stays::{Readings, Stay};
use std::collections::BTreeMap;

/// One recipient of a share.
#[derive(Debug)]
pub struct Received {
    /// The recipient.
    pub seat: Seat,
    /// Their readings, as the log says.
    pub readings: Option<Readings>,
    /// For how many seconds it was open to them.
    pub open_seconds: i64,
    /// Until when they could read it, if they no longer can.
    pub closed: Option<Moment>,
    /// What they confirmed.
    pub confirmed: Option<Confirmation>,
}

/// A stretch of time; without an end it goes on.
type Span = (Moment, Option<Moment>);

impl Desk {
    /// Returns everybody whom a share reached, with what they did with it.
    pub(super) async fn received(
        &self,
        share: &StoredShare,
        note: &StoredNote,
        holders: &[Holder],
    ) -> Result<Vec<Received>, Error> {
        let mut had = self.had(share, note).await?;
        let readings = self.gate.store.readings(share.case, share.note, share.id).await?;
        for reader in self.gate.store.readers_on(share.id).await? {
            if !had.contains_key(&reader.worker) {
                had.extend(self.since(reader.worker, share.created).await?);
            }
        }
        let confirmations = self.gate.store.confirmations(share.id).await?;
        let now = self.now();
        let mut received = Vec::new();
        for (worker, (seat, spans)) in had {
            let Some(holder) = holders.iter().find(|holder| holder.agency == seat.agency) else { continue };
            let ran_out = share.expires.filter(|end| *end <= now);
            let closed = [holder.ended, share.ended, ran_out].into_iter().flatten().min();
            let (open_seconds, reached) = within(spans.clone(), share.created, closed.unwrap_or(now));
            let readings = readings.get(&worker).copied();
            if !reached && readings.is_none() {
                continue;
            }
            let left =
                spans.iter().map(|(_, to)| *to).collect::<Option<Vec<_>>>().and_then(|ends| ends.into_iter().max());
            let closed = [closed, left].into_iter().flatten().min();
            let confirmed = confirmations.iter().find(|one| one.worker == worker).cloned();
            received.push(Received { seat, readings, open_seconds, closed, confirmed });
        }
        Ok(received)
    }

    /// Returns whom a share was with, and when they were there to read it.
    async fn had(
        &self,
        share: &StoredShare,
        note: &StoredNote,
    ) -> Result<BTreeMap<WorkerId, (Seat, Vec<Span>)>, Error> {
        if let Recipient::Worker(worker) = &share.to {
            return Ok(self.since(*worker, share.created).await?.into_iter().collect());
        }
        let about = note.head.about;
        let meant = |stay: &Stay| match &share.to {
            Recipient::Worker(worker) => stay.seat.worker == *worker,
            Recipient::Role(role) => stay.seat.role == *role,
            Recipient::Agency(agency) => &stay.seat.agency == agency,
        };
        let reaches = |stay: &Stay| about.is_none() || stay.about.is_none() || stay.about == about;
        let mut had: BTreeMap<WorkerId, (Seat, Vec<Span>)> = BTreeMap::new();
        for stay in self.gate.store.stays(share.case).await? {
            let (seat, category) = (&stay.seat, note.head.category);
            let able = self.gate.policy.opens(seat.role, seat.kind, category, share.purpose, Works::OnTheCase);
            if meant(&stay) && reaches(&stay) && able {
                let span = (stay.from, stay.to);
                had.entry(stay.seat.worker).or_insert_with(|| (stay.seat, Vec::new())).1.push(span);
            }
        }
        Ok(had)
    }

    /// Returns a worker who could read from a moment on, for as long as they have their seat.
    async fn since(&self, worker: WorkerId, from: Moment) -> Result<Option<(WorkerId, (Seat, Vec<Span>))>, Error> {
        let Some((seat, _)) = self.gate.store.seat(worker).await? else { return Ok(None) };
        let ended = self.gate.store.seat_ended(worker).await?;
        Ok(Some((worker, (seat, vec![(from, ended)]))))
    }
}

/// Returns how many seconds the spans cover between two moments, each once, and whether any of them reaches into it.
fn within(mut spans: Vec<Span>, from: Moment, to: Moment) -> (i64, bool) {
    spans.sort_unstable();
    let (mut covered, mut reached, mut at) = (0, false, from);
    for (begins, ends) in spans {
        let (begins, ends) = (begins.max(at), ends.map_or(to, |end| end.min(to)));
        reached |= begins <= ends && begins <= to;
        covered += (ends.micros() - begins.micros()).max(0);
        at = at.max(ends);
    }
    (covered / 1_000_000, reached)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_counts_once_and_only_while_the_share_was_open() {
        let at = |second: i64| Moment::from_micros(second * 1_000_000);
        let within = |spans: &[(i64, Option<i64>)]| {
            within(spans.iter().map(|(from, to)| (at(*from), to.map(at))).collect(), at(100), at(200))
        };
        assert_eq!(within(&[(0, None)]), (100, true));
        assert_eq!(within(&[(150, None)]), (50, true));
        assert_eq!(within(&[(0, Some(120)), (110, Some(130)), (190, Some(300))]), (40, true));
        assert_eq!(within(&[(0, Some(50))]), (0, false));
        assert_eq!(within(&[(201, None)]), (0, false));
        assert_eq!(within(&[]), (0, false));
    }
}
