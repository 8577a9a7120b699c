//! `demo.json`: what a person or a script needs to use the demonstration.

use super::Cast;
use crate::demo::{Caseload, DemoAgency, DemoWorker};
use crate::http::certs::Certs;
use crate::http::pages::cast::Member;
use crate::policy::Policy;
use serde_json::{Value, json};
use std::path::Path;

/// How many cases are named: the first show something, the others are for browsing.
const CASES_NAMED: usize = 12;

/// Returns the cast as a browser chooses from it, those of one agency side by side, as they stand in the caseload.
pub(super) fn members(caseload: &Caseload, policy: &Policy) -> Vec<Member> {
    let of = |agency: &DemoAgency| {
        let seats = caseload.workers.iter().filter(|worker| worker.agency == agency.id);
        let member = |worker: &DemoWorker| Member {
            key: worker.key.clone(),
            name: worker.name(),
            role: policy.role_in_words(worker.role),
            agency_name: agency.name.to_owned(),
            agency: worker.agency.clone(),
            worker: worker.id,
        };
        seats.map(member).collect::<Vec<_>>()
    };
    caseload.agencies.iter().flat_map(of).collect()
}

/// Writes the manifest. It holds tokens of made-up workers, so only its owner may read it.
pub(super) fn write(file: &Path, cast: &Cast<'_>, certs: &Certs) -> anyhow::Result<Value> {
    let base = file.parent().unwrap_or(Path::new("."));
    let relative = |path: &Path| path.strip_prefix(base).unwrap_or(path).display().to_string();
    let mut workers = Vec::new();
    for worker in &cast.caseload.workers {
        workers.push(json!({
            "id": worker.id, "name": worker.name(), "role": worker.role, "agency": worker.agency,
            "token": cast.identity.issue(&worker.agency, worker.id, cast.now)?,
            "step_up_key": format!("keys/{}/{}.pem", super::keys::DEVICES, worker.key),
            "sign_in": format!("{}/demo/sign-in?as={}", cast.base_url.replace("127.0.0.1", "localhost"), worker.key),
        }));
    }
    let systems: Vec<Value> = certs
        .systems
        .iter()
        .map(|system| {
            json!({
                "agency": system.agency, "client_cert": relative(&system.cert), "client_key": relative(&system.key),
                "token_url": format!("{}/oauth/token", cast.systems_url),
            })
        })
        .collect();
    let cases: Vec<Value> = cast
        .caseload
        .cases
        .iter()
        .take(CASES_NAMED)
        .map(|case| {
            let protected: Vec<Value> = case
                .protected
                .iter()
                .map(|one| json!({ "id": one.id, "pseudonym": one.pseudonym, "relation": one.relation }))
                .collect();
            json!({ "id": case.id, "reference": case.reference, "label": case.label, "protected": protected })
        })
        .collect();
    let manifest = json!({
        "base_url": cast.base_url, "systems_url": cast.systems_url, "metrics_url": cast.metrics_url,
        "ca": relative(&certs.ca()), "database": cast.database, "log_key": cast.vkey,
        "workers": workers, "systems": systems, "cases": cases,
    });
    super::keys::keep(file, format!("{manifest:#}\n").as_bytes())?;
    Ok(manifest)
}
