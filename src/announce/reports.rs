//! What the operators are told of the way messages take: deliveries that are odd, unreadable or a test, and
//! messages that do not arrive.

use super::view::service_name;
use super::{Announcements, Letter};
use crate::chat::{Account, Address, FailCause, Platform};
use crate::core::doc::Doc;
use crate::core::event::{IntegrationId, PersonId};
use crate::core::notice::destination::{self, Dead, DeadCause, Whose};
use crate::core::notice::stray::{self, Odd, Oddity, Test, Unreadable};
use crate::core::state::State;
use crate::core::time::{Instant, Span};
use crate::directory::Directory;
use crate::journal::engine::Composed;
use crate::outbox::worker::{Failure, Trouble};
use crate::sources::{ParsedEvent, Warning, WarningCode};
use crate::store::bindings::Binding;
use crate::store::commit::Commit;
use crate::store::inbound::SetMark;
use crate::store::outbox::{Message, Urgency};
use crate::store::people::Role;
use crate::store::record::Chain;
use crate::store::{Store, StoreError};

/// The kind of a report; what becomes of one is not reported, or two dead places would tell of each other
/// for ever.
const REPORT: &str = "dead";
/// A place is reported at most this often; what happens in between is added to the report.
const REPORT_EVERY: Span = Span::from_hours(1);
/// Test signals of one delivery that are shown.
const TESTS_SHOWN: usize = 10;

/// What the operators are told of a warning; none when it is not for them, or told otherwise.
const fn oddity(code: WarningCode) -> Option<Oddity> {
    Some(match code {
        WarningCode::Truncated => Oddity::Truncated,
        WarningCode::SeverityUnmapped => Oddity::SeverityUnmapped,
        WarningCode::StatusUnknown => Oddity::StatusUnknown,
        WarningCode::TimeUnreadable => Oddity::TimeUnreadable,
        WarningCode::FieldUnreadable => Oddity::FieldUnreadable,
        WarningCode::EntryUnreadable => Oddity::EntryUnreadable,
        WarningCode::EventsLeft => Oddity::EventsLeft,
        WarningCode::WrongMethod => Oddity::WrongMethod,
        WarningCode::Unauthorised => Oddity::Unauthorised,
        WarningCode::TooLarge => Oddity::TooLarge,
        // The journal, which keeps the body, tells of it once.
        WarningCode::MalformedJson
        | WarningCode::UnrecognisedShape
        | WarningCode::TooDeep
        | WarningCode::NotDecompressed => return None,
        // For the sender and the logs.
        WarningCode::NoAlerts
        | WarningCode::NulReplaced
        | WarningCode::InvalidUtf8
        | WarningCode::LinkDropped
        | WarningCode::Shortened
        | WarningCode::Duplicate
        | WarningCode::KeyMissing
        | WarningCode::ManyEvents => return None,
    })
}

const fn dead_cause(failure: &Failure) -> DeadCause {
    match failure.trouble {
        Trouble::Refused(FailCause::DestinationGone) => DeadCause::Gone,
        Trouble::Refused(FailCause::Forbidden) => DeadCause::Forbidden,
        Trouble::Refused(FailCause::Unauthorized) => DeadCause::Unauthorized,
        Trouble::Refused(FailCause::MessageGone | FailCause::Markup | FailCause::Refused) => {
            DeadCause::Refused
        }
        Trouble::Unreached if failure.goes_on => DeadCause::Unreachable,
        Trouble::Unreached => DeadCause::WornOut,
        Trouble::Uncertain => DeadCause::Uncertain,
        Trouble::Unspeakable => DeadCause::Unspeakable,
    }
}

impl Announcements {
    /// A delivery is odd in a way that the operators can do something about.
    pub fn warning(
        &self,
        integration: &IntegrationId,
        warning: &Warning,
        unheard: u64,
        now: Instant,
    ) -> Composed {
        let Some(what) = oddity(warning.code) else { return Composed::default() };
        let doc = stray::odd(&Odd {
            integration: integration.to_string(),
            what,
            detail: warning.detail.clone(),
            received: now,
            more: u32::try_from(unheard).unwrap_or(u32::MAX),
            as_of: now,
        });
        let key = format!("warning/{integration}/{}/{}", warning.code.name(), now.micros());
        self.to_operators(&key, "warning", Urgency::Rest, &doc)
    }

    pub(super) fn unreadable_delivery(
        &self,
        integration: &IntegrationId,
        reason: &str,
        now: Instant,
    ) -> Composed {
        let doc = stray::unreadable(&Unreadable {
            integration: integration.to_string(),
            received: now,
            reason: reason.to_owned(),
            as_of: now,
        });
        // Once a day for each kind of fault: a misconfigured sender repeats itself every few minutes.
        let fault: String = reason.chars().filter(|c| c.is_alphabetic()).take(40).collect();
        let key = format!("unreadable/{integration}/{fault}/{}", now.micros() / 86_400_000_000);
        self.to_operators(&key, "unreadable", Urgency::Rest, &doc)
    }

    pub(super) fn test_signals(
        &self,
        state: &State,
        integration: &IntegrationId,
        events: &[ParsedEvent],
        now: Instant,
    ) -> Composed {
        let mut composed = Composed::default();
        for event in events.iter().take(TESTS_SHOWN) {
            let book = state.book();
            let routed = book.and_then(|book| book.route(integration, event.severity, &event.labels));
            let doc = stray::test(&Test {
                integration: integration.to_string(),
                summary: event.summary.clone(),
                routed: routed.map(|routed| (service_name(state, &routed.service), routed.priority)),
                as_of: now,
            });
            // A sender that tries again within the minute is heard once.
            let minute = super::storm::minute(now);
            let key = format!("test/{integration}/{}/{minute}", event.key);
            composed.posts.extend(self.to_operators(&key, "test", Urgency::Rest, &doc).posts);
        }
        composed
    }

    /// Tells the operators elsewhere of a message that does not arrive: one report an hour for each place, kept
    /// up to date.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn report(&self, store: &Store, failure: &Failure, now: Instant) -> Result<(), StoreError> {
        let message = &failure.row.message;
        if message.kind == REPORT {
            return Ok(());
        }
        let mut told = self.reporting.lock().await;
        let since = failure.row.first_tried.unwrap_or(now);
        let mark = format!("{REPORT}/{}", message.to);
        let known = store.mark(&mark).await?.and_then(|mark| read(&mark));
        let known = known.filter(|(began, _)| *began <= now && now - *began < REPORT_EVERY);
        let value = format!("{} {}", now.micros(), since.micros());
        let fresh = known.is_none().then_some(SetMark { name: mark, value });
        let (began, since) = known.unwrap_or((now, since));
        let (lost, waiting) = store.undelivered(&message.to, began - Span::from_minutes(1)).await?;
        let directory = self.directory.get();
        let doc = destination::dead(&Dead {
            address: message.to.to_string(),
            whose: whose(&directory, message),
            cause: dead_cause(failure),
            since,
            lost: if failure.goes_on { lost } else { lost.max(1) },
            waiting,
            as_of: began,
        });
        // Many messages for one place fail at once; each only confirms what is said already.
        if fresh.is_none() && told.get(&message.to) == Some(&doc) {
            return Ok(());
        }
        let cards =
            elsewhere(&directory, failure, &format!("{REPORT}/{}/{}", message.to, began.micros()), &doc);
        if cards.is_empty() {
            tracing::error!(to = %message.to, "there is nowhere else to tell that messages do not arrive");
        }
        let marks = fresh.into_iter().collect();
        store.commit(Commit { cards, marks, ..Commit::at(now) }).await?;
        told.insert(message.to.clone(), doc);
        Ok(())
    }
}

/// When the report of a place began, and since when nothing arrives there.
fn read(mark: &str) -> Option<(Instant, Instant)> {
    let (began, since) = mark.split_once(' ')?;
    Some((Instant::from_micros(began.parse().ok()?), Instant::from_micros(since.parse().ok()?)))
}

/// Who reads where a message does not arrive.
fn whose(directory: &Directory, message: &Message) -> Whose {
    let account = Account { platform: message.to.platform, user: message.to.channel.clone() };
    let person = directory.person(&account).filter(|_| message.to.direct);
    match (person, &message.chain) {
        (Some(person), _) => Whose::Person(person.id.clone()),
        (None, Chain::Customer(agreement)) => {
            let name = directory.customer_name(agreement);
            Whose::Customer(name.map_or_else(|| agreement.to_string(), ToOwned::to_owned))
        }
        (None, Chain::Operators) => Whose::Operators,
    }
}

/// The report for every other operators' channel where it may be read; if there is none, for those alone who
/// can do something. Where the platform itself may be the trouble, one that is on another.
fn elsewhere(directory: &Directory, failure: &Failure, key: &str, doc: &Doc) -> Vec<Message> {
    let message = &failure.row.message;
    let away = matches!(failure.trouble, Trouble::Unreached | Trouble::Refused(FailCause::Unauthorized));
    let sound = |platform: Platform| !away || platform != message.to.platform;
    let allowed = |platform: Platform| match &message.chain {
        Chain::Customer(agreement) => directory.may_leave(agreement, platform),
        Chain::Operators => true,
    };
    let letter = Letter::post(key.to_owned(), REPORT, Urgency::Wake);
    let others = directory.operators().filter(|(to, _)| allowed(to.platform) && **to != message.to);
    let others: Vec<(&Address, &Binding)> = others.collect();
    let heard = others.iter().filter(|(to, _)| sound(to.platform));
    let cards: Vec<Message> = heard.map(|(to, binding)| letter.to(to, binding, doc)).collect();
    if !cards.is_empty() {
        return cards;
    }
    let people = responsible(directory);
    let places = people.iter().flat_map(|person| directory.alone(person, |on| allowed(on) && sound(on)));
    let alone = places.filter(|(to, _)| *to != message.to).map(|(to, locale)| {
        let binding = Binding { audience: Chain::Operators, locale, bound_by: None, bound: doc.as_of };
        letter.to(&to, &binding, doc)
    });
    alone.chain(others.iter().map(|(to, binding)| letter.to(to, binding, doc))).collect()
}

/// The managers; where there are none, the operators.
fn responsible(directory: &Directory) -> Vec<PersonId> {
    let people = |role: &Role| -> Vec<PersonId> {
        let people = directory.people.values().filter(|person| person.roles.contains(role));
        people.map(|person| person.id.clone()).collect()
    };
    let managers = people(&Role::Manager);
    if managers.is_empty() { people(&Role::Operator) } else { managers }
}
