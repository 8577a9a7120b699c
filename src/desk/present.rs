//! Who is to be at a session, with what its registers say of each now.
//!
//! Promises: what is said now is what stands in the chronology of his case: a mark that somebody put right there, by
//! whatever route, is not said any more.

use super::programmes::Running;
use super::registers::{SessionMan, TakeRegister, line};
use super::roster::Man;
use super::{Desk, Error};
use crate::model::clocks::EventWord;
use crate::model::id::{EventId, PlaceId};
use crate::model::programmes::Mark;
use crate::model::time::Moment;
use crate::policy::programmes::Programmes;
use crate::store::chronology::Trace;
use crate::store::registers::Line;
use std::collections::{BTreeMap, BTreeSet};

impl Desk {
    /// Returns those who are to be at a session, with what its registers say of them now.
    pub(super) async fn present_at(&self, running: &Running, session: u8) -> Result<Vec<Present>, Error> {
        let men = self.men_of(&running.scope, &running.group, Some(session)).await?;
        let lines = self.gate.store.register_lines(&running.scope, running.group.id, session).await?;
        let mut of: BTreeMap<PlaceId, Vec<Line>> = BTreeMap::new();
        for one in lines {
            of.entry(one.place).or_default().push(one);
        }
        let present = |man: Man| {
            let lines = of.remove(&man.place.id).unwrap_or_default();
            let standing: BTreeSet<EventId> =
                self.standing_of(&man.events, &man.place).iter().map(|event| event.id).collect();
            Present::of(man, &lines, &standing)
        };
        Ok(men.into_iter().map(present).collect())
    }
}

/// Somebody who is to be at a session, with what its registers say of him now.
pub(super) struct Present {
    pub(super) man: Man,
    pub(super) mark: Option<Mark>,
    pub(super) event: Option<EventId>,
    before: Vec<Mark>,
}

impl Present {
    /// States it from the lines of the session's registers and the events that stand: the last line whose event stands is
    /// what is said now, and what stands in the place of the last line's event if somebody put that right by itself.
    fn of(man: Man, lines: &[Line], standing: &BTreeSet<EventId>) -> Self {
        let now = lines.iter().rev().find(|line| standing.contains(&line.event));
        let last = lines.last().map(|line| line.event);
        let instead = |id: EventId| {
            let next = man.events.iter().rev().find(|event| event.corrects == Some(id) && standing.contains(&event.id));
            next.filter(|event| event.word.as_str() != EventWord::CORRECTION).map(|event| event.id)
        };
        let event = now.map(|line| line.event).or_else(|| last.and_then(instead));
        let wrong = |line: &&Line| !standing.contains(&line.event);
        let before = lines.iter().filter(wrong).map(|line| line.mark).collect();
        Self { mark: now.map(|line| line.mark), event, before, man }
    }

    /// Returns what followed the event of now by itself and stands.
    pub(super) fn followed(&self, programmes: &Programmes) -> Option<&Trace> {
        // A mark that was put right keeps what followed the first one, if it still follows.
        let chain = |id: EventId| {
            let mut chain = vec![id];
            while let Some(was) = chain.last().and_then(|id| self.man.events.iter().find(|event| event.id == *id)) {
                let Some(earlier) = was.corrects else { break };
                chain.push(earlier);
            }
            chain
        };
        let chain = chain(self.event?);
        let put_right: BTreeSet<EventId> = self.man.events.iter().filter_map(|event| event.corrects).collect();
        let of_it = |event: &&Trace| event.follows.is_some_and(|id| chain.contains(&id));
        let follows = |event: &&Trace| programmes.follows_by_itself(&event.word) && !put_right.contains(&event.id);
        self.man.events.iter().filter(of_it).rfind(follows)
    }

    /// Returns when the session was for him, as it is said now.
    pub(super) fn happened(&self) -> Option<Moment> {
        let event = self.event?;
        self.man.events.iter().find(|one| one.id == event).map(|one| one.happened)
    }

    pub(super) fn shown(self) -> SessionMan {
        SessionMan {
            case: self.man.place.case,
            place: self.man.place.id,
            guest: self.man.guest,
            expected: self.man.is_expected(),
            mark: self.mark,
            event: self.event,
            before: self.before,
        }
    }
}

/// Refuses a mark of somebody who has not begun, a second one that does not say that it puts the first right, and one that
/// puts right what is not there.
pub(super) fn check_marks(new: &TakeRegister, men: &[Present]) -> Result<(), Error> {
    for (index, (one, man)) in new.men.iter().zip(men).enumerate() {
        if man.man.progress.started.is_none() {
            return Err(line(index, "case", "has not begun the group: look at the gate of his programme"));
        }
        match (new.correcting, man.event.is_some()) {
            (false, true) => {
                let say =
                    "is marked already: nothing was recorded. To put it right, say so with `correcting` and write why";
                return Err(line(index, "case", say));
            }
            (true, false) => return Err(line(index, "case", "is not marked yet: there is nothing to put right")),
            (true, true) if one.text.is_none() => return Err(line(index, "text", "is needed: say what was wrong")),
            (true, true) if man.mark == Some(one.mark) => {
                return Err(line(index, "mark", "is what the register says already: leave him out"));
            }
            _ => {}
        }
    }
    Ok(())
}
