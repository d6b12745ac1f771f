//! Which words led to a reading, and how far negation, relief and wishes reach.

use super::*;

fn sentiment(text: &str) -> Option<Sentiment> {
    shipped_rules().read(text).reading.sentiment
}

#[test]
fn what_led_to_a_reading_is_told_in_the_words_that_were_written() {
    let outcome = shipped_rules().read("The Portal isn’t SLOW; 客服沒有很友善");
    let told: Vec<(String, Says, Vec<String>)> =
        outcome.evidence.into_iter().map(|one| (one.found, one.says, one.negated_by)).collect();
    let theme = |id: &str| Says::Theme(ThemeId::from(id));
    assert_eq!(
        told,
        [
            ("SLOW".to_owned(), Says::Positive, vec!["isn’t".to_owned()]),
            ("SLOW".to_owned(), theme("speed"), vec![]),
            ("客服".to_owned(), theme("staff"), vec![]),
            ("友善".to_owned(), Says::Negative, vec!["沒有".to_owned()]),
            ("友善".to_owned(), theme("staff"), vec![]),
        ]
    );
}

#[test]
fn a_negation_reaches_as_far_as_people_mean_it() {
    use Sentiment::{Mixed, Negative, Positive};
    for (text, expected) in [
        ("not slow", Positive),
        ("not a very slow portal", Positive),
        ("We do not understand what makes the portal slow", Negative),
        ("not slow, buggy", Mixed),
        ("no delays or errors", Positive),
        ("not good and slow", Negative),
        ("not without problems", Negative),
        ("沒有很慢", Positive),
        ("沒有那麼慢", Positive),
        ("不是不滿意", Positive),
        ("沒有回應，很慢", Negative),
        ("並未改善", Negative),
        ("差不多，很穩定", Positive),
    ] {
        assert_eq!(sentiment(text), Some(expected), "{text}");
    }
}

#[test]
fn a_trouble_that_is_over_is_none_and_a_wish_is_no_praise() {
    use Sentiment::{Mixed, Negative, Neutral, Positive};
    for (text, expected) in [
        ("The outage was resolved.", Positive),
        ("The outage was not resolved.", Negative),
        ("The outage was resolved but the portal is slow.", Mixed),
        ("The portal is slow. The outage was resolved.", Mixed),
        ("故障已修復", Positive),
        ("故障沒有修復", Negative),
        ("A faster portal would be great.", Positive),
        ("It would be great to have a faster portal.", Neutral),
        ("希望系統能更穩定", Neutral),
    ] {
        assert_eq!(sentiment(text), Some(expected), "{text}");
    }
}

#[test]
fn what_cannot_be_read_gets_no_sentiment() {
    for (text, tongue) in [
        ("", Tongue::Unknown),
        (" \n…", Tongue::Unknown),
        ("42", Tongue::Unknown),
        ("qwrtz", Tongue::Unknown),
        ("Alles ist wieder langsam geworden, support", Tongue::Other),
        ("서버가 너무 느려요", Tongue::Other),
    ] {
        let read = shipped_rules().read(text).reading;
        assert_eq!((read.tongue, read.sentiment, read.themes.len()), (tongue, None, 0), "{text}");
    }
}

#[test]
fn short_texts_are_told_by_their_script() {
    for (text, tongue) in [
        ("太慢了", Tongue::TraditionalChinese),
        ("還好", Tongue::TraditionalChinese),
        ("还好", Tongue::SimplifiedChinese),
        ("works again", Tongue::English),
        ("Still slow", Tongue::English),
        ("API 很慢", Tongue::TraditionalChinese),
        ("遅いです", Tongue::Other),
    ] {
        assert_eq!(shipped_rules().read(text).reading.tongue, tongue, "{text}");
    }
}
