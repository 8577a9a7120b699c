//! `lippen import`: a caseload, orders or attendance from a CSV or XLSX file, by the API of a running hub like any program's.
//!
//! Promises: nothing is written without --commit; one file is one import, whole or not at all; the same file sent twice is
//! made once; what is wrong is told by line and column and never by value.

mod csv;
mod file;
mod report;
mod table;
mod xlsx;

use super::reach::{NotSent, Reach};
use crate::desk::imports::{ImportKind, LINES_MAX, template};
use clap::Args as ClapArgs;
use indicatif::{ProgressBar, ProgressStyle};
use report::{Report, Wrong};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use table::Table;
use zeroize::Zeroizing;

/// Bring a caseload in, or orders or attendance of men whose cases your agency has.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Exit codes: 0 every line is right; 1 some are wrong, or the hub said no; 2 wrong usage; 3 whether it \
                        was made is not known: run the same command again, nothing is made twice; 70 broken."
)]
pub(super) struct Args {
    /// CSV (UTF-8; comma, semicolon or tab) or XLSX files, each with a header. Each file is an import of its own.
    #[arg(value_name = "FILE", required_unless_present = "template")]
    files: Vec<PathBuf>,
    /// Print the columns of such a table and one line of nobody, and end.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    template: Option<ImportKind>,
    /// What the files hold.
    #[arg(long, value_name = "KIND", value_parser = kind, default_value = "caseload")]
    kind: ImportKind,
    /// Only look, and say what is wrong and how many would be made. This is also what happens without --commit.
    #[arg(long, conflicts_with = "commit")]
    preview: bool,
    /// Make it, if every line is right.
    #[arg(long)]
    commit: bool,
    /// Make what is right although other lines are wrong.
    #[arg(long, requires = "commit")]
    good_lines: bool,
    /// Which sheet of an XLSX file; the first, if it is left out.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

fn kind(text: &str) -> Result<ImportKind, String> {
    text.parse().map_err(|why: crate::model::words::UnknownWord| why.to_string())
}

/// What is sent.
#[derive(Serialize)]
struct Body<'a> {
    kind: ImportKind,
    commit: bool,
    good_lines: bool,
    columns: Vec<&'a str>,
    lines: Vec<BodyLine<'a>>,
}

#[derive(Serialize)]
struct BodyLine<'a> {
    line: u32,
    cells: Vec<Option<&'a str>>,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(kind) = args.template {
        std::io::stdout().write_all(template(kind).as_bytes())?;
        for column in kind.columns() {
            let needed = if column.needed { "needed" } else { "may be empty" };
            eprintln!("{}: {needed}; {}", column.name, column.form);
        }
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(say) = args.reach.usage() {
        eprintln!("lippen: {say}");
        return Ok(ExitCode::from(2));
    }
    let mut worst = 0;
    for file in &args.files {
        let report = one(args, file)?;
        worst = worst.max(report.exit());
        let text = if args.json { report.json()? } else { report.text() };
        std::io::stdout().write_all(text.as_bytes())?;
        if report.exit() > 1 {
            break;
        }
    }
    Ok(ExitCode::from(worst))
}

/// Brings one file in.
fn one(args: &Args, path: &std::path::Path) -> anyhow::Result<Report> {
    let bar = bar();
    bar.set_message("reading the file");
    let named = path.display().to_string();
    let table = match file::read(path, args.sheet.as_deref()) {
        Ok(table) => table,
        Err(why) => return Ok(Report::refused(&named, &why.to_string())),
    };
    if let Some(report) = unfit(args, &named, &table) {
        return Ok(report);
    }
    // Lines that cannot even be sent are wrong too: without --good-lines nothing may be made then.
    let commit = args.commit && (args.good_lines || table.faults.is_empty());
    if table.lines.is_empty() {
        return Ok(Report::of_file(&named, &table, args.commit));
    }
    let body = body(args, &table, commit)?;
    let hub = args.reach.hub()?;
    let key = format!("import-{}", hex(&Sha256::digest(&*body)));
    bar.set_length(body.len() as u64);
    bar.set_message("sending");
    let answered = super::block_on(async {
        let sent = |bytes: usize| {
            bar.inc(bytes as u64);
            if bar.position() >= body.len() as u64 {
                bar.set_message("the hub looks at every line");
            }
        };
        hub.post("/api/v1/imports", &key, &body, sent).await
    });
    bar.finish_and_clear();
    match answered {
        Ok(answer) if matches!(answer.status, 200 | 201) => {
            Report::answered(&named, (&table, args.kind), args.commit, &answer.json()?)
        }
        Ok(answer) => Ok(Report::refused(&named, &answer.refusal())),
        Err(why) if commit && !why.is::<NotSent>() => Ok(Report::unknown(&named, &format!("{why:#}"))),
        Err(why) => Err(why),
    }
}

/// Refuses a file whose header or length cannot be right, before anything is sent.
fn unfit(args: &Args, named: &str, table: &Table) -> Option<Report> {
    if table.lines.len() + table.faults.len() > LINES_MAX {
        let say = format!("it has more than {LINES_MAX} lines: split it, with the header in each part");
        return Some(Report::refused(named, &say));
    }
    let header: Vec<&str> = table.header.iter().map(String::as_str).collect();
    let wrong = crate::model::imports::Places::of(args.kind, &header).err()?;
    let say = |(at, say): (Option<usize>, String)| Wrong {
        line: table.header_line,
        column: at.map(|at| format!("column {}", at + 1)),
        say: if at.is_none() { format!("the columns {say}") } else { say },
    };
    Some(Report::wrong_header(named, wrong.into_iter().map(say).collect()))
}

fn body(args: &Args, table: &Table, commit: bool) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let body = Body {
        kind: args.kind,
        commit,
        good_lines: args.good_lines,
        columns: table.header.iter().map(String::as_str).collect(),
        lines: table
            .lines
            .iter()
            .map(|one| BodyLine {
                line: one.line,
                cells: one.cells.iter().map(|cell| cell.as_ref().map(crate::model::text::Line::reveal)).collect(),
            })
            .collect(),
    };
    Ok(Zeroizing::new(serde_json::to_vec(&body)?))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns a bar on standard error, hidden where nobody looks.
fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {bar:30} {elapsed} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
