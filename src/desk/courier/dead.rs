//! What officers are told when nothing gets through to a target, or an agency's own system wants nothing more.
//!
//! Promises: once, until something gets through again; that such a notice did not get through itself raises no other. It names the
//! target by its id and nobody's case.
//! Must never know: what waits, where it was to go.

use super::round::Found;
use super::{Desk, Error};
use crate::model::alerts::{HubKind, Severity};
use crate::model::dispatch::Target;
use crate::model::id::{AgencyId, EndpointId};
use crate::store::alerts::NewAlert;
use crate::store::dispatches::Round;

/// Who writes it.
const AUTHOR: &str = "hub";

impl Desk {
    /// Prepares what is told when something for a target was given up.
    pub(super) async fn dead_letter(
        &self,
        found: &Found,
        round: &Round,
        target: Target,
    ) -> Result<Vec<NewAlert>, Error> {
        let (told, done) = found.heard;
        let known = told.is_some_and(|told| done.is_none_or(|done| done <= told));
        if known || !found.gives_up(round, HubKind::Undelivered.as_str()) {
            return Ok(Vec::new());
        }
        let Some(agency) = self.keeps(found).await? else { return Ok(Vec::new()) };
        let whose = match target {
            Target::Channel(_) => "somebody's e-mail address",
            Target::Endpoint(_) => "a system of the agency",
        };
        let say = format!(
            "Nothing gets through to {whose} any more, and the hub has stopped trying for what waited longest. Nothing is lost: it \
             all stands in the inboxes, and the ladder goes on. Ask whoever keeps it to mend it: until then people must look into \
             the hub by themselves. It is {target}."
        );
        self.told_of_target(&agency, &say).await
    }

    /// Prepares what is told when an agency's own system said that it wants nothing more.
    pub(super) async fn endpoint_gone(&self, endpoint: EndpointId) -> Result<Vec<NewAlert>, Error> {
        let Some(found) = self.gate.store.endpoint(endpoint).await? else { return Ok(Vec::new()) };
        let say = format!(
            "A system of the agency has answered that it is gone (410), and the hub tells it nothing more. If that is wrong, enter \
             it again as a new endpoint. It is {}.",
            Target::Endpoint(endpoint)
        );
        self.told_of_target(&found.agency, &say).await
    }

    async fn told_of_target(&self, agency: &AgencyId, say: &str) -> Result<Vec<NewAlert>, Error> {
        let officers = self.officers_for(agency).await?;
        self.to_oversight(AUTHOR, HubKind::Undelivered, Severity::High, say, &officers).await
    }
}
