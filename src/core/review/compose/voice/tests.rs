//! Which texts a review quotes, and how an issued one is shown afterwards.

use proptest::prelude::*;

use crate::core::event::{Event, PersonId, Prose, ProseId};
use crate::core::interval::Interval;
use crate::core::reading::{Reading, Sentiment, Tongue};
use crate::core::review::compose::{Given, compose};
use crate::core::review::document::{Document, Quote};
use crate::core::review::{Occasion, Review, ReviewNumber, Section, Subject};
use crate::core::testing::*;
use crate::core::voice::*;

/// One that may be quoted: when, of whom, in which mood, and whether with the name.
#[derive(Clone, Copy, Debug)]
struct One(i64, &'static str, Option<Sentiment>, Option<Quoting>);

const GOOD: Option<Sentiment> = Some(Sentiment::Positive);
const BAD: Option<Sentiment> = Some(Sentiment::Negative);
const NAMED: Option<Quoting> = Some(Quoting::Named);
const UNNAMED: Option<Quoting> = Some(Quoting::Unnamed);

fn id(place: usize) -> ProseId {
    ProseId::new(format!("t{}", place + 1))
}

fn says(journal: &mut Journal, minute: i64, word: Word) {
    let name = format!("word/{}", journal.entries.len());
    journal.append(
        at(minute),
        &name,
        Event::Voice { at: at(minute), by: Some("ada".into()), word: Box::new(word) },
    );
}

/// `t1` is the first, and so on.
fn written(all: &[One]) -> Journal {
    let mut journal = Journal::new();
    let mut others = terms();
    others.customer = "Beta Ltd".to_owned();
    let effective = at(-60 * 24 * 40);
    let adopted = Event::TermsAdopted {
        agreement: "beta".into(),
        version: 1,
        effective,
        sha256: "beta".to_owned(),
        terms: Box::new(others),
    };
    journal.append(effective, "beta", adopted);
    let mut in_order: Vec<(usize, &One)> = all.iter().enumerate().collect();
    in_order.sort_by_key(|(_, one)| one.0);
    for (place, One(minute, agreement, sentiment, how)) in in_order {
        let reading = sentiment.map(|sentiment| Reading {
            tongue: Tongue::English,
            sentiment: Some(sentiment),
            themes: [].into(),
            learnt: false,
        });
        let stamp =
            Stamp { standing: Promise::Met, version: 1, budget_left: None, incident: None, to_breach: None };
        let feedback = FeedbackNumber(u32::try_from(place).unwrap() + 1);
        let text = Remark { text: Prose { id: id(place), sha256: String::new() }, reading, uncovered: false };
        let submitted = Word::Submitted {
            feedback,
            kind: FeedbackKind::Feedback,
            agreement: (*agreement).into(),
            service: None,
            incident: None,
            text,
            attachments: None,
            origin: Origin::Direct("web".to_owned()),
            stamp: Box::new(stamp),
        };
        says(&mut journal, *minute, submitted);
        let allowed = how.map(|how| Allowed { text: id(place), how });
        says(&mut journal, *minute, Word::Quotable { said: Said::Feedback(feedback), allowed });
    }
    journal
}

fn review(journal: &Journal, subject: Subject) -> Document {
    let window = Interval::new(at(0), at(1_000));
    let template = vec![Section::Verdict, Section::Voice];
    let review = Review::begun(subject, Occasion::Command, window, None, template, at(2_000));
    compose(&journal.state, ReviewNumber(1), &review, &Given::default(), at(2_000)).unwrap()
}

fn quoted(journal: &Journal, subject: Subject) -> Vec<(String, String, bool)> {
    let row = |quote: Quote| {
        let text = quote.text.unwrap().as_str().to_owned();
        (text, quote.agreement.to_string(), quote.by == Some(PersonId::new("ada")))
    };
    review(journal, subject).voice.quotes.into_iter().map(row).collect()
}

fn of_acme(all: &[One]) -> Vec<String> {
    let quotes = quoted(&written(all), Subject::Agreement("acme".into()));
    quotes.into_iter().map(|(text, ..)| text).collect()
}

#[test]
fn two_are_quoted_the_newest_and_the_newest_in_the_other_mood() {
    let none: [&str; 0] = [];
    assert_eq!(of_acme(&[]), none);
    assert_eq!(of_acme(&[One(10, "acme", GOOD, None)]), none, "nobody allowed it");
    assert_eq!(of_acme(&[One(10, "acme", GOOD, UNNAMED)]), ["t1"]);
    let praise = [One(10, "acme", GOOD, NAMED), One(20, "acme", GOOD, NAMED), One(30, "acme", GOOD, NAMED)];
    assert_eq!(of_acme(&praise), ["t3", "t2"], "of one mood the two newest");
    let mixed = [praise[0], One(5, "acme", BAD, UNNAMED), praise[1], praise[2]];
    assert_eq!(of_acme(&mixed), ["t4", "t2"], "an older one in the other mood");
    let unread = [One(10, "acme", GOOD, NAMED), One(20, "acme", BAD, NAMED), One(30, "acme", None, NAMED)];
    assert_eq!(of_acme(&unread), ["t3", "t1"], "what was not read is no praise");
}

#[test]
fn only_what_was_written_in_the_window_under_that_agreement_is_quoted() {
    let all = [
        One(-1, "acme", GOOD, NAMED),
        One(0, "acme", BAD, UNNAMED),
        One(999, "beta", GOOD, NAMED),
        One(1_000, "acme", GOOD, NAMED),
    ];
    let journal = written(&all);
    let row = |text: &str, agreement: &str, named| (text.to_owned(), agreement.to_owned(), named);
    assert_eq!(quoted(&journal, Subject::Agreement("acme".into())), [row("t2", "acme", false)]);
    assert_eq!(quoted(&journal, Subject::Agreement("beta".into())), [row("t3", "beta", true)]);
    let digest = [row("t3", "beta", true), row("t2", "acme", false)];
    assert_eq!(quoted(&journal, Subject::Operators), digest, "over all customers");
}

#[test]
fn what_was_taken_back_is_in_no_later_review_and_not_shown_in_an_issued_one() {
    let all = [One(10, "acme", GOOD, NAMED), One(20, "acme", BAD, NAMED)];
    let mut journal = written(&all);
    let issued = review(&journal, Subject::Agreement("acme".into()));
    assert_eq!(issued.clone().permitted(&journal.state.voice), issued, "as long as it is allowed");
    let said = |number| Said::Feedback(FeedbackNumber(number));
    says(&mut journal, 1_500, Word::Quotable { said: said(1), allowed: None });
    let allowed = Some(Allowed { text: id(1), how: Quoting::Unnamed });
    says(&mut journal, 1_500, Word::Quotable { said: said(2), allowed });
    assert_eq!(
        quoted(&journal, Subject::Agreement("acme".into())),
        [("t2".to_owned(), "acme".to_owned(), false)]
    );
    let shown = issued.clone().permitted(&journal.state.voice);
    let quote = |text: Option<usize>| Quote { agreement: "acme".into(), by: None, text: text.map(id) };
    assert_eq!(shown.voice.quotes, [quote(Some(1)), quote(None)]);
    let rest = |document: &Document| Document { voice: Default::default(), ..document.clone() };
    assert_eq!(rest(&shown), rest(&issued), "all else is as it was issued");
    // Allowed again with the name, it is shown as it was issued; one issued without a name never gets one.
    for (number, place) in [(1, 0), (2, 1)] {
        let allowed = Some(Allowed { text: id(place), how: Quoting::Named });
        says(&mut journal, 1_600, Word::Quotable { said: said(number), allowed });
    }
    assert_eq!(issued.clone().permitted(&journal.state.voice), issued);
    let unnamed = written(&[One(10, "acme", GOOD, UNNAMED)]);
    let unnamed = review(&unnamed, Subject::Agreement("acme".into()));
    assert_eq!(unnamed.clone().permitted(&journal.state.voice), unnamed);
}

proptest! {
    /// At most two, of those that may be; the newest first, and never one mood alone where there are two.
    #[test]
    fn at_most_two_are_quoted_and_both_sides_are_heard(
        all in prop::collection::vec((0..1_000_i64, 0..3_usize, 0..3_usize), 0..12)
    ) {
        let moods = [GOOD, BAD, None];
        let hows = [None, NAMED, UNNAMED];
        let all: Vec<One> = all.iter().map(|(at, mood, how)| One(*at, "acme", moods[*mood], hows[*how])).collect();
        let quotes = review(&written(&all), Subject::Agreement("acme".into())).voice.quotes;
        let may: Vec<usize> = (0..all.len()).filter(|place| all[*place].3.is_some()).collect();
        prop_assert_eq!(quotes.len(), may.len().min(2));
        let places: Vec<usize> = quotes
            .iter()
            .map(|quote| may.iter().copied().find(|place| quote.text == Some(id(*place))).unwrap())
            .collect();
        for (quote, place) in quotes.iter().zip(&places) {
            prop_assert_eq!(quote.by.is_some(), all[*place].3 == NAMED);
        }
        let newest = may.iter().map(|place| all[*place].0).max();
        prop_assert_eq!(places.first().map(|place| all[*place].0), newest);
        if let [one, other] = places[..] {
            let good = |place: usize| all[place].2 == GOOD;
            let both = may.iter().any(|place| good(*place)) && may.iter().any(|place| !good(*place));
            prop_assert_eq!(good(one) != good(other), both);
        }
    }
}
