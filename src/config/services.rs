//! `services.toml`: the services, the routes by which signals find them, and what severities mean.

use std::collections::{BTreeMap, BTreeSet};

use super::problem::{Wrong, quoted};
use super::schema::Kind::{List, Map, Named as Members, One, OneOf, Table as Sub, Tables};
use super::schema::Need::{Default, Optional, Otherwise, Required};
use super::schema::{Section, key};
use super::table::Table;
use super::value::{Edge, Named, Slug, Value, WebUrl, WrittenMoment};
use crate::core::agreement::{Impact, Priority, Route, Service, ServiceBook};
use crate::core::event::{IntegrationId, ServiceId, Severity};

const IMPACTS: &[&str] = &["none", "degraded", "down"];
pub(super) const PRIORITIES: &[&str] = &["P1", "P2", "P3", "P4", "P5"];
/// Everything to do with the words of Alertmanager's labels is bounded by this.
const LONGEST_LABEL: usize = 200;

pub(super) static SERVICES_FILE: Section = Section {
    heading: "services.toml",
    about: "What the provider runs, and how a monitor's signals find it.",
    keys: &[
        key("services", Members(&SERVICE), Required, "The services, by id.", ""),
        key("routes", Tables(&ROUTE), Required, "Which signals concern which service.", ""),
        key("severity_priority", Sub(&SEVERITY_PRIORITY), Optional, "Severity to priority.", ""),
        key("severity_impact", Sub(&SEVERITY_IMPACT), Optional, "Severity to impact.", ""),
    ],
};

static SERVICE: Section = Section {
    heading: "[services.<id>]",
    about: "Something customers use. Its id is what people type in commands and what agreements name.",
    keys: &[
        key(
            "name",
            One(Value::Names),
            Required,
            "As people read it.",
            "{ en = \"Checkout\", zh-TW = \"結帳服務\" }",
        ),
        key(
            "components",
            List(Value::Text),
            Optional,
            "Its parts, if some can fail alone. A signal that names none of them concerns the whole.",
            "[\"web\", \"payments\"]",
        ),
        key(
            "quiet",
            One(Value::Duration),
            Default("\"5 min\""),
            "How long all its signals must have ended before an incident counts as resolved. Flapping shorter than this is one incident.",
            "\"5 min\"",
        ),
        key(
            "reopen_within",
            One(Value::Duration),
            Default("\"1h\""),
            "The same fault within this long after it was resolved reopens the incident and resumes its clocks.",
            "\"1h\"",
        ),
        key(
            "observed_by",
            List(Value::Id),
            Optional,
            "The integrations whose life proves that this service is watched. Without one its availability is unknown.",
            "[\"alertmanager\"]",
        ),
        key(
            "observed_from",
            One(Value::Moment),
            Otherwise("the first delivery of an integration that watches it"),
            "Watched since then, if that was before Upheld heard of it.",
            "2026-01-01",
        ),
        key(
            "runbook",
            One(Value::Url),
            Optional,
            "What to do when it fails; linked from operators' cards.",
            "\"https://wiki.example.com/runbooks/checkout\"",
        ),
    ],
};

static ROUTE: Section = Section {
    heading: "[[routes]]",
    about: "The first route that matches a signal wins. A signal that no route matches is kept and told to the operators once.",
    keys: &[
        key(
            "integration",
            One(Value::Id),
            Optional,
            "Only signals of this integration; absent means of any.",
            "\"alertmanager\"",
        ),
        key(
            "labels",
            Map(Value::Text),
            Optional,
            "Labels that must all be there with these values. A value that ends in `*` matches by its beginning.",
            "{ job = \"checkout\", env = \"prod*\" }",
        ),
        key(
            "service",
            One(Value::Chosen),
            Required,
            "The service concerned, or the label that names it.",
            "\"checkout\"",
        ),
        key(
            "component",
            One(Value::Chosen),
            Optional,
            "The component concerned, or the label that names it.",
            "{ label = \"component\" }",
        ),
        key(
            "impact",
            OneOf(IMPACTS),
            Otherwise("by `[severity_impact]`"),
            "What such a signal means for the service: `down`, `degraded`, or `none` (told to nobody, counted nowhere).",
            "\"down\"",
        ),
        key(
            "priority",
            OneOf(PRIORITIES),
            Otherwise("by `[severity_priority]`"),
            "How urgent it is.",
            "\"P1\"",
        ),
    ],
};

static SEVERITY_PRIORITY: Section = Section {
    heading: "[severity_priority]",
    about: "The priority of a signal whose route gives none, by the severity its monitor gave.",
    keys: &[
        key("critical", OneOf(PRIORITIES), Default("\"P1\""), "", "\"P1\""),
        key("error", OneOf(PRIORITIES), Default("\"P2\""), "", "\"P2\""),
        key("warning", OneOf(PRIORITIES), Default("\"P3\""), "", "\"P3\""),
        key("info", OneOf(PRIORITIES), Default("\"P4\""), "", "\"P4\""),
        key(
            "unknown",
            OneOf(PRIORITIES),
            Default("\"P3\""),
            "A severity that is absent or not understood.",
            "\"P3\"",
        ),
    ],
};

static SEVERITY_IMPACT: Section = Section {
    heading: "[severity_impact]",
    about: "What a signal whose route does not say means for its service, by the severity its monitor gave.",
    keys: &[
        key("critical", OneOf(IMPACTS), Default("\"down\""), "", "\"down\""),
        key("error", OneOf(IMPACTS), Default("\"down\""), "", "\"down\""),
        key("warning", OneOf(IMPACTS), Default("\"degraded\""), "", "\"degraded\""),
        key("info", OneOf(IMPACTS), Default("\"none\""), "", "\"none\""),
        key(
            "unknown",
            OneOf(IMPACTS),
            Default("\"degraded\""),
            "A severity that is absent or not understood.",
            "\"degraded\"",
        ),
    ],
};

const SEVERITIES: [(&str, Severity); 5] = [
    ("critical", Severity::Critical),
    ("error", Severity::Error),
    ("warning", Severity::Warning),
    ("info", Severity::Info),
    ("unknown", Severity::Unknown),
];

/// The book, but for the integrations, which `upheld.toml` names.
pub(super) fn book(root: &Table<'_>) -> ServiceBook {
    let mut book = ServiceBook::default();
    for (id, table) in root.named("services") {
        if let Err(wrong) = Slug::check(&id) {
            root.problems.error(table.spot(), wrong);
        }
        book.services.insert(ServiceId::new(id), service(&table));
    }
    if book.services.is_empty() && root.has("services") {
        root.error("services", "is empty", "add at least one [services.<id>]");
    }
    book.routes = root.tables("routes").iter().map(route).collect();
    book.priorities = by_severity(root, "severity_priority");
    book.impacts = by_severity(root, "severity_impact");
    root.finish();
    book
}

fn by_severity<T: serde::de::DeserializeOwned>(root: &Table<'_>, name: &str) -> BTreeMap<Severity, T> {
    let Some(table) = root.table(name) else { return BTreeMap::new() };
    let read = |(name, severity): (&str, Severity)| Some((severity, table.choice(name)?));
    let map = SEVERITIES.into_iter().filter_map(read).collect();
    table.finish();
    map
}

fn service(table: &Table<'_>) -> Service {
    let name: Option<Named> = table.value("name");
    let components = distinct(table, "components");
    let quiet = table.value("quiet").unwrap_or_default();
    let reopen_within = table.value("reopen_within").unwrap_or_default();
    let observed_by = table.list("observed_by").into_iter().map(|Slug(id)| IntegrationId(id)).collect();
    let observed_from: Option<WrittenMoment> = table.value("observed_from");
    let runbook = table.value("runbook").map(|WebUrl(url)| url);
    table.finish();
    Service {
        name: name.unwrap_or_default().0,
        components,
        quiet,
        reopen_within,
        observed_by,
        observed_from: observed_from.map(|moment| moment.instant(chrono_tz::Tz::UTC, Edge::Begin)),
        runbook,
    }
}

/// A list of texts without repetition.
pub(super) fn distinct(table: &Table<'_>, name: &str) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for text in table.list::<String>(name) {
        if texts.contains(&text) {
            table.error(name, format!("{} is listed twice", quoted(&text)), "leave one out");
        }
        texts.insert(text);
    }
    texts
}

fn route(table: &Table<'_>) -> Route {
    let integration = table.value("integration").map(|Slug(id)| IntegrationId(id));
    let labels = labels(table, "labels");
    let route = Route {
        integration,
        labels,
        service: table
            .value("service")
            .unwrap_or_else(|| crate::core::agreement::Chosen::Fixed(String::new())),
        component: table.value("component"),
        impact: table.choice::<Impact>("impact"),
        priority: table.choice::<Priority>("priority"),
    };
    table.finish();
    route
}

/// Labels with their patterns.
pub(super) fn labels(table: &Table<'_>, name: &str) -> BTreeMap<String, String> {
    let labels: BTreeMap<String, String> = table.map(name);
    for (label, pattern) in &labels {
        let wrong = match pattern.find('*') {
            _ if pattern.len() > LONGEST_LABEL => {
                Some(format!("{label}: the value is longer than {LONGEST_LABEL} bytes"))
            }
            Some(place) if place + 1 != pattern.len() => {
                Some(format!("{label}: `*` in the midst of {} means just a star", quoted(pattern)))
            }
            _ => None,
        };
        if let Some(what) = wrong {
            table.problems.error(
                table.spot_of(name),
                Wrong::new(what, "write `*` only at the end, where it stands for any ending"),
            );
        }
    }
    labels
}
