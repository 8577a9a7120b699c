//! Pieces of a quotation that stand in several texts, joined where one begins with the words that another ends with.
//!
//! Promises: a piece counts once, however often it is repeated; looking takes bounded time.
//! Must never know: words. A piece is two fingerprints that the caller made.

use super::rules::Rules;
use std::collections::{HashMap, HashSet};

/// A run of words by what it begins with and what it ends with: all of it but the last word, and all but the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Joint {
    /// All but the last word.
    pub begins: u64,
    /// All but the first word.
    pub ends: u64,
}

/// Steps that one look takes at most: what is so entangled is taken for repeated.
const STEPS_MAX: usize = 20_000;

/// A walk from piece to piece.
struct Walk<'a> {
    next: HashMap<u64, Vec<&'a Joint>>,
    steps: usize,
    most: usize,
}

impl<'a> Walk<'a> {
    /// Returns how many pieces the longest walk has that begins as `path` does, as far as `most`.
    fn on(&mut self, path: &mut Vec<&'a Joint>) -> usize {
        self.steps += 1;
        if path.len() >= self.most || self.steps > STEPS_MAX {
            return self.most;
        }
        let mut longest = path.len();
        let here = path.last().and_then(|last| self.next.get(&last.ends)).cloned().unwrap_or_default();
        for joint in here {
            if longest < self.most && !path.contains(&joint) {
                path.push(joint);
                longest = longest.max(self.on(path));
                path.pop();
            }
        }
        longest
    }
}

impl Rules {
    /// Says whether pieces of one request make up a quotation.
    #[must_use]
    pub fn is_chain(&self, pieces: &HashSet<Joint>) -> bool {
        self.joins(pieces, self.number("quote"))
    }

    /// Says whether what somebody has repeated of a text by and by makes up a quotation: so many words that follow each
    /// other, or so great a part of its `whole` runs of words.
    #[must_use]
    pub fn is_hoard(&self, pieces: &HashSet<Joint>, whole: usize) -> bool {
        let length = self.number("gram");
        let few = (self.number("near") + 1).saturating_sub(length);
        let much = pieces.len() >= few && pieces.len() * 100 >= whole.saturating_mul(self.number("part"));
        much || self.joins(pieces, self.number("near"))
    }

    /// Says whether some pieces follow each other for so many words.
    fn joins(&self, pieces: &HashSet<Joint>, words: usize) -> bool {
        let most = (words + 1).saturating_sub(self.number("gram"));
        if pieces.len() < most {
            return false;
        }
        let mut next: HashMap<u64, Vec<&Joint>> = HashMap::new();
        pieces.iter().for_each(|joint| next.entry(joint.begins).or_default().push(joint));
        let mut walk = Walk { next, steps: 0, most };
        pieces.iter().any(|joint| walk.on(&mut vec![joint]) >= most)
    }
}
