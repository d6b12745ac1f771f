//! How single values are written: what a text in a file must look like to be a duration, a zone, a channel.

mod asking;
mod duration;
mod moment;
mod names;
mod net;
mod number;

use toml::de::DeValue;

use super::problem::{Wrong, quoted};

pub(super) use asking::{Number, Quiet};
pub(super) use duration::{duration_words, target_words};
pub(super) use moment::{Edge, WrittenMoment};
pub(super) use names::{Named, Slug};
pub use net::Network;
pub(super) use net::{Listen, WebUrl};
pub use number::Rate;
pub(super) use number::{Percent, Size};

/// The kinds of values, as the reference explains them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Text,
    Id,
    Flag,
    Count,
    Number,
    Percent,
    Duration,
    Target,
    Moment,
    Window,
    Zone,
    Publish,
    Hours,
    Holiday,
    Names,
    Chosen,
    Channel,
    Account,
    Url,
    Listen,
    Network,
    Size,
    Rate,
    Schedule,
    Quiet,
    Secret,
    Path,
}

impl Value {
    pub const ALL: [Self; 27] = [
        Self::Text,
        Self::Id,
        Self::Flag,
        Self::Count,
        Self::Number,
        Self::Percent,
        Self::Duration,
        Self::Target,
        Self::Moment,
        Self::Window,
        Self::Zone,
        Self::Publish,
        Self::Hours,
        Self::Holiday,
        Self::Names,
        Self::Chosen,
        Self::Channel,
        Self::Account,
        Self::Url,
        Self::Listen,
        Self::Network,
        Self::Size,
        Self::Rate,
        Self::Schedule,
        Self::Quiet,
        Self::Secret,
        Self::Path,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Id => "id",
            Self::Flag => "true or false",
            Self::Count => "whole number",
            Self::Number => "number",
            Self::Percent => "percent",
            Self::Duration => "duration",
            Self::Target => "promised time",
            Self::Moment => "moment",
            Self::Window => "window",
            Self::Zone => "time zone",
            Self::Publish => "publish policy",
            Self::Hours => "hours",
            Self::Holiday => "holiday",
            Self::Names => "text or texts by language",
            Self::Chosen => "name or label",
            Self::Channel => "channel",
            Self::Account => "account",
            Self::Url => "web address",
            Self::Listen => "address and port",
            Self::Network => "network",
            Self::Size => "size",
            Self::Rate => "rate",
            Self::Schedule => "schedule",
            Self::Quiet => "quiet hours",
            Self::Secret => "secret",
            Self::Path => "path",
        }
    }

    /// How it is written, for the reference.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Text => "Text in quotes; not empty.",
            Self::Id => {
                "Lower-case letters, digits, `-` and `_`, at most 40, beginning with a letter or digit: `checkout`."
            }
            Self::Flag => "`true` or `false`, without quotes.",
            Self::Count => "A whole number without quotes: `20`.",
            Self::Number => asking::NUMBER,
            Self::Percent => {
                "A number, read as the exact decimal it is written as: `99.95`; or in quotes, `\"99.95 %\"`."
            }
            Self::Duration => {
                "A number and its unit, also several: `\"15m\"`, `\"4 h\"`, `\"1h30m\"`, `\"90 s\"`, `\"500 ms\"`, `\"2 days\"` (of 24 hours), `\"1 week\"`."
            }
            Self::Target => {
                "A duration, counted in the open time of the objective's calendar; or whole business days, `\"2 business days\"` (the same time of day, two business days later) or `\"5 business days to end of day\"`."
            }
            Self::Moment => {
                "A date and time with its offset, `2026-03-05T09:15:00+01:00`; without an offset it is wall-clock time in the agreement's zone (in UTC outside of agreements). A date alone means the whole day: its first moment where something begins, its last where something ends."
            }
            Self::Window => {
                "`\"week\"` (from Monday), `\"month\"`, `\"quarter\"`, `\"year\"` by the agreement's zone, or `\"rolling 30d\"` (also with `h` or `w`)."
            }
            Self::Zone => "An IANA time zone: `\"Europe/Berlin\"`.",
            Self::Publish => {
                "`\"at once\"`, `\"after 10 min\"` or `\"on approval\"` (an operator lets the customer see it)."
            }
            Self::Hours => {
                "A list of ranges, `[\"09:00-12:30\", \"13:00-18:00\"]`. A range that ends at or before its beginning runs past midnight and belongs to the day it begins on. `[\"00:00-24:00\"]` is the whole day, `[]` is closed."
            }
            Self::Holiday => "A date, `2026-04-06`, or a day of every year, `\"12-25\"`.",
            Self::Names => {
                "One text for all languages, or one for each: `{ en = \"Checkout\", zh-TW = \"結帳服務\" }`; `en` must be there."
            }
            Self::Chosen => {
                "A name, `\"checkout\"`, or the label whose value is the name, `{ label = \"service\" }`."
            }
            Self::Channel => {
                "A channel by platform and id: `\"web:operators\"`, `\"discord:1234567890\"`, `\"telegram:-1001234567890\"`, with a thread or forum topic `\"telegram:-1001234567890/7\"`. Or a table with a language and a zone of its own: `{ address = \"discord:1234567890\", language = \"zh-TW\", zone = \"Asia/Taipei\" }`."
            }
            Self::Account => {
                "A person's account by platform and id: `\"discord:1234567890\"`, `\"telegram:1234567\"`."
            }
            Self::Url => "A web address that begins with `https://` or `http://`.",
            Self::Listen => "An address and port: `\"127.0.0.1:8080\"`, `\"[::]:443\"`.",
            Self::Network => "An IP address or a range of them: `\"10.0.0.7\"`, `\"10.0.0.0/8\"`.",
            Self::Size => "A number of bytes with its unit: `\"8 MiB\"`, `\"64 KiB\"`.",
            Self::Rate => {
                "So many at once after a rest, and so many in the long run: `\"5 in 5s\"`, `\"20 in 1 min\"`."
            }
            Self::Schedule => asking::SCHEDULE,
            Self::Quiet => asking::QUIET,
            Self::Secret => {
                "`{ env = \"NAME\" }` takes it from the environment, `{ file = \"path\" }` from the first line of a file; `{ file = \"path\", create = true }` also lets Upheld make one at the first start. Where inline secrets are allowed, the text itself."
            }
            Self::Path => "A path; one that does not begin with `/` starts at the folder of `upheld.toml`.",
        }
    }
}

/// A type that can be written as a value of one kind.
pub(super) trait Written: Sized {
    const VALUE: Value;

    /// # Errors
    /// When the value has another form; with what would be right.
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong>;
}

/// What a value is, for the sentence "… is not a duration". Long texts are cut, hidden characters shown.
pub(super) fn described(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => quoted(text),
        DeValue::Integer(number) => quoted(&number.to_string()),
        DeValue::Float(number) => quoted(number.as_str()),
        DeValue::Boolean(flag) => quoted(&flag.to_string()),
        DeValue::Datetime(moment) => quoted(&moment.to_string()),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

impl Written for String {
    const VALUE: Value = Value::Text;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        match value.as_str() {
            Some(text) if text.trim().is_empty() => {
                Err(Wrong::new("is empty", "write a text, or leave the key out"))
            }
            Some(text) => Ok(text.trim().to_owned()),
            None => Err(Wrong::new(format!("{} is not a text", described(value)), "put it in quotes: \"…\"")),
        }
    }
}

impl Written for bool {
    const VALUE: Value = Value::Flag;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        value.as_bool().ok_or_else(|| {
            Wrong::new(
                format!("{} is neither true nor false", described(value)),
                "write true or false, without quotes",
            )
        })
    }
}
