//! The scorecard as people read it.

use super::*;
use crate::core::score::Trend;
use crate::core::scorecard::{Doings, Figures, Grid, Load, OfPerson, OfService, OfTeam, Part, Times, Trends};
use crate::core::time::{Instant, Span};
use crate::i18n::{Facts, KnownPerson, Language, Locale, lacks, speak};

/// Of lengths whose mean is no whole second.
fn times(minutes: &[i64]) -> Times {
    let spans: Vec<Span> =
        minutes.iter().map(|&minutes| Span::from_micros(minutes * 60_000_000 + 1)).collect();
    Times::of(&spans)
}

const fn part(part: u64, whole: u64) -> Part {
    Part { part, whole }
}

fn card() -> Scorecard {
    let at = |text: &str| Instant::parse(text).unwrap();
    let whole = Figures {
        opened: 9,
        acknowledged: times(&[3, 4, 4]),
        restored: times(&[17, 254, 8_000]),
        first_owner: part(5, 7),
        reopened: part(1, 8),
        updates: part(38, 40),
        responses: part(48, 50),
    };
    let earlier = Figures { opened: 1, acknowledged: times(&[31, 32, 34]), responses: part(30, 50), ..whole };
    let (unclear, zone) = (Trend::Unclear, chrono_tz::Europe::Berlin);
    let mut opened = Grid::default();
    opened.0[0][9] = 7;
    opened.0[0][10] = 1;
    opened.0[6][23] = 1;
    let anna = Doings { acknowledged: times(&[3, 4]), resolved: 2, first_owner: part(1, 2), updates: 1 };
    let ben = Doings { updates: 3, ..Doings::default() };
    let both = Doings { first_owner: part(2, 2), updates: 4, ..anna };
    let of = |service: &str, figures| OfService { service: service.into(), figures };
    Scorecard {
        window: Interval::new(at("2026-10-31T23:00:00Z"), at("2026-11-30T23:00:00Z")),
        before: Interval::new(at("2026-09-30T22:00:00Z"), at("2026-10-31T23:00:00Z")),
        zone,
        as_of: at("2026-11-23T02:00:00Z"),
        services: vec![
            of("checkout", whole.clone()),
            of("login", Figures { opened: 1, ..Figures::default() }),
        ],
        people: vec![
            OfPerson { person: "anna".into(), did: anna },
            OfPerson { person: "ben".into(), did: ben },
        ],
        teams: vec![OfTeam { team: "berlin".into(), did: both }],
        load: Load { opened, against: None },
        trends: Trends { first_owner: unclear, reopened: unclear, updates: unclear, responses: Trend::Risen },
        whole,
        earlier,
    }
}

fn told(people: People) -> Told {
    let name = |name: &str| Value::Name(name.to_owned());
    Told {
        period: stretch::read("2026-11", "2026-11-23".parse().unwrap()).unwrap(),
        of: None,
        card: card(),
        services: vec![name("Checkout"), name("Login")],
        teams: vec![name("Berlin desk")],
        people,
    }
}

fn team(id: &str, name: &str, members: &[&str]) -> People {
    let members = members.iter().map(|&person| person.into()).collect();
    People::Team { id: id.into(), name: Value::Name(name.to_owned()), members }
}

/// In both languages.
fn read(told: &Told) -> String {
    let doc = doc::doc(told, told.card.as_of);
    assert_eq!(lacks(&doc), []);
    let known = |id: &str, name: &str| {
        (PersonId::new(id), KnownPerson { name: name.to_owned(), accounts: Vec::new() })
    };
    let facts = Facts { people: [known("anna", "Anna"), known("ben", "Ben")].into(), ..Facts::default() };
    let speak = |language| speak(&doc, Locale { language, zone: told.card.zone }, &facts).plain_text();
    Language::ALL.map(speak).join("\n\n")
}

#[test]
fn a_scorecard_reads_as_it_was_approved() {
    let told = [
        told(People::All),
        told(People::Alone),
        told(People::One("ben".into())),
        told(team("berlin", "Berlin desk", &["anna"])),
        told(team("taipei", "臺北組", &["mei"])),
    ];
    insta::assert_snapshot!("scorecard", told.each_ref().map(read).join("\n\n--\n\n"));
}

#[test]
fn who_may_not_know_reads_of_nobody_and_no_team() {
    for people in [People::Nobody, People::Alone] {
        let text = read(&told(people));
        for hidden in ["Anna", "Ben", "Berlin desk", "By team", "By person", "依團隊", "依人員"] {
            assert!(!text.contains(hidden), "{hidden}: {text}");
        }
    }
}

#[test]
fn a_time_is_told_as_people_say_it() {
    let text = read(&told(People::All));
    assert!(text.contains("after 3 min 40 s on average; half within 4 min"), "{text}");
    assert!(
        text.contains("after 1 d 21 h on average; half within 4 h 14 min, nine in ten within 5 d 13 h"),
        "{text}"
    );
}

#[test]
fn the_load_is_drawn_where_there_is_any() {
    let mut told = told(People::Nobody);
    let drawn = |told: &Told| doc::doc(told, told.card.as_of).picture.is_some();
    assert!(drawn(&told));
    told.people = People::One("anna".into());
    assert!(!drawn(&told), "it is not one person's");
    told.people = People::Nobody;
    told.card.load.opened = Grid::default();
    assert!(!drawn(&told));
}
