//! Small things that were remembered for one person: half-filled forms, and drafts of updates.

use serde::Deserialize;

use super::super::error::StoreError;
use super::super::tx::{Tx, on};
use super::needles::Needles;
use crate::core::event::{PersonId, Prose, ProseId};

super::super::statements! {
    ALL = "SELECT name, value FROM marks WHERE name LIKE $1 ORDER BY name";
    FORGET = "DELETE FROM marks WHERE name = $1";
}

/// Of a draft, what tells whose it is.
#[derive(Deserialize)]
struct Draft {
    #[serde(default)]
    by: Option<PersonId>,
    text: Prose,
}

async fn named(tx: &mut Tx, like: &str) -> Result<Vec<(String, String)>, StoreError> {
    Ok(on!(tx, c => sqlx::query_as(ALL).bind(like).fetch_all(c).await)?)
}

/// The texts of the drafts that these people wrote.
pub(super) async fn drafts(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<ProseId>, StoreError> {
    let drafts = named(tx, "draft/%").await?.into_iter();
    let drafts = drafts.filter_map(|(_, value)| serde_json::from_str::<Draft>(&value).ok());
    let own = drafts.filter(|draft| draft.by.as_ref().is_some_and(|by| people.contains(by)));
    Ok(own.map(|draft| draft.text.id).collect())
}

/// Forgets the forms that these accounts were filling in (`form/telegram:form:<chat>:<user>`).
pub(super) async fn forget(tx: &mut Tx, needles: &Needles) -> Result<(), StoreError> {
    for (name, value) in named(tx, "form/%").await? {
        let theirs = |account: &crate::chat::Account| {
            let (platform, user) = (format!("form/{}:", account.platform), format!(":{}", account.user));
            name.starts_with(&platform) && name.ends_with(&user)
        };
        if needles.accounts.iter().any(theirs) || needles.shows(&value) {
            on!(&mut *tx, c => sqlx::query(FORGET).bind(&name).execute(c).await.map(drop))?;
        }
    }
    Ok(())
}
