//! The smaller tables of `[terms]`: how clocks are read, declared exclusions, the customer's wording.

use chrono_tz::Tz;

use crate::config::problem::Wrong;
use crate::config::schema::Kind::{List, Map, One, OneOf};
use crate::config::schema::Need::{Default, Optional, Required};
use crate::config::schema::{Section, key};
use crate::config::services::labels;
use crate::config::settings::positive;
use crate::config::table::Table;
use crate::config::value::{Edge, Named, Percent, Slug, Value, WrittenMoment};
use crate::core::agreement::{ClockRules, CustomerText, DeclaredExclusion};
use crate::core::event::ServiceId;

pub(super) static CLOCKS: Section = Section {
    heading: "[terms.clocks]",
    about: "From when to when the clocks of an incident run.",
    keys: &[
        key(
            "start",
            OneOf(&["occurred", "first_signal", "reported", "recorded"]),
            Default("\"occurred\""),
            "From when clocks count: when the fault began by the monitor's word (`occurred`, backdated at most 24 h), when Upheld first heard of it (`first_signal`), when the customer reported it (`reported`; if they did not, as `occurred`), or when the incident was recorded (`recorded`).",
            "\"first_signal\"",
        ),
        key(
            "response_stops_on",
            OneOf(&["acknowledge", "update", "either"]),
            Default("\"acknowledge\""),
            "What counts as a response: an acknowledgement, the first update to the customer by a person, or whichever comes first.",
            "\"either\"",
        ),
        key(
            "at_risk",
            One(Value::Percent),
            Default("75"),
            "The share of the promised time at which a running clock is at risk, and the next person on call is called. A whole number from 1 to 99.",
            "75",
        ),
        key(
            "pin_at_start",
            One(Value::Flag),
            Default("false"),
            "An incident keeps the target of the priority and version it began with. Otherwise a change recomputes its clocks from their start.",
            "true",
        ),
        key(
            "call_again_after",
            One(Value::Duration),
            Default("\"5 min\""),
            "The next person on the on-call list is called after this long, around again until someone has it.",
            "\"5 min\"",
        ),
    ],
};

pub(super) static EXCLUSION: Section = Section {
    heading: "[[terms.exclusions]]",
    about: "Time that both sides agreed beforehand not to count, such as announced maintenance.",
    keys: &[
        key("from", One(Value::Moment), Required, "Its beginning.", "2026-12-05T22:00:00"),
        key(
            "until",
            One(Value::Moment),
            Required,
            "Its end; a date alone includes that day.",
            "2026-12-06T02:00:00",
        ),
        key(
            "services",
            List(Value::Id),
            Optional,
            "The services concerned; absent means all of the agreement's.",
            "[\"search\"]",
        ),
        key("reason", One(Value::Text), Required, "As both sides read it.", "\"Database upgrade\""),
    ],
};

pub(super) static CUSTOMER_TEXT: Section = Section {
    heading: "[[terms.customer_text]]",
    about: "What the customer reads in place of an alert, whose labels they never see. The first that matches is taken; without one the card says \"disturbed\" and the service's name.",
    keys: &[
        key(
            "labels",
            Map(Value::Text),
            Optional,
            "Labels of the alert that must match. A value that ends in `*` matches by its beginning.",
            "{ alertname = \"CheckoutErrors*\" }",
        ),
        key("service", One(Value::Id), Optional, "Only for this service.", "\"checkout\""),
        key(
            "text",
            One(Value::Names),
            Required,
            "The sentence, in each language that Upheld speaks.",
            "{ en = \"some payments are failing\", zh-TW = \"部分付款失敗\" }",
        ),
    ],
};

pub(super) fn clock_rules(table: &Table<'_>) -> Option<ClockRules> {
    let (start, response_stops_on) = (table.choice("start"), table.choice("response_stops_on"));
    let at_risk = table.value::<Percent>("at_risk").and_then(|Percent(percent)| {
        let whole = percent.fract().is_zero().then(|| u32::try_from(percent).ok()).flatten();
        let fits = whole.filter(|percent| (1..=99).contains(percent));
        if fits.is_none() {
            table.error(
                "at_risk",
                format!("{percent} percent is not between 1 and 99"),
                "write a whole number such as 75",
            );
        }
        fits
    });
    let pin_at_start = table.value("pin_at_start");
    let call_again_after = positive(table, "call_again_after");
    table.finish();
    Some(ClockRules {
        start: start?,
        response_stops_on: response_stops_on?,
        at_risk_percent: at_risk?,
        pin_at_start: pin_at_start?,
        call_again_after: call_again_after?,
    })
}

pub(super) fn exclusion(table: &Table<'_>, zone: Tz) -> Option<DeclaredExclusion> {
    let from = table.value("from").map(|moment: WrittenMoment| moment.instant(zone, Edge::Begin));
    let until = table.value("until").map(|moment: WrittenMoment| moment.instant(zone, Edge::End));
    let services = table.list("services").into_iter().map(|Slug(id)| ServiceId(id)).collect();
    let reason = table.value("reason");
    table.finish();
    let (from, until) = (from?, until?);
    if until <= from {
        table.error("until", "is not after `from`", "write the end of the excluded time");
    }
    Some(DeclaredExclusion { from, until, services, reason: reason? })
}

pub(super) fn customer_text(table: &Table<'_>) -> Option<CustomerText> {
    let labels = labels(table, "labels");
    let service = table.value("service").map(|Slug(id)| ServiceId(id));
    let text: Option<Named> = table.value("text");
    table.finish();
    let Named(text) = text?;
    for (language, sentence) in &text {
        if sentence.chars().count() > 200 {
            let what = format!("the text for `{language}` is longer than 200 characters");
            table.problems.error(
                table.spot_of("text"),
                Wrong::new(what, "write one sentence; it heads a card read on a phone"),
            );
        }
    }
    Some(CustomerText { labels, service, text })
}
