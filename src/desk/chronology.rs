//! The chronology of a case with its words, to be taken along: each order and event as far as the reader may know of it.
//!
//! Promises: every one whose words are shown was opened on a recorded receipt of its own, which stands beside it; nothing that
//! is from or about a woman is in it, nor a reference to her; what could not be opened any more is left out.
//! Must never know: HTTP, files.

use super::events::{EventLine, OpenEvent};
use super::orders::OpenOrder;
use super::{Desk, Error, Recorded};
use crate::auth::Actor;
use crate::model::id::{AgencyId, CaseId, EventId};
use crate::model::shares::Purpose;
use crate::model::time::Moment;
use crate::policy::permit::Level;
use futures_util::{StreamExt, TryStreamExt, stream};

/// Openings on their way at once: each is an entry of the log, and those that come together share a commit.
const AT_ONCE: usize = 16;

/// One event of it.
#[derive(Debug)]
pub enum Entry {
    /// Opened, with its words or its summary.
    Open(Box<OpenEvent>),
    /// Known, and no more.
    Known(Box<EventLine>),
}

/// One page of a chronology.
#[derive(Debug)]
pub struct Chronology {
    /// Its orders, all of them, on the first page.
    pub orders: Vec<OpenOrder>,
    /// Its events, those recorded last first.
    pub events: Vec<Entry>,
    /// Where the next page begins.
    pub next: Option<EventId>,
    /// Who took it along: the mark that stands on it.
    pub mark: Mark,
    /// Where the look at the case stands in the log.
    pub recorded: Recorded,
}

/// Who took something along, when and for what.
#[derive(Debug)]
pub struct Mark {
    /// The actor's word.
    pub who: String,
    /// The actor's agency.
    pub agency: AgencyId,
    /// For what.
    pub purpose: Purpose,
    /// When.
    pub at: Moment,
}

impl Desk {
    /// Shows one page of the chronology with its words.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Invalid`] if `before` is no
    /// place in it.
    pub async fn chronology(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
        before: Option<EventId>,
        limit: i64,
    ) -> Result<Chronology, Error> {
        let (lines, next, recorded) = self.events(actor, case, purpose, before, limit).await?;
        // What has no summary is known by its head to whoever may see no more: to ask for its words would be refused.
        let entry = async |line: EventLine| {
            let whole = line.level == Level::Full;
            if whole || (line.level == Level::Summary && line.event.summary.is_some()) {
                let open = still_there(self.event(actor, line.event.id, purpose).await)?;
                Ok::<_, Error>(open.map(|open| Entry::Open(Box::new(open))))
            } else {
                Ok(Some(Entry::Known(Box::new(line))))
            }
        };
        let events: Vec<Option<Entry>> = stream::iter(lines).map(entry).buffered(AT_ONCE).try_collect().await?;
        let orders = if before.is_none() { self.whole_orders(actor, case, purpose).await? } else { Vec::new() };
        let mark = Mark {
            who: actor.word(),
            agency: actor.agency().clone(),
            purpose: self.purpose(actor, purpose),
            at: recorded.at,
        };
        Ok(Chronology { orders, events: events.into_iter().flatten().collect(), next, mark, recorded })
    }

    async fn whole_orders(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
    ) -> Result<Vec<OpenOrder>, Error> {
        let (mut opened, mut after) = (Vec::new(), None);
        loop {
            let (lines, next, _) = self.orders(actor, case, purpose, after, super::PAGE_MAX).await?;
            for line in lines.into_iter().filter(|line| line.level <= Level::Summary) {
                opened.extend(still_there(self.order(actor, line.order.id, purpose).await)?);
            }
            after = next;
            if after.is_none() {
                return Ok(opened);
            }
        }
    }
}

/// What was closed between the list and its opening is left out like anything that the reader may not know.
pub(super) fn still_there<T>(opened: Result<T, Error>) -> Result<Option<T>, Error> {
    match opened {
        Ok(open) => Ok(Some(open)),
        Err(Error::NotFound | Error::Refused { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
