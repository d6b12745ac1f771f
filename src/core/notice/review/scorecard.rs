//! How the provider works, beside the period before, and when the load comes. For the operators alone, and without
//! people and teams: more read it than manage.

use super::Told;
use crate::core::doc::Block;
use crate::core::notice::scorecard::{figures, heat};
use crate::core::review::Document;

pub(super) fn told(document: &Document) -> Told {
    let Some(card) = document.scorecard.as_deref() else { return (Vec::new(), Vec::new()) };
    let heat = heat(&card.load, super::period(document));
    (vec![Block::Fields(figures(card))], heat.into_iter().collect())
}
