//! What notes say: plain sentences of the sort that workers write, with facts that vary.
//!
//! They are about turning up, moving house, a worry spoken aloud. None tells of violence in
//! detail: a demonstration does not need it, and a visitor may have lived it.

use super::seed::Draw;
use super::whereabouts;
use crate::model::agencies::Role;
use crate::model::notes::{Category, NoteKind};

/// A note with gaps: `{day}`, `{time}`, `{n}` (2 to 24) and `{town}`.
pub(super) struct Template {
    /// Who writes such a note.
    pub(super) by: Role,
    pub(super) kind: NoteKind,
    pub(super) category: Category,
    text: &'static str,
    source: &'static str,
    pub(super) opinion: Option<&'static str>,
}

/// A note without gaps.
pub(super) struct Filled {
    pub(super) text: String,
    pub(super) source: String,
}

/// Returns the words of `template` with the gaps filled; a gap says the same in text and source.
pub(super) fn filled(template: &Template, draw: &mut Draw) -> Filled {
    let day = draw.pick(&["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]);
    let time = format!("{}:{}", draw.between(9, 19), draw.pick(&["00", "10", "15", "30", "45"]));
    let (number, town) = (draw.between(2, 24).to_string(), whereabouts::town(draw));
    let fill = |text: &str| {
        text.replace("{day}", day).replace("{time}", &time).replace("{n}", &number).replace("{town}", town)
    };
    Filled { text: fill(template.text), source: fill(template.source) }
}

const fn note(
    by: Role,
    (kind, category): (NoteKind, Category),
    (text, source): (&'static str, &'static str),
    opinion: Option<&'static str>,
) -> Template {
    Template { by, kind, category, text, source, opinion }
}

const FACT: NoteKind = NoteKind::Fact;
const SAID: NoteKind = NoteKind::Allegation;
const JUDGED: NoteKind = NoteKind::Assessment;

/// Every template. Each role writes only in categories that it sees in full or as its own.
///
/// Source: docs/data/disclosure-matrix.csv.
pub(super) const TEMPLATES: &[Template] = &[
    note(
        Role::CaseManager,
        (FACT, Category::Attendance),
        (
            "He did not come to his appointment on {day} at {time}. He rang the next morning and said that the \
             bus had not come.",
            "supervision appointment, {day} {time}",
        ),
        None,
    ),
    note(
        Role::CaseManager,
        (JUDGED, Category::RiskAssessment),
        (
            "The yearly assessment was reviewed. The level stays as it was; the score for leisure and companions \
             went down.",
            "LS/CMI review, {day}",
        ),
        Some(
            "He does better when his week is full. The next two months are \
              quieter, so contact stays fortnightly.",
        ),
    ),
    note(
        Role::CaseManager,
        (FACT, Category::RiskPlan),
        (
            "He is moving to a flat in {town} at the end of the month. The plan was changed: first visit within \
             two working days of the move.",
            "home visit, {day}",
        ),
        None,
    ),
    note(
        Role::CaseManager,
        (FACT, Category::OrderConditions),
        (
            "The court varied the order on {day}: he must now tell us of a change of address before he moves.",
            "court minute, {day}",
        ),
        None,
    ),
    note(
        Role::TeamManager,
        (JUDGED, Category::RiskPlan),
        (
            "I went through the plan with the case manager. Actions {n} days old were closed or given a new date.",
            "case supervision, {day}",
        ),
        Some(
            "The contingency lines are good. They need a telephone number for \
              evenings.",
        ),
    ),
    note(
        Role::GroupWorker,
        (FACT, Category::Attendance),
        (
            "He was at session {n} from {time} and stayed to the end. He had done the task from the week before.",
            "register of session {n}",
        ),
        None,
    ),
    note(
        Role::GroupWorker,
        (FACT, Category::Attendance),
        ("He was not at session {n} and nobody had heard from him by {time}.", "register of session {n}"),
        None,
    ),
    note(
        Role::GroupWorker,
        (FACT, Category::ProgrammeContent),
        (
            "In session {n} he spoke about a quarrel over money and named, without being asked, what he could \
             have done instead.",
            "session {n}, {day}",
        ),
        Some("He is quicker to see his own part than he was in the first weeks."),
    ),
    note(
        Role::GroupWorker,
        (SAID, Category::ProgrammeContent),
        (
            "In the break of session {n} he said that he had seen a car he knew in {town} and had thought about \
             following it.",
            "break of session {n}, {day}",
        ),
        Some(
            "He told it as a thing he had decided against. The case manager \
              should know before the weekend.",
        ),
    ),
    note(
        Role::WomensWorker,
        (FACT, Category::ServiceEngagement),
        (
            "She came to the office in {town} on {day} and would like to go on meeting every two weeks.",
            "meeting, {day} {time}",
        ),
        None,
    ),
    note(
        Role::WomensWorker,
        (FACT, Category::SafeContact),
        (
            "She can be rung on {day} between {time} and half an hour later, while he is at group. No messages, no texts.",
            "telephone call, {day}",
        ),
        None,
    ),
    note(
        Role::WomensWorker,
        (SAID, Category::ProtectedAccount),
        (
            "She said that he had come to the school gate in {town} on {day} and had stayed until she drove away.",
            "her own account, {day}",
        ),
        Some(
            "She was calm and exact about times. She does not want him to learn \
              that she spoke of it.",
        ),
    ),
    note(
        Role::WomensWorker,
        (SAID, Category::ProtectedAccount),
        (
            "She has had {n} messages since {day}, most of them polite. She finds the number of them hard.",
            "her own account, {day}",
        ),
        None,
    ),
    note(
        Role::WomensWorker,
        (FACT, Category::ProtectedAddress),
        (
            "She is staying with a friend in {town} until the locks are changed, which is booked for {day}.",
            "telephone call, {day} {time}",
        ),
        None,
    ),
    note(
        Role::WomensWorker,
        (JUDGED, Category::SafeContact),
        (
            "The safety plan was gone through again. She has a bag with a neighbour and a word agreed with her sister.",
            "meeting, {day}",
        ),
        Some(
            "The plan is good for weekdays. Weekends with the handover of the children \
              need more thought.",
        ),
    ),
    note(
        Role::ChildrensWorker,
        (FACT, Category::Child),
        (
            "We met at school on {day}. We drew a map of people who help; {n} minutes were enough for a first meeting.",
            "meeting at school, {day}",
        ),
        None,
    ),
    note(
        Role::ChildrensWorker,
        (JUDGED, Category::Child),
        (
            "Sleep is better since the change of room. The teacher in {town} says that mornings are calmer.",
            "teacher, {day}",
        ),
        Some("Handovers are the hard part of the week."),
    ),
    note(
        Role::PoliceOffenderManagement,
        (NoteKind::Intelligence, Category::PoliceIntelligence),
        ("He is said to have asked a neighbour in {town} for the use of a van on {day}.", "log {n} of the week"),
        None,
    ),
    note(
        Role::PoliceOffenderManagement,
        (FACT, Category::Identity),
        (
            "An unannounced visit was made on {day} at {time}. He was in; the address and the telephone are \
             those he gave.",
            "visit, {day} {time}",
        ),
        None,
    ),
    note(
        Role::PoliceOffenderManagement,
        (JUDGED, Category::RiskPlan),
        (
            "The visit plan was reviewed with the case manager: one visit in {n} days, never at the same hour.",
            "joint review, {day}",
        ),
        None,
    ),
    note(
        Role::SupportWorker,
        (FACT, Category::Attendance),
        (
            "He did {n} hours on the path-clearing squad near {town} and got on well with the others.",
            "squad sheet, {day}",
        ),
        None,
    ),
    note(
        Role::SupportWorker,
        (FACT, Category::Attendance),
        ("He came {n} minutes late on {day} and rang beforehand to say so.", "telephone call, {day} {time}"),
        None,
    ),
    note(
        Role::SupportWorker,
        (FACT, Category::OrderConditions),
        (
            "I went through the conditions with him on {day}. He repeated them in his own words.",
            "meeting, {day} {time}",
        ),
        None,
    ),
    note(
        Role::PrisonLiaison,
        (FACT, Category::OrderConditions),
        (
            "The case conference was held on {day}. Licence conditions were read to him and he signed for them.",
            "case conference, {day}",
        ),
        None,
    ),
    note(
        Role::HousingLiaison,
        (FACT, Category::Housing),
        (
            "The tenancy in {town} was checked: {n} flats on the stair, no play area in sight of the windows.",
            "environmental check, {day}",
        ),
        None,
    ),
    note(
        Role::HealthLiaison,
        (FACT, Category::Health),
        ("He keeps his appointments at the clinic. The next review is in {n} weeks.", "clinic letter, {day}"),
        None,
    ),
    note(
        Role::MappaCoordinator,
        (FACT, Category::MappaRecord),
        (
            "The next meeting is on {day} at {time}. {n} actions are open; two are late and their owners were asked.",
            "action tracker",
        ),
        None,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_gap_stays_open() {
        for (number, template) in TEMPLATES.iter().enumerate() {
            let words = filled(template, &mut Draw::stream(3, "template", number));
            for text in [words.text.as_str(), &words.source] {
                assert!(!text.is_empty() && !text.contains(['{', '}']), "{text}");
            }
        }
    }
}
