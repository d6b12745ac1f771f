//! What a customer reads, shown to an operator: in the customer's language and zone, with everything the
//! customer sees, under a line in the operator's own words.

use crate::commands::asking::Asking;
use crate::commands::choose;
use crate::config::Operations;
use crate::core::doc::{Doc, Text, Value};
use crate::core::event::AgreementId;
use crate::core::state::State;
use crate::directory::Directory;
use crate::i18n::spoken::{Spoken, SpokenBlock};
use crate::i18n::{Facts, Language, Locale, speak};

/// A customer's message with what the one who looks at it must know.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Whose it is, and what can be done with it, for the asker: its first line, its lines, its buttons.
    pub frame: Doc,
    pub card: Doc,
    /// The customer's.
    pub locale: Locale,
}

/// The card as the customer of this agreement reads it in their channel.
pub fn preview(
    state: &State,
    directory: &Directory,
    asking: &Asking,
    agreement: &AgreementId,
    card: Doc,
) -> Preview {
    let (locale, bound) = reader(state, directory, agreement);
    let key = if bound { "preview-as-read" } else { "preview-as-read-nowhere" };
    let text = Text::Message { key: key.into(), args: Default::default() };
    let frame = asking.say(
        text.with("customer", Value::Name(choose::customer(state, agreement)))
            .with("language", Value::Name(locale.language.tag().to_owned()))
            .with("zone", Value::Name(locale.zone.name().to_owned())),
    );
    Preview { frame, card, locale }
}

/// How a customer is written to, and whether they have a channel.
pub fn reader(state: &State, directory: &Directory, agreement: &AgreementId) -> (Locale, bool) {
    if let Some((_, binding)) = directory.customer(agreement).next() {
        return (binding.locale, true);
    }
    (locale_of(state, directory, agreement), false)
}

/// The language and zone of a customer's channels, where a channel does not say otherwise.
fn locale_of(state: &State, directory: &Directory, agreement: &AgreementId) -> Locale {
    if let Some(operations) = directory.operations(agreement) {
        return of_operations(operations);
    }
    let terms = state.agreements.get(agreement).and_then(|versions| versions.latest());
    let zone = terms.map_or(chrono_tz::UTC, |version| version.terms.zone);
    Locale { language: Language::default(), zone }
}

/// As the agreement's file says.
pub const fn of_operations(operations: &Operations) -> Locale {
    Locale { language: operations.language, zone: operations.zone }
}

impl Preview {
    /// The card in the customer's words; below its first line the frame in the asker's. The customer's
    /// buttons are theirs to press, so the asker has the frame's.
    pub fn speak(&self, asker: Locale, facts: &Facts) -> Spoken {
        let card = speak(&self.card, self.locale, facts);
        let frame = speak(&self.frame, asker, facts);
        let mut blocks = vec![SpokenBlock::Line(frame.head)];
        blocks.extend(frame.blocks);
        blocks.extend(card.blocks);
        Spoken { blocks, buttons: frame.buttons, ..card }
    }
}
