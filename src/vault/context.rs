//! How a context (whose, which, where) becomes bytes that a seal or a signature covers.
//!
//! Promises: two different lists of parts never give the same bytes, because each part
//! stands behind its own length. The bytes are format: stored seals depend on them.
//! Must never know: keys, plaintext.

use crate::model::sealed::{Drawer, Place};

/// The version of the shapes below, bound into every seal.
pub(super) const SCHEMA: &str = "1";

/// Returns each part behind its length, a little-endian `u32`.
pub(super) fn tuple(parts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 4).sum());
    for part in parts {
        let length = u32::try_from(part.len()).expect("a part of a context is an id or a word, far below 4 GiB");
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

/// Everything that a seal is bound to.
#[derive(Clone, Copy)]
pub(super) struct Binding<'a> {
    /// The hub's own short name: a seal of one hub does not open in another.
    pub(super) hub: &'a str,
    /// The content's table: a seal of one type of content does not open as another.
    pub(super) table: &'a str,
    /// The record and its drawer.
    pub(super) place: &'a Place,
}

impl Binding<'_> {
    /// Returns the associated data: hub, schema, table, kind, id, whose drawer, compartment, epoch.
    pub(super) fn associated_data(&self) -> Vec<u8> {
        let Place { drawer, record } = self.place;
        tuple(&[
            self.hub,
            SCHEMA,
            self.table,
            record.kind(),
            &record.id(),
            &drawer.case_word(),
            drawer.compartment.as_str(),
            &drawer.epoch.to_string(),
        ])
    }

    /// Returns what tells one record's keys from another's: kind, id.
    pub(super) fn record_info(&self) -> Vec<u8> {
        tuple(&[self.place.record.kind(), &self.place.record.id()])
    }
}

/// Returns what a wrap's signature covers besides the file: whose drawer, compartment, epoch, recipient.
pub(super) fn wrap_context(drawer: &Drawer, recipient: &str) -> Vec<u8> {
    tuple(&[&drawer.case_word(), drawer.compartment.as_str(), &drawer.epoch.to_string(), recipient])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::{CaseId, NoteId, ProtectedId, WorkerId};
    use crate::model::sealed::{Compartment, Record};
    use proptest::prelude::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn associated_data_is_these_bytes() {
        let drawer = Drawer { epoch: 12, ..Drawer::of(CaseId::from_bits(1), Compartment::Location) };
        let place = Place { drawer, record: Record::Note(NoteId::from_bits(2)) };
        let binding = Binding { hub: "ayrshire", table: "note", place: &place };
        assert_eq!(hex(&binding.associated_data()), AAD);
        assert_eq!(hex(&binding.record_info()), INFO);
    }

    #[test]
    fn the_directory_is_its_own_case_word() {
        let place = Place { drawer: Drawer::directory(), record: Record::Worker(WorkerId::from_bits(3)) };
        let data = Binding { hub: "h2", table: "worker", place: &place }.associated_data();
        assert_eq!(hex(&data), DIRECTORY_AAD);
    }

    #[test]
    fn wrap_context_is_these_bytes() {
        let drawer = Drawer::of(CaseId::from_bits(1), Compartment::Core);
        assert_eq!(hex(&wrap_context(&drawer, "ayrshire-womens-service")), WRAP);
    }

    #[test]
    fn two_women_on_one_case_have_drawers_of_their_own() {
        let of = |her| Drawer::whereabouts(CaseId::from_bits(1), ProtectedId::from_bits(her));
        assert_ne!(of(2).case_word(), of(3).case_word());
        assert_ne!(wrap_context(&of(2), "hub"), wrap_context(&of(3), "hub"));
    }

    proptest! {
        #[test]
        fn different_parts_give_different_bytes(
            a in prop::collection::vec("[a-c\0]{0,4}", 0..5),
            b in prop::collection::vec("[a-c\0]{0,4}", 0..5),
        ) {
            let bytes = |parts: &[String]| tuple(&parts.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(a == b, bytes(&a) == bytes(&b));
        }
    }

    // Written by a separate program, not by this code.
    const AAD: &str = "0800000061797273686972650100000031040000006e6f7465040000006e6f74652400000030303030303030302d303030302d343030302d383030302d3030303030303030303030322400000030303030303030302d303030302d343030302d383030302d303030303030303030303031080000006c6f636174696f6e020000003132";
    const INFO: &str =
        "040000006e6f74652400000030303030303030302d303030302d343030302d383030302d303030303030303030303032";
    const DIRECTORY_AAD: &str = "020000006832010000003106000000776f726b657206000000776f726b65722400000030303030303030302d303030302d343030302d383030302d303030303030303030303033090000006469726563746f727904000000636f72650100000031";
    const WRAP: &str = "2400000030303030303030302d303030302d343030302d383030302d30303030303030303030303104000000636f726501000000311700000061797273686972652d776f6d656e732d73657276696365";
}
