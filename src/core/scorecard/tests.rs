//! Scorecards counted by hand, and beside a slow count that knows nothing of how the sweep works.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;
use crate::core::agreement::ClockKind;
use crate::core::calendar::local_time;
use crate::core::event::{Act, Event, IncidentNumber};
use crate::core::incident::Incident;
use crate::core::standing::{Measured, standings};
use crate::core::testing::*;
use crate::core::window::{WindowKind, previous_window, window_at};

const NOVEMBER: &str = "2026-11-01T00:00:00Z";

fn month() -> Interval {
    window_at(WindowKind::Month, Tz::UTC, Instant::parse(NOVEMBER).unwrap())
}

fn asked(as_of: Instant) -> Question<'static> {
    let window = month();
    Question {
        services: None,
        agreements: None,
        window,
        before: previous_window(WindowKind::Month, Tz::UTC, window),
        zone: Tz::UTC,
        cover: None,
        teams: None,
        as_of,
    }
}

fn by(journal: &mut Journal, minute: i64, person: &str, act: Act) {
    journal.until(at(minute));
    let id = format!("act/{minute}/{}", journal.entries.len());
    journal.append(at(minute), &id, Event::Act { at: at(minute), by: person.into(), act });
}

fn part(part: u64, whole: u64) -> Part {
    Part { part, whole }
}

const fn number(number: u32) -> IncidentNumber {
    IncidentNumber(number)
}

/// Three incidents: anna takes and resolves the first after an update; bea takes the second from anna; the third
/// ends by itself, late and unseen, and comes back.
fn three() -> Journal {
    let mut journal = Journal::new();
    journal.fires(0, "a");
    by(&mut journal, 4, "anna", Act::Acknowledged { incident: number(1) });
    by(&mut journal, 20, "anna", Act::Updated { incident: number(1), agreement: None, text: prose() });
    by(&mut journal, 40, "anna", Act::Resolved { incident: number(1), text: None });
    journal.ends(41, "a", 0);
    journal.fires(200, "b");
    by(&mut journal, 220, "anna", Act::Acknowledged { incident: number(2) });
    by(&mut journal, 230, "bea", Act::Acknowledged { incident: number(2) });
    by(&mut journal, 260, "bea", Act::Resolved { incident: number(2), text: None });
    journal.ends(261, "b", 200);
    journal.fires(400, "c");
    journal.ends(470, "c", 400);
    journal.until(at(480));
    journal.fires(480, "d");
    journal.ends(490, "d", 480);
    journal.until(at(2_000));
    journal
}

#[test]
fn what_was_counted_by_hand() {
    let journal = three();
    let card = scorecard(&journal.state, &asked(at(2_000)));
    let minutes = |minutes: i64| Some(Span::from_minutes(minutes));
    assert_eq!(card.whole.opened, 3);
    // 4 and 20 minutes.
    let taken = Times { count: 2, mean: minutes(12), median: minutes(4), ninetieth: minutes(20) };
    assert_eq!(card.whole.acknowledged, taken);
    // 40, 60, and 70 + 10 minutes.
    let open = Times { count: 3, mean: minutes(60), median: minutes(60), ninetieth: minutes(80) };
    assert_eq!(card.whole.restored, open);
    assert_eq!(card.whole.first_owner, part(1, 2), "anna had the first to the end, the second became bea's");
    assert_eq!(card.whole.reopened, part(1, 4));
    // In time: the first and its end. Late: of the second the one after 30 minutes; of the third the ones after 30.
    let Figures { updates, responses, .. } = card.whole;
    assert_eq!((responses, updates), (part(1, 3), part(2, 4)));
    assert_eq!(card.services.len(), 1, "nothing happened to login");
    assert_eq!(card.services[0].figures, card.whole);
    let [anna, bea] = card.people.as_slice() else { panic!("{:?}", card.people) };
    assert_eq!(
        (anna.person.as_str(), anna.did.acknowledged.count, anna.did.resolved, anna.did.updates),
        ("anna", 2, 1, 1)
    );
    assert_eq!((anna.did.first_owner, bea.did.first_owner), (part(1, 2), part(0, 0)));
    assert_eq!((bea.person.as_str(), bea.did.acknowledged.count, bea.did.resolved), ("bea", 0, 1));
    assert_eq!(card.load.opened.total(), 3);
    // A Monday: 03:00, 06:20 and 09:40.
    assert_eq!([3, 6, 9].map(|hour| card.load.opened.0[0][hour]), [1, 1, 1]);
    assert_eq!(card.earlier, Figures::default());
    assert_eq!(card.trends.responses, Trend::Unclear, "of nothing nothing moved");
}

/// Both, each alone, one who does nothing with bea, and one who does nothing alone.
fn teams() -> Teams {
    let team = |id: &str, people: &[&str]| (TeamId::from(id), people.iter().map(|&id| id.into()).collect());
    [
        team("all", &["anna", "bea", "carl"]),
        team("first", &["anna"]),
        team("second", &["bea", "carl"]),
        team("third", &["zoe"]),
    ]
    .into()
}

#[test]
fn a_team_did_what_its_people_did_and_keeps_what_stays_among_them() {
    let journal = three();
    let teams = teams();
    let card = scorecard(&journal.state, &Question { teams: Some(&teams), ..asked(at(2_000)) });
    let [all, first, second] = card.teams.as_slice() else { panic!("{:?}", card.teams) };
    assert_eq!([&all.team, &first.team, &second.team].map(TeamId::as_str), ["all", "first", "second"]);
    assert_eq!(all.did.acknowledged, card.whole.acknowledged, "whoever took it was in it");
    assert_eq!(all.did.first_owner, part(2, 2), "from anna to bea is within it");
    assert_eq!((all.did.resolved, all.did.updates), (2, 1));
    assert_eq!(first.did, card.people[0].did, "a team of one did what that one did");
    assert_eq!(second.did.acknowledged, Times::default(), "bea took the second, but not first");
    assert_eq!((second.did.first_owner, second.did.resolved, second.did.updates), (part(0, 0), 1, 0));
    let without = scorecard(&journal.state, &asked(at(2_000)));
    assert_eq!(Scorecard { teams: Vec::new(), ..card }, without, "teams change nothing else");
    assert!(
        !serde_json::to_string(&without).unwrap().contains("teams"),
        "what was issued without stays as it was"
    );
}

/// As the standings of the objectives have it.
fn counted(journal: &Journal, as_of: Instant, kind: ClockKind) -> Part {
    let mut all = Part::default();
    for agreement in journal.state.agreements.keys() {
        for standing in standings(&journal.state, agreement, month().start, as_of) {
            if let Measured::Clock(figures) = &standing.measured
                && figures.clock == kind
            {
                all.merge(part(figures.met() as u64, figures.items.len() as u64));
            }
        }
    }
    all
}

#[test]
fn of_nothing_there_is_no_figure() {
    let card = scorecard(&Journal::new().state, &asked(at(0)));
    assert_eq!(card.whole, Figures::default());
    assert_eq!(card.whole.restored.mean, None);
    assert_eq!(card.whole.updates.share(), None);
    assert!(card.services.is_empty() && card.people.is_empty());
}

#[test]
fn only_what_is_asked_for_is_counted() {
    let journal = three();
    let nobody: BTreeSet<AgreementId> = ["formosa".into()].into();
    let question = Question { agreements: Some(&nobody), ..asked(at(2_000)) };
    assert_eq!(scorecard(&journal.state, &question).whole, Figures::default());
    let login: BTreeSet<ServiceId> = ["login".into()].into();
    let question = Question { services: Some(&login), ..asked(at(2_000)) };
    assert_eq!(scorecard(&journal.state, &question).whole, Figures::default());
    let acme: BTreeSet<AgreementId> = ["acme".into()].into();
    let question = Question { agreements: Some(&acme), ..asked(at(2_000)) };
    assert_eq!(scorecard(&journal.state, &question), scorecard(&journal.state, &asked(at(2_000))));
}

#[test]
fn it_stays_readable() {
    let cover = Cover::around_the_clock(2);
    let question = Question { cover: Some(&cover), ..asked(at(2_000)) };
    let card = scorecard(&three().state, &question);
    let text = serde_json::to_string(&card).unwrap();
    assert_eq!(serde_json::from_str::<Scorecard>(&text).unwrap(), card);
    let whole = serde_json::to_string(&card.whole).unwrap();
    let written = r#"{"opened":3,"acknowledged":{"count":2,"mean":720000000,"median":240000000,"ninetieth":1200000000},"restored":{"count":3,"mean":3600000000,"median":3600000000,"ninetieth":4800000000},"first_owner":{"part":1,"whole":2},"reopened":{"part":1,"whole":4},"updates":{"part":2,"whole":4},"responses":{"part":1,"whole":3}}"#;
    assert_eq!(whole, written, "what is issued is read for ever");
}

#[test]
fn an_hour_that_comes_twice_holds_both_and_one_that_is_skipped_none() {
    let zone = Tz::Europe__Berlin;
    let moment = |text: &str| Instant::parse(text).unwrap();
    // 2026-10-25: 02:30 summer time and 02:30 winter time.
    let twice = [moment("2026-10-25T00:30:00Z"), moment("2026-10-25T01:30:00Z")];
    assert_eq!(Grid::of(&twice, zone).0[6][2], 2);
    // 2026-03-29: clocks go from 02:00 to 03:00.
    let around = [moment("2026-03-29T00:59:59Z"), moment("2026-03-29T01:00:00Z")];
    let grid = Grid::of(&around, zone);
    assert_eq!([1, 2, 3].map(|hour| grid.0[6][hour]), [1, 0, 1]);
}

#[test]
fn the_load_is_seen_against_who_is_on_call() {
    let zone = Tz::Europe__Berlin;
    let mut week = Grid::default();
    // On call from Monday to Friday, 08:00 to 18:00.
    week.0[..5].iter_mut().for_each(|day| day[8..18].fill(1));
    let cover = Cover(week);
    let moment = |text: &str| Instant::parse(text).unwrap();
    let openings =
        [moment("2026-10-26T07:00:00Z"), moment("2026-10-26T17:00:00Z"), moment("2026-10-25T10:00:00Z")];
    // A week with 169 hours: the clocks go back on its Sunday.
    let window = Interval::new(moment("2026-10-19T22:00:00Z"), moment("2026-10-26T23:00:00Z"));
    let against = cover.against(&openings, window, zone);
    assert_eq!(against.covered, part(1, 3), "Monday 08:00 is covered, 18:00 and Sunday are not");
    assert_eq!(against.on_call, Span::from_hours(50));
    assert_eq!(against.on_call + against.nobody, Span::from_hours(169));
    let all = Cover::around_the_clock(1).against(&openings, window, zone);
    assert_eq!((all.covered, all.nobody), (part(3, 3), Span::ZERO));
}

#[test]
fn a_share_moves_only_where_chance_does_not_explain_it() {
    assert_eq!(part(95, 100).trend(part(70, 100)), Trend::Risen);
    assert_eq!(part(70, 100).trend(part(95, 100)), Trend::Fallen);
    assert_eq!(part(19, 20).trend(part(18, 20)), Trend::Unclear);
    assert_eq!(part(4, 4).trend(part(0, 4)), Trend::Unclear, "too few");
    assert_eq!(part(0, 0).trend(part(5, 5)), Trend::Unclear);
}

/// What happens next: a signal fires or ends, or one of three people does something to the latest incident.
#[derive(Clone, Debug)]
enum Happens {
    Fires(u8),
    Ends(u8),
    Takes(u8),
    Resolves(u8),
    Updates(u8),
    Reopens(u8),
}

fn happens() -> impl Strategy<Value = (i64, Happens)> {
    let kind = prop_oneof![
        (0_u8..3).prop_map(Happens::Fires),
        (0_u8..3).prop_map(Happens::Ends),
        (0_u8..3).prop_map(Happens::Takes),
        (0_u8..3).prop_map(Happens::Resolves),
        (0_u8..3).prop_map(Happens::Updates),
        (0_u8..3).prop_map(Happens::Reopens),
    ];
    (1_i64..200, kind)
}

/// A history over some weeks, so that it crosses the end of the month.
fn history(script: &[(i64, Happens)]) -> (Journal, i64) {
    let mut journal = Journal::new();
    let (mut minute, mut since) = (0, BTreeMap::<u8, i64>::new());
    for (wait, happens) in script {
        minute += wait * 7;
        journal.until(at(minute));
        let latest =
            journal.state.incidents(&"checkout".into(), at(minute)).pop().and_then(|last| last.number());
        let person = |person: &u8| ["anna", "bea", "carl"][usize::from(*person)];
        match (happens, latest) {
            (Happens::Fires(key), _) => {
                since.entry(*key).or_insert(minute);
                journal.fires(minute, &key.to_string());
            }
            (Happens::Ends(key), _) => {
                if let Some(started) = since.remove(key) {
                    journal.ends(minute, &key.to_string(), started);
                }
            }
            (Happens::Takes(who), Some(incident)) => {
                by(&mut journal, minute, person(who), Act::Acknowledged { incident });
            }
            (Happens::Resolves(who), Some(incident)) => {
                by(&mut journal, minute, person(who), Act::Resolved { incident, text: None });
            }
            (Happens::Updates(who), Some(incident)) => {
                by(
                    &mut journal,
                    minute,
                    person(who),
                    Act::Updated { incident, agreement: None, text: prose() },
                );
            }
            (Happens::Reopens(who), Some(incident)) => {
                by(
                    &mut journal,
                    minute,
                    person(who),
                    Act::Reopened { incident, agreement: None, text: None },
                );
            }
            (_, None) => {}
        }
    }
    journal.until(at(minute + 100));
    (journal, minute + 100)
}

/// Who acknowledged it while it was open, and when.
fn takers(incident: &Incident) -> Vec<(Instant, PersonId)> {
    let was_open = |at: Instant| {
        incident
            .stages
            .iter()
            .any(|stage| at >= stage.opened && stage.closed.is_none_or(|(closed, _)| at <= closed))
    };
    let mut takers = Vec::new();
    for deed in &incident.deeds {
        if matches!(deed.act, Act::Acknowledged { .. }) && was_open(deed.at) {
            takers.push((deed.at, deed.by.clone()));
        }
    }
    takers
}

/// Who said last that it was over.
fn ender(incident: &Incident) -> Option<PersonId> {
    let since = incident.stages.last().unwrap().opened;
    let mut ended = incident.deeds.iter().filter(|deed| matches!(deed.act, Act::Resolved { .. }));
    ended.rfind(|deed| deed.at >= since).map(|deed| deed.by.clone())
}

fn slow_times(mut spans: Vec<Span>) -> Times {
    spans.sort();
    let rank = |percent: usize| spans.get((spans.len() * percent).div_ceil(100).max(1) - 1).copied();
    let sum: i64 = spans.iter().map(|span| span.micros()).sum();
    let mean =
        i64::try_from(spans.len()).ok().filter(|n| *n > 0).map(|n| Span::from_micros(sum.div_euclid(n)));
    Times { count: spans.len() as u64, mean, median: rank(50), ninetieth: rank(90) }
}

/// What these people did together, counted slowly; none where that is nothing.
fn slow_team(
    journal: &Journal,
    as_of: Instant,
    window: Interval,
    people: &BTreeSet<PersonId>,
) -> Option<Doings> {
    let (mut did, mut taken) = (Doings::default(), Vec::new());
    for incident in journal.state.incidents(&"checkout".into(), as_of) {
        let takers = takers(&incident);
        for deed in &incident.deeds {
            let theirs = window.contains(deed.at) && people.contains(&deed.by);
            did.updates += u64::from(theirs && matches!(deed.act, Act::Updated { .. }));
        }
        let first = takers.first().filter(|(_, who)| people.contains(who));
        taken.extend(first.filter(|(at, _)| window.contains(*at)).map(|(at, _)| *at - incident.opened()));
        if incident.closed().is_none_or(|(at, _)| !window.contains(at)) {
            continue;
        }
        let ender = ender(&incident);
        did.resolved += u64::from(ender.as_ref().is_some_and(|who| people.contains(who)));
        if first.is_some() {
            let had: BTreeSet<PersonId> = takers.into_iter().map(|(_, who)| who).chain(ender).collect();
            did.first_owner.whole += 1;
            did.first_owner.part += u64::from(had.is_subset(people));
        }
    }
    did.acknowledged = slow_times(taken);
    (did != Doings::default()).then_some(did)
}

/// The same counted slowly, incident by incident and minute by minute.
fn slow(journal: &Journal, as_of: Instant, window: Interval) -> (Figures, Vec<Instant>) {
    let mut figures = Figures::default();
    let (mut taken, mut open, mut openings) = (Vec::new(), Vec::new(), Vec::new());
    for incident in journal.state.incidents(&"checkout".into(), as_of) {
        if window.contains(incident.opened()) {
            figures.opened += 1;
            openings.push(incident.opened());
        }
        let takers = takers(&incident);
        if let Some((at, _)) = takers.first().filter(|(at, _)| window.contains(*at)) {
            taken.push(*at - incident.opened());
        }
        let closings =
            incident.stages.iter().filter_map(|stage| stage.closed).filter(|(at, _)| window.contains(*at));
        figures.reopened.whole += closings.count() as u64;
        for pair in incident.stages.windows(2) {
            let (at, _) = pair[0].closed.unwrap();
            figures.reopened.part += u64::from(window.contains(at));
        }
        let Some((closed, _)) = incident.closed().filter(|(at, _)| window.contains(*at)) else { continue };
        // Everything happens at whole minutes, so that minutes can be counted.
        let (mut minute, mut length) = (incident.opened(), 0);
        while minute < closed {
            let inside = |stage: &crate::core::incident::Stage| {
                stage.opened <= minute && stage.closed.is_none_or(|(at, _)| minute < at)
            };
            length += i64::from(incident.stages.iter().any(inside));
            minute = minute + Span::from_minutes(1);
        }
        open.push(Span::from_minutes(length));
        if let Some((_, first)) = takers.first() {
            let last = ender(&incident);
            let kept = takers.iter().all(|(_, who)| who == first) && last.is_none_or(|last| last == *first);
            figures.first_owner.add(kept);
        }
    }
    (figures.acknowledged, figures.restored) = (slow_times(taken), slow_times(open));
    (figures, openings)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]
    #[test]
    fn a_scorecard_is_what_a_slow_count_gives(script in prop::collection::vec(happens(), 0..24)) {
        let (journal, minute) = history(&script);
        let teams = teams();
        let question = Question { teams: Some(&teams), ..asked(at(minute)) };
        let card = scorecard(&journal.state, &question);
        for (team, people) in &teams {
            let told = card.teams.iter().find(|of| of.team == *team).map(|of| of.did);
            prop_assert_eq!(told, slow_team(&journal, at(minute), question.window, people), "{}", team);
        }
        let (mut slowly, openings) = slow(&journal, at(minute), question.window);
        slowly.updates = counted(&journal, at(minute), ClockKind::Update);
        slowly.responses = counted(&journal, at(minute), ClockKind::Response);
        prop_assert_eq!(&card.whole, &slowly);
        prop_assert_eq!(card.load.opened.total(), openings.len() as u64);
        for opening in openings {
            use chrono::{Datelike, Timelike};
            let shown = local_time(Tz::UTC, opening);
            let day = shown.weekday().num_days_from_monday() as usize;
            prop_assert!(card.load.opened.0[day][shown.hour() as usize] > 0);
        }
        let people: u64 = card.people.iter().map(|person| person.did.acknowledged.count).sum();
        prop_assert_eq!(people, card.whole.acknowledged.count);
        let first: u64 = card.people.iter().map(|person| person.did.first_owner.whole).sum();
        prop_assert_eq!(first, card.whole.first_owner.whole);
        // A window cut in two counts the same incidents.
        let middle = at(minute / 2).min(question.window.end);
        let halves = [Interval::new(question.window.start, middle), Interval::new(middle, question.window.end)];
        let opened: u64 = halves
            .into_iter()
            .map(|window| scorecard(&journal.state, &Question { window, ..question }).whole.opened)
            .sum();
        prop_assert_eq!(opened, card.whole.opened);
    }
}
