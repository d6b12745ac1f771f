//! The built-in web chat as a platform: rooms kept in the database, shown in browsers, live.
//!
//! [`connect`] posts and edits, [`hub`] tells listening pages that there is something new, [`render`] draws
//! messages as HTML, [`input`] turns what a page sends into what the desk understands. The pages themselves
//! are in [`crate::web::console`].

pub mod connect;
pub mod content;
pub mod hub;
pub mod input;
pub mod render;

pub use connect::WebChat;
pub use hub::{Banner, Hub};
