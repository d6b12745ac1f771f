//! What some commands can do: the words that choose among it.

use clap::ValueEnum;

/// What can be done with surveys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum SurveyAction {
    List,
    /// What was answered.
    Results,
    /// Asks now.
    Send,
    /// Ends a round before its time.
    Close,
    /// Writes down what was told on the telephone.
    Record,
    /// Makes links for people who have no account.
    Link,
    /// Whoever says it wishes not to be asked.
    Stop,
    Start,
}

/// What can be done with what is held of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum PrivacyAction {
    /// Shows it.
    Export,
    /// Forgets it.
    Erase,
}

/// The roles an invitation can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum InviteRole {
    Operator,
    Manager,
    Customer,
}
