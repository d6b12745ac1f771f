-- The web chat's rooms: what stands there, in the order it was posted.

-- `id` is the change that posted the message, `change` the latest that touched it, so that a page which
-- knows everything up to a change can ask for the rest. `content` is JSON; `author` is set on people's own
-- lines; a message with `private_to` is shown to that person alone.
CREATE TABLE room_messages (
    id         BIGINT PRIMARY KEY,
    room       TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    under      BIGINT,
    content    TEXT   NOT NULL,
    author     TEXT,
    private_to TEXT,
    created    BIGINT NOT NULL,
    edited     BIGINT,
    change     BIGINT NOT NULL
);
CREATE UNIQUE INDEX room_messages_key ON room_messages (key);
CREATE INDEX room_messages_room ON room_messages (room, id);
CREATE INDEX room_messages_change ON room_messages (room, change);

-- One row: the number of the latest change. Taking the next one holds the row until the commit, so that
-- changes become visible in the order of their numbers.
CREATE TABLE room_changes (
    slot   BIGINT PRIMARY KEY,
    latest BIGINT NOT NULL
);
INSERT INTO room_changes (slot, latest) VALUES (1, 0);
