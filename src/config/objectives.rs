//! `[[terms.objectives]]`: what is promised.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::Deserialize;

use super::problem::{Wrong, did_you_mean, quoted};
use super::schema::Kind::{List, Map, One, OneOf};
use super::schema::Need::{Default, Optional, Otherwise, Required};
use super::schema::{Section, key};
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

pub(super) const EXCLUSION_MODES: &[&str] = &["subtract", "count_up"];

pub(super) static OBJECTIVE: Section = Section {
    heading: "[[terms.objectives]]",
    about: "One promise. `kind = \"availability\"` promises a percentage of the time; the other kinds are clocks that run for each incident: `response` (to the first qualifying act), `resolution`, `update` (the longest time between two updates to the customer), `next_reply` (from the customer's earliest unanswered message), `waiting` (from the customer's report to the first human reply).",
    keys: &[
        key(
            "kind",
            OneOf(&["availability", "response", "resolution", "update", "next_reply", "waiting"]),
            Required,
            "What is measured.",
            "\"response\"",
        ),
        key(
            "name",
            One(Value::Id),
            Otherwise("the kind"),
            "What people call it, as in `/why response`; unique in the agreement.",
            "\"checkout-availability\"",
        ),
        key(
            "services",
            List(Value::Id),
            Optional,
            "The services concerned; absent means all of the agreement's.",
            "[\"checkout\"]",
        ),
        key(
            "window",
            One(Value::Window),
            Default("\"month\""),
            "The period over which it is judged.",
            "\"quarter\"",
        ),
        key(
            "calendar",
            One(Value::Id),
            Default("\"always\""),
            "The hours that count: a calendar of the agreement, or `always`.",
            "\"office\"",
        ),
        key(
            "target",
            One(Value::Percent),
            Otherwise("needed for availability"),
            "Availability: the promised percentage.",
            "99.9",
        ),
        key(
            "exclusion_mode",
            OneOf(EXCLUSION_MODES),
            Otherwise("the agreement's"),
            "Availability: whether excluded time leaves the reckoning (`subtract`) or counts as up (`count_up`).",
            "\"subtract\"",
        ),
        key(
            "partial_term",
            OneOf(&["shorter_window", "counts_as_up", "not_judged"]),
            Default("\"shorter_window\""),
            "Availability: a window that the term covers only in part is as long as that part, or keeps its length and counts the rest as up, or is not judged.",
            "\"counts_as_up\"",
        ),
        key(
            "unknown",
            OneOf(&["leaves", "down", "up"]),
            Default("\"leaves\""),
            "Availability: whether time in which nobody watched leaves the reckoning, or counts as down or up. Coverage is always shown.",
            "\"leaves\"",
        ),
        key(
            "components",
            OneOf(&["any_down", "all_down", "component_seconds"]),
            Default("\"any_down\""),
            "Availability: the service is down when any component is, when all are, or each component's time counts by itself.",
            "\"any_down\"",
        ),
        key(
            "minimum_downtime",
            One(Value::Duration),
            Default("\"0s\""),
            "Availability: outages shorter than this do not count.",
            "\"1 min\"",
        ),
        key(
            "degraded_is_down",
            One(Value::Flag),
            Default("false"),
            "Availability: a degraded service counts as down.",
            "true",
        ),
        key(
            "targets",
            Map(Value::Target),
            Otherwise("needed for clocks"),
            "Clocks: the promised time by priority (`P1` to `P5`). A priority without one has no such clock.",
            "{ P1 = \"15m\", P2 = \"1h\", P3 = \"2 business days\" }",
        ),
        key(
            "share",
            One(Value::Percent),
            Otherwise("one of `share`, `percentile`, `mean` is needed for clocks"),
            "Clocks: at least this percentage of the incidents within their time.",
            "95",
        ),
        key(
            "percentile",
            One(Value::Percent),
            Otherwise("see `share`"),
            "Clocks: this (nearest-rank) percentile within the time, for each priority.",
            "95",
        ),
        key(
            "mean",
            One(Value::Flag),
            Otherwise("see `share`"),
            "Clocks: the mean within the time, for each priority.",
            "true",
        ),
        key(
            "pauses",
            One(Value::Flag),
            Otherwise("`true` for resolution, `false` for the others"),
            "Clocks: a pause stops this clock.",
            "true",
        ),
        key(
            "minimum_items",
            One(Value::Count),
            Default("0"),
            "Clocks: with fewer incidents decided in the window the objective says \"insufficient data\".",
            "5",
        ),
    ],
};

const AVAILABILITY_KEYS: &[&str] = &[
    "target",
    "exclusion_mode",
    "unknown",
    "components",
    "minimum_downtime",
    "degraded_is_down",
    "partial_term",
];
const CLOCK_KEYS: &[&str] = &["targets", "share", "percentile", "mean", "pauses", "minimum_items"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Measured {
    Availability,
    #[serde(untagged)]
    Clock(ClockKind),
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
    let is_clock = matches!(kind, Some(Measured::Clock(_)));
    let availability = availability(table, mode, kind == Some(Measured::Availability));
    let clock = clock(
        table,
        kind.and_then(|kind| if let Measured::Clock(clock) = kind { Some(clock) } else { None }),
    );
    table.finish();
    let foreign = if is_clock { AVAILABILITY_KEYS } else { CLOCK_KEYS };
    for name in foreign.iter().filter(|name| kind.is_some() && table.has(name)) {
        let whose = if is_clock { "availability objectives" } else { "clocks" };
        table.error(name, format!("is for {whose} only"), "leave it out");
    }
    let (default_name, kind) = match kind? {
        Measured::Availability => ("availability", ObjectiveKind::Availability(availability?)),
        Measured::Clock(clock_kind) => (clock_kind.name(), ObjectiveKind::Clock(clock?)),
    };
    let name = name.unwrap_or_else(|| default_name.to_owned());
    Some(Objective { name, services, window: window?, calendar: calendar?, kind })
}

/// A percentage that is promised: above 0, and no fraction by mistake.
fn promised(table: &Table<'_>, name: &str) -> Option<Decimal> {
    let Percent(percent) = table.value(name)?;
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
    Some(percent)
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

fn clock(table: &Table<'_>, wanted: Option<ClockKind>) -> Option<ClockTerms> {
    let targets = targets(table);
    let measure = measure(table, wanted.is_some());
    let pauses: Option<bool> = table.value("pauses");
    let minimum_items: Option<u32> = table.value("minimum_items");
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

fn measure(table: &Table<'_>, wanted: bool) -> Option<Measure> {
    let share = promised(table, "share").map(|percent| Measure::Share { percent });
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
