//! What customers said, added up.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Handled, Heard, PERIODS, Recommended, Satisfaction, Theme, named, surveys};
use crate::analysis::Rules;
use crate::commands::access::Place;
use crate::commands::asking::Asking;
use crate::commands::choose;
use crate::commands::stretch::Stretch;
use crate::core::calendar::local_date;
use crate::core::event::{AgreementId, SurveyId};
use crate::core::reading::{Sentiment, ThemeId};
use crate::core::score::Score;
use crate::core::state::State;
use crate::core::time::Instant;
use crate::core::voice::{
    Dates, Feedback, FeedbackKind, Origin, Remark, answers, complaint_clocks, judging, results,
};

/// So many themes are told of, and so many quotes of each.
const THEMES: usize = 8;
const QUOTES: usize = 2;

/// A text that was read, and whether its words may be shown here.
struct Text<'s> {
    remark: &'s Remark,
    shown: bool,
    at: Instant,
}

pub(super) fn hear(
    state: &State,
    asking: &Asking,
    rules: &Rules,
    agreements: &BTreeSet<AgreementId>,
    period: Stretch,
) -> Heard {
    let own: Vec<&Feedback> = feedback(state, agreements, period.dates()).collect();
    let of = |kind| own.iter().copied().filter(move |feedback: &&Feedback| feedback.kind == kind);
    let surveys = surveys(state, agreements, period);
    let titled = surveys
        .iter()
        .filter_map(|(id, results)| Some((state.voice.survey(id)?.title.clone(), results.clone())));
    let texts = texts(state, asking, agreements, period.dates());
    let before = self::texts(state, asking, agreements, period.before().dates());
    let uncovered = texts.iter().filter(|text| text.remark.uncovered).count() as u64;
    Heard {
        customer: None,
        period,
        surveys: titled.collect(),
        complaints: of(FeedbackKind::Complaint).map(|one| handled(state, one, asking.now)).sum(),
        feedback: of(FeedbackKind::Feedback).map(|one| handled(state, one, asking.now)).sum(),
        texts: (texts.len() as u64, before.len() as u64),
        uncovered,
        themes: themes(rules, &texts, &before),
        recommended: if asking.as_operator() { recommended(state, rules, agreements) } else { Vec::new() },
        satisfaction: satisfaction(state, agreements, period, surveys.keys().copied()),
        learnt: None,
    }
}

fn feedback<'s>(
    state: &'s State,
    agreements: &BTreeSet<AgreementId>,
    dates: Dates,
) -> impl Iterator<Item = &'s Feedback> {
    let all = state.voice.all_feedback().map(|(_, feedback)| feedback);
    all.filter(move |feedback| {
        let zone = state.zone(&feedback.agreement, feedback.submitted);
        agreements.contains(&feedback.agreement) && dates.contains(local_date(zone, feedback.submitted))
    })
}

fn handled(state: &State, feedback: &Feedback, now: Instant) -> Handled {
    let open = feedback.is_open();
    let version = state.agreements.get(&feedback.agreement).and_then(|all| judging(all, feedback, now));
    let clocks = version.map(|version| complaint_clocks(feedback, &version.terms, now)).unwrap_or_default();
    let late = clocks.iter().any(|clock| clock.reading.late);
    let decided = !clocks.is_empty() && clocks.iter().all(|clock| clock.reading.stopped_at.is_some());
    Handled {
        open: u64::from(open),
        closed: u64::from(!open),
        late: u64::from(late),
        in_time: u64::from(decided && !late),
    }
}

impl std::iter::Sum for Handled {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            open: sum.open + one.open,
            closed: sum.closed + one.closed,
            late: sum.late + one.late,
            in_time: sum.in_time + one.in_time,
        })
    }
}

/// Everything of the period that was read, the newest first. Anonymous words are not among them: they are only
/// told with their round.
fn texts<'s>(
    state: &'s State,
    asking: &Asking,
    agreements: &BTreeSet<AgreementId>,
    dates: Dates,
) -> Vec<Text<'s>> {
    let written = feedback(state, agreements, dates).map(|feedback| Text {
        remark: &feedback.text,
        shown: may_read(asking, feedback),
        at: feedback.submitted,
    });
    let mut texts: Vec<Text<'s>> = written.collect();
    for survey in state.voice.survey_ids() {
        for (_, _, answer) in answers(state, survey, agreements, dates) {
            let own = answer.texts.values().map(|remark| Text { remark, shown: true, at: answer.at });
            texts.extend(own);
        }
    }
    texts.retain(|text| text.remark.reading.is_some());
    texts.sort_by_key(|text| (Reverse(text.at), text.remark.text.id.clone()));
    texts
}

/// The provider reads everything; a customer what was written where the customer reads, and their own.
fn may_read(asking: &Asking, feedback: &Feedback) -> bool {
    let own = asking.person.is_some() && asking.person == feedback.by && asking.place == Place::Direct;
    asking.as_operator() || own || matches!(feedback.origin, Origin::Channel(_))
}

fn themes(rules: &Rules, texts: &[Text<'_>], before: &[Text<'_>]) -> Vec<Theme> {
    let mut by_theme: BTreeMap<&ThemeId, Vec<&Text<'_>>> = BTreeMap::new();
    for text in texts {
        for theme in text.remark.reading.iter().flat_map(|reading| &reading.themes) {
            by_theme.entry(theme).or_default().push(text);
        }
    }
    let speaks = |text: &Text<'_>, theme: &ThemeId| {
        text.remark.reading.as_ref().is_some_and(|reading| reading.themes.contains(theme))
    };
    let theme = |(id, own): (&ThemeId, Vec<&Text<'_>>)| {
        let mood = |wanted: Sentiment| {
            let of = |text: &&&Text<'_>| {
                text.remark.reading.as_ref().is_some_and(|reading| reading.sentiment == Some(wanted))
            };
            own.iter().filter(of).count() as u64
        };
        Theme {
            name: named(rules, id),
            texts: own.len() as u64,
            before: before.iter().filter(|text| speaks(text, id)).count() as u64,
            negative: mood(Sentiment::Negative),
            positive: mood(Sentiment::Positive),
            uncovered: own.iter().filter(|text| text.remark.uncovered).count() as u64,
            quotes: own
                .iter()
                .filter(|text| text.shown)
                .take(QUOTES)
                .map(|text| text.remark.text.id.clone())
                .collect(),
        }
    };
    let mut themes: Vec<Theme> = by_theme.into_iter().map(theme).collect();
    // Stable, so that of equals the first by name comes first.
    themes.sort_by_key(|theme| Reverse(theme.texts));
    themes.truncate(THEMES);
    themes
}

fn recommended(state: &State, rules: &Rules, agreements: &BTreeSet<AgreementId>) -> Vec<Recommended> {
    let of = |agreement| {
        state.voice.recommended(agreement).map(move |(theme, said)| Recommended {
            customer: choose::customer(state, agreement),
            theme: named(rules, theme),
            texts: said.len() as u64,
        })
    };
    agreements.iter().flat_map(of).collect()
}

/// The survey with the most answers over the latest periods.
fn satisfaction<'s>(
    state: &State,
    agreements: &BTreeSet<AgreementId>,
    period: Stretch,
    known: impl Iterator<Item = &'s SurveyId>,
) -> Option<Satisfaction> {
    let periods = period.latest(PERIODS);
    let of = |id: &SurveyId| {
        let score = |period: &Stretch| {
            let dates = period.dates();
            (*period, results(state, id, agreements, dates, dates).score())
        };
        let points: Vec<(Stretch, Option<Score>)> = periods.iter().map(score).collect();
        let n: u64 = points.iter().filter_map(|(_, score)| score.as_ref()).map(|score| score.n).sum();
        (n > 0).then_some((n, points))
    };
    let mut best: Option<(u64, Satisfaction)> = None;
    for id in known {
        let Some(((n, points), survey)) = of(id).zip(state.voice.survey(id)) else { continue };
        if best.as_ref().is_none_or(|(most, _)| n > *most) {
            best = Some((n, Satisfaction { title: survey.title.clone(), points }));
        }
    }
    best.map(|(_, satisfaction)| satisfaction)
}
