//! A hub without its doors: store, policy, vault, gate and desk, on either database.
//!
//! For what no request can show: proofs by hand, the log's arithmetic, two nodes on one
//! database. Whoever acts in it is admitted by a token, as at the door; there is no other way in.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::leap::Leaping;
use crate::postgres;
use crate::world::Db;
use lippen::auth::Actor;
use lippen::auth::demo::DemoIdentity;
use lippen::auth::environment::Environment;
use lippen::auth::token::Issuers;
use lippen::desk::{Desk, Error, Written};
use lippen::gate::{self, Gate};
use lippen::ledger::note::Signer;
use lippen::model::agencies::{Agency, AgencyKind, Regime, Role};
use lippen::model::cases::CaseHead;
use lippen::model::id::{AgencyId, CaseId, InvolvementId, NoteId, PersonId, ProtectedId, WorkerId};
use lippen::model::people::Identity;
use lippen::model::protected::{ProtectedHead, Relation};
use lippen::model::text::Line;
use lippen::model::time::{Clock, Moment};
use lippen::policy::Files;
use lippen::policy::bundle::{Approval, Approvers, Bundle};
use lippen::policy::permit::Permit;
use lippen::store::verify::{Verdict, verify};
use lippen::store::{Place, Running, Settings, Store};
use lippen::vault::{self, Vault};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

/// The hub of every house.
pub(crate) const HUB: &str = "house";
const LOG: &str = "house.lippen.invalid/log";
const AUDIENCE: &str = "https://127.0.0.1:8443";

/// What several nodes of one hub have in common.
struct Common {
    place: Place,
    log: Vec<u8>,
    vault: vault::Settings,
    identity: DemoIdentity,
    issuers: Issuers,
    clock: Arc<Leaping>,
    case: CaseId,
    woman: ProtectedId,
    approvals: [Approval; 2],
    folder: TempDir,
}

/// One node of a hub: a case with a case manager (Morag) and a woman with her worker (Isla).
pub(crate) struct House {
    pub(crate) gate: Gate,
    pub(crate) desk: Desk,
    running: Running,
    common: Arc<Common>,
}

/// Runs a test in a house of its own on each database that there is.
pub(crate) fn in_each(test: impl AsyncFn(House)) {
    for db in [Db::Lite, Db::Postgres] {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            if let Some(house) = House::new(db).await {
                eprintln!("on {db:?}:");
                test(house).await;
            }
        });
    }
}

pub(crate) fn morag() -> WorkerId {
    WorkerId::from_bits(1)
}

pub(crate) fn isla() -> WorkerId {
    WorkerId::from_bits(2)
}

pub(crate) fn agency(name: &str) -> AgencyId {
    name.parse().unwrap()
}

/// The service that may write without a seat.
pub(crate) fn importer() -> Actor {
    Actor::service("import", agency("hub"))
}

impl House {
    /// Builds a house and fills it; nothing if its database is not installed.
    pub(crate) async fn new(db: Db) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let place = match db {
            Db::Lite => Place::Folder(folder.path().to_owned()),
            Db::Postgres => Place::Url(postgres::database()?),
        };
        let identity = DemoIdentity::new(
            Environment::Demo,
            AUDIENCE,
            ["justice", "womens", "hub", "police", "childrens"].map(agency),
        )
        .unwrap();
        let issuers = Issuers::new(Environment::Demo, AUDIENCE.to_owned(), identity.issuers()).unwrap();
        let common = Common {
            place,
            log: Signer::generate(LOG).unwrap().1.to_vec(),
            vault: Vault::generate(HUB).unwrap(),
            identity,
            issuers,
            clock: Arc::new(Leaping::at(Moment::from_micros(1_795_000_000_000_000))),
            case: CaseId::random(),
            woman: ProtectedId::random(),
            approvals: [(); 2].map(|()| Approval::generate().unwrap().0),
            folder,
        };
        let house = Self::open(Arc::new(common), 256, Bundle::built_in()).await.unwrap();
        house.fill().await;
        Some(house)
    }

    /// Opens another node of the same hub, on the same database.
    pub(crate) async fn another(&self) -> Self {
        Self::open(self.common.clone(), 256, Bundle::built_in()).await.unwrap()
    }

    /// Opens a node of the same hub that runs another build of the program, with this policy built in.
    pub(crate) async fn of_build(&self, files: Files) -> Result<Self, gate::Error> {
        Self::open(self.common.clone(), 256, Bundle::built_from(files)).await
    }

    async fn open(common: Arc<Common>, batch_max: usize, own: Bundle) -> Result<Self, gate::Error> {
        let settings = Settings { place: common.place.clone(), environment: "demo", hub: HUB.to_owned(), batch_max };
        let clock: Arc<dyn Clock> = common.clock.clone();
        let (store, running) = Store::open(settings, clock.clone(), common.signer()).await.unwrap();
        let keys = vault::Settings {
            hub_id: HUB.to_owned(),
            identity: common.vault.identity.clone(),
            signing_key: common.vault.signing_key.clone(),
        };
        let vault = Arc::new(Vault::new(keys, clock.clone()).unwrap());
        let gate = Gate::start_with(store, common.approvers(), vault, &agency("hub"), own).await?;
        let desk = Desk::new(gate.clone(), clock).taking_policies_from(&common.incoming());
        Ok(Self { desk, gate, running, common })
    }

    async fn fill(&self) {
        let (desk, by, case) = (&self.desk, &importer(), self.case());
        let new = |id: &str, kind| Agency {
            id: agency(id),
            name: id.to_owned(),
            kind,
            regime: Regime::UkGdpr,
            recipient: Vault::new(Vault::generate(HUB).unwrap(), self.common.clock.clone()).unwrap().recipient(),
        };
        desk.open_directory(by, new("hub", AgencyKind::Hub)).await.unwrap();
        desk.join_agency(by, new("justice", AgencyKind::JusticeSocialWork)).await.unwrap();
        desk.join_agency(by, new("womens", AgencyKind::WomensService)).await.unwrap();
        let seats = [(morag(), "justice", Role::CaseManager), (isla(), "womens", Role::WomensWorker)];
        for (id, of, role) in seats {
            desk.appoint(by, id, agency(of), role, Line::new("A Worker").unwrap()).await.unwrap();
        }
        let man = Identity {
            family_name: Line::new("Doe").unwrap(),
            given_names: Line::new("John").unwrap(),
            date_of_birth: "1980-01-02".parse().unwrap(),
            references: Vec::new(),
            address: None,
            phone: None,
            aliases: Vec::new(),
        };
        desk.open_case(by, case_head(case), &man).await.unwrap();
        let (woman, relation) = (self.woman(), Relation::FormerPartner);
        let her = ProtectedHead { id: woman, case, pseudonym: "W-1-A".to_owned(), relation };
        desk.protect(by, her, Line::new("Jane Roe").unwrap(), None).await.unwrap();
        desk.involve(by, InvolvementId::random(), case, morag(), None).await.unwrap();
        desk.involve(by, InvolvementId::random(), case, isla(), Some(woman)).await.unwrap();
    }

    pub(crate) fn case(&self) -> CaseId {
        self.common.case
    }

    pub(crate) fn woman(&self) -> ProtectedId {
        self.common.woman
    }

    /// Winds the clock of every node.
    pub(crate) fn wind(&self, seconds: i64) {
        self.common.clock.wind(seconds);
    }

    /// Has something happen when the test itself asks for the time, after so many times that it does.
    pub(crate) fn at_look(&self, after: usize, happens: impl FnOnce() + Send + 'static) {
        self.common.clock.at_look(after, Box::new(happens));
    }

    /// The clock of every node.
    pub(crate) fn clock(&self) -> Arc<Leaping> {
        self.common.clock.clone()
    }

    /// Says what is wrong with what is stored, if anything is.
    pub(crate) async fn fault(&self) -> Option<String> {
        match verify(self.place(), Some(&self.vkey())).await.unwrap() {
            Verdict::Sound { .. } => None,
            Verdict::Broken { place } => Some(place),
        }
    }

    pub(crate) fn place(&self) -> &Place {
        &self.common.place
    }

    /// Where a policy is put that is to come into force here.
    pub(crate) fn incoming(&self) -> PathBuf {
        self.common.incoming()
    }

    /// The keys of the two who approve policies.
    pub(crate) fn approvals(&self) -> &[Approval; 2] {
        &self.common.approvals
    }

    pub(crate) fn store(&self) -> &Store {
        &self.gate.store
    }

    pub(crate) fn vkey(&self) -> String {
        self.common.signer().vkey()
    }

    /// Admits a worker at this node, as the door does.
    pub(crate) async fn admits(&self, worker: WorkerId) -> Actor {
        self.admits_of(worker, if worker == isla() { "womens" } else { "justice" }).await
    }

    /// Admits a worker of an agency.
    pub(crate) async fn admits_of(&self, worker: WorkerId, of: &str) -> Actor {
        let of = agency(of);
        let token = self.common.identity.issue(&of, worker, self.common.clock.now()).unwrap();
        let credential = self.common.issuers.verify(&token, self.common.clock.now(), None).unwrap();
        self.desk.admit(credential).await.unwrap()
    }

    /// Morag writes a note about attendance.
    pub(crate) async fn note(&self, by: &Actor, words: &str) -> NoteId {
        let written = self.desk.write_note(by, self.case(), note_of(words), None).await;
        id_of(&written)
    }

    /// Returns the importer's permit to write something of the case, judged on its facts of now.
    pub(crate) async fn permit(&self, record: lippen::model::sealed::Record) -> Permit {
        let by = importer();
        let ask = lippen::policy::permit::Ask {
            actor: &by,
            action: lippen::policy::permit::Action::Create,
            record,
            case: None,
            about: None,
            category: lippen::model::notes::Category::Identity,
            purpose: lippen::model::shares::Purpose::Governance,
        };
        let facts = self.store().facts(&ask, None).await.unwrap();
        self.gate.policy.service(&ask, &facts).unwrap()
    }

    /// Checks the whole log and returns its size.
    pub(crate) async fn is_sound(&self) -> u64 {
        match verify(self.place(), Some(&self.vkey())).await.unwrap() {
            Verdict::Sound { size, .. } => size,
            Verdict::Broken { place } => panic!("the log is broken: {place}"),
        }
    }

    /// Stops this node. Nothing else may hold its store.
    pub(crate) async fn stop(self) {
        let Self { gate, desk, running, common: _ } = self;
        drop((gate, desk));
        running.stop().await;
    }
}

impl Common {
    fn incoming(&self) -> PathBuf {
        self.folder.path().join("incoming")
    }

    fn approvers(&self) -> Approvers {
        let [one, two] = &self.approvals;
        Approvers::parse(&[one.line("ann"), two.line("bob")].concat()).unwrap()
    }

    fn signer(&self) -> Signer {
        Signer::from_pkcs8(LOG, &self.log).unwrap()
    }
}

/// What stands in clear of a new case.
pub(crate) fn case_head(id: CaseId) -> CaseHead {
    CaseHead {
        id,
        person: PersonId::random(),
        reference: format!("SW-{id}"),
        label: "community payback order".to_owned(),
        mappa: None,
        owner: agency("justice"),
    }
}

/// A note as a worker writes it.
pub(crate) fn note_of<T: serde::de::DeserializeOwned>(words: &str) -> T {
    from(json!({
        "kind": "fact", "text": words, "category": "attendance",
        "handling": { "share": "P", "onward": "ask-originator", "use_with_man": "ask-first",
            "action_on": "free", "attributable": true },
    }))
}

/// Reads a request's body, as the door does.
pub(crate) fn from<T: serde::de::DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).unwrap()
}

/// Returns the id of what was written.
pub(crate) fn id_of<T: serde::de::DeserializeOwned>(written: &Result<Written, Error>) -> T {
    let answer: Value = serde_json::from_str(&written.as_ref().unwrap().answer).unwrap();
    from(answer["id"].clone())
}
