//! `/why`: the arithmetic behind a figure. Every number that entered it, in the order it entered.

use rust_decimal::Decimal;

use crate::commands::words::{self, clock_key, service_name, verdict_key};
use crate::core::agreement::{AvailabilityTerms, Combination, ObjectiveKind, Silence};
use crate::core::availability::{Availability, ExclusionMode, UnknownPolicy};
use crate::core::clocks::{Case, ClockState};
use crate::core::confidence::Confidence;
use crate::core::doc::{Block, Doc, Line, Text, Tone, Value};
use crate::core::event::{Act, AgreementId, IncidentNumber, ProseId, ServiceId};
use crate::core::incident::{ClosedBy, Incident};
use crate::core::interval::{Interval, IntervalSet};
use crate::core::notice;
use crate::core::score::ScoreKind;
use crate::core::standing::{ClockFigures, ComplaintFigures, Item, Measured, SatisfactionFigures, Standing};
use crate::core::state::{State, Version};
use crate::core::stopwatch::{Reading, Slice, SliceKind, Spell};
use crate::core::time::{Instant, Span};

fn seconds(name: &'static str, key: &'static str, span: Span) -> Text {
    Text::key(key).with(name, Value::Seconds(span))
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// How much is shown, and to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Every piece that entered, not the short form.
    pub whole: bool,
    /// A customer does not learn the number of an incident that is not published to them.
    pub operators: bool,
}

/// Why an objective stands as it does.
pub fn objective(state: &State, standing: &Standing, view: View) -> Doc {
    let whole = view.whole;
    let mut head: Line = vec![Text::Value(notice::words::objective(&standing.objective.name))];
    if let Some(service) = &standing.service {
        head.extend([Text::mark(" · "), Text::Value(service_name(state, service))]);
    }
    let customer = customer(state, standing);
    head.extend([Text::mark(" · "), Text::name(customer), Text::mark(" · ")]);
    head.push(Text::Value(words::period(state, standing, true)));
    head.push(Text::mark(" · "));
    head.push(Text::key("why-version").with("version", i64::from(standing.version)));
    let mut doc = Doc::new(Tone::Information, head, standing.as_of);
    let lines = match (&standing.measured, &standing.objective.kind) {
        (Measured::Availability(measured), ObjectiveKind::Availability(terms)) => {
            availability(state, standing, measured, terms, view)
        }
        (Measured::Clock(figures), _) => clock_figures(state, standing, figures, view),
        (Measured::Complaints(figures), _) => complaint_figures(standing, figures, view),
        (Measured::Satisfaction(figures), _) => satisfaction_figures(standing, figures),
        (Measured::Availability(_), _) => Vec::new(),
    };
    doc = doc.block(Block::Lines(lines));
    if whole {
        doc = doc
            .block(Block::Heading(Text::key("why-settings").into()))
            .block(Block::Lines(settings(state, standing)));
    }
    doc.footer = Text::key("why-provenance")
        .with("tzdb", Value::Name(chrono_tz::IANA_TZDB_VERSION.to_owned()))
        .with("sequence", i64::try_from(state.sequence).unwrap_or(i64::MAX))
        .into();
    doc
}

fn customer(state: &State, standing: &Standing) -> String {
    version(state, standing)
        .map_or_else(|| standing.agreement.to_string(), |version| version.terms.customer.clone())
}

fn version<'a>(state: &'a State, standing: &Standing) -> Option<&'a Version> {
    let versions = state.agreements.get(&standing.agreement)?;
    versions.versions.iter().find(|version| version.number == standing.version)
}

fn availability(
    state: &State,
    standing: &Standing,
    measured: &Availability,
    terms: &AvailabilityTerms,
    view: View,
) -> Vec<Line> {
    let whole = view.whole;
    let mut lines: Vec<Line> = Vec::new();
    let window = standing.window;
    let until = window.end.min(standing.as_of);
    lines.push(
        Text::key("why-window")
            .with("from", Value::ExactMoment(window.start))
            .with("until", Value::ExactMoment(until))
            .with("length", Value::Seconds(measured.total))
            .into(),
    );
    pieces(&mut lines, "why-excluded", &measured.excluded_pieces, measured.excluded, whole);
    pieces(&mut lines, "why-unknown", &measured.unknown_pieces, measured.unknown, whole);
    pieces(&mut lines, "why-down", &measured.down_pieces, measured.down, whole);
    lines.push(formula(measured, terms));
    lines.push(promise(standing, measured, terms));
    let incidents = incidents_in(state, standing, window, &measured.down_pieces, view);
    if !incidents.is_empty() {
        lines.push(incidents);
    }
    lines
}

/// A sum and how many pieces it has; each piece by itself when the whole is asked for.
fn pieces(lines: &mut Vec<Line>, key: &'static str, set: &IntervalSet, sum: Span, whole: bool) {
    lines.push(Text::key(key).with("count", count(set.len())).with("length", Value::Seconds(sum)).into());
    if whole {
        lines.extend(set.iter().map(|piece| piece_line(*piece)));
    }
}

fn piece_line(piece: Interval) -> Line {
    Text::key("why-piece")
        .with("from", Value::ExactMoment(piece.start))
        .with("until", Value::ExactMoment(piece.end))
        .with("length", Value::Seconds(piece.length()))
        .into()
}

/// `1 − down / (window − excluded − unknown)`, with the terms that really enter.
fn formula(measured: &Availability, terms: &AvailabilityTerms) -> Line {
    let Some(value) = measured.value else { return Text::key("why-no-value").into() };
    let subtracts = terms.exclusions == ExclusionMode::Subtract && measured.excluded.is_positive();
    let leaves = terms.unknown == UnknownPolicy::Leaves && measured.unknown.is_positive();
    let key = match (subtracts, leaves) {
        (true, true) => "why-formula-excluded-unknown",
        (true, false) => "why-formula-excluded",
        (false, true) => "why-formula-unknown",
        (false, false) => "why-formula",
    };
    Text::key(key)
        .with("down", Value::Seconds(measured.down))
        .with("total", Value::Seconds(measured.total))
        .with("excluded", Value::Seconds(measured.excluded))
        .with("unknown", Value::Seconds(measured.unknown))
        .with("value", Value::Percent { value: value.floor_percent(8), decimals: 4 })
        .into()
}

fn promise(standing: &Standing, measured: &Availability, terms: &AvailabilityTerms) -> Line {
    let text = if measured.remaining < Span::ZERO {
        seconds("over", "why-promised-over", -measured.remaining)
    } else {
        seconds("left", "why-promised", measured.remaining)
    };
    text.with("target", Value::target(terms.target))
        .with("verdict", Value::term(verdict_key(standing.verdict)))
        .with("budget", Value::Seconds(measured.budget))
        .into()
}

/// The number by which the reader knows an incident.
fn name_for(state: &State, agreement: &AgreementId, incident: Option<IncidentNumber>, view: View) -> Value {
    let told =
        incident.filter(|number| view.operators || state.told(*number).is_published(*number, agreement));
    Value::Code(told.map_or_else(|| "–".to_owned(), |number| number.to_string()))
}

fn incidents_in(
    state: &State,
    standing: &Standing,
    window: Interval,
    down: &IntervalSet,
    view: View,
) -> Line {
    let Some(service) = &standing.service else { return Line::new() };
    let mut line = Line::new();
    for incident in state.incidents(service, standing.as_of) {
        let end = incident.closed().map_or(standing.as_of, |(at, _)| at);
        let overlap = down.clip(Interval::new(incident.opened(), end).intersect(window));
        let Some(first) = overlap.first() else { continue };
        let last = overlap.last().map_or(first.end, |piece| piece.end);
        if !line.is_empty() {
            line.push(Text::mark(" · "));
        }
        line.push(
            Text::key("why-incident")
                .with("incident", name_for(state, &standing.agreement, incident.number(), view))
                .with("from", Value::ExactMoment(first.start))
                .with("until", Value::ExactMoment(last)),
        );
    }
    line
}

fn clock_figures(state: &State, standing: &Standing, figures: &ClockFigures, view: View) -> Vec<Line> {
    let whole = view.whole;
    let mut lines = period_lines(standing);
    lines.extend(wilson_line(figures.met() as u64, figures.items.len() as u64));
    let shown = figures.items.iter().filter(|item| whole || item.reading.late);
    for item in shown.chain(figures.pending.iter().filter(|_| whole)) {
        lines.push(
            Text::key(if item.reading.late { "why-item-late" } else { "why-item" })
                .with("incident", name_for(state, &standing.agreement, item.incident, view))
                .with("service", service_name(state, &item.service))
                .with("priority", Value::Name(item.priority.to_string()))
                .with("start", Value::ExactMoment(item.reading.start))
                .with("elapsed", Value::Seconds(item.reading.elapsed))
                .with("target", Value::Seconds(item.reading.target.unwrap_or_default()))
                .into(),
        );
        if whole {
            lines.extend(item_lines(state, standing, item));
        }
    }
    lines
}

fn complaint_figures(standing: &Standing, figures: &ComplaintFigures, view: View) -> Vec<Line> {
    let mut lines = period_lines(standing);
    lines.extend(wilson_line(figures.met() as u64, figures.items.len() as u64));
    let shown = figures.items.iter().filter(|item| view.whole || item.reading.late);
    for item in shown.chain(figures.pending.iter().filter(|_| view.whole)) {
        lines.push(
            Text::key(if item.reading.late { "why-complaint-late" } else { "why-complaint" })
                .with("complaint", Value::Code(item.feedback.to_string()))
                .with("start", Value::ExactMoment(item.reading.start))
                .with("elapsed", Value::Seconds(item.reading.elapsed))
                .with("target", Value::Seconds(item.reading.target.unwrap_or_default()))
                .into(),
        );
    }
    lines
}

/// Every score with its count, so that the figure can be computed again by hand.
fn satisfaction_figures(standing: &Standing, figures: &SatisfactionFigures) -> Vec<Line> {
    let mut lines = period_lines(standing);
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let counts: Vec<(i64, u64)> = figures.counts.iter().collect();
    for (score, times) in counts.into_iter().rev() {
        lines.push(Text::key("why-score").with("score", score).with("count", count(times)).into());
    }
    let formula = match figures.kind {
        ScoreKind::Csat { satisfied_from, .. } => {
            Text::key("why-satisfaction-share").with("from", satisfied_from)
        }
        ScoreKind::Nps => Text::key("why-satisfaction-nps"),
        ScoreKind::Mean { .. } => Text::key("why-satisfaction-mean"),
    };
    lines.push(formula.into());
    lines.extend(figures.score().and_then(|score| score.range).map(|range| range_line(figures.kind, range)));
    lines.push(
        Text::key("why-response")
            .with("answered", count(figures.answered))
            .with("asked", count(figures.asked))
            .into(),
    );
    lines
}

fn period_lines(standing: &Standing) -> Vec<Line> {
    vec![
        Text::key("why-period")
            .with("from", Value::ExactMoment(standing.window.start))
            .with("until", Value::ExactMoment(standing.window.end.min(standing.as_of)))
            .into(),
        words::figure(standing),
        Text::key("why-verdict").with("verdict", Value::term(verdict_key(standing.verdict))).into(),
    ]
}

fn wilson_line(met: u64, decided: u64) -> Option<Line> {
    let range = crate::core::confidence::wilson_95(met, decided)?.times(100.0);
    Some(Text::key("why-wilson").with("low", percent(range.low)).with("high", percent(range.high)).into())
}

fn percent(value: f64) -> Value {
    Value::percent(decimal(value))
}

fn decimal(value: f64) -> Decimal {
    Decimal::from_f64_retain(value).unwrap_or_default().round_dp(4)
}

fn range_line(kind: ScoreKind, range: Confidence) -> Line {
    let number = |value: f64| Value::Number(decimal(value).round_dp(if kind.is_percent() { 0 } else { 2 }));
    let (low, high) = match kind {
        ScoreKind::Csat { .. } => (percent(range.low), percent(range.high)),
        ScoreKind::Nps | ScoreKind::Mean { .. } => (number(range.low), number(range.high)),
    };
    Text::key("why-score-range").with("low", low).with("high", high).into()
}

/// What an item's time is made of, and which version of the agreement judged it.
fn item_lines(state: &State, standing: &Standing, item: &Item) -> Vec<Line> {
    let now = standing.as_of;
    let Some(incident) = item.incident.and_then(|number| state.incident(number, now)) else {
        return Vec::new();
    };
    let mut covering = state.covering(&incident, now).into_iter();
    let Some((_, version)) = covering.find(|(id, _)| **id == standing.agreement) else {
        return Vec::new();
    };
    let case = state.case(&incident, version, now);
    let judged = Text::key("why-judged").with("version", i64::from(version.number)).into();
    slices(&case, &item.reading).into_iter().chain([judged]).collect()
}

/// The rules of the agreement that entered.
fn settings(state: &State, standing: &Standing) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    if let Some(version) = version(state, standing) {
        lines.push(
            Text::key("why-terms")
                .with("version", i64::from(version.number))
                .with("effective", Value::ExactMoment(version.effective))
                .with("sha256", Value::Code(version.sha256.chars().take(16).collect()))
                .with("zone", Value::Name(version.terms.zone.name().to_owned()))
                .into(),
        );
        lines.push(
            Text::key("why-calendar")
                .with("calendar", Value::Name(standing.objective.calendar.clone()))
                .into(),
        );
        for exclusion in &version.terms.exclusions {
            lines.push(
                Text::key("why-exclusion")
                    .with("from", Value::ExactMoment(exclusion.from))
                    .with("until", Value::ExactMoment(exclusion.until))
                    .with("reason", Value::Name(exclusion.reason.clone()))
                    .into(),
            );
        }
    }
    if let ObjectiveKind::Availability(terms) = &standing.objective.kind {
        lines.push(Text::key(exclusion_key(terms.exclusions)).into());
        lines.push(Text::key(unknown_key(terms.unknown)).into());
        lines.push(Text::key(combination_key(terms.combination)).into());
        if terms.minimum_downtime.is_positive() {
            lines.push(seconds("least", "why-minimum-downtime", terms.minimum_downtime).into());
        }
        lines.extend(standing.service.iter().flat_map(|service| sources(state, service)));
    }
    lines
}

const fn exclusion_key(mode: ExclusionMode) -> &'static str {
    match mode {
        ExclusionMode::Subtract => "why-exclusions-subtract",
        ExclusionMode::CountUp => "why-exclusions-count-up",
    }
}

const fn unknown_key(policy: UnknownPolicy) -> &'static str {
    match policy {
        UnknownPolicy::Leaves => "why-unknown-leaves",
        UnknownPolicy::Down => "why-unknown-down",
        UnknownPolicy::Up => "why-unknown-up",
    }
}

const fn combination_key(combination: Combination) -> &'static str {
    match combination {
        Combination::AnyDown => "why-any-down",
        Combination::AllDown => "why-all-down",
        Combination::ComponentSeconds => "why-component-seconds",
    }
}

/// How the silence of each monitor is read: without it no time could be called up.
fn sources(state: &State, service: &ServiceId) -> Vec<Line> {
    let (Some(book), Some(service)) = (state.book(), state.service(service)) else { return Vec::new() };
    let known =
        service.observed_by.iter().filter_map(|id| book.integrations.get(id).map(|liveness| (id, liveness)));
    known
        .map(|(id, liveness)| {
            let key = match liveness.silence {
                Silence::Heartbeat { .. } => "why-source-heartbeat",
                Silence::Unknown => "why-source-unknown",
                Silence::Up => "why-source-up",
            };
            Text::key(key)
                .with("integration", Value::Name(id.to_string()))
                .with("silence", Value::ExactDuration(liveness.silence_after))
                .with("ttl", Value::ExactDuration(liveness.ttl))
                .into()
        })
        .collect()
}

/// The clocks of an incident under these agreements.
pub fn clocks(
    state: &State,
    incident: &Incident,
    agreements: &[AgreementId],
    now: Instant,
) -> Vec<ClockState> {
    let covering = state.covering(incident, now).into_iter();
    let covering = covering.filter(|(agreement, _)| agreements.contains(agreement));
    covering.flat_map(|(_, version)| state.case(incident, version, now).clocks()).collect()
}

/// Why the clocks of an incident stand as they do, for each agreement in sight.
pub fn incident(
    state: &State,
    incident: &Incident,
    agreements: &[AgreementId],
    clock: Option<&str>,
    whole: bool,
    now: Instant,
) -> Doc {
    let head =
        vec![Text::key("why-clocks"), Text::mark(" · "), Text::Value(service_name(state, &incident.service))];
    let mut doc = Doc::new(Tone::Information, head, now);
    doc.reference = incident.number().map(|number| number.to_string());
    doc = doc.block(Block::Lines(episode(incident)));
    for (agreement, version) in state.covering(incident, now) {
        if !agreements.contains(agreement) {
            continue;
        }
        let case = state.case(incident, version, now);
        // In the whole they stand where they stop a clock.
        let pauses = if whole { Vec::new() } else { pauses(&case) };
        if !pauses.is_empty() {
            doc = doc.block(Block::List(pauses));
        }
        for state in
            case.clocks().into_iter().filter(|state| clock.is_none_or(|wanted| wanted == state.objective))
        {
            let heading = vec![
                Text::Value(Value::term(clock_key(state.kind))),
                Text::mark(" · "),
                Text::name(version.terms.customer.clone()),
                Text::mark(" · "),
                Text::key("why-version").with("version", i64::from(version.number)),
            ];
            doc = doc.block(Block::Heading(heading)).block(Block::Lines(clock_lines(&case, &state, whole)));
        }
    }
    doc
}

fn episode(incident: &Incident) -> Vec<Line> {
    let stage = |stage: &crate::core::incident::Stage| -> Line {
        match stage.closed {
            None => Text::key("why-stage-open").with("from", Value::ExactMoment(stage.opened)).into(),
            Some((at, by)) => {
                Text::key(if by == ClosedBy::Monitor { "why-stage-monitor" } else { "why-stage-person" })
                    .with("from", Value::ExactMoment(stage.opened))
                    .with("until", Value::ExactMoment(at))
                    .into()
            }
        }
    };
    incident.stages.iter().map(stage).collect()
}

fn clock_lines(case: &Case<'_>, clock: &ClockState, whole: bool) -> Vec<Line> {
    let mut lines: Vec<Line> = vec![vec![
        Text::key("why-clock-target").with("priority", Value::Name(clock.priority.to_string())),
        Text::mark(" "),
        words::target(clock.target),
    ]];
    if !whole {
        // The lap that decides, and the one that runs, beside what was promised.
        let decides = verdict(clock.worst());
        let runs = (clock.current() != clock.worst()).then(|| verdict(clock.current()));
        let said = decides.into_iter().chain(runs.into_iter().flatten());
        let short = said.flat_map(|line| std::iter::once(Text::mark(" · ")).chain(line));
        lines[0].extend(short);
        return lines;
    }
    let calendar = case.terms.objectives.iter().find(|objective| objective.name == clock.objective);
    lines.extend(calendar.map(|objective| -> Line {
        Text::key("why-calendar").with("calendar", Value::Name(objective.calendar.clone())).into()
    }));
    for reading in &clock.laps {
        lines.push(match reading.stopped_at {
            Some(stop) => Text::key("why-lap-stopped")
                .with("from", Value::ExactMoment(reading.start))
                .with("until", Value::ExactMoment(stop))
                .into(),
            None => Text::key("why-lap-running").with("from", Value::ExactMoment(reading.start)).into(),
        });
        lines.extend(slices(case, reading));
        lines.extend(verdict(reading));
    }
    lines
}

/// Every stretch of a lap, unless it is one that counts from end to end; a pause with its reason.
fn slices(case: &Case<'_>, reading: &Reading) -> Vec<Line> {
    let plain = |slice: &Slice| slice.kind == SliceKind::Counted;
    if reading.slices.len() == 1 && reading.slices.iter().all(plain) {
        return Vec::new();
    }
    let line = |slice: &Slice| -> Line {
        let key = match slice.kind {
            SliceKind::Counted => "why-slice-counted",
            SliceKind::Paused => "why-slice-paused",
            SliceKind::Closed => "why-slice-closed",
        };
        let text = Text::Message { key: key.into(), args: Default::default() }
            .with("from", Value::ExactMoment(slice.interval.start))
            .with("until", Value::ExactMoment(slice.interval.end))
            .with("length", Value::Seconds(slice.interval.length()));
        let paused = slice.kind == SliceKind::Paused;
        let reason = paused.then(|| reason_at(case, slice.interval.start)).flatten();
        let reason = reason.into_iter().flat_map(|reason| [Text::mark(" · "), Text::Prose(reason)]);
        std::iter::once(text).chain(reason).collect()
    };
    reading.slices.iter().map(line).collect()
}

/// Why the clocks stood still at this moment: the reason of the pause that was open.
fn reason_at(case: &Case<'_>, moment: Instant) -> Option<ProseId> {
    let paused = case.own_deeds().filter(|deed| deed.at <= moment);
    let reasons = paused.filter_map(|deed| match &deed.act {
        Act::Paused { reason, .. } => Some(reason.id.clone()),
        _ => None,
    });
    reasons.last()
}

/// Every pause of an incident under an agreement, with its reason.
fn pauses(case: &Case<'_>) -> Vec<Line> {
    let line = |pause: &Spell| -> Line {
        let text = match pause.end {
            Some(end) => Text::key("why-pause").with("until", Value::ExactMoment(end)),
            None => Text::key("why-pause-open"),
        };
        let reason = reason_at(case, pause.start).into_iter();
        let reason = reason.flat_map(|reason| [Text::mark(" · "), Text::Prose(reason)]);
        std::iter::once(text.with("from", Value::ExactMoment(pause.start))).chain(reason).collect()
    };
    case.pauses().iter().map(line).collect()
}

/// How much is used of what was promised, and until when there is time.
fn verdict(reading: &Reading) -> Vec<Line> {
    let key = match (reading.late, reading.stopped_at) {
        (true, _) => "why-reading-late",
        (false, Some(_)) => "why-reading-met",
        (false, None) => "why-reading-running",
    };
    let text = Text::Message { key: key.into(), args: Default::default() };
    let used = text
        .with("elapsed", Value::Seconds(reading.elapsed))
        .with("target", Value::Seconds(reading.target.unwrap_or_default()));
    let due = reading.due.filter(|_| !reading.late);
    let due = due.map(|due| Text::key("why-due").with("due", Value::ExactMoment(due)).into());
    std::iter::once(used.into()).chain(due).collect()
}
