//! Every rule of `policies/clocks.csv`: who records what starts and stops it, under what, and when it must start so that it is
//! late after a weekend.

/// When a clock starts that is to be late after Easter 2027, and after the last weekend of October 2027.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// So many working days.
    Working(u32),
    /// By the calendar, from these days on.
    From(&'static str, &'static str),
    /// Until the end of the day that the event names.
    Named,
    /// Five working days before the day that the event names.
    Before,
    /// Until the end of the day.
    Today,
    /// Two hours.
    Hours,
    /// It is late at once.
    AtOnce,
    /// Until the group starts.
    Group,
    /// As long as the area says, and it has not: a manager gives it a day.
    Unset,
}

/// One rule.
pub(super) struct Row {
    /// Its name.
    pub(super) rule: &'static str,
    /// Who records what starts it.
    pub(super) by: &'static str,
    /// The order that it is of; nothing where it is of the case.
    pub(super) order: &'static str,
    /// What starts it; the last is its trigger.
    pub(super) starts: &'static [&'static str],
    /// What stops it, each so many hours after the trigger.
    pub(super) stops: &'static [(&'static str, i64)],
    /// How long it runs.
    pub(super) runs: Runs,
}

const CM: &str = "justice.case-manager";
const TM: &str = "justice.team-manager";
const PO: &str = "police.offender-management";
const MC: &str = "mappa.coordinator";

const MONTHS_3: Runs = Runs::From("2026-12-28", "2027-08-01");
const MONTHS_6: Runs = Runs::From("2026-09-28", "2027-05-01");
const MONTHS_12: Runs = Runs::From("2026-03-28", "2026-11-01");
const A_WEEK: Runs = Runs::From("2027-03-22", "2027-10-26");

const fn row(
    rule: &'static str,
    by: &'static str,
    order: &'static str,
    starts: &'static [&'static str],
    stops: &'static [(&'static str, i64)],
    runs: Runs,
) -> Row {
    Row { rule, by, order, starts, stops, runs }
}

/// Every rule.
pub(super) const RULES: [Row; 36] = [
    row("NOS-CONTACT", CM, "community", &["order-notified"], &[("first-contact", 1)], Runs::Working(1)),
    row("NOS-CONTACT-RELEASE", CM, "licence", &["released"], &[("first-contact", 1)], Runs::Today),
    row("NOS-CONTACT-UNPAID-WORK", CM, "work", &["order-made"], &[("order-signed", 1)], Runs::Working(1)),
    row("NOS-ALLOCATE", CM, "community", &["order-received"], &[("officer-allocated", 1)], Runs::Working(2)),
    row("NOS-INDUCTION", CM, "licence", &["sentence-begun"], &[("induction-begun", 1)], Runs::Working(5)),
    row(
        "NOS-INDUCTION-UNPAID-WORK",
        CM,
        "work",
        &["order-made"],
        &[("unpaid-work-induction-begun", 1)],
        Runs::Working(5),
    ),
    row("NOS-PLACEMENT", CM, "work", &["order-made"], &[("placement-commenced", 1)], Runs::Working(7)),
    row("NOS-UNPAID-WORK-HOURS", CM, "work", &["unpaid-work-imposed"], &[("hours-completed", 1)], MONTHS_3),
    row(
        "NOS-FIRST-FOUR-WEEKS",
        CM,
        "community",
        &["order-started"],
        &[
            ("contact-kept", 24),
            ("plan-finalised", 48),
            ("contact-kept", 192),
            ("group-session-kept", 360),
            ("contact-kept", 528),
        ],
        A_WEEK,
    ),
    row(
        "NOS-CONTACT-LEVEL-REVIEW-VERY-HIGH",
        CM,
        "very-high",
        &["contact-level-reviewed"],
        &[("found-stable", 1)],
        MONTHS_3,
    ),
    row("NOS-CONTACT-LEVEL-REVIEW-HIGH", CM, "high", &["found-stable"], &[("contact-level-reviewed", 1)], MONTHS_3),
    row(
        "NOS-CONTACT-LEVEL-REVIEW-MEDIUM-FIRST",
        CM,
        "medium",
        &["contact-level-reviewed"],
        &[("found-stable", 1)],
        MONTHS_3,
    ),
    row("NOS-CONTACT-LEVEL-REVIEW-MEDIUM", CM, "medium", &["found-stable"], &[("contact-level-reviewed", 1)], MONTHS_6),
    row("NOS-CONTACT-LEVEL-REVIEW-LOW", CM, "low", &["found-stable"], &[("order-ended", 1)], MONTHS_6),
    row(
        "NOS-SIGNIFICANT-CHANGE-MANAGER",
        CM,
        "",
        &["significant-change"],
        &[("manager-discussed", 1)],
        Runs::Working(1),
    ),
    row("NOS-SIGNIFICANT-CHANGE-REVIEW", CM, "", &["significant-change"], &[("review-held", 1)], Runs::AtOnce),
    row("NOS-NON-COMPLIANCE-VISIT", CM, "high", &["non-compliance"], &[("home-visit", 1)], Runs::Today),
    row(
        "NOS-NON-COMPLIANCE-CONTACT",
        CM,
        "community",
        &["non-compliance"],
        &[("no-contact-reason", 1), ("other-contact-attempted", 2), ("written-follow-up", 3)],
        Runs::Working(2),
    ),
    row("NOS-BREACH-REPORT", TM, "community", &["breach-decided"], &[("breach-lodged", 1)], Runs::Working(5)),
    row("NOS-LICENCE-BREACH-CALL", CM, "licence", &["licence-breached"], &[("licence-breach-called", 1)], Runs::AtOnce),
    row(
        "NOS-LICENCE-BREACH-REPORT",
        CM,
        "licence",
        &["licence-breached"],
        &[("licence-breach-reported", 1)],
        Runs::Working(2),
    ),
    row("NOS-REPORT", CM, "", &["report-requested"], &[("report-delivered", 1)], Runs::Named),
    row("RECALL-ACKNOWLEDGE", PO, "licence", &["recalled"], &[("at-large-acknowledged", 1)], Runs::Hours),
    row("AT-LARGE-PROGRESS", PO, "licence", &["at-large"], &[("at-large-progress", 24)], A_WEEK),
    row(
        "SONR-REVIEW-15",
        PO,
        "community",
        &["notification-begun"],
        &[("notification-reviewed", 1)],
        Runs::From("2012-03-28", "2012-11-01"),
    ),
    row(
        "SONR-REVIEW-8",
        PO,
        "community",
        &["notification-begun-young"],
        &[("notification-ended", 1)],
        Runs::From("2019-03-28", "2019-11-01"),
    ),
    row("ORDER-EXPIRY", CM, "expires", &["order-started"], &[("order-ended", 1)], Runs::Named),
    row(
        "CDVP-PREPARATION",
        CM,
        "cdvp",
        &["programme-required"],
        &[("preparation-session", 1), ("preparation-session", 2), ("preparation-session", 3)],
        Runs::Group,
    ),
    row("CDVP-EVALUATION-3", CM, "cdvp", &["group-ended"], &[("evaluation-3", 1)], MONTHS_6),
    row(
        "MAPPA-LEVEL-2-FIRST-MEETING",
        MC,
        "",
        &["mappa-referred", "mappa-plan-accepted"],
        &[("mappa-meeting-held", 1)],
        Runs::Working(20),
    ),
    row("MAPPA-LEVEL-3-FIRST-MEETING", MC, "", &["mappa-referral-accepted"], &[("mappa-meeting-held", 1)], Runs::Unset),
    row("MAPPA-REPLY", MC, "", &["mappa-information-requested"], &[("mappa-replied", 1)], Runs::Working(5)),
    row("MAPPA-PACK-ISSUE", MC, "", &["mappa-meeting-set"], &[("mappa-pack-issued", 1)], Runs::Before),
    row("MAPPA-MINUTES", MC, "", &["mappa-meeting-held"], &[("mappa-minutes-circulated", 1)], Runs::Unset),
    row("MAPPA-REVIEW", MC, "", &["mappa-review-set"], &[("mappa-review-held", 1)], Runs::Named),
    row("OLR-RISK-PLAN", CM, "lifelong", &["rmp-approved"], &[("rmp-reviewed", 1)], MONTHS_12),
];

impl Row {
    /// To which role it is told when it is late.
    pub(super) fn told_to(&self) -> &'static str {
        if self.by == CM { TM } else { self.by }
    }

    /// The level of MAPPA that he must be at.
    pub(super) fn level(&self) -> &'static str {
        if self.rule.starts_with("MAPPA-LEVEL-3") { "3" } else { "2" }
    }

    /// When what starts it happens, so that it is late after the weekend: in spring or in autumn, by the councils' days.
    pub(super) fn begins(&self, season: usize) -> String {
        let days: [&str; 2] = match self.runs {
            Runs::Working(1) => ["2027-03-25", "2027-10-29"],
            Runs::Working(2) => ["2027-03-24", "2027-10-28"],
            Runs::Working(5) => ["2027-03-19", "2027-10-25"],
            Runs::Working(7) => ["2027-03-17", "2027-10-21"],
            Runs::Working(20) => ["2027-02-26", "2027-10-04"],
            Runs::Working(_) => panic!("nobody has counted these by hand"),
            Runs::From(spring, autumn) => [spring, autumn],
            // In the night itself, before the clocks change.
            Runs::Today | Runs::Hours | Runs::AtOnce => {
                return ["2027-03-28T00:30:00Z", "2027-10-31T00:30:00Z"][season].to_owned();
            }
            Runs::Named | Runs::Before | Runs::Group | Runs::Unset => ["2027-03-24", "2027-10-28"],
        };
        format!("{}T09:00:00Z", days[season])
    }

    /// The day that its trigger names.
    pub(super) fn names(&self, season: usize) -> Option<&'static str> {
        match self.runs {
            Runs::Named => Some(["2027-03-28", "2027-11-01"][season]),
            Runs::Before => Some(["2027-04-05", "2027-11-08"][season]),
            _ => None,
        }
    }

    /// By when it is due: where the council works on Easter Monday, and where it does not; in autumn both work.
    pub(super) fn due(&self, season: usize, is_closed: bool) -> &'static str {
        match (self.runs, season, is_closed) {
            (Runs::Working(_) | Runs::Before, 0, false) => "2027-03-29T23:00:00Z",
            (Runs::Working(_), 0, true) => "2027-03-30T23:00:00Z",
            (Runs::Before, 0, true) => "2027-03-26T00:00:00Z",
            (Runs::Hours, 0, _) => "2027-03-28T02:30:00Z",
            (Runs::Hours, ..) => "2027-10-31T02:30:00Z",
            (Runs::AtOnce, 0, _) => "2027-03-28T00:30:00Z",
            (Runs::AtOnce, ..) => "2027-10-31T00:30:00Z",
            // The group starts at one in the night of the change.
            (Runs::Group, 0, _) => "2027-03-28T01:00:00Z",
            (Runs::Group, ..) => "2027-10-31T01:00:00Z",
            (Runs::Today, 1, _) => "2027-11-01T00:00:00Z",
            (_, 0, _) => "2027-03-28T23:00:00Z",
            _ => "2027-11-02T00:00:00Z",
        }
    }
}
