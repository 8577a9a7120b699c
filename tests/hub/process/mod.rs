//! The program itself, as its own process: started, asked, killed, stopped.
//!
//! Promises: whatever a test does, the process ends with it; what the process says on either
//! stream is kept, for tests that look for leaks in it.

mod records;
pub(crate) mod story;
mod wire;

pub(crate) use records::Records;
pub(crate) use wire::{Answer, Wire, note};

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::Arc;
use tempfile::TempDir;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Returns the program, with nothing of the tests' own settings for it. The environment may name another build of it.
pub(crate) fn program() -> Command {
    let built = std::env::var_os("CARGO_BIN_EXE_lippen").unwrap_or_else(|| env!("CARGO_BIN_EXE_lippen").into());
    let mut command = Command::new(built);
    command.env_remove("LIPPEN_LOG").stdin(Stdio::null());
    command
}

/// Runs the program to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("the program runs")
}

/// Runs `audit verify` on a place and returns its exit code and what it printed.
pub(crate) fn verify(place: &Place) -> (i32, String) {
    let key = place.data.join("keys/log.vkey");
    let key = std::fs::read_to_string(&key).expect("the log's public key");
    let mut command = program();
    command.args(["audit", "verify", "--key", &key]);
    match &place.database {
        None => command.arg("--data").arg(&place.data),
        Some(url) => command.args(["--database", url]),
    };
    let output = command.output().expect("the program runs");
    let said = String::from_utf8(output.stdout).expect("text");
    let code = output.status.code().unwrap_or_else(|| panic!("audit verify did not end by itself: {}", output.status));
    (code, said.trim().to_owned())
}

/// Where a hub keeps its data. It outlives the hub's processes.
pub(crate) struct Place {
    /// The data folder.
    pub(crate) data: PathBuf,
    /// The PostgreSQL database, if it is not SQLite in the folder.
    pub(crate) database: Option<String>,
    /// Beside the data folder, for what the process says.
    folder: TempDir,
}

impl Place {
    /// Returns a place with nothing in it.
    pub(crate) fn new(database: Option<String>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { data: folder.path().join("data"), database, folder }
    }

    /// Returns the program's arguments and streams for a demonstration here.
    fn command(&self) -> Command {
        let mut command = program();
        command.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(&self.data);
        if let Some(url) = &self.database {
            command.args(["--database", url]);
        }
        command
    }

    /// Starts a process and does not wait for it.
    pub(crate) fn spawn(&self) -> Child {
        self.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
    }

    /// Starts a process that is not expected to live, and returns what it said.
    pub(crate) fn refused(&self) -> Output {
        self.command().output().expect("the program runs")
    }

    /// Returns the database as sqlx is to open it: read only if it is a file.
    pub(crate) fn url(&self) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite://{}?mode=ro", self.file().display()))
    }

    /// Returns the SQLite file.
    pub(crate) fn file(&self) -> PathBuf {
        self.data.join("hub.sqlite3")
    }
}

/// A running process of the program.
pub(crate) struct Hub {
    /// What stands in `demo.json`.
    pub(crate) manifest: Value,
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    said: String,
    log: PathBuf,
    tls: Arc<ClientConfig>,
}

impl Hub {
    /// Starts the program in a place and waits until it says that it is ready.
    pub(crate) fn start(place: &Place) -> Self {
        Self::start_with(place, "warn")
    }

    /// Starts it with this filter for its log.
    pub(crate) fn start_with(place: &Place, filter: &str) -> Self {
        let log = place.folder.path().join("log");
        let errors = File::options().create(true).append(true).open(&log).expect("a file for the log");
        let mut command = place.command();
        let mut child = command
            .env("LIPPEN_LOG", filter)
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .expect("the program starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut said = String::new();
        while !said.lines().last().is_some_and(|line| line.starts_with("ready ")) {
            let read = stdout.read_line(&mut said).expect("it speaks");
            if read == 0 {
                let log = std::fs::read_to_string(&log).unwrap_or_default();
                let last = log.lines().last().unwrap_or_default();
                panic!("it ended before it was ready: {}: {last}", child.wait().expect("it ends"));
            }
        }
        let manifest = std::fs::read(place.data.join("demo.json")).expect("demo.json is there once it is ready");
        let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
        let tls = Arc::new(trusting(&place.data.join(manifest["ca"].as_str().expect("a file"))));
        Self { manifest, child, stdout, said, log, tls }
    }

    /// Returns somebody of the cast, by key such as `isla`, on a connection of their own.
    pub(crate) fn cast(&self, key: &str) -> Wire {
        let base = self.manifest["base_url"].as_str().expect("an address");
        let address = base.strip_prefix("https://").expect("https").to_owned();
        Wire::new(address, self.tls.clone(), self.token(key))
    }

    /// Returns somebody who shows this token.
    pub(crate) fn holding(&self, token: &str) -> Wire {
        self.cast("morag").with_token(token)
    }

    fn token(&self, key: &str) -> String {
        let mut workers = self.manifest["workers"].as_array().expect("a list of workers").iter();
        let end = format!("?as={key}");
        let worker = workers.find(|one| one["sign_in"].as_str().is_some_and(|link| link.ends_with(&end)));
        worker.expect("one of the cast")["token"].as_str().expect("a token").to_owned()
    }

    /// Returns what the operators' page of numbers says.
    pub(crate) fn metrics(&self) -> String {
        let url = self.manifest["metrics_url"].as_str().expect("an address");
        let (address, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("host and path");
        wire::plain(address, &format!("/{path}"))
    }

    /// Ends it at once, as a power cut would end the process: SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it is running");
        self.child.wait().expect("it ends");
    }

    /// Asks it to end, and returns how it ended and what it had said on both streams.
    pub(crate) fn terminate(mut self) -> (ExitStatus, String, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill").success());
        let mut said = std::mem::take(&mut self.said);
        self.stdout.read_to_string(&mut said).expect("text");
        let status = self.child.wait().expect("it ends");
        (status, said, std::fs::read_to_string(&self.log).expect("the log"))
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        // It may have ended already; either way none is left behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn trusting(ca: &Path) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca).expect("the authority's certificate")).expect("a certificate");
    ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}
