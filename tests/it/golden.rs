//! The golden year: its reviews are kept, counted again by hand, and the same whenever and wherever it is played.

mod again;
mod drawn;
mod kept;
mod outages;
mod recount;
mod spoken;
mod voices;

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Instant as Watch;

use upheld::core::event::{AgreementId, Event};
use upheld::core::review::{Document, Occasion, Word};
use upheld::core::standing::Verdict;

use crate::golden_year::customers::CUSTOMERS;
use crate::golden_year::{AWAY, Year, issue, play};

/// Played once for all that look at it.
static YEAR: LazyLock<Year> = LazyLock::new(|| {
    let begun = Watch::now();
    let year = play(&mut issue);
    println!("{} entries, {} notices in {:.1?}", year.entries.len(), year.notices, begun.elapsed());
    year
});

/// Every review that was issued, in order.
fn issued(year: &Year) -> impl Iterator<Item = &Document> {
    year.entries.iter().filter_map(|entry| match &entry.event {
        Event::Review { word, .. } => match &**word {
            Word::Issued { document, .. } => Some(&**document),
            _ => None,
        },
        _ => None,
    })
}

/// The monthly reviews of the customers, by customer, in order.
fn monthly(year: &Year) -> BTreeMap<&AgreementId, Vec<&Document>> {
    let mut all: BTreeMap<&AgreementId, Vec<&Document>> = BTreeMap::new();
    for document in issued(year).filter(|document| document.occasion == Occasion::Plan("monthly".to_owned()))
    {
        if let Some(agreement) = document.subject.agreement() {
            all.entry(agreement).or_default().push(document);
        }
    }
    all
}

/// Nothing is missing from it that a real year has.
#[test]
fn the_year_is_full_and_like_a_real_one() {
    let year = &*YEAR;
    let reviews = monthly(year);
    assert_eq!(reviews.len(), CUSTOMERS.len());
    for (agreement, documents) in &reviews {
        let wanted = match agreement.as_str() {
            // The term of one begins in February, that of another ends in October.
            "rioclaro" => 11,
            "harbour" => 10,
            _ => 12,
        };
        assert_eq!(documents.len(), wanted, "{agreement}");
    }
    let now = year.state.now.unwrap();
    let incidents: usize = year.state.service_ids().map(|id| year.state.incidents(id, now).len()).sum();
    assert!((3_500..4_500).contains(&incidents), "{incidents} incidents");
    assert_eq!(year.state.service_ids().count(), 40);
    let mut verdicts: BTreeMap<Verdict, u32> = BTreeMap::new();
    for row in reviews.values().flatten().flat_map(|document| &document.objectives) {
        *verdicts.entry(row.verdict).or_default() += 1;
    }
    println!("{incidents} incidents; {verdicts:?}");
    let share = |verdict| 100 * verdicts.get(&verdict).unwrap_or(&0) / verdicts.values().sum::<u32>();
    assert!((60..90).contains(&share(Verdict::Met)), "{verdicts:?}");
    assert!((5..30).contains(&share(Verdict::Missed)), "{verdicts:?}");
    assert!(share(Verdict::AtRisk) >= 1, "{verdicts:?}");
    // What was due while nothing ran came late, and nothing else did.
    for document in issued(year) {
        let was_away = AWAY.0 <= document.due && document.due < AWAY.1;
        assert_eq!(
            document.late, was_away,
            "{} of {:?} due {}",
            document.review, document.subject, document.due
        );
        if was_away {
            assert_eq!(document.provenance.as_of, AWAY.1);
        }
    }
    assert!(issued(year).filter(|document| document.late).count() > 4);
    let closings = issued(year).filter(|document| document.occasion == Occasion::Closing);
    assert_eq!(closings.count(), 1);
}
