//! Risks by how probable and how grave they are.

use serde::{Deserialize, Serialize};

use crate::core::doc::Line;

/// Five by five cells with the risks in them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Matrix<L = Line> {
    /// What the axes are called.
    pub probability: L,
    pub impact: L,
    /// In the order in which they are named, where a cell has not enough room for all.
    pub risks: Vec<Placed<L>>,
}

/// A risk in its cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placed<L = Line> {
    /// The shorter the better: `RISK-3`.
    pub label: L,
    pub probability: Grade,
    pub impact: Grade,
}

/// From 1, the least, to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Grade(u8);

impl Grade {
    pub const MOST: u8 = 5;

    /// None outside of 1–5.
    pub const fn new(grade: u8) -> Option<Self> {
        if grade >= 1 && grade <= Self::MOST { Some(Self(grade)) } else { None }
    }

    pub const fn get(self) -> u8 {
        self.0
    }
}

impl From<Grade> for u8 {
    fn from(grade: Grade) -> Self {
        grade.0
    }
}

impl TryFrom<u8> for Grade {
    type Error = String;

    fn try_from(grade: u8) -> Result<Self, String> {
        Self::new(grade).ok_or_else(|| format!("{grade} is not between 1 and {}", Self::MOST))
    }
}

impl<L> Matrix<L> {
    /// The same with other labels, each once and in order.
    pub fn map<'a, M>(&'a self, each: &mut dyn FnMut(&'a L) -> M) -> Matrix<M> {
        let (probability, impact) = (each(&self.probability), each(&self.impact));
        let risk = |risk: &'a Placed<L>| Placed {
            label: each(&risk.label),
            probability: risk.probability,
            impact: risk.impact,
        };
        Matrix { probability, impact, risks: self.risks.iter().map(risk).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grade_is_between_one_and_five() {
        assert_eq!(
            [0, 1, 5, 6].map(|grade| Grade::new(grade).map(Grade::get)),
            [None, Some(1), Some(5), None]
        );
        assert!(serde_json::from_str::<Grade>("6").is_err());
        assert_eq!(serde_json::from_str::<Grade>("3").unwrap(), Grade(3));
    }
}
