//! Story 3: an officer at a door asks where a man stands.
//!
//! Promises: two identifiers and an incident, or a reason why there is none yet, which others look at the next day; several
//! who fit are nobody, and nothing tells how many; nobody, somebody whom the officer knows, a diversion and whatever else
//! the police are not shown are one answer on one way. Each question is an entry of the log.
//! Must never know: what stands in a note.

use super::{Desk, Error, FieldError, Question, Recorded};
use crate::auth::Actor;
use crate::gate;
use crate::model::cases::CaseHead;
use crate::model::facts::Facts;
use crate::model::id::{AgencyId, CaseId, PersonId, QueryId, WorkerId};
use crate::model::matching::{Confidence, Fit};
use crate::model::notes::Category;
use crate::model::people::{PersonSearch, PersonSummary};
use crate::model::sealed::Record;
use crate::model::status::{Phone, QueryWords, StatusCard};
use crate::model::summary::Summary;
use crate::model::text::{Line, Prose};
use crate::model::time::{Day, Moment};
use crate::policy::limits::Limit;
use crate::policy::permit::{Action, Ask, Permit};
use crate::store::AT_ONCE;
use crate::store::alerts::NewAlert;
use crate::store::effect::Effect;
use crate::store::status::{CardOpened, NewQuery, place_of};
use crate::vault::{BothOpen, Disclosure};
use serde::Deserialize;

/// Those who may be meant that one question looks at, [`AT_ONCE`] and [`AT_ONCE`] more, so that nobody and a few who are hidden
/// take as long: more than these are more than can be told apart at a door.
const CONSIDERED_MAX: usize = 20;

/// How often the facts of the man may move while he is looked at before the caller is told to try again.
const ATTEMPTS_MAX: usize = 3;

/// A question as an officer asks it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskStatus {
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
    /// The police incident number.
    #[serde(default)]
    pub incident: Option<Line<40>>,
    /// There is no number yet.
    #[serde(default)]
    pub no_incident_yet: bool,
    /// Why there is none.
    #[serde(default)]
    pub reason: Option<Prose<500>>,
}

/// What an officer is told.
#[derive(Debug)]
pub struct StatusAnswer {
    /// The question.
    pub id: QueryId,
    /// Who was found.
    pub found: Found,
    /// Whom to ring where nobody is shown.
    pub ring: Vec<Phone>,
    /// From when others look at it, if it came without a number.
    pub follow_up: Option<Moment>,
    /// Where it stands in the log.
    pub recorded: Recorded,
}

/// Who was found.
#[derive(Debug)]
pub enum Found {
    /// Nobody, or nobody who may be shown.
    Nobody,
    /// More than one.
    Several,
    /// One man.
    One(Box<One>),
}

/// The one man who fits.
#[derive(Debug)]
pub struct One {
    /// How sure one can be.
    pub confidence: Confidence,
    /// How each identifier fits.
    pub fits: Vec<Fit>,
    /// Who he is, to compare; with what the card opened of his orders.
    pub man: Disclosure<BothOpen<PersonSummary, Summary>>,
    /// Where he stands.
    pub card: StatusCard,
}

/// The list of which a question is one line.
#[derive(Debug, Clone, Copy)]
pub(super) struct InList {
    /// The list.
    pub(super) id: QueryId,
    /// The line says at which incident, or why there is no number; else the list does.
    pub(super) own_occasion: bool,
}

/// One who fits and may be shown.
struct Shown {
    case: CaseHead,
    confidence: Confidence,
    fits: Vec<Fit>,
    /// On what he may be shown.
    facts: Facts,
}

/// What a look among those who may be meant found.
enum Looked {
    Nobody,
    Several,
    One(Box<Shown>),
}

impl Desk {
    /// Tells an officer where a man stands.
    ///
    /// # Errors
    /// [`Error::Invalid`] if too little was given; [`Error::NotFound`] if the actor asks no such thing.
    pub async fn ask_status(&self, actor: &Actor, ask: AskStatus) -> Result<StatusAnswer, Error> {
        self.ask_status_in(actor, &ask, None).await
    }

    /// Asks, by itself or as one line of a list.
    pub(super) async fn ask_status_in(
        &self,
        actor: &Actor,
        ask: &AskStatus,
        list: Option<InList>,
    ) -> Result<StatusAnswer, Error> {
        self.check_question(ask)?;
        for _ in 0..ATTEMPTS_MAX {
            if let Some(told) = self.ask_status_once(actor, ask, list).await? {
                return Ok(told);
            }
        }
        Err(Error::Busy)
    }

    /// Refuses a question that says too little, before anything is looked up.
    pub(super) fn check_question(&self, ask: &AskStatus) -> Result<(), Error> {
        let errors = self.faults_of(ask);
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid { errors }) }
    }

    /// Says what a question wants before it can be asked.
    #[must_use]
    pub fn faults_of(&self, ask: &AskStatus) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let given = [ask.family_name.is_some(), ask.given_name.is_some(), ask.date_of_birth.is_some()];
        if given.iter().filter(|given| **given).count() + usize::from(ask.reference.is_some()) < 2 {
            let say =
                "needs two of family name, given name, date of birth and reference: one alone finds the wrong man";
            errors.push(FieldError::new("", say));
        }
        errors.extend(self.check_occasion(ask.incident.as_ref(), ask.no_incident_yet, ask.reason.as_ref()));
        errors
    }

    /// Refuses what is no incident number, and no reason why there is none.
    pub(super) fn check_occasion(
        &self,
        incident: Option<&Line<40>>,
        no_incident_yet: bool,
        reason: Option<&Prose<500>>,
    ) -> Vec<FieldError> {
        let (mut errors, limits) = (Vec::new(), self.gate.policy.limits());
        match (incident, no_incident_yet) {
            (Some(number), false) if !limits.is_incident(number.reveal()) => {
                let say = format!("is not an incident number: write it as {}", limits.incident_patterns().join(" or "));
                errors.push(FieldError::new("incident", &say));
            }
            (Some(_), true) => {
                errors.push(FieldError::new("no_incident_yet", "must be left out where there is a number"))
            }
            (None, false) => {
                let say = "is needed: give the incident number, or no_incident_yet with a reason, which your supervisors \
                           look at the next day";
                errors.push(FieldError::new("incident", say));
            }
            _ => {}
        }
        let least = limits.least(Limit::Reason);
        let long = reason.map(|reason| reason.reveal().chars().count());
        match (no_incident_yet, long) {
            (true, long) if long.is_none_or(|long| long < least) => {
                let say = format!("is needed where there is no number yet: say why in {least} characters or more");
                errors.push(FieldError::new("reason", &say));
            }
            (false, Some(_)) => errors.push(FieldError::new("reason", "must be left out where there is a number")),
            _ => {}
        }
        errors
    }

    /// Asks once; returns nothing if what the answer would stand on has moved on the way.
    async fn ask_status_once(
        &self,
        actor: &Actor,
        ask: &AskStatus,
        list: Option<InList>,
    ) -> Result<Option<StatusAnswer>, Error> {
        let id = QueryId::random();
        let question = self.question_of(actor, id);
        let asked = question.by(actor);
        let permit = self.gate.decide(&asked, None).await?;
        let worker = actor.worker().ok_or(Error::NotFound)?;
        // Asked for on every question, so that an answer takes as long whatever it is.
        let managers = self.gate.store.managers_of(actor.agency(), None, Some(worker)).await?;
        let (looked, known, namesake) = self.meant(actor, question, &ask.search()).await?;
        let notices = self.lookup_notices(actor, &managers, known, namesake).await?;
        let query = self.query_of(actor.agency(), (id, worker), ask, list).await?;
        match looked {
            Looked::One(one) => self.show(permit, (&question, actor), query, *one, notices).await,
            other => {
                let effect = Effect::AskStatus(query.clone(), None, notices);
                let receipt = match self.gate.commit(permit, &asked, None, effect.into()).await {
                    Err(gate::Error::Moved) => return Ok(None),
                    settled => settled?,
                };
                let found = if matches!(other, Looked::Several) { Found::Several } else { Found::Nobody };
                Ok(Some(self.officer_told(&query, found, Recorded::from(&receipt))))
            }
        }
    }

    /// Records a question and shows the one who is meant: on what was judged of him, and on one receipt.
    async fn show(
        &self,
        permit: Permit,
        (question, actor): (&Question, &Actor),
        query: NewQuery,
        one: Shown,
        notices: Vec<NewAlert>,
    ) -> Result<Option<StatusAnswer>, Error> {
        let Shown { case, confidence, fits, facts } = one;
        let asked = question.by(actor);
        let of_him = Question { record: Record::Person(case.person), case: Some(case.id), ..*question };
        let permit = permit.and(self.gate.judge(&of_him.by(actor), &facts).await?);
        let person = self.gate.store.person(case.person).await?.ok_or(Error::NotFound)?;
        let mut gathered = self.gather(&case).await?;
        let opened = CardOpened { person: case.person, case: case.id, orders: gathered.orders() };
        let effect = Effect::AskStatus(query.clone(), Some(opened), notices);
        let receipt = match self.gate.commit_as_prepared(permit, effect.into()).await {
            Err(gate::Error::Moved) => return Ok(None),
            settled => settled?,
        };
        let recorded = Recorded::from(&receipt);
        let sealed = (vec![person.summary], Some(std::mem::take(&mut gathered.sealed)));
        let man = self.gate.open_both(&asked, sealed, receipt).await?;
        let card = gathered.with(man.value().1.as_deref());
        Ok(Some(self.officer_told(&query, Found::One(Box::new(One { confidence, fits, man, card })), recorded)))
    }

    fn officer_told(&self, query: &NewQuery, found: Found, recorded: Recorded) -> StatusAnswer {
        let ring = self.gate.policy.phones().not_known().to_vec();
        StatusAnswer { id: query.id, found, ring, follow_up: query.follow_up, recorded }
    }

    async fn query_of(
        &self,
        agency: &AgencyId,
        (id, worker): (QueryId, WorkerId),
        ask: &AskStatus,
        list: Option<InList>,
    ) -> Result<NewQuery, Error> {
        let (at, limits) = (self.now(), self.gate.policy.limits());
        // What a line says in the words of its list is looked at with the list.
        let own = ask.no_incident_yet && list.is_none_or(|list| list.own_occasion);
        Ok(NewQuery {
            id,
            worker,
            agency: agency.clone(),
            at,
            follow_up: own.then(|| limits.due(Limit::QueryFollowUp, at)),
            words: self.seal(place_of(id), &ask.words()?).await?,
            batch: list.map(|list| list.id),
            lines: None,
        })
    }

    /// States the question, about nobody yet.
    pub(super) fn question_of(&self, actor: &Actor, id: QueryId) -> Question {
        Question {
            action: Action::Query,
            record: Record::Query(id),
            case: None,
            about: None,
            category: Category::SupervisionStatus,
            purpose: self.purpose(actor, None),
        }
    }

    /// Looks among those who may be meant; says too whether the officer knows one of them, or bears the name of one.
    async fn meant(
        &self,
        actor: &Actor,
        question: Question,
        search: &PersonSearch,
    ) -> Result<(Looked, bool, bool), Error> {
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let vault = &self.gate.vault;
        let mut known = self.index.is_declared(vault, worker, search);
        let mut namesake = false;
        let matches = self.index.matches(vault, search);
        let many = matches.len() > CONSIDERED_MAX;
        let mut open: Vec<Shown> = Vec::new();
        let mut hidden: Option<Confidence> = None;
        let nobody = || ((PersonId::random(), CaseId::random()), None);
        let mut each: Vec<_> = matches.into_iter().take(CONSIDERED_MAX).map(|one| (one.place, Some(one))).collect();
        each.resize_with(each.len().max(1).next_multiple_of(AT_ONCE), nobody);
        let of = |(person, case): (PersonId, CaseId)| {
            Question { record: Record::Person(person), case: Some(case), ..question }.by(actor)
        };
        let asks: Vec<Ask<'_>> = each.iter().map(|(place, _)| of(*place)).collect();
        let meant = self.gate.meant(&asks).await?;
        for (((place, fit), of_person), (facts, head)) in each.into_iter().zip(&asks).zip(meant) {
            known |= facts.conflicted;
            namesake |= self.index.is_namesake(vault, worker, place.0);
            let permitted = self.gate.policy.would_permit(of_person, &facts);
            let (Some(fit), Some(case)) = (fit, head) else { continue };
            if permitted && !self.gate.policy.limits().is_closed(&case.label) {
                open.push(Shown { case, confidence: fit.confidence, fits: fit.fits, facts });
            } else {
                hidden = Some(hidden.map_or(fit.confidence, |surest| surest.min(fit.confidence)));
            }
        }
        Ok((if known { Looked::Nobody } else { told_apart(open, hidden, many) }, known, namesake))
    }
}

/// Says who is meant by those who fit: an exact one stands alone before others; of the rest only one that is alone does.
/// Somebody who fits less well than a man who may not be shown is not the one who is meant: then nobody is.
fn told_apart(mut open: Vec<Shown>, hidden: Option<Confidence>, many: bool) -> Looked {
    // The surest comes first in the order of the words.
    open.retain(|one| hidden.is_none_or(|hidden| one.confidence < hidden));
    let exact = open.iter().filter(|one| one.confidence == Confidence::Exact).count();
    if exact == 1 {
        open.retain(|one| one.confidence == Confidence::Exact);
    }
    let is_alone = open.len() == 1 && (exact == 1 || !many);
    match open.pop() {
        None => Looked::Nobody,
        Some(one) if is_alone => Looked::One(Box::new(one)),
        Some(_) => Looked::Several,
    }
}

impl AskStatus {
    /// Returns what is looked for.
    fn search(&self) -> PersonSearch {
        PersonSearch {
            family_name: self.family_name.as_ref().and_then(|name| Line::new(name.reveal()).ok()),
            given_name: self.given_name.as_ref().and_then(|name| Line::new(name.reveal()).ok()),
            date_of_birth: self.date_of_birth,
            reference: self.reference.as_ref().and_then(|one| Line::new(one.reveal()).ok()),
            purpose: None,
        }
    }

    fn words(&self) -> Result<QueryWords, Error> {
        said(self.incident.as_ref(), self.reason.as_ref())
    }
}

/// Returns what was said of the occasion, to be sealed.
pub(super) fn said(incident: Option<&Line<40>>, reason: Option<&Prose<500>>) -> Result<QueryWords, Error> {
    let again = |_| Error::Conflict;
    Ok(QueryWords {
        incident: incident.map(|number| Line::new(number.reveal())).transpose().map_err(again)?,
        reason: reason.map(|reason| Prose::new(reason.reveal())).transpose().map_err(again)?,
    })
}
