//! How the provider works: every figure of the period and of the one before, by service, and the load by hour.

use super::row::{Row, word};
use crate::core::interval::Interval;
use crate::core::review::Document;
use crate::core::score::Trend;
use crate::core::scorecard::{Figures, Grid, Part, Scorecard, Times, Trends};

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

pub(super) fn rows(document: &Document, card: &Scorecard) -> Vec<Row> {
    let now = figures(document, card.window, &card.whole, Some(&card.trends));
    let before = figures(document, card.before, &card.earlier, None);
    let services = card.services.iter().flat_map(|of| {
        let rows = figures(document, card.window, &of.figures, None).into_iter();
        rows.map(|row| Row { service: of.service.to_string(), ..row }).collect::<Vec<_>>()
    });
    now.into_iter().chain(before).chain(services).chain(load(&card.load.opened)).collect()
}

fn figures(document: &Document, window: Interval, figures: &Figures, trends: Option<&Trends>) -> Vec<Row> {
    let times = [("acknowledged", figures.acknowledged), ("restored", figures.restored)];
    let parts = [
        ("responses", figures.responses, trends.map(|trends| trends.responses)),
        ("updates", figures.updates, trends.map(|trends| trends.updates)),
        ("first_owner", figures.first_owner, trends.map(|trends| trends.first_owner)),
        ("reopened", figures.reopened, trends.map(|trends| trends.reopened)),
    ];
    let opened = Row::count("scorecard", "opened", figures.opened);
    let times = times.into_iter().flat_map(|(what, times)| self::times(what, times));
    let parts = parts.map(|(what, part, trend)| self::part(what, part, trend));
    [opened].into_iter().chain(times).chain(parts).map(|row| row.during(document, window)).collect()
}

/// Mean, median and the ninth tenth; none of nothing.
fn times(what: &str, times: Times) -> Vec<Row> {
    let each = [("mean", times.mean), ("median", times.median), ("p90", times.ninetieth)];
    let row = |(which, span): (&str, Option<_>)| {
        let row = Row::length("scorecard", format!("{what}_{which}"), span?);
        Some(Row { of: times.count.to_string(), ..row })
    };
    each.into_iter().filter_map(row).collect()
}

fn part(what: &str, part: Part, trend: Option<Trend>) -> Row {
    let verdict = trend.map(|trend| word(&trend)).unwrap_or_default();
    Row { verdict, ..Row::part("scorecard", what, part.part, part.whole) }
}

/// Each hour of the week in which any incident opened, as clocks on the wall show it.
fn load(opened: &Grid) -> Vec<Row> {
    let mut rows = Vec::new();
    for (day, hours) in DAYS.into_iter().zip(&opened.0) {
        let busy = hours.iter().enumerate().filter(|(_, number)| **number > 0);
        rows.extend(busy.map(|(hour, number)| Row {
            from: format!("{hour:02}:00"),
            until: format!("{:02}:00", hour + 1),
            ..Row::count("load", day, number)
        }));
    }
    rows
}
