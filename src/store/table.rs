//! The tables whose rows the log binds, and rows on their way into them.
//!
//! Every change is an insert; nothing is updated. The order of [`TABLES`] is the order of
//! insertion, parents before children. A row becomes a digest before it becomes SQL, so the
//! audit entry commits to exactly what is stored.

use crate::ledger::Hash;
use crate::ledger::rows::{Value, row_hash};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// TEXT.
    Text,
    /// BIGINT.
    Int,
    /// BYTEA.
    Blob,
}

/// One append-only table: its columns in the order in which rows give their values, `entry` left out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, Kind)],
}

macro_rules! tables {
    ($($ident:ident = $name:literal: $($column:ident $kind:ident),+;)+) => {
        $(pub(crate) static $ident: Table = Table {
            name: $name,
            columns: &[$((stringify!($column), Kind::$kind)),+],
        };)+

        /// Every table that the log binds, parents before children.
        pub(crate) static TABLES: &[&Table] = &[$(&$ident),+];
    };
}

tables! {
    AGENCY = "agency": id Text, name Text, kind Text, regime Text, recipient Text;
    WORKER = "worker": id Text, agency Text, role Text, sealed Blob;
    WORKER_END = "worker_end": worker Text;
    DUTY = "duty": worker Text;
    PERSON = "person": id Text, case_id Text, sealed Blob;
    CASE_FILE = "case_file": id Text, person Text, reference Text, label Text, mappa Text, owner Text;
    PROTECTED = "protected": id Text, case_id Text, pseudonym Text, relation Text, sealed Blob;
    LOCATION = "location": protected Text, sealed Blob;
    INVOLVEMENT = "involvement": id Text, case_id Text, worker Text, about Text;
    INVOLVEMENT_END = "involvement_end": involvement Text;
    CONFLICT = "conflict": id Text, worker Text, sealed Blob;
    CONFLICT_MATCH = "conflict_match": conflict Text, worker Text, person Text;
    CASE_OPENED = "case_opened": case_id Text;
    NOTE = "note": id Text, case_id Text, author Text, agency Text, created Int, kind Text, category Text,
        about Text, share_code Text, onward Text, use_with_man Text, action_on Text, attributable Int,
        expires Int, grade_source Int, grade_information Text, sealed Blob;
    DERIVATIVE = "derivative": note Text, source Text;
    SHARE = "share": id Text, note Text, case_id Text, author Text, agency Text, to_kind Text, to_id Text,
        purpose Text, basis Text, basis_ref Text, expires Int, created Int;
    SHARE_END = "share_end": share Text, ended Int;
    CONSENT = "consent": id Text, chain Text, seq Int, case_id Text, subject Text, event Text, kind Text,
        expires Int, notice Text, method Text, asked_alone Int, author Text, agency Text, recorded Int, sealed Blob;
    CONSENT_SCOPE = "consent_scope": consent Text, recipient Text, category Text, purpose Text;
    ALERT = "alert": id Text, case_id Text, author Text, agency Text, about Text, kind Text, category Text,
        severity Text, note Text, raised Int, sealed Blob;
    DELIVERY = "delivery": id Text, alert Text, worker Text, raised Int;
    ALERT_READ = "alert_read": delivery Text, at Int;
    ACKNOWLEDGEMENT = "acknowledgement": delivery Text, at Int;
    ALERT_ACTION = "alert_action": id Text, delivery Text, at Int, sealed Blob;
    KEY_WRAP = "key_wrap": id Text, case_word Text, compartment Text, epoch Int, recipient Text, file Blob,
        signature Blob;
    IDEMPOTENCY = "idempotency": actor Text, key Text, body Text, answer Text;
}

/// One row on its way into a table; the last value is its entry's id.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) table: &'static Table,
    pub(crate) values: Vec<Value>,
}

impl Row {
    /// Returns a row of `table` with these values, one for each column.
    pub(crate) fn new(table: &'static Table, values: Vec<Value>) -> Self {
        debug_assert_eq!(table.columns.len(), values.len(), "a value for each column of {}", table.name);
        Self { table, values }
    }

    /// Adds the entry that the row belongs to and returns the row's digest.
    pub(crate) fn bind(&mut self, entry: &str) -> Hash {
        self.values.push(Value::Text(entry.to_owned()));
        let names = self.table.columns.iter().map(|(name, _)| *name).chain(["entry"]);
        let columns: Vec<_> = names.zip(&self.values).collect();
        row_hash(self.table.name, &columns)
    }
}

/// Turns what Rust holds into what a column holds.
pub(crate) trait IntoValue {
    /// Returns the column's value.
    fn value(self) -> Value;
}

impl IntoValue for i64 {
    fn value(self) -> Value {
        Value::Int(self)
    }
}

impl IntoValue for Vec<u8> {
    fn value(self) -> Value {
        Value::Blob(self)
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn value(self) -> Value {
        self.map_or(Value::Null, IntoValue::value)
    }
}

impl IntoValue for String {
    fn value(self) -> Value {
        Value::Text(self)
    }
}

/// Builds a row: each value is an id or word (anything that displays), or one of the kinds above after `=`.
macro_rules! row {
    ($table:expr; $($value:expr),+ $(,)?) => {
        $crate::store::table::Row::new(&$table, vec![$($crate::store::table::IntoValue::value($value)),+])
    };
}

pub(crate) use row;
