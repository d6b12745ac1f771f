//! How objectives stood month by month.

use serde::{Deserialize, Serialize};

use crate::core::doc::Line;
use crate::core::standing::Verdict;

/// Objectives from the top down, months from left to right.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grid<L = Line> {
    /// From the oldest to the newest, the shorter the better: `Nov`. Beyond [`Grid::MOST_COLUMNS`] the
    /// latest are drawn.
    pub columns: Vec<L>,
    pub rows: Vec<GridRow<L>>,
}

/// One objective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridRow<L = Line> {
    pub label: L,
    /// One for each column; none where nothing was promised.
    pub cells: Vec<Option<GridCell<L>>>,
}

/// How it stood in a month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridCell<L = Line> {
    pub verdict: Verdict,
    /// Drawn where it fits, so the shorter the better: `99.9`; may be empty.
    pub value: L,
}

impl Verdict {
    /// In the order of a key.
    pub const ALL: [Self; 5] = [Self::Met, Self::AtRisk, Self::Missed, Self::Insufficient, Self::NoData];
}

impl Grid {
    pub const MOST_COLUMNS: usize = 12;
    /// The most rows that are drawn; how many more there are is said in words.
    pub const MOST_ROWS: usize = 10;
}

impl<L> Grid<L> {
    /// The same with other labels, each once and in order.
    pub fn map<'a, M>(&'a self, each: &mut dyn FnMut(&'a L) -> M) -> Grid<M> {
        let columns = self.columns.iter().map(&mut *each).collect();
        let rows = self.rows.iter().map(|row| {
            let label = each(&row.label);
            let cells = row.cells.iter().map(|cell| {
                cell.as_ref().map(|cell| GridCell { verdict: cell.verdict, value: each(&cell.value) })
            });
            GridRow { label, cells: cells.collect() }
        });
        Grid { columns, rows: rows.collect() }
    }
}
