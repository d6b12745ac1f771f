//! What dashboards show: the state as one audience may see it, kept up to date while somebody looks.
//!
//! [`view`] is what there is to see, without words or markup; [`keeper`] looks at the journal when it has changed
//! and gives every audience its board. What is not an audience's own is never put on its board, so that nothing
//! that draws a board has anything to hide.

mod figures;
pub mod keeper;
mod scene;
pub mod view;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::commands::access::Rights;
use crate::core::event::AgreementId;

pub use keeper::Keeper;

/// Who looks at a board.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Who works for the provider, and auditors: every agreement, in the operators' words.
    Provider,
    /// Who speaks for customers: these agreements alone, in the customer's words.
    Customer(BTreeSet<AgreementId>),
}

impl Audience {
    /// What these rights let somebody see; none for a person without any.
    pub fn of(rights: &Rights) -> Option<Self> {
        if !rights.roles.is_empty() {
            return Some(Self::Provider);
        }
        (!rights.represents.is_empty()).then(|| Self::Customer(rights.represents.clone()))
    }

    /// One agreement as its customer sees it, for somebody with these rights; none when it is not theirs to see.
    pub fn one(rights: &Rights, agreement: &AgreementId) -> Option<Self> {
        rights.may_see(agreement).then(|| Self::Customer(BTreeSet::from([agreement.clone()])))
    }

    fn includes(&self, agreement: &AgreementId) -> bool {
        match self {
            Self::Provider => true,
            Self::Customer(own) => own.contains(agreement),
        }
    }
}
