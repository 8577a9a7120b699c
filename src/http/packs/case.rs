//! One case of a pack on paper: part by part, as it is gone through in a meeting.
//!
//! Promises: whom a condition names, and where, is not on paper; who wrote a note is there only for a reader who is told.
//! Must never know: HTML, PDF.

use super::paper::Names;
use super::{plan, record};
use crate::desk::assessments::OpenAssessment;
use crate::desk::cases::OpenPerson;
use crate::desk::chronology::Entry;
use crate::desk::events::Event;
use crate::desk::levels::Seen;
use crate::desk::orders::OpenOrder;
use crate::desk::packed::CasePack;
use crate::model::clocks::{Clock, State};
use crate::model::events::EventWords;
use crate::model::id::AgencyId;
use crate::model::orders::{Condition, OrderWords, Requirement};
use crate::model::people::{Alias, Identity};
use crate::model::text::{Line, Prose};
use crate::model::time::Day;
use crate::paper::{Block, Paper, Rank};

/// What stands under a heading where nothing is open to the reader, whether there is anything or not.
const NOTHING: &str = "Nothing here is open to you.";

/// Names and values.
pub(super) type Facts = Vec<(String, String)>;

/// Adds a case behind its heading.
pub(super) fn add(paper: &mut Paper, one: &CasePack, names: &Names<'_>) {
    part(paper, "Who he is", one.known.iter().map(|one| Block::Facts(person(&one.person))).collect());
    part(paper, "Referral", one.referral.iter().map(|one| Block::Facts(record::referral(one, names))).collect());
    part(paper, "Orders and licences", one.orders.iter().map(|one| Block::Facts(order(one, names))).collect());
    let assessed = one.assessments.iter().flat_map(|one| record::assessment(one, names));
    part(paper, "Risk assessments, as supplied", assessed.collect());
    part(paper, "Clocks", clocks(one, names));
    part(paper, "What happened, the last first", events(one, names));
    plan::add(paper, one.plan.as_ref(), names);
    let many = one.notes.len();
    let notes = (many > 0).then(|| Block::Words(format!("{many} that stand and are open to you.")));
    part(paper, "Notes, the newest first", notes.into_iter().collect());
    for open in &one.notes {
        record::note(paper, open, names);
    }
    if one.older_notes {
        paper.part(Rank::Third, "Older notes", vec![Block::Words("They are in the hub.".to_owned())]);
    }
    let decided = one.decisions.iter().map(|one| Block::Facts(record::decision(one, names)));
    part(paper, "Was disclosure considered?", decided.collect());
}

/// Adds a part, or says that nothing of it is open to the reader.
pub(super) fn part(paper: &mut Paper, heading: &str, mut blocks: Vec<Block>) {
    if blocks.is_empty() {
        blocks.push(Block::Words(NOTHING.to_owned()));
    }
    paper.part(Rank::Second, heading, blocks);
}

/// Returns the agencies that are named in a case.
pub(super) fn agencies(one: &CasePack) -> impl Iterator<Item = &AgencyId> {
    let events = one.events.iter().map(|entry| &event(entry).agency);
    let notes = one.notes.iter().map(|one| &one.note.agency);
    let assessed = one.assessments.iter().map(|one: &OpenAssessment| &one.kept.assessment.agency);
    let orders = one.orders.iter().map(|one| &one.order.agency);
    let decided = one.decisions.iter().map(|one| &one.decision.agency);
    let referred = one.referral.iter().map(|one| &one.kept.referral.agency);
    let planned = one.plan.iter().map(|one| &one.kept.plan.agency);
    events.chain(notes).chain(assessed).chain(orders).chain(decided).chain(referred).chain(planned)
}

const fn event(entry: &Entry) -> &Event {
    match entry {
        Entry::Open(open) => &open.event,
        Entry::Known(line) => &line.event,
    }
}

fn person(open: &OpenPerson) -> Facts {
    let three = |family: &Line<80>, given: &Line<120>, born: Day| {
        [
            ("Family name", family.reveal().to_owned()),
            ("Given names", given.reveal().to_owned()),
            ("Born", born.in_words()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
    };
    match open {
        OpenPerson::Summary(found) => {
            let one = found.value().first();
            one.iter().flat_map(|one| three(&one.family_name, &one.given_names, one.date_of_birth)).collect()
        }
        OpenPerson::Full(found) => found
            .value()
            .first()
            .into_iter()
            .flat_map(|one: &Identity| {
                let alias = |one: &Alias| format!("{}, {}", one.family_name.reveal(), one.given_names.reveal());
                let mut facts: Facts = three(&one.family_name, &one.given_names, one.date_of_birth).into();
                facts.extend(said("References", one.references.iter().map(Line::reveal)));
                facts.extend(said("Address", one.address.iter().map(Line::reveal)));
                facts.extend(said("Telephone", one.phone.iter().map(Line::reveal)));
                facts.extend(said("Other names", one.aliases.iter().map(alias)));
                facts
            })
            .collect(),
    }
}

/// Returns one fact of several values, each on a line; none, if there is none.
pub(super) fn said<T: AsRef<str>>(name: &str, values: impl Iterator<Item = T>) -> Option<(String, String)> {
    let lines: Vec<String> = values.map(|value| value.as_ref().to_owned()).collect();
    (!lines.is_empty()).then(|| (name.to_owned(), lines.join("\n")))
}

fn order(open: &OpenOrder, names: &Names<'_>) -> Facts {
    let order = &open.order;
    let mut facts = vec![("Kind".to_owned(), order.kind.to_string())];
    facts.push(("Made".to_owned(), order.made.in_words()));
    facts.push(("Starts".to_owned(), order.starts.in_words()));
    facts.extend(said("Ends", order.ends.iter().map(|day| day.in_words())));
    facts.push(("Supplied by".to_owned(), names.agency(Some(&order.agency))));
    match &open.seen {
        Seen::Full(words) => facts.extend(terms(words.value())),
        Seen::Summary(summary) => facts.extend(record::summary(summary.value())),
    }
    facts
}

fn terms(words: &OrderWords) -> Facts {
    let requirement = |one: &Requirement| {
        let hours = one.hours.map(|hours| format!(", {hours} hours")).unwrap_or_default();
        let months = one.months.map(|months| format!(", {months} months")).unwrap_or_default();
        let programme = one.programme.as_ref().map(|name| format!(", {}", name.reveal())).unwrap_or_default();
        format!("{}{hours}{months}{programme}", one.kind)
    };
    let condition = |one: &Condition| match (one.from, one.to) {
        (Some(from), Some(to)) => format!("{}, {from} to {to}", one.kind),
        _ => one.kind.to_string(),
    };
    let lines = [
        said("Court", words.court.iter().map(Line::reveal)),
        said("Reference", words.reference.iter().map(Line::reveal)),
        said("Requirements", words.requirements.iter().map(requirement)),
        said("Conditions", words.conditions.iter().map(condition)),
    ];
    lines.into_iter().flatten().collect()
}

fn clocks(one: &CasePack, names: &Names<'_>) -> Vec<Block> {
    let row = |clock: &Clock| {
        let state = match &clock.state {
            State::Stopped { at, late: true, .. } => format!("done late, {}", names.at(*at)),
            State::Stopped { at, .. } => format!("done, {}", names.at(*at)),
            State::Waived { at, .. } => format!("waived, {}", names.at(*at)),
            other => other.word().to_owned(),
        };
        let due = clock.due.map_or_else(|| "not set".to_owned(), |due| names.at(due));
        vec![clock.rule.name.clone(), due, state, clock.rule.source.clone()]
    };
    let rows: Vec<Vec<String>> = one.clocks.iter().flat_map(|of| &of.clocks).map(row).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    vec![Block::Table { heads: vec!["Clock", "Due", "How it stands", "Source"], rows }]
}

fn events(one: &CasePack, names: &Names<'_>) -> Vec<Block> {
    let row = |entry: &Entry| {
        let event = event(entry);
        let mut what = names.desk.happening(event.word.as_str()).to_owned();
        if event.corrects.is_some() {
            what += " (a correction)";
        }
        let words = match entry {
            Entry::Open(open) => match &open.seen {
                Seen::Full(words) => in_words(words.value()),
                Seen::Summary(summary) => lines(record::summary(summary.value())),
            },
            Entry::Known(_) => String::new(),
        };
        vec![names.at(event.happened), what, names.agency(Some(&event.agency)), words]
    };
    let rows: Vec<Vec<String>> = one.events.iter().map(row).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Table { heads: vec!["When", "What", "Supplied by", "In words"], rows }];
    if one.older_events {
        blocks.push(Block::Words("What happened before that is in the hub.".to_owned()));
    }
    blocks
}

fn in_words(words: &EventWords) -> String {
    let parts = [
        said("", words.text.iter().map(Prose::reveal)).map(|(_, text)| text),
        words.contact.map(|kind| format!("How: {kind}")),
        words.unannounced.then(|| "Unannounced".to_owned()),
        words.outcome.map(|outcome| format!("Outcome: {outcome}")),
        words.cause.map(|cause| format!("Cause: {cause}")),
        words.level.map(|level| format!("Contact level: {level}")),
        words.session.map(|session| format!("Session {session}")),
        said("Evidence", words.evidence.iter().map(Line::reveal)).map(|(name, text)| format!("{name}: {text}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(". ")
}

fn lines(facts: Facts) -> String {
    facts.into_iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(". ")
}
