//! `lippen export`: what a worker may read, as a file: the chronology of a case, and when its man is to be seen.
//!
//! Promises: it asks the API as the worker, so that every item is decided and recorded; every copy says who took it along, when
//! and for what; a spreadsheet runs nothing of it.

mod csv;

use super::reach::{Answer, Hub, Reach};
use anyhow::{Context, ensure};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;

/// Most pages that are asked for: far more than a case has.
const PAGES_MAX: usize = 1_000;

/// What can be taken along.
#[derive(Debug, Subcommand)]
pub(super) enum Export {
    /// The orders and events of a case with their words, as far as you may know of them.
    ///
    /// Each that is opened is an entry of the hub's log, and its place there stands beside it.
    Chronology(Chronology),
    /// When the man of a case is to be seen, as a calendar: busy, and nothing else.
    Appointments(Appointments),
}

/// How it is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For a spreadsheet.
    Csv,
    /// For a program.
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Chronology {
    /// The case's id.
    #[arg(value_name = "CASE")]
    case: String,
    /// For what; your role's usual purpose, if it is left out.
    #[arg(long, value_name = "PURPOSE")]
    purpose: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, Args)]
pub(super) struct Appointments {
    /// The case's id.
    #[arg(value_name = "CASE")]
    case: String,
    #[command(flatten)]
    reach: Reach,
}

/// Runs one of them.
pub(super) fn run(command: &Export) -> anyhow::Result<ExitCode> {
    let (Export::Chronology(Chronology { reach, .. }) | Export::Appointments(Appointments { reach, .. })) = command;
    if let Some(say) = reach.usage() {
        eprintln!("lippen: {say}");
        return Ok(ExitCode::from(2));
    }
    let text = match command {
        Export::Chronology(args) => chronology(args)?,
        Export::Appointments(args) => {
            let (hub, path) = (args.reach.hub()?, format!("/api/v1/cases/{}/appointments.ics", word(&args.case)?));
            match super::block_on(hub.get(&path))? {
                answer if answer.status == 200 => {
                    Ok(String::from_utf8(answer.body).context("the calendar is not text")?)
                }
                answer => Err(answer),
            }
        }
    };
    match text {
        Ok(text) => {
            std::io::stdout().write_all(text.as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(answer) => {
            eprintln!("lippen: {}", answer.refusal());
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Takes a chronology along, oldest first; or returns why the hub refused.
fn chronology(args: &Chronology) -> anyhow::Result<Result<String, Answer>> {
    let hub = args.reach.hub()?;
    let (case, purpose) = (word(&args.case)?, args.purpose.as_deref().map(word).transpose()?);
    let whole = match super::block_on(pages(&hub, case, purpose))? {
        Ok(whole) => whole,
        Err(answer) => return Ok(Err(answer)),
    };
    Ok(Ok(match args.format {
        Format::Json => serde_json::to_string_pretty(&whole)? + "\n",
        Format::Csv => csv::write(&whole)?,
    }))
}

/// Asks for page after page.
async fn pages(hub: &Hub, case: &str, purpose: Option<&str>) -> anyhow::Result<Result<Value, Answer>> {
    let (mut whole, mut items, mut after) = (Value::Null, Vec::new(), String::new());
    for _ in 0..PAGES_MAX {
        let purpose = purpose.map(|purpose| format!("&purpose={purpose}")).unwrap_or_default();
        let answer = hub.get(&format!("/api/v1/cases/{case}/chronology?limit=100{purpose}{after}")).await?;
        if answer.status != 200 {
            return Ok(Err(answer));
        }
        let mut page = answer.json()?;
        items.append(page["items"].as_array_mut().context("a page without items")?);
        let next = page["next"].as_str().map(str::to_owned);
        if whole.is_null() {
            whole = page;
        }
        let Some(next) = next else {
            items.reverse();
            whole["items"] = json!(items);
            whole["next"] = Value::Null;
            return Ok(Ok(whole));
        };
        after = format!("&after={}", word(&next)?);
    }
    anyhow::bail!("the chronology is longer than can be taken along at once")
}

/// Lets through what may stand in an address as it is.
fn word(text: &str) -> anyhow::Result<&str> {
    let fits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    ensure!(fits, "a case is named by its id, and a purpose by its word: letters, digits and hyphens");
    Ok(text)
}
