//! What was given up outside the hub, for those who answer for an agency.
//!
//! Promises: a name for each, when, and which endpoint or whose address; never of what, about whom or in which case.
//! Must never know: the words of an alert, an address.

use super::{Desk, Error, Recorded};
use crate::auth::Actor;
use crate::model::dispatch::Target;
use crate::model::id::WorkerId;
use crate::model::time::Moment;
use std::str::FromStr as _;

/// One thing that was given up.
#[derive(Debug)]
pub struct GivenUp {
    /// Where it was to go.
    pub target: Target,
    /// Whose address that is, if it is one.
    pub worker: Option<WorkerId>,
    /// What: the place in an inbox, or a test.
    pub item: String,
    /// When.
    pub at: Moment,
}

/// A page of it.
#[derive(Debug)]
pub struct Undelivered {
    /// The latest first.
    pub items: Vec<GivenUp>,
    /// Where the next page begins, if there may be one.
    pub next: Option<String>,
    /// Where the looking stands in the log.
    pub recorded: Recorded,
}

impl Desk {
    /// Lists what was given up for the systems and the people of the actor's own agency.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever does not answer for an agency; [`Error::Invalid`] if `after` is no place in the list.
    pub async fn undelivered(&self, actor: &Actor, after: Option<String>, limit: i64) -> Result<Undelivered, Error> {
        let recorded = self.oversees_own(actor).await?;
        let place = match after {
            None => None,
            Some(text) => Some(place(&text).ok_or_else(super::no_place)?),
        };
        let found = self.gate.store.undelivered(actor.agency(), place, limit).await?;
        let last = found.last().map(|one| format!("{}.{}", one.at.micros(), one.item));
        let next = last.filter(|_| found.len() as i64 == limit);
        let mut items = Vec::with_capacity(found.len());
        for one in found {
            let worker = match one.target {
                Target::Channel(id) => self.gate.store.channel(id).await?.map(|channel| channel.worker),
                Target::Endpoint(_) => None,
            };
            items.push(GivenUp { target: one.target, worker, item: one.item, at: one.at });
        }
        Ok(Undelivered { items, next, recorded })
    }
}

/// Reads a place in the list.
fn place(text: &str) -> Option<(Moment, String)> {
    let (at, item) = text.split_once('.')?;
    Some((Moment::from_micros(i64::from_str(at).ok()?), item.to_owned()))
}
