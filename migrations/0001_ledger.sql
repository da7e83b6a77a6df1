-- The ledger. Instants are milliseconds since 1970 in UTC; texts named *_json hold JSON.
-- Every table carries the desk: one form, its sheet and its rules.

CREATE TABLE desk (
    desk         TEXT   NOT NULL PRIMARY KEY,
    sheet        TEXT   NOT NULL,
    tab_id       BIGINT,
    take_up_from BIGINT NOT NULL,
    last_row     BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE ticket_counter (
    desk TEXT   NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (desk, year)
);

CREATE TABLE ticket (
    desk               TEXT   NOT NULL,
    number             TEXT   NOT NULL,
    fingerprint        TEXT   NOT NULL,
    submitted_at       BIGINT NOT NULL,
    first_submitted_at BIGINT NOT NULL,
    first_row          BIGINT NOT NULL,
    answer_json        TEXT   NOT NULL,
    request_json       TEXT,
    state              TEXT   NOT NULL,
    state_json         TEXT   NOT NULL,
    changed_at         BIGINT NOT NULL,
    tries              BIGINT NOT NULL DEFAULT 0,
    not_before         BIGINT NOT NULL,
    wake_at            BIGINT,
    edited_since       BIGINT NOT NULL DEFAULT 0,
    version            BIGINT NOT NULL,
    created_at         BIGINT NOT NULL,
    closed_at          BIGINT,
    -- the booking: which host is held, and when
    host               TEXT,
    slot_start         BIGINT,
    slot_end           BIGINT,
    meeting_id         BIGINT,
    -- the row: its metadata, what is to stand in it, when the link first stood in it
    mark               BIGINT,
    row_wanted_json    TEXT   NOT NULL,
    row_linked_at      BIGINT,
    PRIMARY KEY (desk, number)
);

CREATE INDEX ticket_wake ON ticket (desk, wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX ticket_open ON ticket (desk, number) WHERE closed_at IS NULL;
CREATE INDEX ticket_fingerprint ON ticket (desk, fingerprint);
CREATE INDEX ticket_booking ON ticket (host, slot_end) WHERE host IS NOT NULL;
CREATE INDEX ticket_schedule ON ticket (desk, slot_start) WHERE slot_start IS NOT NULL;

-- The journal: each change of each ticket, with the time and what it became.
CREATE TABLE event (
    desk       TEXT   NOT NULL,
    ticket     TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    state_json TEXT   NOT NULL,
    PRIMARY KEY (desk, ticket, version)
);

-- Letters: due, sending (the intent, recorded just before DATA), accepted, unknown, refused.
CREATE TABLE letter (
    desk        TEXT   NOT NULL,
    label       TEXT   NOT NULL,
    ticket      TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    n           BIGINT NOT NULL,
    role_json   TEXT   NOT NULL,
    recipient   TEXT   NOT NULL,
    facts_json  TEXT   NOT NULL,
    sequence    BIGINT NOT NULL DEFAULT 0,
    state       TEXT   NOT NULL,
    tries       BIGINT NOT NULL DEFAULT 0,
    doubts      BIGINT NOT NULL DEFAULT 0,
    due_at      BIGINT,
    created_at  BIGINT NOT NULL,
    ended_at    BIGINT,
    reason      TEXT,
    PRIMARY KEY (desk, label)
);

CREATE INDEX letter_due ON letter (desk, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX letter_ticket ON letter (desk, ticket);

-- Creates and changes sent to Zoom, by host and UTC day: Zoom allows a hundred.
CREATE TABLE host_day (
    host    TEXT   NOT NULL,
    day     TEXT   NOT NULL,
    changes BIGINT NOT NULL DEFAULT 0,
    used_up BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (host, day)
);
