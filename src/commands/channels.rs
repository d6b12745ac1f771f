//! The commands about a channel: whose it is, whether it works, and what was said in it.

use chrono_tz::Tz;

use crate::commands::access::Place;
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::desk::Desk;
use crate::commands::people::{customer_name, customers};
use crate::commands::preview;
use crate::core::calendar::parse_zone;
use crate::core::doc::{Block, Doc, Field, Line, Text, Value, Weight};
use crate::core::event::{AgreementId, IncidentNumber};
use crate::core::voice::FeedbackNumber;
use crate::directory::Directory;
use crate::i18n::{Language, Locale};
use crate::store::bindings::{Bind, Binding, Unbind};
use crate::store::commit::Commit;
use crate::store::outbox::{Message, Urgency};
use crate::store::record::{Chain, Outcome as Became, Recorded};

/// Lines of the delivery record on one page.
const RECORD_PAGE: u32 = 12;
/// The kind of a message that only proves that messages arrive.
pub const TEST: &str = "test";

impl Desk {
    /// `/bind [operators|agreement|nobody] [--language] [--zone]`
    pub async fn bind(
        &self,
        asking: &Asking,
        to: Option<&str>,
        language: Option<&str>,
        zone: Option<&str>,
    ) -> Outcome {
        if asking.from.direct {
            return Err(asking.refuse_key("error-bind-direct"));
        }
        let directory = self.directory().get();
        let known = directory.binding(&asking.from, None).cloned();
        let audience = match (to.map(str::to_lowercase).as_deref(), &known) {
            (None, Some(binding)) if language.is_some() || zone.is_some() => binding.audience.clone(),
            (None, _) => return Err(bind_choices(asking, &directory)),
            (Some("nobody"), _) => {
                let freed = self.store().write(Unbind(asking.from.clone())).await;
                self.stored(asking, freed.map(drop)).await?;
                return Ok(Reply::Open(asking.say(Text::key("done-unbound"))));
            }
            (Some("operators"), _) => Chain::Operators,
            (Some(name), _) => match directory.agreement_named(name) {
                Some(agreement) if !directory.may_leave(&agreement, asking.from.platform) => {
                    return Err(asking.refuse_key("error-platform-not-allowed"));
                }
                Some(agreement) => Chain::Customer(agreement),
                None => {
                    let instead = |id: &AgreementId| format!("bind {id}");
                    return Err(choose::no_customer(asking, &customers(asking, &directory), name, instead));
                }
            },
        };
        let before = known.filter(|binding| binding.audience == audience).map(|binding| binding.locale);
        let before = before.unwrap_or_else(|| usual_locale(&directory, &audience));
        let locale = wanted_locale(asking, before, language, zone)?;
        let (bound_by, bound) = (asking.person.clone(), asking.now);
        let binding = Binding { audience: audience.clone(), locale, bound_by, bound };
        let stored = self.store().write(Bind { address: asking.from.clone(), binding }).await;
        self.stored(asking, stored).await?;
        self.put_open_cards(asking).await;
        let text = match &audience {
            Chain::Operators => Text::key("done-bound-operators"),
            Chain::Customer(agreement) => {
                Text::key("done-bound-customer").with("customer", customer_name(&directory, agreement))
            }
        };
        let zone = Value::Name(locale.zone.name().to_owned());
        let text = text.with("language", Value::Name(locale.language.tag().to_owned())).with("zone", zone);
        Ok(Reply::Open(asking.say(text)))
    }

    /// What is open already has its card in a new channel at once. The state is held meanwhile, so that no
    /// later card is overtaken by these.
    async fn put_open_cards(&self, asking: &Asking) {
        let state = self.journal().read().await;
        let now = state.now.map_or(asking.now, |known| known.max(asking.now));
        let cards = self.announcements().open_cards(&state, &asking.from, now);
        if cards.is_empty() {
            return;
        }
        if let Err(error) = self.store().commit(Commit { cards, ..Commit::at(now) }).await {
            tracing::error!(%error, "the open cards could not be put into a new channel");
        }
    }

    /// `/test`: a message to everybody here, on the way of every notice.
    pub async fn test(&self, asking: &Asking) -> Outcome {
        let directory = self.directory().get();
        let bound = directory.binding(&asking.from, asking.parent.as_ref());
        let locale = bound.filter(|_| !asking.from.direct).map_or(asking.locale, |binding| binding.locale);
        let chain = match &asking.place {
            Place::Customer(agreement) => Chain::Customer(agreement.clone()),
            Place::Operators | Place::Direct | Place::Unbound => Chain::Operators,
        };
        let address = Value::Code(asking.from.to_string());
        let doc = asking
            .say(Text::key("test-works").with("address", address.clone()))
            .line(
                Text::key("whoami-locale")
                    .with("language", Value::Name(locale.language.tag().to_owned()))
                    .with("zone", Value::Name(locale.zone.name().to_owned())),
            )
            .line(Text::Value(Value::ExactMoment(asking.now)));
        let message = Message {
            key: format!("{TEST}/{}/{}", asking.id, asking.from),
            to: asking.from.clone(),
            chain,
            kind: TEST.to_owned(),
            urgency: Urgency::Opened,
            locale,
            doc,
            under: None,
            not_before: None,
        };
        let posted = self.store().commit(Commit { posts: vec![message], ..Commit::at(asking.now) }).await;
        posted.map_err(|error| {
            tracing::error!(%error, "a test message could not be put into the outbox");
            asking.refuse_key("error-not-stored")
        })?;
        let answer = asking.say(Text::key("test-sent").with("address", address));
        Ok(Reply::Private(answer.button(Text::key("button-log"), "log", Weight::Secondary)))
    }

    /// `/log`: what was sent here, when, and what became of it. Customers see their own record alone, also
    /// in a channel that was somebody else's before.
    pub async fn log(&self, asking: &Asking, number: u32) -> Outcome {
        let number = number.max(1);
        let place = asking.from.to_string();
        let skip = (number - 1).saturating_mul(RECORD_PAGE);
        let chains = self.chains(asking).await;
        let said = self.store().said_at(&place, &chains, RECORD_PAGE + 1, skip).await;
        let said = said.map_err(|error| {
            tracing::error!(%error, "the record could not be read");
            asking.refuse_key("error-not-read")
        })?;
        let mut doc = asking.say(Text::key("log-head").with("page", i64::from(number)));
        let mut fields = Vec::new();
        for recorded in said.iter().take(RECORD_PAGE as usize) {
            let reason = self.reason(asking, recorded).await;
            fields.push(log_line(recorded, reason));
        }
        doc = if fields.is_empty() {
            doc.line(Text::key("log-empty"))
        } else {
            doc.block(Block::Fields(fields))
        };
        if number > 1 {
            doc = doc.button(
                Text::key("button-previous"),
                format!("log --page={}", number - 1),
                Weight::Secondary,
            );
        }
        if said.len() > RECORD_PAGE as usize {
            doc =
                doc.button(Text::key("button-next"), format!("log --page={}", number + 1), Weight::Secondary);
        }
        Ok(Reply::Private(doc))
    }

    /// Whose record may be read here. A channel that belonged to others before shows nothing of theirs.
    async fn chains(&self, asking: &Asking) -> Vec<Chain> {
        let seen = asking.agreements(&*self.journal().read().await).into_iter().map(Chain::Customer);
        match &asking.place {
            Place::Operators | Place::Unbound => vec![Chain::Operators],
            Place::Customer(_) => seen.collect(),
            Place::Direct => std::iter::once(Chain::Operators).chain(seen).collect(),
        }
    }

    /// Why it did not arrive, in the platform's words, for operators.
    async fn reason(&self, asking: &Asking, recorded: &Recorded) -> Option<String> {
        if !asking.as_operator() || !matches!(recorded.said.outcome, Became::Failed | Became::Uncertain) {
            return None;
        }
        self.store().message(&recorded.said.key).await.ok().flatten()?.last_error
    }
}

/// The language and zone of such channels, where nobody says otherwise.
fn usual_locale(directory: &Directory, audience: &Chain) -> Locale {
    let fallback = Locale { language: Language::default(), zone: Tz::UTC };
    match audience {
        Chain::Customer(agreement) => {
            directory.operations(agreement).map_or(fallback, preview::of_operations)
        }
        Chain::Operators => directory.operators_locale().unwrap_or(fallback),
    }
}

fn wanted_locale(
    asking: &Asking,
    before: Locale,
    language: Option<&str>,
    zone: Option<&str>,
) -> Result<Locale, Doc> {
    let language: Language = match language {
        None => before.language,
        Some(tag) => tag.parse().map_err(|_| {
            let known = Language::ALL.map(|language| Value::Code(language.tag().to_owned())).to_vec();
            let text = Text::key("error-language").with("language", Value::Untrusted(tag.to_owned()));
            asking.refuse(text.with("languages", Value::List(known)))
        })?,
    };
    let zone: Tz = match zone {
        None => before.zone,
        Some(name) => parse_zone(name).map_err(|error| {
            asking.refuse(Text::key("error-zone").with("problem", Value::Untrusted(error.to_string())))
        })?,
    };
    Ok(Locale { language, zone })
}

fn bind_choices(asking: &Asking, directory: &Directory) -> Doc {
    let doc = asking.say(Text::key("choose-bind")).button(
        Text::key("place-operators-button"),
        "bind operators",
        Weight::Secondary,
    );
    customers(asking, directory)
        .into_iter()
        .take(choose::OFFERED)
        .fold(doc, |doc, (id, name)| doc.button(Text::name(name), format!("bind {id}"), Weight::Secondary))
}

/// `23 Nov 03:17:02: INC-42 · late · delivered · record 812 · 9f86d081884c`
fn log_line(recorded: &Recorded, reason: Option<String>) -> Field {
    let said = &recorded.said;
    let dot = || Text::mark(" · ");
    let mut value = Line::new();
    if let Some(incident) = incident_of(&said.key) {
        value.extend([Value::Code(incident.to_string()).into(), dot()]);
    }
    if let Some(feedback) = feedback_of(&said.key) {
        value.extend([Value::Code(feedback.to_string()).into(), dot()]);
    }
    value.push(match (said.outcome, kind_key(&said.kind)) {
        (Became::Replied, _) if said.kind == "misread" => Text::key("kind-misread"),
        (Became::Replied, _) => {
            Text::key("log-answer").with("command", Value::Code(format!("/{}", said.kind)))
        }
        (_, Some(key)) => Text::key(key),
        (_, None) => Text::name(said.kind.clone()),
    });
    let outcome = Value::Term(format!("outcome-{}", said.outcome.name()).into());
    value.extend([dot(), outcome.into()]);
    value.extend(reason.into_iter().flat_map(|reason| [dot(), Text::Untrusted(reason)]));
    let record = Text::key("log-record").with("number", i64::try_from(recorded.number).unwrap_or(i64::MAX));
    value.extend([dot(), record]);
    if !said.sha256.is_empty() {
        value.extend([dot(), Value::Code(said.sha256.chars().take(12).collect()).into()]);
    }
    Field { name: Text::Value(Value::ExactMoment(said.at)).into(), verdict: None, value }
}

/// The incident a message was about, by its key.
pub fn incident_of(key: &str) -> Option<IncidentNumber> {
    let mut parts = key.split('/');
    match parts.next()? {
        "card" | "incident" => parts.next()?.parse().ok(),
        _ => None,
    }
}

/// The feedback a message was about, by its key.
pub fn feedback_of(key: &str) -> Option<FeedbackNumber> {
    let mut parts = key.split('/');
    match parts.next()? {
        "feedback" => parts.next()?.parse().ok(),
        _ => None,
    }
}

/// The words for a kind of message; none for one that an earlier version sent.
fn kind_key(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "card" => "kind-card",
        "drill" => "kind-drill",
        "history" => "kind-history",
        "late" => "kind-late",
        "at_risk" => "kind-at-risk",
        "call" => "kind-call",
        "woken" => "kind-woken",
        "resolved" => "kind-resolved",
        "reopened" => "kind-reopened",
        "corrected" => "kind-corrected",
        "digest" => "kind-digest",
        "silent" => "kind-silent",
        "heard" => "kind-heard",
        "unrouted" => "kind-unrouted",
        "unreadable" | "warning" => "kind-unreadable",
        "feedback" => "kind-feedback",
        "recommended" => "kind-recommended",
        "dead" => "kind-dead",
        TEST => "kind-test",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_record_says_what_it_was_about() {
        for (key, about) in [
            ("card/42/acme/web:acme", Some(42)),
            ("incident/7/late/x", Some(7)),
            ("digest/opened/9", None),
            ("discord:interaction:42", None),
        ] {
            assert_eq!(incident_of(key), about.map(IncidentNumber), "{key}");
            assert_eq!(feedback_of(key), None, "{key}");
        }
        assert_eq!(feedback_of("feedback/12/answer/late/web:operators"), Some(FeedbackNumber(12)));
    }
}
