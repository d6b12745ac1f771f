//! Availability over a window: what counts, what is excluded, what is unknown, and how much may still fail.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::interval::{Interval, IntervalSet};
use super::ratio::Ratio;
use super::time::{Instant, Span};

#[cfg(test)]
mod tests;

/// What excluded time (agreed maintenance, say) does to the denominator. The agreement must choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExclusionMode {
    /// It leaves the denominator.
    Subtract,
    /// It stays and counts as up.
    CountUp,
}

/// What time without data counts as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownPolicy {
    /// Neither up nor down: it leaves the denominator.
    #[default]
    Leaves,
    Down,
    Up,
}

/// What happens to a window that the contract's term covers only in part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartialTerm {
    /// The window is as long as the part inside the term.
    #[default]
    ShorterWindow,
    /// The window keeps its length; the part outside the term counts as up.
    CountsAsUp,
    /// Such a window has no value.
    NotJudged,
}

/// The rules of the agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// In percent, such as 99.9.
    pub target_percent: Decimal,
    pub exclusions: ExclusionMode,
    #[serde(default)]
    pub unknown: UnknownPolicy,
    #[serde(default)]
    pub partial_term: PartialTerm,
    /// Downtimes shorter than this do not count; zero counts all.
    #[serde(default)]
    pub minimum_downtime: Span,
}

/// What is known at `as_of`. Sets may reach beyond the window; exclusions may lie in the future.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub window: Interval,
    /// The contract's term; [`Interval::ALL`] when unlimited.
    pub term: Interval,
    /// `None` means around the clock.
    pub service_hours: Option<&'a IntervalSet>,
    pub exclusions: &'a IntervalSet,
    pub unknown: &'a IntervalSet,
    pub downs: &'a IntervalSet,
    pub as_of: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AvailabilityError {
    #[error("the end of the window must be after its start ({start} to {end})")]
    EmptyWindow { start: Instant, end: Instant },
}

/// Availability with everything that `/why` shows. "So far" is the part of the window before `as_of`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Availability {
    pub target_percent: Decimal,
    /// Judged time so far: window ∩ term ∩ service hours.
    pub total: Span,
    /// Of it, excluded.
    pub excluded: Span,
    /// Of it, without data (and not excluded).
    pub unknown: Span,
    /// Of it, counted as down.
    pub down: Span,
    /// What the value is a share of.
    pub denominator: Span,
    /// The share that was up so far. `None` when nothing was measured.
    pub value: Option<Ratio>,
    /// How much of the judged time without exclusions has data.
    pub coverage: Option<Ratio>,
    /// Judged time of the whole window.
    pub full_total: Span,
    /// Excluded time of the whole window, declared future exclusions included.
    pub full_excluded: Span,
    /// What the budget is a share of.
    pub full_denominator: Span,
    /// The rest of the window that could still be down.
    pub rest: Span,
    /// Downtime that the target allows over the whole window, in whole microseconds (rounded down).
    pub budget: Span,
    /// Budget less downtime; negative when the target cannot be reached any more.
    pub remaining: Span,
    /// The share over the whole window if the rest is up.
    pub best_reachable: Option<Ratio>,
    /// The share over the whole window if the rest is down.
    pub worst_reachable: Option<Ratio>,
    /// The counted downtimes, exclusions and unknown times so far.
    pub down_pieces: IntervalSet,
    pub excluded_pieces: IntervalSet,
    pub unknown_pieces: IntervalSet,
}

impl Availability {
    /// Whether the value so far keeps the promise. `None` without a value.
    pub fn attained(&self) -> Option<bool> {
        self.value.map(|value| value.attains_percent(self.target_percent))
    }

    /// Even if the rest of the window is up, the promise is broken.
    pub fn certain_breach(&self) -> bool {
        self.down > self.budget
    }

    /// Even if the rest of the window is down, the promise is kept.
    pub fn already_safe(&self) -> bool {
        self.rest <= self.remaining
    }
}

/// Applies the rules to the facts.
pub fn measure(facts: &Facts<'_>, rules: &Rules) -> Result<Availability, AvailabilityError> {
    let window = facts.window;
    if window.is_empty() {
        return Err(AvailabilityError::EmptyWindow { start: window.start, end: window.end });
    }
    let past = Interval::new(Instant::MIN, facts.as_of);
    // Where something can be down, and what is judged: they differ when time outside the term counts as up.
    let in_term = in_hours(facts, window.intersect(facts.term));
    let full = match rules.partial_term {
        PartialTerm::CountsAsUp => in_hours(facts, window),
        PartialTerm::ShorterWindow | PartialTerm::NotJudged => in_term.clone(),
    };
    let so_far = full.clip(past);
    let full_excluded = facts.exclusions.intersect(&in_term);
    let excluded_pieces = full_excluded.clip(past);
    let unknown_pieces = facts.unknown.intersect(&in_term.clip(past)).minus(&excluded_pieces);
    let down_pieces = count_downs(facts, rules, past).intersect(&in_term);

    let (total, excluded) = (so_far.length(), excluded_pieces.length());
    let (unknown, down) = (unknown_pieces.length(), down_pieces.length());
    let leaves = |set: Span, leaves: bool| if leaves { set } else { Span::ZERO };
    let subtracts = rules.exclusions == ExclusionMode::Subtract;
    let unmeasured = leaves(unknown, rules.unknown == UnknownPolicy::Leaves);
    let sums = Sums {
        total,
        excluded,
        unknown,
        down,
        denominator: total - unmeasured - leaves(excluded, subtracts),
        full_total: full.length(),
        full_excluded: full_excluded.length(),
        full_denominator: full.length() - unmeasured - leaves(full_excluded.length(), subtracts),
        rest: in_term.clip(Interval::new(facts.as_of, Instant::MAX)).minus(&full_excluded).length(),
    };
    let judged = rules.partial_term != PartialTerm::NotJudged || window.intersect(facts.term) == window;
    let pieces = Pieces { down: down_pieces, excluded: excluded_pieces, unknown: unknown_pieces };
    Ok(sums.into_availability(rules.target_percent, judged, pieces))
}

/// Several components judged by the sum of their seconds: each has its own downtime and denominator.
/// Pieces of several components are united.
pub fn component_seconds(parts: &[Availability], target_percent: Decimal) -> Availability {
    let sum = |field: fn(&Availability) -> Span| parts.iter().map(field).sum();
    let unite = |field: fn(&Availability) -> &IntervalSet| {
        parts.iter().flat_map(|part| field(part).iter().copied()).collect()
    };
    let sums = Sums {
        total: sum(|part| part.total),
        excluded: sum(|part| part.excluded),
        unknown: sum(|part| part.unknown),
        down: sum(|part| part.down),
        denominator: sum(|part| part.denominator),
        full_total: sum(|part| part.full_total),
        full_excluded: sum(|part| part.full_excluded),
        full_denominator: sum(|part| part.full_denominator),
        rest: sum(|part| part.rest),
    };
    let pieces = Pieces {
        down: unite(|part| &part.down_pieces),
        excluded: unite(|part| &part.excluded_pieces),
        unknown: unite(|part| &part.unknown_pieces),
    };
    sums.into_availability(target_percent, true, pieces)
}

fn in_hours(facts: &Facts<'_>, bounds: Interval) -> IntervalSet {
    facts.service_hours.map_or_else(|| IntervalSet::from(bounds), |hours| hours.clip(bounds))
}

/// Merge, subtract exclusions, drop what is too short, and only then (by the caller) clip: a long outage
/// that reaches into the window for a moment is no short one.
fn count_downs(facts: &Facts<'_>, rules: &Rules, past: Interval) -> IntervalSet {
    let known = match rules.unknown {
        UnknownPolicy::Down => facts.downs.union(facts.unknown),
        UnknownPolicy::Leaves | UnknownPolicy::Up => facts.downs.minus(facts.unknown),
    };
    known.clip(past).minus(facts.exclusions).drop_shorter(rules.minimum_downtime)
}

struct Pieces {
    down: IntervalSet,
    excluded: IntervalSet,
    unknown: IntervalSet,
}

struct Sums {
    total: Span,
    excluded: Span,
    unknown: Span,
    down: Span,
    denominator: Span,
    full_total: Span,
    full_excluded: Span,
    full_denominator: Span,
    rest: Span,
}

impl Sums {
    fn into_availability(self, target_percent: Decimal, judged: bool, pieces: Pieces) -> Availability {
        let share = |bad: Span, whole: Span| Ratio::of_spans(whole - bad, whole).filter(|_| judged);
        let covered = self.total - self.excluded;
        let budget = allowed_downtime(self.full_denominator, target_percent);
        Availability {
            target_percent,
            value: share(self.down, self.denominator),
            coverage: Ratio::of_spans(covered - self.unknown, covered),
            budget,
            remaining: budget - self.down,
            best_reachable: share(self.down, self.full_denominator),
            worst_reachable: share(self.down + self.rest, self.full_denominator),
            total: self.total,
            excluded: self.excluded,
            unknown: self.unknown,
            down: self.down,
            denominator: self.denominator,
            full_total: self.full_total,
            full_excluded: self.full_excluded,
            full_denominator: self.full_denominator,
            rest: self.rest,
            down_pieces: pieces.down,
            excluded_pieces: pieces.excluded,
            unknown_pieces: pieces.unknown,
        }
    }
}

/// `(1 − target) × judged`, rounded down to a microsecond. Zero for a target of 100 % or more.
pub fn allowed_downtime(judged: Span, target_percent: Decimal) -> Span {
    // Fifteen decimals keep the product within 128 bits; no contract has as many.
    let allowed = (Decimal::ONE_HUNDRED - target_percent).max(Decimal::ZERO).trunc_with_scale(15).normalize();
    let share = Ratio::from(allowed);
    let micros = i128::from(judged.or_zero().micros())
        .checked_mul(share.numerator())
        .map_or(i128::MAX, |product| product.div_euclid(share.denominator() * 100));
    Span::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}
