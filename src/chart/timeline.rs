//! The stages of incidents: a bar for each, or of one alone its stages below each other.

use super::key::{SQUARE, key, remark};
use super::sheet::{
    Anchor, BLUE, BOLD, GREEN, GROUND, INK, INNER, LABEL, MARGIN, ORANGE, RIGHT, SKY, SMALL, SOFT, Sheet,
    TRACK, Type, VERMILION, fit, width, wrap,
};
use crate::core::picture::{Course, Reached, Timeline};
use crate::core::time::Span;
use crate::i18n::picture::SpokenTimeline;

const HIGH: f64 = 24.0;
/// How long a stage took is written this small, where it fits into it.
const TOOK: f64 = 12.0;
/// A stage that took any time is never narrower, so that it is seen.
const LEAST: f64 = 7.0;
/// The most stages of an incident.
const MOST_STAGES: usize = 12;

pub(super) fn draw(sheet: &mut Sheet, shown: &SpokenTimeline) {
    let rows = &shown.shown.rows[..shown.shown.rows.len().min(Timeline::MOST_ROWS)];
    let empty = (Vec::new(), String::new());
    if let [one] = rows {
        alone(sheet, one, shown.took.first().unwrap_or(&empty), shown);
        return;
    }
    sheet.bottom += 4.0;
    for (index, one) in rows.iter().enumerate() {
        let (each, total) = shown.took.get(index).unwrap_or(&empty);
        heading(sheet, &one.label, total);
        bar(sheet, one, each);
    }
    if let Some(more) = &shown.more {
        remark(sheet, more);
    }
    for line in wrap(&shown.scale, SMALL, INNER, 2) {
        remark(sheet, &line);
    }
    let names = shown.key.iter().map(|(until, name)| (*until, name.as_str()));
    key(sheet, names, |sheet, until, place| part(sheet, until, place, (SQUARE, SQUARE)));
}

fn heading(sheet: &mut Sheet, label: &str, total: &str) {
    sheet.bottom += LABEL * 1.5;
    let total = fit(total, LABEL * BOLD, INNER * 0.5);
    let room = INNER - width(&total, LABEL * BOLD) - 10.0;
    sheet.text(MARGIN, sheet.bottom, &fit(label, LABEL, room), Type::new(LABEL, INK));
    sheet.text(RIGHT, sheet.bottom, &total, Type::new(LABEL, INK).bold().anchored(Anchor::End));
}

fn bar(sheet: &mut Sheet, course: &Course<String>, took: &[String]) {
    let top = sheet.bottom + 7.0;
    let mut x = MARGIN;
    for ((stage, wide), took) in course.stages.iter().zip(widths(course, INNER)).zip(took) {
        if wide <= 0.0 {
            continue;
        }
        let size = (wide - 1.0, HIGH);
        part(sheet, stage.until, (x, top), size);
        if width(took, TOOK) + 8.0 <= size.0 {
            let middle = x + size.0 / 2.0;
            if is_patterned(stage.until) {
                let plate = width(took, TOOK) + 4.0;
                sheet.rect((middle - plate / 2.0, top + 4.0), (plate, HIGH - 8.0), 2.0, GROUND);
            }
            let look = Type::new(TOOK, ink_on(stage.until)).anchored(Anchor::Middle);
            sheet.text(middle, top + HIGH / 2.0 + 4.3, took, look);
        }
        x += wide;
    }
    sheet.bottom = top + HIGH + 4.0;
}

/// How much of `room` each stage takes: as much as its share of the time, but the shortest enough to be seen.
fn widths(course: &Course<String>, room: f64) -> Vec<f64> {
    let total = length(course.total());
    let stages = &course.stages[..course.stages.len().min(MOST_STAGES)];
    let share = |took: Span| if total > 0.0 { room * length(took.or_zero()) / total } else { 0.0 };
    let plain: Vec<f64> = stages.iter().map(|stage| share(stage.took)).collect();
    let is_short = |wide: &f64| *wide > 0.0 && *wide < LEAST;
    let lent: f64 = plain.iter().filter(|wide| is_short(wide)).map(|wide| LEAST - wide).sum();
    let long: f64 = plain.iter().filter(|wide| !is_short(wide)).sum();
    let fitted = plain.iter().map(|wide| match wide {
        wide if is_short(wide) => LEAST,
        wide if long > 0.0 => wide * (1.0 - lent / long),
        wide => *wide,
    });
    fitted.collect()
}

/// One incident: each stage in lines of its own, below each other as they followed.
fn alone(
    sheet: &mut Sheet,
    course: &Course<String>,
    (took, total): &(Vec<String>, String),
    shown: &SpokenTimeline,
) {
    sheet.bottom += 4.0;
    heading(sheet, &course.label, "");
    sheet.bottom += 2.0;
    let mut x = MARGIN;
    for ((stage, wide), took) in course.stages.iter().zip(widths(course, INNER)).zip(took) {
        let name = shown.key.iter().find(|(until, _)| *until == stage.until).map_or("", |(_, name)| name);
        sheet.bottom += SMALL * 1.7;
        let took = fit(took, SMALL * BOLD, INNER * 0.5);
        let room = INNER - width(&took, SMALL * BOLD) - 10.0;
        sheet.text(MARGIN, sheet.bottom, &fit(name, SMALL, room), Type::new(SMALL, SOFT));
        sheet.text(RIGHT, sheet.bottom, &took, Type::new(SMALL, INK).bold().anchored(Anchor::End));
        let top = sheet.bottom + 5.0;
        sheet.rect((MARGIN, top), (INNER, 14.0), 2.0, TRACK);
        if wide > 0.0 {
            part(sheet, stage.until, (x, top), (wide, 14.0));
        }
        x += wide;
        sheet.bottom = top + 14.0;
    }
    sheet.bottom += 4.0;
    heading(sheet, &shown.total, total);
}

/// A stage as it is drawn; no two look alike without their colours.
pub(super) fn part(sheet: &mut Sheet, until: Reached, (x, y): (f64, f64), (wide, high): (f64, f64)) {
    let (place, size) = ((x, y), (wide, high));
    match until {
        Reached::Noticed => {
            sheet.rect(place, size, 2.0, TRACK);
            sheet.frame(place, size, 1.4, SOFT);
        }
        Reached::Told => sheet.rect(place, size, 2.0, SKY),
        Reached::Acknowledged => {
            sheet.rect(place, size, 2.0, ORANGE);
            sheet.hatch(place, size, 5.0, GROUND);
        }
        Reached::Resolved => sheet.rect(place, size, 2.0, BLUE),
        Reached::Confirmed => {
            sheet.rect(place, size, 2.0, GROUND);
            sheet.hatch(place, size, 4.0, GREEN);
            sheet.frame(place, size, 1.4, GREEN);
        }
        Reached::Open => {
            sheet.rect(place, size, 2.0, GROUND);
            sheet.frame(place, size, 2.4, VERMILION);
        }
    }
}

const fn is_patterned(until: Reached) -> bool {
    matches!(until, Reached::Acknowledged | Reached::Confirmed)
}

const fn ink_on(until: Reached) -> &'static str {
    match until {
        Reached::Resolved => GROUND,
        _ => INK,
    }
}

/// A length of time, exact enough for a length in a picture.
#[expect(clippy::cast_precision_loss, reason = "a length in a picture needs no more than a few digits")]
const fn length(span: Span) -> f64 {
    span.micros() as f64
}
