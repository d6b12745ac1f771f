//! Everything that Upheld says over HTTP: webhooks, health, metrics, and the pages of the web chat.

pub mod board;
pub mod connection;
pub mod console;
pub mod exposure;
pub mod feedback;
pub mod health;
pub mod insight;
pub mod metrics;
pub mod review;
pub mod server;
pub mod site;
mod statics;
pub mod survey;
pub mod webhooks;
pub mod words;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;

use self::site::Site;

/// Puts the routers together. `pages` answer only under the site's own names and to its own pages;
/// `machines` (webhooks, health, metrics) are reached by programs, under any name.
pub fn assemble(site: Arc<Site>, pages: Router, machines: Router) -> Router {
    pages.layer(from_fn_with_state(site, site::guard)).merge(machines)
}
