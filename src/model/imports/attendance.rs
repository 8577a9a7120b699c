//! One man's attendance at one contact or session, as a line of a table says it.
//!
//! Must never know: which words there are, and what each of them asks for: that is for the policy to say.

use super::cells::{Fault, Places, Reading, TableLine};
use super::forms::{code, past, plain, several, word, yes};
use crate::model::clocks::EventWord;
use crate::model::events::ContactKind;
use crate::model::id::OrderId;
use crate::model::orders::{Hour, OrderKind};
use crate::model::text::{Line, Prose};
use crate::model::time::Day;

/// Under which order something was, as a table names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedOrder {
    /// The one of this kind.
    Kind(OrderKind),
    /// This one.
    Id(OrderId),
}

/// An attendance as a line says it.
#[derive(Debug)]
pub struct AttendanceLine {
    /// The line.
    pub line: u32,
    /// The agency's own reference of his case.
    pub reference: String,
    /// On which day it was.
    pub day: Day,
    /// At which local time, if that is known.
    pub time: Option<Hour>,
    /// What became of it.
    pub word: EventWord,
    /// Under which order.
    pub order: Option<NamedOrder>,
    /// How he was seen, or was to be.
    pub contact: Option<ContactKind>,
    /// He came, and was late.
    pub late: bool,
    /// He was not told of it beforehand.
    pub unannounced: bool,
    /// Which session of a programme.
    pub session: Option<u8>,
    /// In words.
    pub text: Option<Prose<4000>>,
    /// When the reason for an absence was accepted.
    pub excused: Option<Day>,
    /// What shows it.
    pub evidence: Vec<Line<300>>,
}

impl AttendanceLine {
    /// Reads a line. `today` is the last day on which something can have happened.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(places: &Places, line: &TableLine, today: Day) -> Result<Self, Vec<Fault>> {
        let mut row = Reading::new(places, line);
        row.begin();
        let reference = row.needed("reference", code);
        let day = row.needed("date", |text| past(text, today));
        let time = row.maybe("time", |text| {
            text.parse().map_err(|_| "is not an hour of the day: write it such as 09:30, or leave it empty".to_owned())
        });
        let event = row.needed("word", |text| {
            text.parse().map_err(|_| "is not a word for what became of it: take one of the template".to_owned())
        });
        let order = row.maybe("order", named);
        let contact = row.maybe("contact", word);
        let late = row.maybe("late", yes).is_some();
        let unannounced = row.maybe("unannounced", yes).is_some();
        let session = row.maybe("session", session);
        let text = row.maybe("text", prose);
        let excused = row.maybe("excused", |text| past(text, today));
        let evidence = row.maybe("evidence", |text| several(text, plain)).unwrap_or_default();
        if excused.is_some() && row.given("evidence").is_none() {
            row.wrong(
                Some("evidence"),
                "is empty: an absence is excused on evidence alone; name what shows the reason",
            );
        }
        if excused.zip(day).is_some_and(|(excused, day)| excused < day) {
            row.wrong(Some("excused"), "is before the day of the absence: correct one of the two");
        }
        let whole = || {
            let (reference, day, word) = (reference?, day?, event?);
            let line = line.line;
            Some(Self {
                line,
                reference,
                day,
                time,
                word,
                order,
                contact,
                late,
                unannounced,
                session,
                text,
                excused,
                evidence,
            })
        };
        match (row.done(), whole()) {
            (faults, Some(whole)) if faults.is_empty() => Ok(whole),
            (faults, _) => Err(faults),
        }
    }
}

fn named(text: &str) -> Result<NamedOrder, String> {
    if let Ok(id) = text.parse() {
        return Ok(NamedOrder::Id(id));
    }
    let kinds = || OrderKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    text.parse()
        .map(NamedOrder::Kind)
        .map_err(|_| format!("is no kind of order and no order's id: write one of {}, or leave it empty", kinds()))
}

fn session(text: &str) -> Result<u8, String> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|number| digits && *number > 0)
        .ok_or("is not a session: write its number, 1 or more".to_owned())
}

fn prose(text: &str) -> Result<Prose<4000>, String> {
    let line: Line<1000> = plain(text)?;
    Prose::new(line.reveal()).map_err(|why| why.to_string())
}
