-- A line of the delivery record holds a person's account where something was said to them alone. From here on
-- the chain holds digests of destination and key, salted with random bytes of the line's own: without the salt
-- nobody can guess what stood there, and the chain still holds. Lines without digests are of the first form.
ALTER TABLE delivery_record ADD COLUMN salt TEXT;
ALTER TABLE delivery_record ADD COLUMN destination_digest TEXT;
ALTER TABLE delivery_record ADD COLUMN key_digest TEXT;
