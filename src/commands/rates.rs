//! How much one account may ask: generous for those who work here, tight for strangers. Who asks for more
//! is told so once, and then not heard until they have paused.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::chat::Account;
use crate::commands::access::Rights;
use crate::core::time::{Instant, Span};

/// So many accounts are remembered; more of them at once are an attack, and then no new stranger is heard.
const ACCOUNTS: usize = 10_000;

/// Who asks, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Staff,
    Customer,
    /// Nobody introduced them, or nothing is left to them.
    Stranger,
}

impl Class {
    pub fn of(rights: &Rights) -> Self {
        match (rights.roles.is_empty(), rights.represents.is_empty()) {
            (false, _) => Self::Staff,
            (true, false) => Self::Customer,
            (true, true) => Self::Stranger,
        }
    }

    /// How many acts at once, and how long each of them takes to be forgotten.
    const fn allowance(self) -> (i64, Span) {
        match self {
            Self::Staff => (600, Span::from_millis(500)),
            Self::Customer => (120, Span::from_seconds(2)),
            Self::Stranger => (10, Span::from_minutes(1)),
        }
    }
}

/// Whether an act is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    Yes,
    /// No, and the account is to be told so.
    TooMuch,
    /// No, and it was told before.
    Silence,
}

/// What every account asked lately.
#[derive(Debug, Default)]
pub struct Rates(Mutex<BTreeMap<Account, Spent>>);

#[derive(Debug)]
struct Spent {
    /// When everything asked so far is forgotten.
    until: Instant,
    told: bool,
}

impl Rates {
    /// Counts an act of an account.
    pub fn hear(&self, account: &Account, class: Class, now: Instant) -> Heard {
        let (burst, each) = class.allowance();
        let full = each.saturating_mul(burst);
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= ACCOUNTS {
            accounts.retain(|_, spent| spent.until > now);
        }
        if accounts.len() >= ACCOUNTS && class == Class::Stranger && !accounts.contains_key(account) {
            return Heard::Silence;
        }
        let spent = accounts.entry(account.clone()).or_insert(Spent { until: now, told: false });
        if spent.until <= now {
            *spent = Spent { until: now, told: false };
        }
        // A clock that stepped back makes nobody wait longer than a full allowance takes.
        let until = spent.until.min(now + full);
        if until + each <= now + full {
            spent.until = until + each;
            return Heard::Yes;
        }
        spent.until = until;
        if std::mem::replace(&mut spent.told, true) { Heard::Silence } else { Heard::TooMuch }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(user: &str) -> Account {
        format!("discord:{user}").parse().unwrap()
    }

    #[test]
    fn a_stranger_is_told_once_and_heard_again_after_a_pause() {
        let (rates, now) = (Rates::default(), Instant::from_seconds(1_000_000));
        let stranger = |user, now| rates.hear(&account(user), Class::Stranger, now);
        for _ in 0..10 {
            assert_eq!(stranger("1", now), Heard::Yes);
        }
        assert_eq!(stranger("1", now), Heard::TooMuch);
        assert_eq!(stranger("1", now), Heard::Silence);
        assert_eq!(stranger("2", now), Heard::Yes, "another account has its own allowance");
        let soon = now + Span::from_minutes(1);
        assert_eq!((stranger("1", soon), stranger("1", soon)), (Heard::Yes, Heard::Silence));
        let later = now + Span::from_minutes(12);
        assert_eq!(stranger("1", later), Heard::Yes);
        // The clock steps back by a year.
        let before = now - Span::from_days(365);
        let _ = stranger("1", before);
        assert_eq!(stranger("1", before + Span::from_minutes(10)), Heard::Yes);
    }

    #[test]
    fn those_who_work_here_are_hardly_limited() {
        let (rates, now) = (Rates::default(), Instant::from_seconds(1_000_000));
        let heard =
            |class, user| (0..1_000).filter(|_| rates.hear(&account(user), class, now) == Heard::Yes).count();
        assert_eq!((heard(Class::Staff, "1"), heard(Class::Customer, "2")), (600, 120));
    }

    #[test]
    fn a_crowd_of_strangers_costs_bounded_memory() {
        let (rates, now) = (Rates::default(), Instant::from_seconds(1_000_000));
        for user in 0..ACCOUNTS + 5 {
            rates.hear(&account(&user.to_string()), Class::Stranger, now);
        }
        assert_eq!(rates.0.lock().unwrap().len(), ACCOUNTS);
        assert_eq!(rates.hear(&account("99999999"), Class::Stranger, now), Heard::Silence);
        assert_eq!(rates.hear(&account("99999999"), Class::Staff, now), Heard::Yes);
    }
}
