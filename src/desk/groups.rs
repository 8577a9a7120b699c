//! What waits for a worker, in groups, so that many alerts about one thing are one thing to look at; and several answers at once.
//!
//! Promises: a group is what waits about one case and one person in it, or without a case of one kind. Grouping hides nothing:
//! each group says how many there are and how urgent the most urgent is, and names them all; if more wait than are looked
//! through, the most urgent are here, and it is said. It is a way to look: each alert keeps its own ladder, its own times and
//! its own receipts. Whoever answers several at once answers each; what is urgent and was never opened is not answered that
//! way.
//! Must never know: HTTP, SQL, the words of an alert.

use super::alerts::Acknowledged;
use super::climbed::Standing;
use super::{Desk, Error, Recorded};
use crate::auth::Actor;
use crate::model::alerts::Severity;
use crate::model::id::{AlertId, CaseId, ProtectedId};
use crate::model::time::Moment;
use crate::store::alerts::{AlertHead, Copy};
use serde::Deserialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Most pages of what waits that are looked through for one answer.
pub const PAGES_MAX: usize = 20;

/// What waits about one case and person.
#[derive(Debug)]
pub struct Group {
    /// The case; none for what is about the hub's own work.
    pub case: Option<CaseId>,
    /// About whom; none if about nobody in particular.
    pub about: Option<ProtectedId>,
    /// Of which kinds, in the order of their words.
    pub kinds: Vec<String>,
    /// How urgent the most urgent is.
    pub severity: Severity,
    /// Whether they are drills.
    pub drill: bool,
    /// The highest rung of the ladder that was reached for any of them.
    pub rung: i64,
    /// When the next rung of any of them comes.
    pub due: Option<Moment>,
    /// When the oldest was raised.
    pub oldest: Moment,
    /// When the newest was raised.
    pub newest: Moment,
    /// How many were never opened.
    pub unread: usize,
    /// The alerts: the most urgent first, and of those the oldest.
    pub alerts: Vec<AlertId>,
}

/// What waits for a worker.
#[derive(Debug)]
pub struct Waiting {
    /// In groups: the most urgent first, of those the one for which most people were told, and the one whose next rung comes soonest.
    pub groups: Vec<Group>,
    /// Whether that is all; else the most urgent are here, and of those the oldest.
    pub whole: bool,
    /// Where the looking stands in the log.
    pub recorded: Recorded,
}

/// Several alerts that are acknowledged at once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeSeveral {
    /// Which: 1 to 100 of them.
    pub alerts: Vec<AlertId>,
}

/// What came of acknowledging one of several.
#[derive(Debug)]
pub enum Tapped {
    /// It is acknowledged.
    Done(Acknowledged),
    /// It is urgent and was never opened: it is not acknowledged.
    Unopened,
    /// There is no such alert of the worker.
    NotFound,
    /// It could not be done just now.
    Failed,
}

/// What a group holds together: the case and the person, or the kind where there is no case; drills stand by themselves.
type Key = (Option<CaseId>, Option<ProtectedId>, Option<String>, bool);

impl Desk {
    /// Lists what waits for the actor's answer, in groups: the most urgent first, up to so many pages.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the actor has no inbox.
    pub async fn grouped(&self, actor: &Actor, pages: usize) -> Result<Waiting, Error> {
        let (scope, recorded) = self.own_list(actor).await?;
        let mut groups: BTreeMap<Key, Vec<(AlertHead, Copy, Standing)>> = BTreeMap::new();
        let (mut after, mut whole) = (None, false);
        let mut severities = Severity::ALL.iter().copied();
        let mut severity = severities.next();
        for _ in 0..pages {
            let Some(of) = severity else { break };
            let items = self.gate.store.open_of(&scope, of, after, super::PAGE_MAX).await?;
            after = items.last().map(|(_, copy)| (copy.index, copy.delivery));
            if (items.len() as i64) < super::PAGE_MAX {
                (severity, after) = (severities.next(), None);
            }
            whole = severity.is_none();
            self.note_sent(&scope, actor.agency(), &items).await;
            let standings = self.standings_in(&scope, &items).await?;
            for ((head, copy), standing) in items.into_iter().zip(standings) {
                if copy.gone.is_none() && standing.answered.is_none() {
                    groups.entry(key(&head)).or_default().push((head, copy, standing));
                }
            }
        }
        let mut groups: Vec<Group> = groups.into_values().filter_map(group).collect();
        groups.sort_by_key(|one| (one.severity, Reverse(one.rung), one.due.is_none(), one.due, one.oldest));
        Ok(Waiting { groups, whole, recorded })
    }

    /// Acknowledges several alerts, each by itself: one that cannot be is said to be, and holds up none of the others.
    ///
    /// # Errors
    /// [`Error::Invalid`] for none or too many of them.
    pub async fn acknowledge_several(
        &self,
        actor: &Actor,
        several: AcknowledgeSeveral,
    ) -> Result<Vec<(AlertId, Tapped)>, Error> {
        let mut alerts = several.alerts;
        if alerts.is_empty() || alerts.len() as i64 > super::PAGE_MAX {
            return Err(Error::field("alerts", "must name 1 to 100 alerts: nothing was acknowledged"));
        }
        alerts.sort_unstable();
        alerts.dedup();
        let (mut done, mut works) = (Vec::with_capacity(alerts.len()), true);
        for id in alerts {
            let tapped = match if works { self.tap(actor, id).await } else { Ok(Tapped::Failed) } {
                Ok(tapped) => tapped,
                Err(Error::NotFound | Error::Refused { .. }) => Tapped::NotFound,
                Err(error) => {
                    tracing::warn!(%error, "one of several alerts was not acknowledged");
                    // Nobody waits a hundred times for a hub that cannot just now.
                    works = false;
                    Tapped::Failed
                }
            };
            done.push((id, tapped));
        }
        Ok(done)
    }

    async fn tap(&self, actor: &Actor, id: AlertId) -> Result<Tapped, Error> {
        let (head, copy) = self.addressed(actor, id).await?;
        let urgent = self.gate.policy.couriers().is_urgent(head.severity);
        if urgent && copy.read.is_none() && copy.acknowledged.is_none() {
            return Ok(Tapped::Unopened);
        }
        Ok(Tapped::Done(self.acknowledge(actor, id).await?))
    }
}

fn key(head: &AlertHead) -> Key {
    let kind = head.case.is_none().then(|| head.kind.clone());
    (head.case, head.about, kind, head.is_drill())
}

/// Writes down what waits in one group; nothing if it is empty.
fn group(mut waits: Vec<(AlertHead, Copy, Standing)>) -> Option<Group> {
    waits.sort_by_key(|(head, copy, _)| (head.severity, head.raised, copy.index));
    let (first, ..) = waits.first()?;
    let (case, about, severity, drill) = (first.case, first.about, first.severity, first.is_drill());
    let raised = || waits.iter().map(|(head, ..)| head.raised);
    let mut kinds: Vec<String> = waits.iter().map(|(head, ..)| head.kind.clone()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    Some(Group {
        case,
        about,
        kinds,
        severity,
        drill,
        rung: waits.iter().map(|(.., standing)| standing.rung).max()?,
        due: waits.iter().filter_map(|(.., standing)| standing.due).min(),
        oldest: raised().min()?,
        newest: raised().max()?,
        unread: waits.iter().filter(|(_, copy, _)| copy.read.is_none()).count(),
        alerts: waits.iter().map(|(head, ..)| head.id).collect(),
    })
}
