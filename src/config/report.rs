//! What `upheld check` says: what was understood, in words, and every problem.

mod reviews;
mod surveys;

use std::collections::BTreeSet;
use std::fmt::Write;

use chrono_tz::Tz;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::people::{Binding, Role};
use super::value::{duration_words, target_words};
use super::{AgreementFile, Config, Loaded, Severity};
use crate::core::agreement::{
    AvailabilityTerms, ClockTerms, Combination, ComplaintStage, Measure, Objective, ObjectiveKind, Publish,
    SatisfactionTerms, Silence, Terms,
};
use crate::core::availability::{ExclusionMode, UnknownPolicy};
use crate::core::calendar::{Calendar, local_time};
use crate::core::interval::Interval;
use crate::core::score::ScoreKind;
use crate::core::time::{Instant, Span};
use crate::core::window::{WindowKind, next_window, window_at};

/// The text of `upheld check`: what was understood when nothing is broken, then every problem, then the sum.
pub fn check_report(loaded: &Loaded, now: Instant) -> String {
    let mut text = String::new();
    if let Some(config) = &loaded.config {
        let Ok(()) = understood(&mut text, config, now) else { return text };
        text.push('\n');
    }
    for problem in &loaded.problems {
        text.push_str(&problem.to_string());
        text.push('\n');
    }
    let errors = loaded.errors();
    let warnings = loaded.problems.iter().filter(|problem| problem.severity == Severity::Warning).count();
    text.push_str(&match (errors, warnings) {
        (0, 0) => "No problems.\n".to_owned(),
        (0, _) => format!("No errors, {}.\n", counted(warnings, "warning")),
        (_, 0) => format!("{}; nothing is loaded.\n", counted(errors, "error")),
        _ => format!("{}, {}; nothing is loaded.\n", counted(errors, "error"), counted(warnings, "warning")),
    });
    text
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn understood(text: &mut String, config: &Config, now: Instant) -> std::fmt::Result {
    for (id, file) in &config.agreements {
        agreement(text, id.as_str(), file, now)?;
    }
    surveys::surveys(text, config, now)?;
    reviews::reviews(text, config, now)?;
    services(text, config)?;
    integrations(text, config)?;
    people(text, config)?;
    teams(text, config)
}

fn agreement(text: &mut String, id: &str, file: &AgreementFile, now: Instant) -> std::fmt::Result {
    let terms = &file.terms;
    writeln!(
        text,
        "Agreement {id}: {}, {}, incidents {}-1, …",
        terms.customer, terms.level, terms.reference
    )?;
    let services: Vec<&str> = terms.services.iter().map(|service| service.as_str()).collect();
    writeln!(text, "  services      {}", services.join(", "))?;
    let ends = terms.ends.map_or("open-ended".to_owned(), |ends| format!("to {}", last(ends, terms.zone)));
    writeln!(text, "  term          from {}, {ends} ({})", shown(terms.starts, terms.zone), terms.zone)?;
    let publish = match terms.publish {
        Publish::AtOnce => "at once".to_owned(),
        Publish::After(delay) => format!("after {}", duration_words(delay)),
        Publish::OnApproval => "when an operator approves".to_owned(),
    };
    writeln!(text, "  told          {publish}; in {}", channels(&file.operations.channels))?;
    writeln!(text, "  on call       {}", or_nobody(&file.operations.on_call.join(", then ")))?;
    for objective in &terms.objectives {
        writeln!(text, "  promise       {}", promise(terms, objective, now))?;
    }
    let kinds: BTreeSet<WindowKind> = terms.objectives.iter().map(|objective| objective.window).collect();
    for kind in kinds.into_iter().filter(|kind| !matches!(kind, WindowKind::Rolling(_))) {
        let window = window_at(kind, terms.zone, now);
        let next = next_window(kind, terms.zone, window);
        writeln!(
            text,
            "  this {:<8} {}; the next ends {}",
            kind.to_string(),
            bounds(window, terms.zone),
            shown(next.end, terms.zone)
        )?;
    }
    writeln!(text, "  terms         sha256 {}\n", file.sha256)
}

fn channels(bindings: &[Binding]) -> String {
    let each = |binding: &Binding| format!("{} ({}, {})", binding.address, binding.language, binding.zone);
    or_nobody(&bindings.iter().map(each).collect::<Vec<_>>().join(", "))
}

fn or_nobody(text: &str) -> String {
    if text.is_empty() { "nobody".to_owned() } else { text.to_owned() }
}

/// One objective as a sentence.
fn promise(terms: &Terms, objective: &Objective, now: Instant) -> String {
    let per = match objective.window {
        WindowKind::Rolling(length) => format!("over the last {}", duration_words(length)),
        kind => format!("per {kind}"),
    };
    let hours = match objective.calendar.as_str() {
        "always" => "round the clock".to_owned(),
        name => format!("in the hours of `{name}`"),
    };
    let of = if objective.services.is_empty() {
        String::new()
    } else {
        let names: Vec<&str> = objective.services.iter().map(|service| service.as_str()).collect();
        format!(" of {}", names.join(", "))
    };
    let what = match &objective.kind {
        ObjectiveKind::Availability(availability) => {
            let window = window_at(objective.window, terms.zone, now);
            let open = calendar(terms, objective).elapsed(window.start, window.end);
            format!(
                "{} % of the time{of}, {hours}, {per}{}",
                availability.target,
                reckoning(availability, open)
            )
        }
        ObjectiveKind::Clock(clock) => format!("{}{of}, {hours}, {per}", within(clock)),
        ObjectiveKind::Complaints(complaints) => format!(
            "{} % of the complaints{of} {} within {}, {hours}, {per}",
            complaints.share,
            handled(complaints.stage),
            target_words(complaints.target)
        ),
        ObjectiveKind::Satisfaction(satisfaction) => {
            format!("{} in the survey `{}`, {per}", satisfied(satisfaction), satisfaction.survey)
        }
    };
    format!("{}: {what}", objective.name)
}

const fn handled(stage: ComplaintStage) -> &'static str {
    match stage {
        ComplaintStage::Acknowledge => "acknowledged",
        ComplaintStage::Answer => "answered",
        ComplaintStage::Resolve => "resolved",
    }
}

fn satisfied(terms: &SatisfactionTerms) -> String {
    match terms.score {
        ScoreKind::Csat { satisfied_from, .. } => {
            format!("{} % of the answers {satisfied_from} or better", terms.target)
        }
        ScoreKind::Nps => format!("an NPS of at least {}", terms.target),
        ScoreKind::Mean { .. } => format!("a mean of at least {}", terms.target),
    }
}

/// Terms that came through the checks have every calendar they name.
fn calendar(terms: &Terms, objective: &Objective) -> Calendar {
    terms.calendars.get(&objective.calendar).cloned().unwrap_or_else(|| Calendar::always(terms.zone))
}

fn reckoning(availability: &AvailabilityTerms, open: Span) -> String {
    let share = Decimal::ONE_HUNDRED - availability.target;
    let budget = (Decimal::from(open.seconds()) * share / Decimal::ONE_HUNDRED).floor().to_i64().unwrap_or(0);
    let excluded = match availability.exclusions {
        ExclusionMode::Subtract => "excluded time leaves the reckoning",
        ExclusionMode::CountUp => "excluded time counts as up",
    };
    let unknown = match availability.unknown {
        UnknownPolicy::Leaves => "unknown time leaves it",
        UnknownPolicy::Down => "unknown time counts as down",
        UnknownPolicy::Up => "unknown time counts as up",
    };
    let components = match availability.combination {
        Combination::AnyDown => "down when any component is",
        Combination::AllDown => "down when all components are",
        Combination::ComponentSeconds => "each component's time counts",
    };
    let budget = duration_words(Span::from_seconds(budget));
    format!(", so {budget} down in this window; {excluded}, {unknown}; {components}")
}

fn within(clock: &ClockTerms) -> String {
    let times: Vec<String> = clock
        .targets
        .iter()
        .map(|(priority, target)| format!("{priority} {}", target_words(*target)))
        .collect();
    let measure = match clock.measure {
        Measure::Share { percent } => format!("{percent} % of the incidents within"),
        Measure::Percentile { percent } => format!("percentile {percent} within"),
        Measure::Mean => "mean within".to_owned(),
    };
    format!("{measure} {}", times.join(", "))
}

fn services(text: &mut String, config: &Config) -> std::fmt::Result {
    for (id, service) in &config.book.services {
        let name = service.name.get("en").map_or("", String::as_str);
        let agreements: Vec<&str> = config
            .agreements
            .iter()
            .filter(|(_, file)| file.terms.services.contains(id))
            .map(|(agreement, _)| agreement.as_str())
            .collect();
        let observers: Vec<&str> = service.observed_by.iter().map(|observer| observer.as_str()).collect();
        let (to, by) = (or_nobody(&agreements.join(", ")), or_nobody(&observers.join(", ")));
        writeln!(text, "Service {id}: {name}; promised to {to}; watched by {by}")?;
    }
    writeln!(text)
}

fn integrations(text: &mut String, config: &Config) -> std::fmt::Result {
    for (id, integration) in &config.integrations {
        let liveness = &integration.liveness;
        let after = duration_words(liveness.silence_after);
        let silence = match &liveness.silence {
            Silence::Heartbeat { labels } => {
                let labels: Vec<String> =
                    labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
                format!("unknown after {after} without heartbeat {}", labels.join(" "))
            }
            Silence::Unknown => format!("unknown after {after} of silence"),
            Silence::Up => "silence means up".to_owned(),
        };
        let ttl = duration_words(liveness.ttl);
        writeln!(
            text,
            "Monitor {id}: /webhooks/{id}; {silence}; a signal that is not repeated for {ttl} is unknown"
        )?;
    }
    Ok(())
}

fn people(text: &mut String, config: &Config) -> std::fmt::Result {
    let count = |role: Role| config.people.values().filter(|person| person.role == role).count();
    let nouns = [
        (Role::Operator, "operator"),
        (Role::Manager, "manager"),
        (Role::Auditor, "auditor"),
        (Role::Customer, "customer representative"),
    ];
    let counts = nouns.map(|(role, noun)| (count(role), noun)).into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, noun)| counted(count, noun)).collect();
    writeln!(text, "People: {}", or_nobody(&counts.join(", ")))
}

fn teams(text: &mut String, config: &Config) -> std::fmt::Result {
    for team in config.teams.values() {
        writeln!(text, "Team {}: {}; {}", team.id, team.name, team.members.join(", "))?;
    }
    Ok(())
}

fn bounds(window: Interval, zone: Tz) -> String {
    format!("{} – {}", shown(window.start, zone), shown(window.end, zone))
}

/// An end that is a midnight is said as the end of the day before.
fn last(ends: Instant, zone: Tz) -> String {
    let wall = local_time(zone, ends);
    match wall.date().pred_opt() {
        Some(day) if wall.time() == chrono::NaiveTime::MIN => format!("the end of {day}"),
        _ => shown(ends, zone),
    }
}

fn shown(at: Instant, zone: Tz) -> String {
    local_time(zone, at).format("%Y-%m-%d %H:%M").to_string()
}
