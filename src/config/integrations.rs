//! The monitors that post to Upheld, their secrets, and what their silence means.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::problem::Wrong;
use super::schema::Kind::{List, Map, One, OneOf};
use super::schema::Need::{Otherwise, Required};
use super::schema::{Section, key};
use super::secret::{Resolver, Secret, SecretSource};
use super::settings::positive;
use super::table::Table;
use super::value::{Slug, Value, Written, duration_words};
use crate::core::agreement::{Liveness, Silence};
use crate::core::event::IntegrationId;
use crate::core::time::Span;

/// A sender of webhooks, at `/webhooks/{id}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Integration {
    pub kind: IntegrationKind,
    /// Any of them lets a delivery in, so that one can be replaced without a gap.
    pub secrets: Vec<Secret>,
    pub liveness: Liveness,
}

/// The form in which a sender writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntegrationKind {
    /// Prometheus Alertmanager, webhook version 4.
    Alertmanager,
    /// Upheld's own plain form, for anything that can run curl.
    Upheld,
}

/// What silence means where no heartbeat is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SilenceWord {
    Up,
    Unknown,
}

/// Alertmanager's own default.
const ALERTMANAGER_REPEAT: Span = Span::from_hours(4);
/// A secret shorter than this can be guessed.
const SHORTEST_SECRET: usize = 16;

pub(super) static INTEGRATION: Section = Section {
    heading: "[integrations.<name>]",
    about: "A monitor that posts to `/webhooks/<name>`. Its secret is accepted as a bearer token, as the password of basic authentication, or as a further part of the path. Alertmanager is silent while all is well, so every integration must say how its life is told: by a heartbeat, or by what its silence means. There is no default.",
    keys: &[
        key(
            "kind",
            OneOf(&["alertmanager", "upheld"]),
            Required,
            "The form of its messages: Alertmanager's webhook (version 4), or Upheld's own.",
            "\"alertmanager\"",
        ),
        key(
            "secret",
            List(Value::Secret),
            Required,
            "What a delivery must present. Several, while one is being replaced. May be inline.",
            "{ env = \"UPHELD_ALERTMANAGER_SECRET\" }",
        ),
        key(
            "heartbeat",
            Map(Value::Text),
            Otherwise("none; then `silence` is needed"),
            "Labels of a signal that always fires. Only it proves that the monitor lives; without it everything it observes is unknown. A value that ends in `*` matches by its beginning.",
            "{ alertname = \"Watchdog\" }",
        ),
        key(
            "silence",
            OneOf(&["up", "unknown"]),
            Otherwise("none; then `heartbeat` is needed"),
            "What silence means without a heartbeat: `up` (it speaks only of faults) or `unknown` (any delivery proves life).",
            "\"unknown\"",
        ),
        key(
            "silence_after",
            One(Value::Duration),
            Otherwise("needed, unless silence means `up`"),
            "Without a delivery (or heartbeat) for this long, the monitor is silent.",
            "\"10 min\"",
        ),
        key(
            "repeat_interval",
            One(Value::Duration),
            Otherwise("`4h` for Alertmanager"),
            "How often the sender repeats a signal that goes on.",
            "\"4h\"",
        ),
        key(
            "ttl",
            One(Value::Duration),
            Otherwise("twice `repeat_interval`"),
            "A signal that is not repeated for this long is unknown from then on.",
            "\"8h\"",
        ),
    ],
};

pub(super) fn integrations(
    tables: &[(String, Table<'_>)],
    resolver: &Resolver<'_>,
) -> BTreeMap<IntegrationId, Integration> {
    let mut integrations = BTreeMap::new();
    for (name, table) in tables {
        if let Err(wrong) = Slug::check(name) {
            table.problems.error(table.spot(), wrong);
        }
        integrations.insert(IntegrationId::new(name), integration(table, resolver));
    }
    integrations
}

/// Always a value, so that what names this integration is not told that it is unknown.
fn integration(table: &Table<'_>, resolver: &Resolver<'_>) -> Integration {
    let kind = table.choice("kind").unwrap_or(IntegrationKind::Alertmanager);
    let secrets = secrets(table, resolver);
    let silence = silence(table);
    let silence_after = positive(table, "silence_after");
    let (repeat, ttl) = (positive(table, "repeat_interval"), positive(table, "ttl"));
    table.finish();
    let repeat = repeat.or((kind == IntegrationKind::Alertmanager).then_some(ALERTMANAGER_REPEAT));
    let ttl = time_to_live(table, ttl, repeat);
    if !table.has("silence_after") && silence != Silence::Up {
        table.error("silence_after", "is missing", "add for example silence_after = \"10 min\"");
    }
    let repeat = repeat.filter(|_| table.has("silence"));
    if let (Some(after), Some(repeat), Silence::Unknown) = (silence_after, repeat, &silence)
        && after < repeat
    {
        let what = format!(
            "is shorter than the time between two repeats ({}), so a long fault would look like silence",
            duration_words(repeat)
        );
        table.warning("silence_after", what, "write a longer time, or use a heartbeat");
    }
    Integration {
        kind,
        secrets,
        liveness: Liveness { silence_after: silence_after.unwrap_or(ttl), silence, ttl },
    }
}

/// How long a signal is believed without being repeated.
fn time_to_live(table: &Table<'_>, ttl: Option<Span>, repeat: Option<Span>) -> Span {
    match (ttl, repeat) {
        (Some(ttl), Some(repeat)) if ttl < repeat => {
            let what = format!("is shorter than the time between two repeats ({})", duration_words(repeat));
            table.error("ttl", what, "write a longer `ttl`, or the sender's true repeat_interval");
            ttl
        }
        (Some(ttl), _) => ttl,
        (None, Some(repeat)) => repeat.saturating_mul(2),
        (None, None) => {
            if !table.has("ttl") && !table.has("repeat_interval") {
                table.error(
                    "ttl",
                    "is missing, and the sender's repeat interval is not known",
                    "add repeat_interval = \"…\" or ttl = \"…\"",
                );
            }
            Span::ZERO
        }
    }
}

fn secrets(table: &Table<'_>, resolver: &Resolver<'_>) -> Vec<Secret> {
    let mut secrets = Vec::new();
    for (spot, value) in table.places("secret", Value::Secret) {
        let source = match SecretSource::read(value) {
            Ok(source) => source,
            Err(wrong) => {
                table.problems.error(spot, wrong);
                continue;
            }
        };
        let Some(secret) = resolver.secret(source, &spot, table.problems) else { continue };
        let length = secret.reveal().map_or(SHORTEST_SECRET, str::len);
        if length < SHORTEST_SECRET {
            let what = format!("has {length} characters and could be guessed");
            table.problems.warning(
                spot,
                Wrong::new(what, "write one of 16 or more, such as `openssl rand -hex 24` prints"),
            );
        }
        secrets.push(secret);
    }
    if secrets.is_empty() && table.has("secret") && !table.problems.spoilt(&table.spot_of("secret")) {
        table.error("secret", "is empty", "write for example { env = \"UPHELD_ALERTMANAGER_SECRET\" }");
    }
    secrets
}

fn silence(table: &Table<'_>) -> Silence {
    let labels: BTreeMap<String, String> = table.map("heartbeat");
    let word: Option<SilenceWord> = table.choice("silence");
    match (table.has("heartbeat"), table.has("silence")) {
        (true, true) => table.error("silence", "stands beside `heartbeat`, which already says what silence means", "leave one of them out"),
        (false, false) => table.error(
            "silence",
            "is missing, so nobody knows what silence of this monitor means",
            "add heartbeat = { alertname = \"Watchdog\" }, or silence = \"unknown\" (silence is no proof), or silence = \"up\" (it speaks only of faults)",
        ),
        (true, false) if labels.is_empty() && !table.problems.spoilt(&table.spot_of("heartbeat")) => {
            table.error("heartbeat", "names no label, so every signal would be a heartbeat", "write for example { alertname = \"Watchdog\" }");
        }
        _ => {}
    }
    match word {
        _ if table.has("heartbeat") => Silence::Heartbeat { labels },
        Some(SilenceWord::Up) => Silence::Up,
        Some(SilenceWord::Unknown) | None => Silence::Unknown,
    }
}

/// Secrets that are to be created at the first start.
impl Integration {
    pub fn missing_secrets(&mut self) -> impl Iterator<Item = &mut Secret> {
        self.secrets.iter_mut().filter(|secret| secret.missing_file().is_some())
    }
}
