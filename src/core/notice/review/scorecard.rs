//! How the provider works, beside the period before, and when the load comes. For the operators alone.

use super::{Told, count, stretch};
use crate::core::doc::{Block, Field, Line, Text, Value};
use crate::core::notice::rows::{DOT, dotted};
use crate::core::picture::{Heat, Picture, Shows};
use crate::core::review::Document;
use crate::core::score::Trend;
use crate::core::scorecard::{Load, Part, Scorecard, Times};

/// The days of the week as the grid has them.
const DAYS: [&str; 7] = [
    "weekday-monday",
    "weekday-tuesday",
    "weekday-wednesday",
    "weekday-thursday",
    "weekday-friday",
    "weekday-saturday",
    "weekday-sunday",
];

pub(super) fn told(document: &Document) -> Told {
    let Some(card) = document.scorecard.as_deref() else { return (Vec::new(), Vec::new()) };
    (vec![Block::Fields(figures(card))], heat(document, card).into_iter().collect())
}

fn field(name: &'static str, value: Line) -> Field {
    Field { name: Text::from(Value::term(name)).into(), verdict: None, value }
}

fn figures(card: &Scorecard) -> Vec<Field> {
    let (now, before, trends) = (&card.whole, &card.earlier, &card.trends);
    let opened = Text::key("scorecard-opened")
        .with("count", count(now.opened))
        .with("before", count(before.opened))
        .with("period", earlier(card));
    let share = |now, before, trend| share(card, now, before, trend);
    vec![
        field("scorecard-row-opened", opened.into()),
        field("scorecard-row-acknowledged", times(card, now.acknowledged, before.acknowledged)),
        field("scorecard-row-restored", times(card, now.restored, before.restored)),
        field("scorecard-row-responses", share(now.responses, before.responses, trends.responses)),
        field("scorecard-row-updates", share(now.updates, before.updates, trends.updates)),
        field("scorecard-row-first-owner", share(now.first_owner, before.first_owner, trends.first_owner)),
        field("scorecard-row-reopened", share(now.reopened, before.reopened, trends.reopened)),
    ]
}

/// The period before, by its name.
fn earlier(card: &Scorecard) -> Value {
    let period = stretch::named(card.zone, card.before.start, card.before.end);
    match period {
        // A length ends at the message's moment, which this one does not.
        crate::core::doc::Period::Rolling(_) => Value::term("review-period-before"),
        period => Value::Period { period, full: false },
    }
}

/// `after 12 min on average; half within 4 min, nine in ten within 20 min (2 incidents) · October: 15 min on average`
fn times(card: &Scorecard, now: Times, before: Times) -> Line {
    let (Some(mean), Some(median), Some(ninetieth)) = (now.mean, now.median, now.ninetieth) else {
        return Text::key("scorecard-none").into();
    };
    let text = Text::key("scorecard-times")
        .with("mean", mean)
        .with("median", median)
        .with("ninetieth", ninetieth)
        .with("count", count(now.count));
    let before = before
        .mean
        .map(|mean| Text::key("scorecard-times-before").with("period", earlier(card)).with("mean", mean));
    dotted([text].into_iter().chain(before))
}

fn percent(part: Part) -> Option<Value> {
    Some(Value::Percent { value: part.share()?.floor_percent(4), decimals: 1 })
}

/// `95.0 % (19 of 20) · no clear change since October (85.7 %)`
fn share(card: &Scorecard, now: Part, before: Part, trend: Trend) -> Line {
    let Some(value) = percent(now) else { return Text::key("scorecard-none").into() };
    let text = Text::key("scorecard-share")
        .with("share", value)
        .with("part", count(now.part))
        .with("whole", count(now.whole));
    let moved = percent(before).map(|before| {
        let text = match trend {
            Trend::Risen => Text::key("scorecard-risen"),
            Trend::Fallen => Text::key("scorecard-fallen"),
            Trend::Unclear => Text::key("scorecard-unclear"),
        };
        text.with("period", earlier(card)).with("share", before)
    });
    let mut line: Line = text.into();
    line.extend(moved.into_iter().flat_map(|text| [DOT, text]));
    line
}

/// When incidents opened, hour by hour of the week; none where none did.
fn heat(document: &Document, card: &Scorecard) -> Option<Picture> {
    let load = &card.load;
    if load.opened.total() == 0 {
        return None;
    }
    let cover = load.against.as_ref().map(|against| against.cover.0.0);
    let days = DAYS.iter().enumerate().filter(|(day, _)| load.opened.of_day(*day) > 0);
    let opened = Text::key("review-incidents").with("count", count(load.opened.total()));
    let mut note = super::period(document);
    note.extend([DOT, opened]);
    Some(Picture {
        title: Text::key("scorecard-load").into(),
        note,
        alt: super::figures::joined(days.map(|(day, name)| of_day(load, day, name))),
        shows: Shows::Heat(Heat::of(&load.opened.0, cover.as_ref())),
    })
}

/// `Monday: 12, most from 9:00 to 10:00 (4)`
fn of_day(load: &Load, day: usize, name: &'static str) -> Line {
    let hours = load.opened.0.get(day).copied().unwrap_or_default();
    // The first of those that had most.
    let most = hours.iter().copied().max().unwrap_or_default();
    let busiest = hours.iter().position(|count| *count == most).unwrap_or_default();
    let text = Text::key("scorecard-day")
        .with("count", count(load.opened.of_day(day)))
        .with("most", count(most))
        .with("from", count(busiest))
        .with("until", count(busiest + 1));
    vec![Value::term(name).into(), Text::key("review-colon"), text]
}
