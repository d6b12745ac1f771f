//! `/review link`: a page on which people without an account read one review.

use super::{Given, about, one};
use crate::announce::review_may_be_on_web;
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::desk::Desk;
use crate::commands::spec::ReviewDo;
use crate::core::doc::{Block, Doc, Text, Value};
use crate::core::review::Review;
use crate::store::StoreError;
use crate::store::people::Token;
use crate::store::review_links::{GOOD_FOR, MakeReviewLink, RevokeReviewLinks};

impl Desk {
    /// `/review link REV-7 [--revoke]`
    pub(super) async fn review_link(&self, asking: &Asking, given: Given<'_>) -> Outcome {
        let directory = self.directory().get();
        if directory.config.settings.platforms.web.is_none() {
            return Err(asking.refuse_key("survey-link-no-web"));
        }
        let review = {
            let state = self.journal().read().await;
            let fits = |review: &Review| !review.issued.is_empty();
            let (number, review) = one(&state, asking, given, ReviewDo::Link, fits)?;
            if !given.revoke && !review_may_be_on_web(&directory, &state, review) {
                return Err(asking.refuse_key("error-platform-not-allowed"));
            }
            number
        };
        if given.revoke {
            let revoked = self.store().write(RevokeReviewLinks { review, now: asking.now }).await;
            let revoked = revoked.map_err(|error| not_stored(asking, &error))?;
            let count = i64::try_from(revoked).unwrap_or(i64::MAX);
            return Ok(Reply::Private(
                asking.say(about("review-links-revoked", review).with("count", count)),
            ));
        }
        let expires = asking.now + GOOD_FOR;
        let made = async {
            let Token { hash, secret } = Token::new()?;
            self.store().write(MakeReviewLink { hash, review, expires }).await?;
            Ok::<_, StoreError>(secret)
        };
        let secret = made.await.map_err(|error| not_stored(asking, &error))?;
        let base = directory.config.settings.server.public_url.trim_end_matches('/');
        let link = Text::Value(Value::Code(format!("{base}/review/link/{secret}")));
        let doc = asking.say(about("review-link", review).with("until", expires));
        Ok(Reply::Once(doc.block(Block::List(vec![link.into()]))))
    }
}

fn not_stored(asking: &Asking, error: &StoreError) -> Doc {
    tracing::error!(%error, "a link to a review could not be made or taken back");
    asking.refuse_key("error-not-stored")
}
