//! One call of the Bot API: teloxide's typed requests, sent by a client of our own.
//!
//! teloxide's own sending sleeps ten seconds on every 5xx and folds status, `retry_after` and body into one
//! error; here each is told apart, because what becomes of a message depends on it. The token, which is part
//! of every address, stays out of every error.

use std::fmt;
use std::time::Duration;

use reqwest::multipart::{Form, Part};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide::requests::Payload;
use url::Url;

use crate::chart::Png;

/// Where Telegram is, unless a server of one's own is named.
pub const PUBLIC_API: &str = "https://api.telegram.org";

/// A bot's way to a Bot API server.
pub(super) struct Api {
    client: reqwest::Client,
    base: Url,
    token: String,
    time_limit: Duration,
}

/// Why a call brought no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CallError {
    /// The server could not be reached: nothing was asked.
    Unreached(String),
    /// The request left, but no readable answer came: it may have been carried out.
    Lost(String),
    /// The server answered with an error.
    Refused(Refusal),
}

/// An error as the server put it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub status: u16,
    pub description: String,
    pub retry_after: Option<Duration>,
    pub migrate_to: Option<i64>,
}

#[derive(Deserialize)]
struct Envelope {
    ok: bool,
    result: Option<Box<serde_json::value::RawValue>>,
    error_code: Option<u16>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

/// A file that goes with a call.
#[derive(Clone, Copy)]
pub(super) struct Upload<'a> {
    /// The field of the form.
    pub part: &'static str,
    pub name: &'a str,
    pub media_type: &'a str,
    pub bytes: &'a [u8],
}

impl<'a> Upload<'a> {
    pub(super) fn picture(part: &'static str, png: &'a Png) -> Self {
        Self { part, name: "picture.png", media_type: "image/png", bytes: &png.bytes }
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreached(reason) => write!(f, "not reached: {reason}"),
            Self::Lost(reason) => write!(f, "no answer: {reason}"),
            Self::Refused(refusal) => write!(f, "{} ({})", refusal.description, refusal.status),
        }
    }
}

impl Api {
    /// `time_limit` bounds each call, from connecting to the last byte of the answer.
    pub(super) fn new(base: Url, token: String, time_limit: Duration) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .connect_timeout(time_limit.min(Duration::from_secs(5)))
            .redirect(reqwest::redirect::Policy::none())
            // Shorter than servers keep an idle connection, lest a message be written into a closing one.
            .pool_idle_timeout(Duration::from_secs(30))
            .tcp_nodelay(true)
            .build()?;
        Ok(Self { client, base, token, time_limit })
    }

    pub(super) const fn time_limit(&self) -> Duration {
        self.time_limit
    }

    /// Calls the method that `payload` is for. The result is read as `T`, which need not be teloxide's type:
    /// where only an id matters, nothing else may make the answer unreadable.
    pub(super) async fn call<P, T>(&self, payload: &P) -> Result<T, CallError>
    where
        P: Payload + Serialize + Sync,
        T: DeserializeOwned,
    {
        self.call_within(payload, self.time_limit).await
    }

    pub(super) async fn call_within<P, T>(&self, payload: &P, time_limit: Duration) -> Result<T, CallError>
    where
        P: Payload + Serialize + Sync,
        T: DeserializeOwned,
    {
        let request = self.client.post(self.address(P::NAME)).timeout(time_limit).json(payload);
        let response = request.send().await.map_err(lost)?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(lost)?;
        read(status, &body)
    }

    /// Calls a method with a picture as the file `name`. Whatever of `fields` is no text goes as JSON, which
    /// is how a form takes it.
    pub(super) async fn call_with_file<T: DeserializeOwned>(
        &self,
        method: &str,
        fields: &(impl Serialize + Sync),
        upload: Upload<'_>,
    ) -> Result<T, CallError> {
        let file = Part::bytes(upload.bytes.to_vec()).file_name(upload.name.to_owned());
        let mut form = Form::new().part(upload.part, file.mime_str(upload.media_type).map_err(lost)?);
        let fields = serde_json::to_value(fields).map_err(|error| CallError::Unreached(error.to_string()))?;
        for (name, value) in fields.as_object().into_iter().flatten() {
            form = match value {
                Value::Null => form,
                Value::String(text) => form.text(name.clone(), text.clone()),
                value => form.text(name.clone(), value.to_string()),
            };
        }
        let request = self.client.post(self.address(method)).timeout(self.time_limit).multipart(form);
        let response = request.send().await.map_err(lost)?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(lost)?;
        read(status, &body)
    }

    fn address(&self, method: &str) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(&format!("bot{}", self.token)).push(method);
        }
        url
    }
}

/// The innermost words of the error, without the address, which holds the token.
fn lost(error: reqwest::Error) -> CallError {
    let error = error.without_url();
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        reason = inner.to_string();
        source = inner.source();
    }
    if error.is_connect() || error.is_builder() {
        CallError::Unreached(reason)
    } else if error.is_timeout() {
        CallError::Lost("it took too long".to_owned())
    } else {
        CallError::Lost(reason)
    }
}

fn read<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T, CallError> {
    let unreadable = |reason: String| {
        if (400..500).contains(&status) {
            let description = format!("HTTP {status}, and no answer of a Bot API server");
            return CallError::Refused(Refusal { status, description, retry_after: None, migrate_to: None });
        }
        CallError::Lost(format!("HTTP {status}, unreadable: {reason}"))
    };
    let envelope: Envelope = serde_json::from_slice(body).map_err(|error| unreadable(error.to_string()))?;
    if !envelope.ok {
        return Err(CallError::Refused(Refusal {
            status: envelope.error_code.unwrap_or(status),
            description: envelope.description,
            retry_after: envelope.parameters.retry_after.map(Duration::from_secs),
            migrate_to: envelope.parameters.migrate_to_chat_id,
        }));
    }
    let result = envelope.result.ok_or_else(|| unreadable("no result".to_owned()))?;
    serde_json::from_str(result.get()).map_err(|error| unreadable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_method_stands_behind_the_token() {
        for (base, address) in [
            ("https://api.telegram.org", "https://api.telegram.org/bot1:x/SendMessage"),
            ("http://127.0.0.1:81/base/", "http://127.0.0.1:81/base/bot1:x/SendMessage"),
        ] {
            let api = Api::new(base.parse().unwrap(), "1:x".to_owned(), Duration::from_secs(1)).unwrap();
            assert_eq!(api.address("SendMessage").as_str(), address);
            assert!(!format!("{api:?}").contains("1:x"));
        }
    }

    #[test]
    fn answers_are_told_apart() {
        assert_eq!(read::<bool>(200, br#"{"ok":true,"result":true}"#), Ok(true));
        let refused = br#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}"#;
        let Err(CallError::Refused(refusal)) = read::<bool>(429, refused) else { panic!("not refused") };
        assert_eq!((refusal.status, refusal.retry_after), (429, Some(Duration::from_secs(7))));
        assert!(matches!(read::<bool>(200, b"<html>"), Err(CallError::Lost(_))));
        assert!(matches!(read::<bool>(200, br#"{"ok":true,"result":"x"}"#), Err(CallError::Lost(_))));
        assert!(matches!(read::<bool>(502, b"<html>"), Err(CallError::Lost(_))));
        let Err(CallError::Refused(refusal)) = read::<bool>(403, b"<html>") else { panic!("not refused") };
        assert_eq!(refusal.status, 403);
    }
}
