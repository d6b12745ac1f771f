//! The program's own settings: logging, time-outs, pace, retention, outgoing heartbeat.

use std::time::Duration;

use serde::Deserialize;

use super::schema::Kind::{One, OneOf};
use super::schema::Need::{Default, Optional};
use super::schema::{Section, key};
use super::secret::{Resolver, Secret, SecretSource};
use super::table::Table;
use super::value::{Rate, Value};
use crate::core::time::Span;

/// `[logging]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logging {
    pub format: LogFormat,
    pub filter: String,
}

/// The form of a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

/// `[timeouts]`: in real time, whatever the clock says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// From a connection's start to the whole head of a request.
    pub header: Duration,
    /// Between two pieces of a request's body.
    pub body: Duration,
    /// From the head of a request to the start of the answer.
    pub response: Duration,
    /// Until a delivery of a webhook is stored.
    pub intake: Duration,
    /// One try of an adapter.
    pub send: Duration,
    /// How long a message being sent is one worker's; at least twice `send`.
    pub claim: Duration,
    /// Until a slow answer is announced.
    pub answer: Duration,
    /// For what runs to end when Upheld stops.
    pub shutdown: Duration,
}

/// `[pace]`: in real time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    pub tick: Duration,
    pub discord_channel: Rate,
    pub discord_platform: Rate,
    pub telegram_chat: Rate,
    pub telegram_group: Rate,
    pub telegram_platform: Rate,
    pub retry_first: Duration,
    pub retry_longest: Duration,
    pub give_up_after: Duration,
    /// Incidents opened in a minute above which a channel gets one digest.
    pub digest_above: u32,
}

/// `[heartbeat]`: Upheld tells an outside watchdog that it lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    pub url: Secret,
    pub interval: Duration,
}

/// `[retention]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    pub bodies: Span,
    /// What customers wrote as feedback and complaints, and what was written to answer them.
    pub feedback_texts: Span,
    /// What was written beside answers to surveys, and answers in words.
    pub survey_comments: Span,
    /// Messages of the web chat; none keeps them for ever.
    pub room_messages: Option<Span>,
}

pub(super) static LOGGING: Section = Section {
    heading: "[logging]",
    about: "The program's log, on standard error.",
    keys: &[
        key(
            "format",
            OneOf(&["text", "json"]),
            Default("\"text\""),
            "Lines for people, or one JSON object a line.",
            "\"json\"",
        ),
        key(
            "filter",
            One(Value::Text),
            Default("\"info\""),
            "How much to tell: `error`, `warn`, `info`, `debug`, `trace`, also by part. The variable `RUST_LOG` overrides it.",
            "\"info,upheld::outbox=debug\"",
        ),
    ],
};

pub(super) static TIMEOUTS: Section = Section {
    heading: "[timeouts]",
    about: "How long to wait, in real time.",
    keys: &[
        key("header", One(Value::Duration), Default("\"10s\""), "For the head of a request.", "\"10s\""),
        key(
            "body",
            One(Value::Duration),
            Default("\"15s\""),
            "Between two pieces of a request's body.",
            "\"15s\"",
        ),
        key(
            "response",
            One(Value::Duration),
            Default("\"30s\""),
            "For the beginning of an answer to a request.",
            "\"30s\"",
        ),
        key(
            "intake",
            One(Value::Duration),
            Default("\"8s\""),
            "For a webhook's delivery to be stored; then the answer is 503 and the sender tries again. Alertmanager itself waits 10 s.",
            "\"8s\"",
        ),
        key(
            "send",
            One(Value::Duration),
            Default("\"15s\""),
            "For one try to deliver a message to a platform.",
            "\"15s\"",
        ),
        key(
            "claim",
            One(Value::Duration),
            Default("\"5 min\""),
            "After this long without news of it, a message being sent is taken up again. At least twice `send`.",
            "\"5 min\"",
        ),
        key(
            "answer",
            One(Value::Duration),
            Default("\"2s\""),
            "A command that takes longer is answered with \"working on it\" first. Discord allows 3 s.",
            "\"2s\"",
        ),
        key(
            "shutdown",
            One(Value::Duration),
            Default("\"20s\""),
            "For everything that runs to end, when told to stop.",
            "\"20s\"",
        ),
    ],
};

pub(super) static PACE: Section = Section {
    heading: "[pace]",
    about: "How fast to speak. The defaults keep below what the platforms allow; higher rates suit servers of your own.",
    keys: &[
        key(
            "tick",
            One(Value::Duration),
            Default("\"1s\""),
            "How late at most a clock that falls due is noticed.",
            "\"1s\"",
        ),
        key(
            "discord_channel",
            One(Value::Rate),
            Default("\"5 in 5s\""),
            "Messages to one Discord channel.",
            "\"5 in 5s\"",
        ),
        key(
            "discord_platform",
            One(Value::Rate),
            Default("\"45 in 1s\""),
            "All messages to Discord.",
            "\"45 in 1s\"",
        ),
        key(
            "telegram_chat",
            One(Value::Rate),
            Default("\"1 in 1s\""),
            "Messages to one chat on Telegram.",
            "\"1 in 1s\"",
        ),
        key(
            "telegram_group",
            One(Value::Rate),
            Default("\"10 in 30s\""),
            "Messages to one Telegram group (20 a minute are allowed).",
            "\"10 in 30s\"",
        ),
        key(
            "telegram_platform",
            One(Value::Rate),
            Default("\"28 in 1s\""),
            "All messages to Telegram.",
            "\"28 in 1s\"",
        ),
        key(
            "retry_first",
            One(Value::Duration),
            Default("\"1s\""),
            "Wait before the second try of a message; doubled, with some chance, for each further one.",
            "\"1s\"",
        ),
        key(
            "retry_longest",
            One(Value::Duration),
            Default("\"5 min\""),
            "The longest wait between two tries.",
            "\"5 min\"",
        ),
        key(
            "give_up_after",
            One(Value::Duration),
            Default("\"24h\""),
            "A message that could not be delivered for this long is given up and reported to the operators as failed. That it does not arrive is told them elsewhere after ten minutes, a refused token at once.",
            "\"24h\"",
        ),
        key(
            "digest_above",
            One(Value::Count),
            Default("20"),
            "More incidents than this opened in a minute reach a channel as one digest.",
            "20",
        ),
    ],
};

pub(super) static HEARTBEAT: Section = Section {
    heading: "[heartbeat]",
    about: "Upheld calls a watchdog outside of itself, such as a dead man's switch, so that somebody notices when Upheld is down. Without this table it calls nobody.",
    keys: &[
        key(
            "url",
            One(Value::Secret),
            Optional,
            "Called with GET. Needed for a heartbeat; anyone who knows it can call it, so it may be kept like a secret.",
            "{ env = \"UPHELD_HEARTBEAT_URL\" }",
        ),
        key("interval", One(Value::Duration), Default("\"1 min\""), "How often.", "\"1 min\""),
    ],
};

pub(super) static RETENTION: Section = Section {
    heading: "[retention]",
    about: "How long to keep what the numbers do not need. The journal is kept for ever.",
    keys: &[
        key(
            "bodies",
            One(Value::Duration),
            Default("\"30 days\""),
            "Webhook bodies as they came in, with secrets removed.",
            "\"30 days\"",
        ),
        key(
            "feedback_texts",
            One(Value::Duration),
            Default("\"1095 days\""),
            "The words of feedback and complaints and of what was answered. Afterwards they read \"[erased]\"; times, themes and scores stay.",
            "\"1095 days\"",
        ),
        key(
            "survey_comments",
            One(Value::Duration),
            Default("\"1095 days\""),
            "Comments and answers in words of named and confidential surveys. Afterwards they read \"[erased]\"; scores stay.",
            "\"1095 days\"",
        ),
        key(
            "room_messages",
            One(Value::Duration),
            Optional,
            "Messages of the web chat that were not changed since. Left out, they are kept for ever.",
            "\"730 days\"",
        ),
    ],
};

/// Real time for `span`; a stand-in of zero where the value was refused.
pub(super) fn real(span: Option<Span>) -> Duration {
    Duration::from_micros(u64::try_from(span.unwrap_or_default().micros()).unwrap_or(0))
}

/// A duration of a table, which may not be zero.
pub(super) fn positive(table: &Table<'_>, name: &str) -> Option<Span> {
    let span: Option<Span> = table.value(name);
    if span.is_some_and(Span::is_zero) {
        table.error(name, "is zero", "write a longer duration");
    }
    span
}

pub(super) fn logging(table: &Table<'_>) -> Option<Logging> {
    let logging = (table.choice("format"), table.value("filter"));
    table.finish();
    Some(Logging { format: logging.0?, filter: logging.1? })
}

pub(super) fn timeouts(table: &Table<'_>) -> Timeouts {
    let wait = |name: &str| real(positive(table, name));
    let timeouts = Timeouts {
        header: wait("header"),
        body: wait("body"),
        response: wait("response"),
        intake: wait("intake"),
        send: wait("send"),
        claim: wait("claim"),
        answer: wait("answer"),
        shutdown: wait("shutdown"),
    };
    table.finish();
    if timeouts.claim < timeouts.send.saturating_mul(2) {
        table.error(
            "claim",
            "is less than twice `send`, so that a message still on its way could be sent again",
            "write a `claim` of at least twice `send`",
        );
    }
    timeouts
}

pub(super) fn pace(table: &Table<'_>) -> Pace {
    let rate = |name: &str| table.value(name).unwrap_or(Rate { count: 1, per: Duration::ZERO });
    let pace = Pace {
        tick: real(positive(table, "tick")),
        discord_channel: rate("discord_channel"),
        discord_platform: rate("discord_platform"),
        telegram_chat: rate("telegram_chat"),
        telegram_group: rate("telegram_group"),
        telegram_platform: rate("telegram_platform"),
        retry_first: real(positive(table, "retry_first")),
        retry_longest: real(positive(table, "retry_longest")),
        give_up_after: real(positive(table, "give_up_after")),
        digest_above: table.value("digest_above").unwrap_or_default(),
    };
    table.finish();
    if pace.retry_longest < pace.retry_first {
        table.error(
            "retry_longest",
            "is shorter than `retry_first`",
            "write the longest wait between two tries",
        );
    }
    pace
}

pub(super) fn heartbeat(table: &Table<'_>, resolver: &Resolver<'_>) -> Option<Heartbeat> {
    let source: Option<SecretSource> = table.value("url");
    let interval = positive(table, "interval");
    table.finish();
    if !table.is_present() {
        return None;
    }
    let Some(source) = source else {
        if !table.has("url") {
            table.error("url", "is missing", "add url = \"https://…\", or leave [heartbeat] out");
        }
        return None;
    };
    let url = resolver.secret(source, &table.spot_of("url"), table.problems)?;
    if !url.reveal().is_some_and(|url| url.starts_with("https://") || url.starts_with("http://")) {
        table.error("url", "is not a web address", "write one that begins with https://");
    }
    Some(Heartbeat { url, interval: real(interval) })
}

pub(super) fn retention(table: &Table<'_>) -> Retention {
    let span = |name: &str| positive(table, name).unwrap_or_default();
    let retention = Retention {
        bodies: span("bodies"),
        feedback_texts: span("feedback_texts"),
        survey_comments: span("survey_comments"),
        room_messages: positive(table, "room_messages"),
    };
    table.finish();
    retention
}
