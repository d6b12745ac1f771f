//! Services, routes and integrations across the files: every signal has a way, every promise a source.

use std::collections::{BTreeMap, BTreeSet};

use super::{Agreed, Check, concerned};
use crate::config::document::Document;
use crate::config::problem::{did_you_mean, listed, quoted};
use crate::core::agreement::{Chosen, ObjectiveKind, Route, ServiceBook, Silence, labels_match};
use crate::core::event::{IntegrationId, ServiceId};
use crate::i18n::Language;

impl Check<'_> {
    pub(super) fn services(&self) {
        let Some((document, book)) = self.services else { return };
        for (place, route) in book.routes.iter().enumerate() {
            self.route(document, book, place, route);
        }
        self.observers(document, book);
        self.sources(document, book);
        self.names(document, book);
        let unsure = |agreed: &Agreed<'_>| self.unsure(agreed.document, &["terms", "services"]);
        if self.all_agreements && !self.agreements.iter().any(unsure) {
            for id in book.services.keys() {
                if !self.terms().any(|(_, terms)| terms.services.contains(id)) {
                    let path = ["services", id.as_str()];
                    self.warning(
                        document,
                        &path,
                        "no agreement covers it",
                        "add it to the `services` of an agreement, if it was promised to anybody",
                    );
                }
            }
        }
    }

    fn route(&self, document: &Document<'_>, book: &ServiceBook, place: usize, route: &Route) {
        let number = (place + 1).to_string();
        let known = book.services.keys().map(ServiceId::as_str);
        let fixed = match &route.service {
            Chosen::Fixed(id) => {
                let service = book.services.get(&ServiceId::new(id));
                if service.is_none() {
                    let what = format!("there is no service {}", quoted(id));
                    self.error(document, &["routes", &number, "service"], what, did_you_mean(id, known));
                }
                service
            }
            Chosen::Label(_) => None,
        };
        if let Some(Chosen::Fixed(component)) = &route.component {
            let of_all = book.services.values().flat_map(|service| &service.components).map(String::as_str);
            let components: BTreeSet<&str> = match fixed {
                Some(service) => service.components.iter().map(String::as_str).collect(),
                None => of_all.collect(),
            };
            if !components.contains(component.as_str()) {
                let what = format!("the service has no component {}", quoted(component));
                self.error(
                    document,
                    &["routes", &number, "component"],
                    what,
                    did_you_mean(component, components.iter().copied()),
                );
            }
        }
        if let Some(earlier) = book.routes[..place].iter().position(|earlier| covers(earlier, route)) {
            let what =
                format!("is never reached: route {} takes every signal that would match it", earlier + 1);
            self.warning(document, &["routes", &number], what, "put the narrower route first");
        }
        let Some((_, upheld)) = self.upheld else { return };
        if let Some(id) = route.integration.as_ref().filter(|id| !upheld.integrations.contains_key(*id)) {
            let known = upheld.integrations.keys().map(IntegrationId::as_str);
            let what = format!("there is no integration {}", quoted(id.as_str()));
            self.error(document, &["routes", &number, "integration"], what, did_you_mean(id.as_str(), known));
        }
        for (id, integration) in &upheld.integrations {
            if let Silence::Heartbeat { labels } = &integration.liveness.silence
                && route.integration.as_ref().is_none_or(|wanted| wanted == id)
            {
                self.heartbeat(document, &number, route, (id, labels));
            }
        }
    }

    /// A heartbeat and an alert must be told apart.
    fn heartbeat(
        &self,
        document: &Document<'_>,
        number: &str,
        route: &Route,
        beat: (&IntegrationId, &BTreeMap<String, String>),
    ) {
        let (id, labels) = beat;
        if route.labels.is_empty() || labels.is_empty() {
            return;
        }
        let path = ["routes", number, "labels"];
        if labels_match(labels, &route.labels) {
            let what = format!(
                "every signal that matches is a heartbeat of {} and would never open an incident",
                quoted(id.as_str())
            );
            self.error(
                document,
                &path,
                what,
                "make the labels of the heartbeat narrower, or those of the route",
            );
        } else if labels_match(&route.labels, labels) {
            let what = format!("the heartbeat of {} matches too; it is never routed", quoted(id.as_str()));
            self.warning(document, &path, what, "make the route narrower");
        }
    }

    fn observers(&self, document: &Document<'_>, book: &ServiceBook) {
        let Some((upheld_document, upheld)) = self.upheld else { return };
        let known = upheld.integrations.keys().map(IntegrationId::as_str);
        for (id, service) in &book.services {
            for observer in
                service.observed_by.iter().filter(|observer| !upheld.integrations.contains_key(*observer))
            {
                let path = ["services", id.as_str(), "observed_by", observer.as_str()];
                let what = format!("there is no integration {}", quoted(observer.as_str()));
                self.error(document, &path, what, did_you_mean(observer.as_str(), known.clone()));
            }
        }
        let unsure = self.unsure(document, &["services"]);
        for id in upheld.integrations.keys().filter(|_| !unsure) {
            if !book.services.values().any(|service| service.observed_by.contains(id)) {
                let what = "observes no service, so its life and its silence mean nothing";
                self.warning(
                    upheld_document,
                    &["integrations", id.as_str()],
                    what,
                    "add it to `observed_by` of the services it watches",
                );
            }
        }
    }

    /// Whatever is promised must be measured by something.
    fn sources(&self, document: &Document<'_>, book: &ServiceBook) {
        let by_label = book.routes.iter().any(|route| matches!(route.service, Chosen::Label(_)));
        let unsure = self.unsure(document, &["routes"]);
        let routed = |id: &ServiceId| {
            unsure
                || by_label
                || book
                    .routes
                    .iter()
                    .any(|route| matches!(&route.service, Chosen::Fixed(name) if name == id.as_str()))
        };
        for (id, service) in &book.services {
            let path = ["services", id.as_str()];
            let observed = ["services", id.as_str(), "observed_by"];
            let promised = self.promised_to(id);
            if promised.is_empty() {
                if !routed(id) && self.terms().any(|(_, terms)| terms.services.contains(id)) {
                    self.warning(
                        document,
                        &path,
                        "no route leads to it: only people can open its incidents",
                        "add a [[routes]] for it",
                    );
                }
                continue;
            }
            let to = listed(promised.iter().copied());
            if service.observed_by.is_empty() {
                let what = format!(
                    "no integration watches it, but its availability is promised (agreements: {to}), so it would always be unknown"
                );
                self.error(
                    document,
                    &observed,
                    what,
                    "add observed_by = [\"…\"] with an integration of upheld.toml",
                );
            }
            if !routed(id) {
                let what = format!(
                    "no route leads to it, but its availability is promised (agreements: {to}), so it would never be down"
                );
                self.error(document, &path, what, "add a [[routes]] for it");
            }
        }
    }

    /// The agreements that promise an availability of this service.
    fn promised_to(&self, id: &ServiceId) -> Vec<&str> {
        let promises = |terms: &crate::core::agreement::Terms| {
            terms.objectives.iter().any(|objective| {
                matches!(objective.kind, ObjectiveKind::Availability(_))
                    && concerned(terms, objective).contains(id)
            })
        };
        self.terms().filter(|(_, terms)| promises(terms)).map(|(agreed, _)| agreed.id.as_str()).collect()
    }

    /// A service that has names by language needs those its readers read.
    fn names(&self, document: &Document<'_>, book: &ServiceBook) {
        for (id, service) in &book.services {
            let path = ["services", id.as_str(), "name"];
            let by_language = service.name.len() > 1;
            let readers = self.terms().filter(|(_, terms)| terms.services.contains(id));
            let languages: BTreeSet<Language> = readers
                .flat_map(|(agreed, _)| {
                    agreed.written.operations.channels.iter().map(|channel| channel.language)
                })
                .collect();
            for language in
                languages.iter().filter(|language| by_language && !service.name.contains_key(language.tag()))
            {
                self.warning(
                    document,
                    &path,
                    format!("has no name for readers of `{language}`"),
                    format!("add {language} = \"…\""),
                );
            }
        }
    }
}

/// True when every signal that `later` matches is already taken by `earlier`.
fn covers(earlier: &Route, later: &Route) -> bool {
    // A service named by a label may be unknown; then the signal goes on to later routes.
    if matches!(earlier.service, Chosen::Label(_)) {
        return false;
    }
    if earlier.integration.is_some() && earlier.integration != later.integration {
        return false;
    }
    earlier.labels.iter().all(|(label, pattern)| {
        later.labels.get(label).is_some_and(|narrower| match pattern.strip_suffix('*') {
            Some(beginning) => narrower.starts_with(beginning),
            None => narrower == pattern,
        })
    })
}
