//! What the commands about action items and risks take.

use clap::ValueEnum;

use super::{Command, option_of};

/// What is done about action items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum ActionDo {
    List,
    Show,
    Add,
    /// Says what is to be done, by whom and by when.
    Plan,
    Assign,
    Due,
    Done,
    Drop,
    Reopen,
    /// Lets the customer see it.
    Share,
}

/// What is done about risks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum RiskDo {
    List,
    Show,
    Add,
    Score,
    Mitigate,
    Assign,
    Review,
    Accept,
    Close,
    Dismiss,
    Reopen,
    /// Lets the customer see it.
    Share,
}

impl ActionDo {
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Show => "show",
            Self::Add => "add",
            Self::Plan => "plan",
            Self::Assign => "assign",
            Self::Due => "due",
            Self::Done => "done",
            Self::Drop => "drop",
            Self::Reopen => "reopen",
            Self::Share => "share",
        }
    }
}

impl RiskDo {
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Show => "show",
            Self::Add => "add",
            Self::Score => "score",
            Self::Mitigate => "mitigate",
            Self::Assign => "assign",
            Self::Review => "review",
            Self::Accept => "accept",
            Self::Close => "close",
            Self::Dismiss => "dismiss",
            Self::Reopen => "reopen",
            Self::Share => "share",
        }
    }
}

/// The number that was named, and the words that follow it. What is added has none, so that all of it is words, and
/// so is what is no number.
pub fn named<N: std::str::FromStr>(
    adds: bool,
    what: Option<&str>,
    words: &[String],
) -> (Option<N>, Vec<String>) {
    let number = what.filter(|_| !adds).and_then(|what| what.parse().ok());
    let first = what.filter(|what| number.is_none() && !what.trim().is_empty());
    (number, first.map(ToOwned::to_owned).into_iter().chain(words.iter().cloned()).collect())
}

/// Options that may also follow what a person writes, as people type them.
const HOISTED: [&str; 12] = [
    "owner",
    "due",
    "customer",
    "incident",
    "objective",
    "feedback",
    "risk",
    "service",
    "probability",
    "impact",
    "hidden",
    "all",
];

/// The same words with the options first. Only words of these two commands; and only options that were typed as such.
pub(super) fn hoisted(name: &str, words: &[String]) -> Vec<String> {
    if !matches!(name, "action" | "risk") {
        return words.to_vec();
    }
    let (mut options, mut rest) = (Vec::new(), Vec::new());
    let mut words = words.iter().skip(1).cloned().peekable();
    while let Some(word) = words.next() {
        let option = option_of(&word).filter(|option| HOISTED.contains(option));
        let takes_value = option.is_some_and(|option| !matches!(option, "hidden" | "all"));
        match option {
            Some(_) if takes_value && !word.contains('=') => {
                let value = words.next().unwrap_or_default();
                options.push(format!("{word}={value}"));
            }
            Some(_) => options.push(word),
            None => rest.push(word),
        }
    }
    std::iter::once(name.to_owned()).chain(options).chain(rest).collect()
}

impl Command {
    /// What was given beside the object of a command about action items or risks.
    pub(super) fn besides_improved(&self) -> Vec<Option<String>> {
        let flag = |given: bool, name: &str| given.then(|| format!("--{name}"));
        let said = |adds, what: &Option<String>, words: &[String], filled: &Option<String>| {
            let (_, words) = named::<u32>(adds, number_of(what.as_deref()), words);
            super::besides::text(&words, filled)
        };
        match self {
            Self::Action {
                action,
                what,
                text,
                owner,
                due,
                customer,
                incident,
                objective,
                feedback,
                risk,
                hidden,
                filled,
                ..
            } => vec![
                super::besides::option("customer", customer),
                super::besides::option("owner", owner),
                super::besides::option("due", due),
                super::besides::option("incident", &incident.map(|number| number.to_string())),
                super::besides::option("objective", objective),
                super::besides::option("feedback", &feedback.map(|number| number.to_string())),
                super::besides::option("risk", &risk.map(|number| number.to_string())),
                flag(*hidden, "hidden"),
                said(*action == Some(ActionDo::Add), what, text, filled),
            ],
            Self::Risk {
                action,
                what,
                text,
                owner,
                due,
                customer,
                service,
                probability,
                impact,
                hidden,
                filled,
                ..
            } => vec![
                super::besides::option("customer", customer),
                super::besides::option("owner", owner),
                super::besides::option("due", due),
                super::besides::option("service", service),
                super::besides::option("probability", &probability.map(|level| level.get().to_string())),
                super::besides::option("impact", &impact.map(|level| level.get().to_string())),
                flag(*hidden, "hidden"),
                said(*action == Some(RiskDo::Add), what, text, filled),
            ],
            _ => Vec::new(),
        }
    }
}

/// `ACT-7` and `RISK-3` as bare numbers; anything else as it is.
fn number_of(what: Option<&str>) -> Option<&str> {
    let what = what?;
    let numbered = what
        .split_once('-')
        .filter(|(letters, _)| ["act", "risk"].iter().any(|known| letters.eq_ignore_ascii_case(known)));
    Some(numbered.map_or(what, |(_, digits)| digits).trim_start_matches('#'))
}
