//! A short text in an age file for one X25519 recipient.
//!
//! Promises: what is read is bounded, and lies in memory that is wiped and never grew,
//! because growing leaves copies behind. Not a word about why a file does not open.
//! Must never know: what the text says.

use age::x25519::{Identity, Recipient};
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// Longest text: ids and words, of which a wrap has some 300 bytes.
pub(super) const TEXT_BYTES_MAX: usize = 1024;

/// What a file may have beside its text. One recipient takes some 300 bytes and each 64 KiB of text 16 more;
/// age adds a line of random length to its header.
const BESIDE_BYTES_MAX: usize = 3072;

/// Longest file that is looked at for a text of so many bytes.
const fn file_max(text: usize) -> usize {
    text + BESIDE_BYTES_MAX
}

/// Returns `text` as an age file for `recipient`; `None` if it is too long.
pub(super) fn seal_file(recipient: &Recipient, text: &[u8]) -> Option<Vec<u8>> {
    seal_file_to(recipient, text, TEXT_BYTES_MAX)
}

/// The same for a text of at most `max` bytes.
pub(super) fn seal_file_to(recipient: &Recipient, text: &[u8], max: usize) -> Option<Vec<u8>> {
    if text.len() > max {
        return None;
    }
    let one: &dyn age::Recipient = recipient;
    let mut file = Vec::new();
    let mut writer = age::Encryptor::with_recipients(std::iter::once(one)).ok()?.wrap_output(&mut file).ok()?;
    writer.write_all(text).ok()?;
    writer.finish().ok()?;
    (file.len() <= file_max(max)).then_some(file)
}

/// Returns the text of an age file for `identity`.
pub(super) fn open_file(file: &[u8], identity: &Identity) -> Option<Zeroizing<Vec<u8>>> {
    open_file_of(file, identity, TEXT_BYTES_MAX)
}

/// The same for a text of at most `max` bytes.
#[expect(clippy::disallowed_methods, reason = "this is the vault: keys are unwrapped here and nowhere else")]
pub(super) fn open_file_of(file: &[u8], identity: &Identity, max: usize) -> Option<Zeroizing<Vec<u8>>> {
    if file.len() > file_max(max) {
        return None;
    }
    let one: &dyn age::Identity = identity;
    let reader = age::Decryptor::new(file).ok()?.decrypt(std::iter::once(one)).ok()?;
    // One byte more than is taken, so that a longer text is noticed; and room to spare, so that nothing grows.
    let most = max + 1;
    let mut text = Zeroizing::new(Vec::with_capacity(most + 64));
    reader.take(most as u64).read_to_end(&mut text).ok()?;
    (text.len() < most).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_to_its_recipient_alone() {
        let (mine, other) = (Identity::generate(), Identity::generate());
        for length in [0, 1, TEXT_BYTES_MAX] {
            let text = vec![b'x'; length];
            let file = seal_file(&mine.to_public(), &text).unwrap();
            assert_eq!(open_file(&file, &mine).unwrap().as_slice(), text);
            assert!(open_file(&file, &other).is_none());
        }
        assert!(seal_file(&mine.to_public(), &[0; TEXT_BYTES_MAX + 1]).is_none());
    }

    #[test]
    fn a_file_of_another_maker_is_read_to_its_limit_only() {
        let mine = Identity::generate();
        for length in [TEXT_BYTES_MAX, TEXT_BYTES_MAX + 1, 2 * TEXT_BYTES_MAX, file_max(TEXT_BYTES_MAX)] {
            let file = age::encrypt(&mine.to_public(), &vec![b'x'; length]).unwrap();
            assert_eq!(open_file(&file, &mine).is_some(), length <= TEXT_BYTES_MAX, "{length}");
        }
    }

    #[test]
    fn every_altered_or_cut_file_stays_closed() {
        let mine = Identity::generate();
        let file = seal_file(&mine.to_public(), b"text").unwrap();
        for byte in 0..file.len() {
            let mut altered = file.clone();
            altered[byte] ^= 1;
            assert!(open_file(&altered, &mine).is_none(), "{byte}");
            assert!(open_file(&file[..byte], &mine).is_none(), "{byte}");
        }
    }
}
