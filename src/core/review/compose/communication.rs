//! How both sides heard of it: the first message, the promised updates, the customer's own messages.

use super::incidents::Known;
use super::{Given, Scope, count};
use crate::core::agreement::{ClockKind, ObjectiveKind};
use crate::core::percentile::nearest_rank;
use crate::core::review::document::{Communication, Times};
use crate::core::standing::{Measured, objective_standings};
use crate::core::time::Span;

pub(super) fn communication(scope: &Scope<'_>, given: &Given, known: &[Known<'_>]) -> Communication {
    let (updates, _) = items(scope, ClockKind::Update);
    let (replies, unanswered) = items(scope, ClockKind::NextReply);
    Communication {
        first_message: first_message(known),
        updates,
        replies,
        unanswered,
        sent: given.sent,
        undelivered: given.undelivered,
    }
}

fn first_message(known: &[Known<'_>]) -> Option<Times> {
    let heard = known.iter().filter_map(|known| {
        // Who heard of it before the provider knew waited for nothing.
        known.row.told.map(|at| (at - known.row.noticed).or_zero())
    });
    times(&heard.collect::<Vec<_>>())
}

/// None of none.
pub(super) fn times(spans: &[Span]) -> Option<Times> {
    let rank = |percent: i64| nearest_rank(spans, percent.into());
    Some(Times {
        n: count(spans.len()),
        median: rank(50)?,
        p90: rank(90)?,
        longest: spans.iter().max().copied()?,
    })
}

/// Of every clock of a kind: those in time and those decided in the window; and how many still run.
fn items(scope: &Scope<'_>, kind: ClockKind) -> (Option<(u32, u32)>, u32) {
    let (mut met, mut of, mut running) = (0, 0, 0);
    for (agreement, versions) in &scope.agreements {
        let Some(version) = scope.version(versions) else { continue };
        for objective in &version.terms.objectives {
            let ObjectiveKind::Clock(clock) = &objective.kind else { continue };
            if clock.clock != kind {
                continue;
            }
            let as_of = scope.as_of.min(scope.window.end);
            for standing in
                objective_standings(scope.state, agreement, &version.terms, objective, scope.window, as_of)
            {
                let Measured::Clock(figures) = standing.measured else { continue };
                met += figures.met();
                of += figures.items.len();
                running += figures.pending.len();
            }
        }
    }
    (Some((count(met), count(of))).filter(|(_, of)| *of > 0), count(running))
}
