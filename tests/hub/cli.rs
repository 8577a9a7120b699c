//! The command line: arguments, and exactly what is printed and with which exit code it ends.

use crate::process::{Hub, Place, program, run};
use insta::assert_snapshot;

/// Runs the program and writes down its exit code and both streams.
fn ran(arguments: &[&str]) -> String {
    let output = run(arguments);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let code = output.status.code().expect("it ended by itself");
    format!("exit {code}\n{}{}", said("out", &out), said("err", &err))
}

fn said(stream: &str, text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { format!("--- {stream}\n{}\n", text.trim_end()) }
}

#[test]
fn it_says_what_it_can_do() {
    assert_snapshot!(ran(&["--help"]), @r"
    exit 0
    --- out
    A multi-agency information-sharing hub for public protection: risk notes, victim-safety alerts,
    signed consent, full audit

    Usage: lippen <COMMAND>

    Commands:
      demo         Start a hub with made-up people on this machine alone, to try it out
      audit        Check the audit log
      consent      Check an exported record of consent
      import       Bring a caseload in from a CSV or XLSX file, by the API of a running hub
      export       Take something along from a running hub, by its API
      policy       Check, print and explain the policy that is built in
      bench        Measure this machine: each figure beside its counterpart from the same run
      completions  Print a completion script for a shell
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version
    ");
    assert_snapshot!(ran(&["--version"]), @r"
    exit 0
    --- out
    lippen 0.1.0
    ");
    assert_snapshot!(ran(&["nonsense"]), @r"
    exit 2
    --- err
    error: unrecognized subcommand 'nonsense'

    Usage: lippen <COMMAND>

    For more information, try '--help'.
    ");
    assert_snapshot!(ran(&["audit", "--help"]), @r"
    exit 0
    --- out
    Check the audit log

    Usage: lippen audit <COMMAND>

    Commands:
      verify  Recompute the whole log; works on a stopped or a running hub
      help    Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help
    ");
    assert_eq!(run(&[]).status.code(), Some(2), "nothing asked is wrong usage");
}

#[test]
fn a_log_that_is_not_there_is_an_error_and_not_a_verdict() {
    assert_snapshot!(ran(&["audit", "verify"]), @r"
    exit 2
    --- err
    error: the following required arguments were not provided:
      --data <DIR>

    Usage: lippen audit verify --data <DIR>

    For more information, try '--help'.
    ");
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("none").display().to_string();
    assert_snapshot!(ran(&["audit", "verify", "--data", &place]), @r"
    exit 70
    --- err
    lippen: no public key is at hand, so the checkpoint's signature is not checked: give --key VKEY
    lippen: the log could not be read: the database did not connect: error returned from database: (code: 14) unable to open database file: (code: 14) unable to open database file
    ");
    assert!(!folder.path().join("none").exists(), "looking makes nothing");
}

#[test]
fn the_policy_is_sound_and_explains_itself() {
    let checked = ran(&["policy", "check"]);
    assert!(checked.starts_with("exit 0\n--- out\npolicy sound: "), "{checked}");
    assert!(checked.contains(" 0 faults, "), "{checked}");
    let question = ["womens.worker", "womens-service", "risk-assessment", "victim-safety", "read"];
    let facts = ["inv", "her", "rel", "bas"];
    assert_snapshot!(ran(&[&["policy", "explain"], &question[..], &facts].concat()), @r"
    exit 0
    --- out
    womens.worker in womens-service: read risk-assessment for victim-safety, when inv+her+rel+bas
    permitted by
      policy.csv: p, grp:family, *, risk-assessment, *, read, y, y, *, y, y, *, *, allow, -, A025
        in words: Those who work with the family may: See all of an item. With: Risk assessments as supplied. If: The worker is involved in the case now; The item is about no protected person or about one whom the worker works with; The originator released the item to the worker for this purpose; What the release stands on holds now.
    ");
    assert_snapshot!(ran(&[&["policy", "explain"], &question[..]].concat()), @r"
    exit 0
    --- out
    womens.worker in womens-service: read risk-assessment for victim-safety, when -
    refused: no line allows it
    no change of one or two facts would permit it
    ");
    let unknown = ran(&["policy", "explain", "nobody", "police", "identity", "mappa", "read"]);
    assert!(unknown.starts_with("exit 2\n--- err\nerror: invalid value 'nobody' for '<ROLE>'"), "{unknown}");
}

#[test]
fn the_matrix_is_the_committed_one() {
    let output = run(&["policy", "matrix"]);
    let committed = include_str!("../../policies/matrix.csv");
    assert!(
        output.status.success() && output.stdout == committed.as_bytes(),
        "policies/matrix.csv is not what is built in"
    );
}

/// Copies the policy of the house to a folder, with one file changed.
fn changed(file: &str, change: impl Fn(&str) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/policies")).expect("the folder of the house") {
        let entry = entry.expect("an entry");
        if entry.file_type().expect("its type").is_file() {
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("a copy");
        }
    }
    let place = folder.path().join(file);
    let text = std::fs::read_to_string(&place).expect("text");
    std::fs::write(&place, change(&text)).expect("it is written");
    folder
}

#[test]
fn a_policy_in_a_folder_is_checked_before_anybody_signs_it() {
    let same = changed("policy.csv", str::to_owned);
    let dir = same.path().display().to_string();
    let built_in = ran(&["policy", "check"]);
    assert_eq!(ran(&["policy", "check", "--dir", &dir]), built_in);
    assert_eq!(run(&["policy", "matrix", "--dir", &dir]).stdout, run(&["policy", "matrix"]).stdout);
    let question =
        ["policy", "explain", "womens.worker", "womens-service", "risk-plan", "victim-safety", "read", "inv"];
    assert_eq!(ran(&[&question[..], &["--dir", &dir]].concat()), ran(&question));
    let tried = ran(&["policy", "test", "--every", "99991", "--dir", &dir]);
    assert!(tried.starts_with("exit 0") && tried.contains(" differences=0"), "{tried}");

    let line = "p, grp:lead, *, cat:record, mappa, read, y, y, *, *, *, *, *, allow, -, A999\n";
    let folder = changed("policy.csv", |text| text.to_owned() + line);
    let dir = folder.path().display().to_string();
    let said = ran(&["policy", "check", "--dir", &dir]);
    let number = include_str!("../../policies/policy.csv").lines().count() + 1;
    let fault = format!("policy.csv line {number}: allows nothing that A001 does not allow already");
    assert!(said.starts_with(&format!("exit 1\n--- out\n{fault}\npolicy NOT sound: ")), "{said}");
    let said = ran(&["policy", "matrix", "--dir", &dir]);
    assert!(said.starts_with("exit 70") && said.contains(&fault), "{said}");
    assert!(!run(&["policy", "test", "--dir", &dir]).status.success());

    std::fs::remove_file(folder.path().join("vocab.csv")).unwrap();
    let said = ran(&["policy", "check", "--dir", &dir]);
    assert!(said.contains("vocab.csv could not be read, so nothing was looked at"), "{said}");
}

#[test]
fn a_shell_takes_the_completions() {
    let output = run(&["completions", "bash"]);
    assert!(output.status.success());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lippen.bash");
    std::fs::write(&file, &output.stdout).unwrap();
    let bash = std::process::Command::new("bash").arg("-n").arg(&file).status().unwrap();
    assert!(bash.success(), "bash can read what was printed for it");
}

#[test]
fn it_listens_on_loopback_only() {
    for address in ["0.0.0.0:1", "[::]:1", "192.0.2.1:1"] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let output = program().args(["demo", "--listen", address, "--data"]).arg(&data).output().unwrap();
        assert_eq!(output.status.code(), Some(70), "{address}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, "lippen: the demonstration listens on loopback only, such as 127.0.0.1:8443\n");
        assert!(!data.exists(), "a refused start leaves nothing");
    }
}

#[test]
fn one_folder_one_process_and_an_end_on_request() {
    let place = Place::new(None);
    let hub = Hub::start(&place);
    let second = place.refused();
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(70), "{said}");
    assert!(second.stdout.is_empty());
    let last = said.lines().last().unwrap();
    assert_snapshot!(last, @"lippen: the store cannot be opened: another process is using this data folder");
    assert_eq!(hub.cast("isla").get("me").unwrap().status, 200, "the first is not disturbed");
    let (status, said, log) = hub.terminate();
    assert_eq!(status.code(), Some(0));
    assert!(said.lines().last().unwrap().starts_with("ready https://127.0.0.1:"), "{said}");
    assert!(log.lines().all(|line| line.starts_with('{')), "every line of the log is JSON");
    let (status, _, _) = Hub::start(&place).terminate();
    assert_eq!(status.code(), Some(0), "the same folder starts and ends again");
}
