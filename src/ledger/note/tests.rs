//! Notes: the golden one, the way there and back, and each way of tampering.

use super::*;
use proptest::prelude::*;

const ORIGIN: &str = "log.example/lippen";
// Key, verifier key and note were made with Python's `cryptography` from the seed 00 01 … 1f.
const PKCS8_HEAD: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
const VKEY: &str = "log.example/lippen+baa9d33c+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
const NOTE: &str = "log.example/lippen
8
XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

— log.example/lippen uqnTPMM4Wi6qWAuEf7uEccpE/mp+8LItQ+/V2YXn+R/5fYp/rb8jNofVwL6vvvekqFnULE4/nxgon1HCVk0vQNuLrQ0=
";

fn signer() -> Signer {
    let mut pkcs8 = PKCS8_HEAD.to_vec();
    pkcs8.extend(0..32);
    Signer::from_pkcs8(ORIGIN, &pkcs8).unwrap()
}

fn checkpoint(size: u64) -> Checkpoint {
    let root = Hash::from_base64("XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=").unwrap();
    Checkpoint { origin: ORIGIN.to_owned(), size, root }
}

/// Signs any text, as a log that does not keep to the rules might.
fn signed(text: &str) -> String {
    let signer = signer();
    let signature = [&signer.key.id, signer.pair.sign(text.as_bytes()).as_ref()].concat();
    format!("{text}\n— {ORIGIN} {}\n", STANDARD.encode(signature))
}

#[test]
fn the_golden_note_is_made_and_opened() {
    let signer = signer();
    assert_eq!(signer.vkey(), VKEY);
    assert_eq!(signer.sign(&checkpoint(8)).as_deref(), Ok(NOTE));
    assert_eq!(open(NOTE, VKEY), Ok(checkpoint(8)));
}

#[test]
fn a_new_key_is_kept_and_taken_up_again() {
    let (made, pkcs8) = Signer::generate(ORIGIN).unwrap();
    let again = Signer::from_pkcs8(ORIGIN, &pkcs8).unwrap();
    assert_eq!(again.vkey(), made.vkey());
    let note = made.sign(&checkpoint(u64::MAX)).unwrap();
    assert_eq!(open(&note, &again.vkey()), Ok(checkpoint(u64::MAX)));
    assert_eq!(open(&note, VKEY), Err(Error::Unsigned));
    assert_eq!(format!("{made:?}"), format!("Signer({})", made.vkey()));
    assert_eq!(Signer::from_pkcs8(ORIGIN, &pkcs8[1..]).unwrap_err(), Error::Key);
}

#[test]
fn a_log_signs_only_its_own_checkpoints() {
    for origin in ["", "log.example/other", "log.example/lippen\n9", "log.example/lippen "] {
        let other = Checkpoint { origin: origin.to_owned(), ..checkpoint(8) };
        assert_eq!(signer().sign(&other), Err(Error::Origin));
    }
    let other = Checkpoint { origin: "log.example/other".to_owned(), ..checkpoint(8) };
    assert_eq!(open(&signed(&other.text()), VKEY), Err(Error::Origin));
    for name in ["", "a b", "a+b", "a\u{a0}b", "a\nb", "a\u{7f}", &"a".repeat(256)] {
        assert_eq!(Signer::generate(name).unwrap_err(), Error::Name, "{name:?}");
    }
}

#[test]
fn no_byte_can_be_changed() {
    for at in 0..NOTE.len() {
        for flip in [1, 2, 0x20, 0x80] {
            let mut bytes = NOTE.as_bytes().to_vec();
            bytes[at] ^= flip;
            if let Ok(note) = String::from_utf8(bytes) {
                assert!(open(&note, VKEY).is_err(), "{at} {flip}");
            }
        }
        assert!(NOTE.get(..at).is_none_or(|cut| open(cut, VKEY).is_err()), "{at}");
        assert!(NOTE.get(at..).is_none_or(|cut| at == 0 || open(cut, VKEY).is_err()), "{at}");
    }
}

#[test]
fn only_three_lines_are_a_checkpoint() {
    let root = checkpoint(8).root.to_base64();
    for text in [
        format!("{ORIGIN}\n8\n{root}\nextension\n"),
        format!("{ORIGIN}\n8\n{root}\n\n"),
        format!("{ORIGIN}\n\n8\n{root}\n"),
        format!("{ORIGIN}\n08\n{root}\n"),
        format!("{ORIGIN}\n+8\n{root}\n"),
        format!("{ORIGIN}\n-8\n{root}\n"),
        format!("{ORIGIN}\n8 \n{root}\n"),
        format!("{ORIGIN}\n18446744073709551616\n{root}\n"),
        format!("{ORIGIN}\n8\n{}\n", root.trim_end_matches('=')),
        format!("{ORIGIN}\n8\n{}\n", root.replace("g=", "h=")),
        format!("{ORIGIN}\n8\nYWJj\n"),
        format!("{ORIGIN}\n8\n"),
        "\n".to_owned(),
    ] {
        assert_eq!(open(&signed(&text), VKEY), Err(Error::Checkpoint), "{text}");
    }
    assert_eq!(open(&signed(&format!("{ORIGIN}\n8\r\n{root}\n")), VKEY), Err(Error::Shape));
}

#[test]
fn strangers_signatures_are_ignored_and_forged_ones_are_not() {
    let (text, own) = NOTE.split_once("\n\n").unwrap();
    let witness = "— witness.example AAAAAAAA\n";
    // Same name, other id; same id, other name: both are strangers.
    let (_, blob) = own.trim_end().rsplit_once(' ').unwrap();
    let namesake = format!("— {ORIGIN} AAAAAAAA\n");
    let twin = format!("— witness.example {blob}\n");
    let strangers = format!("{witness}{namesake}{twin}");
    assert_eq!(open(&format!("{text}\n\n{strangers}{own}{strangers}"), VKEY), Ok(checkpoint(8)));
    assert_eq!(open(&format!("{text}\n\n{strangers}"), VKEY), Err(Error::Unsigned));
    assert_eq!(open(&format!("{text}\n\n{own}{own}"), VKEY), Ok(checkpoint(8)));

    let forged = own.replace("uqnTPMM4", "uqnTPMM5");
    let short = format!("— {ORIGIN} {}\n", STANDARD.encode([&signer().key.id, b"short".as_slice()].concat()));
    for bad in [&forged, &short] {
        for signatures in [bad.clone(), format!("{own}{bad}"), format!("{bad}{own}")] {
            assert_eq!(open(&format!("{text}\n\n{signatures}"), VKEY), Err(Error::Forged));
        }
    }
}

#[test]
fn what_is_no_note_is_refused() {
    let (text, own) = NOTE.split_once("\n\n").unwrap();
    for lines in [
        "",
        "\n",
        "x\n",
        "— \n",
        "— a\n",
        "— a \n",
        "—  AAAAAAAA\n",
        "- a AAAAAAAA\n",
        "— a AAAAAAA\n",
        "— a AAAAAA==\n",
        "— a+b AAAAAAAA\n",
        "— a AAAAAAAA \n",
        "— a\u{2003}b AAAAAAAA\n",
        "— a AAAAAAAA\r\n",
        "— a AAAAAAAA\0\n",
    ] {
        assert_eq!(open(&format!("{text}\n\n{own}{lines}x"), VKEY), Err(Error::Shape), "{lines:?}");
        assert!(lines.is_empty() || open(&format!("{text}\n\n{own}{lines}"), VKEY).is_err(), "{lines:?}");
    }
    assert_eq!(open("", VKEY), Err(Error::Shape));
}

#[test]
fn large_notes_are_refused() {
    let stranger = "— witness.example AAAAAAAA\n";
    assert_eq!(open(&format!("{NOTE}{}", stranger.repeat(31)), VKEY), Ok(checkpoint(8)));
    assert_eq!(open(&format!("{NOTE}{}", stranger.repeat(32)), VKEY), Err(Error::TooLarge));
    assert_eq!(open(&"a".repeat(NOTE_BYTES_MAX + 1), VKEY), Err(Error::TooLarge));
}

#[test]
fn other_keys_are_refused() {
    for bad in [
        "",
        "a",
        "a+b",
        "a+b+c",
        "+baa9d33c+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        &VKEY.replace("baa9d33c", "BAA9D33C"),
        &VKEY.replace("baa9d33c", "baa9d33d"),
        &VKEY.replace("lippen", "lippem"),
        &VKEY.replace("AQOhB7", "BAOhB7"),
        &VKEY.replace("AQOhB7", "AQOhB8"),
        &VKEY[..VKEY.len() - 4],
        &format!("{VKEY}\n"),
    ] {
        assert!(matches!(open(NOTE, bad), Err(Error::Key | Error::Name)), "{bad}");
    }
}

proptest! {
    #[test]
    fn a_checkpoint_survives_the_way_there_and_back(size in any::<u64>(), root in any::<[u8; 32]>()) {
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size, root: Hash(root) };
        prop_assert_eq!(open(&signer().sign(&checkpoint).unwrap(), VKEY), Ok(checkpoint));
    }

    #[test]
    fn any_text_is_judged_without_a_panic(note in "(\\PC|\n|— a AAAA){0,40}", vkey in "\\PC{0,9}(\\+\\PC{0,9}){0,3}") {
        prop_assert!(open(&note, VKEY).is_err());
        prop_assert!(open(NOTE, &vkey).is_err());
    }
}
