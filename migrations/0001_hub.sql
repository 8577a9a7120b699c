-- The hub's tables, one text for SQLite and PostgreSQL: only TEXT, BIGINT and BYTEA.
-- Instants are UTC microseconds. Every table with a column `entry` is append-only, and each of
-- its rows is bound by digest to that audit entry: change a byte and `lippen audit verify` says where.
-- Who writes: the writer task of store/writer.rs, nobody else.

-- What this database is. One row, written once.
CREATE TABLE hub_stamp (
    id          BIGINT PRIMARY KEY CHECK (id = 1),
    environment TEXT   NOT NULL CHECK (environment IN ('demo', 'production')),
    hub         TEXT   NOT NULL,
    created     BIGINT NOT NULL
);

-- How often the facts of a case or a worker, or the policy, have changed. The only counter that moves.
CREATE TABLE fact_version (
    subject TEXT   PRIMARY KEY,
    version BIGINT NOT NULL
);
-- How many policies have come into force: there from the beginning, so that it can be held.
INSERT INTO fact_version (subject, version) VALUES ('policy', 0);

-- A policy that came into force, after those with a lower place; rows of its matrix that came and
-- went, and the names of the files that changed, stand one a line.
CREATE TABLE policy_adopted (
    place     BIGINT PRIMARY KEY,
    digest    TEXT   NOT NULL,
    version   BIGINT NOT NULL,
    previous  TEXT,
    signers   TEXT,
    approvers TEXT   NOT NULL,
    sig_one   BYTEA  NOT NULL,
    sig_two   BYTEA  NOT NULL,
    added     TEXT   NOT NULL,
    removed   TEXT   NOT NULL,
    changed   TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    entry     TEXT   NOT NULL
);

-- Every file of every policy that was ever in force, so that any past decision can be asked again.
CREATE TABLE policy_file (
    digest  TEXT NOT NULL,
    name    TEXT NOT NULL,
    content TEXT NOT NULL,
    entry   TEXT NOT NULL,
    PRIMARY KEY (digest, name)
);

CREATE TABLE agency (
    id        TEXT PRIMARY KEY,
    name      TEXT NOT NULL,
    kind      TEXT NOT NULL,
    regime    TEXT NOT NULL,
    recipient TEXT NOT NULL,
    entry     TEXT NOT NULL
);

CREATE TABLE worker (
    id     TEXT PRIMARY KEY,
    agency TEXT NOT NULL REFERENCES agency (id),
    role   TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    entry  TEXT NOT NULL
);
-- serves: who sits in an agency, and whether anybody does
CREATE INDEX worker_by_agency ON worker (agency, role);

-- A seat that has ended. A worker who comes back gets a new seat.
CREATE TABLE worker_end (
    worker TEXT PRIMARY KEY REFERENCES worker (id),
    entry  TEXT NOT NULL
);

-- serves: which seats ended between two places in the log
CREATE INDEX worker_end_by_entry ON worker_end (entry);

-- The rota: seats that take what has no named recipient, and those that answer for a service at that time (senior).
CREATE TABLE duty (
    id     TEXT PRIMARY KEY,
    worker TEXT NOT NULL REFERENCES worker (id),
    senior BIGINT NOT NULL CHECK (senior IN (0, 1)),
    starts BIGINT NOT NULL,
    ends   BIGINT,
    author TEXT NOT NULL,
    entry  TEXT NOT NULL
);
-- serves: who is on duty
CREATE INDEX duty_by_worker ON duty (worker, starts);

CREATE TABLE duty_end (
    duty  TEXT PRIMARY KEY REFERENCES duty (id),
    at    BIGINT NOT NULL,
    entry TEXT NOT NULL
);

-- Somebody is away, and who stands in for them.
CREATE TABLE leave_taken (
    id     TEXT PRIMARY KEY,
    worker TEXT NOT NULL REFERENCES worker (id),
    cover  TEXT REFERENCES worker (id),
    starts BIGINT NOT NULL,
    ends   BIGINT,
    author TEXT NOT NULL,
    entry  TEXT NOT NULL
);
-- serves: who is away
CREATE INDEX leave_taken_by_worker ON leave_taken (worker, starts);
-- serves: who went away between two places in the log
CREATE INDEX leave_taken_by_entry ON leave_taken (entry);

CREATE TABLE leave_end (
    leave_id TEXT PRIMARY KEY REFERENCES leave_taken (id),
    at       BIGINT NOT NULL,
    entry    TEXT NOT NULL
);

CREATE TABLE person (
    id      TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    sealed  BYTEA NOT NULL,
    summary BYTEA NOT NULL,
    entry   TEXT NOT NULL
);

CREATE TABLE case_file (
    id        TEXT PRIMARY KEY,
    person    TEXT NOT NULL REFERENCES person (id),
    reference TEXT NOT NULL,
    label     TEXT NOT NULL,
    mappa     TEXT,
    owner     TEXT NOT NULL REFERENCES agency (id),
    entry     TEXT NOT NULL,
    -- of one agency's cases: that another has the same reference is not to be found out
    UNIQUE (owner, reference)
);

CREATE TABLE protected (
    id        TEXT PRIMARY KEY,
    case_id   TEXT NOT NULL REFERENCES case_file (id),
    pseudonym TEXT NOT NULL,
    relation  TEXT NOT NULL,
    sealed    BYTEA NOT NULL,
    entry     TEXT NOT NULL
);
-- serves: the protected people of a case
CREATE INDEX protected_by_case ON protected (case_id, id);

CREATE TABLE location (
    protected TEXT PRIMARY KEY REFERENCES protected (id),
    sealed    BYTEA NOT NULL,
    entry     TEXT NOT NULL
);

CREATE TABLE involvement (
    id      TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_file (id),
    worker  TEXT NOT NULL REFERENCES worker (id),
    about   TEXT REFERENCES protected (id),
    entry   TEXT NOT NULL
);
-- serves: the facts of one worker in one case; a worker's own cases
CREATE INDEX involvement_by_worker ON involvement (worker, case_id);
-- serves: the recipients of a share or an alert
CREATE INDEX involvement_by_case ON involvement (case_id, worker);

CREATE TABLE involvement_end (
    involvement TEXT PRIMARY KEY REFERENCES involvement (id),
    entry       TEXT NOT NULL
);

-- A worker's declaration of knowing somebody; the words are sealed.
CREATE TABLE conflict (
    id     TEXT PRIMARY KEY,
    worker TEXT NOT NULL REFERENCES worker (id),
    at     BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    entry  TEXT NOT NULL
);
-- serves: how many a worker has made in a day
CREATE INDEX conflict_by_worker ON conflict (worker, at);

-- The people that a declaration was found to mean.
CREATE TABLE conflict_match (
    conflict TEXT NOT NULL REFERENCES conflict (id),
    worker   TEXT NOT NULL REFERENCES worker (id),
    person   TEXT NOT NULL REFERENCES person (id),
    entry    TEXT NOT NULL,
    PRIMARY KEY (conflict, person)
);
-- serves: whether a worker knows the person of a case
CREATE INDEX conflict_match_by_worker ON conflict_match (worker, person);
-- serves: who said between two places in the log that they know somebody
CREATE INDEX conflict_match_by_entry ON conflict_match (entry);

-- A search opened who the man of this case is: its entry stands among those who looked at it.
CREATE TABLE case_opened (
    case_id TEXT NOT NULL REFERENCES case_file (id),
    entry   TEXT NOT NULL,
    PRIMARY KEY (case_id, entry)
);

CREATE TABLE note (
    id                TEXT PRIMARY KEY,
    case_id           TEXT NOT NULL REFERENCES case_file (id),
    author            TEXT NOT NULL REFERENCES worker (id),
    agency            TEXT NOT NULL REFERENCES agency (id),
    created           BIGINT NOT NULL,
    -- its place in lists: when it was written, or the end of that day where readers are not told the hour
    listed            BIGINT NOT NULL,
    kind              TEXT NOT NULL,
    category          TEXT NOT NULL,
    about             TEXT REFERENCES protected (id),
    share_code        TEXT NOT NULL,
    onward            TEXT NOT NULL,
    onward_roles      TEXT,
    use_with_man      TEXT NOT NULL,
    action_on         TEXT NOT NULL,
    attributable      BIGINT NOT NULL CHECK (attributable IN (0, 1)),
    expires           BIGINT,
    grade_source      BIGINT,
    grade_information TEXT,
    sealed            BYTEA NOT NULL,
    summary           BYTEA,
    conditions        BYTEA,
    entry             TEXT NOT NULL
);
-- serves: the notes of a case, newest first
CREATE INDEX note_by_case ON note (case_id, listed, id);

-- A note that its agency has taken back whole: from then on it is closed to everybody else.
CREATE TABLE note_end (
    note  TEXT PRIMARY KEY REFERENCES note (id),
    at    BIGINT NOT NULL,
    entry TEXT NOT NULL
);

-- A sanitised note for his side, and what it was made from.
CREATE TABLE derivative (
    note   TEXT PRIMARY KEY REFERENCES note (id),
    source TEXT NOT NULL REFERENCES note (id),
    entry  TEXT NOT NULL
);

-- A worker of another agency has accepted the conditions of a note with the code C.
CREATE TABLE note_acceptance (
    note   TEXT   NOT NULL REFERENCES note (id),
    worker TEXT   NOT NULL REFERENCES worker (id),
    at     BIGINT NOT NULL,
    entry  TEXT   NOT NULL,
    PRIMARY KEY (note, worker)
);

CREATE TABLE share (
    id        TEXT PRIMARY KEY,
    note      TEXT NOT NULL REFERENCES note (id),
    case_id   TEXT NOT NULL,
    author    TEXT NOT NULL REFERENCES worker (id),
    agency    TEXT NOT NULL REFERENCES agency (id),
    to_kind   TEXT NOT NULL CHECK (to_kind IN ('worker', 'role', 'agency')),
    to_id     TEXT NOT NULL,
    purpose   TEXT NOT NULL,
    basis     TEXT NOT NULL,
    basis_ref TEXT,
    expires   BIGINT,
    created   BIGINT NOT NULL,
    key_digest TEXT,
    entry     TEXT NOT NULL
);
-- serves: the releases of a note
CREATE INDEX share_by_note ON share (note, to_kind, to_id);
-- serves: what stands on a consent
CREATE INDEX share_by_basis ON share (basis_ref, id);

CREATE INDEX share_by_expiry ON share (expires) WHERE expires IS NOT NULL;

-- A share that its originator took back; why is sealed.
-- What was written about a share's basis: the reason for one that stands on somebody's life, a court's order.
CREATE TABLE share_basis (
    share    TEXT PRIMARY KEY REFERENCES share (id),
    made     TEXT,
    until    BIGINT,
    words_of TEXT REFERENCES share (id),
    sealed   BYTEA,
    entry    TEXT NOT NULL,
    CHECK (words_of IS NOT NULL OR sealed IS NOT NULL)
);

CREATE INDEX share_basis_by_end ON share_basis (until) WHERE until IS NOT NULL;

CREATE TABLE share_end (
    share  TEXT PRIMARY KEY REFERENCES share (id),
    ended  BIGINT NOT NULL,
    sealed BYTEA,
    entry  TEXT NOT NULL
);

-- The key of one shared note, wrapped to one agency. Rows go when the share ends: no key, no reading. Not bound row by
-- row: `share.key_digest` names each wrap by its digest, and `share_key_end` says which are gone, and by which entry.
CREATE TABLE share_key (
    share     TEXT NOT NULL REFERENCES share (id),
    note      TEXT NOT NULL REFERENCES note (id),
    recipient TEXT NOT NULL REFERENCES agency (id),
    file      BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    PRIMARY KEY (share, recipient)
);

-- One agency's key of a share was deleted: taken back, its consent gone, or its time run out.
CREATE TABLE share_key_end (
    share     TEXT NOT NULL REFERENCES share (id),
    recipient TEXT NOT NULL REFERENCES agency (id),
    ended     BIGINT NOT NULL,
    entry     TEXT NOT NULL,
    PRIMARY KEY (share, recipient)
);
-- serves: what ended since a place in the log
CREATE INDEX share_key_end_by_entry ON share_key_end (entry);

-- The first time that a worker read a note on a share: from then on taking it back owes an answer.
CREATE TABLE share_read (
    share  TEXT NOT NULL REFERENCES share (id),
    worker TEXT NOT NULL REFERENCES worker (id),
    at     BIGINT NOT NULL,
    entry  TEXT NOT NULL,
    PRIMARY KEY (share, worker)
);

-- A breach: what was wrong (kind), with what (its id), and by when it is to be told.
CREATE TABLE breach (
    id     TEXT   PRIMARY KEY,
    kind   TEXT   NOT NULL,
    about  TEXT   NOT NULL,
    opened BIGINT NOT NULL,
    due    BIGINT NOT NULL,
    entry  TEXT   NOT NULL
);
-- serves: the breach that a share or a grant opened
CREATE INDEX breach_by_about ON breach (about, kind);

-- A note that was corrected by another. The old one stays.
CREATE TABLE supersession (
    old   TEXT PRIMARY KEY REFERENCES note (id),
    note  TEXT NOT NULL UNIQUE REFERENCES note (id),
    at    BIGINT NOT NULL,
    entry TEXT NOT NULL
);

-- A decision to share an item against a woman's wishes, because of serious harm; the reason is sealed. `share` is the
-- share that it becomes: its row is written in the commit that makes it live.
CREATE TABLE override_ask (
    id      TEXT PRIMARY KEY,
    note    TEXT NOT NULL REFERENCES note (id),
    case_id TEXT NOT NULL,
    author  TEXT NOT NULL REFERENCES worker (id),
    agency  TEXT NOT NULL REFERENCES agency (id),
    to_kind TEXT NOT NULL CHECK (to_kind IN ('worker', 'role', 'agency')),
    to_id   TEXT NOT NULL,
    purpose TEXT NOT NULL,
    harm    TEXT NOT NULL,
    told    BIGINT NOT NULL CHECK (told IN (0, 1)),
    share   TEXT NOT NULL UNIQUE,
    due     BIGINT,
    reopens BIGINT,
    created BIGINT NOT NULL,
    sealed  BYTEA NOT NULL,
    entry   TEXT NOT NULL
);
-- serves: the overrides of a case
CREATE INDEX override_ask_by_case ON override_ask (case_id, created, id);

CREATE INDEX override_ask_by_reopening ON override_ask (reopens) WHERE reopens IS NOT NULL;

-- Who was asked to be the second person. Never the one who asked.
CREATE TABLE override_called (
    override_id TEXT NOT NULL REFERENCES override_ask (id),
    worker      TEXT NOT NULL REFERENCES worker (id),
    entry       TEXT NOT NULL,
    PRIMARY KEY (override_id, worker)
);

-- What the second person said: one answer, from one of those who were asked.
CREATE TABLE override_second (
    override_id TEXT PRIMARY KEY REFERENCES override_ask (id),
    worker      TEXT NOT NULL REFERENCES worker (id),
    outcome     TEXT NOT NULL,
    at          BIGINT NOT NULL,
    sealed      BYTEA NOT NULL,
    entry       TEXT NOT NULL
);

CREATE TABLE override_review (
    id          TEXT PRIMARY KEY,
    override_id TEXT NOT NULL REFERENCES override_ask (id),
    worker      TEXT NOT NULL REFERENCES worker (id),
    outcome     TEXT NOT NULL,
    at          BIGINT NOT NULL,
    sealed      BYTEA NOT NULL,
    entry       TEXT NOT NULL
);
-- serves: whether an override still holds
CREATE INDEX override_review_by_override ON override_review (override_id, at);

-- A decision to tell, or not to tell, somebody outside the arrangements. It opens nothing here: it is a record. `follows` is
-- the event, such as a significant change, that it answers.
CREATE TABLE decision (
    id       TEXT PRIMARY KEY,
    case_id  TEXT NOT NULL REFERENCES case_file (id),
    author   TEXT NOT NULL REFERENCES worker (id),
    agency   TEXT NOT NULL REFERENCES agency (id),
    about    TEXT REFERENCES protected (id),
    verdict  TEXT NOT NULL,
    basis    TEXT NOT NULL,
    told     BIGINT NOT NULL CHECK (told IN (0, 1)),
    review   TEXT,
    deadline TEXT,
    follows  TEXT,
    created  BIGINT NOT NULL,
    sealed   BYTEA NOT NULL,
    entry    TEXT NOT NULL
);
-- serves: the decisions of a case, newest first
CREATE INDEX decision_by_case ON decision (case_id, created, id);

-- What a man is supervised under: an order, a licence, bail, a diversion. What it says is sealed; the summary names the
-- kinds of its conditions.
CREATE TABLE supervision_order (
    id      TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_file (id),
    kind    TEXT NOT NULL,
    author  TEXT NOT NULL REFERENCES worker (id),
    agency  TEXT NOT NULL REFERENCES agency (id),
    made    TEXT NOT NULL,
    starts  TEXT NOT NULL,
    ends    TEXT,
    -- the area whose working days count, and the conditions of clocks.csv that hold for it, spaces between
    area    TEXT,
    counts  TEXT NOT NULL,
    created BIGINT NOT NULL,
    sealed  BYTEA NOT NULL,
    summary BYTEA NOT NULL,
    -- the order that ended when this one began; each is replaced once
    replaces TEXT UNIQUE REFERENCES supervision_order (id),
    entry   TEXT NOT NULL
);
-- serves: the orders of a case
CREATE INDEX supervision_order_by_case ON supervision_order (case_id, created, id);

-- What happened while he is supervised: the chronology. Its word and when stand in clear, because clocks are reckoned
-- from them; what a worker wrote of it is sealed. `follows` names the event that it answers, waives or extends (then `rule`
-- names the clock), `corrects` the one in whose place it stands, `day` the day that it speaks of, `sets` the condition of
-- clocks.csv that holds from then on.
CREATE TABLE event (
    id       TEXT PRIMARY KEY,
    case_id  TEXT NOT NULL REFERENCES case_file (id),
    order_id TEXT REFERENCES supervision_order (id),
    word     TEXT NOT NULL,
    category TEXT NOT NULL,
    author   TEXT NOT NULL REFERENCES worker (id),
    agency   TEXT NOT NULL REFERENCES agency (id),
    happened BIGINT NOT NULL,
    created  BIGINT NOT NULL,
    follows  TEXT REFERENCES event (id),
    corrects TEXT REFERENCES event (id),
    rule     TEXT,
    day      TEXT,
    sets     TEXT,
    sealed   BYTEA NOT NULL,
    summary  BYTEA,
    entry    TEXT NOT NULL
);
-- serves: the chronology of a case
CREATE INDEX event_by_case ON event (case_id, created, id);
-- serves: whether an alert was raised by an event, of which whoever recorded it learns nothing
CREATE INDEX event_by_entry ON event (entry);
-- serves: whether a planned contact was answered
CREATE INDEX event_by_follows ON event (follows) WHERE follows IS NOT NULL;
-- serves: whether what raised an alert was put right
CREATE INDEX event_by_corrects ON event (corrects) WHERE corrects IS NOT NULL;

-- Risk assessments as their source supplied them. Tool, version, source and day stand in clear, because a batch that is not
-- to be relied on is found by them; score and level are sealed. What was wrong is put right once, by another row.
CREATE TABLE assessment (
    id          TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL REFERENCES case_file (id),
    author      TEXT NOT NULL REFERENCES worker (id),
    agency      TEXT NOT NULL REFERENCES agency (id),
    tool        TEXT NOT NULL,
    version     TEXT NOT NULL,
    assessed    TEXT NOT NULL,
    valid_until TEXT,
    source      TEXT NOT NULL,
    corrects    TEXT UNIQUE REFERENCES assessment (id),
    created     BIGINT NOT NULL,
    sealed      BYTEA NOT NULL,
    summary     BYTEA NOT NULL,
    entry       TEXT NOT NULL
);
-- serves: the assessments of a case
CREATE INDEX assessment_by_case ON assessment (case_id, created, id);
-- serves: a batch within an agency
CREATE INDEX assessment_by_batch ON assessment (agency, tool, version, source, assessed);
-- serves: whether an alert was raised by a correction, of which whoever made it learns nothing
CREATE INDEX assessment_by_entry ON assessment (entry);

-- The first time that a worker saw an assessment: who is told when it is put right.
CREATE TABLE assessment_read (
    assessment TEXT   NOT NULL REFERENCES assessment (id),
    worker     TEXT   NOT NULL REFERENCES worker (id),
    at         BIGINT NOT NULL,
    entry      TEXT   NOT NULL,
    PRIMARY KEY (assessment, worker)
);

-- A batch of assessments that is not to be relied on, and by what it was found.
CREATE TABLE assessment_recall (
    id        TEXT   PRIMARY KEY,
    worker    TEXT   NOT NULL REFERENCES worker (id),
    agency    TEXT   NOT NULL REFERENCES agency (id),
    tool      TEXT   NOT NULL,
    version   TEXT   NOT NULL,
    source    TEXT   NOT NULL,
    first_day TEXT   NOT NULL,
    last_day  TEXT   NOT NULL,
    state     TEXT   NOT NULL,
    why       TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    entry     TEXT   NOT NULL
);
-- serves: whether an alert was raised by a recall, of which whoever made it learns nothing
CREATE INDEX assessment_recall_by_entry ON assessment_recall (entry);

CREATE TABLE assessment_doubt (
    assessment TEXT NOT NULL REFERENCES assessment (id),
    recall     TEXT NOT NULL REFERENCES assessment_recall (id),
    entry      TEXT NOT NULL,
    PRIMARY KEY (assessment, recall)
);

-- Risk management plans, one row a version. `orders` names those that it serves, spaces between.
CREATE TABLE plan (
    id      TEXT   PRIMARY KEY,
    case_id TEXT   NOT NULL REFERENCES case_file (id),
    author  TEXT   NOT NULL REFERENCES worker (id),
    agency  TEXT   NOT NULL REFERENCES agency (id),
    version BIGINT NOT NULL,
    orders  TEXT   NOT NULL,
    review  TEXT   NOT NULL,
    created BIGINT NOT NULL,
    sealed  BYTEA  NOT NULL,
    summary BYTEA  NOT NULL,
    entry   TEXT   NOT NULL,
    UNIQUE (case_id, version)
);
-- serves: the plans of a case
CREATE INDEX plan_by_case ON plan (case_id, created, id);

-- What a plan does for one protected person, sealed apart: her own worker sees this and nothing about another.
CREATE TABLE plan_part (
    id     TEXT  PRIMARY KEY,
    plan   TEXT  NOT NULL REFERENCES plan (id),
    about  TEXT  NOT NULL REFERENCES protected (id),
    sealed BYTEA NOT NULL,
    entry  TEXT  NOT NULL,
    UNIQUE (plan, about)
);

-- What women may be told of one kind of event in a case, as those who answer for him said it: the newest of a kind stands. `sealed` if
-- words were written.
CREATE TABLE wording (
    id      TEXT   PRIMARY KEY,
    case_id TEXT   NOT NULL REFERENCES case_file (id),
    word    TEXT   NOT NULL,
    seq     BIGINT NOT NULL,
    tell    TEXT   NOT NULL,
    author  TEXT   NOT NULL REFERENCES worker (id),
    agency  TEXT   NOT NULL REFERENCES agency (id),
    created BIGINT NOT NULL,
    sealed  BYTEA,
    entry   TEXT   NOT NULL,
    UNIQUE (case_id, word, seq)
);

CREATE TABLE plan_approval (
    plan   TEXT   PRIMARY KEY REFERENCES plan (id),
    worker TEXT   NOT NULL REFERENCES worker (id),
    at     BIGINT NOT NULL,
    entry  TEXT   NOT NULL
);
-- A referral for management under MAPPA. One that is filed again names the one that went back; `event` is the row of the chronology.
CREATE TABLE referral (
    id       TEXT   PRIMARY KEY,
    case_id  TEXT   NOT NULL REFERENCES case_file (id),
    author   TEXT   NOT NULL REFERENCES worker (id),
    agency   TEXT   NOT NULL REFERENCES agency (id),
    category TEXT   NOT NULL,
    level    TEXT   NOT NULL,
    harm     TEXT   NOT NULL,
    plan     TEXT   NOT NULL REFERENCES plan (id),
    follows  TEXT   UNIQUE REFERENCES referral (id),
    event    TEXT   NOT NULL REFERENCES event (id),
    created  BIGINT NOT NULL,
    sealed   BYTEA  NOT NULL,
    entry    TEXT   NOT NULL
);
-- serves: the referrals of a case, newest first
CREATE INDEX referral_by_case ON referral (case_id, created, id);

-- What the co-ordinator did with a referral, once; the reason of a return is sealed.
CREATE TABLE referral_answer (
    referral TEXT   PRIMARY KEY REFERENCES referral (id),
    outcome  TEXT   NOT NULL,
    worker   TEXT   NOT NULL REFERENCES worker (id),
    at       BIGINT NOT NULL,
    sealed   BYTEA,
    entry    TEXT   NOT NULL
);

-- A MAPPA meeting: a matter of the MAPPA office, and of no case. Where it is and how one joins it is sealed.
CREATE TABLE meeting (
    id      TEXT   PRIMARY KEY,
    agency  TEXT   NOT NULL REFERENCES agency (id),
    level   TEXT   NOT NULL,
    starts  BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    author  TEXT   NOT NULL REFERENCES worker (id),
    created BIGINT NOT NULL,
    sealed  BYTEA  NOT NULL,
    entry   TEXT   NOT NULL
);
-- serves: the meetings of an office, the latest first
CREATE INDEX meeting_by_agency ON meeting (agency, starts, id);

-- It is called off.
CREATE TABLE meeting_end (
    meeting TEXT   PRIMARY KEY REFERENCES meeting (id),
    why     TEXT   NOT NULL,
    author  TEXT   NOT NULL REFERENCES worker (id),
    at      BIGINT NOT NULL,
    entry   TEXT   NOT NULL
);

-- A case on its agenda; `event` is the row of the chronology. `seq`: how often it had been on this agenda before.
CREATE TABLE meeting_item (
    id      TEXT   PRIMARY KEY,
    meeting TEXT   NOT NULL REFERENCES meeting (id),
    case_id TEXT   NOT NULL REFERENCES case_file (id),
    seq     BIGINT NOT NULL,
    purpose TEXT   NOT NULL,
    minutes BIGINT NOT NULL,
    place   BIGINT NOT NULL,
    event   TEXT   NOT NULL REFERENCES event (id),
    author  TEXT   NOT NULL REFERENCES worker (id),
    created BIGINT NOT NULL,
    entry   TEXT   NOT NULL,
    UNIQUE (meeting, case_id, seq)
);
-- serves: on which agendas a case is
CREATE INDEX meeting_item_by_case ON meeting_item (case_id, meeting);

-- It is taken off the agenda.
CREATE TABLE meeting_item_end (
    item   TEXT   PRIMARY KEY REFERENCES meeting_item (id),
    author TEXT   NOT NULL REFERENCES worker (id),
    at     BIGINT NOT NULL,
    entry  TEXT   NOT NULL
);

-- Somebody is invited. `seq`: how often they had been before.
CREATE TABLE meeting_seat (
    id      TEXT   PRIMARY KEY,
    meeting TEXT   NOT NULL REFERENCES meeting (id),
    worker  TEXT   NOT NULL REFERENCES worker (id),
    seq     BIGINT NOT NULL,
    part    TEXT   NOT NULL,
    author  TEXT   NOT NULL REFERENCES worker (id),
    created BIGINT NOT NULL,
    entry   TEXT   NOT NULL,
    UNIQUE (meeting, worker, seq)
);
-- serves: to which meetings somebody is invited
CREATE INDEX meeting_seat_by_worker ON meeting_seat (worker, meeting);

-- The invitation is withdrawn.
CREATE TABLE meeting_seat_end (
    seat   TEXT   PRIMARY KEY REFERENCES meeting_seat (id),
    author TEXT   NOT NULL REFERENCES worker (id),
    at     BIGINT NOT NULL,
    entry  TEXT   NOT NULL
);

-- It is opened to those who are invited and accept `statement`, until `until`. Issued again, the latest holds.
CREATE TABLE meeting_issue (
    meeting   TEXT   NOT NULL REFERENCES meeting (id),
    seq       BIGINT NOT NULL,
    statement TEXT   NOT NULL,
    until     BIGINT NOT NULL,
    author    TEXT   NOT NULL REFERENCES worker (id),
    at        BIGINT NOT NULL,
    entry     TEXT   NOT NULL,
    PRIMARY KEY (meeting, seq)
);

-- A case of the agenda is opened with it; `event` is the row of the chronology.
CREATE TABLE meeting_item_issue (
    item  TEXT   PRIMARY KEY REFERENCES meeting_item (id),
    seq   BIGINT NOT NULL,
    event TEXT   NOT NULL REFERENCES event (id),
    at    BIGINT NOT NULL,
    entry TEXT   NOT NULL
);

-- Somebody accepts a confidentiality statement for the meeting to which they are invited.
CREATE TABLE meeting_statement (
    seat    TEXT   NOT NULL REFERENCES meeting_seat (id),
    version TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    entry   TEXT   NOT NULL,
    PRIMARY KEY (seat, version)
);

-- A version of the pack of one reader for one meeting: made when what they may read of its agenda is another than the time before.
-- The manifest names each record in it, with no word of it; records are never changed, so that it says which words they were.
CREATE TABLE pack (
    meeting  TEXT   NOT NULL REFERENCES meeting (id),
    worker   TEXT   NOT NULL REFERENCES worker (id),
    seq      BIGINT NOT NULL,
    manifest TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    entry    TEXT   NOT NULL,
    PRIMARY KEY (meeting, worker, seq)
);

-- A group of a programme that runs. It keeps the version of the template that it began with. Its name stands in clear: it names nobody.
CREATE TABLE programme_group (
    id        TEXT PRIMARY KEY,
    agency    TEXT NOT NULL REFERENCES agency (id),
    programme TEXT NOT NULL,
    version   TEXT NOT NULL,
    name      TEXT NOT NULL,
    starts    TEXT NOT NULL,
    author    TEXT NOT NULL REFERENCES worker (id),
    created   BIGINT NOT NULL,
    entry     TEXT NOT NULL,
    UNIQUE (agency, name)
);

-- A man's place in a programme: he is on the waiting list from `listed` on, and that day never changes.
CREATE TABLE programme_place (
    id        TEXT PRIMARY KEY,
    case_id   TEXT NOT NULL REFERENCES case_file (id),
    order_id  TEXT NOT NULL REFERENCES supervision_order (id),
    programme TEXT NOT NULL,
    version   TEXT NOT NULL,
    listed    TEXT NOT NULL,
    author    TEXT NOT NULL REFERENCES worker (id),
    agency    TEXT NOT NULL REFERENCES agency (id),
    created   BIGINT NOT NULL,
    entry     TEXT NOT NULL,
    UNIQUE (order_id)
);
-- serves: the places of a case
CREATE INDEX programme_place_by_case ON programme_place (case_id, created, id);

-- He joins a group: for good, or for the one session that is named. The latest of a kind holds.
CREATE TABLE programme_member (
    place   TEXT NOT NULL REFERENCES programme_place (id),
    grp     TEXT NOT NULL REFERENCES programme_group (id),
    session BIGINT,
    author  TEXT NOT NULL REFERENCES worker (id),
    created BIGINT NOT NULL,
    entry   TEXT NOT NULL
);
-- serves: in which group somebody is
CREATE INDEX programme_member_by_place ON programme_member (place, created);
-- serves: who is in a group
CREATE INDEX programme_member_by_group ON programme_member (grp);

-- When a session is to be, and for how many minutes if that was said; without `at` it is called off. The latest holds.
CREATE TABLE programme_session (
    grp     TEXT NOT NULL REFERENCES programme_group (id),
    session BIGINT NOT NULL,
    at      BIGINT,
    minutes BIGINT,
    author  TEXT NOT NULL REFERENCES worker (id),
    created BIGINT NOT NULL,
    entry   TEXT NOT NULL
);
-- serves: the sessions of a group
CREATE INDEX programme_session_by_group ON programme_session (grp, session, created);

-- A register: `seq` 1 is the first of a session, later ones add to it or put it right.
CREATE TABLE programme_register (
    grp     TEXT NOT NULL REFERENCES programme_group (id),
    session BIGINT NOT NULL,
    seq     BIGINT NOT NULL,
    held    BIGINT NOT NULL,
    author  TEXT NOT NULL REFERENCES worker (id),
    created BIGINT NOT NULL,
    entry   TEXT NOT NULL,
    PRIMARY KEY (grp, session, seq)
);

-- What a register says of one man, and the event of his own case that it became.
CREATE TABLE register_line (
    event   TEXT PRIMARY KEY REFERENCES event (id),
    grp     TEXT NOT NULL,
    session BIGINT NOT NULL,
    seq     BIGINT NOT NULL,
    place   TEXT NOT NULL REFERENCES programme_place (id),
    mark    TEXT NOT NULL,
    entry   TEXT NOT NULL,
    FOREIGN KEY (grp, session, seq) REFERENCES programme_register (grp, session, seq)
);
-- serves: the register of a session
CREATE INDEX register_line_by_session ON register_line (grp, session, seq);
-- From when until when a contact is planned. What it is for and where stands nowhere but in the words of its event.
CREATE TABLE appointment (
    event   TEXT PRIMARY KEY REFERENCES event (id),
    case_id TEXT NOT NULL REFERENCES case_file (id),
    begins  BIGINT NOT NULL,
    ends    BIGINT NOT NULL,
    entry   TEXT NOT NULL
);

CREATE TABLE consent (
    id          TEXT PRIMARY KEY,
    chain       TEXT NOT NULL,
    seq         BIGINT NOT NULL,
    case_id     TEXT NOT NULL REFERENCES case_file (id),
    subject     TEXT NOT NULL,
    event       TEXT NOT NULL,
    kind        TEXT NOT NULL,
    expires     BIGINT,
    notice      TEXT NOT NULL,
    method      TEXT NOT NULL,
    asked_alone BIGINT NOT NULL CHECK (asked_alone IN (0, 1)),
    author      TEXT NOT NULL REFERENCES worker (id),
    agency      TEXT NOT NULL REFERENCES agency (id),
    recorded    BIGINT NOT NULL,
    sealed      BYTEA NOT NULL,
    not_before  BIGINT,
    event_time  BIGINT,
    entry       TEXT NOT NULL,
    UNIQUE (chain, seq)
);
-- serves: whether a share's consent is live
CREATE INDEX consent_by_chain ON consent (chain, seq);

CREATE INDEX consent_by_expiry ON consent (expires) WHERE expires IS NOT NULL;

CREATE TABLE consent_scope (
    consent   TEXT NOT NULL REFERENCES consent (id),
    recipient TEXT NOT NULL,
    category  TEXT NOT NULL,
    purpose   TEXT NOT NULL,
    entry     TEXT NOT NULL,
    PRIMARY KEY (consent, recipient, category, purpose)
);

-- Each event of consent as it was signed: the exact bytes, and a detached JWS with a signature of worker, agency and hub.
-- Every field of the payload stands in clear in consent and consent_scope already.
CREATE TABLE consent_signed (
    consent TEXT PRIMARY KEY REFERENCES consent (id),
    payload BYTEA NOT NULL,
    jws     TEXT NOT NULL,
    entry   TEXT NOT NULL
);

-- The keys that sign, each named by its thumbprint: whose it is (u:seat, agency:name, hub:name) and who holds it.
CREATE TABLE signing_key (
    kid     TEXT PRIMARY KEY,
    whose   TEXT NOT NULL,
    epoch   BIGINT NOT NULL,
    public  BYTEA NOT NULL,
    held_by TEXT NOT NULL,
    since   BIGINT NOT NULL,
    entry   TEXT NOT NULL,
    UNIQUE (whose, epoch)
);

-- Keys that sign no more. Of a stolen one: from when on others may have signed with it. One that was replaced may be found
-- to have been stolen later: then it has both.
CREATE TABLE signing_key_end (
    kid    TEXT NOT NULL REFERENCES signing_key (kid),
    at     BIGINT NOT NULL,
    reason TEXT NOT NULL,
    entry  TEXT NOT NULL,
    PRIMARY KEY (kid, reason)
);

-- How a key (kid) took the place of another (old): signed with that (voucher is key), or vouched for by an officer (u:seat).
CREATE TABLE signing_key_handover (
    kid       TEXT NOT NULL REFERENCES signing_key (kid),
    old       TEXT NOT NULL REFERENCES signing_key (kid),
    voucher   TEXT NOT NULL,
    signature BYTEA,
    at        BIGINT NOT NULL,
    entry     TEXT NOT NULL,
    PRIMARY KEY (kid, voucher)
);

-- Who said that a key is lost, or stolen since when. It ends nothing before it was replaced: that takes somebody else.
CREATE TABLE signing_key_report (
    kid      TEXT NOT NULL REFERENCES signing_key (kid),
    reporter TEXT NOT NULL REFERENCES worker (id),
    since    BIGINT,
    at       BIGINT NOT NULL,
    entry    TEXT NOT NULL,
    PRIMARY KEY (kid, reporter)
);

CREATE TABLE alert (
    id       TEXT PRIMARY KEY,
    case_id  TEXT REFERENCES case_file (id),
    author   TEXT NOT NULL,
    agency   TEXT NOT NULL REFERENCES agency (id),
    about    TEXT REFERENCES protected (id),
    kind     TEXT NOT NULL,
    category TEXT NOT NULL,
    severity TEXT NOT NULL,
    note     TEXT REFERENCES note (id),
    raised   BIGINT NOT NULL,
    sealed   BYTEA NOT NULL,
    entry    TEXT NOT NULL
);
-- serves: the alerts that a worker raised
CREATE INDEX alert_by_author ON alert (author, raised, id);
-- serves: how many alerts came of late, and of which agency; the figures of a month
CREATE INDEX alert_by_raised ON alert (raised, id, agency);
-- serves: how many an agency raises otherwise
CREATE INDEX alert_by_agency ON alert (agency, raised);

-- The share that an alert tells of: that it was made, taken back or corrected.
CREATE TABLE share_notice (
    alert TEXT NOT NULL REFERENCES alert (id),
    share TEXT NOT NULL REFERENCES share (id),
    entry TEXT NOT NULL,
    PRIMARY KEY (alert, share)
);
-- serves: the alerts about a share
CREATE INDEX share_notice_by_share ON share_notice (share, alert);

-- What a recipient says who had read what was taken back.
CREATE TABLE share_confirmation (
    share     TEXT NOT NULL REFERENCES share (id),
    worker    TEXT NOT NULL REFERENCES worker (id),
    at        BIGINT NOT NULL,
    deleted   BIGINT NOT NULL CHECK (deleted IN (0, 1)),
    passed_on BIGINT NOT NULL CHECK (passed_on IN (0, 1)),
    entry     TEXT NOT NULL,
    PRIMARY KEY (share, worker)
);

-- One recipient's copy of an alert: the obligation.
CREATE TABLE delivery (
    id     TEXT PRIMARY KEY,
    alert  TEXT NOT NULL REFERENCES alert (id),
    worker TEXT NOT NULL REFERENCES worker (id),
    raised BIGINT NOT NULL,
    entry  TEXT NOT NULL,
    UNIQUE (alert, worker)
);
-- serves: a worker's inbox, oldest first
CREATE INDEX delivery_by_worker ON delivery (worker, raised, id);
-- serves: which alerts came between two places in the log
CREATE INDEX delivery_by_entry ON delivery (entry);

-- A rung of an alert's ladder that was reached for those who owe one answer together: an agency's short name, or one copy. Rung 0 is
-- for one who is away: instead_of is their copy.
CREATE TABLE ladder_rung (
    alert      TEXT   NOT NULL REFERENCES alert (id),
    obligation TEXT   NOT NULL,
    rung       BIGINT NOT NULL,
    instead_of TEXT   NOT NULL,
    whom       TEXT   NOT NULL,
    found      BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    entry      TEXT   NOT NULL,
    PRIMARY KEY (alert, obligation, rung, instead_of)
);

-- Who stands in for those who owe an answer, from which rung on. Whoever had a copy before has it still, and has no other.
CREATE TABLE alert_stand_in (
    alert      TEXT   NOT NULL REFERENCES alert (id),
    obligation TEXT   NOT NULL,
    worker     TEXT   NOT NULL REFERENCES worker (id),
    rung       BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    entry      TEXT   NOT NULL,
    PRIMARY KEY (alert, obligation, worker)
);
-- serves: for whom a worker stands in
CREATE INDEX alert_stand_in_by_worker ON alert_stand_in (worker, alert);

-- Alerts of an agency that came all at once: how many copies there were for women's and children's services since then, and how
-- many there are in an hour otherwise. number counts the agency's storms, so that the same one is found once.
CREATE TABLE storm (
    id     TEXT PRIMARY KEY,
    agency TEXT   NOT NULL REFERENCES agency (id),
    number BIGINT NOT NULL,
    since  BIGINT NOT NULL,
    began  BIGINT NOT NULL,
    alerts BIGINT NOT NULL,
    normal BIGINT NOT NULL,
    entry  TEXT   NOT NULL,
    UNIQUE (agency, number)
);

-- What somebody said of a storm: whether its alerts were right. number counts the words about it, so that none is said without knowing of
-- the one before. The newest of each agency counts.
CREATE TABLE storm_word (
    storm  TEXT   NOT NULL REFERENCES storm (id),
    number BIGINT NOT NULL,
    worker TEXT   NOT NULL REFERENCES worker (id),
    agency TEXT   NOT NULL REFERENCES agency (id),
    fit    BIGINT NOT NULL CHECK (fit IN (0, 1)),
    at     BIGINT NOT NULL,
    entry  TEXT   NOT NULL,
    PRIMARY KEY (storm, number)
);

-- Two people of two agencies have said the same.
CREATE TABLE storm_end (
    storm TEXT PRIMARY KEY REFERENCES storm (id),
    fit   BIGINT NOT NULL CHECK (fit IN (0, 1)),
    at    BIGINT NOT NULL,
    entry TEXT   NOT NULL
);

-- Those who were told of a case have heard how the storm ended.
CREATE TABLE storm_told (
    storm   TEXT NOT NULL REFERENCES storm (id),
    case_id TEXT NOT NULL REFERENCES case_file (id),
    entry   TEXT NOT NULL,
    PRIMARY KEY (storm, case_id)
);

-- A case that is locked: its words open to nobody but those who were let in. number counts the case's locks, so that two at once
-- are one.
CREATE TABLE case_lock (
    id      TEXT PRIMARY KEY,
    case_id TEXT   NOT NULL REFERENCES case_file (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    entry   TEXT   NOT NULL,
    UNIQUE (case_id, number)
);

-- Who said that it must be, and why.
CREATE TABLE case_lock_call (
    id      TEXT PRIMARY KEY,
    lock_id TEXT   NOT NULL REFERENCES case_lock (id),
    worker  TEXT   NOT NULL REFERENCES worker (id),
    agency  TEXT   NOT NULL REFERENCES agency (id),
    at      BIGINT NOT NULL,
    sealed  BYTEA  NOT NULL,
    entry   TEXT   NOT NULL
);
CREATE INDEX case_lock_call_by_lock ON case_lock_call (lock_id, at);

-- Who was let in, or out again: the newest counts. Whoever locked it first is in from the start.
CREATE TABLE case_lock_admission (
    lock_id  TEXT   NOT NULL REFERENCES case_lock (id),
    worker   TEXT   NOT NULL REFERENCES worker (id),
    seq      BIGINT NOT NULL,
    admitted BIGINT NOT NULL CHECK (admitted IN (0, 1)),
    author   TEXT   NOT NULL REFERENCES worker (id),
    at       BIGINT NOT NULL,
    entry    TEXT   NOT NULL,
    PRIMARY KEY (lock_id, worker, seq)
);

-- What an officer found: the newest word of each counts.
CREATE TABLE case_lock_word (
    lock_id TEXT   NOT NULL REFERENCES case_lock (id),
    worker  TEXT   NOT NULL REFERENCES worker (id),
    seq     BIGINT NOT NULL,
    agency  TEXT   NOT NULL REFERENCES agency (id),
    finding TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    entry   TEXT   NOT NULL,
    PRIMARY KEY (lock_id, worker, seq)
);

-- Two officers of two agencies have found that it may open again.
CREATE TABLE case_lock_end (
    lock_id TEXT PRIMARY KEY REFERENCES case_lock (id),
    at      BIGINT NOT NULL,
    entry   TEXT   NOT NULL
);

-- The first time that a copy was put on its recipient's stream, or shown in a page of their inbox.
CREATE TABLE alert_sent (
    delivery TEXT PRIMARY KEY REFERENCES delivery (id),
    at       BIGINT NOT NULL,
    entry    TEXT NOT NULL
);

-- The first time that the recipient's client said that it has the copy, or asked for what comes after it.
CREATE TABLE alert_taken (
    delivery TEXT PRIMARY KEY REFERENCES delivery (id),
    at       BIGINT NOT NULL,
    entry    TEXT NOT NULL
);

-- A drill: alerts about nobody, to see who would have them.
CREATE TABLE drill (
    id       TEXT   PRIMARY KEY,
    author   TEXT   NOT NULL,
    agency   TEXT   NOT NULL REFERENCES agency (id),
    severity TEXT   NOT NULL CHECK (severity IN ('critical', 'high', 'normal')),
    at       BIGINT NOT NULL,
    entry    TEXT   NOT NULL
);

-- Whom a drill tried to reach: how many were on duty in a role of an agency, and the alert that they got, if anybody was.
CREATE TABLE drill_part (
    drill  TEXT   NOT NULL REFERENCES drill (id),
    agency TEXT   NOT NULL REFERENCES agency (id),
    role   TEXT   NOT NULL,
    found  BIGINT NOT NULL,
    alert  TEXT   REFERENCES alert (id),
    entry  TEXT   NOT NULL,
    PRIMARY KEY (drill, agency, role)
);

-- The hub's heartbeat: one for all agencies, committed by the writer like an alert and read by the streams from here.
CREATE TABLE heartbeat (
    number BIGINT PRIMARY KEY,
    at     BIGINT NOT NULL,
    entry  TEXT   NOT NULL
);

-- An agency has a heartbeat: by its system (1), or by somebody of its people (0); each at most once. Written with the next one.
CREATE TABLE heartbeat_taken (
    agency TEXT   NOT NULL REFERENCES agency (id),
    system BIGINT NOT NULL CHECK (system IN (0, 1)),
    number BIGINT NOT NULL REFERENCES heartbeat (number),
    at     BIGINT NOT NULL,
    entry  TEXT   NOT NULL,
    PRIMARY KEY (agency, system, number)
);

-- How an agency stands with heartbeats, whenever that changes: alerts to it may be delayed, or come on time again.
CREATE TABLE heartbeat_turn (
    agency TEXT   NOT NULL REFERENCES agency (id),
    nth    BIGINT NOT NULL,
    state  TEXT   NOT NULL CHECK (state IN ('on-time', 'delayed', 'quiet')),
    at     BIGINT NOT NULL,
    entry  TEXT   NOT NULL,
    PRIMARY KEY (agency, nth)
);

-- A worker's e-mail address, and the code that was sent to it; both sealed. It counts once the code came back.
CREATE TABLE mail_channel (
    id     TEXT   PRIMARY KEY,
    worker TEXT   NOT NULL REFERENCES worker (id),
    at     BIGINT NOT NULL,
    sealed BYTEA  NOT NULL,
    entry  TEXT   NOT NULL
);
-- serves: the address of a worker
CREATE INDEX mail_channel_by_worker ON mail_channel (worker, at);
-- serves: to which addresses codes must be sent
CREATE INDEX mail_channel_by_entry ON mail_channel (entry);

CREATE TABLE mail_channel_proof (
    channel TEXT   PRIMARY KEY REFERENCES mail_channel (id),
    at      BIGINT NOT NULL,
    entry   TEXT   NOT NULL
);

CREATE TABLE mail_channel_end (
    channel TEXT   PRIMARY KEY REFERENCES mail_channel (id),
    at      BIGINT NOT NULL,
    entry   TEXT   NOT NULL
);

-- What a worker wishes about e-mail; the latest holds. Times are minutes after midnight; lists have a space between.
CREATE TABLE mail_wish (
    id         TEXT   PRIMARY KEY,
    worker     TEXT   NOT NULL REFERENCES worker (id),
    at         BIGINT NOT NULL,
    mute       TEXT   NOT NULL,
    digest     TEXT   NOT NULL,
    quiet_from BIGINT,
    quiet_to   BIGINT,
    entry      TEXT   NOT NULL
);
-- serves: what a worker wishes now
CREATE INDEX mail_wish_by_worker ON mail_wish (worker, at);
-- serves: whose wishes have changed
CREATE INDEX mail_wish_by_entry ON mail_wish (entry);

-- Where an agency's own system is told that something waits; the address is sealed with each secret.
CREATE TABLE endpoint (
    id     TEXT   PRIMARY KEY,
    agency TEXT   NOT NULL REFERENCES agency (id),
    author TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    entry  TEXT   NOT NULL
);
-- serves: the endpoints of an agency
CREATE INDEX endpoint_by_agency ON endpoint (agency, id);

CREATE TABLE endpoint_key (
    id       TEXT   PRIMARY KEY,
    endpoint TEXT   NOT NULL REFERENCES endpoint (id),
    at       BIGINT NOT NULL,
    sealed   BYTEA  NOT NULL,
    entry    TEXT   NOT NULL
);
-- serves: the secrets of an endpoint
CREATE INDEX endpoint_key_by_endpoint ON endpoint_key (endpoint, at);

CREATE TABLE endpoint_end (
    endpoint TEXT   PRIMARY KEY REFERENCES endpoint (id),
    why      TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    entry    TEXT   NOT NULL
);

-- A message that somebody asked for to try an endpoint.
CREATE TABLE endpoint_test (
    id       TEXT   PRIMARY KEY,
    endpoint TEXT   NOT NULL REFERENCES endpoint (id),
    at       BIGINT NOT NULL,
    entry    TEXT   NOT NULL
);
-- serves: what must be tried
CREATE INDEX endpoint_test_by_endpoint ON endpoint_test (endpoint, at);
CREATE INDEX endpoint_test_by_entry ON endpoint_test (entry);

-- An attempt to say outside the hub that an item waits: a copy of an alert, a code, a test. It is begun on disk before anything is
-- opened or sent; what begins without an end was cut off, and is tried again. Whichever node writes it first makes it.
CREATE TABLE dispatch (
    item    TEXT   NOT NULL,
    target  TEXT   NOT NULL,
    attempt BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    entry   TEXT   NOT NULL,
    PRIMARY KEY (item, target, attempt)
);

CREATE TABLE dispatch_end (
    item    TEXT   NOT NULL,
    target  TEXT   NOT NULL,
    attempt BIGINT NOT NULL,
    outcome TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    entry   TEXT   NOT NULL,
    PRIMARY KEY (item, target, attempt),
    FOREIGN KEY (item, target, attempt) REFERENCES dispatch (item, target, attempt)
);

-- Nothing more is done about an item for one target.
CREATE TABLE dispatch_settled (
    target  TEXT   NOT NULL,
    item    TEXT   NOT NULL,
    outcome TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    entry   TEXT   NOT NULL,
    PRIMARY KEY (target, item)
);
-- serves: what was given up, and whether anything got through since
CREATE INDEX dispatch_settled_by_outcome ON dispatch_settled (target, outcome, at);

-- The officers were told that nothing gets through to a target.
CREATE TABLE dispatch_told (
    target TEXT   NOT NULL,
    alert  TEXT   NOT NULL REFERENCES alert (id),
    at     BIGINT NOT NULL,
    entry  TEXT   NOT NULL,
    PRIMARY KEY (target, alert)
);

-- An address that is proposed for a man; where it is is sealed. What becomes of it are events that follow `event`.
CREATE TABLE proposed_address (
    id      TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_file (id),
    kind    TEXT NOT NULL,
    author  TEXT NOT NULL REFERENCES worker (id),
    agency  TEXT NOT NULL REFERENCES agency (id),
    starts  TEXT NOT NULL,
    created BIGINT NOT NULL,
    event   TEXT NOT NULL REFERENCES event (id),
    sealed  BYTEA NOT NULL,
    entry   TEXT NOT NULL
);
-- serves: the proposed addresses of a case, newest first
CREATE INDEX proposed_address_by_case ON proposed_address (case_id, created, id);

-- What one service is asked about it: the recipients of the alert owe one answer. Without an alert nobody could be asked.
CREATE TABLE address_check (
    id      TEXT PRIMARY KEY,
    address TEXT NOT NULL REFERENCES proposed_address (id),
    service TEXT NOT NULL,
    alert   TEXT REFERENCES alert (id),
    due     BIGINT NOT NULL,
    entry   TEXT NOT NULL
);
-- serves: who was asked about an address
CREATE INDEX address_check_by_address ON address_check (address, id);
-- serves: what a worker is asked
CREATE INDEX address_check_by_alert ON address_check (alert) WHERE alert IS NOT NULL;

-- An answer; the last of a check counts and the others stay. What was written is sealed.
CREATE TABLE check_reply (
    id       TEXT PRIMARY KEY,
    check_id TEXT NOT NULL REFERENCES address_check (id),
    seq      BIGINT NOT NULL,
    worker   TEXT NOT NULL REFERENCES worker (id),
    agency   TEXT NOT NULL REFERENCES agency (id),
    answer   TEXT NOT NULL,
    at       BIGINT NOT NULL,
    sealed   BYTEA NOT NULL,
    entry    TEXT NOT NULL,
    UNIQUE (check_id, seq)
);

-- That a check was not answered by its time, as it was told, once: the notice to those who owe the answer; none if nobody
-- could be told.
CREATE TABLE check_told (
    check_id TEXT PRIMARY KEY REFERENCES address_check (id),
    alert    TEXT REFERENCES alert (id),
    at       BIGINT NOT NULL,
    entry    TEXT NOT NULL
);

-- The first time that a recipient opened an alert: what the sender sees as "read".
CREATE TABLE alert_read (
    delivery TEXT PRIMARY KEY REFERENCES delivery (id),
    at       BIGINT NOT NULL,
    entry    TEXT NOT NULL
);

-- The alert by which a women's service was told that details are there: who acknowledges it says that they arrived, and no more.
CREATE TABLE details_sent (
    event TEXT PRIMARY KEY REFERENCES event (id),
    alert TEXT NOT NULL REFERENCES alert (id),
    entry TEXT NOT NULL
);

CREATE TABLE acknowledgement (
    delivery TEXT PRIMARY KEY REFERENCES delivery (id),
    at       BIGINT NOT NULL,
    entry    TEXT NOT NULL
);

CREATE TABLE alert_action (
    id       TEXT PRIMARY KEY,
    delivery TEXT NOT NULL REFERENCES delivery (id),
    at       BIGINT NOT NULL,
    safe     BIGINT NOT NULL CHECK (safe IN (0, 1)),
    sealed   BYTEA NOT NULL,
    entry    TEXT NOT NULL
);
-- serves: what was done about an alert
CREATE INDEX alert_action_by_delivery ON alert_action (delivery, at);

CREATE TABLE key_wrap (
    id          TEXT PRIMARY KEY,
    case_word   TEXT NOT NULL,
    compartment TEXT NOT NULL,
    epoch       BIGINT NOT NULL,
    recipient   TEXT NOT NULL,
    file        BYTEA NOT NULL,
    signature   BYTEA NOT NULL,
    entry       TEXT NOT NULL,
    UNIQUE (case_word, compartment, epoch, recipient)
);

-- Keys of workers' own devices, by thumbprint: what their agency's sign-in cannot forge.
CREATE TABLE device_key (
    kid    TEXT  PRIMARY KEY,
    worker TEXT  NOT NULL REFERENCES worker (id),
    kind   TEXT  NOT NULL,
    public BYTEA NOT NULL,
    entry  TEXT  NOT NULL
);
-- serves: a worker's keys
CREATE INDEX device_key_by_worker ON device_key (worker);

CREATE TABLE device_key_end (
    kid   TEXT PRIMARY KEY REFERENCES device_key (kid),
    entry TEXT NOT NULL
);

-- Challenges that were answered: each can be used once.
CREATE TABLE step_up_used (
    nonce  TEXT PRIMARY KEY,
    worker TEXT NOT NULL REFERENCES worker (id),
    kid    TEXT NOT NULL REFERENCES device_key (kid),
    entry  TEXT NOT NULL
);

-- Emergency access: who, on which case, to what, for how long. Reason and incident are sealed.
CREATE TABLE emergency_grant (
    id             TEXT   PRIMARY KEY,
    worker         TEXT   NOT NULL REFERENCES worker (id),
    case_id        TEXT   NOT NULL REFERENCES case_file (id),
    about          TEXT   REFERENCES protected (id),
    categories     TEXT   NOT NULL,
    sealed         BYTEA  NOT NULL,
    begins         BIGINT NOT NULL,
    ends           BIGINT NOT NULL,
    review_by      BIGINT NOT NULL,
    reveals        BIGINT NOT NULL,
    reveals_within BIGINT NOT NULL,
    entry          TEXT   NOT NULL
);
-- serves: a worker's live grants; how often they were used
CREATE INDEX emergency_grant_by_worker ON emergency_grant (worker, case_id, ends);
-- serves: the list for reviewers, in the order of the log
CREATE INDEX emergency_grant_by_entry ON emergency_grant (entry);

CREATE TABLE emergency_end (
    access TEXT   PRIMARY KEY REFERENCES emergency_grant (id),
    at     BIGINT NOT NULL,
    entry  TEXT   NOT NULL
);

-- Looks at whereabouts under emergency access.
CREATE TABLE reveal (
    id        TEXT   PRIMARY KEY,
    worker    TEXT   NOT NULL REFERENCES worker (id),
    access    TEXT   NOT NULL REFERENCES emergency_grant (id),
    protected TEXT   NOT NULL REFERENCES protected (id),
    at        BIGINT NOT NULL,
    entry     TEXT   NOT NULL
);
-- serves: how many looks a worker has had within the hour
CREATE INDEX reveal_by_worker ON reveal (worker, at);
-- serves: who looked where she is in an emergency, for those who work with her
CREATE INDEX reveal_by_protected ON reveal (protected, at);

-- How a protected person is reached safely, version after version. Everything about it is sealed in her own drawer.
CREATE TABLE safe_contact (
    id        TEXT   PRIMARY KEY,
    case_id   TEXT   NOT NULL REFERENCES case_file (id),
    protected TEXT   NOT NULL REFERENCES protected (id),
    version   BIGINT NOT NULL,
    author    TEXT   NOT NULL REFERENCES worker (id),
    agency    TEXT   NOT NULL REFERENCES agency (id),
    created   BIGINT NOT NULL,
    sealed    BYTEA  NOT NULL,
    entry     TEXT   NOT NULL,
    UNIQUE (protected, version)
);

-- Where one way leads, sealed by itself: it is opened one at a time, when somebody asked to reach her.
CREATE TABLE safe_route (
    id        TEXT   PRIMARY KEY,
    protected TEXT   NOT NULL REFERENCES protected (id),
    created   BIGINT NOT NULL,
    sealed    BYTEA  NOT NULL,
    entry     TEXT   NOT NULL
);

-- What was said of ways: that she was asked about them and when (verified), or that they are not used any more (unsafe).
CREATE TABLE safe_mark (
    id        TEXT   PRIMARY KEY,
    case_id   TEXT   NOT NULL REFERENCES case_file (id),
    protected TEXT   NOT NULL REFERENCES protected (id),
    routes    TEXT   NOT NULL,
    mark      TEXT   NOT NULL,
    how       TEXT,
    asked     BIGINT,
    author    TEXT   NOT NULL REFERENCES worker (id),
    agency    TEXT   NOT NULL REFERENCES agency (id),
    created   BIGINT NOT NULL,
    sealed    BYTEA,
    entry     TEXT   NOT NULL
);
-- serves: where her ways stand
CREATE INDEX safe_mark_by_case ON safe_mark (case_id, created, id);

-- Somebody asked to reach her, and what the hub answered. With `sealed`, a manager went beyond a refusal, and why.
CREATE TABLE safe_ask (
    id        TEXT   PRIMARY KEY,
    case_id   TEXT   NOT NULL REFERENCES case_file (id),
    protected TEXT   NOT NULL REFERENCES protected (id),
    reason    TEXT   NOT NULL,
    alert     TEXT   REFERENCES alert (id),
    verdict   TEXT   NOT NULL,
    route     TEXT   REFERENCES safe_route (id),
    author    TEXT   NOT NULL REFERENCES worker (id),
    agency    TEXT   NOT NULL REFERENCES agency (id),
    created   BIGINT NOT NULL,
    sealed    BYTEA,
    entry     TEXT   NOT NULL
);
-- serves: who asked to reach her, and what came of it
CREATE INDEX safe_ask_by_case ON safe_ask (case_id, created, id);

-- The number was shown: once for each asking.
CREATE TABLE safe_opening (
    ask   TEXT   PRIMARY KEY REFERENCES safe_ask (id),
    at    BIGINT NOT NULL,
    entry TEXT   NOT NULL
);

-- What came of it: once for each asking.
CREATE TABLE safe_outcome (
    ask     TEXT   PRIMARY KEY REFERENCES safe_ask (id),
    outcome TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    sealed  BYTEA,
    entry   TEXT   NOT NULL
);

-- The second officer who stood by a grant, where one was needed.
CREATE TABLE emergency_second (
    access TEXT PRIMARY KEY REFERENCES emergency_grant (id),
    worker TEXT NOT NULL REFERENCES worker (id),
    entry  TEXT NOT NULL
);

-- What a reviewer found: each agency once.
CREATE TABLE emergency_review (
    access   TEXT   NOT NULL REFERENCES emergency_grant (id),
    agency   TEXT   NOT NULL REFERENCES agency (id),
    reviewer TEXT   NOT NULL REFERENCES worker (id),
    outcome  TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    sealed   BYTEA  NOT NULL,
    entry    TEXT   NOT NULL,
    PRIMARY KEY (access, agency)
);

-- What became of a frame of a node's spool. `frame` is its SHA-256, in hexadecimal; `at` is when it was merged, `received` when it
-- came, by a clock that could be believed then if `certain` is 1. What was not done keeps the frame's sealed words.
CREATE TABLE spooled (
    frame    TEXT   PRIMARY KEY,
    act      TEXT,
    sender   TEXT,
    request  TEXT,
    received BIGINT,
    certain  BIGINT,
    outcome  TEXT   NOT NULL,
    alert    TEXT   REFERENCES alert (id),
    at       BIGINT NOT NULL,
    sealed   BYTEA,
    entry    TEXT   NOT NULL
);

CREATE INDEX spooled_by_alert ON spooled (alert);
-- serves: which alerts were taken over of late
CREATE INDEX spooled_by_at ON spooled (at, alert);

-- What a write that carried an Idempotency-Key was answered.
CREATE TABLE idempotency (
    actor  TEXT NOT NULL,
    key    TEXT NOT NULL,
    body   TEXT NOT NULL,
    answer TEXT NOT NULL,
    entry  TEXT NOT NULL,
    PRIMARY KEY (actor, key)
);

-- A browser's sign-in. `print` is SHA-256 of the key that the browser shows, in hexadecimal: the key itself is kept nowhere.
CREATE TABLE session (
    id      TEXT   PRIMARY KEY,
    print   TEXT   NOT NULL UNIQUE,
    worker  TEXT   NOT NULL REFERENCES worker (id),
    agency  TEXT   NOT NULL REFERENCES agency (id),
    began   BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    entry   TEXT   NOT NULL
);

-- Its end before its time: a sign-out, or the next sign-in of the same browser.
CREATE TABLE session_end (
    session TEXT   PRIMARY KEY REFERENCES session (id),
    at      BIGINT NOT NULL,
    entry   TEXT   NOT NULL
);

-- A question where a man stands, asked at an incident; its number, or why there is none yet, is sealed. `follow_up` is from
-- when those who answer for the asker look at one that came without a number.
CREATE TABLE status_query (
    id        TEXT   PRIMARY KEY,
    worker    TEXT   NOT NULL REFERENCES worker (id),
    agency    TEXT   NOT NULL REFERENCES agency (id),
    at        BIGINT NOT NULL,
    follow_up BIGINT,
    sealed    BYTEA  NOT NULL,
    -- the list of which it is one line; how many lines a list has
    batch     TEXT   REFERENCES status_query (id),
    lines     BIGINT,
    entry     TEXT   NOT NULL
);
-- serves: the list of the day after
CREATE INDEX status_query_by_day ON status_query (follow_up) WHERE follow_up IS NOT NULL;
-- serves: the questions of somebody's own that have no number yet
CREATE INDEX status_query_by_asker ON status_query (worker, at) WHERE follow_up IS NOT NULL;
-- serves: how many lines of lists somebody has asked
CREATE INDEX status_query_by_list ON status_query (worker, at) WHERE lines IS NOT NULL;

-- The incident number that came later, sealed.
CREATE TABLE status_query_incident (
    query  TEXT   PRIMARY KEY REFERENCES status_query (id),
    at     BIGINT NOT NULL,
    sealed BYTEA  NOT NULL,
    entry  TEXT   NOT NULL
);

-- That a clock of a case is late was told: once for each clock and moment by which it was due. `event` started it, as it was
-- first recorded; `alert` is the notice, if there was anybody to tell.
CREATE TABLE clock_told (
    event   TEXT   NOT NULL REFERENCES event (id),
    rule    TEXT   NOT NULL,
    due     BIGINT NOT NULL,
    case_id TEXT   NOT NULL REFERENCES case_file (id),
    alert   TEXT   REFERENCES alert (id),
    at      BIGINT NOT NULL,
    entry   TEXT   NOT NULL,
    PRIMARY KEY (event, rule, due)
);
-- serves: what was told of the clocks of a case
CREATE INDEX clock_told_by_case ON clock_told (case_id, event, rule, due);

-- That an event came in by a table long after it happened: it is recorded, and nobody is told of it or of what was late
-- because of it already.
CREATE TABLE untold_event (
    event   TEXT PRIMARY KEY REFERENCES event (id),
    case_id TEXT NOT NULL REFERENCES case_file (id),
    entry   TEXT NOT NULL
);
-- serves: of which events of a case nobody is told
CREATE INDEX untold_event_by_case ON untold_event (case_id, event);

-- The log: one row an entry, indexes without gaps. `record` names ids, never people.
CREATE TABLE audit_entry (
    idx     BIGINT PRIMARY KEY,
    entry   TEXT   NOT NULL UNIQUE,
    at      BIGINT NOT NULL,
    actor   TEXT   NOT NULL,
    case_id TEXT,
    salt    BYTEA  NOT NULL,
    record  BYTEA  NOT NULL,
    leaf    BYTEA  NOT NULL
);
-- serves: who looked at this case
CREATE INDEX audit_entry_by_case ON audit_entry (case_id, idx);
-- serves: when somebody of an agency last did something
CREATE INDEX audit_entry_by_actor ON audit_entry (actor, idx);

-- PostgreSQL only: entries that are durable and wait for their index. Empty on SQLite.
-- `mac` shows the sequencer that a hub node, not somebody at the database, put the entry here.
CREATE TABLE audit_queue (
    entry   TEXT   PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   TEXT   NOT NULL,
    case_id TEXT,
    salt    BYTEA  NOT NULL,
    record  BYTEA  NOT NULL,
    leaf    BYTEA  NOT NULL,
    mac     BYTEA  NOT NULL
);

-- Full tiles of 256 hashes.
CREATE TABLE audit_tile (
    level  BIGINT NOT NULL,
    n      BIGINT NOT NULL,
    hashes BYTEA  NOT NULL,
    PRIMARY KEY (level, n)
);

-- The head of the log. One row; each batch moves it from the size that it found, in its own epoch.
CREATE TABLE audit_head (
    id    BIGINT PRIMARY KEY CHECK (id = 1),
    size  BIGINT NOT NULL,
    edge  BYTEA  NOT NULL,
    note  TEXT   NOT NULL,
    epoch BIGINT NOT NULL
);
