//! What stands in the pack of a MAPPA meeting: one reader's, by their rights, as references.
//!
//! Promises: a manifest names records and never their words; records are never changed, so the same manifest is the same
//! content; its fingerprint can be computed by anybody who has it, with the tools of any system.
//! Must never know: what the records say.

use super::id::{CaseId, MeetingId, WorkerId};
use super::words::vocabulary;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The first word of a manifest: its form.
const FORM: &str = "lippen-pack-1";

vocabulary! {
    /// How much of a record stands in a pack.
    PackAccess {
        /// All of it.
        Full = "full",
        /// Its summary.
        Summary = "summary",
        /// That it is there.
        Existence = "existence",
    }
}

/// A record in a pack.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PackItem {
    /// The case.
    pub case: CaseId,
    /// The kind of record, such as `note`.
    pub kind: String,
    /// Its id.
    pub record: String,
    /// How much of it.
    pub access: PackAccess,
}

/// Writes a manifest: a line that names its form, the meeting, the reader and the version, and a line for each record: case,
/// kind, id, access. Each ends with a new line.
#[must_use]
pub fn manifest(meeting: MeetingId, reader: WorkerId, version: i64, items: &[PackItem]) -> String {
    let mut text = format!("{FORM} {meeting} {reader} {version}\n");
    for one in items {
        let _ = writeln!(text, "{} {} {} {}", one.case, one.kind, one.record, one.access);
    }
    text
}

/// Reads the records of a manifest back.
#[must_use]
pub fn items(manifest: &str) -> Option<Vec<PackItem>> {
    let mut lines = manifest.lines();
    lines.next().filter(|line| line.starts_with(FORM))?;
    lines.map(item).collect()
}

fn item(line: &str) -> Option<PackItem> {
    let mut words = line.split(' ');
    let case = words.next()?.parse().ok()?;
    let (kind, record) = (words.next()?.to_owned(), words.next()?.to_owned());
    let access = words.next()?.parse().ok()?;
    words.next().is_none().then_some(PackItem { case, kind, record, access })
}

/// Returns the fingerprint of a manifest: the SHA-256 of its bytes, in hex.
#[must_use]
pub fn fingerprint(manifest: &str) -> String {
    Sha256::digest(manifest).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Returns what stood in a pack and stands there no more, and what has come to it since.
#[must_use]
pub fn changes<'a>(before: &'a [PackItem], now: &'a [PackItem]) -> (Vec<&'a PackItem>, Vec<&'a PackItem>) {
    let missing = |from: &'a [PackItem], of: &'a [PackItem]| from.iter().filter(|one| !of.contains(one)).collect();
    (missing(before, now), missing(now, before))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(record: &str) -> PackItem {
        let case = "5b1e7a52-6a3f-4c55-8f0e-6d3f2b1c9a10".parse().unwrap();
        PackItem { case, kind: "note".to_owned(), record: record.to_owned(), access: PackAccess::Full }
    }

    #[test]
    fn a_fingerprint_is_what_other_tools_compute() {
        let id = "0c9d4f6e-1f7a-4a39-9d43-2f8a5c0b7e11";
        let text = manifest(id.parse().unwrap(), id.parse().unwrap(), 2, &[item("a"), item("b")]);
        // printf 'lippen-pack-1 %s %s 2\n%s note a full\n%s note b full\n' $id $id $case $case | sha256sum
        assert_eq!(fingerprint(&text), "3ead4fd6eae6856b904851404ba470af6552b15e7f2bc87c3fa1d3a1d8205eb3");
        assert_eq!(items(&text).unwrap(), [item("a"), item("b")]);
        for spoiled in ["", "lippen-pack-9\n", "lippen-pack-1 x\nnonsense\n"] {
            assert!(items(spoiled).is_none(), "{spoiled}");
        }
    }

    #[test]
    fn what_went_and_what_came_is_told() {
        let (before, now) = ([item("a"), item("b")], [item("b"), item("c")]);
        let (gone, new) = changes(&before, &now);
        assert_eq!((gone, new), (vec![&before[0]], vec![&now[1]]));
    }
}
