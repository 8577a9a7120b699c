//! Runs of words, made comparable: so that a quotation is found and a fact is not tried out.
//!
//! Promises: names and numbers become one mark before anything is compared, so that somebody
//! who tries one town or number after another is told the same each time.
//! Must never know: keys. What is compared is what the caller makes of a [`Gram`].

use super::fold::{Token, tokens};
use super::rules::{RuleKind, Rules};
use std::ops::Range;
use zeroize::Zeroizing;

/// The mark that stands for a name or a number.
const MARK: &str = "#";

/// The runs of words of a text that can be compared, folded; wiped when dropped.
pub struct Grams {
    /// All words with a space between them.
    words: Zeroizing<String>,
    runs: Vec<Run>,
}

struct Run {
    /// Which word it begins at.
    at: usize,
    /// Where it stands among the words, in bytes.
    bytes: Range<usize>,
}

/// Some words in a row: what the caller makes a fingerprint of.
#[derive(Clone, Copy)]
pub struct Gram<'a> {
    /// The words with a space between them.
    pub text: &'a str,
    /// Which word of the text it begins at.
    at: usize,
}

impl Grams {
    /// Returns them in their order.
    pub fn iter(&self) -> impl Iterator<Item = Gram<'_>> {
        self.runs.iter().map(|run| Gram { text: &self.words[run.bytes.clone()], at: run.at })
    }
}

impl<'a> Gram<'a> {
    /// Returns all of it but the last word, and all but the first.
    #[must_use]
    pub fn ends(self) -> (&'a str, &'a str) {
        let text = self.text;
        (text.rsplit_once(' ').map_or("", |(most, _)| most), text.split_once(' ').map_or("", |(_, most)| most))
    }
}

/// How much of a text stands in another one, too.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// The most words in a row.
    pub run: usize,
    /// The most words in pieces that are only a few words apart.
    pub near: usize,
}

impl Rules {
    /// Returns every run of words of a text that can be compared.
    #[must_use]
    pub fn grams(&self, text: &str) -> Grams {
        let (folded, length) = (self.words(text), self.number("gram"));
        // The whole text at once: a string that grows leaves copies of itself behind.
        let mut words = Zeroizing::new(String::with_capacity(folded.iter().map(|word| word.len() + 1).sum()));
        let mut places: Vec<Range<usize>> = Vec::with_capacity(folded.len());
        for word in &folded {
            if !words.is_empty() {
                words.push(' ');
            }
            let start = words.len();
            words.push_str(word);
            places.push(start..words.len());
        }
        let marks = |places: &[Range<usize>]| places.iter().filter(|place| words[(*place).clone()] == *MARK).count();
        // A row of names is like any other row of names: it says nothing.
        let says = |(_, places): &(usize, &[Range<usize>])| marks(places) * 2 <= places.len();
        let run = |(at, places): (usize, &[Range<usize>])| Run { at, bytes: places[0].start..places[length - 1].end };
        let runs = places.windows(length).enumerate().filter(says).map(run).collect();
        Grams { words, runs }
    }

    /// Says how much of a text is alike, from its runs and which of them were found elsewhere.
    #[must_use]
    pub fn overlap(&self, grams: &Grams, found: impl Fn(usize) -> bool) -> Overlap {
        let (length, gap) = (self.number("gram"), self.number("gap"));
        let mut pieces: Vec<(usize, usize)> = Vec::new();
        for (_, gram) in grams.iter().enumerate().filter(|(nth, _)| found(*nth)) {
            let end = gram.at + length;
            match pieces.last_mut() {
                Some((_, last)) if gram.at <= *last => *last = end,
                _ => pieces.push((gram.at, end)),
            }
        }
        let run = pieces.iter().map(|(start, end)| end - start).max().unwrap_or(0);
        let (mut near, mut sum, mut last) = (0, 0, 0);
        for (start, end) in pieces {
            sum = if sum > 0 && start - last <= gap { sum + end - start } else { end - start };
            (last, near) = (end, near.max(sum));
        }
        Overlap { run, near }
    }

    /// Says whether so much is alike that it is a quotation.
    #[must_use]
    pub fn is_quote(&self, overlap: Overlap) -> bool {
        overlap.run >= self.number("quote") || overlap.near >= self.number("near")
    }

    /// Returns the words of a text with names and numbers marked.
    fn words(&self, text: &str) -> Vec<Zeroizing<String>> {
        let tokens = tokens(text);
        let letters = tokens.iter().filter(|token| !token.has_digit());
        let (all, capital) = letters.fold((0, 0), |(all, capital), one| (all + 1, capital + usize::from(one.capital)));
        // Where most words have a capital, a capital makes no name.
        let shouted = capital * 2 > all;
        let name = |token: &Token| token.capital && !shouted && !self.has(RuleKind::Plain, &token.text);
        let marked = |token: &Token| token.has_digit() || name(token);
        tokens
            .into_iter()
            .map(|token| if marked(&token) { Zeroizing::new(MARK.to_owned()) } else { token.text })
            .collect()
    }
}
