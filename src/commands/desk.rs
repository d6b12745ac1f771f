//! The desk: every command, button and form of every platform comes here, and its answer goes back.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use sha2::{Digest, Sha256};

use crate::announce::{Announcements, review_of, round_of};
use crate::chat::{Account, Answer, Ask, CommandSpec, Health, Inbound, Platform, leaves_no_trace};
use crate::commands::access::{Place, Refusal, Scope, access};
use crate::commands::anonymous::Tickets;
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::channels::{feedback_of, incident_of};
use crate::commands::held::Held;
use crate::commands::link::Codes;
use crate::commands::page::page;
use crate::commands::preview::Preview;
use crate::commands::rates::{Class, Heard, Rates};
use crate::commands::reading::Learnt;
use crate::commands::spec::{self, Command, Misread};
use crate::commands::update::Wanted;
use crate::core::doc::{Button, Doc, Form, Press, Text, Tone, Value, Weight};
use crate::core::event::{PersonId, ProseId};
use crate::core::time::{Instant, Span};
use crate::directory::{Directory, Shared};
use crate::i18n::spoken::Spoken;
use crate::i18n::{
    Facts, KnownPerson, Language, Locale, referenced, referenced_by_form, speak, speak_form, speak_in_full,
};

use crate::journal::Journal;
use crate::store::record::{Chain, Outcome as Sent, Record, Said};
use crate::store::{Store, StoreError};

/// The longest command line that is read, in bytes.
const LONGEST_LINE: usize = 16_000;
/// An account may try so many invitations within [`TRIES_WITHIN`].
const TRIES: usize = 5;
const TRIES_WITHIN: Span = Span::from_minutes(10);

/// Reads the configuration again.
pub trait Reload: Send + Sync + fmt::Debug {
    /// What became of it: a line for people, and whether the new configuration is in force.
    fn reload(&self) -> BoxFuture<'_, Reloaded>;
}

/// What became of a reload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reloaded {
    /// In force; how many agreements have a new version, the changed keys that wait for the next start, and the
    /// customers whose agreement has no file any more while incidents under it are open.
    Done { changed: usize, waiting: Vec<&'static str>, departing: Vec<String> },
    /// People and channels are the new ones, all else is the old, because the database failed in between. What it
    /// said, in English.
    Half { problems: Vec<String> },
    /// The old configuration stays in force. What is wrong, in English, as `upheld check` says it.
    Refused { problems: Vec<String> },
}

/// The states of the parts, for `/status`.
pub type PartStates = Arc<dyn Fn() -> Vec<(String, Health)> + Send + Sync>;

/// Answers people.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    journal: Journal,
    store: Store,
    directory: Arc<Shared>,
    announcements: Arc<Announcements>,
    reload: Arc<dyn Reload>,
    parts: PartStates,
    learnt: Learnt,
    tries: Mutex<BTreeMap<Account, VecDeque<Instant>>>,
    rates: Rates,
    held: Held,
    codes: Codes,
    tickets: Tickets,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").finish_non_exhaustive()
    }
}

impl Desk {
    pub fn new(
        journal: Journal,
        store: Store,
        directory: Arc<Shared>,
        announcements: Arc<Announcements>,
        reload: Arc<dyn Reload>,
        parts: PartStates,
        learnt: Learnt,
    ) -> Self {
        Self(Arc::new(Inner {
            journal,
            store,
            directory,
            announcements,
            reload,
            parts,
            learnt,
            tries: Mutex::default(),
            rates: Rates::default(),
            held: Held::default(),
            codes: Codes::default(),
            tickets: Tickets::default(),
        }))
    }

    pub(super) fn journal(&self) -> &Journal {
        &self.0.journal
    }

    pub(super) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(super) fn directory(&self) -> &Shared {
        &self.0.directory
    }

    pub(super) fn announcements(&self) -> &Announcements {
        &self.0.announcements
    }

    /// Holds a command's words for the asker, and gives the line that stands for them.
    pub(super) fn hold(&self, asking: &Asking, words: Vec<String>) -> Option<String> {
        self.0.held.keep(&asking.account, words, asking.now)
    }

    pub(super) fn learnt(&self) -> &Learnt {
        &self.0.learnt
    }

    pub(super) fn codes(&self) -> &Codes {
        &self.0.codes
    }

    pub(super) fn held(&self) -> &Held {
        &self.0.held
    }

    pub(super) fn tickets(&self) -> &Tickets {
        &self.0.tickets
    }

    pub(super) fn parts(&self) -> Vec<(String, Health)> {
        (self.0.parts)()
    }

    /// Whether this account may try another invitation now.
    pub(super) fn may_try(&self, account: &Account, now: Instant) -> bool {
        let mut tries = self.0.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.retain(|_, times| times.back().is_some_and(|last| now - *last < TRIES_WITHIN));
        let times = tries.entry(account.clone()).or_default();
        times.retain(|at| now - *at < TRIES_WITHIN);
        times.push_back(now);
        times.len() <= TRIES
    }

    async fn answer(&self, inbound: Inbound) -> Answer {
        let directory = self.directory().get();
        let mut asking = self.asking(&directory, &inbound);
        match self.0.rates.hear(&asking.account, Class::of(&asking.rights), asking.now) {
            Heard::Yes => {}
            Heard::TooMuch => {
                let untraced = leaves_no_trace(&name_of(&inbound.ask));
                let account = (!untraced).then(|| tracing::field::display(&asking.account));
                tracing::warn!(account, "an account asks more than its share");
                let reply = Reply::Private(asking.refuse_key("error-too-much"));
                return self.speak(&directory, &asking, reply.traced(!untraced)).await;
            }
            Heard::Silence => return Answer::Nothing,
        }
        let ask = match &inbound.ask {
            Ask::ReplyTo { message, text } => self.reply(&asking, message, text).await,
            ask => Ok(Some(ask.clone())),
        };
        let untraced = matches!(&ask, Ok(Some(ask)) if leaves_no_trace(&name_of(ask)));
        let (kind, outcome) = match ask {
            Ok(None) => return Answer::Nothing,
            Err(error) => {
                tracing::error!(%error, "the message that was answered could not be looked up");
                ("reply".to_owned(), Err(asking.refuse_key("error-not-read")))
            }
            Ok(Some(ask)) => match self.read(&asking, &ask) {
                Ok(None) => return Answer::Nothing,
                Err(doc) => ("misread".to_owned(), Err(doc)),
                Ok(Some(command)) => {
                    let name = name_of(&ask);
                    let besides = command.besides();
                    let outcome = self.run(&mut asking, command, &name).await;
                    let outcome = asking.marked(outcome);
                    (name.clone(), self.carry(&asking, &name, &besides, outcome))
                }
            },
        };
        let reply = outcome.unwrap_or_else(Reply::Private).traced(!untraced);
        let answer = self.speak(&directory, &asking, reply).await;
        if !untraced {
            self.record(&asking, &kind, &answer).await;
        }
        answer
    }

    fn asking(&self, directory: &Directory, inbound: &Inbound) -> Asking {
        let person = directory.person(&inbound.account).map(|person| person.id.clone());
        let rights = person.as_ref().map(|person| directory.rights(person)).unwrap_or_default();
        let bound = directory.binding(&inbound.from, inbound.parent.as_ref());
        let locale = match bound {
            Some(binding) if !inbound.from.direct => binding.locale,
            _ => directory.locale_of(&inbound.account, inbound.language),
        };
        Asking {
            id: inbound.id.clone(),
            account: inbound.account.clone(),
            display_name: inbound.display_name.chars().take(80).collect(),
            from: inbound.from.clone(),
            parent: inbound.parent.clone(),
            person,
            rights,
            place: directory.place(&inbound.from, inbound.parent.as_ref()),
            aloud: is_aloud(inbound),
            scope: Scope::Of(std::collections::BTreeSet::new()),
            locale,
            now: self.journal().now(),
            exercise: Arc::default(),
        }
    }

    /// A text written under a message about an incident: a customer tells something, an operator notes it. Under
    /// one about feedback a customer adds to it, and an operator may mean to answer; under a survey it is a comment,
    /// under a review a point of the agenda. None when the message is about none of these, or none of ours.
    async fn reply(&self, asking: &Asking, message: &str, text: &str) -> Result<Option<Ask>, StoreError> {
        let row = self.store().message_at(&asking.from, message).await?;
        let Some(key) = row.as_ref().map(|row| row.message.key.as_str()) else { return Ok(None) };
        let staff = asking.place == Place::Operators || !asking.rights.roles.is_empty();
        let command = match (incident_of(key), feedback_of(key), round_of(key)) {
            (Some(number), ..) if staff => format!("note {number}"),
            (Some(number), ..) => format!("say {number}"),
            // What colleagues say to each other is not for the customer: it is asked first.
            (_, Some(number), _) if staff => format!("inbox answer {number} --unsure"),
            (_, Some(number), _) => format!("feedback --about {number}"),
            (.., Some(round)) => format!("comment {round}"),
            (None, None, None) => match review_of(key) {
                Some(review) => format!("review agenda {review}"),
                None => return Ok(None),
            },
        };
        // What is kept letter by letter is refused when it is too long, never cut.
        let whole = feedback_of(key).is_some();
        let text = if whole { text.to_owned() } else { text.chars().take(LONGEST_LINE / 4).collect() };
        Ok(Some(Ask::Filled { command, values: BTreeMap::from([("text".to_owned(), text)]) }))
    }

    /// The command that was asked for; none for a text that was not meant for Upheld.
    fn read(&self, asking: &Asking, ask: &Ask) -> Result<Option<Command>, Doc> {
        let misread = |misread| misread_doc(asking, misread);
        let line = |line: &str| -> Result<Vec<String>, Doc> {
            if line.len() > LONGEST_LINE {
                return Err(asking.refuse_key("error-too-long"));
            }
            spec::split(line).map_err(misread)
        };
        let words = match ask {
            Ask::Line(text) | Ask::Press { command: text, .. } => line(text)?,
            Ask::Words(words) if words.iter().map(String::len).sum::<usize>() > LONGEST_LINE => {
                return Err(asking.refuse_key("error-too-long"));
            }
            Ask::Words(words) => words.clone(),
            Ask::Filled { command, values } => {
                let mut words = line(command)?;
                let given = values.iter().filter(|(_, value)| !value.trim().is_empty());
                words.extend(given.map(|(name, value)| format!("--{name}={value}")));
                words
            }
            Ask::ReplyTo { .. } => return Ok(None),
        };
        let words = self.0.held.restore(&asking.account, words, asking.now);
        let words = words.ok_or_else(|| asking.refuse_key("error-held-gone"))?;
        spec::read(&words).map(Some).map_err(misread)
    }

    /// Lets what was given beside the object go along with every button and form that asks back for the
    /// rest of the same command, and keeps every line within what a button carries.
    fn carry(&self, asking: &Asking, name: &str, besides: &[String], outcome: Outcome) -> Outcome {
        let buttons = |buttons: &mut Vec<Button>, besides: &[String]| {
            for button in buttons {
                if let Press::Command(line) = &mut button.press {
                    *line = self.line(asking, name, line, besides);
                }
            }
        };
        match outcome {
            Err(mut doc) => {
                buttons(&mut doc.buttons, besides);
                Err(doc)
            }
            Ok(Reply::Form(mut form)) => {
                // A form asks for the text, so none was given.
                form.command = self.line(asking, name, &form.command, besides);
                Ok(Reply::Form(form))
            }
            Ok(mut reply) => {
                match &mut reply {
                    Reply::Open(doc) | Reply::Private(doc) | Reply::Once(doc) => {
                        buttons(&mut doc.buttons, &[]);
                    }
                    Reply::Preview(preview) => buttons(&mut preview.frame.buttons, &[]),
                    // Those of pages are looked at when they are cut.
                    Reply::Pages { .. } | Reply::OncePages { .. } | Reply::Form(_) | Reply::Nothing => {}
                }
                Ok(reply)
            }
        }
    }

    fn line(&self, asking: &Asking, name: &str, line: &str, besides: &[String]) -> String {
        let Ok(words) = spec::split(line) else { return line.to_owned() };
        let known = |word: &String| words.iter().any(|other| spec::option_of(other) == spec::option_of(word));
        let same = words.first().is_some_and(|first| first == name);
        let more: Vec<String> = besides.iter().filter(|word| same && !known(word)).cloned().collect();
        if more.is_empty() && line.len() <= Press::LIMIT {
            return line.to_owned();
        }
        let mut whole = words;
        whole.splice(1..1, more.iter().cloned());
        let short = shlex::try_join(whole.iter().map(String::as_str)).ok();
        let short =
            short.filter(|short| short.len() <= Press::LIMIT && !more.iter().any(|word| is_text(word)));
        short
            .or_else(|| self.0.held.keep(&asking.account, whole, asking.now))
            .unwrap_or_else(|| line.to_owned())
    }

    async fn run(&self, asking: &mut Asking, command: Command, name: &str) -> Outcome {
        asking.scope = match access(&asking.caller(), &command) {
            Ok(scope) => scope,
            Err(Refusal::Private) => return Err(self.aloud(asking, &command, name).await),
            Err(refusal) => return Err(refused(asking, refusal, name)),
        };
        asking.scope = self.leaving(asking, asking.scope.clone()).await?;
        let asking = &*asking;
        match command {
            Command::Status { customer_or_service, service, page } => {
                self.status(asking, customer_or_service.as_deref(), service.as_deref(), page).await
            }
            Command::Why { .. } => self.why(asking, &command).await,
            Command::Incidents { all, page } => self.incidents(asking, all, page).await,
            Command::Incident { incident, customer, page } => {
                self.incident(asking, incident, customer.as_deref(), page).await
            }
            Command::Preview { incident, customer } => {
                self.preview(asking, incident, customer.as_deref()).await
            }
            Command::Log { page } => self.log(asking, page).await,
            Command::Help { topic } => self.help(asking, topic.as_deref()),
            Command::Update { incident, text, customer, filled, draft, again, page } => {
                let wanted = Wanted {
                    words: &text,
                    filled: filled.as_ref(),
                    customer: customer.as_deref(),
                    draft: draft.as_deref(),
                    again,
                    page,
                };
                self.update(asking, incident, wanted).await
            }
            Command::Inbox { .. } => self.inbox(asking, &command).await,
            Command::Survey { .. }
            | Command::Voice { .. }
            | Command::Answer { .. }
            | Command::Comment { .. } => self.surveying(asking, &command).await,
            Command::Whoami => self.whoami(asking),
            Command::Privacy { action, person, sure, page } => {
                self.privacy(asking, action, person.as_deref(), sure, page).await
            }
            Command::Notify { kind, how } => self.notify(asking, kind, how).await,
            Command::Bind { to, language, zone } => {
                self.bind(asking, to.as_deref(), language.as_deref(), zone.as_deref()).await
            }
            Command::Invite { role, customer } => self.invite(asking, role, customer.as_deref()).await,
            Command::Revoke { person, role, customer } => {
                self.revoke(asking, person.as_deref(), role, customer.as_deref()).await
            }
            Command::Link { code } => self.link(asking, code.as_deref()).await,
            Command::Join { token } => self.join(asking, token.as_deref()).await,
            Command::Test => self.test(asking).await,
            Command::Reload => self.reload(asking).await,
            command => self.work(asking, command).await,
        }
    }

    /// What is done beside incidents: what customers write, drills, reviews, action items, risks.
    async fn work(&self, asking: &Asking, command: Command) -> Outcome {
        match command {
            Command::Feedback { .. }
            | Command::Complaint { .. }
            | Command::Settled { .. }
            | Command::Quote { .. } => self.customer_writes(asking, &command).await,
            Command::Review { .. } => self.review(asking, &command).await,
            Command::Action { .. } => self.action(asking, &command).await,
            Command::Risk { .. } => self.risk(asking, &command).await,
            Command::Drill { .. } => self.drill(asking, &command).await,
            Command::Scorecard { period, whom, page } => {
                self.scorecard(asking, period.as_deref(), whom.as_deref(), page).await
            }
            command => self.act(asking, command).await,
        }
    }

    /// What is granted, without the agreements whose data may not go to the platform where the answer goes.
    async fn leaving(&self, asking: &Asking, granted: Scope) -> Result<Scope, Doc> {
        let directory = self.directory().get();
        let withheld = {
            let state = self.journal().read().await;
            let known = state.agreements.keys().chain(directory.config.agreements.keys());
            known.filter(|id| !directory.may_leave(id, asking.from.platform)).cloned().collect()
        };
        let had = matches!(&granted, Scope::Of(agreements) if !agreements.is_empty());
        let left = granted.without(withheld);
        match &left {
            Scope::Of(agreements) if had && agreements.is_empty() => {
                Err(asking.refuse_key("error-platform-not-allowed"))
            }
            _ => Ok(left),
        }
    }

    async fn reload(&self, asking: &Asking) -> Outcome {
        match self.0.reload.reload().await {
            Reloaded::Done { changed, waiting, departing } => {
                let changed = i64::try_from(changed).unwrap_or(i64::MAX);
                let doc = asking.say(Text::key("done-reloaded").with("count", changed));
                let departs = |doc: Doc, name| {
                    doc.line(Text::key("done-reloaded-departing").with("customer", Value::Name(name)))
                };
                let doc = departing.into_iter().fold(doc, departs);
                if waiting.is_empty() {
                    return Ok(Reply::Private(doc));
                }
                let keys = waiting.into_iter().map(|key| Value::Code(key.to_owned())).collect();
                let text = Text::key("done-reloaded-waiting").with("keys", Value::List(keys));
                Ok(Reply::Private(doc.line(text)))
            }
            Reloaded::Half { problems } => Err(not_reloaded(asking, "error-reload-half", problems)),
            Reloaded::Refused { problems } => Err(not_reloaded(asking, "error-reload", problems)),
        }
    }

    async fn speak(&self, directory: &Directory, asking: &Asking, reply: Reply) -> Answer {
        let private = matches!(reply, Reply::Private(_));
        let once = matches!(reply, Reply::Once(_));
        match reply {
            Reply::Open(doc) | Reply::Private(doc) | Reply::Once(doc) => {
                match facts(&self.0.store, directory, &doc).await {
                    Ok(facts) if once => Answer::Once(speak(&doc, asking.locale, &facts)),
                    Ok(facts) => Answer::Say { spoken: speak(&doc, asking.locale, &facts), private },
                    Err(error) => not_read(asking, &error),
                }
            }
            Reply::Pages { doc, number, command } => {
                match self.page(directory, asking, &doc, number, &command).await {
                    Ok(spoken) => Answer::Say { spoken, private: true },
                    Err(error) => not_read(asking, &error),
                }
            }
            Reply::OncePages { doc, number, command } => {
                match self.page(directory, asking, &doc, number, &command).await {
                    Ok(spoken) => Answer::Once(spoken),
                    Err(error) => not_read(asking, &error),
                }
            }
            Reply::Preview(preview) => match self.facts_of(directory, &preview).await {
                Ok(facts) => Answer::Say { spoken: preview.speak(asking.locale, &facts), private: true },
                Err(error) => not_read(asking, &error),
            },
            Reply::Form(form) => match form_facts(&self.0.store, directory, &form).await {
                Ok(facts) => Answer::Form(speak_form(&form, asking.locale, &facts, asking.now)),
                Err(error) => not_read(asking, &error),
            },
            Reply::Nothing => Answer::Nothing,
        }
    }

    /// One page of a long answer.
    async fn page(
        &self,
        directory: &Directory,
        asking: &Asking,
        doc: &Doc,
        number: u32,
        command: &str,
    ) -> Result<Spoken, StoreError> {
        let facts = facts(&self.0.store, directory, doc).await?;
        let mut spoken = page(speak_in_full(doc, asking.locale, &facts), number, command);
        for button in &mut spoken.buttons {
            if let Press::Command(line) = &mut button.press {
                *line = self.line(asking, "", line, &[]);
            }
        }
        Ok(spoken)
    }

    /// What a preview refers to, in its card and around it.
    async fn facts_of(&self, directory: &Directory, preview: &Preview) -> Result<Facts, StoreError> {
        let mut all = facts(&self.0.store, directory, &preview.card).await?;
        let more = facts(&self.0.store, directory, &preview.frame).await?;
        all.people.extend(more.people);
        all.prose.extend(more.prose);
        Ok(all)
    }

    /// What was answered belongs to the record as much as what was announced; what strangers are told is
    /// nobody's evidence, and they could fill the record at will.
    async fn record(&self, asking: &Asking, kind: &str, answer: &Answer) {
        let (Answer::Say { spoken, .. } | Answer::Once(spoken)) = answer else { return };
        if Class::of(&asking.rights) == Class::Stranger {
            return;
        }
        // Who was forgotten by this very command is not written down again.
        let known =
            asking.person.as_ref().and_then(|person| self.directory().get().people.get(person).cloned());
        if known.is_none_or(|person| person.name.is_empty() && person.accounts.is_empty()) {
            return;
        }
        let chain = match (&asking.place, &asking.scope) {
            (Place::Customer(agreement), _) => Chain::Customer(agreement.clone()),
            (_, Scope::Of(agreements)) if agreements.len() == 1 => {
                agreements.first().cloned().map_or(Chain::Operators, Chain::Customer)
            }
            _ => Chain::Operators,
        };
        let said = Said {
            at: asking.now,
            destination: asking.from.to_string(),
            key: asking.id.clone(),
            kind: kind.to_owned(),
            sha256: hex::encode(Sha256::digest(spoken.plain_text())),
            message: None,
            outcome: Sent::Replied,
        };
        if let Err(error) = self.store().write(Record { chain, said }).await {
            tracing::error!(%error, "an answer could not be recorded");
        }
    }
}

impl crate::chat::Desk for Desk {
    fn handle(&self, inbound: Inbound) -> BoxFuture<'_, Answer> {
        Box::pin(self.answer(inbound))
    }

    fn menu(&self, language: Language) -> Vec<CommandSpec> {
        spec::specs(|key| {
            let text = Text::Message { key: key.to_owned().into(), args: BTreeMap::new() };
            let doc = Doc::new(Tone::Information, text, Instant::MIN);
            let spoken = speak(&doc, Locale { language, zone: chrono_tz::UTC }, &Facts::default());
            crate::i18n::spoken::text_of(&spoken.head)
        })
    }
}

fn not_reloaded(asking: &Asking, key: &'static str, problems: Vec<String>) -> Doc {
    let lines = problems.into_iter().map(|problem| Text::Untrusted(problem).into()).collect();
    asking.refuse_key(key).block(crate::core::doc::Block::List(lines))
}

/// Whether others read what was asked: a group on Telegram hears every typed line. Discord shows a slash
/// command to nobody else, and the web chat a line only together with an answer for everybody.
fn is_aloud(inbound: &Inbound) -> bool {
    let place = &inbound.from;
    let hears = place.platform == Platform::Telegram && !place.direct;
    hears && !matches!(inbound.ask, Ask::Press { .. })
}

/// Words of people are never put into a button.
fn is_text(word: &str) -> bool {
    matches!(spec::option_of(word), Some("text" | "internal" | "public" | "said"))
}

/// The command's name, for the record.
fn name_of(ask: &Ask) -> String {
    let first = match ask {
        Ask::Line(line) | Ask::Press { command: line, .. } | Ask::Filled { command: line, .. } => {
            line.trim_start_matches('/').split_whitespace().next().unwrap_or_default().to_owned()
        }
        Ask::Words(words) => words.first().cloned().unwrap_or_default(),
        Ask::ReplyTo { .. } => "reply".to_owned(),
    };
    first.chars().take(32).collect()
}

/// An answer whose words could not be found: better none than one with holes.
fn not_read(asking: &Asking, error: &StoreError) -> Answer {
    tracing::error!(%error, "the words of an answer could not be read");
    let doc = asking.refuse_key("error-not-read");
    Answer::Say { spoken: speak(&doc, asking.locale, &Facts::default()), private: true }
}

/// Names and words that a message only refers to. What was erased is not among them.
///
/// # Errors
/// Those of the database: words that are only out of reach must not pass for erased ones.
pub async fn facts(store: &Store, directory: &Directory, doc: &Doc) -> Result<Facts, StoreError> {
    let (people, prose) = referenced(doc);
    gather(store, directory, people, prose).await
}

async fn form_facts(store: &Store, directory: &Directory, form: &Form) -> Result<Facts, StoreError> {
    let (people, prose) = referenced_by_form(form);
    gather(store, directory, people, prose).await
}

async fn gather(
    store: &Store,
    directory: &Directory,
    people: Vec<PersonId>,
    prose: Vec<ProseId>,
) -> Result<Facts, StoreError> {
    let known = people.into_iter().filter_map(|id| {
        let person = directory.people.get(&id).filter(|person| !person.name.is_empty())?;
        Some((
            id,
            KnownPerson { name: person.name.clone(), accounts: person.accounts.iter().cloned().collect() },
        ))
    });
    Ok(Facts { people: known.collect(), prose: store.prose(&prose).await? })
}

fn refused(asking: &Asking, refusal: Refusal, command: &str) -> Doc {
    let key = match refusal {
        Refusal::Stranger => "error-stranger",
        Refusal::Role => "error-role",
        Refusal::CustomerChannel => "error-customer-channel",
        Refusal::Unbound => "error-unbound",
        Refusal::Private => "error-private",
        Refusal::NotYours => "error-not-yours",
    };
    asking.refuse(Text::key(key).with("command", Value::Code(format!("/{command}"))))
}

fn misread_doc(asking: &Asking, misread: Misread) -> Doc {
    let typed = |text: String| Value::Untrusted(text);
    let code = |name: String| Value::Code(format!("/{name}"));
    match misread {
        Misread::Empty => asking.refuse_key("error-empty"),
        Misread::Quotes => asking.refuse_key("error-quotes"),
        Misread::Unknown { typed: what, near: Some(near) } => {
            let text = Text::key("error-unknown-command-near").with("command", typed(what));
            let doc = asking.refuse(text.with("near", code(near.clone())));
            doc.button(Text::name(format!("/{near}")), near, Weight::Secondary)
        }
        Misread::Unknown { typed: what, near: None } => {
            asking.refuse(Text::key("error-unknown-command").with("command", typed(what)))
        }
        Misread::Value { command, typed: what, takes } if takes.is_empty() => {
            asking.refuse(Text::key("error-value").with("command", code(command)).with("typed", typed(what)))
        }
        Misread::Value { command, typed: what, takes } => {
            let choices = Value::List(takes.into_iter().map(Value::Code).collect());
            let text =
                Text::key("error-value-choices").with("command", code(command)).with("typed", typed(what));
            asking.refuse(text.with("choices", choices))
        }
        Misread::Extra { command, typed: what } => {
            asking.refuse(Text::key("error-extra").with("command", code(command)).with("typed", typed(what)))
        }
    }
}
