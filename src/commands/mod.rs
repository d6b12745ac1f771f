//! What people can ask: one definition ([`spec`]), one check ([`access`]), one place that runs it ([`desk`]).

pub mod access;
mod acts;
mod anonymous;
mod answer;
mod asking;
pub mod channels;
mod choose;
pub mod desk;
mod held;
mod link;
mod near;
mod page;
mod people;
mod preview;
mod privacy;
mod rates;
mod read;
mod reading;
mod revoke;
pub mod spec;
pub mod status;
mod survey;
mod update;
pub mod why;
pub mod words;
