//! `lippen consent`: checks an exported record without the hub.

use crate::ledger::consent::package::BYTES_MAX;
use crate::ledger::consent::{Outcome, Verdict, verify};
use crate::model::time::Second;
use clap::{Args, Subcommand};
use serde_json::json;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What can be asked of a record of consent.
#[derive(Debug, Subcommand)]
pub(super) enum Consent {
    /// Check an exported record; needs no hub and no network.
    ///
    /// Prints VALID AT a time and exits 0; INVALID and exits 1; INDETERMINATE and exits 3; 2 is wrong usage.
    Verify(Verify),
}

/// The record, and what it is held against.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The file, as `GET /api/v1/consents/{consent}/export` gives it.
    file: PathBuf,
    /// The public key of the hub's log, as partners hold it (`name+id+key`). Without it a verdict is UNANCHORED: the file
    /// vouches for its own keys.
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
    /// The time to judge at, such as 2026-11-20T19:05:00Z; when the last event was recorded, if it is not given. A time after
    /// the file was made is INDETERMINATE: it cannot know what came later.
    #[arg(long, value_name = "TIME")]
    at: Option<Second>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs one of them.
pub(super) fn run(command: Consent) -> ExitCode {
    let Consent::Verify(args) = command;
    let Ok(file) = read(&args.file) else {
        eprintln!("lippen: the file cannot be read: name one that hub or worker exported");
        return ExitCode::from(2);
    };
    let key = args.key.as_deref().map(str::trim);
    let verdict = verify(&file, key, args.at);
    if args.json {
        println!("{}", as_json(&verdict))
    } else {
        print(&verdict)
    }
    ExitCode::from(match verdict.outcome {
        Outcome::Valid => 0,
        Outcome::Invalid => 1,
        Outcome::Indeterminate => 3,
    })
}

/// Reads one byte more than a record may have, so that a file without end is refused and not read.
fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn print(verdict: &Verdict) {
    println!("{verdict}");
    if let Some((event, live)) = verdict.state {
        let live = if live { "something may be shared on it" } else { "nothing may be shared on it" };
        println!("The latest event by then: {event}; {live}.");
    }
    match verdict.overruled {
        0 => {}
        1 => println!("By then something was shared once without consent. That changes nothing of what was agreed to."),
        times => println!(
            "By then something was shared {times} times without consent. That changes nothing of what was agreed to."
        ),
    }
    for limit in verdict.limits() {
        println!("{limit}");
    }
}

fn as_json(verdict: &Verdict) -> serde_json::Value {
    json!({
        "outcome": verdict.outcome, "reason": verdict.reason, "say": verdict.reason.sentence(), "event": verdict.event,
        "at": verdict.at, "state": verdict.state.map(|(event, _)| event), "live": verdict.state.map(|(_, live)| live),
        "shared_without_consent": verdict.overruled,
        "anchored": verdict.anchored, "trust": verdict.trust(), "limits": verdict.limits(),
    })
}
