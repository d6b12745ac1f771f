//! The commands that only look: standing, arithmetic, incidents, what was sent, and help.

use std::collections::BTreeSet;

use crate::announce::history::{self, Called};
use crate::announce::view::{customer_view, incident_view};
use crate::commands::access::Scope;
use crate::commands::acts::covering;
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::desk::Desk;
use crate::commands::near::near;
use crate::commands::preview::preview;
use crate::commands::spec::{Command, names};
use crate::commands::words::{clock_key, service_name};
use crate::commands::{access, choose, status, why};
use crate::core::doc::{Block, Doc, Field, Line, Text, Value, Weight};
use crate::core::event::{AgreementId, IncidentNumber, ServiceId};
use crate::core::incident::Incident;
use crate::core::notice::{self, card, legend};
use crate::core::standing::{Standing, standings};
use crate::core::state::State;

/// The symbols as they are really shown.
const SYMBOLS: legend::Symbols =
    legend::Symbols { tone: crate::i18n::tone_symbol, verdict: crate::i18n::verdict_symbol };
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
        let in_sight = agreements.clone();
        let mut service = None;
        for word in [first, second].into_iter().flatten() {
            if let Some(found) = choose::find_service(&state, &services, word) {
                service = Some(found);
            } else if let Some(found) = choose::find_agreement(&state, &in_sight, word) {
                agreements = vec![found];
            } else {
                return Err(neither(&state, asking, &services, &in_sight, word, "status"));
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
        if first.is_none() {
            doc = offer_parts(&state, doc, &in_sight, &services);
        }
        let words: Vec<&str> = [first, second].into_iter().flatten().collect();
        Ok(long(doc, number, format!("status {}", words.join(" "))))
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
            let incident = choose::attended(&state, asking, Some(named), "why")?;
            let agreements = covering(&state, asking, &incident);
            let wanted = self.clock_named(&state, asking, &incident, &agreements, part.as_deref())?;
            let doc = why::incident(&state, &incident, &agreements, wanted.as_deref(), *whole, asking.now);
            return Ok(long(
                offer_whole(doc, *whole, &line),
                *number,
                line(if *whole { " --whole" } else { "" }),
            ));
        }
        let standing = find_standing(&state, asking, what, part.as_deref(), customer.as_deref())?;
        let view = why::View { whole: *whole, operators: asking.as_operator() };
        let doc = offer_whole(why::objective(&state, &standing, view), *whole, &line);
        Ok(long(doc, *number, line(if *whole { " --whole" } else { "" })))
    }

    /// The clock a word means: by the objective's name, or by its kind in the asker's language.
    fn clock_named(
        &self,
        state: &State,
        asking: &Asking,
        incident: &Incident,
        agreements: &[AgreementId],
        part: Option<&str>,
    ) -> Result<Option<String>, Doc> {
        let Some(part) = part.filter(|part| !part.trim().is_empty()) else { return Ok(None) };
        let wanted = part.trim().to_lowercase();
        let names: BTreeSet<(String, String)> = why::clocks(state, incident, agreements, asking.now)
            .into_iter()
            .map(|clock| (clock.objective, crate::i18n::words(clock_key(clock.kind), asking.locale.language)))
            .collect();
        let known =
            |(name, kind): &&(String, String)| name.to_lowercase() == wanted || kind.to_lowercase() == wanted;
        if let Some((name, _)) = names.iter().find(known) {
            return Ok(Some(name.clone()));
        }
        let nearest = near(part, names.iter().map(|(name, _)| (name.clone(), name)));
        let text = match nearest {
            Some(near) => Text::key("error-no-clock-near").with("near", Value::Code(near.clone())),
            None => Text::key("error-no-clock"),
        };
        let known = names.iter().map(|(name, _)| Value::Code(name.clone())).collect();
        let number = incident.number().map(|number| number.to_string()).unwrap_or_default();
        let doc = asking.refuse(
            text.with("clock", Value::Untrusted(part.to_owned()))
                .with("incident", Value::Code(number.clone()))
                .with("clocks", Value::List(known)),
        );
        Err(nearest.into_iter().fold(doc, |doc, near| {
            doc.button(Text::name(near.clone()), format!("why {number} {near}"), Weight::Primary)
        }))
    }

    /// `/incidents`
    pub async fn incidents(&self, asking: &Asking, all: bool, number: u32) -> Outcome {
        let state = self.journal().read().await;
        let agreements = asking.agreements(&state);
        let operators = asking.as_operator();
        let mut shown = match all {
            true => choose::latest(&state, asking),
            false => status::open(&state, &agreements, operators, asking.now),
        };
        let head = if all { "incidents-latest" } else { "incidents-open" };
        let mut doc =
            asking.say(Text::key(head).with("count", i64::try_from(shown.len()).unwrap_or(i64::MAX)));
        // Beside them, not counted.
        if !all {
            shown.extend(status::open_drills(&state, &agreements, operators, asking.now));
        }
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
        Ok(long(doc, number, if all { "incidents --all" } else { "incidents" }.to_owned()))
    }

    /// `/incident <id>`: its card and its history.
    pub async fn incident(
        &self,
        asking: &Asking,
        named: Option<IncidentNumber>,
        customer: Option<&str>,
        number: u32,
    ) -> Outcome {
        let directory = self.directory().get();
        let incident = choose::attended(&*self.journal().read().await, asking, named, "incident")?;
        let called = Called::read(self.store(), &incident).await.map_err(|error| {
            tracing::error!(%error, "who was called could not be read");
            asking.refuse_key("error-not-read")
        })?;
        let state = self.journal().read().await;
        let id = incident.number().ok_or_else(|| asking.refuse_key("error-nothing-open"))?;
        let mut command = format!("incident {id}");
        let mut scope = asking.scope.clone();
        let mut doc = if asking.as_operator() {
            card::card(
                &incident_view(&state, &directory, &incident, &asking.scope, asking.now)
                    .ok_or_else(|| asking.refuse_key("error-nothing-open"))?,
            )
        } else {
            let own = covering(&state, asking, &incident);
            let agreement = choose::agreement(&state, asking, &own, customer, &command)?;
            let view = customer_view(&state, &incident, &agreement, asking.now);
            if own.len() > 1 {
                command.push_str(&format!(" --customer={agreement}"));
            }
            scope = Scope::Of(BTreeSet::from([agreement]));
            notice::customer::card(&view.ok_or_else(|| asking.refuse_key("error-nothing-open"))?)
        };
        let history = history::lines(&state, &incident, &scope, &called, asking.now);
        if !history.is_empty() {
            doc = doc.block(Block::Heading(Text::key("incident-history").into()));
            for line in history {
                doc = doc.line(line.head);
                doc.blocks.extend(line.blocks);
            }
        }
        Ok(long(doc, number, command))
    }

    /// `/preview`: an incident as the customer sees it.
    pub async fn preview(
        &self,
        asking: &Asking,
        named: Option<IncidentNumber>,
        named_customer: Option<&str>,
    ) -> Outcome {
        let directory = self.directory().get();
        let state = self.journal().read().await;
        let incident = choose::attended(&state, asking, named, "preview")?;
        let number = incident.number().ok_or_else(|| asking.refuse_key("error-nothing-open"))?;
        let among = covering(&state, asking, &incident);
        let agreement =
            choose::agreement(&state, asking, &among, named_customer, &format!("preview {number}"))?;
        let view = customer_view(&state, &incident, &agreement, asking.now)
            .ok_or_else(|| asking.refuse_key("error-no-agreement"))?;
        let mut shown = preview(&state, &directory, asking, &agreement, notice::customer::card(&view));
        if !state.told(number).is_published(number, &agreement) {
            let name = Value::Name(choose::customer(&state, &agreement));
            shown.frame = shown.frame.line(Text::key("preview-card-hidden").with("customer", name));
        }
        Ok(Reply::Preview(Box::new(shown)))
    }

    /// `/help`, `/help symbols`, `/help <command>`
    pub fn help(&self, asking: &Asking, topic: Option<&str>) -> Outcome {
        if topic.is_some_and(|topic| topic.eq_ignore_ascii_case("symbols")) {
            return Ok(Reply::Private(legend::symbols(SYMBOLS, asking.now)));
        }
        let caller = asking.caller();
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

/// An answer that may need several pages.
fn long(doc: Doc, number: u32, command: String) -> Reply {
    Reply::Pages { doc, number, command: command.trim_end().to_owned() }
}

fn offer_whole(doc: Doc, whole: bool, line: &dyn Fn(&str) -> String) -> Doc {
    if whole { doc } else { doc.button(Text::key("button-whole"), line(" --whole"), Weight::Secondary) }
}

/// What a general answer can be narrowed to: a customer where there are several, else a service.
fn offer_parts(state: &State, doc: Doc, agreements: &[AgreementId], services: &[ServiceId]) -> Doc {
    let parts: Vec<(Line, String)> = match (agreements.len(), services.len()) {
        (2.., _) => choose::customers(state, agreements)
            .into_iter()
            .map(|(id, name)| (Text::name(name).into(), id.to_string()))
            .collect(),
        (_, 2..) => {
            services.iter().map(|id| (Text::Value(service_name(state, id)).into(), id.to_string())).collect()
        }
        _ => Vec::new(),
    };
    parts
        .into_iter()
        .take(choose::OFFERED)
        .fold(doc, |doc, (label, part)| doc.button(label, format!("status {part}"), Weight::Secondary))
}

/// A word that is neither a service nor a customer in sight.
pub(super) fn neither(
    state: &State,
    asking: &Asking,
    services: &[ServiceId],
    agreements: &[AgreementId],
    word: &str,
    command: &str,
) -> Doc {
    let customers = choose::customers(state, agreements);
    let names = customers.iter().flat_map(|(id, name)| [id.to_string(), name.clone()]);
    let is_customer = asking.as_operator()
        && near(word, names.map(|name| (name, ()))).is_some()
        && near(word, services.iter().map(|id| (id.to_string(), ()))).is_none();
    if is_customer {
        choose::no_customer(asking, &customers, word, |agreement| format!("{command} {agreement}"))
    } else {
        choose::no_service(state, asking, services, word, |service| format!("{command} {service}"))
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
            let mut label: Line = vec![Text::Value(notice::words::objective(&standing.objective.name))];
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
    let words = |what: &str, part: Option<&str>| {
        let part = part.map(|part| format!(" {part}")).unwrap_or_default();
        format!("why {what}{part}")
    };
    if let Some(customer) = customer {
        agreements = vec![choose::agreement(state, asking, &agreements, Some(customer), &words(what, part))?];
    }
    let all: Vec<Standing> =
        agreements.iter().flat_map(|agreement| standings(state, agreement, asking.now, asking.now)).collect();
    let wanted = what.to_lowercase();
    let mut fitting: Vec<Standing> =
        all.iter().filter(|standing| standing.objective.name.to_lowercase() == wanted).cloned().collect();
    if let Some(part) = part.filter(|_| !fitting.is_empty()) {
        let services = choose::services(state, asking);
        let instead = |service: &ServiceId| words(what, Some(service.as_str()));
        let service = choose::find_service(state, &services, part)
            .ok_or_else(|| choose::no_service(state, asking, &services, part, instead))?;
        let judged: Vec<ServiceId> = fitting.iter().filter_map(|standing| standing.service.clone()).collect();
        if !judged.is_empty() && !judged.contains(&service) {
            return Err(choose::no_service(state, asking, &judged, part, instead));
        }
        fitting.retain(|standing| standing.service.as_ref().is_none_or(|known| *known == service));
    }
    match fitting.len() {
        1 => Ok(fitting.remove(0)),
        0 => Err(no_objective(asking, &all, what, |name| words(name, part))),
        _ => {
            let mut doc = asking.say(Text::key("choose-why"));
            for standing in fitting.iter().take(choose::OFFERED) {
                let service =
                    standing.service.as_ref().map(|service| format!(" {service}")).unwrap_or_default();
                let mut label: Line = vec![Text::name(choose::customer(state, &standing.agreement))];
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

fn no_objective(asking: &Asking, all: &[Standing], typed: &str, instead: impl Fn(&str) -> String) -> Doc {
    let known: BTreeSet<&str> = all.iter().map(|standing| standing.objective.name.as_str()).collect();
    let nearest = near(typed, known.iter().map(|name| ((*name).to_owned(), *name)));
    let text = match nearest {
        Some(near) => Text::key("error-no-objective-near").with("near", Value::Code(near.to_owned())),
        None => Text::key("error-no-objective"),
    };
    let known = known.into_iter().map(|name| Value::Code(name.to_owned())).collect();
    let text = text.with("objective", Value::Untrusted(typed.to_owned()));
    let doc = asking.refuse(text.with("objectives", Value::List(known)));
    nearest.into_iter().fold(doc, |doc, near| doc.button(Text::name(near), instead(near), Weight::Primary))
}
