//! The lines of an incident's history, one message each: in the card's thread where there are threads, and
//! in `/incident`. What the customer may read is a line of its own, or none.

use crate::core::agreement::{ClockKind, Priority};
use crate::core::doc::{Block, Doc, Line, Text, Tone, Value, Weight};
use crate::core::event::{CauseCategory, IncidentNumber, PersonId, ProseId};
use crate::core::notice::card::{button, service};
use crate::core::notice::rows::DOT;
use crate::core::notice::view::Localized;
use crate::core::notice::words;
use crate::core::time::Instant;

/// Something that happened to an incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    pub at: Instant,
    pub what: What,
}

/// What happened. A `customer` is an agreement's customer name; none means all of them.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    OpenedByMonitor,
    Opened {
        by: PersonId,
        text: ProseId,
    },
    Reported {
        by: PersonId,
        customer: String,
        text: ProseId,
    },
    Acknowledged {
        by: PersonId,
    },
    /// Nobody, when the on-call list is empty.
    Called {
        people: Vec<PersonId>,
        customer: String,
    },
    AtRisk {
        clock: ClockKind,
        customer: String,
    },
    Late {
        clock: ClockKind,
        customer: String,
    },
    Prioritised {
        by: PersonId,
        from: Priority,
        to: Priority,
        reason: ProseId,
    },
    Paused {
        by: PersonId,
        customer: Option<String>,
        reason: ProseId,
    },
    Resumed {
        by: PersonId,
        customer: Option<String>,
        reason: Option<ProseId>,
    },
    Caused {
        by: PersonId,
        category: CauseCategory,
        internal: Option<ProseId>,
        public: Option<ProseId>,
    },
    Noted {
        by: PersonId,
        text: ProseId,
    },
    Updated {
        by: PersonId,
        customer: Option<String>,
        text: ProseId,
    },
    Said {
        by: PersonId,
        customer: String,
        text: ProseId,
    },
    Published {
        by: PersonId,
        customer: String,
    },
    /// The agreement lets the customer see it.
    Shown {
        customer: String,
    },
    ResolvedByMonitor,
    Resolved {
        by: PersonId,
        text: Option<ProseId>,
    },
    ReopenedByMonitor,
    Reopened {
        by: PersonId,
        customer: Option<String>,
        text: Option<ProseId>,
    },
    Merged {
        into: IncidentNumber,
    },
}

/// The line for operators.
pub fn operators(happening: &Happening, as_of: Instant) -> Doc {
    let (text, proses) = operators_text(&happening.what);
    line(happening.at, text, proses, as_of)
}

/// The line for the customer; none when it is not for them. Only happenings of their own agreement, or of
/// all, may be passed.
pub fn customer(happening: &Happening, as_of: Instant) -> Option<Doc> {
    let (text, proses) = customer_text(&happening.what)?;
    Some(line(happening.at, text, proses, as_of))
}

/// What a line is about, where it stands among those of other incidents.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    pub number: IncidentNumber,
    pub service: Localized,
}

/// `03:17 · INC-42 · Checkout · Response late · Acme GmbH`, as one of many.
pub fn entry(about: &About, happening: &Happening, as_of: Instant) -> Doc {
    let (text, proses) = operators_text(&happening.what);
    among(about, happening.at, text, proses, as_of)
}

/// The same for the customer; none when it is not for them.
pub fn customer_entry(about: &About, happening: &Happening, as_of: Instant) -> Option<Doc> {
    let (text, proses) = customer_text(&happening.what)?;
    Some(among(about, happening.at, text, proses, as_of))
}

fn among(about: &About, at: Instant, text: Text, proses: Vec<ProseId>, as_of: Instant) -> Doc {
    let number = Value::Code(about.number.to_string());
    let mut head: Line =
        vec![Value::Moment(at).into(), DOT, number.into(), DOT, service(&about.service), DOT, text];
    head.extend(proses.into_iter().flat_map(|prose| [DOT, Text::Prose(prose)]));
    Doc::new(Tone::Information, head, as_of)
}

/// What was written, as a message of its own to somebody of the customer's; none when it is not for them.
pub fn customer_letter(about: &About, happening: &Happening, as_of: Instant) -> Option<Doc> {
    let (text, proses) = customer_text(&happening.what)?;
    let head = vec![service(&about.service), DOT, text, DOT, Value::Moment(happening.at).into()];
    let mut doc = Doc::new(Tone::Information, head, as_of);
    doc.blocks.extend(proses.into_iter().map(|prose| Block::Quote(Text::Prose(prose).into())));
    doc.reference = Some(about.number.to_string());
    doc.footer = Text::from(Value::Zone).into();
    let number = about.number;
    doc.buttons = vec![
        button("button-why", &format!("why {number}"), Weight::Secondary),
        button("button-say", &format!("say {number}"), Weight::Primary),
    ];
    Some(doc)
}

fn line(at: Instant, text: Text, proses: Vec<ProseId>, as_of: Instant) -> Doc {
    let head: Line = vec![Value::Moment(at).into(), DOT, text];
    let doc = Doc::new(Tone::Information, head, as_of);
    proses.into_iter().fold(doc, |doc, prose| doc.block(Block::Quote(Text::Prose(prose).into())))
}

fn operators_text(what: &What) -> (Text, Vec<ProseId>) {
    let by =
        |key: &'static str, person: &PersonId| Text::key(key).with("person", Value::Person(person.clone()));
    let customer = |text: Text, name: &String| text.with("customer", Value::Name(name.clone()));
    match what {
        What::OpenedByMonitor => (Text::key("history-opened-by-monitor"), vec![]),
        What::Opened { by: who, text } => (by("history-opened", who), vec![text.clone()]),
        What::Reported { by: who, customer: name, text } => {
            (customer(by("history-reported", who), name), vec![text.clone()])
        }
        What::Acknowledged { by: who } => (by("history-acknowledged", who), vec![]),
        What::Called { people, customer: name } if people.is_empty() => {
            (customer(Text::key("history-called-nobody"), name), vec![])
        }
        What::Called { people, customer: name } => {
            let people = people.iter().cloned().map(Value::Person).collect();
            (customer(Text::key("history-called").with("people", Value::List(people)), name), vec![])
        }
        What::AtRisk { clock, customer: name } => {
            (customer(Text::key("history-at-risk").with("clock", words::clock_name(*clock)), name), vec![])
        }
        What::Late { clock, customer: name } => {
            (customer(Text::key("history-late").with("clock", words::clock_name(*clock)), name), vec![])
        }
        What::Prioritised { by: who, from, to, reason } => {
            let text = by("history-prioritised", who);
            (priorities(text, *from, *to), vec![reason.clone()])
        }
        What::Paused { by: who, customer: name, reason } => {
            (for_whom("history-paused", "history-paused-for", who, name.as_ref()), vec![reason.clone()])
        }
        What::Resumed { by: who, customer: name, reason } => (
            for_whom("history-resumed", "history-resumed-for", who, name.as_ref()),
            reason.iter().cloned().collect(),
        ),
        What::Caused { by: who, category, internal, public } => {
            let text = by("history-caused", who).with("cause", words::cause(*category));
            (text, [internal, public].into_iter().flatten().cloned().collect())
        }
        What::Noted { by: who, text } => (by("history-noted", who), vec![text.clone()]),
        What::Updated { by: who, customer: name, text } => {
            (for_whom("history-updated", "history-updated-for", who, name.as_ref()), vec![text.clone()])
        }
        What::Said { by: who, customer: name, text } => {
            (customer(by("history-said", who), name), vec![text.clone()])
        }
        What::Published { by: who, customer: name } => (customer(by("history-published", who), name), vec![]),
        What::Shown { customer: name } => (customer(Text::key("history-shown"), name), vec![]),
        What::ResolvedByMonitor => (Text::key("history-resolved-by-monitor"), vec![]),
        What::Resolved { by: who, text } => (by("history-resolved", who), text.iter().cloned().collect()),
        What::ReopenedByMonitor => (Text::key("history-reopened-by-monitor"), vec![]),
        What::Reopened { by: who, customer: name, text } => (
            for_whom("history-reopened", "history-reopened-for", who, name.as_ref()),
            text.iter().cloned().collect(),
        ),
        What::Merged { into } => {
            (Text::key("history-merged").with("into", Value::Code(into.to_string())), vec![])
        }
    }
}

fn for_whom(all: &'static str, one: &'static str, who: &PersonId, customer: Option<&String>) -> Text {
    let text = match customer {
        Some(name) => Text::key(one).with("customer", Value::Name(name.clone())),
        None => Text::key(all),
    };
    text.with("person", Value::Person(who.clone()))
}

fn priorities(text: Text, from: Priority, to: Priority) -> Text {
    text.with("from", Value::Name(from.to_string())).with("to", Value::Name(to.to_string()))
}

/// Customers read what happened, not who of the provider's people did it.
fn customer_text(what: &What) -> Option<(Text, Vec<ProseId>)> {
    let plain = |key: &'static str| (Text::key(key), vec![]);
    Some(match what {
        What::OpenedByMonitor | What::Opened { .. } => plain("customer-history-opened"),
        What::Reported { by, text, .. } => (
            Text::key("customer-history-reported").with("person", Value::Person(by.clone())),
            vec![text.clone()],
        ),
        What::Acknowledged { .. } => plain("customer-history-acknowledged"),
        What::Late { clock, .. } => {
            (Text::key("customer-history-late").with("clock", words::clock_name(*clock)), vec![])
        }
        What::Prioritised { from, to, reason, .. } => {
            (priorities(Text::key("customer-history-prioritised"), *from, *to), vec![reason.clone()])
        }
        What::Paused { reason, .. } => (Text::key("customer-history-paused"), vec![reason.clone()]),
        What::Resumed { reason, .. } => {
            (Text::key("customer-history-resumed"), reason.iter().cloned().collect())
        }
        What::Caused { category, public, .. } => {
            let text = Text::key("customer-history-caused").with("cause", words::cause(*category));
            (text, public.iter().cloned().collect())
        }
        What::Updated { text, .. } => (Text::key("customer-history-updated"), vec![text.clone()]),
        What::Said { by, text, .. } => {
            (Text::key("customer-history-said").with("person", Value::Person(by.clone())), vec![text.clone()])
        }
        What::ResolvedByMonitor | What::Resolved { .. } => plain("customer-history-resolved"),
        What::Reopened { customer: Some(_), text, .. } => {
            (Text::key("customer-history-reopened-by-you"), text.iter().cloned().collect())
        }
        What::ReopenedByMonitor | What::Reopened { .. } => plain("customer-history-reopened"),
        What::Merged { into } => {
            (Text::key("history-merged").with("into", Value::Code(into.to_string())), vec![])
        }
        What::Called { .. }
        | What::AtRisk { .. }
        | What::Noted { .. }
        | What::Published { .. }
        | What::Shown { .. } => return None,
    })
}
