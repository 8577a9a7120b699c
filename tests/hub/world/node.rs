//! Another node of a hub that runs: the same keys and the same database, and everything else its own.

use super::{Wired, World};
use lippen::model::time::RealClock;
use std::path::Path;

impl World {
    /// Starts another node of the same hub: the same keys in a folder of its own, and the same database, perhaps by another way.
    pub(crate) fn another_node(&self, database: String) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(self.data(), &folder.path().join("data"));
        Self::in_folder(folder, self.db, Some(database), (None, &RealClock), Wired::default())
    }
}

/// Copies a hub's folder but for what is one node's own: its locks and its spool.
pub(super) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("a file");
        let (name, target) = (entry.file_name(), to.join(entry.file_name()));
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else if !["hub.lock", "spool.lock", "spool"].map(Into::into).contains(&name) {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}
