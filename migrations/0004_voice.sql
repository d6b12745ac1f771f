-- Anonymous answers. While a round can be answered, its key is here: with it the program knows who took part, and
-- reads the ballots. At the close the key and the participation go, and what is left is numbered and ordered anew.
-- Nowhere here is a time, and every number that is not a round's is random, so that no order tells who was first.
CREATE TABLE survey_keys (
    round BIGINT PRIMARY KEY,
    key   BYTEA NOT NULL
);
-- `mark` is 63 bits of a person's id under the round's key.
CREATE TABLE survey_participation (
    mark  BIGINT PRIMARY KEY,
    round BIGINT NOT NULL
);
CREATE INDEX survey_participation_round ON survey_participation (round);
-- An answer, encrypted under the round's key.
CREATE TABLE survey_ballots (
    id     BIGINT PRIMARY KEY,
    round  BIGINT NOT NULL,
    sealed BYTEA  NOT NULL
);
CREATE INDEX survey_ballots_round ON survey_ballots (round);
-- The answers of closed rounds that enough people answered. `day` is the date of the close; `given` and `texts` are
-- JSON.
CREATE TABLE survey_answers (
    id        BIGINT PRIMARY KEY,
    round     BIGINT NOT NULL,
    agreement TEXT   NOT NULL,
    given     TEXT   NOT NULL,
    texts     TEXT   NOT NULL,
    day       TEXT   NOT NULL,
    standing  TEXT   NOT NULL
);
CREATE INDEX survey_answers_round ON survey_answers (round);
-- What each closed round came to, as JSON.
CREATE TABLE survey_closed (
    round   BIGINT PRIMARY KEY,
    counted TEXT NOT NULL
);

-- Links by which people without an account answer, by the hash of their secret. `person` is the respondent of a
-- round that is not anonymous; nobody else ever has that id.
CREATE TABLE survey_links (
    hash    TEXT   PRIMARY KEY,
    round   BIGINT NOT NULL,
    person  TEXT,
    expires BIGINT NOT NULL
);
CREATE INDEX survey_links_round ON survey_links (round);
