//! Cases about availability: states, intervals, samples and months in, shares out.

use rust_decimal::Decimal;
use serde_json::Value;
use upheld::core::availability::{
    Availability, ExclusionMode, Facts, PartialTerm, Rules, UnknownPolicy, component_seconds, measure,
};
use upheld::core::calendar::parse_zone;
use upheld::core::condition::{Change, Component, Condition, State, all_down, any_down, from_changes};
use upheld::core::credit::{Tier, credit_percent};
use upheld::core::interval::{Interval, IntervalSet};
use upheld::core::ratio::Ratio;
use upheld::core::time::{Instant, Span};
use upheld::core::window::{WindowKind, window_at};

use super::{Case, Outcome, Verdict, decimal, instant, list, maybe_instant, object, same, seconds, text};

pub(super) fn run(case: &Case<'_>) -> Verdict {
    let input = &case.body["input"];
    let model = text(input, "model")?;
    if model == "display" {
        return display(case);
    }
    let measured = match model {
        "states" => states(input),
        "intervals" => intervals(input),
        "month_downtime" => month(input),
        "beats" => beats(input),
        "minutes" => minutes(input),
        other => return Ok(Outcome::Skipped(format!("model `{other}` is not known here"))),
    };
    let refused = case.wants_refusal() || case.expected().get("error").is_some();
    match measured {
        Err(_) if refused => Ok(Outcome::Passed),
        Ok(_) if refused => Err("it was accepted".to_owned()),
        Ok(measured) if case.wants_no_value() => Ok(same(None, measured.value)),
        measured => compare(case, &measured?, model),
    }
}

fn compare(case: &Case<'_>, got: &Availability, model: &str) -> Verdict {
    // This suite divides by the whole month even while it is running.
    let value = if model == "month_downtime" { got.best_reachable } else { got.value };
    for (key, wanted) in object(case.expected())? {
        let outcome = match key.as_str() {
            "availability_percent" => near(case, wanted, value.map(|value| value.floor_percent(16))),
            "availability" => near(case, wanted, value.map(|value| value.floor_to(18))),
            "bad_s" => same(seconds(wanted)?, got.down),
            "total_s" => same(seconds(wanted)?, got.denominator),
            "outages" => same(wanted.as_u64(), u64::try_from(got.down_pieces.len()).ok()),
            "shown" => {
                let shown = decimal(wanted).ok_or("`shown` is not a number")?;
                same(Some(shown), value.map(|value| value.floor_percent(shown.scale())))
            }
            "credit_percent" => same(decimal(wanted), value.and_then(|value| credit(case, value))),
            other => return Ok(Outcome::Skipped(format!("expects `{other}`, which is not measured"))),
        };
        if let Outcome::Failed(expected, got) = outcome {
            return Ok(Outcome::Failed(format!("{key} {expected}"), format!("{key} {got}")));
        }
    }
    Ok(Outcome::Passed)
}

fn near(case: &Case<'_>, wanted: &Value, got: Option<Decimal>) -> Outcome {
    match (decimal(wanted), got) {
        (Some(wanted), Some(got)) if (wanted - got).abs() <= case.tolerance() => Outcome::Passed,
        (wanted, got) => same(wanted, got),
    }
}

fn credit(case: &Case<'_>, value: Ratio) -> Option<Decimal> {
    let tiers = case.body["input"]["tiers"].as_array()?.iter().map(|row| {
        Some(Tier {
            below_percent: decimal(&row[0])?,
            at_least_percent: decimal(&row[1])?,
            credit_percent: decimal(&row[2])?,
        })
    });
    credit_percent(value, &tiers.collect::<Option<Vec<_>>>()?)
}

fn display(case: &Case<'_>) -> Verdict {
    let input = &case.body["input"];
    let value = decimal(&input["value"]).ok_or("`value` is missing")?;
    let decimals = input["decimals"].as_u64().and_then(|count| u32::try_from(count).ok());
    let shown = Ratio::from(value).floor_to(decimals.ok_or("`decimals` is missing")?);
    Ok(same(decimal(&case.expected()["shown"]), Some(shown)))
}

/// Measures a condition; the target plays no part in these cases.
fn judge(
    window: Interval,
    condition: &Condition,
    exclusions: &IntervalSet,
    mode: ExclusionMode,
    as_of: Instant,
) -> Result<Availability, String> {
    let facts = Facts {
        window,
        term: Interval::ALL,
        service_hours: None,
        exclusions,
        unknown: &condition.unknown,
        downs: &condition.down,
        as_of,
    };
    let rules = Rules {
        target_percent: Decimal::new(999, 1),
        exclusions: mode,
        unknown: UnknownPolicy::Leaves,
        partial_term: PartialTerm::ShorterWindow,
        minimum_downtime: Span::ZERO,
    };
    measure(&facts, &rules).map_err(|error| error.to_string())
}

fn pair(value: &Value) -> Result<Interval, String> {
    let end = maybe_instant(&value[1])?.unwrap_or(Instant::MAX);
    Ok(Interval::new(instant(&value[0])?, end))
}

fn pairs(value: &Value) -> Result<IntervalSet, String> {
    value.as_array().into_iter().flatten().map(pair).collect::<Result<Vec<_>, _>>().map(IntervalSet::from)
}

/// Icinga: only critical is a problem; maintenance counts as up.
fn states(input: &Value) -> Result<Availability, String> {
    let state = |value: &Value| match value.as_str() {
        Some("ok" | "up" | "warning") => Ok(State::Up),
        Some("critical" | "down") => Ok(State::Down),
        Some("unknown" | "pending") => Ok(State::Unknown),
        _ => Err(format!("unknown state {value}")),
    };
    let maybe = |value: &Value| if value.is_null() { Ok(None) } else { state(value).map(Some) };
    let window = pair(&input["window"])?;
    let changes = list(&input["states"])?
        .iter()
        .map(|row| {
            let (at, previous) = (instant(&row["at"])?, maybe(&row["previous"])?);
            Ok(Change { at, state: state(&row["state"])?, previous })
        })
        .collect::<Result<Vec<_>, String>>()?;
    let condition = from_changes(&changes, maybe(&input["current"])?, window);
    judge(window, &condition, &pairs(&input["maintenance"])?, ExclusionMode::CountUp, window.end)
}

fn intervals(input: &Value) -> Result<Availability, String> {
    let window = pair(&input["window"])?;
    let now = maybe_instant(&input["now"])?.unwrap_or(window.end);
    let mut components =
        object(&input["components"])?.values().map(component).collect::<Result<Vec<_>, String>>()?;
    // A component is up after a closed row, but rows that all lie elsewhere observe nothing of this window.
    let observed = window.intersect(Interval::new(Instant::MIN, now));
    if !components.iter().any(|(_, rows)| !rows.clip(observed).is_empty()) {
        components.iter_mut().for_each(|(component, _)| component.present_from = None);
    }
    let components: Vec<Component> = components.into_iter().map(|(component, _)| component).collect();
    let exclusions = pairs(&input["maintenance"])?;
    let one = |condition: &Condition| judge(window, condition, &exclusions, ExclusionMode::Subtract, now);
    match text(input, "mode")? {
        "any_down" => one(&any_down(&components, window)),
        "all_down" => one(&all_down(&components, window)),
        "component_seconds_average" | "component_seconds" => {
            let parts = components.iter().map(|single| one(&any_down(std::slice::from_ref(single), window)));
            Ok(component_seconds(&parts.collect::<Result<Vec<_>, _>>()?, Decimal::new(999, 1)))
        }
        other => Err(format!("unknown mode {other}")),
    }
}

/// A component and the time its rows cover. An open row ends where the next one begins.
fn component(rows: &Value) -> Result<(Component, IntervalSet), String> {
    let mut parsed = list(rows)?
        .iter()
        .map(|row| Ok((instant(&row[0])?, maybe_instant(&row[1])?, row[2].as_str().unwrap_or_default())))
        .collect::<Result<Vec<_>, String>>()?;
    parsed.sort_by_key(|(start, ..)| *start);
    let next = parsed.iter().skip(1).map(|(start, ..)| *start).chain([Instant::MAX]);
    let pieces: Vec<(Interval, &str)> = parsed
        .iter()
        .zip(next)
        .map(|((start, end, state), next)| (Interval::new(*start, end.unwrap_or(next)), *state))
        .collect();
    let of =
        |wanted: &str| pieces.iter().filter(|(_, state)| *state == wanted).map(|(piece, _)| *piece).collect();
    let component = Component {
        present_from: parsed.first().map(|(start, ..)| *start),
        down: of("down"),
        unknown: of("unknown"),
    };
    Ok((component, pieces.iter().map(|(piece, _)| *piece).collect()))
}

fn month(input: &Value) -> Result<Availability, String> {
    let zone = parse_zone(text(input, "time_zone")?).map_err(|error| error.to_string())?;
    let middle = Instant::parse(&format!("{}-15T12:00:00Z", text(input, "month")?));
    let window = window_at(WindowKind::Month, zone, middle.map_err(|error| error.to_string())?);
    if !input["window"].is_null() && pair(&input["window"])? != window {
        return Err(format!("the month is {window:?}"));
    }
    let now = maybe_instant(&input["now"])?.unwrap_or(window.end);
    let created = maybe_instant(&input["created"])?.unwrap_or(Instant::MIN);
    let unknown = IntervalSet::from(Interval::new(Instant::MIN, created));
    let condition = Condition { down: pairs(&input["down"])?, unknown };
    judge(window, &condition, &IntervalSet::EMPTY, ExclusionMode::Subtract, now)
}

/// Equal-weight samples: each fills one slot, a minute or a day; slots without a sample are unknown.
fn beats(input: &Value) -> Result<Availability, String> {
    let daily = &input["daily"];
    let slot = if daily.is_null() { Span::from_minutes(1) } else { Span::from_days(1) };
    let samples = samples(if daily.is_null() { &input["beats"] } else { daily })?;
    let origin = Instant::from_seconds(1_700_000_000);
    let of = |wanted: &[&str]| -> Result<IntervalSet, String> {
        let mut pieces = Vec::new();
        for (index, sample) in (0_i64..).zip(&samples) {
            if wanted.contains(&sample.as_str()) {
                let start = origin + slot.saturating_mul(index);
                pieces.push(Interval::new(start, start + slot));
            }
        }
        Ok(IntervalSet::from(pieces))
    };
    if let Some(other) =
        samples.iter().find(|one| !["up", "down", "pending", "maintenance"].contains(&one.as_str()))
    {
        return Err(format!("unknown sample {other}"));
    }
    let (down, maintenance) = (of(&["down", "pending"])?, of(&["maintenance"])?);
    let sampled = of(&["up"])?.union(&down).union(&maintenance);
    let count = i64::try_from(samples.len()).map_err(|error| error.to_string())?;
    let silence = Span::from_hours(input["hours_without_data"].as_i64().unwrap_or(0));
    let now = origin + slot.saturating_mul(count) + silence;
    let days = input["window_days"].as_i64().unwrap_or(1);
    let window = Interval::new(now - Span::from_days(days), now);
    let condition = Condition { down, unknown: sampled.complement(window) };
    judge(window, &condition, &maintenance, ExclusionMode::Subtract, now)
}

/// A list, or words such as `alternating up, down, 365 days`.
fn samples(value: &Value) -> Result<Vec<String>, String> {
    if let Some(samples) = value.as_array() {
        return Ok(samples.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect());
    }
    let unknown = || format!("{value} is no list of samples");
    let words = value.as_str().and_then(|text| text.strip_prefix("alternating ")).ok_or_else(unknown)?;
    let (pattern, days) = words.rsplit_once(", ").ok_or_else(unknown)?;
    let days = days.split(' ').next().and_then(|days| days.parse().ok()).ok_or_else(unknown)?;
    Ok(pattern.split(", ").map(str::to_owned).cycle().take(days).collect())
}

fn minutes(input: &Value) -> Result<Availability, String> {
    let minutes = |key: &str| {
        decimal(&input[key])
            .and_then(|count| i64::try_from((count * Decimal::from(60_000_000)).trunc().mantissa()).ok())
            .map(Instant::from_micros)
            .ok_or_else(|| format!("`{key}` is missing"))
    };
    let from_zero = |end: Instant| Interval::new(Instant::from_micros(0), end);
    let window = from_zero(minutes("total_min")?);
    let condition =
        Condition { down: IntervalSet::from(from_zero(minutes("down_min")?)), unknown: IntervalSet::EMPTY };
    judge(window, &condition, &IntervalSet::EMPTY, ExclusionMode::Subtract, window.end)
}
