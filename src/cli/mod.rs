//! The command line: what can be asked of the program `lippen`.
//!
//! Promises: data goes to standard output, the rest to standard error; an error is one
//! sentence with its causes and what to do; exit codes are 0 done, 1 no, 2 wrong usage,
//! 3 cannot be told, 70 broken.

mod audit;
#[cfg(feature = "demo")]
mod bench;
mod consent;
#[cfg(feature = "demo")]
pub mod demo;
mod export;
mod import;
#[cfg(feature = "demo")]
mod log;
mod pem;
mod policy;
mod reach;
pub mod serve;

use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

/// A hub through which agencies share risk notes and victim-safety alerts.
#[derive(Debug, Parser)]
#[command(name = "lippen", version, about, arg_required_else_help = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start a hub with made-up people on this machine alone, to try it out.
    #[cfg(feature = "demo")]
    Demo(demo::Args),
    /// Check the audit log.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Check an exported record of consent.
    #[command(subcommand)]
    Consent(consent::Consent),
    /// Bring a caseload in from a CSV or XLSX file, by the API of a running hub.
    Import(import::Args),
    /// Take something along from a running hub, by its API.
    #[command(subcommand)]
    Export(export::Export),
    /// Check, print and explain the policy that is built in.
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Measure this machine: each figure beside its counterpart from the same run.
    #[cfg(feature = "demo")]
    Bench(bench::Args),
    /// Print a completion script for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    quiet_panics();
    let outcome = match cli.command {
        #[cfg(feature = "demo")]
        Command::Demo(args) => demo::run(args),
        #[cfg(feature = "demo")]
        Command::Bench(args) => bench::run(&args),
        Command::Audit(command) => audit::run(command),
        Command::Consent(command) => Ok(consent::run(command)),
        Command::Import(args) => import::run(&args),
        Command::Export(command) => export::run(&command),
        Command::Policy(command) => policy::run(&command),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "lippen", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("lippen: {error:#}");
        ExitCode::from(70)
    })
}

/// Keeps the words of a panic out of the log: they could hold anything. The place is enough to find the fault.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
        tracing::error!(place, "the program panicked");
    }));
}

/// Runs a future on the program's runtime.
fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(future)
}
