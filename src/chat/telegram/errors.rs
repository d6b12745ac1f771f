//! What a failed call means for the message: the one table from Telegram's answers to [`SendError`].

use super::api::{CallError, Refusal};
use crate::chat::{FailCause, SendError};

/// What was tried. A repeated edit changes nothing, a repeated post stands there twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    Post,
    Edit,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The message already reads so.
    Unchanged,
    /// The group is a supergroup now, under this id.
    Moved(i64),
    Failed(SendError),
}

/// Parts of Telegram's descriptions, in lower case, and what they mean; the first that fits counts.
const MEANINGS: &[(&str, FailCause)] = &[
    ("message to edit not found", FailCause::MessageGone),
    ("message can't be edited", FailCause::MessageGone),
    ("message_id_invalid", FailCause::MessageGone),
    ("message identifier is not specified", FailCause::MessageGone),
    ("can't parse entities", FailCause::Markup),
    ("can't parse reply keyboard markup", FailCause::Markup),
    ("can't parse inline keyboard", FailCause::Markup),
    ("inline keyboard button", FailCause::Markup),
    ("button_", FailCause::Markup),
    ("reply_markup_", FailCause::Markup),
    ("entities_too_long", FailCause::Markup),
    ("entity_", FailCause::Markup),
    ("wrong http url", FailCause::Markup),
    ("message is too long", FailCause::Markup),
    ("message caption is too long", FailCause::Markup),
    ("message text is empty", FailCause::Markup),
    ("chat not found", FailCause::DestinationGone),
    ("user not found", FailCause::DestinationGone),
    ("peer_id_invalid", FailCause::DestinationGone),
    ("message thread not found", FailCause::DestinationGone),
    ("topic_deleted", FailCause::DestinationGone),
    ("topic_id_invalid", FailCause::DestinationGone),
    ("bot was kicked", FailCause::DestinationGone),
    ("bot is not a member", FailCause::DestinationGone),
    ("bot was blocked by the user", FailCause::DestinationGone),
    ("user is deactivated", FailCause::DestinationGone),
    ("group chat was deleted", FailCause::DestinationGone),
    ("group chat was deactivated", FailCause::DestinationGone),
    ("not enough rights", FailCause::Forbidden),
    ("have no rights", FailCause::Forbidden),
    ("need administrator rights", FailCause::Forbidden),
    ("chat_write_forbidden", FailCause::Forbidden),
    ("topic_closed", FailCause::Forbidden),
    ("chat_restricted", FailCause::Forbidden),
];

/// The table.
pub(super) fn outcome(doing: Doing, error: &CallError) -> Outcome {
    let reason = error.to_string();
    let unknown = |reason: String| match doing {
        Doing::Post => Outcome::Failed(SendError::Uncertain { reason }),
        Doing::Edit => Outcome::Failed(SendError::Retry { after: None, reason }),
    };
    let refusal = match error {
        CallError::Unreached(_) => return Outcome::Failed(SendError::Retry { after: None, reason }),
        CallError::Lost(_) => return unknown(reason),
        CallError::Refused(refusal) => refusal,
    };
    if let Some(chat) = refusal.migrate_to {
        return Outcome::Moved(chat);
    }
    if refusal.status == 429 || refusal.retry_after.is_some() {
        return Outcome::Failed(SendError::Retry { after: refusal.retry_after, reason });
    }
    if refusal.status >= 500 {
        return unknown(reason);
    }
    let description = refusal.description.to_lowercase();
    if description.contains("message is not modified") {
        return Outcome::Unchanged;
    }
    Outcome::Failed(SendError::Fail { cause: cause(refusal, &description), reason })
}

fn cause(refusal: &Refusal, description: &str) -> FailCause {
    let known = MEANINGS.iter().find(|(part, _)| description.contains(part));
    match (refusal.status, known) {
        // Telegram answers 404 to a token that has not the form of one.
        (401 | 404, _) => FailCause::Unauthorized,
        (_, Some((_, cause))) => *cause,
        (403, None) => FailCause::Forbidden,
        (_, None) => FailCause::Refused,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn refused(status: u16, description: &str) -> CallError {
        let description = description.to_owned();
        CallError::Refused(Refusal { status, description, retry_after: None, migrate_to: None })
    }

    fn fail(error: &CallError) -> FailCause {
        match outcome(Doing::Post, error) {
            Outcome::Failed(SendError::Fail { cause, .. }) => cause,
            other => panic!("{error}: {other:?}"),
        }
    }

    #[test]
    fn descriptions_have_meanings() {
        for (status, description, cause) in [
            (400, "Bad Request: can't parse entities: Unsupported start tag \"x\"", FailCause::Markup),
            (400, "Bad Request: BUTTON_DATA_INVALID", FailCause::Markup),
            (
                400,
                "Bad Request: inline keyboard button URL 'x' is invalid: Wrong HTTP URL",
                FailCause::Markup,
            ),
            (400, "Bad Request: chat not found", FailCause::DestinationGone),
            (400, "Bad Request: message thread not found", FailCause::DestinationGone),
            (403, "Forbidden: bot was kicked from the supergroup chat", FailCause::DestinationGone),
            (403, "Forbidden: bot was blocked by the user", FailCause::DestinationGone),
            (403, "Forbidden: bot can't initiate conversation with a user", FailCause::Forbidden),
            (400, "Bad Request: not enough rights to send text messages to the chat", FailCause::Forbidden),
            (400, "Bad Request: message to edit not found", FailCause::MessageGone),
            (400, "Bad Request: message can't be edited", FailCause::MessageGone),
            (401, "Unauthorized", FailCause::Unauthorized),
            (404, "Not Found", FailCause::Unauthorized),
            (400, "Bad Request: something new", FailCause::Refused),
        ] {
            assert_eq!(fail(&refused(status, description)), cause, "{description}");
        }
    }

    #[test]
    fn only_a_post_can_be_uncertain() {
        for error in [CallError::Lost("x".to_owned()), refused(502, "Bad Gateway")] {
            assert!(matches!(outcome(Doing::Post, &error), Outcome::Failed(SendError::Uncertain { .. })));
            assert!(matches!(outcome(Doing::Edit, &error), Outcome::Failed(SendError::Retry { .. })));
        }
        let unreached = CallError::Unreached("refused".to_owned());
        assert!(matches!(outcome(Doing::Post, &unreached), Outcome::Failed(SendError::Retry { .. })));
    }

    #[test]
    fn parameters_come_first() {
        let with = |retry_after, migrate_to| {
            let description = "x".to_owned();
            CallError::Refused(Refusal { status: 400, description, retry_after, migrate_to })
        };
        assert_eq!(outcome(Doing::Post, &with(None, Some(-100))), Outcome::Moved(-100));
        let after = Some(Duration::from_secs(3));
        assert!(matches!(
            outcome(Doing::Edit, &with(after, None)),
            Outcome::Failed(SendError::Retry { after: Some(wait), .. }) if wait.as_secs() == 3
        ));
        let same = refused(400, "Bad Request: message is not modified: specified new message content …");
        assert_eq!(outcome(Doing::Edit, &same), Outcome::Unchanged);
    }
}
