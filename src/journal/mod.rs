//! What happened, in order: one writer, one chain of hashes, and the state that follows from it.

pub mod chain;
pub mod engine;
mod repeated;
pub mod restore;
#[cfg(test)]
mod tests;

pub use engine::{Announcer, Appended, Composed, Journal, Refused, entry_of};
pub use restore::{BUILD, TZDB};
