//! The hash chain: what makes a list that was changed, cut or reordered afterwards recognisable. Pure.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::core::time::Instant;

/// The hash of an entry and, through it, of everything before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

/// Where a chain ends: the last entry's number, time and hash. A chain without entries ends at
/// [`Head::START`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub sequence: u64,
    pub recorded: Instant,
    pub hash: Hash,
}

/// The first place where a chain is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    #[error("entry {expected} is missing; after entry {} comes {found}", expected - 1)]
    Gap { expected: u64, found: u64 },
    #[error(
        "entry {sequence} was changed, or one before it: its hash should be {expected}, but {found} is kept"
    )]
    Hash { sequence: u64, expected: Hash, found: String },
    #[error("entry {sequence} ({recorded}) is recorded before the one that precedes it ({previous})")]
    Backwards { sequence: u64, recorded: Instant, previous: Instant },
}

/// Feeds a hash with parts that cannot be confused: each part is preceded by its length in bytes, as eight
/// bytes, most significant first, and numbers are such eight bytes themselves.
#[derive(Debug)]
pub struct Framed(Sha256);

impl Hash {
    /// What the first entry follows.
    pub const ZERO: Self = Self([0; 32]);
}

impl Head {
    pub const START: Self = Self { sequence: 0, recorded: Instant::MIN, hash: Hash::ZERO };

    /// The head after a journal entry that follows this one:
    /// SHA-256(`upheld journal 1` ‖ hash before ‖ sequence ‖ recorded, in microseconds ‖ id ‖ event), each
    /// part framed as [`Framed`] says.
    #[must_use]
    pub fn then(self, recorded: Instant, id: &str, event: &str) -> Self {
        let sequence = self.sequence + 1;
        let hash = Framed::new("upheld journal 1", self.hash)
            .number(sequence)
            .moment(recorded)
            .part(id.as_bytes())
            .part(event.as_bytes())
            .hash();
        Self { sequence, recorded, hash }
    }

    /// Accepts `next` (this head, and what was kept after it) when number, time and hash fit.
    ///
    /// # Errors
    /// The break, when it does not follow.
    pub fn accept(self, sequence: u64, next: Self, kept: &str) -> Result<Self, Break> {
        if sequence != self.sequence + 1 {
            return Err(Break::Gap { expected: self.sequence + 1, found: sequence });
        }
        if !next.hash.matches(kept) {
            return Err(Break::Hash { sequence, expected: next.hash, found: kept.to_owned() });
        }
        if next.recorded < self.recorded {
            return Err(Break::Backwards { sequence, recorded: next.recorded, previous: self.recorded });
        }
        Ok(next)
    }
}

impl Framed {
    /// Begins with a name that keeps this use of the hash apart from every other, and with the hash before.
    pub fn new(purpose: &str, previous: Hash) -> Self {
        Self(Sha256::new()).part(purpose.as_bytes()).part(&previous.0)
    }

    #[must_use]
    pub fn part(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    #[must_use]
    pub fn number(mut self, number: u64) -> Self {
        self.0.update(number.to_be_bytes());
        self
    }

    #[must_use]
    pub fn moment(mut self, moment: Instant) -> Self {
        self.0.update(moment.micros().to_be_bytes());
        self
    }

    /// A part that may be absent; absent differs from empty.
    #[must_use]
    pub fn maybe(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.number(1).part(text.as_bytes()),
            None => self.number(0),
        }
    }

    pub fn hash(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

impl Hash {
    /// Whether `kept` writes this hash in lower-case hex.
    pub fn matches(&self, kept: &str) -> bool {
        let mut written = [0; 64];
        hex::encode_to_slice(self.0, &mut written).is_ok() && written == kept.as_bytes()
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map(|()| Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Instant {
        Instant::from_micros(micros)
    }

    /// (recorded, id, event)
    const ENTRIES: [(i64, &str, &str); 3] = [
        (1_793_491_200_000_000, "tick/1", r#"{"event":"tick","at":1793491200000000}"#),
        (1_793_491_200_000_000, "tick/2", r#"{"event":"tick","at":1793491200000001}"#),
        (1_793_491_260_000_000, "", "中"),
    ];

    /// Computed apart from this program, with Python's hashlib; see the recipe in [`Head::then`].
    const HASHES: [&str; 3] = [
        "b7964fcf2259793d1268b81771d7acb3564c88c93523cd979e10c404823eeffa",
        "31da8a3f3e93e3a5cc4007b71cb99d39015ddff359e820ec979c5a5e9b728a07",
        "8b8ee72c663a8284092f9239779e5e6a5b5aca0ae0ddb5fe66782aa595e5cbee",
    ];

    fn heads() -> Vec<Head> {
        let step = |head: &mut Head, &(recorded, id, event): &(i64, &str, &str)| {
            *head = head.then(at(recorded), id, event);
            Some(*head)
        };
        ENTRIES.iter().scan(Head::START, step).collect()
    }

    #[test]
    fn the_recipe_gives_the_published_hashes() {
        let hashes: Vec<String> = heads().iter().map(|head| head.hash.to_string()).collect();
        assert_eq!(hashes, HASHES);
    }

    #[test]
    fn every_part_counts_and_none_runs_into_the_next() {
        let base = Head::START.then(at(5), "ab", "c");
        for other in [
            Head::START.then(at(6), "ab", "c"),
            Head::START.then(at(5), "a", "bc"),
            Head::START.then(at(5), "abc", ""),
            Head::START.then(at(5), "ab", "C"),
            Head { hash: base.hash, ..Head::START }.then(at(5), "ab", "c"),
            Head { sequence: 1, ..Head::START }.then(at(5), "ab", "c"),
        ] {
            assert_ne!(base.hash, other.hash);
        }
        let maybe = |text| Framed::new("x", Hash::ZERO).maybe(text).hash();
        assert_ne!(maybe(None), maybe(Some("")));
    }

    #[test]
    fn a_gap_a_change_and_a_step_back_are_told_apart() {
        let [first, second, _] = heads()[..] else { panic!("three heads") };
        let kept = second.hash.to_string();
        assert_eq!(first.accept(2, second, &kept), Ok(second));
        assert_eq!(first.accept(3, second, &kept), Err(Break::Gap { expected: 2, found: 3 }));
        let changed = first.accept(2, second, &Hash::ZERO.to_string()).unwrap_err();
        assert_eq!(
            changed,
            Break::Hash { sequence: 2, expected: second.hash, found: Hash::ZERO.to_string() }
        );
        assert!(first.accept(2, second, &kept.to_uppercase()).is_err(), "one spelling only");
        let back = first.then(at(0), "x", "y");
        let back = first.accept(2, back, &back.hash.to_string());
        assert_eq!(back, Err(Break::Backwards { sequence: 2, recorded: at(0), previous: first.recorded }));
    }

    #[test]
    fn a_hash_reads_what_it_writes() {
        let hash = heads()[2].hash;
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert!("12".parse::<Hash>().is_err());
    }
}
