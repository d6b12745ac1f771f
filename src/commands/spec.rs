//! Every command, defined once: what it is called and what it takes. Typed lines, slash commands, buttons
//! and forms all become this one enum; menus and help are generated from it.

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::chat::{CommandSpec, OptionKind, OptionSpec};
use crate::core::agreement::{Priority, ServiceLevel};
use crate::core::event::{CauseCategory, IncidentNumber};
use crate::core::voice::RoundNumber;

/// A command line without its slash.
#[derive(Debug, Parser)]
#[command(
    name = "upheld",
    no_binary_name = true,
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    rename_all = "snake_case"
)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

/// What people can ask for.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
#[command(rename_all = "snake_case")]
pub enum Command {
    /// How every promise stands.
    Status {
        /// A customer (operators), or a service.
        customer_or_service: Option<String>,
        service: Option<String>,
        #[arg(long, default_value_t = 1)]
        page: u32,
    },
    /// The arithmetic behind a figure.
    Why {
        /// An incident or an objective.
        what: Option<String>,
        /// For an objective: the service; for an incident: the clock.
        part: Option<String>,
        #[arg(long)]
        customer: Option<String>,
        /// Everything, not the short form.
        #[arg(long)]
        whole: bool,
        #[arg(long, default_value_t = 1)]
        page: u32,
    },
    /// The open incidents, or the latest.
    Incidents {
        #[arg(long)]
        all: bool,
        #[arg(long, default_value_t = 1)]
        page: u32,
    },
    /// One incident.
    Incident {
        incident: Option<IncidentNumber>,
        /// For a customer who speaks for several: whose card.
        #[arg(long)]
        customer: Option<String>,
        #[arg(long, default_value_t = 1)]
        page: u32,
    },
    /// Opens an incident that no monitor saw.
    Open {
        service: Option<String>,
        #[arg(trailing_var_arg = true)]
        text: Vec<String>,
        #[arg(long, value_parser = priority)]
        priority: Option<Priority>,
        /// Counts as downtime until it is resolved.
        #[arg(long)]
        down: bool,
        #[arg(long = "text")]
        filled: Option<String>,
    },
    /// A customer says that a service is disturbed.
    Report {
        service: Option<String>,
        #[arg(trailing_var_arg = true)]
        text: Vec<String>,
        #[arg(long)]
        customer: Option<String>,
        #[arg(long = "text")]
        filled: Option<String>,
    },
    /// Takes an incident in hand.
    Ack { incident: Option<IncidentNumber> },
    /// Says that it is done.
    Resolve {
        incident: Option<IncidentNumber>,
        #[arg(trailing_var_arg = true)]
        text: Vec<String>,
        #[arg(long = "text")]
        filled: Option<String>,
    },
    /// Opens it again; for a customer: still broken.
    Reopen {
        incident: Option<IncidentNumber>,
        #[arg(trailing_var_arg = true)]
        text: Vec<String>,
        #[arg(long)]
        customer: Option<String>,
        #[arg(long = "text")]
        filled: Option<String>,
    },
    /// Changes the priority, with a reason that the customer sees.
    Priority {
        incident: Option<IncidentNumber>,
        #[arg(value_parser = priority)]
        priority: Option<Priority>,
        #[arg(trailing_var_arg = true)]
        reason: Vec<String>,
        #[arg(long = "text")]
        filled: Option<String>,
    },
    /// Stops the clocks that may be paused, with a reason that the customer sees.
    Pause {
        incident: Option<IncidentNumber>,
        #[arg(trailing_var_arg = true)]
        reason: Vec<String>,
        #[arg(long)]
        customer: Option<String>,
        #[arg(long = "text")]
        filled: Option<String>,
    },
    /// Lets the clocks run on.
    Resume {
        incident: Option<IncidentNumber>,
        #[arg(trailing_var_arg = true)]
        reason: Vec<String>,
        #[arg(long)]
        customer: Option<String>,
        #[arg(long = "text")]
        filled: Option<String>,
    },
    /// Where the fault lay, with a text for each side.
    Cause {
        incident: Option<IncidentNumber>,
        #[arg(value_parser = cause)]
        category: Option<CauseCategory>,
        #[arg(long)]
        internal: Option<String>,
        #[arg(long)]
        public: Option<String>,
    },
    /// For the operators only.
    Note {
        incident: Option<IncidentNumber>,
        #[arg(trailing_var_arg = true)]
        text: Vec<String>,
        #[arg(long = "text")]
        filled: Option<String>,
    },
    /// Tells the customer how it goes, after a preview.
    Update {
        incident: Option<IncidentNumber>,
        #[arg(trailing_var_arg = true)]
        text: Vec<String>,
        #[arg(long)]
        customer: Option<String>,
        #[arg(long = "text")]
        filled: Option<String>,
        /// Sends what was previewed under this id.
        #[arg(long)]
        draft: Option<String>,
        /// Writes the previewed text anew, or shows another page of its preview.
        #[arg(long)]
        again: bool,
        #[arg(long)]
        page: Option<u32>,
    },
    /// A customer tells something about an incident.
    Say {
        incident: Option<IncidentNumber>,
        #[arg(trailing_var_arg = true)]
        text: Vec<String>,
        #[arg(long)]
        customer: Option<String>,
        #[arg(long = "text")]
        filled: Option<String>,
    },
    /// Lets the customer see an incident that is held back.
    Publish {
        incident: Option<IncidentNumber>,
        #[arg(long)]
        customer: Option<String>,
    },
    /// Calls the next person on the on-call list.
    Call { incident: Option<IncidentNumber> },
    /// What customers are asked.
    Survey {
        action: Option<SurveyAction>,
        /// A survey, or a round of one.
        what: Option<String>,
        customer: Option<String>,
        /// Who said it on the telephone.
        #[arg(long)]
        person: Option<String>,
        /// What was said on the telephone.
        #[arg(long)]
        score: Option<String>,
        /// What else was said.
        #[arg(long)]
        said: Option<String>,
    },
    /// Answers a survey.
    Answer {
        round: Option<RoundNumber>,
        value: Option<String>,
        #[arg(long = "text")]
        filled: Option<String>,
    },
    /// Says something beside an answer.
    Comment {
        round: Option<RoundNumber>,
        #[arg(trailing_var_arg = true)]
        text: Vec<String>,
        #[arg(long = "text")]
        filled: Option<String>,
    },
    /// What wakes you, what waits, what is not told.
    Notify { kind: Option<NotifyKind>, how: Option<NotifyHow> },
    /// Ties this channel to a customer or to the operators.
    Bind {
        /// `operators`, an agreement, or `nobody`.
        to: Option<String>,
        #[arg(long)]
        language: Option<String>,
        #[arg(long)]
        zone: Option<String>,
    },
    /// Makes an invitation.
    Invite { role: Option<InviteRole>, customer: Option<String> },
    /// Takes back what an invitation gave.
    Revoke {
        /// A name, or the beginning of an id.
        person: Option<String>,
        role: Option<InviteRole>,
        customer: Option<String>,
    },
    /// Takes an invitation.
    Join { token: Option<String> },
    /// Two accounts of one person become one.
    Link { code: Option<String> },
    /// What Upheld holds of a person, to be seen or forgotten.
    Privacy {
        action: Option<PrivacyAction>,
        /// For managers: a name, the beginning of an id, or an account.
        person: Option<String>,
        /// Said after it was told what goes and what stays.
        #[arg(long)]
        sure: bool,
        #[arg(long, default_value_t = 1)]
        page: u32,
    },
    /// Who Upheld thinks you are.
    Whoami,
    /// What was sent here, when, and whether it arrived.
    Log {
        #[arg(long, default_value_t = 1)]
        page: u32,
    },
    /// Shows an incident as the customer sees it.
    Preview {
        incident: Option<IncidentNumber>,
        #[arg(long)]
        customer: Option<String>,
    },
    /// Proves that this channel works.
    Test,
    /// Reads the configuration again.
    Reload,
    /// What can be asked here.
    Help { topic: Option<String> },
}

impl Command {
    /// What was given beside the object, as words that say it again: the options, and the text. It goes
    /// along when the rest of the command is asked back.
    pub fn besides(&self) -> Vec<String> {
        let option = |name: &str, value: &Option<String>| -> Option<String> {
            value.as_ref().filter(|value| !value.trim().is_empty()).map(|value| format!("--{name}={value}"))
        };
        let text = |words: &[String], filled: &Option<String>| {
            let text = filled.clone().unwrap_or_else(|| words.join(" "));
            option("text", &Some(text))
        };
        let words: Vec<Option<String>> = match self {
            Self::Open { text: words, priority, down, filled, .. } => vec![
                option("priority", &priority.map(|priority| priority.to_string())),
                down.then(|| "--down".to_owned()),
                text(words, filled),
            ],
            Self::Priority { priority, reason, filled, .. } => {
                vec![option("priority", &priority.map(|priority| priority.to_string())), text(reason, filled)]
            }
            Self::Cause { category, internal, public, .. } => vec![
                option("category", &category.map(|category| cause_name(category).to_owned())),
                option("internal", internal),
                option("public", public),
            ],
            Self::Pause { reason: words, customer, filled, .. }
            | Self::Resume { reason: words, customer, filled, .. }
            | Self::Report { text: words, customer, filled, .. }
            | Self::Reopen { text: words, customer, filled, .. }
            | Self::Update { text: words, customer, filled, .. }
            | Self::Say { text: words, customer, filled, .. } => {
                vec![option("customer", customer), text(words, filled)]
            }
            Self::Resolve { text: words, filled, .. } | Self::Note { text: words, filled, .. } => {
                vec![text(words, filled)]
            }
            Self::Why { customer, whole, .. } => {
                vec![option("customer", customer), whole.then(|| "--whole".to_owned())]
            }
            Self::Incident { customer, .. }
            | Self::Publish { customer, .. }
            | Self::Preview { customer, .. } => {
                vec![option("customer", customer)]
            }
            Self::Bind { language, zone, .. } => vec![option("language", language), option("zone", zone)],
            Self::Survey { customer, person, score, said, .. } => vec![
                option("customer", customer),
                option("person", person),
                option("score", score),
                option("said", said),
            ],
            Self::Answer { filled, .. } => vec![text(&[], filled)],
            Self::Comment { text: words, filled, .. } => vec![text(words, filled)],
            Self::Status { .. }
            | Self::Incidents { .. }
            | Self::Ack { .. }
            | Self::Call { .. }
            | Self::Notify { .. }
            | Self::Invite { .. }
            | Self::Revoke { .. }
            | Self::Join { .. }
            | Self::Link { .. }
            | Self::Privacy { .. }
            | Self::Whoami
            | Self::Log { .. }
            | Self::Test
            | Self::Reload
            | Self::Help { .. } => Vec::new(),
        };
        words.into_iter().flatten().collect()
    }
}

/// The name of the option a word gives: `customer` for `--customer=acme`, `down` for `--down`.
pub fn option_of(word: &str) -> Option<&str> {
    let option = word.strip_prefix("--").filter(|option| !option.is_empty())?;
    Some(option.split_once('=').map_or(option, |(name, _)| name))
}

/// What a person can be told of.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum, serde::Serialize, serde::Deserialize,
)]
#[value(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum NotifyKind {
    Opened,
    AtRisk,
    Late,
    Call,
    Said,
    Resolved,
}

/// How a person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Serialize, serde::Deserialize)]
#[value(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum NotifyHow {
    /// Called by name, so that the phone rings.
    Wake,
    /// Collected and sent once an hour.
    Digest,
    Off,
}

/// What can be done with surveys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum SurveyAction {
    List,
    /// Asks now.
    Send,
    /// Ends a round before its time.
    Close,
    /// Writes down what was told on the telephone.
    Record,
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

impl NotifyKind {
    pub const ALL: [Self; 6] =
        [Self::Opened, Self::AtRisk, Self::Late, Self::Call, Self::Said, Self::Resolved];
    /// What somebody of a customer's may hear of: the rest is how the provider works.
    pub const OF_CUSTOMERS: [Self; 4] = [Self::Opened, Self::Late, Self::Said, Self::Resolved];
}

fn priority(text: &str) -> Result<Priority, String> {
    text.parse().map_err(|()| text.to_owned())
}

fn cause(text: &str) -> Result<CauseCategory, String> {
    cause_by_name(text).ok_or_else(|| text.to_owned())
}

/// A cause category by the name it has in commands.
pub fn cause_by_name(text: &str) -> Option<CauseCategory> {
    CauseCategory::ALL.into_iter().find(|category| cause_name(*category) == text.to_ascii_lowercase())
}

/// The name of a cause category in commands.
pub const fn cause_name(category: CauseCategory) -> &'static str {
    match category {
        CauseCategory::Change => "change",
        CauseCategory::Capacity => "capacity",
        CauseCategory::Software => "software",
        CauseCategory::Hardware => "hardware",
        CauseCategory::Network => "network",
        CauseCategory::Security => "security",
        CauseCategory::Supplier => "supplier",
        CauseCategory::Customer => "customer",
        CauseCategory::Human => "human",
        CauseCategory::Unknown => "unknown",
    }
}

/// Why a line is not a command. The words of clap never reach a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misread {
    /// Nothing was typed.
    Empty,
    /// No such command; the nearest one, if any is near.
    Unknown { typed: String, near: Option<String> },
    /// A quote that is not closed.
    Quotes,
    /// A value that the command does not take, with what it would take.
    Value { command: String, typed: String, takes: Vec<String> },
    /// A word too many, or an option that it does not have.
    Extra { command: String, typed: String },
}

/// The words of a typed line; a quote may hold several.
pub fn split(line: &str) -> Result<Vec<String>, Misread> {
    let line = line.trim();
    let line = line.strip_prefix('/').unwrap_or(line);
    // To a shell `#` begins a remark; here `#42` is an incident.
    let words = shlex::split(&line.replace('#', "\\#"));
    let words = words.map(|words| words.into_iter().map(|word| word.replace("\\#", "#")).collect());
    words.or_else(|| lenient(line)).ok_or(Misread::Quotes)
}

/// A line with an unpaired quote is taken word by word, as a person at three in the morning means it.
fn lenient(line: &str) -> Option<Vec<String>> {
    let words: Vec<String> = line.split_whitespace().map(ToOwned::to_owned).collect();
    (!words.is_empty() && !words.iter().any(|word| word.starts_with("--"))).then_some(words)
}

/// Reads the words of a command.
///
/// # Errors
/// [`Misread`] says what could not be read, for the texts of `src/i18n`.
pub fn read(words: &[String]) -> Result<Command, Misread> {
    let Some(name) = words.first().filter(|word| !word.is_empty()) else { return Err(Misread::Empty) };
    let known = names();
    let lower = name.to_ascii_lowercase();
    if !known.contains(&lower) {
        let near = known.into_iter().map(|name| (strsim::damerau_levenshtein(&lower, &name), name)).min();
        let near = near.filter(|(distance, _)| *distance <= 2).map(|(_, name)| name);
        return Err(Misread::Unknown { typed: name.clone(), near });
    }
    let definition = by_name(CommandLine::command(), &lower, &words[1..]);
    let words = std::iter::once(lower.clone()).chain(words[1..].iter().cloned());
    let read = definition.try_get_matches_from(words);
    let read = read.and_then(|matches| CommandLine::from_arg_matches(&matches));
    read.map(|line| line.command).map_err(|error| misread(&lower, &error))
}

/// What usually stands at its place may be given by name, before the rest: `--incident=42`. A platform with
/// fields sends it so, and a field left empty then moves no other.
fn by_name(definition: clap::Command, name: &str, words: &[String]) -> clap::Command {
    let given: Vec<&str> = words.iter().map_while(|word| option_of(word)).collect();
    definition.mut_subcommand(name, |command| {
        let positional: Vec<clap::Id> = command
            .get_arguments()
            .filter(|argument| argument.is_positional() && !argument.is_trailing_var_arg_set())
            .map(|argument| argument.get_id().clone())
            .filter(|id| given.contains(&id.as_str()))
            .collect();
        positional.into_iter().fold(command, |command, id| {
            let long = id.clone();
            command.mut_arg(id, |argument| argument.long(long))
        })
    })
}

fn misread(command: &str, error: &clap::Error) -> Misread {
    use clap::error::{ContextKind, ContextValue};
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        _ => String::new(),
    };
    let takes = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) => values.clone(),
        _ => Vec::new(),
    };
    match error.kind() {
        clap::error::ErrorKind::InvalidValue | clap::error::ErrorKind::ValueValidation => {
            let takes = if takes.is_empty() { takes_of(&text(ContextKind::InvalidArg)) } else { takes };
            Misread::Value { command: command.to_owned(), typed: text(ContextKind::InvalidValue), takes }
        }
        _ => Misread::Extra { command: command.to_owned(), typed: text(ContextKind::InvalidArg) },
    }
}

fn takes_of(argument: &str) -> Vec<String> {
    let argument = argument.to_ascii_uppercase();
    if argument.contains("PRIORITY") {
        Priority::ALL.map(|priority| priority.to_string()).to_vec()
    } else if argument.contains("CATEGORY") {
        CauseCategory::ALL.map(|category| cause_name(category).to_owned()).to_vec()
    } else if argument.contains("ROUND") {
        vec!["SUR-7".to_owned()]
    } else if argument.contains("INCIDENT") {
        vec!["INC-42".to_owned()]
    } else {
        Vec::new()
    }
}

/// The names of all commands, in the order of help.
pub fn names() -> Vec<String> {
    CommandLine::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// Every command as platforms register it. `describe` gives the words for a command (`command-status`) or
/// an option (`command-status-page`).
pub fn specs(describe: impl Fn(&str) -> String) -> Vec<CommandSpec> {
    let line = CommandLine::command();
    let commands = line.get_subcommands();
    commands
        .map(|command| CommandSpec {
            name: command.get_name().to_owned(),
            description: describe(&key(&["command", command.get_name()])),
            options: command
                .get_arguments()
                .filter(|argument| !is_internal(argument.get_id().as_str()))
                .map(|argument| option(command.get_name(), argument, &describe))
                .collect(),
        })
        .collect()
}

/// Options that forms and buttons fill in, never a person.
fn is_internal(id: &str) -> bool {
    matches!(id, "filled" | "draft" | "again" | "page" | "sure")
}

fn key(parts: &[&str]) -> String {
    parts.join("-").replace('_', "-")
}

fn option(command: &str, argument: &clap::Arg, describe: &impl Fn(&str) -> String) -> OptionSpec {
    let id = argument.get_id().as_str();
    let values: Vec<String> =
        argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let kind = match id {
        "priority" => OptionKind::Choice(Priority::ALL.map(|priority| priority.to_string()).to_vec()),
        "category" => {
            OptionKind::Choice(CauseCategory::ALL.map(|category| cause_name(category).to_owned()).to_vec())
        }
        _ if !argument.get_action().takes_values() => OptionKind::Flag,
        _ if values.is_empty() => OptionKind::Text,
        _ => OptionKind::Choice(values),
    };
    OptionSpec {
        name: id.to_owned(),
        description: describe(&key(&["command", command, id])),
        required: false,
        positional: argument.is_positional(),
        given_as: if argument.is_trailing_var_arg_set() { "text" } else { id }.to_owned(),
        kind,
    }
}

/// What every service level is called; used where a list is shown.
pub const LEVELS: [ServiceLevel; 5] =
    [ServiceLevel::Sil1, ServiceLevel::Sil2, ServiceLevel::Sil3, ServiceLevel::Sil4, ServiceLevel::Sil5];

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Result<Command, Misread> {
        read(&split(text)?)
    }

    #[test]
    fn lines_are_read_as_people_type_them() {
        assert_eq!(line("/ack INC-42"), Ok(Command::Ack { incident: Some(IncidentNumber(42)) }));
        assert_eq!(line("ACK #42"), Ok(Command::Ack { incident: Some(IncidentNumber(42)) }));
        let Ok(Command::Note { text, .. }) = line("/note 42 it can't be the disk") else { panic!() };
        assert_eq!(text.join(" "), "it can't be the disk");
        let Ok(Command::Priority { priority, .. }) = line("/priority 42 p1 all users") else { panic!() };
        assert_eq!(priority, Some(Priority::P1));
    }

    #[test]
    fn a_misread_line_says_what_was_meant() {
        assert_eq!(
            line("/stauts"),
            Err(Misread::Unknown { typed: "stauts".to_owned(), near: Some("status".to_owned()) })
        );
        assert!(matches!(line("/priority 42 P9 x"), Err(Misread::Value { takes, .. }) if takes.len() == 5));
        assert!(matches!(line("/ack twelve"), Err(Misread::Value { .. })));
        assert!(matches!(line("/whoami --loud"), Err(Misread::Extra { .. })));
        assert_eq!(line("  /  "), Err(Misread::Empty));
    }

    #[test]
    fn values_from_a_platform_cannot_become_flags() {
        let spec = specs(ToOwned::to_owned).into_iter().find(|spec| spec.name == "note").unwrap();
        let values =
            [("incident", "42"), ("text", "--draft=x")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let Ok(Command::Note { text, filled, incident }) = read(&spec.words(&values)) else { panic!() };
        assert_eq!((text, filled), (Vec::new(), Some("--draft=x".to_owned())));
        assert_eq!(incident, Some(IncidentNumber(42)));
    }

    #[test]
    fn a_field_left_empty_moves_no_other() {
        let menu = specs(ToOwned::to_owned);
        let given = |name: &str, values: &[(&str, &str)]| {
            let spec = menu.iter().find(|spec| spec.name == name).unwrap();
            let values = values.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            read(&spec.words(&values))
        };
        let Ok(Command::Note { incident, filled, .. }) = given("note", &[("text", "7 disks are full")])
        else {
            panic!()
        };
        assert_eq!((incident, filled.as_deref()), (None, Some("7 disks are full")));
        let Ok(Command::Report { service, filled, .. }) = given("report", &[("text", "it hangs")]) else {
            panic!()
        };
        assert_eq!((service, filled.as_deref()), (None, Some("it hangs")));
        let Ok(Command::Pause { incident, filled, customer, .. }) =
            given("pause", &[("reason", "-- waiting"), ("customer", "acme"), ("incident", "INC-42")])
        else {
            panic!()
        };
        assert_eq!(incident, Some(IncidentNumber(42)));
        assert_eq!((filled.as_deref(), customer.as_deref()), (Some("-- waiting"), Some("acme")));
        let Ok(Command::Notify { kind, how }) = given("notify", &[("how", "wake")]) else { panic!() };
        assert_eq!((kind, how), (None, Some(NotifyHow::Wake)));
    }

    #[test]
    fn what_stands_beside_the_object_says_the_same_again() {
        for (typed, again) in [
            ("open checkout --down --priority=P1", "open --priority=P1 --down checkout"),
            ("pause 1 --customer=acme", "pause --customer=acme 1"),
            ("cause 1 software --public=x", "cause --category=software --public=x 1"),
            ("priority 1 P2 all are hit", "priority --priority=P2 --text='all are hit' 1"),
        ] {
            let command = line(typed).unwrap();
            let rebuilt = line(again).unwrap();
            assert_eq!(command.besides(), rebuilt.besides(), "{typed}");
            assert!(!command.besides().is_empty());
        }
    }

    #[test]
    fn names_fit_every_platform() {
        for spec in specs(ToOwned::to_owned) {
            assert!(spec.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
            assert!(spec.name.len() <= 32 && spec.options.len() <= 25, "{spec:?}");
            let first_flag = spec.options.iter().position(|option| !option.positional).unwrap_or(usize::MAX);
            assert!(first_flag > 0 || spec.options.iter().all(|option| !option.positional), "{spec:?}");
        }
    }
}
