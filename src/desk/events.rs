//! What happens while a man is supervised: recorded, listed, read. The chronology of a case.
//!
//! Promises: an event is never changed, what was wrong is put right by another that follows it; whom an event alerts is
//! settled by `raises.csv` and committed with it; whoever records it learns nothing of who was alerted.

use super::goes::{Goes, Said};
use super::levels::Seen;
use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::clocks::EventWord;
use crate::model::events::EventWords;
use crate::model::facts::Item;
use crate::model::id::{AgencyId, CaseId, EventId, OrderId, WorkerId};
use crate::model::notes::Category;
use crate::model::screen::Form;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::summary::Summary;
use crate::model::text::Line;
use crate::model::time::{Day, Moment};
use crate::policy::checks::How;
use crate::policy::permit::{Action, Level, Permit};
use crate::policy::{EventOf, EventRule};
use crate::store::alerts::NewAlert;
use crate::store::effect::Supervision;
pub use crate::store::events::Event;
use crate::store::events::place;

/// How far a clock of another machine may run ahead, in seconds: what happened later than that has not happened.
const AHEAD_SECONDS: i64 = 300;

/// Who records, for whom, and when.
pub(super) struct By {
    pub(super) case: CaseId,
    pub(super) author: WorkerId,
    pub(super) agency: AgencyId,
    pub(super) at: Moment,
}

/// Something that happened, before it is sealed.
pub(super) struct Happened {
    pub(super) word: EventWord,
    pub(super) category: Category,
    pub(super) order: Option<OrderId>,
    pub(super) happened: Moment,
    pub(super) follows: Option<EventId>,
    pub(super) corrects: Option<EventId>,
    pub(super) rule: Option<String>,
    pub(super) day: Option<Day>,
    pub(super) sets: Option<String>,
    pub(super) window: Option<(Moment, Moment)>,
    pub(super) words: EventWords,
    pub(super) summary: Option<Summary>,
}

impl Happened {
    /// Returns a bare event of a word that is known.
    pub(super) fn new(rule: &EventRule, happened: Moment) -> Self {
        Self {
            word: rule.word.clone(),
            category: rule.category,
            order: None,
            happened,
            follows: None,
            corrects: None,
            rule: None,
            day: None,
            sets: None,
            window: None,
            words: EventWords::default(),
            summary: None,
        }
    }
}

/// Something that happened, decided on and sealed, before it is written.
pub(super) struct Ready {
    pub(super) question: Question,
    pub(super) permit: Permit,
    pub(super) event: Event,
    pub(super) alerts: Vec<NewAlert>,
}

/// One line of a chronology: no words, and no more than the reader may know.
#[derive(Debug)]
pub struct EventLine {
    /// What stands in clear.
    pub event: Event,
    /// How much of it the reader may see.
    pub level: Level,
}

/// An event that was opened.
#[derive(Debug)]
pub struct OpenEvent {
    /// What stands in clear.
    pub event: Event,
    /// What was opened of it.
    pub seen: Seen<EventWords>,
}

impl Desk {
    /// Records that something happened.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Refused`];
    /// [`Error::Invalid`] if it has not happened yet, or what it follows or falls under is not of this case.
    pub(super) async fn happen(
        &self,
        actor: &Actor,
        case: CaseId,
        new: Happened,
        checked: &[Form],
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let ready = self.ready(actor, case, new, checked).await?;
        self.recorded(actor, ready, None, once).await
    }

    /// Writes what is ready.
    pub(super) async fn recorded(
        &self,
        actor: &Actor,
        ready: Ready,
        item: Option<Item>,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        let Ready { question, permit, event, alerts } = ready;
        let critical = self.is_critical(&event.word);
        let mut answer = serde_json::json!({
            "id": event.id, "case": event.case, "order": event.order, "word": event.word, "happened": event.happened,
            "recorded": event.created,
        });
        if critical {
            answer["say"] = super::raising::RING.into();
        }
        let effect = Supervision::Happen(vec![event], alerts).into();
        self.write(permit, &question.by(actor), item, effect, once.as_ref(), answer).await
    }

    /// Decides on something that happened, looks at its words and seals it, with the alerts that it raises: all but the
    /// writing.
    pub(super) async fn ready(
        &self,
        actor: &Actor,
        case: CaseId,
        new: Happened,
        checked: &[Form],
    ) -> Result<Ready, Error> {
        let id = EventId::random();
        let question = event_question(Action::Create, id, Some(case), new.category, self.purpose(actor, None));
        let ask = question.by(actor);
        let (true, Some(author)) = (self.gate.store.has_case(actor, case).await?, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        self.readied(actor, (question, permit), (case, author, id), new, checked).await
    }

    /// The same for whoever has the permit already.
    pub(super) async fn readied(
        &self,
        actor: &Actor,
        (question, permit): (Question, Permit),
        (case, author, id): (CaseId, WorkerId, EventId),
        mut new: Happened,
        checked: &[Form],
    ) -> Result<Ready, Error> {
        new.order = match new.order {
            None if self.word(new.word.as_str())?.of == EventOf::Order => self.only_order(case).await?,
            given => given,
        };
        let mut checks = self.check_event(actor, case, &new).await;
        if checks.is_ok() {
            checks = self.check_evening(case, &new).await;
        }
        if let Err(why) = checks {
            return Err(self.declined(permit, why).await);
        }
        let permit = self.screened(actor, permit, case, (Goes::HisRecord, &said(&new.words), checked)).await?;
        let mut alerts = self.alerts_of(actor, case, &new).await?;
        alerts.extend(self.put_around(actor, case, (new.word.as_str(), How::Tell), &alerts).await?.alerts);
        if let Some(id) = new.corrects
            && let Some(was) = self.gate.store.event(id).await?
        {
            alerts.extend(self.put_right(actor, case, was.word.as_str(), &alerts).await?);
        }
        let by = By { case, author, agency: actor.agency().clone(), at: self.now() };
        let event = self.sealed_event(&by, id, new).await?;
        Ok(Ready { question, permit, event, alerts })
    }

    /// Returns the order of a case that has one alone: then nobody need say under which something happened.
    pub(super) async fn only_order(&self, case: CaseId) -> Result<Option<OrderId>, Error> {
        let orders = self.gate.store.orders_of(case, None, 2).await?;
        Ok(orders.first().filter(|_| orders.len() == 1).map(|order| order.id))
    }

    /// Refuses what has not happened, and what belongs to another case.
    pub(super) async fn check_event(&self, actor: &Actor, case: CaseId, new: &Happened) -> Result<(), Error> {
        if new.happened > self.now().plus_seconds(AHEAD_SECONDS) {
            return Err(Error::field("happened", "is in the future: record it when it has happened"));
        }
        if let Some(order) = new.order
            && self.gate.store.order(order).await?.is_none_or(|found| found.case != case)
        {
            return Err(Error::field("order", "is not an order of this case: choose one of its list"));
        }
        for (field, named) in [("follows", new.follows), ("corrects", new.corrects)] {
            if let Some(named) = named
                && self.gate.store.event(named).await?.is_none_or(|found| found.case != case)
            {
                return Err(Error::field(field, "is not an event of this case: choose one of its list"));
            }
        }
        self.check_correction(actor, case, new).await?;
        self.check_word(actor, case, new).await
    }

    /// Refuses to put right what another agency recorded, what is for another role to record, and what the actor could not
    /// have recorded: nobody takes a recall off the card by an attendance.
    async fn check_correction(&self, actor: &Actor, case: CaseId, new: &Happened) -> Result<(), Error> {
        let Some(id) = new.corrects else { return Ok(()) };
        if let Some(newer) = self.gate.store.chronology(case).await?.iter().find(|one| one.corrects == Some(id)) {
            let say = format!("has been put right already, by the event {}: put that one right", newer.id);
            return Err(Error::field("corrects", &say));
        }
        let was = self.gate.store.event(id).await?.ok_or(Error::NotFound)?;
        let question =
            event_question(Action::Create, EventId::random(), Some(case), was.category, self.purpose(actor, None));
        let facts = self.gate.facts(&question.by(actor), None).await?;
        let writes = self.gate.policy.would_permit(&question.by(actor), &facts);
        let own = &was.agency == actor.agency() && self.word(was.word.as_str())?.is_for(actor.role());
        if writes && own && !new.word.manages_clocks() {
            return Ok(());
        }
        let say = "is not yours to put right: ask the agency that recorded it, and there somebody who may record it";
        Err(Error::field("corrects", say))
    }

    /// Seals an event.
    pub(super) async fn sealed_event(&self, by: &By, id: EventId, new: Happened) -> Result<Event, Error> {
        let at = place(by.case, id);
        let Happened { word, category, order, happened, follows, corrects, rule, day, sets, window, words, summary } =
            new;
        Ok(Event {
            id,
            case: by.case,
            order,
            word,
            category,
            author: by.author,
            agency: by.agency.clone(),
            happened,
            created: by.at,
            follows,
            corrects,
            rule,
            day,
            sets,
            window,
            words: self.seal(at, &words).await?,
            summary: self.seal_if(at, summary.as_ref()).await?,
        })
    }

    /// Returns what is known of a word that the program itself records: no policy is loaded that lacks one.
    pub(super) fn word(&self, word: &str) -> Result<&EventRule, Error> {
        self.gate.policy.events().get(word).ok_or(Error::Unknown)
    }

    /// Lists a case's events, those recorded last first, each as far as the worker may know of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Invalid`] if `before` is no
    /// place in this list.
    pub async fn events(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
        before: Option<EventId>,
        limit: i64,
    ) -> Result<(Vec<EventLine>, Option<EventId>, Recorded), Error> {
        let recorded = self.looks_at(actor, case, purpose).await?;
        let purpose = self.purpose(actor, purpose);
        let mut place = match before {
            None => None,
            Some(id) => {
                let found = self.gate.store.event(id).await?.filter(|one| one.case == case);
                let known = self.event_lines(actor, found.into_iter().collect(), purpose).await?;
                let line = known.first().ok_or_else(super::no_place)?;
                Some((line.event.created, line.event.id))
            }
        };
        let mut shown = Vec::new();
        // A page is full of what the worker may know: a short one would tell of what they may not.
        while (shown.len() as i64) < limit {
            let page = self.gate.store.events_of(case, place, super::PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            place = Some((last.created, last.id));
            shown.extend(self.event_lines(actor, page, purpose).await?);
        }
        shown.truncate(usize::try_from(limit).unwrap_or_default());
        let next = (shown.len() as i64 == limit).then(|| shown.last().map(|one| one.event.id)).flatten();
        Ok((shown, next, recorded))
    }

    pub(super) async fn event_lines(
        &self,
        actor: &Actor,
        found: Vec<Event>,
        purpose: Purpose,
    ) -> Result<Vec<EventLine>, Error> {
        let found = self.carded_events(actor, found, |one| (one.case, one.order)).await?;
        let of =
            |one: &Event| (event_question(Action::Read, one.id, Some(one.case), one.category, purpose), one.item());
        let known = self.known_of(actor, found, of).await?;
        Ok(known.into_iter().map(|(event, level)| EventLine { event, level }).collect())
    }

    /// Shows an event: all of it, or its summary to those who may see no more.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`].
    pub async fn event(&self, actor: &Actor, id: EventId, purpose: Option<Purpose>) -> Result<OpenEvent, Error> {
        let purpose = self.purpose(actor, purpose);
        let found = self.gate.store.event(id).await?.into_iter().collect();
        let found = self.carded_events(actor, found, |one| (one.case, one.order)).await?.pop();
        let (case, category) =
            found.as_ref().map_or((None, Category::Identity), |found| (Some(found.case), found.category));
        let question = event_question(Action::Read, id, case, category, purpose);
        let Some(event) = found else {
            return Err(self.gate.asked_for_nothing(&question.by(actor)).await.into());
        };
        let item: Item = event.item();
        let seen = self.opened_as_far(actor, question, item, (event.words.clone(), event.summary.clone())).await?;
        Ok(OpenEvent { event, seen })
    }
}

pub(super) const fn event_question(
    action: Action,
    id: EventId,
    case: Option<CaseId>,
    category: Category,
    purpose: Purpose,
) -> Question {
    Question { action, record: Record::Event(id), case, about: None, category, purpose }
}

/// Returns the texts of an event with their fields: they are read in his record.
pub(super) fn said(words: &EventWords) -> Vec<Said<'_>> {
    let mut said: Vec<Said<'_>> = words.evidence.iter().map(|line| ("evidence", Line::reveal(line))).collect();
    said.extend(words.text.as_ref().map(|text| ("text", text.reveal())));
    said
}
