//! What a person typed, held while they are asked back for the rest of the command: a button carries 64 bytes,
//! an update has thousands of letters.
//!
//! It is held in memory alone and for a day, so that no copy of their words outlives what becomes of them.
//! After a restart they are told to type it again.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::chat::Account;
use crate::clock::random;
use crate::core::time::{Instant, Span};

/// So long may a question wait for its answer.
const KEPT_FOR: Span = Span::from_hours(24);
/// At most this much is held, the latest of everybody; and of one account.
const MOST: usize = 2_000;
const MOST_OF_ONE: usize = 50;
/// The option that names what is held.
const OPTION: &str = "--held=";

/// The words of commands that are not complete yet.
#[derive(Debug, Default)]
pub struct Held(Mutex<VecDeque<Kept>>);

#[derive(Debug)]
struct Kept {
    token: String,
    account: Account,
    words: Vec<String>,
    at: Instant,
}

impl Held {
    /// Holds a command's words for this account alone, and gives the line that stands for them; none when
    /// the system has no random source.
    pub fn keep(&self, account: &Account, words: Vec<String>, now: Instant) -> Option<String> {
        let token = hex::encode(random::<8>().ok()?);
        let line = format!("{} {OPTION}{token}", words.first()?);
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|kept| now - kept.at < KEPT_FOR);
        let of_one = held.iter().filter(|kept| kept.account == *account).count();
        let oldest = held.iter().position(|kept| kept.account == *account);
        if let Some(oldest) = oldest.filter(|_| of_one >= MOST_OF_ONE) {
            held.remove(oldest);
        } else if held.len() >= MOST {
            held.pop_front();
        }
        held.push_back(Kept { token, account: account.clone(), words, at: now });
        Some(line)
    }

    /// Lets go of everything that is held for these accounts.
    pub fn forget(&self, is_theirs: impl Fn(&Account) -> bool) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|kept| !is_theirs(&kept.account));
    }

    /// The words with what was held in its place: none when it is no longer held, or not this account's.
    pub fn restore(&self, account: &Account, words: Vec<String>, now: Instant) -> Option<Vec<String>> {
        let Some(place) = words.iter().skip(1).take(1).position(|word| word.starts_with(OPTION)) else {
            return Some(words);
        };
        let mut rest = words;
        let token = rest.remove(place + 1);
        let token = token.strip_prefix(OPTION)?;
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = held.iter().find(|kept| kept.token == token)?;
        let fits = kept.account == *account && now - kept.at < KEPT_FOR && kept.words.first() == rest.first();
        fits.then(|| kept.words.iter().cloned().chain(rest.into_iter().skip(1)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(user: &str) -> Account {
        format!("web:{user}").parse().unwrap()
    }

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(ToOwned::to_owned).collect()
    }

    #[test]
    fn what_was_typed_comes_back_to_the_one_who_typed_it_for_a_day() {
        let held = Held::default();
        let (anna, ben) = (account("anna"), account("ben"));
        let now = Instant::from_seconds(0);
        let line = held.keep(&anna, words("pause --text=why 1"), now).unwrap();
        assert!(line.len() <= crate::core::doc::Press::LIMIT, "{line}");
        let pressed = || words(&line);
        assert_eq!(held.restore(&anna, pressed(), now), Some(words("pause --text=why 1")));
        let mut more = pressed();
        more.push("--customer=acme".to_owned());
        assert_eq!(held.restore(&anna, more, now), Some(words("pause --text=why 1 --customer=acme")));
        assert_eq!(held.restore(&ben, pressed(), now), None);
        assert_eq!(held.restore(&anna, pressed(), now + KEPT_FOR), None);
        let other = pressed().into_iter().map(|word| word.replace("pause", "ack")).collect();
        assert_eq!(held.restore(&anna, other, now), None, "it stays with its command");
        assert_eq!(held.restore(&anna, words("ack 1"), now), Some(words("ack 1")));
    }

    #[test]
    fn nobody_makes_others_lose_what_they_typed() {
        let held = Held::default();
        let (anna, ben) = (account("anna"), account("ben"));
        let now = Instant::from_seconds(0);
        let line = held.keep(&anna, words("note --text=x"), now).unwrap();
        for _ in 0..MOST + MOST_OF_ONE {
            held.keep(&ben, words("note --text=y"), now).unwrap();
        }
        assert!(held.restore(&anna, words(&line), now).is_some());
        assert!(held.0.lock().unwrap().len() <= MOST_OF_ONE + 1);
    }
}
