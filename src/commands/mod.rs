//! What people can ask: one definition ([`spec`]), one check ([`access`]), one place that runs it ([`desk`]).

pub mod access;
mod acts;
mod anonymous;
mod answer;
mod asking;
pub mod channels;
mod choose;
pub mod desk;
mod feedback;
mod held;
mod inbox;
mod link;
mod near;
mod page;
mod people;
mod preview;
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
