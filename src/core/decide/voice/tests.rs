//! Stories of surveys and complaints: what is asked when, and what is said of it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::core::agreement::*;
use crate::core::decide;
use crate::core::event::*;
use crate::core::reading::{Reading, ThemeId, Tongue};
use crate::core::state::State;
use crate::core::stopwatch::Target;
use crate::core::survey::*;
use crate::core::testing::*;
use crate::core::time::Span;
use crate::core::voice::*;
use crate::core::window::WindowKind;

const ONE: RoundNumber = RoundNumber(1);
const FIRST: FeedbackNumber = FeedbackNumber(1);

fn survey(trigger: Trigger) -> Survey {
    let text = BTreeMap::from([("en".to_owned(), "How did we do?".to_owned())]);
    Survey {
        title: text.clone(),
        questions: vec![Question {
            name: "csat".to_owned(),
            text,
            kind: QuestionKind::Csat,
            optional: false,
        }],
        identity: Identity::Named,
        agreements: Default::default(),
        trigger,
        audience: Audience::Channel,
        open_for: Span::from_days(5),
        remind_after: Some(Span::from_days(2)),
        cooldown: Span::from_days(7),
        once_per: None,
        minimum_group: 5,
        quiet: None,
    }
}

fn after_incidents() -> Trigger {
    Trigger::Incident { delay: Span::from_minutes(30), priorities: Default::default(), sample_percent: 100 }
}

fn world(id: &str, survey: Survey) -> Journal {
    let mut journal = Journal::new();
    let book = Box::new(SurveyBook::from([(id.into(), survey)]));
    let event = Event::SurveysAdopted { effective: at(-1), sha256: "surveys".to_owned(), book };
    journal.append(at(-1), "surveys", event);
    journal
}

impl Journal {
    fn says(&mut self, minute: i64, by: Option<&str>, word: Word) {
        self.until(at(minute));
        let id = format!("word/{minute}/{}", self.entries.len());
        let by = by.map(PersonId::from);
        self.append(at(minute), &id, Event::Voice { at: at(minute), by, word: Box::new(word) });
    }

    fn asks(&mut self, minute: i64, round: RoundNumber, people: &[&str]) {
        let people = people.iter().map(|person| PersonId::from(*person)).collect();
        self.says(minute, None, Word::Asked { round, people, spared: 0 });
    }

    fn answers(&mut self, minute: i64, round: RoundNumber, by: &str, score: i64) {
        self.until(at(minute));
        let stamp = Box::new(stamp(&self.state, &"acme".into(), None, at(minute)));
        let word = Word::Answered {
            round,
            respondent: Respondent::Self_,
            via: Via::Chat,
            given: vec![Given::Score(score)],
            texts: BTreeMap::new(),
            stamp,
        };
        self.says(minute, Some(by), word);
    }

    fn complains(&mut self, minute: i64, themes: &[&str]) {
        self.until(at(minute));
        let themes = themes.iter().map(|theme| ThemeId((*theme).to_owned())).collect();
        let reading = Reading { tongue: Tongue::English, sentiment: None, themes, learnt: false };
        let word = Word::Submitted {
            feedback: self.state.voice.next_feedback(),
            kind: FeedbackKind::Complaint,
            agreement: "acme".into(),
            service: None,
            incident: None,
            text: Remark { text: prose(), reading: Some(reading), uncovered: true },
            attachments: None,
            origin: Origin::Page,
            stamp: Box::new(stamp(&self.state, &"acme".into(), None, at(minute))),
        };
        self.says(minute, Some("lena"), word);
    }

    /// What was said of surveys and feedback.
    fn voiced(&self) -> String {
        let said = self.said();
        let own = ["survey", "feedback", "complaint", "recommended"];
        let own = said.iter().filter(|line| own.iter().any(|word| line[5..].starts_with(word)));
        own.cloned().collect::<Vec<_>>().join("\n")
    }
}

#[test]
fn a_resolved_incident_is_asked_about_reminded_of_and_closed() {
    let mut journal = world("after", survey(after_incidents()));
    journal.fires(0, "a");
    journal.ends(10, "a", 0);
    journal.until(at(40));
    assert_eq!(journal.state.voice.round(ONE).map(|round| round.opened), Some(at(40)));
    journal.asks(41, ONE, &["lena", "ben"]);
    journal.answers(50, ONE, "lena", 4);
    journal.until(at(10_000));
    insta::assert_snapshot!(journal.voiced(), @r"
      41 surveyed SUR-1
      50 survey answered SUR-1
    2920 survey reminder SUR-1
    7240 survey ended SUR-1
    ");
    let round = journal.state.voice.round(ONE).unwrap();
    assert_eq!(round.response(), (1, 2));
    assert_eq!(round.incident, Some(IncidentNumber(1)));
}

#[test]
fn everybody_who_answered_is_not_reminded() {
    let mut journal = world("after", survey(after_incidents()));
    journal.fires(0, "a");
    journal.ends(10, "a", 0);
    journal.until(at(40));
    journal.asks(41, ONE, &["lena"]);
    journal.answers(42, ONE, "lena", 1);
    journal.until(at(10_000));
    insta::assert_snapshot!(journal.voiced(), @r"
      41 surveyed SUR-1
      42 survey answered SUR-1
    7240 survey ended SUR-1
    ");
}

#[test]
fn a_reopened_incident_takes_its_survey_back_and_is_asked_about_when_it_is_over() {
    let mut journal = world("after", survey(after_incidents()));
    journal.fires(0, "a");
    journal.ends(2, "a", 0);
    // Planned, and not asked any more.
    journal.fires(20, "a");
    journal.ends(25, "a", 20);
    journal.until(at(54));
    assert!(journal.state.voice.round(ONE).is_none());
    journal.until(at(55));
    journal.asks(55, ONE, &["lena"]);
    // Asked, and withdrawn.
    journal.acts(56, Act::Reopened { incident: IncidentNumber(1), agreement: None, text: None });
    assert_eq!(journal.state.voice.round(ONE).unwrap().ended, Some((at(56), Ended::Withdrawn)));
    journal.answers(57, ONE, "lena", 5);
    assert!(journal.state.voice.round(ONE).unwrap().answers.is_empty());
    journal.acts(60, Act::Resolved { incident: IncidentNumber(1), text: None });
    journal.until(at(91));
    let second = journal.state.voice.round(RoundNumber(2)).unwrap();
    assert_eq!((second.opened, second.ended), (at(90), None));
}

#[test]
fn only_the_wanted_share_and_priorities_are_asked_about() {
    let trigger = |priorities: &[Priority], sample_percent| Trigger::Incident {
        delay: Span::ZERO,
        priorities: priorities.iter().copied().collect(),
        sample_percent,
    };
    let asked = |trigger: Trigger| {
        let mut journal = world("after", survey(trigger));
        for number in 0..40 {
            journal.fires(number * 100, "a");
            journal.ends(number * 100 + 10, "a", number * 100);
        }
        journal.until(at(4_100));
        journal.state.voice.rounds().count()
    };
    assert_eq!(asked(trigger(&[Priority::P1], 100)), 40);
    assert_eq!(asked(trigger(&[Priority::P2, Priority::P3], 100)), 0);
    let some = asked(trigger(&[], 50));
    assert!((8..=32).contains(&some), "{some} of 40 at 50 %");
    assert_eq!(some, asked(trigger(&[], 50)), "a replay chooses the same");
}

#[test]
fn a_schedule_asks_at_its_time_once_even_when_it_comes_late() {
    let cron = "0 9 * * Tue".parse().unwrap();
    let mut journal = world("weekly", survey(Trigger::Schedule { cron }));
    // Tuesday at nine is thirty hours later.
    journal.until(at(30 * 60 - 1));
    assert_eq!(journal.state.voice.rounds().count(), 0);
    // Nobody was there for three weeks.
    let late = at(30 * 60 + 3 * 7 * 24 * 60 - 60);
    journal.append(late, "tick/late", Event::Tick { at: late });
    journal.until(late);
    let rounds: Vec<_> = journal.state.voice.rounds().map(|(_, round)| round.opened).collect();
    assert_eq!(rounds, [late]);
    journal.until(late + Span::from_minutes(61));
    assert_eq!(journal.state.voice.rounds().count(), 2);
}

#[test]
fn an_overdue_schedule_survives_a_change_of_the_files() {
    let weekly = || survey(Trigger::Schedule { cron: "0 9 * * Tue".parse().unwrap() });
    let mut journal = world("weekly", weekly());
    let late = at(31 * 60);
    let book = Box::new(SurveyBook::from([("weekly".into(), weekly())]));
    let event = Event::SurveysAdopted { effective: late, sha256: "same".to_owned(), book };
    journal.append(late, "surveys/2", event);
    journal.until(late);
    assert_eq!(journal.state.voice.rounds().count(), 1);
}

#[test]
fn nobody_to_ask_ends_a_round_at_once() {
    let mut journal = world("after", survey(after_incidents()));
    journal.fires(0, "a");
    journal.ends(10, "a", 0);
    journal.until(at(40));
    journal.asks(41, ONE, &[]);
    assert_eq!(journal.state.voice.round(ONE).unwrap().ended, Some((at(41), Ended::Closed)));
}

#[test]
fn people_are_spared_who_were_asked_lately_or_wish_so() {
    let period = Survey {
        once_per: Some(WindowKind::Month),
        cooldown: Span::from_days(1),
        ..survey(Trigger::Command)
    };
    let mut journal = world("monthly", period);
    let open = |journal: &mut Journal, minute: i64| {
        let round = journal.state.voice.next_round();
        let word = Word::RoundOpened {
            round,
            survey: "monthly".into(),
            agreement: "acme".into(),
            incident: None,
            closes: at(minute) + Span::from_days(5),
            stamp: Box::new(stamp(&journal.state, &"acme".into(), None, at(minute))),
        };
        journal.says(minute, None, word);
        round
    };
    let round = open(&mut journal, 0);
    journal.asks(1, round, &["lena"]);
    let spared = |journal: &Journal, who: &str, minute: i64| {
        let zone = journal.state.zone(&"acme".into(), at(minute));
        journal.state.voice.spares(&who.into(), &"monthly".into(), &"acme".into(), zone, at(minute))
    };
    assert_eq!(spared(&journal, "lena", 2), Some(Spared::Period));
    assert_eq!(spared(&journal, "ben", 2), None);
    // 1 December.
    let december = 8 * 24 * 60;
    assert_eq!(spared(&journal, "lena", december), None);
    journal.says(5, Some("ben"), Word::OptedOut);
    assert_eq!(spared(&journal, "ben", 6), Some(Spared::OptedOut));
    journal.says(7, Some("ben"), Word::OptedIn);
    assert_eq!(spared(&journal, "ben", 8), None);
    // Another survey within the cool-down.
    let mut both = journal.state.voice.book().map(|book| (**book).clone()).unwrap();
    both.insert("other".into(), Survey { cooldown: Span::from_days(3), ..survey(Trigger::Command) });
    let event = Event::SurveysAdopted { effective: at(9), sha256: "both".to_owned(), book: Box::new(both) };
    journal.append(at(9), "surveys/2", event);
    let other = |minute| {
        let zone = journal.state.zone(&"acme".into(), at(minute));
        journal.state.voice.spares(&"lena".into(), &"other".into(), &"acme".into(), zone, at(minute))
    };
    assert_eq!(other(10), Some(Spared::Cooling));
    assert_eq!(other(1 + 3 * 24 * 60), None);
    // An answer of the same period is changed where it was given.
    journal.answers(11, round, "lena", 4);
    let second = open(&mut journal, 12);
    assert_eq!(journal.state.voice.may_answer(second, &"lena".into(), at(13)), Err(Barred::Period(round)));
    assert!(journal.state.voice.may_answer(round, &"lena".into(), at(13)).is_ok());
}

fn complaint(name: &str, stage: ComplaintStage, target: Target) -> Objective {
    Objective {
        name: name.to_owned(),
        services: Default::default(),
        window: WindowKind::Month,
        calendar: "always".to_owned(),
        kind: ObjectiveKind::Complaints(ComplaintTerms {
            stage,
            target,
            share: Decimal::from(90),
            minimum_items: 0,
        }),
    }
}

#[test]
fn a_complaint_is_warned_of_and_told_late() {
    let mut journal = Journal::new();
    let mut terms = terms();
    let hours = |hours| Target::Elapsed(Span::from_hours(hours));
    terms.objectives = vec![
        complaint("seen", ComplaintStage::Acknowledge, hours(1)),
        complaint("answered", ComplaintStage::Answer, hours(8)),
        complaint("resolved", ComplaintStage::Resolve, hours(48)),
    ];
    journal.adopt(at(-10), 2, terms);
    journal.complains(0, &[]);
    journal.until(at(50));
    journal.says(55, Some("anna"), Word::Acknowledged { feedback: FIRST });
    journal.until(at(600));
    journal.says(600, Some("anna"), Word::Replied { feedback: FIRST, text: prose() });
    journal.says(700, Some("anna"), Word::FeedbackClosed { feedback: FIRST, text: None });
    journal.says(800, Some("lena"), Word::Settled { feedback: FIRST, settled: false });
    journal.until(at(10_000));
    insta::assert_snapshot!(journal.voiced(), @r"
       0 feedback received FB-1
      45 complaint at risk FB-1 seen
      55 feedback step FB-1
     360 complaint at risk FB-1 answered
     480 complaint late FB-1 answered
     600 feedback step FB-1
     700 feedback step FB-1
     800 feedback step FB-1
    2260 complaint at risk FB-1 resolved
    2980 complaint late FB-1 resolved
    ");
}

#[test]
fn three_texts_on_what_no_objective_covers_are_a_recommendation_once() {
    let mut journal = Journal::new();
    journal.complains(0, &["documentation", "price"]);
    journal.complains(1, &["documentation"]);
    assert!(!journal.voiced().contains("recommended"));
    journal.complains(2, &["documentation"]);
    journal.complains(3, &["documentation"]);
    insta::assert_snapshot!(journal.voiced(), @r"
       0 feedback received FB-1
       1 feedback received FB-2
       2 feedback received FB-3
       2 recommended acme documentation
       3 feedback received FB-4
    ");
    let word = Word::Labelled {
        feedback: FIRST,
        themes: Some([ThemeId("price".to_owned())].into()),
        sentiment: None,
        uncovered: true,
    };
    journal.says(4, Some("anna"), word);
    let acme = "acme".into();
    let said: Vec<_> = journal.state.voice.recommended(&acme).collect();
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].1.len(), 3, "what was read anew counts no more");
}

#[test]
fn a_replay_hears_the_same_voices() {
    let mut journal = world("after", survey(after_incidents()));
    journal.fires(0, "a");
    journal.ends(10, "a", 0);
    journal.until(at(40));
    journal.asks(41, ONE, &["lena", "ben"]);
    journal.answers(50, ONE, "lena", 4);
    journal.answers(51, ONE, "lena", 2);
    let commented = Remark { text: prose(), reading: None, uncovered: false };
    let word = Word::Answered {
        round: ONE,
        respondent: Respondent::Other("ben".into()),
        via: Via::Telephone,
        given: vec![Given::Choice("speed".to_owned())],
        texts: BTreeMap::from([(0, commented.clone()), (1, commented.clone())]),
        stamp: Box::new(stamp(&journal.state, &"acme".into(), None, at(52))),
    };
    journal.says(52, Some("anna"), word);
    journal.says(53, Some("lena"), Word::Commented { round: ONE, text: commented });
    let counted = Counted {
        answered: 3,
        scores: [(Promise::Met, [4, 4, 5].into_iter().collect())].into(),
        answers: vec![[("speed".to_owned(), 2)].into()],
    };
    journal.says(54, None, Word::Counted { round: ONE, counted });
    journal.complains(60, &["price"]);
    journal.until(at(10_000));
    let mut again = State::default();
    let mut notices = Vec::new();
    for entry in &journal.entries {
        notices.extend(decide::step(&mut again, entry).notices);
    }
    assert_eq!(again, journal.state);
    assert_eq!(notices, journal.notices);
    let text = serde_json::to_string(&journal.state).unwrap();
    assert_eq!(serde_json::from_str::<State>(&text).unwrap(), journal.state);
    for entry in &journal.entries {
        let text = serde_json::to_string(entry).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), *entry);
    }
}
