//! The spool's file: its whole size from the start, for its owner alone, flushed before anybody is answered.
//!
//! The first 4,096 bytes are the header: a word, random bytes, the sequence of the first frame. Its SHA-256 is what the first frame
//! names as the piece before, so that frames of one file never pass for those of another.
//! Promises: one process holds it; a new file takes the place of an old one whole or not at all.
//! Must never know: what a frame is.

use super::SpoolError;
use super::frame::{Print, STEP};
use aws_lc_rs::rand;
use sha2::{Digest as _, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

const WORD: &[u8; 16] = b"lippen-spool/1\n\0";
const HEADER: usize = 4096;

/// The file and where in it the next frame goes.
pub(super) struct Disk {
    path: PathBuf,
    file: File,
    size: usize,
    first: Print,
    sequence: u64,
    end: usize,
    /// The size of the next file.
    wanted: usize,
    _lock: File,
}

impl Disk {
    /// Opens the file of a folder, or makes it. Returns it with what stands after the header.
    pub(super) fn open(folder: &Path, wanted: usize) -> Result<(Self, Vec<u8>), SpoolError> {
        let wanted = wanted.max(2 * HEADER).next_multiple_of(STEP);
        let mut open = OpenOptions::new();
        let lock = open.write(true).create(true).truncate(false).mode(0o600).open(folder.join("spool.lock"))?;
        lock.try_lock().map_err(|_| SpoolError::InUse)?;
        let path = folder.join("spool");
        if !path.exists() {
            drop(made(&path, wanted, 0)?);
        }
        let mut file = OpenOptions::new().read(true).write(true).open(&path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        // Whatever a shorter header says, no frame stands after it.
        let rest = bytes.split_off(HEADER.min(bytes.len()));
        let sequence = bytes.get(48..56).and_then(|bytes| bytes.first_chunk()).map_or(0, |n| u64::from_be_bytes(*n));
        let (size, first) = (bytes.len() + rest.len(), Sha256::digest(&bytes).into());
        Ok((Self { path, file, size, first, sequence, end: HEADER, wanted, _lock: lock }, rest))
    }

    /// What the first frame names as the piece before it.
    pub(super) const fn first(&self) -> Print {
        self.first
    }

    /// The sequence of the first frame.
    pub(super) const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Goes on after what was found, counted from the header's end.
    pub(super) const fn continue_at(&mut self, found: usize) {
        self.end = HEADER + found;
    }

    /// Says whether so many bytes fit.
    pub(super) const fn has_room(&self, bytes: usize) -> bool {
        self.end + bytes <= self.size
    }

    /// Says whether anything stands in it.
    pub(super) const fn is_used(&self) -> bool {
        self.end > HEADER
    }

    /// How many bytes stand in it.
    pub(super) const fn used(&self) -> usize {
        self.end - HEADER
    }

    /// Writes bytes at the end and waits until they are on disk; the end moves by `room`.
    pub(super) fn append(&mut self, bytes: &[u8], room: usize) -> io::Result<()> {
        let at = u64::try_from(self.end).map_err(io::Error::other)?;
        self.file.write_all_at(bytes, at)?;
        self.file.sync_data()?;
        self.end += room;
        Ok(())
    }

    /// Has another file stand for this one.
    #[cfg(test)]
    pub(super) fn replace_for_test(&mut self, file: File) {
        self.file = file;
    }

    /// Puts an empty file in the place of this one.
    pub(super) fn renew(&mut self, sequence: u64) -> io::Result<()> {
        let (file, header) = made(&self.path, self.wanted, sequence)?;
        (self.file, self.first) = (file, Sha256::digest(header).into());
        (self.size, self.end, self.sequence) = (self.wanted, HEADER, sequence);
        Ok(())
    }
}

/// Makes a file with its header and zeros to its end, and puts it in its place.
fn made(path: &Path, size: usize, sequence: u64) -> io::Result<(File, [u8; HEADER])> {
    let mut header = [0; HEADER];
    header[..WORD.len()].copy_from_slice(WORD);
    rand::fill(&mut header[16..48]).map_err(|_| io::Error::other("the machine gives no random bytes"))?;
    header[48..56].copy_from_slice(&sequence.to_be_bytes());
    let part = path.with_added_extension("part");
    let mut open = OpenOptions::new();
    let mut file = open.read(true).write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(&header)?;
    // Written, and not only set aside: a hole would need room on the day when there is none.
    let zeros = vec![0; 64 * 1024];
    let mut left = size - HEADER;
    while left > 0 {
        let some = left.min(zeros.len());
        file.write_all(&zeros[..some])?;
        left -= some;
    }
    file.sync_all()?;
    std::fs::rename(&part, path)?;
    // The name is durable only with its folder.
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok((file, header))
}
