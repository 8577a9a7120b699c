//! The answer to *where does he stand*, as a page shows it.
//!
//! Promises: it shows what the interface shows, in the same words, and no more; nobody and somebody hidden are one page; what is
//! not recorded is called so, and is never shown as *none*.
//! Must never know: why nobody is shown.

use super::super::status::{NOBODY, SAFETY, SEVERAL, STALE, say_of};
use crate::desk::Desk;
use crate::desk::status_queries::{Found, One, StatusAnswer};
use crate::model::matching::Confidence;
use crate::model::status::{AtLarge, Phone};

/// What is shown of an answer.
#[derive(Debug)]
pub(super) enum Shown {
    /// Nobody, or nobody who may be shown.
    Nobody {
        /// What that means.
        say: &'static str,
        /// Whom to ring.
        ring: Vec<Ring>,
    },
    /// More than one.
    Several {
        /// What to do.
        say: &'static str,
        /// Whom to ring.
        ring: Vec<Ring>,
    },
    /// One man.
    One(Box<Card>),
}

/// An answer with what goes with it.
#[derive(Debug)]
pub(super) struct Answer {
    /// Who was found.
    pub(super) shown: Shown,
    /// The question's id and the day from which others look at it, if it came without a number.
    pub(super) follow_up: Option<(String, String)>,
    /// Where it stands in the log.
    pub(super) index: u64,
}

/// A number to ring.
#[derive(Debug)]
pub(super) struct Ring {
    /// As people write it.
    pub(super) number: String,
    /// As a telephone takes it.
    pub(super) tel: String,
    /// Whose.
    pub(super) whose: String,
}

/// A recall, or that he is at large.
#[derive(Debug)]
pub(super) struct Notice {
    /// The notice in two words.
    pub(super) title: &'static str,
    /// What to do.
    pub(super) say: String,
    /// Since when.
    pub(super) since: String,
    /// Who has it.
    pub(super) acknowledged: Option<String>,
}

/// The card.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) say: &'static str,
    pub(super) sure: &'static str,
    pub(super) fits: Vec<String>,
    pub(super) name: String,
    pub(super) born: String,
    pub(super) arrangement: String,
    pub(super) orders: Option<Vec<(String, Option<String>)>>,
    pub(super) conditions: Option<Vec<String>>,
    pub(super) curfew: Option<String>,
    pub(super) contact_level: Option<String>,
    pub(super) notices: Vec<Notice>,
    pub(super) safety: Option<(&'static str, Ring)>,
    pub(super) owner: String,
    pub(super) ring: Ring,
    pub(super) as_at: String,
    pub(super) stale: Option<&'static str>,
}

impl Answer {
    /// Takes what an officer is told.
    pub(super) fn of(desk: &Desk, told: &StatusAnswer) -> Self {
        let ring = || told.ring.iter().map(Ring::of).collect();
        let shown = match &told.found {
            Found::Nobody => Shown::Nobody { say: NOBODY, ring: ring() },
            Found::Several => Shown::Several { say: SEVERAL, ring: ring() },
            Found::One(one) => Shown::One(Box::new(Card::of(desk, one))),
        };
        let follow_up = told.follow_up.map(|from| (told.id.to_string(), desk.local_day(from).in_words()));
        Self { shown, follow_up, index: told.recorded.index }
    }

    /// Returns the page in a few words.
    pub(super) fn title(&self) -> &'static str {
        match &self.shown {
            Shown::Nobody { .. } => "Not known to this hub",
            Shown::Several { .. } => "More than one person fits",
            Shown::One(_) => "One person fits",
        }
    }
}

impl Ring {
    fn of(phone: &Phone) -> Self {
        let tel = phone.number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        Self { number: phone.number.clone(), tel, whose: phone.whose.clone() }
    }
}

impl Card {
    fn of(desk: &Desk, one: &One) -> Self {
        let (card, man) = (&one.card, one.man.value().0.first());
        let named = |man: &crate::model::people::PersonSummary| {
            format!("{} {}", man.given_names.reveal(), man.family_name.reveal())
        };
        let notice = |title: &'static str, notice: &AtLarge| Notice {
            title,
            say: notice.say.clone(),
            since: desk.in_words(notice.since),
            acknowledged: notice.acknowledged.as_ref().map(|by| format!("{}, {}", by.agency, desk.in_words(by.at))),
        };
        let recall = card.recall.as_ref().map(|one| notice("Recalled to prison", one));
        let at_large = card.at_large.as_ref().map(|one| notice("Unlawfully at large", one));
        Self {
            say: say_of(one.confidence, &one.fits),
            sure: sure(one.confidence),
            fits: one.fits.iter().map(ToString::to_string).collect(),
            name: man.map(named).unwrap_or_default(),
            born: man.map(|man| man.date_of_birth.in_words()).unwrap_or_default(),
            arrangement: card.arrangement.clone(),
            orders: card.orders.as_ref().map(|orders| {
                orders.iter().map(|(words, until)| (words.clone(), until.map(|day| day.in_words()))).collect()
            }),
            conditions: card.conditions.clone(),
            curfew: card.curfew.clone(),
            contact_level: card.contact_level.clone(),
            notices: recall.into_iter().chain(at_large).collect(),
            safety: card.safety_contact.as_ref().map(|phone| (SAFETY, Ring::of(phone))),
            owner: card.owner_name.clone(),
            ring: Ring::of(&card.owner_phone),
            as_at: desk.in_words(card.as_at),
            stale: card.is_stale.then_some(STALE),
        }
    }
}

/// Says how sure one can be that it is he.
const fn sure(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Exact => "Exact",
        Confidence::Strong => "Strong, not exact",
        Confidence::Possible => "Possible only",
    }
}
