-- What staff were told of and is not over yet: one letter to each of them, however often it is seen meanwhile.
CREATE TABLE notice (
    desk      TEXT   NOT NULL,
    key       TEXT   NOT NULL,
    raised_at BIGINT NOT NULL,
    PRIMARY KEY (desk, key)
);
