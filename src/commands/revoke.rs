//! `/revoke`: takes back what an invitation gave.

use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::desk::Desk;
use crate::commands::people::{customer_name, customers, role_line};
use crate::commands::spec::InviteRole;
use crate::core::doc::{Block, Doc, Line, Text, Value, Weight};
use crate::core::event::{AgreementId, PersonId};
use crate::directory::Directory;
use crate::store::people::{Revoke, Role};

/// At most this many are offered as buttons; the others are named.
const OFFERED: usize = 20;
/// So much of a person's random id names them: as much as a button has room for, and no two are alike.
const SHORT: usize = 12;

/// A right that an invitation gave.
type Given = (PersonId, Role);

impl Desk {
    /// `/revoke [person] [role] [customer]`
    pub async fn revoke(
        &self,
        asking: &Asking,
        person: Option<&str>,
        role: Option<InviteRole>,
        customer: Option<&str>,
    ) -> Outcome {
        let directory = self.directory().get();
        let mut given = self.store().invited().await.map_err(|error| {
            tracing::error!(%error, "the rights that invitations gave could not be read");
            asking.refuse_key("error-not-read")
        })?;
        given.retain(|(_, role)| match role {
            Role::Customer(agreement) => asking.scope.includes(agreement),
            Role::Operator | Role::Manager | Role::Auditor => true,
        });
        let Some(word) = person else { return Err(choices(asking, &directory, &given)) };
        given.retain(|(person, _)| is_meant(&directory, person, word));
        if given.is_empty() {
            let text = Text::key("error-nothing-given").with("person", Value::Untrusted(word.to_owned()));
            return Err(asking.refuse(text));
        }
        let wanted = match (role, customer) {
            (None, _) | (Some(InviteRole::Customer), None) => {
                return Err(choices(asking, &directory, &given));
            }
            (Some(InviteRole::Operator), _) => Role::Operator,
            (Some(InviteRole::Manager), _) => Role::Manager,
            (Some(InviteRole::Customer), Some(name)) => {
                let known = customers(asking, &directory);
                let short: String = given[0].0.as_str().chars().take(SHORT).collect();
                let instead = |id: &AgreementId| format!("revoke {short} customer {id}");
                let named = directory.agreement_named(name);
                Role::Customer(named.ok_or_else(|| choose::no_customer(asking, &known, name, instead))?)
            }
        };
        let mut meant = given.iter().filter(|(_, role)| *role == wanted);
        let (Some((person, role)), None) = (meant.next(), meant.next()) else {
            return Err(choices(asking, &directory, &given));
        };
        if asking.person.as_ref() == Some(person) && *role == Role::Manager {
            return Err(asking.refuse_key("error-revoke-self"));
        }
        let revoked = self.store().write(Revoke { person: person.clone(), role: role.clone() }).await;
        self.stored(asking, revoked.map(drop)).await?;
        tracing::info!(%person, ?role, by = ?asking.person, "a right was taken back");
        let name = Value::Untrusted(name(&directory, person));
        let doc = asking.say(Text::key("done-revoked").with("person", name));
        Ok(Reply::Private(doc.block(Block::List(vec![role_line(&directory, role)]))))
    }
}

/// By the beginning of the random id, as buttons say it, or by the whole name.
fn is_meant(directory: &Directory, person: &PersonId, word: &str) -> bool {
    let word = word.trim().to_lowercase();
    (word.len() >= SHORT && person.as_str().starts_with(&word))
        || (!word.is_empty() && name(directory, person).to_lowercase() == word)
}

fn name(directory: &Directory, person: &PersonId) -> String {
    directory.people.get(person).map(|person| person.name.clone()).unwrap_or_default()
}

fn choices(asking: &Asking, directory: &Directory, given: &[Given]) -> Doc {
    if given.is_empty() {
        return asking.say(Text::key("revoke-none"));
    }
    let mut doc = asking.say(Text::key("choose-revoke"));
    for (person, role) in given.iter().take(OFFERED) {
        let mut label: Line = vec![Text::Untrusted(name(directory, person)), Text::mark(" · ")];
        label.push(match role {
            Role::Operator => Text::key("role-operator"),
            Role::Manager => Text::key("role-manager"),
            Role::Auditor => Text::key("role-auditor"),
            Role::Customer(agreement) => Text::Value(customer_name(directory, agreement)),
        });
        let short: String = person.as_str().chars().take(SHORT).collect();
        doc = doc.button(label, format!("revoke {short} {}", words(role)), Weight::Danger);
    }
    let more: Vec<Line> = given
        .iter()
        .skip(OFFERED)
        .map(|(person, _)| Text::Untrusted(name(directory, person)).into())
        .collect();
    if more.is_empty() { doc } else { doc.line(Text::key("revoke-more")).block(Block::List(more)) }
}

/// A role as the command takes it.
fn words(role: &Role) -> String {
    match role {
        Role::Operator => "operator".to_owned(),
        Role::Manager => "manager".to_owned(),
        Role::Auditor => "auditor".to_owned(),
        Role::Customer(agreement) => format!("customer {agreement}"),
    }
}
