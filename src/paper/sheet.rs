//! What a paper is made of: parts under headings, and in each part words, lists, facts and tables.
//!
//! Promises: it holds words in clear, so it can be neither copied, printed for debugging nor serialised.
//! Must never know: HTML, PDF.

/// How deep a heading stands under the title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// A chapter.
    First,
    /// A part of a chapter.
    Second,
    /// A part of that.
    Third,
}

/// Who takes a paper along, and what it is: said on every sheet.
pub struct Mark {
    /// The reader's name and post.
    pub who: String,
    /// Their agency.
    pub agency: String,
    /// When it was made, in local time.
    pub at: String,
    /// What version of what it is, with its fingerprint.
    pub what: String,
    /// How it is to be handled.
    pub handling: String,
}

/// Something that stands under a heading.
pub enum Block {
    /// Words, paragraph by paragraph.
    Words(String),
    /// Words that must not be overlooked.
    Warning(String),
    /// Several things of one kind.
    List(Vec<String>),
    /// What something is called, and what it is.
    Facts(Vec<(String, String)>),
    /// Rows that are alike.
    Table {
        /// What the columns are.
        heads: Vec<&'static str>,
        /// The rows, each as long as the heads.
        rows: Vec<Vec<String>>,
    },
}

/// A heading and what stands under it.
pub struct Part {
    /// How deep.
    pub rank: Rank,
    /// The heading.
    pub heading: String,
    /// What stands under it.
    pub blocks: Vec<Block>,
}

/// A paper.
pub struct Paper {
    /// The title: about nobody.
    pub title: String,
    /// What stands on every sheet.
    pub mark: Mark,
    /// The parts, in the order in which they are read.
    pub parts: Vec<Part>,
}

impl Paper {
    /// Begins a paper with nothing in it.
    #[must_use]
    pub const fn new(title: String, mark: Mark) -> Self {
        Self { title, mark, parts: Vec::new() }
    }

    /// Adds a part. A heading stands one step below the one before it at most: a reader who goes from heading to heading
    /// misses none.
    pub fn part(&mut self, rank: Rank, heading: impl Into<String>, blocks: Vec<Block>) {
        let deepest = self.parts.last().map_or(Rank::First, |before| match before.rank {
            Rank::First => Rank::Second,
            Rank::Second | Rank::Third => Rank::Third,
        });
        self.parts.push(Part { rank: rank.min(deepest), heading: heading.into(), blocks });
    }

    /// Says how deep the last heading stands; nothing in an empty paper.
    #[must_use]
    pub fn rank(&self) -> Option<Rank> {
        self.parts.last().map(|part| part.rank)
    }
}

impl Rank {
    /// Returns the level of its heading, under a title of level 1.
    #[must_use]
    pub const fn level(self) -> u8 {
        match self {
            Self::First => 2,
            Self::Second => 3,
            Self::Third => 4,
        }
    }
}

/// Returns the paragraphs of some words: an empty line or a new line begins another.
pub(super) fn paragraphs(words: &str) -> impl Iterator<Item = &str> {
    words.lines().map(str::trim_end).filter(|line| !line.is_empty())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::paper) fn paper() -> Paper {
        let mark = Mark {
            who: "Judith Marr, MAPPA co-ordinator".to_owned(),
            agency: "Ayrshire MAPPA".to_owned(),
            at: "24 November 2026, 13:05".to_owned(),
            what: "Version 3, fingerprint 0f1e".to_owned(),
            handling: "OFFICIAL-SENSITIVE".to_owned(),
        };
        let mut paper = Paper::new("Pack of a level 2 meeting".to_owned(), mark);
        paper.part(
            Rank::First,
            "Agenda",
            vec![Block::Table {
                heads: vec!["Place", "Case"],
                rows: vec![vec!["1".to_owned(), "<b>&amp; #strong[not markup]".to_owned()]],
            }],
        );
        paper.part(
            Rank::Third,
            "Who he is",
            vec![
                Block::Facts(vec![("Family name".to_owned(), "Żółć-O’Lippen \u{1F600}".to_owned())]),
                Block::Words("One.\n\nTwo: #eval(\"1\") $x$ *no* _no_ @no.".to_owned()),
                Block::List(vec!["first".to_owned(), "second".to_owned()]),
                Block::Warning("Ring before you go.".to_owned()),
            ],
        );
        paper
    }

    #[test]
    fn no_heading_skips_a_step() {
        let ranks: Vec<u8> = paper().parts.iter().map(|part| part.rank.level()).collect();
        assert_eq!(ranks, [2, 3]);
    }

    #[test]
    fn new_lines_begin_paragraphs() {
        assert_eq!(paragraphs("a\n\n b \r\nc").collect::<Vec<_>>(), ["a", " b", "c"]);
    }
}
