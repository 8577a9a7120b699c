//! Every SQL text of the store, by name: one test prepares all of them on both databases.

use super::batch::{self, Mark};
use super::{
    agencies, alerts, appointments, audit, cases, consents, decisions, derivatives, devices, emergency, events, facts,
    imports, log, note_ends, notes, opened_under, orders, overrides, people, policies, protected, recalls, recipients,
    reviews, schema, sequencer, settle, share_keys, shares, signed, signers, standing, status, stays, suppose, table,
    tombstones, verify, vouched, wishes, withdrawals, wraps,
};

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
    ("settle::HOLD_POLICY", On::Pg, settle::HOLD_POLICY),
    ("settle::MOVE_POLICY", On::Pg, settle::MOVE_POLICY),
    ("settle::POLICY", On::Both, settle::POLICY),
    ("policies::NEWEST", On::Both, policies::NEWEST),
    ("policies::ONE", On::Both, policies::ONE),
    ("policies::HIGHEST", On::Both, policies::HIGHEST),
    ("policies::FILES", On::Both, policies::FILES),
    ("policies::KEPT_AS", On::Both, policies::KEPT_AS),
    ("policies::OTHERWISE", On::Both, policies::OTHERWISE),
    ("vouched::ENTRY", On::Both, vouched::ENTRY),
    ("vouched::ADOPTIONS", On::Both, vouched::ADOPTIONS),
    ("vouched::KEPT", On::Both, vouched::KEPT),
    ("standing::STANDING", On::Both, standing::STANDING),
    ("standing::PEOPLE", On::Both, standing::PEOPLE),
    ("facts::RELEASES_OF_NOTE", On::Both, facts::RELEASES_OF_NOTE),
    ("facts::RELEASES_OF_CASE", On::Both, facts::RELEASES_OF_CASE),
    ("facts::ADDRESSED", On::Both, facts::ADDRESSED),
    ("agencies::SEAT", On::Both, agencies::SEAT),
    ("agencies::AGENCY", On::Both, agencies::AGENCY),
    ("recipients::ON_DUTY", On::Both, recipients::ON_DUTY),
    ("agencies::SHY", On::Both, agencies::SHY),
    ("recipients::MANAGERS", On::Both, recipients::MANAGERS),
    ("recipients::OFFICERS", On::Both, recipients::OFFICERS),
    ("recipients::REACHABLE", On::Both, recipients::REACHABLE),
    ("appointments::COMING", On::Both, appointments::COMING),
    ("imports::REFERENCES", On::Both, imports::REFERENCES),
    ("status::LISTED", On::Both, status::LISTED),
    ("status::ONE", On::Both, status::ONE),
    ("status::WRITTEN", On::Both, status::WRITTEN),
    ("status::SIGN", On::Both, status::SIGN),
    ("people::PERSON", On::Both, people::PERSON),
    ("people::PEOPLE", On::Both, people::PEOPLE),
    ("protected::OF_CASE", On::Both, protected::OF_CASE),
    ("agencies::NAMES", On::Both, agencies::NAMES),
    ("protected::NAMES", On::Both, protected::NAMES),
    ("protected::ONE", On::Both, protected::ONE),
    ("cases::ONE", On::Both, cases::ONE),
    ("cases::MINE", On::Both, cases::MINE),
    ("cases::INVOLVED", On::Both, cases::INVOLVED),
    ("cases::CONFLICTS", On::Both, cases::CONFLICTS),
    ("cases::DECLARATIONS", On::Both, cases::DECLARATIONS),
    ("cases::ONE_CONFLICT", On::Both, cases::ONE_CONFLICT),
    ("notes::ONE", On::Both, notes::ONE),
    ("notes::OF_CASE", On::Both, notes::OF_CASE),
    ("notes::EVERY", On::Both, notes::EVERY),
    ("notes::COUNT", On::Both, notes::COUNT),
    ("notes::IDS", On::Both, notes::IDS),
    ("opened_under::LOOKED_AT", On::Both, opened_under::LOOKED_AT),
    ("opened_under::ACTS_UNDER", On::Both, opened_under::ACTS_UNDER),
    ("note_ends::ACTS_AFTER", On::Both, note_ends::ACTS_AFTER),
    ("derivatives::SOURCE", On::Both, derivatives::SOURCE),
    ("derivatives::RELEASED", On::Both, derivatives::RELEASED),
    ("shares::ONE", On::Both, shares::ONE),
    ("suppose::REACHED", On::Both, suppose::REACHED),
    ("shares::OF_NOTE", On::Both, shares::OF_NOTE),
    ("shares::ON_OVERRIDE", On::Both, shares::ON_OVERRIDE),
    ("shares::HOLDERS", On::Both, shares::HOLDERS),
    ("share_keys::PUT", On::Both, share_keys::PUT),
    ("share_keys::DROP", On::Both, share_keys::DROP),
    ("share_keys::DIGESTS", On::Both, share_keys::DIGESTS),
    ("share_keys::KEYS", On::Both, share_keys::KEYS),
    ("share_keys::ENDED", On::Both, share_keys::ENDED),
    ("share_keys::OVERDUE", On::Both, share_keys::OVERDUE),
    ("share_keys::LAST", On::Both, share_keys::LAST),
    ("share_keys::GONE_SINCE", On::Both, share_keys::GONE_SINCE),
    ("withdrawals::STANDING_ON", On::Both, withdrawals::STANDING_ON),
    ("withdrawals::LIVE_CHAINS", On::Both, withdrawals::LIVE_CHAINS),
    ("withdrawals::CONTINUING", On::Both, withdrawals::CONTINUING),
    ("withdrawals::READ_ON", On::Both, withdrawals::READ_ON),
    ("withdrawals::READ_BY_SHARE", On::Both, withdrawals::READ_BY_SHARE),
    ("recalls::READERS_ON", On::Both, recalls::READERS_ON),
    ("recalls::UNREAD", On::Both, recalls::UNREAD),
    ("stays::ACTS_SINCE", On::Both, stays::ACTS_SINCE),
    ("stays::STAYS", On::Both, stays::STAYS),
    ("stays::SEAT_ENDED", On::Both, stays::SEAT_ENDED),
    ("recalls::CONFIRMATIONS", On::Both, recalls::CONFIRMATIONS),
    ("recalls::BREACH", On::Both, recalls::BREACH),
    ("recalls::REASON", On::Both, recalls::REASON),
    ("recalls::TO_CONFIRM", On::Both, recalls::TO_CONFIRM),
    ("recalls::OF_ALERT", On::Both, recalls::OF_ALERT),
    ("note_ends::VERSIONS", On::Both, note_ends::VERSIONS),
    ("tombstones::TOMBSTONES", On::Both, tombstones::TOMBSTONES),
    ("shares::BASIS", On::Both, shares::BASIS),
    ("wishes::SAID_NO", On::Both, wishes::SAID_NO),
    ("wishes::TURNED_DOWN", On::Both, wishes::TURNED_DOWN),
    ("wishes::STANDS", On::Both, wishes::STANDS),
    ("overrides::ONE", On::Both, overrides::ONE),
    ("overrides::OF_CASE", On::Both, overrides::OF_CASE),
    ("overrides::SECONDS", On::Both, overrides::SECONDS),
    ("overrides::CALLED_SEATS", On::Both, overrides::CALLED_SEATS),
    ("decisions::ONE", On::Both, decisions::ONE),
    ("decisions::OF_CASE", On::Both, decisions::OF_CASE),
    ("orders::ONE", On::Both, orders::ONE),
    ("orders::OF_CASE", On::Both, orders::OF_CASE),
    ("orders::WHOLE", On::Both, orders::WHOLE),
    ("events::ONE", On::Both, events::ONE),
    ("events::OF_CASE", On::Both, events::OF_CASE),
    ("events::WHOLE", On::Both, events::WHOLE),
    ("facts::CALLED", On::Both, facts::CALLED),
    ("facts::CALLED_OF_CASE", On::Both, facts::CALLED_OF_CASE),
    ("consents::CHAINS", On::Both, consents::CHAINS),
    ("consents::LATEST", On::Both, consents::LATEST),
    ("consents::SCOPE", On::Both, consents::SCOPE),
    ("signed::PAYLOAD", On::Both, signed::PAYLOAD),
    ("signed::CHAIN", On::Both, signed::CHAIN),
    ("signed::ENTRY", On::Both, signed::ENTRY),
    ("signed::ENTRY_AT", On::Both, signed::ENTRY_AT),
    ("signers::KEYS", On::Both, signers::KEYS),
    ("signers::THEIRS", On::Both, signers::THEIRS),
    ("signers::WHOSE", On::Both, signers::WHOSE),
    ("signers::HANDOVERS", On::Both, signers::HANDOVERS),
    ("signers::REPORTS", On::Both, signers::REPORTS),
    ("alerts::ONE", On::Both, alerts::ONE),
    ("alerts::INBOX", On::Both, alerts::INBOX),
    ("alerts::MY_COPY", On::Both, alerts::MY_COPY),
    ("alerts::ACTIONS", On::Both, alerts::ACTIONS),
    ("alerts::COPIES", On::Both, alerts::COPIES),
    ("alerts::PLACE", On::Both, alerts::PLACE),
    ("devices::ONE", On::Both, devices::ONE),
    ("devices::OF_WORKER", On::Both, devices::OF_WORKER),
    ("devices::USED", On::Both, devices::USED),
    ("emergency::LIVE", On::Both, emergency::LIVE),
    ("emergency::UNJUSTIFIED", On::Both, emergency::UNJUSTIFIED),
    ("reviews::ANSWERS", On::Both, reviews::ANSWERS),
    ("reviews::JUDGED", On::Both, reviews::JUDGED),
    ("reviews::SERVED", On::Both, reviews::SERVED),
    ("reviews::ONE", On::Both, reviews::ONE),
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
