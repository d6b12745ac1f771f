//! The few words that only Telegram needs; their texts are with all others in `i18n`.

use crate::i18n::{self, Language};

/// What the adapter itself has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// So many lines of a message are left out.
    MoreLines(usize),
    /// The answer is for one person, who cannot be written to directly.
    OnlyForYou,
    /// The answer has buttons that are shown in private only.
    RestAlone,
    /// The label of the button that opens a private chat.
    OpenPrivateChat,
    /// The answer went to the person's private chat.
    SentPrivately,
    /// Nobody knows whether it got there.
    PerhapsSentPrivately,
    /// It did not get there.
    NotSent,
    /// A button of a question that is no longer open.
    QuestionOver,
    /// The question was given up.
    GivenUp,
    /// The answer exceeds so many characters.
    TooLong(u16),
    /// The question needs an answer.
    Needed,
    /// `/skip` leaves the answer empty.
    SkipEmpty,
    /// `/skip` keeps what is there.
    SkipKeep,
    /// Who writes cannot be told.
    Anonymous,
    /// Something inside failed; the person may try again.
    TryAgain,
}

/// The word in `language`.
pub(super) fn say(language: Language, word: Word) -> String {
    let key = match word {
        Word::MoreLines(count) => {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            return i18n::counted("more-lines", &[("count", count)], language);
        }
        Word::TooLong(most) => {
            return i18n::counted("telegram-too-long", &[("count", most.into())], language);
        }
        Word::OnlyForYou => "telegram-only-for-you",
        Word::RestAlone => "telegram-rest-alone",
        Word::OpenPrivateChat => "telegram-open-private-chat",
        Word::SentPrivately => "telegram-sent-privately",
        Word::PerhapsSentPrivately => "telegram-perhaps-sent-privately",
        Word::NotSent => "telegram-not-sent",
        Word::QuestionOver => "telegram-question-over",
        Word::GivenUp => "telegram-given-up",
        Word::Needed => "telegram-needed",
        Word::SkipEmpty => "telegram-skip-empty",
        Word::SkipKeep => "telegram-skip-keep",
        Word::Anonymous => "telegram-anonymous",
        Word::TryAgain => "telegram-try-again",
    };
    i18n::words(key, language)
}
