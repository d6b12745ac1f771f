//! How the provider works, in one telling: the figures beside those of the period before, when the load comes, and,
//! for whoever may know, who did what. Reviews and answers put them where they belong.

use super::review::{count, stretch};
use super::rows::{DOT, dotted, joined};
use crate::core::doc::{Field, Line, Period, Text, Value};
use crate::core::picture::{Heat, Picture, Shows};
use crate::core::score::Trend;
use crate::core::scorecard::{Doings, Figures, Load, Part, Scorecard, Times};

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

/// Every figure of the whole, and what became of it since the period before.
pub fn figures(card: &Scorecard) -> Vec<Field> {
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

fn field(name: &'static str, value: Line) -> Field {
    Field { name: Text::from(Value::term(name)).into(), verdict: None, value }
}

/// The period before, by its name.
fn earlier(card: &Scorecard) -> Value {
    match stretch::named(card.zone, card.before.start, card.before.end) {
        // A length ends at the message's moment, which this one does not.
        Period::Rolling(_) => Value::term("review-period-before"),
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
    dotted([text].into_iter().chain(moved))
}

/// When incidents opened, hour by hour of the week, beside who is on call; in words each day with its busiest hour.
/// None where none did.
pub fn heat(load: &Load, period: Line) -> Option<Picture> {
    if load.opened.total() == 0 {
        return None;
    }
    let cover = load.against.as_ref().map(|against| against.cover.0.0);
    let mut note = period;
    note.extend([DOT, Text::key("review-incidents").with("count", count(load.opened.total()))]);
    let each =
        days(load).into_iter().map(|day| [day.name, Text::key("review-colon").into(), day.value].concat());
    Some(Picture {
        title: Text::key("scorecard-load").into(),
        note,
        alt: joined(each),
        shows: Shows::Heat(Heat::of(&load.opened.0, cover.as_ref())),
    })
}

/// Each day on which any incident opened: `Monday: 12, most from 9:00 to 10:00 (4)`
pub fn days(load: &Load) -> Vec<Field> {
    let days = DAYS.into_iter().enumerate().filter(|(day, _)| load.opened.of_day(*day) > 0);
    days.map(|(day, name)| field(name, of_day(load, day).into())).collect()
}

fn of_day(load: &Load, day: usize) -> Text {
    let hours = load.opened.0.get(day).copied().unwrap_or_default();
    // The first of those that had most.
    let most = hours.iter().copied().max().unwrap_or_default();
    let busiest = hours.iter().position(|count| *count == most).unwrap_or_default();
    Text::key("scorecard-day")
        .with("count", count(load.opened.of_day(day)))
        .with("most", count(most))
        .with("from", count(busiest))
        .with("until", count(busiest + 1))
}

/// How the load fits the hours in which somebody is on call.
pub fn cover(load: &Load) -> Text {
    match &load.against {
        None => Text::key("scorecard-nobody-on-call"),
        Some(against) if against.nobody.is_zero() => Text::key("scorecard-cover-always"),
        Some(against) => Text::key("scorecard-cover")
            .with("part", count(against.covered.part))
            .with("whole", count(against.covered.whole))
            .with("nobody", against.nobody),
    }
}

/// `12 opened · acknowledged after 9 min on average · restored after 1 h on average · responses in time 96 %`
pub fn service(name: Value, of: &Figures) -> Field {
    let opened = Text::key("scorecard-service").with("count", count(of.opened));
    let acknowledged =
        of.acknowledged.mean.map(|mean| Text::key("scorecard-service-acknowledged").with("mean", mean));
    let restored = of.restored.mean.map(|mean| Text::key("scorecard-service-restored").with("mean", mean));
    let responses =
        percent(of.responses).map(|share| Text::key("scorecard-service-responses").with("share", share));
    let value = dotted([opened].into_iter().chain(acknowledged).chain(restored).chain(responses));
    Field { name: Text::Value(name).into(), verdict: None, value }
}

/// `Anna: took 2 first, after 9 min on average · finished 1 of 2 of their own · resolved 1 · wrote one update`; what
/// they did not do is not said.
pub fn did(who: Value, did: &Doings) -> Line {
    let some =
        |key: &'static str, number: u64| (number > 0).then(|| Text::key(key).with("count", count(number)));
    let took = did.acknowledged.mean.map(|mean| {
        Text::key("scorecard-took").with("count", count(did.acknowledged.count)).with("mean", mean)
    });
    let finished = (did.first_owner.whole > 0).then(|| {
        Text::key("scorecard-finished")
            .with("kept", count(did.first_owner.part))
            .with("owned", count(did.first_owner.whole))
    });
    let ended =
        some("scorecard-resolved", did.resolved).into_iter().chain(some("scorecard-wrote", did.updates));
    let parts = took.into_iter().chain(finished).chain(ended);
    [vec![who.into(), Text::key("review-colon")], dotted(parts)].concat()
}
