//! The spool: what must not be lost while nothing can be committed, sealed to the hub and appended to one preallocated file.
//!
//! Promises: [`Spool::append`] returns only when the frame is on disk; what comes at once is flushed together, and nobody but who
//! appends waits for the disk. The file has its whole size from the start, so that a full disk does not stop it; nothing in it is
//! rewritten, and it is replaced by an empty one only when everything that it held is known to be a row of the database. Appending
//! needs the hub's public recipient and the key that signs wraps, and no key that opens anything. A frame that was altered, cut, or
//! taken out before another is found, and hides no other.
//! Not promised: that the last frames, or the whole file, cannot be taken away by who has the disk while the hub is down. Nothing in
//! the file shows it; each flush and each start say in the log how far the chain had come, for whoever keeps that log elsewhere.
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
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

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

impl SpoolError {
    /// Returns it for another whom it met too.
    fn again(&self) -> Self {
        match self {
            Self::Full => Self::Full,
            Self::Reused => Self::Reused,
            Self::InUse => Self::InUse,
            Self::Sealing => Self::Sealing,
            Self::File(error) => Self::File(error.kind().into()),
        }
    }
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
///
/// Of its two locks, `chain` is held while the disk works, and `inner` for moments. Who takes both takes `chain` first.
pub struct Spool {
    vault: Arc<Vault>,
    recipient: Recipient,
    chain: Mutex<Chain>,
    inner: Mutex<Inner>,
}

/// The file and its end.
struct Chain {
    disk: Disk,
    last: Print,
    next: u64,
    /// A write or a flush failed: what is on disk is not known, so nothing more is promised here.
    broken: bool,
}

/// What is known of what the file holds.
#[derive(Default)]
struct Inner {
    waiting: Vec<Waiting>,
    /// What is not on disk yet, in its order.
    coming: Vec<Coming>,
    /// Bytes of the file that are used.
    used: usize,
}

struct Waiting {
    piece: Piece,
    room: usize,
    whose: Option<Whose>,
}

/// An act that goes to disk with the next flush.
struct Coming {
    file: Vec<u8>,
    room: usize,
    whose: Whose,
    ended: Ended,
}

/// Whether an act came to disk, once that is known.
type Ended = Arc<OnceLock<Result<(), SpoolError>>>;

/// Of a frame, what a later one of the same sender is compared with.
#[derive(Clone)]
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
        let (used, found) = (disk.used(), apart.pieces.len());
        tracing::info!(found, next = apart.next, last = hex(&apart.last), "the spool was opened");
        let chain = Chain { disk, last: apart.last, next: apart.next, broken: false };
        let (recipient, inner) = (vault.identity.to_public(), Inner { used, ..Inner::default() });
        let spool = Self { vault, recipient, chain: Mutex::new(chain), inner: Mutex::new(inner) };
        let waiting = apart.pieces.into_iter().map(|piece| {
            let whose = spool.read(&piece).as_ref().map(Whose::of);
            let room = if let Piece::Good(frame) = &piece { frame::room(frame.file.len()) } else { 0 };
            Waiting { piece, room, whose }
        });
        let waiting = waiting.collect();
        spool.inner().waiting = waiting;
        Ok(spool)
    }

    /// Keeps an act: returns when it is on disk. `most` is how many bytes one sender may fill. Blocks while the disk does, so it is
    /// no call for an async thread.
    ///
    /// # Errors
    /// [`SpoolError`]: then it is not kept, and its sender must be told so.
    pub fn append(&self, act: &SpooledAct, most: usize) -> Result<Kept, SpoolError> {
        let text = act.to_bytes().map_err(|_| SpoolError::Sealing)?;
        let file = seal_file_to(&self.recipient, &text, ACT_BYTES_MAX).ok_or(SpoolError::Sealing)?;
        let (kept, ended) = match self.inner().comes(file, Whose::of(act), most)? {
            Place::There => return Ok(Kept::Before),
            Place::Coming(ended) => (Kept::Before, ended),
            Place::Taken(ended) => (Kept::Now, ended),
        };
        // Whoever comes first flushes for all who came meanwhile; the others find it done.
        let mut chain = self.chain();
        if ended.get().is_none() {
            self.flush(&mut chain);
        }
        drop(chain);
        match ended.get() {
            Some(Ok(())) => Ok(kept),
            Some(Err(why)) => Err(why.again()),
            None => Err(SpoolError::Sealing),
        }
    }

    /// Brings to disk what is coming, with one flush.
    fn flush(&self, chain: &mut Chain) {
        // They stay among those that are coming until it is known what came of them: nobody sends one of them again meanwhile.
        let take = |one: &mut Coming| (std::mem::take(&mut one.file), one.room, one.whose.clone(), one.ended.clone());
        let coming: Vec<_> = self.inner().coming.iter_mut().map(take).collect();
        let count = coming.len();
        let (mut bytes, mut laid, mut room) = (Vec::new(), Vec::with_capacity(coming.len()), 0);
        let (mut last, mut next) = (chain.last, chain.next);
        for (file, own, whose, ended) in coming {
            let frame = if chain.broken || !chain.disk.has_room(room + own) {
                Err(SpoolError::Full)
            } else {
                frame::lay(next, &last, &file, &self.vault.signer).ok_or(SpoolError::Sealing)
            };
            match frame {
                Ok((frame, print)) => {
                    bytes.resize(room, 0);
                    bytes.extend_from_slice(&frame);
                    room += own;
                    let piece = Piece::Good(Frame { sequence: next, print, file });
                    laid.push((Waiting { piece, room: own, whose: Some(whose) }, ended));
                    (last, next) = (print, next + 1);
                }
                Err(why) => _ = ended.set(Err(why)),
            }
        }
        let written = if laid.is_empty() { Ok(()) } else { chain.write(&bytes, room, (last, next)) };
        if written.is_ok() && !laid.is_empty() {
            tracing::warn!(frames = laid.len(), next, last = hex(&last), "acts were kept in the spool");
        }
        let mut inner = self.inner();
        inner.used = chain.disk.used();
        inner.coming.drain(..count);
        for (waiting, ended) in laid {
            if written.is_ok() {
                inner.waiting.push(waiting);
            }
            _ = ended.set(written.as_ref().copied().map_err(SpoolError::again));
        }
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
        let mut chain = self.chain();
        let is_empty = {
            let mut inner = self.inner();
            inner.waiting.retain(|one| !prints.contains(&hex(&one.piece.print())));
            inner.waiting.is_empty()
        };
        if is_empty && (chain.disk.is_used() || chain.broken) {
            let next = chain.next;
            chain.disk.renew(next)?;
            (chain.last, chain.broken) = (chain.disk.first(), false);
            self.inner().used = 0;
        }
        Ok(())
    }

    /// Makes the file anew if a write to it failed and nothing waits in it.
    ///
    /// # Errors
    /// [`SpoolError`] if it cannot be: it keeps nothing, as before.
    pub fn mend(&self) -> Result<(), SpoolError> {
        let is_broken = self.chain().broken;
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
        let bytes = if frames == 0 { 0 } else { inner.used };
        let oldest = inner.waiting.iter().filter_map(|one| one.whose.as_ref()).map(|whose| whose.received).min();
        SpoolStats { frames, bytes, oldest }
    }

    fn read(&self, piece: &Piece) -> Option<SpooledAct> {
        let Piece::Good(frame) = piece else { return None };
        SpooledAct::from_bytes(&open_file_of(&frame.file, &self.vault.identity, ACT_BYTES_MAX)?)
    }

    /// A panic while the lock was held may have left a frame half written: nothing more is promised until the next start.
    fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().unwrap_or_else(|poisoned: PoisonError<_>| {
            let mut chain: MutexGuard<'_, Chain> = poisoned.into_inner();
            chain.broken = true;
            chain
        })
    }

    /// A panic while the lock was held left whole entries or none.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Chain {
    /// Writes frames and waits until they are on disk; the chain ends with the last of them. Until that is known it counts as broken,
    /// whatever ends this thread.
    fn write(&mut self, bytes: &[u8], room: usize, (last, next): (Print, u64)) -> Result<(), SpoolError> {
        self.broken = true;
        self.disk.append(bytes, room)?;
        (self.last, self.next, self.broken) = (last, next, false);
        Ok(())
    }
}

/// Where an act stands that was handed in.
enum Place {
    /// It is on disk.
    There,
    /// It came a moment ago, and is on its way to disk.
    Coming(Ended),
    /// It goes to disk now.
    Taken(Ended),
}

impl Inner {
    /// Has an act go to disk with the next flush, if it is not there and its sender may fill so much.
    fn comes(&mut self, file: Vec<u8>, whose: Whose, most: usize) -> Result<Place, SpoolError> {
        let room = frame::room(file.len());
        let (mut used, mut found) = (0, None);
        let there = self.waiting.iter().filter_map(|one| Some((one.whose.as_ref()?, one.room, None)));
        let coming = self.coming.iter().map(|one| (&one.whose, one.room, Some(&one.ended)));
        for (other, room, ended) in there.chain(coming).filter(|(other, ..)| other.sender == whose.sender) {
            used += room;
            if other.key == whose.key {
                found = Some((other.digest == whose.digest, ended));
            }
        }
        match found {
            Some((false, _)) => return Err(SpoolError::Reused),
            Some((true, None)) => return Ok(Place::There),
            Some((true, Some(ended))) => return Ok(Place::Coming(ended.clone())),
            None => {}
        }
        if used + room > most {
            return Err(SpoolError::Full);
        }
        let ended = Ended::default();
        self.coming.push(Coming { file, room, whose, ended: ended.clone() });
        Ok(Place::Taken(ended))
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
