//! `/voice`: all that customers said in a period, in one answer: scores, complaints, feedback, recurring themes.

mod doc;
mod heard;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::{Measure, Rules};
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::desk::Desk;
use crate::commands::results::{chosen, period};
use crate::commands::stretch::{self, Stretch};
use crate::core::calendar::local_date;
use crate::core::event::{AgreementId, ProseId, SurveyId};
use crate::core::reading::ThemeId;
use crate::core::score::Score;
use crate::core::state::State;
use crate::core::survey::Localized;
use crate::core::voice::{Results, results};

/// So many periods are in the picture.
const PERIODS: usize = 6;

/// All that is told.
#[derive(Clone, Debug)]
struct Heard {
    customer: Option<String>,
    period: Stretch,
    /// Every survey that was asked or answered.
    surveys: Vec<(Localized, Results)>,
    complaints: Handled,
    feedback: Handled,
    /// Texts that were read, in this period and in the one before.
    texts: (u64, u64),
    /// Of this period: those that speak of something, and of nothing that any objective covers.
    uncovered: u64,
    /// The most frequent first.
    themes: Vec<Theme>,
    recommended: Vec<Recommended>,
    satisfaction: Option<Satisfaction>,
    /// How good what was learnt of moods is; none where it is not told.
    learnt: Option<Measure>,
}

/// What became of what was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Handled {
    open: u64,
    closed: u64,
    /// Complaints of which a clock was late.
    late: u64,
    /// Complaints whose clocks have all stopped in time.
    in_time: u64,
}

/// What was said of one theme.
#[derive(Clone, Debug)]
struct Theme {
    name: ThemeName,
    texts: u64,
    before: u64,
    negative: u64,
    positive: u64,
    uncovered: u64,
    quotes: Vec<ProseId>,
}

/// As the rules call it, or by its id where they no longer have it.
#[derive(Clone, Debug)]
enum ThemeName {
    Known(Localized),
    Id(ThemeId),
}

#[derive(Clone, Debug)]
struct Recommended {
    customer: String,
    theme: ThemeName,
    texts: u64,
}

/// The figure of the survey that was answered most, over the latest periods.
#[derive(Clone, Debug)]
struct Satisfaction {
    title: Localized,
    points: Vec<(Stretch, Option<Score>)>,
}

impl Desk {
    /// `/voice [customer] [period]`
    pub(super) async fn voice(
        &self,
        asking: &Asking,
        customer: Option<&str>,
        typed: Option<&str>,
        page: u32,
    ) -> Outcome {
        let rules = self.directory().get().config.themes.clone();
        let state = self.journal().read().await;
        let (customer, typed) = sorted(&state, asking, customer, typed);
        let (agreements, name) = chosen(&state, asking, customer, "voice")?;
        let period = period(&state, asking, &agreements, typed)?;
        let mut words = vec!["voice".to_owned()];
        words.extend(agreements.first().filter(|_| customer.is_some()).map(ToString::to_string));
        words.extend(typed.map(|period| format!("--period={}", period.trim())));
        let command =
            shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| "voice".to_owned());
        let mut heard = heard::hear(&state, asking, &rules, &agreements, period);
        heard.customer = name;
        if asking.as_operator() {
            heard.learnt = self.learnt().get().map(|trained| trained.quality().sentiment.clone());
        }
        Ok(Reply::Pages { doc: doc::doc(&heard, asking.now), number: page, command })
    }
}

/// Whoever speaks for one customer need not name it: what stands in its place may be the period.
fn sorted<'a>(
    state: &State,
    asking: &Asking,
    customer: Option<&'a str>,
    typed: Option<&'a str>,
) -> (Option<&'a str>, Option<&'a str>) {
    let today = local_date(asking.locale.zone, asking.now);
    let among: Vec<AgreementId> = asking.agreements(state).into_iter().collect();
    match customer {
        Some(first)
            if typed.is_none()
                && crate::commands::choose::find_agreement(state, &among, first).is_none()
                && stretch::read(first, today).is_some() =>
        {
            (None, Some(first))
        }
        _ => (customer, typed),
    }
}

/// Every survey of these agreements, with what it came to.
fn surveys<'s>(
    state: &'s State,
    agreements: &BTreeSet<AgreementId>,
    period: Stretch,
) -> BTreeMap<&'s SurveyId, Results> {
    let (dates, before) = (period.dates(), period.before().dates());
    let all = state.voice.survey_ids().into_iter();
    all.map(|id| (id, results(state, id, agreements, dates, before)))
        .filter(|(_, results)| results.day.asked > 0 || results.day.all().n() > 0)
        .collect()
}

/// What a theme is called.
fn named(rules: &Rules, theme: &ThemeId) -> ThemeName {
    let known = rules.theme(theme).filter(|theme| !theme.name.is_empty());
    known.map_or_else(|| ThemeName::Id(theme.clone()), |known| ThemeName::Known(known.name.clone()))
}
