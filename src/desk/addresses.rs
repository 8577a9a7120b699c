//! An address is proposed for a man: recorded, put to those who must be asked, concluded.
//!
//! Promises: where it is is sealed, and is compared with nobody's whereabouts and no words that are kept for anybody, so
//! that recording it answers nothing; it and what is asked about it are one commit. It is never suitable while an answer is
//! wanting or an objection stands, unless a manager says so, names what stands and gives a reason. What the asker sees is
//! one word for all who were asked.
//! Must never know: who was asked, what anybody of them wrote.

use super::asking::PutAround;
use super::events::{By, Happened};
use super::goes::Goes;
use super::{Desk, Error, Level, Once, Question, Recorded, Written, promised};
use crate::auth::Actor;
use crate::model::addresses::{
    AddressState, AddressWords, Concluded, Conclusion, OVERRIDDEN, PROPOSED, Proposal, Put, Stands, stands, state,
};
use crate::model::events::EventWords;
use crate::model::id::{AddressId, CaseId, CheckId, EventId, WorkerId};
use crate::model::screen::Form;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::text::{Line, Prose};
use crate::model::time::{Day, Moment};
use crate::policy::checks::How;
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
pub use crate::store::addresses::Address;
use crate::store::addresses::{CATEGORY, NewAddress, NewCheck, place};
use crate::store::chronology::Trace;
use crate::store::effect::Supervision;
use crate::vault::Disclosure;
use serde::Deserialize;

/// How often others may answer while a conclusion is prepared before the caller is told to try again.
const ATTEMPTS_MAX: usize = 8;

/// What whoever proposes an address is told, whoever was asked.
const ASKED: &str = "It is recorded, and those who must be asked about it are asked. It is not suitable before each of them \
                     has answered. What they answer comes to one word for all: nobody is told here who said what. If \
                     somebody is in danger now, ring 999.";

/// An address as a worker proposes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposeAddress {
    /// For what.
    pub kind: Proposal,
    /// Where it is.
    pub address: Line<300>,
    /// From which day on he would live there.
    pub from: Day,
    /// What else those must know who are asked.
    #[serde(default)]
    pub text: Option<Prose<2000>>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// What is concluded of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcludeAddress {
    /// What.
    pub outcome: Conclusion,
    /// Why.
    pub reason: Prose<4000>,
    /// What stands against it, if a manager finds it suitable all the same.
    #[serde(default)]
    pub despite: Option<Stands>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// The conclusion that stands.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What, when, and whether a manager said so against what stood.
    pub made: Concluded,
    /// Its event.
    pub event: EventId,
    /// Who concluded it.
    pub by: WorkerId,
}

/// A proposed address, with where it stands.
#[derive(Debug)]
pub struct AddressLine {
    /// What stands in clear.
    pub address: Address,
    /// Where it stands.
    pub state: AddressState,
    /// By when everybody is to have answered.
    pub due: Option<Moment>,
    /// What was concluded of it, if that stands.
    pub outcome: Option<Outcome>,
}

/// A proposed address that was opened.
#[derive(Debug)]
pub struct OpenAddress {
    /// What stands in clear.
    pub line: AddressLine,
    /// Where it is, with its audit number.
    pub words: Disclosure<AddressWords>,
}

impl Desk {
    /// Proposes an address.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Refused`];
    /// [`Error::LookAgain`] if `text` must be looked at again.
    pub async fn propose_address(
        &self,
        actor: &Actor,
        case: CaseId,
        new: ProposeAddress,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let id = AddressId::random();
        let ask = address_question(Action::Create, id, Some(case), self.purpose(actor, None));
        let ask = ask.by(actor);
        let (true, Some(author)) = (self.gate.store.has_case(actor, case).await?, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        // The address itself is not compared with anything: the answer would tell whose it is.
        let said: Vec<_> = new.text.iter().map(|text| ("text", text.reveal())).collect();
        let permit = self.screened(actor, permit, case, (Goes::HisRecord, &said, &new.checked)).await?;
        let PutAround { asked, alerts } = self.put_around(actor, case, (PROPOSED, How::Ask), &[]).await?;
        let now = self.now();
        let due = self.answers_due(new.from, now);
        let by = By { case, author, agency: actor.agency().clone(), at: now };
        let happened = Happened { day: Some(new.from), ..Happened::new(self.word(PROPOSED)?, now) };
        let event = self.sealed_event(&by, EventId::random(), happened).await?;
        let words = AddressWords { address: new.address, text: new.text };
        let address = Address {
            id,
            case,
            kind: new.kind,
            author,
            agency: by.agency,
            starts: new.from,
            created: now,
            event: event.id,
            words: self.seal(place(case, id), &words).await?,
        };
        let checks = asked.into_iter();
        let checks =
            checks.map(|one| NewCheck { id: CheckId::random(), service: one.service, alert: one.alert, due }).collect();
        let answer = serde_json::json!({
            "id": id, "case": case, "event": event.id, "kind": new.kind, "from": new.from, "proposed": now, "due": due,
            "state": AddressState::Waiting, "say": ASKED,
        });
        let effect = Supervision::ProposeAddress(Box::new(NewAddress { address, event, checks, alerts }));
        self.write(permit, &ask, None, effect.into(), once.as_ref(), answer).await
    }

    /// Returns by when the answers are wanted: before he would live there, if that is sooner than they are owed.
    fn answers_due(&self, from: Day, now: Moment) -> Moment {
        let owed = self.gate.policy.limits().due(Limit::AddressCheck, now);
        let moves = self.gate.policy.clocks().calendar().of(None).begin(from);
        if from > self.today() { owed.min(moves) } else { owed }
    }

    /// Lists a case's proposed addresses that the worker may read, newest first; not where they are.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Invalid`] if `before` is no
    /// place in this list.
    pub async fn addresses(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
        before: Option<AddressId>,
        limit: i64,
    ) -> Result<(Vec<AddressLine>, Option<AddressId>, Recorded), Error> {
        let recorded = self.looks_at(actor, case, purpose).await?;
        let purpose = self.purpose(actor, purpose);
        let mut place = match before {
            None => None,
            Some(id) => {
                let found = self.gate.store.address(id).await?.filter(|one| one.case == case);
                let known = self.readable_addresses(actor, found.into_iter().collect(), purpose).await?;
                let one = known.first().ok_or_else(super::no_place)?;
                Some((one.created, one.id))
            }
        };
        let mut shown = Vec::new();
        // A page is full of what the worker may know: a short one would tell of what they may not.
        while (shown.len() as i64) < limit {
            let page = self.gate.store.addresses_of(case, place, super::PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            place = Some((last.created, last.id));
            shown.extend(self.readable_addresses(actor, page, purpose).await?);
        }
        shown.truncate(usize::try_from(limit).unwrap_or_default());
        let next = (shown.len() as i64 == limit).then(|| shown.last().map(|one| one.id)).flatten();
        let chronology = if shown.is_empty() { Vec::new() } else { self.gate.store.chronology(case).await? };
        let mut lines = Vec::with_capacity(shown.len());
        for address in shown {
            lines.push(self.address_line(address, &chronology).await?);
        }
        Ok((lines, next, recorded))
    }

    async fn readable_addresses(
        &self,
        actor: &Actor,
        found: Vec<Address>,
        purpose: Purpose,
    ) -> Result<Vec<Address>, Error> {
        let of = |one: &Address| (address_question(Action::Read, one.id, Some(one.case), purpose), one.item());
        let known = self.known_of(actor, found, of).await?;
        Ok(known.into_iter().filter(|(_, level)| *level == Level::Full).map(|(one, _)| one).collect())
    }

    /// Shows a proposed address to those who hold his record: where it is, and where it stands.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`].
    pub async fn address(&self, actor: &Actor, id: AddressId, purpose: Option<Purpose>) -> Result<OpenAddress, Error> {
        let found = self.gate.store.address(id).await?;
        let case = found.as_ref().map(|found| found.case);
        let ask = address_question(Action::Read, id, case, self.purpose(actor, purpose));
        let ask = ask.by(actor);
        let Some(address) = found else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let words = self.gate.open(&ask, Some(address.item()), address.words.clone()).await?;
        let chronology = self.gate.store.chronology(address.case).await?;
        Ok(OpenAddress { line: self.address_line(address, &chronology).await?, words })
    }

    /// Records what is concluded of a proposed address.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] if it cannot be suitable yet, or not by this worker.
    pub async fn conclude_address(
        &self,
        actor: &Actor,
        id: AddressId,
        new: ConcludeAddress,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let found = self.gate.store.address(id).await?;
        let case = found.as_ref().map(|found| found.case);
        let ask = address_question(Action::Create, id, case, self.purpose(actor, None));
        let ask = ask.by(actor);
        let Some((address, author)) = found.zip(actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        let case = address.case;
        let said = [("reason", new.reason.reveal())];
        let mut permit = self.screened(actor, permit, case, (Goes::HisRecord, &said, &new.checked)).await?;
        // It stands on the answers that are there at its commit: a late objection is not overlooked.
        for _ in 0..ATTEMPTS_MAX {
            if let Err(why) = self.check_conclusion(actor, &address, &new).await {
                return Err(self.declined(permit, why).await);
            }
            let by = By { case, author, agency: actor.agency().clone(), at: self.now() };
            let happened = self.concluded(&address, &new, by.at)?;
            let alerts = self.alerts_of(actor, case, &happened).await?;
            let event = self.sealed_event(&by, EventId::random(), happened).await?;
            let answer = serde_json::json!({
                "id": id, "case": case, "event": event.id, "outcome": new.outcome, "despite": new.despite, "at": by.at,
            });
            let effect = Supervision::ConcludeAddress(Box::new(event), alerts);
            let (change, answer) = promised(actor, effect.into(), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => permit = self.gate.decide(&ask, None).await?,
                settled => return self.written(actor, settled, once.as_ref(), answer).await,
            }
        }
        Err(Error::Busy)
    }

    /// Returns a conclusion as it happens.
    fn concluded(&self, address: &Address, new: &ConcludeAddress, at: Moment) -> Result<Happened, Error> {
        let word = if new.despite.is_some() { OVERRIDDEN } else { new.outcome.event() };
        let reason = Prose::new(new.reason.reveal()).map_err(|_| Error::Unknown)?;
        Ok(Happened {
            follows: Some(address.event),
            words: EventWords { text: Some(reason), ..EventWords::default() },
            ..Happened::new(self.word(word)?, at)
        })
    }

    /// Refuses what cannot be concluded now, and what is for somebody else to conclude.
    async fn check_conclusion(&self, actor: &Actor, address: &Address, new: &ConcludeAddress) -> Result<(), Error> {
        let field = if new.despite.is_some() { "despite" } else { "outcome" };
        let rule = self.word(if new.despite.is_some() { OVERRIDDEN } else { new.outcome.event() })?;
        if !rule.is_for(actor.role()) {
            let by: Vec<&str> = rule.by.iter().map(|role| role.as_str()).collect();
            return Err(Error::field(field, &format!("is for {} alone: ask one of them", by.join(", "))));
        }
        let outcome = self.outcome_of(address, &self.gate.store.chronology(address.case).await?);
        if outcome.is_some_and(|one| one.made.what == Conclusion::Withdrawn) {
            return Err(Error::field("outcome", "comes too late: it is proposed no more. Propose it anew"));
        }
        if new.outcome == Conclusion::Withdrawn && &address.agency != actor.agency() {
            return Err(Error::field("outcome", "is for the agency that proposed it: ask them to take it back"));
        }
        let put = of_all(self.gate.store.put_about(address.id).await?);
        match (new.outcome, new.despite, stands(&put)) {
            (Conclusion::Suitable, None, Stands::Clear)
            | (Conclusion::NotSuitable | Conclusion::Withdrawn, None, _) => Ok(()),
            (Conclusion::Suitable, None, _) => Err(Error::field(
                "outcome",
                "cannot be suitable: an answer is wanting, or somebody needs more or objects. Nothing was recorded. Wait, \
                 find another address, or ask a manager to decide with despite and a reason",
            )),
            (Conclusion::Suitable, Some(Stands::Clear), _) => {
                Err(Error::field("despite", "names nothing that stands against it: leave it out"))
            }
            (Conclusion::Suitable, Some(named), stands) if named == stands => self.weighs_enough("reason", &new.reason),
            (Conclusion::Suitable, Some(_), stands) => Err(Error::field(
                "despite",
                &format!(
                    "is not what stands: write {stands} if you decide against that, or leave it out if it is clear"
                ),
            )),
            (_, Some(_), _) => Err(Error::field("despite", "goes with suitable alone: leave it out")),
        }
    }

    /// Returns where an address stands.
    pub(super) async fn address_line(&self, address: Address, chronology: &[Trace]) -> Result<AddressLine, Error> {
        let put = of_all(self.gate.store.put_about(address.id).await?);
        let outcome = self.outcome_of(&address, chronology);
        let state = state(self.now(), &put, outcome.as_ref().map(|one| one.made));
        Ok(AddressLine { state, due: put.iter().map(|one| one.due).max(), outcome, address })
    }

    /// Returns the last conclusion that was not put right. A proposal that is put right itself is proposed no more.
    fn outcome_of(&self, address: &Address, chronology: &[Trace]) -> Option<Outcome> {
        let right = |id: EventId| chronology.iter().find(|one| one.corrects == Some(id));
        let of = |event: &Trace, what: Conclusion| Outcome {
            made: Concluded { what, overridden: event.word.as_str() == OVERRIDDEN, at: event.created },
            event: event.id,
            by: event.author,
        };
        if let Some(gone) = right(address.event) {
            return Some(of(gone, Conclusion::Withdrawn));
        }
        let said = chronology.iter().filter(|one| one.follows == Some(address.event) && right(one.id).is_none());
        said.filter_map(|one| Some(of(one, Conclusion::of_event(one.word.as_str())?))).next_back()
    }
}

/// Returns what was asked, without which is which.
pub(super) fn of_all(put: Vec<(CheckId, Put)>) -> Vec<Put> {
    put.into_iter().map(|(_, one)| one).collect()
}

const fn address_question(action: Action, id: AddressId, case: Option<CaseId>, purpose: Purpose) -> Question {
    Question { action, record: Record::Address(id), case, about: None, category: CATEGORY, purpose }
}
