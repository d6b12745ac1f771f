//! A message's picture as a file, for platforms that take no SVG. Drawing is work for the processor, so it is
//! done beside the runtime; a picture that cannot be had is told in words, and the message goes out all the same.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use resvg::usvg::fontdb::Database;

use crate::chart::{self, Fonts, Png};
use crate::i18n::spoken::Spoken;

/// A message waits no longer for its picture.
const LONGEST: Duration = Duration::from_secs(5);

/// The fonts of this machine, looked up when the first picture is drawn. Of each file only the parts in use
/// are read.
fn fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(|| {
        let mut database = Database::new();
        database.load_system_fonts();
        Fonts::new(database)
    })
}

/// The picture of a message; none when it has none, or none that can be drawn here.
pub(super) async fn png(spoken: &Spoken) -> Option<Png> {
    let picture = spoken.picture.as_deref()?.clone();
    let drawing = tokio::task::spawn_blocking(move || chart::png(&picture, fonts()));
    let reason = match tokio::time::timeout(LONGEST, drawing).await {
        Ok(Ok(Ok(png))) => return Some(png),
        Ok(Ok(Err(reason))) => reason.to_string(),
        Ok(Err(_)) => "drawing it broke off".to_owned(),
        Err(_) => "drawing it took too long".to_owned(),
    };
    static TOLD: AtomicBool = AtomicBool::new(false);
    if !TOLD.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            reason,
            "a picture is told in words instead; fonts with every letter are in Debian's fonts-noto-cjk (told once)"
        );
    }
    None
}
