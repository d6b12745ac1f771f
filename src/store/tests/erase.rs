//! Forgetting a person: nothing of theirs is left, everything else is, and every chain holds.

use super::super::commit::Commit;
use super::super::erase::Erase;
use super::super::inbound::SetMark;
use super::super::outbox::{Claim, Message, Urgency};
use super::super::people::{Accept, Configure, Configured, Invite, OpenSession, Role, Token};
use super::super::prose::Sealed;
use super::super::record::{Chain, Outcome, Record, Said};
use super::super::rooms::{Audience, Post, PruneRooms, Seat};
use super::super::settle::{Ending, Settle};
use super::super::testing::{Base, on_both};
use super::super::tx::{Tx, on};
use super::super::{Store, StoreError, Write};
use crate::chat::web::content::Content;
use crate::core::doc::{Doc, Text, Tone};
use crate::core::event::{PersonId, ProseId};
use crate::core::time::Instant;
use crate::i18n::spoken::{Run, RunKind, text_of};
use crate::i18n::{Facts, Language, Locale, speak};

const NAME: &str = "Zdenka Quetzalcoatl";
const TEXT: &str = "The flywheel sings in the cellar, again.";
const CHINESE: &str = "機房的飛輪又在唱歌，請派人來看";

fn at(seconds: i64) -> Instant {
    Instant::from_seconds(1_000_000 + seconds)
}

fn locale() -> Locale {
    Locale { language: Language::English, zone: chrono_tz::UTC }
}

async fn zdenka(store: &Store) -> PersonId {
    let person = |name: &str, account: &str| Configured {
        name: name.to_owned(),
        accounts: [account.parse().unwrap()].into(),
        roles: [Role::Operator].into(),
    };
    let people = vec![person(NAME, "discord:987654321"), person("Anna", "discord:98765432")];
    store.write(Configure { people, now: at(0) }).await.unwrap().remove(0)
}

fn message(key: &str, to: &str, doc: Doc) -> Message {
    Message {
        key: format!("{key}/{to}"),
        to: to.parse().unwrap(),
        chain: Chain::Operators,
        kind: "late".to_owned(),
        urgency: Urgency::Rest,
        locale: locale(),
        doc,
        under: None,
        not_before: None,
    }
}

fn doc(text: &str) -> Doc {
    Doc::new(Tone::Information, Text::Untrusted(text.to_owned()), at(0))
}

async fn post(store: &Store, room: &str, key: &str, content: Content, whose: [Option<&PersonId>; 2]) -> i64 {
    let audience = match room.starts_with('@') {
        true => Audience::Person,
        false => Audience::Party(Chain::Operators),
    };
    let [author, private_to] = whose.map(|person| person.cloned());
    let (room, key) = (room.to_owned(), key.to_owned());
    let content = content.to_json().unwrap();
    let post = Post { room, audience, key, under: None, content, author, private_to, at: at(1) };
    store.write(post).await.unwrap().id
}

fn said(runs: Vec<Run>) -> Content {
    let mut spoken = speak(&doc("x"), locale(), &Facts::default());
    spoken.head = runs;
    Content::Said { spoken, command: None }
}

async fn delivered(store: &Store, messages: Vec<Message>) {
    let count = messages.len();
    store.commit(Commit { posts: messages, ..Commit::at(at(2)) }).await.unwrap();
    for round in 0..count {
        let claim = Claim {
            token: format!("t{round}"),
            now: at(3),
            until: at(900),
            platforms: crate::chat::Platform::ALL.into(),
            except: [].into(),
            limit: 1,
        };
        for row in store.write(claim).await.unwrap() {
            let ending = Ending::Sent { message_id: "7".to_owned(), moved_to: None };
            let settle = Settle { row: row.unwrap(), sha256: "ab".to_owned(), ending, now: at(4) };
            assert!(store.write(settle).await.unwrap());
        }
    }
}

/// Every row of every table, as text.
async fn everything(store: &Store) -> String {
    let mut tx = store.reader().await.unwrap();
    let mut all = String::new();
    for sql in [
        "SELECT id || '|' || name FROM people",
        "SELECT account FROM accounts",
        "SELECT COALESCE(used_by, '') || '|' || COALESCE(created_by, '') FROM invitations",
        "SELECT key || '|' || destination || '|' || doc FROM outbox",
        "SELECT destination || '|' || key || '|' || COALESCE(salt, '-') FROM delivery_record",
        "SELECT key || '|' || content FROM room_messages",
        "SELECT name || '|' || value FROM marks",
    ] {
        let rows: Vec<String> = on!(&mut tx, c => sqlx::query_scalar(sql).fetch_all(c).await).unwrap();
        all.push_str(&rows.join("\n"));
        all.push('\n');
    }
    all
}

/// Her texts; and who she is, by every trace but messages.
async fn traces(store: &Store, who: &PersonId) -> Vec<ProseId> {
    let sealed = [TEXT, CHINESE].map(|text| Sealed::new(text, at(0)).unwrap());
    let prose: Vec<_> = sealed.iter().map(|sealed| sealed.reference().id).collect();
    store.commit(Commit { prose: sealed.into(), ..Commit::at(at(0)) }).await.unwrap();
    // An invitation made, one taken, a session.
    let (made, taken) = (Token::new().unwrap().hash, Token::new().unwrap().hash);
    for (hash, by) in [(&made, Some(who.clone())), (&taken, None)] {
        let (hash, now, expires) = (hash.clone(), at(0), at(9_000));
        store.write(Invite { hash, role: Role::Operator, created_by: by, now, expires }).await.unwrap();
    }
    let account = Some("discord:987654321".parse().unwrap());
    let accept = Accept { hash: taken, account, name: NAME.to_owned(), now: at(1) };
    assert_eq!(&store.write(accept).await.unwrap().unwrap().0, who);
    let session = OpenSession { hash: "s".to_owned(), person: who.clone(), now: at(1), expires: at(9_000) };
    store.write(session).await.unwrap();
    for (name, value) in [
        ("form/telegram:form:1:9876543210", "another's"),
        ("form/discord:form:1:987654321", TEXT),
        ("form/discord:form:1:98765432", "Anna's"),
    ] {
        store.write(SetMark { name: name.to_owned(), value: value.to_owned() }).await.unwrap();
    }
    prose
}

/// What stands in rooms; returns the message that others read.
async fn rooms(store: &Store, who: &PersonId) -> i64 {
    // Rooms: her lines, what was said to her, and what shows her words and name.
    post(store, "operators", "own", Content::Line(format!("/note 1 {TEXT}")), [Some(who), None]).await;
    post(store, "operators", "private", said(vec![Run::untrusted(TEXT)]), [None, Some(who)]).await;
    post(store, &format!("@{who}"), "direct", said(vec![Run::own("for you")]), [None, None]).await;
    let shown = said(vec![
        Run::own("noted by "),
        Run { text: NAME.to_owned(), kind: RunKind::Mention(vec!["discord:987654321".parse().unwrap()]) },
        Run::untrusted(CHINESE),
        Run::untrusted("Anna's own words"),
    ]);
    let card = post(store, "operators", "card", shown, [None, None]).await;
    let lost = Run { text: "discord:@987654321".to_owned(), kind: RunKind::Code };
    post(store, "operators", "dead", said(vec![lost]), [None, None]).await;
    post(store, "operators", "typed", Content::Line(format!("/revoke \"{NAME}\"")), [None, None]).await;
    card
}

/// What was sent to her and to others.
async fn messages(store: &Store) {
    delivered(
        store,
        vec![
            message("call", "discord:@987654321", doc("a call")),
            message("call", "discord:@98765432", doc("Anna's call")),
            message("dead/discord:@987654321", "discord:1", doc("discord:@987654321 is gone")),
            message("late", "discord:1", doc("late")),
        ],
    )
    .await;
    let reply = Said {
        at: at(5),
        destination: "discord:@987654321".to_owned(),
        key: "discord:interaction:5".to_owned(),
        kind: "why".to_owned(),
        sha256: "cd".to_owned(),
        message: None,
        outcome: Outcome::Replied,
    };
    store.write(Record { chain: Chain::Operators, said: reply }).await.unwrap();
}

#[tokio::test]
async fn nothing_of_a_forgotten_person_is_left_and_every_chain_holds() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let who = zdenka(&store).await;
        let prose = traces(&store, &who).await;
        let card = rooms(&store, &who).await;
        messages(&store).await;
        let before = store.verify_record(&Chain::Operators).await.unwrap().unwrap();
        assert_eq!(before.sequence, 5);
        let people = vec![who.clone()];
        let elsewhere = store.elsewhere(&people, &prose).await.unwrap();
        assert_eq!(elsewhere.into_iter().collect::<Vec<_>>(), [(crate::chat::Platform::Discord, 1)]);

        let erased = store.write(Erase { prose: prose.clone(), people, now: at(10) }).await.unwrap();
        store.scrub().await.unwrap();
        assert_eq!((erased.messages, erased.outbox, erased.record, erased.lasting), (6, 2, 3, 0));
        assert!(store.prose(&prose).await.unwrap().is_empty());
        assert_eq!(store.session("s", at(11)).await.unwrap(), None);
        assert_eq!(store.verify_record(&Chain::Operators).await.unwrap(), Ok(before));
        let all = everything(&store).await;
        for gone in [NAME, "discord:987654321", "@987654321", "form:1:987654321|", "flywheel", "飛輪"] {
            assert!(!all.contains(gone), "{gone}: {all}");
        }
        for stays in ["Anna", "98765432|", "call/discord:@98765432", "Anna's own words", "late/discord:1"] {
            assert!(all.contains(stays), "{stays}: {all}");
        }
        assert_eq!(all.matches(who.as_str()).count(), 1, "the random id stays where people are: {all}");
        let seat = Seat {
            person: PersonId::new("anna"),
            rooms: [("operators".to_owned(), Audience::Party(Chain::Operators))].into(),
        };
        let kept = store.room_message(&seat, "operators", card).await.unwrap().unwrap();
        let Ok(Content::Said { spoken, .. }) = Content::from_json(&kept.content) else { panic!() };
        assert_eq!(text_of(&spoken.head), "noted by [erased][erased]Anna's own words");
        // Again is nothing more, and a record that was changed is still found.
        let again = Erase { prose, people: vec![who], now: at(12) };
        assert_eq!(store.write(again).await.unwrap().record, 0);
        store
            .write(Damage(
                "UPDATE delivery_record SET destination = 'discord:@1' WHERE destination = 'discord:1'",
            ))
            .await
            .unwrap();
        assert!(store.verify_record(&Chain::Operators).await.unwrap().is_err());
        store.close().await;
    })
    .await;
}

struct Damage(&'static str);

impl Write for Damage {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(tx, c => sqlx::query(self.0).execute(c).await.map(drop))?;
        Ok(())
    }
}

/// A line as the program before wrote it: its hash was made of destination and key themselves.
#[tokio::test]
async fn lines_of_the_first_form_still_hold_and_say_that_they_cannot_forget() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let who = zdenka(&store).await;
        store.write(Damage(OLD)).await.unwrap();
        let chain = Chain::Operators;
        let old = store.record(&chain, 1, 0).await.unwrap().remove(0);
        let head = super::super::record::next(crate::journal::chain::Head::START, &chain, &old.said, None);
        assert_eq!(head.hash.to_string(), old.hash);
        let said = Said { destination: "discord:@987654321".to_owned(), ..old.said.clone() };
        store.write(Record { chain: chain.clone(), said }).await.unwrap();
        assert_eq!(store.verify_record(&chain).await.unwrap().unwrap().sequence, 2);
        let erase = Erase { prose: Vec::new(), people: vec![who], now: at(10) };
        let erased = store.write(erase).await.unwrap();
        assert_eq!((erased.record, erased.lasting), (1, 1));
        assert_eq!(store.verify_record(&chain).await.unwrap().unwrap().sequence, 2);
        assert_eq!(store.said_at("discord:@987654321", &[chain], 9, 0).await.unwrap(), [old]);
        store.close().await;
    })
    .await;
}

/// Made by hand from the published form, not by this program.
const OLD: &str = "INSERT INTO delivery_record (chain, number, at, destination, key, kind, sha256, message, \
                   outcome, hash) VALUES ('operators', 1, 1000000000000, 'discord:@987654321', \
                   'call/discord:@987654321', 'call', 'ab', '7', 'sent', '68a82a828fb1ff1f451778ee6557070ffa05f3386962c07ebdf392578a6608a5')";

#[tokio::test]
async fn old_messages_of_rooms_are_forgotten_in_batches() {
    on_both(async |base: Base| {
        let store = base.open().await;
        for n in 0..5 {
            post(&store, "operators", &format!("k{n}"), Content::Line("x".to_owned()), [None, None]).await;
        }
        let prune = |before| PruneRooms { before, limit: 3 };
        assert_eq!(store.write(prune(at(1))).await.unwrap(), 0);
        assert_eq!(store.write(prune(at(2))).await.unwrap(), 3);
        assert_eq!(store.write(prune(at(2))).await.unwrap(), 2);
        store.close().await;
    })
    .await;
}
