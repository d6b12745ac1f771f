//! Every command, defined once: what it is called and what it takes. Typed lines, slash commands, buttons
//! and forms all become this one enum; menus and help are generated from it.

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use crate::chat::{CommandSpec, OptionKind, OptionSpec};
use crate::core::agreement::{Priority, ServiceLevel};
use crate::core::event::{CauseCategory, IncidentNumber};
use crate::core::improvement::{Level, RiskNumber};
use crate::core::voice::{FeedbackNumber, RoundNumber, Wrote};

mod actions;
mod besides;
mod feedback;
mod improvement;
mod reading;
mod review;

pub use actions::{InviteRole, PrivacyAction, SurveyAction};
pub use feedback::{Filed, InboxAction, Mood, QuoteHow, Sought, YesNo};
pub use improvement::{ActionDo, RiskDo, named};
pub use reading::{Misread, read, split};
pub use review::ReviewDo;

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
    /// A customer tells the provider what they think.
    Feedback {
        #[arg(trailing_var_arg = true)]
        text: Vec<String>,
        #[arg(long)]
        service: Option<String>,
        #[arg(long)]
        incident: Option<IncidentNumber>,
        #[arg(long)]
        customer: Option<String>,
        /// Adds to what was written before.
        #[arg(long)]
        about: Option<FeedbackNumber>,
        #[arg(long = "text")]
        filled: Option<String>,
        /// Of a list: those that are open or closed, of a theme, of a period.
        #[arg(long)]
        state: Option<Sought>,
        #[arg(long)]
        theme: Option<String>,
        #[arg(long)]
        period: Option<String>,
        #[arg(long, default_value_t = 1)]
        page: u32,
    },
    /// A customer complains.
    Complaint {
        #[arg(trailing_var_arg = true)]
        text: Vec<String>,
        #[arg(long)]
        service: Option<String>,
        #[arg(long)]
        incident: Option<IncidentNumber>,
        #[arg(long)]
        customer: Option<String>,
        #[arg(long = "text")]
        filled: Option<String>,
    },
    /// The writer says whether it is settled.
    Settled { feedback: Option<FeedbackNumber>, answer: Option<YesNo> },
    /// The writer says whether what they wrote may be quoted in reviews.
    Quote { wrote: Option<Wrote>, how: Option<QuoteHow> },
    /// What customers wrote, and what is done about it.
    Inbox {
        action: Option<InboxAction>,
        feedback: Option<FeedbackNumber>,
        /// The answer, the person, the themes.
        #[arg(trailing_var_arg = true)]
        text: Vec<String>,
        #[arg(long)]
        mood: Option<Mood>,
        #[arg(long)]
        incident: Option<IncidentNumber>,
        #[arg(long)]
        objective: Option<String>,
        #[arg(long = "as", id = "as")]
        filed: Option<Filed>,
        #[arg(long = "text")]
        filled: Option<String>,
        /// Of a link: whose.
        #[arg(long)]
        customer: Option<String>,
        /// Of a link: takes back those that were made.
        #[arg(long)]
        revoke: bool,
        /// Closes it although nothing was written.
        #[arg(long)]
        wordless: bool,
        /// Asks before what was written goes out.
        #[arg(long)]
        unsure: bool,
        #[arg(long, default_value_t = 1)]
        page: u32,
    },
    /// What is to become better, who does it and by when.
    Action {
        action: Option<ActionDo>,
        /// Its number; of add: what is to be done.
        what: Option<String>,
        #[arg(trailing_var_arg = true)]
        text: Vec<String>,
        #[arg(long)]
        owner: Option<String>,
        #[arg(long)]
        due: Option<String>,
        #[arg(long)]
        customer: Option<String>,
        #[arg(long)]
        incident: Option<IncidentNumber>,
        #[arg(long)]
        objective: Option<String>,
        #[arg(long)]
        feedback: Option<FeedbackNumber>,
        #[arg(long)]
        risk: Option<RiskNumber>,
        /// The customer does not see it.
        #[arg(long)]
        hidden: bool,
        /// Of a list: also what is over.
        #[arg(long)]
        all: bool,
        #[arg(long = "text")]
        filled: Option<String>,
        #[arg(long, default_value_t = 1)]
        page: u32,
    },
    /// What may go wrong, how likely that is and what is done about it.
    Risk {
        action: Option<RiskDo>,
        /// Its number; of add: what may happen.
        what: Option<String>,
        #[arg(trailing_var_arg = true)]
        text: Vec<String>,
        #[arg(long, value_parser = level)]
        probability: Option<Level>,
        #[arg(long, value_parser = level)]
        impact: Option<Level>,
        #[arg(long)]
        owner: Option<String>,
        /// When it is looked at next.
        #[arg(long)]
        due: Option<String>,
        #[arg(long)]
        customer: Option<String>,
        #[arg(long)]
        service: Option<String>,
        /// The customer does not see it.
        #[arg(long)]
        hidden: bool,
        /// Of a list: also what is over.
        #[arg(long)]
        all: bool,
        #[arg(long = "text")]
        filled: Option<String>,
        #[arg(long, default_value_t = 1)]
        page: u32,
    },
    /// What was promised, what was kept, what comes next.
    Review {
        action: Option<ReviewDo>,
        /// A review, or a customer.
        what: Option<String>,
        /// What is said of it; of now and draft the period; of schedule its name and its schedule.
        #[arg(trailing_var_arg = true)]
        text: Vec<String>,
        #[arg(long)]
        customer: Option<String>,
        #[arg(long)]
        period: Option<String>,
        /// The chapter that a comment belongs to.
        #[arg(long)]
        section: Option<String>,
        #[arg(long)]
        revision: Option<u32>,
        /// Publishes at once, not when it is due.
        #[arg(long)]
        now: bool,
        /// Takes back a comment, a plan, a link.
        #[arg(long)]
        revoke: bool,
        #[arg(long)]
        write: bool,
        #[arg(long = "text")]
        filled: Option<String>,
        #[arg(long, default_value_t = 1)]
        page: u32,
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
        /// How many links.
        #[arg(long)]
        count: Option<u32>,
        /// Takes the links of a round back.
        #[arg(long)]
        revoke: bool,
        /// Of results: `2026-11`, `2026-q4`, `last-month`.
        #[arg(long)]
        period: Option<String>,
        #[arg(long, default_value_t = 1)]
        page: u32,
    },
    /// All that customers said in a period.
    Voice {
        customer: Option<String>,
        period: Option<String>,
        #[arg(long, default_value_t = 1)]
        page: u32,
    },
    /// A marked exercise over the whole real route.
    Drill {
        /// A service, `stop` or `list`.
        what: Option<String>,
        /// The priority; of `stop` the drill; of `list` the period.
        detail: Option<String>,
        /// Operators are told beforehand.
        #[arg(long)]
        announced: bool,
        /// A customer who agreed to see it.
        #[arg(long)]
        customer: Option<String>,
        /// Begins at some moment within: `4h`.
        #[arg(long)]
        within: Option<String>,
        /// Ends by itself after: `90m`.
        #[arg(long)]
        lasts: Option<String>,
        #[arg(long, default_value_t = 1)]
        page: u32,
    },
    /// How the provider worked in a period.
    Scorecard {
        /// `2026-11`, `2026-q4`, `last-month`.
        period: Option<String>,
        /// A service or a customer; for managers, a person or a team.
        whom: Option<String>,
        #[arg(long, default_value_t = 1)]
        page: u32,
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
    /// Whether it asks for a list of feedback: by the word alone, or by what only a list takes.
    pub fn is_list(&self) -> bool {
        let Self::Feedback { text, filled: None, state, theme, period, .. } = self else { return false };
        let sought = state.is_some() || theme.is_some() || period.is_some();
        text == &["list"] || (text.is_empty() && sought)
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

impl NotifyKind {
    pub const ALL: [Self; 6] =
        [Self::Opened, Self::AtRisk, Self::Late, Self::Call, Self::Said, Self::Resolved];
    /// What somebody of a customer's may hear of: the rest is how the provider works.
    pub const OF_CUSTOMERS: [Self; 4] = [Self::Opened, Self::Late, Self::Said, Self::Resolved];
}

fn priority(text: &str) -> Result<Priority, String> {
    text.parse().map_err(|()| text.to_owned())
}

fn level(text: &str) -> Result<Level, String> {
    text.trim().parse().ok().and_then(Level::new).ok_or_else(|| text.to_owned())
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
                .map(|argument| option_spec(command.get_name(), argument, &describe))
                .collect(),
        })
        .collect()
}

/// Options that forms and buttons fill in, never a person.
fn is_internal(id: &str) -> bool {
    matches!(id, "filled" | "write" | "draft" | "again" | "page" | "wordless" | "sure" | "unsure")
}

fn key(parts: &[&str]) -> String {
    parts.join("-").replace('_', "-")
}

fn option_spec(command: &str, argument: &clap::Arg, describe: &impl Fn(&str) -> String) -> OptionSpec {
    let id = argument.get_id().as_str();
    let values: Vec<String> =
        argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let kind = match id {
        "priority" => OptionKind::Choice(Priority::ALL.map(|priority| priority.to_string()).to_vec()),
        "category" => {
            OptionKind::Choice(CauseCategory::ALL.map(|category| cause_name(category).to_owned()).to_vec())
        }
        "probability" | "impact" => {
            OptionKind::Choice((1..=Level::MOST).map(|level| level.to_string()).collect())
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
mod tests;
