//! The results of a survey as a picture: how often each score was given.

use rust_decimal::Decimal;

use super::Told;
use crate::commands::scores::{count, localized, response_text};
use crate::core::doc::{Line, Text, Value};
use crate::core::picture::{Bar, Bars, Group, Leaning, Picture, Shows};
use crate::core::score::ScoreKind;

/// None without scores.
pub(super) fn of(told: &Told) -> Option<Picture> {
    let (kind, question) = (told.results.kind?, told.survey.scored()?);
    let score = told.results.score()?;
    let mut counts = told.results.distribution();
    counts.reverse();
    let bar = |(given, times): &(i64, u64)| Bar {
        label: Text::name(given.to_string()).into(),
        count: *times,
        share: Some(share(*times, score.n)),
        leaning: leaning(kind, *given),
    };
    let bars = Bars { bars: counts.iter().map(bar).collect(), key: key(kind, &counts, score.n) };
    Some(Picture {
        title: localized(&question.text).into(),
        note: response_text(&told.results).into(),
        alt: alt(&counts, score.n),
        shows: Shows::Bars(bars),
    })
}

fn share(times: u64, n: u64) -> Decimal {
    Decimal::from(times.saturating_mul(100)) / Decimal::from(n.max(1))
}

const fn leaning(kind: ScoreKind, given: i64) -> Leaning {
    match kind {
        ScoreKind::Csat { satisfied_from, .. } if given >= satisfied_from => Leaning::Good,
        ScoreKind::Csat { satisfied_from, .. } if given + 1 == satisfied_from => Leaning::Between,
        ScoreKind::Nps if given >= 9 => Leaning::Good,
        ScoreKind::Nps if given >= 7 => Leaning::Between,
        ScoreKind::Csat { .. } | ScoreKind::Nps => Leaning::Bad,
        ScoreKind::Mean { .. } => Leaning::Plain,
    }
}

/// What each leaning is called, with its share.
fn key(kind: ScoreKind, counts: &[(i64, u64)], n: u64) -> Vec<Group> {
    let names = match kind {
        ScoreKind::Csat { .. } => ["results-satisfied", "results-neither", "results-dissatisfied"],
        ScoreKind::Nps => ["results-promoters", "results-passives", "results-detractors"],
        ScoreKind::Mean { .. } => return Vec::new(),
    };
    let sides = [Leaning::Good, Leaning::Between, Leaning::Bad];
    let group = |(side, name): (Leaning, &'static str)| {
        let own = counts.iter().filter(|(given, _)| leaning(kind, *given) == side);
        let value = Value::Percent { value: share(own.map(|(_, times)| times).sum(), n), decimals: 1 };
        Group { leaning: side, label: vec![Value::term(name).into(), Text::mark(": "), value.into()] }
    };
    sides.into_iter().zip(names).map(group).collect()
}

/// `Of 18 answers 9 × 5, 6 × 4, …`
fn alt(counts: &[(i64, u64)], n: u64) -> Line {
    let mut line: Line = vec![Text::key("results-alt").with("count", count(n))];
    for (given, times) in counts.iter().filter(|(_, times)| *times > 0) {
        let each = Text::key("results-alt-each").with("count", count(*times)).with("score", *given);
        line.extend([Text::mark(" · "), each]);
    }
    line
}
