//! `[[terms.objectives]]`: what is promised.

mod keys;
mod voiced;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::Deserialize;

use keys::OWN_KEYS;
use voiced::{complaints, satisfaction};

pub(super) use keys::{EXCLUSION_MODES, OBJECTIVE};

use super::problem::{Wrong, did_you_mean, quoted};
use super::services::PRIORITIES;
use super::table::Table;
use super::value::{Percent, Slug, Value, Written, target_words};
use crate::core::agreement::{
    AvailabilityTerms, ClockKind, ClockTerms, Combination, Measure, Objective, ObjectiveKind, Priority,
};
use crate::core::availability::{ExclusionMode, PartialTerm, UnknownPolicy};
use crate::core::event::ServiceId;
use crate::core::stopwatch::Target;
use crate::core::time::Span;
use crate::core::window::WindowKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Measured {
    Availability,
    Complaints,
    Satisfaction,
    #[serde(untagged)]
    Clock(ClockKind),
}

/// The kinds that share their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Availability,
    Clock,
    Complaints,
    Satisfaction,
}

impl Measured {
    const fn family(self) -> Family {
        match self {
            Self::Availability => Family::Availability,
            Self::Clock(_) => Family::Clock,
            Self::Complaints => Family::Complaints,
            Self::Satisfaction => Family::Satisfaction,
        }
    }
}

/// The objectives of an agreement in the order written. `mode` is the agreement's own exclusion mode.
pub(super) fn objectives(terms: &Table<'_>, mode: Option<ExclusionMode>) -> Vec<Objective> {
    let tables = terms.tables("objectives");
    let mut objectives: Vec<Objective> = Vec::new();
    for table in &tables {
        let Some(objective) = objective(table, mode) else { continue };
        if objectives.iter().any(|other| other.name == objective.name) {
            let what = format!("there is already an objective {}", quoted(&objective.name));
            table.error("name", what, "give each objective a name of its own: name = \"…\"");
        }
        objectives.push(objective);
    }
    if tables.is_empty() && terms.has("objectives") && !terms.problems.spoilt(&terms.spot_of("objectives")) {
        terms.error(
            "objectives",
            "is empty, so nothing is promised",
            "add at least one [[terms.objectives]]",
        );
    }
    objectives
}

fn objective(table: &Table<'_>, mode: Option<ExclusionMode>) -> Option<Objective> {
    let kind: Option<Measured> = table.choice("kind");
    let name = table.value("name").map(|Slug(name)| name);
    let services: BTreeSet<ServiceId> =
        table.list("services").into_iter().map(|Slug(id)| ServiceId(id)).collect();
    if services.is_empty() && table.has("services") && !table.problems.spoilt(&table.spot_of("services")) {
        table.error("services", "is empty", "name services, or leave the key out for all of the agreement's");
    }
    let window: Option<WindowKind> = table.value("window");
    let calendar = table.value("calendar").map(|Slug(name)| name);
    let share = promised(table, "share");
    let minimum_items: Option<u32> = table.value("minimum_items");
    let availability = availability(table, mode, kind == Some(Measured::Availability));
    let clock_kind = kind.and_then(|kind| if let Measured::Clock(clock) = kind { Some(clock) } else { None });
    let clock = clock(table, share, minimum_items, clock_kind);
    let complaints = complaints(table, share, minimum_items, kind == Some(Measured::Complaints));
    let satisfaction = satisfaction(table, kind == Some(Measured::Satisfaction));
    table.finish();
    refuse_foreign(table, kind?.family());
    let (default_name, kind) = match kind? {
        Measured::Availability => ("availability", ObjectiveKind::Availability(availability?)),
        Measured::Clock(clock_kind) => (clock_kind.name(), ObjectiveKind::Clock(clock?)),
        Measured::Complaints => ("complaints", ObjectiveKind::Complaints(complaints?)),
        Measured::Satisfaction => ("satisfaction", ObjectiveKind::Satisfaction(satisfaction?)),
    };
    let name = name.unwrap_or_else(|| default_name.to_owned());
    Some(Objective { name, services, window: window?, calendar: calendar?, kind })
}

/// Keys that belong to other kinds would be read and mean nothing.
fn refuse_foreign(table: &Table<'_>, family: Family) {
    for (_, whose, names) in OWN_KEYS.iter().filter(|(families, ..)| !families.contains(&family)) {
        for name in names.iter().filter(|name| table.has(name)) {
            table.error(name, format!("is for {whose} only"), "leave it out");
        }
    }
}

/// A percentage that is promised: above 0, and no fraction by mistake.
fn promised(table: &Table<'_>, name: &str) -> Option<Decimal> {
    let Percent(percent) = table.value(name)?;
    promised_of(table, name, percent);
    Some(percent)
}

fn promised_of(table: &Table<'_>, name: &str, percent: Decimal) {
    if percent.is_zero() {
        table.error(name, "is 0 percent, which promises nothing", "write a percentage such as 99.9");
    } else if percent < Decimal::ONE {
        let meant = (percent * Decimal::ONE_HUNDRED).normalize();
        table.error(
            name,
            format!("is {percent} percent, less than one"),
            format!("if a share was meant, write it in percent: {meant}"),
        );
    }
}

fn availability(table: &Table<'_>, mode: Option<ExclusionMode>, wanted: bool) -> Option<AvailabilityTerms> {
    let target = promised(table, "target");
    let own_mode: Option<ExclusionMode> = table.choice("exclusion_mode");
    let unknown: Option<UnknownPolicy> = table.choice("unknown");
    let combination: Option<Combination> = table.choice("components");
    let minimum_downtime: Option<Span> = table.value("minimum_downtime");
    let degraded_is_down: Option<bool> = table.value("degraded_is_down");
    let partial_term: Option<PartialTerm> = table.choice("partial_term");
    if !wanted {
        return None;
    }
    if target.is_none() && !table.has("target") {
        table.error("target", "is missing", "add for example target = 99.9");
    }
    if target == Some(Decimal::ONE_HUNDRED) {
        table.warning(
            "target",
            "is 100 percent, which the first second of downtime misses",
            "promise a little less, such as 99.99, unless that is meant",
        );
    }
    let exclusions = own_mode.or(mode);
    if exclusions.is_none() && !table.has("exclusion_mode") {
        let remedy = "add exclusion_mode = \"subtract\" (excluded time leaves the reckoning) or \"count_up\" (it counts as up) to [terms]";
        table.error(
            "exclusion_mode",
            "is missing here and in [terms], and the two ways give different figures",
            remedy,
        );
    }
    Some(AvailabilityTerms {
        target: target?,
        exclusions: exclusions?,
        unknown: unknown?,
        combination: combination?,
        minimum_downtime: minimum_downtime?,
        degraded_is_down: degraded_is_down?,
        partial_term: partial_term?,
    })
}

fn clock(
    table: &Table<'_>,
    share: Option<Decimal>,
    minimum_items: Option<u32>,
    wanted: Option<ClockKind>,
) -> Option<ClockTerms> {
    let targets = targets(table);
    let measure = measure(table, share, wanted.is_some());
    let pauses: Option<bool> = table.value("pauses");
    let clock = wanted?;
    if targets.is_empty() && !table.problems.spoilt(&table.spot_of("targets")) {
        let what = if table.has("targets") { "is empty" } else { "is missing" };
        table.error("targets", what, "add for example targets = { P1 = \"15m\", P2 = \"1h\" }");
    }
    let pauses = pauses.unwrap_or(clock == ClockKind::Resolution);
    Some(ClockTerms { clock, targets, measure: measure?, pauses, minimum_items: minimum_items? })
}

fn targets(table: &Table<'_>) -> BTreeMap<Priority, Target> {
    let mut targets = BTreeMap::new();
    for (name, spot, value) in table.pairs("targets", Value::Target) {
        let Some(priority) =
            PRIORITIES.contains(&name.as_str()).then(|| name.parse::<Priority>().ok()).flatten()
        else {
            let what = format!("{} is not a priority", quoted(&name));
            table.problems.error(spot, Wrong::new(what, did_you_mean(&name, PRIORITIES.iter().copied())));
            continue;
        };
        match Target::read(value) {
            Ok(Target::Elapsed(span)) if span.is_zero() => {
                table
                    .problems
                    .error(spot, Wrong::new("is no time at all", "write a promised time such as \"15m\""));
            }
            Ok(target) => {
                targets.insert(priority, target);
            }
            Err(wrong) => table.problems.error(spot, wrong),
        }
    }
    warn_of_disorder(table, &targets);
    targets
}

/// A more urgent priority should not be given more time.
fn warn_of_disorder(table: &Table<'_>, targets: &BTreeMap<Priority, Target>) {
    let spans: Vec<(Priority, Span)> = targets
        .iter()
        .filter_map(|(priority, target)| match target {
            Target::Elapsed(span) => Some((*priority, *span)),
            Target::BusinessDays { .. } => None,
        })
        .collect();
    for pair in spans.windows(2) {
        let [(urgent, long), (calm, short)] = pair else { continue };
        if long > short {
            let what = format!(
                "{urgent} has {} and the less urgent {calm} only {}",
                target_words(Target::Elapsed(*long)),
                target_words(Target::Elapsed(*short))
            );
            table.warning("targets", what, "give the more urgent priority the shorter time");
        }
    }
}

fn measure(table: &Table<'_>, share: Option<Decimal>, wanted: bool) -> Option<Measure> {
    let share = share.map(|percent| Measure::Share { percent });
    let percentile = promised(table, "percentile").map(|percent| Measure::Percentile { percent });
    let mean: Option<bool> = table.value("mean");
    let mean = mean.filter(|mean| *mean).map(|_| Measure::Mean);
    if !wanted {
        return None;
    }
    let written = ["share", "percentile", "mean"].into_iter().filter(|name| table.has(name)).count();
    match written {
        1 => {
            if table.has("mean") && mean.is_none() && !table.problems.spoilt(&table.spot_of("mean")) {
                table.error(
                    "mean",
                    "is false, so it is not said how incidents become one figure",
                    "write mean = true, or share = 95",
                );
            }
        }
        0 => table.error(
            "share",
            "is missing, so it is not said how incidents become one figure",
            "add share = 95 (percent of the incidents in time), percentile = 95, or mean = true",
        ),
        _ => table.error("share", "`share`, `percentile` and `mean` exclude each other", "keep one of them"),
    }
    share.or(percentile).or(mean)
}
