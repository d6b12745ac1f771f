//! What people read of risks.

use chrono::NaiveDate;

use super::row;
use crate::core::doc::{Block, Button, Doc, Line, Text, Tone, Value, Weight};
use crate::core::event::{PersonId, ProseId};
use crate::core::improvement::{Level, RiskNumber, RiskState, Score};
use crate::core::notice::card::button;
use crate::core::notice::rows::{dotted, joined};
use crate::core::notice::view::Localized;
use crate::core::notice::words;
use crate::core::picture::{Grade, Matrix, Picture, Placed, Shows};
use crate::core::time::Instant;

/// What looks like a risk by itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Sign {
    Budget { objective: String, service: Localized },
    NobodyOnCall,
    Silent { integration: String },
    OneChannel,
}

/// A risk as somebody sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskView {
    pub number: RiskNumber,
    /// None where it concerns no single customer.
    pub customer: Option<String>,
    pub internal: bool,
    pub service: Option<Localized>,
    pub sign: Option<Sign>,
    pub text: Option<ProseId>,
    pub score: Option<Score>,
    /// Every score it had, the oldest first.
    pub scores: Vec<(Instant, Score)>,
    /// Never shown to customers.
    pub owner: Option<PersonId>,
    pub mitigation: Option<ProseId>,
    pub reason: Option<ProseId>,
    pub review: Option<NaiveDate>,
    pub state: RiskState,
    /// What it was proposed for is not so any more.
    pub gone: bool,
    /// Those who wear the provider's hat read who sees to it, and can do something about it.
    pub staff: bool,
    pub as_of: Instant,
}

/// Where it stands, in one word.
pub const fn state(state: RiskState) -> Value {
    Value::term(match state {
        RiskState::Proposed => "risk-state-proposed",
        RiskState::Open => "risk-state-open",
        RiskState::Mitigated => "risk-state-mitigated",
        RiskState::Accepted => "risk-state-accepted",
        RiskState::Closed => "risk-state-closed",
        RiskState::Dismissed => "risk-state-dismissed",
        RiskState::Gone => "risk-state-gone",
    })
}

/// `probability 3 × impact 4 = 12 of 25`
pub fn score(score: Score) -> Text {
    let most = i64::from(Level::MOST) * i64::from(Level::MOST);
    Text::key("risk-score")
        .with("probability", i64::from(score.probability.get()))
        .with("impact", i64::from(score.impact.get()))
        .with("product", i64::from(score.product()))
        .with("most", most)
}

/// Those that have a score, where they stand, and how many more have none; nothing where none has one.
pub fn matrix(scored: &[(RiskNumber, Score)], unscored: usize) -> Option<Picture> {
    let placed = scored.iter().filter_map(|(number, score)| {
        Some(Placed {
            label: Text::name(number.to_string()).into(),
            probability: Grade::new(score.probability.get())?,
            impact: Grade::new(score.impact.get())?,
        })
    });
    let risks: Vec<Placed> = placed.collect();
    if risks.is_empty() {
        return None;
    }
    let rest = i64::try_from(unscored).unwrap_or(i64::MAX);
    let rest = (unscored > 0).then(|| Text::key("review-risks-unscored").with("count", rest));
    let each = scored.iter().map(|(number, known)| -> Line {
        vec![Text::name(number.to_string()), Text::key("review-colon"), score(*known)]
    });
    Some(Picture {
        title: Text::key("review-chapter-risks").into(),
        note: dotted([Text::key("review-risks-note")].into_iter().chain(rest)),
        alt: joined(each),
        shows: Shows::Matrix(Matrix {
            probability: Text::key("review-axis-probability").into(),
            impact: Text::key("review-axis-impact").into(),
            risks,
        }),
    })
}

/// What was seen at a customer, or at none in particular.
pub fn sign(sign: &Sign, customer: String) -> Text {
    match sign {
        Sign::Budget { objective, service } => Text::key("risk-sign-budget")
            .with("objective", words::objective(objective))
            .with("service", Value::Localized(service.clone())),
        Sign::NobodyOnCall => Text::key("risk-sign-on-call").with("customer", Value::Name(customer)),
        Sign::Silent { integration } => {
            Text::key("risk-sign-silent").with("integration", Value::Name(integration.clone()))
        }
        Sign::OneChannel => Text::key("risk-sign-channel").with("customer", Value::Name(customer)),
    }
}

/// What may happen.
fn subject(view: &RiskView) -> Text {
    let text = view.text.clone().map(Text::Prose);
    let seen = || view.sign.as_ref().map(|seen| sign(seen, view.customer.clone().unwrap_or_default()));
    text.or_else(seen).unwrap_or_else(|| Value::Code(view.number.to_string()).into())
}

fn named(first: Text, view: &RiskView) -> Line {
    let service = view.service.clone().map(|service| Text::from(Value::Localized(service)));
    dotted([first].into_iter().chain(view.customer.clone().map(Text::name)).chain(service))
}

fn message(tone: Tone, key: &'static str, view: &RiskView) -> Doc {
    let head = named(Text::Message { key: key.into(), args: Default::default() }, view);
    let mut doc = Doc::new(tone, head, view.as_of);
    doc.reference = Some(view.number.to_string());
    doc.blocks.push(Block::Line(subject(view).into()));
    doc.buttons = to_do(view);
    doc
}

/// The core sees what looks like a risk.
pub fn proposed(view: &RiskView) -> Doc {
    message(Tone::Information, "risk-head-proposed", view).line(Text::key("risk-demand-proposed"))
}

/// It is to be looked at again.
pub fn review(view: &RiskView) -> Doc {
    let mut doc = message(Tone::Information, "risk-head-review", view);
    doc.blocks.push(Block::Line(dotted(view.score.map(score).into_iter().chain([owner(view)]))));
    doc
}

/// Somebody is given it, in a message to them alone.
pub fn given(view: &RiskView) -> Doc {
    message(Tone::Information, "risk-head-yours", view)
}

fn owner(view: &RiskView) -> Text {
    match &view.owner {
        Some(person) => Text::from(Value::Person(person.clone())),
        None => Text::key("action-nobody"),
    }
}

/// All of it.
pub fn card(view: &RiskView) -> Doc {
    let tone = if view.state == RiskState::Mitigated { Tone::InHand } else { Tone::Information };
    let mut doc = Doc::new(tone, named(state(view.state).into(), view), view.as_of);
    doc.reference = Some(view.number.to_string());
    doc.blocks.push(Block::Quote(subject(view).into()));
    let mut rows = Vec::new();
    rows.push(match view.score {
        Some(known) => row("risk-row-score", score(known)),
        None => row("risk-row-score", Text::key("risk-unscored")),
    });
    if view.staff {
        rows.push(row("action-row-owner", owner(view)));
    }
    rows.extend(view.review.map(|date| row("risk-row-review", Text::from(Value::Date(date)))));
    if view.gone {
        rows.push(row("risk-row-sign", Text::key("risk-gone")));
    }
    if view.staff {
        let key = if view.internal { "action-seen-internal" } else { "action-seen-customer" };
        rows.push(row("action-row-seen", Text::from(Value::term(key))));
    }
    doc.blocks.push(Block::Fields(rows));
    let parts = [("risk-heading-mitigation", &view.mitigation), ("risk-heading-reason", &view.reason)];
    for (key, text) in parts {
        if let Some(text) = text {
            doc.blocks.push(Block::Heading(Text::from(Value::term(key)).into()));
            doc.blocks.push(Block::Quote(Text::Prose(text.clone()).into()));
        }
    }
    if view.scores.len() > 1 {
        doc.blocks.push(Block::Heading(Text::key("risk-heading-scores").into()));
        let scored =
            view.scores.iter().map(|(at, known)| dotted([Text::from(Value::Moment(*at)), score(*known)]));
        doc.blocks.push(Block::List(scored.collect()));
    }
    doc.buttons = if view.staff { to_do(view) } else { Vec::new() };
    doc.buttons.retain(|button| button.label != Line::from(Text::key("action-button-show")));
    doc
}

/// One line of the register: `RISK-3 · open · Acme GmbH · probability 3 × impact 4 = 12 of 25 · Mira · …`
pub fn entry(view: &RiskView) -> Line {
    let score = match view.score {
        Some(known) => score(known),
        None => Text::key("risk-unscored"),
    };
    let review = view.review.filter(|_| view.state.is_live());
    dotted(
        [Value::Code(view.number.to_string()).into(), state(view.state).into()]
            .into_iter()
            .chain(view.customer.clone().filter(|_| view.staff).map(Text::name))
            .chain([score])
            .chain(view.staff.then(|| owner(view)))
            .chain(review.map(|date| Text::key("risk-review-on").with("date", date)))
            .chain([subject(view)]),
    )
}

/// What its owner can do next.
fn to_do(view: &RiskView) -> Vec<Button> {
    let press = |key: &'static str, action: &str, weight| {
        button(key, &format!("risk {action} {}", view.number), weight)
    };
    let mut buttons = match view.state {
        RiskState::Proposed => vec![
            press("risk-button-take", "score", Weight::Primary),
            press("risk-button-dismiss", "dismiss", Weight::Secondary),
        ],
        RiskState::Open | RiskState::Mitigated | RiskState::Accepted => vec![
            press("risk-button-mitigate", "mitigate", Weight::Primary),
            press("risk-button-score", "score", Weight::Secondary),
            press("risk-button-review", "review", Weight::Secondary),
            press("action-button-assign", "assign", Weight::Secondary),
            press("risk-button-close", "close", Weight::Secondary),
        ],
        RiskState::Closed | RiskState::Dismissed | RiskState::Gone => {
            vec![press("button-reopen", "reopen", Weight::Secondary)]
        }
    };
    if view.state == RiskState::Open {
        buttons.push(press("risk-button-accept", "accept", Weight::Secondary));
    }
    if view.internal && view.customer.is_some() && view.state.is_live() {
        buttons.push(press("action-button-share", "share", Weight::Secondary));
    }
    buttons.push(press("action-button-show", "show", Weight::Secondary));
    buttons
}
