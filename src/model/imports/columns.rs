//! The columns of each table, and the template that shows them.

use super::ImportKind;

/// One column.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// Whether each line must have it.
    pub needed: bool,
    /// How it is written.
    pub form: &'static str,
    /// An example of somebody who does not exist.
    pub example: &'static str,
}

const fn needed(name: &'static str, form: &'static str, example: &'static str) -> Column {
    Column { name, needed: true, form, example }
}

const fn maybe(name: &'static str, form: &'static str, example: &'static str) -> Column {
    Column { name, needed: false, form, example }
}

/// How a day is written.
const DAY: &str = "year-month-day, or a date cell of a spreadsheet";

/// What a caseload and a table of orders both say of an order, in the same words.
const STARTS: Column = maybe("order_starts", DAY, "");
const ENDS: Column = maybe("order_ends", DAY, "2027-08-01");
const COURT_REFERENCE: Column =
    maybe("order_reference", "the court's: letters, digits and . / - with a digit among them", "KIL-2026-118");
const LEVEL: Column = maybe("contact_level", "how closely he is seen: very-high, high, medium or low", "high");
const AREA: Column = maybe("area", "whose working days count: an area of the hub's calendar", "");
const FIRST_CONTACT: Column = maybe("first_contact", "the day on which it was, if it was", "2026-02-03");
const INDUCTION: Column = maybe("induction", "the day on which it began, if it has", "2026-02-06");
const PLAN: Column = maybe("plan", "the day on which the case management plan was finalised, if it was", "2026-02-27");

pub(super) const CASELOAD: &[Column] = &[
    needed(
        "reference",
        "your own reference of the case: letters, digits and . / - with a digit among them",
        "SW-20417",
    ),
    needed("family_name", "at most 80 characters", "Exampleson"),
    needed("given_names", "at most 120 characters", "Ewan John"),
    needed("date_of_birth", DAY, "1987-03-09"),
    maybe("aliases", "Family, Given; Family, Given: at most ten", "Samplesen, Ewan"),
    maybe("references", "of other agencies, with ; between: at most ten of 40 characters", "DEMO 123/45A"),
    maybe("address", "his, never hers: at most 200 characters", "12 Whaupnest Wynd, Port Lintie, ZZ99 3AB"),
    maybe("phone", "his: digits, spaces, + ( ) and -", "07700 900123"),
    maybe("mappa", "why and at which level, such as sonr 1, rosh-other 2, restricted-patient 3", ""),
    maybe("case_manager", "the worker's id at the hub, of your own agency; the importer, if it is empty", ""),
    maybe(
        "order_kind",
        "community-payback, licence, bail-supervision and the others of POST /orders",
        "community-payback",
    ),
    maybe("order_made", DAY, "2026-02-02"),
    STARTS,
    ENDS,
    COURT_REFERENCE,
    maybe(
        "requirements",
        "words with ; between; hours and months of unpaid work and a programme's word behind theirs",
        "supervision; unpaid-work 120h 6m; programme caledonian",
    ),
    LEVEL,
    AREA,
    FIRST_CONTACT,
    INDUCTION,
    PLAN,
    maybe("another_man", "yes: you have checked that he is not the man of the same names and date of birth", ""),
];

/// How a case is named that the agency has.
const CASE: Column = needed("reference", "your own reference of the case, as it stands at the hub", "SW-20417");

/// How a time of day is written.
const TIME: &str = "the local time, such as 09:30 or 19:00; empty if it is not known";

pub(super) const ORDERS: &[Column] = &[
    CASE,
    needed(
        "order_kind",
        "community-payback, licence, bail-supervision and the others of POST /orders",
        "community-payback",
    ),
    needed("order_made", DAY, "2026-02-02"),
    STARTS,
    ENDS,
    COURT_REFERENCE,
    maybe("court", "the court or body that made it: at most 200 characters", "Port Lintie Sheriff Court"),
    maybe("notified", "the day on which the court told of it", "2026-02-02"),
    maybe("received", "the day on which the order itself was received", "2026-02-03"),
    maybe(
        "requirements",
        "at most ten words with ; between; hours and months of unpaid work and a programme's word behind theirs",
        "supervision; unpaid-work 120h 6m; programme caledonian",
    ),
    maybe("officer", "who answers for it: the id of a worker who works on the case", ""),
    LEVEL,
    AREA,
    FIRST_CONTACT,
    INDUCTION,
    PLAN,
];

pub(super) const ATTENDANCE: &[Column] = &[
    CASE,
    needed("date", DAY, "2026-02-12"),
    maybe("time", TIME, "10:00"),
    needed(
        "word",
        "what became of it: contact-kept, contact-missed, contact-sent-away, contact-called-off, first-contact, \
         preparation-session, group-session-kept, group-session-missed, group-left and the others of events.csv",
        "contact-missed",
    ),
    maybe("order", "under which order: its kind, or its id at the hub; empty if he has one alone", ""),
    maybe(
        "contact",
        "how he was seen: office, home-visit, telephone and the others; needed for the contact words",
        "office",
    ),
    maybe("late", "yes: he came, and was late", ""),
    maybe("unannounced", "yes: he was not told of the contact beforehand", ""),
    maybe("session", "which session of the programme: a number", ""),
    maybe("text", "what is to be said of it, without line breaks: it is looked at like every text of his record", ""),
    maybe("excused", "the day on which the reason for an absence was accepted; it needs evidence", "2026-02-13"),
    maybe(
        "evidence",
        "what shows it, with ; between: at most ten of 300 characters",
        "letter of the surgery of 12 February",
    ),
];

/// Returns the template of a table: its header and one line of somebody who does not exist, as CSV.
#[must_use]
pub fn template(kind: ImportKind) -> String {
    let row = |cell: fn(&Column) -> &'static str| {
        let cells = kind.columns().iter().map(|column| quoted(cell(column)));
        cells.collect::<Vec<_>>().join(",")
    };
    format!("{}\r\n{}\r\n", row(|column| column.name), row(|column| column.example))
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', ';']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
