//! What a review says of action items: what is open, what was done, what was given up.

use super::action::{Action, Position};
use super::word::ActionNumber;
use super::{ActionState, is_overdue};
use crate::core::calendar::local_date;
use crate::core::event::AgreementId;
use crate::core::state::State;
use crate::core::time::{Instant, Span};

/// An action item as it was at the end of a period.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried<'a> {
    pub number: ActionNumber,
    pub action: &'a Action,
    /// How it was at the end of the period.
    pub position: Position<'a>,
    /// It was open, and its date had passed.
    pub overdue: bool,
    /// From when it was added until it ended or the period did.
    pub age: Span,
    /// It was there before the period began.
    pub carried: bool,
}

/// The action items of an agreement (of none: those that concern no customer) that a review of the time from
/// `from` until `until` carries: all that were open at its end, and all that ended in it. What happened after the
/// end, or after `now`, is not in it. Internal ones are among them, and say so.
///
/// Those that are open come first, the earliest due before the others; then what was done, then what was dropped.
pub fn carried<'s>(
    state: &'s State,
    agreement: Option<&AgreementId>,
    from: Instant,
    until: Instant,
    now: Instant,
) -> Vec<Carried<'s>> {
    let end = until.min(now);
    let own = state.improvement.actions().filter(|(_, action)| action.agreement.as_ref() == agreement);
    let there = own.filter(|(_, action)| action.opened < end);
    let mut all: Vec<Carried<'s>> = there
        .map(|(number, action)| {
            let position = action.at(end);
            let zone = agreement.map_or(chrono_tz::UTC, |agreement| state.zone(agreement, end));
            let open = !position.state.is_over();
            let overdue = open && position.due.is_some_and(|due| is_overdue(zone, due, end));
            let age = position.ended.unwrap_or(end) - action.opened;
            Carried { number, action, position, overdue, age, carried: action.opened < from }
        })
        .filter(|item| item.position.ended.is_none_or(|ended| ended >= from))
        .collect();
    let far = local_date(chrono_tz::UTC, Instant::MAX);
    all.sort_by_key(|item| {
        let rank = match item.position.state {
            ActionState::Wish | ActionState::Asked | ActionState::Open => 0,
            ActionState::Done => 1,
            ActionState::Dropped => 2,
        };
        (rank, item.position.due.filter(|_| rank == 0).unwrap_or(far), item.number)
    });
    all
}
