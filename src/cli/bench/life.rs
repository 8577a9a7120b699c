//! From an empty folder to ready, the same folder again, and what that takes of memory.

use super::figure::{Better, Figure, Words};
use super::hub::{Folder, Hub};
use anyhow::Context;
use std::time::Instant;

/// Starts hubs in new folders, each twice, and leaves the last one running.
pub(super) async fn measure(rounds: usize, tick: impl Fn()) -> anyhow::Result<(Folder, Hub, Vec<Figure>)> {
    let (mut firsts, mut seconds, mut last) = (Vec::new(), Vec::new(), None);
    for _ in 0..rounds {
        if let Some((_, hub)) = Option::take(&mut last) {
            Hub::stop(hub).await;
        }
        let folder = Folder::new();
        let (ms, hub) = start(&folder).await?;
        firsts.push(ms);
        hub.stop().await;
        let (ms, hub) = start(&folder).await?;
        seconds.push(ms);
        last = Some((folder, hub));
        tick();
    }
    let (folder, hub) = last.context("no round at all")?;
    let words = Words {
        name: "start".to_owned(),
        unit: "ms",
        counterpart: "the same folder again",
        goal: "under 2,000 ms",
        did: "From an empty folder to ready: keys, certificates, database, policy, and the whole caseload through \
              gate and log. The second start opens what is there and checks it against its keys."
            .to_owned(),
    };
    let start = Figure::of(words, Better::Less, [firsts, seconds]);
    Ok((folder, hub, vec![start, memory()?]))
}

async fn start(folder: &Folder) -> anyhow::Result<(f64, Hub)> {
    let start = Instant::now();
    let hub = Hub::start(folder, 256).await?;
    Ok((start.elapsed().as_secs_f64() * 1e3, hub))
}

/// States how much memory the process holds, beside the most that it held.
fn memory() -> anyhow::Result<Figure> {
    let words = Words {
        name: "memory at rest".to_owned(),
        unit: "MiB",
        counterpart: "the most so far",
        goal: "under 64 MiB",
        did: "Resident memory after the starts, a hub with its caseload running; this program's own part is included."
            .to_owned(),
    };
    Ok(Figure::of(words, Better::Less, [vec![resident()?], vec![mib("VmHWM:")?]]))
}

/// Returns how much memory the process holds, in MiB.
pub(super) fn resident() -> anyhow::Result<f64> {
    mib("VmRSS:")
}

fn mib(name: &str) -> anyhow::Result<f64> {
    let status =
        std::fs::read_to_string("/proc/self/status").context("this system does not say how much memory is held")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024.0)
}
