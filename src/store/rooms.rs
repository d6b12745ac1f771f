//! The web chat's rooms: messages that are posted once, edited in place, and seen only by who may: by those
//! who see the room, and while the room belongs to those for whom the message was written.

use std::collections::BTreeMap;
use std::fmt;

use super::error::StoreError;
use super::record::Chain;
use super::tx::{Tx, on};
use super::writer::Write;
use super::{Store, statements};
use crate::chat::web::content::Content;
use crate::core::event::PersonId;
use crate::core::time::Instant;

statements! {
    NEXT = "UPDATE room_changes SET latest = latest + 1 WHERE slot = 1 RETURNING latest";
    LATEST = "SELECT latest FROM room_changes WHERE slot = 1";
    BY_KEY = "SELECT id, room FROM room_messages WHERE key = $1";
    PLACE = "SELECT room, content FROM room_messages WHERE id = $1";
    INSERT = "INSERT INTO room_messages (id, room, key, under, content, author, private_to, created, change, \
              audience) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $1, $9)";
    REPLACE = "UPDATE room_messages SET content = $2, edited = $3, change = $4 WHERE id = $1";
    REVEAL = "UPDATE room_messages SET private_to = NULL, change = $2 \
              WHERE key = $1 AND private_to IS NOT NULL";
    FORGET_ALONE = "DELETE FROM room_messages WHERE private_to = $1 OR room = '@' || $1";
    OWN = "SELECT id FROM room_messages WHERE author = $1 ORDER BY id";
    AFTER = "SELECT id, content FROM room_messages WHERE id > $1 ORDER BY id LIMIT $2";
    PRUNE = "DELETE FROM room_messages WHERE id IN (SELECT id FROM room_messages \
             WHERE COALESCE(edited, created) < $1 ORDER BY id LIMIT $2)";
    OF_PERSON = "SELECT created, room, content FROM room_messages \
                 WHERE author = $1 OR private_to = $1 OR room = '@' || $1 ORDER BY id";
    /// The newest messages before `$4`, newest first.
    PAGE = "SELECT m.id, m.room, m.under, m.content, m.author, p.name, m.private_to, m.created, m.edited, \
            m.change FROM room_messages AS m LEFT JOIN people AS p ON p.id = m.author WHERE m.room = $1 \
            AND EXISTS (SELECT 1 FROM json_each($2) AS w WHERE (w.value ->> 0) = m.room \
            AND (w.value ->> 1) = m.audience) \
            AND (m.private_to IS NULL OR m.private_to = $3) AND m.under IS NULL AND m.id < $4 \
            ORDER BY m.id DESC LIMIT $5";
    /// What stands under the messages from `$4` up to `$5`, oldest first.
    UNDER = "SELECT m.id, m.room, m.under, m.content, m.author, p.name, m.private_to, m.created, m.edited, \
             m.change FROM room_messages AS m LEFT JOIN people AS p ON p.id = m.author WHERE m.room = $1 \
             AND EXISTS (SELECT 1 FROM json_each($2) AS w WHERE (w.value ->> 0) = m.room \
             AND (w.value ->> 1) = m.audience) \
             AND (m.private_to IS NULL OR m.private_to = $3) AND m.under >= $4 AND m.under <= $5 \
             ORDER BY m.id";
    /// What changed after `$4`, in the order of the changes.
    CHANGED = "SELECT m.id, m.room, m.under, m.content, m.author, p.name, m.private_to, m.created, m.edited, \
               m.change FROM room_messages AS m LEFT JOIN people AS p ON p.id = m.author WHERE m.room = $1 \
               AND EXISTS (SELECT 1 FROM json_each($2) AS w WHERE (w.value ->> 0) = m.room \
               AND (w.value ->> 1) = m.audience) \
               AND (m.private_to IS NULL OR m.private_to = $3) AND m.change > $4 \
               ORDER BY m.change LIMIT $5";
    ONE = "SELECT m.id, m.room, m.under, m.content, m.author, p.name, m.private_to, m.created, m.edited, \
           m.change FROM room_messages AS m LEFT JOIN people AS p ON p.id = m.author WHERE m.room = $1 \
           AND EXISTS (SELECT 1 FROM json_each($2) AS w WHERE (w.value ->> 0) = m.room \
           AND (w.value ->> 1) = m.audience) \
           AND (m.private_to IS NULL OR m.private_to = $3) AND m.id = $4";
    /// The newest message of others in each room.
    NEWEST = "SELECT m.room, MAX(m.change) FROM room_messages AS m \
              WHERE EXISTS (SELECT 1 FROM json_each($1) AS w WHERE (w.value ->> 0) = m.room \
              AND (w.value ->> 1) = m.audience) \
              AND (m.private_to IS NULL OR m.private_to = $2) AND (m.author IS NULL OR m.author <> $2) \
              GROUP BY m.room";
}

/// For whom a message is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Those to whom the room is bound.
    Party(Chain),
    /// The one person whose room it is.
    Person,
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Party(chain) => chain.fmt(f),
            Self::Person => f.write_str("person"),
        }
    }
}

/// What one person may see. Every question about rooms asks it in the statement itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    pub person: PersonId,
    /// The rooms by their names (`operators`, `@p3f…`), each with whose it is now: what was written there
    /// for others is not shown.
    pub rooms: BTreeMap<String, Audience>,
}

/// A message in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomMessage {
    pub id: i64,
    pub room: String,
    /// The message in whose history this stands.
    pub under: Option<i64>,
    /// JSON; the web chat knows its form.
    pub content: String,
    /// Whose own line this is, and the name by which the person is known.
    pub author: Option<(PersonId, String)>,
    pub private: bool,
    pub created: Instant,
    pub edited: Option<Instant>,
    /// The latest change that touched this.
    pub change: i64,
}

/// A stretch of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomPage {
    /// Oldest first.
    pub messages: Vec<RoomMessage>,
    /// What stands under each of them, oldest first.
    pub under: BTreeMap<i64, Vec<RoomMessage>>,
    /// Whether there are older ones.
    pub more: bool,
    /// Everything up to this change is in here, as far as it falls into this stretch.
    pub latest: i64,
}

type Row =
    (i64, String, Option<i64>, String, Option<String>, Option<String>, Option<String>, i64, Option<i64>, i64);

impl Store {
    /// The newest `limit` messages of `room` before `before`, with what stands under them. Empty when
    /// `seat` may not see the room, as if it did not exist.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn room_page(
        &self,
        seat: &Seat,
        room: &str,
        before: Option<i64>,
        limit: u32,
    ) -> Result<RoomPage, StoreError> {
        let mut tx = self.reader().await?;
        // Read before the messages: what changes in between is told a second time rather than never.
        let latest = latest(&mut tx).await?;
        let (rooms, person) = (seat.rooms_json()?, seat.person.as_str());
        let before = before.unwrap_or(i64::MAX);
        let mut rows: Vec<Row> = on!(&mut tx, c => sqlx::query_as(PAGE)
            .bind(room).bind(&rooms).bind(person).bind(before).bind(i64::from(limit) + 1)
            .fetch_all(c).await)?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        rows.reverse();
        let mut under: BTreeMap<i64, Vec<RoomMessage>> = BTreeMap::new();
        if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
            let rows: Vec<Row> = on!(&mut tx, c => sqlx::query_as(UNDER)
                .bind(room).bind(&rooms).bind(person).bind(first.0).bind(last.0).fetch_all(c).await)?;
            for message in rows.into_iter().map(RoomMessage::from) {
                under.entry(message.under.unwrap_or_default()).or_default().push(message);
            }
        }
        Ok(RoomPage { messages: rows.into_iter().map(RoomMessage::from).collect(), under, more, latest })
    }

    /// What changed in `room` after the change `after`, at most `limit` messages, oldest change first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn room_changes(
        &self,
        seat: &Seat,
        room: &str,
        after: i64,
        limit: u32,
    ) -> Result<Vec<RoomMessage>, StoreError> {
        let mut tx = self.reader().await?;
        let (rooms, person) = (seat.rooms_json()?, seat.person.as_str());
        let rows: Vec<Row> = on!(&mut tx, c => sqlx::query_as(CHANGED)
            .bind(room).bind(rooms).bind(person).bind(after).bind(i64::from(limit)).fetch_all(c).await)?;
        Ok(rows.into_iter().map(RoomMessage::from).collect())
    }

    /// One message of `room`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn room_message(
        &self,
        seat: &Seat,
        room: &str,
        id: i64,
    ) -> Result<Option<RoomMessage>, StoreError> {
        let mut tx = self.reader().await?;
        let (rooms, person) = (seat.rooms_json()?, seat.person.as_str());
        let row: Option<Row> = on!(&mut tx, c => sqlx::query_as(ONE)
            .bind(room).bind(rooms).bind(person).bind(id).fetch_optional(c).await)?;
        Ok(row.map(RoomMessage::from))
    }

    /// The latest change by others in each room of `seat`; rooms without any are left out.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn room_newest(&self, seat: &Seat) -> Result<BTreeMap<String, i64>, StoreError> {
        let mut tx = self.reader().await?;
        let (rooms, person) = (seat.rooms_json()?, seat.person.as_str());
        let rows: Vec<(String, i64)> =
            on!(&mut tx, c => sqlx::query_as(NEWEST).bind(rooms).bind(person).fetch_all(c).await)?;
        Ok(rows.into_iter().collect())
    }

    /// The number of the latest change in any room.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn rooms_latest(&self) -> Result<i64, StoreError> {
        latest(&mut self.reader().await?).await
    }
}

async fn latest(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(on!(tx, c => sqlx::query_scalar(LATEST).fetch_one(c).await)?)
}

async fn next(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(on!(tx, c => sqlx::query_scalar(NEXT).fetch_one(c).await)?)
}

impl Seat {
    /// As `json_each` takes it apart.
    fn rooms_json(&self) -> Result<String, StoreError> {
        let rows: Vec<(&str, String)> =
            self.rooms.iter().map(|(room, audience)| (room.as_str(), audience.to_string())).collect();
        serde_json::to_string(&rows).map_err(|error| StoreError::unintelligible("the names of rooms", error))
    }
}

/// Posts a message. A second post with the same key is the same message and changes nothing.
#[derive(Clone, Debug)]
pub struct Post {
    pub room: String,
    /// For whom it is written, whoever has the room by the time it stands there.
    pub audience: Audience,
    pub key: String,
    /// Left out when it names no message of this room.
    pub under: Option<i64>,
    pub content: String,
    pub author: Option<PersonId>,
    pub private_to: Option<PersonId>,
    pub at: Instant,
}

/// What became of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posted {
    pub id: i64,
    /// It was posted before.
    pub repeat: bool,
}

impl Write for Post {
    type Out = Posted;

    async fn apply(&self, tx: &mut Tx) -> Result<Posted, StoreError> {
        let known: Option<(i64, String)> =
            on!(tx, c => sqlx::query_as(BY_KEY).bind(&self.key).fetch_optional(c).await)?;
        if let Some((id, _)) = known {
            return Ok(Posted { id, repeat: true });
        }
        let under = match self.under {
            Some(under) => place(tx, under).await?.filter(|(room, _)| *room == self.room).map(|_| under),
            None => None,
        };
        let id = next(tx).await?;
        let (author, private_to) = (text(self.author.as_ref()), text(self.private_to.as_ref()));
        on!(tx, c => sqlx::query(INSERT)
            .bind(id).bind(&self.room).bind(&self.key).bind(under).bind(&self.content)
            .bind(author).bind(private_to).bind(self.at.micros()).bind(self.audience.to_string())
            .execute(c).await.map(drop))?;
        Ok(Posted { id, repeat: false })
    }
}

fn text(person: Option<&PersonId>) -> Option<&str> {
    person.map(PersonId::as_str)
}

async fn place(tx: &mut Tx, id: i64) -> Result<Option<(String, String)>, StoreError> {
    Ok(on!(tx, c => sqlx::query_as(PLACE).bind(id).fetch_optional(c).await)?)
}

/// Replaces what a message says.
#[derive(Clone, Debug)]
pub struct Replace {
    pub room: String,
    pub id: i64,
    pub content: String,
    pub at: Instant,
}

impl Write for Replace {
    /// Whether there is such a message in the room.
    type Out = bool;

    async fn apply(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        match place(tx, self.id).await? {
            Some((room, content)) if room == self.room => {
                // The same words again are no change that a reader should be told of.
                if content != self.content {
                    let change = next(tx).await?;
                    on!(tx, c => sqlx::query(REPLACE)
                        .bind(self.id).bind(&self.content).bind(self.at.micros()).bind(change)
                        .execute(c).await.map(drop))?;
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

/// Shows a private message to everyone in its room.
#[derive(Clone, Debug)]
pub struct Reveal {
    pub key: String,
}

impl Write for Reveal {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let change = next(tx).await?;
        on!(tx, c => sqlx::query(REVEAL).bind(&self.key).bind(change).execute(c).await.map(drop))?;
        Ok(())
    }
}

/// Forgets messages last changed before `before`, at most `limit` of them.
#[derive(Clone, Copy, Debug)]
pub struct PruneRooms {
    pub before: Instant,
    pub limit: u32,
}

impl Write for PruneRooms {
    /// How many are gone.
    type Out = u64;

    async fn apply(&self, tx: &mut Tx) -> Result<u64, StoreError> {
        let (before, limit) = (self.before.micros(), i64::from(self.limit));
        Ok(on!(tx, c => sqlx::query(PRUNE).bind(before).bind(limit).execute(c).await?.rows_affected()))
    }
}

/// Messages looked at together while one person is forgotten.
const AT_ONCE: i64 = 500;

/// Forgets a person: what was said to them alone is deleted, their own lines stay as erased ones.
pub(super) async fn forget_person(tx: &mut Tx, person: &PersonId, at: Instant) -> Result<u64, StoreError> {
    let id = person.as_str();
    let mut count = on!(&mut *tx, c => sqlx::query(FORGET_ALONE).bind(id).execute(c).await?.rows_affected());
    let own: Vec<i64> = on!(&mut *tx, c => sqlx::query_scalar(OWN).bind(id).fetch_all(c).await)?;
    let erased = Content::Erased.to_json();
    let erased = erased.map_err(|error| StoreError::unintelligible("a message to be written", error))?;
    for message in own {
        rewrite(tx, message, &erased, at).await?;
        count += 1;
    }
    Ok(count)
}

/// Rewrites every message of which `change` makes another; one that cannot be read is taken for erased.
pub(super) async fn forget_within(
    tx: &mut Tx,
    at: Instant,
    change: impl Fn(Content) -> Option<Content>,
) -> Result<u64, StoreError> {
    let (mut after, mut count) = (0, 0);
    loop {
        let page: Vec<(i64, String)> = on!(&mut *tx, c => sqlx::query_as(AFTER)
            .bind(after).bind(AT_ONCE).fetch_all(c).await)?;
        let Some((last, _)) = page.last() else { return Ok(count) };
        after = *last;
        for (id, content) in page {
            let changed = match Content::from_json(&content) {
                Ok(content) => change(content),
                Err(_) => Some(Content::Erased),
            };
            let Some(changed) = changed else { continue };
            let json = changed.to_json();
            let json = json.map_err(|error| StoreError::unintelligible("a message to be written", error))?;
            rewrite(tx, id, &json, at).await?;
            count += 1;
        }
    }
}

async fn rewrite(tx: &mut Tx, id: i64, content: &str, at: Instant) -> Result<(), StoreError> {
    let change = next(tx).await?;
    on!(tx, c => sqlx::query(REPLACE)
        .bind(id).bind(content).bind(at.micros()).bind(change).execute(c).await.map(drop))?;
    Ok(())
}

impl Store {
    /// What stands in rooms by a person or for them alone: when, where, and the content.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn rooms_of(&self, person: &PersonId) -> Result<Vec<(Instant, String, String)>, StoreError> {
        let mut tx = self.reader().await?;
        let rows: Vec<(i64, String, String)> =
            on!(&mut tx, c => sqlx::query_as(OF_PERSON).bind(person.as_str()).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(at, room, content)| (Instant::from_micros(at), room, content)).collect())
    }
}

impl From<Row> for RoomMessage {
    fn from((id, room, under, content, author, name, private_to, created, edited, change): Row) -> Self {
        let author = author.map(|author| (PersonId::new(author), name.unwrap_or_default()));
        Self {
            id,
            room,
            under,
            content,
            author,
            private: private_to.is_some(),
            created: Instant::from_micros(created),
            edited: edited.map(Instant::from_micros),
            change,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{Base, on_both};

    /// The audience of a room that bears its party's name.
    fn audience(room: &str) -> Audience {
        Audience::Party(match room {
            "operators" => Chain::Operators,
            customer => Chain::Customer(customer.into()),
        })
    }

    fn seat(person: &str, rooms: &[&str]) -> Seat {
        let rooms = rooms.iter().map(|room| ((*room).to_owned(), audience(room))).collect();
        Seat { person: PersonId::new(person), rooms }
    }

    fn post(room: &str, key: &str) -> Post {
        Post {
            room: room.to_owned(),
            audience: audience(room),
            key: key.to_owned(),
            under: None,
            content: format!("\"{key}\""),
            author: None,
            private_to: None,
            at: Instant::from_seconds(1000),
        }
    }

    fn contents(messages: &[RoomMessage]) -> Vec<&str> {
        messages.iter().map(|message| message.content.as_str()).collect()
    }

    #[tokio::test]
    async fn a_repeated_post_is_the_same_message() {
        on_both(async |base: Base| {
            let store = base.open().await;
            let first = store.write(post("operators", "a")).await.unwrap();
            let again =
                store.write(Post { content: "\"x\"".to_owned(), ..post("operators", "a") }).await.unwrap();
            assert_eq!(again, Posted { id: first.id, repeat: true });
            let page = store.room_page(&seat("p", &["operators"]), "operators", None, 10).await.unwrap();
            assert_eq!(contents(&page.messages), ["\"a\""]);
            store.close().await;
            // The history is still there for the next process.
            let store = base.open().await;
            let page = store.room_page(&seat("p", &["operators"]), "operators", None, 10).await.unwrap();
            assert_eq!((contents(&page.messages), page.more), (vec!["\"a\""], false));
        })
        .await;
    }

    #[tokio::test]
    async fn a_person_sees_their_rooms_and_what_is_private_to_them() {
        on_both(async |base: Base| {
            let store = base.open().await;
            store.write(post("acme", "for acme")).await.unwrap();
            store.write(post("a_me", "for another")).await.unwrap();
            let anna = PersonId::new("anna");
            let private = Post { private_to: Some(anna), ..post("acme", "for anna") };
            store.write(private).await.unwrap();
            let see = async |seat: &Seat, room: &str| {
                let page = store.room_page(seat, room, None, 10).await.unwrap();
                let changes = store.room_changes(seat, room, 0, 10).await.unwrap();
                assert_eq!(page.messages, changes);
                page.messages.into_iter().map(|message| message.content).collect::<Vec<_>>()
            };
            assert_eq!(see(&seat("anna", &["acme"]), "acme").await, ["\"for acme\"", "\"for anna\""]);
            assert_eq!(see(&seat("bert", &["acme"]), "acme").await, ["\"for acme\""]);
            assert!(see(&seat("anna", &["a_me"]), "acme").await.is_empty());
            assert!(see(&seat("anna", &[]), "acme").await.is_empty());
            let newest = store.room_newest(&seat("bert", &["acme", "a_me"])).await.unwrap();
            assert_eq!(newest, BTreeMap::from([("acme".to_owned(), 1), ("a_me".to_owned(), 2)]));
            store.write(Reveal { key: "for anna".to_owned() }).await.unwrap();
            assert_eq!(see(&seat("bert", &["acme"]), "acme").await.len(), 2);
        })
        .await;
    }

    #[tokio::test]
    async fn a_room_that_gets_another_party_keeps_its_past_from_them() {
        on_both(async |base: Base| {
            let store = base.open().await;
            let card = store.write(post("operators", "card")).await.unwrap().id;
            store.write(Post { under: Some(card), ..post("operators", "history") }).await.unwrap();
            let rebound = |party: &str| Seat {
                person: PersonId::new("jonas"),
                rooms: BTreeMap::from([("operators".to_owned(), audience(party))]),
            };
            let acme = rebound("acme");
            let see = async |seat: &Seat| {
                let page = store.room_page(seat, "operators", None, 10).await.unwrap();
                let mut seen = page.messages;
                seen.extend(page.under.into_values().flatten());
                let changes = store.room_changes(seat, "operators", 0, 10).await.unwrap();
                assert_eq!(seen, changes);
                seen.into_iter().map(|message| message.content).collect::<Vec<_>>()
            };
            assert!(see(&acme).await.is_empty());
            assert_eq!(store.room_message(&acme, "operators", card).await.unwrap(), None);
            assert!(store.room_newest(&acme).await.unwrap().is_empty());
            // What is on its way while the room changes hands stays with those it was written for, and so
            // does an edit of what they read.
            store.write(post("operators", "late")).await.unwrap();
            let edit = Replace {
                room: "operators".to_owned(),
                id: card,
                content: "\"edited\"".to_owned(),
                at: Instant::from_seconds(2000),
            };
            assert!(store.write(edit).await.unwrap());
            assert!(see(&acme).await.is_empty());
            store.write(Post { audience: audience("acme"), ..post("operators", "for acme") }).await.unwrap();
            assert_eq!(see(&acme).await, ["\"for acme\""]);
            let back = store.room_page(&rebound("operators"), "operators", None, 10).await.unwrap();
            assert_eq!(contents(&back.messages), ["\"edited\"", "\"late\""]);
        })
        .await;
    }

    #[tokio::test]
    async fn edits_are_changes_and_the_same_words_are_not() {
        on_both(async |base: Base| {
            let store = base.open().await;
            let seat = seat("p", &["operators"]);
            let card = store.write(post("operators", "card")).await.unwrap().id;
            store.write(post("operators", "later")).await.unwrap();
            let replace = |room: &str, content: &str| Replace {
                room: room.to_owned(),
                id: card,
                content: content.to_owned(),
                at: Instant::from_seconds(2000),
            };
            let after = store.rooms_latest().await.unwrap();
            assert!(!store.write(replace("acme", "\"stolen\"")).await.unwrap());
            assert!(store.write(replace("operators", "\"card\"")).await.unwrap());
            assert!(store.room_changes(&seat, "operators", after, 10).await.unwrap().is_empty());
            assert!(store.write(replace("operators", "\"changed\"")).await.unwrap());
            let changes = store.room_changes(&seat, "operators", after, 10).await.unwrap();
            assert_eq!(contents(&changes), ["\"changed\""]);
            assert_eq!((changes[0].id, changes[0].edited), (card, Some(Instant::from_seconds(2000))));
            // Its place is where it was posted.
            let page = store.room_page(&seat, "operators", None, 10).await.unwrap();
            assert_eq!(contents(&page.messages), ["\"changed\"", "\"later\""]);
        })
        .await;
    }

    #[tokio::test]
    async fn pages_go_back_in_time_and_carry_what_stands_under() {
        on_both(async |base: Base| {
            let store = base.open().await;
            let seat = seat("p", &["operators"]);
            let mut ids = Vec::new();
            for n in 0..5 {
                ids.push(store.write(post("operators", &n.to_string())).await.unwrap().id);
            }
            let elsewhere = store.write(post("acme", "elsewhere")).await.unwrap().id;
            let under = |key: &str, under| Post { under: Some(under), ..post("operators", key) };
            store.write(under("under 1", ids[1])).await.unwrap();
            store.write(under("under 4", ids[4])).await.unwrap();
            store.write(under("stray", elsewhere)).await.unwrap();
            let page = store.room_page(&seat, "operators", None, 3).await.unwrap();
            assert_eq!(contents(&page.messages), ["\"3\"", "\"4\"", "\"stray\""]);
            assert_eq!(page.under.keys().copied().collect::<Vec<_>>(), [ids[4]]);
            assert!(page.more);
            let older = store.room_page(&seat, "operators", Some(page.messages[0].id), 3).await.unwrap();
            assert_eq!(contents(&older.messages), ["\"0\"", "\"1\"", "\"2\""]);
            assert_eq!(contents(&older.under[&ids[1]]), ["\"under 1\""]);
            assert!(!older.more);
        })
        .await;
    }
}
