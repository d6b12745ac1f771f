//! Texts are kept as long as the settings say, then their keys go. The journal's facts stay as they are.

use crate::core::event::{Event, ProseId};
use crate::core::time::Instant;
use crate::core::voice::Word;
use crate::store::erase::Erase;
use crate::store::inbound::SetMark;
use crate::store::{Store, StoreError};

/// The moments before which texts of each kind are forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub feedback_texts: Instant,
    pub survey_comments: Instant,
}

/// A kind of text with a time of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Feedback,
    Comment,
}

impl Kind {
    /// Where it is remembered up to which entry of the journal this kind was forgotten.
    const fn mark(self) -> &'static str {
        match self {
            Self::Feedback => "retention/feedback_texts",
            Self::Comment => "retention/survey_comments",
        }
    }

    const fn is(self, word: &Word) -> bool {
        let of = match word {
            Word::Answered { .. } | Word::Commented { .. } => Self::Comment,
            _ => Self::Feedback,
        };
        matches!((self, of), (Self::Feedback, Self::Feedback) | (Self::Comment, Self::Comment))
    }
}

/// Forgets the texts that are older than `limits`, a page of the journal at a time. Each entry is looked at once.
///
/// # Errors
/// Those of the database; the next call goes on where this one stopped.
pub async fn forget(store: &Store, limits: Limits, now: Instant) -> Result<(), StoreError> {
    for (kind, before) in [(Kind::Feedback, limits.feedback_texts), (Kind::Comment, limits.survey_comments)] {
        forget_kind(store, kind, before, now).await?;
    }
    Ok(())
}

async fn forget_kind(store: &Store, kind: Kind, before: Instant, now: Instant) -> Result<(), StoreError> {
    let done = store.mark(kind.mark()).await?.and_then(|mark| mark.parse::<u64>().ok()).unwrap_or(0);
    // A restored backup may end before what was looked at.
    let Some(head) = store.journal_head_at(done).await? else { return Ok(()) };
    let mut reader = store.journal_after(head);
    while let Some(entries) = reader.next().await? {
        let old: Vec<_> = entries.iter().take_while(|entry| entry.recorded < before).collect();
        let prose: Vec<ProseId> = old
            .iter()
            .filter_map(|entry| match &entry.event {
                Event::Voice { word, .. } if kind.is(word) => Some(word.prose()),
                _ => None,
            })
            .flatten()
            .map(|prose| prose.id.clone())
            .collect();
        let Some(last) = old.last() else { return Ok(()) };
        let mark = SetMark { name: kind.mark().to_owned(), value: last.sequence.to_string() };
        store.write((Erase { prose, people: Vec::new(), now }, mark)).await?;
        if old.len() < entries.len() {
            return Ok(());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::event::{Entry, PersonId};
    use crate::core::voice::{Remark, RoundNumber};
    use crate::store::commit::Commit;
    use crate::store::prose::Sealed;
    use crate::store::testing::{Base, on_both};

    fn at(seconds: i64) -> Instant {
        Instant::from_seconds(1_000_000 + seconds)
    }

    #[tokio::test]
    async fn each_kind_of_text_is_kept_as_long_as_it_may_be_and_the_journal_stays() {
        on_both(async |base: Base| {
            let store = base.open().await;
            let mut ids = Vec::new();
            for n in 0..6_u64 {
                let moment = at(i64::try_from(n).unwrap());
                let sealed = Sealed::new(&format!("text {n}"), moment).unwrap();
                let text = sealed.reference();
                ids.push(text.id.clone());
                let word = match n % 2 {
                    0 => Word::Commented {
                        round: RoundNumber(1),
                        text: Remark { text, reading: None, uncovered: false },
                    },
                    _ => Word::Added { feedback: crate::core::voice::FeedbackNumber(1), text },
                };
                let event = Event::Voice { at: moment, by: Some(PersonId::new("p")), word: Box::new(word) };
                let entry = Entry { sequence: n + 1, id: format!("e{n}"), recorded: moment, event };
                let commit = Commit { entries: vec![entry], prose: vec![sealed], ..Commit::at(moment) };
                store.commit(commit).await.unwrap();
            }
            let left = async || {
                let texts = store.prose(&ids).await.unwrap();
                (0..6).filter(|n| texts.contains_key(&ids[*n])).collect::<Vec<_>>()
            };
            let limits =
                |feedback, comments| Limits { feedback_texts: at(feedback), survey_comments: at(comments) };
            let head = store.journal_head().await.unwrap();
            forget(&store, limits(0, 0), at(9)).await.unwrap();
            assert_eq!(left().await, [0, 1, 2, 3, 4, 5]);
            forget(&store, limits(0, 3), at(9)).await.unwrap();
            assert_eq!(left().await, [1, 3, 4, 5]);
            // Longer again brings nothing back, and the other kind has its own time.
            forget(&store, limits(2, 1), at(9)).await.unwrap();
            assert_eq!(left().await, [3, 4, 5]);
            forget(&store, limits(99, 99), at(99)).await.unwrap();
            assert_eq!(left().await, [] as [usize; 0]);
            assert_eq!(store.verify_journal().await.unwrap(), Ok(head));
            store.close().await;
        })
        .await;
    }
}
