//! By when a worker owes answers: moments for a calendar.
//!
//! Promises: a moment and a name that means nothing: neither what is to be answered, nor of whom, nor that it is an alert. What was
//! answered is not there. A calendar that is fetched by a program leaves each copy as far as it had come: nobody has seen it.
//! Must never know: HTTP, SQL, the words of an alert.

use super::{Desk, Error};
use crate::auth::Actor;
use crate::model::id::EventId;
use crate::model::time::Moment;

/// Most pages of what waits that are looked through.
const PAGES_MAX: usize = 20;

/// One answer that is owed.
#[derive(Debug)]
pub struct AnswerDue {
    /// A name for the calendar: the same at each look, and it opens nothing.
    pub id: EventId,
    /// Since when it is owed.
    pub since: Moment,
    /// By when.
    pub due: Moment,
}

impl Desk {
    /// Lists by when the actor owes answers, the next first.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the actor has no inbox.
    pub async fn answers_owed(&self, actor: &Actor) -> Result<Vec<AnswerDue>, Error> {
        let (scope, _) = self.own_list(actor).await?;
        let (mut owed, mut after) = (Vec::new(), None);
        for _ in 0..PAGES_MAX {
            let items = self.gate.store.open_inbox(&scope, after, super::PAGE_MAX).await?;
            let Some((_, last)) = items.last() else { break };
            after = Some((last.index, last.delivery));
            let standings = self.standings_in(&scope, &items).await?;
            for ((_, copy), standing) in items.iter().zip(&standings) {
                let open = standing.answered.is_none() && copy.gone.is_none();
                if let Some(due) = standing.due.filter(|_| open) {
                    owed.push(AnswerDue {
                        id: self.calendar_name(&copy.delivery.to_string()),
                        since: copy.stored,
                        due,
                    });
                }
            }
            if (items.len() as i64) < super::PAGE_MAX {
                break;
            }
        }
        owed.sort_by_key(|one| (one.due, one.id));
        Ok(owed)
    }

    fn calendar_name(&self, of: &str) -> EventId {
        let print = self.gate.vault.fingerprint("calendar", of);
        let bits = print.iter().take(16).fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        EventId::from_bits(bits)
    }
}
