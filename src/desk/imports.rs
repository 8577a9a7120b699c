//! A caseload comes in from another system: looked at line by line, then made whole or not at all.
//!
//! Promises: nobody brings in a man for another agency; one import is one entry of the log and one commit, and its cases are
//! found as soon as they are there; what is wrong is told by line, never by value; a man whom the importer's own agency has
//! is told, and the readers of his case see that; whether any other agency knows him makes no difference to the answer.
//! Must never know: files, HTTP, SQL.

mod check;
mod make;

pub use crate::model::imports::{CELL_CHARS_MAX, Fault, ImportKind, LINES_MAX, TableLine, template};

use super::{Desk, Error, FieldError, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::id::{CaseId, ImportId};
use crate::model::imports::{Man, Places};
use crate::model::notes::Category;
use crate::model::people::Identity;
use crate::model::sealed::Record;
use crate::model::text::Line;
use crate::policy::permit::Action;
use crate::store::effect::{Change, Supervision};
use crate::store::imports::NewImport;
use serde::Deserialize;
use serde_json::json;
use std::collections::HashSet;
use tokio::sync::{Mutex, RwLock};

/// Most faults that one answer lists; how many lines are wrong is always told.
const FAULTS_MAX: usize = 1_000;

/// A table as a program sends it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeImport {
    /// What it holds.
    pub kind: ImportKind,
    /// Makes it. Otherwise it is only looked at.
    #[serde(default)]
    pub commit: bool,
    /// Makes what is right although other lines are wrong.
    #[serde(default)]
    pub good_lines: bool,
    /// The header.
    pub columns: Vec<Line<60>>,
    /// The lines.
    pub lines: Vec<TableLine>,
}

/// What there is of imports between requests.
#[derive(Debug, Default)]
pub(super) struct Coming {
    /// One import at a time: two would each hold their lines in memory, and make the same man twice.
    one: Mutex<()>,
    /// Held while men are made, so that nobody declares to know one of them between the look at declarations and the commit.
    pub(super) declaring: RwLock<()>,
}

/// What was found of the lines.
struct Looked {
    /// The lines that are right.
    men: Vec<Man>,
    /// What is wrong with the others.
    faults: Vec<Fault>,
    /// The agency's own cases of which the importer is told.
    told: HashSet<CaseId>,
}

/// What became of an import.
#[derive(Debug)]
pub struct Imported {
    /// The answer and where it stands in the log.
    pub written: Written,
    /// Whether anything was made, now or before.
    pub made: bool,
}

impl Desk {
    /// Looks at a table, and makes what it says if that was asked for.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever brings in no caseload; [`Error::Invalid`] if the header is wrong or the table too long;
    /// [`Error::Busy`] while another import is under way; [`Error::Conflict`] if somebody made one of the cases meanwhile.
    pub async fn import(&self, actor: &Actor, new: TakeImport, once: Option<Once>) -> Result<Imported, Error> {
        let once = once.filter(|_| new.commit);
        if let Some(written) = self.repeated(actor, once.as_ref()).await? {
            return Ok(Imported { written, made: true });
        }
        let Ok(_one) = self.coming.one.try_lock() else { return Err(Error::Busy) };
        let id = ImportId::random();
        let question = Question {
            action: Action::Import,
            record: Record::Import(id),
            case: None,
            about: None,
            category: Category::Identity,
            purpose: self.purpose(actor, None),
        };
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, None).await?;
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let places = match places(&new) {
            Ok(places) => places,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let looked = self.looked_at(actor, worker, question, &new.lines, &places).await?;
        let wrong: HashSet<u32> = looked.faults.iter().map(|fault| fault.line).collect();
        let make = new.commit && !looked.men.is_empty() && (new.good_lines || wrong.is_empty());
        let answer = json!({
            "id": id, "kind": new.kind, "lines": new.lines.len(), "good": looked.men.len(), "wrong_lines": wrong.len(),
            "made": if make { looked.men.len() } else { 0 },
            "faults": looked.faults.iter().take(FAULTS_MAX).map(|fault| json!({
                "line": fault.line, "column": fault.column, "say": fault.say,
            })).collect::<Vec<_>>(),
        });
        if !make {
            let seen = NewImport { cases: Vec::new(), told: looked.told };
            let receipt = self.gate.commit(permit, &ask, None, Supervision::Import(Box::new(seen)).into()).await?;
            let recorded = Some(Recorded::from(&receipt));
            return Ok(Imported { written: Written { answer: answer.to_string(), recorded }, made: false });
        }
        let (mut cases, wraps) = self.sealed_caseload(actor.agency(), worker, &looked.men).await?;
        let declaring = self.coming.declaring.write().await;
        for (one, man) in cases.iter_mut().zip(&looked.men) {
            one.case.known_to = self.index.declared_by(&self.gate.vault, &man.identity).into_iter().collect();
        }
        let people: Vec<_> = cases.iter().map(|one| (one.case.head.person, one.case.head.id)).collect();
        let effect = Supervision::Import(Box::new(NewImport { cases, told: looked.told }));
        let change = Change { effect: effect.into(), wraps, promise: None };
        let written = self.write(permit, &ask, None, change, once.as_ref(), answer).await?;
        if written.recorded.is_some() {
            let known = looked.men.iter().map(|man| &man.identity);
            self.indexed(people.into_iter().zip(known));
        }
        drop(declaring);
        Ok(Imported { written, made: true })
    }

    /// Lets men who came in be found.
    fn indexed<'a>(&self, people: impl Iterator<Item = ((crate::model::id::PersonId, CaseId), &'a Identity)>) {
        for ((person, case), identity) in people {
            self.index.add(&self.gate.vault, person, case, identity);
        }
    }
}

/// Reads the header, and refuses a table that is empty, too long, or names a line twice.
fn places(new: &TakeImport) -> Result<Places, Error> {
    if new.lines.is_empty() {
        return Err(Error::field("lines", "are none: send at least one"));
    }
    if new.lines.len() > LINES_MAX {
        return Err(Error::field(
            "lines",
            &format!("are too many: send at most {LINES_MAX} at once, the others after them"),
        ));
    }
    let mut numbers = HashSet::new();
    if !new.lines.iter().all(|line| numbers.insert(line.line)) {
        return Err(Error::field("lines.line", "is the same for two lines: number them as they stand in the file"));
    }
    let header: Vec<&str> = new.columns.iter().map(Line::reveal).collect();
    Places::of(new.kind, &header).map_err(|wrong| {
        let error = |(at, say): (Option<usize>, String)| {
            FieldError::new(&at.map_or_else(|| "columns".to_owned(), |at| format!("columns[{at}]")), &say)
        };
        Error::Invalid { errors: wrong.into_iter().map(error).collect() }
    })
}
