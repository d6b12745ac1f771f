//! What the reviews of the year say is kept, so that no change of it passes unseen.

use sha2::{Digest, Sha256};
use upheld::core::review::{Document, Subject};

use super::{YEAR, issued, monthly};

/// The customers whose reviews are kept whole: one reads English, the other Chinese.
const WHOLE: [&str; 2] = ["acme", "morningstar"];

/// One line for each review of everybody: when, over what, how many promises were kept, and the hash of the whole.
#[test]
fn every_review_is_known_by_its_hash() {
    let lines: Vec<String> = issued(&YEAR).map(line).collect();
    insta::assert_snapshot!("golden_digest", lines.join("\n"));
}

pub fn line(document: &Document) -> String {
    let whose = match &document.subject {
        Subject::Agreement(agreement) => agreement.as_str(),
        Subject::Operators => "operators",
    };
    let verdict = document.verdict;
    format!(
        "{} {whose} {}{} {}/{} met {} at risk {} missed {} unknown {} incidents {} {}",
        document.review,
        document.provenance.as_of,
        if document.late { " late" } else { "" },
        document.window.start,
        document.window.end,
        verdict.met,
        verdict.at_risk,
        verdict.missed,
        verdict.unknown,
        document.incidents.count,
        hex::encode(Sha256::digest(document.json())),
    )
}

/// The whole reviews of two customers, one chapter on each line.
#[test]
fn the_reviews_of_two_customers_are_kept_whole() {
    let reviews = monthly(&YEAR);
    for customer in WHOLE {
        let documents = &reviews[&upheld::core::event::AgreementId::from(customer)];
        for (month, document) in (1..).zip(documents) {
            let mut whole: serde_json::Value = serde_json::from_str(&document.json()).unwrap();
            // The days of each month are a third of the whole, and in the hash above.
            for row in whole["objectives"].as_array_mut().unwrap() {
                row.as_object_mut().unwrap().remove("days");
            }
            let fields = whole.as_object().unwrap().iter();
            let lines: Vec<String> = fields.map(|(field, value)| format!("{field}: {value}")).collect();
            insta::assert_snapshot!(format!("golden_{customer}_{month:02}"), lines.join("\n"));
        }
    }
}
