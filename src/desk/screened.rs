//! What of a note is looked at, and as what: its words by where they go, its summary always as his record.
//!
//! Promises: whom a note is about says nothing of who reads it. What stands in a row of his is looked at like anything in
//! his record; what stands in a row that is hers goes to his side only when its originator releases it, but for its
//! summary, which some of his side may see.
//! Must never know: HTTP, SQL.

use super::goes::{Goes, Said};
use super::handling::Parts;
use super::{Desk, Error};
use crate::auth::Actor;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::Whom;
use crate::model::id::{CaseId, ProtectedId};
use crate::model::notes::{Category, NoteHead, RiskNote};
use crate::model::protected::Relation;
use crate::model::screen::Form;
use crate::model::shares::Purpose;
use crate::model::summary::{Shown, Summary};
use crate::policy::permit::Permit;
use crate::store::notes::StoredNote;

impl Desk {
    /// Looks at a note, and declines the act if it must not be stored as it is. `instead` is where a correction of what
    /// is about nobody goes.
    pub(super) async fn screened_note(
        &self,
        actor: &Actor,
        permit: Permit,
        case: CaseId,
        (parts, checked, instead): (&Parts, &[Form], Option<Goes>),
    ) -> Result<Permit, Error> {
        let (head, lines) = (&parts.head, lines_of(parts.summary.as_ref()));
        let (mut words, shown) = (said(&parts.words), lines.iter().map(|line| ("summary", line.as_str())));
        let his = his(head.about);
        let Some(goes) = goes(actor, head) else {
            let shown: Vec<Said<'_>> = shown.collect();
            return self.screened(actor, permit, case, (his, &shown, checked)).await;
        };
        if goes == Goes::HerNotes {
            let permit = self.screened(actor, permit, case, (goes, &words, checked)).await?;
            let shown: Vec<Said<'_>> = shown.collect();
            return self.screened(actor, permit, case, (his, &shown, checked)).await;
        }
        words.extend(shown);
        let goes = if goes == Goes::HisRecord { instead.unwrap_or(goes) } else { goes };
        self.screened(actor, permit, case, (goes, &words, checked)).await
    }

    /// Says of whom the readers of a note must be such as may know. Of what is hers a release by itself lets its reader
    /// know.
    pub(super) async fn whom(&self, note: &StoredNote) -> Result<Whom, Error> {
        let Some(about) = note.head.about.filter(|_| !note.head.category.is_protected()) else {
            return Ok(Whom::Nobody);
        };
        let people = self.gate.store.protected_of(note.case).await?;
        Ok(match people.iter().find(|head| head.id == about) {
            Some(head) if head.relation == Relation::Child => Whom::Child,
            Some(_) => Whom::Adult,
            None => Whom::Unknown,
        })
    }

    /// Returns those roles that may be told of somebody: an alert is never addressed to whoever may know of no woman.
    pub(super) fn told_of(&self, roles: &[Role], about: Option<ProtectedId>) -> Vec<Role> {
        let knows = |role: &Role| {
            let seat = |kind: &AgencyKind| {
                Purpose::ALL.iter().any(|purpose| self.gate.policy.may_know_of(*role, *kind, *purpose, Whom::Adult))
            };
            about.is_none() || AgencyKind::ALL.iter().any(seat)
        };
        roles.iter().copied().filter(knows).collect()
    }
}

/// Says where what his side reads goes.
pub(super) fn his(about: Option<ProtectedId>) -> Goes {
    about.map_or(Goes::HisRecord, Goes::About)
}

/// Says where the words of a note go, if they must be looked at. What stands in a row that is hers stays with her service
/// or the agency that wrote it; what she told may be released whole, and where she is does not belong in it.
fn goes(actor: &Actor, head: &NoteHead) -> Option<Goes> {
    if !head.category.is_protected() {
        return Some(his(head.about));
    }
    let told = actor.kind().keeps_confidence() && head.category == Category::ProtectedAccount;
    told.then_some(Goes::HerNotes)
}

/// Returns the lines of a note's summary: they are read by more people than the note is.
fn lines_of(summary: Option<&Summary>) -> Vec<String> {
    let parts = summary.map(Summary::shown).unwrap_or_default().into_iter();
    let lines = parts.flat_map(|(_, part)| match part {
        Shown::Text(line) => vec![line],
        Shown::List(lines) => lines,
        Shown::Nothing | Shown::Flag(_) | Shown::Number(_) => Vec::new(),
    });
    lines.collect()
}

/// Returns the texts of a note with their fields.
fn said(words: &RiskNote) -> Vec<Said<'_>> {
    let mut said = vec![("text", words.text.reveal())];
    said.extend(words.opinion.as_ref().map(|opinion| ("opinion", opinion.reveal())));
    said.extend(words.conditions.as_ref().map(|conditions| ("handling.conditions", conditions.reveal())));
    said.extend(words.sources.iter().map(|source| ("sources", source.reveal())));
    said
}
