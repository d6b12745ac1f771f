//! The words for kinds, standings and states, as message keys.

use crate::core::agreement::{ClockKind, Impact};
use crate::core::doc::{Tone, Value, Verdict as Mark};
use crate::core::event::CauseCategory;
use crate::core::incident::NoticedBy;
use crate::core::standing::Verdict;

/// The word that says what the tone's symbol says: `LATE`.
pub const fn tone(tone: Tone) -> Value {
    Value::term(match tone {
        Tone::Late => "tone-late",
        Tone::AtRisk => "tone-at-risk",
        Tone::Disturbed => "tone-disturbed",
        Tone::InHand => "tone-in-hand",
        Tone::Restored => "tone-restored",
        Tone::Information => "tone-information",
        Tone::Corrected => "tone-corrected",
        Tone::Refused => "tone-refused",
    })
}

/// A clock inside a sentence: `response`.
pub const fn clock(kind: ClockKind) -> Value {
    Value::term(match kind {
        ClockKind::Response => "clock-response",
        ClockKind::Resolution => "clock-resolution",
        ClockKind::Update => "clock-update",
        ClockKind::NextReply => "clock-next-reply",
        ClockKind::Waiting => "clock-waiting",
    })
}

/// An objective that is called as its kind is, in words; any other by the name it was given.
pub fn objective(name: &str) -> Value {
    let clock = ClockKind::ALL.into_iter().find(|kind| kind.name() == name);
    match (clock, name) {
        (Some(kind), _) => clock_name(kind),
        (None, "availability") => Value::term("row-availability"),
        (None, "satisfaction") => Value::term("objective-satisfaction"),
        (None, "complaints") => Value::term("objective-complaints"),
        (None, name) => Value::Name(name.to_owned()),
    }
}

/// A clock as the name of a row: `Response`.
pub const fn clock_name(kind: ClockKind) -> Value {
    Value::term(match kind {
        ClockKind::Response => "clock-name-response",
        ClockKind::Resolution => "clock-name-resolution",
        ClockKind::Update => "clock-name-update",
        ClockKind::NextReply => "clock-name-next-reply",
        ClockKind::Waiting => "clock-name-waiting",
    })
}

/// How an objective stands: `AT RISK`.
pub const fn standing(verdict: Verdict) -> Value {
    Value::term(match verdict {
        Verdict::Met => "standing-met",
        Verdict::AtRisk => "standing-at-risk",
        Verdict::Missed => "standing-missed",
        Verdict::Insufficient => "standing-insufficient",
        Verdict::NoData => "standing-no-data",
    })
}

/// The mark beside an objective.
pub const fn standing_mark(verdict: Verdict) -> Mark {
    match verdict {
        Verdict::Met => Mark::Kept,
        Verdict::AtRisk => Mark::AtRisk,
        Verdict::Missed => Mark::Broken,
        Verdict::Insufficient | Verdict::NoData => Mark::Unknown,
    }
}

/// Where the fault lay.
pub const fn cause(category: CauseCategory) -> Value {
    Value::term(match category {
        CauseCategory::Change => "cause-change",
        CauseCategory::Capacity => "cause-capacity",
        CauseCategory::Software => "cause-software",
        CauseCategory::Hardware => "cause-hardware",
        CauseCategory::Network => "cause-network",
        CauseCategory::Security => "cause-security",
        CauseCategory::Supplier => "cause-supplier",
        CauseCategory::Customer => "cause-customer",
        CauseCategory::Human => "cause-human",
        CauseCategory::Unknown => "cause-unknown",
    })
}

/// Who noticed first.
pub const fn noticed_by(by: NoticedBy) -> Value {
    Value::term(match by {
        NoticedBy::Monitor => "noticed-by-monitor",
        NoticedBy::Customer => "noticed-by-customer",
        NoticedBy::Operator => "noticed-by-operator",
    })
}

/// How bad it is.
pub const fn impact(impact: Impact) -> Value {
    Value::term(match impact {
        Impact::None => "impact-none",
        Impact::Degraded => "impact-degraded",
        Impact::Down => "impact-down",
    })
}
