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
    DUTY = "duty": id Text, worker Text, senior Int, starts Int, ends Int, author Text;
    DUTY_END = "duty_end": duty Text, at Int;
    LEAVE_TAKEN = "leave_taken": id Text, worker Text, cover Text, starts Int, ends Int, author Text;
    LEAVE_END = "leave_end": leave_id Text, at Int;
    STORM = "storm": id Text, agency Text, number Int, since Int, began Int, alerts Int, normal Int;
    STORM_WORD = "storm_word": storm Text, number Int, worker Text, agency Text, fit Int, at Int;
    STORM_END = "storm_end": storm Text, fit Int, at Int;
    PERSON = "person": id Text, case_id Text, sealed Blob, summary Blob;
    CASE_FILE = "case_file": id Text, person Text, reference Text, label Text, mappa Text, owner Text;
    PROTECTED = "protected": id Text, case_id Text, pseudonym Text, relation Text, sealed Blob;
    LOCATION = "location": protected Text, sealed Blob;
    INVOLVEMENT = "involvement": id Text, case_id Text, worker Text, about Text;
    INVOLVEMENT_END = "involvement_end": involvement Text;
    CONFLICT = "conflict": id Text, worker Text, at Int, sealed Blob;
    CONFLICT_MATCH = "conflict_match": conflict Text, worker Text, person Text;
    STORM_TOLD = "storm_told": storm Text, case_id Text;
    CASE_LOCK = "case_lock": id Text, case_id Text, number Int, at Int;
    CASE_LOCK_CALL = "case_lock_call": id Text, lock_id Text, worker Text, agency Text, at Int, sealed Blob;
    CASE_LOCK_ADMISSION = "case_lock_admission": lock_id Text, worker Text, seq Int, admitted Int, author Text, at Int;
    CASE_LOCK_WORD = "case_lock_word": lock_id Text, worker Text, seq Int, agency Text, finding Text, at Int;
    CASE_LOCK_END = "case_lock_end": lock_id Text, at Int;
    CASE_OPENED = "case_opened": case_id Text;
    NOTE = "note": id Text, case_id Text, author Text, agency Text, created Int, listed Int, kind Text, category Text,
        about Text, share_code Text, onward Text, onward_roles Text, use_with_man Text, action_on Text, attributable Int,
        expires Int, grade_source Int, grade_information Text, sealed Blob, summary Blob, conditions Blob;
    NOTE_END = "note_end": note Text, at Int;
    DERIVATIVE = "derivative": note Text, source Text;
    NOTE_ACCEPTANCE = "note_acceptance": note Text, worker Text, at Int;
    SHARE = "share": id Text, note Text, case_id Text, author Text, agency Text, to_kind Text, to_id Text,
        purpose Text, basis Text, basis_ref Text, expires Int, created Int, key_digest Text;
    SHARE_END = "share_end": share Text, ended Int, sealed Blob;
    SHARE_KEY_END = "share_key_end": share Text, recipient Text, ended Int;
    SHARE_READ = "share_read": share Text, worker Text, at Int;
    BREACH = "breach": id Text, kind Text, about Text, opened Int, due Int;
    SUPERSESSION = "supersession": old Text, note Text, at Int;
    SHARE_BASIS = "share_basis": share Text, made Text, until Int, words_of Text, sealed Blob;
    OVERRIDE_ASK = "override_ask": id Text, note Text, case_id Text, author Text, agency Text, to_kind Text, to_id Text,
        purpose Text, harm Text, told Int, share Text, due Int, reopens Int, created Int, sealed Blob;
    OVERRIDE_CALLED = "override_called": override_id Text, worker Text;
    OVERRIDE_SECOND = "override_second": override_id Text, worker Text, outcome Text, at Int, sealed Blob;
    OVERRIDE_REVIEW = "override_review": id Text, override_id Text, worker Text, outcome Text, at Int, sealed Blob;
    DECISION = "decision": id Text, case_id Text, author Text, agency Text, about Text, verdict Text, basis Text,
        told Int, review Text, deadline Text, follows Text, created Int, sealed Blob;
    SUPERVISION_ORDER = "supervision_order": id Text, case_id Text, kind Text, author Text, agency Text, made Text,
        starts Text, ends Text, area Text, counts Text, created Int, sealed Blob, summary Blob, replaces Text;
    EVENT = "event": id Text, case_id Text, order_id Text, word Text, category Text, author Text, agency Text,
        happened Int, created Int, follows Text, corrects Text, rule Text, day Text, sets Text, sealed Blob, summary Blob;
    ASSESSMENT = "assessment": id Text, case_id Text, author Text, agency Text, tool Text, version Text, assessed Text,
        valid_until Text, source Text, corrects Text, created Int, sealed Blob, summary Blob;
    ASSESSMENT_READ = "assessment_read": assessment Text, worker Text, at Int;
    ASSESSMENT_RECALL = "assessment_recall": id Text, worker Text, agency Text, tool Text, version Text, source Text,
        first_day Text, last_day Text, state Text, why Text, at Int;
    ASSESSMENT_DOUBT = "assessment_doubt": assessment Text, recall Text;
    PLAN = "plan": id Text, case_id Text, author Text, agency Text, version Int, orders Text, review Text, created Int,
        sealed Blob, summary Blob;
    PLAN_PART = "plan_part": id Text, plan Text, about Text, sealed Blob;
    WORDING = "wording": id Text, case_id Text, word Text, seq Int, tell Text, author Text, agency Text, created Int,
        sealed Blob;
    PLAN_APPROVAL = "plan_approval": plan Text, worker Text, at Int;
    REFERRAL = "referral": id Text, case_id Text, author Text, agency Text, category Text, level Text, harm Text,
        plan Text, follows Text, event Text, created Int, sealed Blob;
    REFERRAL_ANSWER = "referral_answer": referral Text, outcome Text, worker Text, at Int, sealed Blob;
    MEETING = "meeting": id Text, agency Text, level Text, starts Int, minutes Int, author Text, created Int, sealed Blob;
    MEETING_END = "meeting_end": meeting Text, why Text, author Text, at Int;
    MEETING_ITEM = "meeting_item": id Text, meeting Text, case_id Text, seq Int, purpose Text, minutes Int, place Int,
        event Text, author Text, created Int;
    MEETING_ITEM_END = "meeting_item_end": item Text, author Text, at Int;
    MEETING_SEAT = "meeting_seat": id Text, meeting Text, worker Text, seq Int, part Text, author Text, created Int;
    MEETING_SEAT_END = "meeting_seat_end": seat Text, author Text, at Int;
    MEETING_ISSUE = "meeting_issue": meeting Text, seq Int, statement Text, until Int, author Text, at Int;
    MEETING_ITEM_ISSUE = "meeting_item_issue": item Text, seq Int, event Text, at Int;
    MEETING_STATEMENT = "meeting_statement": seat Text, version Text, at Int;
    PACK = "pack": meeting Text, worker Text, seq Int, manifest Text, at Int;
    PROGRAMME_GROUP = "programme_group": id Text, agency Text, programme Text, version Text, name Text, starts Text,
        author Text, created Int;
    PROGRAMME_PLACE = "programme_place": id Text, case_id Text, order_id Text, programme Text, version Text, listed Text,
        author Text, agency Text, created Int;
    PROGRAMME_MEMBER = "programme_member": place Text, grp Text, session Int, author Text, created Int;
    PROGRAMME_SESSION = "programme_session": grp Text, session Int, at Int, minutes Int, author Text, created Int;
    PROGRAMME_REGISTER = "programme_register": grp Text, session Int, seq Int, held Int, author Text, created Int;
    REGISTER_LINE = "register_line": event Text, grp Text, session Int, seq Int, place Text, mark Text;
    APPOINTMENT = "appointment": event Text, case_id Text, begins Int, ends Int;
    CONSENT = "consent": id Text, chain Text, seq Int, case_id Text, subject Text, event Text, kind Text,
        expires Int, notice Text, method Text, asked_alone Int, author Text, agency Text, recorded Int, sealed Blob,
        not_before Int, event_time Int;
    CONSENT_SCOPE = "consent_scope": consent Text, recipient Text, category Text, purpose Text;
    CONSENT_SIGNED = "consent_signed": consent Text, payload Blob, jws Text;
    SIGNING_KEY = "signing_key": kid Text, whose Text, epoch Int, public Blob, held_by Text, since Int;
    SIGNING_KEY_END = "signing_key_end": kid Text, at Int, reason Text;
    SIGNING_KEY_HANDOVER = "signing_key_handover": kid Text, old Text, voucher Text, signature Blob, at Int;
    SIGNING_KEY_REPORT = "signing_key_report": kid Text, reporter Text, since Int, at Int;
    ALERT = "alert": id Text, case_id Text, author Text, agency Text, about Text, kind Text, category Text,
        severity Text, note Text, raised Int, sealed Blob;
    SPOOLED = "spooled": frame Text, act Text, sender Text, request Text, received Int, certain Int, outcome Text, alert Text,
        at Int, sealed Blob;
    DETAILS_SENT = "details_sent": event Text, alert Text;
    SHARE_NOTICE = "share_notice": alert Text, share Text;
    SHARE_CONFIRMATION = "share_confirmation": share Text, worker Text, at Int, deleted Int, passed_on Int;
    DELIVERY = "delivery": id Text, alert Text, worker Text, raised Int;
    LADDER_RUNG = "ladder_rung": alert Text, obligation Text, rung Int, instead_of Text, whom Text, found Int, at Int;
    ALERT_STAND_IN = "alert_stand_in": alert Text, obligation Text, worker Text, rung Int, at Int;
    ALERT_SENT = "alert_sent": delivery Text, at Int;
    ALERT_TAKEN = "alert_taken": delivery Text, at Int;
    DRILL = "drill": id Text, author Text, agency Text, severity Text, at Int;
    DRILL_PART = "drill_part": drill Text, agency Text, role Text, found Int, alert Text;
    HEARTBEAT = "heartbeat": number Int, at Int;
    HEARTBEAT_TAKEN = "heartbeat_taken": agency Text, system Int, number Int, at Int;
    HEARTBEAT_TURN = "heartbeat_turn": agency Text, nth Int, state Text, at Int;
    MAIL_CHANNEL = "mail_channel": id Text, worker Text, at Int, sealed Blob;
    MAIL_CHANNEL_PROOF = "mail_channel_proof": channel Text, at Int;
    MAIL_CHANNEL_END = "mail_channel_end": channel Text, at Int;
    MAIL_WISH = "mail_wish": id Text, worker Text, at Int, mute Text, digest Text, quiet_from Int, quiet_to Int;
    ENDPOINT = "endpoint": id Text, agency Text, author Text, at Int;
    ENDPOINT_KEY = "endpoint_key": id Text, endpoint Text, at Int, sealed Blob;
    ENDPOINT_END = "endpoint_end": endpoint Text, why Text, at Int;
    ENDPOINT_TEST = "endpoint_test": id Text, endpoint Text, at Int;
    DISPATCH = "dispatch": item Text, target Text, attempt Int, at Int;
    DISPATCH_END = "dispatch_end": item Text, target Text, attempt Int, outcome Text, at Int;
    DISPATCH_SETTLED = "dispatch_settled": target Text, item Text, outcome Text, at Int;
    DISPATCH_TOLD = "dispatch_told": target Text, alert Text, at Int;
    PROPOSED_ADDRESS = "proposed_address": id Text, case_id Text, kind Text, author Text, agency Text, starts Text,
        created Int, event Text, sealed Blob;
    ADDRESS_CHECK = "address_check": id Text, address Text, service Text, alert Text, due Int;
    CHECK_REPLY = "check_reply": id Text, check_id Text, seq Int, worker Text, agency Text, answer Text, at Int,
        sealed Blob;
    CHECK_TOLD = "check_told": check_id Text, alert Text, at Int;
    ALERT_READ = "alert_read": delivery Text, at Int;
    ACKNOWLEDGEMENT = "acknowledgement": delivery Text, at Int;
    ALERT_ACTION = "alert_action": id Text, delivery Text, at Int, safe Int, sealed Blob;
    KEY_WRAP = "key_wrap": id Text, case_word Text, compartment Text, epoch Int, recipient Text, file Blob,
        signature Blob;
    DEVICE_KEY = "device_key": kid Text, worker Text, kind Text, public Blob;
    DEVICE_KEY_END = "device_key_end": kid Text;
    STEP_UP_USED = "step_up_used": nonce Text, worker Text, kid Text;
    EMERGENCY_GRANT = "emergency_grant": id Text, worker Text, case_id Text, about Text, categories Text, sealed Blob,
        begins Int, ends Int, review_by Int, reveals Int, reveals_within Int;
    EMERGENCY_END = "emergency_end": access Text, at Int;
    REVEAL = "reveal": id Text, worker Text, access Text, protected Text, at Int;
    EMERGENCY_SECOND = "emergency_second": access Text, worker Text;
    EMERGENCY_REVIEW = "emergency_review": access Text, agency Text, reviewer Text, outcome Text, at Int, sealed Blob;
    SAFE_CONTACT = "safe_contact": id Text, case_id Text, protected Text, version Int, author Text, agency Text,
        created Int, sealed Blob;
    SAFE_ROUTE = "safe_route": id Text, protected Text, created Int, sealed Blob;
    SAFE_MARK = "safe_mark": id Text, case_id Text, protected Text, routes Text, mark Text, how Text, asked Int,
        author Text, agency Text, created Int, sealed Blob;
    SAFE_ASK = "safe_ask": id Text, case_id Text, protected Text, reason Text, alert Text, verdict Text, route Text,
        author Text, agency Text, created Int, sealed Blob;
    SAFE_OPENING = "safe_opening": ask Text, at Int;
    SAFE_OUTCOME = "safe_outcome": ask Text, outcome Text, at Int, sealed Blob;
    CLOCK_TOLD = "clock_told": event Text, rule Text, due Int, case_id Text, alert Text, at Int;
    UNTOLD_EVENT = "untold_event": event Text, case_id Text;
    STATUS_QUERY = "status_query": id Text, worker Text, agency Text, at Int, follow_up Int, sealed Blob,
        batch Text, lines Int;
    STATUS_QUERY_INCIDENT = "status_query_incident": query Text, at Int, sealed Blob;
    SESSION = "session": id Text, print Text, worker Text, agency Text, began Int, expires Int;
    SESSION_END = "session_end": session Text, at Int;
    IDEMPOTENCY = "idempotency": actor Text, key Text, body Text, answer Text;
    POLICY_ADOPTED = "policy_adopted": place Int, digest Text, version Int, previous Text, signers Text,
        approvers Text, sig_one Blob, sig_two Blob, added Text, removed Text, changed Text, at Int;
    POLICY_FILE = "policy_file": digest Text, name Text, content Text;
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
