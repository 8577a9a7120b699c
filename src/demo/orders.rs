//! What the men of the demonstration are under, and how many are under what.
//!
//! The numbers for the two programmes are those published for Ayrshire at June 2024
//! (docs/data/caseload.csv); the smaller ones are plausible beside them.

use crate::model::words::vocabulary;

vocabulary! {
    /// What a man is under.
    OrderKind {
        /// Community payback order with the Caledonian programme.
        Caledonian = "caledonian",
        /// Order with the Moving Forward Making Changes programme.
        MovingForward = "moving-forward-making-changes",
        /// Bail supervision: no conviction.
        BailSupervision = "bail-supervision",
        /// Structured deferred sentence.
        DeferredSentence = "structured-deferred-sentence",
        /// Unpaid work.
        UnpaidWork = "unpaid-work",
        /// Diversion from prosecution: no conviction.
        Diversion = "diversion",
        /// Release on licence, or a hospital order with restrictions.
        Licence = "licence",
    }
}

impl OrderKind {
    /// Returns its name for a label.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Caledonian => "Caledonian order",
            Self::MovingForward => "Moving Forward Making Changes",
            Self::BailSupervision => "Bail supervision",
            Self::DeferredSentence => "Structured deferred sentence",
            Self::UnpaidWork => "Unpaid work",
            Self::Diversion => "Diversion",
            Self::Licence => "Licence",
        }
    }

    /// Says whether a support worker sees the man through it.
    pub(super) const fn has_support_worker(self) -> bool {
        matches!(self, Self::BailSupervision | Self::DeferredSentence | Self::UnpaidWork | Self::Diversion)
    }
}

vocabulary! {
    /// Why a man is under MAPPA. Source: Management of Offenders etc. (Scotland) Act 2005, section 10.
    MappaCategory {
        /// Category 1: subject to sex offender notification requirements.
        Notification = "sonr",
        /// Category 2: restricted patient.
        RestrictedPatient = "restricted-patient",
        /// Category 3: other risk of serious harm. Never at level 1.
        OtherRisk = "rosh-other",
    }
}

vocabulary! {
    /// At which level he is managed.
    MappaLevel {
        /// One lead agency.
        One = "1",
        /// Several agencies meet.
        Two = "2",
        /// Senior staff of the agencies meet.
        Three = "3",
    }
}

/// A man's place under MAPPA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mappa {
    /// Why.
    pub category: MappaCategory,
    /// How.
    pub level: MappaLevel,
}

vocabulary! {
    /// Where a case is.
    Area {
        /// North Ayrshire.
        North = "north-ayrshire",
        /// South Ayrshire.
        South = "south-ayrshire",
        /// East Ayrshire.
        East = "east-ayrshire",
        /// Dumfries and Galloway.
        Dumfries = "dumfries-and-galloway",
    }
}

/// One kind of case, and how many there are.
pub(super) struct Share {
    pub(super) order: OrderKind,
    pub(super) mappa: Option<Mappa>,
    pub(super) cases: usize,
}

/// Returns the whole caseload by kind: 340 cases, 105 of them under MAPPA (94 at level 1, 10 at 2, 1 at 3).
pub(super) fn shares() -> [Share; 12] {
    use MappaCategory::{Notification, OtherRisk, RestrictedPatient};
    use MappaLevel::{One, Three, Two};
    let share = |order, cases| Share { order, mappa: None, cases };
    let under = |order, category, level, cases| Share { order, mappa: Some(Mappa { category, level }), cases };
    [
        share(OrderKind::Caledonian, 130),
        under(OrderKind::MovingForward, Notification, One, 67),
        under(OrderKind::MovingForward, Notification, Two, 3),
        share(OrderKind::BailSupervision, 20),
        share(OrderKind::DeferredSentence, 15),
        share(OrderKind::UnpaidWork, 60),
        share(OrderKind::Diversion, 10),
        under(OrderKind::Licence, Notification, One, 24),
        under(OrderKind::Licence, Notification, Two, 2),
        under(OrderKind::Licence, RestrictedPatient, One, 3),
        under(OrderKind::Licence, OtherRisk, Two, 5),
        under(OrderKind::Licence, OtherRisk, Three, 1),
    ]
}
