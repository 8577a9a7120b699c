//! The disk is full to its last block: the spool has its room already.

use crate::process::{Hub, Place};
use serde_json::json;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A small disk of its own, in memory; gone when it is dropped.
struct Disk(PathBuf);

impl Disk {
    /// Mounts one over a folder; nothing where tests may not mount.
    fn over(folder: &Path) -> Option<Self> {
        std::fs::create_dir_all(folder).expect("a folder");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=192m", "none"]).arg(folder).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(folder.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn alerts_go_through_on_a_full_disk_and_are_shown_once_when_there_is_room() {
    let place = Place::new(None);
    let Some(_disk) = Disk::over(&place.data) else {
        assert!(!crate::postgres::is_required("mount"), "LIPPEN_TEST_REQUIRE names mount, but it is not allowed");
        eprintln!("SKIPPED: tests may not mount a small disk here");
        return;
    };
    // The second start writes ahead into a file that is small again: the import has left a large one, with room in it.
    assert!(Hub::start(&place).terminate().0.success());
    let hub = Hub::start(&place);
    let (mut morag, mut isla) = (hub.cast("morag"), hub.cast("isla"));
    let case = hub.manifest["cases"][0]["id"].as_str().expect("an id").to_owned();
    let about = hub.manifest["cases"][0]["protected"][0]["id"].clone();
    let ballast = place.data.join("ballast");
    let mut file = File::create(&ballast).expect("a file");
    while file.write_all(&[1; 4096]).is_ok() {}
    drop(file);
    let (mut kept, mut all) = (0, Vec::new());
    for n in 0..400 {
        let words = format!("full {n}");
        let body = json!({ "severity": "high", "kind": "missed-session", "about": about, "text": words });
        let key = words.replace(' ', "-");
        let answer = morag.post_once(&format!("cases/{case}/alerts"), &key, &body).expect("it is running");
        assert_eq!(answer.status, 202, "{words}: {}", answer.text());
        kept += usize::from(answer.json()["durable"] == "spool");
        all.push(words);
        if kept == 20 {
            break;
        }
    }
    assert_eq!(kept, 20, "the disk was never full");
    assert!(hub.metrics().contains("\nlippen_spool_frames 20\n"), "{}", hub.metrics());
    std::fs::remove_file(&ballast).expect("there is room again");
    let since = Instant::now();
    while !hub.metrics().contains("\nlippen_spool_frames 0\n") || !hub.metrics().contains("\nlippen_spooling 0\n") {
        assert!(since.elapsed() < Duration::from_secs(60), "{}", hub.metrics());
        std::thread::park_timeout(Duration::from_millis(100));
    }
    let mut shown: Vec<String> = Vec::new();
    let mut path = "alerts?limit=100".to_owned();
    loop {
        let page = isla.get(&path).expect("it is running").json();
        for item in page["items"].as_array().expect("a list") {
            let id = item["id"].as_str().expect("an id");
            let text = isla.get(&format!("alerts/{id}")).expect("it is running").json()["text"].clone();
            shown.extend(text.as_str().filter(|text| text.starts_with("full ")).map(str::to_owned));
        }
        let Some(next) = page["next"].as_str() else { break };
        path = format!("alerts?limit=100&after={next}");
    }
    shown.sort_unstable();
    all.sort_unstable();
    assert_eq!(shown, all, "each once");
    drop(hub);
    let (code, said) = crate::process::verify(&place);
    assert_eq!(code, 0, "{said}");
}
