//! `lippen policy`: checks, prints and explains the policy that is built in.

mod bundle;

use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::{Fact, FactSet};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use crate::policy::permit::Action;
use crate::policy::{Policy, Question, replay};
use clap::{Args, Subcommand};
use std::process::ExitCode;
use std::str::FromStr;

/// What can be asked of the policy.
#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Load it strictly, run its tests and invariants, compare its matrix.
    Check,
    /// Print the whole table: role, category, purpose, action, the lines that decide.
    Matrix,
    /// Say which lines answer one question, and what would be enough.
    Explain(Explain),
    /// Run its tests, and ask casbin every Nth question of the live cells too.
    Test {
        /// Ask casbin every Nth question; 1 asks all 1.4 million.
        #[arg(long, default_value_t = 199, value_name = "N")]
        every: usize,
    },
    /// Write the manifest of a policy that is to come into force: SHA-256 of each file.
    Seal(bundle::Seal),
    /// Sign the manifest of a sealed policy. Two different people must.
    Sign(bundle::Sign),
    /// Check both signatures, and that the policy loads and passes its own checks.
    Verify(bundle::Verify),
}

/// One question.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Such as womens.worker.
    #[arg(value_parser = word::<Role>)]
    role: Role,
    /// Such as womens-service.
    #[arg(value_parser = word::<AgencyKind>)]
    kind: AgencyKind,
    /// Such as risk-assessment.
    #[arg(value_parser = word::<Category>)]
    category: Category,
    /// Such as victim-safety.
    #[arg(value_parser = word::<Purpose>)]
    purpose: Purpose,
    /// Such as read.
    #[arg(value_parser = word::<Action>)]
    action: Action,
    /// Facts that hold: inv her own rel bas mtg brk.
    #[arg(value_parser = word::<Fact>)]
    facts: Vec<Fact>,
}

fn word<T: FromStr<Err = crate::model::words::UnknownWord>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: crate::model::words::UnknownWord| error.to_string())
}

/// Runs one of them.
pub(super) fn run(command: &PolicyCommand) -> anyhow::Result<ExitCode> {
    match command {
        PolicyCommand::Check => Ok(report()),
        PolicyCommand::Matrix => {
            print!("{}", Policy::embedded()?.matrix_text());
            Ok(ExitCode::SUCCESS)
        }
        PolicyCommand::Explain(ask) => {
            let Explain { role, kind, category, purpose, action, facts } = ask;
            let facts = FactSet::of(facts.iter().copied());
            let question =
                Question { role: *role, kind: *kind, category: *category, purpose: *purpose, action: *action, facts };
            println!("{}", Policy::embedded()?.explain_text(&question));
            Ok(ExitCode::SUCCESS)
        }
        PolicyCommand::Seal(seal) => bundle::seal(seal),
        PolicyCommand::Sign(sign) => bundle::sign(sign),
        PolicyCommand::Verify(verify) => bundle::verify(verify),
        PolicyCommand::Test { every } => {
            let code = report();
            let replay = replay(&Policy::embedded()?, *every)?;
            println!("casbin asked={} differences={}", replay.asked, replay.differences.len());
            Ok(if replay.differences.is_empty() { code } else { ExitCode::FAILURE })
        }
    }
}

fn report() -> ExitCode {
    let report = Policy::check();
    println!("{report}");
    if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
