//! How notices leave: claimed from the store, sent, settled.
//!
//! [`worker`] moves the messages, [`retry`] decides what a failure means, [`pace`] keeps below the platforms'
//! limits. The last two are pure.

pub mod pace;
pub mod retry;
#[cfg(test)]
mod tests;
pub mod worker;
