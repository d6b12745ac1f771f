//! What the command about reviews takes.

use clap::ValueEnum;

/// What is done about reviews.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum ReviewDo {
    List,
    /// Those that come.
    Next,
    Show,
    /// How it stands now; nothing is issued.
    Now,
    /// Shows a draft as the customer will see it, or begins one.
    Draft,
    Comment,
    Approve,
    Drop,
    Agenda,
    Minutes,
    /// Takes it as agreed.
    Sign,
    /// Plans a review that comes again and again.
    Schedule,
    /// Makes a link for people who have no account.
    Link,
}

impl ReviewDo {
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Next => "next",
            Self::Show => "show",
            Self::Now => "now",
            Self::Draft => "draft",
            Self::Comment => "comment",
            Self::Approve => "approve",
            Self::Drop => "drop",
            Self::Agenda => "agenda",
            Self::Minutes => "minutes",
            Self::Sign => "sign",
            Self::Schedule => "schedule",
            Self::Link => "link",
        }
    }
}
