-- What staff were told of and is not over yet: one letter to each of them, however often it is seen meanwhile.
CREATE TABLE notice (
    desk      TEXT   NOT NULL,
    key       TEXT   NOT NULL,
    raised_at BIGINT NOT NULL,
    PRIMARY KEY (desk, key)
);

-- Every content that a ticket's answer had, with its timestamp: a copied row is known by it also after the original was edited.
CREATE TABLE answer (
    desk         TEXT   NOT NULL,
    fingerprint  TEXT   NOT NULL,
    submitted_at BIGINT NOT NULL,
    ticket       TEXT   NOT NULL,
    PRIMARY KEY (desk, fingerprint, submitted_at, ticket)
);

INSERT INTO answer (desk, fingerprint, submitted_at, ticket) SELECT desk, fingerprint, submitted_at, number FROM ticket;

DROP INDEX ticket_fingerprint;

-- Whether the number was seen in the ticket's row: such a row is not taken for one that was never numbered.
ALTER TABLE ticket ADD COLUMN numbered BIGINT NOT NULL DEFAULT 0;
UPDATE ticket SET numbered = 1 WHERE mark IS NOT NULL;

-- Writes of rows whose effect was not looked at yet, with what stood there before: columns may have moved under them.
CREATE TABLE row_write (
    desk         TEXT   NOT NULL,
    id           BIGINT NOT NULL,
    ticket       TEXT   NOT NULL,
    mark         BIGINT NOT NULL,
    content_json TEXT   NOT NULL,
    PRIMARY KEY (desk, id)
);

CREATE INDEX answer_at ON answer (desk, submitted_at);
