//! Calls Discord's REST interface and tells exactly what became of each call.
//!
//! Requests are built by serenity and executed here, never by `Http::fire`: that sleeps and repeats inside
//! when its limiter is on, and loses status, headers and body when it is off (serenity 0.12.5).

use std::fmt;
use std::time::Duration;

use reqwest::header::HeaderMap;
use serde_json::Value;
use serenity::builder::CreateAttachment;
use serenity::http::{LightMethod, Multipart, MultipartUpload, Request, Route};

use super::render::PICTURE;
use crate::chart::Png;

/// The largest answer that is read, in bytes.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// Discord's own numbers for what is wrong.
pub(super) mod code {
    pub(in super::super) const UNKNOWN_CHANNEL: i64 = 10_003;
    pub(in super::super) const UNKNOWN_GUILD: i64 = 10_004;
    pub(in super::super) const UNKNOWN_MESSAGE: i64 = 10_008;
    pub(in super::super) const UNKNOWN_USER: i64 = 10_013;
    /// The interaction is older than three seconds, or its token than fifteen minutes.
    pub(in super::super) const UNKNOWN_INTERACTION: i64 = 10_062;
    pub(in super::super) const ALREADY_ANSWERED: i64 = 40_060;
    pub(in super::super) const EMPTY_MESSAGE: i64 = 50_006;
    pub(in super::super) const INVALID_FORM: i64 = 50_035;
    pub(in super::super) const THREAD_ARCHIVED: i64 = 50_083;
    pub(in super::super) const THREAD_EXISTS: i64 = 160_004;
}

/// Why a call gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ApiError {
    /// Nothing was sent.
    #[error("{0}")]
    Unreachable(String),
    /// It was sent, at least in part, and no answer came.
    #[error("{0}")]
    Unanswered(String),
    #[error("too many requests{}", .after.map_or(String::new(), |after| format!(", wait {after:?}")))]
    TooMany { after: Option<Duration> },
    /// A server's error, or an answer that is not Discord's. The call may have been carried out.
    #[error("status {status}: {reason}")]
    Failing { status: u16, reason: String },
    /// The call was carried out; what it gave cannot be read.
    #[error("an answer that cannot be read: {0}")]
    Unreadable(String),
    /// Refused by Discord, with its code.
    #[error("{reason} (status {status}, code {code})")]
    Refused { status: u16, code: i64, reason: String },
}

impl ApiError {
    /// Whether Discord refused with this code.
    pub(super) fn is(&self, wanted: i64) -> bool {
        matches!(self, Self::Refused { code, .. } if *code == wanted)
    }

    pub(super) const fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Refused { status: 401, .. })
    }

    /// Whether the same call may do better a little later.
    pub(super) const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_) | Self::Unanswered(_) | Self::TooMany { .. } | Self::Failing { .. }
        )
    }
}

/// A picture as a file.
pub(super) fn picture(png: Option<&Png>) -> Vec<CreateAttachment> {
    png.map(|png| CreateAttachment::bytes(png.bytes.clone(), PICTURE)).into_iter().collect()
}

/// One bot's access to the interface.
pub(super) struct Api {
    client: reqwest::Client,
    /// As the header wants it: `Bot …`.
    authorization: String,
    /// Stands in for `https://discord.com`.
    base: Option<String>,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Api {
    pub(super) fn new(token: &str, base: Option<&str>, timeout: Duration) -> Result<Self, reqwest::Error> {
        let token = token.trim();
        let client = reqwest::Client::builder()
            .timeout(timeout)
            .connect_timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let authorization = if token.starts_with("Bot ") { token.to_owned() } else { format!("Bot {token}") };
        Ok(Self { client, authorization, base: base.map(ToOwned::to_owned) })
    }

    pub(super) async fn get(
        &self,
        route: Route<'_>,
        params: Vec<(&'static str, String)>,
    ) -> Result<Value, ApiError> {
        self.execute(Request::new(route, LightMethod::Get).params(Some(params)), None).await
    }

    pub(super) async fn delete(&self, route: Route<'_>) -> Result<Value, ApiError> {
        self.execute(Request::new(route, LightMethod::Delete), None).await
    }

    /// A call with a body: post, patch or put. `timeout` overrides the usual one.
    pub(super) async fn send(
        &self,
        method: LightMethod,
        route: Route<'_>,
        body: &Value,
        timeout: Option<Duration>,
    ) -> Result<Value, ApiError> {
        self.send_with(method, route, body, Vec::new(), timeout).await
    }

    /// The same with files, which `body` speaks of as its attachments 0, 1, ….
    pub(super) async fn send_with(
        &self,
        method: LightMethod,
        route: Route<'_>,
        body: &Value,
        files: Vec<CreateAttachment>,
        timeout: Option<Duration>,
    ) -> Result<Value, ApiError> {
        let (request, body) = (Request::new(route, method), body.to_string());
        let request = match files.is_empty() {
            true => request.body(Some(body.into_bytes())),
            false => request.multipart(Some(Multipart {
                upload: MultipartUpload::Attachments(files),
                fields: Vec::new(),
                payload_json: Some(body),
            })),
        };
        self.execute(request, timeout).await
    }

    async fn execute(&self, request: Request<'_>, timeout: Option<Duration>) -> Result<Value, ApiError> {
        let mut request = request
            .build(&self.client, &self.authorization, self.base.as_deref())
            .map_err(|error| ApiError::Unreachable(format!("the request cannot be built: {error}")))?;
        if let Some(timeout) = timeout {
            request = request.timeout(timeout);
        }
        let mut response = request.send().await.map_err(transport)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        let read = loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST_ANSWER => {
                    body.extend_from_slice(&chunk)
                }
                Ok(Some(_)) => break Err("it is too long".to_owned()),
                Ok(None) => break Ok(()),
                Err(error) => break Err(words(&error)),
            }
        };
        match read {
            Ok(()) => judge(status, &headers, &body),
            Err(reason) if (200..300).contains(&status) => Err(ApiError::Unreadable(reason)),
            Err(reason) => Err(ApiError::Failing { status, reason }),
        }
    }
}

/// What an answer means.
fn judge(status: u16, headers: &HeaderMap, body: &[u8]) -> Result<Value, ApiError> {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    match status {
        200..300 if body.is_empty() => Ok(Value::Null),
        200..300 => json.ok_or_else(|| ApiError::Unreadable("it is not JSON".to_owned())),
        429 => Err(ApiError::TooMany { after: wait(headers, json.as_ref()) }),
        401 => Err(ApiError::Refused { status, code: 0, reason: "the token is refused".to_owned() }),
        _ => Err(match json.as_ref().and_then(|json| Some((json["code"].as_i64()?, json))) {
            Some((code, json)) if status < 500 => ApiError::Refused { status, code, reason: reason(json) },
            // A proxy's page, or nothing at all: not Discord's word, so not its last.
            _ => ApiError::Failing { status, reason: "not an answer of Discord's".to_owned() },
        }),
    }
}

/// The longer of header and body, so that neither is broken.
fn wait(headers: &HeaderMap, json: Option<&Value>) -> Option<Duration> {
    let header = headers.get("retry-after").and_then(|value| value.to_str().ok()?.trim().parse::<f64>().ok());
    let body = json.and_then(|json| json["retry_after"].as_f64());
    header.into_iter().chain(body).filter_map(|seconds| Duration::try_from_secs_f64(seconds).ok()).max()
}

/// Discord's message and the first field it complains of, bounded.
fn reason(json: &Value) -> String {
    let mut reason = json["message"].as_str().unwrap_or("refused").to_owned();
    if let Some((field, complaint)) = complaint(&json["errors"], "") {
        reason = format!("{reason}: {field}: {complaint}");
    }
    reason.chars().take(300).collect()
}

fn complaint(errors: &Value, path: &str) -> Option<(String, String)> {
    if let Some(first) = errors["_errors"].as_array().and_then(|all| all.first()) {
        return Some((path.to_owned(), first["message"].as_str().unwrap_or("wrong").to_owned()));
    }
    errors.as_object()?.iter().find_map(|(key, inner)| {
        complaint(inner, &if path.is_empty() { key.clone() } else { format!("{path}.{key}") })
    })
}

fn transport(error: reqwest::Error) -> ApiError {
    let reason = words(&error);
    if error.is_connect() || error.is_builder() {
        ApiError::Unreachable(reason)
    } else {
        ApiError::Unanswered(reason)
    }
}

/// The error and its causes, without the address: that may hold an interaction's token.
fn words(error: &reqwest::Error) -> String {
    let kind = if error.is_connect() {
        "no connection"
    } else if error.is_timeout() {
        "no answer in time"
    } else {
        "the connection broke"
    };
    let mut words = kind.to_owned();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    words.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(retry_after: Option<&str>) -> HeaderMap {
        retry_after
            .map(|value| [(reqwest::header::RETRY_AFTER, value.parse().unwrap())].into_iter().collect())
            .unwrap_or_default()
    }

    #[test]
    fn each_answer_has_one_meaning() {
        let judged = |status, body: &str| judge(status, &headers(None), body.as_bytes());
        assert_eq!(judged(204, ""), Ok(Value::Null));
        assert!(matches!(judged(200, "{\"id\": \"1"), Err(ApiError::Unreadable(_))));
        assert!(
            judged(401, "{\"message\": \"401: Unauthorized\", \"code\": 0}").unwrap_err().is_unauthorized()
        );
        let gone = judged(404, "{\"message\": \"Unknown Channel\", \"code\": 10003}").unwrap_err();
        assert!(gone.is(code::UNKNOWN_CHANNEL) && !gone.is_passing());
        for (status, body) in [(404, "<html>"), (403, ""), (502, "{\"code\": 0}"), (302, "")] {
            assert!(judged(status, body).unwrap_err().is_passing(), "{status} {body}");
        }
        let form = r#"{"message": "Invalid Form Body", "code": 50035, "errors": {"embeds": {"0": {"title":
            {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."}]}}}}}"#;
        assert_eq!(
            judged(400, form),
            Err(ApiError::Refused {
                status: 400,
                code: code::INVALID_FORM,
                reason: "Invalid Form Body: embeds.0.title: Must be 256 or fewer in length.".to_owned(),
            })
        );
    }

    #[test]
    fn the_longer_wait_is_kept() {
        let after = |header, body: &str| match judge(429, &headers(header), body.as_bytes()) {
            Err(ApiError::TooMany { after }) => after,
            other => panic!("{other:?}"),
        };
        assert_eq!(after(Some("2"), "{\"retry_after\": 1.5}"), Some(Duration::from_secs(2)));
        assert_eq!(after(None, "{\"retry_after\": 0.25}"), Some(Duration::from_millis(250)));
        assert_eq!(after(Some("-1"), "<html>"), None);
        assert_eq!(after(Some("inf"), "{\"retry_after\": 1e300}"), None);
    }
}
