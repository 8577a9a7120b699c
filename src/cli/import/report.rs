//! What is said of an import: to somebody who reads it, or to a program.

use super::table::{Table, Unsent};
use crate::desk::imports::ImportKind;
use serde::Serialize;
use serde_json::Value;

/// What is wrong with a line.
#[derive(Debug, Serialize)]
pub(super) struct Wrong {
    pub(super) line: u32,
    pub(super) column: Option<String>,
    pub(super) say: String,
}

/// What became of a file.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    /// The file.
    file: String,
    /// What happened: made, made-before, nothing-made, preview, refused, unknown.
    outcome: &'static str,
    /// Lines that have anything in them, without the header.
    lines: usize,
    /// Lines that are right.
    good: usize,
    /// Lines that are wrong.
    wrong_lines: usize,
    /// How many men, orders or attendances were made.
    made: usize,
    /// What they are called.
    #[serde(skip)]
    what: &'static str,
    /// Of how many lines somebody is told, and of how many nobody and why.
    told: Option<Value>,
    /// What whoever brought it in must do now.
    now: Option<String>,
    /// The import's id at the hub.
    import: Option<String>,
    /// Why nothing could be done at all.
    say: Option<String>,
    /// What is wrong, by line.
    faults: Vec<Wrong>,
    /// Where it stands in the hub's log.
    receipt: Option<Value>,
}

impl Report {
    /// A file that is no table, or that the hub refused as a whole.
    pub(super) fn refused(file: &str, say: &str) -> Self {
        Self { file: file.to_owned(), outcome: "refused", say: Some(say.to_owned()), ..Self::default() }
    }

    /// A file whose header is wrong.
    pub(super) fn wrong_header(file: &str, faults: Vec<Wrong>) -> Self {
        Self { faults, ..Self::refused(file, "the header is wrong: see lippen import --template") }
    }

    /// An import of which nobody knows whether it was made.
    pub(super) fn unknown(file: &str, why: &str) -> Self {
        let say = format!("{why}. Whether it was made is not known: run the same command again, nothing is made twice");
        Self { outcome: "unknown", ..Self::refused(file, &say) }
    }

    /// A file in which no line can be sent.
    pub(super) fn of_file(file: &str, table: &Table, commit: bool) -> Self {
        Self {
            file: file.to_owned(),
            outcome: if commit { "nothing-made" } else { "preview" },
            lines: table.lines.len() + table.faults.len(),
            wrong_lines: table.faults.len(),
            faults: table.faults.iter().map(|one| unsent(one, table)).collect(),
            ..Self::default()
        }
    }

    /// What the hub answered, with the lines that were not sent.
    pub(super) fn answered(
        file: &str,
        (table, kind): (&Table, ImportKind),
        commit: bool,
        answer: &Value,
    ) -> anyhow::Result<Self> {
        let number = |name: &str| answer[name].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(0);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let mut report = Self::of_file(file, table, commit);
        report.good = number("good");
        report.wrong_lines += number("wrong_lines");
        report.made = number("made");
        report.what = match kind {
            ImportKind::Caseload => "men",
            ImportKind::Orders => "orders",
            ImportKind::Attendance => "attendances",
        };
        report.told = answer.get("told").cloned();
        report.now = text(&answer["say"]);
        report.import = text(&answer["id"]);
        report.receipt = answer.get("receipt").cloned();
        for one in answer["faults"].as_array().into_iter().flatten() {
            let line = one["line"].as_u64().and_then(|line| u32::try_from(line).ok()).unwrap_or(0);
            let say = text(&one["say"]).unwrap_or_default();
            report.faults.push(Wrong { line, column: text(&one["column"]), say });
        }
        report.faults.sort_by_key(|one| one.line);
        report.outcome = match (report.made > 0, answer["repeated"] == true) {
            (true, true) => "made-before",
            (true, false) => "made",
            (false, _) => report.outcome,
        };
        Ok(report)
    }

    /// Returns the exit code.
    pub(super) fn exit(&self) -> u8 {
        match self.outcome {
            "unknown" => 3,
            "refused" => 1,
            _ => u8::from(self.wrong_lines > 0),
        }
    }

    /// Returns it for a program.
    pub(super) fn json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Returns it for a reader.
    pub(super) fn text(&self) -> String {
        let mut text = match &self.say {
            Some(say) => format!("{}: nothing was made: {say}\n", self.file),
            None => format!(
                "{}: {} lines, {} right, {} wrong. {}\n",
                self.file,
                self.lines,
                self.good,
                self.wrong_lines,
                self.done()
            ),
        };
        if self.outcome == "unknown" {
            text = format!("{}: {}\n", self.file, self.say.as_deref().unwrap_or_default());
        }
        text.extend(self.told.as_ref().map(told));
        text.extend(self.now.as_ref().map(|say| format!("  {say}\n")));
        for one in &self.faults {
            let column = one.column.as_ref().map(|column| format!(", {column}")).unwrap_or_default();
            text.push_str(&format!("  line {}{column}: {}\n", one.line, one.say));
        }
        text
    }

    fn done(&self) -> String {
        match self.outcome {
            "made" => format!("{} {} were made.", self.made, self.what),
            "made-before" => {
                format!("{} {} were made before, by the same file: nothing was made now.", self.made, self.what)
            }
            "nothing-made" => {
                "Nothing was made: correct the lines below, or make the others with --good-lines.".to_owned()
            }
            _ if self.wrong_lines == 0 => "Nothing was made: this was a preview; --commit makes it.".to_owned(),
            _ => "Nothing was made: this was a preview.".to_owned(),
        }
    }
}

/// Says who is told: of orders and attendance alone.
fn told(told: &Value) -> String {
    let number = |name: &str| told[name].as_u64().unwrap_or(0);
    format!(
        "  Of {} of the right lines those are told whom they concern. Of {} nobody is, because they are older than {} days; of \
         {} nobody ever is.\n",
        number("alerted"),
        number("too_old"),
        number("hours") / 24,
        number("nobody"),
    )
}

fn unsent(one: &Unsent, table: &Table) -> Wrong {
    let name = one.cell.map(|cell| table.header.get(cell - 1).filter(|name| !name.is_empty()));
    let column = one.cell.zip(name).map(|(cell, name)| name.cloned().unwrap_or_else(|| format!("column {cell}")));
    Wrong { line: one.line, column, say: one.say.clone() }
}
