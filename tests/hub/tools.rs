//! Programs in other languages that look at what the hub has made: Python and Node, with the libraries of `tests/tools`.
//!
//! They are looked for where `tests/tools/install` puts them; `LIPPEN_TEST_TOOLS` names another folder. Where they are
//! not, a test says that it skipped them, or fails if `LIPPEN_TEST_REQUIRE` names `tools`.

use crate::postgres::is_required;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// What a program of another language said.
#[derive(Debug)]
pub(crate) struct Said {
    /// Whether it ended well.
    pub(crate) well: bool,
    /// Its standard output, then its standard error.
    pub(crate) words: String,
}

/// Runs a Python program of `tests/`; nothing, said loudly, if its libraries are not installed.
pub(crate) fn python<A: AsRef<OsStr>>(program: &str, args: &[A]) -> Option<Said> {
    let interpreter = folder().join("python/bin/python");
    interpreter.exists().then(|| said(Command::new(interpreter).arg(program_at(program)).args(args))).or_else(skipped)
}

/// Starts a Python program of `tests/` that goes on beside the test; nothing, said loudly, if its libraries are not installed.
pub(crate) fn python_beside<A: AsRef<OsStr>>(program: &str, args: &[A]) -> Option<Child> {
    let interpreter = folder().join("python/bin/python");
    if !interpreter.exists() {
        return skipped().and(None);
    }
    let mut python = Command::new(interpreter);
    python.arg(program_at(program)).args(args).stdin(Stdio::piped()).stdout(Stdio::piped());
    Some(python.spawn().unwrap_or_else(|error| panic!("{python:?} does not start: {error}")))
}

/// Runs a Node program of `tests/`; nothing, said loudly, if its libraries are not installed.
pub(crate) fn node<A: AsRef<OsStr>>(program: &str, args: &[A]) -> Option<Said> {
    let modules = folder().join("node_modules");
    let mut node = Command::new("node");
    node.env("NODE_PATH", &modules).arg(program_at(program)).args(args);
    modules.exists().then(|| said(&mut node)).or_else(skipped)
}

fn folder() -> PathBuf {
    let named = std::env::var_os("LIPPEN_TEST_TOOLS").map(PathBuf::from);
    named.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools")))
}

fn program_at(program: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", program].iter().collect()
}

fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let words = [output.stdout, output.stderr].concat();
    Said { well: output.status.success(), words: String::from_utf8_lossy(&words).trim().to_owned() }
}

fn skipped() -> Option<Said> {
    assert!(!is_required("tools"), "LIPPEN_TEST_REQUIRE names tools: run tests/tools/install first");
    eprintln!("SKIPPED in Python and Node: run tests/tools/install first");
    None
}
