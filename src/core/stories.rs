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
      21 call INC-1 0
      26 call INC-1 1
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

fn said_of(journal: &Journal, what: &str) -> Vec<String> {
    journal.said().into_iter().filter(|line| line.contains(what)).collect()
}

fn down(journal: &Journal, minute: i64) -> Span {
    let standings = standing::standings(&journal.state, &"acme".into(), at(minute), at(minute));
    let Measured::Availability(availability) = &standings[0].measured else { panic!("{standings:?}") };
    availability.down
}

fn word(journal: &mut Journal, minute: i64, signal: Signal) {
    journal.until(at(minute));
    let id = format!("word/{}", journal.entries.len());
    let event = Event::Signals { integration: "am".into(), received: at(minute), signals: vec![signal] };
    journal.append(at(minute), &id, event);
}

#[test]
fn what_ends_as_it_begins_leaves_nothing_due_for_ever() {
    let mut journal = Journal::new();
    word(&mut journal, 1, signal("a", SignalStatus::Firing, at(0), None));
    word(&mut journal, 2, signal("a", SignalStatus::Resolved, at(0), Some(at(0))));
    journal.until(at(600));
    assert_eq!(decide::next_due(&journal.state), None);
    assert_eq!(said_of(&journal, "resolved"), ["   5 resolved INC-1 at 0"]);
}

#[test]
fn what_means_nothing_any_more_is_over_from_then_on() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    let mut quieter = book();
    quieter.routes[0].impact = Some(Impact::None);
    journal.until(at(10));
    let event =
        Event::ServicesAdopted { effective: at(10), sha256: "quieter".to_owned(), book: Box::new(quieter) };
    journal.append(at(10), "quieter", event);
    word(&mut journal, 20, signal("a", SignalStatus::Firing, at(0), None));
    journal.until(at(600));
    assert_eq!(decide::next_due(&journal.state), None);
    assert_eq!(said_of(&journal, "resolved"), ["  25 resolved INC-1 at 20"]);
    assert_eq!(down(&journal, 600), Span::from_minutes(20));
}

#[test]
fn a_signal_that_is_routed_elsewhere_leaves_where_it_was() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    let elsewhere = |status, ended| {
        let mut signal = signal("a", status, at(0), ended);
        signal.labels.insert("service".to_owned(), "login".to_owned());
        signal
    };
    word(&mut journal, 30, elsewhere(SignalStatus::Firing, None));
    word(&mut journal, 50, elsewhere(SignalStatus::Resolved, Some(at(50))));
    journal.until(at(600));
    assert_eq!(said_of(&journal, "resolved"), ["  35 resolved INC-1 at 30", "  55 resolved INC-2 at 50"]);
    assert_eq!(down(&journal, 600), Span::from_minutes(30));
    let login = journal.state.timeline(&"login".into(), None, Impact::Down, at(600));
    assert_eq!(login.bad.length(), Span::from_minutes(20));
}

#[test]
fn what_is_quiet_at_the_deadline_is_not_late() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.ends(14, "a", 0);
    journal.until(at(60));
    assert_eq!(said_of(&journal, "late"), Vec::<String>::new());
    assert_eq!(said_of(&journal, "resolved"), ["  19 resolved INC-1 at 14"]);
    // Unless it does not stay quiet: then it was going on all the time.
    journal.fires(100, "b");
    journal.ends(114, "b", 100);
    journal.fires(117, "b");
    journal.until(at(118));
    assert_eq!(said_of(&journal, "late"), [" 117 late INC-2 response"]);
}

#[test]
fn a_late_word_takes_back_that_a_clock_was_late() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.until(at(17));
    assert_eq!(said_of(&journal, "late"), ["  15 late INC-1 response"]);
    word(&mut journal, 18, signal("a", SignalStatus::Resolved, at(0), Some(at(10))));
    journal.until(at(60));
    assert_eq!(said_of(&journal, "corrected"), ["  18 corrected INC-1"]);
    assert_eq!(said_of(&journal, "resolved"), ["  18 resolved INC-1 at 10"]);
}

#[test]
fn a_person_who_resolves_what_has_ended_changes_nothing_about_when() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.acts(1, Act::Acknowledged { incident: ONE });
    journal.ends(10, "a", 0);
    journal.acts(12, Act::Resolved { incident: ONE, text: None });
    journal.until(at(60));
    assert_eq!(said_of(&journal, "resolved"), ["  12 resolved INC-1 at 10"]);
    assert_eq!(said_of(&journal, "corrected"), Vec::<String>::new());
}

#[test]
fn what_a_person_declared_down_is_over_when_a_person_says_so() {
    let mut journal = Journal::new();
    let open =
        Act::Opened { service: "checkout".into(), impact: Impact::Down, priority: None, text: prose() };
    journal.acts(0, open);
    journal.fires(5, "a");
    journal.ends(10, "a", 5);
    journal.until(at(60));
    assert_eq!(said_of(&journal, "resolved"), Vec::<String>::new());
    journal.acts(70, Act::Resolved { incident: ONE, text: None });
    assert_eq!(said_of(&journal, "resolved"), ["  70 resolved INC-1 at 70"]);
    journal.acts(80, Act::Reopened { incident: ONE, agreement: None, text: None });
    journal.acts(100, Act::Resolved { incident: ONE, text: None });
    journal.until(at(600));
    assert_eq!(down(&journal, 600), Span::from_minutes(70 + 20));
}

#[test]
fn a_reopened_incident_that_nobody_took_resumes_its_response_clock_and_calls() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.ends(1, "a", 0);
    journal.until(at(9));
    journal.fires(10, "a");
    journal.until(at(40));
    let said = journal.said();
    // One minute of the fifteen was used before; closed time does not count.
    assert!(said.contains(&"  20 at risk INC-1 response".to_owned()), "{said:?}");
    assert!(said.contains(&"  24 late INC-1 response".to_owned()), "{said:?}");
    assert_eq!(said_of(&journal, "call")[0], "  20 call INC-1 0");
}

#[test]
fn whoever_had_it_before_it_was_reopened_does_not_have_it_now() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.acts(1, Act::Acknowledged { incident: ONE });
    journal.acts(2, Act::Resolved { incident: ONE, text: None });
    journal.ends(3, "a", 0);
    journal.until(at(20));
    journal.acts(20, Act::Reopened { incident: ONE, agreement: Some("acme".into()), text: None });
    let incident = journal.state.incident(ONE, at(21)).unwrap();
    assert!(incident.owner().is_none() && incident.last_owner().is_some());
    journal.until(at(22));
    assert_eq!(said_of(&journal, "call"), ["  20 call INC-1 0"]);
    journal.acts(23, Act::Acknowledged { incident: ONE });
    journal.until(at(90));
    assert_eq!(said_of(&journal, "call").len(), 1);
}

#[test]
fn a_pause_ends_with_the_resolution() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.acts(5, Act::Acknowledged { incident: ONE });
    journal.acts(60, Act::Paused { incident: ONE, agreement: None, reason: prose() });
    journal.ends(80, "a", 0);
    journal.until(at(90));
    journal.fires(100, "a");
    let incident = journal.state.incident(ONE, at(110)).unwrap();
    let covering = journal.state.covering(&incident, at(110));
    let clocks = journal.state.case(&incident, covering[0].1, at(110)).clocks();
    let resolution = clocks.iter().find(|clock| clock.kind == ClockKind::Resolution).unwrap();
    assert!(!resolution.current().standing_still);
    assert_eq!(resolution.current().elapsed, Span::from_minutes(70));
}

#[test]
fn a_changed_severity_counts_from_when_it_was_said() {
    let mut journal = Journal::new();
    let with = |severity, ended: Option<i64>| Signal {
        severity,
        ..signal(
            "a",
            if ended.is_some() { SignalStatus::Resolved } else { SignalStatus::Firing },
            at(0),
            ended.map(at),
        )
    };
    word(&mut journal, 0, with(Severity::Critical, None));
    word(&mut journal, 40, with(Severity::Warning, None));
    word(&mut journal, 60, with(Severity::Warning, Some(60)));
    journal.until(at(90));
    assert_eq!(down(&journal, 90), Span::from_minutes(40));
}

#[test]
fn a_beginning_that_moves_repeats_no_warning() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.until(at(19));
    word(&mut journal, 20, signal("b", SignalStatus::Firing, at(-5), None));
    journal.until(at(21));
    assert_eq!(said_of(&journal, "late"), ["  15 late INC-1 response"]);
}

#[test]
fn what_was_one_may_turn_out_to_be_two_again() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.ends(10, "a", 0);
    journal.until(at(99));
    journal.fires(100, "b");
    word(&mut journal, 101, signal("c", SignalStatus::Firing, at(5), None));
    assert_eq!(said_of(&journal, "merged"), [" 101 merged INC-2 into INC-1"]);
    word(&mut journal, 102, signal("c", SignalStatus::Resolved, at(5), Some(at(20))));
    let open: Vec<_> = journal.state.ledger.unsettled().collect();
    assert!(open.contains(&IncidentNumber(2)), "{open:?}");
}

#[test]
fn a_changed_book_leaves_the_past_as_it_was() {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    journal.ends(30, "a", 0);
    journal.until(at(100));
    let before = down(&journal, 100);
    let mut other = book();
    let checkout = other.services.get_mut(&ServiceId::from("checkout")).unwrap();
    checkout.observed_by = ["elsewhere".into()].into();
    checkout.quiet = Span::from_hours(9);
    let event =
        Event::ServicesAdopted { effective: at(100), sha256: "other".to_owned(), book: Box::new(other) };
    journal.append(at(100), "other", event);
    let standings = standing::standings(&journal.state, &"acme".into(), at(160), at(160));
    let Measured::Availability(availability) = &standings[0].measured else { panic!("{standings:?}") };
    assert_eq!((availability.down, availability.unknown), (before, Span::from_minutes(60)));
    assert_eq!(journal.state.incidents(&"checkout".into(), at(160)).len(), 1);
}

#[test]
fn silence_that_meant_well_may_mean_nothing_later() {
    let mut journal = Journal::new();
    let mut strict = book();
    strict.integrations.get_mut(&IntegrationId::from("am")).unwrap().silence = Silence::Unknown;
    let event =
        Event::ServicesAdopted { effective: at(0), sha256: "strict".to_owned(), book: Box::new(strict) };
    journal.append(at(0), "strict", event);
    journal.until(at(60));
    assert_eq!(said_of(&journal, "silent"), ["  10 silent am"]);
    let observed = journal.state.observed(&"checkout".into(), at(60));
    assert_eq!(observed.last().map(|span| span.end), Some(at(0)), "from then on only its word counts");
}

#[test]
fn a_service_may_be_watched_before_anything_was_heard() {
    let mut state = State::default();
    let mut early = book();
    early.services.get_mut(&ServiceId::from("checkout")).unwrap().observed_from = Some(at(-600));
    let mut append = |recorded, event| {
        let sequence = state.sequence + 1;
        decide::step(&mut state, &Entry { sequence, id: sequence.to_string(), recorded, event });
    };
    append(
        at(0),
        Event::ServicesAdopted { effective: at(0), sha256: "early".to_owned(), book: Box::new(early) },
    );
    append(at(5), Event::Heard { integration: "am".into(), at: at(5), heartbeat: false });
    let length = |service: &str| state.observed(&service.into(), at(60)).length();
    assert_eq!((length("checkout"), length("login")), (Span::from_minutes(660), Span::from_minutes(55)));
}

/// A year with an incident every other day, three people’s acts for each, and now and then a late word.
fn long_life(days: i64) -> Journal {
    let mut journal = Journal::new();
    for day in 0..days {
        let minute = day * 1_440 + (day * 37) % 600;
        let key = format!("k{}", day % 5);
        journal.fires(minute, &key);
        let number = journal.state.incidents(&"checkout".into(), at(minute)).pop().unwrap().number().unwrap();
        journal.acts(minute + 3, Act::Acknowledged { incident: number });
        if day % 7 == 0 {
            journal.acts(minute + 5, Act::Resolved { incident: number, text: None });
            let event =
                Event::Confirmed { integration: "am".into(), at: at(minute + 9), keys: vec![key.clone()] };
            journal.append(at(minute + 9), &format!("again/{day}"), event);
        }
        if day % 11 != 0 {
            journal.ends(minute + 30, &key, minute);
        }
        if day % 13 == 0 {
            journal.acts(minute + 700, Act::Noted { incident: number, text: prose() });
        }
        if day % 17 == 0 && day > 30 {
            let first = IncidentNumber(u32::try_from(day / 17).unwrap());
            journal.acts(minute + 720, Act::Noted { incident: first, text: prose() });
        }
        journal.until(at(minute + 800));
    }
    journal
}

#[test]
fn what_is_kept_is_what_the_whole_history_gives() {
    let journal = long_life(120);
    let now = at(120 * 1_440);
    let service: ServiceId = "checkout".into();
    // A state that keeps nothing: one that was written down and read again.
    let text = serde_json::to_string(&journal.state).unwrap();
    let bare: State = serde_json::from_str(&text).unwrap();
    let (kept, derived) = (journal.state.incidents(&service, now), bare.incidents(&service, now));
    assert!((50..200).contains(&kept.len()), "{}", kept.len());
    let differ = kept.iter().zip(&derived).find(|(kept, derived)| kept != derived);
    assert!(differ.is_none() && kept.len() == derived.len(), "{differ:?}");
    assert!(journal.state.unsettled_incidents(&service, now).len() < 12, "the rest is kept");
    for moment in [now, at(60 * 1_440), at(30 * 1_440 + 17)] {
        let figures =
            |state: &State| format!("{:?}", standing::standings(state, &"acme".into(), moment, moment));
        assert!(figures(&journal.state) == figures(&bare), "at {moment}");
    }
    let mut replayed = State::default();
    let mut notices = Vec::new();
    for entry in &journal.entries {
        notices.extend(decide::step(&mut replayed, entry).notices);
    }
    assert!(replayed == journal.state);
    assert_eq!(notices, journal.notices);
}

#[test]
fn forgetting_changes_no_figure() {
    let mut journal = Journal::new();
    // Never ended, begun anew an hour later, ended: down for two hours.
    journal.fires(0, "a");
    journal.fires(60, "a");
    journal.ends(120, "a", 60);
    // Resolved by a person, said again by its monitor: not resolved for good.
    journal.until(at(600));
    journal.fires(600, "b");
    journal.acts(630, Act::Resolved { incident: IncidentNumber(2), text: None });
    let event = Event::Confirmed { integration: "am".into(), at: at(850), keys: vec!["b".to_owned()] };
    journal.append(at(850), "again", event);
    journal.ends(1_110, "b", 600);
    let look = |journal: &Journal| {
        let moment = at(2_000);
        let standings = standing::standings(&journal.state, &"acme".into(), moment, at(60 * 1_440));
        let rows = standings.iter().map(|row| format!("{:?} {:?}", row.verdict, row.measured));
        (rows.collect::<Vec<_>>(), journal.state.incidents(&"checkout".into(), at(60 * 1_440)))
    };
    journal.until(at(2_000));
    let before = look(&journal);
    for day in 2..40 {
        journal.until(at(day * 1_440));
        journal.append(at(day * 1_440), &format!("day/{day}"), Event::Tick { at: at(day * 1_440) });
    }
    assert_eq!(look(&journal), before);
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
            _ => unreachable!("the first objective is availability"),
        };
        let before = down(&fold(&facts));
        let mut more = facts;
        let outage = signal("z", SignalStatus::Resolved, at(minute), Some(at(minute + length)));
        let event = Event::Signals { integration: "am".into(), received: at(minute + length), signals: vec![outage] };
        more.push(("z".to_owned(), at(minute), event));
        prop_assert!(down(&fold(&more)) >= before);
    }
}
