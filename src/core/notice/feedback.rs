//! What the operators read of a customer's feedback or complaint: the living card, and the short messages that
//! must reach a person.

pub mod forms;
#[cfg(test)]
pub mod samples;
pub mod steps;
pub mod writer;

use crate::core::agreement::{ClockKind, ComplaintStage};
use crate::core::doc::{Block, Button, Doc, Field, Line, Text, Tone, Value, Weight};
use crate::core::event::{IncidentNumber, PersonId, ProseId};
use crate::core::notice::card::{button, service};
use crate::core::notice::rows::{DOT, clock_mark, clock_text, dotted};
use crate::core::notice::view::{ClockStage, ClockView, Localized};
use crate::core::notice::words;
use crate::core::reading::{Reading, Sentiment};
use crate::core::standing::Verdict;
use crate::core::time::Instant;
use crate::core::voice::{ComplaintClock, FeedbackKind, FeedbackNumber, FeedbackState, Promise, Said, Stamp};

/// One clock of a complaint.
#[derive(Clone, Debug, PartialEq)]
pub struct HandlingClock {
    pub objective: String,
    pub stage: ComplaintStage,
    pub clock: ClockView,
}

/// A piece of feedback as operators see it.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedbackView {
    pub number: FeedbackNumber,
    pub kind: FeedbackKind,
    pub customer: String,
    /// None where it came from a page without an account.
    pub by: Option<PersonId>,
    pub submitted: Instant,
    pub text: ProseId,
    pub attachments: Option<ProseId>,
    pub service: Option<Localized>,
    pub incident: Option<IncidentNumber>,
    pub objective: Option<String>,
    pub stamp: Stamp,
    pub clocks: Vec<HandlingClock>,
    pub owner: Option<PersonId>,
    pub state: FeedbackState,
    pub reading: Option<Reading>,
    /// It speaks of what no objective covers.
    pub uncovered: bool,
    pub as_of: Instant,
}

impl HandlingClock {
    /// The clock as it stands; `working_time`: it counts only the hours of a calendar.
    pub fn of(clock: &ComplaintClock, working_time: bool, now: Instant) -> Self {
        let reading = &clock.reading;
        let runs = reading.stopped_at.is_none() && !reading.standing_still;
        let kind = match clock.stage {
            ComplaintStage::Acknowledge => ClockKind::Response,
            ComplaintStage::Answer => ClockKind::NextReply,
            ComplaintStage::Resolve => ClockKind::Resolution,
        };
        let view = ClockView {
            kind,
            // A complaint has none; no row shows it.
            priority: crate::core::agreement::Priority::P5,
            target: clock.target,
            working_time,
            length: reading.target,
            elapsed: reading.elapsed,
            due: reading.due,
            late_since: reading.breached_at.filter(|_| reading.late),
            stopped: reading.stopped_at,
            paused: reading.standing_still,
            at_risk: runs && !reading.late && clock.at_risk_at.is_some_and(|at| at <= now),
            late_before: false,
        };
        Self { objective: clock.objective.clone(), stage: clock.stage, clock: view }
    }

    /// Its row: which stage, and how it stands.
    pub fn row(&self) -> Field {
        let value = clock_text(&self.clock).into();
        Field {
            name: Text::from(stage_name(self.stage)).into(),
            verdict: Some(clock_mark(&self.clock)),
            value,
        }
    }
}

/// What a stage is called as the name of a row: `Answered`.
pub const fn stage_name(stage: ComplaintStage) -> Value {
    Value::term(match stage {
        ComplaintStage::Acknowledge => "feedback-row-acknowledge",
        ComplaintStage::Answer => "feedback-row-answer",
        ComplaintStage::Resolve => "feedback-row-resolve",
    })
}

/// A stage inside a sentence: `answer`.
const fn stage(stage: ComplaintStage) -> Value {
    Value::term(match stage {
        ComplaintStage::Acknowledge => "feedback-stage-acknowledge",
        ComplaintStage::Answer => "feedback-stage-answer",
        ComplaintStage::Resolve => "feedback-stage-resolve",
    })
}

/// The kind inside a sentence among operators: `complaint`.
pub const fn kind(kind: FeedbackKind) -> Value {
    Value::term(match kind {
        FeedbackKind::Feedback => "feedback-kind-feedback",
        FeedbackKind::Complaint => "feedback-kind-complaint",
    })
}

/// The kind as the first word: `Complaint`.
pub const fn kind_name(kind: FeedbackKind) -> Value {
    Value::term(match kind {
        FeedbackKind::Feedback => "feedback-name-feedback",
        FeedbackKind::Complaint => "feedback-name-complaint",
    })
}

/// A mood, as people call it.
pub const fn mood(sentiment: Sentiment) -> Value {
    Value::term(match sentiment {
        Sentiment::Negative => "feedback-mood-negative",
        Sentiment::Neutral => "feedback-mood-neutral",
        Sentiment::Positive => "feedback-mood-positive",
        Sentiment::Mixed => "feedback-mood-mixed",
    })
}

/// Where it stands, in one word.
pub const fn state(state: FeedbackState) -> Value {
    Value::term(match state {
        FeedbackState::New => "feedback-state-new",
        FeedbackState::Acknowledged => "feedback-state-acknowledged",
        FeedbackState::Answered => "feedback-state-answered",
        FeedbackState::Closed => "feedback-state-closed",
        FeedbackState::Settled => "feedback-state-settled",
    })
}

/// The card as it stands.
pub fn card(view: &FeedbackView) -> Doc {
    let mut doc = Doc::new(tone(view), head(view), view.as_of).line(whose(view));
    doc.reference = Some(view.number.to_string());
    doc.blocks.push(Block::Quote(Text::Prose(view.text.clone()).into()));
    doc.blocks.extend(view.attachments.clone().map(|text| Block::Quote(Text::Prose(text).into())));
    doc.blocks.push(Block::Fields(rows(view)));
    doc.buttons = buttons(view);
    let version = Text::key("agreement-version").with("version", i64::from(view.stamp.version));
    doc.footer = dotted([Text::from(Value::Zone), version]);
    doc
}

/// What it is about at this moment.
pub fn tone(view: &FeedbackView) -> Tone {
    if view.state >= FeedbackState::Closed {
        return Tone::Information;
    }
    match view.clocks.iter().map(|known| known.clock.stage()).min() {
        Some(ClockStage::Late) => Tone::Late,
        Some(ClockStage::AtRisk) => Tone::AtRisk,
        _ if view.owner.is_some() => Tone::InHand,
        _ => Tone::Information,
    }
}

/// `LATE · complaint · Acme GmbH · Checkout`
fn head(view: &FeedbackView) -> Line {
    let tone = tone(view);
    let first = match tone {
        Tone::Information => vec![kind_name(view.kind)],
        tone => vec![words::tone(tone), kind(view.kind)],
    };
    let first = first.into_iter().map(Text::from);
    dotted(first.chain([Text::name(view.customer.clone())]).chain(view.service.as_ref().map(service)))
}

/// `Lena · 03:17`
fn whose(view: &FeedbackView) -> Line {
    let by = match &view.by {
        Some(person) => Text::from(Value::Person(person.clone())),
        None => Text::key("feedback-by-page"),
    };
    dotted([by, Value::Moment(view.submitted).into()])
}

fn row(name: &'static str, value: impl Into<Line>) -> Field {
    Field { name: Text::from(Value::term(name)).into(), verdict: None, value: value.into() }
}

fn rows(view: &FeedbackView) -> Vec<Field> {
    let mut rows = vec![row("feedback-row-state", Text::from(state(view.state)))];
    let open = view.state < FeedbackState::Closed;
    match &view.owner {
        Some(person) => rows.push(row("row-owner", Text::from(Value::Person(person.clone())))),
        None if open => rows.push(row("row-owner", Text::key("owner-nobody"))),
        None => {}
    }
    rows.extend(view.clocks.iter().map(HandlingClock::row));
    rows.push(row("feedback-row-stamp", stamp(&view.stamp)));
    let about = view.incident.map(|number| Text::from(Value::Code(number.to_string())));
    let objective = view.objective.clone().map(Text::name);
    let about = dotted(about.into_iter().chain(objective));
    if !about.is_empty() {
        rows.push(row("feedback-row-about", about));
    }
    let reading = view.reading.as_ref().map(|reading| read_as(reading, view.uncovered));
    let reading = reading.filter(|line| !line.is_empty());
    rows.extend(reading.map(|line| row("feedback-row-reading", line)));
    rows
}

/// `speed, outages · negative · no objective covers it`
fn read_as(reading: &Reading, uncovered: bool) -> Line {
    let themes: Vec<Value> = reading.themes.iter().map(|theme| Value::Name(theme.0.clone())).collect();
    let themes = (!themes.is_empty()).then(|| Text::from(Value::List(themes)));
    let mood = reading.sentiment.map(|sentiment| mood(sentiment).into());
    let uncovered = uncovered.then(|| Text::key("voice-theme-uncovered"));
    dotted(themes.into_iter().chain(mood).chain(uncovered))
}

/// How the promises stood when it was written: `promises MISSED · INC-42 · 14 min to the next breach`.
pub fn stamp(stamp: &Stamp) -> Line {
    let standing = match stamp.standing {
        Promise::Unknown => Text::key("feedback-stamp-unknown"),
        Promise::Met => Text::key("feedback-stamp").with("standing", words::standing(Verdict::Met)),
        Promise::AtRisk => Text::key("feedback-stamp").with("standing", words::standing(Verdict::AtRisk)),
        Promise::Missed => Text::key("feedback-stamp").with("standing", words::standing(Verdict::Missed)),
    };
    let incident = stamp.incident.map(|number| Text::from(Value::Code(number.to_string())));
    let breach = stamp.to_breach.map(|left| match left < crate::core::time::Span::ZERO {
        true => Text::key("feedback-stamp-late").with("over", -left),
        false => Text::key("feedback-stamp-left").with("left", left),
    });
    dotted(std::iter::once(standing).chain(incident).chain(breach))
}

fn buttons(view: &FeedbackView) -> Vec<Button> {
    let press = |key: &'static str, action: &str, weight| {
        button(key, &format!("inbox {action} {}", view.number), weight)
    };
    let show = press("feedback-button-show", "show", Weight::Secondary);
    if view.state >= FeedbackState::Closed {
        return vec![press("button-reopen", "reopen", Weight::Secondary), show];
    }
    let taken = view.owner.is_some();
    let take = (!taken).then(|| press("feedback-button-take", "take", Weight::Primary));
    let weight = if taken { Weight::Primary } else { Weight::Secondary };
    let rest = [
        press("feedback-button-answer", "answer", weight),
        press("feedback-button-close", "close", Weight::Secondary),
        show,
    ];
    take.into_iter().chain(rest).collect()
}

/// One clock of a complaint that needs somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    pub number: FeedbackNumber,
    pub customer: String,
    pub text: ProseId,
    pub clock: HandlingClock,
    pub owner: Option<PersonId>,
    /// Those to be woken.
    pub call: Vec<PersonId>,
    pub as_of: Instant,
}

/// A complaint's time runs out soon: `Answer the customer by 09:00 (promised within 4 h). @on-call`.
pub fn at_risk(view: &Warning) -> Doc {
    warning(view, Tone::AtRisk, demand(view))
}

/// A complaint's time has run out.
pub fn late(view: &Warning) -> Doc {
    let clock = &view.clock.clock;
    let text = match (clock.late_since, &view.owner) {
        (Some(since), Some(person)) => {
            Text::key("late-owner").with("person", Value::Person(person.clone())).with("since", since)
        }
        (Some(since), None) => Text::key("late-nobody").with("since", since),
        (None, _) => return warning(view, Tone::Late, demand(view)),
    };
    warning(view, Tone::Late, text.with("target", clock.promised()))
}

fn demand(view: &Warning) -> Text {
    let clock = &view.clock.clock;
    let Some(due) = clock.due else {
        return Text::key("demand-never-due").with("target", clock.promised());
    };
    let key = match view.clock.stage {
        ComplaintStage::Acknowledge => "feedback-demand-acknowledge",
        ComplaintStage::Answer => "feedback-demand-answer",
        ComplaintStage::Resolve => "feedback-demand-resolve",
    };
    Text::key(key).with("due", due).with("target", clock.promised())
}

fn warning(view: &Warning, tone: Tone, text: Text) -> Doc {
    let head = dotted([
        words::tone(tone).into(),
        kind(FeedbackKind::Complaint).into(),
        stage(view.clock.stage).into(),
        Text::name(view.customer.clone()),
    ]);
    let mut doc = Doc::new(tone, head, view.as_of).line(with_call(text, &view.call));
    doc.blocks.push(Block::Line(Text::Prose(view.text.clone()).into()));
    doc.reference = Some(view.number.to_string());
    doc.footer = Text::from(Value::Zone).into();
    let act = match (view.clock.stage, &view.owner) {
        (_, None) | (ComplaintStage::Acknowledge, _) => ("feedback-button-take", "take"),
        (ComplaintStage::Answer, _) => ("feedback-button-answer", "answer"),
        (ComplaintStage::Resolve, _) => ("feedback-button-close", "close"),
    };
    let press = |(key, action): (&'static str, &str), weight| {
        button(key, &format!("inbox {action} {}", view.number), weight)
    };
    doc.buttons =
        vec![press(act, Weight::Primary), press(("feedback-button-show", "show"), Weight::Secondary)];
    doc
}

pub(super) fn with_call(text: Text, people: &[PersonId]) -> Line {
    let people: Vec<Value> = people.iter().map(|person| Value::Mention(person.clone())).collect();
    let call = (!people.is_empty()).then(|| [Text::mark(" "), Value::List(people).into()]);
    std::iter::once(text).chain(call.into_iter().flatten()).collect()
}

/// Somebody of a customer's wrote, for those who wish to be woken for that.
pub fn wrote(view: &FeedbackView, by: Option<&PersonId>, text: &ProseId, call: &[PersonId]) -> Doc {
    let head = dotted([kind_name(view.kind).into(), Text::name(view.customer.clone())]);
    let said = match by {
        Some(person) => Text::key("roused-said").with("person", Value::Person(person.clone())),
        None => Text::key("feedback-by-page"),
    };
    let mut doc = Doc::new(Tone::Information, head, view.as_of)
        .line(with_call(said, call))
        .block(Block::Quote(Text::Prose(text.clone()).into()));
    doc.reference = Some(view.number.to_string());
    doc.footer = Text::from(Value::Zone).into();
    doc.buttons = buttons(view);
    doc
}

/// A theme that several texts speak of and no objective covers.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncovered {
    pub customer: String,
    /// Its name.
    pub theme: Localized,
    pub said: Vec<Said>,
    pub as_of: Instant,
}

/// `Acme GmbH: FB-3, FB-7, SUR-4 speak of “speed”, and no objective covers it.`
pub fn recommended(view: &Uncovered) -> Doc {
    let texts = view.said.iter().map(|said| {
        Value::Code(match said {
            Said::Feedback(number) => number.to_string(),
            Said::Comment(round, _) => round.to_string(),
        })
    });
    let text = Text::key("feedback-recommended")
        .with("customer", Value::Name(view.customer.clone()))
        .with("theme", Value::Localized(view.theme.clone()))
        .with("texts", Value::List(texts.collect()));
    Doc::new(Tone::Information, text, view.as_of)
}

/// One line of the inbox: number, kind, customer, what is next and who has it.
pub fn entry(view: &FeedbackView) -> Line {
    let next = view.clocks.iter().filter(|known| !known.clock.is_stopped());
    let next = next.min_by_key(|known| (known.clock.stage(), known.clock.late_since.or(known.clock.due)));
    let clock = next.into_iter().flat_map(|known| {
        let name = vec![stage_name(known.stage).into(), DOT, clock_text(&known.clock)];
        std::iter::once(DOT).chain(name)
    });
    let owner = match &view.owner {
        Some(person) => Text::from(Value::Person(person.clone())),
        None => Text::key("owner-nobody"),
    };
    let mut line = dotted([
        Value::Code(view.number.to_string()).into(),
        kind_name(view.kind).into(),
        Text::name(view.customer.clone()),
        Value::Moment(view.submitted).into(),
        owner,
    ]);
    line.extend(clock);
    line
}
