//! The conformance kit, replayed by two other casbins: pycasbin and node-casbin share no line with the hub.

use crate::process::run;
use crate::tools::{self, Said};
use std::fs;
use std::path::Path;

const PYTHON: &str = "replay_policy.py";
const NODE: &str = "replay_policy.cjs";

/// Writes a kit and returns what the program said.
fn written(folder: &Path) -> String {
    let output = run(&["policy", "kit", &folder.display().to_string()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Replays with both at once.
fn replayed(folder: &Path) -> [Option<Said>; 2] {
    std::thread::scope(|scope| {
        let node = scope.spawn(|| tools::node(NODE, &[folder]));
        [tools::python(PYTHON, &[folder]), node.join().expect("it ended")]
    })
}

#[test]
fn pycasbin_and_node_casbin_give_every_answer_of_the_kit() {
    let folder = tempfile::tempdir().unwrap();
    let kit = folder.path().join("kit");
    let said = written(&kit);
    let asked = fs::read_to_string(kit.join("questions.csv")).unwrap().lines().filter(|l| !l.starts_with('#')).count();
    assert!(asked > 3_000, "{asked}");
    assert!(said.starts_with(&format!("kit written: {asked} questions, policy digest ")), "{said}");
    for file in [PYTHON, NODE] {
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(file);
        assert_eq!(fs::read(kit.join(file)).unwrap(), fs::read(ours).unwrap(), "{file}");
    }
    let readme = fs::read_to_string(kit.join("README.md")).unwrap();
    assert!(readme.contains(&asked.to_string()) && !readme.contains('{'), "{readme}");
    for said in replayed(&kit).into_iter().flatten() {
        assert!(said.well, "{}", said.words);
        assert_eq!(said.words.lines().last(), Some(&*format!("asked={asked} differences=0")), "{}", said.words);
    }
}

#[test]
fn one_answer_that_was_turned_round_is_found_by_both() {
    let folder = tempfile::tempdir().unwrap();
    let kit = folder.path().join("kit");
    written(&kit);
    let file = kit.join("questions.csv");
    let text = fs::read_to_string(&file).unwrap();
    let mut rows: Vec<String> = text.lines().take(120).map(str::to_owned).collect();
    let place = rows.iter().position(|row| row.contains(", allow, ")).unwrap();
    rows[place] = rows[place].replace(", allow, ", ", deny, ");
    fs::write(&file, rows.join("\n") + "\n").unwrap();
    let found = format!("questions.csv line {}: casbin says allow, the hub says deny", place + 1);
    for said in replayed(&kit).into_iter().flatten() {
        assert!(!said.well && said.words.contains(&found), "{}", said.words);
        assert!(said.words.ends_with("asked=118 differences=1"), "{}", said.words);
    }
    fs::write(&file, "# nothing\n").unwrap();
    for said in replayed(&kit).into_iter().flatten() {
        assert!(!said.well && said.words.contains("the kit cannot be read"), "{}", said.words);
    }
}

#[test]
fn a_kit_is_not_written_over_anything() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path());
    let before = fs::read(folder.path().join("questions.csv")).unwrap();
    let output = run(&["policy", "kit", &folder.path().display().to_string()]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("not empty, so nothing was written"), "{said}");
    assert_eq!(fs::read(folder.path().join("questions.csv")).unwrap(), before);
}

#[test]
fn every_hard_rule_is_held_by_an_invariant_or_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("policies/README.md")).unwrap();
    let (_, rules) = readme.split_once("## The hard rules").unwrap();
    let invariants = fs::read_to_string(root.join("policies/invariants.csv")).unwrap();
    let mut code = String::new();
    for folder in ["src", "tests"] {
        read_all(&root.join(folder), &mut code);
    }
    for number in 1..=9 {
        let row = rules.lines().find(|line| line.starts_with(&format!("| {number}. "))).unwrap();
        let held: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        assert!(held.len() >= 2, "rule {number}");
        for name in held {
            let is_invariant = invariants.contains(&format!("\n{name}, "));
            assert!(is_invariant || code.contains(&format!("fn {name}()")), "rule {number}: {name}");
        }
    }
}

fn read_all(folder: &Path, code: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read_all(&path, code);
        } else if path.extension().is_some_and(|end| end == "rs") {
            code.push_str(&fs::read_to_string(&path).expect("text"));
        }
    }
}
