//! Stories of action items and risks: what is asked for by itself, when somebody is reminded, and only once.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::*;
use crate::core::agreement::*;
use crate::core::decide;
use crate::core::event::CauseCategory;
use crate::core::improvement::{About, Level, RiskState, Score};
use crate::core::testing::*;

const ONE: ActionNumber = ActionNumber(1);
const FIRST: RiskNumber = RiskNumber(1);
const DAY: i64 = 1_440;

fn world(rules: Rules) -> Journal {
    let mut journal = Journal::new();
    let early = at(-2 * DAY);
    journal.until(early);
    journal.adopt(early, 2, Terms { improvement: rules, ..terms() });
    journal
}

impl Journal {
    fn words(&mut self, minute: i64, word: Word) {
        self.until(at(minute));
        let id = format!("improve/{minute}/{}", self.entries.len());
        let by = Some("anna".into());
        self.append(at(minute), &id, Event::Improvement { at: at(minute), by, word: Box::new(word) });
    }

    /// What was said of action items and risks: day and kind.
    fn improved(&self) -> Vec<String> {
        let own = self.notices.iter().filter_map(|notice| match &notice.kind {
            NoticeKind::Improvement { what } => Some((notice.at, what)),
            _ => None,
        });
        own.map(|(when, what)| {
            let when = when.to_utc().format("%d %b %H:%M");
            match what {
                Improved::Action { action, id } => {
                    format!("{when} {action} {}", id.split('/').next().unwrap())
                }
                Improved::ActionDue { action, reminder } => format!("{when} {action} {reminder:?}"),
                Improved::Risk { risk, id } => {
                    format!("{when} {risk} {}", id.split('/').next_back().unwrap())
                }
                Improved::RiskReview { risk } => format!("{when} {risk} review"),
            }
        })
        .collect()
    }

    fn state_of(&self, number: ActionNumber) -> ActionState {
        self.state.improvement.action(number).unwrap().now().state
    }

    /// A replay of every entry says the same and knows the same.
    fn replays(&self) {
        let mut again = State::default();
        let mut said = Vec::new();
        for entry in &self.entries {
            said.extend(decide::step(&mut again, entry).notices);
        }
        assert_eq!(said, self.notices);
        assert_eq!(again, self.state);
    }
}

fn added(due: Option<&str>) -> Word {
    Word::Opened {
        action: ONE,
        agreement: Some("acme".into()),
        internal: false,
        text: Some(prose()),
        owner: Some("ben".into()),
        due: due.map(|due| due.parse().unwrap()),
        about: About::default(),
        origin: Origin::Provider,
    }
}

#[test]
fn its_owner_is_reminded_before_the_date_after_it_and_weekly_and_no_longer_when_it_is_done() {
    let mut journal = world(Rules::none());
    // Friday, 4 December; two working days before it is Wednesday.
    journal.words(0, added(Some("2026-12-04")));
    journal.until(at(30 * DAY));
    journal.words(30 * DAY, Word::Done { action: ONE, text: Some(prose()) });
    journal.until(at(60 * DAY));
    let said = journal.improved();
    assert_eq!(
        said,
        [
            "23 Nov 03:00 ACT-1 improve",
            "02 Dec 09:00 ACT-1 Soon",
            "07 Dec 09:00 ACT-1 Overdue",
            "14 Dec 09:00 ACT-1 Overdue",
            "21 Dec 09:00 ACT-1 Overdue",
            "23 Dec 03:00 ACT-1 improve",
        ]
    );
    journal.replays();
}

#[test]
fn another_date_reminds_anew_and_what_was_missed_is_said_once_as_late() {
    let mut journal = world(Rules::none());
    journal.words(0, added(Some("2026-12-04")));
    let due = "2026-12-18".parse().unwrap();
    journal.words(DAY, Word::Dated { action: ONE, due, reason: Some(prose()) });
    assert_eq!(journal.state.improvement.action(ONE).unwrap().now().moved, 1);
    // Upheld was down from before the reminder until long after the date: one word, not five.
    let late = at(40 * DAY);
    journal.append(late, "tick/late", Event::Tick { at: late });
    let said = journal.improved();
    assert_eq!(said[2..], ["02 Jan 03:00 ACT-1 Overdue"]);
    journal.replays();
}

#[test]
fn a_wish_and_what_has_no_date_remind_nobody() {
    let mut journal = world(Rules::none());
    journal.words(0, added(None));
    let Word::Opened { agreement, text, about, .. } = added(None) else { panic!() };
    let (action, origin, due) = (ActionNumber(2), Origin::Wish, "2026-11-30".parse().ok());
    let word = Word::Opened { action, agreement, internal: false, text, owner: None, due, about, origin };
    journal.words(1, word);
    journal.until(at(30 * DAY));
    assert_eq!(journal.improved().len(), 2);
    assert_eq!(journal.state_of(action), ActionState::Wish);
    journal.words(30 * DAY, Word::Assigned { action, to: "ben".into() });
    assert_eq!(journal.state_of(action), ActionState::Open);
}

#[test]
fn a_missed_objective_asks_for_a_plan_once_while_one_is_open() {
    let mut journal = world(Rules { causes: BTreeSet::new(), risks: false, ..Rules::default() });
    // Nobody answers within 15 minutes: the month's response is missed, and so is more.
    journal.fires(0, "a");
    journal.ends(300, "a", 0);
    journal.until(at(7 * DAY));
    assert_eq!(journal.improved(), Vec::<String>::new(), "the period is not over");
    journal.until(at(9 * DAY));
    let missed: Vec<(String, Option<String>)> = journal
        .state
        .improvement
        .actions()
        .map(|(_, action)| match &action.origin {
            Origin::Missed { objective, service, .. } => {
                (objective.clone(), service.as_ref().map(ToString::to_string))
            }
            other => panic!("{other:?}"),
        })
        .collect();
    let checkout = Some("checkout".to_owned());
    assert!(missed.contains(&("availability".to_owned(), checkout)), "{missed:?}");
    assert!(missed.contains(&("response".to_owned(), None)), "{missed:?}");
    let count = missed.len();
    let first = journal.state.improvement.action(ONE).unwrap();
    assert_eq!((first.by.as_ref(), first.now().state), (None, ActionState::Asked));
    assert_eq!(first.opened, Instant::parse("2026-12-01T01:00:00Z").unwrap());
    assert_eq!(first.now().due, "2026-12-11".parse().ok());
    // December is missed as well, while the plan for November is not there yet.
    journal.fires(15 * DAY, "b");
    journal.ends(15 * DAY + 300, "b", 15 * DAY);
    journal.until(at(40 * DAY));
    assert_eq!(journal.state.improvement.actions().count(), count);
    // The plan is given and done; January is missed: that asks anew.
    let all: Vec<ActionNumber> = journal.state.improvement.actions().map(|(number, _)| number).collect();
    for action in all {
        journal.words(40 * DAY, Word::Worded { action, text: prose() });
        assert_eq!(journal.state_of(action), ActionState::Asked);
        journal.words(40 * DAY, Word::Assigned { action, to: "ben".into() });
        journal.words(40 * DAY, Word::Dated { action, due: "2027-01-20".parse().unwrap(), reason: None });
        assert_eq!(journal.state_of(action), ActionState::Open);
        assert_eq!(journal.state.improvement.action(action).unwrap().now().moved, 0);
        journal.words(41 * DAY, Word::Done { action, text: Some(prose()) });
    }
    journal.fires(45 * DAY, "c");
    journal.ends(45 * DAY + 300, "c", 45 * DAY);
    journal.until(at(71 * DAY));
    assert_eq!(journal.state.improvement.actions().count(), 2 * count);
    journal.replays();
}

#[test]
fn a_plan_is_not_asked_for_where_nobody_wants_one_or_somebody_is_at_it() {
    let mut journal = world(Rules::none());
    journal.fires(0, "a");
    journal.ends(300, "a", 0);
    journal.until(at(30 * DAY));
    assert_eq!(journal.state.improvement.actions().count(), 0);
    let mut journal = world(Rules { causes: BTreeSet::new(), ..Rules::default() });
    let Word::Opened { agreement, text, origin, .. } = added(None) else { panic!() };
    let about = About { objective: Some("response".to_owned()), ..About::default() };
    let (owner, due) = (None, None);
    let word = Word::Opened { action: ONE, agreement, internal: false, text, owner, due, about, origin };
    journal.words(-10, word);
    journal.fires(0, "a");
    journal.ends(300, "a", 0);
    journal.until(at(9 * DAY));
    let again = journal.state.improvement.actions().filter(
        |(_, action)| matches!(&action.origin, Origin::Missed { objective, .. } if objective == "response"),
    );
    assert_eq!(again.count(), 0);
}

#[test]
fn a_grave_incident_asks_for_its_cause_and_is_done_when_it_is_named() {
    let mut journal = world(Rules { plans: false, risks: false, ..Rules::default() });
    journal.fires(0, "a");
    journal.ends(10, "a", 0);
    journal.until(at(200));
    assert_eq!(journal.improved(), ["23 Nov 04:10 ACT-1 cause"]);
    let action = journal.state.improvement.action(ONE).unwrap().clone();
    assert_eq!(action.about.incident, Some(IncidentNumber(1)));
    assert_eq!((action.now().due, action.now().state), ("2026-11-28".parse().ok(), ActionState::Open));
    assert!(action.is_shown());
    let cause = || Act::Caused {
        incident: IncidentNumber(1),
        category: CauseCategory::Software,
        internal: None,
        customer: Some(prose()),
    };
    journal.acts(300, cause());
    assert_eq!(journal.state_of(ONE), ActionState::Done);
    // Another one whose cause is named in time asks nobody.
    journal.fires(1_000, "b");
    journal.ends(1_010, "b", 1_000);
    journal.acts(
        1_020,
        Act::Caused {
            incident: IncidentNumber(2),
            category: CauseCategory::Change,
            internal: None,
            customer: None,
        },
    );
    journal.until(at(20 * DAY));
    assert_eq!(journal.state.improvement.actions().count(), 1);
    journal.replays();
}

#[test]
fn an_incident_that_comes_back_is_asked_about_when_it_is_over() {
    let mut journal = world(Rules { plans: false, risks: false, ..Rules::default() });
    journal.fires(0, "a");
    journal.ends(10, "a", 0);
    journal.until(at(20));
    journal.fires(30, "a");
    journal.until(at(100));
    assert_eq!(journal.state.improvement.actions().count(), 0);
    journal.ends(110, "a", 30);
    journal.until(at(300));
    assert_eq!(journal.state.improvement.actions().count(), 1);
}

#[test]
fn a_low_budget_is_proposed_once_and_goes_away_with_the_period() {
    let mut journal = world(Rules { plans: false, causes: BTreeSet::new(), ..Rules::default() });
    // 99.9 % of November are 43 minutes; 38 of them are gone.
    journal.fires(0, "a");
    journal.ends(38, "a", 0);
    journal.until(at(100));
    let risk = journal.state.improvement.risk(FIRST).unwrap().clone();
    assert!(matches!(&risk.subject, Some(Subject::Budget { objective, .. }) if objective == "availability"));
    assert_eq!(risk.now().state, RiskState::Proposed);
    assert!(!risk.is_shown());
    journal.words(200, Word::RiskDismissed { risk: FIRST, reason: prose() });
    journal.fires(300, "b");
    journal.ends(301, "b", 300);
    journal.until(at(7 * DAY));
    assert_eq!(journal.state.improvement.risks().count(), 1, "dismissed, and still there");
    journal.until(at(9 * DAY));
    assert!(journal.state.improvement.risk(FIRST).unwrap().now().gone);
    journal.fires(15 * DAY, "c");
    journal.ends(15 * DAY + 40, "c", 15 * DAY);
    journal.until(at(16 * DAY));
    assert_eq!(journal.state.improvement.risks().count(), 2, "it came back");
    journal.replays();
}

#[test]
fn a_monitor_that_is_silent_for_hours_is_proposed_and_gone_when_it_is_heard() {
    let mut journal = world(Rules { plans: false, causes: BTreeSet::new(), ..Rules::default() });
    let mut watched = book();
    watched.integrations.get_mut(&"am".into()).unwrap().silence = Silence::Unknown;
    let event =
        Event::ServicesAdopted { effective: at(0), sha256: "new".to_owned(), book: Box::new(watched) };
    journal.until(at(0));
    journal.append(at(0), "watched", event);
    let heard = |minute| Event::Heard { integration: "am".into(), at: at(minute), heartbeat: false };
    journal.append(at(1), "heard/1", heard(1));
    journal.until(at(12));
    journal.append(at(12), "heard/12", heard(12));
    journal.until(at(20 + 240));
    assert_eq!(journal.state.improvement.risks().count(), 0);
    journal.until(at(600));
    let risk = journal.state.improvement.risk(FIRST).unwrap();
    assert_eq!(risk.subject, Some(Subject::Silent { integration: "am".into() }));
    journal.append(at(601), "heard/601", heard(601));
    assert_eq!(journal.state.improvement.risk(FIRST).unwrap().now().state, RiskState::Gone);
    assert_eq!(journal.improved().len(), 2);
    journal.replays();
}

#[test]
fn a_risk_is_looked_at_on_its_date_and_weekly_until_somebody_did() {
    let mut journal = world(Rules::none());
    let level = |level| Level::new(level).unwrap();
    let word = Word::RiskAdded {
        risk: FIRST,
        agreement: None,
        internal: false,
        service: None,
        text: prose(),
        score: Score { probability: level(2), impact: level(5) },
        owner: None,
        review: "2026-11-28".parse().ok(),
    };
    journal.words(0, word);
    journal.until(at(15 * DAY));
    journal.words(15 * DAY, Word::RiskReviewed { risk: FIRST, next: "2027-01-01".parse().unwrap() });
    journal.until(at(40 * DAY));
    journal.words(40 * DAY, Word::RiskClosed { risk: FIRST, reason: prose() });
    journal.until(at(80 * DAY));
    let reviews: Vec<String> =
        journal.improved().into_iter().filter(|said| said.ends_with("review")).collect();
    // A Saturday is looked at on the Monday after it.
    assert_eq!(
        reviews,
        ["30 Nov 09:00 RISK-1 review", "07 Dec 09:00 RISK-1 review", "01 Jan 09:00 RISK-1 review"]
    );
    journal.replays();
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story, from the first answers to the plan")]
fn a_survey_that_fell_by_more_than_chance_asks_for_a_plan() {
    use crate::core::survey::*;
    use crate::core::voice::{Respondent, RoundNumber, Via, Word as Voiced, stamp};
    let mut journal = world(Rules { causes: BTreeSet::new(), risks: false, ..Rules::default() });
    let text = BTreeMap::from([("en".to_owned(), "How did we do?".to_owned())]);
    let question =
        Question { name: "csat".to_owned(), text: text.clone(), kind: QuestionKind::Csat, optional: false };
    let survey = Survey {
        title: text,
        questions: vec![question],
        identity: Identity::Named,
        agreements: Default::default(),
        trigger: Trigger::Command,
        audience: Audience::Channel,
        open_for: Span::from_days(5),
        remind_after: None,
        cooldown: Span::ZERO,
        once_per: None,
        minimum_group: 5,
        quiet: None,
    };
    let book = Box::new(SurveyBook::from([("csat".into(), survey)]));
    let event = Event::SurveysAdopted { effective: at(-1), sha256: "surveys".to_owned(), book };
    journal.append(at(-1), "surveys", event);
    let voice = |journal: &mut Journal, minute: i64, by: Option<String>, word: Voiced| {
        journal.until(at(minute));
        let id = format!("voice/{minute}/{}", journal.entries.len());
        let event = Event::Voice { at: at(minute), by: by.map(PersonId::new), word: Box::new(word) };
        journal.append(at(minute), &id, event);
    };
    use crate::core::event::PersonId;
    for (number, minute, score) in [(1, 10, 5), (2, 15 * DAY, 1)] {
        let round = RoundNumber(number);
        let stamp = || Box::new(stamp(&State::default(), &"acme".into(), None, at(minute)));
        let opened = Voiced::RoundOpened {
            round,
            survey: "csat".into(),
            agreement: "acme".into(),
            incident: None,
            closes: at(minute) + Span::from_days(5),
            stamp: stamp(),
        };
        voice(&mut journal, minute, None, opened);
        let people = (0..12).map(|n| PersonId::new(format!("p{n}"))).collect();
        voice(&mut journal, minute + 1, None, Voiced::Asked { round, people, spared: 0 });
        for n in 0..12 {
            let answered = Voiced::Answered {
                round,
                respondent: Respondent::Self_,
                via: Via::Chat,
                given: vec![Given::Score(score)],
                texts: BTreeMap::new(),
                stamp: stamp(),
            };
            voice(&mut journal, minute + 2 + n, Some(format!("p{n}")), answered);
        }
    }
    journal.until(at(38 * DAY));
    assert_eq!(journal.state.improvement.actions().count(), 0, "December is not over");
    journal.until(at(40 * DAY));
    let origins: Vec<Origin> =
        journal.state.improvement.actions().map(|(_, action)| action.origin.clone()).collect();
    let (from, until) = ("2026-12-01".parse().unwrap(), "2027-01-01".parse().unwrap());
    assert_eq!(origins, [Origin::Fallen { survey: "csat".into(), from, until }]);
    journal.replays();
}

#[test]
fn what_was_kept_before_there_were_improvements_is_read_and_says_the_same() {
    let json = serde_json::to_value(terms()).unwrap();
    assert!(json.get("improvement").is_some(), "these rules are not the usual");
    let usual = Terms { improvement: Rules::default(), ..terms() };
    let json = serde_json::to_value(&usual).unwrap();
    assert!(json.get("improvement").is_none(), "the usual rules make no new version of any agreement");
    assert_eq!(serde_json::from_value::<Terms>(json).unwrap(), usual);
    let old = serde_json::to_value(State::default()).unwrap();
    let serde_json::Value::Object(mut old) = old else { panic!() };
    old.remove("improvement");
    old["ledger"].as_object_mut().unwrap().remove("improvement");
    assert_eq!(serde_json::from_value::<State>(old.into()).unwrap(), State::default());
    let journal = world(Rules::default());
    let kept = serde_json::to_string(&journal.state).unwrap();
    assert_eq!(serde_json::from_str::<State>(&kept).unwrap(), journal.state);
    let target = Decimal::new(999, 1);
    assert!(
        matches!(&usual.objectives[0].kind, ObjectiveKind::Availability(known) if known.target == target)
    );
}
