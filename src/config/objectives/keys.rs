//! The keys of `[[terms.objectives]]`, and which kind each belongs to.

use super::Family;
use crate::config::schema::Kind::{List, Map, One, OneOf};
use crate::config::schema::Need::{Default, Optional, Otherwise, Required};
use crate::config::schema::{Section, key};
use crate::config::value::Value;

pub(in crate::config) const EXCLUSION_MODES: &[&str] = &["subtract", "count_up"];

pub(in crate::config) static OBJECTIVE: Section = Section {
    heading: "[[terms.objectives]]",
    about: "One promise. `kind = \"availability\"` promises a percentage of the time; the other kinds are clocks that run for each incident: `response` (to the first qualifying act), `resolution`, `update` (the longest time between two updates to the customer), `next_reply` (from the customer's earliest unanswered message), `waiting` (from the customer's report to the first human reply). `complaints` promises when complaints are acknowledged, answered or resolved, `satisfaction` what customers answer in a survey.",
    keys: &[
        key(
            "kind",
            OneOf(&[
                "availability",
                "response",
                "resolution",
                "update",
                "next_reply",
                "waiting",
                "complaints",
                "satisfaction",
            ]),
            Required,
            "What is measured.",
            "\"response\"",
        ),
        key(
            "name",
            One(Value::Id),
            Otherwise("the kind"),
            "What people call it, as in `/why response`; unique in the agreement.",
            "\"checkout-availability\"",
        ),
        key(
            "services",
            List(Value::Id),
            Optional,
            "The services concerned; absent means all of the agreement's. A complaint that names no service concerns all. Not for satisfaction: an answer is about the whole agreement.",
            "[\"checkout\"]",
        ),
        key(
            "window",
            One(Value::Window),
            Default("\"month\""),
            "The period over which it is judged.",
            "\"quarter\"",
        ),
        key(
            "calendar",
            One(Value::Id),
            Default("\"always\""),
            "The hours that count: a calendar of the agreement, or `always`. Not for satisfaction.",
            "\"office\"",
        ),
        key(
            "target",
            One(Value::Percent),
            Otherwise("needed for availability"),
            "Availability: the promised percentage.",
            "99.9",
        ),
        key(
            "exclusion_mode",
            OneOf(EXCLUSION_MODES),
            Otherwise("the agreement's"),
            "Availability: whether excluded time leaves the reckoning (`subtract`) or counts as up (`count_up`).",
            "\"subtract\"",
        ),
        key(
            "partial_term",
            OneOf(&["shorter_window", "counts_as_up", "not_judged"]),
            Default("\"shorter_window\""),
            "Availability: a window that the term covers only in part is as long as that part, or keeps its length and counts the rest as up, or is not judged.",
            "\"counts_as_up\"",
        ),
        key(
            "unknown",
            OneOf(&["leaves", "down", "up"]),
            Default("\"leaves\""),
            "Availability: whether time in which nobody watched leaves the reckoning, or counts as down or up. Coverage is always shown.",
            "\"leaves\"",
        ),
        key(
            "components",
            OneOf(&["any_down", "all_down", "component_seconds"]),
            Default("\"any_down\""),
            "Availability: the service is down when any component is, when all are, or each component's time counts by itself.",
            "\"any_down\"",
        ),
        key(
            "minimum_downtime",
            One(Value::Duration),
            Default("\"0s\""),
            "Availability: outages shorter than this do not count.",
            "\"1 min\"",
        ),
        key(
            "degraded_is_down",
            One(Value::Flag),
            Default("false"),
            "Availability: a degraded service counts as down.",
            "true",
        ),
        key(
            "targets",
            Map(Value::Target),
            Otherwise("needed for clocks"),
            "Clocks: the promised time by priority (`P1` to `P5`). A priority without one has no such clock.",
            "{ P1 = \"15m\", P2 = \"1h\", P3 = \"2 business days\" }",
        ),
        key(
            "share",
            One(Value::Percent),
            Otherwise("one of `share`, `percentile`, `mean` is needed for clocks; needed for complaints"),
            "Clocks, complaints: at least this percentage of the incidents or complaints within their time.",
            "95",
        ),
        key(
            "percentile",
            One(Value::Percent),
            Otherwise("see `share`"),
            "Clocks: this (nearest-rank) percentile within the time, for each priority.",
            "95",
        ),
        key(
            "mean",
            One(Value::Flag),
            Otherwise("see `share`"),
            "Clocks: the mean within the time, for each priority.",
            "true",
        ),
        key(
            "pauses",
            One(Value::Flag),
            Otherwise("`true` for resolution, `false` for the others"),
            "Clocks: a pause stops this clock.",
            "true",
        ),
        key(
            "minimum_items",
            One(Value::Count),
            Default("0"),
            "Clocks, complaints: with fewer of them decided in the window the objective says \"insufficient data\".",
            "5",
        ),
        key(
            "stage",
            OneOf(&["acknowledge", "answer", "resolve"]),
            Otherwise("needed for complaints"),
            "Complaints: what must have happened in time, counted from the moment of writing: somebody of the provider showed that it has been seen (`acknowledge`), the writer was answered in words (`answer`), or it was closed for good (`resolve`; the time between a closing and a reopening does not count).",
            "\"answer\"",
        ),
        key(
            "within",
            One(Value::Target),
            Otherwise("needed for complaints"),
            "Complaints: the promised time, in the hours of `calendar`.",
            "\"1 business day\"",
        ),
        key(
            "survey",
            One(Value::Id),
            Otherwise("needed for satisfaction"),
            "Satisfaction: the survey whose first question measures it. Answers count on the date they are given; those of an anonymous survey on the date its round closes, and not at all where fewer than its `minimum_group` answered.",
            "\"after_incident\"",
        ),
        key(
            "figure",
            OneOf(&["csat", "nps", "ces", "mean"]),
            Otherwise("needed for satisfaction"),
            "Satisfaction: the percentage of the satisfied (`csat`), promoters minus detractors in percent of the answers (`nps`), the mean of the answers from 1 to 7 (`ces`), or the mean on the survey's own scale (`mean`).",
            "\"csat\"",
        ),
        key(
            "at_least",
            One(Value::Number),
            Otherwise("needed for satisfaction"),
            "Satisfaction: the promised figure: percent for `csat`, -100 to 100 for `nps`, a number of the scale for `ces` and `mean`.",
            "80",
        ),
        key(
            "satisfied_from",
            One(Value::Number),
            Default("4"),
            "Satisfaction, `csat`: the lowest answer that counts as satisfied, 2 to 5.",
            "4",
        ),
        key(
            "lowest",
            One(Value::Number),
            Otherwise("needed for `mean`"),
            "Satisfaction, `mean`: the lowest number of the survey's scale.",
            "1",
        ),
        key(
            "highest",
            One(Value::Number),
            Otherwise("needed for `mean`"),
            "Satisfaction, `mean`: the highest number of the survey's scale.",
            "10",
        ),
        key(
            "minimum_answers",
            One(Value::Count),
            Default("0"),
            "Satisfaction: with fewer answers in the window the objective says \"insufficient data\".",
            "5",
        ),
    ],
};

/// Which kinds each key that is not for all is for, in words.
pub(super) const OWN_KEYS: &[(&[Family], &str, &[&str])] = &[
    (
        &[Family::Availability],
        "availability objectives",
        &[
            "target",
            "exclusion_mode",
            "unknown",
            "components",
            "minimum_downtime",
            "degraded_is_down",
            "partial_term",
        ],
    ),
    (&[Family::Clock], "clocks", &["targets", "percentile", "mean", "pauses"]),
    (&[Family::Clock, Family::Complaints], "clocks and complaints", &["share", "minimum_items"]),
    (&[Family::Complaints], "complaints", &["stage", "within"]),
    (
        &[Family::Satisfaction],
        "satisfaction",
        &["survey", "figure", "at_least", "satisfied_from", "lowest", "highest", "minimum_answers"],
    ),
    (
        &[Family::Availability, Family::Clock, Family::Complaints],
        "availability, clocks and complaints",
        &["services", "calendar"],
    ),
];
