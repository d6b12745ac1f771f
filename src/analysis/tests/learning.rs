//! What is learnt from corrections: words that the rules do not know; and when nothing is.

use super::*;

fn labelled(text: String, sentiment: Sentiment, themes: &[&str]) -> Labelled {
    Labelled {
        text,
        sentiment: Some(sentiment),
        themes: themes.iter().map(|theme| ThemeId::from(*theme)).collect(),
    }
}

/// What customers of one house say, in words that the rules do not know.
fn house_slang() -> Vec<Labelled> {
    let subjects =
        ["the portal", "our tenant", "team blue", "the gateway", "mandant seven", "門戶", "藍組", "閘道"];
    let mut texts = Vec::new();
    for (number, subject) in subjects.iter().cycle().take(40).enumerate() {
        texts.push(labelled(format!("{subject} zonked in wave {number}"), Sentiment::Negative, &["speed"]));
        texts.push(labelled(format!("{subject} peachy in wave {number}"), Sentiment::Positive, &[]));
        texts.push(labelled(format!("{subject}第{number}輪又擺爛躺平"), Sentiment::Negative, &["staff"]));
    }
    texts
}

#[test]
fn words_that_the_rules_do_not_know_are_learnt() {
    let rules = shipped_rules();
    let trained = Classifier::train(&house_slang(), &rules);
    let quality = &trained.quality().sentiment;
    assert!(quality.speaks() && quality.learnt_percent >= Some(95), "{quality:?}");
    assert_eq!((quality.texts, quality.most_frequent, quality.guess_percent), (120, 80, Some(66)));
    for (text, sentiment, themes) in [
        ("the archive zonked this morning", Sentiment::Negative, &["speed"][..]),
        ("the archive is peachy", Sentiment::Positive, &[]),
        ("檔案庫又擺爛", Sentiment::Negative, &["staff"]),
    ] {
        let by_rules = rules.read(text).reading;
        assert_ne!(by_rules.sentiment, Some(sentiment), "{text}: the rules know it already");
        let corrected = trained.correct(text, by_rules.clone());
        let expected = themes.iter().map(|theme| ThemeId::from(*theme)).collect();
        assert_eq!(
            corrected,
            Reading { tongue: by_rules.tongue, sentiment: Some(sentiment), themes: expected, learnt: true }
        );
    }
}

#[test]
fn what_was_never_heard_stays_as_the_rules_read_it() {
    let rules = shipped_rules();
    let trained = Classifier::train(&house_slang(), &rules);
    for text in ["Outage!", "12345", "", "サーバーがとても遅いです。zonked"] {
        let by_rules = rules.read(text).reading;
        assert_eq!(trained.correct(text, by_rules.clone()), by_rules, "{text}");
    }
}

#[test]
fn the_order_of_the_labels_changes_nothing() {
    let rules = shipped_rules();
    let mut texts = house_slang();
    let one = Classifier::train(&texts, &rules);
    texts.reverse();
    let other = Classifier::train(&texts, &rules);
    assert_eq!(one.quality(), other.quality());
    for text in ["the gateway zonked", "藍組躺平", "peachy"] {
        let read = rules.read(text).reading;
        assert_eq!(one.correct(text, read.clone()), other.correct(text, read));
    }
}

/// Trains, and says why the sentiment stays silent; then nothing is corrected.
fn silence(texts: &[Labelled]) -> Option<Silence> {
    let rules = shipped_rules();
    let trained = Classifier::train(texts, &rules);
    let sentence = "the portal zonked in wave 7";
    let read = rules.read(sentence).reading;
    assert_eq!(trained.correct(sentence, read.clone()).sentiment, read.sentiment);
    trained.quality().sentiment.silence
}

#[test]
fn with_too_few_or_contradictory_labels_it_is_silent() {
    let slang = house_slang();
    assert_eq!(silence(&[]), Some(Silence::TooFewTexts));
    assert_eq!(silence(&slang[..FEWEST_TEXTS - 1]), Some(Silence::TooFewTexts));
    let one_sided: Vec<Labelled> =
        slang.iter().filter(|one| one.sentiment == Some(Sentiment::Negative)).cloned().collect();
    assert_eq!(silence(&one_sided), Some(Silence::TooFewOfAClass));
    let mut contradictory = slang.clone();
    for (number, one) in contradictory.iter_mut().enumerate() {
        one.sentiment = Some(if number % 2 == 0 { Sentiment::Negative } else { Sentiment::Positive });
        one.text = format!("the portal zonked in wave {}", number / 2);
    }
    assert_eq!(silence(&contradictory), Some(Silence::NotGoodEnough));
}

#[test]
fn it_is_silent_where_it_is_no_better_than_guessing_or_than_the_rules() {
    // Nine of ten are negative whatever they say: always saying so would be as good.
    let slang = house_slang();
    let lopsided: Vec<Labelled> = slang
        .iter()
        .enumerate()
        .map(|(number, one)| {
            let sentiment = if number % 10 == 0 { Sentiment::Positive } else { Sentiment::Negative };
            labelled(format!("the portal zonked {}", one.text.len() % 3), sentiment, &[])
        })
        .collect();
    assert_eq!(silence(&lopsided), Some(Silence::NoBetterThanGuessing));
    let clear: Vec<Labelled> = (0..40)
        .map(|number| match number % 2 {
            0 => labelled(format!("the portal is slow, wave {number}"), Sentiment::Negative, &["speed"]),
            _ => labelled(format!("the portal is great, wave {number}"), Sentiment::Positive, &[]),
        })
        .collect();
    assert_eq!(silence(&clear), Some(Silence::NoBetterThanTheRules));
}

#[test]
fn a_rare_theme_is_not_claimed_more_often_wrongly_than_rightly() {
    let rules = shipped_rules();
    let trained = Classifier::train(&house_slang(), &rules);
    let measured = &trained.quality().themes;
    assert!(measured[&ThemeId::from("speed")].speaks() && measured[&ThemeId::from("staff")].speaks());
    let never = &measured[&ThemeId::from("price")];
    assert_eq!((never.silence, never.guess_percent), (Some(Silence::TooFewOfAClass), Some(100)));
}
