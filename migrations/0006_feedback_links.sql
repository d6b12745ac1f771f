-- Links by which people without an account write feedback or a complaint under one agreement, by the hash of their
-- secret. What somebody wrote is found by a secret of their own, whose hash is part of the journal's own entry.
CREATE TABLE feedback_links (
    hash      TEXT   PRIMARY KEY,
    agreement TEXT   NOT NULL,
    expires   BIGINT NOT NULL
);
CREATE INDEX feedback_links_agreement ON feedback_links (agreement);
