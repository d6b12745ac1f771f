//! What the journal writes at once: entries, what they used up, and what follows from them.

use std::sync::Arc;

use super::error::StoreError;
use super::ids::Ids;
use super::inbound::SetMark;
use super::outbox::{self, Message};
use super::prose::Sealed;
use super::tx::Tx;
use super::writer::Write;
use super::{Store, inbound, inbox, journal, prose, unsaid};
use crate::core::event::Entry;
use crate::core::time::Instant;
use crate::journal::chain::Head;

/// One step of the journal, whole or not at all.
#[derive(Clone, Debug)]
pub struct Commit {
    /// When, by the journal's clock.
    pub now: Instant,
    /// When what caused this came in; `now` where nothing from outside did. Messages are as old as their cause.
    pub arrived: Instant,
    /// These follow the last entry there, without a gap.
    pub entries: Vec<Entry>,
    /// The arrivals these entries come from ([`inbox::Arrival::id`]); each is taken once.
    pub taken: Vec<i64>,
    /// Deliveries ([`inbox::Kept::id`]) that could not be understood, with the reason in words.
    pub unreadable: Vec<(i64, String)>,
    /// What people wrote in these entries.
    pub prose: Vec<Sealed>,
    /// Messages said once. One whose key was there before changes nothing.
    pub posts: Vec<Message>,
    /// Living messages as they should read now. An unchanged one changes nothing.
    pub cards: Vec<Message>,
    /// Living messages as they read at their end. One that nobody saw is not sent any more.
    pub endings: Vec<Message>,
    /// The keys of messages that need not be said any more if they still wait.
    pub unsaid: Vec<String>,
    /// Acts of people ([`crate::chat::Inbound::id`]) that are handled with this.
    pub handled: Vec<String>,
    /// Small things to be remembered with this.
    pub marks: Vec<SetMark>,
}

impl Commit {
    /// A step that does nothing yet.
    pub const fn at(now: Instant) -> Self {
        Self {
            now,
            arrived: now,
            entries: Vec::new(),
            taken: Vec::new(),
            unreadable: Vec::new(),
            prose: Vec::new(),
            posts: Vec::new(),
            cards: Vec::new(),
            endings: Vec::new(),
            unsaid: Vec::new(),
            handled: Vec::new(),
            marks: Vec::new(),
        }
    }
}

impl Store {
    /// Writes one step of the journal and returns where the journal ends then.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the entries do not follow, an entry's id was there before, or an
    /// arrival was taken before; and those of the database. Nothing is written then.
    pub async fn commit(&self, commit: Commit) -> Result<Head, StoreError> {
        let speaks = !(commit.posts.is_empty() && commit.cards.is_empty() && commit.endings.is_empty());
        let head = self.write(Numbered { commit, ids: Arc::clone(&self.parts().ids) }).await?;
        if speaks {
            self.parts().changed.outbox.notify_one();
        }
        Ok(head)
    }
}

struct Numbered {
    commit: Commit,
    ids: Arc<Ids>,
}

impl Write for Numbered {
    type Out = Head;

    async fn apply(&self, tx: &mut Tx) -> Result<Head, StoreError> {
        let Commit { now, arrived, entries, taken, unreadable, prose: written, handled, marks, .. } =
            &self.commit;
        let Commit { posts, cards, endings, unsaid, .. } = &self.commit;
        let head = journal::append(tx, entries).await?;
        inbox::take(tx, taken).await?;
        for (delivery, reason) in unreadable {
            inbox::note_unreadable(tx, *delivery, reason).await?;
        }
        prose::keep(tx, written).await?;
        unsaid::drop_waiting(tx, unsaid).await?;
        unsaid::end_cards(tx, &self.ids, endings, *arrived).await?;
        outbox::put_cards(tx, &self.ids, cards, *arrived).await?;
        outbox::put_posts(tx, &self.ids, posts, *arrived).await?;
        inbound::note(tx, handled, *now).await?;
        for mark in marks {
            inbound::set_mark(tx, mark).await?;
        }
        Ok(head)
    }
}
