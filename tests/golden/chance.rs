//! Chance that is the same every time: no machine, library or day has a say in it.

/// SplitMix64, by Steele, Lea and Flood.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One of its own for something that has a number.
    pub const fn of(seed: u64, number: u64) -> Self {
        Self(seed ^ number.wrapping_add(1).wrapping_mul(0xD134_2543_DE82_EF95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From `low` up to, and without, `high`; `low` when there is nothing between.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high.saturating_sub(low)).unwrap_or(0).max(1);
        low.saturating_add(i64::try_from(self.next() % width).unwrap_or(0))
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, percent: i64) -> bool {
        self.between(0, 100) < percent
    }

    /// One of several; there must be one.
    pub fn pick<T: Copy>(&mut self, first: T, all: &[T]) -> T {
        let place = self.between(0, i64::try_from(all.len()).unwrap_or(1));
        usize::try_from(place).ok().and_then(|place| all.get(place)).copied().unwrap_or(first)
    }

    /// The same in another order.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            let place = self.between(0, i64::try_from(last).unwrap_or(0).saturating_add(1));
            all.swap(last, usize::try_from(place).unwrap_or(last));
        }
    }
}
