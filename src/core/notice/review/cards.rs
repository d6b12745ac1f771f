//! The messages around a review: its draft, that it waits, that it was issued or corrected, and the operators'
//! digest.

use std::collections::BTreeMap;

use super::{advice, incidents, overview, period, promises, title};
use crate::core::doc::Verdict as Mark;
use crate::core::doc::{
    Block, Button, Doc, Enclosed, Field, FileFormat, Line, Press, Text, Tone, Value, Weight,
};
use crate::core::event::PersonId;
use crate::core::notice::card::button;
use crate::core::notice::words;
use crate::core::review::document::{Change, ObjectiveRow};
use crate::core::review::{Document, ReviewNumber, Section, Side};
use crate::core::score::Trend;
use crate::core::standing::Verdict;
use crate::core::time::Instant;

/// So many rows a message shows; the rest is in the report.
const MOST_ROWS: usize = 8;
/// So many of what changed, and of what is recommended.
const MOST_NEWS: usize = 3;

/// A review that was issued.
#[derive(Clone, Copy, Debug)]
pub struct IssuedView<'a> {
    pub document: &'a Document,
    /// Its page; none without the web.
    pub link: Option<&'a str>,
    /// Who signed this revision for each side, and when.
    pub signed: &'a BTreeMap<Side, (PersonId, Instant)>,
    /// The whole goes along as a file of this kind.
    pub enclosed: Option<FileFormat>,
    pub as_of: Instant,
}

/// A draft as the account manager sees it.
#[derive(Clone, Copy, Debug)]
pub struct DraftView<'a> {
    /// With the figures so far.
    pub document: &'a Document,
    /// When it is published.
    pub due: Instant,
    /// Nobody publishes it but who approves it.
    pub hold: bool,
    pub approved: Option<&'a (PersonId, Instant, bool)>,
    pub as_of: Instant,
}

/// For the customer: the verdict, each promise, the incidents, and what changed.
pub fn issued(view: &IssuedView<'_>) -> Doc {
    let mut doc = report(view);
    doc.blocks.extend(signatures(view.signed, false));
    doc.buttons = vec![open(view), agenda(view.document.review)];
    if !view.signed.contains_key(&Side::Customer) {
        doc.buttons.push(press("review-button-agree", "sign", view.document.review, Weight::Primary));
    }
    doc
}

/// The same for the provider's side, with who signed.
pub fn issued_to_operators(view: &IssuedView<'_>) -> Doc {
    let mut doc = report(view);
    doc.blocks.extend(signatures(view.signed, true));
    let review = view.document.review;
    let minutes = press("review-button-minutes", "minutes", review, Weight::Secondary);
    doc.buttons = vec![open(view), agenda(review), minutes];
    if !view.signed.contains_key(&Side::Provider) {
        doc.buttons.push(press("review-button-sign", "sign", review, Weight::Primary));
    }
    doc
}

fn report(view: &IssuedView<'_>) -> Doc {
    let document = view.document;
    let mut doc = Doc::new(Tone::Information, title(document), view.as_of);
    doc.reference = Some(document.review.to_string());
    doc = doc.line(overview::sentence(document.verdict));
    doc.blocks.extend(overview::late(document).map(|text| Block::Line(text.into())));
    doc.blocks.extend(kept(document));
    if document.sections.contains(&Section::Incidents) {
        doc = doc.line(incidents::summary(document));
    }
    doc.blocks.extend(news(document));
    doc.footer = footer(document);
    doc.enclosed = enclosed(view);
    doc
}

/// Each promise in one row, as far as there is room for them.
fn kept(document: &Document) -> Vec<Block> {
    let rows: Vec<Field> = foremost(&document.objectives).into_iter().map(promises::field).collect();
    let mut blocks: Vec<Block> = (!rows.is_empty()).then_some(Block::Fields(rows)).into_iter().collect();
    let more = document.objectives.len().saturating_sub(MOST_ROWS);
    let told = Text::key("review-more-promises").with("count", super::count(more));
    blocks.extend((more > 0).then(|| Block::Line(told.into())));
    blocks
}

/// As many as there is room for, in their order: what is missed or at risk is never left out for what is kept.
fn foremost(rows: &[ObjectiveRow]) -> Vec<&ObjectiveRow> {
    let mut places: Vec<usize> = (0..rows.len()).collect();
    places.sort_by_key(|place| match rows[*place].verdict {
        Verdict::Missed => 0,
        Verdict::AtRisk => 1,
        Verdict::Met => 2,
        Verdict::Insufficient | Verdict::NoData => 3,
    });
    places.truncate(MOST_ROWS);
    places.sort_unstable();
    places.into_iter().map(|place| &rows[place]).collect()
}

fn enclosed(view: &IssuedView<'_>) -> Option<Enclosed> {
    let Document { review, revision, .. } = *view.document;
    view.enclosed.map(|format| Enclosed { review, revision, format })
}

/// `revision 1 · Europe/Berlin`
fn footer(document: &Document) -> Line {
    let revision = Text::key("review-revision").with("revision", i64::from(document.revision));
    vec![revision, Text::mark(" · "), Value::Zone.into()]
}

/// What is otherwise than in the period before: promises that stand otherwise, figures that clearly moved.
fn news(document: &Document) -> Vec<Block> {
    let mut lines: Vec<Line> = document.objectives.iter().filter_map(changed).collect();
    let more = lines.len().saturating_sub(MOST_NEWS);
    lines.truncate(MOST_NEWS);
    if lines.is_empty() {
        let compared = document.objectives.iter().any(|row| row.before.is_some());
        let nothing = compared.then(|| Block::Line(Text::key("review-nothing-changed").into()));
        return nothing.into_iter().collect();
    }
    if more > 0 {
        lines.push(Text::key("review-more-news").with("count", super::count(more)).into());
    }
    vec![Block::Line(Text::key("review-news").into()), Block::List(lines)]
}

fn changed(row: &ObjectiveRow) -> Option<Line> {
    let (_, before) = row.before.as_ref()?;
    let mut line = super::objective_name(&row.name, row.service.as_ref());
    line.push(Text::key("review-colon"));
    match row.trend {
        _ if *before != row.verdict => {
            line.extend([words::standing(*before).into(), Text::mark(" → ")]);
            line.push(words::standing(row.verdict).into());
        }
        Some(Trend::Risen) => line.push(Text::key("review-risen")),
        Some(Trend::Fallen) => line.push(Text::key("review-fallen")),
        Some(Trend::Unclear) | None => return None,
    }
    Some(line)
}

/// Who took the revision as agreed. A customer is told that the provider did, not who of it.
pub fn signatures(signed: &BTreeMap<Side, (PersonId, Instant)>, for_operators: bool) -> Option<Block> {
    if signed.is_empty() {
        return None;
    }
    let row = |side: Side, key: &'static str| {
        let value = match signed.get(&side) {
            Some((person, at)) if for_operators || side == Side::Customer => {
                Text::key("review-signed-by").with("person", Value::Person(person.clone())).with("at", *at)
            }
            Some((_, at)) => Text::key("review-signed").with("at", *at),
            None => Text::key("review-not-signed"),
        };
        let mark = if signed.contains_key(&side) { Mark::Kept } else { Mark::Running };
        Field { name: Text::from(Value::term(key)).into(), verdict: Some(mark), value: value.into() }
    };
    Some(Block::Fields(vec![
        row(Side::Provider, "review-side-provider"),
        row(Side::Customer, "review-side-customer"),
    ]))
}

/// A later revision: what changed since the one before.
pub fn revised(view: &IssuedView<'_>) -> Doc {
    let document = view.document;
    let mut head: Line = vec![words::tone(Tone::Corrected).into(), Text::mark(" · ")];
    head.extend(title(document));
    let mut doc = Doc::new(Tone::Corrected, head, view.as_of);
    doc.reference = Some(document.review.to_string());
    let before = i64::from(document.revision) - 1;
    doc = doc.line(Text::key("review-changes").with("revision", before));
    let mut lines: Vec<Line> =
        document.changes.iter().take(MOST_ROWS).map(|change| advice::changed(document, change)).collect();
    let more = document.changes.len().saturating_sub(MOST_ROWS);
    lines.extend((more > 0).then(|| Text::key("review-more-news").with("count", super::count(more)).into()));
    doc.blocks.push(Block::List(lines));
    let figures = document.changes.iter().any(|change| !matches!(change, Change::Provenance { .. }));
    if !figures {
        doc = doc.line(Text::key("review-same-figures"));
    }
    doc = doc.line(overview::sentence(document.verdict));
    doc.footer = footer(document);
    doc.enclosed = enclosed(view);
    doc.buttons = vec![open(view), press("review-button-agree", "sign", document.review, Weight::Secondary)];
    doc
}

/// For the account manager: the figures so far, and what can be done until when.
pub fn draft(view: &DraftView<'_>) -> Doc {
    let document = view.document;
    let mut head: Line = vec![Text::key("review-draft"), Text::mark(" · ")];
    head.extend(title(document));
    let mut doc = Doc::new(Tone::Information, head, view.as_of);
    doc.reference = Some(document.review.to_string());
    doc = doc.line(overview::sentence(document.verdict));
    doc.blocks.extend(kept(document));
    if document.sections.contains(&Section::Incidents) {
        doc = doc.line(incidents::summary(document));
    }
    let commented: Vec<Value> = document.comments.keys().map(|section| word(*section)).collect();
    if !commented.is_empty() {
        doc = doc.line(Text::key("review-commented").with("chapters", Value::List(commented)));
    }
    doc = doc.line(fate(view));
    doc.footer = Text::from(Value::Zone).into();
    let review = document.review;
    doc.buttons = vec![
        press("review-button-comment", "comment", review, Weight::Secondary),
        press("review-button-preview", "draft", review, Weight::Secondary),
    ];
    if view.approved.is_none() {
        doc.buttons.push(press("review-button-approve", "approve", review, Weight::Primary));
    }
    doc
}

/// A chapter's name inside a sentence.
fn word(section: Section) -> Value {
    match super::heading(section) {
        Text::Message { key, .. } => Value::Term(key),
        _ => Value::Name(section.name().to_owned()),
    }
}

/// What becomes of a draft, and when.
fn fate(view: &DraftView<'_>) -> Text {
    match (view.approved, view.hold) {
        (Some((person, _, true)), _) => {
            Text::key("review-approved-at-once").with("person", Value::Person(person.clone()))
        }
        (Some((person, ..)), _) => {
            Text::key("review-approved").with("person", Value::Person(person.clone())).with("due", view.due)
        }
        (None, true) => Text::key("review-holds").with("due", view.due),
        (None, false) => Text::key("review-goes").with("due", view.due),
    }
}

/// It was due, and nobody has approved it.
pub fn waits(view: &DraftView<'_>) -> Doc {
    let document = view.document;
    let mut head: Line = vec![words::tone(Tone::Late).into(), Text::mark(" · ")];
    head.extend(title(document));
    let mut doc =
        Doc::new(Tone::Late, head, view.as_of).line(Text::key("review-waits").with("due", view.due));
    doc.reference = Some(document.review.to_string());
    doc.footer = Text::from(Value::Zone).into();
    let review = document.review;
    doc.buttons = vec![
        press("review-button-approve", "approve", review, Weight::Primary),
        press("review-button-preview", "draft", review, Weight::Secondary),
    ];
    doc
}

/// For the operators: every customer in one line, what happened, and what is recommended.
pub fn digest(view: &IssuedView<'_>) -> Doc {
    let document = view.document;
    let mut head: Line = vec![Text::key("review-head-operators"), Text::mark(" · ")];
    head.extend(period(document));
    let mut doc = Doc::new(Tone::Information, head, view.as_of);
    doc.reference = Some(document.review.to_string());
    doc = doc.line(overview::sentence(document.verdict));
    doc.blocks.extend(overview::late(document).map(|text| Block::Line(text.into())));
    let rows: Vec<Field> = document.customers.iter().take(MOST_ROWS).map(overview::field).collect();
    if !rows.is_empty() {
        doc.blocks.push(Block::Fields(rows));
    }
    if let Some(more) = document.customers.len().checked_sub(MOST_ROWS).filter(|more| *more > 0) {
        doc = doc.line(Text::key("review-more-customers").with("count", super::count(more)));
    }
    doc = doc.line(incidents::summary(document));
    let advised = document.recommendations.iter().take(MOST_NEWS);
    let advised: Vec<Line> = advised.map(|recommended| advice::told(document, recommended)).collect();
    if !advised.is_empty() {
        doc = doc.block(Block::Heading(super::heading(Section::Recommendations).into()));
        doc = doc.block(Block::List(advised));
    }
    doc.footer = footer(document);
    doc.enclosed = enclosed(view);
    doc.buttons = vec![open(view)];
    doc
}

/// The report: its page where there is one, in the chat elsewhere.
fn open(view: &IssuedView<'_>) -> Button {
    match view.link {
        Some(link) => Button {
            label: Text::key("review-button-open").into(),
            press: Press::Open(link.to_owned()),
            weight: Weight::Secondary,
        },
        None => press("review-button-show", "show", view.document.review, Weight::Secondary),
    }
}

fn agenda(review: ReviewNumber) -> Button {
    press("review-button-agenda", "agenda", review, Weight::Secondary)
}

fn press(key: &'static str, action: &str, review: ReviewNumber, weight: Weight) -> Button {
    button(key, &format!("review {action} {review}"), weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::notice::review::samples::document;

    #[test]
    fn what_is_missed_is_never_left_out_for_what_is_kept() {
        let kept = document().objectives.into_iter().find(|row| row.verdict == Verdict::Met).unwrap();
        let row = |verdict: Verdict| ObjectiveRow { verdict, ..kept.clone() };
        let mut rows = vec![row(Verdict::NoData), row(Verdict::Met)];
        rows.extend((0..MOST_ROWS).map(|_| row(Verdict::Met)));
        rows.extend([row(Verdict::AtRisk), row(Verdict::Missed)]);
        let told: Vec<Verdict> = foremost(&rows).into_iter().map(|row| row.verdict).collect();
        let mut wanted = vec![Verdict::Met; MOST_ROWS - 2];
        wanted.extend([Verdict::AtRisk, Verdict::Missed]);
        assert_eq!(told, wanted, "in their order");
        let few = &rows[..3];
        assert_eq!(foremost(few), few.iter().collect::<Vec<_>>(), "all, where there is room");
    }
}
