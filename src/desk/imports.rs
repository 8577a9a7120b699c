//! A table comes in from another system: looked at line by line, then made whole or not at all.
//!
//! Promises: nobody brings in a man for another agency, nor an order or an attendance that they could not record by hand; one
//! import is one entry of the log and one commit, and its cases are found as soon as they are there; what is wrong is told by line, never by value; a man whom the importer's own agency has
//! is told, and the readers of his case see that; whether any other agency knows him makes no difference to the answer.
//! Must never know: files, HTTP, SQL.

mod attendance;
mod bring;
mod caseload;
mod cases;
mod check;
mod lines;
mod make;
mod orders;

pub use crate::model::imports::{CELL_CHARS_MAX, Fault, ImportKind, LINES_MAX, TableLine, template};

use super::{Desk, Error, FieldError, Once, Question, Written};
use crate::auth::Actor;
use crate::model::id::ImportId;
use crate::model::imports::Places;
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::text::Line;
use crate::policy::permit::Action;
use serde::Deserialize;
use serde_json::{Value, json};
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

/// A table whose header is right.
struct Table {
    id: ImportId,
    question: Question,
    new: TakeImport,
    places: Places,
}

/// What there is of imports between requests.
#[derive(Debug, Default)]
pub(super) struct Coming {
    /// One import at a time: two would each hold their lines in memory, and make the same man twice.
    one: Mutex<()>,
    /// Held while men are made, so that nobody declares to know one of them between the look at declarations and the commit.
    pub(super) declaring: RwLock<()>,
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
        let permit = self.gate.decide(&question.by(actor), None).await?;
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let places = match places(&new) {
            Ok(places) => places,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let table = Table { id, question, new, places };
        match table.new.kind {
            ImportKind::Caseload => self.import_caseload((actor, worker), &table, permit, once).await,
            ImportKind::Orders | ImportKind::Attendance => {
                self.import_lines((actor, worker), &table, permit, once).await
            }
        }
    }
}

impl Table {
    /// Says what was found: what is right, what is wrong, and what was made or would be.
    fn answer(&self, good: usize, faults: &[Fault], make: bool) -> Value {
        let wrong: HashSet<u32> = faults.iter().map(|fault| fault.line).collect();
        json!({
            "id": self.id, "kind": self.new.kind, "lines": self.new.lines.len(), "good": good,
            "wrong_lines": wrong.len(), "made": if make { good } else { 0 },
            "faults": faults.iter().take(FAULTS_MAX).map(|fault| json!({
                "line": fault.line, "column": fault.column, "say": fault.say,
            })).collect::<Vec<_>>(),
        })
    }

    /// Says whether it is to be made: something of it is right, and either all of it or the good lines are asked for.
    fn is_made(&self, good: usize, faults: &[Fault]) -> bool {
        self.new.commit && good > 0 && (self.new.good_lines || faults.is_empty())
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
