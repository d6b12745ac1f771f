//! What is looked for in messages: names, accounts and texts, as a message may have drawn them.

use std::collections::BTreeSet;

use super::super::error::StoreError;
use super::super::tx::Tx;
use super::super::{people, prose};
use crate::chat::inert::{Breaks, harmless};
use crate::chat::{Account, Platform};
use crate::core::event::{PersonId, ProseId};
use crate::i18n::spoken::{Run, RunKind};
use crate::store::people::web_account;

/// A shorter text is looked for as a whole only: too much else would contain it. In letters.
const TELLING: usize = 4;
/// A part of a text that is at least so long is known to be of it. In letters.
const PART: usize = 16;
/// Only a text of at least so many letters is ever cut into parts.
const CUT: usize = 200;

/// Everything that is to be found.
#[derive(Debug)]
pub struct Needles {
    pub accounts: BTreeSet<Account>,
    /// Their direct messages, as addresses are written.
    pub addresses: BTreeSet<String>,
    /// Names, accounts and addresses, found as whole words.
    words: BTreeSet<String>,
    /// Texts, their letters alone.
    texts: Vec<String>,
}

impl Needles {
    pub async fn read(tx: &mut Tx, who: &[PersonId], texts: &[ProseId]) -> Result<Self, StoreError> {
        let (names, mut accounts) = people::known_as(tx, who).await?;
        accounts.extend(who.iter().map(web_account));
        let texts = prose::read(tx, texts).await?;
        Ok(Self::new(names, accounts, texts.into_values()))
    }

    fn new(names: Vec<String>, accounts: BTreeSet<Account>, texts: impl Iterator<Item = String>) -> Self {
        let addresses: BTreeSet<String> =
            accounts.iter().map(|account| account.direct().to_string()).collect();
        let known = accounts.iter().filter(|account| account.platform != Platform::Web);
        let shown = |name: &String| harmless(name, Breaks::Joined, usize::MAX);
        let words = names.iter().map(shown).chain(names.iter().cloned());
        let words = words.chain(known.map(ToString::to_string)).chain(addresses.iter().cloned());
        let words = words.map(|word| word.to_lowercase()).filter(|word| !word.trim().is_empty()).collect();
        let texts = texts.map(|text| letters(&harmless(&text, Breaks::Joined, usize::MAX)));
        let texts = texts.filter(|text| !text.is_empty()).collect();
        Self { accounts, addresses, words, texts }
    }

    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.words.is_empty() && self.texts.is_empty()
    }

    /// Whether a piece of a message shows something of theirs.
    pub fn is_in(&self, run: &Run) -> bool {
        match &run.kind {
            RunKind::Mention(accounts) if accounts.iter().any(|account| self.accounts.contains(account)) => {
                true
            }
            RunKind::Moment(_) => false,
            // Upheld's own words hold addresses and names of configuration, never what a person wrote.
            RunKind::Own | RunKind::Code => self.names(&run.text),
            RunKind::Mention(_) | RunKind::Untrusted => self.shows(&run.text),
        }
    }

    /// Whether a text names them or holds something they wrote.
    pub fn shows(&self, text: &str) -> bool {
        self.names(text) || self.quotes(text)
    }

    /// Whether a text names them.
    pub fn names(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.words.iter().any(|word| has_word(&text, word))
    }

    fn quotes(&self, text: &str) -> bool {
        let piece = letters(text);
        if piece.is_empty() {
            return false;
        }
        let count = piece.chars().count();
        self.texts.iter().any(|theirs| {
            let length = theirs.chars().count();
            // A page may end with the few last letters of a long text.
            let part =
                theirs.contains(&piece) && (count >= PART || theirs.ends_with(&piece) && length >= CUT);
            *theirs == piece || part || (length >= TELLING && piece.contains(theirs.as_str()))
        })
    }
}

/// Letters and digits alone: how a text was broken, joined or cut makes no difference.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether `word` stands in `text` with nothing before or after it that would make it another word. Chinese has
/// no gaps between words.
fn has_word(text: &str, word: &str) -> bool {
    let goes_on = |inside: Option<char>, beside: Option<char>| match (inside, beside) {
        (Some(inside), Some(beside)) => inside.is_ascii_alphanumeric() && beside.is_ascii_alphanumeric(),
        _ => false,
    };
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        !goes_on(word.chars().next(), before.chars().next_back())
            && !goes_on(word.chars().next_back(), after.chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needles() -> Needles {
        let texts = ["The left disk hums.", "好", "登入頁面一直轉圈，客戶進不來"].map(ToOwned::to_owned);
        let accounts = ["discord:5551", "web:p1"].map(|account| account.parse().unwrap());
        Needles::new(vec!["Li".to_owned(), "歐陽靖".to_owned()], accounts.into(), texts.into_iter())
    }

    #[test]
    fn what_is_theirs_is_found_as_it_was_drawn() {
        for text in [
            "said by Li, again",
            "LI",
            "窗口歐陽靖回覆",
            "message for discord:@5551 is lost",
            "account discord:5551",
            "The left  disk\nhums.",
            "/say 1 \"the left disk hums\"",
            "好",
            "登入頁面一直轉圈",
        ] {
            let text = if text == "登入頁面一直轉圈" {
                "登入頁面一直轉圈，客戶進不來…"
            } else {
                text
            };
            assert!(needles().shows(text), "{text}");
        }
        let calls = |account: &str| Run {
            text: "@x".to_owned(),
            kind: RunKind::Mention(vec![account.parse().unwrap()]),
        };
        assert!(needles().is_in(&calls("discord:5551")) && !needles().is_in(&calls("discord:55")));
    }

    #[test]
    fn what_is_another_s_stays() {
        for text in
            ["Limit reached", "discord:@55512", "discord:@555", "好的", "The right disk", "left", "…", ""]
        {
            assert!(!needles().shows(text), "{text}");
        }
    }
}
