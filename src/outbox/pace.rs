//! Pacing: when the next message may go to a place, so that no platform has to refuse. Pure; `now` is any
//! steadily running time (real time, also where the program's clock is scaled or stands still).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::chat::{Address, Platform};

/// A steady rate with some room for a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Between two messages, in the long run.
    pub every: Duration,
    /// So many may go at once after a rest; at least one.
    pub burst: u32,
}

/// What one platform bears.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// All messages together; none means no limit.
    pub overall: Option<Rate>,
    /// Each place.
    pub place: Vec<Rate>,
    /// Each group besides, where groups have limits of their own (Telegram).
    pub group: Vec<Rate>,
}

impl Limits {
    /// No browser refuses anything, but nobody reads more, and each change costs a commit: when a card changes
    /// faster than this, its edits collapse.
    pub fn web() -> Self {
        Self { place: vec![Rate::new(Duration::from_millis(40), 50)], ..Self::default() }
    }
}

/// What holds for a platform without settings.
static NONE: Limits = Limits { overall: None, place: Vec::new(), group: Vec::new() };

/// The limits of all platforms; one that is not named has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaceSettings(pub BTreeMap<Platform, Limits>);

impl Rate {
    pub const fn new(every: Duration, burst: u32) -> Self {
        Self { every, burst }
    }
}

impl Default for PaceSettings {
    /// Somewhat below what the platforms publish.
    fn default() -> Self {
        let ms = Duration::from_millis;
        let discord = Limits {
            // 50 requests a second for a bot, 5 in 5 seconds for a channel.
            overall: Some(Rate::new(ms(22), 20)),
            place: vec![Rate::new(ms(1000), 5)],
            group: Vec::new(),
        };
        let telegram = Limits {
            // 30 messages a second overall, one a second for a chat, 20 a minute for a group.
            overall: Some(Rate::new(ms(34), 15)),
            place: vec![Rate::new(ms(1000), 1)],
            group: vec![Rate::new(ms(3000), 10)],
        };
        Self(BTreeMap::from([
            (Platform::Discord, discord),
            (Platform::Telegram, telegram),
            (Platform::Web, Limits::web()),
        ]))
    }
}

/// When a rate next has room, as one number (the "generic cell rate algorithm"): the moment at which the
/// bucket will be full again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bucket {
    full_at: Duration,
}

impl Bucket {
    /// The earliest moment from `now` on at which one more fits.
    fn free_at(self, rate: Rate, now: Duration) -> Duration {
        let room = rate.every.saturating_mul(rate.burst.max(1) - 1);
        self.full_at.saturating_sub(room).max(now)
    }

    fn take(&mut self, rate: Rate, at: Duration) {
        self.full_at = self.full_at.max(at).saturating_add(rate.every);
    }
}

/// What limits one place.
#[derive(Clone, Debug, Default)]
struct Place {
    buckets: Vec<Bucket>,
    held_until: Duration,
    /// Every address that was spoken to and shares these limits: a Telegram chat and its topics.
    addresses: BTreeSet<Address>,
}

/// Keeps the pace of all platforms.
#[derive(Clone, Debug)]
pub struct Pace {
    settings: PaceSettings,
    overall: BTreeMap<Platform, Bucket>,
    places: BTreeMap<Address, Place>,
}

/// What must wait now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Busy {
    pub places: BTreeSet<Address>,
    pub platforms: BTreeSet<Platform>,
    /// When the first of these becomes free.
    pub until: Option<Duration>,
}

impl Pace {
    pub const fn new(settings: PaceSettings) -> Self {
        Self { settings, overall: BTreeMap::new(), places: BTreeMap::new() }
    }

    /// Keeps another pace from now on; what was sent still counts.
    pub fn tune(&mut self, settings: PaceSettings) {
        self.settings = settings;
    }

    /// The earliest moment at which a message may go to `to`; it counts from this call on.
    pub fn reserve(&mut self, to: &Address, now: Duration) -> Duration {
        let limits = self.settings.0.get(&to.platform).unwrap_or(&NONE);
        let rates = rates(limits, to);
        let place = self.places.entry(shared(to)).or_default();
        place.addresses.insert(to.clone());
        place.buckets.resize(rates.len(), Bucket::default());
        let overall = self.overall.entry(to.platform).or_default();
        let mut at = place.held_until.max(now);
        for (bucket, rate) in place.buckets.iter().zip(&rates) {
            at = bucket.free_at(*rate, at);
        }
        if let Some(rate) = limits.overall {
            at = overall.free_at(rate, at);
            overall.take(rate, at);
        }
        for (bucket, rate) in place.buckets.iter_mut().zip(&rates) {
            bucket.take(*rate, at);
        }
        at
    }

    /// Nothing goes to `to` before `until`: the platform asked for a rest.
    pub fn hold(&mut self, to: &Address, until: Duration) {
        let place = self.places.entry(shared(to)).or_default();
        place.addresses.insert(to.clone());
        place.held_until = place.held_until.max(until);
    }

    /// What has no room at `now`. Forgets places that have rested.
    pub fn busy(&mut self, now: Duration) -> Busy {
        self.places.retain(|_, place| {
            place.held_until > now || place.buckets.iter().any(|bucket| bucket.full_at > now)
        });
        let mut busy = Busy::default();
        for (address, place) in &self.places {
            let rates = rates(self.settings.0.get(&address.platform).unwrap_or(&NONE), address);
            let free = place
                .buckets
                .iter()
                .zip(&rates)
                .fold(place.held_until.max(now), |at, (bucket, rate)| bucket.free_at(*rate, at));
            if free > now {
                busy.places.extend(place.addresses.iter().cloned());
                busy.until = Some(busy.until.map_or(free, |until| until.min(free)));
            }
        }
        for (platform, bucket) in &self.overall {
            let rate = self.settings.0.get(platform).and_then(|limits| limits.overall);
            let free = rate.map_or(now, |rate| bucket.free_at(rate, now));
            if free > now {
                busy.platforms.insert(*platform);
                busy.until = Some(busy.until.map_or(free, |until| until.min(free)));
            }
        }
        busy
    }
}

/// Telegram's limits are a chat's, whatever the topic; a thread of Discord is a channel of its own.
fn shared(to: &Address) -> Address {
    match to.platform {
        Platform::Telegram => Address { thread: None, ..to.clone() },
        Platform::Discord | Platform::Web => to.clone(),
    }
}

fn rates(limits: &Limits, to: &Address) -> Vec<Rate> {
    // Telegram gives groups negative numbers.
    let group = if to.channel.starts_with('-') { &limits.group[..] } else { &[] };
    limits.place.iter().chain(group).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    /// When `count` messages that are all ready at once may go to `to`.
    fn times(pace: &mut Pace, to: &str, count: usize) -> Vec<Duration> {
        (0..count).map(|_| pace.reserve(&address(to), Duration::ZERO)).collect()
    }

    /// The most messages in any stretch of `window`.
    fn most_in(times: &[Duration], window: Duration) -> usize {
        let within = |from: &Duration| times.iter().filter(|at| *at >= from && **at - *from < window).count();
        times.iter().map(within).max().unwrap_or(0)
    }

    #[test]
    fn no_window_holds_more_than_the_platform_allows() {
        let mut pace = Pace::new(PaceSettings::default());
        let group = times(&mut pace, "telegram:-1001", 100);
        assert!(most_in(&group, seconds(1.0)) <= 1);
        assert!(most_in(&group, seconds(60.0)) <= 30, "10 at once, then 20 a minute");
        let steady = &group[20..];
        assert!(most_in(steady, seconds(60.0)) <= 20);

        let mut pace = Pace::new(PaceSettings::default());
        let person = times(&mut pace, "telegram:@7", 60);
        assert_eq!(person.last(), Some(&seconds(59.0)), "a person is not a group");

        let mut pace = Pace::new(PaceSettings::default());
        let channel = times(&mut pace, "discord:1", 50);
        assert!(most_in(&channel, seconds(5.0)) <= 9 && most_in(&channel[5..], seconds(5.0)) <= 5);

        let mut pace = Pace::new(PaceSettings::default());
        let mut many: Vec<Duration> =
            (1..=300).map(|n| pace.reserve(&address(&format!("discord:{n}")), Duration::ZERO)).collect();
        many.sort();
        assert!(most_in(&many[20..], seconds(1.0)) <= 46);

        let room = times(&mut pace, "web:operators", 200);
        assert_eq!(room[..50], [Duration::ZERO; 50]);
        assert!(most_in(&room[50..], seconds(1.0)) <= 26, "no faster than people read");
    }

    #[test]
    fn topics_share_the_limits_of_their_chat_and_threads_do_not() {
        let mut pace = Pace::new(PaceSettings::default());
        pace.reserve(&address("telegram:-1001/7"), Duration::ZERO);
        assert_eq!(pace.reserve(&address("telegram:-1001/8"), Duration::ZERO), seconds(1.0));
        let busy = pace.busy(Duration::ZERO);
        assert_eq!(busy.places, BTreeSet::from([address("telegram:-1001/7"), address("telegram:-1001/8")]));
        for _ in 0..5 {
            pace.reserve(&address("discord:1/2"), Duration::ZERO);
        }
        assert_eq!(pace.reserve(&address("discord:1/3"), Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn a_rest_that_was_asked_for_is_kept_and_then_forgotten() {
        let mut pace = Pace::new(PaceSettings(BTreeMap::new()));
        pace.hold(&address("web:operators"), seconds(9.0));
        pace.hold(&address("web:operators"), seconds(5.0));
        let busy = pace.busy(seconds(1.0));
        assert_eq!((busy.places.len(), busy.until), (1, Some(seconds(9.0))));
        assert_eq!(pace.reserve(&address("web:operators"), seconds(1.0)), seconds(9.0));
        assert_eq!(pace.busy(seconds(9.0)), Busy::default());
        assert!(pace.places.is_empty(), "nothing is kept of a place that rested");
    }

    #[test]
    fn a_full_platform_is_busy_until_it_has_room() {
        let rate = Rate::new(seconds(1.0), 2);
        let limits = Limits { overall: Some(rate), ..Limits::default() };
        let mut pace = Pace::new(PaceSettings(BTreeMap::from([(Platform::Web, limits)])));
        assert_eq!(times(&mut pace, "web:a", 1), [Duration::ZERO]);
        assert!(pace.busy(Duration::ZERO).platforms.is_empty());
        assert_eq!(times(&mut pace, "web:b", 2), [Duration::ZERO, seconds(1.0)]);
        let busy = pace.busy(seconds(0.5));
        assert_eq!(busy.platforms, BTreeSet::from([Platform::Web]));
        assert_eq!(busy.until, Some(seconds(2.0)));
        assert_eq!(pace.busy(seconds(2.0)), Busy::default());
    }
}
