//! The rooms of the house and who may name whom, read from the source itself.
//!
//! The table is that of ARCHITECTURE.md: one line, read from left to right; a room imports
//! only from its left, and some less than that. Comments and test code are not read.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use std::path::{Path, PathBuf};

/// Each room with the rooms that it may name, in the order of the house.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("demo", &["model"]),
    ("auth", &["model"]),
    ("policy", &["model", "auth"]),
    ("ledger", &["model"]),
    ("store", &["model", "auth", "policy", "ledger"]),
    ("vault", &["model", "policy", "store"]),
    ("gate", &["model", "auth", "policy", "store", "vault"]),
    ("desk", &["model", "auth", "policy", "ledger", "store", "vault", "gate"]),
    ("paper", &[]),
    ("http", &["model", "auth", "ledger", "vault", "desk", "paper"]),
    ("courier", &["model", "desk"]),
    ("cli", &["model", "demo", "auth", "policy", "ledger", "store", "vault", "gate", "desk", "http", "courier"]),
    ("main", &["cli"]),
];

/// What may be named only where the second column says, as beginnings of paths.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("sqlx", &["store/", "cli/bench/"]),
    ("jsonwebtoken", &["auth/token.rs", "auth/keys.rs", "auth/signer.rs"]),
    ("age", &["vault/", "cli/demo/keys.rs"]),
    ("casbin", &["policy/"]),
    ("axum", &["http/", "cli/serve.rs", "cli/bench/"]),
    ("rustls", &["http/", "courier/webhook.rs", "cli/bench/", "cli/reach.rs"]),
    ("lettre", &["courier/mail.rs"]),
    ("hyper::client", &["courier/webhook.rs", "cli/bench/"]),
    ("TcpStream", &["courier/webhook.rs", "http/", "cli/bench/", "cli/reach.rs"]),
    ("askama", &["http/pages/", "paper/html.rs"]),
    ("typst", &["paper/pdf.rs"]),
    ("typst_pdf", &["paper/pdf.rs"]),
    ("clap", &["cli/"]),
    ("Timestamp::now", &["model/time.rs"]),
    ("SystemTime::now", &["model/time.rs"]),
    ("Zoned::now", &["model/time.rs"]),
    ("into_judgement", &["policy/permit.rs", "store/writer.rs"]),
    ("Facts::new", &["store/facts.rs"]),
    ("Credential::spooled", &["desk/merge.rs"]),
];

/// The most lines of a file.
const LINES_MAX: usize = 400;

#[test]
fn every_room_names_only_the_rooms_on_its_left() {
    let mut wrong = Vec::new();
    for file in sources() {
        let room = file.room();
        let (_, left) = ROOMS.iter().find(|(name, _)| *name == room).unwrap_or_else(|| panic!("no such room: {room}"));
        for named in file.rooms_named() {
            if named != room && !left.contains(&named.as_str()) {
                wrong.push(format!("{}: {room} must not name {named}", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_library_is_known_to_one_room() {
    let mut wrong = Vec::new();
    for (file, (name, places)) in sources().iter().flat_map(|file| ONLY_IN.iter().map(move |only| (file, only))) {
        if !places.iter().any(|place| file.path.starts_with(place)) && file.names(name) {
            wrong.push(format!("{} names {name}", file.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_is_short_and_says_what_it_is_for() {
    for file in sources() {
        assert!(file.text.starts_with("//!"), "{} does not begin with what it is for", file.path);
        let lines = file.text.lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines", file.path);
    }
}

#[test]
fn every_room_is_there_and_every_folder_is_a_room() {
    let library = std::fs::read_to_string(root().join("lib.rs")).unwrap();
    for (room, _) in ROOMS.iter().filter(|(room, _)| *room != "main") {
        assert!(library.contains(&format!("pub mod {room};")), "lib.rs does not open {room}");
        assert!(root().join(room).join("mod.rs").exists() || root().join(format!("{room}.rs")).exists(), "{room}");
    }
    let opened = library.lines().filter(|line| line.starts_with("pub mod ")).count();
    assert_eq!(opened, ROOMS.len() - 1, "a room is in lib.rs but not in the table");
}

/// A source file: its path below `src`, its text, and its code without comments and tests.
struct Source {
    path: String,
    text: String,
    code: String,
}

impl Source {
    fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// How many `super::` lead from this file to the crate itself.
    fn depth(&self) -> usize {
        let names = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { names - 1 } else { names }
    }

    /// Returns every room that a `crate::`, `lippen::` or far enough `super::` path names.
    fn rooms_named(&self) -> Vec<String> {
        let up = "super::".repeat(self.depth());
        ["crate::", "lippen::", &up].iter().flat_map(|root| self.code.split(root).skip(1).flat_map(heads)).collect()
    }

    /// Says whether the code names a library or a path.
    fn names(&self, name: &str) -> bool {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        self.code.match_indices(name).any(|(at, _)| {
            let (before, after) = (&self.code[..at], &self.code[at + name.len()..]);
            // A library is named by a path; a path of our own that ends alike is not it.
            let whole = !before.ends_with(|c| word(c) || c == ':') || name.contains("::") || name.contains('_');
            let path = name.contains("::") || name.contains('_') || after.starts_with("::");
            whole && path && !after.starts_with(word)
        })
    }
}

/// Returns the first names of what follows `crate::`: one, or those of a `{…}` group.
fn heads(rest: &str) -> Vec<String> {
    let name = |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let mut depth = 0;
    let end = group.find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth < 0
    });
    let mut depth = 0;
    let parts = group[..end.unwrap_or(group.len())].split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    parts.map(name).filter(|name| !name.is_empty()).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Reads every source file that is not a test.
fn sources() -> Vec<Source> {
    let (mut folders, mut files) = (vec![root()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.retain(|file| file.extension().is_some_and(|end| end == "rs"));
    let tests: Vec<PathBuf> = files.iter().flat_map(|file| tests_of(file)).collect();
    files.retain(|file| !tests.iter().any(|test| file.starts_with(test) || *file == test.with_extension("rs")));
    files.retain(|file| *file != root().join("lib.rs"));
    assert!(files.len() > 100, "the source was not found");
    files.into_iter().map(read).collect()
}

fn read(file: PathBuf) -> Source {
    let text = std::fs::read_to_string(&file).unwrap();
    let path = file.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
    let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let code = shipped.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let code = if path == "main.rs" { code } else { code.replace("lippen::", "") };
    Source { path, text, code }
}

/// Returns the modules of a file that are compiled for tests alone, without their ending.
fn tests_of(file: &Path) -> Vec<PathBuf> {
    let text = std::fs::read_to_string(file).unwrap();
    let stem = file.file_stem().unwrap();
    let folder =
        if stem == "mod" || stem == "lib" { file.parent().unwrap().to_owned() } else { file.with_extension("") };
    let after = text.split("#[cfg(test)]\nmod ").skip(1);
    after
        .filter_map(|rest| rest.split_once(';').map(|(name, _)| folder.join(name)))
        .filter(|path| is_plain(path))
        .collect()
}

/// A module that stands in the file itself has more than a name before its first semicolon.
fn is_plain(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| !name.contains([' ', '{', '\n']))
}
