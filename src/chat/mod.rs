//! Where people are: what every chat platform offers ([`Chat`]) and what it may ask of Upheld ([`Desk`]).
//!
//! An adapter knows its platform and nothing else. It draws [`Spoken`] words, reports what became of each
//! message, and hands every command, button and form to the one desk, whose answer it shows at once.

pub mod discord;
pub mod inert;
mod picture;
pub mod telegram;
pub mod web;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::core::time::Instant;
use crate::i18n::Language;
use crate::i18n::spoken::{Spoken, SpokenForm};
use crate::store::record::Chain;

/// The chat platforms Upheld speaks on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    Discord,
    Telegram,
    Web,
}

/// A place where messages arrive: `discord:1234`, `telegram:-1001234`, `telegram:-1001234/7` (a forum
/// topic), `web:operators`, and for a person's direct messages `discord:@1234`, `telegram:@1234`, `web:@id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Address {
    pub platform: Platform,
    /// The platform's id of the channel, chat or room; of the person when `direct`.
    pub channel: String,
    /// A thread or forum topic inside the channel.
    pub thread: Option<String>,
    pub direct: bool,
}

/// A person's account on one platform: `discord:1234`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Account {
    pub platform: Platform,
    pub user: String,
}

/// A text that names no platform, channel or account.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{0}` is not an address; write for example discord:1234567890, telegram:-1001234567890/7 or web:operators"
)]
pub struct AddressError(pub String);

/// One message on its way to one place.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The outbox key; the same for every try of the same message, unlike for any two messages.
    pub key: String,
    pub to: Address,
    /// For whom it is written; where rooms are our own, whoever gets the room later does not see it.
    pub audience: Chain,
    /// Post into the history thread of this message (a card) where the platform has threads; as a reply
    /// to it elsewhere.
    pub under: Option<String>,
    /// What a thread under that message is called.
    pub thread: Option<String>,
    pub spoken: Spoken,
    /// A file that goes with it. Where it cannot go, the words arrive without it.
    pub enclosure: Option<Enclosure>,
    /// When this message was first tried, if it has been.
    pub first_tried: Option<Instant>,
    /// Draw without markup, because the platform refused the markup.
    pub plain: bool,
    /// Say that this may be a repeat, because an earlier try ended uncertainly.
    pub maybe_repeat: bool,
}

/// A file on its way.
#[derive(Clone, PartialEq, Eq)]
pub struct Enclosure {
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Arc<[u8]>,
    /// Where it can be fetched by who may read it; none without the web.
    pub link: Option<String>,
}

impl fmt::Debug for Enclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enclosure")
            .field("name", &self.name)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// A message that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The platform's id of the message.
    pub message: String,
    /// Where it arrived, when the platform moved the destination (a group became a supergroup).
    pub moved_to: Option<Address>,
}

/// Why a message did not (certainly) arrive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Nothing was accepted; try again, not before `after` if given.
    #[error("try again: {reason}")]
    Retry { after: Option<Duration>, reason: String },
    /// It will never arrive this way.
    #[error("{cause:?}: {reason}")]
    Fail { cause: FailCause, reason: String },
    /// The platform may have accepted it; nobody knows.
    #[error("uncertain: {reason}")]
    Uncertain { reason: String },
}

/// What kind of failure is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailCause {
    /// The destination is gone: unknown channel, kicked, deleted topic, blocked by the user.
    DestinationGone,
    /// The destination exists, but Upheld may not write there.
    Forbidden,
    /// The message to be edited is gone.
    MessageGone,
    /// The markup or the form of the message was refused; plain text may pass.
    Markup,
    /// The token is refused.
    Unauthorized,
    /// Refused for another reason.
    Refused,
}

/// The state of a part, for `/readyz`, the logs and `/status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    Starting,
    Up,
    /// Not working, with the reason in words; it is being retried.
    Down(String),
}

/// A platform that can deliver messages.
pub trait Chat: Send + Sync + fmt::Debug {
    fn platform(&self) -> Platform;
    fn health(&self) -> Health;
    /// Posts a message. The call ends within the adapter's own time-out.
    fn send<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Delivered, SendError>>;
    /// Replaces a message posted before.
    fn edit<'a>(
        &'a self,
        message: &'a str,
        outgoing: &'a Outgoing,
    ) -> BoxFuture<'a, Result<Delivered, SendError>>;
}

/// Something a person did on a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    /// The platform's own id of this act, for recognising a repeated delivery: `telegram:update:991`.
    pub id: String,
    pub account: Account,
    /// The person's display name on the platform; text from outside.
    pub display_name: String,
    pub from: Address,
    /// The parent channel when `from` is a thread or topic that may inherit its binding.
    pub parent: Option<Address>,
    /// The person's interface language, where the platform tells it; used only where nothing is bound.
    pub language: Option<Language>,
    pub ask: Ask,
}

/// What a person asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A typed command line, with or without its slash: `/ack INC-42`.
    Line(String),
    /// A command whose words the platform already separated; the first is the command's name.
    Words(Vec<String>),
    /// A pressed button's command line. Untrusted: checked as if typed.
    Press { command: String, message: Option<String> },
    /// A filled form: its command line and the values by field name.
    Filled { command: String, values: BTreeMap<String, String> },
    /// A text written as a reply to one of Upheld's messages.
    ReplyTo { message: String, text: String },
}

/// The commands that leave no trace: that somebody answered a survey is written down where their answer is, if it
/// is to be known at all, and nowhere else. What is said to them stands in no room and in no record, a half-filled
/// form is held in memory alone, and no line of the log names who it was.
const UNTRACED: [&str; 2] = ["answer", "comment"];

/// Whether a command line, by its first word, leaves no trace.
pub fn leaves_no_trace(line: &str) -> bool {
    let name = line.trim_start_matches('/').split([' ', '@']).next().unwrap_or_default();
    UNTRACED.iter().any(|untraced| untraced.eq_ignore_ascii_case(name.trim()))
}

/// What the person is shown at once.
#[derive(Clone, Debug)]
pub enum Answer {
    /// `private`: only to the one who asked, where the platform can.
    Say {
        spoken: Spoken,
        private: bool,
    },
    /// Only to the one who asked, and it holds a secret or is one: to be shown once and not kept, where that is
    /// ours to decide.
    Once(Spoken),
    Form(SpokenForm),
    /// Nothing to say (a text that was not meant for Upheld).
    Nothing,
}

/// The one place that every platform brings its commands to.
pub trait Desk: Send + Sync + fmt::Debug {
    /// Runs what was asked and returns what to show. Never fails: a refusal is an answer too. What the
    /// answer reports as done is durable before this returns.
    fn handle(&self, inbound: Inbound) -> BoxFuture<'_, Answer>;
    /// Every command, for the platform's menu or registration, described in `language`.
    fn menu(&self, language: Language) -> Vec<CommandSpec>;
}

/// A command as a platform registers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandSpec {
    /// `[a-z0-9_]`, at most 32 characters.
    pub name: String,
    /// At most 100 characters.
    pub description: String,
    pub options: Vec<OptionSpec>,
}

/// One option of a [`CommandSpec`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionSpec {
    pub name: String,
    pub description: String,
    pub required: bool,
    /// Whether people who type a line give it by its place.
    pub positional: bool,
    /// The long name by which a platform with fields gives it: mostly its own.
    pub given_as: String,
    pub kind: OptionKind,
}

/// What an option takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionKind {
    Text,
    Integer,
    Flag,
    Choice(Vec<String>),
}

impl CommandSpec {
    /// The words of this command with `values` given by option name. Each is one word, `--name=value`, so
    /// that no value can be taken for a flag, and a value that is missing moves no other.
    pub fn words(&self, values: &BTreeMap<String, String>) -> Vec<String> {
        let given = self.options.iter().filter_map(|option| {
            let value = values.get(&option.name).filter(|value| !value.is_empty())?;
            match option.kind {
                OptionKind::Flag => (value == "true").then(|| format!("--{}", option.given_as)),
                _ => Some(format!("--{}={value}", option.given_as)),
            }
        });
        std::iter::once(self.name.clone()).chain(given).collect()
    }
}

impl Platform {
    pub const ALL: [Self; 3] = [Self::Discord, Self::Telegram, Self::Web];

    /// Whether what belongs under a message stands apart from the other messages.
    pub const fn has_threads(self) -> bool {
        !matches!(self, Self::Telegram)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Discord => "discord",
            Self::Telegram => "telegram",
            Self::Web => "web",
        }
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.name() == name)
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}{}", self.platform, if self.direct { "@" } else { "" }, self.channel)?;
        self.thread.as_ref().map_or(Ok(()), |thread| write!(f, "/{thread}"))
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let wrong = || AddressError(text.to_owned());
        let (platform, rest) = text.split_once(':').ok_or_else(wrong)?;
        let platform = Platform::of(platform).ok_or_else(wrong)?;
        let (rest, direct) = rest.strip_prefix('@').map_or((rest, false), |rest| (rest, true));
        let (channel, thread) = match rest.split_once('/') {
            Some((channel, thread)) => (channel, Some(thread)),
            None => (rest, None),
        };
        let fits = |id: &str| match platform {
            Platform::Discord | Platform::Telegram => id.parse::<i64>().is_ok(),
            Platform::Web => {
                !id.is_empty()
                    && id.len() <= 64
                    && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            }
        };
        if !fits(channel) || !thread.is_none_or(fits) {
            return Err(wrong());
        }
        Ok(Self { platform, channel: channel.to_owned(), thread: thread.map(ToOwned::to_owned), direct })
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.platform, self.user)
    }
}

impl FromStr for Account {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let address: Address = text.parse()?;
        if address.thread.is_some() || address.direct {
            return Err(AddressError(text.to_owned()));
        }
        Ok(Self { platform: address.platform, user: address.channel })
    }
}

impl Account {
    /// The person's direct messages on this platform.
    pub fn direct(&self) -> Address {
        Address { platform: self.platform, channel: self.user.clone(), thread: None, direct: true }
    }
}

macro_rules! as_text {
    ($($kind:ty),*) => {$(
        impl From<$kind> for String {
            fn from(value: $kind) -> Self {
                value.to_string()
            }
        }
        impl TryFrom<String> for $kind {
            type Error = AddressError;
            fn try_from(text: String) -> Result<Self, AddressError> {
                text.parse()
            }
        }
    )*};
}
as_text!(Address, Account);
