//! Risk assessments as their source supplied them: tool, version, score, level, date, assessor. Never reckoned here.
//!
//! What once went wrong was a level that did not match its score after systems were joined. So score and level are kept
//! in the source's own words, side by side, and a level that an assessor gave against the tool stands beside both.
//! Source: docs/domain.md 7.2; National Outcomes and Standards 2010, 4.1 (sources named, fact and opinion apart).

use super::fields::{Content, Depth, FieldReader, FieldWriter};
use super::text::{Line, Prose};
use super::time::Day;
use super::words::vocabulary;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

vocabulary! {
    /// What is said of assessments that are not to be relied on.
    Doubted {
        /// Whether they are right is not known.
        Doubtful = "doubtful",
        /// They are wrong, and nothing stands in their place.
        Withdrawn = "withdrawn",
    }
}

vocabulary! {
    /// Why assessments are not to be relied on: a word, because the same is told to people on many cases.
    WhyDoubted {
        /// A system changed or lost values.
        SystemFault = "system-fault",
        /// They were made with the wrong version of the tool.
        WrongVersion = "wrong-version",
        /// They were scored wrongly.
        Misscored = "misscored",
        /// They were made by somebody who was not trained for the tool.
        NotTrained = "assessor-not-trained",
        /// Another reason.
        Other = "other",
    }
}

vocabulary! {
    /// What a score and a level say of each other, by what is known of the tool.
    Agreement {
        /// The level is the one that the tool gives for such a score.
        Consistent = "consistent",
        /// It is another one, or the tool has no such score.
        Contradicts = "contradicts",
        /// Nothing is known by which one could tell.
        NotKnown = "not-known",
    }
}

/// A tool, a version, a source system: a word without spaces that stands in clear, so that a batch is found by it.
///
/// Shape: 1 to 40 of letters, digits and `. _ / -`, beginning with a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

/// The text was not such a word.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("is not such a word: write 1 to 40 letters, digits and . _ / - without spaces")]
pub struct NotACode;

impl Code {
    /// Returns the word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = NotACode;
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let fits = (1..=40).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._/-".contains(&b));
        if fits { Ok(Self(text.to_owned())) } else { Err(NotACode) }
    }
}

impl TryFrom<String> for Code {
    type Error = NotACode;
    fn try_from(text: String) -> Result<Self, NotACode> {
        text.parse()
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A level that the assessor gave against the tool.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelOverride {
    /// The level.
    pub level: Line<40>,
    /// Why.
    pub reason: Prose<1000>,
}

/// What an assessment came to, sealed.
#[derive(Debug)]
pub struct AssessmentWords {
    /// The score, as the source states it.
    pub score: Option<Line<20>>,
    /// The level, as the source states it.
    pub level: Option<Line<40>>,
    /// The level that the assessor gave instead.
    pub overridden: Option<LevelOverride>,
    /// Who assessed him.
    pub assessor: Line<120>,
}

impl Content for AssessmentWords {
    const TABLE: &'static str = "assessment";

    fn write(&self, out: &mut FieldWriter) {
        out.put(self.score.as_ref().map(Line::reveal));
        out.put(self.level.as_ref().map(Line::reveal));
        out.put(self.overridden.as_ref().map(|one| one.level.reveal()));
        out.put(self.overridden.as_ref().map(|one| one.reason.reveal()));
        out.put(Some(self.assessor.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        let (score, level) = (line(input)?, line(input)?);
        let overridden = match (line(input)?, input.optional()?) {
            (Some(level), Some(reason)) => Some(LevelOverride { level, reason: Prose::new(reason).ok()? }),
            (None, None) => None,
            _ => return None,
        };
        Some(Self { score, level, overridden, assessor: Line::new(input.take()?).ok()? })
    }
}

/// What those see who may see a summary: what it came to, without the words of the assessor.
#[derive(Debug)]
pub struct AssessmentSummary {
    /// The tool.
    pub tool: Code,
    /// Its version.
    pub version: Code,
    /// The day on which he was assessed.
    pub on: Day,
    /// The score, as the source states it.
    pub score: Option<Line<20>>,
    /// The level, as the source states it.
    pub level: Option<Line<40>>,
    /// The level that the assessor gave instead.
    pub overridden: Option<Line<40>>,
}

impl Content for AssessmentSummary {
    const TABLE: &'static str = "assessment-summary";
    const DEPTH: Depth = Depth::Summary;

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.tool.as_str()));
        out.put(Some(self.version.as_str()));
        out.put(Some(&self.on.to_string()));
        out.put(self.score.as_ref().map(Line::reveal));
        out.put(self.level.as_ref().map(Line::reveal));
        out.put(self.overridden.as_ref().map(Line::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            tool: input.take()?.parse().ok()?,
            version: input.take()?.parse().ok()?,
            on: input.take()?.parse().ok()?,
            score: line(input)?,
            level: line(input)?,
            overridden: line(input)?,
        })
    }
}

fn line<const MAX: usize>(input: &mut FieldReader<'_>) -> Option<Option<Line<MAX>>> {
    input.optional()?.map(Line::new).transpose().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assessment_comes_back_from_its_bytes_and_nothing_is_filled_in() {
        let words = AssessmentWords {
            score: Some(Line::new("14").unwrap()),
            level: None,
            overridden: Some(LevelOverride {
                level: Line::new("high").unwrap(),
                reason: Prose::new("Threats.").unwrap(),
            }),
            assessor: Line::new("A. Assessor").unwrap(),
        };
        let back: AssessmentWords = FieldReader::content(&FieldWriter::bytes_of(&words)).unwrap();
        assert!(back.level.is_none() && back.score.as_ref().map(Line::reveal) == Some("14"));
        assert_eq!(back.overridden.as_ref().map(|one| one.level.reveal()), Some("high"));
        let summary = AssessmentSummary {
            tool: "LS/CMI".parse().unwrap(),
            version: "2004".parse().unwrap(),
            on: "2026-10-01".parse().unwrap(),
            score: None,
            level: Some(Line::new("medium").unwrap()),
            overridden: None,
        };
        let back: AssessmentSummary = FieldReader::content(&FieldWriter::bytes_of(&summary)).unwrap();
        assert!(back.score.is_none() && back.overridden.is_none() && back.tool.as_str() == "LS/CMI");
    }

    #[test]
    fn what_stands_in_clear_is_a_word_and_no_sentence() {
        for good in ["LS/CMI", "lscmi-national", "3.1", "a"] {
            assert!(good.parse::<Code>().is_ok(), "{good}");
        }
        for bad in ["", "two words", "-a", "naïve", "x\n", &"x".repeat(41)] {
            assert_eq!(bad.parse::<Code>(), Err(NotACode), "{bad}");
        }
    }
}
