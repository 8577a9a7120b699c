//! For whose case each line of a table is, and whether the importer may record there what it says.
//!
//! Promises: a case that is not there, one of another agency, and one that is closed to the importer are one fault, by the
//! same path; what may be recorded is what the importer could record by hand, man by man.

use super::{Fault, Table};
use crate::auth::Actor;
use crate::desk::events::event_question;
use crate::desk::goes::{Goes, Said};
use crate::desk::orders::order_question;
use crate::desk::quotes::Source;
use crate::desk::screen::Found;
use crate::desk::{Desk, Error, FieldError, Question};
use crate::model::id::{CaseId, EventId, OrderId};
use crate::model::imports::Column;
use crate::model::notes::Category;
use crate::model::screen::Form;
use crate::model::shares::Purpose;
use crate::model::time::Day;
use crate::policy::permit::Action;
use std::collections::HashMap;

/// What is told of every case in which the importer can record nothing, whatever the reason.
const CLOSED: &str = "is not the reference of a case of your agency in which you may record this: check it, or have whoever \
                      works on the case bring it in";

/// What is being found of a table.
pub(super) struct Look<'a> {
    pub(super) actor: &'a Actor,
    pub(super) purpose: Purpose,
    /// The last day on which something can have happened.
    pub(super) today: Day,
    columns: &'static [Column],
    /// What is wrong.
    pub(super) faults: Vec<Fault>,
    /// The agency's cases by their references.
    own: HashMap<String, CaseId>,
    may: HashMap<(CaseId, Category), bool>,
    /// How much was in each case that is open to the importer when it was looked at.
    pub(super) held: HashMap<CaseId, usize>,
    /// Whose protected words were found in which case.
    pub(super) quoted: HashMap<CaseId, Vec<Source>>,
}

impl<'a> Look<'a> {
    pub(super) fn new(actor: &'a Actor, table: &Table, today: Day) -> Self {
        Self {
            actor,
            purpose: table.question.purpose,
            today,
            columns: table.new.kind.columns(),
            faults: Vec::new(),
            own: HashMap::new(),
            may: HashMap::new(),
            held: HashMap::new(),
            quoted: HashMap::new(),
        }
    }

    /// Says that something is wrong with a line.
    pub(super) fn wrong(&mut self, line: u32, column: &str, say: &str) {
        let column = self.columns.iter().find(|known| known.name == column).map(|known| known.name);
        self.faults.push(Fault { line, column, say: say.to_owned() });
    }

    /// Says what a check by hand would have said, by the columns of the table.
    pub(super) fn refused(&mut self, line: u32, errors: Vec<FieldError>, column: impl Fn(&str) -> String) {
        for error in errors {
            self.wrong(line, &column(&error.field), &error.say);
        }
    }
}

impl Desk {
    /// Finds which of the references are of cases of the importer's agency.
    pub(super) async fn find_cases(&self, look: &mut Look<'_>, references: &[&str]) -> Result<(), Error> {
        look.own = self.gate.store.cases_of(look.actor.agency(), references).await?;
        Ok(())
    }

    /// Returns the case that a line is for, if the importer may record there what is of these rows of the matrix.
    pub(super) async fn case_of(
        &self,
        look: &mut Look<'_>,
        (line, reference): (u32, &str),
        categories: &[Category],
    ) -> Result<Option<CaseId>, Error> {
        let found = look.own.get(reference).copied();
        // What is nobody's is asked about in the same way.
        let case = found.unwrap_or_else(CaseId::random);
        let mut may = true;
        for category in categories {
            may &= match look.may.get(&(case, *category)) {
                Some(known) => *known,
                None => {
                    let question = part(case, *category, look.purpose);
                    let ask = question.by(look.actor);
                    let facts = self.gate.facts(&ask, None).await?;
                    let known = self.gate.policy.would_permit(&ask, &facts);
                    *look.may.entry((case, *category)).or_insert(known)
                }
            };
        }
        if found.is_none() || !may {
            look.wrong(line, "reference", CLOSED);
            return Ok(None);
        }
        Ok(found)
    }

    /// Looks at the texts of a line. Nobody says in a table that they have looked again: what must be looked at is a fault.
    pub(super) async fn screened_line(
        &self,
        look: &mut Look<'_>,
        (line, case): (u32, CaseId),
        said: &[Said<'_>],
        column: impl Fn(&str) -> String,
    ) -> Result<(), Error> {
        if said.is_empty() {
            return Ok(());
        }
        match self.look(look.actor, case, Goes::HisRecord, said, &[]).await? {
            Found::Nothing => {}
            Found::Look(errors) => {
                let errors = errors.into_iter().map(|error| FieldError { say: look_again(error.kind), ..error });
                look.refused(line, errors.collect(), column);
            }
            Found::Quoted(errors, of) => {
                look.quoted.entry(case).or_default().extend(of);
                look.refused(line, errors, column);
            }
        }
        Ok(())
    }
}

/// Returns the question whether something may be recorded in a case, as it is asked by hand.
pub(super) fn part(case: CaseId, category: Category, purpose: Purpose) -> Question {
    if category == Category::OrderConditions {
        return order_question(Action::Create, OrderId::random(), Some(case), purpose);
    }
    event_question(Action::Create, EventId::random(), Some(case), category, purpose)
}

fn look_again(form: Option<&str>) -> String {
    let form = form.and_then(|word| word.parse().ok()).map_or("what must not stand there", Form::name);
    format!(
        "holds what looks like {form}: leave it out if it could be a protected person's; if it may stand, record this line \
         by hand, where you can say that you have looked"
    )
}
