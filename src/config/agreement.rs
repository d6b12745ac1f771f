//! `agreements/<id>.toml`, the `[terms]`: what was promised to one customer.

mod improvement;
mod parts;

use std::collections::BTreeSet;

use chrono_tz::Tz;

use improvement::{IMPROVEMENT, improvement};
use parts::{CLOCKS, CUSTOMER_TEXT, EXCLUSION, clock_rules, customer_text, exclusion};

use super::calendars::{CALENDAR, calendars};
use super::objectives::{EXCLUSION_MODES, OBJECTIVE, objectives};
use super::operations::{OPERATIONS, Operations, operations};
use super::problem::quoted;
use super::schema::Kind::{List, Named as Members, One, OneOf, Table as Sub, Tables};
use super::schema::Need::{Default, Optional, Required};
use super::schema::{Section, key};
use super::table::Table;
use super::value::{Edge, Slug, Value, WrittenMoment};
use crate::core::agreement::{Publish, ServiceLevel, Terms};
use crate::core::availability::ExclusionMode;
use crate::core::event::{AgreementId, ServiceId};
use crate::core::time::Instant;

pub(super) static AGREEMENT_FILE: Section = Section {
    heading: "agreements/<id>.toml",
    about: "One agreement with one customer; the file's name is the agreement's id. `[terms]` is what was promised: changed terms are a new version. `[operations]` is how it is carried out, and simply takes effect.",
    keys: &[
        key("terms", Sub(&TERMS), Required, "What was promised.", ""),
        key("operations", Sub(&OPERATIONS), Required, "How it is carried out.", ""),
    ],
};

static TERMS: Section = Section {
    heading: "[terms]",
    about: "What was promised to whom, for how long.",
    keys: &[
        key(
            "customer",
            One(Value::Text),
            Required,
            "The customer's name as people read it.",
            "\"Acme GmbH\"",
        ),
        key(
            "reference",
            One(Value::Text),
            Required,
            "The beginning of this customer's own incident numbers (`ACME-42`): 2 to 10 capital letters and digits.",
            "\"ACME\"",
        ),
        key(
            "level",
            OneOf(&["SIL1", "SIL2", "SIL3", "SIL4", "SIL5"]),
            Required,
            "The service level; SIL1 is the highest.",
            "\"SIL1\"",
        ),
        key(
            "services",
            List(Value::Id),
            Required,
            "The services covered, by the ids of `services.toml`.",
            "[\"checkout\", \"login\"]",
        ),
        key(
            "scope",
            List(Value::Text),
            Optional,
            "What is covered, in sentences for people.",
            "[\"Production only.\"]",
        ),
        key(
            "customer_duties",
            List(Value::Text),
            Optional,
            "What the customer contributes.",
            "[\"Names a technical contact.\"]",
        ),
        key(
            "contract",
            One(Value::Text),
            Optional,
            "Where the signed document is.",
            "\"Framework agreement 2026-017, annex 2\"",
        ),
        key(
            "zone",
            One(Value::Zone),
            Required,
            "The zone in which months and days begin and end.",
            "\"Europe/Berlin\"",
        ),
        key("starts", One(Value::Moment), Required, "The first day of the term.", "2026-01-01"),
        key(
            "ends",
            One(Value::Moment),
            Optional,
            "The last day of the term (that day included); absent means open-ended.",
            "2026-12-31",
        ),
        key(
            "exclusion_mode",
            OneOf(EXCLUSION_MODES),
            Optional,
            "Whether excluded time leaves the reckoning of availability (`subtract`) or counts as up (`count_up`). The two give different figures, so there is no default: an availability objective needs it here or for itself.",
            "\"subtract\"",
        ),
        key(
            "publish",
            One(Value::Publish),
            Default("\"at once\""),
            "When the customer is told of an incident.",
            "\"after 10 min\"",
        ),
        key("clocks", Sub(&CLOCKS), Optional, "How clocks are read.", ""),
        key("calendars", Members(&CALENDAR), Optional, "Business hours.", ""),
        key("objectives", Tables(&OBJECTIVE), Required, "The promises.", ""),
        key("exclusions", Tables(&EXCLUSION), Optional, "Time agreed beforehand not to count.", ""),
        key(
            "customer_text",
            Tables(&CUSTOMER_TEXT),
            Optional,
            "What the customer reads in place of an alert.",
            "",
        ),
        key(
            "improvement",
            Sub(&IMPROVEMENT),
            Optional,
            "What is asked for by itself when something went wrong.",
            "",
        ),
    ],
};

/// What one agreement's file says.
pub(super) struct Written {
    pub terms: Option<Terms>,
    pub operations: Operations,
}

/// Reads a file. Terms are none where something essential is missing, which is then reported.
pub(super) fn agreement(root: &Table<'_>, id: &AgreementId) -> Written {
    let terms_table = root.table("terms");
    let terms = terms_table.as_ref().and_then(|table| terms(table, id));
    let zone = terms.as_ref().map_or(Tz::UTC, |terms| terms.zone);
    let operations = root.table("operations").map(|table| operations(&table, id, zone)).unwrap_or_default();
    root.finish();
    Written { terms, operations }
}

fn terms(table: &Table<'_>, id: &AgreementId) -> Option<Terms> {
    if !table.is_present() {
        return None;
    }
    let customer: Option<String> = table.value("customer");
    let reference = reference(table);
    let level: Option<ServiceLevel> = table.choice("level");
    let services = services(table);
    let (scope, customer_duties) = (table.list("scope"), table.list("customer_duties"));
    let contract = table.value("contract");
    let zone: Option<Tz> = table.value("zone");
    let (starts, ends) = term(table, zone.unwrap_or(Tz::UTC));
    // One that is written wrongly is not also missing.
    let stand_in = table.has("exclusion_mode").then_some(ExclusionMode::Subtract);
    let mode: Option<ExclusionMode> = table.choice("exclusion_mode").or(stand_in);
    let publish: Option<Publish> = table.value("publish");
    let clocks = table.table("clocks").and_then(|clocks| clock_rules(&clocks));
    let calendars = calendars(table, zone.unwrap_or(Tz::UTC));
    let objectives = objectives(table, mode);
    let exclusions =
        table.tables("exclusions").iter().filter_map(|one| exclusion(one, zone.unwrap_or(Tz::UTC))).collect();
    let customer_texts = table.tables("customer_text").iter().filter_map(customer_text).collect();
    let improvement = table.table("improvement").map(|table| improvement(&table)).unwrap_or_default();
    table.finish();
    Some(Terms {
        agreement: id.clone(),
        customer: customer?,
        reference: reference?,
        level: level?,
        services,
        scope,
        customer_duties,
        contract,
        zone: zone?,
        starts: starts?,
        ends,
        calendars,
        clocks: clocks?,
        publish: publish?,
        objectives,
        exclusions,
        customer_texts,
        improvement,
    })
}

fn reference(table: &Table<'_>) -> Option<String> {
    let reference: String = table.value("reference")?;
    let fits = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit();
    let first = reference.starts_with(|letter: char| letter.is_ascii_uppercase());
    if !first || !(2..=10).contains(&reference.len()) || !reference.chars().all(fits) {
        table.error(
            "reference",
            format!("{} cannot begin incident numbers", quoted(&reference)),
            "write 2 to 10 capital letters and digits, such as \"ACME\"",
        );
    } else if reference == "INC" {
        table.error("reference", "`INC` begins the provider's own incident numbers", "choose other letters");
    }
    Some(reference)
}

fn services(table: &Table<'_>) -> BTreeSet<ServiceId> {
    let services: Vec<Slug> = table.list("services");
    let distinct: BTreeSet<ServiceId> = services.iter().map(|Slug(id)| ServiceId::new(id)).collect();
    if distinct.is_empty() && table.has("services") && !table.problems.spoilt(&table.spot_of("services")) {
        table.error("services", "is empty: the agreement covers nothing", "name at least one service");
    }
    if distinct.len() < services.len() {
        table.error("services", "names a service twice", "leave one out");
    }
    distinct
}

/// First moment and end of the term.
fn term(table: &Table<'_>, zone: Tz) -> (Option<Instant>, Option<Instant>) {
    let starts = table.value("starts").map(|moment: WrittenMoment| moment.instant(zone, Edge::Begin));
    let ends = table.value("ends").map(|moment: WrittenMoment| moment.instant(zone, Edge::End));
    if let (Some(starts), Some(ends)) = (starts, ends)
        && ends <= starts
    {
        table.error("ends", "is not after `starts`", "write the last day of the term");
    }
    (starts, ends)
}
