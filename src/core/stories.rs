//! Stories of the core: what is said when, and that facts do not depend on the order they arrive in.

use proptest::prelude::*;

use crate::core::agreement::*;
use crate::core::decide;
use crate::core::event::*;
use crate::core::standing::{self, Measured, Verdict};
use crate::core::state::State;
use crate::core::testing::*;
use crate::core::time::{Instant, Span};

const ONE: IncidentNumber = IncidentNumber(1);

#[test]
fn an_alert_that_nobody_takes_is_warned_of_told_late_and_recovers() {
    let mut journal = Journal::new();
    journal.fires(2, "a");
    journal.until(at(24));
    journal.acts(24, Act::Acknowledged { incident: ONE });
    journal.ends(26, "a", 2);
    journal.until(at(120));
    insta::assert_snapshot!(journal.said().join("\n"), @r"
       2 opened INC-1
       2 published INC-1 acme
      13 at risk INC-1 response
      13 call INC-1 0
      17 late INC-1 response
      18 call INC-1 1
      23 call INC-1 2
      24 done INC-1
      24 at risk INC-1 update
      26 changed INC-1
      31 resolved INC-1 at 26
    ");
}

#[test]
fn flapping_is_one_incident_and_a_return_reopens_it() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.acts(1, Act::Acknowledged { incident: ONE });
    journal.ends(2, "a", 0);
    journal.fires(4, "a");
    journal.ends(6, "a", 4);
    journal.until(at(20));
    journal.fires(21, "b");
    journal.ends(30, "b", 21);
    journal.until(at(300));
    journal.fires(301, "a");
    insta::assert_snapshot!(journal.said().join("\n"), @r"
       0 opened INC-1
       0 published INC-1 acme
       1 done INC-1
       2 changed INC-1
       4 changed INC-1
       6 changed INC-1
      11 resolved INC-1 at 6
      21 reopened INC-1 at 21
      30 changed INC-1
      35 resolved INC-1 at 30
     301 opened INC-2
     301 published INC-2 acme
    ");
}

#[test]
fn a_person_resolves_but_the_monitor_speaks_again() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.acts(1, Act::Acknowledged { incident: ONE });
    journal.acts(10, Act::Resolved { incident: ONE, text: None });
    let event = Event::Confirmed { integration: "am".into(), at: at(14), keys: vec!["a".to_owned()] };
    journal.append(at(14), "again", event);
    assert!(journal.said().contains(&"  14 reopened INC-1 at 14".to_owned()), "{:?}", journal.said());
    let down = standing::standings(&journal.state, &"acme".into(), at(20), at(20));
    let Measured::Availability(availability) = &down[0].measured else { panic!("{down:?}") };
    assert_eq!(availability.down, Span::from_minutes(20), "a person ends no downtime that a monitor sees");
}

#[test]
fn a_customers_report_starts_the_clocks_and_waits_for_a_reply() {
    let mut journal = Journal::new();
    let report = Act::Reported { service: "checkout".into(), agreement: "acme".into(), text: prose() };
    journal.acts(0, report);
    journal.acts(10, Act::Updated { incident: ONE, agreement: None, text: prose() });
    let incident = journal.state.incident(ONE, at(12)).unwrap();
    let covering = journal.state.covering(&incident, at(12));
    let clocks = journal.state.case(&incident, covering[0].1, at(12)).clocks();
    let read: Vec<String> = clocks
        .iter()
        .map(|clock| {
            format!(
                "{} {:?} stopped {:?}",
                clock.objective,
                clock.current().elapsed,
                clock.current().stopped_at.is_some()
            )
        })
        .collect();
    insta::assert_snapshot!(read.join("\n"), @r"
    response 600.000000s stopped true
    resolution 720.000000s stopped false
    update 120.000000s stopped false
    next_reply 600.000000s stopped true
    waiting 600.000000s stopped true
    ");
}

#[test]
fn a_pause_stops_the_resolution_clock_of_one_customer() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.acts(5, Act::Acknowledged { incident: ONE });
    journal.acts(60, Act::Paused { incident: ONE, agreement: Some("acme".into()), reason: prose() });
    journal.acts(120, Act::Resumed { incident: ONE, agreement: Some("acme".into()), reason: None });
    let incident = journal.state.incident(ONE, at(130)).unwrap();
    let covering = journal.state.covering(&incident, at(130));
    let clocks = journal.state.case(&incident, covering[0].1, at(130)).clocks();
    let resolution = clocks.iter().find(|clock| clock.kind == ClockKind::Resolution).unwrap();
    assert_eq!(resolution.current().elapsed, Span::from_minutes(70));
    assert_eq!(resolution.current().due, Some(at(300)));
}

#[test]
fn a_late_resolve_corrects_what_was_said() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.acts(1, Act::Acknowledged { incident: ONE });
    journal.ends(10, "a", 0);
    journal.until(at(40));
    // The monitor's later word for the same episode: it lasted until minute 12.
    let signals = vec![signal("a", SignalStatus::Resolved, at(0), Some(at(12)))];
    journal.append(
        at(41),
        "late word",
        Event::Signals { integration: "am".into(), received: at(41), signals },
    );
    assert!(journal.said().contains(&"  41 corrected INC-1".to_owned()), "{:?}", journal.said());
}

#[test]
fn availability_is_down_time_over_known_time() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.ends(30, "a", 0);
    journal.until(at(60));
    let standings = standing::standings(&journal.state, &"acme".into(), at(60), at(60));
    let Measured::Availability(availability) = &standings[0].measured else { panic!() };
    assert_eq!(availability.down, Span::from_minutes(30));
    assert_eq!(availability.unknown, Span::ZERO);
    // November 2026: 30 days; 0.1 % of them are 2,592 s.
    assert_eq!(availability.budget, Span::from_seconds(2592));
    assert_eq!(standings[0].verdict, Verdict::Met);
    journal.fires(100, "b");
    journal.until(at(120));
    let standings = standing::standings(&journal.state, &"acme".into(), at(120), at(120));
    assert_eq!(standings[0].verdict, Verdict::Missed, "30 + 20 minutes are more than 43 min 12 s");
}

#[test]
fn silence_is_unknown_and_told_once() {
    let mut journal = Journal::new();
    let mut strict = book();
    if let Some(liveness) = strict.integrations.get_mut(&IntegrationId::from("am")) {
        liveness.silence = Silence::Unknown;
    }
    let early = START - Span::from_days(1);
    let event =
        Event::ServicesAdopted { effective: early, sha256: "strict".to_owned(), book: Box::new(strict) };
    journal.append(early, "strict", event);
    let mut fresh = Journal { state: State::default(), ..Journal::default() };
    for entry in &journal.entries {
        if entry.id != "heard" && entry.id != "book" {
            fresh.append(entry.recorded, &entry.id, entry.event.clone());
        }
    }
    for minute in [0, 5, 9] {
        fresh.until(at(minute));
        let event = Event::Heard { integration: "am".into(), at: at(minute), heartbeat: false };
        fresh.append(at(minute), &format!("heard/{minute}"), event);
    }
    fresh.until(at(60));
    insta::assert_snapshot!(fresh.said().join("\n"), @"  19 silent am");
    let observed = fresh.state.observed(&"checkout".into(), at(60));
    assert_eq!(observed.length(), Span::from_minutes(19));
}

#[test]
fn a_replay_says_the_same() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.fires(3, "b");
    journal.ends(25, "a", 0);
    journal.ends(29, "b", 3);
    journal.acts(40, Act::Reopened { incident: ONE, agreement: Some("acme".into()), text: None });
    journal.until(at(500));
    let mut state = State::default();
    let mut notices = Vec::new();
    for entry in &journal.entries {
        notices.extend(decide::step(&mut state, entry).notices);
    }
    assert_eq!(notices, journal.notices);
    assert_eq!(state, journal.state);
    let kept = serde_json::to_string(&state).unwrap();
    let restored: State = serde_json::from_str(&kept).unwrap();
    assert_eq!(restored, state, "a snapshot loses nothing");
}

/// Facts of a small history, each with an id, in no particular order.
fn facts() -> impl Strategy<Value = Vec<(String, Instant, Event)>> {
    let fact = (0_i64..300, 0..3_usize, 0..6_u8, 1_i64..40).prop_map(|(minute, key, kind, length)| {
        let name = ["a", "b", "c"][key];
        let signals = |signal| Event::Signals {
            integration: "am".into(),
            received: at(minute + length),
            signals: vec![signal],
        };
        let act = |act| Event::Act { at: at(minute), by: "anna".into(), act };
        let event = match kind {
            0 => signals(signal(name, SignalStatus::Firing, at(minute), None)),
            1 | 2 => signals(signal(name, SignalStatus::Resolved, at(minute), Some(at(minute + length)))),
            3 => act(Act::Acknowledged { incident: ONE }),
            4 => act(Act::Updated { incident: ONE, agreement: None, text: prose() }),
            _ => act(Act::Reported { service: "checkout".into(), agreement: "acme".into(), text: prose() }),
        };
        (format!("{kind}/{name}/{minute}/{length}"), at(minute), event)
    });
    proptest::collection::vec(fact, 1..30)
}

fn fold(facts: &[(String, Instant, Event)]) -> State {
    let mut state = Journal::new().state;
    let number = Event::Numbered { incident: ONE, service: "checkout".into(), anchor: at(150) };
    let all = std::iter::once(("number/1".to_owned(), at(0), number)).chain(facts.iter().cloned());
    for (index, (id, _, event)) in all.enumerate() {
        state.fold(&Entry { sequence: 10 + index as u64, id, recorded: at(1_000), event });
    }
    state
}

fn figures(state: &State) -> String {
    let now = at(1_000);
    let standings = standing::standings(state, &"acme".into(), now, now);
    let mut text = String::new();
    for standing in standings {
        text.push_str(&format!(
            "{} {:?} {:?}\n",
            standing.objective.name, standing.verdict, standing.measured
        ));
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn order_and_duplication_never_change_a_standing(
        (facts, shuffled) in facts().prop_flat_map(|facts| {
            let twice: Vec<_> = facts.iter().chain(facts.iter().take(7)).cloned().collect();
            (Just(facts), Just(twice).prop_shuffle())
        })
    ) {
        prop_assert_eq!(figures(&fold(&facts)), figures(&fold(&shuffled)));
    }

    #[test]
    fn more_downtime_never_improves_availability(facts in facts(), minute in 0_i64..300, length in 1_i64..60) {
        let down = |state: &State| match standing::standings(state, &"acme".into(), at(1_000), at(1_000)).remove(0).measured {
            Measured::Availability(availability) => availability.down,
            Measured::Clock(_) => unreachable!("the first objective is availability"),
        };
        let before = down(&fold(&facts));
        let mut more = facts;
        let outage = signal("z", SignalStatus::Resolved, at(minute), Some(at(minute + length)));
        let event = Event::Signals { integration: "am".into(), received: at(minute + length), signals: vec![outage] };
        more.push(("z".to_owned(), at(minute), event));
        prop_assert!(down(&fold(&more)) >= before);
    }
}
