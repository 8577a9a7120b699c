//! A paper as a PDF that a screen reader can follow: tagged, with bookmarks, its fonts within it (PDF/UA-1).
//!
//! Promises: words are data to the typesetter and never markup; what it must remember between two papers is nothing: its
//! caches are emptied after each; what no font here can show is shown by its number and counted; no date, no author and
//! no word about anybody stands in the metadata.
//! Must never know: who asks.

use super::sheet::{Block, Paper, paragraphs};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// How a paper is set.
const TEMPLATE: &str = include_str!("../../assets/paper/paper.typ");

/// The first one shows what the others need not.
const FONTS: [&[u8]; 3] = [
    include_bytes!("../../assets/fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../assets/fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../assets/fonts/NotoSans-Italic.ttf"),
];

/// What is the same for every paper.
struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    words: FileId,
}

static PRESS: LazyLock<Option<Press>> = LazyLock::new(|| {
    let fonts: Vec<Font> = FONTS.iter().filter_map(|bytes| Font::new(Bytes::new(*bytes), 0)).collect();
    let at = |path| VirtualPath::new(path).ok().map(|path| RootedPath::new(VirtualRoot::Project, path).intern());
    Some(Press {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        template: Source::new(at("/paper.typ")?, TEMPLATE.to_owned()),
        words: at("/paper.json")?,
    })
});

/// Why there is no PDF. Says nothing of what was to stand in it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The typesetter did not take what it was given.
    #[error("the paper could not be set as a PDF")]
    NotSet,
    /// What was set cannot be told to a screen reader.
    #[error("the paper could not be written as PDF/UA")]
    NotWritten,
}

/// One paper on the press.
struct Run<'a> {
    press: &'a Press,
    words: Bytes,
}

impl World for Run<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.book
    }

    fn main(&self) -> FileId {
        self.press.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main() { Ok(self.press.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.press.words { Ok(self.words.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Returns the PDF. Takes a processor for some hundredths of a second a sheet: call it where nothing waits for it.
///
/// # Errors
/// [`Error`].
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, Error> {
    let press = PRESS.as_ref().ok_or(Error::NotSet)?;
    let run = Run { press, words: Bytes::new(data(paper, press).to_string().into_bytes()) };
    let written = set(&run, paper);
    // What the typesetter remembers to be quicker the next time are words of this paper.
    typst::comemo::evict(0);
    written
}

fn set(run: &Run<'_>, paper: &Paper) -> Result<Vec<u8>, Error> {
    let document: PagedDocument = typst::compile(run).output.map_err(|_| Error::NotSet)?;
    let options = PdfOptions {
        ident: Smart::Custom(paper.mark.what.clone()),
        creator: Smart::Custom(Some("Lippen".to_owned())),
        standards: PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|_| Error::NotWritten)?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|_| Error::NotWritten)
}

/// Returns what the template reads.
fn data(paper: &Paper, press: &Press) -> Value {
    let mut shown = Shown { font: press.fonts.first(), unknown: 0 };
    let parts: Vec<Value> = paper
        .parts
        .iter()
        .map(|part| {
            let heading = shown.line(&part.heading);
            let blocks: Vec<Value> = part.blocks.iter().map(|block| shown.block(block)).collect();
            json!({ "level": part.rank.level(), "heading": heading, "blocks": blocks })
        })
        .collect();
    let mark = &paper.mark;
    json!({
        "title": shown.line(&paper.title), "who": shown.line(&mark.who), "agency": shown.line(&mark.agency),
        "at": mark.at, "what": mark.what, "handling": mark.handling, "parts": parts, "unknown": shown.unknown,
    })
}

/// Words as the fonts can show them.
struct Shown<'a> {
    font: Option<&'a Font>,
    unknown: u32,
}

impl Shown<'_> {
    fn block(&mut self, block: &Block) -> Value {
        match block {
            Block::Words(words) => json!({ "words": self.lines(words) }),
            Block::Warning(words) => json!({ "warning": self.lines(words) }),
            Block::List(lines) => json!({ "list": lines.iter().map(|line| self.line(line)).collect::<Vec<_>>() }),
            Block::Facts(facts) => {
                let fact = |(name, value): &(String, String)| json!([self.line(name), self.lines(value)]);
                json!({ "facts": facts.iter().map(fact).collect::<Vec<_>>() })
            }
            Block::Table { heads, rows } => {
                let row = |row: &Vec<String>| row.iter().map(|cell| self.line(cell)).collect::<Vec<_>>();
                json!({ "heads": heads, "rows": rows.iter().map(row).collect::<Vec<_>>() })
            }
        }
    }

    fn lines(&mut self, words: &str) -> Vec<String> {
        paragraphs(words).map(|line| self.line(line)).collect()
    }

    /// Replaces what no font here can show by its number: a paper with a hole where a word was is worse than an ugly one.
    fn line(&mut self, words: &str) -> String {
        let mut line = String::with_capacity(words.len());
        for one in words.chars() {
            let has = self.font.is_some_and(|font| font.info().coverage.contains(u32::from(one)));
            match one {
                '\t' | '\n' | '\r' => line.push(' '),
                _ if has => line.push(one),
                _ => {
                    self.unknown = self.unknown.saturating_add(1);
                    let _ = write!(line, "[U+{:04X}]", u32::from(one));
                }
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::super::sheet::tests::paper;
    use super::*;

    #[test]
    fn words_are_words_and_what_cannot_be_shown_is_shown_by_its_number() {
        let press = PRESS.as_ref().unwrap();
        assert_eq!(press.fonts.len(), FONTS.len());
        let data = data(&paper(), press);
        assert_eq!(data["unknown"], 1);
        let facts = &data["parts"][1]["blocks"][0]["facts"][0];
        assert_eq!(facts[1][0], "Żółć-O’Lippen [U+1F600]");
        assert_eq!(data["parts"][1]["blocks"][1]["words"][1], "Two: #eval(\"1\") $x$ *no* _no_ @no.");
    }

    #[test]
    fn it_is_a_pdf_for_a_screen_reader_that_says_nothing_of_anybody_in_its_metadata() {
        let bytes = pdf(&paper()).unwrap();
        let raw = String::from_utf8_lossy(&bytes);
        assert!(raw.starts_with("%PDF-1.7"));
        for mark in ["/MarkInfo", "/StructTreeRoot", "/Lang", "/Outlines", "pdfuaid"] {
            assert!(raw.contains(mark), "{mark}");
        }
        assert!(raw.contains("Pack of a level 2 meeting") && !raw.contains("Judith"));
        assert!(!raw.contains("/CreationDate") && !raw.contains("/Author"));
        assert!(bytes == pdf(&paper()).unwrap(), "the same paper, the same bytes");
    }
}
