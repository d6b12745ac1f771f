//! The pure core: values in, values out. No clock, no input or output, no randomness; `now` is an argument.

pub mod agreement;
pub mod availability;
pub mod calendar;
pub mod clocks;
pub mod condition;
pub mod confidence;
pub mod credit;
pub mod decide;
pub mod doc;
pub mod drill;
pub mod event;
pub mod improvement;
pub mod incident;
pub mod intake;
pub mod interval;
pub mod life;
pub mod notice;
mod number;
pub mod percentile;
pub mod picture;
pub mod ratio;
pub mod reading;
pub mod review;
pub mod schedule;
pub mod score;
pub mod scorecard;
pub mod standing;
pub mod state;
pub mod stopwatch;
pub mod survey;
pub mod time;
pub mod voice;
pub mod watch;
pub mod window;

#[cfg(test)]
mod stories;
#[cfg(test)]
pub(crate) mod testing;
