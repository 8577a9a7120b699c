//! Seals one record's bytes under its drawer's key, and opens them again.
//!
//! Promises: a seal opens only with its own key, in its own place, unaltered; its length
//! tells only a bucket. Opening is all or nothing.
//! Must never know: what the bytes mean, who reads them, whether that was recorded.
//!
//! Shape: format byte 1 ‖ commitment (32) ‖ nonce (12) ‖ ciphertext ‖ tag (16). The
//! plaintext inside is its length (little-endian `u32`), the bytes, and zeros to the bucket.

use super::context::Binding;
use super::error::Error;
use super::keys::DataKey;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk, Salt};
use aws_lc_rs::rand::SecureRandom;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// Most bytes of content in one seal: 1 MiB, as much as one request may carry.
pub(super) const PLAIN_BYTES_MAX: usize = 1 << 20;

const FORMAT: u8 = 1;
const COMMITMENT_BYTES: usize = 32;
const HEAD_BYTES: usize = 1 + COMMITMENT_BYTES + NONCE_LEN;
const TAG_BYTES: usize = 16;
const LENGTH_BYTES: usize = 4;
const RECORD_LABEL: &[u8] = b"lippen-record/v1";
const COMMIT_LABEL: &[u8] = b"lippen-commit/v1";

/// Seals `plaintext` in its place.
///
/// # Errors
/// [`Error::TooLarge`] above [`PLAIN_BYTES_MAX`]; [`Error::NoRandomness`].
pub(super) fn seal_bytes(
    key: &DataKey,
    binding: &Binding<'_>,
    plaintext: &[u8],
    rng: &dyn SecureRandom,
) -> Result<Vec<u8>, Error> {
    if plaintext.len() > PLAIN_BYTES_MAX {
        return Err(Error::TooLarge { max: PLAIN_BYTES_MAX });
    }
    let mut nonce = [0; NONCE_LEN];
    rng.fill(&mut nonce).map_err(|_| Error::NoRandomness)?;
    let keys = RecordKeys::of(key, binding);
    let length = u32::try_from(plaintext.len()).expect("at most 1 MiB: checked above");
    let padded = bucket(LENGTH_BYTES + plaintext.len());

    // Reserved in full, so that the plaintext is written once, where it is then encrypted.
    let mut bytes = Vec::with_capacity(HEAD_BYTES + padded + TAG_BYTES);
    bytes.push(FORMAT);
    bytes.extend_from_slice(&keys.commitment);
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(plaintext);
    bytes.resize(HEAD_BYTES + padded, 0);
    let aad = Aad::from(binding.associated_data());
    let nonce = Nonce::assume_unique_for_key(nonce);
    let Ok(tag) = keys.cipher.seal_in_place_separate_tag(nonce, aad, &mut bytes[HEAD_BYTES..]) else {
        bytes.zeroize();
        return Err(Error::Broken);
    };
    bytes.extend_from_slice(tag.as_ref());
    Ok(bytes)
}

/// Opens what [`seal_bytes`] sealed in this place.
///
/// # Errors
/// [`Error::NotASeal`], [`Error::OtherKey`] or [`Error::Broken`]: each is a matter for an alarm.
pub(super) fn open_bytes(key: &DataKey, binding: &Binding<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (head, body) = sealed.split_at_checked(HEAD_BYTES).ok_or(Error::NotASeal)?;
    if head[0] != FORMAT {
        return Err(Error::NotASeal);
    }
    let (commitment, nonce) = head[1..].split_at(COMMITMENT_BYTES);
    let keys = RecordKeys::of(key, binding);
    if !bool::from(keys.commitment.ct_eq(commitment)) {
        return Err(Error::OtherKey);
    }
    let nonce = Nonce::try_assume_unique_for_key(nonce).expect("the head ends with a nonce: cut above");
    let mut buffer = Zeroizing::new(body.to_vec());
    let aad = Aad::from(binding.associated_data());
    let padded = keys.cipher.open_in_place(nonce, aad, &mut buffer).map_err(|_| Error::Broken)?.len();
    buffer.truncate(padded);
    unpad(buffer)
}

/// Returns the key with which one record alone is encrypted: what a share wraps.
pub(super) fn record_key(key: &DataKey, binding: &Binding<'_>) -> DataKey {
    let root: Prk = Salt::none(HKDF_SHA256).extract(key.bytes());
    let made = DataKey::filled(|bytes| {
        root.expand(&[RECORD_LABEL, &binding.record_info()], HKDF_SHA256).and_then(|okm| okm.fill(bytes))
    });
    made.expect("32 bytes are within what HKDF gives")
}

/// The two keys that one record has of its own.
struct RecordKeys {
    cipher: LessSafeKey,
    commitment: [u8; COMMITMENT_BYTES],
}

impl RecordKeys {
    fn of(key: &DataKey, binding: &Binding<'_>) -> Self {
        let root: Prk = Salt::none(HKDF_SHA256).extract(key.bytes());
        let info = binding.record_info();
        let cipher = UnboundKey::from(
            root.expand(&[RECORD_LABEL, &info], &AES_256_GCM).expect("32 bytes are within what HKDF gives"),
        );
        let mut commitment = [0; COMMITMENT_BYTES];
        root.expand(&[COMMIT_LABEL, &info], HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut commitment))
            .expect("32 bytes are within what HKDF gives");
        Self { cipher: LessSafeKey::new(cipher), commitment }
    }
}

/// Returns the smallest length that a seal's inside takes and that holds `bytes`: 64, 256,
/// 1024, 4096, then each 12 per cent longer than the last, rounded up.
///
/// A flat number and a long rural address look the same.
fn bucket(bytes: usize) -> usize {
    if let Some(&size) = [64, 256, 1024].iter().find(|&&size| bytes <= size) {
        return size;
    }
    let mut size = 4096;
    while size < bytes {
        size = (size * 112).div_ceil(100);
    }
    size
}

/// Cuts the content out of its padding, within the same wiped memory.
fn unpad(mut padded: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, Error> {
    let head = padded.first_chunk::<LENGTH_BYTES>().ok_or(Error::NotASeal)?;
    let length = u32::from_le_bytes(*head) as usize;
    if length > PLAIN_BYTES_MAX || bucket(LENGTH_BYTES + length) != padded.len() {
        return Err(Error::NotASeal);
    }
    padded.copy_within(LENGTH_BYTES..LENGTH_BYTES + length, 0);
    padded.truncate(length);
    Ok(padded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::{AlertId, CaseId, NoteId, ProtectedId};
    use crate::model::sealed::{Compartment, Drawer, Place, Record};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::test::rand::FixedByteRandom;
    use proptest::prelude::*;

    fn key(first: u8) -> DataKey {
        DataKey::filled(|bytes| {
            (first..).zip(bytes).for_each(|(value, byte)| *byte = value);
            Ok::<(), ()>(())
        })
        .unwrap()
    }

    fn place() -> Place {
        let drawer = Drawer::of(CaseId::from_bits(1), Compartment::Core);
        Place { drawer, record: Record::Note(NoteId::from_bits(2)) }
    }

    fn at<'a>(place: &'a Place) -> Binding<'a> {
        Binding { hub: "ayrshire", table: "note", place }
    }

    fn sealed(plaintext: &[u8]) -> Vec<u8> {
        seal_bytes(&key(0), &at(&place()), plaintext, &SystemRandom::new()).unwrap()
    }

    #[test]
    fn a_seal_is_these_bytes() {
        let bytes = seal_bytes(&key(0), &at(&place()), b"hello", &FixedByteRandom { byte: 7 }).unwrap();
        assert_eq!(bytes.iter().map(|b| format!("{b:02x}")).collect::<String>(), SEAL);
        assert_eq!(open_bytes(&key(0), &at(&place()), &bytes).unwrap().as_slice(), b"hello");
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let bytes = sealed(b"She is safe.");
        for bit in 0..bytes.len() * 8 {
            let mut altered = bytes.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(open_bytes(&key(0), &at(&place()), &altered).is_err(), "bit {bit}");
        }
        for end in 0..bytes.len() {
            assert!(open_bytes(&key(0), &at(&place()), &bytes[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn another_key_is_told_from_a_broken_seal() {
        let bytes = sealed(b"She is safe.");
        assert_eq!(open_bytes(&key(1), &at(&place()), &bytes).unwrap_err(), Error::OtherKey);
        let mut altered = bytes.clone();
        *altered.last_mut().unwrap() ^= 1;
        assert_eq!(open_bytes(&key(0), &at(&place()), &altered).unwrap_err(), Error::Broken);
        assert_eq!(open_bytes(&key(0), &at(&place()), b"").unwrap_err(), Error::NotASeal);
    }

    #[test]
    fn a_seal_opens_nowhere_else() {
        let bytes = sealed(b"She is safe.");
        let Place { drawer, record } = place();
        let other_record = |record| Place { drawer, record };
        let other_drawer = |drawer| Place { drawer, record };
        for elsewhere in [
            other_record(Record::Note(NoteId::from_bits(3))),
            other_record(Record::Alert(AlertId::from_bits(2))),
            other_drawer(Drawer { case: None, ..drawer }),
            other_drawer(Drawer { about: Some(ProtectedId::from_bits(4)), ..drawer }),
            other_drawer(Drawer { case: Some(CaseId::from_bits(2)), ..drawer }),
            other_drawer(Drawer { compartment: Compartment::Source, ..drawer }),
            other_drawer(Drawer { epoch: 2, ..drawer }),
        ] {
            assert!(open_bytes(&key(0), &at(&elsewhere), &bytes).is_err(), "{elsewhere:?}");
        }
        let here = place();
        assert!(open_bytes(&key(0), &Binding { hub: "fife", ..at(&here) }, &bytes).is_err());
        assert!(open_bytes(&key(0), &Binding { table: "person", ..at(&here) }, &bytes).is_err());
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let most = vec![b'x'; PLAIN_BYTES_MAX];
        assert_eq!(open_bytes(&key(0), &at(&place()), &sealed(&most)).unwrap().as_slice(), most);
        let more = vec![b'x'; PLAIN_BYTES_MAX + 1];
        let refused = seal_bytes(&key(0), &at(&place()), &more, &SystemRandom::new());
        assert_eq!(refused.unwrap_err(), Error::TooLarge { max: PLAIN_BYTES_MAX });
    }

    #[test]
    fn buckets_are_these() {
        let small = [(4, 64), (64, 64), (65, 256), (256, 256), (257, 1024), (1024, 1024), (1025, 4096)];
        let large = [(4096, 4096), (4097, 4588), (4588, 4588), (4589, 5139)];
        for (bytes, size) in small.into_iter().chain(large) {
            assert_eq!(bucket(bytes), size, "{bytes}");
        }
    }

    proptest! {
        #[test]
        fn what_is_sealed_comes_back_in_a_bucket(plaintext in prop::collection::vec(any::<u8>(), 0..6000)) {
            let bytes = sealed(&plaintext);
            let inside = bytes.len() - HEAD_BYTES - TAG_BYTES;
            prop_assert!([64, 256, 1024, 4096, 4588, 5139, 5756, 6447].contains(&inside), "{}", inside);
            let opened = open_bytes(&key(0), &at(&place()), &bytes).unwrap();
            prop_assert_eq!(opened.as_slice(), plaintext);
        }

        #[test]
        fn no_altered_byte_is_taken(
            plaintext in prop::collection::vec(any::<u8>(), 0..2000),
            which in any::<prop::sample::Index>(),
            change in 1..=255_u8,
        ) {
            let mut bytes = sealed(&plaintext);
            let byte = which.index(bytes.len());
            bytes[byte] ^= change;
            prop_assert!(open_bytes(&key(0), &at(&place()), &bytes).is_err());
        }

        #[test]
        fn no_other_place_opens_it(case in 2..u128::MAX, note in 3..u128::MAX, epoch in 2..i64::MAX) {
            let bytes = sealed(b"x");
            let Place { drawer, record } = place();
            for elsewhere in [
                Place { drawer: Drawer { case: Some(CaseId::from_bits(case | 2)), ..drawer }, record },
                Place { drawer: Drawer { epoch, ..drawer }, record },
                Place { drawer, record: Record::Note(NoteId::from_bits(note | 1)) },
            ] {
                prop_assert!(open_bytes(&key(0), &at(&elsewhere), &bytes).is_err());
            }
        }

        #[test]
        fn strange_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(open_bytes(&key(0), &at(&place()), &bytes).is_err());
        }
    }

    // Made by a separate program with another implementation of HKDF and AES-GCM.
    const SEAL: &str = "0111191ed17e3811783f85c7d9a5055f291c0959e4cd1403358b8c35ac1a9d07d7070707070707070707070707a6bb5f7deac2e3231c77952afba6df68b70b4b1deb4a863ac3b1ba6dc057963ff874b1d8a4279f247b3ed77024fc6dfbb38cc96f2b1e4262ca7babe0a5d15801665ac3c6650bd098a367bb714d4aff46";
}
