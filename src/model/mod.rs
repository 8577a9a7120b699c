//! What things are: pure values, parsed once at the edge.
//!
//! Promises: no I/O, no clock, no async. A value that exists is valid.
//! Plaintext types ([`text::Prose`], [`text::Line`], everything made of them) have no
//! `Serialize`, no `Display`, no derived `Debug`, and are wiped when dropped.
//! Must never know: SQL, HTTP, keys, who is asking.

pub mod addresses;
pub mod agencies;
pub mod alerts;
pub mod assessments;
pub mod calendar;
pub mod cases;
pub mod clocks;
pub mod consents;
pub mod decisions;
pub mod dispatch;
pub mod emergency;
pub mod events;
pub mod facts;
pub mod fields;
pub mod figures;
pub mod heartbeats;
pub mod id;
pub mod imports;
pub mod location;
pub mod locks;
pub mod mappa;
pub mod matching;
pub mod meetings;
pub mod notes;
pub mod notifications;
pub mod orders;
pub mod overrides;
pub mod packs;
pub mod people;
pub mod plans;
pub mod policies;
pub mod programmes;
pub mod protected;
pub mod referrals;
pub mod safe_contact;
pub mod screen;
pub mod sealed;
pub mod sessions;
pub mod shares;
pub mod signers;
pub mod sounds;
pub mod spooled;
pub mod status;
pub mod summary;
pub mod text;
pub mod time;
pub mod wordings;
pub mod words;
