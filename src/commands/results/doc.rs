//! The results of a survey as a message.

use super::{Comment, Told, Who, Words, answer_name, picture};
use crate::commands::scores::{count, localized, response_text, score_short, score_text, trend_text};
use crate::core::doc::{Block, Doc, Field, Line, Text, Tone, Value};
use crate::core::notice::survey::{promise_mark, promise_text};
use crate::core::reading::{Reading, Sentiment, Tongue};
use crate::core::survey::{Given, Identity};
use crate::core::time::Instant;
use crate::core::voice::{Contrast, Promise};

pub(super) fn doc(told: &Told, now: Instant) -> Doc {
    let mut head: Line = vec![Text::key("results-head"), dot(), localized(&told.survey.title)];
    head.extend(told.customer.iter().flat_map(|customer| [dot(), Text::name(customer.clone())]));
    head.extend([dot(), Value::Period { period: told.period.period(), full: true }.into()]);
    let mut doc = Doc::new(Tone::Information, head, now);
    let score = told.results.score();
    match &score {
        Some(score) => doc = doc.line(score_text(score, &told.results.day.all())),
        None if told.further.is_empty() => doc = doc.line(nothing(told)),
        None => {}
    }
    doc = doc.line(response_text(&told.results));
    doc.blocks.extend(beside(told).into_iter().map(|text| Block::Line(text.into())));
    doc.blocks.extend(trend_text(&told.results, told.period.before().period()).map(line));
    doc.blocks.extend(told.results.contrasts().into_iter().map(|contrast| line(contrast_text(contrast))));
    doc.blocks.extend(by_promise(told));
    for (place, counts) in &told.further {
        doc.blocks.extend(further(told, *place, counts));
    }
    if !told.comments.is_empty() {
        let heading = Text::key("results-comments").with("count", count(told.comments.len() as u64));
        doc = doc.block(Block::Heading(heading.into()));
    }
    for comment in &told.comments {
        doc = doc.line(comment_line(told, comment)).block(Block::Quote(vec![match &comment.words {
            Words::Kept(id) => Text::Prose(id.clone()),
            Words::Plain(text) => Text::Untrusted(text.clone()),
        }]));
    }
    doc.picture = picture::of(told).map(Box::new);
    doc
}

pub(super) const fn dot() -> Text {
    Text::mark(" · ")
}

fn line(text: Text) -> Block {
    Block::Line(text.into())
}

/// Why there is no figure. Never a figure of 0.
fn nothing(told: &Told) -> Text {
    if told.hidden > 0 {
        Text::key("results-too-few").with("count", i64::from(told.survey.minimum_group))
    } else {
        Text::key("results-none")
    }
}

/// What the figure does not hold.
fn beside(told: &Told) -> Vec<Text> {
    let mut lines = Vec::new();
    if told.waiting > 0 {
        lines.push(Text::key("results-waiting").with("count", count(told.waiting)));
    }
    if told.hidden > 0 && told.results.score().is_some() {
        let least = i64::from(told.survey.minimum_group);
        lines.push(Text::key("results-hidden").with("count", count(told.hidden)).with("least", least));
    }
    lines
}

fn contrast_text(contrast: Contrast) -> Text {
    Text::key(match contrast {
        Contrast::MetYetUnhappy => "results-met-unhappy",
        Contrast::MissedYetForgiven => "results-missed-forgiven",
        Contrast::BetterWhereMissed => "results-better-missed",
    })
}

fn by_promise(told: &Told) -> Vec<Block> {
    let groups = told.results.by_promise();
    if groups.iter().all(|(promise, _)| *promise == Promise::Unknown) {
        return Vec::new();
    }
    let row = |(promise, score): &(Promise, crate::core::score::Score)| Field {
        name: promise_text(*promise).into(),
        verdict: Some(promise_mark(*promise)),
        value: score_short(score).into(),
    };
    let heading = Block::Heading(Text::key("results-by-promise").into());
    vec![heading, Block::Fields(groups.iter().map(row).collect())]
}

fn further(told: &Told, place: usize, counts: &[(String, u64)]) -> Vec<Block> {
    let Some(question) = told.survey.questions.get(place) else { return Vec::new() };
    let row = |(name, times): &(String, u64)| -> Line {
        let label = answer_name(&told.survey, place, name);
        let label = label.map_or_else(|| Text::name(name.clone()), |text| localized(&text));
        vec![label, Text::mark(": "), Value::Count(count(*times)).into()]
    };
    let heading = Block::Heading(localized(&question.text).into());
    vec![heading, Block::List(counts.iter().map(row).collect())]
}

/// `Lena · 2 of 5 · promise met · English · negative`
fn comment_line(told: &Told, comment: &Comment) -> Line {
    let mut line: Line = vec![match &comment.who {
        Who::Person(person) => Value::Person(person.clone()).into(),
        Who::Own => Text::key("results-own"),
        Who::Somebody => Text::key("survey-somebody"),
    }];
    let highest = told.survey.scored().and_then(|question| question.kind.range()).map(|(_, highest)| highest);
    match (&comment.given, highest) {
        (Some(Given::Score(score)), Some(highest)) => {
            let score = Text::key("survey-score").with("score", *score).with("highest", highest);
            line.extend([dot(), score]);
        }
        (Some(Given::Choice(name)), _) => {
            line.extend(answer_name(&told.survey, 0, name).iter().flat_map(|text| [dot(), localized(text)]));
        }
        _ => {}
    }
    // Where nobody can know whose it is, nothing is said of a promise that was not told apart.
    if told.survey.identity != Identity::Anonymous || comment.promise != Promise::Unknown {
        line.extend([dot(), promise_text(comment.promise)]);
    }
    line.extend(comment.reading.iter().flat_map(reading_marks));
    if comment.telephone {
        line.extend([dot(), Text::key("survey-by-telephone")]);
    }
    line
}

/// The language of a text and its mood, each after a dot.
pub(super) fn reading_marks(reading: &Reading) -> Vec<Text> {
    let tongue = match reading.tongue {
        Tongue::English => Some("tongue-english"),
        Tongue::TraditionalChinese => Some("tongue-traditional"),
        Tongue::SimplifiedChinese => Some("tongue-simplified"),
        Tongue::Other => Some("tongue-other"),
        Tongue::Unknown => None,
    };
    let mood = reading.sentiment.map(mood_key);
    tongue.into_iter().chain(mood).flat_map(|key| [dot(), Text::from(Value::term(key))]).collect()
}

pub(super) const fn mood_key(mood: Sentiment) -> &'static str {
    match mood {
        Sentiment::Negative => "said-negative",
        Sentiment::Neutral => "said-neutral",
        Sentiment::Positive => "said-positive",
        Sentiment::Mixed => "said-mixed",
    }
}
