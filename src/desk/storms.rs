//! Alerts of an agency that came all at once: what women may be told of them waits until two people have looked.
//!
//! A table that was brought in twice, or a system that has gone wrong, tells a hundred women something that is not so, and
//! nobody can take it back. So if more of one agency's alerts that are meant for women's and children's services too come in an
//! hour than `limits.csv` says, that is a storm; whether anybody of such a service is there is not looked at, so it tells
//! nobody that she is. Every worker gets every alert of it as ever, at once, and its ladder goes on; the words that she may be
//! told are held back, until two officers of two agencies have said that the alerts were right, and for good if they say that
//! they were not.
//!
//! Promises: whoever could be told something held back sees that it is, and whom to telephone; when a storm ends, everybody who
//! had such an alert hears how, once a case; of each agency the newest word counts, and no two words are said without knowing
//! of one another; it is found within a second by whichever node looks first. Nothing is taken from any inbox.
//! Must never know: the words of an alert.

use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::gate;
use crate::model::agencies::Role;
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::id::{AgencyId, AlertId, CaseId, EntryId, StormId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::text::Prose;
use crate::model::time::Moment;
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store;
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::effect::{Effect, Storming};
pub use crate::store::storms::{Storm, StormWord};
use serde::Deserialize;
use std::collections::HashSet;

/// How many cases one look tells of the end of a storm, so that nothing else waits for it.
const TOLD_AT_ONCE: i64 = 50;

/// Hours of the time over which what is usual is reckoned are never fewer.
const HOURS_LEAST: i64 = 1;

/// How often somebody's word is tried where others say theirs at the same moment.
const TRIES: usize = 8;

const BEGUN: &str = "Very many alerts of one agency came at once. Workers have them, but what women may be told of them is held \
                     back. Telephone that agency, find out whether they are right, and say so under storms. It takes two \
                     officers of two agencies.";

const RIGHT: &str = "Alerts that came all at once in this case have been looked at and are right. What she may be told is shown \
                     with each of them again.";

const WRONG: &str = "Alerts that came all at once in this case were found not to be right. Tell her nothing because of them before you \
                     have asked his case manager. If you told her already, telephone his case manager now and put it right with her.";

/// Whether the alerts of a storm were right.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgeStorm {
    /// As far as the officer has found out.
    pub right: bool,
}

/// Why the words that she may be told are not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBack {
    /// The storm.
    pub storm: StormId,
    /// Since when.
    pub since: Moment,
    /// Whether it is known that the alert was a mistake.
    pub mistaken: bool,
}

/// The last storms, with what was said of each.
#[derive(Debug)]
pub struct Storms {
    /// Newest first.
    pub items: Vec<(Storm, Vec<StormWord>)>,
    /// Where the looking stands in the log.
    pub recorded: Recorded,
}

/// Up to where was looked, and of which ended storms everybody has heard.
#[derive(Debug, Default)]
pub struct Lookout {
    index: Option<i64>,
    told: HashSet<StormId>,
}

impl Desk {
    /// Finds storms, and tells how they ended; returns how much was written. Looks at nothing while nothing happens.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Store`]: then it is found again with the next look.
    pub async fn watch_storms(&self, look: &mut Lookout, hub: &AgencyId) -> Result<usize, Error> {
        let desk = self.clone();
        let index = desk.gate.store.last_index().await?;
        if look.index == Some(index) {
            return Ok(0);
        }
        let count = desk.find_storms(hub).await? + desk.tell_of_ends(look, hub).await?;
        // What was written here may be the beginning of something.
        look.index = (count == 0).then_some(index);
        Ok(count)
    }

    async fn find_storms(&self, hub: &AgencyId) -> Result<usize, Error> {
        let (store, limits, now) = (&self.gate.store, self.gate.policy.limits(), self.now());
        let least = limits.rate(Limit::StormLeast);
        let (hour, kinds) = (now.plus_seconds(-least.within_s), self.kinds_for_her());
        let mut count = 0;
        for (agency, alerts) in store.crowded(hour, least.times, &kinds).await? {
            let before = (limits.begun(Limit::StormUsual, now), hour);
            let usual = store.alerts_between(&agency, before, &kinds).await?;
            let hours = (limits.hours(Limit::StormUsual) - least.within_s / 3_600).max(HOURS_LEAST);
            let normal = usual / hours;
            if alerts <= normal.saturating_mul(i64::try_from(limits.most(Limit::StormTimes)).unwrap_or(i64::MAX)) {
                continue;
            }
            let number = store.next_storm(&agency).await?;
            // What was judged once stays judged: it belongs to no later storm.
            let since = store.last_storm_end(&agency).await?.map_or(hour, |end| end.max(hour));
            let storm = Storm { id: StormId::random(), agency, number, since, began: now, alerts, normal, end: None };
            tracing::warn!(
                alerts,
                normal,
                "alerts of one agency came all at once: what women may be told is held back"
            );
            let officers = store.officers_of(&storm.agency, None, None).await?;
            let notices = self.to_oversight("hub", HubKind::StormBegun, Severity::Critical, BEGUN, &officers).await?;
            self.serve_storm(hub, storm.id, Storming::Begin(Box::new(storm), notices)).await?;
            count += 1;
        }
        Ok(count)
    }

    /// Returns the kinds of alert that are meant for women's and children's services too, each between commas.
    fn kinds_for_her(&self) -> String {
        let hers = |role: &Role| role.is_womens() || *role == Role::ChildrensWorker;
        let kinds = self.gate.policy.alert_kinds().iter().filter(|kind| kind.to.iter().any(hers));
        let mut text = format!(",{},", HubKind::NoteShared.word());
        for kind in kinds {
            text.push_str(&kind.kind);
            text.push(',');
        }
        text
    }

    async fn tell_of_ends(&self, look: &mut Lookout, hub: &AgencyId) -> Result<usize, Error> {
        let (store, kinds) = (&self.gate.store, self.kinds_for_her());
        let mut count = 0;
        for storm in store.storms().await? {
            let Some((right, ended)) = storm.end.filter(|_| !look.told.contains(&storm.id)) else { continue };
            let cases = store.untold_of_storm(&storm, ended, (&kinds, TOLD_AT_ONCE)).await?;
            if cases.is_empty() {
                look.told.insert(storm.id);
            }
            for case in cases {
                let notice = self.notice_of_end(&storm, right, case, ended).await?.map(Box::new);
                self.serve_storm(hub, storm.id, Storming::Tell(storm.id, case, notice)).await?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// Prepares what those in women's and children's services are told of a case, as far as they can open it still.
    async fn notice_of_end(
        &self,
        storm: &Storm,
        right: bool,
        case: CaseId,
        ended: Moment,
    ) -> Result<Option<NewAlert>, Error> {
        let head = AlertHead {
            id: AlertId::random(),
            case: Some(case),
            author: "hub".to_owned(),
            agency: storm.agency.clone(),
            about: None,
            kind: HubKind::StormEnded.word(),
            // Each who works on cases reads it, because it holds nothing of this one.
            category: Category::SupervisionStatus,
            severity: if right { Severity::Normal } else { Severity::Critical },
            note: None,
            raised: self.now(),
        };
        let mut recipients = Vec::new();
        for worker in self.gate.store.told_in_storm(storm, ended, (&self.kinds_for_her(), case)).await? {
            if self.could_open(&head, worker).await? {
                recipients.push(worker);
            }
        }
        if recipients.is_empty() {
            return Ok(None);
        }
        let text = Prose::new(if right { RIGHT } else { WRONG }).map_err(|_| Error::Unknown)?;
        let words = self.seal(head.place(), &AlertText { text, may_tell_her: None }).await?;
        Ok(Some(NewAlert { head, words, recipients }))
    }

    async fn serve_storm(&self, hub: &AgencyId, storm: StormId, act: Storming) -> Result<(), Error> {
        let service = Actor::service("storms", hub.clone());
        let question = Question {
            action: Action::Raise,
            record: Record::Storm(storm),
            case: None,
            about: None,
            category: Category::Audit,
            purpose: Purpose::VictimSafety,
        };
        match self.gate.serve(&question.by(&service), act.into()).await {
            Ok(_) => Ok(()),
            // Another node was faster.
            Err(gate::Error::Store(store::Error::Taken)) => Err(Error::Busy),
            Err(error) => Err(error.into()),
        }
    }

    /// Lists the last storms.
    ///
    /// # Errors
    /// [`Error::Refused`] for whoever does not answer for an agency.
    pub async fn storms(&self, actor: &Actor) -> Result<Storms, Error> {
        let question = self.storm_question(actor, Record::Search(EntryId::random()));
        let receipt = self.gate.pass(&question.by(actor), None, Effect::Disclose(Vec::new()).into()).await?;
        let mut items = Vec::new();
        for storm in self.gate.store.storms().await? {
            let words = self.gate.store.storm_words(storm.id).await?;
            items.push((storm, words));
        }
        Ok(Storms { items, recorded: Recorded::from(&receipt) })
    }

    /// Records whether an officer has found the alerts of a storm right. It ends once the newest words of two agencies, by two people, are
    /// the same. Until then whoever has found out otherwise says so: what was said before stays in the record.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Conflict`] if that is what they have said, or it is over; [`Error::Busy`] if
    /// others never cease to say something at the same moment.
    pub async fn judge_storm(
        &self,
        actor: &Actor,
        id: StormId,
        said: JudgeStorm,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        for _ in 0..TRIES {
            if let Some(before) = self.repeated(actor, once.as_ref()).await? {
                return Ok(before);
            }
            if let Some(written) = self.says_of_storm(actor, id, said.right, once.as_ref()).await? {
                return Ok(written);
            }
        }
        Err(Error::Busy)
    }

    /// Records one word about a storm; nothing if somebody else said one at the same moment.
    async fn says_of_storm(
        &self,
        actor: &Actor,
        id: StormId,
        right: bool,
        once: Option<&Once>,
    ) -> Result<Option<Written>, Error> {
        let question = self.storm_question(actor, Record::Storm(id));
        let ask = question.by(actor);
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let found = self.gate.store.storm(id).await?;
        let Some(storm) = found else { return Err(self.gate.asked_for_nothing(&ask).await.into()) };
        let permit = self.gate.decide(&ask, None).await?;
        let standing = self.gate.store.standing_words(id).await?;
        let said_before =
            standing.iter().any(|word| word.worker == worker && &word.agency == actor.agency() && word.right == right);
        if storm.end.is_some() || said_before {
            return Err(self.declined(permit, Error::Conflict).await);
        }
        let at = self.now();
        let number = standing.last().map_or(0, |word| word.number) + 1;
        let word = StormWord { number, worker, agency: actor.agency().clone(), right, at };
        let ended = standing.iter().any(|before| before.agrees_with(&word)).then_some(at);
        let answer = serde_json::json!({ "storm": id, "right": right, "at": at, "ended_at": ended });
        match self.write(permit, &ask, None, Storming::Judge(id, word, ended).into(), once, answer).await {
            Err(Error::Conflict) => Ok(None),
            settled => settled.map(Some),
        }
    }

    /// Says why what she may be told of an alert is not shown, if it is not.
    pub(super) async fn stormy(&self, head: &AlertHead) -> Result<Option<HeldBack>, Error> {
        if head.case.is_none() {
            return Ok(None);
        }
        let storm = self.gate.store.storm_around(&head.agency, (head.id, head.raised)).await?;
        let waits = storm.filter(|storm| !matches!(storm.end, Some((true, _))));
        Ok(waits.map(|storm| HeldBack { storm: storm.id, since: storm.began, mistaken: storm.end.is_some() }))
    }

    fn storm_question(&self, actor: &Actor, record: Record) -> Question {
        Question {
            action: Action::Storm,
            record,
            case: None,
            about: None,
            category: Category::Audit,
            purpose: self.purpose(actor, None),
        }
    }
}
