-- Waits that a party's own limit asks for, and outages.

-- Until when a party's limit holds: for Zoom by label of the calls, for the mail server as a whole.
CREATE TABLE wait (
    desk     TEXT   NOT NULL,
    party    TEXT   NOT NULL,
    what     TEXT   NOT NULL,
    until_at BIGINT NOT NULL,
    PRIMARY KEY (desk, party, what)
);

-- A party that is down now: since when, whether staff were told, and since when it answers again.
CREATE TABLE outage (
    desk       TEXT   NOT NULL,
    party      TEXT   NOT NULL,
    since      BIGINT NOT NULL,
    told       BIGINT NOT NULL DEFAULT 0,
    well_since BIGINT,
    PRIMARY KEY (desk, party)
);
