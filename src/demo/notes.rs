//! Notes that were written before the demonstration began: about 120, in a seventh of the cases.
//!
//! Promises: each is by a worker who is involved in the case and, where it is about a
//! protected person, works with that person. The show case has one, so that a visitor's own stands out.

use super::case::{DemoCase, DemoInvolvement};
use super::cast::DemoWorker;
use super::seed::Draw;
use super::show;
use super::templates::{TEMPLATES, Template, filled};
use crate::model::agencies::Role;
use crate::model::id::{CaseId, NoteId, ProtectedId, WorkerId};
use crate::model::notes::{
    ActionOn, Category, Grade, Handling, InformationGrade, NoteKind, Onward, ShareCode, SourceGrade, UseWithMan,
};
use crate::model::summary::Attended;
use crate::model::text::Line;
use std::collections::BTreeMap;
use std::fmt;

/// A note that was written before the demonstration began.
pub struct DemoNote {
    /// The note.
    pub id: NoteId,
    /// The case that it belongs to.
    pub case: CaseId,
    /// Fact, allegation, assessment or intelligence.
    pub kind: NoteKind,
    /// Which row of the disclosure matrix.
    pub category: Category,
    /// Who wrote it.
    pub author: WorkerId,
    /// The protected person that it is about.
    pub about: Option<ProtectedId>,
    /// The note.
    pub text: String,
    /// Where it comes from.
    pub sources: Vec<String>,
    /// Professional opinion, apart from the facts.
    pub opinion: Option<String>,
    /// Whether he came, and to which session: what those see who may see a summary.
    pub attended: Option<(Attended, u8)>,
    /// How many days before the start of the demonstration it was written.
    pub days_ago: u16,
}

impl DemoNote {
    /// Returns how it may be handled: never to the man if it is from or about a protected person, or intelligence.
    #[must_use]
    pub fn handling(&self) -> Handling {
        let intelligence = self.kind == NoteKind::Intelligence;
        let never = intelligence || self.about.is_some() || self.category.is_protected();
        let conditions = || Line::new("ask the originator before you act on it or pass it on").ok();
        Handling {
            share: if intelligence { ShareCode::Conditions } else { ShareCode::Permitted },
            conditions: intelligence.then(conditions).flatten(),
            onward: Onward::AskOriginator,
            onward_roles: Vec::new(),
            use_with_man: if never { UseWithMan::Never } else { UseWithMan::AskFirst },
            action_on: if intelligence { ActionOn::AskFirst } else { ActionOn::Free },
            attributable: !never,
            expires: None,
        }
    }

    /// Returns the grade, which intelligence alone carries.
    #[must_use]
    pub fn grade(&self) -> Option<Grade> {
        let source = SourceGrade::try_from(2).ok().filter(|_| self.kind == NoteKind::Intelligence)?;
        Some(Grade { source, information: InformationGrade::C })
    }
}

impl fmt::Debug for DemoNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DemoNote({})", self.id)
    }
}

/// Every eighth case has notes: a case file that is read, not one that fills a disk.
const CASES_PER_FILE: usize = 8;
/// How many notes one case after the other has.
const NOTES: [usize; 5] = [3, 2, 4, 2, 3];

/// Returns every note of `seed`.
pub(super) fn all(seed: u64, cast: &[DemoWorker], cases: &[DemoCase]) -> Vec<DemoNote> {
    let roles: BTreeMap<_, _> = cast.iter().map(|worker| (worker.id, worker.role)).collect();
    let mut notes: Vec<_> = earlier(seed, cases, &roles).into_iter().collect();
    let filed = cases.iter().skip(show::ONE_SERVICE).step_by(CASES_PER_FILE);
    for (case, many) in filed.zip(NOTES.into_iter().cycle()) {
        let mut fitting = fitting(case, &roles);
        let mut draw = Draw::stream(seed, "file", notes.len());
        for _ in 0..many.min(fitting.len()) {
            let (template, part) = fitting.swap_remove(draw.below(fitting.len()));
            notes.push(written(seed, notes.len(), case, template, part));
        }
    }
    for (note, detail) in notes.iter_mut().skip(1).zip(show::DETAILS) {
        note.text = format!("{} {detail}", note.text);
    }
    notes
}

/// Returns every template that some worker of the case could have written, with that worker's part.
fn fitting<'a>(case: &'a DemoCase, roles: &BTreeMap<WorkerId, Role>) -> Vec<(&'static Template, &'a DemoInvolvement)> {
    let by = |part: &'a DemoInvolvement| {
        TEMPLATES.iter().filter(move |template| roles.get(&part.worker) == Some(&template.by)).map(move |t| (t, part))
    };
    case.involvements.iter().flat_map(by).collect()
}

fn written(seed: u64, number: usize, case: &DemoCase, template: &Template, part: &DemoInvolvement) -> DemoNote {
    let draw = &mut Draw::stream(seed, "note", number);
    let id = NoteId::from_bits(draw.bits());
    let words = filled(template, draw);
    DemoNote {
        id,
        case: case.id,
        kind: template.kind,
        category: template.category,
        author: part.worker,
        about: part.about,
        text: words.text,
        sources: vec![words.source],
        opinion: template.opinion.map(str::to_owned),
        attended: None,
        // At most 180 by the range, so it fits.
        days_ago: draw.between(1, 180) as u16,
    }
}

/// Returns the one note of the show case, by its group worker.
fn earlier(seed: u64, cases: &[DemoCase], roles: &BTreeMap<WorkerId, Role>) -> Option<DemoNote> {
    let case = cases.get(show::SHOW)?;
    let author = case.involvements.iter().find(|part| roles.get(&part.worker) == Some(&Role::GroupWorker))?.worker;
    Some(DemoNote {
        id: NoteId::from_bits(Draw::stream(seed, "note", 0).bits()),
        case: case.id,
        kind: NoteKind::Fact,
        category: Category::Attendance,
        author,
        about: None,
        text: show::EARLIER_NOTE.to_owned(),
        sources: vec!["preparation sessions 1 to 3".to_owned()],
        opinion: None,
        attended: Some((Attended::Present, 3)),
        days_ago: 21,
    })
}
