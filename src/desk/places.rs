//! A man's place in a programme: on the waiting list from a day on, then through its stages; with his gate, item by item.
//!
//! Promises: the day from which he waits is kept whatever happens later. Whoever may read whole whether he came sees the
//! gate; whoever may see a summary of it sees how far he is and nothing of the gate; nobody else sees that there is one.

use super::commencement::{GateState, gate, progress};
use super::events::{Happened, OpenEvent, event_question};
use super::programmes::Group;
use super::{Desk, Error, Once, Recorded, Written};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::clocks::EventWord;
use crate::model::id::{CaseId, EventId, OrderId, PlaceId};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use crate::model::text::Line;
use crate::model::time::{Day, Moment};
use crate::policy::permit::{Action, Level};
use crate::policy::programmes::Template;
use crate::store::chronology::Trace;
use crate::store::effect::Supervision;
use crate::store::orders::plain;
pub use crate::store::places::PlaceRow;
use crate::store::programmes::ProgrammeAct;
use serde::Deserialize;

/// Somebody is put on a waiting list, as a worker records it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListForProgramme {
    /// For which programme: a name of `policies/programmes.csv`.
    pub programme: Line<40>,
    /// For which version; the one whose day came last, if it is left out.
    #[serde(default)]
    pub version: Option<Line<40>>,
    /// Under which order; needed if the case has more than one.
    #[serde(default)]
    pub order: Option<OrderId>,
    /// From when on he waits; today, if it is left out.
    #[serde(default)]
    pub listed: Option<Day>,
}

/// A stage of a programme, as far as he is.
#[derive(Debug)]
pub struct StageLine {
    /// Its word.
    pub stage: String,
    /// What people call it.
    pub title: String,
    /// How many times at least; nothing: not set.
    pub least: Option<u8>,
    /// How many times at most; nothing: not set.
    pub most: Option<u8>,
    /// How many times it was.
    pub done: usize,
}

/// An item of his gate.
#[derive(Debug)]
pub struct GateLine {
    /// Its word.
    pub item: String,
    /// What people call it.
    pub title: String,
    /// How far it is.
    pub state: GateState,
    /// How many times it has been done.
    pub have: usize,
    /// How many times are needed.
    pub need: u8,
    /// The events that did it, as far as the reader may know of them.
    pub done: Vec<(EventId, Moment)>,
    /// When what was sent was said to be there.
    pub received: Option<Moment>,
    /// Who waived it, and why.
    pub waived: Option<OpenEvent>,
    /// The words of the events that do it.
    pub words: Vec<EventWord>,
    /// Who can do it; empty: whoever may write of it.
    pub by: Vec<Role>,
    /// Who can waive it.
    pub waive: Vec<Role>,
    /// Where it is written that it is needed.
    pub source: String,
    /// Whether the source says so.
    pub verified: bool,
}

/// His place in a programme, as far as the reader may know of it.
#[derive(Debug)]
pub struct CaseProgramme {
    /// The place.
    pub place: PlaceRow,
    /// What people call the programme.
    pub title: String,
    /// The version by which he goes.
    pub version: String,
    /// His group.
    pub group: Option<Group>,
    /// When he began.
    pub started: Option<Moment>,
    /// He is suspended, by a decision about him alone.
    pub suspended: bool,
    /// The group has ended for him.
    pub ended: bool,
    /// The last stage of which anything has happened.
    pub stage: Option<String>,
    /// Its stages.
    pub stages: Vec<StageLine>,
    /// How many sessions of the group he has attended.
    pub attended: usize,
    /// How many there are at most; nothing: not set.
    pub planned: Option<u8>,
    /// His gate; nothing for those who see a summary.
    pub gate: Option<Vec<GateLine>>,
}

impl Desk {
    /// Puts somebody on the waiting list of a programme.
    ///
    /// # Errors
    /// As every event: [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] for a programme, a version or an order
    /// that there is not; [`Error::Conflict`] if he has a place under that order.
    pub async fn list_for_programme(
        &self,
        actor: &Actor,
        case: CaseId,
        new: ListForProgramme,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let today = self.gate.policy.limits().local_day(self.now());
        let listed = new.listed.unwrap_or(today);
        if listed > today {
            return Err(Error::field("listed", "is in the future: write the day from which he waits"));
        }
        // An early hour of that day, which is over whatever the time of day is now.
        let local = self.gate.policy.clocks().calendar().of(None);
        let event = Happened {
            order: new.order,
            day: Some(listed),
            ..Happened::new(self.word(EventWord::LISTED)?, local.begin(listed))
        };
        let ready = self.ready(actor, case, event, &[]).await?;
        let chosen = self.chosen_template(new.programme.reveal(), new.version.as_ref().map(Line::reveal));
        let (template, order) = match (chosen, ready.event.order) {
            (Ok(template), Some(order)) => (template, order),
            (Err(why), _) => return Err(self.declined(ready.permit, why).await),
            (Ok(_), None) => return Err(self.declined(ready.permit, Error::field("order", "is needed")).await),
        };
        let place = PlaceRow {
            id: PlaceId::random(),
            case,
            order,
            programme: template.name.clone(),
            version: template.version.clone(),
            listed,
            author: ready.event.author,
            agency: ready.event.agency.clone(),
            created: ready.event.created,
        };
        let answer = serde_json::json!({
            "id": place.id, "case": case, "order": order, "programme": place.programme, "version": place.version,
            "listed": listed, "event": ready.event.id,
        });
        let effect = Supervision::Programme(ProgrammeAct::List(Box::new(place), Box::new(ready.event)));
        self.write(ready.permit, &ready.question.by(actor), None, effect.into(), once.as_ref(), answer).await
    }

    /// Shows his places in programmes, each as far as the worker may know of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it.
    pub async fn programmes_of(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
    ) -> Result<(Vec<CaseProgramme>, Recorded), Error> {
        let recorded = self.looks_at(actor, case, purpose).await?;
        let purpose = self.purpose(actor, purpose);
        let places = self.gate.store.places_of(case).await?;
        let of = |place: &PlaceRow| {
            let question = event_question(Action::Read, EventId::random(), Some(case), Category::Attendance, purpose);
            (question, plain(Category::Attendance, place.agency.clone()))
        };
        let known = self.known_of(actor, places, of).await?;
        let events = self.gate.store.chronology(case).await?;
        let mut shown = Vec::new();
        for (place, level) in known.into_iter().filter(|(_, level)| *level <= Level::Summary) {
            shown.push(self.programme_of(actor, place, level, (&events, purpose)).await?);
        }
        Ok((shown, recorded))
    }

    async fn programme_of(
        &self,
        actor: &Actor,
        place: PlaceRow,
        level: Level,
        (events, purpose): (&[Trace], Purpose),
    ) -> Result<CaseProgramme, Error> {
        let home = self.home_of(&place).await?;
        let template = self.template_of(&place, home).await?;
        let standing = self.standing_of(events, &place);
        let progress = progress(template, &standing);
        let group_stage = self.gate.policy.programmes().group_of(template);
        let stages = stages(template, &progress.done);
        let attended = template.stages.iter().zip(&progress.done).find(|(stage, _)| *stage == group_stage);
        let attended = attended.map(|(_, done)| *done).unwrap_or_default();
        let gate = match level {
            Level::Full => Some(self.gate_of(actor, &place, template, (&standing, purpose)).await?),
            _ => None,
        };
        let group = match home.filter(|_| level == Level::Full) {
            Some(id) => self.gate.store.group(id).await?,
            None => None,
        };
        Ok(CaseProgramme {
            title: template.title.clone(),
            version: template.version.clone(),
            group,
            started: progress.started,
            suspended: progress.suspended,
            ended: progress.ended,
            stage: stages.iter().rev().find(|stage| stage.done > 0).map(|stage| stage.stage.clone()),
            stages,
            attended,
            planned: group_stage.most,
            gate,
            place,
        })
    }

    async fn gate_of(
        &self,
        actor: &Actor,
        place: &PlaceRow,
        template: &Template,
        (standing, purpose): (&[&Trace], Purpose),
    ) -> Result<Vec<GateLine>, Error> {
        let received = self.arrivals(place.case).await?;
        let of =
            |one: &Trace| (event_question(Action::Read, one.id, Some(one.case), one.category, purpose), one.item());
        let mut lines = Vec::new();
        for one in gate(template, standing, &received) {
            let known = self.known_of(actor, one.done.iter().map(|event| (*event).clone()).collect(), of).await?;
            let known = known.into_iter().filter(|(_, level)| *level <= Level::Summary);
            let waived = match one.waived {
                Some(event) => Some(self.event(actor, event.id, Some(purpose)).await?),
                None => None,
            };
            lines.push(GateLine {
                item: one.item.item.clone(),
                title: one.item.title.clone(),
                state: one.state,
                have: one.done.len(),
                need: one.item.met.times(),
                done: known.map(|(event, _)| (event.id, event.happened)).collect(),
                received: one.received,
                waived,
                words: one.item.met.words().to_vec(),
                by: one.item.by.clone(),
                waive: one.item.waive.clone(),
                source: one.item.source.clone(),
                verified: one.item.verified,
            });
        }
        Ok(lines)
    }

    /// Lists those of the worker's own cases who wait for a group, the longest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the actor has no cases by role; [`Error::Invalid`] if `after` is no place in this list.
    pub async fn waiting_list(
        &self,
        actor: &Actor,
        purpose: Option<Purpose>,
        after: Option<PlaceId>,
        limit: i64,
    ) -> Result<(Vec<PlaceRow>, Option<PlaceId>, Recorded), Error> {
        let (scope, recorded) = self.own_list(actor).await?;
        let purpose = self.purpose(actor, purpose);
        let mut place = match after {
            None => None,
            Some(id) => {
                let found = self.gate.store.place(id).await?;
                let known = self.places_known(actor, found.into_iter().collect(), purpose).await?;
                let last = known.first().ok_or_else(super::no_place)?;
                Some((last.listed, last.id))
            }
        };
        let mut shown: Vec<PlaceRow> = Vec::new();
        // A page is full of what the worker may know: a short one would tell of what they may not.
        while (shown.len() as i64) < limit {
            let page = self.gate.store.who_waits(&scope, place, super::PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            place = Some((last.listed, last.id));
            shown.extend(self.places_known(actor, page, purpose).await?);
        }
        shown.truncate(usize::try_from(limit).unwrap_or_default());
        let next = (shown.len() as i64 == limit).then(|| shown.last().map(|one| one.id)).flatten();
        Ok((shown, next, recorded))
    }

    /// Returns those places of which the worker may read whole, each by its own question.
    async fn places_known(
        &self,
        actor: &Actor,
        places: Vec<PlaceRow>,
        purpose: Purpose,
    ) -> Result<Vec<PlaceRow>, Error> {
        let mut known = Vec::new();
        for place in places {
            let of = |one: &PlaceRow| {
                let category = Category::Attendance;
                let question = event_question(Action::Read, EventId::random(), Some(one.case), category, purpose);
                (question, plain(category, one.agency.clone()))
            };
            let found = self.known_of(actor, vec![place], of).await?;
            known.extend(found.into_iter().filter(|(_, level)| *level == Level::Full).map(|(place, _)| place));
        }
        Ok(known)
    }
}

fn stages(template: &Template, done: &[usize]) -> Vec<StageLine> {
    let line = |(stage, done): (&crate::policy::programmes::Stage, &usize)| StageLine {
        stage: stage.stage.clone(),
        title: stage.title.clone(),
        least: stage.least,
        most: stage.most,
        done: *done,
    };
    template.stages.iter().zip(done).map(line).collect()
}
