//! The demonstration's governance: two keys that sign policies, the list of them, and the folder for what they signed.
//!
//! Promises: the keys are files that openssl reads; the list is made from them once, and then
//! is the file that it is: what somebody changes in it counts from the next start.
//! In life nobody has both keys, and none of them lies beside the hub.

use super::keys::{keep, private_folder};
use crate::cli::pem;
use crate::cli::serve::Governance;
use crate::model::id::AgencyId;
use crate::policy::bundle::{Approval, Approvers};
use anyhow::Context;
use std::fs;
use std::path::Path;

/// Reads the list of approvers, or makes it with two keys of its own.
pub(super) fn set_up(data: &Path, keys: &Path, hub: AgencyId) -> anyhow::Result<Governance> {
    let (folder, policy) = (keys.join("governance"), data.join("policy"));
    let (list, incoming) = (policy.join("approvers.csv"), policy.join("incoming"));
    private_folder(&folder)?;
    private_folder(&incoming)?;
    if !list.exists() {
        let mut lines =
            String::from("# Whose signatures bring a policy into force: name, public key, current or former\n");
        for number in ["1", "2"] {
            let (key, pkcs8) = Approval::generate()?;
            keep(&folder.join(format!("{number}.pem")), pem::write(&pkcs8).as_bytes())?;
            lines.push_str(&key.line(&format!("governance-{number}")));
        }
        // The file that is looked for comes last: if we stop before it, all are made anew.
        keep(&list, lines.as_bytes())?;
    }
    let text = fs::read_to_string(&list).context("the list of approvers cannot be read")?;
    Ok(Governance { hub, approvers: Approvers::parse(&text).context("the list of approvers is wrong")?, incoming })
}
