//! Where a text goes, and what is to be done there about words that are kept for somebody.
//!
//! Must never know: the words.

use super::quotes::Source;
use crate::auth::Actor;
use crate::model::agencies::AgencyKind;
use crate::model::id::{AgencyId, ProtectedId};
use std::collections::BTreeSet;

/// A text and the field that it came in.
pub(super) type Said<'a> = (&'static str, &'a str);

/// Where a text goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Goes {
    /// Into his record.
    HisRecord,
    /// Into a row of his record, about somebody: an agency may repeat what it wrote there about the same person.
    About(ProtectedId),
    /// Into his record, in the place of what the same agency wrote there before.
    InPlace,
    /// To named recipients, some of them on his side.
    Recipients,
    /// To her service and those to whom it releases; her whereabouts belong elsewhere.
    HerNotes,
}

/// What is to be done about a likeness.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    /// Nothing: the writer may repeat it, or must not learn that it is there.
    No,
    /// It is refused.
    Refused,
    /// The writer's service is asked, if it has not been released.
    Asked,
}

/// Says what is to be done about a likeness with a kept note. `own` are those with whom the writer works.
pub(super) fn counts(actor: &Actor, goes: Goes, source: &Source, own: &BTreeSet<ProtectedId>) -> Counts {
    let (agency, kind): (&AgencyId, AgencyKind) = (actor.agency(), actor.kind());
    let ours = &source.agency == agency;
    let with = source.about.is_none_or(|about| own.contains(&about));
    // What another woman's service keeps is not compared: the answer would tell her worker that somebody else is there. A
    // children's worker is no such worker: accounts are released to them, and what they write is read on his side.
    let hidden = source.about.is_some_and(|about| !own.contains(&about)) || (source.about.is_none() && !ours);
    if kind == AgencyKind::WomensService && hidden {
        return Counts::No;
    }
    match goes {
        Goes::About(about) if source.is_spared(agency, Some(about)) => Counts::No,
        Goes::Recipients if kind.keeps_confidence() && with && (ours || source.about.is_some()) => Counts::Asked,
        // An agency may tell others what it wrote itself.
        Goes::Recipients if ours => Counts::No,
        // What a service keeps and is about nobody stands on his side already: it may be put right there.
        Goes::InPlace if source.about.is_none() && ours => Counts::No,
        _ => Counts::Refused,
    }
}
