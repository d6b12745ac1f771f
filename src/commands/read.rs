//! The commands that only look: standing, arithmetic, incidents, what was sent, and help.

use crate::announce::history::{self, Called};
use crate::announce::view::{customer_view, incident_view};
use crate::chat::Address;
use crate::commands::access::Place;
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::desk::Desk;
use crate::commands::page::page;
use crate::commands::spec::{Command, names};
use crate::commands::words::{objective_name, service_name};
use crate::commands::{access, choose, status, why};
use crate::core::doc::{Block, Doc, Field, Line, Text, Value, Weight};
use crate::core::event::{AgreementId, IncidentNumber};
use crate::core::notice::{card, customer, legend};
use crate::core::standing::{Standing, standings};
use crate::core::state::State;
use crate::store::record::Chain;

/// The symbols as they are really shown.
const SYMBOLS: legend::Symbols =
    legend::Symbols { tone: crate::i18n::tone_symbol, verdict: crate::i18n::verdict_symbol };
/// Lines of the delivery record on one page.
const RECORD_PAGE: u32 = 12;
/// Incidents on one page.
const INCIDENTS: usize = 15;

impl Desk {
    /// `/status [customer] [service]`
    pub async fn status(
        &self,
        asking: &Asking,
        first: Option<&str>,
        second: Option<&str>,
        number: u32,
    ) -> Outcome {
        let state = self.journal().read().await;
        let mut agreements: Vec<AgreementId> = asking.agreements(&state).into_iter().collect();
        let services = choose::services(&state, asking);
        let mut service = None;
        for word in [first, second].into_iter().flatten() {
            if let Some(found) = choose::find_service(&state, &services, word) {
                service = Some(found);
            } else {
                agreements = vec![choose::agreement(&state, asking, &agreements, Some(word), "status")?];
            }
        }
        if let Some(service) = &service {
            agreements.retain(|id| {
                state
                    .agreements
                    .get(id)
                    .and_then(|v| v.at(asking.now))
                    .is_some_and(|v| v.terms.services.contains(service))
            });
        }
        let mut doc = status::status(&state, &agreements, service.as_ref(), asking.as_operator(), asking.now);
        if asking.as_operator() {
            doc.blocks.extend(self.platforms());
        }
        let words: Vec<&str> = [first, second].into_iter().flatten().collect();
        Ok(Reply::Private(page(doc, number, &format!("status {}", words.join(" ")))))
    }

    /// Platforms that do not work now.
    fn platforms(&self) -> Option<Block> {
        let down: Vec<Line> = self
            .parts()
            .into_iter()
            .filter_map(|(name, health)| match health {
                crate::chat::Health::Down(reason) => Some(
                    Text::key("status-platform-down")
                        .with("platform", Value::Name(name))
                        .with("reason", Value::Untrusted(reason))
                        .into(),
                ),
                _ => None,
            })
            .collect();
        (!down.is_empty()).then_some(Block::List(down))
    }

    /// `/why <objective or incident>`
    pub async fn why(&self, asking: &Asking, command: &Command) -> Outcome {
        let Command::Why { what, part, customer, whole, page: number } = command else {
            return Ok(Reply::Nothing);
        };
        let state = self.journal().read().await;
        let Some(what) = what else { return Err(why_choices(&state, asking)) };
        let line = |extra: &str| {
            let part = part.as_deref().map(|part| format!(" {part}")).unwrap_or_default();
            let customer =
                customer.as_deref().map(|customer| format!(" --customer={customer}")).unwrap_or_default();
            format!("why {what}{part}{customer}{extra}")
        };
        if let Ok(named) = what.parse::<IncidentNumber>() {
            let incident = choose::incident(&state, asking, Some(named), "why")?;
            let agreements: Vec<AgreementId> = asking.agreements(&state).into_iter().collect();
            let doc = why::incident(&state, &incident, &agreements, part.as_deref(), asking.now);
            return Ok(Reply::Private(page(doc, *number, &line(""))));
        }
        let standing = find_standing(&state, asking, what, part.as_deref(), customer.as_deref())?;
        let mut doc = why::objective(&state, &standing, *whole);
        if !whole {
            doc = doc.button(Text::key("button-whole"), line(" --whole"), Weight::Secondary);
        }
        Ok(Reply::Private(page(doc, *number, &line(if *whole { " --whole" } else { "" }))))
    }

    /// `/incidents`
    pub async fn incidents(&self, asking: &Asking, all: bool, number: u32) -> Outcome {
        let state = self.journal().read().await;
        let agreements = asking.agreements(&state);
        let shown = if all {
            choose::latest(&state, asking)
        } else {
            status::open(&state, &agreements, asking.as_operator(), asking.now)
        };
        let head = if all { "incidents-latest" } else { "incidents-open" };
        let mut doc =
            asking.say(Text::key(head).with("count", i64::try_from(shown.len()).unwrap_or(i64::MAX)));
        let lines: Vec<Line> = shown
            .iter()
            .map(|incident| status::incident_line(&state, incident, asking.as_operator()))
            .collect();
        doc = if lines.is_empty() {
            doc.line(Text::key("status-no-incidents"))
        } else {
            doc.block(Block::List(lines))
        };
        for incident in shown.iter().take(INCIDENTS).filter(|_| !all).take(5) {
            if let Some(number) = incident.number() {
                doc = doc.button(
                    Text::name(number.to_string()),
                    format!("incident {number}"),
                    Weight::Secondary,
                );
            }
        }
        if !all {
            doc = doc.button(Text::key("button-latest"), "incidents --all", Weight::Secondary);
        }
        Ok(Reply::Private(page(doc, number, if all { "incidents --all" } else { "incidents" })))
    }

    /// `/incident <id>`: its card and its history.
    pub async fn incident(&self, asking: &Asking, named: Option<IncidentNumber>, number: u32) -> Outcome {
        let directory = self.directory().get();
        let incident = choose::incident(&*self.journal().read().await, asking, named, "incident")?;
        let called = Called::read(self.store(), &incident).await.map_err(|error| {
            tracing::error!(%error, "who was called could not be read");
            asking.refuse_key("error-not-read")
        })?;
        let state = self.journal().read().await;
        let id = incident.number().ok_or_else(|| asking.refuse_key("error-nothing-open"))?;
        let mut doc = if asking.as_operator() {
            card::card(
                &incident_view(&state, &directory, &incident, &asking.scope, asking.now)
                    .ok_or_else(|| asking.refuse_key("error-nothing-open"))?,
            )
        } else {
            let own = crate::commands::acts::covering(&state, asking, &incident);
            let view =
                own.first().and_then(|agreement| customer_view(&state, &incident, agreement, asking.now));
            customer::card(&view.ok_or_else(|| asking.refuse_key("error-nothing-open"))?)
        };
        let history = history::lines(&state, &incident, &asking.scope, &called, asking.now);
        if !history.is_empty() {
            doc = doc.block(Block::Heading(Text::key("incident-history").into()));
            for line in history {
                doc = doc.line(line.head);
                doc.blocks.extend(line.blocks);
            }
        }
        Ok(Reply::Private(page(doc, number, &format!("incident {id}"))))
    }

    /// `/preview`: an incident as the customer sees it.
    pub async fn preview(
        &self,
        asking: &Asking,
        named: Option<IncidentNumber>,
        named_customer: Option<&str>,
    ) -> Outcome {
        let state = self.journal().read().await;
        let incident = choose::incident(&state, asking, named, "preview")?;
        let number = incident.number().ok_or_else(|| asking.refuse_key("error-nothing-open"))?;
        let among = crate::commands::acts::covering(&state, asking, &incident);
        let agreement =
            choose::agreement(&state, asking, &among, named_customer, &format!("preview {number}"))?;
        let view = customer_view(&state, &incident, &agreement, asking.now)
            .ok_or_else(|| asking.refuse_key("error-no-agreement"))?;
        let mut doc = customer::card(&view);
        // The buttons are the customer's to press.
        doc.buttons.clear();
        let name = state
            .agreements
            .get(&agreement)
            .and_then(|v| v.latest())
            .map(|v| v.terms.customer.clone())
            .unwrap_or_default();
        let key = if state.ledger.is_published(number, &agreement) {
            "preview-card"
        } else {
            "preview-card-hidden"
        };
        doc.footer = Text::key(key).with("customer", Value::Name(name)).into();
        Ok(Reply::Private(doc))
    }

    /// `/log`: what was sent here, when, and what became of it.
    pub async fn log(&self, asking: &Asking, number: u32) -> Outcome {
        let number = number.max(1);
        let place: Address = asking.from.clone();
        let skip = (number - 1).saturating_mul(RECORD_PAGE);
        let chains = self.chains(asking).await;
        let said = self.store().said_at(&place.to_string(), &chains, RECORD_PAGE + 1, skip).await.map_err(
            |error| {
                tracing::error!(%error, "the record could not be read");
                asking.refuse_key("error-not-read")
            },
        )?;
        let mut doc = asking.say(Text::key("log-head").with("page", i64::from(number)));
        let fields: Vec<Field> = said.iter().take(RECORD_PAGE as usize).map(log_line).collect();
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

    /// `/help`, `/help symbols`, `/help <command>`
    pub fn help(&self, asking: &Asking, topic: Option<&str>) -> Outcome {
        if topic.is_some_and(|topic| topic.eq_ignore_ascii_case("symbols")) {
            return Ok(Reply::Private(legend::symbols(SYMBOLS, asking.now)));
        }
        let caller = access::Caller {
            person: asking.person.clone(),
            rights: asking.rights.clone(),
            place: asking.place.clone(),
        };
        let allowed = |name: &String| {
            let parsed = crate::commands::spec::read(std::slice::from_ref(name));
            parsed.is_ok_and(|command| access::access(&caller, &command).is_ok())
        };
        let fields: Vec<Field> = names()
            .iter()
            .filter(|name| topic.is_none_or(|topic| topic.trim_start_matches('/').eq_ignore_ascii_case(name)))
            .filter(|name| allowed(name))
            .map(|name| Field {
                name: Text::Value(Value::Code(format!("/{name}"))).into(),
                verdict: None,
                value: Text::Message {
                    key: format!("command-{}", name.replace('_', "-")).into(),
                    args: Default::default(),
                }
                .into(),
            })
            .collect();
        if fields.is_empty() {
            return Err(asking.refuse_key("help-none"));
        }
        let doc = asking.say(Text::key("help-head")).block(Block::Fields(fields));
        Ok(Reply::Private(doc.button(Text::key("button-symbols"), "help symbols", Weight::Secondary)))
    }
}

fn log_line(recorded: &crate::store::record::Recorded) -> Field {
    let said = &recorded.said;
    let outcome = Value::Term(format!("outcome-{}", said.outcome.name()).into());
    Field {
        name: Text::Value(Value::ExactMoment(said.at)).into(),
        verdict: None,
        value: Text::key("log-line")
            .with("kind", Value::Name(said.kind.clone()))
            .with("outcome", outcome)
            .with("message", Value::Code(said.message.clone().unwrap_or_else(|| "–".to_owned())))
            .with("number", i64::try_from(recorded.number).unwrap_or(i64::MAX))
            .with("sha256", Value::Code(said.sha256.chars().take(12).collect()))
            .into(),
    }
}

/// Every objective in sight as a button, and the open incidents.
fn why_choices(state: &State, asking: &Asking) -> Doc {
    let mut doc = asking.say(Text::key("choose-why"));
    let agreements = asking.agreements(state);
    for incident in status::open(state, &agreements, asking.as_operator(), asking.now).iter().take(5) {
        if let Some(number) = incident.number() {
            doc = doc.button(Text::name(number.to_string()), format!("why {number}"), Weight::Secondary);
        }
    }
    let several = agreements.len() > 1;
    for agreement in &agreements {
        for standing in standings(state, agreement, asking.now, asking.now) {
            let mut label: Line = vec![Text::Value(objective_name(&standing.objective))];
            if let Some(service) = &standing.service {
                label.extend([Text::mark(" · "), Text::Value(service_name(state, service))]);
            }
            if several {
                label.extend([Text::mark(" · "), Text::name(agreement.to_string())]);
            }
            let service = standing.service.as_ref().map(|service| format!(" {service}")).unwrap_or_default();
            let customer = if several { format!(" --customer={agreement}") } else { String::new() };
            doc = doc.button(
                label,
                format!("why {}{service}{customer}", standing.objective.name),
                Weight::Secondary,
            );
        }
    }
    doc.buttons.truncate(20);
    doc
}

fn find_standing(
    state: &State,
    asking: &Asking,
    what: &str,
    part: Option<&str>,
    customer: Option<&str>,
) -> Result<Standing, Doc> {
    let mut agreements: Vec<AgreementId> = asking.agreements(state).into_iter().collect();
    if let Some(customer) = customer {
        agreements = vec![choose::agreement(state, asking, &agreements, Some(customer), "why")?];
    }
    let all: Vec<Standing> =
        agreements.iter().flat_map(|agreement| standings(state, agreement, asking.now, asking.now)).collect();
    let wanted = what.to_lowercase();
    let mut fitting: Vec<Standing> =
        all.iter().filter(|standing| standing.objective.name.to_lowercase() == wanted).cloned().collect();
    if let Some(part) = part {
        let services = choose::services(state, asking);
        let service = choose::find_service(state, &services, part);
        fitting.retain(|standing| standing.service.is_none() || standing.service == service);
    }
    match fitting.len() {
        1 => Ok(fitting.remove(0)),
        0 => {
            let known: std::collections::BTreeSet<&str> =
                all.iter().map(|standing| standing.objective.name.as_str()).collect();
            let known = known.into_iter().map(|name| Value::Code(name.to_owned())).collect();
            let text = Text::key("error-no-objective").with("objective", Value::Untrusted(what.to_owned()));
            Err(asking.refuse(text.with("objectives", Value::List(known))))
        }
        _ => {
            let mut doc = asking.say(Text::key("choose-why"));
            for standing in fitting.iter().take(20) {
                let service =
                    standing.service.as_ref().map(|service| format!(" {service}")).unwrap_or_default();
                let mut label: Line = vec![Text::name(standing.agreement.to_string())];
                if let Some(service) = &standing.service {
                    label.extend([Text::mark(" · "), Text::Value(service_name(state, service))]);
                }
                doc = doc.button(
                    label,
                    format!("why {wanted}{service} --customer={}", standing.agreement),
                    Weight::Secondary,
                );
            }
            Err(doc)
        }
    }
}
