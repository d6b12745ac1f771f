//! Action items and risks for themselves: what a review carries, what changed, and that nothing counts twice.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::core::event::{Act, Event, IncidentNumber, Prose};
use crate::core::state::State;
use crate::core::testing::*;
use crate::core::time::Span;

const DAY: i64 = 1_440;

fn day(days: i64) -> Instant {
    at(days * DAY)
}

fn opened(action: u32, due: Option<&str>) -> Word {
    Word::Opened {
        action: ActionNumber(action),
        agreement: Some("acme".into()),
        internal: false,
        text: Some(prose()),
        owner: Some("ben".into()),
        due: due.map(|due| due.parse().unwrap()),
        about: About::default(),
        origin: Origin::Provider,
    }
}

fn heard(words: &[(i64, Word)]) -> State {
    let mut state = State::default();
    for (place, (days, word)) in words.iter().enumerate() {
        state.improvement.hear(&format!("w{place}"), day(*days), Some(&"anna".into()), word);
    }
    state
}

fn done(action: u32) -> Word {
    Word::Done { action: ActionNumber(action), text: Some(prose()) }
}

fn dropped(action: u32) -> Word {
    Word::Dropped { action: ActionNumber(action), reason: prose() }
}

#[test]
fn a_review_carries_what_is_open_at_its_end_and_what_ended_in_it() {
    let due = |action, due: &str| Word::Dated {
        action: ActionNumber(action),
        due: due.parse().unwrap(),
        reason: Some(prose()),
    };
    // The period is from the tenth day to the twentieth; day 0 is 23 November.
    let state = heard(&[
        (0, opened(1, Some("2026-12-08"))),
        (1, opened(2, None)),
        (2, opened(3, Some("2026-12-30"))),
        (3, opened(4, None)),
        (4, opened(5, None)),
        (5, done(5)),
        (11, done(2)),
        (12, dropped(4)),
        (13, due(3, "2026-12-10")),
        (14, due(3, "2026-12-11")),
        (15, opened(6, None)),
        (25, opened(7, None)),
        (26, done(1)),
    ]);
    let acme = "acme".into();
    let all = carried(&state, Some(&acme), day(10), day(20), day(40));
    let rows: Vec<(u32, ActionState, bool, i64, usize, bool)> = all
        .iter()
        .map(|item| {
            let days = item.age.seconds() / 86_400;
            let position = &item.position;
            (item.number.0, position.state, item.overdue, days, position.moved, item.carried)
        })
        .collect();
    use ActionState::{Done, Dropped, Open};
    assert_eq!(
        rows,
        [
            (1, Open, true, 20, 0, true),
            (3, Open, true, 18, 2, true),
            (6, Open, false, 5, 0, false),
            (2, Done, false, 10, 0, true),
            (4, Dropped, false, 9, 0, true),
        ]
    );
    assert!(carried(&state, None, day(10), day(20), day(40)).is_empty());
    // Looked at again later it is the same, and the next one has what happened since.
    assert_eq!(all, carried(&state, Some(&acme), day(10), day(20), day(400)));
    let next: Vec<u32> =
        carried(&state, Some(&acme), day(20), day(30), day(40)).iter().map(|item| item.number.0).collect();
    assert_eq!(next, [3, 6, 7, 1]);
}

#[test]
fn what_changed_is_told_with_the_period_before_and_the_period_after() {
    let mut journal = Journal::new();
    // In November one of two answers comes late, in January both are in time.
    for (minute, late) in [(0, true), (1_000, false), (50 * DAY, false), (51 * DAY, false)] {
        let key = format!("s{minute}");
        journal.fires(minute, &key);
        let number = journal.state.ledger.unsettled().max().unwrap_or(IncidentNumber(1));
        journal.acts(minute + if late { 40 } else { 5 }, Act::Acknowledged { incident: number });
        journal.ends(minute + 60, &key, minute);
        journal.until(at(minute + 300));
    }
    let word = |word| Event::Improvement { at: at(20 * DAY), by: None, word: Box::new(word) };
    let about = About { objective: Some("response".to_owned()), ..About::default() };
    let Word::Opened { agreement, text, owner, origin, .. } = opened(1, None) else { panic!() };
    let (action, internal, due) = (ActionNumber(1), false, None);
    let added = Word::Opened { action, agreement, internal, text, owner, due, about, origin };
    // Its own time counts, wherever it stands in the journal.
    journal.append(at(60 * DAY), "opened", word(added));
    let action = || journal.state.improvement.action(ActionNumber(1)).unwrap().clone();
    assert!(effects(&journal.state, &action(), at(60 * DAY)).is_empty(), "it is not done");
    journal.append(at(60 * DAY), "done", word(done(1)));
    let action = journal.state.improvement.action(ActionNumber(1)).unwrap();
    let share = |figure: &Figure| match figure.reached {
        Some(Reached::Share { met, of, .. }) => (met, of, figure.over),
        _ => panic!("{figure:?}"),
    };
    let early = effects(&journal.state, action, at(25 * DAY));
    assert_eq!(early[0].after, None, "January has not begun");
    let all = effects(&journal.state, action, at(60 * DAY));
    assert_eq!(all.len(), 1);
    assert_eq!(share(&all[0].before), (1, 2, true));
    assert_eq!(share(all[0].after.as_ref().unwrap()), (2, 2, false));
    assert_eq!(all[0].change(), Some(crate::core::score::Trend::Unclear), "so few prove nothing");
    let Some(Reached::Share { range, .. }) = all[0].before.reached else { panic!() };
    assert!(range.low < 0.5 && 0.5 < range.high);
}

#[test]
fn a_gap_is_proposed_once_and_again_only_after_it_was_filled() {
    let mut state = State::default();
    let gap = |subject| BTreeSet::from([(AgreementId::from("acme"), subject)]);
    let take = |state: &mut State, present: &BTreeSet<_>| {
        let words = gaps(state, present);
        for word in &words {
            let id = format!("{word:?}");
            state.improvement.hear(&id, day(0), None, word);
        }
        words.len()
    };
    let one = gap(Subject::OneChannel);
    assert_eq!(take(&mut state, &one), 1);
    assert_eq!(take(&mut state, &one), 0);
    let first = RiskNumber(1);
    let dismissed = Word::RiskDismissed { risk: first, reason: prose() };
    state.improvement.hear("dismissed", day(1), None, &dismissed);
    assert_eq!(take(&mut state, &one), 0, "it was dismissed");
    assert_eq!(take(&mut state, &gap(Subject::NobodyOnCall)), 2, "one is filled, another is there");
    assert_eq!(state.improvement.risk(first).unwrap().now().state, RiskState::Dismissed);
    assert_eq!(take(&mut state, &one), 2);
    assert_eq!(state.improvement.risks().count(), 3);
}

#[test]
fn whoever_does_something_about_a_proposal_takes_it_and_scores_are_kept() {
    let level = |level| Level::new(level).unwrap();
    let score = |probability, impact| Score { probability: level(probability), impact: level(impact) };
    let risk = RiskNumber(1);
    let state = heard(&[
        (0, Word::RiskProposed { risk, agreement: Some("acme".into()), subject: Subject::OneChannel }),
        (1, Word::RiskScored { risk, score: score(3, 4) }),
        (2, Word::RiskScored { risk, score: score(2, 4) }),
        (3, Word::RiskMitigated { risk, text: prose() }),
    ]);
    let known = state.improvement.risk(risk).unwrap();
    assert_eq!(known.at(day(1)).state, RiskState::Proposed);
    assert_eq!(known.at(day(2)).state, RiskState::Open);
    assert_eq!(known.now().state, RiskState::Mitigated);
    let scores: Vec<u8> = known.now().scores.iter().map(|(_, score)| score.product()).collect();
    assert_eq!(scores, [12, 8]);
    assert!(!known.is_shown(), "it is internal until somebody shares it");
    assert_eq!(matrix(&state, |_| true), [(risk, 2, 4)]);
    assert_eq!(matrix(&state, Risk::is_shown), []);
}

#[test]
fn levels_are_one_to_five() {
    assert_eq!([0, 1, 5, 6].map(|level| Level::new(level).map(Level::get)), [None, Some(1), Some(5), None]);
    assert!(serde_json::from_str::<Level>("6").is_err());
    assert!(serde_json::from_str::<Level>("5").is_ok());
}

#[test]
fn numbers_are_read_as_people_write_them() {
    for text in ["ACT-7", "act-7", "#7", "7"] {
        assert_eq!(text.parse(), Ok(ActionNumber(7)), "{text}");
    }
    assert_eq!(RiskNumber(3).to_string(), "RISK-3");
    assert!("RISK-3".parse::<ActionNumber>().is_err());
}

#[test]
fn every_word_names_what_it_is_about_and_every_text_in_it() {
    let text = |word: &Word| word.prose().iter().map(|prose: &&Prose| prose.id.clone()).collect::<Vec<_>>();
    assert_eq!(text(&opened(7, None)), [prose().id]);
    assert_eq!(opened(7, None).about(), "ACT-7");
    assert_eq!(text(&done(7)), [prose().id]);
    assert_eq!(text(&dropped(7)), [prose().id]);
    let risk = RiskNumber(3);
    assert_eq!(Word::RiskGone { risk }.about(), "RISK-3");
    assert!(text(&Word::RiskGone { risk }).is_empty());
}

fn any_word() -> impl Strategy<Value = Word> {
    let number = (1_u32..4).prop_map(ActionNumber);
    let date = (1_u32..28).prop_map(|day| NaiveDate::from_ymd_opt(2026, 12, day).unwrap());
    (number, date, 0_u8..8).prop_map(|(action, due, kind)| match kind {
        0 => opened(action.0, None),
        1 => Word::Worded { action, text: prose() },
        2 => Word::Assigned { action, to: "ben".into() },
        3 => Word::Dated { action, due, reason: None },
        4 => Word::Done { action, text: None },
        5 => Word::Dropped { action, reason: prose() },
        6 => Word::Reopened { action, text: None },
        _ => Word::Shared { action },
    })
}

proptest! {
    /// What was taken once and is delivered again changes nothing.
    #[test]
    fn a_repeated_word_changes_nothing(words in prop::collection::vec(any_word(), 0..30)) {
        let words: Vec<(i64, Word)> = (0..).zip(words).collect();
        let once = heard(&words);
        let mut twice = State::default();
        let mut taken = Vec::new();
        for (place, (days, word)) in words.iter().enumerate() {
            let id = format!("w{place}");
            let touched = twice.improvement.hear(&id, day(*days), Some(&"anna".into()), word);
            taken.extend(touched.map(|_| place));
        }
        for place in taken {
            let (days, word) = &words[place];
            let touched = twice.improvement.hear(&format!("w{place}"), day(*days), Some(&"anna".into()), word);
            prop_assert_eq!(touched, None);
        }
        prop_assert_eq!(&once, &twice);
    }

    /// Each action item is in every review from its first to its last, and its age never shrinks.
    #[test]
    fn carried_lists_lose_nothing(words in prop::collection::vec(any_word(), 0..30)) {
        let state = heard(&(0..).zip(words).collect::<Vec<_>>());
        let acme = "acme".into();
        let mut age: BTreeMap<ActionNumber, Span> = BTreeMap::new();
        for review in 0..12 {
            let (from, until) = (day(review * 3), day(review * 3 + 3));
            let all = carried(&state, Some(&acme), from, until, day(100));
            for (number, action) in state.improvement.actions() {
                let item = all.iter().find(|item| item.number == number);
                let position = action.at(until);
                let expected = action.opened < until && position.ended.is_none_or(|ended| ended >= from);
                prop_assert_eq!(item.is_some(), expected);
                if let Some(item) = item.filter(|item| item.position.ended.is_none()) {
                    let before = age.insert(number, item.age).unwrap_or(Span::ZERO);
                    prop_assert!(item.age > before);
                }
            }
        }
    }

    /// A reminder lies ahead, at nine on a working day, and never twice within a day.
    #[test]
    fn reminders_lie_ahead(due in 0_i64..400, days in 0_u32..10, after in -400_i64..900) {
        let zone = chrono_tz::Europe::Berlin;
        let due = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Duration::days(due);
        let after = Instant::parse("2026-01-01T12:34:00Z").unwrap() + Span::from_days(after);
        let next = next_reminder(zone, due, days, after).unwrap();
        prop_assert!(next > after);
        let local = crate::core::calendar::local_time(zone, next);
        prop_assert!(!is_weekend(local.date().weekday()));
        prop_assert_eq!(local.time(), NaiveTime::from_hms_opt(9, 0, 0).unwrap());
        let then = next_reminder(zone, due, days, next).unwrap();
        prop_assert!(then - next > Span::from_hours(20));
    }
}
