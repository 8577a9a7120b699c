//! One line of `clocks.csv`, read strictly.
//!
//! Promises: whatever is wrong is named by file, line and word. A limit is a number of the unit, or stands open where the
//! area sets it; nothing else is taken for a limit.
//! Must never know: the other rules.

use super::{CLOCKS, Condition};
use crate::model::clocks::{Applies, BadExpression, EventWord, Limit, Near, Rule, Starts, Status, Stops, Unit};
use crate::policy::error::{Error, Fault};
use crate::policy::events::Events;
use crate::policy::reference::word;
use crate::policy::rows::Row;
use std::str::FromStr;

/// How many cells a rule has.
const CELLS: usize = 11;

/// The largest number of a limit: a hundred years are no limit of practice.
const LIMIT_MAX: u32 = 999;

/// Before the word that sessions must not come after.
const BEFORE: &str = "session before ";

fn means(row: &Row<'_>, cell: &str, why: &'static str) -> Error {
    row.fault(CLOCKS, Fault::Means { word: cell.to_owned(), why })
}

/// Reads a condition: its word and its meaning.
pub(super) fn condition(row: &Row<'_>) -> Result<Condition, Error> {
    row.expect_cells(CLOCKS, 3)?;
    let cell = row.cells[1];
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if cell.split(':').count() > 2 || !cell.split(':').all(plain) {
        return Err(row.fault(CLOCKS, Fault::Character(cell.to_owned())));
    }
    Ok(Condition { word: cell.to_owned(), meaning: row.cells[2].to_owned() })
}

/// Reads a rule.
pub(super) fn rule(row: &Row<'_>, events: &Events, conditions: &[Condition]) -> Result<Rule, Error> {
    row.expect_cells(CLOCKS, CELLS)?;
    let name = row.cells[0];
    let is_name = name.len() <= 60 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    if !is_name || name.len() < 3 {
        return Err(row.fault(CLOCKS, Fault::Character(name.to_owned())));
    }
    let (unit, before) = unit(row, events)?;
    let status: Status = word(CLOCKS, row, row.cells[10])?;
    let limit = limit(row, unit, status, conditions)?;
    let (starts, stops) = (starts(row, events)?, stops(row, events)?);
    fits(row, &limit, unit, &starts, &stops, before.as_ref())?;
    if row.cells[9] == "-" {
        return Err(means(row, name, "has no source: say where its limit is written"));
    }
    Ok(Rule {
        name: name.to_owned(),
        paragraph: Some(row.cells[1].to_owned()).filter(|cell| cell != "-"),
        limit,
        unit,
        before,
        starts,
        stops,
        applies: applies(row, conditions)?,
        near: near(row, row.cells[7], unit)?,
        escalate: word(CLOCKS, row, row.cells[8])?,
        source: row.cells[9].to_owned(),
        status,
    })
}

fn unit(row: &Row<'_>, events: &Events) -> Result<(Unit, Option<EventWord>), Error> {
    let cell = row.cells[3];
    if let Some(before) = cell.strip_prefix(BEFORE) {
        let known = events.get(before).ok_or_else(|| row.fault(CLOCKS, Fault::Unknown(before.to_owned())))?;
        return Ok((Unit::Session, Some(known.word.clone())));
    }
    match word(CLOCKS, row, cell)? {
        Unit::Session => Err(means(row, cell, "does not say before what: write session before and a word")),
        unit => Ok((unit, None)),
    }
}

fn number(row: &Row<'_>, cell: &str) -> Result<u32, Error> {
    let number = cell.parse::<u32>().ok().filter(|number| *number <= LIMIT_MAX && cell == number.to_string());
    number.ok_or_else(|| row.fault(CLOCKS, Fault::Unknown(cell.to_owned())))
}

fn limit(row: &Row<'_>, unit: Unit, status: Status, conditions: &[Condition]) -> Result<Limit, Error> {
    let cell = row.cells[2];
    if cell == "-" {
        let open = unit == Unit::Date || status == Status::AreaSet;
        let limit = if unit == Unit::Date { Limit::Set(0) } else { Limit::ByArea };
        let why = "is no limit: only what an area sets can stand open";
        return if open { Ok(limit) } else { Err(means(row, cell, why)) };
    }
    if cell.contains('|') || cell.contains(" if ") {
        return choice(row, unit, conditions);
    }
    let number = number(row, cell)?;
    match unit {
        Unit::Immediate if number != 0 => Err(means(row, cell, "is not at once: write 0")),
        Unit::Date => Err(means(row, cell, "is not the day that the event names: write -")),
        Unit::Immediate | Unit::CalendarDay => Ok(Limit::Set(number)),
        _ if number == 0 => Err(means(row, cell, "leaves no time: only a day or what is due at once can be 0")),
        _ => Ok(Limit::Set(number)),
    }
}

/// Reads `3 if a|6 if b|court`.
fn choice(row: &Row<'_>, unit: Unit, conditions: &[Condition]) -> Result<Limit, Error> {
    if matches!(unit, Unit::Immediate | Unit::Date | Unit::Session | Unit::WorkingDayBefore) {
        return Err(means(row, row.cells[2], "is a choice, and its unit has none"));
    }
    let (mut numbers, mut court) = (Vec::new(), false);
    for part in row.cells[2].split('|').map(str::trim) {
        if part == "court" && !court {
            court = true;
            continue;
        }
        let (count, condition) =
            part.split_once(" if ").ok_or_else(|| row.fault(CLOCKS, Fault::Unknown(part.to_owned())))?;
        let (count, condition) = (number(row, count.trim())?, known(row, condition.trim(), conditions)?);
        if count == 0 || numbers.iter().any(|(_, taken)| *taken == condition) {
            return Err(row.fault(CLOCKS, Fault::Twice(condition)));
        }
        numbers.push((count, condition));
    }
    Ok(Limit::Choice { numbers, court })
}

fn expression<T: FromStr<Err = BadExpression>>(row: &Row<'_>, cell: &str) -> Result<T, Error> {
    cell.parse().map_err(|bad: BadExpression| means(row, cell, bad.0))
}

fn starts(row: &Row<'_>, events: &Events) -> Result<Starts, Error> {
    let starts: Starts = expression(row, row.cells[4])?;
    let mut of = Vec::new();
    for word in starts.words() {
        let known = events.get(word.as_str());
        of.push(known.ok_or_else(|| row.fault(CLOCKS, Fault::Unknown(word.to_string())))?.of);
    }
    let why = "is started by what is of an order and by what is of the case: write two rules";
    if of.windows(2).any(|two| two[0] != two[1]) { Err(means(row, row.cells[4], why)) } else { Ok(starts) }
}

fn stops(row: &Row<'_>, events: &Events) -> Result<Stops, Error> {
    let stops: Stops = expression(row, row.cells[5])?;
    if let Some(word) = stops.words().find(|word| events.get(word.as_str()).is_none()) {
        return Err(row.fault(CLOCKS, Fault::Unknown(word.to_string())));
    }
    Ok(stops)
}

/// Refuses a stop that does not go with the limit or the trigger: nothing could ever meet it, or it would say two numbers.
fn fits(
    row: &Row<'_>,
    limit: &Limit,
    unit: Unit,
    starts: &Starts,
    stops: &Stops,
    before: Option<&EventWord>,
) -> Result<(), Error> {
    let wrong = |why| Err(means(row, row.cells[5], why));
    if stops.is_only(starts) {
        return wrong("is its own trigger: it can never be stopped by anything else");
    }
    if stops.is_hasty(starts) {
        return wrong("could stop in the same instant what it starts: write @after or @trigger");
    }
    if let Some(weeks) = stops.weeks()
        && (unit != Unit::CalendarWeek || *limit != Limit::Set(weeks))
    {
        return wrong("counts other weeks than its limit has: it could never be met in time");
    }
    if unit == Unit::Session && stops.times().map(Limit::Set).as_ref() != Some(limit) {
        return wrong("counts other sessions than its limit has");
    }
    if before.is_some_and(|before| stops.words().chain(starts.words()).any(|word| word == before)) {
        return wrong("must come before itself: it can never be met in time");
    }
    Ok(())
}

fn known(row: &Row<'_>, text: &str, conditions: &[Condition]) -> Result<String, Error> {
    if conditions.iter().any(|known| known.word == text) {
        return Ok(text.to_owned());
    }
    Err(row.fault(CLOCKS, Fault::Unknown(text.to_owned())))
}

fn applies(row: &Row<'_>, conditions: &[Condition]) -> Result<Applies, Error> {
    let cell = row.cells[6];
    if cell == "*" {
        return Ok(Applies(Vec::new()));
    }
    let mut any = Vec::new();
    for group in cell.split('|') {
        let all: Vec<String> =
            group.split('&').map(|word| known(row, word.trim(), conditions)).collect::<Result<_, _>>()?;
        // A level is one level: two of one kind never hold at once.
        let mut kinds: Vec<&str> = all.iter().filter_map(|word| word.split_once(':')).map(|(kind, _)| kind).collect();
        kinds.sort_unstable();
        let single = |kind: &str| matches!(kind, "level" | "mappa-level");
        if kinds.windows(2).any(|two| two[0] == two[1] && single(two[0])) {
            return Err(means(row, cell, "can never apply: an order has one level at a time"));
        }
        any.push(all);
    }
    Ok(Applies(any))
}

/// Reads what an area keeps otherwise than a rule, and returns the rule as it holds there.
pub(super) fn of_area(row: &Row<'_>, rule: &Rule) -> Result<Rule, Error> {
    let (cell, amber) = (row.cells[3], row.cells[4]);
    let limit = match (cell, &rule.limit) {
        ("=", limit) => limit.clone(),
        (_, Limit::Choice { .. }) => {
            return Err(means(row, cell, "is one number where the rule has a choice: write ="));
        }
        _ if matches!(rule.unit, Unit::Immediate | Unit::Date | Unit::Session) || rule.stops.weeks().is_some() => {
            return Err(means(row, cell, "is no number of this rule: write ="));
        }
        (_, of_rule) => match (number(row, cell)?, of_rule) {
            (0, _) if rule.unit != Unit::CalendarDay => return Err(means(row, cell, "leaves no time")),
            (count, Limit::Set(most)) if rule.status != Status::AreaSet && count > *most => {
                return Err(means(
                    row,
                    cell,
                    "is longer than the source of the rule allows: an area may only ask for less",
                ));
            }
            (count, _) => Limit::Set(count),
        },
    };
    let near = if amber == "=" { rule.near.clone() } else { near(row, amber, rule.unit)? };
    if limit == rule.limit && near == rule.near {
        return Err(means(row, cell, "changes nothing there: the rule says the same"));
    }
    if row.cells[5] == "-" {
        return Err(means(row, row.cells[1], "has no source: say where its limit is written"));
    }
    Ok(Rule { limit, near, source: row.cells[5].to_owned(), status: Status::AreaSet, ..rule.clone() })
}

/// Reads `half|1-working-day-left`.
fn near(row: &Row<'_>, cell: &str, unit: Unit) -> Result<Vec<Near>, Error> {
    let none = matches!(unit, Unit::Immediate | Unit::Session);
    if none != (cell == "-") {
        return Err(means(row, cell, "does not say when it is nearly over: write - only where it is due at once"));
    }
    if none {
        return Ok(Vec::new());
    }
    let one = |part: &str| {
        let unknown = || row.fault(CLOCKS, Fault::Unknown(part.to_owned()));
        if part == "half" {
            return Ok(Near::Half);
        }
        let (count, left) = part.strip_suffix("-left").and_then(|rest| rest.split_once('-')).ok_or_else(unknown)?;
        match (number(row, count)?, word(CLOCKS, row, left)?) {
            // What is counted in hours has no days left.
            (count @ 1.., left @ (Unit::WorkingDay | Unit::CalendarDay)) if unit != Unit::Hour => {
                Ok(Near::Left(count, left))
            }
            _ => Err(unknown()),
        }
    };
    cell.split('|').map(|part| one(part.trim())).collect()
}
