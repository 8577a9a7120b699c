//! A man and his order, as a line of a caseload says them.

use super::cells::{Fault, Places, Reading, TableLine};
use super::forms::{code, day, past, plain, several, word, worker, yes};
use crate::model::id::WorkerId;
use crate::model::mappa::MappaStatus;
use crate::model::orders::{OrderKind, Requirement, RequirementKind};
use crate::model::people::{Alias, Identity};
use crate::model::summary::ContactLevel;
use crate::model::text::Line;
use crate::model::time::Day;

/// Most requirements of one order.
const REQUIREMENTS_MAX: usize = 20;

/// A man as a line of a caseload says him.
#[derive(Debug)]
pub struct Man {
    /// The line.
    pub line: u32,
    /// The agency's own reference of the case.
    pub reference: String,
    /// Who he is.
    pub identity: Identity,
    /// MAPPA category and level, as a case says them.
    pub mappa: Option<String>,
    /// Who takes the case; the importer, if nobody is named.
    pub manager: Option<WorkerId>,
    /// Somebody checked that he is not the man whom he looks like.
    pub another: bool,
    /// What he is supervised under.
    pub order: Option<ManOrder>,
}

/// What he is supervised under.
#[derive(Debug)]
pub struct ManOrder {
    /// What it is.
    pub kind: OrderKind,
    /// When it was made.
    pub made: Day,
    /// Its first day.
    pub starts: Option<Day>,
    /// Its last day.
    pub ends: Option<Day>,
    /// The court's reference.
    pub reference: Option<Line<60>>,
    /// What it requires.
    pub requirements: Vec<Requirement>,
    /// How closely he is seen.
    pub level: Option<ContactLevel>,
    /// Whose working days count.
    pub area: Option<Line<40>>,
    /// When he was first seen.
    pub first_contact: Option<Day>,
    /// When induction began.
    pub induction: Option<Day>,
    /// When the plan was finalised.
    pub plan: Option<Day>,
}

impl Man {
    /// Reads a line. `today` is the last day on which something can have happened.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(places: &Places, line: &TableLine, today: Day) -> Result<Self, Vec<Fault>> {
        let mut row = Reading::new(places, line);
        row.begin();
        let reference = row.needed("reference", code);
        let family_name = row.needed("family_name", name);
        let given_names = row.needed("given_names", name);
        let born = row.needed("date_of_birth", |text| past(text, today));
        let aliases = row.maybe("aliases", |text| several(text, alias)).unwrap_or_default();
        let references = row.maybe("references", |text| several(text, plain)).unwrap_or_default();
        let address = row.maybe("address", plain);
        let phone = row.maybe("phone", phone);
        let mappa = row.maybe("mappa", mappa);
        let manager = row.maybe("case_manager", worker);
        let another = row.maybe("another_man", yes).is_some();
        let order = ManOrder::read(&mut row, today);
        let man = || {
            let (family_name, given_names, date_of_birth) = (family_name?, given_names?, born?);
            let identity = Identity { family_name, given_names, date_of_birth, references, address, phone, aliases };
            Some(Self { line: line.line, reference: reference?, identity, mappa, manager, another, order })
        };
        match (row.done(), man()) {
            (faults, Some(man)) if faults.is_empty() => Ok(man),
            (faults, _) => Err(faults),
        }
    }
}

impl ManOrder {
    /// Reads what a line says of an order; nothing if it says nothing.
    pub(super) fn read(row: &mut Reading<'_>, today: Day) -> Option<Self> {
        const REST: [&str; 10] = [
            "order_made",
            "order_starts",
            "order_ends",
            "order_reference",
            "requirements",
            "contact_level",
            "area",
            "first_contact",
            "induction",
            "plan",
        ];
        if row.given("order_kind").is_none() {
            if REST.iter().any(|column| row.given(column).is_some()) {
                row.wrong(Some("order_kind"), "is empty: say what the order is, or leave all about it out");
            }
            return None;
        }
        let kind = row.maybe("order_kind", word);
        let made = row.needed("order_made", |text| past(text, today));
        let starts = row.maybe("order_starts", day);
        let ends = row.maybe("order_ends", day);
        let reference = row.maybe("order_reference", code);
        let requirements = row.maybe("requirements", requirements).unwrap_or_default();
        let level = row.maybe("contact_level", word);
        let area = row.maybe("area", plain);
        let first_contact = row.maybe("first_contact", |text| past(text, today));
        let induction = row.maybe("induction", |text| past(text, today));
        let plan = row.maybe("plan", |text| past(text, today));
        let (kind, made) = (kind?, made?);
        if ends.is_some_and(|ends| ends < starts.unwrap_or(made)) {
            row.wrong(Some("order_ends"), "is before the order's first day: correct one of the two");
        }
        for (column, given) in [("first_contact", first_contact), ("induction", induction), ("plan", plan)] {
            if given.is_some_and(|given| given < made) {
                row.wrong(Some(column), "is before the day on which the order was made: correct one of the two");
            }
        }
        let reference = reference.and_then(|text| Line::new(&text).ok());
        Some(Self { kind, made, starts, ends, reference, requirements, level, area, first_contact, induction, plan })
    }
}

fn name<const MAX: usize>(text: &str) -> Result<Line<MAX>, String> {
    if !text.chars().any(char::is_alphabetic) {
        return Err("has no letter in it: write the name".to_owned());
    }
    plain(text)
}

fn phone(text: &str) -> Result<Line<30>, String> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let fits = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '+' | '(' | ')' | '-');
    match Line::new(text) {
        Ok(line) if digits >= 7 && text.chars().all(fits) && !text.starts_with('-') => Ok(line),
        _ => Err("is not a telephone number: write at most 30 digits, spaces, + ( ) and -".to_owned()),
    }
}

fn mappa(text: &str) -> Result<String, String> {
    let read = || {
        let (why, level) = text.split_once(' ')?;
        let why: MappaStatus = why.parse().ok().filter(|why| *why != MappaStatus::NotIn)?;
        matches!(level, "1" | "2" | "3").then(|| format!("category {why}, level {level}"))
    };
    let words: Vec<&str> = MappaStatus::ALL.iter().skip(1).map(|word| word.as_str()).collect();
    read().ok_or_else(|| format!("is not a MAPPA category and level: write one of {} and 1, 2 or 3", words.join(", ")))
}

fn alias(text: &str) -> Result<Alias, String> {
    let (family, given) =
        text.split_once(',').ok_or("is not a list of names: write Family, Given; Family, Given".to_owned())?;
    Ok(Alias { family_name: name(family.trim())?, given_names: name(given.trim())? })
}

fn requirements(text: &str) -> Result<Vec<Requirement>, String> {
    let parts: Vec<&str> = text.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() > REQUIREMENTS_MAX {
        return Err(format!("holds too many: leave {REQUIREMENTS_MAX}"));
    }
    parts.into_iter().map(requirement).collect()
}

/// Reads one requirement: its word, and behind it the hours and months of unpaid work, or which programme.
fn requirement(text: &str) -> Result<Requirement, String> {
    let mut parts = text.split_whitespace();
    let mut one =
        Requirement { kind: word(parts.next().unwrap_or_default())?, hours: None, months: None, programme: None };
    for part in parts {
        match (one.kind, part.strip_suffix('h'), part.strip_suffix('m')) {
            (RequirementKind::UnpaidWork, Some(hours), _) if one.hours.is_none() => one.hours = Some(number(hours)?),
            (RequirementKind::UnpaidWork, _, Some(months)) if one.months.is_none() => {
                one.months = Some(number(months)?);
            }
            (RequirementKind::Programme, ..) if one.programme.is_none() && is_word(part) => {
                one.programme = Line::new(part).ok();
            }
            _ => return Err(FORM.to_owned()),
        }
    }
    Ok(one)
}

/// How requirements are written.
const FORM: &str = "is not a list of requirements: write it as supervision; unpaid-work 120h 6m; programme caledonian";

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| FORM.to_owned())
}

fn is_word(text: &str) -> bool {
    text.len() <= 60 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
