//! Sessions of a group that are recorded one by one, beside the registers: the same evening is told of once, in one word.
//!
//! Promises: what became of a contact in a group is the word that a register has for it, so that one fact alerts in one way;
//! of a man who is in a group the register says it, because it says it of everybody and of which session; and what a
//! register has marked is recorded by nobody a second time.
//! Must never know: HTTP, whom an event alerts.

use super::events::Happened;
use super::{Desk, Error};
use crate::model::clocks::EventWord;
use crate::model::events::{ContactKind, Outcome};
use crate::model::id::{CaseId, EventId};
use crate::model::programmes::Mark;
use crate::policy::EventRule;
use crate::store::chronology::Trace;

impl Desk {
    /// Returns the word for what became of a contact.
    pub(super) fn contact_word(&self, kind: ContactKind, outcome: Outcome) -> Result<&EventRule, Error> {
        let mark = Mark::ALL.iter().find(|mark| kind == ContactKind::Group && mark.outcome() == outcome);
        if let Some(mark) = mark {
            return self.word(self.gate.policy.programmes().marked(*mark).event.as_str());
        }
        self.word(match outcome {
            Outcome::Kept | Outcome::Late => "contact-kept",
            Outcome::Missed => "contact-missed",
            Outcome::SentAway => "contact-sent-away",
            Outcome::CalledOff => "contact-called-off",
        })
    }

    /// Refuses what a register says, or is to say. A register itself is not asked here: it looks at its own lines.
    pub(super) async fn check_evening(&self, case: CaseId, new: &Happened) -> Result<(), Error> {
        if !self.gate.policy.programmes().is_of_group(&new.word) || new.corrects.is_some() {
            return Ok(());
        }
        let places = self.gate.store.places_of(case).await?;
        let Some(place) = places.iter().find(|place| Some(place.order) == new.order) else { return Ok(()) };
        if new.words.contact == Some(ContactKind::Group) && self.home_of(place).await?.is_some() {
            let say = "is marked in the register of his group: nothing was recorded. Take the register of that session, \
                       or put it right";
            return Err(Error::field("kind", say));
        }
        let (lines, events) = (self.gate.store.marks_of(case).await?, self.gate.store.chronology(case).await?);
        let limits = self.gate.policy.limits();
        let on = limits.local_day(new.happened);
        let is_marked = self.standing_of(&events, place).into_iter().any(|event| {
            let chain = chain(&events, event);
            let mut sessions = lines.iter().filter(|(id, _)| chain.contains(id)).map(|(_, session)| *session);
            match new.words.session {
                Some(given) => sessions.any(|session| session == given),
                None => sessions.next().is_some() && limits.local_day(event.happened) == on,
            }
        });
        if !is_marked {
            return Ok(());
        }
        let field = if new.words.session.is_some() { "session" } else { "happened" };
        Err(Error::field(field, "is marked already: nothing was recorded. Put the register of that session right"))
    }
}

/// Returns an event and what it stands in the place of, the latest first.
fn chain(events: &[Trace], event: &Trace) -> Vec<EventId> {
    let mut chain = vec![event.id];
    let mut was = (event.word.as_str() != EventWord::CORRECTION).then_some(event.corrects).flatten();
    while let Some(earlier) = was.filter(|id| !chain.contains(id)) {
        chain.push(earlier);
        was = events.iter().find(|one| one.id == earlier).and_then(|one| one.corrects);
    }
    chain
}
