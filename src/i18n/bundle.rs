//! The language files, read once, and the lookup that never comes back empty.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::memoizer::MemoizerKind;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::{LanguageIdentifier, langid};

use super::{Language, format};

pub(super) type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| build(Language::English));
static TRADITIONAL_CHINESE: LazyLock<Bundle> = LazyLock::new(|| build(Language::TraditionalChinese));

/// The text of every file of a language.
macro_rules! source {
    ($tag:literal: $($topic:literal),+) => {
        concat!($(include_str!(concat!($tag, $topic, ".ftl")), "\n"),+)
    };
}

/// The same with every topic.
macro_rules! whole {
    ($tag:literal) => {
        source!($tag: "", "-answers", "-feedback", "-quotes", "-surveys", "-pictures", "-privacy", "-voice", "-review", "-review-answers", "-scorecard", "-drill", "-improvement", "-web", "-board")
    };
}

impl Language {
    /// The language's messages: what is announced, what is answered, and the pages.
    pub(super) const fn source(self) -> &'static str {
        match self {
            Self::English => whole!("en"),
            Self::TraditionalChinese => whole!("zh-TW"),
        }
    }

    fn bundle(self) -> &'static Bundle {
        match self {
            Self::English => &ENGLISH,
            Self::TraditionalChinese => &TRADITIONAL_CHINESE,
        }
    }

    const fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::English => langid!("en"),
            Self::TraditionalChinese => langid!("zh-TW"),
        }
    }
}

/// What a lookup had to do without.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// The language file does not have this key.
    Key { language: Language, key: String },
    /// The message needs something it was not given.
    Argument { language: Language, key: String, detail: String },
}

/// A file with a mistake in it still gives its other messages; a test keeps the files free of mistakes.
fn build(language: Language) -> Bundle {
    let resource = FluentResource::try_new(language.source().to_owned()).unwrap_or_else(|(rest, _)| rest);
    let mut bundle = Bundle::new_concurrent(vec![language.identifier()]);
    // Isolation marks would show as rubbish where a platform escapes them.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(grouped_number));
    bundle.add_resource_overriding(resource);
    bundle
}

fn grouped_number<M: MemoizerKind>(value: &FluentValue, _: &M) -> Option<String> {
    match value {
        // Counts come in as whole numbers of at most 53 bits, so that the cast is exact.
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 53 bits, see `speak`")]
        FluentValue::Number(number) => Some(format::grouped(number.value as i64)),
        _ => None,
    }
}

/// A message in `language`; in English where it is missing; the key itself where both lack it. What was
/// lacking is added to `lacks`.
pub(super) fn message<'a>(
    language: Language,
    key: &'a str,
    args: &FluentArgs,
    lacks: &mut Vec<Lack>,
) -> Cow<'a, str> {
    for language in [language, Language::English] {
        let bundle = language.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            lacks.push(Lack::Key { language, key: key.to_owned() });
            continue;
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        lacks.extend(errors.into_iter().map(|error| Lack::Argument {
            language,
            key: key.to_owned(),
            detail: error.to_string(),
        }));
        if !text.is_empty() {
            return Cow::Owned(text);
        }
    }
    Cow::Borrowed(key)
}
