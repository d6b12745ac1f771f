//! Cases about satisfaction: answers and counts in, scores and their ranges out.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;
use upheld::core::confidence::{Confidence, clopper_pearson_95, nps_formula_95, wilson_95};
use upheld::core::percentile::share;
use upheld::core::ratio::Ratio;
use upheld::core::score::{Counts, Recommendations, Scale, Score, ScoreKind};

use super::{Case, Outcome, Verdict, decimal, list, object, same};

/// Whether the operation is one of this file's.
pub(super) fn knows(operation: &Value) -> bool {
    let operations = ["nps", "csat", "mean", "share", "wilson", "clopper_pearson", "nps_ci"];
    operation.as_str().is_some_and(|operation| operations.contains(&operation))
}

pub(super) fn run(case: &Case<'_>) -> Verdict {
    let input = &case.body["input"];
    match case.body["op"].as_str().unwrap_or_default() {
        "nps" => net(case),
        "csat" => satisfied(case),
        "mean" => mean(case),
        "share" => shares(case),
        "wilson" => ranged(case, None, wilson_95(whole(&input["successes"])?, whole(&input["n"])?)),
        "clopper_pearson" => {
            ranged(case, None, clopper_pearson_95(whole(&input["successes"])?, whole(&input["n"])?))
        }
        "nps_ci" => {
            let (promoters, detractors) = (whole(&input["promoters"])?, whole(&input["detractors"])?);
            let n = whole(&input["n"])?;
            let passives =
                n.checked_sub(promoters + detractors).ok_or("more answers of a kind than answers")?;
            let counts = [(10, promoters), (8, passives), (0, detractors)].into_iter().collect();
            let value = Score::of(ScoreKind::Nps, &counts).map(|score| score.shown(14));
            ranged(case, value, nps_formula_95(promoters, detractors, n))
        }
        other => Err(format!("unknown operation {other}")),
    }
}

fn whole(value: &Value) -> Result<u64, String> {
    value.as_u64().ok_or_else(|| format!("{value} is not a count"))
}

/// The answers; a survey that was dismissed is one without a score.
fn answers(input: &Value) -> Result<Counts, String> {
    let dismissed = input["dismissed"].as_u64().unwrap_or(0);
    if let Some(buckets) = input["buckets_0_10"].as_array() {
        let counts = buckets.iter().map(whole).collect::<Result<Vec<_>, _>>()?;
        let counts: Counts = (0..).zip(counts).collect();
        return if input["total"] == counts.n() {
            Ok(counts)
        } else {
            Err("the total is another".to_owned())
        };
    }
    let one = |value: &Value| value.as_i64().ok_or_else(|| format!("{value} is not a score"));
    let scores = list(&input["values"])?.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    Ok(scores.into_iter().map(Some).chain((0..dismissed).map(|_| None)).collect())
}

fn scale(input: &Value) -> Scale {
    // One case of effort does not name its scale; seven steps are usual.
    Scale::new(1, input["scale"].as_i64().unwrap_or(7))
}

/// Whether the case wants that there is no score.
fn wants_none(case: &Case<'_>) -> bool {
    case.wants_no_value() || case.expected()["score"].is_null() && case.expected().get("score").is_some()
}

fn net(case: &Case<'_>) -> Verdict {
    let counts = answers(&case.body["input"])?;
    let (kinds, score) = (Recommendations::of(&counts), Score::of(ScoreKind::Nps, &counts));
    if wants_none(case) {
        return Ok(same(None, score));
    }
    // Sources print a score with one or two decimals.
    let printed = decimal(&case.expected()["score"]).ok_or("`score` is missing")?;
    let tolerance = if printed.scale() < 2 { Decimal::new(6, 2) } else { Decimal::new(6, 3) };
    every(case, |key, wanted| match key {
        "promoters" => Ok(same(whole(wanted)?, kinds.promoters)),
        "passives" => Ok(same(whole(wanted)?, kinds.passives)),
        "detractors" => Ok(same(whole(wanted)?, kinds.detractors)),
        "score" => Ok(near(wanted, score.map(|score| score.shown(9)), tolerance)),
        other => Err(format!("expects `{other}`, which is not measured")),
    })
}

fn satisfied(case: &Case<'_>) -> Verdict {
    let input = &case.body["input"];
    let (counts, scale) = (answers(input)?, scale(input));
    let satisfied_from = input["satisfied_from"].as_i64().ok_or("`satisfied_from` is missing")?;
    let score = Score::of(ScoreKind::Csat { scale, satisfied_from }, &counts);
    if wants_none(case) {
        return Ok(same(None, score));
    }
    every(case, |key, wanted| match key {
        "satisfied" => {
            let part = score.and_then(|score| part_of(score.value, score.n));
            Ok(same(Some(i128::from(whole(wanted)?)), part))
        }
        "satisfied_percent" => Ok(printed(wanted, score)),
        "mean" => Ok(printed(wanted, Score::of(ScoreKind::Mean { scale }, &counts))),
        other => Err(format!("expects `{other}`, which is not measured")),
    })
}

/// How many of `n` the share is, where that is a whole number.
fn part_of(share: Ratio, n: u64) -> Option<i128> {
    let product = share.numerator() * i128::from(n);
    (product % share.denominator() == 0).then(|| product / share.denominator())
}

fn mean(case: &Case<'_>) -> Verdict {
    let input = &case.body["input"];
    let score = Score::of(ScoreKind::Mean { scale: scale(input) }, &answers(input)?);
    if wants_none(case) {
        return Ok(same(None, score));
    }
    every(case, |key, wanted| match key {
        "mean" => Ok(printed(wanted, score)),
        other => Err(format!("expects `{other}`, which is not measured")),
    })
}

fn shares(case: &Case<'_>) -> Verdict {
    let (counts, total) = (object(&case.body["input"]["counts"])?, whole(&case.body["input"]["total"])?);
    let of = |key: &str| counts.get(key).map_or(Err(format!("no count of {key}")), whole);
    if case.wants_no_value() {
        let found = counts.keys().map(|key| Ok(share(of(key)?, total)));
        return Ok(same(vec![None; counts.len()], found.collect::<Result<Vec<_>, String>>()?));
    }
    let wanted = object(&case.expected()["percent"])?;
    if wanted.len() != counts.len() {
        return Err("not every count has an expected share".to_owned());
    }
    for (key, percent) in wanted {
        let got = share(of(key)?, total).map(|share| share.floor_percent(9));
        if let failed @ Outcome::Failed(..) = near(percent, got, Decimal::new(1, 9)) {
            return Ok(failed);
        }
    }
    Ok(Outcome::Passed)
}

/// Both ends of a range, and the figure itself where the case states it.
fn ranged(case: &Case<'_>, value: Option<Decimal>, range: Option<Confidence>) -> Verdict {
    if case.body["input"]["confidence"] != 0.95 {
        return Err("ranges are made for 95 % only".to_owned());
    }
    if case.wants_no_value() {
        return Ok(same(None, range));
    }
    let range = range.ok_or("there is no range")?;
    every(case, |key, wanted| match key {
        "low" => within(wanted, range.low),
        "high" => within(wanted, range.high),
        "score" => within(wanted, value.and_then(|value| value.to_f64()).unwrap_or(f64::NAN)),
        other => Err(format!("expects `{other}`, which is not measured")),
    })
}

fn within(wanted: &Value, got: f64) -> Verdict {
    let wanted = wanted.as_f64().ok_or_else(|| format!("{wanted} is not a number"))?;
    let close = (wanted - got).abs() <= 1e-8;
    Ok(if close { Outcome::Passed } else { Outcome::Failed(wanted.to_string(), got.to_string()) })
}

/// Equal as far as a figure with two decimals tells.
fn printed(wanted: &Value, score: Option<Score>) -> Outcome {
    near(wanted, score.map(|score| score.shown(9)), Decimal::new(6, 3))
}

fn near(wanted: &Value, got: Option<Decimal>, tolerance: Decimal) -> Outcome {
    match (decimal(wanted), got) {
        (Some(number), Some(got)) if (number - got).abs() <= tolerance => Outcome::Passed,
        (_, got) => Outcome::Failed(wanted.to_string(), format!("{got:?}")),
    }
}

/// The first expectation that fails, with its name. A case that expects nothing is not understood.
fn every(case: &Case<'_>, mut judge: impl FnMut(&str, &Value) -> Verdict) -> Verdict {
    let expected = object(case.expected())?;
    if expected.is_empty() {
        return Err("nothing is expected".to_owned());
    }
    for (key, wanted) in expected {
        if let Outcome::Failed(expected, got) = judge(key, wanted)? {
            return Ok(Outcome::Failed(format!("{key} {expected}"), format!("{key} {got}")));
        }
    }
    Ok(Outcome::Passed)
}
