//! What a withdrawal stopped, what goes on and on which basis, in words that a worker can read to her.
//!
//! Promises: it is reckoned from rows; it names agencies and kinds of things, never what anybody said. What she is not told
//! of is in none of the words that are read to her: it stands apart, for the worker who may know of it.

use super::taken::Taken;
use super::{Desk, Error};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::id::{AgencyId, CaseId, ProtectedId};
use crate::model::shares::BasisKind;
use crate::policy::continues::Whose;
use crate::store::consents::StoredConsent;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What is said to a worker who may not know of her consent: the same, whether or not there is one.
pub(super) const HEARD: &str = "Recorded. If she had agreed to anything being shared, it is not shared on her agreement \
                                any more. Her own worker is told. You can tell her: it holds from now on. What the law \
                                asks agencies to tell each other to keep people safe goes on.";

/// What is said to somebody of her service who took her call and does not work with her.
const TOOK_THE_CALL: &str = "Recorded. From now on nobody is told anything on this agreement of hers, or those whom you named \
                             are not. Her own worker is told. You can tell her: it holds from now on, she need not give a \
                             reason, and her support does not change. What the law asks agencies to tell each other to \
                             keep people safe goes on.";

/// What is said besides, if she has agreed to something else.
const MORE: &str = "Your service has recorded other agreements of hers that still hold. Ask her whether she takes those back \
                    too: other_consents names each.";

/// Why somebody must be telephoned, though others there were told.
const LEFT: &str = "somebody who has read it works there no more. Telephone them and ask that every copy be deleted.";

/// Why somebody must be telephoned where nobody was told.
const NOBODY_THERE: &str = "nobody there could be told. Telephone them, say that it is taken back, and ask that every copy be \
                            deleted.";

/// What the worker is told of an override of which she is not told.
const UNTOLD: &str = "She has not been told of this override, for a reason that is written there. Do not read this to her \
                      and do not let her see it. If that reason no longer holds, decide with the second person how she is told.";

impl Desk {
    /// Adds to an answer what stopped, what goes on, who is told, who has read before, and all of it in plain words.
    pub(super) async fn summarise(
        &self,
        answer: &mut Value,
        actor: &Actor,
        (case, about): (CaseId, Option<ProtectedId>),
        taken: &Taken,
    ) -> Result<(), Error> {
        let (stopped, names) = self.stopped(taken).await?;
        let GoesOn { continues, mut unsaid } = self.continues(case, about).await?;
        if let Some(about) = about.filter(|_| !unsaid.is_empty())
            && !self.knows_consent(actor, case, about).await?
        {
            unsaid.clear();
        }
        let mut told: BTreeMap<(String, Role), usize> = BTreeMap::new();
        for seat in &taken.told {
            *told.entry((seat.agency.to_string(), seat.role)).or_default() += 1;
        }
        let told: Vec<Value> = told
            .into_iter()
            .map(|((agency, role), count)| json!({ "agency": agency, "role": role, "count": count }))
            .collect();
        let past = self.past(taken).await?;
        let (others, goes_on) = self.other_consents(case, about, taken).await?;
        let this = if goes_on.is_empty() { "your agreement" } else { "this agreement of yours" };
        let continues: Vec<Value> = continues.into_iter().chain(goes_on).collect();
        answer["say"] = say(&names, this, &past, &continues).into();
        answer["other_consents"] = others.into();
        answer["not_reached"] = self.unreached(taken).await?.into();
        answer["stopped"] = stopped.into();
        answer["continues"] = continues.into();
        answer["not_for_her"] = unsaid.into();
        answer["told"] = told.into();
        answer["past_recipients"] = past.into();
        Ok(())
    }

    /// Returns for each agency what it is no longer told, and the agencies' names.
    async fn stopped(&self, taken: &Taken) -> Result<(Vec<Value>, Vec<String>), Error> {
        let mut agencies: BTreeMap<String, Dropped> = BTreeMap::new();
        for (agency, category, purpose) in taken.stopped.iter().flat_map(|one| &one.dropped) {
            let entry = agencies.entry(agency.to_string()).or_default();
            entry.categories.insert(category.as_str());
            entry.purposes.insert(purpose.as_str());
        }
        for one in &taken.ended {
            agencies.entry(one.agency.to_string()).or_default().shares += 1;
        }
        let (mut lines, mut names) = (Vec::new(), Vec::new());
        for (agency, dropped) in agencies {
            names.push(self.name_of(&agency).await?);
            lines.push(json!({
                "recipient": agency, "categories": dropped.categories, "purposes": dropped.purposes,
                "shares_ended": dropped.shares,
            }));
        }
        Ok((lines, names))
    }

    /// Returns what goes on: what always does, and what is shared about her on another basis now.
    async fn continues(&self, case: CaseId, about: Option<ProtectedId>) -> Result<GoesOn, Error> {
        let whose = if about.is_some() { Whose::Hers } else { Whose::His };
        let always = self.gate.policy.continues().of(whose);
        let continues =
            always.map(|line| json!({ "what": line.what, "basis": line.basis, "in_words": line.in_words })).collect();
        let mut goes_on = GoesOn { continues, unsaid: Vec::new() };
        let Some(about) = about else { return Ok(goes_on) };
        for one in self.gate.store.continuing(case, about, self.now()).await? {
            let mut line = json!({
                "what": one.category, "basis": one.basis, "recipient": one.agency, "shares": one.shares,
            });
            if !one.told {
                line["why_not"] = UNTOLD.into();
                goes_on.unsaid.push(line);
                continue;
            }
            let name = self.name_of(&one.agency.to_string()).await?;
            let notes = if one.shares == 1 { "one note" } else { "notes" };
            line["in_words"] = format!("{name} still reads {notes} ({}): {}.", one.category, ground(one.basis)).into();
            goes_on.continues.push(line);
        }
        Ok(goes_on)
    }

    /// Adds to the answer of somebody who may not read her consent what they can say to her, and which other consents their
    /// own service took of her: by their ids alone, so that they can take back those too.
    pub(super) async fn heard(
        &self,
        answer: &mut Value,
        actor: &Actor,
        (case, about): (CaseId, Option<ProtectedId>),
        taken: &Taken,
    ) -> Result<(), Error> {
        let others = self.live_besides(case, about, taken).await?;
        let ours: Vec<Value> = others
            .iter()
            .filter(|one| &one.taken_by == actor.agency())
            .map(|one| json!({ "consent": one.head.chain }))
            .collect();
        answer["say"] = if ours.is_empty() { TOOK_THE_CALL.into() } else { format!("{TOOK_THE_CALL} {MORE}").into() };
        answer["other_consents"] = ours.into();
        Ok(())
    }

    /// Returns her other consents that live: what lets somebody go on reading though this one is taken back.
    async fn live_besides(
        &self,
        case: CaseId,
        about: Option<ProtectedId>,
        taken: &Taken,
    ) -> Result<Vec<StoredConsent>, Error> {
        let mut others = Vec::new();
        let Some(her) = about else { return Ok(others) };
        for id in self.gate.store.live_chains(case, &her.to_string(), self.now()).await? {
            let found = self.gate.store.consent(id).await?;
            others.extend(found.filter(|one| !taken.chains.contains(&one.head.chain)));
        }
        Ok(others)
    }

    /// Names her other live consents, each with those who may be told on it; and of those who are told nothing more on this
    /// one, what they are still told on another.
    async fn other_consents(
        &self,
        case: CaseId,
        about: Option<ProtectedId>,
        taken: &Taken,
    ) -> Result<(Vec<Value>, Vec<Value>), Error> {
        let dropped: BTreeSet<&AgencyId> =
            taken.stopped.iter().flat_map(|one| one.dropped.iter().map(|(agency, ..)| agency)).collect();
        let (mut others, mut goes_on) = (Vec::new(), Vec::new());
        for one in self.live_besides(case, about, taken).await? {
            let mut told: BTreeMap<&AgencyId, BTreeSet<&str>> = BTreeMap::new();
            for (agency, category, _) in &one.scope {
                told.entry(agency).or_default().insert(category.as_str());
            }
            let (chain, day) = (one.head.chain, one.head.recorded.day());
            for (agency, categories) in told.iter().filter(|(agency, _)| dropped.contains(*agency)) {
                let name = self.name_of(&agency.to_string()).await?;
                let what = categories.iter().copied().collect::<Vec<_>>().join(", ");
                let in_words = format!(
                    "{name} may still be told something ({what}), because you agreed to it in another agreement, last on \
                     {day}: you can take that back as well."
                );
                goes_on.push(json!({
                    "what": "another-consent", "basis": BasisKind::Consent, "recipient": agency, "consent": chain,
                    "in_words": in_words,
                }));
            }
            let recipients: Vec<&AgencyId> = told.into_keys().collect();
            others.push(json!({ "consent": chain, "recorded": one.head.recorded, "recipients": recipients }));
        }
        Ok((others, goes_on))
    }

    /// Returns the agencies in which somebody must be telephoned: nobody there could be told, or somebody who has read it
    /// has left.
    async fn unreached(&self, taken: &Taken) -> Result<Vec<Value>, Error> {
        let mut lines = Vec::new();
        for agency in &taken.unreached {
            let name = self.name_of(&agency.to_string()).await?;
            let told = taken.told.iter().any(|seat| &seat.agency == agency);
            let why = if told { LEFT } else { NOBODY_THERE };
            lines.push(json!({ "agency": agency, "say": format!("{name}: {why}") }));
        }
        Ok(lines)
    }

    /// Returns who has read on what was taken back: what they read stays in their own records.
    async fn past(&self, taken: &Taken) -> Result<Vec<Value>, Error> {
        let mut lines = Vec::new();
        for one in &taken.stopped {
            lines.extend(self.gate.store.read_on(one.chain).await?.into_iter().map(
                |past| json!({ "agency": past.agency, "role": past.role, "workers": past.workers, "notes": past.notes }),
            ));
        }
        Ok(lines)
    }

    async fn name_of(&self, agency: &str) -> Result<String, Error> {
        let Ok(id) = agency.parse::<AgencyId>() else { return Ok(agency.to_owned()) };
        Ok(self.gate.store.agency(&id).await?.map_or_else(|| agency.to_owned(), |agency| agency.name))
    }
}

/// What goes on: what is read to her, and what she is not told of.
struct GoesOn {
    continues: Vec<Value>,
    unsaid: Vec<Value>,
}

/// What one agency is no longer told.
#[derive(Default)]
struct Dropped {
    categories: BTreeSet<&'static str>,
    purposes: BTreeSet<&'static str>,
    shares: usize,
}

/// Says on what a share stands, in words.
const fn ground(basis: BasisKind) -> &'static str {
    match basis {
        BasisKind::Consent => "you agreed to it",
        BasisKind::StatutoryDuty => "the law asks for it",
        BasisKind::VitalInterests => "somebody's life may depend on it",
        BasisKind::CourtOrder => "a court ordered it",
        BasisKind::Override => {
            "it was decided against your wishes, to keep somebody from serious harm, and written down why; you have been \
             told of it"
        }
    }
}

/// Writes what a worker can read to her.
fn say(names: &[String], this: &str, past: &[Value], continues: &[Value]) -> String {
    let mut words = match names {
        [] => "It is recorded. Nothing was being shared on it.".to_owned(),
        [one] => format!("From now on {one} is told nothing more on {this}."),
        many => format!("From now on none of these is told anything more on {this}: {}.", many.join(", ")),
    };
    words.push_str(if past.is_empty() {
        " No note that was shared on it had been opened."
    } else {
        " What somebody has read already stays in their own records; they have been told to stop using it and to say \
         that they know."
    });
    words.push_str(" You need not give a reason, and your support does not change. These things go on:");
    for line in continues {
        words.push(' ');
        words.push_str(line["in_words"].as_str().unwrap_or_default());
    }
    words
}
