//! The pages that somebody looks at: each drawn once when its board has changed, and shared by all who look.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant as Moment;
use tokio_util::sync::CancellationToken;

use super::page::{Drawn, Edition};
use crate::board::view::Board;
use crate::board::{Audience, Keeper};

/// A page stays drawn for so long after the last who looked at it.
const LINGER: Duration = Duration::from_secs(60);

pub(super) type Shown = Option<Arc<Drawn>>;
/// What an edition is kept under: the audience, language and zone, and the address.
type Key = (Audience, &'static str, &'static str, String);

/// The pages that are drawn now.
#[derive(Clone, Debug)]
pub(super) struct Gallery(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    keeper: Keeper,
    pages: Mutex<BTreeMap<Key, watch::Sender<Shown>>>,
    stop: CancellationToken,
}

fn key(edition: &Edition) -> Key {
    let Edition { audience, locale, path } = edition;
    (audience.clone(), locale.language.tag(), locale.zone.name(), path.clone())
}

impl Gallery {
    pub(super) fn new(keeper: Keeper, stop: CancellationToken) -> Self {
        Self(Arc::new(Inner { keeper, pages: Mutex::default(), stop }))
    }

    /// A page, now and whenever it has changed; none until it is drawn for the first time.
    pub(super) fn follow(&self, edition: &Edition) -> watch::Receiver<Shown> {
        let mut pages = self.0.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shown) = pages.get(&key(edition)) {
            return shown.subscribe();
        }
        let shown = watch::Sender::new(None);
        let followed = shown.subscribe();
        pages.insert(key(edition), shown.clone());
        let boards = self.0.keeper.follow(&edition.audience);
        tokio::spawn(self.clone().draw(edition.clone(), boards, shown));
        followed
    }

    /// Draws a page whenever its board is another, until nobody has looked for a while.
    async fn draw(
        self,
        edition: Edition,
        mut boards: watch::Receiver<Option<Arc<Board>>>,
        shown: watch::Sender<Shown>,
    ) {
        let edition = Arc::new(edition);
        let mut left: Option<Moment> = None;
        loop {
            let board = boards.borrow_and_update().clone();
            if let Some(board) = board {
                self.redraw(&edition, board, &shown).await;
            }
            left = if shown.is_closed() { left.or_else(|| Some(Moment::now())) } else { None };
            tokio::select! {
                () = self.0.stop.cancelled() => return,
                changed = boards.changed() => if changed.is_err() { return self.forget(&edition) },
                () = alone(&shown, left) => {
                    if left.is_some_and(|left| left.elapsed() >= LINGER) && self.leave(&edition, &shown) {
                        return;
                    }
                }
            }
        }
    }

    async fn redraw(&self, edition: &Arc<Edition>, board: Arc<Board>, shown: &watch::Sender<Shown>) {
        let before = shown.borrow().clone();
        let edition = edition.clone();
        let drawing = tokio::task::spawn_blocking(move || edition.draw(&board, before.as_deref()));
        match drawing.await {
            Ok(Ok(Some(drawn))) => drop(shown.send_replace(Some(Arc::new(drawn)))),
            Ok(Ok(None)) => {}
            Ok(Err(error)) => tracing::error!(%error, "a dashboard could not be drawn"),
            Err(error) => tracing::error!(%error, "the drawing of a dashboard broke off"),
        }
    }

    /// Ends a page, unless somebody has come meanwhile.
    fn leave(&self, edition: &Edition, shown: &watch::Sender<Shown>) -> bool {
        let mut pages = self.0.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let alone = shown.is_closed();
        if alone {
            pages.remove(&key(edition));
        }
        alone
    }

    fn forget(&self, edition: &Edition) {
        let mut pages = self.0.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.remove(&key(edition));
    }
}

/// Waits until nobody looks or, when that is so already, until the page has lingered long enough.
async fn alone(shown: &watch::Sender<Shown>, left: Option<Moment>) {
    match left {
        Some(left) => tokio::time::sleep_until(left + LINGER).await,
        None => shown.closed().await,
    }
}
