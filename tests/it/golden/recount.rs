//! Incidents and responses counted again from what happened, by a plain sweep over each service.

use std::collections::BTreeMap;

use upheld::core::agreement::{ClockKind, ClockStart, ObjectiveKind, Priority, Publish, ServiceLevel, Terms};
use upheld::core::event::{Act, Entry, Event, IncidentNumber, ServiceId, Severity, SignalStatus};
use upheld::core::incident::{OPENED_PRIORITY, REPORTED_PRIORITY};
use upheld::core::review::Document;
use upheld::core::review::document::Figure;
use upheld::core::stopwatch::Target;
use upheld::core::time::{Instant, Span};

use super::{YEAR, monthly};
use crate::golden_year::customers::Customer;
use crate::golden_year::terms::versions;

const QUIET: Span = Span::from_minutes(5);
const REOPENS: Span = Span::from_minutes(30);

/// A stretch in which something was wrong, by a monitor or by a person.
#[derive(Clone, Copy, Debug)]
struct Spell {
    from: Instant,
    until: Instant,
    /// When it was first known, and when its end was.
    known: Instant,
    end_known: Instant,
    /// None for one of a monitor.
    person: Option<Person>,
    priority: Priority,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Person {
    Operator,
    Customer,
}

/// Spells that lie close together.
#[derive(Clone, Debug)]
struct Case {
    service: ServiceId,
    spells: Vec<Spell>,
    deeds: Vec<(Instant, Act)>,
    /// When monitors said that something fires.
    words: Vec<Instant>,
}

#[derive(Default)]
struct Words {
    fired: Vec<(Instant, Instant, Severity)>,
    ended: Vec<(Instant, Instant)>,
}

fn spells(entries: &[Entry], service: &ServiceId) -> Vec<Spell> {
    let mut keys: BTreeMap<&str, Words> = BTreeMap::new();
    let mut holds: Vec<(Instant, Person, Priority)> = Vec::new();
    let mut resolves: Vec<Instant> = Vec::new();
    let mut whose: BTreeMap<IncidentNumber, &ServiceId> = BTreeMap::new();
    for entry in entries {
        match &entry.event {
            Event::Signals { received, signals, .. } => {
                for signal in signals.iter().filter(|it| it.labels["service"] == service.as_str()) {
                    let words = keys.entry(&signal.key).or_default();
                    match signal.status {
                        SignalStatus::Firing => {
                            words.fired.push((*received, signal.started.unwrap(), signal.severity));
                        }
                        _ => words.ended.push((*received, signal.ended.unwrap())),
                    }
                }
            }
            Event::Numbered { incident, service, .. } => drop(whose.insert(*incident, service)),
            Event::Act { at, act, .. } => match act {
                Act::Opened { service: place, priority, .. } if place == service => {
                    holds.push((*at, Person::Operator, priority.unwrap_or(OPENED_PRIORITY)));
                }
                Act::Reported { service: place, .. } if place == service => {
                    holds.push((*at, Person::Customer, REPORTED_PRIORITY));
                }
                Act::Reopened { incident, .. } if whose.get(incident) == Some(&service) => {
                    holds.push((*at, Person::Customer, OPENED_PRIORITY));
                }
                Act::Resolved { incident, .. } if whose.get(incident) == Some(&service) => resolves.push(*at),
                _ => {}
            },
            _ => {}
        }
    }
    let mut spells: Vec<Spell> = keys.values().map(of_monitor).collect();
    spells.sort_by_key(|spell| spell.from);
    let runs = runs(&spells);
    spells.extend(holds.into_iter().map(|(from, person, priority)| {
        let resolved = resolves.iter().find(|at| **at > from).copied().unwrap_or(Instant::MAX);
        // What joins an incident that a monitor sees is over when the monitor says so.
        let run = runs.iter().find(|(begins, ends)| *begins <= from && from < *ends);
        let until = run.map_or(resolved, |(_, ends)| resolved.min(*ends));
        Spell { from, until, known: from, end_known: until, person: Some(person), priority }
    }));
    spells.sort_by_key(|spell| spell.from);
    spells
}

/// Where the monitors say without a real pause that something is wrong.
fn runs(spells: &[Spell]) -> Vec<(Instant, Instant)> {
    let mut runs: Vec<(Instant, Instant)> = Vec::new();
    for spell in spells {
        match runs.last_mut() {
            Some((_, ends)) if spell.from < *ends + QUIET => *ends = (*ends).max(spell.until),
            _ => runs.push((spell.from, spell.until)),
        }
    }
    runs
}

fn of_monitor(words: &Words) -> Spell {
    let mut fired = words.fired.clone();
    fired.sort();
    let first = fired.iter().map(|(received, ..)| *received);
    let known = first.chain(words.ended.iter().map(|(received, _)| *received)).min().unwrap();
    let from = fired[0].1.max(known - Span::from_days(1)).min(known);
    let until = words.ended.iter().map(|(received, end)| *end.min(received)).max();
    let told = words.ended.iter().map(|(received, _)| *received).min();
    let until = until.map_or(Instant::MAX, |until| until.max(from));
    let gravest = fired.iter().map(|(.., severity)| *severity).max().unwrap();
    Spell {
        from,
        until,
        known,
        end_known: told.map_or(Instant::MAX, |told| told.max(until + QUIET)),
        person: None,
        priority: match gravest {
            Severity::Critical => Priority::P1,
            Severity::Error => Priority::P2,
            _ => Priority::P3,
        },
    }
}

/// Spells that follow one another within half an hour are one case.
fn cases(entries: &[Entry], service: &ServiceId) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for spell in spells(entries, service) {
        match cases.last_mut() {
            Some(last) if spell.from <= last.end() + REOPENS => last.spells.push(spell),
            _ => cases.push(Case {
                service: service.clone(),
                spells: vec![spell],
                deeds: Vec::new(),
                words: Vec::new(),
            }),
        }
    }
    let mut anchors: BTreeMap<IncidentNumber, Instant> = BTreeMap::new();
    for entry in entries {
        match &entry.event {
            Event::Numbered { incident, service: whose, anchor } if whose == service => {
                anchors.insert(*incident, *anchor);
            }
            Event::Signals { received, signals, .. } => {
                let fires = signals.iter().any(|signal| {
                    signal.status == SignalStatus::Firing && signal.labels["service"] == service.as_str()
                });
                cases.iter_mut().filter(|_| fires).for_each(|case| case.words.push(*received));
            }
            Event::Confirmed { at, keys, .. } => {
                let own =
                    keys.iter().any(|key| key.rsplit_once('-').is_some_and(|(of, _)| of == service.as_str()));
                cases.iter_mut().filter(|_| own).for_each(|case| case.words.push(*at));
            }
            Event::Act { at, act, .. } => {
                let Some(anchor) = act.incident().and_then(|number| anchors.get(&number)) else { continue };
                let place = cases.partition_point(|case| case.from() <= *anchor);
                if let Some(case) = place.checked_sub(1).and_then(|place| cases.get_mut(place)) {
                    case.deeds.push((*at, act.clone()));
                }
            }
            _ => {}
        }
    }
    cases
}

impl Case {
    fn from(&self) -> Instant {
        self.spells[0].from
    }

    fn end(&self) -> Instant {
        self.spells.iter().map(|spell| spell.until).max().unwrap()
    }

    fn known(&self) -> Instant {
        self.spells.iter().map(|spell| spell.known).min().unwrap()
    }

    /// Whether the customer may know of it.
    fn is_told(&self, terms: &Terms) -> bool {
        let own = |whose: &Option<_>| whose.as_ref().is_none_or(|whose| *whose == terms.agreement);
        let written =
            self.deeds.iter().any(|(_, act)| matches!(act, Act::Updated { agreement, .. } if own(agreement)));
        let by_customer = self.spells.iter().any(|spell| spell.person == Some(Person::Customer));
        match terms.publish {
            Publish::After(delay) => {
                let over = self.spells.iter().map(|spell| spell.end_known).max().unwrap();
                written || by_customer || self.known() + delay <= over
            }
            _ => true,
        }
    }

    fn priority(&self, terms: &Terms) -> Priority {
        let monitors = self.spells.iter().filter(|spell| spell.person.is_none()).map(|spell| spell.priority);
        let found = monitors.chain([self.spells[0].priority]).min().unwrap();
        if terms.clocks.pin_at_start {
            return found;
        }
        let set = self.deeds.iter().rev().find_map(|(_, act)| match act {
            Act::Prioritised { priority, .. } => Some(*priority),
            _ => None,
        });
        set.unwrap_or(found)
    }

    /// The gaps between its spells that were long enough to count as over.
    fn gaps(&self) -> Vec<(Instant, Instant)> {
        let mut gaps = Vec::new();
        let mut until = self.spells[0].until;
        for spell in &self.spells[1..] {
            // What people open is another stage whenever what was before is over.
            let least = if spell.person.is_some() { Span::ZERO } else { QUIET };
            if spell.from > until && spell.from - until >= least {
                gaps.push((until, spell.from));
            }
            until = until.max(spell.until);
        }
        // A person may call it over while a monitor says that it fires; it is, until the monitor says so again.
        for (at, _) in self.deeds.iter().filter(|(_, act)| matches!(act, Act::Resolved { .. })) {
            if self.spells.iter().any(|spell| spell.from < *at && *at < spell.until) {
                let words = self.words.iter().filter(|word| *word > at).min();
                let next = self.spells.iter().map(|spell| spell.from).filter(|from| from > at).min();
                let again = words.copied().into_iter().chain(next).min().unwrap_or(Instant::MAX);
                gaps.push((*at, again.min(self.end())));
            }
        }
        gaps.sort();
        gaps
    }

    /// The first response: by when, how long it took, and when that was decided against `target`.
    fn response(&self, terms: &Terms, target: Span, as_of: Instant) -> Option<(Instant, bool)> {
        if self.spells[0].person == Some(Person::Operator) {
            return None;
        }
        let start = match terms.clocks.start {
            ClockStart::FirstSignal => {
                let monitors = self.spells.iter().filter(|spell| spell.person.is_none());
                monitors.map(|spell| spell.known).min().unwrap_or_else(|| self.known())
            }
            _ => self.from(),
        };
        let own = |whose: &Option<_>| whose.as_ref().is_none_or(|whose| *whose == terms.agreement);
        let responds = |act: &Act| match act {
            Act::Acknowledged { .. } => true,
            Act::Updated { agreement, .. } => own(agreement),
            _ => false,
        };
        let responded = self.deeds.iter().filter(|(_, act)| responds(act)).map(|(at, _)| *at).min();
        let stop = responded.unwrap_or(Instant::MAX).min(self.end()).min(as_of).max(start);
        let rest: Span = self
            .gaps()
            .into_iter()
            .map(|(from, until)| (until.min(stop).max(start) - from.max(start)).or_zero())
            .sum();
        let late = stop - start - rest > target;
        let mut breach = start + target;
        for (from, until) in self.gaps() {
            if from >= start && from <= breach {
                breach = breach + (until - from);
            }
        }
        let decided = if late { breach } else { stop };
        let is_decided = late || responded.is_some_and(|at| at <= as_of) || self.end() <= as_of;
        is_decided.then_some((decided, !late))
    }
}

/// The version that judges a case.
fn judging<'a>(all: &'a [(Instant, Terms)], case: &Case, as_of: Instant) -> Option<&'a Terms> {
    let at = |moment: Instant| all.iter().rev().find(|(from, _)| *from <= moment).map(|(_, terms)| terms);
    let first = at(case.from())?;
    let covers = first.starts <= case.from() && first.ends.is_none_or(|ends| case.from() < ends);
    let terms = if first.clocks.pin_at_start { first } else { at(case.end().min(as_of))? };
    (covers && terms.services.contains(&case.service)).then_some(terms)
}

/// Every case of a customer, as known when the review was made.
fn all(document: &Document, customer: &Customer) -> Vec<Case> {
    let entries = &YEAR.entries[..document.provenance.sequence as usize];
    let services = versions(customer).into_iter().flat_map(|(_, terms)| terms.services);
    let services: std::collections::BTreeSet<ServiceId> = services.collect();
    services.iter().flat_map(|service| cases(entries, service)).collect()
}

#[test]
fn incidents_are_what_a_plain_sweep_counts_for_every_customer_and_month() {
    let (mut counted, mut wrong) = (0, Vec::new());
    for (agreement, documents) in monthly(&YEAR) {
        let customer = Customer::of(agreement).unwrap();
        let versions = versions(customer);
        for document in documents {
            let cases = all(document, customer);
            let within = cases.iter().filter(|case| document.window.contains(case.from()));
            let told = within.filter(|case| {
                judging(&versions, case, document.provenance.as_of).is_some_and(|terms| case.is_told(terms))
            });
            let count = told.count();
            counted += count;
            if document.incidents.count as usize != count {
                let window = document.window.start;
                wrong.push(format!(
                    "{agreement} {window}: said {}, counted {count}",
                    document.incidents.count
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    println!("{counted} incidents counted again");
}

#[test]
fn responses_in_time_are_what_a_plain_sweep_counts_for_every_customer_round_the_clock() {
    let (mut counted, mut wrong) = (0, Vec::new());
    for (agreement, documents) in monthly(&YEAR) {
        let customer = Customer::of(agreement).unwrap();
        if customer.level > ServiceLevel::Sil3 {
            continue;
        }
        let versions = versions(customer);
        for document in documents {
            let as_of = document.provenance.as_of;
            let (mut met, mut of) = (0, 0);
            for case in all(document, customer) {
                let Some(terms) = judging(&versions, &case, as_of) else { continue };
                let Some(target) = target(terms, case.priority(terms)) else { continue };
                let Some((decided, in_time)) = case.response(terms, target, as_of) else { continue };
                if document.window.contains(decided) {
                    met += u32::from(in_time);
                    of += 1;
                }
            }
            let row = document.objectives.iter().find(|row| row.name == "response").unwrap();
            let Figure::InTime { met: said_met, of: said_of, .. } = row.value else { panic!("{row:?}") };
            counted += of;
            if (said_met, said_of) != (met, of) {
                let window = document.window.start;
                wrong.push(format!("{agreement} {window}: said {said_met}/{said_of}, counted {met}/{of}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    println!("{counted} responses counted again");
}

fn target(terms: &Terms, priority: Priority) -> Option<Span> {
    let mut clocks = terms.objectives.iter().filter_map(|objective| match &objective.kind {
        ObjectiveKind::Clock(clock) if clock.clock == ClockKind::Response => Some(clock),
        _ => None,
    });
    match clocks.next()?.targets.get(&priority)? {
        Target::Elapsed(span) => Some(*span),
        Target::BusinessDays { .. } => None,
    }
}
