//! What a failed try means: try again, when and how differently, or give up. Pure.

use std::time::Duration;

use crate::chat::{FailCause, Platform, SendError};
use crate::core::time::{Instant, Span};
use crate::store::outbox::Row;
use crate::store::settle::{Again, Ending};

/// How patient the outbox is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Before the second try; doubles with each further one.
    pub first: Span,
    /// The longest wait between two tries.
    pub cap: Span,
    /// Counted from the first try; then the message is reported as failed.
    pub give_up_after: Span,
}

impl Default for Patience {
    fn default() -> Self {
        Self { first: Span::from_seconds(1), cap: Span::from_minutes(5), give_up_after: Span::from_hours(24) }
    }
}

/// What there is to know of a try that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    pub platform: Platform,
    pub card: bool,
    /// An existing message was to be changed, which may be done twice without harm.
    pub editing: bool,
    /// This one included.
    pub attempts: u32,
    pub first_tried: Instant,
    /// It already said that it may be a repeat.
    pub maybe_repeat: bool,
    pub plain: bool,
}

impl Try {
    pub fn of(row: &Row, now: Instant) -> Self {
        Self {
            platform: row.message.to.platform,
            card: row.card,
            editing: row.message_id.is_some(),
            attempts: row.attempts,
            first_tried: row.first_tried.unwrap_or(now),
            maybe_repeat: row.maybe_repeat,
            plain: row.plain,
        }
    }

    /// Whether a second post of the same key shows nothing twice: Discord knows the nonce (and the adapter
    /// looks before it posts again later), the web chat knows the key.
    const fn is_repeatable(&self) -> bool {
        self.editing || !matches!(self.platform, Platform::Telegram)
    }

    fn is_worn_out(&self, patience: Patience, now: Instant) -> bool {
        now - self.first_tried >= patience.give_up_after
    }

    /// The same once more, and no other than before.
    const fn again(&self, not_before: Instant, reason: String) -> Again {
        Again {
            not_before,
            reason,
            uncertain: false,
            maybe_repeat: self.maybe_repeat,
            plain: self.plain,
            anew: false,
        }
    }
}

/// How long to wait after try number `attempts`: doubling, at most the cap, shortened by up to a quarter
/// (`dice` is any random number) so that many do not come back at once, and never before `after`.
pub fn delay(patience: Patience, attempts: u32, after: Option<Duration>, dice: u32) -> Span {
    let doublings = attempts.saturating_sub(1).min(32);
    let whole = patience.first.saturating_mul(1 << doublings);
    let whole = whole.min(patience.cap);
    let quarter = whole.scaled(i64::from(dice), i64::from(u32::MAX) * 4);
    let asked = after.map_or(Span::ZERO, |after| {
        // A little later than asked: platforms round down.
        let asked = Span::from_micros(i64::try_from(after.as_micros()).unwrap_or(i64::MAX));
        asked + asked.scaled(i64::from(dice), i64::from(u32::MAX) * 20)
    });
    (whole - quarter).max(asked)
}

/// What becomes of a message after a try failed.
pub fn decide(patience: Patience, this: Try, error: &SendError, now: Instant, dice: u32) -> Ending {
    let wait = |after| now + delay(patience, this.attempts, after, dice);
    let again = |not_before| this.again(not_before, error.to_string());
    let worn_out = this.is_worn_out(patience, now);
    let failed = || Ending::Failed { reason: error.to_string() };
    match error {
        SendError::Retry { .. } if worn_out => failed(),
        SendError::Retry { after, .. } => Ending::Again(again(wait(*after))),
        SendError::Uncertain { reason } => {
            // Once more, saying so; what is uncertain twice has probably arrived.
            uncertain(this, worn_out, this.maybe_repeat, reason, again(wait(None)))
        }
        SendError::Fail { cause, .. } => match cause {
            FailCause::Markup if !this.plain => Ending::Again(Again { plain: true, ..again(now) }),
            FailCause::MessageGone if this.editing => {
                Ending::Again(Again { anew: true, ..again(wait(None)) })
            }
            // The token may be put right at any time; until then there is no hurry.
            FailCause::Unauthorized if !worn_out => Ending::Again(again(now + patience.cap)),
            FailCause::DestinationGone
            | FailCause::Forbidden
            | FailCause::MessageGone
            | FailCause::Markup
            | FailCause::Unauthorized
            | FailCause::Refused => failed(),
        },
    }
}

/// What becomes of a message that was being sent when the program ended: nobody knows whether it arrived.
/// Most such messages had not left yet, so it takes several ends of the program until one is given up.
pub fn interrupted(patience: Patience, this: Try, now: Instant, dice: u32) -> Ending {
    let reason = "the program ended while this was being sent".to_owned();
    let again = this.again(now + delay(patience, this.attempts, None, dice), reason.clone());
    // Tries that the platform answered with "later" were no ends: without the mark this is the first.
    let enough = this.maybe_repeat && this.attempts >= ENDS;
    uncertain(this, this.is_worn_out(patience, now), enough, &reason, again)
}

/// So many tries a message gets, over more than one end of the program, before it is given up as uncertain.
const ENDS: u32 = 5;

/// A lost answer. `enough` is when a post that cannot be repeated unseen has been tried often enough.
fn uncertain(this: Try, worn_out: bool, enough: bool, reason: &str, again: Again) -> Ending {
    let given_up = || Ending::Uncertain { reason: reason.to_owned() };
    match (this.is_repeatable(), this.card) {
        _ if worn_out => given_up(),
        (true, _) => Ending::Again(again),
        (false, false) if enough => given_up(),
        // A card must stand somewhere to be kept up to date; the newest one is the one that is.
        (false, _) => Ending::Again(Again { uncertain: true, maybe_repeat: true, ..again }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALM: Patience = Patience {
        first: Span::from_seconds(1),
        cap: Span::from_seconds(300),
        give_up_after: Span::from_hours(24),
    };

    fn at(second: i64) -> Instant {
        Instant::from_seconds(second)
    }

    fn tried(platform: Platform) -> Try {
        Try {
            platform,
            card: false,
            editing: false,
            attempts: 1,
            first_tried: at(0),
            maybe_repeat: false,
            plain: false,
        }
    }

    fn retry(after: Option<u64>) -> SendError {
        SendError::Retry { after: after.map(Duration::from_secs), reason: "503".to_owned() }
    }

    fn fail(cause: FailCause) -> SendError {
        SendError::Fail { cause, reason: "no".to_owned() }
    }

    fn unsure() -> SendError {
        SendError::Uncertain { reason: "time-out".to_owned() }
    }

    /// One word for an ending: `+1` again after a second, with u(ncertain) r(epeat) p(lain) a(new).
    fn word(ending: &Ending) -> String {
        match ending {
            Ending::Again(again) => {
                let flags = [
                    (again.uncertain, 'u'),
                    (again.maybe_repeat, 'r'),
                    (again.plain, 'p'),
                    (again.anew, 'a'),
                ];
                let flags: String = flags.iter().filter(|(set, _)| *set).map(|(_, flag)| flag).collect();
                format!("+{}{flags}", (again.not_before - at(10)).seconds())
            }
            Ending::Uncertain { .. } => "uncertain".to_owned(),
            Ending::Failed { .. } => "failed".to_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_table() {
        use FailCause::*;
        use Platform::*;
        let card = |this: Try| Try { card: true, ..this };
        let edit = |this: Try| Try { card: true, editing: true, ..this };
        let repeat = |this: Try| Try { maybe_repeat: true, ..this };
        let plain = |this: Try| Try { plain: true, ..this };
        let old = |this: Try| Try { first_tried: at(10) - Span::from_hours(24), ..this };
        let (d, t, w) = (tried(Discord), tried(Telegram), tried(Web));
        for (this, error, expected) in [
            (d, retry(None), "+1"),
            (t, retry(None), "+1"),
            (Try { attempts: 4, ..t }, retry(None), "+8"),
            (Try { attempts: 60, ..t }, retry(None), "+300"),
            (t, retry(Some(30)), "+30"),
            (Try { attempts: 60, ..t }, retry(Some(30)), "+300"),
            (repeat(t), retry(None), "+1r"),
            (old(t), retry(None), "failed"),
            // Uncertain: harmless where a repeat is recognised, once more with a word elsewhere.
            (d, unsure(), "+1"),
            (w, unsure(), "+1"),
            (card(d), unsure(), "+1"),
            (t, unsure(), "+1ur"),
            (repeat(t), unsure(), "uncertain"),
            (card(t), unsure(), "+1ur"),
            (card(repeat(t)), unsure(), "+1ur"),
            (edit(t), unsure(), "+1"),
            (old(d), unsure(), "uncertain"),
            (old(card(t)), unsure(), "uncertain"),
            // Final failures and their repairs.
            (d, fail(Markup), "+0p"),
            (plain(d), fail(Markup), "failed"),
            (edit(d), fail(MessageGone), "+1a"),
            (d, fail(MessageGone), "failed"),
            (d, fail(DestinationGone), "failed"),
            (d, fail(Forbidden), "failed"),
            (d, fail(Refused), "failed"),
            (d, fail(Unauthorized), "+300"),
            (old(d), fail(Unauthorized), "failed"),
        ] {
            let ending = decide(CALM, this, &error, at(10), 0);
            assert_eq!(word(&ending), expected, "{this:?} {error}");
        }
        assert_eq!(word(&interrupted(CALM, t, at(10), 0)), "+1ur");
        assert_eq!(word(&interrupted(CALM, repeat(t), at(10), 0)), "+1ur");
        assert_eq!(word(&interrupted(CALM, Try { attempts: 5, ..repeat(t) }, at(10), 0)), "uncertain");
        assert_eq!(word(&interrupted(CALM, Try { attempts: 5, ..t }, at(10), 0)), "+16ur");
        assert_eq!(word(&interrupted(CALM, d, at(10), 0)), "+1");
        // Where a repeat is recognised no number of ends makes it look like one.
        for platform in [d, w] {
            assert_eq!(word(&interrupted(CALM, Try { attempts: 7, ..platform }, at(10), 0)), "+64");
        }
        assert_eq!(word(&interrupted(CALM, Try { attempts: 7, ..card(t) }, at(10), 0)), "+64ur");
        assert_eq!(word(&interrupted(CALM, old(d), at(10), 0)), "uncertain");
    }

    #[test]
    fn chance_shortens_a_wait_by_at_most_a_quarter_and_never_below_what_was_asked() {
        for dice in [0, 1, u32::MAX / 2, u32::MAX] {
            for attempts in 0..100 {
                let free = delay(CALM, attempts, None, dice);
                let whole = delay(CALM, attempts, None, 0);
                assert!(free <= whole && free >= whole.scaled(3, 4), "{attempts} {dice} {free:?}");
                assert!(free <= CALM.cap);
                let asked = Duration::from_millis(1234);
                let asked_span = Span::from_millis(1234);
                assert!(delay(CALM, attempts, Some(asked), dice) >= asked_span);
            }
        }
        assert_ne!(delay(CALM, 5, None, 1 << 30), delay(CALM, 5, None, 1 << 31));
        assert_eq!(delay(CALM, 1, Some(Duration::MAX), u32::MAX), Span::MAX);
    }
}
