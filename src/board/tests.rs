//! What is kept of figures is what measuring anew gives, and how parts stand and are ordered.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::figures::{Figures, standing_at};
use super::view::{Budget, Part, Rank, Reviews, Row, Standing};
use crate::core::agreement::ServiceLevel;
use crate::core::doc::{Period, Text, Value};
use crate::core::event::{Act, AgreementId, IncidentNumber};
use crate::core::standing::Verdict;
use crate::core::testing::{Journal, at};
use crate::core::time::Span;

/// Lets something happen; what is impossible is left out by the fold.
fn happen(journal: &mut Journal, minute: i64, what: u8) {
    match what {
        0 | 1 => journal.fires(minute, "a"),
        2 => journal.ends(minute, "a", minute - 1),
        3 => journal.acts(minute, Act::Acknowledged { incident: IncidentNumber(1) }),
        4 => journal.acts(minute, Act::Resolved { incident: IncidentNumber(1), text: None }),
        _ => journal.until(at(minute)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    /// A figure that is not measured again would be the same, measured at its own moment with all that is known now.
    #[test]
    fn a_figure_that_is_kept_is_what_measuring_anew_gives(
        story in proptest::collection::vec((0_i64..3, 0_u8..6), 1..24)
    ) {
        let (mut journal, mut figures, acme) = (Journal::new(), Figures::default(), AgreementId::from("acme"));
        let mut minute = 0;
        for (passed, what) in story {
            minute += passed;
            happen(&mut journal, minute, what);
            let (state, now) = (&journal.state, at(minute) + Span::from_seconds(1));
            let version = state.agreements[&acme].at(now).unwrap();
            let (units, dues) = figures.plan(state, &acme, version, &BTreeSet::new(), now);
            let again: BTreeSet<_> = dues.iter().map(|due| due.unit().clone()).collect();
            for due in dues {
                figures.measure(state, due, now);
            }
            for unit in &units {
                let (kept, measured) = figures.kept(unit).unwrap();
                prop_assert!(!again.contains(unit) || measured == now);
                prop_assert_eq!(kept, standing_at(state, unit, measured).map(Arc::new));
            }
        }
    }
}

fn row(verdict: Verdict, service: bool) -> Row {
    Row {
        name: vec![Text::key("row-availability")],
        service: service.then(|| "checkout".into()),
        period: Value::Period { period: Period::Year(2026), full: false },
        verdict,
        figure: Vec::new(),
        budget: None,
    }
}

#[test]
fn an_agreement_stands_as_its_worst_objective() {
    let of = |rows: &[Row]| Standing::of(rows.iter());
    let (met, none) = (row(Verdict::Met, true), row(Verdict::NoData, true));
    assert_eq!(
        of(&[met.clone(), row(Verdict::AtRisk, false), row(Verdict::Missed, false)]),
        Standing::Missed
    );
    assert_eq!(of(&[row(Verdict::Missed, false), row(Verdict::AtRisk, false)]), Standing::Missed);
    assert_eq!(of(&[met.clone(), row(Verdict::AtRisk, true)]), Standing::AtRisk);
    assert_eq!(of(&[met.clone(), none.clone()]), Standing::MetAsMeasured);
    assert_eq!(of(&[none, row(Verdict::NoData, false)]), Standing::Unmeasured);
    // A clock that nothing started is no lack of data.
    assert_eq!(of(&[met, row(Verdict::NoData, false)]), Standing::Met);
}

fn part(name: &str, standing: Standing) -> Part {
    Part {
        agreement: name.into(),
        customer: name.to_owned(),
        level: ServiceLevel::Sil1,
        version: 1,
        room: None,
        standing,
        rank: Rank::of(standing, std::iter::empty()),
        rows: Vec::new(),
        services: Vec::new(),
        incidents: Vec::new(),
        complaints: Vec::new(),
        reviews: Reviews::default(),
        record: None,
    }
}

#[test]
fn the_worst_comes_first() {
    let mut parts = [
        part("zeta", Standing::Missed),
        part("beta", Standing::Met),
        part("alpha", Standing::Met),
        part("gamma", Standing::AtRisk),
        part("delta", Standing::Unmeasured),
    ];
    parts.sort_by(Part::order);
    let order = parts.map(|part| part.customer);
    assert_eq!(order, ["zeta", "gamma", "delta", "alpha", "beta"]);
}

#[test]
fn a_budget_burns_while_it_lasts_and_goes_faster_than_time() {
    let burns = |used, elapsed| Budget { used, elapsed, is_time: true }.burns();
    assert!(burns(41, Some(40)));
    assert!(!burns(40, Some(40)));
    assert!(!burns(100, Some(40)), "what is gone does not burn");
    assert!(!burns(99, None));
}
