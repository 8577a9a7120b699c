//! The spool: what must not be lost while nothing can be committed, sealed to the hub and appended to one preallocated file.
//!
//! Promises: [`Spool::append`] returns only when the frame is on disk; the file has its whole size from the start, so that a full
//! disk does not stop it; nothing in it is rewritten, and it is replaced by an empty one only when everything that it held is known
//! to be a row of the database. Appending needs the hub's public recipient and the key that signs wraps, and no key that opens
//! anything. A frame that was altered, cut or taken out is found, and hides no other.
//! Must never know: SQL, HTTP, what may be done with an act.

mod file;
mod frame;

use super::Vault;
use super::age_file::{open_file_of, seal_file_to};
use crate::model::spooled::SpooledAct;
use crate::model::time::Moment;
use age::x25519::Recipient;
use aws_lc_rs::signature::KeyPair as _;
use file::Disk;
use frame::{Frame, Piece, Print};
use std::collections::HashSet;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Longest act: a body of 64 KiB, each byte of it escaped, and what stands beside it.
const ACT_BYTES_MAX: usize = 6 * 64 * 1024 + 4096;

/// Why an act was not kept, or the spool did not open.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// It is full, or one sender has used up what one sender may.
    #[error("the spool has no room for this")]
    Full,
    /// The same sender used this key for something else that waits here.
    #[error("the key was used for another act")]
    Reused,
    /// Another process uses it.
    #[error("another process is using this spool")]
    InUse,
    /// The act could not be sealed.
    #[error("the act could not be sealed")]
    Sealing,
    /// The file could not be read or written. What it holds is read again by the next start.
    #[error("the spool's file failed")]
    File(#[source] std::io::Error),
}

impl From<std::io::Error> for SpoolError {
    fn from(error: std::io::Error) -> Self {
        Self::File(error)
    }
}

/// What became of an act that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is on disk.
    Now,
    /// It was there already, from its sender, under its key.
    Before,
}

/// One piece that waits to be merged.
#[derive(Debug, Clone)]
pub struct Spooled {
    /// SHA-256 of the frame, in hexadecimal: by this it is known in the database.
    pub print: String,
    /// The frame's age file; empty for what is damaged.
    pub sealed: Vec<u8>,
    /// What it holds; none if it is damaged, or does not open.
    pub act: Option<SpooledAct>,
}

/// How much waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SpoolStats {
    /// Frames.
    pub frames: usize,
    /// Bytes of the file that are used.
    pub bytes: usize,
    /// When the oldest came, if it can be read.
    pub oldest: Option<Moment>,
}

/// The spool of one node.
pub struct Spool {
    vault: Arc<Vault>,
    recipient: Recipient,
    inner: Mutex<Inner>,
}

struct Inner {
    disk: Disk,
    last: Print,
    next: u64,
    waiting: Vec<Waiting>,
    /// A write or a flush failed: what is on disk is not known, so nothing more is promised here.
    broken: bool,
}

struct Waiting {
    piece: Piece,
    room: usize,
    whose: Option<Whose>,
}

/// Of a frame, what a later one of the same sender is compared with.
struct Whose {
    sender: String,
    key: String,
    digest: String,
    received: Moment,
}

impl Whose {
    fn of(act: &SpooledAct) -> Self {
        let (key, digest) = (act.key.clone(), act.digest.clone());
        Self { sender: act.sender.word(), key, digest, received: act.received_at() }
    }
}

impl Spool {
    /// Opens the spool in a folder, or makes one of this size.
    ///
    /// # Errors
    /// [`SpoolError::InUse`]; [`SpoolError::File`].
    pub fn open(folder: &Path, size: usize, vault: Arc<Vault>) -> Result<Self, SpoolError> {
        let (mut disk, bytes) = Disk::open(folder, size)?;
        let apart = frame::apart(&bytes, disk.first(), disk.sequence(), vault.signer.public_key().as_ref());
        disk.continue_at(apart.end);
        let inner = Inner { disk, last: apart.last, next: apart.next, waiting: Vec::new(), broken: false };
        let recipient = vault.identity.to_public();
        let spool = Self { vault, recipient, inner: Mutex::new(inner) };
        let waiting = apart.pieces.into_iter().map(|piece| {
            let whose = spool.read(&piece).as_ref().map(Whose::of);
            let room = if let Piece::Good(frame) = &piece { frame::room(frame.file.len()) } else { 0 };
            Waiting { piece, room, whose }
        });
        let waiting = waiting.collect();
        spool.inner().waiting = waiting;
        Ok(spool)
    }

    /// Keeps an act: returns when it is on disk. `most` is how many bytes one sender may fill. Blocks while the disk does.
    ///
    /// # Errors
    /// [`SpoolError`]: then it is not kept, and its sender must be told so.
    pub fn append(&self, act: &SpooledAct, most: usize) -> Result<Kept, SpoolError> {
        let text = act.to_bytes().map_err(|_| SpoolError::Sealing)?;
        let file = seal_file_to(&self.recipient, &text, ACT_BYTES_MAX).ok_or(SpoolError::Sealing)?;
        let (whose, room) = (Whose::of(act), frame::room(file.len()));
        let mut inner = self.inner();
        let own = |one: &&Waiting| one.whose.as_ref().is_some_and(|other| other.sender == whose.sender);
        let known = inner.waiting.iter().filter(own).filter_map(|one| one.whose.as_ref());
        if let Some(before) = known.into_iter().find(|other| other.key == whose.key) {
            return if before.digest == whose.digest { Ok(Kept::Before) } else { Err(SpoolError::Reused) };
        }
        let used: usize = inner.waiting.iter().filter(own).map(|one| one.room).sum();
        if inner.broken || used + room > most || !inner.disk.has_room(room) {
            return Err(SpoolError::Full);
        }
        let laid = frame::lay(inner.next, &inner.last, &file, &self.vault.signer);
        let (bytes, print) = laid.ok_or(SpoolError::Sealing)?;
        if let Err(error) = inner.disk.append(&bytes, room) {
            inner.broken = true;
            return Err(error.into());
        }
        let frame = Frame { sequence: inner.next, print, file };
        inner.waiting.push(Waiting { piece: Piece::Good(frame), room, whose: Some(whose) });
        (inner.last, inner.next) = (print, inner.next + 1);
        Ok(Kept::Now)
    }

    /// Returns what waits, oldest first. What is opened here goes to nobody: it is on its way in.
    #[must_use]
    pub fn waiting(&self) -> Vec<Spooled> {
        let pieces: Vec<Piece> = self.inner().waiting.iter().map(|one| one.piece.clone()).collect();
        let spooled = |piece: Piece| {
            let (print, act) = (hex(&piece.print()), self.read(&piece));
            let sealed = if let Piece::Good(frame) = piece { frame.file } else { Vec::new() };
            Spooled { print, sealed, act }
        };
        pieces.into_iter().map(spooled).collect()
    }

    /// Takes note that these are rows of the database. When nothing waits any more, an empty file takes the place of this one.
    ///
    /// # Errors
    /// [`SpoolError::File`] if no new file could be made: the old one stays, and is asked about again.
    pub fn settled(&self, prints: &HashSet<String>) -> Result<(), SpoolError> {
        let mut inner = self.inner();
        inner.waiting.retain(|one| !prints.contains(&hex(&one.piece.print())));
        if inner.waiting.is_empty() && (inner.disk.is_used() || inner.broken) {
            let next = inner.next;
            inner.disk.renew(next)?;
            (inner.last, inner.broken) = (inner.disk.first(), false);
        }
        Ok(())
    }

    /// Makes the file anew if a write to it failed and nothing waits in it.
    ///
    /// # Errors
    /// [`SpoolError`] if it cannot be: it keeps nothing, as before.
    pub fn mend(&self) -> Result<(), SpoolError> {
        let is_broken = self.inner().broken;
        if is_broken { self.settled(&HashSet::new()) } else { Ok(()) }
    }

    /// Says whether anything waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner().waiting.is_empty()
    }

    /// Says how much waits.
    #[must_use]
    pub fn stats(&self) -> SpoolStats {
        let inner = self.inner();
        let frames = inner.waiting.len();
        let bytes = if frames == 0 { 0 } else { inner.disk.used() };
        let oldest = inner.waiting.iter().filter_map(|one| one.whose.as_ref()).map(|whose| whose.received).min();
        SpoolStats { frames, bytes, oldest }
    }

    fn read(&self, piece: &Piece) -> Option<SpooledAct> {
        let Piece::Good(frame) = piece else { return None };
        SpooledAct::from_bytes(&open_file_of(&frame.file, &self.vault.identity, ACT_BYTES_MAX)?)
    }

    /// A panic while the lock was held may have left a frame half written: nothing more is promised until the next start.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(|poisoned: PoisonError<_>| {
            let mut inner: MutexGuard<'_, Inner> = poisoned.into_inner();
            inner.broken = true;
            inner
        })
    }
}

impl fmt::Debug for Spool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spool({})", self.vault.hub())
    }
}

fn hex(print: &Print) -> String {
    print.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
