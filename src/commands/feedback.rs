//! `/feedback`, `/complaint` and `/settled`: what customers write, and whether it is settled.

mod list;

use std::collections::BTreeSet;

use crate::announce::feedback::writer_view;
use crate::commands::acts::covering;
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::desk::Desk;
use crate::commands::spec::{Command, YesNo};
use crate::core::doc::{Doc, Text, Value, Weight};
use crate::core::event::{AgreementId, Event, IncidentNumber, Prose, ServiceId};
use crate::core::notice::feedback::forms;
use crate::core::notice::feedback::writer::{HeardAt, receipt};
use crate::core::notice::view::Localized;
use crate::core::state::State;
use crate::core::time::Instant;
use crate::core::voice::{
    Feedback, FeedbackKind, FeedbackNumber, FeedbackState, Origin, Remark, Word, stamp,
};
use crate::journal::{Appended, entry_of};
use crate::store::prose::Sealed;

/// What a customer gave.
#[derive(Clone, Copy, Debug)]
struct Written<'a> {
    pub kind: FeedbackKind,
    pub words: &'a [String],
    pub filled: Option<&'a String>,
    pub service: Option<&'a str>,
    pub incident: Option<IncidentNumber>,
    pub customer: Option<&'a str>,
    pub about: Option<FeedbackNumber>,
}

/// Whom and what it concerns.
struct Concern {
    agreement: AgreementId,
    service: Option<ServiceId>,
    incident: Option<IncidentNumber>,
    /// Those to choose from.
    services: Vec<(ServiceId, Localized)>,
}

/// The text as it was written, without the blanks around it.
pub(super) fn verbatim(
    asking: &Asking,
    words: &[String],
    filled: Option<&String>,
) -> Result<Option<String>, Doc> {
    let text = filled.cloned().unwrap_or_else(|| words.join(" "));
    let text = text.trim();
    if text.chars().count() > usize::from(forms::LONGEST) {
        let text = Text::key("error-feedback-too-long").with("count", i64::from(forms::LONGEST));
        return Err(asking.refuse(text));
    }
    // A word alone that is to become an action is no text.
    let is_text = !text.is_empty() && (filled.is_some() || text != "list");
    Ok(is_text.then(|| text.to_owned()))
}

/// What the asker may see of it. What does not exist and what is somebody else's give the same answer.
pub(super) fn seen<'a>(
    state: &'a State,
    asking: &Asking,
    number: FeedbackNumber,
) -> Result<&'a Feedback, Doc> {
    let known = state.voice.feedback(number).filter(|known| asking.scope.includes(&known.agreement));
    known.ok_or_else(|| asking.refuse(about("error-no-feedback", number)))
}

/// A sentence about one piece of feedback.
pub(super) fn about(key: &'static str, number: FeedbackNumber) -> Text {
    let text = Text::Message { key: key.into(), args: Default::default() };
    text.with("feedback", Value::Code(number.to_string()))
}

/// Which one? `line` is the command with one.
pub(super) fn offer(
    asking: &Asking,
    found: &[(FeedbackNumber, &Feedback)],
    line: impl Fn(FeedbackNumber) -> String,
) -> Doc {
    found.iter().take(choose::OFFERED).fold(
        asking.say(Text::key("feedback-choose")),
        |doc, (number, known)| {
            let label = vec![
                Text::name(number.to_string()),
                Text::mark(" · "),
                crate::core::notice::feedback::kind_name(known.kind).into(),
            ];
            doc.button(label, line(*number), Weight::Secondary)
        },
    )
}

impl Desk {
    /// Appends a word of the asker's; `propose` looks at the state at that very moment.
    pub(super) async fn append_word(
        &self,
        asking: &Asking,
        prose: Vec<Sealed>,
        propose: impl FnOnce(&State, Instant) -> Result<Word, Doc> + Send + 'static,
    ) -> Result<Appended, Doc> {
        let propose = move |state: &State, now, by| {
            let word = Box::new(propose(state, now)?);
            Ok(vec![Event::Voice { at: now, by: Some(by), word }])
        };
        self.append(asking, prose, propose).await
    }

    /// What customers say to the provider.
    pub async fn customer_writes(&self, asking: &Asking, command: &Command) -> Outcome {
        match command {
            command if command.is_list() => self.list_feedback(asking, command).await,
            Command::Feedback { text: words, service, incident, customer, about, filled, .. } => {
                let (kind, filled, incident, about) =
                    (FeedbackKind::Feedback, filled.as_ref(), *incident, *about);
                let (service, customer) = (service.as_deref(), customer.as_deref());
                self.feedback(asking, Written { kind, words, filled, service, incident, customer, about })
                    .await
            }
            Command::Complaint { text: words, service, incident, customer, filled } => {
                let (kind, filled, incident, about) =
                    (FeedbackKind::Complaint, filled.as_ref(), *incident, None);
                let (service, customer) = (service.as_deref(), customer.as_deref());
                self.feedback(asking, Written { kind, words, filled, service, incident, customer, about })
                    .await
            }
            Command::Settled { feedback, answer } => self.settled(asking, *feedback, *answer).await,
            Command::Quote { wrote, how } => self.quote(asking, *wrote, *how).await,
            _ => Ok(Reply::Nothing),
        }
    }

    /// `/feedback` and `/complaint`
    async fn feedback(&self, asking: &Asking, written: Written<'_>) -> Outcome {
        let text = verbatim(asking, written.words, written.filled)?;
        if let Some(number) = written.about {
            return self.add_to_feedback(asking, number, text).await;
        }
        let concern = {
            let state = self.journal().read().await;
            concern(&state, asking, &written)?
        };
        let Some(text) = text else {
            let services = if concern.service.is_some() { &[][..] } else { &concern.services };
            return Ok(Reply::Form(forms::write(written.kind, concern.incident, services)));
        };
        self.submit(asking, written.kind, concern, &text).await
    }

    async fn submit(&self, asking: &Asking, kind: FeedbackKind, concern: Concern, text: &str) -> Outcome {
        let (sealed, prose) = self.seal(asking, text)?;
        let (reading, uncovered) = self.read_text(&concern.agreement, text).await;
        let remark = Remark { text: prose, reading, uncovered };
        let origin = match asking.from.direct {
            true => Origin::Direct(asking.from.platform.name().to_owned()),
            false => Origin::Channel(asking.from.to_string()),
        };
        let Concern { agreement, service, incident, .. } = concern;
        let propose = move |state: &State, now| {
            let stamp = Box::new(stamp(state, &agreement, incident, now));
            let feedback = state.voice.next_feedback();
            let (text, attachments) = (remark, None);
            Ok(Word::Submitted {
                feedback,
                kind,
                agreement,
                service,
                incident,
                text,
                attachments,
                origin,
                stamp,
            })
        };
        self.append_word(asking, vec![sealed], propose).await?;
        let state = self.journal().read().await;
        let taken = state.voice.submitted_by(&entry_of(&asking.id));
        let taken = taken.and_then(|number| Some((number, state.voice.feedback(number)?)));
        let (number, feedback) = taken.ok_or_else(|| asking.refuse_key("error-not-stored"))?;
        let heard = if asking.from.direct { HeardAt::Alone } else { HeardAt::Channel };
        let now = self.journal().now().max(asking.now);
        Ok(Reply::Private(receipt(&writer_view(&state, number, feedback, now), heard)))
    }

    async fn add_to_feedback(
        &self,
        asking: &Asking,
        number: FeedbackNumber,
        text: Option<String>,
    ) -> Outcome {
        let open = {
            let state = self.journal().read().await;
            seen(&state, asking, number)?.is_open()
        };
        let Some(text) = text else { return Ok(Reply::Form(forms::add(number))) };
        let (sealed, text) = self.seal(asking, &text)?;
        let word = Word::Added { feedback: number, text };
        self.append_word(asking, vec![sealed], move |_, _| Ok(word)).await?;
        if open {
            return Ok(Reply::Private(asking.say(about("feedback-done-added", number))));
        }
        let doc = asking.say(about("feedback-done-added-closed", number));
        let again = format!("settled {number} no");
        Ok(Reply::Private(doc.button(Text::key("feedback-button-unsettled"), again, Weight::Secondary)))
    }

    /// `/settled [FB-12] [yes|no]`
    async fn settled(
        &self,
        asking: &Asking,
        named: Option<FeedbackNumber>,
        answer: Option<YesNo>,
    ) -> Outcome {
        let (number, state) = {
            let state = self.journal().read().await;
            let number = awaiting(&state, asking, named)?;
            (number, seen(&state, asking, number)?.state())
        };
        let Some(answer) = answer else {
            let doc = asking.say(about("feedback-choose-settled", number));
            let doc = doc.button(
                Text::key("feedback-button-settled"),
                format!("settled {number} yes"),
                Weight::Primary,
            );
            let no = format!("settled {number} no");
            return Err(doc.button(Text::key("feedback-button-unsettled"), no, Weight::Secondary));
        };
        let settled = answer == YesNo::Yes;
        let before = match (state, settled) {
            (FeedbackState::Settled, true) => Some("feedback-done-settled-before"),
            (FeedbackState::Closed | FeedbackState::Settled, _) => None,
            (_, true) => Some("feedback-done-open-still"),
            (_, false) => return Ok(Reply::Form(forms::unsettled(number))),
        };
        if let Some(key) = before {
            return Ok(Reply::Private(asking.say(about(key, number))));
        }
        let asker = asking.clone();
        let propose = move |state: &State, _| {
            // Somebody may have opened it again in between; then nothing is settled.
            let known = seen(state, &asker, number)?;
            match known.is_open() {
                true => Err(asker.say(about("feedback-done-open-still", number))),
                false => Ok(Word::Settled { feedback: number, settled }),
            }
        };
        self.append_word(asking, Vec::new(), propose).await?;
        match settled {
            true => Ok(Reply::Private(asking.say(about("feedback-done-settled", number)))),
            false => Ok(Reply::Form(forms::unsettled(number))),
        }
    }
}

/// The one that was named, or the only one that waits for the asker's word.
fn awaiting(state: &State, asking: &Asking, named: Option<FeedbackNumber>) -> Result<FeedbackNumber, Doc> {
    if let Some(number) = named {
        return Ok(number);
    }
    let own = state.voice.all_feedback().filter(|(_, known)| asking.scope.includes(&known.agreement));
    let waiting: Vec<_> = own.filter(|(_, known)| known.state() == FeedbackState::Closed).collect();
    match waiting.as_slice() {
        [] => Err(asking.refuse_key("error-no-feedback-closed")),
        [(only, _)] => Ok(*only),
        several => Err(offer(asking, several, |number| format!("settled {number}"))),
    }
}

fn concern(state: &State, asking: &Asking, written: &Written<'_>) -> Result<Concern, Doc> {
    let command = forms::command(written.kind);
    if let Some(number) = written.incident {
        let incident = choose::incident(state, asking, Some(number), command)?;
        let own = covering(state, asking, &incident);
        let agreement = choose::agreement(state, asking, &own, written.customer, command)?;
        let (service, incident) = (Some(incident.service.clone()), incident.number());
        return Ok(Concern { agreement, service, incident, services: Vec::new() });
    }
    let in_force = choose::in_force(state, asking);
    let service = match written.service.filter(|named| !named.trim().is_empty()) {
        Some(typed) => {
            let services = in_force.iter().flat_map(|(_, version)| version.terms.services.iter().cloned());
            let services: Vec<ServiceId> = services.collect::<BTreeSet<_>>().into_iter().collect();
            Some(choose::find_service(state, &services, typed).ok_or_else(|| {
                let instead = |service: &ServiceId| format!("{command} --service={service}");
                choose::no_service(state, asking, &services, typed, instead)
            })?)
        }
        None => None,
    };
    let own = in_force.iter().filter(|(_, version)| {
        service.as_ref().is_none_or(|service| version.terms.services.contains(service))
    });
    let own: Vec<AgreementId> = own.map(|(id, _)| id.clone()).collect();
    let agreement = choose::agreement(state, asking, &own, written.customer, command)?;
    let version = in_force.iter().find(|(id, _)| *id == agreement).map(|(_, version)| version);
    let services = version.into_iter().flat_map(|version| version.terms.services.iter());
    let named = |id: &ServiceId| state.service(id).map(|known| (id.clone(), known.name.clone()));
    Ok(Concern { agreement, service, incident: None, services: services.filter_map(named).collect() })
}

/// The texts of a step that may have none.
pub(super) fn some(sealed: Option<(Sealed, Prose)>) -> (Vec<Sealed>, Option<Prose>) {
    sealed.map_or_else(Default::default, |(sealed, prose)| (vec![sealed], Some(prose)))
}
