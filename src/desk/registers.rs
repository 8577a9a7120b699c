//! Registers: who came to a session of a group, who was late, who stayed away, who was sent away.
//!
//! Promises: a register is one act: each man's mark becomes an event of his own case and alerts whom such an event alerts,
//! or nothing is recorded at all. Everybody who is to be there and of whom the worker may write is marked, so that nobody
//! stays away unseen. What a register said wrong is put right by events that stand beside the wrong ones.

use super::events::{By, Event, Happened, event_question, said};
use super::goes::Goes;
use super::present::{Present, check_marks};
use super::programmes::{Group, Running};
use super::{Desk, Error, Once, Recorded, Written};
use crate::auth::Actor;
use crate::model::clocks::EventWord;
use crate::model::events::{ContactKind, EventWords};
use crate::model::id::{CaseId, EventId, PlaceId, ProgrammeId};
use crate::model::notes::Category;
use crate::model::programmes::Mark;
use crate::model::screen::Form;
use crate::model::summary::{Attendance, Summary};
use crate::model::text::Prose;
use crate::model::time::{Moment, Second};
use crate::policy::permit::{Action, Permit};
use crate::store::alerts::NewAlert;
use crate::store::effect::Supervision;
use crate::store::programmes::ProgrammeAct;
use crate::store::registers::{Line, Register};
use serde::Deserialize;

/// Men of one register.
const MEN_MAX: usize = 60;

/// How far a clock of another machine may run ahead, in seconds.
const AHEAD_SECONDS: i64 = 300;

/// A register as a worker takes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeRegister {
    /// When the session was; when it was to be, if it is left out. What is put right stays where it was.
    #[serde(default)]
    pub held: Option<Second>,
    /// Each man who was to be there.
    pub men: Vec<MarkMan>,
    /// Whether it puts right what an earlier register says of these men.
    #[serde(default)]
    pub correcting: bool,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// One line of a register.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkMan {
    /// His case.
    pub case: CaseId,
    /// What is said of him.
    pub mark: Mark,
    /// In words; needed where an earlier mark is put right.
    #[serde(default)]
    pub text: Option<Prose<4000>>,
}

/// Somebody who is to be at a session.
#[derive(Debug)]
pub struct SessionMan {
    /// His case.
    pub case: CaseId,
    /// His place.
    pub place: PlaceId,
    /// He is here for this session alone.
    pub guest: bool,
    /// Whether a register must say something of him.
    pub expected: bool,
    /// What the registers say of him now.
    pub mark: Option<Mark>,
    /// The event that it became.
    pub event: Option<EventId>,
    /// The marks before, which were wrong.
    pub before: Vec<Mark>,
}

/// A session with its register.
#[derive(Debug)]
pub struct OpenSession {
    /// The group.
    pub group: Group,
    /// Which session.
    pub session: u8,
    /// When it is to be.
    pub at: Option<Moment>,
    /// Those who are to be there, of whom the worker may know.
    pub men: Vec<SessionMan>,
}

/// What is recorded of one man.
struct Taken {
    line: Line,
    events: Vec<(EventId, Happened)>,
}

/// Everything that a register records.
#[derive(Default)]
struct Whole {
    lines: Vec<Line>,
    events: Vec<Event>,
    alerts: Vec<NewAlert>,
    answers: Vec<serde_json::Value>,
}

impl Desk {
    /// Takes the register of a session, or puts one right.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such group or the actor does not run it; [`Error::Invalid`] for a man who is not
    /// to be there, one who is left out or stands there twice, a session that the programme does not have;
    /// [`Error::Conflict`] if somebody else took it at the same time.
    pub async fn take_register(
        &self,
        actor: &Actor,
        (id, session): (ProgrammeId, u8),
        mut new: TakeRegister,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let running = self.running(actor, id).await?;
        let Some(author) = actor.worker() else { return Err(Error::NotFound) };
        let checked = std::mem::take(&mut new.checked);
        let (held, marked) = match self.check_register(&running, session, &new).await {
            Ok(found) => found,
            Err(why) => return Err(self.declined(running.permit, why).await),
        };
        let Running { group, permit, .. } = running;
        let mut permit = permit;
        let seq = self.gate.store.registers(id, session).await? + 1;
        // The last is recorded now, each a microsecond after the one before: lists keep their order.
        let count = i64::try_from(3 * new.men.len()).unwrap_or_default();
        let mut at = self.now().micros() - count;
        let mut whole = Whole::default();
        for (index, (one, man)) in new.men.into_iter().zip(&marked).enumerate() {
            let taken = self.becomes(man, session, held, one)?;
            let part = self.judged_part(actor, (index, man), &taken, &checked).await?;
            permit = permit.and(part);
            at = self.seal_taken(actor, man, taken, (at, &mut whole)).await?;
        }
        let register = Register { group: group.id, session, seq, held, author, created: self.now() };
        let answer = serde_json::json!({
            "programme": id, "session": session, "held": held, "register": seq, "men": whole.answers,
        });
        let act = ProgrammeAct::Take(register, whole.lines, whole.events, whole.alerts);
        let (change, answer) = super::promised(actor, Supervision::Programme(act).into(), once.as_ref(), &answer);
        // Each man's part was judged by itself: if what any of them stands on has moved, the caller takes it again.
        let settled = self.gate.commit_as_prepared(permit, change).await;
        self.written(actor, settled, once.as_ref(), answer).await
    }

    /// Refuses a register that leaves somebody out or names somebody who is not to be there, and returns when the session
    /// was and each man in the order of the lines.
    async fn check_register(
        &self,
        running: &Running,
        session: u8,
        new: &TakeRegister,
    ) -> Result<(Moment, Vec<Present>), Error> {
        self.check_session(&running.group, session)?;
        let planned = self.sitting(running.group.id, session).await?.map(|one| one.at);
        let held = new.held.map(Second::moment).or(planned);
        let held = held.or_else(|| new.correcting.then(|| self.now()));
        let held = held.ok_or_else(|| Error::field("held", "is needed: no day is planned for this session"))?;
        if held > self.now().plus_seconds(AHEAD_SECONDS) {
            return Err(Error::field("held", "is in the future: take the register when the session has been"));
        }
        if new.men.is_empty() || new.men.len() > MEN_MAX {
            return Err(Error::field("men", &format!("are too few or too many: mark 1 to {MEN_MAX}")));
        }
        let mut there = self.present_at(running, session).await?;
        let cases: Vec<CaseId> = new.men.iter().map(|one| one.case).collect();
        let mut men = Vec::new();
        for (index, one) in new.men.iter().enumerate() {
            if cases.iter().take(index).any(|case| *case == one.case) {
                return Err(line(index, "case", "stands there twice: mark each man once"));
            }
            let Some(at) = there.iter().position(|man| man.man.place.case == one.case) else {
                return Err(line(index, "case", "is not to be at this session: look at its list"));
            };
            men.push(there.swap_remove(at));
        }
        check_marks(new, &men)?;
        let left_out = there.iter().filter(|man| man.man.is_expected() && man.mark.is_none()).count();
        if left_out > 0 && !new.correcting {
            let say = format!("leave out {left_out} of those who were to be there: mark each of them");
            return Err(Error::field("men", &say));
        }
        // What is put right was when it was.
        let was = men.first().filter(|_| new.correcting).and_then(Present::happened);
        Ok((was.unwrap_or(held), men))
    }

    /// States what a mark becomes.
    fn becomes(&self, man: &Present, session: u8, held: Moment, one: MarkMan) -> Result<Taken, Error> {
        let rule = self.gate.policy.programmes().marked(one.mark);
        let (id, order) = (EventId::random(), Some(man.man.place.order));
        let was = man.event.as_ref().and_then(|was| man.man.events.iter().find(|event| event.id == *was));
        let happened = was.map_or(held, |was| was.happened);
        let on = self.gate.policy.limits().local_day(happened);
        let summary = Attendance { on, attended: one.mark.attended(), session: Some(session), excused: None };
        let again = one.text.as_ref().map(|text| Prose::new(text.reveal()));
        let words = EventWords {
            text: one.text,
            contact: Some(ContactKind::Group),
            outcome: Some(one.mark.outcome()),
            session: Some(session),
            ..EventWords::default()
        };
        let event = Happened {
            order,
            corrects: was.map(|was| was.id),
            words,
            summary: Some(Summary::Attendance(summary)),
            ..Happened::new(self.word(rule.event.as_str())?, happened)
        };
        let mut events = vec![(id, event)];
        let followed = man.followed(self.gate.policy.programmes());
        match (&rule.follows, followed) {
            (Some(word), None) => {
                let follows = Some(id);
                let next = Happened { order, follows, ..Happened::new(self.word(word.as_str())?, happened) };
                events.push((EventId::random(), next));
            }
            (None, Some(wrong)) => {
                let text = again.transpose().map_err(|_| Error::Unknown)?;
                let words = EventWords { text, ..EventWords::default() };
                let corrects = Some(wrong.id);
                let rule = self.word(EventWord::CORRECTION)?;
                let category = wrong.category;
                let right = Happened { order, corrects, category, words, ..Happened::new(rule, happened) };
                events.push((EventId::random(), right));
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
        let line = Line { event: id, place: man.man.place.id, mark: one.mark };
        Ok(Taken { line, events })
    }

    /// Decides on one man's part, and looks at what is written of him.
    async fn judged_part(
        &self,
        actor: &Actor,
        (index, man): (usize, &Present),
        taken: &Taken,
        checked: &[Form],
    ) -> Result<Permit, Error> {
        let case = man.man.place.case;
        let purpose = self.purpose(actor, None);
        let question = event_question(Action::Create, taken.line.event, Some(case), Category::Attendance, purpose);
        let permit = self.gate.decide(&question.by(actor), None).await?;
        for (_, event) in &taken.events {
            // What it follows is of this very register, and nowhere else yet.
            let own = event.follows == Some(taken.line.event);
            let checks = if own {
                self.check_gate(actor, case, event).await
            } else {
                self.check_event(actor, case, event).await
            };
            if let Err(why) = checks {
                return Err(self.declined(permit, of_line(index, why)).await);
            }
        }
        let words: Vec<_> = taken.events.iter().take(1).flat_map(|(_, event)| said(&event.words)).collect();
        self.screened(actor, permit, case, (Goes::HisRecord, &words, checked)).await
    }

    /// Seals what is recorded of one man, with the alerts that it raises.
    async fn seal_taken(
        &self,
        actor: &Actor,
        man: &Present,
        taken: Taken,
        (mut at, whole): (i64, &mut Whole),
    ) -> Result<i64, Error> {
        let Some(author) = actor.worker() else { return Err(Error::NotFound) };
        let case = man.man.place.case;
        let Taken { line, events } = taken;
        let ids: Vec<EventId> = events.iter().map(|(id, _)| *id).collect();
        whole.answers.push(serde_json::json!({ "case": case, "mark": line.mark, "events": ids }));
        for (id, event) in events {
            whole.alerts.extend(self.alerts_of(actor, case, &event).await?);
            at += 1;
            let by = By { case, author, agency: actor.agency().clone(), at: Moment::from_micros(at) };
            whole.events.push(self.sealed_event(&by, id, event).await?);
        }
        whole.lines.push(line);
        Ok(at)
    }

    /// Shows a session: who is to be there, and what its registers say.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such group or the actor does not run it; [`Error::Invalid`] for a session that
    /// the programme does not have.
    pub async fn session(
        &self,
        actor: &Actor,
        (id, session): (ProgrammeId, u8),
    ) -> Result<(OpenSession, Recorded), Error> {
        let running = self.running(actor, id).await?;
        if let Err(why) = self.check_session(&running.group, session) {
            return Err(self.declined(running.permit, why).await);
        }
        let men: Vec<SessionMan> = self.present_at(&running, session).await?.into_iter().map(Present::shown).collect();
        let at = self.sitting(id, session).await?.map(|one| one.at);
        let cases = men.iter().map(|man| man.case).collect();
        let (group, recorded) = self.looked(actor, running, cases).await?;
        Ok((OpenSession { group, session, at, men }, recorded))
    }
}

pub(super) fn line(index: usize, field: &str, say: &str) -> Error {
    Error::field(&format!("men[{index}].{field}"), say)
}

/// Names the line whose event was refused.
fn of_line(index: usize, why: Error) -> Error {
    match why {
        Error::Invalid { mut errors } => {
            errors.iter_mut().for_each(|error| error.field = format!("men[{index}].case"));
            Error::Invalid { errors }
        }
        other => other,
    }
}
