//! Every SQL text of the store, by name: one test prepares all of them on both databases.

use super::batch::{self, Mark};
use super::{
    agencies, alerts, audit, cases, consents, derivatives, facts, log, notes, people, protected, schema, sequencer,
    settle,
};
use super::{shares, standing, table, verify, wraps};

/// Where a text is meant to run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum On {
    /// Both databases.
    Both,
    /// SQLite only.
    Lite,
    /// PostgreSQL only.
    Pg,
}

/// Every fixed text.
pub const STATEMENTS: &[(&str, On, &str)] = &[
    ("schema::SQLITE_VERSION", On::Lite, schema::SQLITE_VERSION),
    ("schema::STAMP", On::Both, schema::STAMP),
    ("schema::SET_STAMP", On::Both, schema::SET_STAMP),
    ("log::HEAD", On::Both, log::HEAD),
    ("log::FOUND_HEAD", On::Both, log::FOUND_HEAD),
    ("log::MOVE_HEAD", On::Both, log::MOVE_HEAD),
    ("log::LEAVES", On::Both, log::LEAVES),
    ("log::TILES", On::Both, log::TILES),
    ("log::ADD_TILE", On::Both, log::ADD_TILE),
    ("sequencer::LEAD", On::Pg, sequencer::LEAD),
    ("sequencer::NEXT_EPOCH", On::Both, sequencer::NEXT_EPOCH),
    ("sequencer::TAKE", On::Both, sequencer::TAKE),
    ("standing::STANDING", On::Both, standing::STANDING),
    ("facts::RELEASES_OF_NOTE", On::Both, facts::RELEASES_OF_NOTE),
    ("facts::RELEASES_OF_CASE", On::Both, facts::RELEASES_OF_CASE),
    ("facts::ADDRESSED", On::Both, facts::ADDRESSED),
    ("agencies::SEAT", On::Both, agencies::SEAT),
    ("agencies::AGENCY", On::Both, agencies::AGENCY),
    ("agencies::ON_DUTY", On::Both, agencies::ON_DUTY),
    ("agencies::SHY", On::Both, agencies::SHY),
    ("agencies::MANAGERS", On::Both, agencies::MANAGERS),
    ("people::PERSON", On::Both, people::PERSON),
    ("people::PEOPLE", On::Both, people::PEOPLE),
    ("protected::OF_CASE", On::Both, protected::OF_CASE),
    ("protected::ONE", On::Both, protected::ONE),
    ("cases::ONE", On::Both, cases::ONE),
    ("cases::MINE", On::Both, cases::MINE),
    ("cases::INVOLVED", On::Both, cases::INVOLVED),
    ("cases::CONFLICTS", On::Both, cases::CONFLICTS),
    ("cases::ONE_CONFLICT", On::Both, cases::ONE_CONFLICT),
    ("notes::ONE", On::Both, notes::ONE),
    ("notes::OF_CASE", On::Both, notes::OF_CASE),
    ("notes::EVERY", On::Both, notes::EVERY),
    ("notes::COUNT", On::Both, notes::COUNT),
    ("derivatives::SOURCE", On::Both, derivatives::SOURCE),
    ("derivatives::RELEASED", On::Both, derivatives::RELEASED),
    ("shares::ONE", On::Both, shares::ONE),
    ("consents::LATEST", On::Both, consents::LATEST),
    ("consents::SCOPE", On::Both, consents::SCOPE),
    ("alerts::ONE", On::Both, alerts::ONE),
    ("alerts::INBOX", On::Both, alerts::INBOX),
    ("alerts::MY_COPY", On::Both, alerts::MY_COPY),
    ("alerts::ACTIONS", On::Both, alerts::ACTIONS),
    ("alerts::COPIES", On::Both, alerts::COPIES),
    ("alerts::PLACE", On::Both, alerts::PLACE),
    ("wraps::WRAPS", On::Both, wraps::WRAPS),
    ("wraps::ANSWER", On::Both, wraps::ANSWER),
    ("audit::READERS", On::Both, audit::READERS),
    ("audit::ENTRY", On::Both, audit::ENTRY),
    ("audit::OWNED", On::Both, audit::OWNED),
    ("verify::ENTRIES", On::Both, verify::ENTRIES),
    ("verify::QUEUED", On::Both, verify::QUEUED),
    ("verify::ALL_TILES", On::Both, verify::ALL_TILES),
];

/// Returns the texts that are built at run time with places marked so, each for one and for two rows: the other
/// lengths repeat them.
#[must_use]
pub fn built(mark: Mark) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for rows in [1, 2] {
        texts.extend(
            table::TABLES
                .iter()
                .map(|table| (format!("insert into {} × {rows}", table.name), batch::statement(mark, table, rows))),
        );
        texts.push((format!("entries × {rows}"), format!("{}{}", log::ADD_ENTRIES, batch::places(mark, 8, rows))));
        texts.push((format!("queue × {rows}"), format!("{}{}", sequencer::ENQUEUE, batch::places(mark, 8, rows))));
        texts.push((format!("numbers × {rows}"), format!("{}{}", sequencer::NUMBERED, batch::places(mark, rows, 1))));
        texts.push((format!("versions × {rows}"), format!("{}{}", settle::VERSIONS, batch::places(mark, rows, 1))));
        let moves = format!("{}{}{}", settle::MOVE_FACTS, batch::places(mark, 2, rows), settle::MOVED);
        texts.push((format!("moves × {rows}"), moves));
        let unmoved = format!("{}{}{}", settle::MOVE_FACTS, batch::places(mark, 2, rows), settle::UNMOVED);
        texts.push((format!("unmoved × {rows}"), unmoved));
    }
    texts
}
