//! `/inbox link`: a page where people without an account write to the provider, for one customer.

use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::desk::Desk;
use crate::core::doc::{Block, Doc, Text, Value};
use crate::core::event::AgreementId;
use crate::core::time::Span;
use crate::store::StoreError;
use crate::store::feedback_links::{MakeFeedbackLink, RevokeFeedbackLinks};
use crate::store::people::Token;

/// How long a link is good for.
const GOOD_FOR: Span = Span::from_days(90);

impl Desk {
    /// `/inbox link [--customer acme] [--revoke]`
    pub(super) async fn feedback_link(
        &self,
        asking: &Asking,
        customer: Option<&str>,
        revoke: bool,
    ) -> Outcome {
        let directory = self.directory().get();
        if directory.config.settings.platforms.web.is_none() {
            return Err(asking.refuse_key("survey-link-no-web"));
        }
        let (agreement, name) = {
            let state = self.journal().read().await;
            // What ended may still have links to take back.
            let among: Vec<AgreementId> = match revoke {
                true => asking.agreements(&state).into_iter().collect(),
                false => choose::in_force(&state, asking).into_iter().map(|(id, _)| id).collect(),
            };
            let command = if revoke { "inbox link --revoke" } else { "inbox link" };
            let agreement = choose::agreement(&state, asking, &among, customer, command)?;
            let name = Value::Name(choose::customer(&state, &agreement));
            (agreement, name)
        };
        if revoke {
            let revoked = self.store().write(RevokeFeedbackLinks { agreement, now: asking.now }).await;
            let revoked = revoked.map_err(|error| not_stored(asking, &error))?;
            let count = i64::try_from(revoked).unwrap_or(i64::MAX);
            let text = Text::key("inbox-links-revoked").with("customer", name).with("count", count);
            return Ok(Reply::Private(asking.say(text)));
        }
        let expires = asking.now + GOOD_FOR;
        let made = async {
            let Token { hash, secret } = Token::new()?;
            self.store().write(MakeFeedbackLink { hash, agreement, expires }).await?;
            Ok::<_, StoreError>(secret)
        };
        let secret = made.await.map_err(|error| not_stored(asking, &error))?;
        let base = directory.config.settings.server.public_url.trim_end_matches('/');
        let link = Text::Value(Value::Code(format!("{base}/feedback/{secret}")));
        let doc = asking.say(Text::key("inbox-link").with("customer", name).with("until", expires));
        Ok(Reply::Once(doc.block(Block::List(vec![link.into()]))))
    }
}

fn not_stored(asking: &Asking, error: &StoreError) -> Doc {
    tracing::error!(%error, "a link for feedback could not be made or taken back");
    asking.refuse_key("error-not-stored")
}
