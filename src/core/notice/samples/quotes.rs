//! What the writer of something is asked and told about quoting it.

use super::at;
use crate::core::doc::Doc;
use crate::core::notice::quote::{done, list, question};
use crate::core::voice::{FeedbackNumber, Quoting, RoundNumber, Wrote};

pub(super) fn all() -> Vec<(&'static str, Doc)> {
    let (now, feedback) = (at("04:00"), Wrote::Feedback(FeedbackNumber(12)));
    let comment = Wrote::Comment(RoundNumber(7));
    let written = [
        (comment, None),
        (feedback, Some(Some(Quoting::Named))),
        (Wrote::Feedback(FeedbackNumber(9)), Some(Some(Quoting::Unnamed))),
        (Wrote::Feedback(FeedbackNumber(3)), Some(None)),
    ];
    vec![
        ("customer-quote-question", question(feedback, now)),
        ("customer-quote-named", done(comment, Some(Quoting::Named), now)),
        ("customer-quote-unnamed", done(feedback, Some(Quoting::Unnamed), now)),
        ("customer-quote-no", done(feedback, None, now)),
        ("customer-quote-list", list(&written, now)),
        ("customer-quote-list-empty", list(&[], now)),
    ]
}
