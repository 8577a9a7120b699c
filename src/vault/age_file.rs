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

/// Longest file that is looked at. One recipient and the text take some 600 bytes;
/// age adds a line of random length to its header.
const FILE_BYTES_MAX: usize = 4096;

/// Returns `text` as an age file for `recipient`; `None` if it is too long.
pub(super) fn seal_file(recipient: &Recipient, text: &[u8]) -> Option<Vec<u8>> {
    if text.len() > TEXT_BYTES_MAX {
        return None;
    }
    let one: &dyn age::Recipient = recipient;
    let mut file = Vec::new();
    let mut writer = age::Encryptor::with_recipients(std::iter::once(one)).ok()?.wrap_output(&mut file).ok()?;
    writer.write_all(text).ok()?;
    writer.finish().ok()?;
    (file.len() <= FILE_BYTES_MAX).then_some(file)
}

/// Returns the text of an age file for `identity`.
#[expect(clippy::disallowed_methods, reason = "this is the vault: keys are unwrapped here and nowhere else")]
pub(super) fn open_file(file: &[u8], identity: &Identity) -> Option<Zeroizing<Vec<u8>>> {
    if file.len() > FILE_BYTES_MAX {
        return None;
    }
    let one: &dyn age::Identity = identity;
    let reader = age::Decryptor::new(file).ok()?.decrypt(std::iter::once(one)).ok()?;
    // One byte more than is taken, so that a longer text is noticed; and room to spare, so that nothing grows.
    let most = TEXT_BYTES_MAX + 1;
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
        for length in [TEXT_BYTES_MAX, TEXT_BYTES_MAX + 1, 2 * TEXT_BYTES_MAX, FILE_BYTES_MAX] {
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
