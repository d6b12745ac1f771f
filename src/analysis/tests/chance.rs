//! Sentences of chance: reading ends, soon, whatever they hold, and both scripts are read alike.

use proptest::prelude::*;

use super::*;
use crate::analysis::scripts::one_spelling;

/// Pieces that customers' texts are made of.
const WORDS: &[&str] = &[
    "slow",
    "not",
    "no longer",
    "good",
    "but",
    "fixed",
    "again",
    "support",
    "don’t",
    "很慢",
    "沒有",
    "沒",
    "不",
    "穩定",
    "當機",
    "服務",
    "伺服器",
    "網路",
    "連線",
    "客服",
    "恢復",
    "但是",
    "希望",
    "，",
    "。",
    ". ",
    ", ",
    " ",
    "\n",
    "!",
    "👍🏽",
    "ＡＰＩ",
    "99.9",
    "e\u{301}",
    "\u{200b}",
    "\u{202e}",
    "'",
    "*",
    "-",
];

fn sentence() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS), 0..60).prop_map(|words| words.concat())
}

/// What must hold of every reading.
fn sound(text: &str) {
    let rules = shipped_rules();
    let outcome = rules.read(text);
    for evidence in &outcome.evidence {
        assert!(!evidence.found.is_empty() && text.contains(&evidence.found), "{evidence:?} in {text:?}");
        assert!(evidence.negated_by.iter().all(|words| text.contains(words)), "{evidence:?} in {text:?}");
    }
    let felt = |wanted: Says| outcome.evidence.iter().any(|evidence| evidence.says == wanted);
    let expected = match (felt(Says::Positive), felt(Says::Negative)) {
        (true, true) => Some(Sentiment::Mixed),
        (true, false) => Some(Sentiment::Positive),
        (false, true) => Some(Sentiment::Negative),
        (false, false) => outcome.reading.sentiment.filter(|sentiment| *sentiment == Sentiment::Neutral),
    };
    assert_eq!(outcome.reading.sentiment, expected, "{text:?}");
    assert!(outcome.reading.themes.iter().all(|theme| felt(Says::Theme(theme.clone()))), "{text:?}");
    assert_eq!(rules.read(text), outcome);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_to_the_end_and_every_word_of_why_stands_in_it(any in "\\PC{0,200}", text in sentence()) {
        sound(&any);
        sound(&text);
    }

    #[test]
    fn both_scripts_of_one_sentence_are_read_alike(text in sentence()) {
        let rules = shipped_rules();
        let simplified: String = text.chars().map(one_spelling).collect();
        let (one, other) = (rules.read(&text).reading, rules.read(&simplified).reading);
        prop_assert_eq!(one.sentiment, other.sentiment);
        prop_assert_eq!(one.themes, other.themes);
    }
}

#[test]
fn both_scripts_of_whole_sentences_are_read_alike() {
    let rules = shipped_rules();
    for (traditional, simplified) in [
        ("伺服器連線逾時，沒有人回應", "伺服器连线逾时，没有人回应"),
        ("問題還沒解決，進度也不透明", "问题还没解决，进度也不透明"),
        ("客服態度很好，處理得很快", "客服态度很好，处理得很快"),
        ("費用太貴，發票又開錯", "费用太贵，发票又开错"),
    ] {
        let (one, other) = (rules.read(traditional).reading, rules.read(simplified).reading);
        assert_eq!((one.tongue, other.tongue), (Tongue::TraditionalChinese, Tongue::SimplifiedChinese));
        assert_eq!((one.sentiment, &one.themes), (other.sentiment, &other.themes), "{traditional}");
        assert!(!one.themes.is_empty());
    }
}

#[test]
fn the_longest_texts_are_read_in_a_bounded_time() {
    // Each of them is the worst of its kind: every place begins many phrases, or one word has no end.
    let texts = ["不", "沒有很", "not good or ", "slow", "很", "no ", "e\u{301}", "a"]
        .map(|piece| piece.repeat(4_000));
    let rules = shipped_rules();
    let begun = std::time::Instant::now();
    for text in &texts {
        rules.read(text);
    }
    // Some ten milliseconds for each, unoptimised; a quadratic way would take minutes.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}
