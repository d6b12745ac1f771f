//! Which channel belongs to whom: the operators or one customer, in which language and zone.

use std::collections::BTreeMap;

use super::error::StoreError;
use super::record::Chain;
use super::tx::{Tx, on};
use super::writer::Write;
use super::{Store, statements};
use crate::chat::Address;
use crate::core::event::PersonId;
use crate::core::time::Instant;
use crate::i18n::Locale;

statements! {
    BIND = "INSERT INTO bindings (address, audience, language, zone, origin, bound_by, bound) \
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (address) DO UPDATE SET \
            audience = excluded.audience, language = excluded.language, zone = excluded.zone, \
            origin = excluded.origin, bound_by = excluded.bound_by, bound = excluded.bound";
    UNBIND = "DELETE FROM bindings WHERE address = $1";
    UNBIND_CONFIGURED = "DELETE FROM bindings WHERE origin = 'configuration'";
    BINDINGS = "SELECT address, audience, language, zone, bound_by, bound FROM bindings ORDER BY address";
}

/// Whose channel it is, and how it is written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The operators, or one customer; the same as whose record its messages belong to.
    pub audience: Chain,
    pub locale: Locale,
    /// None when the configuration says so.
    pub bound_by: Option<PersonId>,
    pub bound: Instant,
}

/// Binds a channel by command. A channel has one binding; a new one takes the place of the old.
#[derive(Clone, Debug)]
pub struct Bind {
    pub address: Address,
    pub binding: Binding,
}

impl Write for Bind {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        bind(tx, &self.address, &self.binding, "command").await
    }
}

/// Frees a channel.
#[derive(Clone, Debug)]
pub struct Unbind(pub Address);

impl Write for Unbind {
    /// False when it was not bound.
    type Out = bool;

    async fn apply(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let address = self.0.to_string();
        let gone = on!(tx, c => sqlx::query(UNBIND).bind(&address).execute(c).await?.rows_affected());
        Ok(gone == 1)
    }
}

/// Brings bindings in line with the configuration. What was bound by command stays, unless the
/// configuration names the same channel.
#[derive(Clone, Debug)]
pub struct ConfigureBindings(pub BTreeMap<Address, Binding>);

impl Write for ConfigureBindings {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(&mut *tx, c => sqlx::query(UNBIND_CONFIGURED).execute(c).await.map(drop))?;
        for (address, binding) in &self.0 {
            bind(tx, address, binding, "configuration").await?;
        }
        Ok(())
    }
}

async fn bind(tx: &mut Tx, address: &Address, binding: &Binding, origin: &str) -> Result<(), StoreError> {
    let address = address.to_string();
    let audience = binding.audience.to_string();
    on!(tx, c => sqlx::query(BIND)
        .bind(&address)
        .bind(&audience)
        .bind(binding.locale.language.tag())
        .bind(binding.locale.zone.name())
        .bind(origin)
        .bind(binding.bound_by.as_ref().map(PersonId::as_str))
        .bind(binding.bound.micros())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

type Row = (String, String, String, String, Option<String>, i64);

impl Store {
    /// Every bound channel.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn bindings(&self) -> Result<BTreeMap<Address, Binding>, StoreError> {
        let mut tx = self.reader().await?;
        let rows: Vec<Row> = on!(&mut tx, c => sqlx::query_as(BINDINGS).fetch_all(c).await)?;
        rows.into_iter().map(read).collect()
    }
}

fn read((address, audience, language, zone, by, bound): Row) -> Result<(Address, Binding), StoreError> {
    fn wrong(error: impl std::fmt::Display) -> StoreError {
        StoreError::unintelligible("a binding", error)
    }
    let locale = Locale { language: language.parse().map_err(wrong)?, zone: zone.parse().map_err(wrong)? };
    let binding = Binding {
        audience: audience.parse()?,
        locale,
        bound_by: by.map(PersonId),
        bound: Instant::from_micros(bound),
    };
    Ok((address.parse().map_err(wrong)?, binding))
}
