//! What a drill does, and that it moves nothing else.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::core::agreement::{ClockKind, Priority, Publish};
use crate::core::decide::{Notice, NoticeKind};
use crate::core::event::{Event, IntegrationId, SurveyId};
use crate::core::interval::Interval;
use crate::core::scorecard::{Question, scorecard};
use crate::core::standing::standings;
use crate::core::survey::{Audience, Identity, Question as Asked, QuestionKind, Survey, SurveyBook, Trigger};
use crate::core::testing::*;
use crate::core::window::{WindowKind, previous_window, window_at};

const FIRST: IncidentNumber = IncidentNumber::of_drill(1);

fn plan(starts: i64) -> Plan {
    Plan {
        service: "checkout".into(),
        priority: Priority::P1,
        announced: false,
        customers: BTreeSet::new(),
        starts: at(starts),
        lasts: LASTS,
    }
}

fn word(journal: &mut Journal, minute: i64, word: DrillWord) {
    journal.until(at(minute));
    let id = format!("word/{minute}/{}", journal.entries.len());
    let event = Event::Drill { at: at(minute), by: Some("maria".into()), word };
    journal.append(at(minute), &id, event);
}

fn planned(minute: i64, plan: Plan) -> Journal {
    let mut journal = Journal::new();
    word(&mut journal, minute, DrillWord::Planned { plan });
    journal
}

fn result_of(journal: &Journal, until: i64) -> DrillResult {
    let window = Interval::new(at(0), at(until));
    let mut all = drills(&journal.state, Some(&"acme".into()), Some(&"checkout".into()), window, at(until));
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn outcome(result: &DrillResult, kind: ClockKind) -> Outcome {
    result.clocks.iter().find(|clock| clock.clock == kind).unwrap().outcome
}

#[test]
fn it_goes_the_whole_way_and_the_customer_hears_nothing() {
    let mut journal = planned(0, plan(0));
    journal.until(at(12));
    journal.acts(13, Act::Acknowledged { incident: FIRST });
    journal.acts(20, Act::Updated { incident: FIRST, agreement: None, text: prose() });
    journal.acts(40, Act::Resolved { incident: FIRST, text: None });
    journal.until(at(200));
    insta::assert_snapshot!(journal.said().join("\n"), @r"
       0 opened DRILL-1
       0 changed DRILL-1
      11 at risk DRILL-1 response
      11 call DRILL-1 0
      13 done DRILL-1
      20 done DRILL-1
      40 done DRILL-1
      40 resolved DRILL-1 at 40
    ");
    let result = result_of(&journal, 200);
    assert_eq!(
        (result.ending, result.told, result.calls, result.unanswered),
        (Ending::Resolved, false, 1, 0)
    );
    let taken = |taken: &Option<Taken>| taken.clone().map(|taken| (taken.by.0, taken.after.seconds() / 60));
    assert_eq!(taken(&result.acknowledged), Some(("anna".to_owned(), 13)));
    assert_eq!(taken(&result.resolved), Some(("anna".to_owned(), 40)));
    for kind in [ClockKind::Response, ClockKind::Resolution, ClockKind::Update] {
        assert_eq!(outcome(&result, kind), Outcome::Met, "{kind:?}");
    }
    assert!(!journal.state.told(FIRST).is_published(FIRST, &"acme".into()));
    assert_eq!(journal.state.incident(FIRST, at(200)), None, "it is no incident");
}

#[test]
fn what_nobody_takes_is_late_runs_out_and_counts_its_calls() {
    let mut journal = planned(0, plan(0));
    journal.until(at(300));
    let said = journal.said();
    assert!(said.contains(&"  15 late DRILL-1 response".to_owned()), "{said:?}");
    assert!(said.contains(&" 120 resolved DRILL-1 at 120".to_owned()), "{said:?}");
    let result = result_of(&journal, 300);
    assert_eq!(
        (result.ending, result.acknowledged.clone(), result.resolved.clone()),
        (Ending::RanOut, None, None)
    );
    assert_eq!(outcome(&result, ClockKind::Response), Outcome::Late);
    assert_eq!(outcome(&result, ClockKind::Resolution), Outcome::Undecided, "nobody resolved it");
    assert_eq!(outcome(&result, ClockKind::Update), Outcome::Late);
    let calls = said.iter().filter(|line| line.contains("call DRILL-1")).count() as u64;
    assert_eq!((result.calls, result.unanswered), (calls, calls));
}

#[test]
fn one_that_is_broken_off_ends_at_once_and_what_runs_then_is_undecided() {
    let mut journal = planned(0, plan(0));
    word(&mut journal, 5, DrillWord::Ended { drill: FIRST, ending: Ending::Stopped });
    journal.until(at(300));
    let result = result_of(&journal, 300);
    assert_eq!((result.ending, result.ended), (Ending::Stopped, at(5)));
    assert_eq!(outcome(&result, ClockKind::Response), Outcome::Undecided);
    // A resolution that comes after it changes nothing.
    journal.acts(301, Act::Resolved { incident: FIRST, text: None });
    assert_eq!(result_of(&journal, 400).ending, Ending::Stopped);
}

#[test]
fn one_that_is_announced_is_told_before_and_the_customer_who_agreed_sees_it() {
    let customers = BTreeSet::from(["acme".into()]);
    let mut journal = planned(0, Plan { announced: true, customers, ..plan(30) });
    journal.until(at(31));
    insta::assert_snapshot!(journal.said().join("\n"), @r"
       0 planned DRILL-1
      30 opened DRILL-1
      30 published DRILL-1 acme
    ");
    assert!(journal.state.told(FIRST).is_published(FIRST, &"acme".into()));
}

#[test]
fn the_customer_who_agreed_is_told_whatever_the_agreement_says_of_incidents() {
    let mut journal = Journal::new();
    journal.adopt(at(-10), 2, crate::core::agreement::Terms { publish: Publish::OnApproval, ..terms() });
    let mut with = plan(0);
    with.customers = BTreeSet::from(["acme".into()]);
    word(&mut journal, 0, DrillWord::Planned { plan: with });
    word(&mut journal, 1, DrillWord::Ended { drill: FIRST, ending: Ending::Stopped });
    // The next one does not include them: neither an update nor a release reaches them.
    word(&mut journal, 2, DrillWord::Planned { plan: plan(2) });
    let second = IncidentNumber::of_drill(2);
    journal.acts(3, Act::Updated { incident: second, agreement: None, text: prose() });
    journal.acts(4, Act::Published { incident: second, agreement: "acme".into() });
    let published: Vec<String> =
        journal.said().into_iter().filter(|line| line.contains("published")).collect();
    assert_eq!(published, ["   0 published DRILL-1 acme"]);
}

#[test]
fn one_whose_time_passed_does_not_begin_and_one_called_off_never_does() {
    let mut journal = Journal::new();
    word(&mut journal, 0, DrillWord::Planned { plan: Plan { announced: true, ..plan(10) } });
    // Upheld was down from then on.
    journal.append(at(200), "late", Event::Tick { at: at(200) });
    assert!(journal.said().contains(&" 200 dropped DRILL-1".to_owned()), "{:?}", journal.said());
    word(&mut journal, 201, DrillWord::Planned { plan: plan(300) });
    let second = IncidentNumber::of_drill(2);
    word(&mut journal, 202, DrillWord::Ended { drill: second, ending: Ending::Stopped });
    journal.until(at(1_000));
    assert!(!journal.said().iter().any(|line| line.contains("opened")), "{:?}", journal.said());
    let all = Interval::new(at(0), at(2_000));
    assert_eq!(drills(&journal.state, None, None, all, at(1_000)), Vec::new());
}

#[test]
fn a_real_alert_during_a_drill_is_an_incident_of_its_own() {
    let mut journal = planned(0, plan(0));
    journal.fires(3, "a");
    journal.acts(4, Act::Acknowledged { incident: FIRST });
    journal.until(at(14));
    let real = journal.state.incident(IncidentNumber(1), at(14)).unwrap();
    assert_eq!((real.opened(), real.owner(), real.service.as_str()), (at(3), None, "checkout"));
    let drill = journal.state.attended(FIRST, at(14)).unwrap();
    assert_eq!((drill.opened(), drill.service.as_str()), (at(0), "checkout#drill"));
    assert!(drill.owner().is_some());
}

#[test]
fn a_repeated_plan_is_one_drill() {
    let mut journal = Journal::new();
    let event =
        || Event::Drill { at: at(0), by: Some("maria".into()), word: DrillWord::Planned { plan: plan(0) } };
    journal.append(at(0), "same", event());
    journal.append(at(0), "same", event());
    assert_eq!(journal.state.drills.all().count(), 1);
}

#[test]
fn numbers_of_drills_read_as_they_are_written() {
    assert_eq!(FIRST.to_string(), "DRILL-1");
    for text in ["DRILL-1", "drill-1", " Drill-1 "] {
        assert_eq!(text.parse(), Ok(FIRST), "{text}");
    }
    assert_eq!("INC-1".parse(), Ok(IncidentNumber(1)));
    assert!(!IncidentNumber(1).is_drill() && "DRILL-x".parse::<IncidentNumber>().is_err());
}

#[test]
fn a_replay_says_the_same() {
    let mut journal = planned(0, Plan { announced: true, ..plan(20) });
    journal.fires(25, "a");
    journal.acts(30, Act::Acknowledged { incident: FIRST });
    journal.until(at(400));
    let mut again = Journal::default();
    for entry in journal.entries.clone() {
        let text = serde_json::to_string(&entry).unwrap();
        let entry: crate::core::event::Entry = serde_json::from_str(&text).unwrap();
        let step = crate::core::decide::step(&mut again.state, &entry);
        again.notices.extend(step.notices);
    }
    assert_eq!((again.notices, &again.state), (journal.notices.clone(), &journal.state));
    let kept = serde_json::to_string(&journal.state).unwrap();
    assert_eq!(serde_json::from_str::<State>(&kept).unwrap(), journal.state);
}

/// What happens around a drill, or on it.
#[derive(Clone, Debug)]
enum Happens {
    Fires(u8),
    Ends(u8),
    /// Of the latest incident, by one of two people.
    Deed(u8, u8),
    Reports,
    /// Nothing but time.
    Waits,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        (0_u8..3).prop_map(Happens::Fires),
        (0_u8..3).prop_map(Happens::Ends),
        (0_u8..5, 0_u8..2).prop_map(|(deed, who)| Happens::Deed(deed, who)),
        Just(Happens::Reports),
        Just(Happens::Waits),
    ]
}

fn deed(kind: u8, incident: IncidentNumber) -> Act {
    match kind {
        0 => Act::Acknowledged { incident },
        1 => Act::Updated { incident, agreement: None, text: prose() },
        2 => Act::Resolved { incident, text: None },
        3 => Act::Prioritised { incident, priority: Priority::P2, reason: prose() },
        _ => Act::Escalated { incident },
    }
}

fn surveys() -> SurveyBook {
    let text = std::collections::BTreeMap::from([("en".to_owned(), "How did we do?".to_owned())]);
    let (name, kind) = ("csat".to_owned(), QuestionKind::Csat);
    let survey = Survey {
        title: text.clone(),
        questions: vec![Asked { name, text, kind, optional: false }],
        identity: Identity::Named,
        agreements: BTreeSet::new(),
        trigger: Trigger::Incident {
            delay: Span::from_minutes(30),
            priorities: BTreeSet::new(),
            sample_percent: 100,
        },
        audience: Audience::Channel,
        open_for: Span::from_days(5),
        remind_after: None,
        cooldown: Span::from_days(7),
        once_per: None,
        minimum_group: 5,
        quiet: None,
    };
    SurveyBook::from([(SurveyId::from("after_incident"), survey)])
}

/// The history, with the drills and what is done to them at their places, or without.
fn history(script: &[(i64, Happens)], exercises: &[(usize, i64, Plan, Vec<u8>)], with: bool) -> Journal {
    let mut journal = Journal::new();
    let event = Event::SurveysAdopted {
        effective: at(-100),
        sha256: "surveys".to_owned(),
        book: Box::new(surveys()),
    };
    journal.append(at(-100), "surveys", event);
    let (mut minute, mut since) = (0, std::collections::BTreeMap::<u8, i64>::new());
    for (place, (wait, happens)) in script.iter().enumerate() {
        minute += wait;
        journal.until(at(minute));
        for (_, delay, plan, deeds) in exercises.iter().filter(|(at, ..)| with && *at == place) {
            let plan = Plan { starts: at(minute + delay), ..plan.clone() };
            let number = journal.state.drills.next();
            let event =
                Event::Drill { at: at(minute), by: Some("maria".into()), word: DrillWord::Planned { plan } };
            journal.append(at(minute), &format!("plan/{place}/{number}"), event);
            for kind in deeds {
                let act = deed(*kind, number);
                let id = format!("drilled/{place}/{}", journal.entries.len());
                journal.append(at(minute), &id, Event::Act { at: at(minute), by: "bea".into(), act });
            }
        }
        let latest = journal.state.incidents(&"checkout".into(), at(minute)).pop();
        let id = format!("happens/{place}");
        match (happens, latest.and_then(|last| last.number())) {
            (Happens::Fires(key), _) => {
                since.entry(*key).or_insert(minute);
                journal.fires(minute, &key.to_string());
            }
            (Happens::Ends(key), _) => {
                if let Some(started) = since.remove(key) {
                    journal.ends(minute, &key.to_string(), started);
                }
            }
            (Happens::Deed(kind, who), Some(incident)) => {
                let by = ["anna", "bea"][usize::from(*who)].into();
                journal.append(
                    at(minute),
                    &id,
                    Event::Act { at: at(minute), by, act: deed(*kind, incident) },
                );
            }
            (Happens::Reports, _) => {
                let act =
                    Act::Reported { service: "checkout".into(), agreement: "acme".into(), text: prose() };
                journal.append(at(minute), &id, Event::Act { at: at(minute), by: "lena".into(), act });
            }
            (Happens::Deed(..) | Happens::Waits, _) => {}
        }
    }
    journal.until(at(minute + 500));
    journal.append(
        at(minute + 500),
        "end",
        Event::Heard { integration: IntegrationId::from("am"), at: at(minute), heartbeat: false },
    );
    journal
}

fn of_drills(notice: &Notice) -> bool {
    let json = serde_json::to_value(&notice.kind).unwrap();
    let number = json["incident"].as_u64().or_else(|| json["drill"].as_u64());
    number
        .and_then(|number| u32::try_from(number).ok())
        .is_some_and(|number| IncidentNumber(number).is_drill())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, ..ProptestConfig::default() })]
    /// Whatever happens, and whatever drills there are with whatever is done to them: no standing, no scorecard, no
    /// incident, no notice of one, no survey and nothing else of the state is another.
    #[test]
    fn a_drill_moves_nothing(
        script in prop::collection::vec((0_i64..90, happens()), 1..25),
        exercises in prop::collection::vec(
            (0_usize..25, 0_i64..120, any::<bool>(), any::<bool>(), 1_i64..200, prop::collection::vec(0_u8..5, 0..5)),
            1..4,
        ),
    ) {
        let exercises: Vec<_> = exercises
            .into_iter()
            .map(|(place, delay, announced, included, lasts, deeds)| {
                let customers = if included { BTreeSet::from(["acme".into()]) } else { BTreeSet::new() };
                let lasts = Span::from_minutes(lasts);
                (place % script.len(), delay, Plan { announced, customers, lasts, ..plan(0) }, deeds)
            })
            .collect();
        let (with, without) = (history(&script, &exercises, true), history(&script, &exercises, false));
        prop_assert!(with.state.drills.all().count() > 0);
        prop_assert!(with.notices.iter().any(of_drills) || with.state.drills.all().all(|(_, drill)| drill.began.is_none()));
        let real: Vec<Notice> = with.notices.iter().filter(|notice| !of_drills(notice)).cloned().collect();
        prop_assert_eq!(&real, &without.notices);
        let now = without.state.now.unwrap();
        let (acme, month) = ("acme".into(), window_at(WindowKind::Month, chrono_tz::UTC, now));
        prop_assert_eq!(standings(&with.state, &acme, now, now), standings(&without.state, &acme, now, now));
        let question = Question {
            services: None,
            agreements: None,
            window: month,
            before: previous_window(WindowKind::Month, chrono_tz::UTC, month),
            zone: chrono_tz::UTC,
            cover: None,
            teams: None,
            as_of: now,
        };
        prop_assert_eq!(scorecard(&with.state, &question), scorecard(&without.state, &question));
        // And all the rest: incidents, surveys and their plans, what was announced.
        let mut bare = with.state.clone();
        (bare.drills, bare.sequence) = (Drills::default(), without.state.sequence);
        prop_assert_eq!(bare, without.state);
    }
}

#[test]
fn a_survey_follows_an_incident_and_no_drill() {
    let script = [(0, Happens::Fires(0)), (10, Happens::Ends(0)), (400, Happens::Waits)];
    let exercise = (0, 0, plan(0), vec![0, 2]);
    let journal = history(&script, std::slice::from_ref(&exercise), true);
    let rounds = journal.entries.iter().filter(|entry| matches!(entry.event, Event::Voice { .. }));
    assert!(rounds.count() > 0, "the survey is asked at all");
    let asked = journal.state.voice.open_rounds().filter_map(|(_, round)| round.incident);
    assert_eq!(asked.collect::<Vec<_>>(), [IncidentNumber(1)]);
    let notices = journal.notices.iter().filter(|notice| matches!(notice.kind, NoticeKind::Resolved { .. }));
    assert_eq!(notices.count(), 2, "the drill and the incident were both resolved");
}
