//! `[terms.improvement]`: what is asked for by itself when something went wrong, and within how many days.

use crate::config::schema::Kind::{ManyOf, One};
use crate::config::schema::Need::Default;
use crate::config::schema::{Section, key};
use crate::config::services::PRIORITIES;
use crate::config::table::Table;
use crate::config::value::Value;
use crate::core::improvement::Rules;

/// The longest time in days for a plan or a cause.
const LONGEST: u32 = 366;
/// The most working days before a date at which somebody is reminded.
const EARLIEST: u32 = 30;

pub(super) static IMPROVEMENT: Section = Section {
    heading: "[terms.improvement]",
    about: "What is asked for by itself when something went wrong, and within how many days. Each becomes an action item (`/action`) with a date, of which its owner is reminded before it, when it has passed, and every week from then on.",
    keys: &[
        key(
            "plans",
            One(Value::Flag),
            Default("true"),
            "An objective whose period ended missed, and a survey whose figure fell by more than chance explains, ask for a plan: what is done about it, by whom and by when.",
            "false",
        ),
        key(
            "plan_within",
            One(Value::Count),
            Default("10"),
            "The plan is to be there within so many days after the period.",
            "14",
        ),
        key(
            "causes",
            ManyOf(PRIORITIES),
            Default("[\"P1\"]"),
            "Incidents of these priorities ask for their cause (`/cause`) when they are over and nobody has named it; `[]` for none.",
            "[\"P1\", \"P2\"]",
        ),
        key(
            "cause_within",
            One(Value::Count),
            Default("5"),
            "The cause is to be named within so many days after the incident.",
            "3",
        ),
        key(
            "risks",
            One(Value::Flag),
            Default("true"),
            "What looks like a risk is proposed for the register (`/risk`): little left of an error budget, nobody on call, a customer who can be reached in one place at most.",
            "false",
        ),
        key(
            "remind_before",
            One(Value::Count),
            Default("2"),
            "Whoever has an action item is reminded so many working days (Monday to Friday) before its date, at nine.",
            "1",
        ),
    ],
};

pub(super) fn improvement(table: &Table<'_>) -> Rules {
    let usual = Rules::default();
    let days = |name: &str, least: u32, most: u32, usual: u32| {
        let Some(written) = table.value::<u64>(name) else { return usual };
        let fits = u32::try_from(written).ok().filter(|days| (least..=most).contains(days));
        if fits.is_none() {
            table.error(
                name,
                format!("{written} days are not between {least} and {most}"),
                format!("write a whole number of days such as {usual}"),
            );
        }
        fits.unwrap_or(usual)
    };
    let rules = Rules {
        plans: table.value("plans").unwrap_or(usual.plans),
        risks: table.value("risks").unwrap_or(usual.risks),
        causes: table.choices("causes").into_iter().collect(),
        plan_days: days("plan_within", 1, LONGEST, usual.plan_days),
        cause_days: days("cause_within", 1, LONGEST, usual.cause_days),
        remind_days: days("remind_before", 0, EARLIEST, usual.remind_days),
    };
    table.finish();
    rules
}
