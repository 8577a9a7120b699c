//! How a rule says what starts and what stops a clock: small expressions over the words of events.
//!
//! Starts: `a|b` (each of them starts one), `a & b` (both, and the later starts it).
//! Stops: `a|b` (either), `a & b` (both, in any order), `a > b` (first the one, then the other). `&` binds before `>`, and `>`
//! before `|`. `a+b` is either of two words that mean the same to the rule; `a*3` three times; `a/week*4` once in each of four
//! weeks; `a@trigger` only one that names the trigger; `a@after` only one after the trigger, and not at the same instant; `a@ever`
//! also one that happened before the first trigger.
//! Promises: an expression that nothing could ever meet is refused.
//! Must never know: which words there are.

use super::happening::EventWord;
use std::str::FromStr;

/// The most times that a stop can ask for something.
const TIMES_MAX: u32 = 60;

/// What is wrong with an expression.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("{0}")]
pub struct BadExpression(pub &'static str);

/// What starts a clock: any of these, each of which needs all its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starts(pub(super) Vec<Vec<EventWord>>);

/// What stops a clock: any of these ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stops(pub(super) Vec<Way>);

/// One way to stop a clock: steps that come one after the other, each of which needs all its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way(pub(super) Vec<Vec<Part>>);

/// A part of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Any of these words.
    pub(super) words: Vec<EventWord>,
    /// How often.
    pub(super) times: u32,
    /// Which of them count.
    pub(super) counts: Counts,
}

/// Which events count for a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    /// What happened from the trigger, or from the step before, on.
    Since,
    /// The same, once in each week.
    EachWeek,
    /// The same, if it names the trigger.
    Answering,
    /// The same, but not at the very moment of the trigger.
    After,
    /// For the first trigger of its order also what happened before it.
    Ever,
}

impl Starts {
    /// Returns its words.
    pub fn words(&self) -> impl Iterator<Item = &EventWord> {
        self.0.iter().flatten()
    }
}

impl Stops {
    /// Returns its words.
    pub fn words(&self) -> impl Iterator<Item = &EventWord> {
        self.parts().flat_map(|part| &part.words)
    }

    /// Returns in how many weeks something must happen, if it is counted by week.
    #[must_use]
    pub fn weeks(&self) -> Option<u32> {
        self.parts().filter(|part| part.counts == Counts::EachWeek).map(|part| part.times).max()
    }

    /// Returns how often something must happen, if it is counted.
    #[must_use]
    pub fn times(&self) -> Option<u32> {
        let counted = self.parts().filter(|part| part.counts != Counts::EachWeek && part.times > 1);
        counted.map(|part| part.times).max()
    }

    /// Says whether a clock that one of these words starts could be stopped by nothing but that word.
    #[must_use]
    pub fn is_only(&self, starts: &Starts) -> bool {
        let mut words = self.words();
        let only = words.next();
        words.next().is_none() && starts.words().all(|word| Some(word) == only)
    }

    /// Says whether what starts a clock could stop, in the same instant, one that something else started.
    #[must_use]
    pub fn is_hasty(&self, starts: &Starts) -> bool {
        let starts: Vec<&EventWord> = starts.words().collect();
        let hasty = |part: &Part| matches!(part.counts, Counts::Since | Counts::Ever | Counts::EachWeek);
        self.parts().filter(|part| hasty(part)).flat_map(|part| &part.words).any(|word| starts.contains(&word))
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.0.iter().flat_map(|way| way.0.iter().flatten())
    }
}

impl FromStr for Starts {
    type Err = BadExpression;
    fn from_str(text: &str) -> Result<Self, BadExpression> {
        let mut seen = Vec::new();
        let all = |group: &str| group.split('&').map(|one| once(word(one)?, &mut seen)).collect();
        Ok(Self(text.split('|').map(all).collect::<Result<_, _>>()?))
    }
}

impl FromStr for Stops {
    type Err = BadExpression;
    fn from_str(text: &str) -> Result<Self, BadExpression> {
        Ok(Self(text.split('|').map(way).collect::<Result<_, _>>()?))
    }
}

fn way(text: &str) -> Result<Way, BadExpression> {
    let step = |step: &str| {
        let mut seen = Vec::new();
        let parts = step.split('&').map(part).collect::<Result<Vec<_>, _>>()?;
        for found in parts.iter().flat_map(|part| &part.words) {
            once(found.clone(), &mut seen)?;
        }
        Ok(parts)
    };
    Ok(Way(text.split('>').map(step).collect::<Result<_, BadExpression>>()?))
}

fn part(text: &str) -> Result<Part, BadExpression> {
    let (rest, times) = match text.split_once('*') {
        Some((rest, times)) => (rest, times.trim().parse().map_err(|_| BadExpression("counts by what is no number"))?),
        None => (text, 1),
    };
    if !(1..=TIMES_MAX).contains(&times) {
        return Err(BadExpression("counts what can never be counted: write 1 to 60"));
    }
    let (words, counts) = match rest.trim().split_once(['/', '@']) {
        None => (rest, Counts::Since),
        Some((words, "week")) if rest.contains('/') => (words, Counts::EachWeek),
        Some((words, "trigger")) if rest.contains('@') => (words, Counts::Answering),
        Some((words, "after")) if rest.contains('@') => (words, Counts::After),
        Some((words, "ever")) if rest.contains('@') => (words, Counts::Ever),
        Some(_) => return Err(BadExpression("has a mark that is none of /week, @trigger, @after and @ever")),
    };
    Ok(Part { words: words.split('+').map(word).collect::<Result<_, _>>()?, times, counts })
}

fn word(text: &str) -> Result<EventWord, BadExpression> {
    let word: EventWord = text.trim().parse().map_err(|_| BadExpression("has a part that is no word"))?;
    if word.is_about_clocks() {
        return Err(BadExpression("can never be met: a waiver, an extension or a correction starts and stops nothing"));
    }
    Ok(word)
}

fn once(word: EventWord, seen: &mut Vec<EventWord>) -> Result<EventWord, BadExpression> {
    if seen.contains(&word) {
        return Err(BadExpression("names a word twice where it can count only once"));
    }
    seen.push(word.clone());
    Ok(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> &'static str {
        text.parse::<Stops>().unwrap_err().0
    }

    #[test]
    fn an_expression_binds_as_it_says() {
        let stops: Stops = "met-him | no-reason & rang-him*2 > wrote+mailed@trigger".parse().unwrap();
        let shape: Vec<Vec<usize>> = stops.0.iter().map(|way| way.0.iter().map(Vec::len).collect()).collect();
        assert_eq!(shape, [vec![1], vec![2, 1]]);
        assert_eq!((stops.times(), stops.weeks()), (Some(2), None));
        assert_eq!(
            stops.words().map(EventWord::as_str).collect::<Vec<_>>().join(" "),
            "met-him no-reason rang-him wrote mailed"
        );
        assert_eq!("seen/week*4 & planned".parse::<Stops>().unwrap().weeks(), Some(4));
        let starts: Starts = "referred & accepted|set-up".parse().unwrap();
        assert_eq!(starts.0.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn what_could_never_be_met_or_read_is_refused() {
        for (text, why) in [
            ("", "no word"),
            ("a-b|", "no word"),
            ("a-b > ", "no word"),
            ("Contact", "no word"),
            ("a-b*0", "never be counted"),
            ("a-b*61", "never be counted"),
            ("a-b*many", "no number"),
            ("a-b/month*2", "mark"),
            ("a-b@week", "mark"),
            ("a-b & a-b", "twice"),
            ("a-b+a-b", "twice"),
            ("clock-waived", "never be met"),
            ("a-b > correction", "never be met"),
        ] {
            assert!(refused(text).contains(why), "{text}: {}", refused(text));
        }
        for text in ["", "a-b|a-b", "a-b & a-b", "a-b > c-d", "a-b*2", "clock-extended"] {
            assert!(text.parse::<Starts>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_trigger_that_is_its_only_stop_is_seen() {
        let only = |stops: &str, starts: &str| stops.parse::<Stops>().unwrap().is_only(&starts.parse().unwrap());
        assert!(only("a-b", "a-b") && only("a-b*3", "a-b"));
        let hasty = |stops: &str| stops.parse::<Stops>().unwrap().is_hasty(&"a-b|c-d".parse().unwrap());
        assert!(hasty("c-d") && hasty("e-f|a-b@ever") && !hasty("c-d@after|a-b@trigger") && !hasty("e-f"));
        assert!(!only("a-b|c-d", "a-b") && !only("a-b", "c-d") && !only("a-b", "a-b|c-d"));
    }
}
