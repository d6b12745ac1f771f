//! The chat platforms: `[discord]`, `[telegram]`, `[web]`. Each can be on alone.

use std::time::Duration;

use toml::de::DeValue;

use super::problem::Wrong;
use super::schema::Kind::One;
use super::schema::Need::{Default, Optional, Otherwise};
use super::schema::{Section, key};
use super::secret::{Resolver, Secret, SecretSource};
use super::settings::{positive, real};
use super::table::Table;
use super::value::{Value, WebUrl, Written};
use crate::chat::Platform;
use crate::core::time::Span;

/// `[discord]`, when it is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discord {
    pub token: Secret,
    /// Without a slash at its end; none means Discord itself.
    pub api_url: Option<String>,
    /// Register the commands in this guild only, which takes effect at once.
    pub guild: Option<u64>,
}

/// `[telegram]`, when it is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telegram {
    pub token: Secret,
    /// Without a slash at its end; none means Telegram itself.
    pub api_url: Option<String>,
    /// How long Telegram may hold a question for news.
    pub poll: Duration,
}

/// `[web]`, when it is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Web {
    pub session: Span,
    pub first_link: Span,
}

/// The platforms that are on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Platforms {
    pub discord: Option<Discord>,
    pub telegram: Option<Telegram>,
    pub web: Option<Web>,
    /// How long an invitation lasts, on every platform.
    pub invitation: Span,
}

impl Platforms {
    pub const fn is_on(&self, platform: Platform) -> bool {
        match platform {
            Platform::Discord => self.discord.is_some(),
            Platform::Telegram => self.telegram.is_some(),
            Platform::Web => self.web.is_some(),
        }
    }
}

pub(super) static DISCORD: Section = Section {
    heading: "[discord]",
    about: "The Discord bot. It is on when it has a token: here or in the variable `DISCORD_TOKEN`.",
    keys: &[
        key(
            "enabled",
            One(Value::Flag),
            Otherwise("`true` when there is a token"),
            "`false` switches Discord off, `true` insists on a token.",
            "true",
        ),
        key(
            "token",
            One(Value::Secret),
            Otherwise("the variable `DISCORD_TOKEN`"),
            "The bot's token; never inline.",
            "{ file = \"/run/secrets/discord\" }",
        ),
        key(
            "guild_id",
            One(Value::Count),
            Optional,
            "Register the commands in this server only; absent registers them everywhere, which Discord may take an hour for.",
            "1234567890123456789",
        ),
        key(
            "api_url",
            One(Value::Url),
            Otherwise("the variable `DISCORD_API_URL`, else Discord itself"),
            "A server that speaks Discord's protocol. The variable overrides this key.",
            "\"http://127.0.0.1:9000\"",
        ),
    ],
};

pub(super) static TELEGRAM: Section = Section {
    heading: "[telegram]",
    about: "The Telegram bot. It is on when it has a token: here or in the variable `TELEGRAM_TOKEN`.",
    keys: &[
        key(
            "enabled",
            One(Value::Flag),
            Otherwise("`true` when there is a token"),
            "`false` switches Telegram off, `true` insists on a token.",
            "true",
        ),
        key(
            "token",
            One(Value::Secret),
            Otherwise("the variable `TELEGRAM_TOKEN`"),
            "The bot's token; never inline.",
            "{ env = \"TELEGRAM_TOKEN\" }",
        ),
        key(
            "api_url",
            One(Value::Url),
            Otherwise("the variable `TELEGRAM_API_URL`, else Telegram itself"),
            "A Bot API server of your own. The variable overrides this key.",
            "\"http://127.0.0.1:8081\"",
        ),
        key(
            "poll",
            One(Value::Duration),
            Default("\"30s\""),
            "How long Telegram may hold a request for news.",
            "\"30s\"",
        ),
    ],
};

pub(super) static WEB: Section = Section {
    heading: "[web]",
    about: "The built-in web chat: rooms in the browser, needing no account anywhere. A room is a channel `web:name` that is bound to operators or to a customer.",
    keys: &[
        key(
            "enabled",
            One(Value::Flag),
            Default("true"),
            "`false` leaves only webhooks, health and metrics.",
            "true",
        ),
        key(
            "session",
            One(Value::Duration),
            Default("\"30 days\""),
            "How long a sign-in lasts.",
            "\"30 days\"",
        ),
        key(
            "invitation",
            One(Value::Duration),
            Default("\"48h\""),
            "How long an invitation can be accepted, on every platform.",
            "\"48h\"",
        ),
        key(
            "first_link",
            One(Value::Duration),
            Default("\"15 min\""),
            "How long the sign-in link can be used that the first start prints for the manager.",
            "\"15 min\"",
        ),
    ],
};

/// The token and the API's address; none when the platform is off.
fn bot(table: &Table<'_>, resolver: &Resolver<'_>, variables: [&str; 2]) -> Option<(Secret, Option<String>)> {
    let enabled: Option<bool> = table.value("enabled");
    let source: Option<SecretSource> = table.value("token");
    let written: Option<WebUrl> = table.value("api_url");
    if enabled == Some(false) {
        return None;
    }
    let [token_variable, url_variable] = variables;
    let of_environment =
        resolver.variable(url_variable).map(|url| WebUrl::read(&DeValue::String(url.into())));
    if let Some(Err(wrong)) = &of_environment {
        table.error(
            "api_url",
            format!("in the variable {url_variable}, {}", wrong.what),
            wrong.remedy.clone(),
        );
    }
    let api_url = of_environment.and_then(Result::ok).or(written).map(|WebUrl(url)| url);
    let spot = table.spot_of("token");
    let source = match source {
        Some(SecretSource::Inline(_)) => {
            let remedy = format!("write {{ env = \"{token_variable}\" }} or {{ file = \"path\" }}");
            table.problems.error(
                spot,
                Wrong::new("is in the file itself, where copies and backups carry it away", remedy),
            );
            return None;
        }
        Some(SecretSource::File { create: true, .. }) => {
            table
                .problems
                .error(spot, Wrong::new("cannot be created: the platform gives it", "leave `create` out"));
            return None;
        }
        Some(source) => source,
        None if table.has("token") => return None,
        None if resolver.variable(token_variable).is_some() => {
            SecretSource::Environment(token_variable.to_owned())
        }
        None => {
            if enabled == Some(true) {
                table.error(
                    "token",
                    "is missing",
                    format!("set {token_variable}, or write token = {{ file = \"path\" }}"),
                );
            }
            return None;
        }
    };
    Some((resolver.secret(source, &spot, table.problems)?, api_url))
}

pub(super) fn discord(table: &Table<'_>, resolver: &Resolver<'_>) -> Option<Discord> {
    let guild = table.value::<u64>("guild_id");
    let bot = bot(table, resolver, ["DISCORD_TOKEN", "DISCORD_API_URL"]);
    table.finish();
    bot.map(|(token, api_url)| Discord { token, api_url, guild })
}

pub(super) fn telegram(table: &Table<'_>, resolver: &Resolver<'_>) -> Option<Telegram> {
    let poll = positive(table, "poll");
    let bot = bot(table, resolver, ["TELEGRAM_TOKEN", "TELEGRAM_API_URL"]);
    table.finish();
    bot.map(|(token, api_url)| Telegram { token, api_url, poll: real(poll) })
}

/// The web chat, when it is on, and how long an invitation lasts.
pub(super) fn web(table: &Table<'_>) -> (Option<Web>, Span) {
    let enabled: Option<bool> = table.value("enabled");
    let lasts = |name: &str| positive(table, name).unwrap_or_default();
    let web = Web { session: lasts("session"), first_link: lasts("first_link") };
    let invitation = lasts("invitation");
    table.finish();
    (enabled.unwrap_or(true).then_some(web), invitation)
}
