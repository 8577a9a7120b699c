//! The words and numbers that the screening goes by, as they stand in `policies/screen.csv`.

use crate::model::notes::Category;
use crate::model::words::vocabulary;
use std::collections::{HashMap, HashSet};

vocabulary! {
    /// What a row of the file is.
    RuleKind {
        /// A number of the comparison of words.
        Number = "number",
        /// A row of the matrix in which a sanitised note may stand.
        Derivative = "derivative",
        /// Letters that postcodes begin with.
        PostcodeArea = "postcode-area",
        /// A digit that is spelt out.
        Digit = "digit",
        /// A word that repeats the digit after it.
        Repeat = "repeat",
        /// A word that says that a telephone number follows.
        PhoneCue = "phone-cue",
        /// A street.
        Street = "street",
        /// A street by a word that means other things too.
        StreetWeak = "street-weak",
        /// A dwelling with a number.
        Dwelling = "dwelling",
        /// A house with a name.
        House = "house",
        /// A school with a name.
        School = "school",
        /// A school without one.
        SchoolPhrase = "school-phrase",
        /// That somebody works somewhere.
        Work = "work",
        /// The same of a woman, without a name.
        WorkPhrase = "work-phrase",
        /// Whose work is his own affair.
        He = "he",
        /// An e-mail address that is spelt out.
        Email = "email",
        /// A word that is never a name.
        Plain = "plain",
    }
}

/// The words and numbers of the screening.
#[derive(Debug, Default)]
pub struct Rules {
    /// SHA-256 of the file that they were read from.
    name: [u8; 32],
    words: HashMap<RuleKind, HashSet<String>>,
    phrases: HashMap<RuleKind, HashMap<String, Vec<Vec<String>>>>,
    digits: HashMap<String, usize>,
    repeats: HashMap<String, usize>,
    numbers: HashMap<String, usize>,
    derivative: Vec<Category>,
}

/// The numbers that must be there.
const NUMBERS: [&str; 5] = ["gram", "quote", "near", "gap", "part"];

impl Rules {
    /// Begins with no rows, under the SHA-256 of the file that they stand in.
    #[must_use]
    pub fn named(name: [u8; 32]) -> Self {
        Self { name, ..Self::default() }
    }

    /// Returns SHA-256 of the file that they were read from: what was made by other rules cannot be compared by these.
    #[must_use]
    pub const fn name(&self) -> [u8; 32] {
        self.name
    }

    /// Adds a row of the file.
    ///
    /// # Errors
    /// If the word is none that the screening can use.
    #[expect(clippy::result_unit_err, reason = "the loader knows the file and the line, and says them")]
    pub fn add(&mut self, kind: RuleKind, word: &str) -> Result<(), ()> {
        match kind {
            RuleKind::Number => {
                let (name, number) = equation(word)?;
                let known = NUMBERS.contains(&name) && number > 0;
                known.then(|| self.numbers.insert(name.to_owned(), number)).map(drop).ok_or(())
            }
            RuleKind::Digit | RuleKind::Repeat => {
                let (name, number) = equation(word)?;
                let list = if kind == RuleKind::Digit { &mut self.digits } else { &mut self.repeats };
                (number < 10).then(|| list.insert(name.to_owned(), number)).map(drop).ok_or(())
            }
            RuleKind::Derivative => {
                let category: Category = word.parse().map_err(drop)?;
                (!category.is_protected()).then(|| self.derivative.push(category)).ok_or(())
            }
            RuleKind::School | RuleKind::SchoolPhrase | RuleKind::Work | RuleKind::WorkPhrase | RuleKind::Email => {
                let phrase: Vec<String> =
                    word.to_lowercase().replace('\'', "").split_whitespace().map(str::to_owned).collect();
                let first = phrase.first().cloned().ok_or(())?;
                self.phrases.entry(kind).or_default().entry(first).or_default().push(phrase);
                Ok(())
            }
            _ => {
                let words = word.to_lowercase();
                self.words.entry(kind).or_default().extend(words.split_whitespace().map(str::to_owned));
                Ok(())
            }
        }
    }

    /// Returns what the file leaves out.
    #[must_use]
    pub fn missing(&self) -> Option<&'static str> {
        let number = NUMBERS.into_iter().find(|name| !self.numbers.contains_key(*name));
        let has = |kind: &RuleKind| match kind {
            RuleKind::Number => true,
            RuleKind::Derivative => !self.derivative.is_empty(),
            RuleKind::Digit => self.digits.len() >= 10,
            RuleKind::Repeat => !self.repeats.is_empty(),
            kind => self.words.contains_key(kind) || self.phrases.contains_key(kind),
        };
        number.or_else(|| RuleKind::ALL.iter().find(|kind| !has(kind)).map(|kind| kind.as_str()))
    }

    /// Says whether a sanitised note may stand in this row of the matrix.
    #[must_use]
    pub fn takes_derivative(&self, category: Category) -> bool {
        self.derivative.contains(&category)
    }

    /// Returns the rows of the matrix in which a sanitised note may stand.
    #[must_use]
    pub fn derivative(&self) -> &[Category] {
        &self.derivative
    }

    /// Says whether a folded word is of a kind.
    pub(super) fn has(&self, kind: RuleKind, word: &str) -> bool {
        self.words.get(&kind).is_some_and(|words| words.contains(word))
    }

    /// Returns the phrases of a kind that begin with a word, each as its folded words.
    pub(super) fn phrases(&self, kind: RuleKind, first: &str) -> &[Vec<String>] {
        self.phrases.get(&kind).and_then(|all| all.get(first)).map_or(&[], Vec::as_slice)
    }

    /// Returns the digit that a word spells out.
    pub(super) fn digit(&self, word: &str) -> Option<usize> {
        self.digits.get(word).copied()
    }

    /// Returns how often a word repeats the digit after it.
    pub(super) fn repeat(&self, word: &str) -> Option<usize> {
        self.repeats.get(word).copied()
    }

    /// Returns a number of the comparison; all of them are there once the file was taken.
    pub(super) fn number(&self, name: &str) -> usize {
        self.numbers.get(name).copied().unwrap_or(usize::MAX)
    }
}

fn equation(word: &str) -> Result<(&str, usize), ()> {
    let (name, number) = word.split_once('=').ok_or(())?;
    Ok((name, number.parse().map_err(drop)?))
}
