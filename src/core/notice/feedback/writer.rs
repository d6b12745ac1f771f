//! What the writer of feedback hears of it: the receipt, every step, and the question at the end. It names
//! nobody of the provider's and nothing that is for operators.

use super::HandlingClock;
use crate::core::agreement::ComplaintStage;
use crate::core::doc::{Block, Button, Doc, Text, Tone, Value, Weight};
use crate::core::event::{Prose, ProseId};
use crate::core::notice::card::button;
use crate::core::notice::quote;
use crate::core::notice::rows::DOT;
use crate::core::time::Instant;
use crate::core::voice::{FeedbackKind, FeedbackNumber, FeedbackState, Step, StepKind, Wrote};

/// A piece of feedback as its writer sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct WriterView {
    pub number: FeedbackNumber,
    pub kind: FeedbackKind,
    pub submitted: Instant,
    pub clocks: Vec<HandlingClock>,
    /// The writer can say, and has not said yet, whether it may be quoted.
    pub undecided: bool,
    pub as_of: Instant,
}

/// Where the writer hears of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeardAt {
    Channel,
    Alone,
}

/// What the writer is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    Seen,
    InHand,
    Answered(ProseId),
    Closed(Option<ProseId>),
    Reopened(Option<ProseId>),
    /// It is handled as the other kind from now on.
    Refiled,
    /// What was promised is late.
    Late(ComplaintStage, Instant),
}

impl Told {
    /// What the writer hears of a step; none of what is for operators, or their own.
    pub fn of(step: &Step) -> Option<Self> {
        let id = |text: &Prose| text.id.clone();
        match &step.kind {
            StepKind::Acknowledged => Some(Self::Seen),
            StepKind::Assigned(_) => Some(Self::InHand),
            StepKind::Replied(text) => Some(Self::Answered(id(text))),
            StepKind::Closed(text) => Some(Self::Closed(text.as_ref().map(id))),
            StepKind::Reopened(text) => Some(Self::Reopened(text.as_ref().map(id))),
            StepKind::Refiled(_) => Some(Self::Refiled),
            StepKind::Labelled | StepKind::Added(_) | StepKind::Tied { .. } | StepKind::Settled(_) => None,
        }
    }

    /// The first line, and what is quoted.
    fn said(&self, view: &WriterView) -> (Text, Option<&ProseId>) {
        let (key, prose) = match self {
            Self::Seen => ("feedback-told-seen", None),
            Self::InHand => ("feedback-told-in-hand", None),
            Self::Answered(text) => ("feedback-told-answered", Some(text)),
            Self::Closed(text) => ("feedback-told-closed", text.as_ref()),
            Self::Reopened(text) => ("feedback-told-reopened", text.as_ref()),
            Self::Refiled => ("feedback-told-refiled", None),
            Self::Late(..) => ("feedback-told-late", None),
        };
        (Text::key(key).with("at", view.submitted), prose)
    }
}

/// The kind in the words of the one who wrote it: `complaint`.
pub const fn yours(kind: FeedbackKind) -> Value {
    Value::term(match kind {
        FeedbackKind::Feedback => "feedback-yours-feedback",
        FeedbackKind::Complaint => "feedback-yours-complaint",
    })
}

fn doc(view: &WriterView, tone: Tone, head: Text) -> Doc {
    let mut doc = Doc::new(tone, head.with("kind", yours(view.kind)), view.as_of);
    doc.reference = Some(view.number.to_string());
    doc.footer = Text::from(Value::Zone).into();
    doc
}

/// At once: the number, and what happens next and by when.
pub fn receipt(view: &WriterView, heard: HeardAt) -> Doc {
    let mut doc = doc(view, Tone::Information, Text::key("feedback-receipt"));
    doc.blocks = promises(view);
    if doc.blocks.is_empty() {
        doc = doc.line(Text::key("feedback-receipt-read"));
    }
    let mut doc = doc.line(Text::key(match heard {
        HeardAt::Channel => "feedback-receipt-channel",
        HeardAt::Alone => "feedback-receipt-alone",
    }));
    doc.buttons = vec![add(view.number)];
    doc.buttons.extend(view.undecided.then(|| quote::ask(Wrote::Feedback(view.number))));
    doc
}

fn add(number: FeedbackNumber) -> Button {
    button("feedback-button-add", &format!("feedback --about {number}"), Weight::Secondary)
}

/// What still is promised: what, until when, and whether it is late.
fn promises(view: &WriterView) -> Vec<Block> {
    let running = view.clocks.iter().filter(|known| !known.clock.is_stopped());
    running.filter_map(promise).map(|text| Block::Line(text.into())).collect()
}

fn promise(known: &HandlingClock) -> Option<Text> {
    let late = known.clock.late_since;
    Some(promised(known.stage, late.is_some()).with("due", late.or(known.clock.due)?))
}

fn promised(stage: ComplaintStage, late: bool) -> Text {
    Text::key(match (stage, late) {
        (ComplaintStage::Acknowledge, false) => "feedback-promise-acknowledge",
        (ComplaintStage::Acknowledge, true) => "feedback-promise-acknowledge-late",
        (ComplaintStage::Answer, false) => "feedback-promise-answer",
        (ComplaintStage::Answer, true) => "feedback-promise-answer-late",
        (ComplaintStage::Resolve, false) => "feedback-promise-resolve",
        (ComplaintStage::Resolve, true) => "feedback-promise-resolve-late",
    })
}

/// A step.
pub fn told(view: &WriterView, what: &Told) -> Doc {
    let tone = match what {
        Told::InHand => Tone::InHand,
        Told::Late(..) => Tone::Late,
        _ => Tone::Information,
    };
    let (head, prose) = what.said(view);
    let mut doc = doc(view, tone, head);
    doc.blocks.extend(prose.map(|text| Block::Quote(Text::Prose(text.clone()).into())));
    if let Told::Closed(_) = what {
        return ask(doc, view.number);
    }
    let late = match what {
        Told::Late(stage, since) => Some(Block::Line(promised(*stage, true).with("due", *since).into())),
        _ => None,
    };
    let rest = promises(view).into_iter().filter(|block| Some(block) != late.as_ref());
    doc.blocks.extend(late.clone().into_iter().chain(rest));
    doc.buttons = vec![add(view.number)];
    doc
}

/// Asks whether it is settled.
fn ask(doc: Doc, number: FeedbackNumber) -> Doc {
    let mut doc = doc.line(Text::key("feedback-settled-question"));
    doc.buttons = vec![
        button("feedback-button-settled", &format!("settled {number} yes"), Weight::Primary),
        button("feedback-button-unsettled", &format!("settled {number} no"), Weight::Secondary),
    ];
    doc
}

/// All of it on a page of the writer's own: where it stands, what is promised until when, and what was written and
/// done, oldest first. It has no buttons: the page has its own.
pub fn followed(view: &WriterView, state: FeedbackState, text: &ProseId, steps: &[Step]) -> Doc {
    let newest = steps.iter().rev().find_map(|step| stands(view, step));
    let is_new = newest.is_none();
    let mut doc = doc(view, Tone::Information, newest.unwrap_or_else(|| Text::key("feedback-receipt")));
    if state < FeedbackState::Closed {
        doc.blocks = promises(view);
        if doc.blocks.is_empty() && is_new {
            doc = doc.line(Text::key("feedback-receipt-read"));
        }
    }
    let wrote = (view.submitted, Text::key("feedback-passed-wrote"), Some(text));
    let passed = steps.iter().filter_map(|step| {
        let (text, prose) = passed(step)?;
        Some((step.at, text, prose))
    });
    for (at, text, prose) in std::iter::once(wrote).chain(passed) {
        doc = doc.line(vec![Value::Moment(at).into(), DOT, text]);
        doc.blocks.extend(prose.map(|prose| Block::Quote(Text::Prose(prose.clone()).into())));
    }
    doc
}

/// Where it stands since a step, where the step changes that.
fn stands(view: &WriterView, step: &Step) -> Option<Text> {
    match step.kind {
        StepKind::Settled(true) => {
            Some(Text::key("feedback-done-settled").with("feedback", Value::Code(view.number.to_string())))
        }
        StepKind::Settled(false) => Some(Text::key("feedback-told-reopened").with("at", view.submitted)),
        _ => Told::of(step).map(|told| told.said(view).0),
    }
}

/// What a step was, in the words of the one who wrote.
fn passed(step: &Step) -> Option<(Text, Option<&ProseId>)> {
    let of =
        |key: &'static str, prose| Some((Text::Message { key: key.into(), args: Default::default() }, prose));
    match &step.kind {
        StepKind::Acknowledged => of("feedback-passed-seen", None),
        StepKind::Assigned(_) => of("feedback-passed-in-hand", None),
        StepKind::Replied(text) => of("feedback-passed-answered", Some(&text.id)),
        StepKind::Added(text) => of("feedback-passed-added", Some(&text.id)),
        StepKind::Closed(text) => of("feedback-passed-closed", text.as_ref().map(|text| &text.id)),
        StepKind::Reopened(text) => of("feedback-passed-reopened", text.as_ref().map(|text| &text.id)),
        StepKind::Refiled(kind) => {
            Some((Text::key("feedback-passed-refiled").with("kind", yours(*kind)), None))
        }
        StepKind::Settled(true) => of("feedback-passed-settled", None),
        StepKind::Settled(false) => of("feedback-passed-unsettled", None),
        StepKind::Labelled | StepKind::Tied { .. } => None,
    }
}
