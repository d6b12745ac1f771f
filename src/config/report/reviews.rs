//! What `upheld check` says of each planned review, with the dates on which it is next published.

use std::fmt::Write;

use chrono_tz::Tz;

use super::{or_nobody, shown};
use crate::config::Config;
use crate::config::value::duration_words;
use crate::core::review::{Plan, Unapproved};
use crate::core::time::{Instant, Span};

/// How many dates of a schedule are shown.
const DATES: usize = 3;

pub(super) fn reviews(text: &mut String, config: &Config, now: Instant) -> std::fmt::Result {
    for plan in &config.reviews.operators {
        let zone = plan.zone.unwrap_or(Tz::UTC);
        write(text, "the operators", plan, zone, None, now)?;
    }
    for (agreement, plans) in &config.reviews.agreements {
        let Some(file) = config.agreements.get(agreement) else { continue };
        for plan in plans {
            let of = format!("{} ({agreement})", file.terms.customer);
            write(text, &of, plan, file.terms.zone, file.operations.account_manager.as_deref(), now)?;
        }
    }
    Ok(())
}

fn write(
    text: &mut String,
    of: &str,
    plan: &Plan,
    zone: Tz,
    manager: Option<&str>,
    now: Instant,
) -> std::fmt::Result {
    writeln!(text, "Review {} of {of}: of each {}, {}", plan.name, plan.period, plan.template)?;
    writeln!(text, "  published     by the schedule {} ({zone})", plan.schedule)?;
    if plan.draft_before.is_positive() {
        let then = match plan.unapproved {
            Unapproved::Publish => "published even if nobody approves it",
            Unapproved::Hold => "held until somebody approves it",
        };
        let who = or_nobody(manager.unwrap_or_default());
        writeln!(
            text,
            "  draft         {} before, to the operators and {who}; {then}",
            duration_words(plan.draft_before)
        )?;
    }
    let mut dates = Vec::new();
    let mut at = now - Span::from_micros(1);
    while let Some(next) = plan.schedule.next_after(at, zone).filter(|_| dates.len() < DATES) {
        dates.push(shown(next, zone));
        at = next;
    }
    writeln!(text, "  next          {}\n", dates.join(", "))
}
