//! Telegram, over real sockets: the adapter against a model of the Bot API, with a small desk.

mod connection;
mod delivery;
mod people;
mod pictures;
mod wire;
mod world;
