//! `lippen audit`: checks the log from what is stored.

use crate::store::Place;
use crate::store::verify::{Verdict, verify};
use anyhow::Context;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// What can be asked of the log.
#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Recompute the whole log; works on a stopped or a running hub.
    ///
    /// Prints `ok size=N root=BASE64` and exits 0, or says where it breaks and exits 1.
    Verify(Verify),
}

/// Where the log is, and whose signature it must bear.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The hub's data folder.
    #[arg(long, value_name = "DIR", required_unless_present = "database", conflicts_with = "database")]
    data: Option<PathBuf>,
    /// The hub's PostgreSQL database.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// The log's public key, as partners hold it (`name+id+key`); DIR/keys/log.vkey if it is not given.
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
}

/// Runs one of them.
pub(super) fn run(command: Audit) -> anyhow::Result<ExitCode> {
    let Audit::Verify(args) = command;
    let key = match (args.key, &args.data) {
        (Some(key), _) => Some(key),
        (None, Some(data)) => std::fs::read_to_string(data.join("keys/log.vkey")).ok(),
        (None, None) => None,
    };
    let place = match (args.data, args.database) {
        (Some(data), _) => Place::Folder(data),
        (None, Some(url)) => Place::Url(url),
        (None, None) => anyhow::bail!("say where the log is: --data DIR or --database URL"),
    };
    if key.is_none() {
        eprintln!("lippen: no public key is at hand, so the checkpoint's signature is not checked: give --key VKEY");
    }
    let verdict = verify(&place, key.as_deref().map(str::trim));
    match super::block_on(async { verdict.await.context("the log could not be read") })? {
        Verdict::Sound { size, root } => {
            println!("ok size={size} root={root}");
            Ok(ExitCode::SUCCESS)
        }
        Verdict::Broken { place } => {
            println!("broken {place}");
            Ok(ExitCode::FAILURE)
        }
    }
}
