//! Links to write by: found by their secret while they last, as often as they are used, and by nothing else.

use super::super::feedback_links::{MakeFeedbackLink, PruneFeedbackLinks, RevokeFeedbackLinks};
use super::super::people::Token;
use super::super::testing::{Base, on_both};
use super::outbox::at;

#[tokio::test]
async fn a_link_leads_to_one_agreement_until_it_expires_or_is_revoked() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let tokens: Vec<Token> = (0..3).map(|_| Token::new().unwrap()).collect();
        for (token, agreement) in tokens.iter().zip(["acme", "acme", "formosa"]) {
            let (hash, agreement) = (token.hash.clone(), agreement.into());
            store.write(MakeFeedbackLink { hash, agreement, expires: at(100) }).await.unwrap();
        }
        let find = async |hash: &str, now| store.feedback_link(hash, at(now)).await.unwrap();
        for _ in 0..2 {
            assert_eq!(find(&tokens[0].hash, 99).await, Some("acme".into()));
        }
        assert_eq!(find(&tokens[2].hash, 0).await, Some("formosa".into()));
        assert_eq!(find(&tokens[0].hash, 100).await, None, "it is over");
        assert_eq!(find(&tokens[0].secret, 0).await, None, "its hash is kept alone");
        let revoke = || RevokeFeedbackLinks { agreement: "acme".into(), now: at(0) };
        assert_eq!(store.write(revoke()).await.unwrap(), 2);
        assert_eq!(store.write(revoke()).await.unwrap(), 0);
        assert_eq!(find(&tokens[1].hash, 0).await, None);
        store.write(PruneFeedbackLinks(at(100))).await.unwrap();
        assert!(find(&tokens[2].hash, 0).await.is_some());
        store.write(PruneFeedbackLinks(at(101))).await.unwrap();
        assert_eq!(find(&tokens[2].hash, 0).await, None);
    })
    .await;
}
