//! The forms around a review: a comment to a chapter, and a point of a meeting.

use crate::core::doc::{Form, FormField};
use crate::core::notice::forms::{form, text_field};
use crate::core::review::{ReviewNumber, Section};

/// The longest text that is taken, in characters.
pub const LONGEST: u16 = 4_000;

fn text() -> FormField {
    FormField { max_length: LONGEST, ..text_field("review-form-text", true) }
}

/// The account manager says something to a chapter.
pub fn comment(number: ReviewNumber, section: Section) -> Form {
    let command = format!("review comment {number} --section={}", section.name());
    form("review-form-comment", Some("review-form-comment-intro"), command, [text()])
}

/// A point of the agenda, or what was said when both sides met.
pub fn meeting(number: ReviewNumber, agenda: bool) -> Form {
    let (title, action) =
        if agenda { ("review-form-agenda", "agenda") } else { ("review-form-minutes", "minutes") };
    form(title, None, format!("review {action} {number}"), [text()])
}
