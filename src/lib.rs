//! Upheld keeps both sides of a service level agreement honest.
//!
//! The map, in the order an event travels: [`sources`] read what monitors send, [`journal`] puts it in order
//! and on the disk through [`store`], [`core`] decides what it means, [`outbox`] carries what is to be said
//! to [`chat`], in the words of [`i18n`] and the pictures of [`chart`], a review whole as a file of [`report`]; what people ask comes back through
//! [`commands`]. [`analysis`] reads what customers write, [`config`] says what was agreed, [`web`] serves HTTP,
//! and [`clock`] is the only source of time and chance.

pub mod analysis;
pub mod announce;
pub mod app;
pub mod board;
pub mod chart;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod core;
pub mod demo;
pub mod directory;
pub mod i18n;
pub mod journal;
pub mod logging;
pub mod outbox;
pub mod privacy;
pub mod report;
pub mod sources;
pub mod store;
pub mod web;
