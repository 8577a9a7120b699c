//! What the partners agreed, held against what the lines permit.
//!
//! `disclosure-matrix.csv` has one word for each category and role. This file says what each
//! word means as facts, and compares: every seat, every purpose, every combination of facts.
//! Promises: neither more nor less is permitted than was agreed, save what the few wide
//! denials by purpose close besides ([`closed`]).
//! Must never know: the lines. It is the second opinion on them.

use super::ask::Question;
use super::error::{Error, Fault};
use super::load::Book;
use super::masks::{ANY, holding, holding_all};
use super::permit::Level;
use super::reference::word;
use super::rows::rows_of;
use super::table::Table;
use crate::model::agencies::Role;
use crate::model::facts::{Fact, FactSet};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use std::collections::HashMap;

const DISCLOSURE: &str = "disclosure-matrix.csv";

/// What was agreed for a category and a role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Access {
    Full,
    Summary,
    SummaryOrReleased,
    Existence,
    Released,
    Meeting,
    MeetingOrReleased,
    MeetingOrOwn,
    Own,
    BreakGlass,
    Metadata,
    None,
}

fn access(text: &str) -> Option<Access> {
    Some(match text {
        "full" => Access::Full,
        "summary" => Access::Summary,
        "summary+released" => Access::SummaryOrReleased,
        "existence" => Access::Existence,
        "released" => Access::Released,
        "meeting" => Access::Meeting,
        "meeting+released" => Access::MeetingOrReleased,
        "meeting+own" => Access::MeetingOrOwn,
        "own" => Access::Own,
        "break-glass" => Access::BreakGlass,
        "metadata" => Access::Metadata,
        "none" => Access::None,
        _ => return None,
    })
}

/// Returns every place where the lines and the agreement differ.
pub(super) fn run(text: &str, book: &Book, table: &Table) -> Result<Vec<String>, Error> {
    let agreed = agreed(text)?;
    let mut differences = Vec::new();
    for (role, kind) in &book.seats {
        for category in Category::ALL {
            for (purpose, level) in Purpose::ALL.iter().flat_map(|p| Level::ALL.map(|level| (*p, level))) {
                let (action, facts) = (level.action(), FactSet::default());
                let question = Question { role: *role, kind: *kind, category: *category, purpose, action, facts };
                let wanted =
                    if closed(*category, purpose) { 0 } else { opens(agreed[&(*category, *role)], *category, level) };
                if table.pattern(&question).is_some_and(|pattern| pattern.permitted() != wanted) {
                    differences.push(format!("agreed otherwise: {role} in {kind}, {action} {category} for {purpose}"));
                }
            }
        }
    }
    Ok(differences)
}

fn agreed(text: &str) -> Result<HashMap<(Category, Role), Access>, Error> {
    let mut agreed = HashMap::new();
    for row in rows_of(DISCLOSURE, text, 3)? {
        let cell = (word(DISCLOSURE, &row, row.cells[0])?, word(DISCLOSURE, &row, row.cells[1])?);
        let access =
            access(row.cells[2]).ok_or_else(|| row.fault(DISCLOSURE, Fault::Unknown(row.cells[2].to_owned())))?;
        if agreed.insert(cell, access).is_some() {
            return Err(row.fault(DISCLOSURE, Fault::Twice(row.cells[..2].join(", "))));
        }
    }
    for category in Category::ALL {
        if let Some(role) = Role::ALL.iter().find(|role| !agreed.contains_key(&(*category, **role))) {
            return Err(Error::file(DISCLOSURE, Fault::Missing(format!("{category}, {role}"))));
        }
    }
    Ok(agreed)
}

/// Says whether a purpose closes a category to everybody, whatever was agreed for the role.
const fn closed(category: Category, purpose: Purpose) -> bool {
    match category {
        Category::Health | Category::PoliceIntelligence => matches!(purpose, Purpose::Programme),
        Category::SafeContact | Category::ProtectedAddress => {
            matches!(purpose, Purpose::Programme | Purpose::Supervision)
        }
        _ => false,
    }
}

/// Returns the combinations of facts on which a word opens a level.
fn opens(access: Access, category: Category, level: Level) -> u128 {
    use Fact::{Basis, BreakGlass, Hers, Involved, Meeting, Own, Released};
    let either = |one, other| opens(one, category, level) | opens(other, category, level);
    let contents = |mask| if level == Level::Metadata { 0 } else { mask };
    let only = |wanted: &[Level], mask| if wanted.contains(&level) { mask } else { 0 };
    let hers = holding_all(&[Involved, Hers]);
    let released = holding_all(&[Released, Basis, Hers]);
    match access {
        // The trail of one's own agency's cases, to its data-protection officer.
        Access::Full if category == Category::Audit => only(&[Level::Full, Level::Metadata], holding(Own)),
        // What is protected opens only to who works with her: not even to her own agency.
        Access::Full if category.is_protected() => contents(hers),
        Access::Full => contents(hers) | only(&[Level::Full], holding_all(&[Involved, Own])),
        Access::Summary => only(&[Level::Summary, Level::Existence], hers) | only(&[Level::Full], hers & released),
        Access::SummaryOrReleased => either(Access::Summary, Access::Released),
        Access::Existence => only(&[Level::Existence], hers),
        Access::Released => contents(released),
        Access::Meeting => contents(holding(Meeting)),
        Access::MeetingOrReleased => either(Access::Meeting, Access::Released),
        Access::MeetingOrOwn => either(Access::Meeting, Access::Own),
        Access::Own => only(&[Level::Full], holding_all(&[Involved, Own])),
        Access::BreakGlass => only(&[Level::Full], holding(BreakGlass)),
        Access::Metadata => only(&[Level::Metadata], ANY),
        Access::None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;
    use crate::policy::load::book;
    use crate::policy::masks::only;

    #[test]
    fn the_lines_permit_what_was_agreed_and_nothing_else() {
        let files = Files::embedded();
        let book = book(&files).unwrap();
        let table = Table::compile(&book.seats, &book.rules);
        let differences = run(&files.disclosure, &book, &table).unwrap();
        assert!(differences.is_empty(), "{}", differences.join("\n"));
        for (from, to) in [
            ("housing,womens.worker,none", "housing,womens.worker,existence"),
            ("child,health.liaison,released", "child,health.liaison,summary+released"),
        ] {
            let changed = files.disclosure.replace(from, to);
            assert!(!run(&changed, &book, &table).unwrap().is_empty(), "{to}");
        }
    }

    #[test]
    fn with_every_fact_what_was_agreed_is_open_and_each_fact_it_needs_can_be_missed() {
        let all = FactSet::of(Fact::ALL.iter().copied());
        let needed = |word: &str, level: Level| {
            let mask = opens(access(word).unwrap(), Category::Child, level);
            assert!(mask & only(all) != 0, "{word}");
            let missed = |fact: &&Fact| mask & only(FactSet::from_bits(all.bits() & !(1 << **fact as u8))) == 0;
            Fact::ALL.iter().filter(missed).map(|fact| fact.as_str()).collect::<Vec<_>>().join("+")
        };
        assert_eq!(needed("full", Level::Full), "inv+her");
        assert_eq!(needed("summary", Level::Summary), "inv+her");
        assert_eq!(needed("summary", Level::Full), "inv+her+rel+bas");
        assert_eq!(needed("released", Level::Full), "her+rel+bas");
        assert_eq!(needed("existence", Level::Existence), "inv+her");
        assert_eq!(needed("meeting", Level::Summary), "mtg");
        assert_eq!(needed("own", Level::Full), "inv+own");
        assert_eq!(needed("break-glass", Level::Full), "brk");
        assert_eq!(needed("metadata", Level::Metadata), "");
    }

    #[test]
    fn an_agreement_with_a_hole_is_refused() {
        let files = Files::embedded();
        let hole = files.disclosure.replace("child,health.liaison,released\n", "");
        assert!(matches!(agreed(&hole), Err(Error::File { fault: Fault::Missing(_), .. })));
    }
}
