//! One throw-away PostgreSQL for the whole test binary.
//!
//! Promises: it listens on this machine alone and ends with this process, however that
//! ends; `fsync` is on, as the crash tests need; where PostgreSQL is not installed the
//! tests say so, or fail if `LIPPEN_TEST_REQUIRE` names `postgres`.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The user as whom the server runs when the tests run as root, which it refuses to be.
const SERVER_USER: &str = "postgres";

/// Starts the server, says so, waits until this process has ended, and cleans up.
const WATCHED: &str = r#"
trap '' INT TERM HUP
"$BIN/initdb" -D "$DATA/pg" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$DATA/init.log" 2>&1 || { echo failed; exit 1; }
echo "$TRUSTED" >>"$DATA/pg/pg_hba.conf"
"$BIN/pg_ctl" -D "$DATA/pg" -l "$DATA/server.log" -w -t 60 -o "$OPTIONS" start >>"$DATA/init.log" 2>&1 || { echo failed; exit 1; }
echo ready
cat >/dev/null
"$BIN/pg_ctl" -D "$DATA/pg" -m immediate stop >/dev/null 2>&1
rm -rf "$DATA"
"#;

struct Server {
    bin: PathBuf,
    /// The network namespace in which it listens; none: this machine's.
    within: Option<String>,
    data: PathBuf,
    port: u16,
    databases: AtomicU32,
    /// Its standard input is open as long as this process lives.
    _watcher: Child,
}

/// Returns the URL of a fresh, empty database; nothing if PostgreSQL is not installed.
pub(crate) fn database() -> Option<String> {
    Some(server()?.database(None))
}

/// Returns the URL of a fresh database with all that another one of the same server holds; nobody may be connected to that one.
pub(crate) fn like(url: &str) -> Option<String> {
    let (_, template) = url.rsplit_once('/').expect("a URL ends with the name of a database");
    Some(server()?.database(Some(template)))
}

fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(start).as_ref()
}

/// A server of one test alone, which the test may stop and start again.
pub(crate) struct Own(Server);

impl Own {
    /// Starts one; nothing if PostgreSQL is not installed.
    pub(crate) fn start() -> Option<Self> {
        start().map(Self)
    }

    /// Starts one in a network namespace, where it listens on every address.
    pub(crate) fn within(namespace: &str) -> Option<Self> {
        start_within(Some(namespace.to_owned())).map(Self)
    }

    /// Returns the URL of a fresh, empty database of its own.
    pub(crate) fn database(&self) -> String {
        self.0.database(None)
    }

    /// Stops it at once, as if its machine had lost power: whoever is connected is cut off.
    pub(crate) fn goes(&self) {
        self.control(&["-m", "immediate", "stop"]);
    }

    /// Starts it again on what it has on disk.
    pub(crate) fn comes_back(&self) {
        let (log, options) = (self.0.data.join("server.log"), options(self.0.port));
        self.control(&["-l", log.to_str().expect("text"), "-w", "-t", "60", "-o", &options, "start"]);
    }

    fn control(&self, what: &[&str]) {
        let mut command = as_server((&self.0.data, self.0.within.as_deref()), self.0.bin.join("pg_ctl"));
        let status =
            command.arg("-D").arg(self.0.data.join("pg")).args(what).current_dir("/").stdout(Stdio::null()).status();
        assert!(status.expect("pg_ctl is beside initdb").success(), "pg_ctl {what:?}");
    }
}

impl Server {
    /// Makes a database: empty, or with all that a template holds. The server waits some seconds for who still leaves the template.
    fn database(&self, template: Option<&str>) -> String {
        let name = format!("hub{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let port = self.port.to_string();
        let made = as_server((&self.data, self.within.as_deref()), self.bin.join("createdb"))
            .current_dir("/")
            .args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-T", template.unwrap_or("template1"), &name])
            .output()
            .expect("createdb is beside initdb");
        assert!(made.status.success(), "createdb: {}", String::from_utf8_lossy(&made.stderr));
        format!("postgres://postgres@127.0.0.1:{port}/{name}")
    }
}

/// Says whether the environment demands that `what` be there, so that nothing is skipped in silence.
pub(crate) fn is_required(what: &str) -> bool {
    std::env::var("LIPPEN_TEST_REQUIRE").is_ok_and(|list| list.split(',').any(|one| one.trim() == what))
}

fn start() -> Option<Server> {
    start_within(None)
}

fn start_within(within: Option<String>) -> Option<Server> {
    let Some(bin) = installed() else {
        assert!(!is_required("postgres"), "LIPPEN_TEST_REQUIRE names postgres, but initdb was not found");
        eprintln!("SKIPPED on PostgreSQL: initdb was found neither in PATH nor in /usr/lib/postgresql");
        return None;
    };
    let data = tempfile::Builder::new().prefix("lippen-pg-").tempdir().expect("a temporary folder").keep();
    let port = free_port();
    let mut options = options(port);
    if within.is_some() {
        options = options.replace("listen_addresses=127.0.0.1", "listen_addresses=*");
    }
    let mut watcher = shell(&data, within.as_deref());
    watcher.env("TRUSTED", if within.is_some() { "host all all 10.0.0.0/8 trust" } else { "" });
    watcher.env("BIN", &bin).env("DATA", &data).env("OPTIONS", options).current_dir("/");
    let mut watcher = watcher.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
    let mut said = String::new();
    let out = watcher.stdout.take().expect("it is piped");
    BufReader::new(out).read_line(&mut said).expect("the shell speaks");
    assert_eq!(said.trim(), "ready", "PostgreSQL did not start: see init.log and server.log in {}", data.display());
    Some(Server { bin, within, data, port, databases: AtomicU32::new(0), _watcher: watcher })
}

fn options(port: u16) -> String {
    format!("-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c max_connections=200")
}

/// Returns a shell that runs as somebody whom the server accepts, in the folder of their own.
fn shell(data: &Path, within: Option<&str>) -> Command {
    if std::fs::metadata(data).expect("it was just made").uid() == 0 {
        let gave = Command::new("chown").arg("-R").arg(SERVER_USER).arg(data).status().expect("chown");
        assert!(gave.success(), "there is no user {SERVER_USER} to run the server as");
    }
    let mut shell = as_server((data, within), "sh".into());
    shell.args(["-c", WATCHED]);
    shell
}

/// Returns a program that runs as whoever owns the folder, in a network namespace if one is named.
fn as_server((data, within): (&Path, Option<&str>), program: PathBuf) -> Command {
    let owner = std::fs::metadata(data).expect("it was made").uid();
    let own = std::fs::metadata("/proc/self").map_or(owner, |own| own.uid());
    if owner == own {
        return Command::new(program);
    }
    let mut runuser = match within {
        Some(namespace) => {
            let mut command = Command::new("ip");
            command.args(["netns", "exec", namespace, "runuser"]);
            command
        }
        None => Command::new("runuser"),
    };
    runuser.args(["-u", SERVER_USER, "--"]).arg(program);
    runuser
}

/// Looks for the folder that holds initdb: in PATH, with links followed, or where Debian puts it.
fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let linked = std::env::split_paths(&path).filter_map(|folder| folder.join("initdb").canonicalize().ok());
    let linked = linked.filter_map(|file| file.parent().map(Path::to_owned));
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let packaged = versions.map(|version| version.path().join("bin"));
    let mut whole = linked.chain(packaged).filter(|bin| bin.join("initdb").exists() && bin.join("pg_ctl").exists());
    whole.find(|bin| bin.join("createdb").exists())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    listener.local_addr().expect("it is bound").port()
}
