//! The only places where time and chance enter: the wall clock and the system's random bytes.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::core::time::{Instant, Span};

/// Tells the time to everything that needs it.
pub trait Clock: Send + Sync + fmt::Debug {
    fn now(&self) -> Instant;

    /// How far the host's clock was set back behind what this one shows.
    fn ahead(&self) -> Span {
        Span::ZERO
    }

    /// How long to wait, in real time, for `span` to pass on this clock. Never negative.
    fn real(&self, span: Span) -> std::time::Duration {
        std::time::Duration::from_micros(u64::try_from(span.micros()).unwrap_or(0))
    }
}

/// The host's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the wall clock is read")]
    fn now(&self) -> Instant {
        chrono::Utc::now().into()
    }
}

/// Shows another clock, but never goes back. When that one does, this one runs on a tenth slower than real
/// time until it is caught up: clocks of promises go on, and what comes later is later.
#[derive(Debug)]
pub struct SteadyClock {
    host: Arc<dyn Clock>,
    /// What was shown last, and when by the machine's own count, which nobody sets.
    shown: Mutex<(Instant, std::time::Instant)>,
}

impl SteadyClock {
    pub fn new(host: Arc<dyn Clock>) -> Self {
        let shown = Mutex::new((host.now(), std::time::Instant::now()));
        Self { host, shown }
    }

    /// From now on nothing before this moment is shown, such as the last that was written down.
    pub fn not_before(&self, moment: Instant) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        *shown = (shown.0.max(moment), std::time::Instant::now());
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Instant {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, at) = *shown;
        let host = self.host.now();
        let now = if host >= last {
            host
        } else {
            let passed = i64::try_from(at.elapsed().as_micros()).unwrap_or(i64::MAX);
            last + Span::from_micros(passed).scaled(9, 10)
        };
        *shown = (now, std::time::Instant::now());
        now
    }

    fn ahead(&self) -> Span {
        (self.now() - self.host.now()).or_zero()
    }

    fn real(&self, span: Span) -> std::time::Duration {
        self.host.real(span)
    }
}

/// A clock that stands still until it is told to move; for tests.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub const fn new(now: Instant) -> Self {
        Self(AtomicI64::new(now.micros()))
    }

    pub fn set(&self, now: Instant) {
        self.0.store(now.micros(), Ordering::SeqCst);
    }

    pub fn advance(&self, span: Span) {
        self.set(self.now() + span);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// `N` bytes from the system's random source.
///
/// # Errors
/// When the system has no random source; nothing that needs a secret may go on then.
#[expect(clippy::disallowed_methods, reason = "this is the one place where randomness is drawn")]
pub fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A clock that runs faster (or as fast) as the host's, for demonstrations. It never jumps: a change of
/// factor goes on from where it stood.
#[derive(Debug)]
pub struct ScaledClock(std::sync::RwLock<Scale>);

#[derive(Clone, Copy, Debug)]
struct Scale {
    /// By the host's clock.
    since: Instant,
    /// What this clock showed then.
    shown: Instant,
    factor: u32,
}

impl ScaledClock {
    /// Starts at the host's time.
    pub fn new(factor: u32) -> Self {
        let now = SystemClock.now();
        Self(std::sync::RwLock::new(Scale { since: now, shown: now, factor: factor.max(1) }))
    }

    fn scale(&self) -> Scale {
        *self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// How many seconds pass here in a second of the host's.
    pub fn factor(&self) -> u32 {
        self.scale().factor
    }

    /// Changes the pace from now on.
    pub fn set_factor(&self, factor: u32) {
        let shown = self.now();
        let fresh = Scale { since: SystemClock.now(), shown, factor: factor.max(1) };
        *self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner) = fresh;
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> Instant {
        let Scale { since, shown, factor } = self.scale();
        shown + (SystemClock.now() - since).or_zero().saturating_mul(i64::from(factor))
    }

    fn real(&self, span: Span) -> std::time::Duration {
        let micros = u64::try_from(span.micros()).unwrap_or(0);
        std::time::Duration::from_micros(micros / u64::from(self.factor()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_clock_never_goes_back_and_is_caught_up() {
        let begin = Instant::from_micros(1_795_000_000_000_000);
        let host = Arc::new(ManualClock::new(begin));
        let steady = SteadyClock::new(host.clone());
        host.advance(Span::from_seconds(10));
        assert_eq!((steady.now(), steady.ahead()), (host.now(), Span::ZERO), "forward it follows at once");

        let before = steady.now();
        host.advance(Span::from_hours(-1));
        let mut last = before;
        while last < before + Span::from_micros(500) {
            let now = steady.now();
            assert!(now >= last);
            last = now;
        }
        assert!(steady.ahead() >= Span::from_hours(1));
        host.set(last + Span::from_minutes(1));
        assert_eq!((steady.now(), steady.ahead()), (host.now(), Span::ZERO));

        steady.not_before(host.now() + Span::from_minutes(5));
        assert!(steady.now() >= host.now() + Span::from_minutes(5));
    }
}
