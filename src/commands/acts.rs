//! The commands that change something: each becomes one act in the journal, or a form for what is missing.

use std::collections::BTreeSet;

use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::desk::Desk;
use crate::commands::spec::{Command, cause_name};
use crate::core::agreement::{Impact, Priority};
use crate::core::doc::{Doc, Text, Value, Weight};
use crate::core::event::{
    Act, AgreementId, CauseCategory, Event, IncidentNumber, PersonId, Prose, ServiceId,
};
use crate::core::incident::Incident;
use crate::core::notice::forms;
use crate::core::state::State;
use crate::core::time::Instant;
use crate::journal::{Appended, Refused};
use crate::store::prose::Sealed;

/// The longest text a command takes, in characters.
pub const LONGEST_TEXT: usize = 4_000;

/// A customer may call an incident still broken this long after it was resolved.
const REOPEN_DAYS: i64 = 14;

/// What was typed after the object, or filled into a form.
pub fn text_of(words: &[String], filled: Option<&String>) -> Option<String> {
    let text = filled.cloned().unwrap_or_else(|| words.join(" "));
    let text = text.trim();
    (!text.is_empty()).then(|| text.chars().take(LONGEST_TEXT).collect())
}

impl Desk {
    /// Runs a command that changes something.
    pub async fn act(&self, asking: &Asking, command: Command) -> Outcome {
        match command {
            Command::Ack { incident } => {
                self.simple(asking, incident, "ack", "done-acknowledged", |incident| Act::Acknowledged {
                    incident,
                })
                .await
            }
            Command::Call { incident } => {
                self.simple(asking, incident, "call", "done-called", |incident| Act::Escalated { incident })
                    .await
            }
            Command::Resolve { incident, text, filled } => {
                self.resolve(asking, incident, text_of(&text, filled.as_ref())).await
            }
            Command::Reopen { incident, text, customer, filled } => {
                self.reopen(asking, incident, text_of(&text, filled.as_ref()), customer.as_deref()).await
            }
            Command::Priority { incident, priority, reason, filled } => {
                self.prioritise(asking, incident, priority, text_of(&reason, filled.as_ref())).await
            }
            Command::Pause { incident, reason, customer, filled } => {
                self.pause(asking, incident, text_of(&reason, filled.as_ref()), customer).await
            }
            Command::Resume { incident, reason, customer, filled } => {
                self.resume(asking, incident, text_of(&reason, filled.as_ref()), customer).await
            }
            Command::Cause { incident, category, internal, public } => {
                self.cause(asking, incident, category, internal, public).await
            }
            Command::Note { incident, text, filled } => {
                self.note(asking, incident, text_of(&text, filled.as_ref())).await
            }
            Command::Say { incident, text, customer, filled } => {
                let text = text_of(&text, filled.as_ref());
                self.customer_says(asking, incident, text, customer.as_deref()).await
            }
            Command::Publish { incident, customer } => self.publish(asking, incident, customer).await,
            Command::Open { service, text, priority, down, filled } => {
                let text = text_of(&text, filled.as_ref());
                self.open_incident(
                    asking,
                    service,
                    text,
                    priority,
                    if down { Impact::Down } else { Impact::Degraded },
                )
                .await
            }
            Command::Report { service, text, customer, filled } => {
                self.report(asking, service, text_of(&text, filled.as_ref()), customer).await
            }
            _ => Ok(Reply::Nothing),
        }
    }

    /// Appends what the asker says or does. `propose` looks at the state at that very moment, and is given who it is;
    /// what it refuses with is the answer.
    pub(super) async fn append(
        &self,
        asking: &Asking,
        prose: Vec<Sealed>,
        propose: impl FnOnce(&State, Instant, PersonId) -> Result<Vec<Event>, Doc> + Send + 'static,
    ) -> Result<Appended, Doc> {
        let Some(by) = asking.person.clone() else { return Err(asking.refuse_key("error-no-account")) };
        let propose = move |state: &State, now| propose(state, now, by);
        self.journal().append(asking.id.clone(), prose, propose).await.map_err(|refused| match refused {
            Refused::Proposal(doc) => doc,
            Refused::Store(error) => {
                tracing::error!(%error, "what somebody said could not be journalled");
                asking.refuse_key("error-not-stored")
            }
        })
    }

    /// Appends an act by the asker.
    pub async fn append_act(&self, asking: &Asking, prose: Vec<Sealed>, act: Act) -> Result<Appended, Doc> {
        self.append(asking, prose, move |_, now, by| Ok(vec![Event::Act { at: now, by, act }])).await
    }

    pub(super) fn seal(&self, asking: &Asking, text: &str) -> Result<(Sealed, Prose), Doc> {
        let sealed = Sealed::new(text, asking.now).map_err(|error| {
            tracing::error!(%error, "a text could not be sealed");
            asking.refuse_key("error-not-stored")
        })?;
        let reference = sealed.reference();
        Ok((sealed, reference))
    }

    async fn find(
        &self,
        asking: &Asking,
        named: Option<IncidentNumber>,
        command: &str,
    ) -> Result<(Incident, IncidentNumber), Doc> {
        let state = self.journal().read().await;
        let incident = choose::attended(&state, asking, named, command)?;
        let number = incident.number().ok_or_else(|| asking.refuse_key("error-nothing-open"))?;
        Ok((incident, number))
    }

    fn done(asking: &Asking, key: &'static str, number: IncidentNumber) -> Outcome {
        Ok(Reply::Private(asking.say(Text::key(key).with("incident", Value::Code(number.to_string())))))
    }

    async fn simple(
        &self,
        asking: &Asking,
        named: Option<IncidentNumber>,
        command: &str,
        key: &'static str,
        act: impl FnOnce(IncidentNumber) -> Act,
    ) -> Outcome {
        let (incident, number) = self.find(asking, named, command).await?;
        if !incident.is_open() {
            return Err(closed(asking, number));
        }
        let has_it = |person: &PersonId| asking.person.as_ref() == Some(person);
        if command == "ack" && incident.owner().is_some_and(|(owner, _)| has_it(owner)) {
            return Self::done(asking, "done-acknowledged-before", number);
        }
        self.append_act(asking, Vec::new(), act(number)).await?;
        Self::done(asking, key, number)
    }

    async fn resolve(&self, asking: &Asking, named: Option<IncidentNumber>, text: Option<String>) -> Outcome {
        let (incident, number) = self.find(asking, named, "resolve").await?;
        if !incident.is_open() {
            return Err(closed(asking, number));
        }
        let (prose, text) = self.seal_some(asking, text.as_deref())?;
        self.append_act(asking, prose, Act::Resolved { incident: number, text }).await?;
        Self::done(asking, "done-resolved", number)
    }

    fn seal_some(&self, asking: &Asking, text: Option<&str>) -> Result<(Vec<Sealed>, Option<Prose>), Doc> {
        let Some(text) = text else { return Ok((Vec::new(), None)) };
        let (sealed, prose) = self.seal(asking, text)?;
        Ok((vec![sealed], Some(prose)))
    }

    async fn reopen(
        &self,
        asking: &Asking,
        named: Option<IncidentNumber>,
        text: Option<String>,
        customer: Option<&str>,
    ) -> Outcome {
        let Some(named) = named else {
            let state = self.journal().read().await;
            let mut doc = asking.say(Text::key("choose-incident"));
            for incident in
                choose::latest(&state, asking).iter().filter(|incident| !incident.is_open()).take(5)
            {
                if let Some(number) = incident.number() {
                    doc = doc.button(
                        Text::name(number.to_string()),
                        format!("reopen {number}"),
                        Weight::Secondary,
                    );
                }
            }
            return Err(if doc.buttons.is_empty() {
                asking.refuse_key("error-nothing-resolved")
            } else {
                doc
            });
        };
        let (incident, number) = self.find(asking, Some(named), "reopen").await?;
        if number.is_drill() {
            return Err(asking.refuse_key("error-drill-not"));
        }
        let Some((closed, _)) = incident.closed() else {
            return Self::done(asking, "done-open-already", number);
        };
        let latest = {
            let state = self.journal().read().await;
            state.incidents(&incident.service, asking.now).pop().and_then(|last| last.number())
                == Some(number)
        };
        if !latest || closed + crate::core::time::Span::from_days(REOPEN_DAYS) < asking.now {
            return Err(asking.refuse(
                Text::key("error-too-old-to-reopen").with("incident", Value::Code(number.to_string())),
            ));
        }
        let agreement = self.own_agreement(asking, &incident, customer, &format!("reopen {number}")).await?;
        let (prose, text) = self.seal_some(asking, text.as_deref())?;
        self.append_act(asking, prose, Act::Reopened { incident: number, agreement, text }).await?;
        Self::done(asking, if asking.as_operator() { "done-reopened" } else { "done-still-broken" }, number)
    }

    /// The customer for whom somebody speaks; none for operators. Who speaks for several names one.
    async fn own_agreement(
        &self,
        asking: &Asking,
        incident: &Incident,
        named: Option<&str>,
        command: &str,
    ) -> Result<Option<AgreementId>, Doc> {
        if asking.as_operator() {
            return Ok(None);
        }
        let state = self.journal().read().await;
        let own = covering(&state, asking, incident);
        choose::agreement(&state, asking, &own, named, command).map(Some)
    }

    async fn prioritise(
        &self,
        asking: &Asking,
        named: Option<IncidentNumber>,
        priority: Option<Priority>,
        reason: Option<String>,
    ) -> Outcome {
        let (incident, number) = self.find(asking, named, "priority").await?;
        let Some(priority) = priority else {
            let mut doc =
                asking.say(Text::key("choose-priority").with("incident", Value::Code(number.to_string())));
            for priority in Priority::ALL {
                doc = doc.button(
                    Text::name(priority.to_string()),
                    format!("priority {number} {priority}"),
                    Weight::Secondary,
                );
            }
            return Err(doc);
        };
        if incident.priority == priority {
            return Err(asking.refuse(
                Text::key("error-same-priority").with("priority", Value::Name(priority.to_string())),
            ));
        }
        let Some(reason) = reason else { return Ok(Reply::Form(forms::priority(number, priority))) };
        let (sealed, reason) = self.seal(asking, &reason)?;
        self.append_act(asking, vec![sealed], Act::Prioritised { incident: number, priority, reason })
            .await?;
        Self::done(asking, "done-prioritised", number)
    }

    /// One customer named, or all.
    async fn one_or_all(
        &self,
        asking: &Asking,
        incident: &Incident,
        named: Option<&str>,
        command: &str,
    ) -> Result<Option<AgreementId>, Doc> {
        let Some(named) = named.filter(|named| !named.is_empty()) else { return Ok(None) };
        let state = self.journal().read().await;
        let among = covering(&state, asking, incident);
        choose::agreement(&state, asking, &among, Some(named), command).map(Some)
    }

    /// Whom a form is about: the one named, or all that the incident concerns.
    async fn whom(&self, asking: &Asking, incident: &Incident, one: Option<&AgreementId>) -> forms::Whom {
        let state = self.journal().read().await;
        whom(&state, asking, incident, one)
    }

    async fn pause(
        &self,
        asking: &Asking,
        named: Option<IncidentNumber>,
        reason: Option<String>,
        customer: Option<String>,
    ) -> Outcome {
        let (incident, number) = self.find(asking, named, "pause").await?;
        if !incident.is_open() {
            return Err(closed(asking, number));
        }
        let command = format!("pause {number}");
        let agreement = self.one_or_all(asking, &incident, customer.as_deref(), &command).await?;
        let Some(reason) = reason else {
            let whom = self.whom(asking, &incident, agreement.as_ref()).await;
            return Ok(Reply::Form(forms::pause(number, &whom)));
        };
        let (sealed, reason) = self.seal(asking, &reason)?;
        self.append_act(asking, vec![sealed], Act::Paused { incident: number, agreement, reason }).await?;
        Self::done(asking, "done-paused", number)
    }

    async fn resume(
        &self,
        asking: &Asking,
        named: Option<IncidentNumber>,
        reason: Option<String>,
        customer: Option<String>,
    ) -> Outcome {
        let (incident, number) = self.find(asking, named, "resume").await?;
        let agreement =
            self.one_or_all(asking, &incident, customer.as_deref(), &format!("resume {number}")).await?;
        let (prose, reason) = self.seal_some(asking, reason.as_deref())?;
        self.append_act(asking, prose, Act::Resumed { incident: number, agreement, reason }).await?;
        Self::done(asking, "done-resumed", number)
    }

    async fn cause(
        &self,
        asking: &Asking,
        named: Option<IncidentNumber>,
        category: Option<CauseCategory>,
        internal: Option<String>,
        public: Option<String>,
    ) -> Outcome {
        let (_, number) = self.find(asking, named, "cause").await?;
        let Some(category) = category else {
            let mut doc =
                asking.say(Text::key("choose-cause").with("incident", Value::Code(number.to_string())));
            for category in CauseCategory::ALL {
                let label = Text::Value(crate::core::notice::words::cause(category));
                doc =
                    doc.button(label, format!("cause {number} {}", cause_name(category)), Weight::Secondary);
            }
            return Err(doc);
        };
        if internal.is_none() && public.is_none() {
            return Ok(Reply::Form(forms::cause(number, category, cause_name)));
        }
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let (mut prose, internal) = self.seal_some(asking, given(internal).as_deref())?;
        let (more, customer) = self.seal_some(asking, given(public).as_deref())?;
        prose.extend(more);
        self.append_act(asking, prose, Act::Caused { incident: number, category, internal, customer })
            .await?;
        Self::done(asking, "done-cause", number)
    }

    async fn note(&self, asking: &Asking, named: Option<IncidentNumber>, text: Option<String>) -> Outcome {
        let (_, number) = self.find(asking, named, "note").await?;
        let Some(text) = text else { return Ok(Reply::Form(forms::note(number))) };
        let (sealed, text) = self.seal(asking, &text)?;
        self.append_act(asking, vec![sealed], Act::Noted { incident: number, text }).await?;
        Self::done(asking, "done-noted", number)
    }

    async fn customer_says(
        &self,
        asking: &Asking,
        named: Option<IncidentNumber>,
        text: Option<String>,
        customer: Option<&str>,
    ) -> Outcome {
        let (incident, number) = self.find(asking, named, "say").await?;
        let command = format!("say {number}");
        let Some(agreement) = self.own_agreement(asking, &incident, customer, &command).await? else {
            return Err(asking.refuse_key("error-customers-only"));
        };
        let Some(text) = text else { return Ok(Reply::Form(forms::say(number))) };
        let (sealed, text) = self.seal(asking, &text)?;
        self.append_act(asking, vec![sealed], Act::Said { incident: number, agreement, text }).await?;
        Self::done(asking, "done-said", number)
    }

    async fn publish(
        &self,
        asking: &Asking,
        named: Option<IncidentNumber>,
        customer: Option<String>,
    ) -> Outcome {
        let (incident, number) = self.find(asking, named, "publish").await?;
        if number.is_drill() {
            return Err(asking.refuse_key("error-drill-not"));
        }
        let state = self.journal().read().await;
        let hidden: Vec<AgreementId> = covering(&state, asking, &incident)
            .into_iter()
            .filter(|agreement| !state.ledger.is_published(number, agreement))
            .collect();
        if hidden.is_empty() {
            return Self::done(asking, "done-published-before", number);
        }
        let agreement =
            choose::agreement(&state, asking, &hidden, customer.as_deref(), &format!("publish {number}"))?;
        drop(state);
        self.append_act(asking, Vec::new(), Act::Published { incident: number, agreement }).await?;
        Self::done(asking, "done-published", number)
    }

    async fn open_incident(
        &self,
        asking: &Asking,
        service: Option<String>,
        text: Option<String>,
        priority: Option<Priority>,
        impact: Impact,
    ) -> Outcome {
        let (service, name) = {
            let state = self.journal().read().await;
            let services = choose::services(&state, asking);
            let service = choose::service(&state, asking, &services, service.as_deref(), "open")?;
            let name = state.service(&service).map(|service| service.name.clone()).unwrap_or_default();
            (service, name)
        };
        let Some(text) = text else { return Ok(Reply::Form(forms::open(service.as_str(), &name))) };
        let (sealed, text) = self.seal(asking, &text)?;
        self.append_act(
            asking,
            vec![sealed],
            Act::Opened { service: service.clone(), impact, priority, text },
        )
        .await?;
        self.opened(asking, &service, "done-opened").await
    }

    async fn report(
        &self,
        asking: &Asking,
        service: Option<String>,
        text: Option<String>,
        customer: Option<String>,
    ) -> Outcome {
        let (service, agreement, name) = {
            let state = self.journal().read().await;
            let in_force = choose::in_force(&state, asking);
            let services: BTreeSet<ServiceId> =
                in_force.iter().flat_map(|(_, version)| version.terms.services.iter().cloned()).collect();
            let services: Vec<ServiceId> = services.into_iter().collect();
            let service = choose::service(&state, asking, &services, service.as_deref(), "report")?;
            let own: Vec<AgreementId> = in_force
                .into_iter()
                .filter(|(_, version)| version.terms.services.contains(&service))
                .map(|(id, _)| id)
                .collect();
            let agreement =
                choose::agreement(&state, asking, &own, customer.as_deref(), &format!("report {service}"))?;
            let name = state.service(&service).map(|service| service.name.clone()).unwrap_or_default();
            (service, agreement, name)
        };
        let Some(text) = text else { return Ok(Reply::Form(forms::report(service.as_str(), &name))) };
        let (sealed, text) = self.seal(asking, &text)?;
        self.append_act(asking, vec![sealed], Act::Reported { service: service.clone(), agreement, text })
            .await?;
        self.opened(asking, &service, "done-reported").await
    }

    async fn opened(
        &self,
        asking: &Asking,
        service: &crate::core::event::ServiceId,
        key: &'static str,
    ) -> Outcome {
        let state = self.journal().read().await;
        let now = self.journal().now().max(asking.now);
        let number = state.incidents(service, now).pop().and_then(|incident| incident.number());
        match number {
            Some(number) => Self::done(asking, key, number),
            None => Err(asking.refuse_key("error-not-stored")),
        }
    }
}

fn closed(asking: &Asking, number: IncidentNumber) -> Doc {
    let doc = asking.refuse(Text::key("error-closed").with("incident", Value::Code(number.to_string())));
    doc.button(Text::key("button-reopen"), format!("reopen {number}"), Weight::Secondary)
}

/// The agreements in sight that cover an incident; for customers those to whom it is published.
pub fn covering(state: &State, asking: &Asking, incident: &Incident) -> Vec<AgreementId> {
    let told = |id: &AgreementId| {
        asking.as_operator()
            || incident.number().is_some_and(|number| state.told(number).is_published(number, id))
    };
    let covering = state.covering(incident, asking.now).into_iter().map(|(id, _)| id.clone());
    covering.filter(|id| asking.scope.includes(id) && told(id)).collect()
}

/// Whom a form is about: the one named, or all that the incident concerns.
pub fn whom(state: &State, asking: &Asking, incident: &Incident, one: Option<&AgreementId>) -> forms::Whom {
    match one {
        Some(one) => forms::Whom::One(one.to_string(), choose::customer(state, one)),
        None => {
            let customers = choose::customers(state, &covering(state, asking, incident));
            forms::Whom::AllOf(customers.into_iter().map(|(id, name)| (id.0, name)).collect())
        }
    }
}
