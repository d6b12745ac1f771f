//! `/feedback list`: what customers wrote, whatever became of it.

use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::desk::Desk;
use crate::commands::results::{chosen, period};
use crate::commands::spec::{Command, Sought};
use crate::commands::voice::may_read;
use crate::core::calendar::local_date;
use crate::core::doc::{Block, Line, Text, Value};
use crate::core::notice::feedback::{kind_name, mood, state as state_name};
use crate::core::reading::ThemeId;
use crate::core::state::State;
use crate::core::voice::{Feedback, FeedbackNumber};

/// What is looked for; what is not named may be anything.
#[derive(Clone, Copy, Debug)]
struct Wanted<'a> {
    customer: Option<&'a str>,
    state: Option<Sought>,
    theme: Option<&'a str>,
    period: Option<&'a str>,
    page: u32,
}

impl Desk {
    /// `/feedback list [--customer --state --theme --period]`
    pub(super) async fn list_feedback(&self, asking: &Asking, command: &Command) -> Outcome {
        let Command::Feedback { customer, state, theme, period, page, .. } = command else {
            return Ok(Reply::Nothing);
        };
        let wanted = Wanted {
            customer: customer.as_deref(),
            state: *state,
            theme: theme.as_deref().map(str::trim).filter(|theme| !theme.is_empty()),
            period: period.as_deref(),
            page: *page,
        };
        let state = self.journal().read().await;
        let found = find(&state, asking, wanted)?;
        let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let mut doc = asking.say(Text::key("feedback-list-head").with("count", count));
        if !found.is_empty() {
            doc = doc.block(Block::List(found.into_iter().map(|one| row(&state, asking, one)).collect()));
        }
        Ok(Reply::Pages { doc, number: wanted.page, command: again(wanted) })
    }
}

/// The newest first.
fn find<'s>(
    state: &'s State,
    asking: &Asking,
    wanted: Wanted<'_>,
) -> Result<Vec<(FeedbackNumber, &'s Feedback)>, crate::core::doc::Doc> {
    let (agreements, _) = chosen(state, asking, wanted.customer, "feedback list")?;
    let dates = match wanted.period {
        Some(typed) => Some(period(state, asking, &agreements, Some(typed))?.dates()),
        None => None,
    };
    let theme = wanted.theme.map(|theme| ThemeId::new(theme.to_lowercase()));
    let fits = |feedback: &Feedback| {
        let date = local_date(state.zone(&feedback.agreement, feedback.submitted), feedback.submitted);
        let themes = feedback.text.reading.as_ref().map(|reading| &reading.themes);
        agreements.contains(&feedback.agreement)
            && may_read(asking, feedback)
            && dates.is_none_or(|dates| dates.contains(date))
            && wanted.state.is_none_or(|sought| (sought == Sought::Open) == feedback.is_open())
            && theme.as_ref().is_none_or(|theme| themes.is_some_and(|themes| themes.contains(theme)))
    };
    Ok(state.voice.all_feedback().rev().filter(|(_, feedback)| fits(feedback)).collect())
}

/// `FB-12 · complaint · Acme GmbH · 23 Nov 03:17 · answered · negative · speed`
fn row(state: &State, asking: &Asking, (number, feedback): (FeedbackNumber, &Feedback)) -> Line {
    let mut parts: Vec<Text> = vec![Value::Code(number.to_string()).into(), kind_name(feedback.kind).into()];
    if asking.as_operator() {
        parts.push(Text::name(crate::commands::choose::customer(state, &feedback.agreement)));
    }
    parts.extend([Value::Moment(feedback.submitted).into(), state_name(feedback.state()).into()]);
    let reading = feedback.text.reading.as_ref();
    parts.extend(reading.and_then(|reading| reading.sentiment).map(|sentiment| mood(sentiment).into()));
    let themes = reading.into_iter().flat_map(|reading| &reading.themes);
    parts.extend(themes.map(|theme| Value::Code(theme.to_string()).into()));
    parts.extend(feedback.text.uncovered.then(|| Text::key("voice-theme-uncovered")));
    let parts = parts.into_iter().enumerate();
    parts
        .flat_map(|(place, part)| (place > 0).then_some(Text::mark(" · ")).into_iter().chain([part]))
        .collect()
}

fn again(wanted: Wanted<'_>) -> String {
    let state = wanted.state.map(|sought| if sought == Sought::Open { "open" } else { "closed" });
    let options = [
        ("customer", wanted.customer),
        ("state", state),
        ("theme", wanted.theme),
        ("period", wanted.period.map(str::trim)),
    ];
    let options = options.into_iter().filter_map(|(name, value)| Some(format!("--{name}={}", value?)));
    let words: Vec<String> = ["feedback", "list"].map(str::to_owned).into_iter().chain(options).collect();
    shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| "feedback list".to_owned())
}
