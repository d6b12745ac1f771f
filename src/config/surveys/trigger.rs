//! `[trigger]`: what makes a survey be asked.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::config::schema::Kind::{ManyOf, One, OneOf};
use crate::config::schema::Need::{Default, Optional, Otherwise, Required};
use crate::config::schema::{Section, key};
use crate::config::services::PRIORITIES;
use crate::config::table::Table;
use crate::config::value::{Percent, Value};
use crate::core::agreement::Priority;
use crate::core::schedule::Schedule;
use crate::core::survey::Trigger;
use crate::core::time::Span;

pub(super) static TRIGGER: Section = Section {
    heading: "[trigger]",
    about: "What makes it be asked. Every survey can also be asked by command.",
    keys: &[
        key(
            "after",
            OneOf(&["incident", "schedule", "command"]),
            Required,
            "After an incident was resolved, by a schedule, or only by command.",
            "\"incident\"",
        ),
        key(
            "delay",
            One(Value::Duration),
            Default("\"30m\""),
            "Incidents: how long after the end; an incident that is open again is not asked about.",
            "\"30m\"",
        ),
        key(
            "priorities",
            ManyOf(PRIORITIES),
            Optional,
            "Incidents: only after those of these priorities; absent means all.",
            "[\"P1\", \"P2\"]",
        ),
        key(
            "sample",
            One(Value::Percent),
            Default("100"),
            "Incidents: so many of a hundred are followed by it. A whole number from 1 to 100.",
            "25",
        ),
        key(
            "cron",
            One(Value::Schedule),
            Otherwise("needed for `schedule`"),
            "Schedules: when it is asked.",
            "\"0 9 1-7 * Mon\"",
        ),
    ],
};

const INCIDENT_KEYS: &[&str] = &["delay", "priorities", "sample"];
const SCHEDULE_KEYS: &[&str] = &["cron"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum After {
    Incident,
    Schedule,
    Command,
}

pub(super) fn trigger(table: &Table<'_>) -> Option<Trigger> {
    if !table.is_present() {
        return None;
    }
    let after: Option<After> = table.choice("after");
    let delay: Option<Span> = table.value("delay");
    let priorities = priorities(table);
    let sample_percent = sample(table);
    let cron: Option<Schedule> = table.value("cron");
    table.finish();
    let after = after?;
    for (whose, names, own) in [
        (After::Incident, INCIDENT_KEYS, "after = \"incident\""),
        (After::Schedule, SCHEDULE_KEYS, "after = \"schedule\""),
    ] {
        for name in names.iter().filter(|name| after != whose && table.has(name)) {
            table.error(name, format!("is for {own} only"), "leave it out");
        }
    }
    if after == After::Schedule && !table.has("cron") {
        table.error("cron", "is missing", "add for example cron = \"0 9 1-7 * Mon\"");
    }
    Some(match after {
        After::Incident => Trigger::Incident { delay: delay?, priorities, sample_percent: sample_percent? },
        After::Schedule => Trigger::Schedule { cron: cron? },
        After::Command => Trigger::Command,
    })
}

fn priorities(table: &Table<'_>) -> BTreeSet<Priority> {
    let priorities: BTreeSet<Priority> = table.choices("priorities").into_iter().collect();
    let spoilt = || table.problems.spoilt_within(&table.spot_of("priorities"));
    if priorities.is_empty() && table.has("priorities") && !spoilt() {
        table.error("priorities", "is empty", "name priorities, or leave the key out for all of them");
    }
    priorities
}

fn sample(table: &Table<'_>) -> Option<u32> {
    let Percent(percent) = table.value("sample")?;
    let whole = Some(percent).filter(Decimal::is_integer).and_then(|percent| u32::try_from(percent).ok());
    let fits = whole.filter(|percent| (1..=100).contains(percent));
    if fits.is_none() {
        table.error(
            "sample",
            format!("{percent} percent is not between 1 and 100"),
            "write a whole number such as 25",
        );
    }
    fits
}
