//! What is known of the tools by which men are assessed: only so that a score and a level that contradict each other can be
//! shown as such.
//!
//! Promises: bands cover the whole range, each score once, in order, with a source; what is to be confirmed warns and never
//! reassures; of an unknown tool or version nothing is said; a score or level that a known one does not have is said to be so.
//! Must never know: whose score it is. Nothing here makes a level out of a score for anybody to see.

use super::error::{Error, Fault};
use super::rows::{Row, rows_of};
use crate::model::assessments::{Agreement, Code};

const TOOLS: &str = "tools.csv";

/// What stands for every version without a row of its own.
const ANY: &str = "*";

/// For which scores a tool gives which level.
#[derive(Debug, PartialEq, Eq)]
struct Band {
    least: u32,
    most: u32,
    level: String,
}

/// One row: a tool in one version or all.
#[derive(Debug)]
struct Tool {
    tool: Code,
    version: String,
    range: Option<(u32, u32)>,
    bands: Vec<Band>,
    verified: bool,
}

/// Every tool.
#[derive(Debug)]
pub struct Tools(Vec<Tool>);

impl Tools {
    /// Reads `tools.csv`.
    pub(super) fn load(text: &str) -> Result<Self, Error> {
        let mut all: Vec<Tool> = Vec::new();
        for row in rows_of(TOOLS, text, 7)? {
            let tool = tool(&row)?;
            if all.iter().any(|known| known.tool == tool.tool && known.version == tool.version) {
                return Err(row.fault(TOOLS, Fault::Twice(row.cells[0].to_owned())));
            }
            all.push(tool);
        }
        Ok(Self(all))
    }

    /// Returns the tools, each once.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.0.iter().map(|tool| tool.tool.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Says whether it is a tool that is known.
    #[must_use]
    pub fn knows(&self, tool: &Code) -> bool {
        self.0.iter().any(|known| &known.tool == tool)
    }

    /// Says whether a score or a level is none that this tool gives in this version; of what is not known nothing is said.
    #[must_use]
    pub fn is_outside(&self, (tool, version): (&Code, &Code), score: Option<&str>, level: Option<&str>) -> bool {
        let of = |wanted: &str| self.0.iter().find(|one| &one.tool == tool && one.version == wanted);
        let Some(known) = of(version.as_str()).or_else(|| of(ANY)) else { return false };
        let fits = |text: &str| {
            let number = text.trim().parse::<u32>().ok();
            known.range.is_none_or(|(least, most)| number.is_some_and(|score| (least..=most).contains(&score)))
        };
        let given = |text: &str| known.bands.is_empty() || known.bands.iter().any(|band| band.level == normal(text));
        score.is_some_and(|text| !fits(text)) || level.is_some_and(|text| !given(text))
    }

    /// Says what a score and a level that were supplied say of each other.
    #[must_use]
    pub fn agreement(&self, (tool, version): (&Code, &Code), score: Option<&str>, level: Option<&str>) -> Agreement {
        let of = |wanted: &str| self.0.iter().find(|one| &one.tool == tool && one.version == wanted);
        let Some(known) = of(version.as_str()).or_else(|| of(ANY)) else { return Agreement::NotKnown };
        let Some(score) = score.and_then(|text| text.trim().parse::<u32>().ok()) else { return Agreement::NotKnown };
        if known.range.is_some_and(|(least, most)| score < least || score > most) {
            return Agreement::Contradicts;
        }
        let given = level.map(normal).filter(|level| known.bands.iter().any(|band| &band.level == level));
        let band = known.bands.iter().find(|band| (band.least..=band.most).contains(&score));
        match (band, given) {
            (Some(band), Some(level)) if band.level != level => Agreement::Contradicts,
            (Some(_), Some(_)) if known.verified => Agreement::Consistent,
            _ => Agreement::NotKnown,
        }
    }
}

/// Returns a level as bands write it: `Very High` is `very-high`.
#[must_use]
pub fn normal(level: &str) -> String {
    level
        .split(|c: char| c.is_whitespace() || c == '_' || c == '-')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-")
        .to_lowercase()
}

fn tool(row: &Row<'_>) -> Result<Tool, Error> {
    let [tool, version, score, bands, status] = [0, 1, 3, 4, 6].map(|n| row.cells[n]);
    let unknown = |cell: &str| row.fault(TOOLS, Fault::Unknown(cell.to_owned()));
    let set = |cell: &str| cell != "-";
    if version != ANY && version.parse::<Code>().is_err() {
        return Err(unknown(version));
    }
    let range = if set(score) { Some(span(score).ok_or_else(|| unknown(score))?) } else { None };
    let bands: Vec<Band> = match set(bands) {
        true => bands.split('|').map(|text| band(text).ok_or_else(|| unknown(text))).collect::<Result<_, _>>()?,
        false => Vec::new(),
    };
    // What is said of a range or a band is said by somebody; what is not said is said by nobody.
    let says = ["verified", "to-confirm"].contains(&status);
    if says != (range.is_some() || !bands.is_empty()) || !(says || status == "-") {
        return Err(unknown(status));
    }
    if !bands.is_empty() && !range.is_some_and(|range| covers(&bands, range)) {
        return Err(unknown(row.cells[4]));
    }
    let tool = tool.parse().map_err(|_| unknown(tool))?;
    Ok(Tool { tool, version: version.to_owned(), range, bands, verified: status == "verified" })
}

/// Reads `0-43`.
fn span(text: &str) -> Option<(u32, u32)> {
    let (least, most) = text.split_once('-')?;
    let (least, most) = (least.parse().ok()?, most.parse().ok()?);
    (least <= most).then_some((least, most))
}

/// Reads `11-19 medium`.
fn band(text: &str) -> Option<Band> {
    let (scores, level) = text.trim().split_once(' ')?;
    let (least, most) = span(scores)?;
    (level == normal(level) && !level.is_empty()).then(|| Band { least, most, level: level.to_owned() })
}

/// Says whether each score of the range stands in one band, in order, and no level twice.
fn covers(bands: &[Band], (least, most): (u32, u32)) -> bool {
    let joined = bands.windows(2).all(|two| two[0].most.checked_add(1) == Some(two[1].least));
    let once = bands.iter().enumerate().all(|(n, one)| bands[..n].iter().all(|known| known.level != one.level));
    let ends = bands.first().is_some_and(|one| one.least == least) && bands.last().is_some_and(|one| one.most == most);
    joined && once && ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;

    fn code(text: &str) -> Code {
        text.parse().unwrap()
    }

    fn said(tools: &Tools, tool: &str, score: Option<&str>, level: Option<&str>) -> Agreement {
        tools.agreement((&code(tool), &code("2004")), score, level)
    }

    #[test]
    fn what_contradicts_is_seen_and_what_is_to_be_confirmed_reassures_nobody() {
        let text = Files::embedded().tools;
        let tools = Tools::load(&text).unwrap();
        let confirmed = Tools::load(&text.replace("2004, to-confirm", "2004, verified")).unwrap();
        for (score, level, to_confirm, verified) in [
            (Some("14"), Some("high"), Agreement::Contradicts, Agreement::Contradicts),
            (Some("14"), Some("Medium"), Agreement::NotKnown, Agreement::Consistent),
            (Some("30"), Some("Very High"), Agreement::NotKnown, Agreement::Consistent),
            (Some("44"), Some("very high"), Agreement::Contradicts, Agreement::Contradicts),
            (Some("44"), None, Agreement::Contradicts, Agreement::Contradicts),
            (Some("14"), Some("moderate"), Agreement::NotKnown, Agreement::NotKnown),
            (Some("14"), None, Agreement::NotKnown, Agreement::NotKnown),
            (None, Some("high"), Agreement::NotKnown, Agreement::NotKnown),
            (Some("about 14"), Some("high"), Agreement::NotKnown, Agreement::NotKnown),
        ] {
            assert_eq!(said(&tools, "LS/CMI", score, level), to_confirm, "{score:?} {level:?}");
            assert_eq!(said(&confirmed, "LS/CMI", score, level), verified, "{score:?} {level:?}");
        }
        for (score, level, is) in [
            (Some("minus900"), Some("bananas"), true),
            (Some("minus900"), None, true),
            (None, Some("bananas"), true),
            (Some("44"), None, true),
            (Some("-1"), None, true),
            (Some("43"), Some("Very High"), false),
            (Some("0"), Some("very low"), false),
            (Some("14"), Some("high"), false),
            (None, None, false),
        ] {
            let of = |tool: &str| tools.is_outside((&code(tool), &code("2004")), score, level);
            assert_eq!(of("LS/CMI"), is, "{score:?} {level:?}");
            assert!(!of("SARA") && !of("NO-SUCH-TOOL"), "nothing is set: nothing is said");
        }
        for tool in ["SARA", "RM2000", "SA07", "DASH", "NO-SUCH-TOOL"] {
            assert_eq!(said(&confirmed, tool, Some("14"), Some("high")), Agreement::NotKnown, "{tool}");
        }
        assert!(tools.knows(&code("SARA")) && !tools.knows(&code("NO-SUCH-TOOL")));
    }

    #[test]
    fn a_version_with_a_row_of_its_own_is_judged_by_it() {
        let more = "LS/CMI, 2004, The same, 0-43, 0-43 low, somebody, verified\n";
        let tools = Tools::load(&(Files::embedded().tools + more)).unwrap();
        assert_eq!(said(&tools, "LS/CMI", Some("14"), Some("low")), Agreement::Consistent);
        assert_eq!(tools.names().iter().filter(|name| **name == "LS/CMI").count(), 1);
    }

    #[test]
    fn bands_with_a_hole_or_without_a_source_are_refused() {
        let text = Files::embedded().tools;
        for (from, to) in [
            ("5-10 low", "6-10 low"),
            ("5-10 low", "4-10 low"),
            ("30-43 very-high", "30-42 very-high"),
            ("30-43 very-high", "30-43 high"),
            ("30-43 very-high", "30-43 Very High"),
            ("0-43, 0-4", "-, 0-4"),
            ("2004, to-confirm", "2004, -"),
            ("structured judgement, -", "structured judgement, verified"),
            ("2004, to-confirm", "2004, sure"),
            ("\nSARA, *", "\nLS/CMI, *"),
            ("\nSARA, *", "\nSARA, a b"),
            ("\nSARA, *", "\nS A R A, *"),
        ] {
            assert!(Tools::load(&text.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
