//! Tells listening pages that a room changed. What changed they read from the database, so that a page that
//! slept, fell behind or came back misses nothing.

use std::collections::BTreeMap;

use tokio::sync::watch;

use crate::core::time::Instant;
use crate::i18n::Language;

/// Says "something is new" to every page at once. A page that is busy sees only the latest.
#[derive(Debug)]
pub struct Hub {
    latest: watch::Sender<u64>,
    banner: watch::Sender<Option<Banner>>,
}

/// A line above every room, such as what a demonstration will do next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Banner {
    /// In each language; English where one is missing.
    pub texts: BTreeMap<Language, String>,
    /// When that happens; the page counts down.
    pub due: Option<Instant>,
    /// How many seconds of Upheld's clock pass in a real second.
    pub factor: u32,
}

impl Default for Hub {
    fn default() -> Self {
        Self { latest: watch::Sender::new(0), banner: watch::Sender::new(None) }
    }
}

impl Hub {
    /// Wakes every listening page.
    pub fn changed(&self) {
        self.latest.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Resolves at each change from now on.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.latest.subscribe()
    }

    /// Shows a banner on every page, or takes it away.
    pub fn set_banner(&self, banner: Option<Banner>) {
        self.banner.send_if_modified(|shown| {
            let differs = *shown != banner;
            *shown = banner;
            differs
        });
    }

    /// The banner, now and whenever it changes.
    pub fn banners(&self) -> watch::Receiver<Option<Banner>> {
        self.banner.subscribe()
    }
}

impl Banner {
    /// The text for a reader.
    pub fn text(&self, language: Language) -> &str {
        self.texts.get(&language).or_else(|| self.texts.get(&Language::English)).map_or("", String::as_str)
    }
}
