//! Wraps one note's own key in an age file for an agency that it is shared with, signed in its place.
//!
//! Promises: what is wrapped opens that one record and no other; the hub signs it for one share, one note and
//! one agency; the agency opens it with the stock `age` command. Whoever has it has no drawer's key.
//! Must never know: where it is stored, when the share ends.

use super::age_file::{TEXT_BYTES_MAX, seal_file};
use super::context::tuple;
use super::error::Error;
use super::keys::DataKey;
use super::{Vault, recipients, record};
use crate::model::fields::Content;
use crate::model::id::ShareId;
use crate::model::sealed::{Place, Record, Sealed, ShareKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use zeroize::Zeroizing;

const SIGNED_LABEL: &[u8] = b"lippen-share-key/v1\0";
const SUITE: &str = "A256GCM";
const PURPOSE: &str = "lippen-share-key";

/// What stands inside the age file. Its names and order are read by agencies.
#[derive(Serialize)]
struct Inner<'a> {
    key: &'a str,
    share: &'a str,
    note: &'a str,
    case: &'a str,
    compartment: &'a str,
    epoch: i64,
    created: &'a str,
    suite: &'a str,
    purpose: &'a str,
}

impl Vault {
    /// Wraps a sealed note's own key to each (agency, age recipient), for one share.
    ///
    /// # Errors
    /// [`Error::Locked`] if its drawer's key is not at hand; [`Error::Recipient`]; [`Error::WrongCompartment`] if it
    /// is no note.
    pub fn share_keys<C: Content>(
        &self,
        sealed: &Sealed<C>,
        share: ShareId,
        to: &[(String, String)],
    ) -> Result<Vec<ShareKey>, Error> {
        let place = sealed.place;
        let Record::Note(note) = place.record else { return Err(Error::WrongCompartment) };
        let drawer = self.key(&place.drawer).ok_or(Error::Locked { drawer: place.drawer })?;
        let key = record::record_key(&drawer, &self.binding::<C>(&place));
        let text = inner_text(&key, &place, share, &self.clock.now().to_string())?;
        let wrapped = recipients::parse(to)?.into_iter().map(|(name, recipient)| {
            let file = seal_file(&recipient, &text).ok_or(Error::WrapFile)?;
            let mut one = ShareKey { share, note, recipient: name.to_owned(), file, signature: Vec::new() };
            one.signature = sign(&one, &self.signer);
            Ok(one)
        });
        wrapped.collect()
    }
}

/// Writes what stands inside, in memory that is wiped and never grows: growing leaves copies.
fn inner_text(key: &DataKey, place: &Place, share: ShareId, created: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut letters = Zeroizing::new([0; 44]);
    STANDARD.encode_slice(key.bytes(), letters.as_mut_slice()).expect("32 bytes are 44 letters of base64");
    let inner = Inner {
        key: std::str::from_utf8(letters.as_slice()).expect("base64 is ASCII"),
        share: &share.to_string(),
        note: &place.record.id(),
        case: &place.drawer.case_word(),
        compartment: place.drawer.compartment.as_str(),
        epoch: place.drawer.epoch,
        created,
        suite: SUITE,
        purpose: PURPOSE,
    };
    let mut text = Zeroizing::new(Vec::with_capacity(TEXT_BYTES_MAX));
    serde_json::to_writer(&mut *text, &inner).map_err(|_| Error::WrapContext)?;
    Ok(text)
}

fn sign(key: &ShareKey, signer: &Ed25519KeyPair) -> Vec<u8> {
    signer.sign(&signed_message(key)).as_ref().to_vec()
}

fn signed_message(key: &ShareKey) -> Vec<u8> {
    let mut message = SIGNED_LABEL.to_vec();
    message.extend_from_slice(&tuple(&[&key.share.to_string(), &key.note.to_string(), &key.recipient]));
    message.extend_from_slice(digest(&SHA256, &key.file).as_ref());
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::agencies::WorkerName;
    use crate::model::id::{CaseId, NoteId};
    use crate::model::sealed::{Compartment, Drawer};
    use crate::model::text::Line;
    use crate::model::time::RealClock;
    use crate::vault::age_file::open_file;
    use age::x25519::Identity;
    use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
    use std::sync::Arc;

    struct Bench {
        vault: Vault,
        identity: Identity,
        sealed: Sealed<WorkerName>,
    }

    impl Bench {
        fn new() -> Self {
            let vault = Vault::new(Vault::generate("ayrshire").unwrap(), Arc::new(RealClock)).unwrap();
            let drawer = Drawer::of(CaseId::from_bits(1), Compartment::Core);
            let _ = vault.new_drawer(drawer, &[]).unwrap();
            let place = Place { drawer, record: Record::Note(NoteId::from_bits(2)) };
            let sealed = vault.seal(place, &WorkerName(Line::new("words").unwrap())).unwrap();
            Self { vault, identity: Identity::generate(), sealed }
        }

        fn keys(&self) -> Result<Vec<ShareKey>, Error> {
            let to = [("police".to_owned(), self.identity.to_public().to_string())];
            self.vault.share_keys(&self.sealed, ShareId::from_bits(3), &to)
        }
    }

    #[test]
    fn what_is_wrapped_opens_that_one_record() {
        let bench = Bench::new();
        let one = bench.keys().unwrap().remove(0);
        let text = open_file(&one.file, &bench.identity).unwrap();
        let inner: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!((&inner["note"], &inner["purpose"]), (&one.note.to_string().into(), &PURPOSE.into()));
        let key = STANDARD.decode(inner["key"].as_str().unwrap()).unwrap();
        let (head, body) = bench.sealed.bytes.split_at(45);
        let opened = |aad: Vec<u8>| {
            let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap());
            let nonce = Nonce::try_assume_unique_for_key(&head[33..]).unwrap();
            cipher.open_in_place(nonce, Aad::from(aad), &mut body.to_vec()).map(|plain| plain.to_vec())
        };
        let own = bench.vault.binding::<WorkerName>(&bench.sealed.place).associated_data();
        let plain = opened(own).unwrap();
        assert!(plain.windows(5).any(|some| some == b"words"));
        let place = Place { record: Record::Note(NoteId::from_bits(9)), ..bench.sealed.place };
        let other = bench.vault.seal(place, &WorkerName(Line::new("words").unwrap())).unwrap();
        let wraps = bench.vault.share_keys(
            &other,
            ShareId::from_bits(3),
            &[("police".to_owned(), bench.identity.to_public().to_string())],
        );
        let text = open_file(&wraps.unwrap()[0].file, &bench.identity).unwrap();
        let others: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_ne!(others["key"], inner["key"], "each note has a key of its own");
    }

    #[test]
    fn a_wrap_is_signed_for_its_share_its_note_and_its_agency() {
        let bench = Bench::new();
        let one = bench.keys().unwrap().remove(0);
        let holds = |key: &ShareKey| {
            let verifier = UnparsedPublicKey::new(&ED25519, bench.vault.verifying_key());
            verifier.verify(&signed_message(key), &key.signature).is_ok()
        };
        assert!(holds(&one));
        assert!(!holds(&ShareKey { share: ShareId::from_bits(4), ..one.clone() }));
        assert!(!holds(&ShareKey { note: NoteId::from_bits(4), ..one.clone() }));
        assert!(!holds(&ShareKey { recipient: "prison".to_owned(), ..one.clone() }));
        assert!(!holds(&ShareKey { file: bench.keys().unwrap().remove(0).file, ..one }));
    }

    #[test]
    fn nothing_is_wrapped_without_the_drawers_key_or_of_another_record() {
        let bench = Bench::new();
        bench.vault.forget_all();
        assert!(matches!(bench.keys(), Err(Error::Locked { .. })));
        let place = Place { drawer: Drawer::directory(), record: Record::Share(ShareId::from_bits(1)) };
        let sealed: Sealed<WorkerName> = Sealed::found(place, Vec::new());
        assert_eq!(bench.vault.share_keys(&sealed, ShareId::from_bits(1), &[]), Err(Error::WrongCompartment));
    }
}
