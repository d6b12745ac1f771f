//! What the customer said in the window: satisfaction with its range, complaints, themes, quotes by permission.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::figures::ends;
use super::{Given, Scope, count};
use crate::core::calendar::local_date;
use crate::core::event::SurveyId;
use crate::core::interval::Interval;
use crate::core::reading::{Sentiment, ThemeId};
use crate::core::review::document::{Handled, Quote, ScorePoint, SurveyRow, ThemeRow, Voice};
use crate::core::voice::{
    Feedback, FeedbackKind, Quotable, Quoting, Remark, answers, complaint_clocks, judging, results,
};
use crate::core::window::previous_window;

/// So many periods are in a survey's history.
const HISTORY: usize = 6;
/// So many themes are told of.
const THEMES: usize = 6;

pub(super) fn voice(scope: &Scope<'_>, given: &Given) -> Voice {
    let written: Vec<&Feedback> = written(scope).collect();
    let of = |kind: FeedbackKind| {
        let mut sum = Handled::default();
        for one in written.iter().filter(|feedback| feedback.kind == kind) {
            let (open, late) = (one.is_open(), is_late(scope, one));
            sum.open += u32::from(open);
            sum.closed += u32::from(!open);
            sum.late += u32::from(late);
        }
        sum
    };
    Voice {
        surveys: scope.state.voice.survey_ids().into_iter().filter_map(|id| survey(scope, id)).collect(),
        complaints: of(FeedbackKind::Complaint),
        feedback: of(FeedbackKind::Feedback),
        themes: themes(scope, given, &written),
        quotes: quotes(scope),
    }
}

/// What was written in the window.
fn written<'a>(scope: &Scope<'a>) -> impl Iterator<Item = &'a Feedback> {
    let (window, agreements) = (scope.window, scope.ids());
    let all = scope.state.voice.all_feedback().map(|(_, feedback)| feedback);
    all.filter(move |feedback| {
        window.contains(feedback.submitted) && agreements.contains(&feedback.agreement)
    })
}

fn is_late(scope: &Scope<'_>, feedback: &Feedback) -> bool {
    let versions = scope.state.agreements.get(&feedback.agreement);
    let version = versions.and_then(|versions| judging(versions, feedback, scope.as_of));
    let clocks = version.map(|version| complaint_clocks(feedback, &version.terms, scope.as_of));
    clocks.unwrap_or_default().iter().any(|clock| clock.reading.late)
}

/// None where nobody was asked and nobody answered.
fn survey(scope: &Scope<'_>, id: &SurveyId) -> Option<SurveyRow> {
    let (dates, before) = (scope.dates(scope.window), scope.dates(scope.before()));
    let known = results(scope.state, id, &scope.ids(), dates, before);
    if known.day.asked == 0 && known.day.all().n() == 0 {
        return None;
    }
    let (kind, score) = (known.kind?, known.score());
    Some(SurveyRow {
        survey: id.clone(),
        title: scope.state.voice.survey(id)?.title.clone(),
        kind,
        counts: known.day.all(),
        asked: known.day.asked,
        answered: known.day.answered,
        value: score.map(|score| score.shown(2)),
        range: score.and_then(|score| score.range).and_then(ends),
        before: known.previous().map(|score| score.shown(2)),
        trend: known.trend(),
        history: history(scope, id),
    })
}

fn history(scope: &Scope<'_>, id: &SurveyId) -> Vec<ScorePoint> {
    let Some(period) = scope.period else { return Vec::new() };
    let mut windows = vec![scope.window];
    while let Some(last) = windows.last().copied().filter(|_| windows.len() < HISTORY) {
        windows.push(previous_window(period, scope.zone, last));
    }
    let point = |window: &Interval| {
        let dates = scope.dates(*window);
        let score = results(scope.state, id, &scope.ids(), dates, dates).score();
        ScorePoint {
            first: local_date(scope.zone, window.start),
            value: score.map(|score| score.shown(2)),
            range: score.and_then(|score| score.range).and_then(ends),
            n: score.map_or(0, |score| score.n),
        }
    };
    windows.iter().rev().map(point).collect()
}

/// The themes of every text that was read and is known to be somebody's, the most frequent first.
fn themes(scope: &Scope<'_>, given: &Given, written: &[&Feedback]) -> Vec<ThemeRow> {
    let (state, agreements, dates) = (scope.state, scope.ids(), scope.dates(scope.window));
    let mut remarks: Vec<&Remark> = written.iter().map(|feedback| &feedback.text).collect();
    for survey in state.voice.survey_ids() {
        remarks.extend(
            answers(state, survey, &agreements, dates).flat_map(|(_, _, answer)| answer.texts.values()),
        );
    }
    let mut by_theme: BTreeMap<&ThemeId, Vec<&Remark>> = BTreeMap::new();
    for remark in remarks {
        for theme in remark.reading.iter().flat_map(|reading| &reading.themes) {
            by_theme.entry(theme).or_default().push(remark);
        }
    }
    let row = |(theme, own): (&ThemeId, Vec<&Remark>)| {
        let mood = |wanted: Sentiment| {
            let of = |remark: &&&Remark| {
                remark.reading.as_ref().is_some_and(|reading| reading.sentiment == Some(wanted))
            };
            count(own.iter().filter(of).count())
        };
        ThemeRow {
            theme: theme.clone(),
            name: given.themes.get(theme).cloned(),
            texts: count(own.len()),
            negative: mood(Sentiment::Negative),
            positive: mood(Sentiment::Positive),
            uncovered: own.iter().any(|remark| remark.uncovered),
        }
    };
    let mut rows: Vec<ThemeRow> = by_theme.into_iter().map(row).collect();
    // Stable, so that of equals the first by name comes first.
    rows.sort_by_key(|row| Reverse(row.texts));
    rows.truncate(THEMES);
    rows
}

/// What may be quoted of what was written in the window: the newest, and beside it the newest in the other mood,
/// because who only hears praise or only blame hears half. Where all are of one mood, the two newest.
fn quotes(scope: &Scope<'_>) -> Vec<Quote> {
    let within = |known: &Quotable<'_>| {
        scope.window.contains(known.own.at) && scope.agreements.contains_key(known.own.agreement)
    };
    let known: Vec<Quotable<'_>> = scope.state.voice.quotable().into_iter().filter(within).collect();
    let Some((first, rest)) = known.split_first() else { return Vec::new() };
    let other = rest.iter().find(|known| is_positive(known) != is_positive(first));
    let quote = |known: &Quotable<'_>| Quote {
        agreement: known.own.agreement.clone(),
        by: known.own.by.filter(|_| known.how == Quoting::Named).cloned(),
        text: Some(known.own.remark.text.id.clone()),
    };
    [Some(first), other.or(rest.first())].into_iter().flatten().map(quote).collect()
}

fn is_positive(known: &Quotable<'_>) -> bool {
    known.own.remark.reading.as_ref().is_some_and(|reading| reading.sentiment == Some(Sentiment::Positive))
}

impl Handled {
    pub const fn all(self) -> u32 {
        self.open + self.closed
    }
}
