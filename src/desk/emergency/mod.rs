//! Emergency access: a response officer whom life at risk brings to a case that is not theirs.
//!
//! Promises: nothing is looked up before the officer's own device key has signed this very request; a grant and the
//! notices to all whom it concerns are one commit, so a grant that nobody would hear of is not given; *nobody fits*,
//! *you know him* and *an emergency does not open that* are one answer, which says whom to ring. After a finding that
//! a use was not justified, the same officer opens the same case only with a second one.
//! Must never know: any way around that answer.

mod find;
mod mark;
mod notices;
mod opens;
pub mod review;
pub mod second;

use super::step_up::Proof;
use super::{Desk, Error, FieldError, Once, Question, Written, promised};
use crate::auth::Actor;
use crate::auth::device;
use crate::gate;
use crate::model::emergency::EmergencyWords;
use crate::model::id::{CaseId, GrantId, ProtectedId, WorkerId};
use crate::model::notes::Category;
use crate::model::people::PersonSearch;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::text::{Line, Prose};
use crate::model::time::{Day, Moment};
use crate::policy::limits::Limit;
use crate::policy::permit::{Action, Permit};
use crate::store::effect::Effect;
use crate::store::emergency::{NewGrant, UsedChallenge, place_of};
use find::Target;
pub use opens::Opens;
use serde::Deserialize;
use serde_json::{Value, json};

/// How often the facts may move while a grant is prepared before the caller is told to try again.
const ATTEMPTS_MAX: usize = 3;

/// Emergency access as a worker asks for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskEmergency {
    /// The case, if the officer knows it.
    #[serde(default)]
    pub case: Option<CaseId>,
    /// The protected person, if the officer knows her.
    #[serde(default)]
    pub about: Option<ProtectedId>,
    /// The man, if the officer knows neither.
    #[serde(default)]
    pub person: Option<Man>,
    /// What is to be opened.
    pub categories: Vec<Category>,
    /// What is happening.
    pub reason: Prose<500>,
    /// The police incident number.
    pub incident: Line<40>,
    /// The proof that the officer means this.
    pub step_up: Proof,
    /// The proof that a second officer stands by it.
    #[serde(default)]
    pub second: Option<second::SecondOfficer>,
}

/// The man, by two identifiers or a reference.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Man {
    /// Family name.
    #[serde(default)]
    pub family_name: Option<Line<80>>,
    /// Given name or names.
    #[serde(default)]
    pub given_name: Option<Line<120>>,
    /// Date of birth.
    #[serde(default)]
    pub date_of_birth: Option<Day>,
    /// An agency's reference.
    #[serde(default)]
    pub reference: Option<Line<40>>,
}

/// Emergency access that was given.
#[derive(Debug)]
pub struct Emergency {
    /// The grant.
    pub id: GrantId,
    /// What stands over everything that is shown under it; `None` if an answer is given again and the grant has ended.
    pub watermark: Option<String>,
    /// The rest of the answer: ids, moments and words of the vocabulary, so it is kept as other answers are.
    pub written: Written,
}

impl Desk {
    /// Gives emergency access, and tells all whom it concerns in the same commit. The same request under the same key is
    /// given the same answer again, though its challenge is used up; its watermark is not kept but opened anew.
    ///
    /// # Errors
    /// [`Error::NotFound`] to who has no emergency access at all; [`Error::Invalid`] for a request or a proof that does
    /// not fit; [`Error::NothingOpened`] if nobody fits or it may not be opened; [`Error::Nobody`] if nobody could be
    /// told.
    pub async fn emergency_access(
        &self,
        actor: &Actor,
        new: &AskEmergency,
        once: Option<Once>,
    ) -> Result<Emergency, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return self.given_again(actor, before).await;
        }
        self.check_words(new)?;
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let (permit, id) = self.may_ask(actor, new).await?;
        let used = match self.proved(worker, new).await {
            Ok(used) => used,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let target = match self.target(actor, new).await {
            Ok(target) => target,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        match target {
            Target::Case(case, about) => self.give(actor, new, (id, case, about), (used, once)).await,
            Target::Nobody { known } => Err(self.nothing_opened(actor, permit, used, known).await),
        }
    }

    /// Refuses a request that says too little, before anything is looked up.
    fn check_words(&self, new: &AskEmergency) -> Result<(), Error> {
        let mut errors = Vec::new();
        let limits = self.gate.policy.limits();
        let least = limits.least(Limit::Reason);
        if new.reason.reveal().chars().count() < least {
            let say = format!(
                "is too short: say in a sentence what is happening and why it cannot wait, in {least} characters or more"
            );
            errors.push(FieldError::new("reason", &say));
        }
        if !limits.is_incident(new.incident.reveal()) {
            let say = format!("is not an incident number: write it as {}", limits.incident_patterns().join(" or "));
            errors.push(FieldError::new("incident", &say));
        }
        let twice = new.categories.iter().enumerate().any(|(at, one)| new.categories[..at].contains(one));
        if new.categories.is_empty() || twice {
            errors.push(FieldError::new("categories", "must name what is to be opened, each once"));
        }
        let ways = [new.case.is_some() || new.about.is_some(), new.person.is_some()];
        if ways[0] == ways[1] {
            let say = "or case or about says whom it is about: give the man, or an id, and not both";
            errors.push(FieldError::new("person", say));
        }
        let where_she_is = new.categories.iter().any(|category| category.is_location());
        if new.case.is_some() && new.about.is_none() && new.person.is_none() && where_she_is {
            let say = "is needed with a case and an address: name the one whom the incident is about, so that nobody else's is \
                       opened. If you do not know her, leave out the case and give the man";
            errors.push(FieldError::new("about", say));
        }
        if new.person.as_ref().is_some_and(|man| !man.is_enough()) {
            let say = "needs a reference, or two or more of family name, given name and date of birth: one of these beside a \
                       reference cannot be compared";
            errors.push(FieldError::new("person", say));
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid { errors }) }
    }

    /// Decides whether the worker may ask for this at all, category by category.
    async fn may_ask(&self, actor: &Actor, new: &AskEmergency) -> Result<(Permit, GrantId), Error> {
        let id = GrantId::random();
        let mut last = None;
        for category in &new.categories {
            let permit = self.gate.decide(&question(id, None, None, *category).by(actor), None).await;
            last = Some(permit.map_err(|error| match error {
                gate::Error::Refused(_) if self.may(actor).contains(&Action::BreakGlass) => self.nothing(),
                other => other.into(),
            })?);
        }
        last.map(|permit| (permit, id)).ok_or(Error::NotFound)
    }

    /// Checks the proof against exactly what was sent.
    async fn proved(&self, worker: WorkerId, new: &AskEmergency) -> Result<UsedChallenge, Error> {
        let (record, scope) = (record_words(new), scope_words(&new.categories));
        let (reason, incident) = (new.reason.reveal(), new.incident.reveal());
        let act = Action::BreakGlass.as_str();
        let purpose = device::Purpose { act, record: &record, scope: &scope, incident, reason };
        self.check_proof(worker, &new.step_up, &purpose).await
    }

    /// Gives the grant: judged, prepared and committed on the same facts.
    async fn give(
        &self,
        actor: &Actor,
        new: &AskEmergency,
        (id, case, about): (GrantId, CaseId, Option<ProtectedId>),
        (used, once): (UsedChallenge, Option<Once>),
    ) -> Result<Emergency, Error> {
        let category = new.categories.first().copied().ok_or(Error::NotFound)?;
        let question = question(id, Some(case), about, category);
        let ask = question.by(actor);
        for _ in 0..ATTEMPTS_MAX {
            let permit = self.gate.decide(&ask, None).await.map_err(|error| match error {
                gate::Error::Refused(_) => self.nothing(),
                other => other.into(),
            })?;
            let prepared = self.prepare(actor, new, (id, case, about), &used).await;
            let (grant, opens) = match prepared {
                Ok(prepared) => prepared,
                Err(why) => return Err(self.declined(permit, why).await),
            };
            if opens.is_empty() {
                return Err(self.nothing_opened(actor, permit, used, false).await);
            }
            let begins = grant.begins;
            let opens: Vec<Value> = opens.iter().map(Opens::said).collect();
            let answer = json!({
                "id": id, "case": case, "until": grant.ends, "review_by": grant.review_by, "opens": opens,
            });
            let (change, answer) = promised(actor, Effect::OpenEmergency(grant).into(), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(gate::Error::Moved) => {}
                settled => {
                    let written = self.written(actor, settled, once.as_ref(), answer).await?;
                    if written.recorded.is_none() {
                        return self.given_again(actor, written).await;
                    }
                    let watermark = watermark(&actor.word(), new.incident.reveal(), begins, id);
                    return Ok(Emergency { id, watermark: Some(watermark), written });
                }
            }
        }
        Err(Error::Busy)
    }

    /// Prepares a grant: what it opens, who is told, and that the key still lives.
    async fn prepare(
        &self,
        actor: &Actor,
        new: &AskEmergency,
        (id, case, about): (GrantId, CaseId, Option<ProtectedId>),
        used: &UsedChallenge,
    ) -> Result<(NewGrant, Vec<Opens>), Error> {
        self.live_key(used.worker, &new.step_up).await?;
        let second = self.seconded(actor, used.worker, case, new).await?;
        let limits = self.gate.policy.limits();
        let begins = self.now();
        let (ends, review_by) = (limits.due(Limit::EmergencyGrant, begins), limits.due(Limit::EmergencyReview, begins));
        let notices = self.emergency_notices(actor, (id, case, about), (begins, ends, review_by)).await?;
        let words = EmergencyWords {
            reason: Prose::new(new.reason.reveal()).map_err(|_| Error::Conflict)?,
            incident: Line::new(new.incident.reveal()).map_err(|_| Error::Conflict)?,
        };
        let words = self.seal(place_of(id), &words).await?;
        let rate = limits.rate(Limit::Reveals);
        let grant = NewGrant {
            id,
            worker: used.worker,
            case,
            about,
            categories: new.categories.clone(),
            words,
            begins,
            ends,
            review_by,
            reveals: (rate.times, rate.within_s),
            used: used.clone(),
            second,
            notices,
        };
        Ok((grant, self.opened_by(case, about, &new.categories).await?))
    }

    /// Records that nothing is opened, uses the challenge up, and tells managers if it was somebody whom the worker
    /// knows. The same two entries whatever the reason.
    async fn nothing_opened(&self, actor: &Actor, permit: Permit, used: UsedChallenge, known: bool) -> Error {
        match self.record_nothing(actor, permit, used, known).await {
            Ok(()) => self.nothing(),
            Err(error) => error,
        }
    }

    async fn record_nothing(
        &self,
        actor: &Actor,
        permit: Permit,
        used: UsedChallenge,
        known: bool,
    ) -> Result<(), Error> {
        self.gate.decline(permit, "declined:nothing-opened").await?;
        let managers = self.gate.store.managers_of(actor.agency(), None, actor.worker()).await?;
        let notices = self.lookup_notices(actor, &managers, known, false).await?;
        let question = Question {
            action: Action::Search,
            record: Record::Search(crate::model::id::EntryId::random()),
            case: None,
            about: None,
            category: Category::Identity,
            purpose: Purpose::Emergency,
        };
        let permit = self.gate.decide(&question.by(actor), None).await?;
        let effect = Effect::TryEmergency(used, notices);
        Ok(self.gate.commit(permit, &question.by(actor), None, effect.into()).await.map(drop)?)
    }

    /// The one answer for whatever an emergency does not open: whom to ring.
    fn nothing(&self) -> Error {
        Error::NothingOpened { ring: self.ring() }
    }

    /// Whom to ring where the hub opens nothing.
    fn ring(&self) -> Vec<FieldError> {
        let ring = |(number, whose): &(String, String)| FieldError::new("ring", &format!("{number} ({whose})"));
        self.gate.policy.limits().telephones().iter().map(ring).collect()
    }
}

impl Man {
    /// Says whether everything that is given can be compared: each key of the index but the reference joins two.
    fn is_enough(&self) -> bool {
        let given = usize::from(self.family_name.is_some())
            + usize::from(self.given_name.is_some())
            + usize::from(self.date_of_birth.is_some());
        given >= 2 || (self.reference.is_some() && given == 0)
    }

    /// Returns the same as a search.
    fn search(&self) -> PersonSearch {
        let line = |text: &str| Line::new(text).ok();
        PersonSearch {
            family_name: self.family_name.as_ref().and_then(|name| Line::new(name.reveal()).ok()),
            given_name: self.given_name.as_ref().and_then(|name| Line::new(name.reveal()).ok()),
            date_of_birth: self.date_of_birth,
            reference: self.reference.as_ref().and_then(|one| line(one.reveal())),
            purpose: None,
        }
    }
}

/// Returns what stands over everything that is shown under a grant.
fn watermark(worker: &str, incident: &str, at: Moment, grant: GrantId) -> String {
    format!("{worker} | {incident} | {at} | {grant}")
}

fn question(id: GrantId, case: Option<CaseId>, about: Option<ProtectedId>, category: Category) -> Question {
    let (action, record) = (Action::BreakGlass, Record::Emergency(id));
    Question { action, record, case, about, category, purpose: Purpose::Emergency }
}

/// Returns what a request is about, in the words that are signed. Names cannot hold a tab.
fn record_words(new: &AskEmergency) -> String {
    let Some(man) = &new.person else {
        let case = new.case.map(|id| format!("case {id}"));
        let about = new.about.map(|id| format!("about {id}"));
        return case.into_iter().chain(about).collect::<Vec<_>>().join(" ");
    };
    let or_none = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let parts = [
        or_none(man.family_name.as_ref().map(Line::reveal)),
        or_none(man.given_name.as_ref().map(Line::reveal)),
        man.date_of_birth.map(|day| day.to_string()).unwrap_or_default(),
        or_none(man.reference.as_ref().map(Line::reveal)),
    ];
    format!("person {}", parts.join("\t"))
}

/// Returns what a request opens, in the words that are signed.
fn scope_words(categories: &[Category]) -> String {
    categories.iter().map(|one| one.as_str()).collect::<Vec<_>>().join("+")
}
