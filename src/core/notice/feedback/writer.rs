//! What the writer of feedback hears of it: the receipt, every step, and the question at the end. It names
//! nobody of the provider's and nothing that is for operators.

use super::HandlingClock;
use crate::core::agreement::ComplaintStage;
use crate::core::doc::{Block, Button, Doc, Text, Tone, Value, Weight};
use crate::core::event::ProseId;
use crate::core::notice::card::button;
use crate::core::time::Instant;
use crate::core::voice::{FeedbackKind, FeedbackNumber};

/// A piece of feedback as its writer sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct WriterView {
    pub number: FeedbackNumber,
    pub kind: FeedbackKind,
    pub submitted: Instant,
    pub clocks: Vec<HandlingClock>,
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
    let (tone, head, prose) = match what {
        Told::Seen => (Tone::Information, Text::key("feedback-told-seen"), None),
        Told::InHand => (Tone::InHand, Text::key("feedback-told-in-hand"), None),
        Told::Answered(text) => (Tone::Information, Text::key("feedback-told-answered"), Some(text)),
        Told::Closed(text) => (Tone::Information, Text::key("feedback-told-closed"), text.as_ref()),
        Told::Reopened(text) => (Tone::Information, Text::key("feedback-told-reopened"), text.as_ref()),
        Told::Refiled => (Tone::Information, Text::key("feedback-told-refiled"), None),
        Told::Late(..) => (Tone::Late, Text::key("feedback-told-late"), None),
    };
    let mut doc = doc(view, tone, head.with("at", view.submitted));
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
