//! The words of the policy: those of the program, each written once, and groups of them.
//!
//! Promises: after loading, each cell of a policy line is a set of the program's own values,
//! so a word that the program does not know cannot stand in a policy, nor the other way round.
//! casbin keeps the links of all groups in one graph, so no word may stand in two lists;
//! that is why agency kinds carry the prefix `at:` (`health` is also a category).

use super::error::{Error, Fault};
use super::rows::{Row, rows_of};
use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::Fact;
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use crate::policy::permit::Action;
use std::collections::{HashMap, HashSet};

/// The file of words.
pub(super) const VOCAB: &str = "vocab.csv";

/// A column of a policy line whose words are sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Column {
    /// Roles and groups of roles.
    Role,
    /// Agency kinds.
    Kind,
    /// Categories and groups of categories.
    Category,
    /// Purposes.
    Purpose,
    /// Actions and groups of actions.
    Action,
}

/// How deep groups may be nested. casbin follows ten links and then stops in silence.
const DEPTH_MAX: u8 = 8;

/// A list with more words than a set has bits would make two words one.
const _: () = assert!(Action::ALL.len() <= 64 && Role::ALL.len() <= 64 && Category::ALL.len() <= 64);

/// What each word stands for: bit *i* is the *i*th value of the program's own list.
#[derive(Debug)]
pub(super) struct Words {
    sets: [HashMap<String, u64>; 5],
    depths: HashMap<String, u8>,
    obligations: Vec<String>,
}

/// Returns the policy's word for an agency kind.
pub(super) fn kind_word(kind: AgencyKind) -> String {
    format!("at:{kind}")
}

fn texts<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> Vec<String> {
    words.into_iter().map(|word| word.as_ref().to_owned()).collect()
}

/// Returns the program's own words of a list of the vocabulary, or `None` if there is no such list.
fn own_words(list: &str) -> Option<Vec<String>> {
    Some(match list {
        "kind" => AgencyKind::ALL.iter().map(|k| kind_word(*k)).collect(),
        "role" => texts(Role::ALL.iter().map(|w| w.as_str())),
        "cat" => texts(Category::ALL.iter().map(|w| w.as_str())),
        "pur" => texts(Purpose::ALL.iter().map(|w| w.as_str())),
        "act" => texts(Action::ALL.iter().map(|w| w.as_str())),
        "fact" => texts(Fact::ALL.iter().map(|w| w.as_str())),
        "obl" => vec!["ack".to_owned()],
        _ => return None,
    })
}

/// Returns the prefix of a list of groups, and the column that the groups stand in.
fn group_list(list: &str) -> Option<(&'static str, Column)> {
    Some(match list {
        "group" => ("grp:", Column::Role),
        "catgroup" => ("cat:", Column::Category),
        "actgroup" => ("act:", Column::Action),
        _ => return None,
    })
}

const fn column_of(list: &str) -> Option<Column> {
    Some(match list.as_bytes() {
        b"role" => Column::Role,
        b"kind" => Column::Kind,
        b"cat" => Column::Category,
        b"pur" => Column::Purpose,
        b"act" => Column::Action,
        _ => return None,
    })
}

impl Words {
    /// Reads the vocabulary and holds it against the program's own words.
    pub(super) fn load(text: &str) -> Result<Self, Error> {
        let mut words = Self { sets: Default::default(), depths: HashMap::new(), obligations: Vec::new() };
        let mut lists: HashMap<String, &str> = HashMap::new();
        for row in rows_of(VOCAB, text, 3)? {
            let (list, word) = (row.cells[0], row.cells[1]);
            if lists.insert(word.to_owned(), list).is_some() {
                return Err(row.fault(VOCAB, Fault::Twice(word.to_owned())));
            }
            words.take(&row, list, word)?;
        }
        for list in ["kind", "role", "cat", "pur", "act", "fact", "obl"] {
            for word in own_words(list).unwrap_or_default() {
                if lists.get(&word) != Some(&list) {
                    return Err(Error::file(VOCAB, Fault::Missing(word)));
                }
            }
        }
        for set in &mut words.sets {
            let all = set.values().fold(0, |all, bits| all | bits);
            set.insert("*".to_owned(), all);
        }
        Ok(words)
    }

    fn take(&mut self, row: &Row<'_>, list: &str, word: &str) -> Result<(), Error> {
        let unknown = |word: &str| row.fault(VOCAB, Fault::Unknown(word.to_owned()));
        if let Some((prefix, column)) = group_list(list) {
            if !word.starts_with(prefix) {
                return Err(unknown(word));
            }
            self.sets[column as usize].insert(word.to_owned(), 0);
            return Ok(());
        }
        let own = own_words(list).ok_or_else(|| unknown(list))?;
        let place = own.iter().position(|w| w == word).ok_or_else(|| unknown(word))?;
        if let Some(column) = column_of(list) {
            self.sets[column as usize].insert(word.to_owned(), 1 << place);
        } else if list == "obl" {
            self.obligations.push(word.to_owned());
        }
        Ok(())
    }

    /// Returns the set that a cell stands for.
    pub(super) fn set(&self, column: Column, cell: &str) -> Result<u64, Fault> {
        self.sets[column as usize].get(cell).copied().ok_or_else(|| Fault::Unknown(cell.to_owned()))
    }

    /// Says whether the word is an obligation.
    pub(super) fn obliges(&self, word: &str) -> bool {
        self.obligations.iter().any(|known| known == word)
    }

    /// Puts members into groups, innermost first, however the links are ordered.
    pub(super) fn link(&mut self, column: Column, links: &[(usize, &str, &str)]) -> Result<(), (usize, Fault)> {
        let is_group = |word: &str| word.starts_with("grp:") || word.starts_with("cat:") || word.starts_with("act:");
        let mut seen = HashSet::new();
        for &(line, member, group) in links {
            if !seen.insert((member, group)) {
                return Err((line, Fault::LinkedTwice(member.to_owned(), group.to_owned())));
            }
            let set = &self.sets[column as usize];
            if member == "*" || !is_group(group) || !set.contains_key(member) || !set.contains_key(group) {
                return Err((line, Fault::Link(member.to_owned(), group.to_owned())));
            }
        }
        let mut changed = true;
        while changed {
            changed = false;
            for &(line, member, group) in links {
                let depth = self.depths.get(member).copied().unwrap_or(0) + 1;
                if depth > DEPTH_MAX {
                    return Err((line, Fault::Depth(group.to_owned())));
                }
                let known = self.depths.entry(group.to_owned()).or_insert(0);
                changed |= *known < depth;
                *known = depth.max(*known);
                let set = &mut self.sets[column as usize];
                let bits = set[member];
                let whole = set.entry(group.to_owned()).or_insert(0);
                changed |= *whole | bits != *whole;
                *whole |= bits;
            }
        }
        Ok(())
    }

    /// Refuses groups that nobody belongs to: a line that names one would match nothing.
    pub(super) fn without_members(&self) -> Option<&str> {
        self.sets.iter().flatten().find(|(_, bits)| **bits == 0).map(|(word, _)| word.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../policies/vocab.csv");

    #[test]
    fn every_word_of_the_program_stands_in_the_vocabulary_once() {
        assert!(Words::load(TEXT).is_ok());
        for (from, to) in [("pur, mappa,", "pur, mapa,"), ("at:health,", "health,"), ("grp:lead,", "lead,")] {
            assert!(Words::load(&TEXT.replace(from, to)).is_err(), "{to}");
        }
        let without = TEXT.replace("act, declare, Say that one knows somebody\n", "");
        assert_eq!(Words::load(&without).unwrap_err(), Error::file(VOCAB, Fault::Missing("declare".to_owned())));
        let twice = format!("{TEXT}\ncatgroup, health, H\n");
        assert!(matches!(Words::load(&twice), Err(Error::Line { fault: Fault::Twice(_), .. })));
    }

    #[test]
    fn groups_hold_their_members_members_and_never_themselves() {
        let mut words = Words::load(TEXT).unwrap();
        let links =
            [(1, "grp:womens", "grp:care"), (2, "womens.worker", "grp:womens"), (3, "childrens.worker", "grp:care")];
        words.link(Column::Role, &links).unwrap();
        let worker = words.set(Column::Role, "womens.worker").unwrap();
        let child = words.set(Column::Role, "childrens.worker").unwrap();
        assert_eq!(words.set(Column::Role, "grp:care"), Ok(worker | child));
        let circle = [(1, "grp:womens", "grp:care"), (2, "grp:care", "grp:womens")];
        assert!(matches!(words.link(Column::Role, &circle), Err((_, Fault::Depth(_)))));
        assert!(matches!(words.link(Column::Role, &[(7, "identity", "grp:care")]), Err((7, Fault::Link(..)))));
    }
}
