-- Who runs a desk: one process at a time, by a lease that it renews. `fence` goes up by one whenever the holder changes; every
-- transaction that writes checks it. `until_at` is by the store's clock. Until somebody takes the first lease there is no row.

CREATE TABLE lease (
    desk     TEXT   NOT NULL PRIMARY KEY,
    fence    BIGINT NOT NULL,
    holder   TEXT   NOT NULL,
    since_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    -- On PostgreSQL this makes the fence part of a key: a writer that holds the key (FOR KEY SHARE) is not disturbed by a renewal,
    -- and a takeover, which changes the key, waits for it.
    UNIQUE (desk, fence)
);
