//! The programmes that men take part in, by version: stages in order, how many sessions, what a register's marks become.
//!
//! Promises: what a source does not say is not set, and never a guess; each version stands by itself with its gate, so a
//! group that runs keeps its own; a bad table is refused with file and line.
//! Must never know: who takes part.

mod gate;

pub use gate::{GateItem, Met};

use super::error::{Error, Fault};
use super::events::Events;
use super::orders::event_word;
use super::reference::word;
use super::rows::{Row, rows};
use crate::model::clocks::EventWord;
use crate::model::programmes::Mark;
use crate::model::time::Day;

const PROGRAMMES: &str = "programmes.csv";

/// One stage of a programme.
#[derive(Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its word, such as `group`.
    pub stage: String,
    /// How many times at least; nothing: not set.
    pub least: Option<u8>,
    /// How many times at most; nothing: not set.
    pub most: Option<u8>,
    /// The events that count.
    pub counts: Vec<EventWord>,
    /// What people call it.
    pub title: String,
    /// Where that is written.
    pub source: String,
    /// Whether the source says so.
    pub verified: bool,
}

/// One version of a programme.
#[derive(Debug, PartialEq, Eq)]
pub struct Template {
    /// The programme, such as `caledonian`.
    pub name: String,
    /// Its version, such as `2024`.
    pub version: String,
    /// Its first day; nothing: not set.
    pub from: Option<Day>,
    /// What people call it.
    pub title: String,
    /// Where it is written.
    pub source: String,
    /// Whether the source says so.
    pub verified: bool,
    /// Its stages in order.
    pub stages: Vec<Stage>,
    /// What must be done before the group begins.
    pub gate: Vec<GateItem>,
}

/// What a mark of a register becomes.
#[derive(Debug, PartialEq, Eq)]
pub struct Marked {
    /// The mark.
    pub mark: Mark,
    /// The event.
    pub event: EventWord,
    /// What follows by itself.
    pub follows: Option<EventWord>,
}

/// All of them.
#[derive(Debug)]
pub struct Programmes {
    templates: Vec<Template>,
    marks: Vec<Marked>,
}

impl Template {
    /// Returns the stage that the registers are of: the one that counts what a mark of *present* becomes.
    fn group(&self, present: &EventWord) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.counts.contains(present))
    }
}

impl Programmes {
    /// Reads `programmes.csv` and `gate.csv`.
    pub(super) fn load(text: &str, gate: &str, events: &Events) -> Result<Self, Error> {
        let mut all = Self { templates: Vec::new(), marks: Vec::new() };
        for row in rows(PROGRAMMES, text)? {
            match row.cells[0] {
                "programme" => all.add_template(&row)?,
                "stage" => all.add_stage(&row, events)?,
                "mark" => all.add_mark(&row, events)?,
                other => return Err(row.fault(PROGRAMMES, Fault::Unknown(other.to_owned()))),
            }
        }
        if let Some(mark) = Mark::ALL.iter().find(|mark| all.marks.iter().all(|known| known.mark != **mark)) {
            return Err(Error::file(PROGRAMMES, Fault::Missing(mark.to_string())));
        }
        let bare = all.templates.iter().find(|one| one.group(all.present()).is_none());
        if let Some(bare) = bare {
            let group = format!("the group of {} {}", bare.name, bare.version);
            return Err(Error::file(PROGRAMMES, Fault::Missing(group)));
        }
        gate::load(gate, &mut all.templates, events)?;
        Ok(all)
    }

    fn add_template(&mut self, row: &Row<'_>) -> Result<(), Error> {
        row.expect_cells(PROGRAMMES, 7)?;
        let (name, version) = (short(row, row.cells[1])?, short(row, row.cells[2])?);
        if self.of(&name, &version).is_some() {
            return Err(row.fault(PROGRAMMES, Fault::Twice(format!("{name} {version}"))));
        }
        let from = match row.cells[3] {
            "-" => None,
            day => Some(word(PROGRAMMES, row, day)?),
        };
        self.templates.push(Template {
            name,
            version,
            from,
            title: row.cells[4].to_owned(),
            source: row.cells[5].to_owned(),
            verified: verified(PROGRAMMES, row, row.cells[6])?,
            stages: Vec::new(),
            gate: Vec::new(),
        });
        Ok(())
    }

    fn add_stage(&mut self, row: &Row<'_>, events: &Events) -> Result<(), Error> {
        row.expect_cells(PROGRAMMES, 10)?;
        let stage = Stage {
            stage: short(row, row.cells[3])?,
            least: number(row, row.cells[4])?,
            most: number(row, row.cells[5])?,
            counts: words(PROGRAMMES, row, row.cells[6], '+', events)?,
            title: row.cells[7].to_owned(),
            source: row.cells[8].to_owned(),
            verified: verified(PROGRAMMES, row, row.cells[9])?,
        };
        if stage.least.zip(stage.most).is_some_and(|(least, most)| least > most) {
            let why = "is more than the stage has at most";
            return Err(row.fault(PROGRAMMES, Fault::Means { word: row.cells[4].to_owned(), why }));
        }
        let named = |one: &&mut Template| one.name == row.cells[1] && one.version == row.cells[2];
        let unknown = || row.fault(PROGRAMMES, Fault::Unknown(format!("{} {}", row.cells[1], row.cells[2])));
        let template = self.templates.iter_mut().find(named).ok_or_else(unknown)?;
        if template.stages.iter().any(|known| known.stage == stage.stage) {
            return Err(row.fault(PROGRAMMES, Fault::Twice(stage.stage)));
        }
        template.stages.push(stage);
        Ok(())
    }

    fn add_mark(&mut self, row: &Row<'_>, events: &Events) -> Result<(), Error> {
        row.expect_cells(PROGRAMMES, 6)?;
        let mark: Mark = word(PROGRAMMES, row, row.cells[1])?;
        if self.marks.iter().any(|known| known.mark == mark) {
            return Err(row.fault(PROGRAMMES, Fault::Twice(mark.to_string())));
        }
        let event = event_word(PROGRAMMES, row, row.cells[2], events)?;
        let follows = match row.cells[3] {
            "-" => None,
            cell => Some(event_word(PROGRAMMES, row, cell, events)?),
        };
        verified(PROGRAMMES, row, row.cells[5])?;
        self.marks.push(Marked { mark, event, follows });
        Ok(())
    }

    fn present(&self) -> &EventWord {
        &self.marked(Mark::Present).event
    }

    /// Returns one version of a programme.
    #[must_use]
    pub fn of(&self, name: &str, version: &str) -> Option<&Template> {
        self.templates.iter().find(|one| one.name == name && one.version == version)
    }

    /// Returns the version of a programme whose first day came last; one whose day is not set is older than any.
    #[must_use]
    pub fn current(&self, name: &str, on: Day) -> Option<&Template> {
        let begun = |one: &&Template| one.name == name && one.from.is_none_or(|from| from <= on);
        self.templates.iter().filter(begun).max_by_key(|one| one.from)
    }

    /// Returns every version of every programme, in the order of the file.
    pub fn all(&self) -> impl Iterator<Item = &Template> {
        self.templates.iter()
    }

    /// Returns the stage that registers are of.
    ///
    /// # Panics
    /// Never: a policy with a programme that has none is not loaded.
    #[must_use]
    pub fn group_of<'a>(&self, template: &'a Template) -> &'a Stage {
        template.group(self.present()).expect("each programme has its group")
    }

    /// Returns what a mark becomes.
    ///
    /// # Panics
    /// Never: a policy that lacks a mark is not loaded.
    #[must_use]
    pub fn marked(&self, mark: Mark) -> &Marked {
        self.marks.iter().find(|known| known.mark == mark).expect("each mark stands in the file")
    }

    /// Says whether an event is one that follows a mark by itself.
    #[must_use]
    pub fn follows_by_itself(&self, word: &EventWord) -> bool {
        self.marks.iter().any(|known| known.follows.as_ref() == Some(word))
    }

    /// Says whether an event is one that a register makes: nobody has one who has not begun.
    #[must_use]
    pub fn is_of_group(&self, word: &EventWord) -> bool {
        self.marks.iter().any(|known| known.event == *word)
    }
}

/// Reads a short word of `a-z`, `0-9` and hyphen.
fn short(row: &Row<'_>, cell: &str) -> Result<String, Error> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if cell != "-" && cell.len() <= 40 && cell.bytes().all(plain) {
        return Ok(cell.to_owned());
    }
    Err(row.fault(PROGRAMMES, Fault::Unknown(cell.to_owned())))
}

fn number(row: &Row<'_>, cell: &str) -> Result<Option<u8>, Error> {
    match cell {
        "-" => Ok(None),
        cell => match word(PROGRAMMES, row, cell)? {
            0 => Err(row.fault(PROGRAMMES, Fault::Unknown(cell.to_owned()))),
            number => Ok(Some(number)),
        },
    }
}

fn words(
    file: &'static str,
    row: &Row<'_>,
    cell: &str,
    between: char,
    events: &Events,
) -> Result<Vec<EventWord>, Error> {
    cell.split(between).map(|one| event_word(file, row, one.trim(), events)).collect()
}

fn verified(file: &'static str, row: &Row<'_>, cell: &str) -> Result<bool, Error> {
    match cell {
        "verified" => Ok(true),
        "proposed" => Ok(false),
        other => Err(row.fault(file, Fault::Unknown(other.to_owned()))),
    }
}

#[cfg(test)]
mod tests;
