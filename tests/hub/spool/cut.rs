//! Two nodes, and the network between them and their database is cut, one after the other: nobody is told that a line is gone, packets
//! are lost. The cut node keeps what it is sent and says so; the other one takes over the numbering; afterwards each alert is there once.
//!
//! Needs root and `ip`. Each node reaches the server, which lives in a network namespace, by a line of its own.

use super::{alerts_of, found};
use crate::postgres::{Own, is_required};
use crate::process;
use crate::stories::alert;
use crate::world::{Time, World};
use std::collections::BTreeSet;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long each line is cut: longer than the server takes to let go of a silent node. `LIPPEN_OUTAGE` says otherwise, in seconds.
const CUT_S: u64 = 45;

/// A network namespace with two lines to it, taken down when the test ends.
struct Net(String);

impl Net {
    /// Lays the lines; nothing if this machine does not let us.
    fn lay() -> Option<Self> {
        let name = format!("lippen{}", std::process::id());
        let made = ip(&["netns", "add", &name]);
        let net = Self(name);
        if !(made && ip(&["netns", "exec", &net.0, "true"])) {
            assert!(!is_required("netns"), "LIPPEN_TEST_REQUIRE names netns, but `ip netns` failed: be root");
            eprintln!("SKIPPED: `ip netns` failed: this needs root and iproute2");
            return None;
        }
        net.within(&["link", "set", "lo", "up"]);
        for line in [1, 2] {
            let (here, there) = (net.line(line), format!("there{line}"));
            assert!(ip(&["link", "add", &here, "type", "veth", "peer", "name", &there, "netns", &net.0]));
            assert!(ip(&["addr", "add", &format!("{}/24", address(line, 1)), "dev", &here]));
            assert!(ip(&["link", "set", &here, "up"]));
            net.within(&["addr", "add", &format!("{}/24", address(line, 2)), "dev", &there]);
            net.within(&["link", "set", &there, "up"]);
        }
        Some(net)
    }

    fn line(&self, line: u8) -> String {
        format!("{}-{line}", self.0.replace("lippen", "lip"))
    }

    fn within(&self, what: &[&str]) {
        assert!(ip(&[&["-n", &self.0], what].concat()), "{what:?}");
    }

    /// Cuts a line, or joins it again.
    fn set(&self, line: u8, state: &str) {
        self.within(&["link", "set", &format!("there{line}"), state]);
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        for line in [1, 2] {
            ip(&["link", "del", &self.line(line)]);
        }
        ip(&["netns", "del", &self.0]);
    }
}

/// Returns the address of an end of a line, this process's own: what a run that was killed left behind is in nobody's way.
fn address(line: u8, end: u8) -> String {
    let lines = std::process::id() * 2 + u32::from(line);
    format!("10.{}.{}.{end}", 192 + (lines >> 8) % 64, lines % 256)
}

fn ip(what: &[&str]) -> bool {
    Command::new("ip").args(what).stderr(std::process::Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Sends alerts to a node until it is over, each under its own key; returns the words of those that were answered, and how many of them
/// were kept.
async fn sends(node: &World, name: &str, over: &AtomicBool) -> (BTreeSet<String>, usize) {
    let (morag, about) = (node.cast("morag"), node.woman_a().to_string());
    let (mut sent, mut kept) = (BTreeSet::new(), 0);
    for n in 0.. {
        let words = format!("cut {name} {n}.");
        let body = alert("missed-session", Some(about.clone()), &words);
        let answer = morag.post_once(&alerts_of(node.show_case()), &words.replace(' ', "-"), &body).await;
        kept += usize::from(answer.is(202)["durable"] == "spool");
        sent.insert(words);
        if over.load(Ordering::Relaxed) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    (sent, kept)
}

#[test]
fn nothing_is_lost_or_shown_twice_while_one_of_two_nodes_is_cut_off() {
    let Some(net) = Net::lay() else { return };
    let Some(server) = Own::within(&net.0) else { return };
    let url = server.database();
    let by = |line: u8| url.replace("127.0.0.1", &address(line, 2));
    let one = World::beside(by(1), Time::Real);
    let other = one.another_node(by(2));
    let cut = std::env::var("LIPPEN_OUTAGE").map_or(CUT_S, |text| text.parse().expect("a number"));
    one.tell(async |one: &World| {
        let over = AtomicBool::new(false);
        let fault = async {
            for line in [1, 2] {
                tokio::time::sleep(Duration::from_secs(2)).await;
                net.set(line, "down");
                tokio::time::sleep(Duration::from_secs(cut)).await;
                // The other one numbers the log by now, whoever did before.
                let node = if line == 1 { &other } else { one };
                let key = format!("while-{line}");
                let body = alert("missed-session", Some(node.woman_a().to_string()), "while the line is down");
                let answer = node.cast("morag").post_once(&alerts_of(node.show_case()), &key, &body).await;
                assert_eq!(answer.is(202)["durable"], "disk", "line {line} is cut: {answer}");
                net.set(line, "up");
                one.works_again().await;
                other.works_again().await;
            }
            over.store(true, Ordering::Relaxed);
        };
        let desks = futures_util::future::join5(
            sends(one, "a", &over),
            sends(one, "b", &over),
            sends(&other, "c", &over),
            sends(&other, "d", &over),
            fault,
        );
        let (a, b, c, d, ()) = desks.await;
        one.works_again().await;
        other.works_again().await;
        let all: BTreeSet<String> = [&a, &b, &c, &d].into_iter().flat_map(|(sent, _)| sent.iter().cloned()).collect();
        for node in [one, &other] {
            let shown = found(&node.cast("isla"), "cut ").await;
            let mut texts: Vec<&str> = shown.iter().filter_map(|one| one["text"].as_str()).collect();
            texts.sort_unstable();
            assert_eq!(texts, all.iter().map(String::as_str).collect::<Vec<_>>(), "each once, at either node");
        }
        let (mine, theirs) = (a.1 + b.1, c.1 + d.1);
        eprintln!("answered={} kept={mine}+{theirs}", all.len());
        assert!(
            mine > 0 && theirs > 0 && mine + theirs < all.len(),
            "each node kept some, and not all: {mine}, {theirs}"
        );
    });
    let key = std::fs::read_to_string(one.data().join("keys/log.vkey")).expect("the log's public key");
    let output = process::run(&["audit", "verify", "--key", &key, "--database", &by(1)]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    other.stop();
    one.stop();
}
