//! Runs of words, made comparable: so that a quotation is found and a fact is not tried out.
//!
//! Promises: names and numbers become one mark before anything is compared, so that somebody
//! who tries one town or number after another is told the same each time.
//! Must never know: keys. What is compared is what the caller makes of a [`Gram`].

use super::fold::{Token, tokens};
use super::rules::{RuleKind, Rules};
use zeroize::Zeroizing;

/// The mark that stands for a name or a number.
const MARK: &str = "#";

/// Some words in a row, folded: what the caller makes a fingerprint of.
pub struct Gram {
    /// The words with a space between them; wiped when dropped.
    pub text: Zeroizing<String>,
    /// Which word of the text it begins at.
    at: usize,
}

impl Gram {
    /// Returns all of it but the last word, and all but the first.
    #[must_use]
    pub fn ends(&self) -> (&str, &str) {
        let text = self.text.as_str();
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
    pub fn grams(&self, text: &str) -> Vec<Gram> {
        let words = self.words(text);
        let length = self.number("gram");
        let marks = |words: &[&str]| words.iter().filter(|word| **word == MARK).count();
        let refs: Vec<&str> = words.iter().map(|word| word.as_str()).collect();
        // A row of names is like any other row of names: it says nothing.
        let says = |(_, words): &(usize, &[&str])| marks(words) * 2 <= words.len();
        let gram = |(at, words): (usize, &[&str])| Gram { text: Zeroizing::new(words.join(" ")), at };
        refs.windows(length).enumerate().filter(says).map(gram).collect()
    }

    /// Says how much of a text is alike, from its runs and which of them were found elsewhere.
    #[must_use]
    pub fn overlap(&self, grams: &[Gram], found: impl Fn(usize) -> bool) -> Overlap {
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
