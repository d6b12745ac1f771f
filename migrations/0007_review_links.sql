-- Links by which people without an account read a review, by the hash of their secret.
CREATE TABLE review_links (
    hash    TEXT   PRIMARY KEY,
    review  BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX review_links_review ON review_links (review);
