//! What nobody of an agency has acknowledged: for those who answer for it.
//!
//! Promises: ids, counts, how urgent and how far the ladder was climbed; never of what, about whom or in which case. Nothing that is
//! owed is left out: an alert stands here until somebody acknowledges it who can.
//! Must never know: the words of an alert.

use super::obligations::obligations;
use super::{Desk, Error, Recorded};
use crate::auth::Actor;
use crate::model::alerts::Severity;
use crate::model::id::AlertId;
use crate::model::time::Moment;

/// An alert that somebody owes an answer to.
#[derive(Debug)]
pub struct Owing {
    /// The alert.
    pub id: AlertId,
    /// How fast somebody must act.
    pub severity: Severity,
    /// Whether it is a drill.
    pub drill: bool,
    /// When it was raised.
    pub raised: Moment,
    /// How many answers the agency owes.
    pub answers: usize,
    /// The highest rung that was reached for any of them.
    pub rung: i64,
    /// When the next one comes; none if the last was reached.
    pub next: Option<Moment>,
}

/// A page of them.
#[derive(Debug)]
pub struct Unacknowledged {
    /// How many there are of each severity.
    pub counts: Vec<(String, i64)>,
    /// The alerts, oldest first.
    pub items: Vec<Owing>,
    /// Where the next page begins, if there may be one.
    pub after: Option<AlertId>,
    /// Where the looking stands in the log.
    pub recorded: Recorded,
}

impl Desk {
    /// Lists what nobody of the actor's agency has acknowledged.
    ///
    /// # Errors
    /// [`Error::Refused`] for whoever does not answer for an agency; [`Error::Invalid`] if `after` is no alert.
    pub async fn unacknowledged(
        &self,
        actor: &Actor,
        after: Option<AlertId>,
        limit: i64,
    ) -> Result<Unacknowledged, Error> {
        let recorded = self.oversees_own(actor).await?;
        let store = &self.gate.store;
        let place = match after {
            Some(id) => Some((store.alert(id).await?.ok_or_else(super::no_place)?.0.raised, id)),
            None => None,
        };
        let ids = store.owing(actor.agency(), place, limit).await?;
        let after = (ids.len() as i64 == limit).then(|| ids.last().copied()).flatten();
        let mut items = Vec::with_capacity(ids.len());
        for id in ids {
            items.extend(self.owing(actor, id).await?);
        }
        let counts = store.owing_count(actor.agency()).await?;
        Ok(Unacknowledged { counts, items, after, recorded })
    }

    async fn owing(&self, actor: &Actor, id: AlertId) -> Result<Option<Owing>, Error> {
        let Some((head, _)) = self.gate.store.alert(id).await? else { return Ok(None) };
        let (held, rungs) = (self.gate.store.held(id).await?, self.gate.store.rungs(id).await?);
        let all = obligations(&held, &rungs);
        let open: Vec<_> = all.iter().filter(|one| one.agency == actor.agency() && one.answered().is_none()).collect();
        let next = open.iter().filter_map(|one| self.next_rung(&head, one)).map(|(.., at)| at).min();
        let rung = open.iter().map(|one| one.reached()).max().unwrap_or_default();
        let (severity, drill, raised, answers) = (head.severity, head.is_drill(), head.raised, open.len());
        // Somebody acknowledged between the two looks.
        Ok((answers > 0).then_some(Owing { id, severity, drill, raised, answers, rung, next }))
    }
}
