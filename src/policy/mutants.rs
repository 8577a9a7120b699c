//! Every single change of `policy.csv` that alters a decision or an obligation is noticed.
//!
//! A line is left out, its effect turned round, a condition dropped, a role, kind, category, purpose or action widened
//! to everything, its obligations dropped; a link is left out. The loader, `tests.csv` and `invariants.csv` notice four
//! in five at the least, without the two lists of what is permitted; `matrix.csv` and the agreement notice the rest.

use super::ask::Question;
use super::ground::{Block, Ground, holds};
use super::invariants::Invariant;
use super::line::{Effect, Rule};
use super::load::{self, Book};
use super::masks::only;
use super::rules::Selection;
use super::{Files, Policy, examples, invariants};
use std::fmt::Write;

/// Of a hundred changes, how many tests and invariants notice without the lists of what is permitted.
const SHARE_MIN: usize = 80;

/// One changed policy.
struct Mutant {
    /// The line as it was, and what was done to it.
    what: String,
    text: String,
    /// Where it stands, from 1.
    line: usize,
    /// Whether only a `p` line changed, so that every word still means what it meant.
    line_only: bool,
}

/// Who noticed a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Notice {
    /// It alters no decision and no obligation.
    Alike,
    /// The strict loader could not make sense of it.
    Unreadable,
    /// The loader: a line that says nothing now, or a required invariant that is broken.
    Loader,
    Tests,
    Invariants,
    /// Only the lists of what is permitted.
    Lists,
    Missed,
}

fn mutants(policy: &str) -> Vec<Mutant> {
    let lines: Vec<&str> = policy.lines().collect();
    let mut found = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let line_only = cells[0] == "p";
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        for (how, changed) in changes(&cells) {
            let text: String = lines
                .iter()
                .enumerate()
                .map(|(number, line)| if number == place { changed.as_deref().unwrap_or("") } else { line })
                .fold(String::new(), |text, line| text + line + "\n");
            found.push(Mutant { what: format!("{how}: {line}"), text, line: place + 1, line_only });
        }
    }
    found
}

/// Returns each single change of a line: how, and the new line, or nothing if it is left out.
fn changes(cells: &[&str]) -> Vec<(String, Option<String>)> {
    let mut found = vec![("left out".to_owned(), None)];
    if cells[0] != "p" {
        return found;
    }
    let with = |changed: &[(usize, &str)]| {
        let mut cells = cells.to_vec();
        changed.iter().for_each(|(place, word)| cells[*place] = word);
        Some(cells.join(", "))
    };
    // The id goes with the effect, or the loader would see it at once.
    let (effect, letter) = if cells[13] == "allow" { ("deny", "D") } else { ("allow", "A") };
    let id = format!("{letter}{}", &cells[15][1..]);
    found.push(("turned round".to_owned(), with(&[(13, effect), (14, "-"), (15, &id)])));
    let columns = ["", "role", "kind", "cat", "pur", "act", "inv", "her", "own", "rel", "bas", "mtg", "brk"];
    for (place, column) in columns.iter().enumerate().skip(1).filter(|(place, _)| cells[*place] != "*") {
        found.push((format!("{column} widened"), with(&[(place, "*")])));
    }
    if cells[14] != "-" {
        found.push(("obligation dropped".to_owned(), with(&[(14, "-")])));
    }
    found
}

/// Finds the lines that decide by walking all of them, as casbin does.
fn walked<'a>(book: &'a Book, question: &Question) -> Vec<&'a Rule> {
    let Question { role, kind, category, purpose, action, facts } = *question;
    let fires = |rule: &&Rule| {
        holds(rule.roles, role as usize)
            && holds(rule.kinds, kind as usize)
            && holds(rule.categories, category as usize)
            && holds(rule.purposes, purpose as usize)
            && holds(rule.actions, action as usize)
            && rule.facts & only(facts) != 0
    };
    if !book.seats.contains(&(role, kind)) {
        return Vec::new();
    }
    let fired: Vec<&Rule> = book.rules.iter().filter(fires).collect();
    let denials: Vec<&Rule> = fired.iter().copied().filter(|rule| rule.effect == Effect::Deny).collect();
    if denials.is_empty() { fired } else { denials }
}

/// Returns the block that all cells which differ lie in; nothing if none differs.
fn difference(one: &Ground, other: &Ground, within: &[Block]) -> Option<Block> {
    let none = Block { roles: 0, kinds: 0, categories: 0, purposes: 0, actions: 0 };
    if one.seats != other.seats {
        return Some(Block::ALL);
    }
    let cells = within.iter().flat_map(|block| block.cells(&one.seats));
    let differing = cells.filter(|cell| !one.same_as(other, *cell));
    let block = differing.fold(none, |block, cell| {
        let (role, kind) = one.seats[cell.seat];
        Block {
            roles: block.roles | 1 << role as u32,
            kinds: block.kinds | 1 << kind as u32,
            categories: block.categories | 1 << cell.category,
            purposes: block.purposes | 1 << cell.purpose,
            actions: block.actions | 1 << cell.action,
        }
    });
    (block != none).then_some(block)
}

/// What the changed policies are held against.
struct Base {
    files: Files,
    book: Book,
    ground: Ground,
    invariants: Vec<Invariant>,
}

impl Base {
    fn new() -> Self {
        let files = Files::embedded();
        let book = load::book(&files).unwrap();
        let ground = Ground::of_lines(&book.seats, &book.rules);
        let invariants = invariants::read(&files.invariants, &book.words).unwrap();
        // One that does not hold at all would seem to notice everything.
        assert!(invariants.iter().all(|known| known.broken(&ground).is_none()), "run lippen policy check first");
        assert!(examples::run_by(&files.tests, |question| walked(&book, question)).unwrap().1.is_empty());
        Self { files, book, ground, invariants }
    }

    /// Returns where a changed policy may differ: if only one line changed, where it speaks of, before and after.
    fn concerned(&self, mutant: &Mutant, book: &Book) -> Vec<Block> {
        let block = |book: &Book| book.rules.iter().find(|rule| rule.line == mutant.line).map(Block::of);
        if mutant.line_only {
            [block(&self.book), block(book)].into_iter().flatten().collect()
        } else {
            vec![Block::ALL]
        }
    }

    /// Lays out the ground of a changed policy.
    fn ground(&self, mutant: &Mutant, book: &Book) -> Ground {
        if !mutant.line_only {
            return Ground::of_lines(&book.seats, &book.rules);
        }
        let blocks = self.concerned(mutant, book);
        blocks.iter().fold(self.ground.clone(), |ground, block| ground.with(block, &book.rules))
    }

    fn notice(&self, mutant: &Mutant) -> Notice {
        let files = Files { policy: mutant.text.clone(), ..self.files.clone() };
        let Ok(book) = load::read(&files) else { return Notice::Unreadable };
        let ground = self.ground(mutant, &book);
        let Some(changed) = difference(&self.ground, &ground, &self.concerned(mutant, &book)) else {
            return Notice::Alike;
        };
        if load::settle(&files, &book, &ground).is_err() {
            return Notice::Loader;
        }
        if !examples::run_by(&files.tests, |question| walked(&book, question)).unwrap().1.is_empty() {
            return Notice::Tests;
        }
        let moved =
            if mutant.line_only { None } else { Some(invariants::read(&files.invariants, &book.words).unwrap()) };
        for (place, known) in self.invariants.iter().enumerate() {
            let now = moved.as_ref().map_or(known, |moved| &moved[place]);
            // What still means the same is tried where something changed.
            let means_the_same = now.rule == known.rule && now.selection == known.selection;
            let block = if means_the_same && ground.seats == self.ground.seats {
                now.rule.near(now.selection.block, &changed)
            } else {
                now.selection.block
            };
            let near = Selection { block, ..now.selection };
            let nothing = block != now.selection.block && block.cells(&ground.seats).is_empty();
            let broken = if nothing { None } else { now.rule.broken(&near, &ground) };
            if broken.is_some() {
                return Notice::Invariants;
            }
        }
        // The matrix names every combination that is permitted (`matrix.rs` reads it back), so it differs if one of them does.
        let permits = |cell| ground.permitted(cell) != self.ground.permitted(cell);
        let same_seats = ground.seats == self.ground.seats;
        if same_seats && changed.cells(&ground.seats).into_iter().any(permits) || !Policy::check_files(files).is_sound()
        {
            return Notice::Lists;
        }
        Notice::Missed
    }
}

#[test]
fn every_change_that_alters_an_answer_is_noticed() {
    let base = Base::new();
    let mutants = mutants(&base.files.policy);
    let (one, two): (Vec<_>, Vec<_>) = mutants.iter().enumerate().partition(|(place, _)| place % 2 == 0);
    let judge = |part: &[(usize, &Mutant)]| -> Vec<(usize, Notice)> {
        part.iter().map(|(place, mutant)| (*place, base.notice(mutant))).collect()
    };
    let mut notices = std::thread::scope(|scope| {
        let one = scope.spawn(|| judge(&one));
        let mut all = judge(&two);
        all.extend(one.join().unwrap());
        all
    });
    notices.sort_by_key(|(place, _)| *place);
    let count = |wanted: Notice| notices.iter().filter(|(_, notice)| *notice == wanted).count();
    let altering = notices.len() - count(Notice::Alike);
    let (lists, missed) = (count(Notice::Lists), count(Notice::Missed));
    let noticed = altering - lists - missed;
    let mut said = String::new();
    for (place, notice) in notices.iter().filter(|(_, notice)| matches!(notice, Notice::Lists | Notice::Missed)) {
        let _ = writeln!(said, "{notice:?} {}", mutants[*place].what);
    }
    let _ = writeln!(
        said,
        "{} changes, {altering} alter an answer: {} unreadable, {} refused by the loader, {} by tests, {} by invariants, \
         {lists} by the lists alone, {missed} missed; {noticed} of {altering} without the lists",
        notices.len(),
        count(Notice::Unreadable),
        count(Notice::Loader),
        count(Notice::Tests),
        count(Notice::Invariants),
    );
    if missed == 0 {
        println!("{said}");
    }
    assert_eq!(missed, 0, "{said}");
    assert!(notices.len() > 1000 && altering > 800, "{said}");
    assert!(noticed * 100 >= altering * SHARE_MIN, "{said}");
}
