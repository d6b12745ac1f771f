//! Who is told of feedback and complaints: the operators on a living card with what was done under it, whoever
//! must see to it in messages that ring, and the writer of every step where they wrote.

use std::collections::BTreeMap;

use super::storm::Ring;
use super::view::service_name;
use super::wake::join;
use super::{Composing, Letter};
use crate::chat::{Address, Platform};
use crate::commands::spec::NotifyKind;
use crate::config::WakeOn;
use crate::core::decide::{Notice, NoticeKind};
use crate::core::doc::{Doc, Line, Text};
use crate::core::event::{AgreementId, PersonId, Prose};
use crate::core::notice::feedback::writer::{Told, WriterView, told};
use crate::core::notice::feedback::{
    FeedbackView, HandlingClock, Uncovered, Warning, at_risk, card, kind_name, late, recommended, steps,
    wrote,
};
use crate::core::notice::view::Localized;
use crate::core::reading::ThemeId;
use crate::core::state::State;
use crate::core::time::Instant;
use crate::core::voice::{
    Feedback, FeedbackKind, FeedbackNumber, Origin, Step, StepKind, complaint_clocks, judging,
};
use crate::i18n::Locale;
use crate::store::outbox::{Message, Urgency};
use crate::store::record::Chain;

/// Every clock of a complaint, as messages show it.
fn clocks(state: &State, feedback: &Feedback, now: Instant) -> Vec<HandlingClock> {
    let versions = state.agreements.get(&feedback.agreement);
    let Some(version) = versions.and_then(|versions| judging(versions, feedback, now)) else {
        return Vec::new();
    };
    let terms = &version.terms;
    let working = |objective: &str| {
        let objective = terms.objectives.iter().find(|known| known.name == objective);
        objective.is_some_and(|objective| !terms.calendar(&objective.calendar).is_always())
    };
    let clocks = complaint_clocks(feedback, terms, now);
    clocks.iter().map(|clock| HandlingClock::of(clock, working(&clock.objective), now)).collect()
}

/// A piece of feedback as operators see it.
pub fn feedback_view(
    state: &State,
    number: FeedbackNumber,
    feedback: &Feedback,
    now: Instant,
) -> FeedbackView {
    FeedbackView {
        number,
        kind: feedback.kind,
        customer: customer(state, &feedback.agreement),
        by: feedback.by.clone(),
        submitted: feedback.submitted,
        text: feedback.text.text.id.clone(),
        attachments: feedback.attachments.as_ref().map(|text| text.id.clone()),
        service: feedback.service.as_ref().map(|service| service_name(state, service)),
        incident: feedback.incident,
        objective: feedback.objective.clone(),
        stamp: (*feedback.stamp).clone(),
        clocks: clocks(state, feedback, now),
        owner: feedback.owner().cloned(),
        state: feedback.state(),
        reading: feedback.text.reading.clone(),
        uncovered: feedback.text.uncovered,
        as_of: now,
    }
}

/// The same as its writer sees it.
pub fn writer_view(state: &State, number: FeedbackNumber, feedback: &Feedback, now: Instant) -> WriterView {
    let (kind, submitted) = (feedback.kind, feedback.submitted);
    // On a page it was asked with the text.
    let undecided = feedback.by.is_some() && !state.voice.is_decided(&feedback.text.text.id);
    WriterView { number, kind, submitted, clocks: clocks(state, feedback, now), undecided, as_of: now }
}

fn customer(state: &State, agreement: &AgreementId) -> String {
    let latest = state.agreements.get(agreement).and_then(|versions| versions.latest());
    latest.map_or_else(|| agreement.to_string(), |version| version.terms.customer.clone())
}

/// The card's key, without the address.
fn card_key(number: FeedbackNumber) -> String {
    format!("feedback/{}", number.0)
}

/// One piece of feedback about which there is something to say.
struct Matter<'a> {
    number: FeedbackNumber,
    feedback: &'a Feedback,
    view: FeedbackView,
}

impl Matter<'_> {
    fn key(&self, rest: impl std::fmt::Display) -> String {
        format!("{}/{rest}", card_key(self.number))
    }

    /// A line under the card.
    fn under(&self, key: String) -> Letter {
        let title: Line = vec![
            Text::name(self.number.to_string()),
            Text::mark(" · "),
            kind_name(self.feedback.kind).into(),
        ];
        let under = Some((card_key(self.number), title));
        Letter { key, kind: "history", urgency: Urgency::Rest, under }
    }
}

impl Composing<'_> {
    /// Everything that is to be said of feedback and complaints.
    pub(super) fn voice(&mut self, notices: &[Notice]) {
        let mut touched: BTreeMap<FeedbackNumber, Vec<&NoticeKind>> = BTreeMap::new();
        for notice in notices {
            match &notice.kind {
                NoticeKind::FeedbackReceived { feedback }
                | NoticeKind::FeedbackStepped { feedback, .. }
                | NoticeKind::ComplaintAtRisk { feedback, .. }
                | NoticeKind::ComplaintLate { feedback, .. } => {
                    touched.entry(*feedback).or_default().push(&notice.kind);
                }
                NoticeKind::Recommended { agreement, theme } => self.recommended(agreement, theme),
                _ => {}
            }
        }
        for (number, kinds) in touched {
            let Some(feedback) = self.state.voice.feedback(number) else { continue };
            let view = feedback_view(self.state, number, feedback, self.now);
            self.matter(&Matter { number, feedback, view }, &kinds);
        }
    }

    fn matter(&mut self, matter: &Matter<'_>, kinds: &[&NoticeKind]) {
        let new = kinds.iter().any(|kind| matches!(kind, NoticeKind::FeedbackReceived { .. }));
        let urgency = match (new, matter.feedback.kind) {
            (true, FeedbackKind::Complaint) => Urgency::Opened,
            _ => Urgency::Rest,
        };
        let docs = self.docs_of(&matter.feedback.agreement, &card(&matter.view));
        self.put_cards(&Letter::post(card_key(matter.number), "feedback", urgency), &docs);
        for kind in kinds {
            match kind {
                NoticeKind::FeedbackReceived { .. } => {
                    let by = matter.feedback.by.as_ref();
                    self.rouse_for(matter, "received", by, &matter.feedback.text.text);
                }
                NoticeKind::FeedbackStepped { step, .. } => {
                    if let Some(step) = matter.feedback.steps.iter().find(|known| known.id == *step) {
                        self.stepped(matter, step);
                    }
                }
                NoticeKind::ComplaintAtRisk { objective, .. } => self.warn(matter, objective, false),
                NoticeKind::ComplaintLate { objective, .. } => self.warn(matter, objective, true),
                _ => {}
            }
        }
    }

    fn stepped(&mut self, matter: &Matter<'_>, step: &Step) {
        let doc = steps::line(step, &matter.view.customer, self.now);
        let docs = self.docs_of(&matter.feedback.agreement, &doc);
        let mut letter = matter.under(matter.key(format_args!("step/{}", step.id)));
        if matches!(step.kind, StepKind::Added(_) | StepKind::Settled(false)) {
            letter.urgency = Urgency::Opened;
        }
        self.operators(&letter, &docs);
        if let StepKind::Added(text) = &step.kind {
            self.rouse_for(matter, &step.id, step.by.as_ref(), text);
        }
        if let Some(what) = Told::of(step) {
            self.tell_writer(matter, &step.id, &what);
        }
    }

    /// For those who wish to be woken when a customer writes.
    fn rouse_for(&mut self, matter: &Matter<'_>, id: &str, by: Option<&PersonId>, text: &Prose) {
        let call = self.directory.wished(NotifyKind::Said, Vec::new());
        if call.is_empty() {
            return;
        }
        let docs = self.docs_of(&matter.feedback.agreement, &wrote(&matter.view, by, &text.id, &call));
        let letter = Letter::post(matter.key(format_args!("woken/{id}")), "woken", Urgency::Wake);
        self.ring(&letter, Ring::Other, &call, &docs);
    }

    /// A promised time comes near, or has passed.
    fn warn(&mut self, matter: &Matter<'_>, objective: &str, is_late: bool) {
        let Some(clock) = matter.view.clocks.iter().find(|known| known.objective == objective) else {
            return;
        };
        // By the end of this step it may have been seen to.
        if !is_late && (clock.clock.is_stopped() || clock.clock.late_since.is_some()) {
            return;
        }
        let (name, on, kind, ring) = match is_late {
            true => ("late", WakeOn::Late, NotifyKind::Late, Ring::Late),
            false => ("at_risk", WakeOn::AtRisk, NotifyKind::AtRisk, Ring::AtRisk),
        };
        let call = self.called_for(matter, on, kind);
        let view = Warning {
            number: matter.number,
            customer: matter.view.customer.clone(),
            text: matter.view.text.clone(),
            clock: clock.clone(),
            owner: matter.view.owner.clone(),
            call: call.clone(),
            as_of: self.now,
        };
        let doc = if is_late { late(&view) } else { at_risk(&view) };
        let docs = self.docs_of(&matter.feedback.agreement, &doc);
        let letter = Letter::post(matter.key(format_args!("{objective}/{name}")), name, Urgency::Wake);
        self.ring(&letter, ring, &call, &docs);
        if let Some(since) = clock.clock.late_since.filter(|_| is_late) {
            self.tell_writer(matter, &format!("{objective}/late"), &Told::Late(clock.stage, since));
        }
    }

    /// Whoever has it; while nobody has, those on call, where the agreement wants them woken for that.
    fn called_for(&self, matter: &Matter<'_>, on: WakeOn, kind: NotifyKind) -> Vec<PersonId> {
        let agreement = &matter.feedback.agreement;
        let mut people = Vec::new();
        match matter.view.owner.as_ref().filter(|owner| self.directory.reads_all(owner)) {
            Some(owner) => people.push(owner.clone()),
            None if self.directory.wakes_for_complaints(agreement, on) => {
                join(&mut people, self.directory.on_call(agreement));
                join(&mut people, self.directory.mentioned(agreement));
            }
            None => {}
        }
        self.directory.wished(kind, people)
    }

    fn tell_writer(&mut self, matter: &Matter<'_>, id: &str, what: &Told) {
        let view = writer_view(self.state, matter.number, matter.feedback, self.now);
        let doc = told(&view, what);
        for (to, locale) in self.writers(matter.feedback) {
            self.out.posts.push(Message {
                key: format!("{}/{to}", matter.key(format_args!("told/{id}"))),
                to,
                chain: Chain::Customer(matter.feedback.agreement.clone()),
                kind: "feedback".to_owned(),
                urgency: if matches!(what, Told::Late(..)) { Urgency::Opened } else { Urgency::Rest },
                locale,
                doc: doc.clone(),
                under: None,
                not_before: None,
            });
        }
    }

    /// Where the writer hears of it: where they wrote, as long as that is theirs; else where only they read, else
    /// in the customer's channels.
    fn writers(&self, feedback: &Feedback) -> Vec<(Address, Locale)> {
        let (agreement, directory) = (&feedback.agreement, self.directory);
        let theirs = || {
            let channels = directory.customer(agreement);
            channels.map(|(address, binding)| (address.clone(), binding.locale)).collect()
        };
        let allowed = |platform| directory.may_leave(agreement, platform);
        match &feedback.origin {
            Origin::Page => Vec::new(),
            Origin::Channel(address) => {
                let known = address.parse::<Address>().ok().and_then(|address| {
                    let binding = directory.binding(&address, None)?;
                    let own = binding.audience == Chain::Customer(agreement.clone());
                    (own && allowed(address.platform)).then_some((address, binding.locale))
                });
                known.map_or_else(theirs, |known| vec![known])
            }
            Origin::Direct(name) => {
                let writer = feedback.by.as_ref();
                let writer = writer.filter(|person| directory.rights(person).represents.contains(agreement));
                let Some(writer) = writer else { return theirs() };
                let platform = Platform::ALL.into_iter().find(|platform| platform.name() == name);
                let there = platform.filter(|platform| allowed(*platform));
                let there = there.and_then(|platform| directory.alone_on(writer, platform));
                let alone = there.or_else(|| directory.alone(writer, allowed).into_iter().next());
                alone.map_or_else(theirs, |known| vec![known])
            }
        }
    }

    /// As the rules name it; by its id when they do not know it any more.
    fn theme_name(&self, theme: &ThemeId) -> Localized {
        let known = self.directory.config.themes.theme(theme).map(|theme| theme.name.clone());
        known.unwrap_or_else(|| [("en".to_owned(), theme.0.clone())].into())
    }

    fn recommended(&mut self, agreement: &AgreementId, theme: &ThemeId) {
        let said = self.state.voice.recommended(agreement).find(|(known, _)| *known == theme);
        let Some((_, said)) = said else { return };
        let doc: Doc = recommended(&Uncovered {
            customer: customer(self.state, agreement),
            theme: self.theme_name(theme),
            said: said.iter().cloned().collect(),
            as_of: self.now,
        });
        let docs = self.docs_of(agreement, &doc);
        let key = format!("recommended/{agreement}/{}", theme.0);
        self.operators(&Letter::post(key, "recommended", Urgency::Rest), &docs);
    }
}
