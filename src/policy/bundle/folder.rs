//! A bundle in a folder: read whole or refused; sealed and signed by those who make one.

use super::{Approval, Bundle, MANIFEST, Manifest, Refusal, SIGNATURES, SIGNERS, missing, plain};
use crate::model::policies::PolicyDigest;
use crate::model::time::Day;
use crate::policy::Files;
use crate::policy::files::is_notice;
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

/// The most bytes of a file. The largest of today, the matrix, has an eighth of a mebibyte.
const FILE_MAX: u64 = 4 * 1024 * 1024;

/// The most files of notices that a bundle has: whoever can write to the folder makes nobody read without end.
const NOTICES_MAX: usize = 200;

impl Bundle {
    /// Reads a bundle: each file once, nothing missing, nothing beside them.
    ///
    /// # Errors
    /// [`Refusal`] names the file.
    pub fn read(folder: &Path) -> Result<Self, Refusal> {
        let mut found = texts(folder, true)?;
        let mut signature = |name: &str| found.remove(name).ok_or_else(|| missing(name));
        let signatures = [signature(SIGNATURES[0])?, signature(SIGNATURES[1])?];
        let found = utf8(found)?;
        let bundle = Self::from_named(|name| found.get(name).cloned(), signatures)?;
        bundle.files.is_all_of(&found)?;
        Ok(bundle)
    }

    /// Writes the manifest of the policy files in a folder; what was signed before is signed no more.
    ///
    /// # Errors
    /// [`Refusal`] if a file is missing, or the policy does not load or pass its own checks.
    pub fn seal(
        folder: &Path,
        version: u32,
        valid_from: Day,
        rolls_back: Option<PolicyDigest>,
    ) -> Result<Manifest, Refusal> {
        let found = utf8(texts(folder, false)?)?;
        let files = Files::from_named(|name| found.get(name).cloned()).map_err(|file| Refusal::Missing { file })?;
        files.is_all_of(&found)?;
        let manifest = Manifest::of(&files, version, valid_from, rolls_back);
        let bundle = Self { manifest: manifest.clone(), files, signatures: Default::default() };
        let report = bundle.load()?.tried()?;
        if !report.is_sound() {
            return Err(Refusal::Unsound(report.faults));
        }
        for name in SIGNATURES {
            match fs::remove_file(folder.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Refusal::Folder(error.kind()));
                }
                _ => {}
            }
        }
        write(&folder.join(MANIFEST), manifest.to_string().as_bytes())?;
        Ok(manifest)
    }

    /// Adds a signature over the manifest of a folder, if its files still are those of the manifest.
    ///
    /// # Errors
    /// [`Refusal::Signed`] if this key has signed, or two have; [`Refusal`] if the files do not fit the manifest.
    pub fn sign(folder: &Path, by: &Approval) -> Result<(&'static str, Manifest), Refusal> {
        let mut found = texts(folder, false)?;
        let taken = SIGNATURES.map(|name| found.remove(name));
        let found = utf8(found)?;
        let bundle = Self::from_named(|name| found.get(name).cloned(), Default::default())?;
        bundle.files.is_all_of(&found)?;
        let text = bundle.manifest.to_string();
        if taken.iter().flatten().any(|signature| by.made(text.as_bytes(), signature)) {
            return Err(Refusal::Signed);
        }
        let free = taken.iter().position(Option::is_none).ok_or(Refusal::Signed)?;
        write(&folder.join(SIGNATURES[free]), &by.sign(text.as_bytes()))?;
        Ok((SIGNATURES[free], bundle.manifest))
    }
}

impl Files {
    /// Refuses the words of a notice that the catalogue does not name.
    fn is_all_of(&self, found: &BTreeMap<String, String>) -> Result<(), Refusal> {
        match found.keys().find(|name| is_notice(name) && !self.texts.contains_key(*name)) {
            Some(name) => Err(Refusal::Extra { file: plain(name) }),
            None => Ok(()),
        }
    }
}

/// Reads every file of a bundle that is there; refuses any other, and a missing one of a whole bundle. Which notices there
/// are is for the catalogue to say.
fn texts(folder: &Path, whole: bool) -> Result<BTreeMap<String, Vec<u8>>, Refusal> {
    let io = |error: std::io::Error| Refusal::Folder(error.kind());
    let policy = Files::default();
    let policy = policy.named();
    let names = || policy.iter().map(|(name, _)| *name).chain([MANIFEST]).chain(SIGNATURES);
    let (mut found, mut notices) = (BTreeMap::new(), 0);
    for entry in fs::read_dir(folder).map_err(io)? {
        let name = entry.map_err(io)?.file_name();
        let name = name.to_string_lossy();
        notices += usize::from(is_notice(&name));
        if notices > NOTICES_MAX || !(is_notice(&name) || names().any(|known| known == name)) {
            return Err(Refusal::Extra { file: plain(&name) });
        }
        let read = bytes(&folder.join(&*name), &name)?;
        found.insert(name.into_owned(), read);
    }
    match names().find(|name| whole && !found.contains_key(*name)) {
        Some(file) => Err(missing(file)),
        None => Ok(found),
    }
}

/// Does not wait for the other end of a pipe: `O_NONBLOCK` of Linux (but for Alpha, MIPS and SPARC) and of the BSDs.
const NO_WAITING: i32 = if cfg!(target_os = "linux") { 0o4000 } else { 0x4 };

/// Reads one file, once. What is no plain file, or too long, is refused.
fn bytes(path: &Path, file: &str) -> Result<Vec<u8>, Refusal> {
    let unfit = |_| unread(file);
    let looked = fs::symlink_metadata(path).map_err(unfit)?;
    let open = opened(path, &looked).map_err(unfit)?.ok_or_else(|| unread(file))?;
    let mut bytes = Vec::new();
    open.take(FILE_MAX + 1).read_to_end(&mut bytes).map_err(unfit)?;
    if bytes.len() as u64 <= FILE_MAX { Ok(bytes) } else { Err(unread(file)) }
}

fn unread(file: &str) -> Refusal {
    Refusal::Text { file: plain(file) }
}

/// Opens the plain file that was looked at, and no other that was put in its place since: no link is followed, and no
/// pipe is waited for.
fn opened(path: &Path, looked: &Metadata) -> std::io::Result<Option<File>> {
    if !looked.is_file() {
        return Ok(None);
    }
    let open = OpenOptions::new().read(true).custom_flags(NO_WAITING).open(path)?;
    let found = open.metadata()?;
    let same = (found.dev(), found.ino()) == (looked.dev(), looked.ino());
    Ok((found.is_file() && same).then_some(open))
}

fn utf8(found: BTreeMap<String, Vec<u8>>) -> Result<BTreeMap<String, String>, Refusal> {
    let texts = found.into_iter().filter(|(name, _)| !SIGNATURES.contains(&&**name));
    texts
        .map(|(file, bytes)| match String::from_utf8(bytes) {
            Ok(text) => Ok((file, text)),
            Err(_) => Err(unread(&file)),
        })
        .collect()
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), Refusal> {
    let written = File::create(file).and_then(|mut open| open.write_all(bytes).and_then(|()| open.sync_all()));
    written.map_err(|error| Refusal::Folder(error.kind()))
}

const _: () = assert!(SIGNERS == SIGNATURES.len());

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn what_is_put_in_the_place_of_a_file_after_the_look_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let (path, kept) = (folder.path().join("policy.csv"), folder.path().join("kept.csv"));
        fs::write(&path, "a").unwrap();
        fs::write(&kept, "b").unwrap();
        let looked = fs::symlink_metadata(&path).unwrap();
        assert!(opened(&path, &looked).unwrap().is_some());
        // The file lives on under another name, so that its number is not given to the next.
        fs::rename(&path, folder.path().join("first.csv")).unwrap();
        // A pipe with nobody at its other end: whoever opens it plainly waits for ever.
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let began = std::time::Instant::now();
        assert!(opened(&path, &looked).unwrap().is_none());
        assert!(began.elapsed().as_secs() < 5);
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(&kept, &path).unwrap();
        assert!(opened(&path, &looked).unwrap().is_none());
        assert_eq!(bytes(&path, "policy.csv"), Err(unread("policy.csv")));
    }
}
