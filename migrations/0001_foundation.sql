-- The foundation, for SQLite and PostgreSQL alike. Instants are BIGINT microseconds since 1970 (UTC), JSON is
-- TEXT, hashes are lower-case hex TEXT, ids are made by the program. src/store/schema.rs says which two words
-- are spelt differently for SQLite.

-- What monitors delivered, each body once.
CREATE TABLE inbox (
    id            BIGINT PRIMARY KEY,
    integration   TEXT    NOT NULL,
    digest        TEXT    NOT NULL,
    headers       TEXT    NOT NULL,
    body          BYTEA   NOT NULL,
    received      BIGINT  NOT NULL,
    last_received BIGINT  NOT NULL,
    times         BIGINT  NOT NULL,
    unreadable    TEXT
);
CREATE UNIQUE INDEX inbox_digest ON inbox (integration, digest);

-- The deliveries that the journal has not taken yet, in the order of their arrival.
CREATE TABLE arrivals (
    id       BIGINT PRIMARY KEY,
    inbox    BIGINT NOT NULL,
    received BIGINT NOT NULL
);

-- What happened, in order, chained by hash.
CREATE TABLE journal (
    sequence BIGINT PRIMARY KEY,
    id       TEXT   NOT NULL,
    recorded BIGINT NOT NULL,
    event    TEXT   NOT NULL,
    hash     TEXT   NOT NULL
);
CREATE UNIQUE INDEX journal_id ON journal (id);

-- The state of the fold after `sequence`, for a fast start.
CREATE TABLE snapshots (
    sequence BIGINT NOT NULL,
    build    TEXT   NOT NULL,
    tzdb     TEXT   NOT NULL,
    taken    BIGINT NOT NULL,
    hash     TEXT   NOT NULL,
    sha256   TEXT   NOT NULL,
    state    TEXT   NOT NULL,
    PRIMARY KEY (sequence, build, tzdb)
);

-- What people wrote: the ciphertext here, its key apart, so that deleting the key deletes the words.
CREATE TABLE prose (
    id         TEXT   PRIMARY KEY,
    ciphertext BYTEA  NOT NULL,
    sha256     TEXT   NOT NULL,
    written    BIGINT NOT NULL
);
CREATE TABLE prose_keys (
    id  TEXT  PRIMARY KEY,
    key BYTEA NOT NULL
);
-- What was erased, so that a restored backup forgets it again.
CREATE TABLE erasures (
    subject TEXT   NOT NULL,
    id      TEXT   NOT NULL,
    erased  BIGINT NOT NULL,
    PRIMARY KEY (subject, id)
);

CREATE TABLE people (
    id    TEXT   PRIMARY KEY,
    name  TEXT   NOT NULL,
    added BIGINT NOT NULL
);
CREATE TABLE accounts (
    account TEXT   PRIMARY KEY,
    person  TEXT   NOT NULL REFERENCES people (id),
    origin  TEXT   NOT NULL,
    added   BIGINT NOT NULL
);
CREATE INDEX accounts_person ON accounts (person);
-- `agreement` is empty for the roles that are not one customer's.
CREATE TABLE grants (
    person     TEXT   NOT NULL REFERENCES people (id),
    role       TEXT   NOT NULL,
    agreement  TEXT   NOT NULL,
    origin     TEXT   NOT NULL,
    granted_by TEXT,
    granted    BIGINT NOT NULL,
    PRIMARY KEY (person, role, agreement)
);
CREATE TABLE invitations (
    hash       TEXT   PRIMARY KEY,
    role       TEXT   NOT NULL,
    agreement  TEXT   NOT NULL,
    created_by TEXT,
    created    BIGINT NOT NULL,
    expires    BIGINT NOT NULL,
    used       BIGINT,
    used_by    TEXT
);
-- `audience` is `operators` or `customer/<agreement>`, as in the delivery record.
CREATE TABLE bindings (
    address  TEXT   PRIMARY KEY,
    audience TEXT   NOT NULL,
    language TEXT   NOT NULL,
    zone     TEXT   NOT NULL,
    origin   TEXT   NOT NULL,
    bound_by TEXT,
    bound    BIGINT NOT NULL
);
CREATE TABLE sessions (
    hash    TEXT   PRIMARY KEY,
    person  TEXT   NOT NULL REFERENCES people (id),
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE TABLE preferences (
    person TEXT PRIMARY KEY REFERENCES people (id),
    notify TEXT NOT NULL
);

-- Messages on their way: posts (said once) and cards (living messages).
CREATE TABLE outbox (
    id            BIGINT  PRIMARY KEY,
    key           TEXT    NOT NULL,
    card          BOOLEAN NOT NULL,
    platform      TEXT    NOT NULL,
    destination   TEXT    NOT NULL,
    chain         TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    priority      BIGINT  NOT NULL,
    language      TEXT    NOT NULL,
    zone          TEXT    NOT NULL,
    doc           TEXT    NOT NULL,
    under         TEXT,
    version       BIGINT  NOT NULL,
    sent_version  BIGINT  NOT NULL,
    state         TEXT    NOT NULL,
    not_before    BIGINT  NOT NULL,
    claim         TEXT,
    claimed_until BIGINT,
    attempts      BIGINT  NOT NULL,
    first_tried   BIGINT,
    maybe_repeat  BOOLEAN NOT NULL,
    plain         BOOLEAN NOT NULL,
    last_error    TEXT,
    message       TEXT,
    created       BIGINT  NOT NULL,
    changed       BIGINT  NOT NULL
);
CREATE UNIQUE INDEX outbox_key ON outbox (key);
CREATE INDEX outbox_waiting ON outbox (destination, priority, id) WHERE state = 'waiting';
CREATE INDEX outbox_claimed ON outbox (destination) WHERE state = 'claimed';
CREATE INDEX outbox_message ON outbox (destination, message) WHERE message IS NOT NULL;
CREATE INDEX outbox_changed ON outbox (changed);

-- What was said, when, to whom, and what became of it: one hash chain for each agreement and one for the
-- operators, so that a customer can check theirs alone.
CREATE TABLE delivery_record (
    chain       TEXT   NOT NULL,
    number      BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    destination TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    sha256      TEXT   NOT NULL,
    message     TEXT,
    outcome     TEXT   NOT NULL,
    hash        TEXT   NOT NULL,
    PRIMARY KEY (chain, number)
);
CREATE INDEX delivery_record_destination ON delivery_record (destination, at);

-- Acts of people on the platforms that were already handled.
CREATE TABLE inbound (
    id      TEXT   PRIMARY KEY,
    handled BIGINT NOT NULL
);
-- Small things to remember, such as how far Telegram's updates were read.
CREATE TABLE marks (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
