//! What the commands about feedback and complaints take, and how a customer's text is read letter by letter.

use clap::ValueEnum;

use crate::core::reading::Sentiment;
use crate::core::voice::{FeedbackKind, Quoting};

/// What is done about a piece of feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum InboxAction {
    List,
    Show,
    Take,
    Assign,
    Label,
    Answer,
    Close,
    Reopen,
    Tie,
    File,
    Link,
}

/// Which feedback is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Sought {
    Open,
    Closed,
}

/// The mood of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Mood {
    Negative,
    Neutral,
    Positive,
    Mixed,
}

/// What it is filed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Filed {
    Complaint,
    Feedback,
}

/// An answer to a plain question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum YesNo {
    Yes,
    No,
}

/// What the writer of something says about quoting it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum QuoteHow {
    /// With their name.
    Named,
    /// As somebody of their organisation.
    Unnamed,
    No,
}

impl QuoteHow {
    pub const fn quoting(self) -> Option<Quoting> {
        match self {
            Self::Named => Some(Quoting::Named),
            Self::Unnamed => Some(Quoting::Unnamed),
            Self::No => None,
        }
    }
}

impl InboxAction {
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Show => "show",
            Self::Take => "take",
            Self::Assign => "assign",
            Self::Label => "label",
            Self::Answer => "answer",
            Self::Close => "close",
            Self::Reopen => "reopen",
            Self::Tie => "tie",
            Self::File => "file",
            Self::Link => "link",
        }
    }
}

impl Mood {
    pub const ALL: [Self; 4] = [Self::Negative, Self::Neutral, Self::Positive, Self::Mixed];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
            Self::Mixed => "mixed",
        }
    }

    pub const fn sentiment(self) -> Sentiment {
        match self {
            Self::Negative => Sentiment::Negative,
            Self::Neutral => Sentiment::Neutral,
            Self::Positive => Sentiment::Positive,
            Self::Mixed => Sentiment::Mixed,
        }
    }
}

impl Filed {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Feedback => "feedback",
        }
    }

    pub const fn kind(self) -> FeedbackKind {
        match self {
            Self::Complaint => FeedbackKind::Complaint,
            Self::Feedback => FeedbackKind::Feedback,
        }
    }
}

/// What a customer writes is kept letter by letter: behind the options of these commands everything is text.
/// None for other commands, and where an option holds a quotation mark.
pub(super) fn verbatim(line: &str) -> Option<Vec<String>> {
    let next = |text: &str| -> Option<(String, String)> {
        let text = text.trim_start();
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        (!word.is_empty() && !word.contains(['"', '\''])).then(|| (word.to_owned(), rest.to_owned()))
    };
    let (name, mut rest) = next(line)?;
    if !matches!(name.to_ascii_lowercase().as_str(), "feedback" | "complaint") {
        return None;
    }
    // A list, with what is looked for.
    let listed = rest.trim_start().strip_prefix("list").filter(|more| more.starts_with(char::is_whitespace));
    if listed.is_some_and(|more| more.trim_start().starts_with("--")) {
        return None;
    }
    let mut words = vec![name];
    // An option in quotes, as a button of ours may have it.
    if rest.trim_start().starts_with("'--") {
        return None;
    }
    while rest.trim_start().starts_with("--") {
        let (word, after) = next(&rest)?;
        let value = !word.contains('=');
        words.push(word);
        rest = after;
        if value && let Some((word, after)) = next(&rest) {
            words.push(word);
            rest = after;
        }
    }
    let text = rest.trim();
    // The names of actions stay free for them.
    words.extend((!text.is_empty()).then(|| match text {
        "list" => text.to_owned(),
        text => format!("--text={text}"),
    }));
    Some(words)
}
