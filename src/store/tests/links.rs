//! Links to surveys: found by their secret while they last, and by nothing else.

use super::super::links::{MakeLinks, PruneLinks, RevokeLinks};
use super::super::people::Token;
use super::super::testing::{Base, on_both};
use super::outbox::at;
use crate::core::voice::RoundNumber;

#[tokio::test]
async fn a_link_leads_to_one_respondent_until_it_expires_or_is_revoked() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let tokens: Vec<Token> = (0..4).map(|_| Token::new().unwrap()).collect();
        let make = |round, tokens: &[Token], anonymous| MakeLinks {
            round: RoundNumber(round),
            tokens: tokens.to_vec(),
            expires: at(100),
            anonymous,
        };
        store.write(make(7, &tokens[..2], false)).await.unwrap();
        store.write(make(8, &tokens[2..], true)).await.unwrap();
        let find =
            async |token: &Token, now| store.survey_link(&Token::hash(&token.secret), at(now)).await.unwrap();
        let (one, other) = (find(&tokens[0], 99).await.unwrap(), find(&tokens[1], 99).await.unwrap());
        assert_eq!((one.round, other.round), (RoundNumber(7), RoundNumber(7)));
        assert_ne!(one.respondent, other.respondent);
        assert_eq!(find(&tokens[0], 50).await, Some(one.clone()), "the same respondent each time");
        assert!(one.respondent.as_str().len() == 32, "an id as every person has: {one:?}");
        assert_eq!(find(&tokens[0], 100).await, None, "it expires with its round");
        assert_eq!(
            store.survey_link(&tokens[0].secret, at(0)).await.unwrap(),
            None,
            "its hash is kept alone"
        );

        assert_eq!(store.write(RevokeLinks(RoundNumber(8))).await.unwrap(), 2);
        assert_eq!(store.write(RevokeLinks(RoundNumber(8))).await.unwrap(), 0);
        assert_eq!(find(&tokens[2], 0).await, None);
        assert!(find(&tokens[0], 0).await.is_some(), "another round's stay");
        store.write(PruneLinks(at(100))).await.unwrap();
        assert!(find(&tokens[1], 0).await.is_some());
        store.write(PruneLinks(at(101))).await.unwrap();
        assert_eq!(find(&tokens[1], 0).await, None);
    })
    .await;
}
