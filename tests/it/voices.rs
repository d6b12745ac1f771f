//! The customer's voice over Discord, Telegram and the web chat at once: the whole program in this process, with
//! a clock that the story sets forward.

mod after_incident;
mod alone;
mod better;
mod complaint;
mod once;
mod schedule;
mod world;
