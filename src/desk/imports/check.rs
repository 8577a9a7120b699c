//! What is wrong with the lines of a table, besides their form: a man twice, a man whom the agency has, a worker who cannot
//! take the case.
//!
//! Promises: only cases of the importer's own agency, and only those that are not closed to the importer, are told of; nobody
//! is looked at in the same way as somebody of another agency.

use super::caseload::Looked;
use super::{Fault, TableLine};
use crate::auth::Actor;
use crate::desk::{Desk, Error, Question};
use crate::model::id::{CaseId, PersonId, WorkerId};
use crate::model::imports::{Man, Places};
use crate::model::notes::Category;
use crate::model::people::PersonSearch;
use crate::model::sealed::Record;
use crate::model::text::Line;
use crate::policy::permit::Action;
use std::collections::{HashMap, HashSet};

/// What the importer is told of somebody whom they have declared to know.
const KNOWN: &str = "is somebody of a name that you have declared to know: have a colleague bring him in";

/// What is told of a man whom the agency has.
const HAS: &str = "is a man whom your agency has at the hub already, by these names and this date of birth: work on in his \
                   case, or write yes into another_man if you have checked that he is somebody else";

/// What is told of a case manager who cannot be.
const CANNOT: &str = "cannot take this case: name another worker of your agency who writes on cases, or leave it empty";

impl Desk {
    /// Looks at every line.
    pub(super) async fn looked_at(
        &self,
        actor: &Actor,
        worker: WorkerId,
        question: Question,
        lines: &[TableLine],
        places: &Places,
    ) -> Result<Looked, Error> {
        let today = self.gate.policy.limits().local_day(self.now());
        let (mut men, mut faults) = (Vec::new(), Vec::new());
        for line in lines {
            match Man::read(places, line, today) {
                Ok(man) => men.push(man),
                Err(wrong) => faults.extend(wrong),
            }
        }
        faults.extend(twice(&men));
        faults.extend(self.areas(&men));
        faults.extend(self.requirements(&men));
        faults.extend(self.managers(actor, worker, &men).await?);
        let references: Vec<&str> = men.iter().map(|man| man.reference.as_str()).collect();
        let taken = self.gate.store.references_of(actor.agency(), &references).await?;
        let mut told = HashSet::new();
        for man in &men {
            if taken.contains(&man.reference) {
                let say = "is the reference of a case of your agency at the hub: work on in that case, or correct it";
                faults.push(fault(man, Some("reference"), say));
            }
            if self.index.is_declared(&self.gate.vault, worker, &by_names(man)?) {
                faults.push(fault(man, None, KNOWN));
            } else if !man.another
                && let Some(case) = self.own_case(actor, question, man).await?
            {
                told.insert(case);
                faults.push(fault(man, None, HAS));
            }
            // A long table leaves the processor to others now and then.
            tokio::task::yield_now().await;
        }
        let wrong: HashSet<u32> = faults.iter().map(|fault| fault.line).collect();
        men.retain(|man| !wrong.contains(&man.line));
        faults.sort_by_key(|fault| fault.line);
        Ok(Looked { men, faults, told })
    }

    /// Returns the case of the importer's own agency whose man has these names and this date of birth, if they may know.
    async fn own_case(&self, actor: &Actor, question: Question, man: &Man) -> Result<Option<CaseId>, Error> {
        let mut found = self.index.find_exactly(&self.gate.vault, &by_names(man)?);
        if found.is_empty() {
            found.push((PersonId::random(), CaseId::random()));
        }
        let mut own = None;
        for (person, case) in found {
            let owner = self.gate.store.case(case).await?.map(|head| head.owner);
            let of_man = Question {
                action: Action::Read,
                record: Record::Person(person),
                case: Some(case),
                category: Category::Identity,
                ..question
            };
            let facts = self.gate.facts(&of_man.by(actor), None).await?;
            if owner.as_ref() == Some(actor.agency()) && !facts.conflicted {
                own = Some(case);
            }
        }
        Ok(own)
    }

    /// Refuses an area that has no calendar.
    fn areas(&self, men: &[Man]) -> Vec<Fault> {
        let calendar = self.gate.policy.clocks().calendar();
        let known: Vec<&str> = calendar.areas().collect();
        let area = |man: &Man| Some(man.order.as_ref()?.area.as_ref()?.reveal().to_owned());
        let unknown = men.iter().filter(|man| area(man).is_some_and(|area| !known.contains(&area.as_str())));
        let say = format!("is not an area of this hub: write one of {}", known.join(", "));
        unknown.map(|man| fault(man, Some("area"), &say)).collect()
    }

    /// Refuses what an order cannot require: the same as of one that is recorded by hand.
    fn requirements(&self, men: &[Man]) -> Vec<Fault> {
        let wrong = |man: &Man| {
            let (field, say) = man.order.as_ref()?.requirements.iter().find_map(|one| self.wrong_requirement(one))?;
            Some(fault(man, Some("requirements"), &format!("holds something that cannot be: {field} {say}")))
        };
        men.iter().filter_map(wrong).collect()
    }

    /// Refuses a case manager who is not of the agency, writes on no case, or has declared to know the man.
    async fn managers(&self, actor: &Actor, worker: WorkerId, men: &[Man]) -> Result<Vec<Fault>, Error> {
        let mut may: HashMap<WorkerId, bool> = HashMap::new();
        let mut faults = Vec::new();
        for man in men {
            let manager = man.manager.unwrap_or(worker);
            let fits = match may.get(&manager) {
                Some(fits) => *fits,
                None => {
                    let fits = self.may_lead(actor, manager).await?;
                    *may.entry(manager).or_insert(fits)
                }
            };
            let knows = || {
                let known = self.index.declared_by(&self.gate.vault, &man.identity);
                known.iter().any(|(who, _)| *who == manager)
            };
            // Whoever leaves the column empty takes the case, and is told of it by `KNOWN` if they know him.
            if !fits || (man.manager.is_some_and(|named| named != worker) && knows()) {
                faults.push(fault(man, Some("case_manager"), CANNOT));
            }
        }
        Ok(faults)
    }

    async fn may_lead(&self, actor: &Actor, manager: WorkerId) -> Result<bool, Error> {
        let Some((seat, _)) = self.gate.store.seat(manager).await? else { return Ok(false) };
        let purpose = self.gate.policy.default_purpose(seat.role);
        let writes = self.gate.policy.ever(seat.role, seat.kind, Category::Identity, purpose, Action::Create);
        Ok(seat.active && &seat.agency == actor.agency() && writes)
    }
}

fn fault(man: &Man, column: Option<&'static str>, say: &str) -> Fault {
    Fault { line: man.line, column, say: say.to_owned() }
}

/// Finds references and men that stand in the table twice: each line but the first is wrong.
fn twice(men: &[Man]) -> Vec<Fault> {
    let (mut references, mut people) = (HashMap::new(), HashMap::new());
    let mut faults = Vec::new();
    for man in men {
        if let Some(first) = references.insert(man.reference.as_str(), man.line) {
            faults.push(fault(man, Some("reference"), &format!("stands in line {first} too: correct one of the two")));
        }
        let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let names = (folded(man.identity.family_name.reveal()), folded(man.identity.given_names.reveal()));
        if let Some(first) = people.insert((names, man.identity.date_of_birth), man.line)
            && !man.another
        {
            let say = format!(
                "is the man of line {first}: leave one out, or write yes into another_man if you have checked that he is not"
            );
            faults.push(fault(man, None, &say));
        }
    }
    faults
}

/// Returns the search for a man by his own names and date of birth.
fn by_names(man: &Man) -> Result<PersonSearch, Error> {
    let same = |_| Error::Unknown;
    Ok(PersonSearch {
        family_name: Some(Line::new(man.identity.family_name.reveal()).map_err(same)?),
        given_name: Some(Line::new(man.identity.given_names.reveal()).map_err(same)?),
        date_of_birth: Some(man.identity.date_of_birth),
        reference: None,
        purpose: None,
    })
}
