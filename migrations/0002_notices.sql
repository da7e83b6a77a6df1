-- What staff were told of and is not over yet: one letter to each of them, however often it is seen meanwhile.
CREATE TABLE notice (
    desk      TEXT   NOT NULL,
    key       TEXT   NOT NULL,
    raised_at BIGINT NOT NULL,
    PRIMARY KEY (desk, key)
);

-- A copied row is known by its timestamp and its person, also after the original was edited.
CREATE INDEX ticket_submitted ON ticket (desk, submitted_at);
CREATE INDEX ticket_first_submitted ON ticket (desk, first_submitted_at);
