//! Reviews: the plans of an agreement (`[[operations.reviews]]`), and `reviews.toml` with the templates and the
//! operators' own digests.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;

use super::problem::quoted;
use super::schema::Kind::{ManyOf, Named, One, OneOf, Tables};
use super::schema::Need::{Default, Optional, Required};
use super::schema::{Section, key};
use super::table::Table;
use super::value::{Slug, Value, duration_words};
use crate::core::review::{BUILT_IN, Plan, Section as Chapter, Unapproved};
use crate::core::schedule::Schedule;
use crate::core::time::Span;
use crate::core::window::WindowKind;

const PERIODS: &[&str] = &["week", "month", "quarter", "year"];
const CHAPTERS: &[&str] = &[
    "verdict",
    "customers",
    "objectives",
    "year",
    "incidents",
    "communication",
    "disputes",
    "exclusions",
    "credits",
    "voice",
    "forecast",
    "recommendations",
    "actions",
    "risks",
    "drills",
    "scorecard",
];
/// No draft waits longer.
const LONGEST_DRAFT: Span = Span::from_days(30);

pub(super) static REVIEWS_FILE: Section = Section {
    heading: "reviews.toml",
    about: "The operators' own digests, and templates: which chapters a review has. The file may be absent. A customer's reviews are planned in their agreement, under `[[operations.reviews]]`.",
    keys: &[
        key(
            "templates",
            Named(&TEMPLATE),
            Optional,
            "Templates by name, beside `customer` (all that a customer may read), `short` (what fits a screen) and `operators`, which are built in and may be written anew.",
            "",
        ),
        key("operators", Tables(&DIGEST), Optional, "The operators' digests.", ""),
    ],
};

static TEMPLATE: Section = Section {
    heading: "[templates.<name>]",
    about: "The chapters of a review, in order. A chapter with nothing to say is left out.",
    keys: &[key(
        "sections",
        ManyOf(CHAPTERS),
        Required,
        "The chapters. `customers` and `scorecard` are for the operators' digests alone.",
        "[\"verdict\", \"objectives\", \"incidents\"]",
    )],
};

static DIGEST: Section = Section {
    heading: "[[operators]]",
    about: "A digest over all customers, in the operators' channels.",
    keys: &[
        key("name", One(Value::Id), Required, "Its name.", "\"weekly\""),
        key("schedule", One(Value::Schedule), Required, "When it is posted.", "\"0 8 * * Mon\""),
        key("period", OneOf(PERIODS), Default("\"week\""), "It tells of the last whole one.", "\"month\""),
        key(
            "zone",
            One(Value::Zone),
            Required,
            "The zone of the schedule and of its days.",
            "\"Europe/Berlin\"",
        ),
        key("template", One(Value::Id), Default("\"operators\""), "Which chapters it has.", "\"operators\""),
    ],
};

pub(super) static PLAN: Section = Section {
    heading: "[[operations.reviews]]",
    about: "A review that comes again and again. When the term ends, a closing report follows by itself.",
    keys: &[
        key("name", One(Value::Id), Required, "Its name, unique in the agreement.", "\"monthly\""),
        key(
            "schedule",
            One(Value::Schedule),
            Required,
            "When it is published, by the clocks of the agreement's zone.",
            "\"0 9 1-7 * Mon\"",
        ),
        key("period", OneOf(PERIODS), Default("\"month\""), "It tells of the last whole one.", "\"quarter\""),
        key("template", One(Value::Id), Default("\"customer\""), "Which chapters it has.", "\"short\""),
        key(
            "draft_before",
            One(Value::Duration),
            Optional,
            "So long before, operators and the account manager see a draft, to comment and approve it; absent means that there is none. At most 30 d.",
            "\"3d\"",
        ),
        key(
            "unapproved",
            OneOf(&["publish", "hold"]),
            Default("\"publish\""),
            "What becomes of a draft that nobody has approved by then: it is published all the same, or waits.",
            "\"hold\"",
        ),
    ],
};

/// What `reviews.toml` says.
#[derive(Default)]
pub(super) struct Written {
    pub templates: BTreeMap<String, Vec<Chapter>>,
    pub operators: Vec<Plan>,
}

pub(super) fn reviews(root: &Table<'_>) -> Written {
    let templates = root.named("templates").into_iter().filter_map(|(name, table)| {
        let sections: Vec<Chapter> = table.choices("sections");
        let distinct: BTreeSet<Chapter> = sections.iter().copied().collect();
        if distinct.len() < sections.len() {
            table.error("sections", "names a chapter twice", "leave one out");
        }
        if sections.is_empty() && !table.problems.spoilt_within(&table.spot_of("sections")) {
            table.error("sections", "is empty: there would be nothing to read", "name chapters");
        }
        table.finish();
        (!sections.is_empty()).then_some((name, sections))
    });
    let templates = templates.collect();
    let operators = root.tables("operators").iter().filter_map(digest).collect();
    root.finish();
    let written = Written { templates, operators };
    names(root, "operators", &written.operators);
    written
}

fn digest(table: &Table<'_>) -> Option<Plan> {
    let (name, schedule, period) = (table.value("name"), table.value("schedule"), table.choice("period"));
    let (zone, template): (Option<Tz>, Option<Slug>) = (table.value("zone"), table.value("template"));
    table.finish();
    Some(Plan {
        name: name.map(|Slug(name)| name)?,
        schedule: schedule?,
        period: period?,
        template: template.map(|Slug(name)| name)?,
        draft_before: Span::ZERO,
        unapproved: Unapproved::Publish,
        zone: Some(zone?),
    })
}

/// The plans of one agreement.
pub(super) fn plans(operations: &Table<'_>) -> Vec<Plan> {
    let plans: Vec<Plan> = operations.tables("reviews").iter().filter_map(plan).collect();
    names(operations, "reviews", &plans);
    plans
}

fn plan(table: &Table<'_>) -> Option<Plan> {
    let name: Option<Slug> = table.value("name");
    let schedule: Option<Schedule> = table.value("schedule");
    let period: Option<WindowKind> = table.choice("period");
    let template: Option<Slug> = table.value("template");
    let draft_before: Option<Span> = table.value("draft_before");
    let unapproved: Option<Unapproved> = table.choice("unapproved");
    table.finish();
    let draft_before = draft_before.unwrap_or(Span::ZERO);
    if draft_before > LONGEST_DRAFT {
        let what = format!("{} is longer than 30 d", duration_words(draft_before));
        table.error("draft_before", what, "write for example \"3d\"");
    }
    if unapproved == Some(Unapproved::Hold) && draft_before.is_zero() {
        let what = "waits for an approval, and there is no draft to approve";
        table.error("unapproved", what, "add for example draft_before = \"3d\"");
    }
    Some(Plan {
        name: name.map(|Slug(name)| name)?,
        schedule: schedule?,
        period: period?,
        template: template.map(|Slug(name)| name)?,
        draft_before,
        unapproved: unapproved?,
        zone: None,
    })
}

fn names(table: &Table<'_>, key: &str, plans: &[Plan]) {
    let mut seen = BTreeSet::new();
    for plan in plans.iter().filter(|plan| !seen.insert(plan.name.clone())) {
        table.error(key, format!("has two of the name {}", quoted(&plan.name)), "give one another name");
    }
}

/// Whether a customer may read every chapter of a template; none when there is no such template.
pub(super) fn fits_customers(templates: &BTreeMap<String, Vec<Chapter>>, name: &str) -> Option<bool> {
    match templates.get(name) {
        Some(sections) => Some(!sections.iter().any(|section| section.is_internal())),
        None => BUILT_IN.contains(&name).then_some(name != "operators"),
    }
}
