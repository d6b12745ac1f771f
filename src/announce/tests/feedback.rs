//! Feedback and complaints: who hears of what, where and when.

use super::*;
use crate::chat::Platform;
use crate::core::agreement::{ComplaintStage, ComplaintTerms, Objective, ObjectiveKind};
use crate::core::calendar::Calendar;
use crate::core::reading::{Reading, Sentiment, ThemeId, Tongue};
use crate::core::stopwatch::Target;
use crate::core::testing::{at, prose};
use crate::core::voice::{FeedbackKind, FeedbackNumber, Origin, Remark, Word, stamp};
use crate::core::window::WindowKind;
use crate::store::bindings::Unbind;
use crate::store::erase::Erase;
use crate::store::outbox::Urgency;

const NUMBER: FeedbackNumber = FeedbackNumber(1);
const TELEGRAM: &str = "telegram:-500";

fn promise(stage: ComplaintStage, hours: i64, calendar: &str) -> Objective {
    Objective {
        name: stage.name().to_owned(),
        services: [].into(),
        window: WindowKind::Month,
        calendar: calendar.to_owned(),
        kind: ObjectiveKind::Complaints(ComplaintTerms {
            stage,
            target: Target::Elapsed(Span::from_hours(hours)),
            share: rust_decimal::Decimal::from(90),
            minimum_items: 0,
        }),
    }
}

/// Seen within an hour, answered within four of the office's hours, done within two days.
fn promised() -> Terms {
    let day = serde_json::json!([["09:00", "17:00"]]);
    let office = serde_json::json!({
        "tz": "UTC",
        "weekly": { "mon": day, "tue": day, "wed": day, "thu": day, "fri": day },
    });
    let office: Calendar = serde_json::from_value(office).unwrap();
    let mut terms = testing::terms();
    terms.calendars.insert("office".to_owned(), office);
    terms.objectives.extend([
        promise(ComplaintStage::Acknowledge, 1, "always"),
        promise(ComplaintStage::Answer, 4, "office"),
        promise(ComplaintStage::Resolve, 48, "always"),
    ]);
    terms
}

impl World {
    async fn with_promises(change: impl FnOnce(&mut Config)) -> Self {
        let mut world = Self::with(change).await;
        let audience = Chain::Customer("acme".into());
        let locale = Locale { language: Language::English, zone: chrono_tz::UTC };
        let binding = Binding { audience, locale, bound_by: None, bound: START };
        world.store.write(Bind { address: place(TELEGRAM), binding }).await.unwrap();
        world.directory.refresh().await.unwrap();
        world.adopt(promised());
        world
    }

    fn says(&mut self, minute: i64, name: &str, word: Word) -> Composed {
        let mut composed = self.until(at(minute));
        let (by, at) = (Some(self.person(name)), at(minute));
        let id = format!("word/{minute}/{name}");
        self.journal.append(at, &id, Event::Voice { at, by, word: Box::new(word) });
        let more = self.take();
        composed.posts.extend(more.posts);
        composed.cards.extend(more.cards);
        composed
    }

    fn submits(&mut self, minute: i64, kind: FeedbackKind, origin: Origin, themes: &[&str]) -> Composed {
        let reading = Reading {
            tongue: Tongue::English,
            sentiment: Some(Sentiment::Negative),
            themes: themes.iter().map(|theme| ThemeId((*theme).to_owned())).collect(),
            learnt: false,
        };
        let reading = (!themes.is_empty()).then_some(reading);
        let state = &self.journal.state;
        let word = Word::Submitted {
            feedback: state.voice.next_feedback(),
            kind,
            agreement: "acme".into(),
            service: Some("checkout".into()),
            incident: None,
            text: Remark { text: prose(), uncovered: reading.is_some(), reading },
            attachments: None,
            origin,
            stamp: Box::new(stamp(state, &"acme".into(), None, at(minute))),
        };
        self.says(minute, "Lena", word)
    }

    fn complains(&mut self, origin: Origin) -> Composed {
        self.submits(0, FeedbackKind::Complaint, origin, &[])
    }

    /// What the writer was told, and where, without the address in the key.
    fn told(&self) -> Vec<&Message> {
        self.posts.iter().filter(|post| post.key.contains("/told/")).collect()
    }
}

fn on_telegram() -> Origin {
    Origin::Channel(TELEGRAM.to_owned())
}

#[tokio::test]
async fn a_complaint_from_the_first_word_to_the_last() {
    let mut world = World::with_promises(|_| {}).await;
    let new = world.complains(on_telegram());
    let cards: Vec<&str> = new.cards.iter().map(|card| card.key.as_str()).collect();
    assert_eq!(cards, ["feedback/1/discord:100", "feedback/1/web:operators"]);
    assert!(new.cards.iter().all(|card| card.urgency == Urgency::Opened));
    assert!(new.posts.is_empty(), "the writer has the receipt: {:?}", new.posts);
    // Nobody has it, and the agreement wakes people when something is late.
    let near = world.until(at(46));
    assert_eq!(near.posts.len(), 2);
    assert!(near.posts.iter().all(|post| post.kind == "at_risk" && !world.calls(post, "Anna")));
    let late = world.until(at(61));
    let rang: Vec<&Message> = late.posts.iter().filter(|post| post.kind == "late").collect();
    assert_eq!(rang.iter().map(|post| post.urgency).collect::<Vec<_>>(), [Urgency::Wake; 2]);
    assert!(["Anna", "Ben", "Maria"].iter().all(|name| world.calls(rang[0], name)));
    world.says(70, "Ben", Word::Acknowledged { feedback: NUMBER });
    // The office opens at nine, so the answer is due at one o'clock.
    assert!(world.until(at(539)).posts.is_empty());
    let near = world.until(at(541));
    assert!(near.posts.iter().all(|post| world.calls(post, "Ben") && !world.calls(post, "Anna")));
    assert_eq!(near.posts.len(), 2);
    world.until(at(601));
    world.says(610, "Ben", Word::Replied { feedback: NUMBER, text: prose() });
    world.says(620, "Ben", Word::FeedbackClosed { feedback: NUMBER, text: None });
    let told = world.told().len();
    let back = world.says(630, "Lena", Word::Settled { feedback: NUMBER, settled: false });
    assert!(back.posts.iter().all(|post| post.urgency == Urgency::Opened));
    world.says(640, "Lena", Word::Added { feedback: NUMBER, text: prose() });
    assert_eq!(world.told().len(), told, "nobody is told what they did themselves");
    let text = Some(prose());
    world.says(650, "Ben", Word::FeedbackClosed { feedback: NUMBER, text });
    world.says(660, "Lena", Word::Settled { feedback: NUMBER, settled: true });
    assert!(world.until(at(20_000)).posts.is_empty(), "what is settled is at risk no more");
    insta::assert_snapshot!("complaint-writer", world.read_at(TELEGRAM));
    insta::assert_snapshot!("complaint-operators", world.read_at("discord:100"));
    assert!(world.read_at("web:borealis").is_empty() && world.read_at("web:acme").is_empty());
    for told in world.told() {
        let text = world.text(&told.doc, Language::English);
        assert!(!["Ben", "Anna", "nobody"].iter().any(|word| text.contains(word)), "{text}");
    }
}

#[tokio::test]
async fn what_stands_in_the_thread_is_named_after_the_complaint() {
    let mut world = World::with_promises(|_| {}).await;
    world.complains(on_telegram());
    let taken = world.says(5, "Ben", Word::Acknowledged { feedback: NUMBER });
    let line = taken.posts.iter().find(|post| post.to == place("discord:100")).unwrap();
    assert_eq!(line.under.as_deref(), Some("feedback/1/discord:100"));
    let locale = Locale { language: Language::English, zone: chrono_tz::UTC };
    let title = crate::i18n::speak_line(&line.doc.thread, locale, &world.facts(), line.doc.as_of);
    assert_eq!(crate::i18n::spoken::text_of(&title), "FB-1 · Complaint");
    // A label is for the operators alone.
    let word = Word::Labelled { feedback: NUMBER, themes: None, sentiment: None, uncovered: false };
    let before = world.told().len();
    assert!(!world.says(6, "Ben", word).posts.is_empty());
    assert_eq!(world.told().len(), before);
}

/// Where the writer hears that it has been seen.
async fn heard(world: &mut World, origin: Origin) -> Vec<String> {
    world.complains(origin);
    world.says(5, "Ben", Word::Acknowledged { feedback: NUMBER });
    world.told().iter().map(|post| post.to.to_string()).collect()
}

#[tokio::test]
async fn the_writer_hears_of_it_where_they_wrote_or_where_they_read_alone() {
    let world = || World::with_promises(|_| {});
    assert_eq!(heard(&mut world().await, on_telegram()).await, [TELEGRAM]);
    let direct = |name: &str| Origin::Direct(name.to_owned());
    assert_eq!(heard(&mut world().await, direct("discord")).await, ["discord:@900"]);
    assert_eq!(heard(&mut world().await, direct("telegram")).await, ["discord:@900"], "no account there");
    assert!(heard(&mut world().await, Origin::Page).await.is_empty(), "the page shows it");
    // The channel is somebody else's by now.
    let mut moved = world().await;
    moved.store.write(Unbind(place(TELEGRAM))).await.unwrap();
    moved.directory.refresh().await.unwrap();
    assert_eq!(heard(&mut moved, on_telegram()).await, ["web:acme"]);
    // Their data may go to the web alone.
    let web = |config: &mut Config| {
        config.agreements.values_mut().for_each(|file| file.operations.platforms = [Platform::Web].into());
    };
    let mut kept = World::with_promises(web).await;
    let lena = kept.person("Lena");
    assert_eq!(heard(&mut kept, direct("discord")).await, [format!("web:@{lena}")]);
    assert_eq!(kept.read_at("discord:100"), "", "neither do operators read it elsewhere");
    assert_eq!(heard(&mut World::with_promises(web).await, on_telegram()).await, ["web:acme"]);
}

#[tokio::test]
async fn a_writer_who_was_erased_leaves_a_case_that_goes_on() {
    let mut world = World::with_promises(|_| {}).await;
    world.complains(Origin::Direct("discord".to_owned()));
    let people = vec![world.person("Lena")];
    world.store.write(Erase { prose: vec!["prose".into()], people, now: START }).await.unwrap();
    world.directory.refresh().await.unwrap();
    world.says(5, "Ben", Word::FeedbackClosed { feedback: NUMBER, text: None });
    let told: Vec<String> = world.told().iter().map(|post| post.to.to_string()).collect();
    assert_eq!(told, [TELEGRAM, "web:acme"], "whoever speaks for the customer hears of it");
    let card = &world.cards["feedback/1/discord:100"].doc;
    let locale = Locale { language: Language::English, zone: chrono_tz::UTC };
    let facts = Facts { prose: BTreeMap::new(), ..world.facts() };
    let text = speak(card, locale, &facts).plain_text();
    assert!(text.contains("[erased]") && !text.contains("Lena"), "{text}");
}

#[tokio::test]
async fn three_texts_on_one_theme_are_told_once_to_the_operators() {
    let mut world = World::with_promises(|_| {}).await;
    for minute in 0..5 {
        world.submits(minute, FeedbackKind::Feedback, on_telegram(), &["billing"]);
    }
    let told: Vec<&Message> = world.posts.iter().filter(|post| post.kind == "recommended").collect();
    assert_eq!(
        told.iter().map(|post| post.key.as_str()).collect::<Vec<_>>(),
        ["recommended/acme/billing/discord:100", "recommended/acme/billing/web:operators"]
    );
    let text = world.text(&told[0].doc, Language::English);
    assert!(text.contains("FB-1, FB-2, FB-3") && text.contains("no objective covers it"), "{text}");
    assert!(world.told().is_empty());
}

#[tokio::test]
async fn who_wishes_to_be_woken_by_words_is_and_a_new_channel_gets_the_open_cards() {
    let mut world = World::with_promises(|_| {}).await;
    world.wishes("Anna", NotifyKind::Said, NotifyHow::Wake).await;
    let new = world.complains(on_telegram());
    let woken: Vec<&Message> = new.posts.iter().filter(|post| post.kind == "woken").collect();
    assert!(woken.len() == 2 && world.calls(woken[0], "Anna"));
    let added = world.says(5, "Lena", Word::Added { feedback: NUMBER, text: prose() });
    assert_eq!(added.posts.iter().filter(|post| post.kind == "woken").count(), 2);
    let now = world.journal.state.now.unwrap();
    let cards = world.announcements.open_cards(&world.journal.state, &place("discord:100"), now);
    assert_eq!(cards.iter().map(|card| card.key.as_str()).collect::<Vec<_>>(), ["feedback/1/discord:100"]);
}
