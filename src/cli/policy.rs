//! `lippen policy`: checks, prints and explains a policy, and writes the kit that lets a partner replay it.

mod bundle;

use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::{Fact, FactSet};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use crate::policy::permit::Action;
use crate::policy::{Files, Policy, Question, replay};
use anyhow::{Context, ensure};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

/// What can be asked of the policy.
#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Load it strictly, run its tests and invariants, compare its matrix.
    Check {
        #[command(flatten)]
        from: From,
    },
    /// Print the whole table: role, category, purpose, action, the lines that decide.
    Matrix {
        #[command(flatten)]
        from: From,
    },
    /// Say which lines answer one question, and what would be enough.
    Explain(Explain),
    /// Run its tests, and ask casbin every Nth question of the live cells too.
    Test {
        /// Ask casbin every Nth question; 1 asks all 1.4 million.
        #[arg(long, default_value_t = 199, value_name = "N")]
        every: usize,
        #[command(flatten)]
        from: From,
    },
    /// Write the manifest of a policy that is to come into force: SHA-256 of each file.
    Seal(bundle::Seal),
    /// Sign the manifest of a sealed policy. Two different people must.
    Sign(bundle::Sign),
    /// Check both signatures, and that the policy loads and passes its own checks.
    Verify(bundle::Verify),
    /// Write a conformance kit: the policy, thousands of questions with their answers, and programs that replay them.
    Kit {
        /// A folder that is not there yet, or is empty.
        #[arg(value_name = "NEW_DIR")]
        folder: PathBuf,
        #[command(flatten)]
        from: From,
    },
}

/// Which policy.
#[derive(Debug, Args)]
pub(super) struct From {
    /// The folder that holds the policy's files; without it, the policy that is built in.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl From {
    fn files(&self) -> anyhow::Result<Files> {
        Ok(self.dir.as_deref().map_or_else(|| Ok(Files::embedded()), Files::read)?)
    }

    fn policy(&self) -> anyhow::Result<Policy> {
        Ok(Policy::load(self.files()?)?)
    }
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
    #[command(flatten)]
    from: From,
}

fn word<T: FromStr<Err = crate::model::words::UnknownWord>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: crate::model::words::UnknownWord| error.to_string())
}

/// Runs one of them.
pub(super) fn run(command: &PolicyCommand) -> anyhow::Result<ExitCode> {
    match command {
        PolicyCommand::Check { from } => Ok(report(from.files()?)),
        PolicyCommand::Matrix { from } => {
            print!("{}", from.policy()?.matrix_text());
            Ok(ExitCode::SUCCESS)
        }
        PolicyCommand::Explain(ask) => {
            let Explain { role, kind, category, purpose, action, facts, from } = ask;
            let facts = FactSet::of(facts.iter().copied());
            let question =
                Question { role: *role, kind: *kind, category: *category, purpose: *purpose, action: *action, facts };
            println!("{}", from.policy()?.explain_text(&question));
            Ok(ExitCode::SUCCESS)
        }
        PolicyCommand::Seal(seal) => bundle::seal(seal),
        PolicyCommand::Sign(sign) => bundle::sign(sign),
        PolicyCommand::Verify(verify) => bundle::verify(verify),
        PolicyCommand::Test { every, from } => {
            let files = from.files()?;
            let code = report(files.clone());
            let Ok(policy) = Policy::load(files) else { return Ok(ExitCode::FAILURE) };
            let replay = replay(&policy, *every)?;
            println!("casbin asked={} differences={}", replay.asked, replay.differences.len());
            Ok(if replay.differences.is_empty() { code } else { ExitCode::FAILURE })
        }
        PolicyCommand::Kit { folder, from } => kit(folder, &from.policy()?),
    }
}

fn report(files: Files) -> ExitCode {
    let report = Policy::check_files(files);
    println!("{report}");
    if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Writes a kit into a folder of its own: nothing that is there already is touched.
fn kit(folder: &Path, policy: &Policy) -> anyhow::Result<ExitCode> {
    if folder.exists() {
        let mut entries = std::fs::read_dir(folder).context("the kit's folder cannot be looked into")?;
        ensure!(entries.next().is_none(), "the kit's folder is not empty, so nothing was written: name a new one");
    }
    std::fs::create_dir_all(folder).context("the kit's folder cannot be made")?;
    let kit = policy.kit();
    for (name, text) in &kit.files {
        std::fs::write(folder.join(name), text).with_context(|| format!("{name} could not be written"))?;
    }
    println!("kit written: {} questions, policy digest {}", kit.questions, policy.digest());
    Ok(ExitCode::SUCCESS)
}
