//! Agreements across the files: known services and calendars, terms in force, promises that can be kept in time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::people::travel;
use super::{Agreed, Check};
use crate::chat::Platform;
use crate::config::problem::{did_you_mean, quoted};
use crate::config::settings::Pace;
use crate::config::value::{duration_words, target_words};
use crate::core::agreement::{ClockTerms, Impact, Objective, ObjectiveKind, Priority, Terms};
use crate::core::calendar::local_date;
use crate::core::event::ServiceId;
use crate::core::stopwatch::Target;
use crate::core::time::Span;
use crate::i18n::Language;

/// Round the clock, and always there.
const ALWAYS: &str = "always";

impl Check<'_> {
    pub(super) fn agreements(&self) {
        self.references();
        for (agreed, terms) in self.terms() {
            self.known_services(agreed, terms);
            self.calendars(agreed, terms);
            self.in_force(agreed, terms);
            self.exclusions(agreed, terms);
            self.customer_texts(agreed, terms);
            self.priorities(agreed, terms);
            for objective in &terms.objectives {
                self.objective(agreed, terms, objective);
            }
        }
    }

    fn references(&self) {
        let mut references: BTreeMap<&str, &str> = BTreeMap::new();
        let mut customers: BTreeMap<&str, &str> = BTreeMap::new();
        for (agreed, terms) in self.terms() {
            if let Some(other) = references.insert(&terms.reference, agreed.document.name) {
                let what = format!("{} is also used by {other}", quoted(&terms.reference));
                self.error(
                    agreed.document,
                    &["terms", "reference"],
                    what,
                    "give each agreement letters of its own",
                );
            }
            if let Some(other) = customers.insert(&terms.customer, agreed.document.name) {
                let what = format!(
                    "{} is also the customer of {other}; their figures, channels and representatives are kept apart",
                    quoted(&terms.customer)
                );
                self.warning(
                    agreed.document,
                    &["terms", "customer"],
                    what,
                    "if one agreement is meant, write one file",
                );
            }
        }
    }

    fn known_services(&self, agreed: &Agreed<'_>, terms: &Terms) {
        if let Some((_, book)) = self.services {
            let known = book.services.keys().map(ServiceId::as_str);
            for id in terms.services.iter().filter(|id| !book.services.contains_key(*id)) {
                let what = format!("there is no service {}", quoted(id.as_str()));
                self.error(
                    agreed.document,
                    &["terms", "services", id.as_str()],
                    what,
                    did_you_mean(id.as_str(), known.clone()),
                );
            }
        }
        for objective in &terms.objectives {
            let path = ["terms", "objectives", &objective.name, "services"];
            self.covered(agreed, terms, &path, &objective.services);
        }
    }

    /// Names of services inside an agreement must be its own.
    fn covered(&self, agreed: &Agreed<'_>, terms: &Terms, path: &[&str], services: &BTreeSet<ServiceId>) {
        let own = terms.services.iter().map(ServiceId::as_str);
        for id in services.difference(&terms.services) {
            let path: Vec<&str> = path.iter().copied().chain([id.as_str()]).collect();
            let what = format!("the agreement does not cover {}", quoted(id.as_str()));
            self.error(agreed.document, &path, what, did_you_mean(id.as_str(), own.clone()));
        }
    }

    fn calendars(&self, agreed: &Agreed<'_>, terms: &Terms) {
        if self.unsure(agreed.document, &["terms", "objectives"]) {
            return;
        }
        for name in terms.calendars.keys() {
            if !terms.objectives.iter().any(|objective| objective.calendar == *name) {
                let path = ["terms", "calendars", name];
                self.warning(
                    agreed.document,
                    &path,
                    "no objective uses it",
                    format!("write calendar = \"{name}\" in an objective, or leave it out"),
                );
            }
        }
    }

    fn in_force(&self, agreed: &Agreed<'_>, terms: &Terms) {
        if let Some(ends) = terms.ends.filter(|ends| *ends <= self.now) {
            let last = local_date(terms.zone, ends - Span::from_micros(1));
            let what = format!("the term ended on {last}, so nothing is promised any more");
            self.warning(
                agreed.document,
                &["terms", "ends"],
                what,
                "write the new last day, or remove the file",
            );
        }
    }

    fn exclusions(&self, agreed: &Agreed<'_>, terms: &Terms) {
        if agreed.document.count(&["terms", "exclusions"]) != terms.exclusions.len() {
            return;
        }
        for (place, exclusion) in terms.exclusions.iter().enumerate() {
            let number = (place + 1).to_string();
            self.covered(agreed, terms, &["terms", "exclusions", &number, "services"], &exclusion.services);
            let outside =
                exclusion.until <= terms.starts || terms.ends.is_some_and(|ends| exclusion.from >= ends);
            if outside && exclusion.from < exclusion.until {
                self.warning(
                    agreed.document,
                    &["terms", "exclusions", &number, "from"],
                    "lies outside of the agreement's term",
                    "correct the dates, or leave it out",
                );
            }
        }
    }

    fn customer_texts(&self, agreed: &Agreed<'_>, terms: &Terms) {
        if agreed.document.count(&["terms", "customer_text"]) != terms.customer_texts.len() {
            return;
        }
        for (place, text) in terms.customer_texts.iter().enumerate() {
            let number = (place + 1).to_string();
            let services = text.service.iter().cloned().collect();
            self.covered(agreed, terms, &["terms", "customer_text", &number, "service"], &services);
            for language in Language::ALL.iter().filter(|language| !text.text.contains_key(language.tag())) {
                let path = ["terms", "customer_text", &number, "text"];
                self.warning(
                    agreed.document,
                    &path,
                    format!("has no text in `{language}`"),
                    format!("add {language} = \"…\""),
                );
            }
        }
    }

    /// Urgencies that signals can have, but for which nothing is promised.
    fn priorities(&self, agreed: &Agreed<'_>, terms: &Terms) {
        let Some((_, book)) = self.services else { return };
        let clocks: Vec<&ClockTerms> = terms
            .objectives
            .iter()
            .filter_map(|objective| match &objective.kind {
                ObjectiveKind::Clock(clock) => Some(clock),
                ObjectiveKind::Availability(_)
                | ObjectiveKind::Complaints(_)
                | ObjectiveKind::Satisfaction(_) => None,
            })
            .collect();
        if clocks.is_empty() || self.unsure(agreed.document, &["terms", "objectives"]) {
            return;
        }
        let by_severity = book
            .priorities
            .iter()
            .filter(|(severity, _)| book.impacts.get(severity) != Some(&Impact::None))
            .map(|(_, priority)| *priority);
        let by_route = book
            .routes
            .iter()
            .filter(|route| route.impact != Some(Impact::None))
            .filter_map(|route| route.priority);
        let used: BTreeSet<Priority> = by_severity.chain(by_route).collect();
        let bare: Vec<String> = used
            .into_iter()
            .filter(|priority| !clocks.iter().any(|clock| clock.targets.contains_key(priority)))
            .map(|priority| priority.to_string())
            .collect();
        if !bare.is_empty() {
            let what = format!(
                "no clock has a time for {}, which signals of services.toml can have",
                bare.join(", ")
            );
            self.warning(
                agreed.document,
                &["terms", "objectives"],
                what,
                "add it to `targets`, if it is promised anything",
            );
        }
    }

    fn objective(&self, agreed: &Agreed<'_>, terms: &Terms, objective: &Objective) {
        let name = objective.name.as_str();
        if objective.calendar != ALWAYS && !terms.calendars.contains_key(&objective.calendar) {
            let known = terms.calendars.keys().map(String::as_str).chain([ALWAYS]);
            let what = format!("there is no calendar {}", quoted(&objective.calendar));
            let remedy = did_you_mean(&objective.calendar, known);
            self.error(agreed.document, &["terms", "objectives", name, "calendar"], what, remedy);
        }
        if let ObjectiveKind::Clock(clock) = &objective.kind {
            for (priority, target) in &clock.targets {
                let priority = priority.to_string();
                let path = ["terms", "objectives", name, "targets", priority.as_str()];
                self.promised_time(agreed, terms, objective, &path, *target);
            }
        }
        if let ObjectiveKind::Complaints(complaints) = &objective.kind {
            let path = ["terms", "objectives", name, "within"];
            self.promised_time(agreed, terms, objective, &path, complaints.target);
        }
    }

    /// A time that can be warned of, and that is meant as it is written.
    fn promised_time(
        &self,
        agreed: &Agreed<'_>,
        terms: &Terms,
        objective: &Objective,
        path: &[&str],
        target: Target,
    ) {
        let Target::Elapsed(span) = target else { return };
        self.in_time(agreed, terms, path, span);
        let days = span.micros() / Span::from_days(1).micros();
        if objective.calendar != ALWAYS && days > 0 && Span::from_days(days) == span {
            let what = format!(
                "{} is {} hours of open time under `{}`",
                target_words(target),
                days * 24,
                objective.calendar
            );
            let remedy = format!("write \"{days} business days\" or \"{}h\", whichever is meant", days * 24);
            self.warning(agreed.document, path, what, remedy);
        }
    }

    /// A warning must reach people before the time it warns of is over.
    fn in_time(&self, agreed: &Agreed<'_>, terms: &Terms, path: &[&str], target: Span) {
        let Some(settings) = self.upheld.and_then(|(_, upheld)| upheld.settings.as_ref()) else { return };
        let on = |platform: Platform| settings.platforms.is_on(platform);
        let travel = travel(settings.pace.tick, &slowest(&settings.pace, on), &settings.timeouts);
        let needed = Span::from_micros(i64::try_from(travel.as_micros()).unwrap_or(i64::MAX));
        let left = target.scaled(i64::from(100 - terms.clocks.at_risk_percent.min(100)), 100);
        if left < needed {
            let shortest = needed.scaled(100, i64::from(100 - terms.clocks.at_risk_percent.clamp(1, 99)));
            let what = format!(
                "is too short: at {} percent of it {} are left, and a warning may take {} to arrive",
                terms.clocks.at_risk_percent,
                duration_words(left),
                duration_words(needed)
            );
            let remedy = format!(
                "promise {} or more, warn earlier with at_risk, or shorten [pace] and [timeouts]",
                duration_words(shortest)
            );
            self.error(agreed.document, path, what, remedy);
        }
    }
}

/// What a message may have to wait for its turn, by platform that is on.
fn slowest(pace: &Pace, on: impl Fn(Platform) -> bool) -> Vec<Duration> {
    let mut pauses = Vec::new();
    if on(Platform::Discord) {
        pauses.push(pace.discord_channel.every());
    }
    if on(Platform::Telegram) {
        pauses.extend([pace.telegram_chat.every(), pace.telegram_group.every()]);
    }
    pauses
}
