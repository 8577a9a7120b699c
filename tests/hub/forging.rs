//! No proof can be forged from outside the crate: each attempt is compiled, and refused for its own reason.
//!
//! The cases in `tests/forging/` mark the line that must fail and its error code with `//~`. The
//! compiler is called on each case against the very library that this test was built with, so
//! nothing is built twice (trybuild would build every dependency again in a folder of its own).
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One error: the line and the code.
type Refusals = BTreeSet<(u64, String)>;

/// The libraries that a case may name.
struct Libraries {
    lippen: PathBuf,
    serde: PathBuf,
}

#[test]
fn what_is_right_compiles_and_every_forgery_is_refused_for_its_own_reason() {
    let libraries = libraries();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forging");
    let mut names: Vec<PathBuf> = cases.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 7, "a case is missing: {names:?}");
    for case in names {
        let text = std::fs::read_to_string(&case).unwrap();
        assert_eq!(refusals(&libraries, &case), marked(&text), "{}", case.display());
    }
}

/// Returns the marked lines with their codes.
fn marked(text: &str) -> Refusals {
    let lines = (1..).zip(text.lines());
    lines.filter_map(|(n, line)| Some((n, line.split_once("//~")?.1.trim().to_owned()))).collect()
}

/// Compiles a case as far as its meaning and returns what the compiler refused.
fn refusals(libraries: &Libraries, case: &Path) -> Refusals {
    let out = tempfile::tempdir().unwrap();
    let extern_of = |name: &str, file: &Path| format!("{name}={}", file.display());
    let deps = libraries.lippen.parent().unwrap();
    let done = Command::new(beside_cargo("rustc"))
        .args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "--error-format", "json"])
        .arg("--out-dir")
        .arg(out.path())
        .arg("-L")
        .arg(extern_of("dependency", deps))
        .args(["--extern", &extern_of("lippen", &libraries.lippen)])
        .args(["--extern", &extern_of("serde", &libraries.serde)])
        .arg(case)
        .output()
        .unwrap();
    messages(&done.stderr)
        .filter(|message| message["level"] == "error")
        .filter_map(|message| {
            let spans = message["spans"].as_array()?;
            let line = spans.iter().find(|span| span["is_primary"] == true)?["line_start"].as_u64()?;
            Some((
                line,
                message["code"]["code"].as_str().or(message["rendered"].as_str()).unwrap_or_default().to_owned(),
            ))
        })
        .collect()
}

/// Asks cargo which files this test was built with. All of it is built, so it only answers.
fn libraries() -> Libraries {
    let mut ask = Command::new(beside_cargo("cargo"));
    ask.current_dir(env!("CARGO_MANIFEST_DIR"));
    ask.args(["test", "--no-run", "--offline", "--test", "hub", "--message-format", "json"]);
    ask.arg("--target-dir").arg(target_folder());
    if !cfg!(debug_assertions) {
        ask.arg("--release");
    }
    let answer = ask.output().unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    let file = |name: &str| {
        let found = messages(&answer.stdout).filter(|message| message["target"]["name"] == name).find_map(|message| {
            let files = message["filenames"].as_array()?.iter().filter_map(|file| file.as_str());
            files.into_iter().find(|file| file.ends_with(".rlib")).map(PathBuf::from)
        });
        found.unwrap_or_else(|| panic!("cargo does not say where {name} is"))
    };
    Libraries { lippen: file("lippen"), serde: file("serde") }
}

/// This program is `TARGET/debug/deps/hub-…`.
fn target_folder() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    program.ancestors().nth(3).unwrap().to_owned()
}

/// Returns a tool of the toolchain that runs this test.
fn beside_cargo(tool: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").map(PathBuf::from);
    cargo.map(|cargo| cargo.with_file_name(tool)).filter(|file| file.exists()).unwrap_or_else(|| PathBuf::from(tool))
}

fn messages(bytes: &[u8]) -> impl Iterator<Item = serde_json::Value> {
    bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok())
}
