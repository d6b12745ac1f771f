//! Everything Upheld says by itself: the living cards and the short messages around them, each a pure
//! function from plain facts to a [`Doc`](crate::core::doc::Doc), with samples that a test renders.

pub mod card;
pub mod clock;
pub mod corrected;
pub mod customer;
pub mod destination;
pub mod digest;
pub mod drill;
pub mod feedback;
pub mod forms;
pub mod history;
pub mod improvement;
pub mod legend;
pub mod monitor;
pub mod quote;
pub mod reopened;
pub mod resolved;
pub mod review;
pub mod roused;
mod rows;
pub mod scorecard;
pub mod stray;
pub mod survey;
pub mod view;
pub mod words;

pub use rows::clock_row;

#[cfg(test)]
pub mod samples;
