//! Figures and how they are shown: a table for people, JSON for programs.
//!
//! Promises: no figure without its counterpart from the same run, the ratio of the two, and
//! what both of them did.
//! Must never know: how anything is measured.

use super::load::Round;
use super::stats::median;
use serde::Serialize;
use std::fmt::Write;

/// Which of two values is the better one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Better {
    /// The larger, such as answers a second.
    More,
    /// The smaller, such as a time.
    Less,
}

/// One figure beside its counterpart.
#[derive(Debug, Serialize)]
pub(super) struct Figure {
    name: String,
    unit: &'static str,
    value: f64,
    counterpart: &'static str,
    counterpart_value: f64,
    /// How many times better the figure is than its counterpart.
    ratio: f64,
    goal: &'static str,
    /// What was done for both.
    did: String,
    /// Every round, the figure's and the counterpart's.
    rounds: [Vec<f64>; 2],
    /// Microseconds of processor time an answer, of both, hub and clients together.
    #[serde(skip_serializing_if = "Option::is_none")]
    processor_us: Option<[f64; 2]>,
}

/// A figure's words.
#[derive(Debug)]
pub(super) struct Words {
    /// What is measured.
    pub(super) name: String,
    /// In what.
    pub(super) unit: &'static str,
    /// Beside what.
    pub(super) counterpart: &'static str,
    /// What it should be.
    pub(super) goal: &'static str,
    /// What was done for both.
    pub(super) did: String,
}

impl Figure {
    /// States a figure from the medians of its rounds and of its counterpart's.
    pub(super) fn of(words: Words, better: Better, rounds: [Vec<f64>; 2]) -> Self {
        let [value, other] = [median(&rounds[0]), median(&rounds[1])];
        let ratio = match better {
            Better::More => value / other,
            Better::Less => other / value,
        };
        let Words { name, unit, counterpart, goal, did } = words;
        Self { name, unit, value, counterpart, counterpart_value: other, ratio, goal, did, rounds, processor_us: None }
    }

    /// States a figure from rounds of load.
    pub(super) fn of_load(words: Words, rounds: &[Vec<Round>; 2]) -> Self {
        let each = |value: fn(&Round) -> f64| rounds.each_ref().map(|side| side.iter().map(value).collect::<Vec<_>>());
        let processor = each(|round| round.processor_us);
        let rates = Self::of(words, Better::More, each(|round| round.rate));
        Self { processor_us: Some(processor.each_ref().map(|side| median(side))), ..rates }
    }
}

/// The machine as it was while it was measured.
#[derive(Debug, Serialize)]
pub(super) struct Machine {
    /// Cores that the process may use.
    pub(super) cores: usize,
    /// The system's own average of running tasks over the last minute, before anything began.
    pub(super) load_before: String,
    /// One write of 4 KiB and its flush in the folder that was measured, in milliseconds at the median.
    pub(super) flush_ms: f64,
    /// Whether the program was built with optimisation.
    pub(super) build: &'static str,
}

/// Everything that was measured in one run.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// The machine.
    pub(super) machine: Machine,
    /// The figures in their order.
    pub(super) figures: Vec<Figure>,
}

impl Report {
    /// Writes the table, and below it what was done.
    pub(super) fn table(&self) -> String {
        let head = ["figure", "this hub", "beside it", "ratio", "goal"].map(str::to_owned);
        let row = |one: &Figure| {
            let [value, other] =
                [one.value, one.counterpart_value].map(|value| format!("{} {}", short(value), one.unit));
            [
                one.name.clone(),
                value,
                format!("{other}, {}", one.counterpart),
                format!("{} ×", short(one.ratio)),
                one.goal.to_owned(),
            ]
        };
        let rows: Vec<_> = std::iter::once(head).chain(self.figures.iter().map(row)).collect();
        let wide = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; 5] = std::array::from_fn(wide);
        let mut text = String::new();
        for row in &rows {
            let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}", cells.join("  ").trim_end());
        }
        let Machine { cores, load_before, flush_ms, build } = &self.machine;
        let _ = write!(
            text,
            "\n{cores} cores, load {load_before} before, {flush_ms:.2} ms a flush, {build} build. Hub and clients share \
             the machine.\nValues are medians of rounds in turns; compare inside a row, never across machines.\n\n"
        );
        for one in &self.figures {
            let _ = write!(text, "{}: {}", one.name, one.did);
            let _ = match one.processor_us {
                Some([ours, theirs]) => {
                    writeln!(text, " Processor time an answer: {ours:.0} µs, beside it {theirs:.0} µs.")
                }
                None => writeln!(text),
            };
        }
        text
    }
}

/// Writes a number with as many digits as it deserves.
fn short(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(better: Better) -> Figure {
        let (name, did) = ("write".to_owned(), "Both wrote.".to_owned());
        let words = Words { name, unit: "/s", counterpart: "alone", goal: "5 ×", did };
        Figure::of(words, better, [vec![500.0, 900.0, 400.0], vec![90.0, 100.0, 110.0]])
    }

    #[test]
    fn the_ratio_says_how_much_better() {
        assert!((figure(Better::More).ratio - 5.0).abs() < 1e-9);
        assert!((figure(Better::Less).ratio - 0.2).abs() < 1e-9);
    }

    #[test]
    fn the_table_has_a_line_for_each_figure_and_says_what_was_done() {
        let machine = Machine { cores: 2, load_before: "0.10".to_owned(), flush_ms: 0.5, build: "release" };
        let table = Report { machine, figures: vec![figure(Better::More)] }.table();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[1], "write   500 /s    100 /s, alone  5.00 ×  5 ×");
        assert!(table.ends_with("write: Both wrote.\n"), "{table}");
    }
}
