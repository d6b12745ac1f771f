//! Everything that is held of a person, read from the journal itself: the state forgets what was replaced.

use std::collections::{BTreeMap, BTreeSet};

use crate::chat::web::content::Content;
use crate::core::event::{Entry, Event, PersonId, ProseId};
use crate::core::time::Instant;
use crate::core::voice::{Respondent, Word, Wrote};
use crate::i18n::spoken::text_of;
use crate::journal::chain::Head;
use crate::store::erase::Elsewhere;
use crate::store::people::{Person, Role};
use crate::store::{Store, StoreError};

/// What is held of one person, with all accounts that turned out to be theirs.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// More than one where accounts were linked.
    pub people: Vec<Person>,
    /// What they want to be told, as JSON.
    pub wishes: Vec<String>,
    /// When they were signed in to the web chat: from when until when at most.
    pub sessions: Vec<(Instant, Instant)>,
    /// What they were invited for, or invited others for; when it was made, and when taken.
    pub invitations: Vec<(Role, Instant, Option<Instant>)>,
    /// What they did and said, in order.
    pub said: Vec<Said>,
    /// When they were asked something, and in which round.
    pub asked: Vec<(Instant, String)>,
    /// Updates they wrote and did not send.
    pub drafts: Vec<ProseId>,
    /// What stands in the web chat by them, or for them alone: when, in which room, and the words.
    pub room_lines: Vec<(Instant, String, String)>,
    /// Their texts, without those that were erased.
    pub prose: BTreeMap<ProseId, String>,
    /// Messages on other platforms that were for them alone or show something of theirs.
    pub elsewhere: Elsewhere,
}

/// Something in the journal that is theirs.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub sequence: u64,
    pub at: Instant,
    /// By somebody else for them, such as an answer given by telephone.
    pub for_them: bool,
    pub event: Event,
}

impl Said {
    /// The texts in it, by their ids.
    pub fn texts(&self) -> Vec<&ProseId> {
        let prose = match &self.event {
            Event::Act { act, .. } => act.prose(),
            Event::Voice { word, .. } => word.prose(),
            Event::Improvement { word, .. } => word.prose(),
            Event::Review { word, .. } => word.prose(),
            _ => Vec::new(),
        };
        prose.into_iter().map(|prose| &prose.id).collect()
    }

    /// What was done, in one word of the journal: `reported`, `answered`.
    pub fn kind(&self) -> String {
        let json = serde_json::to_value(&self.event).unwrap_or_default();
        let name = json["act"]["act"].as_str().or_else(|| json["word"]["word"].as_str());
        name.unwrap_or_default().to_owned()
    }

    /// What it is about, as people call it: `INC-42`, `SUR-7`, `FB-3`.
    pub fn about(&self) -> Option<String> {
        match &self.event {
            Event::Act { act, .. } => act.incident().map(|number| number.to_string()),
            Event::Voice { word, .. } => match &**word {
                Word::RoundOpened { round, .. }
                | Word::Answered { round, .. }
                | Word::Commented { round, .. } => Some(round.to_string()),
                Word::Submitted { feedback, .. }
                | Word::Replied { feedback, .. }
                | Word::Added { feedback, .. }
                | Word::Settled { feedback, .. } => Some(feedback.to_string()),
                Word::Quotable { said, .. } => Some(Wrote::from(said).to_string()),
                _ => None,
            },
            Event::Improvement { word, .. } => Some(word.about()),
            Event::Review { word, .. } => word.review().map(|review| review.to_string()),
            _ => None,
        }
    }
}

impl Held {
    /// The ids of everything they wrote.
    pub fn texts(&self) -> impl Iterator<Item = &ProseId> {
        self.said.iter().flat_map(Said::texts).chain(&self.drafts)
    }
}

/// Reads everything that is held of these people, who are one.
///
/// # Errors
/// Those of the database and of a broken journal.
pub async fn gather(store: &Store, people: &BTreeSet<PersonId>) -> Result<Held, StoreError> {
    let mut held = Held::default();
    let mut reader = store.journal_after(Head::START);
    while let Some(entries) = reader.next().await? {
        for entry in entries {
            held.take(people, entry);
        }
    }
    let mut known = store.people().await?;
    let mut wishes = store.notify_preferences().await?;
    for person in people {
        held.people.extend(known.remove(person));
        held.wishes.extend(wishes.remove(person));
        held.sessions.extend(store.sessions_of(person).await?);
        held.invitations.extend(store.invitations_of(person).await?);
        let lines = store.rooms_of(person).await?.into_iter();
        held.room_lines.extend(lines.map(|(at, room, content)| (at, room, words_of(&content))));
    }
    let list: Vec<PersonId> = people.iter().cloned().collect();
    held.drafts = store.drafts_of(&list).await?;
    let texts: Vec<ProseId> = held.texts().cloned().collect();
    held.elsewhere = store.elsewhere(&list, &texts).await?;
    held.prose = store.prose(&texts).await?;
    Ok(held)
}

impl Held {
    fn take(&mut self, people: &BTreeSet<PersonId>, entry: Entry) {
        let Entry { sequence, recorded, event, .. } = entry;
        let (by_them, for_them) = match &event {
            Event::Act { by, .. } => (people.contains(by), false),
            Event::Drill { by, .. } => (by.as_ref().is_some_and(|by| people.contains(by)), false),
            Event::Voice { by, word, .. } => match &**word {
                Word::Answered { respondent: Respondent::Other(person), .. }
                | Word::CommentLabelled { respondent: person, .. } => (false, people.contains(person)),
                Word::Asked { round, people: asked, .. } => {
                    if asked.iter().any(|person| people.contains(person)) {
                        self.asked.push((recorded, round.to_string()));
                    }
                    (false, false)
                }
                _ => (by.as_ref().is_some_and(|by| people.contains(by)), false),
            },
            Event::Improvement { by, .. } | Event::Review { by, .. } => {
                (by.as_ref().is_some_and(|by| people.contains(by)), false)
            }
            _ => (false, false),
        };
        if by_them || for_them {
            self.said.push(Said { sequence, at: recorded, for_them, event });
        }
    }
}

/// What a message of the web chat says, as plain text.
fn words_of(content: &str) -> String {
    match Content::from_json(content) {
        Ok(Content::Line(line)) => line,
        Ok(Content::Said { spoken, .. }) => {
            let (head, rest) = (text_of(&spoken.head), spoken.plain_text());
            if rest.is_empty() { head } else { rest }
        }
        Ok(Content::Erased) | Err(_) => String::new(),
    }
}
