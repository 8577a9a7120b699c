//! The commencement gate as data: which event does each item, who may record it, who may waive it.
//!
//! Promises: every gate has the receipt of the programme team and that of the women's service; an item asks for no fewer
//! sessions than the stage has at least; whoever is named for an item may record what does it.

use super::super::error::{Error, Fault};
use super::super::events::Events;
use super::super::reference::word;
use super::super::rows::{Row, rows_of};
use super::{Template, verified, words};
use crate::model::agencies::Role;
use crate::model::clocks::EventWord;

const GATE: &str = "gate.csv";

/// The items that no gate is without.
const RECEIPTS: [&str; 2] = ["programme-team-receipt", "womens-service-receipt"];

/// What does an item.
#[derive(Debug, PartialEq, Eq)]
pub enum Met {
    /// One of these events, so many times.
    Times(Vec<EventWord>, u8),
    /// What this event sent was said to be there.
    Received(EventWord),
}

/// One item of a gate.
#[derive(Debug, PartialEq, Eq)]
pub struct GateItem {
    /// Its word, such as `ls-cmi`.
    pub item: String,
    /// What people call it.
    pub title: String,
    /// What does it.
    pub met: Met,
    /// Who alone may record that; empty: whoever may record such an event.
    pub by: Vec<Role>,
    /// Who may waive it.
    pub waive: Vec<Role>,
    /// Where that is written.
    pub source: String,
    /// Whether the source says so.
    pub verified: bool,
}

impl Met {
    /// Returns the events that do it.
    #[must_use]
    pub fn words(&self) -> &[EventWord] {
        match self {
            Self::Times(words, _) => words,
            Self::Received(word) => std::slice::from_ref(word),
        }
    }

    /// Returns how many times one of them is needed.
    #[must_use]
    pub const fn times(&self) -> u8 {
        match self {
            Self::Times(_, times) => *times,
            Self::Received(_) => 1,
        }
    }
}

/// Reads `gate.csv` into the templates.
pub(super) fn load(text: &str, templates: &mut [Template], events: &Events) -> Result<(), Error> {
    for row in rows_of(GATE, text, 9)? {
        for version in row.cells[1].split('+') {
            let named = |one: &&mut Template| one.name == row.cells[0] && one.version == version;
            let unknown = || row.fault(GATE, Fault::Unknown(format!("{} {version}", row.cells[0])));
            let template = templates.iter_mut().find(named).ok_or_else(unknown)?;
            let item = item(&row, template, events)?;
            if template.gate.iter().any(|known| known.item == item.item) {
                return Err(row.fault(GATE, Fault::Twice(item.item)));
            }
            template.gate.push(item);
        }
    }
    for template in templates {
        let has = |wanted: &str| template.gate.iter().any(|one| one.item == wanted);
        let received = |one: &GateItem| matches!(one.met, Met::Received(_)) == (one.item == RECEIPTS[1]);
        if let Some(wanted) = RECEIPTS.iter().find(|wanted| !has(wanted)) {
            let missing = format!("{wanted} of {} {}", template.name, template.version);
            return Err(Error::file(GATE, Fault::Missing(missing)));
        }
        if let Some(odd) = template.gate.iter().find(|one| !received(one)) {
            let why = "is not the women's service saying that it has what was sent, or another item is";
            return Err(Error::file(GATE, Fault::Means { word: odd.item.clone(), why }));
        }
    }
    Ok(())
}

fn item(row: &Row<'_>, template: &Template, events: &Events) -> Result<GateItem, Error> {
    let met = met(row, row.cells[4], events)?;
    let (by, waive) = (roles(row, row.cells[5])?, roles(row, row.cells[6])?);
    let least = template.stages.iter().filter(|stage| stage.counts == met.words()).find_map(|stage| stage.least);
    if least.is_some_and(|least| met.times() < least) {
        let why = "asks for fewer than the programme has at least";
        return Err(row.fault(GATE, Fault::Means { word: row.cells[4].to_owned(), why }));
    }
    let may = |word: &str, role: &Role| events.get(word).is_some_and(|rule| rule.is_for(Some(*role)));
    let sends = matches!(met, Met::Received(_));
    let cannot = by.iter().find(|role| !sends && !met.words().iter().any(|word| may(word.as_str(), role)));
    let cannot = cannot.or_else(|| waive.iter().find(|role| !may(EventWord::GATE_WAIVED, role)));
    if let Some(role) = cannot {
        let why = "may not record what the item needs";
        return Err(row.fault(GATE, Fault::Means { word: role.to_string(), why }));
    }
    if waive.is_empty() {
        return Err(row.fault(GATE, Fault::Unknown(row.cells[6].to_owned())));
    }
    Ok(GateItem {
        item: row.cells[2].to_owned(),
        title: row.cells[3].to_owned(),
        met,
        by,
        waive,
        source: row.cells[7].to_owned(),
        verified: verified(GATE, row, row.cells[8])?,
    })
}

fn met(row: &Row<'_>, cell: &str, events: &Events) -> Result<Met, Error> {
    if let Some((word, "received")) = cell.split_once('@') {
        if word != EventWord::DETAILS_SENT {
            let why = "sends nothing that anybody receives";
            return Err(row.fault(GATE, Fault::Means { word: word.to_owned(), why }));
        }
        return Ok(Met::Received(words(GATE, row, word, '|', events)?.remove(0)));
    }
    let (names, times) = match cell.split_once('*') {
        None => (cell, 1),
        Some((names, times)) => (names, word(GATE, row, times)?),
    };
    if times == 0 {
        return Err(row.fault(GATE, Fault::Unknown(cell.to_owned())));
    }
    Ok(Met::Times(words(GATE, row, names, '|', events)?, times))
}

fn roles(row: &Row<'_>, cell: &str) -> Result<Vec<Role>, Error> {
    match cell {
        "*" => Ok(Vec::new()),
        names => names.split('+').map(|name| word(GATE, row, name)).collect(),
    }
}
