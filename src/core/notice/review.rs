//! What people see of a review: its chapters, from the document as it was issued, and the messages around it.
//!
//! To add a chapter: a file here, and an arm in [`told`].

mod actions;
mod advice;
pub mod cards;
mod contact;
mod courses;
mod days;
mod drills;
mod figures;
pub mod forms;
mod incidents;
pub mod lists;
mod overview;
mod promises;
mod risks;
#[cfg(test)]
pub mod samples;
mod scorecard;
pub(super) mod stretch;
mod voice;

use chrono::NaiveDate;

use crate::core::calendar::local_date;
use crate::core::doc::{Block, Doc, Line, Period, Text, Tone, Value};
use crate::core::event::{AgreementId, ServiceId};
use crate::core::notice::rows::dotted;
use crate::core::notice::words;
use crate::core::picture::Picture;
use crate::core::review::{Comment, Document, Noted, Section};
use crate::core::standing::Verdict;
use crate::core::survey::Localized;
use crate::core::time::Span;
use crate::core::window::WindowKind;

pub use cards::{DraftView, IssuedView, digest, draft, issued, issued_to_operators, revised, waits};
pub use contact::amount;
pub use figures::{goal, objective_name, reference};
pub use lists::{ListedReview, PlannedReview, Stage, list, planned};
pub use overview::sentence;

/// A chapter in words that have no language yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Chapter {
    pub section: Section,
    pub heading: Line,
    pub blocks: Vec<Block>,
    pub pictures: Vec<Picture>,
}

/// What a chapter says and shows.
type Told = (Vec<Block>, Vec<Picture>);

/// Every chapter that has something to say, in the document's order. What is different from the revision before
/// stands first.
pub fn chapters(document: &Document) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> =
        document.sections.iter().filter_map(|section| chapter(document, *section)).collect();
    if let Some(first) = chapters.first_mut() {
        first.blocks.splice(0..0, advice::changes(document));
    }
    chapters
}

fn chapter(document: &Document, section: Section) -> Option<Chapter> {
    let (mut blocks, pictures) = told(document, section);
    if blocks.is_empty() && pictures.is_empty() {
        return None;
    }
    blocks.extend(document.comments.get(&section).into_iter().flat_map(commented));
    Some(Chapter { section, heading: heading(section).into(), blocks, pictures })
}

fn told(document: &Document, section: Section) -> Told {
    let blocks = match section {
        Section::Verdict => overview::verdict(document),
        Section::Customers => overview::customers(document),
        Section::Objectives => return (promises::objectives(document), days::pictures(document)),
        Section::Year => return promises::year(document),
        Section::Incidents => return incidents::told(document),
        Section::Communication => contact::communication(document),
        Section::Disputes => contact::disputes(document),
        Section::Exclusions => contact::exclusions(document),
        Section::Credits => contact::credits(document),
        Section::Voice => return voice::told(document),
        Section::Forecast => promises::forecast(document),
        Section::Recommendations => advice::recommendations(document),
        Section::Actions => actions::actions(document),
        Section::Risks => return risks::told(document),
        Section::Drills => drills::drills(document),
        Section::Scorecard => return scorecard::told(document),
    };
    (blocks, Vec::new())
}

/// What a customer is called, as far as the document knows.
pub fn customer_name(document: &Document, agreement: &AgreementId) -> String {
    let row = document.customers.iter().find(|row| row.agreement == *agreement);
    let own = document.agreement.as_ref().filter(|promised| promised.agreement == *agreement);
    let known = row.map(|row| &row.customer).or_else(|| own.map(|promised| &promised.customer));
    known.cloned().unwrap_or_else(|| agreement.to_string())
}

fn customer(document: &Document, agreement: &AgreementId) -> Text {
    Text::name(customer_name(document, agreement))
}

/// What a service is called, as far as the document knows.
fn service(document: &Document, id: &ServiceId) -> Localized {
    let promised = document.agreement.iter().flat_map(|promised| &promised.services);
    let objectives = document.objectives.iter().filter_map(|row| row.service.as_ref());
    let incidents = document.incidents.rows.iter().map(|row| &row.service);
    let mut all = promised.chain(objectives).chain(incidents);
    let known = all.find(|(known, _)| known == id).map(|(_, name)| name.clone());
    known.unwrap_or_else(|| [("en".to_owned(), id.to_string())].into())
}

/// What both sides will want to talk about: the promises that were not kept, and what is recommended.
pub fn points(document: &Document) -> Vec<Line> {
    let missed = document.objectives.iter().filter(|row| row.verdict == Verdict::Missed).map(|row| {
        let mut line = objective_name(&row.name, row.service.as_ref());
        line.push(Text::key("review-colon"));
        line.push(words::standing(row.verdict).into());
        line
    });
    let recommended = document.recommendations.iter().map(|known| advice::told(document, known));
    missed.chain(recommended).collect()
}

/// What a chapter is called.
pub fn heading(section: Section) -> Text {
    Text::key(match section {
        Section::Verdict => "review-chapter-verdict",
        Section::Customers => "review-chapter-customers",
        Section::Objectives => "review-chapter-objectives",
        Section::Year => "review-chapter-year",
        Section::Incidents => "review-chapter-incidents",
        Section::Communication => "review-chapter-communication",
        Section::Disputes => "review-chapter-disputes",
        Section::Exclusions => "review-chapter-exclusions",
        Section::Credits => "review-chapter-credits",
        Section::Voice => "review-chapter-voice",
        Section::Forecast => "review-chapter-forecast",
        Section::Recommendations => "review-chapter-recommendations",
        Section::Actions => "review-chapter-actions",
        Section::Risks => "review-chapter-risks",
        Section::Drills => "review-chapter-drills",
        Section::Scorecard => "review-chapter-scorecard",
    })
}

/// What the account manager says to a chapter, under its figures.
fn commented(comment: &Comment) -> Vec<Block> {
    let by = Text::key("review-comment").with("person", Value::Person(comment.by.clone()));
    vec![Block::Line(by.into()), Block::Quote(Text::Prose(comment.text.clone()).into())]
}

/// `Service review · Acme GmbH · November 2026`
pub fn title(document: &Document) -> Line {
    let customer = document.agreement.as_ref().map(|promised| Text::name(promised.customer.clone()));
    let mut line = dotted([Text::key(kind(document))].into_iter().chain(customer));
    line.push(Text::mark(" · "));
    line.extend(period(document));
    line
}

const fn kind(document: &Document) -> &'static str {
    use crate::core::review::Occasion;
    match (&document.agreement, &document.occasion) {
        (None, _) => "review-head-operators",
        (Some(_), Occasion::Closing) => "review-head-closing",
        (Some(_), _) => "review-head",
    }
}

/// The time a review tells of: `November 2026`, `1 Jan 2025 – 31 Dec 2026`.
pub fn period(document: &Document) -> Line {
    let (first, last) = days(document);
    called(document.period, first, last)
}

/// The first and the last day of it, in the document's zone.
pub fn days(document: &Document) -> (NaiveDate, NaiveDate) {
    let last = document.window.end - Span::from_micros(1);
    (local_date(document.zone, document.window.start), local_date(document.zone, last))
}

/// A period by its first and last day; by its name where it has one.
pub fn called(kind: Option<WindowKind>, first: NaiveDate, last: NaiveDate) -> Line {
    match kind {
        Some(kind @ (WindowKind::Month | WindowKind::Quarter | WindowKind::Year | WindowKind::Week)) => {
            Text::from(Value::Period { period: Period::beginning(kind, first), full: true }).into()
        }
        Some(WindowKind::Rolling(_)) | None => {
            vec![Value::Date(first).into(), Text::mark(" – "), Value::Date(last).into()]
        }
    }
}

/// What somebody wrote beside a review. A customer is told what was written, not who of the provider wrote it.
pub fn noted(all: &[Noted], for_operators: bool) -> Vec<Block> {
    let lines = all.iter().flat_map(|noted| {
        let by = match for_operators {
            true => Text::key("review-noted-by").with("person", Value::Person(noted.by.clone())),
            false => Text::key("review-noted"),
        };
        [Block::Line(by.with("at", noted.at).into()), Block::Quote(Text::Prose(noted.text.clone()).into())]
    });
    lines.collect()
}

/// The whole as one long message: for those who read it in a chat, and for whoever looks for what it refers to.
pub fn whole(document: &Document) -> Doc {
    let mut doc = Doc::new(Tone::Information, title(document), document.provenance.as_of);
    doc.reference = Some(document.review.to_string());
    for chapter in chapters(document) {
        doc.blocks.push(Block::Heading(chapter.heading));
        doc.blocks.extend(chapter.blocks);
    }
    doc.footer = Text::from(Value::Zone).into();
    doc
}

/// A count as messages hold it.
pub(in crate::core::notice) fn count(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}
