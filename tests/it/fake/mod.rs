//! Model fakes: each holds a platform's state, speaks its real wire format on port 0, and takes faults.

pub mod discord;
pub mod telegram;
