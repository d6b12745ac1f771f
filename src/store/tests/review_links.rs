//! Links to a review: found by their secret while they last, as often as they are used, and by nothing else.

use super::super::people::Token;
use super::super::review_links::{MakeReviewLink, PruneReviewLinks, RevokeReviewLinks};
use super::super::testing::{Base, on_both};
use super::outbox::at;
use crate::core::review::ReviewNumber;

#[tokio::test]
async fn a_link_leads_to_one_review_until_it_expires_or_is_revoked() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let tokens: Vec<Token> = (0..3).map(|_| Token::new().unwrap()).collect();
        for (token, review) in tokens.iter().zip([7, 7, 8].map(ReviewNumber)) {
            let make = MakeReviewLink { hash: token.hash.clone(), review, expires: at(100) };
            store.write(make).await.unwrap();
        }
        let find = async |hash: &str, now| store.review_link(hash, at(now)).await.unwrap();
        for _ in 0..2 {
            assert_eq!(find(&tokens[0].hash, 99).await, Some(ReviewNumber(7)));
        }
        assert_eq!(find(&tokens[2].hash, 0).await, Some(ReviewNumber(8)));
        assert_eq!(find(&tokens[0].hash, 100).await, None, "it is over");
        assert_eq!(find(&tokens[0].secret, 0).await, None, "its hash is kept alone");
        let revoke = RevokeReviewLinks { review: ReviewNumber(7), now: at(0) };
        assert_eq!(store.write(revoke).await.unwrap(), 2);
        assert_eq!(store.write(revoke).await.unwrap(), 0);
        assert_eq!(find(&tokens[1].hash, 0).await, None);
        store.write(PruneReviewLinks(at(100))).await.unwrap();
        assert!(find(&tokens[2].hash, 0).await.is_some());
        store.write(PruneReviewLinks(at(101))).await.unwrap();
        assert_eq!(find(&tokens[2].hash, 0).await, None);
    })
    .await;
}
