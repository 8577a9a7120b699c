//! A table of attendance: which of its lines could be recorded by hand as they stand.
//!
//! Promises: each line is checked and screened as an event that is recorded by hand; what is there already, as far as the
//! importer may know, and what stands in the table twice are wrong lines; an absence is excused on evidence, by an event
//! beside it.

use super::cases::Look;
use super::lines::Right;
use super::{Fault, TableLine};
use crate::desk::contacts::RecordContact;
use crate::desk::events::{Happened, event_question, said};
use crate::desk::orders::order_question;
use crate::desk::{Desk, Error};
use crate::model::clocks::EventWord;
use crate::model::events::{ContactKind, EventWords, Outcome};
use crate::model::id::{CaseId, EventId, OrderId};
use crate::model::imports::{AttendanceLine, NamedOrder, Places};
use crate::model::notes::Category;
use crate::model::orders::Hour;
use crate::model::summary::{Attended, Summary};
use crate::model::time::{Day, Moment, Second};
use crate::policy::permit::Action;
use crate::policy::{EventRule, EventShows};
use crate::store::chronology::Trace;
use std::collections::HashMap;

/// The event by which an absence is excused.
const EXCUSED: &str = "excuse-accepted";

/// What is told of an attendance that is there.
const THERE: &str = "is there already: the hub has his attendance at this kind of contact or session then, or on that day \
                     without a time. Leave the line out, write the time if it was another, or record it by hand";

impl Desk {
    /// Returns the lines that are right, those of one case together.
    pub(super) async fn right_attendance(
        &self,
        look: &mut Look<'_>,
        lines: &[TableLine],
        places: &Places,
    ) -> Result<Vec<Right>, Error> {
        let mut read = Vec::new();
        for line in lines {
            match AttendanceLine::read(places, line, look.today) {
                Ok(one) => read.push(one),
                Err(wrong) => look.faults.extend(wrong),
            }
        }
        let references: Vec<&str> = read.iter().map(|one| one.reference.as_str()).collect();
        self.find_cases(look, &references).await?;
        read.sort_by(|one, other| (&one.reference, one.line).cmp(&(&other.reference, other.line)));
        look.faults.extend(twice(&read));
        let mut right = Vec::new();
        let mut there: Option<(CaseId, Vec<Trace>)> = None;
        for one in read {
            let line = one.line;
            let fits = self.check_form(look, &one);
            let Some(case) = self.case_of(look, (line, &one.reference), &[Category::Attendance]).await? else {
                continue;
            };
            let of_case = match there.take() {
                Some((of, traces)) if of == case => traces,
                _ => self.attended_in(look, case).await?,
            };
            let is_there = self.attended_then(look, &of_case, &one).await?;
            there = Some((case, of_case));
            if is_there {
                look.wrong(line, "", THERE);
            }
            if fits && let Some(events) = self.attendance_of(look, case, one).await? {
                right.push(Right { line, case, order: None, events });
            }
            // A long table leaves the processor to others now and then.
            tokio::task::yield_now().await;
        }
        Ok(right)
    }

    /// Says whether a line has what its word asks for, and nothing that does not go with it.
    fn check_form(&self, look: &mut Look<'_>, one: &AttendanceLine) -> bool {
        let events = self.gate.policy.events();
        let Some(rule) = events.get(one.word.as_str()).filter(|rule| comes_in(rule)) else {
            let known: Vec<&str> = events.all().filter(|rule| comes_in(rule)).map(|rule| rule.word.as_str()).collect();
            let say = format!("is not a word that comes in by a table: write one of {}", known.join(", "));
            look.wrong(one.line, "word", &say);
            return false;
        };
        let contact = outcome(&one.word, false).is_some();
        let wrong = [
            (contact && one.contact.is_none(), "contact", "is empty: say how he was seen, or was to be"),
            (!contact && one.contact.is_some(), "contact", "goes with the contact words alone: leave it empty"),
            (!contact && one.unannounced, "unannounced", "goes with the contact words alone: leave it empty"),
            (
                contact && one.session.is_some(),
                "session",
                "goes with the sessions of a programme alone: leave it empty",
            ),
            (one.late && rule.shows != EventShows::Present, "late", "goes with somebody who came: leave it empty"),
            (
                one.excused.is_some() && rule.shows != EventShows::Absent,
                "excused",
                "goes with an absence alone: leave it empty",
            ),
        ];
        let mut fits = true;
        for (_, column, say) in wrong.into_iter().filter(|(wrong, ..)| *wrong) {
            look.wrong(one.line, column, say);
            fits = false;
        }
        fits
    }

    /// Returns what there is of attendance in a case.
    async fn attended_in(&self, look: &mut Look<'_>, case: CaseId) -> Result<Vec<Trace>, Error> {
        let mut traces = self.gate.store.chronology(case).await?;
        look.held.insert(case, traces.len());
        traces.retain(|trace| trace.category == Category::Attendance);
        Ok(traces)
    }

    /// Says whether the hub has what a line says, as far as the importer may know.
    async fn attended_then(&self, look: &Look<'_>, traces: &[Trace], one: &AttendanceLine) -> Result<bool, Error> {
        let local = self.gate.policy.clocks().calendar().of(None);
        let same = |trace: &&Trace| {
            let hour = (trace.happened != local.begin(one.day)).then_some(trace.happened);
            let given = one.time.map(|time| local.at(one.day, time.parts()));
            family(&trace.word) == family(&one.word)
                && local.day(trace.happened) == one.day
                && hour.zip(given).is_none_or(|(there, given)| there.seconds() / 60 == given.seconds() / 60)
        };
        let found: Vec<Trace> = traces.iter().filter(same).cloned().collect();
        if found.is_empty() {
            return Ok(false);
        }
        let of = |one: &Trace| {
            (event_question(Action::Read, one.id, Some(one.case), one.category, look.purpose), one.item())
        };
        Ok(!self.known_of(look.actor, found, of).await?.is_empty())
    }

    /// States what a line becomes, and checks and screens it as if it were recorded by hand.
    async fn attendance_of(
        &self,
        look: &mut Look<'_>,
        case: CaseId,
        one: AttendanceLine,
    ) -> Result<Option<Vec<(EventId, Happened)>>, Error> {
        let (line, when) = (one.line, if one.time.is_some() { "time" } else { "date" });
        let Some(order) = self.order_named(look, case, &one).await? else { return Ok(None) };
        let (event, excuse) = self.attended(order, one).await?;
        let id = EventId::random();
        let column = |field: &str| if field == "happened" { when } else { field }.to_owned();
        for event in [Some(&event), excuse.as_ref()].into_iter().flatten() {
            match self.check_event(look.actor, case, event).await {
                Ok(()) => {}
                Err(Error::Invalid { errors }) => look.refused(line, errors, column),
                Err(why) => return Err(why),
            }
            self.screened_line(look, (line, case), &said(&event.words), column).await?;
        }
        let excuse = excuse.map(|excuse| (EventId::random(), Happened { follows: Some(id), ..excuse }));
        Ok(Some([(id, event)].into_iter().chain(excuse).collect()))
    }

    /// Returns the order that a line names, or the only one of the case.
    async fn order_named(
        &self,
        look: &mut Look<'_>,
        case: CaseId,
        one: &AttendanceLine,
    ) -> Result<Option<OrderId>, Error> {
        let Some(named) = one.order else {
            let only = self.only_order(case).await?;
            if only.is_none() {
                let say = "is needed: the case has none, or more than one; say under which it was";
                look.wrong(one.line, "order", say);
            }
            return Ok(only);
        };
        let heads = self.gate.store.order_heads(case).await?;
        let of = |one: &crate::store::order_heads::OrderHead| {
            let question = order_question(Action::Read, one.id, Some(one.case), look.purpose);
            (question, one.item(Category::OrderConditions))
        };
        let mut known = self.known_of(look.actor, heads, of).await?;
        known.retain(|(head, _)| match named {
            NamedOrder::Kind(kind) => head.kind == kind,
            NamedOrder::Id(id) => head.id == id,
        });
        if let [(head, _)] = known.as_slice() {
            return Ok(Some(head.id));
        }
        let say = match known.len() {
            0 => "is no order of his that you may see: bring the order in first, or name another",
            _ => "is the kind of more than one order of his: write the id of the one that is meant",
        };
        look.wrong(one.line, "order", say);
        Ok(None)
    }

    /// States the event that a line says, and the one by which an absence is excused.
    async fn attended(&self, order: OrderId, one: AttendanceLine) -> Result<(Happened, Option<Happened>), Error> {
        let happened = self.moment_of(one.day, one.time);
        let rule = self.word(one.word.as_str())?;
        let (evidence, of_excuse) =
            if one.excused.is_some() { (Vec::new(), one.evidence) } else { (one.evidence, Vec::new()) };
        let mut event = match outcome(&one.word, one.late).zip(one.contact) {
            Some((outcome, kind)) => {
                let (happened, unannounced, text) = (Second::of(happened), one.unannounced, one.text);
                let (order, checked) = (Some(order), Vec::new());
                let new = RecordContact {
                    kind,
                    outcome,
                    happened,
                    order,
                    follows: None,
                    unannounced,
                    text,
                    evidence,
                    checked,
                };
                self.contact_event(new)?.0
            }
            None => {
                let contact = self.gate.policy.programmes().is_of_group(&one.word).then_some(ContactKind::Group);
                let summary = self.shown_of(rule, rule.category, (one.day, one.session), None).await?;
                let words =
                    EventWords { text: one.text, evidence, contact, session: one.session, ..EventWords::default() };
                Happened { order: Some(order), words, summary, ..Happened::new(rule, happened) }
            }
        };
        if one.late
            && let Some(Summary::Attendance(seen)) = event.summary.as_mut()
        {
            seen.attended = Attended::Late;
        }
        let Some(day) = one.excused else { return Ok((event, None)) };
        let rule = self.word(EXCUSED)?;
        let summary = self.shown_of(rule, rule.category, (one.day, one.session), None).await?;
        let words = EventWords { evidence: of_excuse, ..EventWords::default() };
        let accepted = self.moment_of(day, None).max(happened);
        Ok((event, Some(Happened { order: Some(order), words, summary, ..Happened::new(rule, accepted) })))
    }

    fn moment_of(&self, day: Day, time: Option<Hour>) -> Moment {
        let local = self.gate.policy.clocks().calendar().of(None);
        time.map_or_else(|| local.begin(day), |time| local.at(day, time.parts()))
    }
}

/// Says whether a word comes in by a table: whether he came, and what became of a contact.
fn comes_in(rule: &EventRule) -> bool {
    let shows = matches!(rule.shows, EventShows::Present | EventShows::Absent | EventShows::SentAway);
    rule.category == Category::Attendance && (shows || outcome(&rule.word, false).is_some())
}

/// Returns what became of a contact, if a word says that.
fn outcome(word: &EventWord, late: bool) -> Option<Outcome> {
    Some(match word.as_str() {
        "contact-kept" if late => Outcome::Late,
        "contact-kept" => Outcome::Kept,
        "contact-missed" => Outcome::Missed,
        "contact-sent-away" => Outcome::SentAway,
        "contact-called-off" => Outcome::CalledOff,
        _ => return None,
    })
}

/// Returns what words have in common that cannot be true of one contact or session together.
fn family(word: &EventWord) -> &str {
    word.as_str().split('-').next().unwrap_or_default()
}

/// Finds what stands in the table twice: each line but the first is wrong.
fn twice(read: &[AttendanceLine]) -> Vec<Fault> {
    let mut known: HashMap<(&str, &str, Day), Vec<Option<Hour>>> = HashMap::new();
    let mut faults = Vec::new();
    for one in read {
        let times = known.entry((one.reference.as_str(), family(&one.word), one.day)).or_default();
        if times.iter().any(|time| time.zip(one.time).is_none_or(|(time, given)| time == given)) {
            let say = "stands in this table before: he is at this kind of contact or session then. Leave one of the two lines \
                       out, or write the time of both";
            faults.push(Fault { line: one.line, column: None, say: say.to_owned() });
        }
        times.push(one.time);
    }
    faults
}
