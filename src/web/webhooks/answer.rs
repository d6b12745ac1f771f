//! Every way a delivery can be answered, and what the sender learns from it.

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use serde_json::json;

use crate::sources::Parsed;

/// What the sender learns of an accepted delivery.
#[derive(Debug)]
pub struct Receipt {
    pub accepted: usize,
    is_test: bool,
    problem: Option<String>,
    warnings: Vec<String>,
}

impl Receipt {
    pub fn of(parsed: &Parsed) -> Self {
        Self {
            accepted: if parsed.unreadable.is_some() { 0 } else { parsed.events.len() },
            is_test: parsed.is_test,
            problem: parsed.unreadable.as_ref().map(|unreadable| unreadable.reason.clone()),
            warnings: parsed.warnings.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Every way a delivery can be answered.
#[derive(Debug)]
pub enum Answer {
    Accepted(Receipt),
    Broken,
    Unauthorised,
    Unknown,
    WrongMethod,
    TooLarge,
    Busy,
    NotStored,
}

impl Answer {
    /// As it is counted.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Accepted(receipt) if receipt.problem.is_some() => "not_understood",
            Self::Accepted(_) => "accepted",
            Self::Broken => "broken_off",
            Self::Unauthorised => "unauthorised",
            Self::Unknown => "unknown_integration",
            Self::WrongMethod => "wrong_method",
            Self::TooLarge => "too_large",
            Self::Busy => "busy",
            Self::NotStored => "not_stored",
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let plain = |status: StatusCode, text: &'static str| (status, text).into_response();
        let with = |status: StatusCode, name: HeaderName, value: &'static str, text: &'static str| {
            (status, [(name, value)], text).into_response()
        };
        match self {
            Self::Accepted(receipt) => {
                let mut body = json!({ "accepted": receipt.accepted, "warnings": receipt.warnings });
                if receipt.is_test {
                    body["test"] = json!(true);
                }
                if let Some(problem) = receipt.problem {
                    body["kept"] =
                        json!("The body was not understood. It is kept, and the operators are told.");
                    body["problem"] = json!(problem);
                }
                (StatusCode::ACCEPTED, Json(body)).into_response()
            }
            Self::Broken => plain(StatusCode::BAD_REQUEST, "The body broke off.\n"),
            Self::Unauthorised => with(
                StatusCode::UNAUTHORIZED,
                header::WWW_AUTHENTICATE,
                "Bearer realm=\"upheld\", Basic realm=\"upheld\"",
                "The secret is missing or wrong. Send it as bearer token, as password of basic \
                 authentication, or as a further part of the path.\n",
            ),
            Self::Unknown => plain(StatusCode::NOT_FOUND, "There is no integration of this name.\n"),
            Self::WrongMethod => with(
                StatusCode::METHOD_NOT_ALLOWED,
                header::ALLOW,
                "POST",
                "POST only. If a redirect led here, it dropped the alert: configure the final https address.\n",
            ),
            Self::TooLarge => plain(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The body is larger than may be sent here. Group alerts into smaller messages.\n",
            ),
            Self::Busy | Self::NotStored => with(
                StatusCode::SERVICE_UNAVAILABLE,
                header::RETRY_AFTER,
                "5",
                "Nothing was stored. Please send it again.\n",
            ),
        }
    }
}
