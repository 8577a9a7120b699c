//! The strict loader: from the text of `model.conf` and `policy.csv` to lines of sets.
//!
//! Promises: whatever casbin would drop, ignore or stumble over in silence (a line of type
//! `P`, an effect `Deny`, a comment behind a line, a missing cell) is refused here, with
//! its file and line. A policy is taken whole or not at all.
//! Must never know: who asks, and what the answer will be.

use super::bases::Bases;
use super::continues::Continues;
use super::disclosures::Disclosures;
use super::error::{Error, Fault};
use super::files::Files;
use super::gateways::Gateways;
use super::ground::Ground;
use super::invariants;
use super::line::{Effect, POLICY, Rule};
use super::masks::{ANY, holding};
use super::phrases::Phrases;
use super::reference::{self, AlertKind, RoleFacts, word};
use super::refusals::Refusals;
use super::rows::{Row, is_plain, rows};
use super::screen;
use super::shadows;
use super::words::{Column, Words, kind_word};
use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::Fact;
use crate::model::screen::Rules;
use std::collections::{HashMap, HashSet};

/// Everything that was read: what the table is compiled from.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) words: Words,
    /// Each role in each kind of agency that it may sit in.
    pub(super) seats: Vec<(Role, AgencyKind)>,
    pub(super) rules: Vec<Rule>,
    pub(super) roles: HashMap<Role, RoleFacts>,
    pub(super) alert_kinds: Vec<AlertKind>,
    pub(super) screen: Rules,
    /// What refusals say.
    pub(super) refusals: Refusals,
    /// The lines as sentences.
    pub(super) phrases: Phrases,
    pub(super) gateways: Gateways,
    pub(super) bases: Bases,
    pub(super) disclosures: Disclosures,
    pub(super) continues: Continues,
}

/// Reads and checks the files. Tests, the other invariants and the matrix are checked by `Policy::check`.
pub(super) fn book(files: &Files) -> Result<Book, Error> {
    let book = read(files)?;
    settle(files, &book, &Ground::of_lines(&book.seats, &book.rules))?;
    Ok(book)
}

/// Checks the lines against each other, and against what is required of every policy.
pub(super) fn settle(files: &Files, book: &Book, ground: &Ground) -> Result<(), Error> {
    shadows::refuse(&book.seats, &book.rules, ground)?;
    invariants::required(&files.invariants, &book.words, ground)
}

/// Reads the files, and checks each line by itself.
pub(super) fn read(files: &Files) -> Result<Book, Error> {
    model(&files.model)?;
    reference::categories(&files.categories)?;
    let roles = reference::roles(&files.roles)?;
    let alert_kinds = reference::alert_kinds(&files.alert_kinds)?;
    let gateways = Gateways::load(&files.gateways)?;
    let (bases, disclosures) = (Bases::load(&files.bases)?, Disclosures::load(&files.disclosures)?);
    let continues = Continues::load(&files.continues)?;
    let screen = screen::rules(&files.screen)?;
    let mut words = Words::load(&files.vocab)?;
    let rows = rows(POLICY, &files.policy)?;
    for row in &rows {
        plain(row)?;
    }
    let seats = seats(&rows, &roles)?;
    for (kind, column) in [("g", Column::Role), ("g3", Column::Category), ("g4", Column::Action)] {
        link(&mut words, &rows, kind, column)?;
    }
    if let Some(group) = words.without_members() {
        return Err(Error::file(POLICY, Fault::NoMembers(group.to_owned())));
    }
    let rules = rules(&rows, &words, &seats)?;
    let refusals = Refusals::load(&files.refusals)?;
    let phrases = Phrases::load(&files.vocab, &files.policy)?;
    Ok(Book {
        words,
        seats,
        rules,
        roles,
        alert_kinds,
        screen,
        refusals,
        phrases,
        gateways,
        bases,
        disclosures,
        continues,
    })
}

/// Refuses any model but the one that the table stands for.
fn model(text: &str) -> Result<(), Error> {
    let lines = |text: &'static str| text.lines().filter(|line| !line.is_empty());
    let written = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    if written.eq(lines(MODEL)) { Ok(()) } else { Err(Error::file("model.conf", Fault::Model)) }
}

/// Checks the type of a row, the number of its cells and the characters of its words.
fn plain(row: &Row<'_>) -> Result<(), Error> {
    let wanted = match row.cells[0] {
        "p" => 16,
        "g" | "g2" | "g3" | "g4" => 3,
        other => return Err(row.fault(POLICY, Fault::LineType(other.to_owned()))),
    };
    row.expect_cells(POLICY, wanted)?;
    match row.cells.iter().find(|cell| !is_plain(cell)) {
        Some(cell) => Err(row.fault(POLICY, Fault::Character((*cell).to_owned()))),
        None => Ok(()),
    }
}

fn seats(rows: &[Row<'_>], facts: &HashMap<Role, RoleFacts>) -> Result<Vec<(Role, AgencyKind)>, Error> {
    let mut seats = Vec::new();
    for row in rows.iter().filter(|row| row.cells[0] == "g2") {
        let (role, at) = (row.cells[1], row.cells[2]);
        let wrong = || row.fault(POLICY, Fault::Link(role.to_owned(), at.to_owned()));
        let role: Role = role.parse().map_err(|_| wrong())?;
        let kind = AgencyKind::ALL.iter().copied().find(|kind| kind_word(*kind) == at).ok_or_else(wrong)?;
        let agreed = facts.get(&role).is_some_and(|facts| facts.kind == "any" || facts.kind == kind.as_str());
        if !agreed || seats.contains(&(role, kind)) {
            return Err(wrong());
        }
        seats.push((role, kind));
    }
    match Role::ALL.iter().find(|role| !seats.iter().any(|(seated, _)| seated == *role)) {
        Some(role) => Err(Error::file(POLICY, Fault::Missing(role.to_string()))),
        None => Ok(seats),
    }
}

fn link(words: &mut Words, rows: &[Row<'_>], kind: &str, column: Column) -> Result<(), Error> {
    let links: Vec<_> =
        rows.iter().filter(|row| row.cells[0] == kind).map(|row| (row.line, row.cells[1], row.cells[2])).collect();
    words.link(column, &links).map_err(|(line, fault)| Error::line(POLICY, line, fault))
}

fn rules(rows: &[Row<'_>], words: &Words, seats: &[(Role, AgencyKind)]) -> Result<Vec<Rule>, Error> {
    let mut ids = HashSet::new();
    let mut rules = Vec::new();
    for row in rows.iter().filter(|row| row.cells[0] == "p") {
        let rule = rule(row, words).map_err(|fault| row.fault(POLICY, fault))?;
        if !ids.insert(rule.id.clone()) {
            return Err(row.fault(POLICY, Fault::IdTwice(rule.id)));
        }
        if !seats.iter().any(|(role, kind)| rule.roles >> *role as u32 & rule.kinds >> *kind as u32 & 1 == 1) {
            return Err(row.fault(POLICY, Fault::Idle));
        }
        rules.push(rule);
    }
    if rules.is_empty() { Err(Error::file(POLICY, Fault::Empty)) } else { Ok(rules) }
}

fn rule(row: &Row<'_>, words: &Words) -> Result<Rule, Fault> {
    let cells = &row.cells;
    let effect = match cells[13] {
        "allow" => Effect::Allow,
        "deny" => Effect::Deny,
        other => return Err(Fault::Effect(other.to_owned())),
    };
    Ok(Rule {
        id: id(cells[15], effect)?,
        line: row.line,
        effect,
        roles: words.set(Column::Role, cells[1])?,
        kinds: words.set(Column::Kind, cells[2])?,
        categories: words.set(Column::Category, cells[3])?,
        purposes: words.set(Column::Purpose, cells[4])?,
        actions: words.set(Column::Action, cells[5])?,
        facts: facts(&cells[6..13])?,
        obligations: obligations(cells[14], effect, words)?,
    })
}

fn id(text: &str, effect: Effect) -> Result<String, Fault> {
    let letter = if effect == Effect::Allow { 'A' } else { 'D' };
    match text.strip_prefix(letter) {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => Ok(text.to_owned()),
        _ => Err(Fault::Id(text.to_owned())),
    }
}

fn facts(cells: &[&str]) -> Result<u128, Fault> {
    let mut mask = ANY;
    for (fact, cell) in Fact::ALL.iter().zip(cells) {
        mask &= match *cell {
            "*" => ANY,
            "y" => holding(*fact),
            "n" => !holding(*fact),
            other => return Err(Fault::YesNo(other.to_owned())),
        };
    }
    Ok(mask)
}

/// Reads obligations. A denial obliges to nothing.
fn obligations(cell: &str, effect: Effect, words: &Words) -> Result<Vec<String>, Fault> {
    if cell == "-" {
        return Ok(Vec::new());
    }
    let named: Vec<String> = cell.split('+').map(str::to_owned).collect();
    match named.iter().find(|word| effect == Effect::Deny || !words.obliges(word)) {
        Some(word) => Err(Fault::Obligation(word.clone())),
        None => Ok(named),
    }
}

/// Reads a word of an agency kind, as `policy.csv` writes it.
pub(super) fn kind_of(file: &'static str, row: &Row<'_>, cell: &str) -> Result<AgencyKind, Error> {
    word(file, row, cell.strip_prefix("at:").unwrap_or(cell))
}

/// The model that the table stands for, without comments and blank lines.
const MODEL: &str = r#"
[request_definition]
r = role, kind, cat, pur, act, inv, her, own, rel, bas, mtg, brk
[policy_definition]
p = role, kind, cat, pur, act, inv, her, own, rel, bas, mtg, brk, eft, obl, id
[role_definition]
g = _, _
g2 = _, _
g3 = _, _
g4 = _, _
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = (p.pur == "*" || r.pur == p.pur) && (p.kind == "*" || r.kind == p.kind) && (p.inv == "*" || r.inv == p.inv) && (p.her == "*" || r.her == p.her) && (p.own == "*" || r.own == p.own) && (p.rel == "*" || r.rel == p.rel) && (p.bas == "*" || r.bas == p.bas) && (p.mtg == "*" || r.mtg == p.mtg) && (p.brk == "*" || r.brk == p.brk) && (p.act == "*" || g4(r.act, p.act)) && (p.cat == "*" || g3(r.cat, p.cat)) && (p.role == "*" || g(r.role, p.role)) && g2(r.role, r.kind)
"#;

#[cfg(test)]
mod tests {
    use super::*;

    /// Loads the policy after `from` was once replaced by `to`.
    fn after(from: &str, to: &str) -> Error {
        let mut files = Files::embedded();
        assert!(files.policy.contains(from), "the policy no longer holds {from}");
        files.policy = files.policy.replacen(from, to, 1);
        book(&files).unwrap_err()
    }

    const LINE: &str = "p, grp:lead, *, cat:record, *, act:know, y, y, *, *, *, *, *, allow, -, A001";

    #[test]
    fn the_policy_of_the_house_is_taken() {
        let book = book(&Files::embedded()).unwrap();
        assert_eq!(book.seats.len(), 45);
        assert!(book.rules.len() > 100);
    }

    #[test]
    fn each_of_the_ten_seeded_faults_is_refused() {
        let fault = |error| match error {
            Error::Line { fault, .. } => fault,
            other => panic!("{other}"),
        };
        let with = |from: &str, to: &str| fault(after(LINE, &LINE.replacen(from, to, 1)));
        assert_eq!(with("p,", "P,"), Fault::LineType("P".to_owned()));
        assert_eq!(with("allow", "Deny"), Fault::Effect("Deny".to_owned()));
        assert_eq!(with("A001", "A001 # why"), Fault::TrailingComment);
        assert_eq!(with("allow, -,", "allow,"), Fault::Cells { wanted: 16, found: 15 });
        assert_eq!(with("cat:record", ""), Fault::EmptyCell);
        assert_eq!(with("grp:lead", "grp:leader"), Fault::Unknown("grp:leader".to_owned()));
        assert_eq!(with("A001", "A002"), Fault::IdTwice("A002".to_owned()));
        let link = fault(after("g, mappa.coordinator, grp:mappa", "g3, mappa.coordinator, grp:mappa"));
        assert_eq!(link, Fault::Link("mappa.coordinator".to_owned(), "grp:mappa".to_owned()));
        assert_eq!(with("allow, -", "allow, acknowledge"), Fault::Obligation("acknowledge".to_owned()));
        assert_eq!(with("cat:record", "\"cat:record\""), Fault::Quoted);
    }

    #[test]
    fn smaller_slips_are_refused_as_well() {
        for (from, to) in [
            ("A001", "D001"),
            ("y, y, *", "yes, y, *"),
            ("cat:record", "act:know"),
            ("cat:record", "cat:record(1"),
            ("grp:lead, *,", "grp:lead, at:hub,"),
            ("grp:lead, *,", "grp:lead, police,"),
        ] {
            after(LINE, &LINE.replacen(from, to, 1));
        }
        after("g2, prison.liaison, at:prison", "g2, prison.liaison, at:police");
        after("g2, prison.liaison, at:prison", "g2, prison.liaison, grp:lead");
        after("g2, prison.liaison, at:prison\n", "");
        let mut files = Files::embedded();
        files.vocab.push_str("group, grp:nobody, Nobody\n");
        assert_eq!(book(&files).unwrap_err(), Error::file(POLICY, Fault::NoMembers("grp:nobody".to_owned())));
    }

    #[test]
    fn another_model_and_no_policy_are_refused() {
        let mut files = Files::embedded();
        files.model = files.model.replace("some(where (p.eft == allow)) && ", "");
        assert_eq!(book(&files).unwrap_err(), Error::file("model.conf", Fault::Model));
        let files = Files { policy: "# nothing\n".to_owned(), ..Files::embedded() };
        assert_eq!(book(&files).unwrap_err(), Error::file(POLICY, Fault::Empty));
    }
}
