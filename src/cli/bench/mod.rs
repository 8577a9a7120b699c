//! `lippen bench`: what the hub can do on this machine, each figure beside its counterpart.
//!
//! Promises: nothing is skipped to be fast (durability, encryption, policy and audit are as
//! in life); both sides of a figure are measured in the same run, in turns; a wrong answer
//! ends the run. Everything it writes is in temporary folders that go with it.

mod alert;
mod client;
mod create;
mod decision;
mod figure;
mod hub;
mod life;
mod load;
mod lookup;
mod people;
mod read;
mod stats;
mod status;
mod status_people;

use anyhow::Context;
use figure::{Machine, Report};
use hub::{Folder, Hub};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What is measured and how it is shown.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print JSON instead of the table.
    #[arg(long)]
    json: bool,
    /// About how many seconds of load to give, all figures together.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(5..=3600))]
    seconds: u32,
    /// A short look, under 20 seconds: fewer rounds, less certain.
    #[arg(long, conflicts_with = "seconds")]
    quick: bool,
    /// Among how many men an officer asks where one stands; a million, or 20,000 with --quick.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2_000..=5_000_000))]
    people: Option<u64>,
}

/// How much is done.
struct Plan {
    /// Rounds of each side.
    rounds: usize,
    /// Every which live question is decided: a prime, so that all mixtures of facts are met.
    every: usize,
    /// The time of one round.
    round: Duration,
    /// Look-ups of each kind.
    lookups: usize,
    /// Men among whom an officer asks.
    people: u64,
}

/// Measurements under load, each of two sides: create and read with 64 and 256 clients, the alerts, and where a man stands, at
/// a steady rate, in a rush and without rest.
const LOADS: u32 = 8;

impl Plan {
    fn of(args: &Args) -> Self {
        let (rounds, seconds, every, lookups, people) =
            if args.quick { (3, 7, 1999, 400, 20_000) } else { (5, args.seconds, 499, 5000, 1_000_000) };
        let people = args.people.unwrap_or(people);
        let round = Duration::from_secs(u64::from(seconds)) / (LOADS * 2 * rounds);
        Self { rounds: rounds as usize, every, round, lookups, people }
    }

    /// Returns how often progress is told.
    fn steps(&self) -> u64 {
        let (starts, decision, lookup, people, crowd) = (self.rounds / 2, 1, 1, 1, 2);
        (starts + decision + lookup + people + crowd + self.rounds * (2 * LOADS as usize - 1)) as u64
    }
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    super::log::start();
    let plan = Plan::of(args);
    let bar = progress(plan.steps());
    let report = super::block_on(measure(&plan, &bar))?;
    bar.finish_and_clear();
    let text = if args.json { serde_json::to_string_pretty(&report)? + "\n" } else { report.table() };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Returns a bar on standard error, hidden where nobody looks.
fn progress(steps: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(steps);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {elapsed} {msg}") {
        bar.set_style(style);
    }
    bar
}

/// Measures everything, one thing after the other.
async fn measure(plan: &Plan, bar: &ProgressBar) -> anyhow::Result<Report> {
    let machine = machine()?;
    let (say, tick) = (|words: &'static str| bar.set_message(words), || bar.inc(1));
    say("starting hubs");
    let (folder, hub, mut figures) = life::measure(plan.rounds / 2, tick).await?;
    say("asking casbin and the table");
    figures.push(decision::measure(plan.rounds, plan.every)?);
    tick();
    let single_folder = Folder::new();
    say("starting the hub with one commit for each request");
    let single = Hub::start_single(&single_folder).await?;
    for clients in [64, 256] {
        say("writing notes");
        figures.push(create::measure(&hub, &single, clients, plan, tick).await?);
    }
    single.stop().await;
    for clients in [64, 256] {
        say("reading notes");
        figures.push(read::measure(&hub, clients, plan, tick).await?);
    }
    say("raising alerts");
    figures.extend(alert::measure(&hub, plan, tick).await?);
    say("looking up whom one must not");
    figures.push(lookup::measure(&hub, plan, tick).await?);
    say("asking where a man stands");
    figures.extend(status::measure(&hub, plan, tick).await?);
    hub.stop().await;
    say("looking for a man among a million");
    figures.push(people::measure(plan.rounds, plan.lookups)?);
    tick();
    drop((folder, single_folder));
    Ok(Report { machine, figures })
}

/// Looks at the machine before anything begins.
fn machine() -> anyhow::Result<Machine> {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    Ok(Machine {
        cores: std::thread::available_parallelism()?.get(),
        load_before: load.split(' ').next().unwrap_or("-").to_owned(),
        flush_ms: flush(&std::env::temp_dir()).context("the temporary folder cannot be written")?,
        build,
    })
}

/// Returns what one write of 4 KiB and its flush take in a folder, in milliseconds at the median.
fn flush(folder: &Path) -> std::io::Result<f64> {
    let path = folder.join(format!("lippen-bench-{}", std::process::id()));
    let mut file = std::fs::File::create_new(&path)?;
    let mut times = Vec::new();
    for _ in 0..50 {
        let start = Instant::now();
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    std::fs::remove_file(&path)?;
    Ok(stats::median(&times))
}
