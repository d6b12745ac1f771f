//! Who asks, where, and what they may see; and what an answer can be.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::chat::{Account, Address};
use crate::commands::access::{Caller, Place, Rights, Scope};
use crate::commands::preview::Preview;
use crate::core::doc::{Doc, Form, Line, Text, Tone};
use crate::core::event::{AgreementId, PersonId};
use crate::core::state::State;
use crate::core::time::Instant;
use crate::i18n::Locale;

/// Somebody asking, already known and checked.
#[derive(Clone, Debug)]
pub struct Asking {
    /// The platform's id of the act; a repeated delivery has the same.
    pub id: String,
    pub account: Account,
    pub display_name: String,
    pub from: Address,
    pub parent: Option<Address>,
    pub person: Option<PersonId>,
    pub rights: Rights,
    pub place: Place,
    /// The words were typed where others read them.
    pub aloud: bool,
    pub scope: Scope,
    pub locale: Locale,
    pub now: Instant,
    /// What is asked about turned out to be a drill, so that the answer says so.
    pub exercise: Arc<AtomicBool>,
}

/// What is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// For everybody in the channel to see.
    Open(Doc),
    /// For the one who asked, where the platform can.
    Private(Doc),
    /// The same, and nothing of ours keeps it: it holds a secret, or that it was given is one.
    Once(Doc),
    /// A long answer for the one who asked: one page of it. `command` asks for the same again.
    Pages {
        doc: Doc,
        number: u32,
        command: String,
    },
    /// The same, and nothing of ours keeps it.
    OncePages {
        doc: Doc,
        number: u32,
        command: String,
    },
    /// A customer's message, for the one who asked.
    Preview(Box<Preview>),
    Form(Form),
    Nothing,
}

impl Reply {
    /// The same; nothing of ours keeps it unless it is `traced`.
    #[must_use]
    pub fn traced(self, traced: bool) -> Self {
        match self {
            Self::Open(doc) | Self::Private(doc) if !traced => Self::Once(doc),
            other => other,
        }
    }
}

/// A command that could not be carried out, in words for the person.
pub type Outcome = Result<Reply, Doc>;

impl Asking {
    /// Who asks, for the check of their rights.
    pub fn caller(&self) -> Caller {
        Caller {
            person: self.person.clone(),
            rights: self.rights.clone(),
            place: self.place.clone(),
            aloud: self.aloud,
        }
    }

    /// Whether the asker reads with the operators' eyes here.
    pub fn as_operator(&self) -> bool {
        matches!(self.scope, Scope::AllBut(_))
    }

    /// Whether the asker sees a thing of an agreement, or of none. Operators see all that may leave to where they
    /// read; customers what is theirs and is `shown` to customers.
    pub fn sees(&self, agreement: Option<&AgreementId>, shown: bool) -> bool {
        let theirs = agreement.map(|agreement| self.scope.includes(agreement));
        if self.as_operator() { theirs.unwrap_or(true) } else { theirs == Some(true) && shown }
    }

    /// The agreements in sight.
    pub fn agreements(&self, state: &State) -> BTreeSet<AgreementId> {
        state.agreements.keys().filter(|agreement| self.scope.includes(agreement)).cloned().collect()
    }

    /// A refusal: what is wrong, and what to do.
    pub fn refuse(&self, line: impl Into<Line>) -> Doc {
        Doc::new(Tone::Refused, line, self.now)
    }

    /// A short answer.
    pub fn say(&self, line: impl Into<Line>) -> Doc {
        Doc::new(Tone::Information, line, self.now)
    }

    /// A refusal of one known sentence.
    pub fn refuse_key(&self, key: &'static str) -> Doc {
        self.refuse(Text::key(key))
    }
}
