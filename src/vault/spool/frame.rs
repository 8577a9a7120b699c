//! Frames of the spool as bytes: how one is laid out, and how what a file holds is taken apart again.
//!
//! ```text
//! "LPSF" | length of the whole, 4 bytes | sequence, 8 | SHA-256 of the piece before, 32 | age file | Ed25519 signature, 64
//! ```
//!
//! Frames begin at multiples of 64. Numbers are big-endian. The signature is over a label and everything before it.
//! Promises: a frame that was altered, cut or not made by this hub is a [`Piece::Bad`], and hides none of those after it; a frame
//! that is missing between two is one too. Nothing is read beyond the bytes that are given.
//! Must never know: what a frame says.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

/// What a frame begins with.
const MAGIC: [u8; 4] = *b"LPSF";

/// Where frames may begin.
pub(super) const STEP: usize = 64;

const HEAD: usize = 4 + 4 + 8 + 32;
const SIGNATURE: usize = 64;
const LABEL: &[u8] = b"lippen-spool-frame/v1\0";

/// SHA-256 of a piece.
pub(super) type Print = [u8; 32];

/// What stands at one place of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// A frame as this hub made it.
    Good(Frame),
    /// Bytes that are no frame of this hub, or a frame that is missing.
    Bad(Print),
}

/// A frame that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// Its place in the order of frames.
    pub(super) sequence: u64,
    /// SHA-256 of it.
    pub(super) print: Print,
    /// The age file.
    pub(super) file: Vec<u8>,
}

/// What a file was taken apart into.
#[derive(Debug)]
pub(super) struct Apart {
    /// The pieces in their order.
    pub(super) pieces: Vec<Piece>,
    /// Where the next frame begins.
    pub(super) end: usize,
    /// What the next frame names as the one before.
    pub(super) last: Print,
    /// The sequence of the next frame.
    pub(super) next: u64,
}

impl Piece {
    /// Returns its digest: by this it is known in the database.
    pub(super) const fn print(&self) -> Print {
        match self {
            Self::Good(frame) => frame.print,
            Self::Bad(print) => *print,
        }
    }
}

/// Returns how many bytes a frame of this file takes in the spool.
pub(super) const fn room(file: usize) -> usize {
    (HEAD + file + SIGNATURE).next_multiple_of(STEP)
}

/// Lays a frame out.
pub(super) fn lay(sequence: u64, before: &Print, file: &[u8], signer: &Ed25519KeyPair) -> Option<(Vec<u8>, Print)> {
    let length = HEAD + file.len() + SIGNATURE;
    let mut bytes = Vec::with_capacity(length);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&u32::try_from(length).ok()?.to_be_bytes());
    bytes.extend_from_slice(&sequence.to_be_bytes());
    bytes.extend_from_slice(before);
    bytes.extend_from_slice(file);
    let signature = signer.try_sign(&[LABEL, &bytes].concat()).ok()?;
    bytes.extend_from_slice(signature.as_ref());
    let print = Sha256::digest(&bytes).into();
    Some((bytes, print))
}

/// Takes apart what stands between the header and the end of a file. `first` is what the first frame names as the piece before.
pub(super) fn apart(bytes: &[u8], first: Print, sequence: u64, public: &[u8]) -> Apart {
    let filled = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let mut apart = Apart { pieces: Vec::new(), end: filled.next_multiple_of(STEP), last: first, next: sequence };
    let (mut at, mut bad) = (0, None);
    while at < filled {
        let Some((frame, before, length)) = read(&bytes[at..], public) else {
            bad.get_or_insert(at);
            at += STEP;
            continue;
        };
        // The frame itself names what stood before it: a piece that is damaged or gone is known by the print that it had.
        if before != apart.last || bad.is_some() {
            apart.pieces.push(Piece::Bad(before));
        }
        bad = None;
        (apart.last, apart.next) = (frame.print, frame.sequence.saturating_add(1));
        apart.pieces.push(Piece::Good(frame));
        at += length.next_multiple_of(STEP);
    }
    if let Some(from) = bad {
        apart.last = Sha256::digest(&bytes[from..filled]).into();
        apart.pieces.push(Piece::Bad(apart.last));
    }
    apart
}

/// Reads the frame with which these bytes begin.
fn read(bytes: &[u8], public: &[u8]) -> Option<(Frame, Print, usize)> {
    let rest = bytes.strip_prefix(&MAGIC)?;
    let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
    let whole = bytes.get(..length)?;
    let signed = whole.len().checked_sub(SIGNATURE).filter(|signed| *signed >= HEAD)?;
    let (signed, signature) = whole.split_at(signed);
    UnparsedPublicKey::new(&ED25519, public).verify(&[LABEL, signed].concat(), signature).ok()?;
    let sequence = u64::from_be_bytes(*signed[8..].first_chunk()?);
    let before: Print = *signed[16..].first_chunk()?;
    let print = Sha256::digest(whole).into();
    Some((Frame { sequence, print, file: signed[HEAD..].to_vec() }, before, length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::KeyPair as _;

    const FIRST: Print = [7; 32];

    fn three(signer: &Ed25519KeyPair) -> (Vec<u8>, Vec<Print>, Vec<usize>) {
        let (mut bytes, mut prints, mut places, mut before) = (Vec::new(), Vec::new(), Vec::new(), FIRST);
        for (sequence, file) in (5..).zip([b"one".to_vec(), vec![0; 200], b"three".to_vec()]) {
            let (frame, print) = lay(sequence, &before, &file, signer).unwrap();
            assert_eq!(frame.len().next_multiple_of(STEP), room(file.len()));
            places.push(bytes.len());
            bytes.extend_from_slice(&frame);
            bytes.resize(bytes.len().next_multiple_of(STEP), 0);
            before = print;
            prints.push(print);
        }
        bytes.resize(bytes.len() + 4096, 0);
        (bytes, prints, places)
    }

    fn good(apart: &Apart) -> Vec<Print> {
        let good = apart.pieces.iter().filter(|piece| matches!(piece, Piece::Good(_)));
        good.map(Piece::print).collect()
    }

    fn bad(apart: &Apart) -> Vec<Print> {
        apart.pieces.iter().filter(|piece| matches!(piece, Piece::Bad(_))).map(Piece::print).collect()
    }

    #[test]
    fn frames_come_back_in_their_order() {
        let signer = Ed25519KeyPair::generate().unwrap();
        let (bytes, prints, _) = three(&signer);
        let apart = apart(&bytes, FIRST, 5, signer.public_key().as_ref());
        assert_eq!((good(&apart), bad(&apart)), (prints.clone(), vec![]));
        assert_eq!((apart.next, apart.last, apart.end), (8, prints[2], bytes.len() - 4096));
        let none = super::apart(&[0; 4096], FIRST, 5, signer.public_key().as_ref());
        assert_eq!((none.pieces.len(), none.end, none.last, none.next), (0, 0, FIRST, 5));
    }

    #[test]
    fn whichever_bit_flips_one_frame_is_bad_and_the_others_are_read() {
        let signer = Ed25519KeyPair::generate().unwrap();
        let (bytes, prints, places) = three(&signer);
        let length = bytes.len() - 4096;
        for byte in (0..length).filter(|byte| bytes[*byte] != 0) {
            let hit = places.iter().rposition(|place| *place <= byte).unwrap();
            let mut flipped = bytes.clone();
            flipped[byte] ^= 0x10;
            let apart = apart(&flipped, FIRST, 5, signer.public_key().as_ref());
            let rest: Vec<_> = prints.iter().enumerate().filter(|(n, _)| *n != hit).map(|(_, print)| *print).collect();
            assert_eq!(good(&apart), rest, "{byte}");
            assert_eq!(bad(&apart).len(), 1, "{byte}");
            if hit < 2 {
                assert_eq!(bad(&apart), [prints[hit]], "the next one names it");
            }
        }
    }

    #[test]
    fn a_torn_end_is_bad_and_what_comes_after_it_is_read() {
        let signer = Ed25519KeyPair::generate().unwrap();
        let (bytes, prints, places) = three(&signer);
        for cut in places[2] + 1..bytes.len() - 4096 {
            let mut torn = bytes.clone();
            torn[cut..].fill(0);
            if torn == bytes {
                continue;
            }
            let once = apart(&torn, FIRST, 5, signer.public_key().as_ref());
            assert_eq!((good(&once), bad(&once).len()), (prints[..2].to_vec(), 1), "{cut}");
            let (frame, print) = lay(once.next, &once.last, b"later", &signer).unwrap();
            torn[once.end..once.end + frame.len()].copy_from_slice(&frame);
            let again = apart(&torn, FIRST, 5, signer.public_key().as_ref());
            assert_eq!(good(&again), [prints[0], prints[1], print], "{cut}");
            assert_eq!(bad(&again), bad(&once), "it is the same as before: told once");
        }
    }

    #[test]
    fn a_frame_that_is_taken_out_or_made_by_another_is_bad() {
        let (signer, other) = (Ed25519KeyPair::generate().unwrap(), Ed25519KeyPair::generate().unwrap());
        let (mut bytes, prints, places) = three(&signer);
        bytes[places[1]..places[2]].fill(0);
        let without = apart(&bytes, FIRST, 5, signer.public_key().as_ref());
        assert_eq!((good(&without), bad(&without)), (vec![prints[0], prints[2]], vec![prints[1]]));
        let (bytes, ..) = three(&other);
        let theirs = apart(&bytes, FIRST, 5, signer.public_key().as_ref());
        assert!(good(&theirs).is_empty() && bad(&theirs).len() == 1);
    }
}
