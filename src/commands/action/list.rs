//! What `/action` shows: the list, and one of them whole.

use super::{Given, filled, is_seen, seen};
use crate::announce::improvement::action_view;
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::desk::Desk;
use crate::core::doc::{Block, Text, Weight};
use crate::core::event::AgreementId;
use crate::core::improvement::ActionNumber;
use crate::core::notice::improvement::{ActionView, card, entry, steps};

/// So many of the most pressing are offered as buttons.
const OFFERED: usize = 5;

impl Desk {
    /// `/action list [--customer] [--all]`: those that are open, the most pressing first.
    pub(super) async fn list_actions(&self, asking: &Asking, given: &Given) -> Outcome {
        let state = self.journal().read().await;
        let all: Vec<AgreementId> = asking.agreements(&state).into_iter().collect();
        let customer = filled(&given.customer);
        let one = customer
            .map(|named| choose::agreement(&state, asking, &all, Some(named), "action list"))
            .transpose()?;
        let own = state.improvement.actions().filter(|(_, known)| is_seen(asking, known));
        let own = own.filter(|(_, known)| one.is_none() || known.agreement == one);
        let mut views: Vec<ActionView> = own
            .map(|(number, known)| action_view(&state, number, known, asking.as_operator(), asking.now))
            .filter(|view| given.all || !view.state.is_over())
            .collect();
        let far = chrono::NaiveDate::MAX;
        views.sort_by_key(|view| (view.state.is_over(), !view.overdue, view.due.unwrap_or(far), view.number));
        let count = i64::try_from(views.len()).unwrap_or(i64::MAX);
        let mut doc = asking.say(Text::key("action-list-head").with("count", count));
        if !views.is_empty() {
            doc.blocks.push(Block::List(views.iter().map(entry).collect()));
        }
        for view in views.iter().take(OFFERED) {
            let number = view.number.to_string();
            doc = doc.button(Text::name(number.clone()), format!("action show {number}"), Weight::Secondary);
        }
        let customer = one.map(|one| format!(" --customer={one}")).unwrap_or_default();
        let all = if given.all { " --all" } else { "" };
        let command = format!("action list{customer}{all}");
        Ok(Reply::Pages { doc, number: given.page, command })
    }

    pub(super) async fn show_action(&self, asking: &Asking, number: ActionNumber, page: u32) -> Outcome {
        let state = self.journal().read().await;
        let known = seen(&state, asking, number)?;
        let view = action_view(&state, number, known, asking.as_operator(), asking.now);
        let mut doc = card(&view);
        // Who did what is for those who work with them.
        if view.staff && !known.steps.is_empty() {
            doc.blocks.push(Block::Heading(Text::key("inbox-steps").into()));
            doc.blocks.extend(known.steps.iter().flat_map(steps::action));
        }
        Ok(Reply::Pages { doc, number: page, command: format!("action show {number}") })
    }
}
