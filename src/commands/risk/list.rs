//! What `/risk` shows: the register, and one of them whole.

use super::{Given, filled, is_seen, seen};
use crate::announce::improvement::risk_view;
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::desk::Desk;
use crate::core::doc::{Block, Text, Weight};
use crate::core::event::AgreementId;
use crate::core::improvement::{RiskNumber, Score};
use crate::core::notice::improvement::risk::{RiskView, card, entry, matrix};
use crate::core::notice::improvement::steps;
use crate::core::picture::Picture;

/// So many of the gravest are offered as buttons.
const OFFERED: usize = 5;

impl Desk {
    /// `/risk list [--customer] [--all]`: what is proposed, then the register, the gravest first.
    pub(super) async fn list_risks(&self, asking: &Asking, given: &Given) -> Outcome {
        let state = self.journal().read().await;
        let all: Vec<AgreementId> = asking.agreements(&state).into_iter().collect();
        let customer = filled(&given.customer);
        let one = customer
            .map(|named| choose::agreement(&state, asking, &all, Some(named), "risk list"))
            .transpose()?;
        let own = state.improvement.risks().filter(|(_, known)| is_seen(asking, known));
        let own = own.filter(|(_, known)| one.is_none() || known.agreement == one);
        let mut views: Vec<RiskView> = own
            .map(|(number, known)| risk_view(&state, number, known, asking.as_operator(), asking.now))
            .filter(|view| given.all || !view.state.is_over())
            .collect();
        views.sort_by_key(|view| {
            let grave = view.score.map_or(0, Score::product);
            (view.state.is_over(), view.score.is_some(), std::cmp::Reverse(grave), view.number)
        });
        let count = i64::try_from(views.len()).unwrap_or(i64::MAX);
        let mut doc = asking.say(Text::key("risk-list-head").with("count", count));
        if !views.is_empty() {
            doc.blocks.push(Block::List(views.iter().map(entry).collect()));
        }
        doc.picture = drawn(&views).map(Box::new);
        for view in views.iter().take(OFFERED) {
            let number = view.number.to_string();
            doc = doc.button(Text::name(number.clone()), format!("risk show {number}"), Weight::Secondary);
        }
        let customer = one.map(|one| format!(" --customer={one}")).unwrap_or_default();
        let all = if given.all { " --all" } else { "" };
        let command = format!("risk list{customer}{all}");
        Ok(Reply::Pages { doc, number: given.page, command })
    }

    pub(super) async fn show_risk(&self, asking: &Asking, number: RiskNumber, page: u32) -> Outcome {
        let state = self.journal().read().await;
        let known = seen(&state, asking, number)?;
        let view = risk_view(&state, number, known, asking.as_operator(), asking.now);
        let mut doc = card(&view);
        if view.staff && !known.steps.is_empty() {
            doc.blocks.push(Block::Heading(Text::key("inbox-steps").into()));
            doc.blocks.extend(known.steps.iter().flat_map(steps::risk));
        }
        Ok(Reply::Pages { doc, number: page, command: format!("risk show {number}") })
    }
}

/// The register as a matrix: every risk that may happen and has a score.
fn drawn(views: &[RiskView]) -> Option<Picture> {
    let live: Vec<&RiskView> = views.iter().filter(|view| view.state.is_live()).collect();
    let scored: Vec<_> = live.iter().filter_map(|view| Some((view.number, view.score?))).collect();
    matrix(&scored, live.len() - scored.len())
}
