//! Whatever happens in supervision, by its word: what answers an incident, what a court or a prison did, a clock that a
//! manager waives or extends, a record that is put right.
//!
//! Promises: a word is taken from those whom `events.csv` names, and with the evidence that it asks for; a waiver and an
//! extension name a clock that runs, by the event that started it, and say why; what is put right stays beside what was wrong.

use super::contacts::few;
use super::events::{Event, Happened};
use super::{Desk, Error, Once, Written};
use crate::auth::Actor;
use crate::model::addresses::is_of_address;
use crate::model::clocks::EventWord;
use crate::model::events::EventWords;
use crate::model::id::{CaseId, EventId, OrderId};
use crate::model::notes::Category;
use crate::model::orders::Hour;
use crate::model::screen::Form;
use crate::model::summary::{Attendance, Attended, ContactLevel, Summary};
use crate::model::text::{Line, Prose};
use crate::model::time::{Day, Second};
use crate::policy::limits::Limit;
use crate::policy::{EventOf, EventRule, EventShows, Evidence};
use serde::Deserialize;

/// What sets a day: on which he is to leave prison, or is to be in court.
const DAYS: [&str; 2] = ["liberation-set", "court-date-set"];

/// The plan for life was approved; whoever approves a version that is written here needs no such event.
const RMP_APPROVED: &str = "rmp-approved";

/// An event as a worker records it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordEvent {
    /// What happened: a word of `policies/events.csv`.
    pub word: EventWord,
    /// When; a waiver and an extension hold from the moment of their recording, whatever stands here.
    pub happened: Second,
    /// Under which order; needed where the word is of an order.
    #[serde(default)]
    pub order: Option<OrderId>,
    /// The event that it answers; for a waiver and an extension the one that started the clock.
    #[serde(default)]
    pub follows: Option<EventId>,
    /// The event in whose place it stands.
    #[serde(default)]
    pub corrects: Option<EventId>,
    /// The clock that is waived or extended, such as `NOS-CONTACT`.
    #[serde(default)]
    pub clock: Option<Line<60>>,
    /// The day that it speaks of: until which a clock is extended, on which a meeting is to be, the last day that a court gave.
    #[serde(default)]
    pub day: Option<Day>,
    /// From which hour of that day, by local time, where a contact is planned.
    #[serde(default)]
    pub at: Option<Hour>,
    /// For how many minutes.
    #[serde(default)]
    pub minutes: Option<u16>,
    /// How closely he is seen from now on.
    #[serde(default)]
    pub contact_level: Option<ContactLevel>,
    /// Which session of a programme.
    #[serde(default)]
    pub session: Option<u8>,
    /// Which item of the commencement gate is waived.
    #[serde(default)]
    pub item: Option<Line<40>>,
    /// In words.
    #[serde(default)]
    pub text: Option<Prose<4000>>,
    /// What it was seen by.
    #[serde(default)]
    pub evidence: Vec<Line<300>>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

impl RecordEvent {
    /// Returns an event with nothing besides its word and its time.
    pub(super) const fn new(word: EventWord, happened: Second) -> Self {
        Self {
            word,
            happened,
            order: None,
            follows: None,
            corrects: None,
            clock: None,
            day: None,
            at: None,
            minutes: None,
            contact_level: None,
            session: None,
            item: None,
            text: None,
            evidence: Vec::new(),
            checked: Vec::new(),
        }
    }
}

impl Desk {
    /// Records an event by its word.
    ///
    /// # Errors
    /// As every event; [`Error::Invalid`] if the word asks for something that is not given, or is for another role to record.
    pub async fn record_event(
        &self,
        actor: &Actor,
        case: CaseId,
        mut new: RecordEvent,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        self.check_record(&new)?;
        let checked = std::mem::take(&mut new.checked);
        let event = self.happened(case, new).await?;
        self.happen(actor, case, event, &checked, once).await
    }

    /// Refuses a word that there is not, and what is wanting or too much for it.
    pub(super) fn check_record(&self, new: &RecordEvent) -> Result<(), Error> {
        let Some(rule) = self.gate.policy.events().get(new.word.as_str()) else {
            return Err(Error::field("word", "is not a word for an event: see events.csv of the policy"));
        };
        check_form(rule, new)?;
        super::appointments::check_window(new)?;
        if new.word.manages_clocks() || new.word.as_str() == EventWord::GATE_WAIVED {
            new.text.as_ref().map_or(Ok(()), |why| self.weighs_enough("text", why))?;
        }
        Ok(())
    }

    /// Returns what a worker recorded as it happened.
    pub(super) async fn happened(&self, case: CaseId, new: RecordEvent) -> Result<Happened, Error> {
        let rule = self.word(new.word.as_str())?.clone();
        let named = match new.corrects.or(new.follows.filter(|_| new.word.is_about_clocks())) {
            Some(id) => self.gate.store.event(id).await?.filter(|found| found.case == case),
            None => None,
        };
        // A manager decides when it is recorded: a clock that is late is not waived yesterday.
        let happened = if new.word.manages_clocks() { self.now() } else { new.happened.moment() };
        let on = self.gate.policy.limits().local_day(happened);
        let category = named.as_ref().filter(|_| new.word.is_about_clocks()).map_or(rule.category, |one| one.category);
        Ok(Happened {
            category,
            order: new.order.or(named.as_ref().and_then(|one| one.order)),
            follows: new.follows,
            corrects: new.corrects,
            rule: new.clock.as_ref().map(Line::reveal).or(new.item.as_ref().map(Line::reveal)).map(str::to_owned),
            day: new.day,
            window: self.window_of(new.day, new.at, new.minutes),
            sets: new.contact_level.map(|level| format!("level:{level}")),
            summary: self.shown_of(&rule, category, (on, new.session), new.follows).await?,
            words: EventWords {
                text: new.text,
                evidence: new.evidence,
                level: new.contact_level,
                session: new.session,
                ..EventWords::default()
            },
            ..Happened::new(&rule, happened)
        })
    }

    /// Refuses a notice that he is to be arrested under an order from which nobody is recalled, and to say that one has a
    /// notice that is none.
    async fn check_notice(&self, new: &Happened) -> Result<(), Error> {
        if new.word.as_str() == EventWord::ACKNOWLEDGED {
            let notice = match new.follows {
                Some(id) => self.gate.store.event(id).await?,
                None => None,
            };
            if !notice.is_some_and(|notice| EventWord::NOTICES.contains(&notice.word.as_str())) {
                let say = "is no recall and no notice that he is at large: name the one that you have";
                return Err(Error::field("follows", say));
            }
        }
        let Some(order) = new.order.filter(|_| EventWord::NOTICES.contains(&new.word.as_str())) else { return Ok(()) };
        let kind = self.gate.store.order(order).await?.ok_or(Error::NotFound)?.kind;
        let rule = self.gate.policy.orders().of(kind);
        if rule.recall.contains(&new.word) {
            return Ok(());
        }
        let say = format!(
            "cannot be said under this order ({}): an officer would arrest him on it. Name the licence or the order that he \
             is recalled from; a breach goes to the court",
            rule.title
        );
        Err(Error::field("order", &say))
    }

    /// Refuses a word of others, and a waiver or an extension of a clock that does not run. Asked after policy has said that
    /// the actor may write here at all.
    pub(super) async fn check_word(&self, actor: &Actor, case: CaseId, new: &Happened) -> Result<(), Error> {
        let rule = self.word(new.word.as_str())?;
        if !rule.is_for(actor.role()) {
            let by: Vec<&str> = rule.by.iter().map(|role| role.as_str()).collect();
            return Err(Error::field("word", &format!("is recorded by {} alone: ask one of them", by.join(", "))));
        }
        if rule.of == EventOf::Order && new.order.is_none() {
            return Err(Error::field(
                "order",
                "is needed: the case has none, or more than one; say under which it happened",
            ));
        }
        if new.word.as_str() == RMP_APPROVED
            && let Some(latest) = self.gate.store.plans_of(case, None, 1).await?.first()
            && Some(latest.plan.author) == actor.worker()
        {
            let say = "is for another manager than the one who wrote the plan: ask a colleague to approve it";
            return Err(Error::field("word", say));
        }
        self.check_notice(new).await?;
        self.check_gate(actor, case, new).await?;
        let Some(clock) = new.rule.as_ref().filter(|_| new.word.manages_clocks()) else { return Ok(()) };
        let (_, clocks) = self.reckoned(case).await?;
        let named = |one: &&crate::model::clocks::Clock| {
            one.rule.name == *clock && new.follows.is_some_and(|id| one.trigger.parts.contains(&id))
        };
        match clocks.iter().find(named) {
            Some(found) if actor.role() != Some(found.rule.escalate) => {
                Err(Error::field("clock", &format!("is for {} to waive or extend: ask them", found.rule.escalate)))
            }
            Some(found) if found.state.is_open() => {
                let end = new.day.map(|day| self.gate.policy.clocks().calendar().of(None).end(day));
                let most = self.gate.policy.limits().due(Limit::ClockExtension, self.now());
                match (end, found.due) {
                    (Some(end), _) if end > most => Err(Error::field(
                        "day",
                        "is too far away: give a nearer day, and extend the clock again if it must be",
                    )),
                    (Some(end), Some(due)) if end <= due => {
                        Err(Error::field("day", "is not later than the clock has already: give a later day"))
                    }
                    _ => Ok(()),
                }
            }
            Some(_) => Err(Error::field("clock", "does not run any more: nothing was changed")),
            None => Err(Error::field(
                "clock",
                "was not started by the event that follows names: look at the clocks of the case",
            )),
        }
    }

    /// Returns what those see of an event who may see a summary of attendance.
    pub(super) async fn shown_of(
        &self,
        rule: &EventRule,
        category: Category,
        (on, session): (Day, Option<u8>),
        follows: Option<EventId>,
    ) -> Result<Option<Summary>, Error> {
        if category != Category::Attendance {
            return Ok(None);
        }
        let plain = |attended| Some(Attendance { on, attended, session, excused: None });
        let shown = match rule.shows {
            EventShows::Nothing => None,
            EventShows::Present => plain(Attended::Present),
            EventShows::Absent => plain(Attended::Absent),
            EventShows::SentAway => plain(Attended::SentAway),
            EventShows::Excused => {
                let absence: Option<Event> = match follows {
                    Some(id) => self.gate.store.event(id).await?,
                    None => None,
                };
                let on = absence.map_or(on, |absence| self.gate.policy.limits().local_day(absence.happened));
                Some(Attendance { on, attended: Attended::Absent, session, excused: Some(true) })
            }
        };
        Ok(shown.map(Summary::Attendance))
    }
}

/// Refuses what a word asks for and is not given, before anything is looked up.
fn check_form(rule: &EventRule, new: &RecordEvent) -> Result<(), Error> {
    few("evidence", &new.evidence)?;
    if rule.evidence == Evidence::Needed && new.evidence.is_empty() {
        return Err(Error::field("evidence", "is needed: name what shows it, such as a letter or a certificate"));
    }
    let word = rule.word.as_str();
    if is_of_address(word) {
        return Err(Error::field("word", "is recorded at a proposed address alone: propose one, or conclude on it"));
    }
    let manages = [EventWord::WAIVED, EventWord::EXTENDED].contains(&word);
    let waives = word == EventWord::GATE_WAIVED;
    let wanting = [
        (manages && new.clock.is_none(), "clock", "is needed: name the clock, such as NOS-CONTACT"),
        (manages && new.follows.is_none(), "follows", "is needed: name the event that started the clock"),
        (manages && new.text.is_none(), "text", "is needed: say why"),
        (word == EventWord::EXTENDED && new.day.is_none(), "day", "is needed: say until which day"),
        (word == EventWord::CORRECTION && new.corrects.is_none(), "corrects", "is needed: name what did not happen"),
        (word == EventWord::CORRECTION && new.text.is_none(), "text", "is needed: say what was wrong"),
        (
            word == EventWord::REPLACED,
            "word",
            "is recorded with the order that takes its place: record that order, and say there what it replaces",
        ),
        (!manages && new.clock.is_some(), "clock", "goes with a waiver or an extension alone: leave it out"),
        (word == "contact-level-set" && new.contact_level.is_none(), "contact_level", "is needed: say which"),
        (
            word != "contact-level-set" && new.contact_level.is_some(),
            "contact_level",
            "goes with contact-level-set alone: leave it out",
        ),
        (
            rule.shows == EventShows::Nothing && new.session.is_some(),
            "session",
            "goes with whether he came: leave it out",
        ),
        (manages && new.corrects.is_some(), "corrects", "does not go with a waiver or an extension: leave it out"),
        (
            word == EventWord::ACKNOWLEDGED && new.follows.is_none(),
            "follows",
            "is needed: name the recall or the notice that you have",
        ),
        (DAYS.contains(&word) && new.day.is_none(), "day", "is needed: say on which day that is"),
        (
            rule.category == Category::PoliceIntelligence && new.text.is_some(),
            "text",
            "does not belong here: give the reference as evidence; what was said stays with the police",
        ),
        (waives && new.item.is_none(), "item", "is needed: name the item of his gate, such as ls-cmi"),
        (waives && new.text.is_none(), "text", "is needed: say why"),
        (!waives && new.item.is_some(), "item", "goes with gate-waived alone: leave it out"),
        (word == EventWord::DETAILS_SENT, "word", "is recorded by sending them: post to the case's programme/details"),
        (word == EventWord::LISTED, "word", "is recorded by listing him: post to the case's programme"),
        (word == "excuse-accepted" && new.follows.is_none(), "follows", "is needed: name the absence"),
    ];
    match wanting.into_iter().find(|(is, ..)| *is) {
        Some((_, field, say)) => Err(Error::field(field, say)),
        None => Ok(()),
    }
}
