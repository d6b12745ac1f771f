-- For whom a message of a room was written: `operators`, `customer/<agreement>` as in the delivery record, or
-- `person` in somebody's own room. A room that gets another party shows it nothing of what stood there before.
ALTER TABLE room_messages ADD COLUMN audience TEXT NOT NULL DEFAULT '';
UPDATE room_messages SET audience = 'person' WHERE room LIKE '@%';
UPDATE room_messages SET audience = COALESCE(
    (SELECT b.audience FROM bindings AS b WHERE b.address = 'web:' || room_messages.room), ''
) WHERE room NOT LIKE '@%';
