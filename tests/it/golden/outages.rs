//! Availability counted again from the raw words of the monitors: cut at every moment at which anything changes, and
//! each piece looked at by itself.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use upheld::core::agreement::{Impact, ObjectiveKind};
use upheld::core::availability::ExclusionMode;
use upheld::core::event::{Act, Entry, Event, IncidentNumber, ServiceId, Severity, SignalStatus};
use upheld::core::interval::Interval;
use upheld::core::review::Document;
use upheld::core::review::document::Figure;
use upheld::core::time::{Instant, Span};

use super::{YEAR, monthly};
use crate::golden_year::customers::Customer;
use crate::golden_year::terms::{maintenance, monitor_of, versions};

const DAY: Span = Span::from_days(1);

/// What the monitors and people said of one service, as raw as it came.
#[derive(Default)]
struct Raw {
    /// By key: each firing word with when it was received, when it began, and whether it meant down.
    fired: BTreeMap<String, Vec<(Instant, Instant, bool)>>,
    ended: BTreeMap<String, Vec<(Instant, Instant)>>,
    confirmed: BTreeMap<String, Instant>,
    /// Opened by hand as down, and resolved by hand.
    opened: Vec<Instant>,
    resolved: Vec<Instant>,
    heard: Vec<Instant>,
}

fn gather(entries: &[Entry], service: &ServiceId, place: usize) -> Raw {
    let mut raw = Raw::default();
    let mut numbers: BTreeSet<IncidentNumber> = BTreeSet::new();
    // Those that were opened by hand as down, which are down again when a person reopens them.
    let mut by_hand: BTreeSet<IncidentNumber> = BTreeSet::new();
    for entry in entries {
        match &entry.event {
            Event::Signals { received, signals, .. } => {
                for signal in signals.iter().filter(|it| it.labels["service"] == service.as_str()) {
                    let key = signal.key.clone();
                    match signal.status {
                        SignalStatus::Firing => {
                            let word =
                                (*received, signal.started.unwrap(), signal.severity == Severity::Critical);
                            raw.fired.entry(key).or_default().push(word);
                        }
                        _ => raw.ended.entry(key).or_default().push((*received, signal.ended.unwrap())),
                    }
                }
            }
            Event::Confirmed { at, keys, .. } => {
                for key in keys {
                    raw.confirmed.insert(key.clone(), *at);
                }
            }
            Event::Heard { integration, at, .. } if *integration == monitor_of(place) => raw.heard.push(*at),
            Event::Numbered { incident, service: whose, anchor } if whose == service => {
                numbers.insert(*incident);
                if raw.opened.last() == Some(anchor) {
                    by_hand.insert(*incident);
                }
            }
            Event::Act { at, act, .. } => match act {
                Act::Opened { service: whose, impact: Impact::Down, .. } if whose == service => {
                    raw.opened.push(*at);
                }
                Act::Reopened { incident, .. } if by_hand.contains(incident) => raw.opened.push(*at),
                Act::Resolved { incident, .. } if numbers.contains(incident) => raw.resolved.push(*at),
                _ => {}
            },
            _ => {}
        }
    }
    raw
}

impl Raw {
    /// When it was down for certain, and when it fired for all anybody knew but nobody repeated it.
    fn downs(&self, as_of: Instant) -> (Vec<Interval>, Vec<Interval>) {
        let (mut downs, mut stale) = (Vec::new(), Vec::new());
        for (key, words) in &self.fired {
            let mut words = words.clone();
            words.sort();
            let ended = self.ended.get(key).map(Vec::as_slice).unwrap_or_default();
            let first = words.iter().map(|(received, ..)| *received);
            let received = first.chain(ended.iter().map(|(received, _)| *received)).min().unwrap();
            let start = words[0].1.max(received - DAY).min(received);
            let end = ended.iter().map(|(received, end)| *end.min(received)).max().map(|end| end.max(start));
            let confirmed =
                words.iter().map(|(received, ..)| *received).chain(self.confirmed.get(key).copied()).max();
            for (place, (received, _, down)) in words.iter().enumerate() {
                let from = if place == 0 { start } else { (*received).max(start) };
                let next = words.get(place + 1).map(|(received, ..)| (*received).max(start));
                let until = next.unwrap_or(Instant::MAX).min(end.unwrap_or(as_of));
                if !down || until <= from {
                    continue;
                }
                let sure =
                    if end.is_some() { Instant::MAX } else { confirmed.unwrap() + Span::from_hours(8) };
                downs.push(Interval::new(from, until.min(sure).max(from)));
                stale.push(Interval::new(from.max(sure).min(until), until));
            }
        }
        for from in &self.opened {
            let until = self.resolved.iter().find(|at| *at > from).copied().unwrap_or(as_of);
            downs.push(Interval::new(*from, until));
        }
        (downs, stale)
    }

    /// When its monitor was known to live.
    fn observed(&self, place: usize) -> Vec<Interval> {
        let lasts = match monitor_of(place).as_str() {
            "alertmanager" => Span::from_hours(5),
            "zabbix" => Span::from_hours(13),
            // Its silence says that all is well.
            _ => return vec![Interval::new(self.heard[0], Instant::MAX)],
        };
        self.heard.iter().map(|at| Interval::new(*at, *at + lasts)).collect()
    }
}

/// Microseconds of a month, by what they were.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    down: i64,
    unknown: i64,
    excluded: i64,
    total: i64,
}

fn count(parts: &[Interval], known: &Known) -> Counted {
    let mut counted = Counted::default();
    for part in parts {
        let mut cuts: BTreeSet<Instant> = [part.start, part.end].into();
        for interval in known.all() {
            cuts.extend([interval.start, interval.end].into_iter().filter(|at| part.contains(*at)));
        }
        let cuts: Vec<Instant> = cuts.into_iter().collect();
        for pair in cuts.windows(2) {
            let lasts = (pair[1] - pair[0]).micros();
            let within = |all: &[Interval]| all.iter().any(|interval| interval.contains(pair[0]));
            counted.total += lasts;
            if within(&known.excluded) {
                counted.excluded += lasts;
            } else if within(&known.downs) {
                counted.down += lasts;
            } else if within(&known.stale) || !within(&known.observed) {
                counted.unknown += lasts;
            }
        }
    }
    counted
}

struct Known {
    downs: Vec<Interval>,
    stale: Vec<Interval>,
    observed: Vec<Interval>,
    excluded: Vec<Interval>,
}

impl Known {
    fn all(&self) -> impl Iterator<Item = &Interval> {
        self.downs.iter().chain(&self.stale).chain(&self.observed).chain(&self.excluded)
    }
}

/// The parts of a window in which each version was in force and promised anything of the service.
fn parts(customer: &Customer, service: &ServiceId, window: Interval) -> Vec<Interval> {
    let all = versions(customer);
    let mut parts = Vec::new();
    for (place, (from, terms)) in all.iter().enumerate() {
        let until = all.get(place + 1).map_or(Instant::MAX, |(next, _)| *next);
        let term = Interval::new(terms.starts, terms.ends.unwrap_or(Instant::MAX));
        let part = window.intersect(Interval::new(*from, until)).intersect(term);
        if terms.services.contains(service) && !part.is_empty() {
            parts.push(part);
        }
    }
    parts
}

#[test]
fn availability_is_what_the_raw_words_give_for_every_customer_service_and_month() {
    let year = &*YEAR;
    let places: BTreeMap<ServiceId, usize> = crate::golden_year::customers::services()
        .into_iter()
        .enumerate()
        .map(|(n, sold)| (sold.id, n))
        .collect();
    let (mut rows, mut wrong) = (0, Vec::new());
    for (agreement, documents) in monthly(year) {
        let customer = Customer::of(agreement).unwrap();
        for document in documents {
            let entries = &year.entries[..document.provenance.sequence as usize];
            for (service, figure) in availabilities(document) {
                let raw = gather(entries, service, places[service]);
                let (downs, stale) = raw.downs(document.provenance.as_of);
                let observed = raw.observed(places[service]);
                let known = Known { downs, stale, observed, excluded: maintenance(customer) };
                let counted = count(&parts(customer, service, document.window), &known);
                rows += 1;
                if let Some(difference) = differs(customer, figure, &counted) {
                    wrong.push(format!("{agreement} {service} {}: {difference}", document.window.start));
                }
            }
        }
    }
    assert!(rows > 600, "{rows}");
    assert!(wrong.is_empty(), "{} of {rows} differ:\n{}", wrong.len(), wrong.join("\n"));
    println!("{rows} months of services counted again");
}

fn availabilities(document: &Document) -> impl Iterator<Item = (&ServiceId, &Figure)> {
    document.objectives.iter().filter(|row| row.name == "availability").filter_map(|row| {
        assert_eq!(row.window, document.window);
        Some((&row.service.as_ref()?.0, &row.value))
    })
}

fn differs(customer: &Customer, figure: &Figure, counted: &Counted) -> Option<String> {
    let Figure::Availability { value, down, unknown, excluded, .. } = figure else { panic!("{figure:?}") };
    let said = Counted {
        down: down.micros(),
        unknown: unknown.micros(),
        excluded: excluded.micros(),
        total: counted.total,
    };
    let terms = &versions(customer)[0].1;
    let subtracts = terms.objectives.iter().any(|objective| {
        matches!(&objective.kind, ObjectiveKind::Availability(terms) if terms.exclusions == ExclusionMode::Subtract)
    });
    let judged = counted.total - counted.unknown - if subtracts { counted.excluded } else { 0 };
    // Percent, rounded down to six decimals.
    let share = (judged > 0).then(|| {
        let shown = i128::from(judged - counted.down) * 100_000_000 / i128::from(judged);
        Decimal::from_i128_with_scale(shown, 6)
    });
    (said != *counted || *value != share)
        .then(|| format!("said {said:?} {value:?}, counted {counted:?} {share:?}"))
}
