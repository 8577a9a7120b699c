//! `lippen demo`: a living hub with made-up people, on this machine alone.
//!
//! Promises: any address but loopback is refused; everything is in one folder that only its
//! owner may read; the same folder starts again where it stopped; ready in under two seconds.

mod assessments;
mod governance;
mod keys;
mod load;
mod manifest;
mod orders;
mod outward;
mod programmes;

use super::serve::{self, Doors, Governance, Plans, Serving, Trust};
use crate::auth::client_cert::{Allowed, ClientCerts};
use crate::auth::demo::DemoIdentity;
use crate::auth::environment::Environment;
use crate::auth::system_tokens::SystemTokens;
use crate::auth::token::Issuers;
use crate::demo::{Caseload, Welcome, welcome};
use crate::desk::Desk;
use crate::http::accept::Door;
use crate::http::certs::{self, Certs};
use crate::http::hosts::Hosts;
use crate::http::limits::Limits;
use crate::http::pages::cast::Cast as SignIn;
use crate::http::tls::{self, Identity, Trust as Authorities};
use crate::model::id::{AgencyId, WorkerId};
use crate::model::time::{Clock, Moment, RealClock};
use crate::store::{self, Place};
use crate::vault::Vault;
use anyhow::Context;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The demonstration hub's short name, bound into every seal.
const HUB: &str = "lippen-demo";

/// The agency that runs it.
pub(in crate::cli) const HUB_AGENCY: &str = "lippen-hub";

/// The name of its log.
const LOG: &str = "demo.lippen.invalid/log";

/// Casbin is asked every this many questions of the live cells after start: about 15,000, a few seconds of one core.
const REPLAY_EVERY: usize = 97;

/// How the demonstration is started.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The data folder; a fresh temporary one if it is not given.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where to listen: loopback only; port 0 picks a free one.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8443")]
    pub listen: SocketAddr,
    /// A PostgreSQL database instead of SQLite in the data folder.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Which made-up caseload.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// A relay on this machine that takes e-mail in clear; without one nobody gets any.
    #[arg(long, value_name = "ADDR:PORT")]
    pub smtp: Option<SocketAddr>,
    /// Tells systems on this machine that something waits: endpoints at https://127.0.0.1, by the demonstration's authority.
    #[arg(long)]
    pub webhooks: bool,
}

/// What is different in tests and measurements.
pub struct Setting {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The most jobs in one commit.
    pub batch_max: usize,
    /// Whether casbin replays the policy in the background.
    pub replay: bool,
}

impl Default for Setting {
    fn default() -> Self {
        Self { clock: Arc::new(RealClock), batch_max: 256, replay: true }
    }
}

/// A demonstration that answers.
pub struct Demo {
    /// The data folder.
    pub data: PathBuf,
    /// What stands in `demo.json`.
    pub manifest: serde_json::Value,
    /// What to say when it is ready.
    pub welcome: String,
    /// Where it listens for people.
    pub base_url: String,
    /// What can be asked of it from within: for measuring.
    pub(in crate::cli) desk: Desk,
    identity: Arc<DemoIdentity>,
    serving: Serving,
}

/// Who is in the demonstration and where it is: what the manifest is written from.
struct Cast<'a> {
    caseload: &'a Caseload,
    identity: &'a DemoIdentity,
    base_url: &'a str,
    systems_url: &'a str,
    metrics_url: &'a str,
    database: &'a str,
    vkey: &'a str,
    now: Moment,
}

/// Runs the command until it is told to stop.
pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    super::log::start();
    super::block_on(async move {
        // Before anybody is told that it is ready: an order that came a moment later would end the process without care.
        let mut signals = Signals::listen()?;
        let demo = tokio::select! {
            demo = start(args, Setting::default()) => demo?,
            // What was cut off is on disk or is not, as after a loss of power.
            () = signals.asked_to_stop() => return Ok(ExitCode::SUCCESS),
        };
        println!("{}", demo.welcome);
        println!("ready {}", demo.base_url);
        signals.asked_to_stop().await;
        demo.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// Starts the demonstration.
///
/// # Errors
/// An address that is not loopback, a folder in use, a port in use, keys that do not fit the data.
pub async fn start(args: Args, setting: Setting) -> anyhow::Result<Demo> {
    anyhow::ensure!(
        args.listen.ip().is_loopback(),
        "the demonstration listens on loopback only, such as 127.0.0.1:8443"
    );
    let (smtp, webhooks) = (args.smtp, args.webhooks);
    let data = folder(args.data)?;
    let clock = setting.clock;
    let now = clock.now();
    let caseload = Caseload::from_seed(args.seed);
    let place = args.database.clone().map_or_else(|| Place::Folder(data.clone()), Place::Url);
    let database = args.database.unwrap_or_else(|| "hub.sqlite3".to_owned());
    let key_folder = data.join("keys");
    keys::private_folder(&key_folder.join("agencies"))?;
    keys::private_folder(&key_folder.join(keys::DEVICES))?;
    let vkey = keys::log(&key_folder, LOG)?.vkey();
    let settings = store::Settings {
        place,
        environment: Environment::Demo.as_str(),
        hub: HUB.to_owned(),
        batch_max: setting.batch_max,
    };
    let hub: AgencyId = HUB_AGENCY.parse().context("the hub's own agency")?;
    let governance = governance::set_up(&data, &key_folder, hub.clone())?;
    let plans = plans(settings, &key_folder, clock, governance)?;
    let house = plans.build().await?;
    let made = load::Keys {
        recipient: |agency: &AgencyId| keys::agency(&key_folder, agency),
        device: |key: &str| keys::device(&key_folder, key),
    };
    load::fill(&house.desk, &caseload, &hub, made, now).await?;
    load::tell_what_is_late(&house.desk, &hub).await?;

    let agencies: Vec<AgencyId> = caseload.agencies.iter().map(|agency| agency.id.clone()).collect();
    let certs = certs::make(&data, &agencies, now)?;
    let listeners = Listeners::bind(args.listen).await?;
    let (base_url, systems_url) = (listeners.url(&listeners.people)?, listeners.url(&listeners.systems)?);
    let metrics_url = format!("http://{}/metrics", listeners.operators.local_addr()?);
    let identity = Arc::new(DemoIdentity::new(Environment::Demo, &base_url, agencies.clone())?);
    let members = manifest::members(&caseload, &house.policies.borrow());
    let browsers = SignIn { identity: Arc::clone(&identity), members };
    let trust = trust(browsers, &base_url, &agencies, &certs)?;
    let cast = Cast {
        caseload: &caseload,
        identity: &identity,
        base_url: &base_url,
        systems_url: &systems_url,
        metrics_url: &metrics_url,
        database: &database,
        vkey: &vkey,
        now,
    };
    let manifest = manifest::write(&data.join("demo.json"), &cast, &certs)?;
    let welcome = greeting(&cast, &data, &certs)?;
    let replay = setting.replay.then_some(REPLAY_EVERY);
    let doors = listeners.doors(&certs)?;
    let desk = house.desk.clone();
    let wires = outward::wires(smtp, webhooks, &certs.ca())?;
    let serving = serve::open(house, plans, trust, doors, (&data, wires, replay)).await?;
    Ok(Demo { serving, data, manifest, welcome, base_url, desk, identity })
}

/// Returns what the house is built from, each time.
fn plans(
    store: store::Settings,
    key_folder: &Path,
    clock: Arc<dyn Clock>,
    governance: Governance,
) -> anyhow::Result<Plans> {
    let vault = Vault::new(keys::vault(key_folder, HUB)?, clock.clone()).context("the vault cannot be opened")?;
    let folder = key_folder.to_owned();
    let log = Box::new(move || keys::log(&folder, LOG));
    Ok(Plans { store, log, vault: Arc::new(vault), clock, governance })
}

impl Demo {
    /// Signs a worker of the cast in at a moment, as the manifest does when it starts.
    ///
    /// # Errors
    /// An agency that is not in the demonstration.
    pub fn token(&self, agency: &AgencyId, worker: WorkerId, now: Moment) -> anyhow::Result<String> {
        Ok(self.identity.issue(agency, worker, now)?)
    }

    /// Ends it cleanly.
    pub async fn stop(self) {
        let Self { desk, serving, .. } = self;
        // The writer ends when nobody can ask it any more.
        drop(desk);
        serving.stop().await;
    }
}

/// Returns the data folder, made if need be, closed to others.
fn folder(given: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let folder = given.unwrap_or_else(|| {
        let name = crate::model::id::CaseId::random().to_string();
        std::env::temp_dir().join(format!("lippen-demo-{}", &name[..8]))
    });
    keys::private_folder(&folder)?;
    Ok(folder.canonicalize()?)
}

fn trust(browsers: SignIn, base_url: &str, agencies: &[AgencyId], certs: &Certs) -> anyhow::Result<Trust> {
    let system_tokens = SystemTokens::new(Environment::Demo, base_url, base_url, agencies.to_vec())?;
    let issuers = browsers.identity.issuers().into_iter().chain(system_tokens.issuers()).collect();
    let systems = ClientCerts::new(
        certs
            .systems
            .iter()
            .map(|system| (system.thumbprint.into(), Allowed { agency: system.agency.clone(), valid_until: None })),
    );
    let issuers = Issuers::new(Environment::Demo, base_url.to_owned(), issuers)?;
    Ok(Trust { issuers, systems, system_tokens, cast: Some(Arc::new(browsers)) })
}

fn greeting(cast: &Cast<'_>, data: &Path, certs: &Certs) -> anyhow::Result<String> {
    let case = cast.caseload.cases.first().context("an empty caseload")?;
    let woman = case.protected.first().context("a show case without a woman")?;
    let in_90_days = cast.now.plus_seconds(90 * 86_400).to_string();
    let expires = in_90_days.split('T').next().unwrap_or_default().parse()?;
    let (data, ca) = (data.display().to_string(), certs.ca().display().to_string());
    let demo_json = format!("{data}/demo.json");
    Ok(welcome(&Welcome {
        base_url: cast.base_url,
        data: &data,
        ca: &ca,
        demo_json: &demo_json,
        writer: "morag",
        receiver: "isla",
        outsider: "kenneth",
        case: case.id,
        woman: woman.id,
        expires,
    }))
}

/// The three listeners before they speak.
struct Listeners {
    people: TcpListener,
    systems: TcpListener,
    operators: TcpListener,
}

impl Listeners {
    /// Takes the asked port for people, and free ones of the same address for the other two.
    async fn bind(listen: SocketAddr) -> anyhow::Result<Self> {
        let people = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
        let free = SocketAddr::new(listen.ip(), 0);
        Ok(Self { people, systems: TcpListener::bind(free).await?, operators: TcpListener::bind(free).await? })
    }

    fn url(&self, listener: &TcpListener) -> anyhow::Result<String> {
        Ok(format!("https://{}", listener.local_addr()?))
    }

    fn doors(self, certs: &Certs) -> anyhow::Result<Doors> {
        let identity = || Identity::load(&certs.server_cert(), &certs.server_key());
        let door = |listener: &TcpListener, tls| -> anyhow::Result<Door> {
            Ok(Door { tls, hosts: Hosts::local(listener.local_addr()?.port()), limits: Limits::STANDARD })
        };
        let people = door(&self.people, tls::people(identity()?)?)?;
        let systems = door(&self.systems, tls::systems(identity()?, Authorities::load(&certs.ca(), None)?)?)?;
        Ok(Doors { people: (self.people, people), systems: (self.systems, systems), operators: self.operators })
    }
}

/// The orders to stop that an operator gives: `SIGINT` and `SIGTERM`.
struct Signals {
    interrupt: Signal,
    end: Signal,
}

impl Signals {
    /// Listens from now on. An order that comes before anybody asks for it is kept.
    fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("the hub could not listen for the order to stop");
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, end: listen(SignalKind::terminate())? })
    }

    /// Returns once the hub was told to stop.
    async fn asked_to_stop(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.end.recv() => {}
        }
    }
}
