//! The outbox and the delivery record: keys are unrepeatable, edits collapse, one message at a time goes to a
//! place, and what became of each is on record.

use std::collections::BTreeSet;

use super::super::commit::Commit;
use super::super::outbox::{Claim, Message, PruneOutbox, Renew, Row, State, Urgency};
use super::super::record::{Chain, Outcome, Record, Said};
use super::super::settle::{Again, Discard, Ending, Merge, Relocate, Restored, Settle};
use super::super::testing::{Base, on_both};
use super::super::{Store, StoreError};
use super::journal::Damage;
use crate::chat::{Address, Platform};
use crate::core::doc::{Doc, Text, Tone};
use crate::core::event::AgreementId;
use crate::core::time::{Instant, Span};
use crate::i18n::{Language, Locale};
use crate::journal::chain::Break;

pub(super) fn at(second: i64) -> Instant {
    Instant::from_seconds(1_700_000_000 + second)
}

fn doc(words: &str) -> Doc {
    Doc::new(Tone::Information, Text::name(words), at(0))
}

pub(super) fn post(key: &str, to: &str) -> Message {
    Message {
        key: format!("{key}/{to}"),
        to: to.parse().unwrap(),
        chain: Chain::Operators,
        kind: "late".to_owned(),
        urgency: Urgency::Rest,
        locale: Locale { language: Language::English, zone: chrono_tz::Europe::Berlin },
        doc: doc(key),
        under: None,
        not_before: None,
    }
}

fn card(number: u32, to: &str, words: &str) -> Message {
    Message { kind: "card".to_owned(), doc: doc(words), ..post(&format!("card/{number}"), to) }
}

async fn put(store: &Store, second: i64, posts: Vec<Message>, cards: Vec<Message>) {
    store.commit(Commit { posts, cards, ..Commit::at(at(second)) }).await.unwrap();
}

fn claim(second: i64) -> Claim {
    Claim {
        token: format!("token {second}"),
        now: at(second),
        until: at(second + 60),
        platforms: Platform::ALL.into_iter().collect(),
        except: BTreeSet::new(),
        limit: 100,
    }
}

async fn take(store: &Store, second: i64) -> Vec<Row> {
    store.write(claim(second)).await.unwrap().into_iter().map(Result::unwrap).collect()
}

fn keys(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.message.key.as_str()).collect()
}

async fn settle(store: &Store, row: &Row, second: i64, ending: Ending) -> bool {
    let sha256 = "ab".repeat(32);
    store.write(Settle { row: row.clone(), sha256, ending, now: at(second) }).await.unwrap()
}

fn sent(id: &str) -> Ending {
    Ending::Sent { message_id: id.to_owned(), moved_to: None }
}

fn again(second: i64) -> Again {
    Again {
        not_before: at(second),
        reason: "503".to_owned(),
        uncertain: false,
        maybe_repeat: false,
        plain: false,
        anew: false,
    }
}

#[tokio::test]
async fn a_key_speaks_once_and_everything_survives_the_way() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let wanted = Message {
            chain: Chain::Customer(AgreementId::from("acme")),
            urgency: Urgency::Wake,
            locale: Locale { language: Language::TraditionalChinese, zone: chrono_tz::Asia::Taipei },
            doc: doc("結帳 \u{0} 'quoted' \"twice\""),
            under: Some("card/1/discord:1".to_owned()),
            not_before: Some(at(5)),
            ..post("a", "telegram:-100123/7")
        };
        put(&store, 0, vec![wanted.clone(), wanted.clone()], vec![]).await;
        put(&store, 1, vec![Message { doc: doc("other"), ..wanted.clone() }], vec![]).await;
        store.close().await;
        let store = base.open().await;
        assert_eq!(take(&store, 4).await, []);
        assert_eq!(store.next_due(at(4)).await.unwrap(), Some(at(5)));
        let rows = take(&store, 5).await;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].message, wanted);
        assert_eq!((rows[0].attempts, rows[0].first_tried), (1, Some(at(5))));
        assert!(settle(&store, &rows[0], 6, sent("99")).await);
        put(&store, 7, vec![wanted.clone()], vec![]).await;
        assert_eq!(take(&store, 8).await, []);
        assert_eq!(store.next_due(at(0)).await.unwrap(), None);
        let row = store.message(&wanted.key).await.unwrap().unwrap();
        assert_eq!((row.state, row.message_id.as_deref()), (State::Sent, Some("99")));
        let replied = store.message_at(&wanted.to, "99").await.unwrap().unwrap();
        assert_eq!(replied.message.key, wanted.key);
        assert_eq!(store.message_at(&wanted.to, "98").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn what_nobody_saw_is_not_said_any_more_and_what_stands_is_changed_at_once() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let later = |key: &str, words: &str, to: &str| Message {
            doc: doc(words),
            not_before: Some(at(100)),
            ..post(key, to)
        };
        let card = |words: &str, to: &str| Message { not_before: None, ..later("card", words, to) };
        let cards = vec![card("asks", "discord:1"), later("card", "asks", "discord:2")];
        put(&store, 0, vec![later("reminder", "again", "discord:3"), post("tried", "discord:4")], cards)
            .await;
        let rows = take(&store, 1).await;
        assert_eq!(keys(&rows), ["card/discord:1", "tried/discord:4"]);
        assert!(settle(&store, &rows[0], 2, sent("7")).await);
        assert!(settle(&store, &rows[1], 2, Ending::Again(again(3))).await);
        let endings = ["discord:1", "discord:2", "discord:9"].map(|to| later("card", "closed", to)).to_vec();
        let unsaid = ["reminder/discord:3", "tried/discord:4"].map(ToOwned::to_owned).to_vec();
        store.commit(Commit { endings, unsaid, ..Commit::at(at(4)) }).await.unwrap();
        let rows = take(&store, 4).await;
        assert_eq!(keys(&rows), ["card/discord:1", "tried/discord:4"], "in the quiet hours, too");
        assert_eq!(rows[0].message_id.as_deref(), Some("7"));
        assert_eq!(take(&store, 101).await, []);
    })
    .await;
}

#[tokio::test]
async fn one_at_a_time_for_each_place_the_most_urgent_first() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let urgent = |urgency, message: Message| Message { urgency, ..message };
        let posts = vec![
            post("old", "discord:1"),
            urgent(Urgency::Opened, post("opened", "discord:1")),
            urgent(Urgency::Wake, post("wake", "discord:1")),
            post("elsewhere", "telegram:2"),
        ];
        put(&store, 0, posts, vec![]).await;
        let first = take(&store, 1).await;
        assert_eq!(keys(&first), ["wake/discord:1", "elsewhere/telegram:2"]);
        assert_eq!(take(&store, 2).await, [], "both places are busy");
        settle(&store, &first[0], 3, sent("1")).await;
        let second = take(&store, 3).await;
        assert_eq!(keys(&second), ["opened/discord:1"]);
        settle(&store, &second[0], 4, Ending::Again(again(100))).await;
        // What waits for its next try does not hold up what else goes there.
        assert_eq!(keys(&take(&store, 5).await), ["old/discord:1"]);
    })
    .await;
}

#[tokio::test]
async fn a_claim_heeds_platforms_exceptions_and_its_limit() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let posts = (1..=9).map(|n| post("x", &format!("discord:{n}"))).chain([post("x", "telegram:1")]);
        put(&store, 0, posts.collect(), vec![]).await;
        let only = |platform: Platform| Claim { platforms: BTreeSet::from([platform]), ..claim(1) };
        assert_eq!(store.write(only(Platform::Web)).await.unwrap().len(), 0);
        let telegram = store.write(only(Platform::Telegram)).await.unwrap();
        assert_eq!(telegram.len(), 1);
        let except: BTreeSet<Address> = BTreeSet::from(["discord:1".parse().unwrap()]);
        let some = Claim { except, limit: 3, ..only(Platform::Discord) };
        let rows: Vec<Row> = store.write(some).await.unwrap().into_iter().map(Result::unwrap).collect();
        assert_eq!(keys(&rows), ["x/discord:2", "x/discord:3", "x/discord:4"]);
    })
    .await;
}

#[tokio::test]
async fn a_thousand_edits_of_a_card_become_one() {
    on_both(async |base: Base| {
        let store = base.open().await;
        put(&store, 0, vec![], vec![card(1, "discord:1", "first")]).await;
        let first = take(&store, 0).await;
        // Edits while it is on its way: they count, but do not disturb it.
        for n in 0..1000 {
            put(&store, 1, vec![], vec![card(1, "discord:1", &format!("edit {n}"))]).await;
        }
        assert_eq!(take(&store, 1).await, []);
        assert!(settle(&store, &first[0], 2, sent("7")).await);
        let second = take(&store, 3).await;
        assert_eq!(second[0].message.doc, doc("edit 999"));
        assert_eq!((second[0].version, second[0].sent_version), (1001, 1));
        assert_eq!(second[0].message_id.as_deref(), Some("7"));
        assert_eq!((second[0].attempts, second[0].first_tried), (1, Some(at(3))));
        settle(&store, &second[0], 4, sent("7")).await;
        put(&store, 5, vec![], vec![card(1, "discord:1", "edit 999")]).await;
        assert_eq!(take(&store, 6).await, [], "an unchanged card is not edited");
        let twice = vec![card(1, "discord:1", "a"), card(1, "discord:1", "b")];
        put(&store, 7, vec![], twice).await;
        assert_eq!(take(&store, 8).await[0].message.doc, doc("b"));
    })
    .await;
}

#[tokio::test]
async fn what_hangs_under_a_card_waits_for_it_but_not_for_ever() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let under = |key: &str, number: u32| Message {
            under: Some(format!("card/{number}/discord:1")),
            urgency: Urgency::Wake,
            ..post(key, "discord:1")
        };
        put(&store, 0, vec![under("a", 1), under("b", 2)], vec![card(1, "discord:1", "x")]).await;
        // There is no second card, so its message goes by itself.
        let first = take(&store, 1).await;
        assert_eq!(keys(&first), ["b/discord:1"]);
        settle(&store, &first[0], 1, sent("1")).await;
        let second = take(&store, 2).await;
        assert_eq!(keys(&second), ["card/1/discord:1"]);
        let reason = "unknown channel".to_owned();
        settle(&store, &second[0], 2, Ending::Failed { reason }).await;
        assert_eq!(keys(&take(&store, 3).await), ["a/discord:1"]);
    })
    .await;
}

#[tokio::test]
async fn a_card_that_failed_is_tried_from_the_beginning_when_it_changes() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let failed = || Ending::Failed { reason: "refused".to_owned() };
        put(&store, 0, vec![], vec![card(1, "discord:1", "one")]).await;
        let row = take(&store, 1).await.remove(0);
        settle(&store, &row, 2, failed()).await;
        put(&store, 1000, vec![], vec![card(1, "discord:1", "two")]).await;
        let row = take(&store, 1001).await.remove(0);
        assert_eq!((row.attempts, row.first_tried), (1, Some(at(1001))));
        // It changes again while it is on its way.
        put(&store, 1002, vec![], vec![card(1, "discord:1", "three")]).await;
        settle(&store, &row, 1003, failed()).await;
        let row = take(&store, 2000).await.remove(0);
        assert_eq!((row.attempts, row.first_tried), (1, Some(at(2000))));
        // What still waits to be tried again keeps its count.
        settle(&store, &row, 2001, Ending::Again(again(2002))).await;
        put(&store, 2002, vec![], vec![card(1, "discord:1", "four")]).await;
        let row = take(&store, 2003).await.remove(0);
        assert_eq!((row.attempts, row.first_tried), (2, Some(at(2000))));
    })
    .await;
}

#[tokio::test]
async fn a_lost_claim_settles_nothing() {
    on_both(async |base: Base| {
        let store = base.open().await;
        put(&store, 0, vec![post("a", "discord:1")], vec![]).await;
        let row = take(&store, 1).await.remove(0);
        let claim = row.claim.clone().unwrap();
        assert!(store.write(Renew { id: row.id, claim: claim.clone(), until: at(90) }).await.unwrap());
        assert_eq!(store.interrupted(at(89), 10).await.unwrap(), []);
        let late = store.interrupted(at(90), 10).await.unwrap();
        assert_eq!(late.len(), 1);
        assert!(settle(&store, late[0].as_ref().unwrap(), 91, Ending::Again(again(91))).await);
        // The first claimant wakes up and finds that it is no longer its business.
        assert!(!settle(&store, &row, 92, sent("1")).await);
        assert!(!store.write(Renew { id: row.id, claim, until: at(190) }).await.unwrap());
        assert_eq!(store.record(&Chain::Operators, 10, 0).await.unwrap(), []);
        assert_eq!(take(&store, 93).await[0].attempts, 2);
    })
    .await;
}

#[tokio::test]
async fn a_release_leaves_no_trace() {
    on_both(async |base: Base| {
        let store = base.open().await;
        put(&store, 0, vec![post("a", "discord:1")], vec![]).await;
        let row = take(&store, 1).await.remove(0);
        assert!(settle(&store, &row, 2, Ending::Released).await);
        let row = take(&store, 3).await.remove(0);
        assert_eq!((row.attempts, row.first_tried), (1, Some(at(3))));
        assert_eq!(store.record(&Chain::Operators, 10, 0).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn every_ending_is_on_record_in_a_chain_of_its_own() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let acme = Chain::Customer(AgreementId::from("acme"));
        let theirs = |key: &str| Message { chain: acme.clone(), ..post(key, "telegram:5") };
        let posts = vec![theirs("a"), post("b", "discord:1"), post("c", "discord:2"), post("d", "discord:3")];
        put(&store, 0, posts, vec![]).await;
        let rows = take(&store, 1).await;
        let reason = || "time-out".to_owned();
        let unsure = Again { uncertain: true, maybe_repeat: true, ..again(3) };
        settle(&store, &rows[0], 2, Ending::Again(unsure)).await;
        settle(&store, &rows[1], 2, sent("11")).await;
        settle(&store, &rows[2], 2, Ending::Failed { reason: reason() }).await;
        settle(&store, &rows[3], 2, Ending::Uncertain { reason: reason() }).await;
        let row = take(&store, 3).await.remove(0);
        assert!(row.maybe_repeat);
        settle(&store, &row, 4, sent("12")).await;
        let said = Said {
            // A clock that stepped back.
            at: at(-50),
            destination: "telegram:5".to_owned(),
            key: "telegram:update:1".to_owned(),
            kind: "why".to_owned(),
            sha256: String::new(),
            message: None,
            outcome: Outcome::Replied,
        };
        store.write(Record { chain: acme.clone(), said }).await.unwrap();

        let outcomes = |lines: &[super::super::record::Recorded]| {
            lines.iter().map(|line| (line.number, line.said.outcome)).collect::<Vec<_>>()
        };
        let lines = store.record(&acme, 10, 0).await.unwrap();
        assert_eq!(outcomes(&lines), [(3, Outcome::Replied), (2, Outcome::Sent), (1, Outcome::Uncertain)]);
        assert_eq!(lines[0].said.at, at(4), "the record never steps back");
        assert_eq!(lines[1].said.message.as_deref(), Some("12"));
        let ours = store.record(&Chain::Operators, 10, 0).await.unwrap();
        assert_eq!(outcomes(&ours), [(3, Outcome::Uncertain), (2, Outcome::Failed), (1, Outcome::Sent)]);
        assert_eq!(store.record(&acme, 1, 1).await.unwrap(), lines[1..2]);
        assert_eq!(store.said_at("telegram:5", std::slice::from_ref(&acme), 10, 0).await.unwrap(), lines);
        // Whoever has the channel now reads nothing of what belongs to others.
        assert_eq!(store.said_at("telegram:5", &[Chain::Operators], 10, 0).await.unwrap(), []);
        assert_eq!(store.said_at("telegram:5", &[], 10, 0).await.unwrap(), []);
        assert_eq!(store.said_at("discord:2", &[Chain::Operators], 10, 0).await.unwrap().len(), 1);
        assert_eq!(store.record_chains().await.unwrap(), [acme.clone(), Chain::Operators]);
        let head = store.verify_record(&acme).await.unwrap().unwrap();
        assert_eq!((head.sequence, head.hash.to_string()), (3, lines[0].hash.clone()));

        // A line of another chain cannot be slipped in, and one taken out is missed.
        store
            .write(Damage("UPDATE delivery_record SET outcome = 'sent' WHERE outcome = 'failed'"))
            .await
            .unwrap();
        let broken = store.verify_record(&Chain::Operators).await.unwrap().unwrap_err();
        assert!(matches!(broken, Break::Hash { sequence: 2, .. }), "{broken}");
        assert_eq!(store.verify_record(&acme).await.unwrap(), Ok(head));
        store.write(Damage("DELETE FROM delivery_record WHERE number = 1")).await.unwrap();
        let broken = store.verify_record(&acme).await.unwrap().unwrap_err();
        assert_eq!(broken, Break::Gap { expected: 1, found: 2 });
    })
    .await;
}

#[tokio::test]
async fn a_failed_card_lives_again_when_it_changes() {
    on_both(async |base: Base| {
        let store = base.open().await;
        put(&store, 0, vec![], vec![card(1, "discord:1", "a")]).await;
        let row = take(&store, 1).await.remove(0);
        settle(&store, &row, 2, Ending::Failed { reason: "refused".to_owned() }).await;
        assert_eq!(take(&store, 3).await, []);
        put(&store, 4, vec![], vec![card(1, "discord:1", "b")]).await;
        let row = take(&store, 5).await.remove(0);
        assert_eq!((row.attempts, row.version), (1, 2));
        // It changes again while it fails: the new version is tried at once.
        put(&store, 6, vec![], vec![card(1, "discord:1", "c")]).await;
        settle(&store, &row, 7, Ending::Failed { reason: "refused".to_owned() }).await;
        assert_eq!(take(&store, 8).await[0].message.doc, doc("c"));
    })
    .await;
}

#[tokio::test]
async fn a_gone_message_is_posted_anew() {
    on_both(async |base: Base| {
        let store = base.open().await;
        put(&store, 0, vec![], vec![card(1, "discord:1", "a")]).await;
        let row = take(&store, 1).await.remove(0);
        settle(&store, &row, 1, sent("7")).await;
        put(&store, 2, vec![], vec![card(1, "discord:1", "b")]).await;
        let row = take(&store, 2).await.remove(0);
        settle(&store, &row, 3, Ending::Again(Again { anew: true, plain: true, ..again(3) })).await;
        let row = take(&store, 3).await.remove(0);
        assert_eq!((row.message_id, row.plain), (None, true));
    })
    .await;
}

#[tokio::test]
async fn a_place_that_moves_takes_everything_along() {
    on_both(async |base: Base| {
        use super::super::bindings::{Bind, Binding};
        let store = base.open().await;
        let (old, new) = ("telegram:-5", "telegram:-1005");
        let binding = Binding {
            audience: Chain::Operators,
            locale: post("x", old).locale,
            bound_by: None,
            bound: at(0),
        };
        store.write(Bind { address: old.parse().unwrap(), binding: binding.clone() }).await.unwrap();
        let under = Message { under: Some(format!("card/1/{old}")), ..post("b", old) };
        let posts = vec![post("a", old), under, post("a", "telegram:-55")];
        put(&store, 0, posts, vec![card(1, old, "x")]).await;
        let rows = take(&store, 1).await;
        let card_row = rows.iter().find(|row| row.message.to.channel == "-5").unwrap();
        let moved_to = Some(new.parse().unwrap());
        settle(&store, card_row, 2, Ending::Sent { message_id: "1".to_owned(), moved_to }).await;
        let bindings = store.bindings().await.unwrap();
        assert_eq!(bindings.into_iter().collect::<Vec<_>>(), [(new.parse().unwrap(), binding)]);
        assert!(store.message(&format!("card/1/{old}")).await.unwrap().is_none());
        let moved = store.message(&format!("b/{new}")).await.unwrap().unwrap();
        assert_eq!(moved.message.to, new.parse().unwrap());
        assert_eq!(moved.message.under, Some(format!("card/1/{new}")));
        assert!(store.message("a/telegram:-55").await.unwrap().is_some());
        // Again, as when two messages meet the move: nothing changes.
        let (from, to) = (old.parse().unwrap(), new.parse().unwrap());
        store.write(Relocate { from, to, now: at(3) }).await.unwrap();
        assert_eq!(store.bindings().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn posts_that_wait_can_be_merged_into_one() {
    on_both(async |base: Base| {
        let store = base.open().await;
        put(&store, 0, vec![post("a", "discord:1"), post("b", "discord:1")], vec![]).await;
        let row = take(&store, 1).await.remove(0);
        assert_eq!(row.message.key, "a/discord:1");
        let keys = vec!["a/discord:1".to_owned(), "b/discord:1".to_owned(), "c/discord:1".to_owned()];
        assert_eq!(store.write(Merge { keys, now: at(2) }).await.unwrap(), ["b/discord:1"]);
        settle(&store, &row, 3, sent("1")).await;
        assert_eq!(take(&store, 4).await, []);
        let lines = store.record(&Chain::Operators, 10, 0).await.unwrap();
        assert_eq!(lines[1].said.outcome, Outcome::Merged);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_stops_nothing() {
    on_both(async |base: Base| {
        let store = base.open().await;
        put(&store, 0, vec![post("a", "discord:1"), post("b", "discord:2")], vec![]).await;
        store.write(Damage("UPDATE outbox SET doc = 'no JSON' WHERE key = 'a/discord:1'")).await.unwrap();
        let rows = store.write(claim(1)).await.unwrap();
        let wrong = rows[0].clone().unwrap_err();
        assert!(wrong.reason.contains("content"), "{wrong:?}");
        assert!(rows[1].is_ok());
        assert!(store.write(Discard { row: wrong, now: at(2) }).await.unwrap());
        let unread = store.message("a/discord:1").await.unwrap_err();
        assert!(matches!(unread, StoreError::Unintelligible(_)));
        let counts = store.outbox_counts().await.unwrap();
        let counts: Vec<_> = counts.iter().map(|count| (count.platform, count.state, count.rows)).collect();
        assert_eq!(counts, [(Platform::Discord, State::Claimed, 1), (Platform::Discord, State::Failed, 1)]);
    })
    .await;
}

#[tokio::test]
async fn old_messages_go_and_a_restore_leaves_nothing_to_be_sent_twice() {
    on_both(async |base: Base| {
        let store = base.open().await;
        put(&store, 0, vec![post("a", "discord:1"), post("b", "discord:2")], vec![]).await;
        let rows = take(&store, 1).await;
        settle(&store, &rows[0], 2, sent("1")).await;
        let before = at(10) + Span::from_days(1);
        assert_eq!(store.write(PruneOutbox { before: at(1), limit: 10 }).await.unwrap(), 0);
        assert_eq!(store.write(PruneOutbox { before, limit: 10 }).await.unwrap(), 1);
        put(&store, 3, vec![post("c", "discord:3")], vec![]).await;
        assert_eq!(store.write(Restored { now: at(4) }).await.unwrap(), 2);
        assert_eq!(take(&store, 5).await, []);
        assert_eq!(store.message("c/discord:3").await.unwrap().unwrap().state, State::Uncertain);
    })
    .await;
}
