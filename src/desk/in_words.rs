//! What pages say beside the answers: who somebody is, when something was, how something is written.
//!
//! Promises: nothing here is about anybody in a case.
//! Must never know: HTML.

use super::{Desk, Error};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::id::AgencyId;
use crate::model::time::{Day, Moment};
use crate::policy::limits::Limit;
use std::collections::{BTreeMap, BTreeSet};

impl Desk {
    /// Says in everyday words for whom the hub takes an actor: the role, and the agency's name.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn called(&self, actor: &Actor) -> Result<(String, String), Error> {
        let role = actor.role().map(|role| self.gate.policy.role_in_words(role));
        let agency = self.gate.store.agency(actor.agency()).await?;
        let role = role.unwrap_or_else(|| "A service of the hub".to_owned());
        Ok((role, agency.map_or_else(|| actor.agency().to_string(), |agency| agency.name)))
    }

    /// Returns how many minutes a browser may be idle before it is signed out.
    #[must_use]
    pub fn idle_minutes(&self) -> i64 {
        let from = Moment::from_micros(0);
        self.gate.policy.limits().due(Limit::SessionIdle, from).seconds() / 60
    }

    /// Writes a moment as people read it there: the local day and time.
    #[must_use]
    pub fn local(&self, at: Moment) -> String {
        self.gate.policy.limits().local(at)
    }

    /// Says what an event of supervision is, in a sentence.
    #[must_use]
    pub fn happening<'a>(&'a self, word: &'a str) -> &'a str {
        self.gate.policy.events().get(word).map_or(word, |rule| rule.meaning.as_str())
    }

    /// Returns a role in everyday words.
    #[must_use]
    pub fn role_called(&self, role: Role) -> String {
        self.gate.policy.role_in_words(role)
    }

    /// Returns the names of agencies.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn agencies_called(&self, ids: BTreeSet<AgencyId>) -> Result<BTreeMap<AgencyId, String>, Error> {
        let mut names = BTreeMap::new();
        for id in ids {
            let found = self.gate.store.agency(&id).await?;
            let name = found.map_or_else(|| id.to_string(), |agency| agency.name);
            names.insert(id, name);
        }
        Ok(names)
    }

    /// Writes a moment as people there say it: `today, 23 November 2026 at 22:10`.
    #[must_use]
    pub fn in_words(&self, at: Moment) -> String {
        let limits = self.gate.policy.limits();
        let (day, today) = (limits.local_day(at), limits.local_day(self.now()));
        let near = match () {
            () if day == today => "today, ",
            () if day == limits.local_day(limits.local_midnight(today).plus_seconds(-1)) => "yesterday, ",
            () => "",
        };
        format!("{near}{}", limits.local(at))
    }

    /// Returns how incident numbers are written, and how many lines a list may have: for forms.
    #[must_use]
    pub fn status_form(&self) -> (Vec<String>, usize) {
        let limits = self.gate.policy.limits();
        (limits.incident_patterns().to_vec(), limits.most(Limit::StatusLines))
    }

    /// Returns the local day on which something is looked at.
    #[must_use]
    pub fn local_day(&self, at: Moment) -> Day {
        self.gate.policy.limits().local_day(at)
    }
}
