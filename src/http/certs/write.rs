//! Files of a set: made with their permissions, never loosened for a moment.

use super::Error;
use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Makes a folder that only its owner may enter.
pub(super) fn folder(path: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .and_then(|()| std::fs::set_permissions(path, Permissions::from_mode(0o700)))
        .map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// Writes what anybody may read.
pub(super) fn public(path: &Path, text: &str) -> Result<(), Error> {
    write(path, text, 0o644).map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// Writes what only the owner may read.
pub(super) fn secret(path: &Path, text: &str) -> Result<(), Error> {
    write(path, text, 0o600).map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// Writes a new file in place of an old one. An old file is removed, not overwritten: it
/// might be a link, or have been made with other permissions.
fn write(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file: File = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
