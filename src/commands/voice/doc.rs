//! What customers said in a period, as a message.

use super::{Handled, Heard, Recommended, Satisfaction, Theme, ThemeName};
use crate::analysis::{FEWEST_TEXTS, LEAST_PERCENT, Measure, Silence};
use crate::commands::scores::{
    count, ends, localized, measure, response_text, score_short, score_text, trend_text,
};
use crate::commands::words::score_value;
use crate::core::doc::{Block, Doc, Field, Line, Text, Tone, Value};
use crate::core::picture::{Picture, Point, Shows, Trend as Drawn};
use crate::core::score::{self, Counts, Scale, Score, ScoreKind, Trend};
use crate::core::survey::Localized;
use crate::core::time::Instant;
use crate::core::voice::Results;

pub(super) fn doc(heard: &Heard, now: Instant) -> Doc {
    let mut head: Line = vec![Text::key("voice-head")];
    head.extend(heard.customer.iter().flat_map(|customer| [dot(), Text::name(customer.clone())]));
    head.extend([dot(), Value::Period { period: heard.period.period(), full: true }.into()]);
    let mut doc = Doc::new(Tone::Information, head, now);
    if heard.surveys.is_empty() {
        doc = doc.line(Text::key("voice-no-surveys"));
    } else {
        let rows = heard.surveys.iter().map(|survey| survey_row(heard, survey));
        doc = doc.block(Block::Fields(rows.collect()));
    }
    doc = doc.block(Block::List(vec![complaints(heard.complaints), feedback(heard.feedback)]));
    doc.blocks.extend(themes(heard));
    for recommended in &heard.recommended {
        doc = doc.line(recommendation(recommended));
    }
    doc.blocks.extend(heard.learnt.as_ref().map(|learnt| Block::Line(learner(learnt).into())));
    doc.picture = heard.satisfaction.as_ref().and_then(picture).map(Box::new);
    doc
}

const fn dot() -> Text {
    Text::mark(" · ")
}

/// One survey in one line.
fn survey_row(heard: &Heard, (title, results): &(Localized, Results)) -> Field {
    let mut value: Line = match results.score() {
        Some(score) => vec![score_text(&score, &results.day.all())],
        None => vec![Text::key("results-none")],
    };
    value.extend([dot(), response_text(results)]);
    let trend = trend_text(results, heard.period.before().period());
    value.extend(trend.into_iter().flat_map(|trend| [dot(), trend]));
    Field { name: localized(title).into(), verdict: None, value }
}

fn complaints(handled: Handled) -> Line {
    let Handled { open, closed, late, in_time } = handled;
    if open + closed == 0 {
        return Text::key("voice-no-complaints").into();
    }
    let text = Text::key("voice-complaints").with("count", count(open + closed)).with("open", count(open));
    let mut line: Line = vec![text.with("closed", count(closed)).with("late", count(late))];
    if in_time + late > 0 {
        let text = Text::key("voice-in-time").with("met", count(in_time));
        line.extend([dot(), text.with("decided", count(in_time + late))]);
    }
    line
}

fn feedback(Handled { open, closed, .. }: Handled) -> Line {
    if open + closed == 0 {
        return Text::key("voice-no-feedback").into();
    }
    let text = Text::key("voice-feedback").with("count", count(open + closed)).with("open", count(open));
    text.with("closed", count(closed)).into()
}

fn themes(heard: &Heard) -> Vec<Block> {
    let (texts, _) = heard.texts;
    if texts == 0 {
        return vec![Block::Line(Text::key("voice-no-texts").into())];
    }
    let mut blocks = vec![Block::Heading(Text::key("voice-themes").with("count", count(texts)).into())];
    if heard.themes.is_empty() {
        blocks.push(Block::Line(Text::key("voice-no-themes").into()));
    }
    for theme in &heard.themes {
        blocks.push(Block::Line(theme_line(heard, theme)));
        blocks.extend(theme.quotes.iter().map(|id| Block::Quote(Text::Prose(id.clone()).into())));
    }
    if heard.uncovered > 0 {
        blocks.push(Block::Line(Text::key("voice-uncovered").with("count", count(heard.uncovered)).into()));
    }
    blocks
}

/// `Speed: 5 of 12 texts · 4 negative · more often than in Q3 (2 of 20) · no objective covers it`
fn theme_line(heard: &Heard, theme: &Theme) -> Line {
    let (now, before) = heard.texts;
    let mut line: Line = vec![theme_name(&theme.name), Text::mark(": ")];
    line.push(Text::key("voice-theme").with("texts", count(theme.texts)).with("count", count(now)));
    let moods = [(theme.negative, "voice-negative"), (theme.positive, "voice-positive")];
    for (texts, key) in moods.into_iter().filter(|(texts, _)| *texts > 0) {
        line.extend([
            dot(),
            Text::Message { key: key.into(), args: Default::default() }.with("count", count(texts)),
        ]);
    }
    let period = Value::Period { period: heard.period.before().period(), full: false };
    let moved = match moved((theme.texts, now), (theme.before, before)) {
        _ if before == 0 => Text::key("voice-theme-new").with("period", period),
        Some(Trend::Risen) => compared("voice-theme-more", period, theme, before),
        Some(Trend::Fallen) => compared("voice-theme-less", period, theme, before),
        _ => compared("voice-theme-same", period, theme, before),
    };
    line.extend([dot(), moved]);
    if theme.uncovered > 0 {
        line.extend([dot(), Text::key("voice-theme-uncovered")]);
    }
    line
}

fn compared(key: &'static str, period: Value, theme: &Theme, before: u64) -> Text {
    let text = Text::key(key).with("period", period);
    text.with("texts", count(theme.before)).with("count", count(before))
}

/// Whether the share of texts that speak of something moved by more than chance.
fn moved(now: (u64, u64), before: (u64, u64)) -> Option<Trend> {
    let share = |(speak, all): (u64, u64)| {
        let mut counts = Counts::default();
        counts.add_many(1, speak);
        counts.add_many(0, all.saturating_sub(speak));
        Score::of(ScoreKind::Csat { scale: Scale::new(0, 1), satisfied_from: 1 }, &counts)
    };
    Some(score::trend(&share(now)?, &share(before)?))
}

fn theme_name(name: &ThemeName) -> Text {
    match name {
        ThemeName::Known(name) => localized(name),
        ThemeName::Id(id) => Text::Value(Value::Code(id.to_string())),
    }
}

fn recommendation(recommended: &Recommended) -> Line {
    let theme = match theme_name(&recommended.theme) {
        Text::Value(value) => value,
        _ => Value::List(Vec::new()),
    };
    let text = Text::key("voice-recommended").with("customer", Value::Name(recommended.customer.clone()));
    text.with("theme", theme).with("count", count(recommended.texts)).into()
}

/// How well the moods are read that people corrected, and why nothing learnt is used.
pub(super) fn learner(measure: &Measure) -> Text {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let percent = |percent: Option<u32>| i64::from(percent.unwrap_or(0));
    let text = match measure.silence {
        None => Text::key("voice-learnt").with("rules", percent(measure.rules_percent)),
        Some(Silence::TooFewTexts) => Text::key("voice-learner-few").with("needed", number(FEWEST_TEXTS)),
        Some(Silence::TooFewOfAClass) => Text::key("voice-learner-alike"),
        Some(Silence::NotGoodEnough) => {
            Text::key("voice-learner-poor").with("needed", i64::from(LEAST_PERCENT))
        }
        Some(Silence::NoBetterThanGuessing) => Text::key("voice-learner-guess"),
        Some(Silence::NoBetterThanTheRules) => {
            Text::key("voice-learner-rules").with("rules", percent(measure.rules_percent))
        }
    };
    text.with("texts", number(measure.texts)).with("percent", percent(measure.learnt_percent))
}

/// Satisfaction over the latest periods with how sure it is.
fn picture(satisfaction: &Satisfaction) -> Option<Picture> {
    let kind = satisfaction.points.iter().find_map(|(_, score)| Some(score.as_ref()?.kind))?;
    let label = |period: &super::Stretch| Value::Period { period: period.period(), full: false };
    let points = satisfaction.points.iter().map(|(period, score)| Point {
        label: Text::from(label(period)).into(),
        value: score.as_ref().map(|score| score.shown(2)),
        interval: score.as_ref().and_then(ends),
    });
    let mut alt: Line = vec![localized(&satisfaction.title)];
    for (period, score) in &satisfaction.points {
        alt.extend([dot(), label(period).into(), Text::mark(": ")]);
        alt.push(score.as_ref().map_or_else(|| Text::key("voice-no-figure"), score_short));
    }
    let last = satisfaction.points.last().and_then(|(_, score)| score.as_ref());
    let note = last.map(|score| {
        let text = Text::key("voice-latest").with("value", score_value(score));
        text.with("count", count(score.n)).into()
    });
    let shows = Shows::Trend(Drawn { measure: measure(kind), points: points.collect(), target: None });
    Some(Picture { title: localized(&satisfaction.title).into(), note: note.unwrap_or_default(), alt, shows })
}
