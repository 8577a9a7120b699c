//! What a preview is asked about: a note that is there, one that is being written, or a sanitised one that is; and what
//! of it is not wrong but may not be meant.
//!
//! Must never know: who asks, what is stored.

use super::derivatives::WriteDerivative;
use super::shares::ShareNote;
use super::write_note::WriteNote;
use super::{Error, FieldError};
use crate::model::agencies::Seat;
use crate::model::id::{CaseId, NoteId, ProtectedId};
use crate::model::notes::{Category, Grade, Handling, NoteKind, UseWithMan};
use crate::model::shares::{Purpose, Recipient};
use crate::model::summary::Summary;
use crate::model::text::{Line, Prose};
use serde::Deserialize;

/// What is to be looked at before it is done: a note that is there, or one that is being written, and shares of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreviewNote {
    /// A note of one's own agency; then nothing of a note stands beside it.
    #[serde(default)]
    pub note: Option<NoteId>,
    /// The note that a sanitised note is being written from; then the case is that of the note.
    #[serde(default)]
    pub source: Option<NoteId>,
    /// The case of a note that is being written.
    #[serde(default)]
    pub case: Option<CaseId>,
    /// Fact, allegation, assessment or intelligence.
    #[serde(default)]
    pub kind: Option<NoteKind>,
    /// What was seen, said or judged.
    #[serde(default)]
    pub text: Option<Prose<8000>>,
    /// Where it comes from.
    #[serde(default)]
    pub sources: Vec<Line<300>>,
    /// Professional opinion, apart from the facts.
    #[serde(default)]
    pub opinion: Option<Prose<4000>>,
    /// Its row in the disclosure matrix.
    #[serde(default)]
    pub category: Option<Category>,
    /// The protected person that it is about.
    #[serde(default)]
    pub about: Option<ProtectedId>,
    /// How it may be handled; the most careful way if it is left out.
    #[serde(default)]
    pub handling: Option<Handling>,
    /// The grade of source and information.
    #[serde(default)]
    pub grade: Option<Grade>,
    /// Its summary.
    #[serde(default)]
    pub summary: Option<Summary>,
    /// For what; the role's usual purpose if it is left out.
    #[serde(default)]
    pub purpose: Option<Purpose>,
    /// With whom it is to be shared, each as a share would be asked for. Nobody is alerted.
    #[serde(default)]
    pub shares: Vec<ShareNote>,
}

/// Something to mend or to think about first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What is meant: a field of the note, or of a share, such as `shares[0].to`.
    pub field: String,
    /// What is wrong and what to do.
    pub say: String,
    /// Whether it would stop the note or that share.
    pub stops: bool,
}

/// Which note is looked at.
pub(super) enum Asked {
    /// One that is there.
    There(NoteId, Option<Purpose>),
    /// One that is being written.
    New(CaseId, Box<WriteNote>),
    /// A sanitised one that is being written, from the note that it is made from.
    From(NoteId, Option<Purpose>, Box<WriteDerivative>),
}

/// Takes either a note that is there or all of one that is being written.
pub(super) fn asked(body: PreviewNote) -> Result<(Asked, Vec<ShareNote>), Error> {
    let PreviewNote {
        note,
        source,
        case,
        kind,
        text,
        sources,
        opinion,
        category,
        about,
        handling,
        grade,
        summary,
        purpose,
        shares,
    } = body;
    if let Some(source) = source {
        let settled = case.is_some() || about.is_some() || !sources.is_empty() || grade.is_some() || summary.is_some();
        if note.is_some() || settled {
            let say =
                "stands with kind, text, opinion, category, handling and purpose alone: a sanitised note has no more";
            return Err(Error::field("source", say));
        }
        let (Some(kind), Some(text), Some(category)) = (kind, text, category) else {
            let given = [("kind", kind.is_some()), ("category", category.is_some()), ("text", false)];
            let missing = given.iter().find(|(_, given)| !given).map_or("text", |(field, _)| field);
            return Err(Error::field(missing, "is needed here: it is a note that is being written"));
        };
        let use_with_man = handling.map_or(UseWithMan::Never, |handling| handling.use_with_man);
        let new = WriteDerivative { kind, text, opinion, category, use_with_man, checked: Vec::new() };
        return Ok((Asked::From(source, purpose, Box::new(new)), shares));
    }
    if let Some(id) = note {
        let alone = case.is_none() && kind.is_none() && text.is_none() && sources.is_empty() && opinion.is_none();
        let alone = alone && category.is_none() && about.is_none() && handling.is_none() && grade.is_none();
        let alone = alone && summary.is_none();
        return if alone {
            Ok((Asked::There(id, purpose), shares))
        } else {
            Err(Error::field("note", "stands alone with purpose and shares: leave it out to look at a new note"))
        };
    }
    let needed = |field: &str| FieldError::new(field, "is needed here, unless you name a note that is there");
    let (Some(case), Some(kind), Some(text), Some(category)) = (case, kind, text, category) else {
        let given = [("case", case.is_some()), ("kind", kind.is_some()), ("category", category.is_some())];
        let mut errors: Vec<FieldError> =
            given.iter().filter(|(_, given)| !given).map(|(field, _)| needed(field)).collect();
        if errors.is_empty() {
            errors.push(needed("text"));
        }
        return Err(Error::Invalid { errors });
    };
    let handling = handling.unwrap_or_else(Handling::careful);
    let checked = Vec::new();
    let new = WriteNote { kind, text, sources, opinion, category, about, handling, grade, summary, purpose, checked };
    Ok((Asked::New(case, Box::new(new)), shares))
}

/// Says what in a note is not wrong but may not be meant.
pub(super) fn doubts(new: &WriteNote, shares: &[ShareNote], now: crate::model::time::Moment) -> Vec<Warning> {
    let (handling, mut doubts) = (&new.handling, Vec::new());
    let mut doubt = |field: &str, say: &str| doubts.push(warning(FieldError::new(field, say), false));
    if handling.expires.is_some_and(|day| day.end() <= now) {
        doubt("handling.expires", "is past: nobody will be able to read the note. Give a day to come, or leave it out");
    }
    for (place, share) in shares.iter().enumerate() {
        if share.expires.zip(handling.expires).is_some_and(|(share, note)| share.end() > note.end()) {
            doubt(&format!("shares[{place}].expires"), "is after the note's own last day: it ends with the note");
        }
    }
    doubts
}

pub(super) fn warning(fault: FieldError, stops: bool) -> Warning {
    Warning { field: fault.field, say: fault.say, stops }
}

/// Puts a share's fault in its place among the shares.
pub(super) fn of_share(place: usize, fault: FieldError) -> Warning {
    let field =
        if fault.field.is_empty() { format!("shares[{place}]") } else { format!("shares[{place}].{}", fault.field) };
    Warning { field, say: fault.say, stops: true }
}

/// Says whether a share is for a seat.
pub(super) fn is_for(to: &Recipient, seat: &Seat) -> bool {
    match to {
        Recipient::Worker(worker) => *worker == seat.worker,
        Recipient::Role(role) => *role == seat.role,
        Recipient::Agency(agency) => *agency == seat.agency,
    }
}
