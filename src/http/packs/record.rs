//! Single records of a pack on paper: a referral, an assessment, a note, a decision.
//!
//! Promises: a score and a level are shown as the source states them, with tool, version and date, and nothing is made of them.
//! Must never know: HTML, PDF.

use super::case::{Facts, said};
use super::paper::Names;
use crate::desk::assessments::OpenAssessment;
use crate::desk::decisions::OpenDecision;
use crate::desk::levels::Seen;
use crate::desk::notes::{OpenNote, Opened};
use crate::desk::referrals_shown::OpenReferral;
use crate::http::assessments::warnings;
use crate::model::summary::{Shown, Summary};
use crate::model::text::{Line, Prose};
use crate::paper::{Block, Paper, Rank};

/// Returns one fact.
pub(super) fn fact(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

/// Returns the fields of a summary that have a value.
pub(super) fn summary(summary: &Summary) -> Facts {
    let field = |(name, value): (&'static str, Shown)| {
        let value = match value {
            Shown::Nothing => return None,
            Shown::Flag(flag) => if flag { "yes" } else { "no" }.to_owned(),
            Shown::Number(number) => number.to_string(),
            Shown::Text(text) => text,
            Shown::List(lines) => lines.join("\n"),
        };
        let name = name.replace('_', " ");
        let mut letters = name.chars();
        let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
        Some((format!("{first}{}", letters.as_str()), value))
    };
    summary.shown().into_iter().filter_map(field).collect()
}

pub(super) fn referral(open: &OpenReferral, names: &Names<'_>) -> Facts {
    let (referral, words) = (&open.kept.referral, open.words.value());
    let mut facts = vec![
        fact("Filed", names.at(referral.created)),
        fact("By", names.agency(Some(&referral.agency))),
        fact("Category", referral.category.to_string()),
        fact("Level asked for", referral.level.to_string()),
        fact("Risk of serious harm, as the referring agency classes it", referral.harm.to_string()),
        fact("Offence and history", words.offence.reveal()),
        fact("What is feared", words.risk.reveal()),
        fact("What is done now", words.managed_now.reveal()),
        fact("Why together", words.why_together.reveal()),
    ];
    facts.extend(said("Why not level 2", words.why_not_level_2.iter().map(Prose::reveal)));
    facts
}

pub(super) fn assessment(open: &OpenAssessment, names: &Names<'_>) -> Vec<Block> {
    let one = &open.kept.assessment;
    let mut facts = vec![
        fact("Tool", format!("{} {}", one.tool, one.version)),
        fact("Assessed", one.on.in_words()),
        fact("Supplied by", names.agency(Some(&one.agency))),
        fact("Taken from", one.source.to_string()),
    ];
    facts.extend(said("To be relied on until", one.valid_until.iter().map(|day| day.in_words())));
    let (score, level, other) = match &open.seen {
        Seen::Full(words) => {
            let words = words.value();
            let other = words.overridden.as_ref();
            let other = other.map(|one| format!("{}\n{}", one.level.reveal(), Prose::reveal(&one.reason)));
            (&words.score, &words.level, other)
        }
        Seen::Summary(words) => {
            let words = words.value();
            (&words.score, &words.level, words.overridden.as_ref().map(|one| one.reveal().to_owned()))
        }
    };
    facts.extend(said("Score", score.iter().map(Line::reveal)));
    facts.extend(said("Level", level.iter().map(Line::reveal)));
    facts.extend(other.map(|other| fact("Level that the assessor gave instead", other)));
    let mut blocks = vec![Block::Facts(facts)];
    blocks.extend(warnings(open).into_iter().map(|say| Block::Warning(say.to_owned())));
    blocks
}

pub(super) fn note(paper: &mut Paper, open: &OpenNote, names: &Names<'_>) {
    let (note, head) = (&open.note, &open.note.head);
    let at = open.told(note.created);
    let when = if open.named { names.at(at) } else { names.day(at) };
    let mut facts = vec![
        fact("Written", when),
        fact("Supplied by", names.agency(open.named.then_some(&note.agency))),
        fact("Kind", head.kind.to_string()),
        fact("About", head.category.to_string()),
        fact("Handling", format!("{}; passing on: {}", head.share, head.onward)),
        fact("Use with the man", head.use_with_man.to_string()),
        fact("Acting on it", head.action_on.to_string()),
    ];
    let mut blocks = Vec::new();
    match &open.words {
        Opened::Full(words) => {
            let words = words.value();
            facts.extend(said("Conditions", words.conditions.iter().map(Line::reveal)));
            facts.extend(said("Sources", words.sources.iter().map(Line::reveal)));
            blocks.push(Block::Words(words.text.reveal().to_owned()));
            let opinion = words.opinion.as_ref().map(|words| format!("Professional opinion: {}", words.reveal()));
            blocks.extend(opinion.map(Block::Words));
        }
        Opened::Summary(words) => facts.extend(summary(words.value())),
    }
    blocks.push(Block::Facts(facts));
    if let Some(mark) = &open.watermark {
        blocks.insert(0, Block::Warning(mark.clone()));
    }
    let heading = format!("{}, {}", head.category, names.day(at));
    paper.part(Rank::Third, heading, blocks);
}

pub(super) fn decision(open: &OpenDecision, names: &Names<'_>) -> Facts {
    let (decision, words) = (&open.decision, open.words.value());
    let mut facts = vec![
        fact("Decided", decision.verdict.to_string()),
        fact("When", names.at(decision.created)),
        fact("By", format!("{}, {}", words.decided_by.reveal(), names.agency(Some(&decision.agency)))),
        fact("Who is told, or is not", words.to.reveal()),
        fact("Why", words.reason.reveal()),
    ];
    facts.extend(said("What else was considered", words.alternatives.iter().map(Line::reveal)));
    facts.extend(said("Why he was not told", words.why_not_told.iter().map(Prose::reveal)));
    facts.extend(said("Looked at again by", decision.review.iter().map(|day| day.in_words())));
    facts
}
