//! What is done about it: action items, risks, drills, and for the operators how they work.

use rust_decimal::Decimal;

use super::figures::ends;
use super::{Scope, count};
use crate::core::drill::{DrillResult, drills as results};
use crate::core::event::AgreementId;
use crate::core::improvement::{Carried, Effect, Figure, Of, Reached, Risk, RiskNumber, carried, effects};
use crate::core::ratio::Ratio;
use crate::core::review::document::{
    ActionRow, DrillClockRow, DrillRow, EffectOf, EffectRow, Point, RiskRow,
};
use crate::core::scorecard::{Question, Scorecard, scorecard as card};

/// Of a customer those they may see; of the operators all, also those that concern no customer.
pub(super) fn actions(scope: &Scope<'_>) -> Vec<ActionRow> {
    let whose: Vec<Option<&AgreementId>> = match scope.own() {
        Some((agreement, _)) => vec![Some(agreement)],
        None => scope.agreements.keys().map(|agreement| Some(*agreement)).chain([None]).collect(),
    };
    let mut rows = Vec::new();
    for agreement in whose {
        let (from, until) = (scope.window.start, scope.window.end);
        let all = carried(scope.state, agreement, from, until.max(scope.as_of), scope.as_of);
        let shown = all.into_iter().filter(|item| !scope.customer || !item.position.internal);
        rows.extend(shown.map(|item| action(scope, &item)));
    }
    rows
}

fn action(scope: &Scope<'_>, item: &Carried<'_>) -> ActionRow {
    let (action, position) = (item.action, &item.position);
    let about = &action.about;
    ActionRow {
        number: item.number,
        agreement: action.agreement.clone().filter(|_| !scope.customer),
        text: position.text.map(|text| text.id.clone()),
        origin: action.origin.clone(),
        state: position.state,
        owner: position.owner.filter(|_| !scope.customer).cloned(),
        due: position.due,
        overdue: item.overdue,
        moved: count(position.moved),
        age: item.age,
        carried: item.carried,
        incident: about.incident,
        objective: about.objective.clone(),
        feedback: about.feedback,
        outcome: position.outcome.map(|text| text.id.clone()),
        effects: effects(scope.state, action, scope.as_of).iter().map(|known| effect(scope, known)).collect(),
    }
}

fn effect(scope: &Scope<'_>, known: &Effect) -> EffectRow {
    EffectRow {
        of: match &known.of {
            Of::Objective { name, service } => EffectOf::Objective {
                name: name.clone(),
                service: service.as_ref().map(|service| scope.named(service)),
            },
            Of::Survey(survey) => EffectOf::Survey {
                survey: survey.clone(),
                title: scope.state.voice.survey(survey).map(|known| known.title.clone()).unwrap_or_default(),
            },
        },
        before: point(&known.before),
        after: known.after.as_ref().map(point),
        trend: known.change(),
    }
}

fn point(figure: &Figure) -> Point {
    let (value, range, percent) = match &figure.reached {
        None => (None, None, true),
        Some(Reached::Availability(value)) => (Some(value.floor_percent(2)), None, true),
        Some(Reached::Share { met, of, range }) => {
            let value: Option<Decimal> =
                Ratio::new((*met).into(), (*of).into()).map(|share| share.floor_percent(2));
            (value, ends(range.times(100.0)), true)
        }
        Some(Reached::Score(score)) => {
            (Some(score.shown(2)), score.range.and_then(ends), score.kind.is_percent())
        }
    };
    let (from, until) = (figure.window.start, figure.window.end);
    Point { from, until, over: figure.over, value, range, percent }
}

/// Those on the register: a customer's that they may see; the operators' also those that are only proposed.
pub(super) fn risks(scope: &Scope<'_>) -> Vec<RiskRow> {
    let all = scope.state.improvement.risks().filter(|(_, risk)| match (scope.own(), &risk.agreement) {
        (Some((own, _)), agreement) => agreement.as_ref() == Some(own) && risk.is_shown(),
        (None, Some(agreement)) => scope.agreements.contains_key(agreement),
        (None, None) => true,
    });
    let mut rows: Vec<RiskRow> = all
        .filter(|(_, risk)| !risk.now().state.is_over())
        .map(|(number, risk)| row(scope, number, risk))
        .collect();
    rows.sort_by_key(|row| (std::cmp::Reverse(row.score.map(|score| score.product())), row.number));
    rows
}

fn row(scope: &Scope<'_>, number: RiskNumber, risk: &Risk) -> RiskRow {
    let now = risk.now();
    RiskRow {
        number,
        agreement: risk.agreement.clone().filter(|_| !scope.customer),
        service: risk.service.as_ref().map(|service| scope.named(service)),
        text: risk.text.as_ref().map(|text| text.id.clone()),
        seen: risk.subject.clone(),
        score: now.score,
        state: now.state,
        owner: now.owner.filter(|_| !scope.customer).cloned(),
        mitigation: now.mitigation.map(|text| text.id.clone()),
        review: now.review,
    }
}

/// Those that ended in the window.
pub(super) fn drills(scope: &Scope<'_>) -> Vec<DrillRow> {
    let own = scope.own().map(|(agreement, _)| agreement);
    let all = results(scope.state, own, None, scope.window, scope.as_of).into_iter();
    all.filter(|drill| own.is_none() || drill.told).map(|drill| one(scope, drill)).collect()
}

fn one(scope: &Scope<'_>, drill: DrillResult) -> DrillRow {
    let clocks = drill.clocks.into_iter().map(|clock| DrillClockRow {
        agreement: clock.agreement,
        clock: clock.clock,
        outcome: clock.outcome,
        elapsed: clock.elapsed,
        target: clock.target,
    });
    DrillRow {
        drill: drill.drill,
        service: scope.named(&drill.service),
        priority: drill.priority,
        announced: drill.announced,
        began: drill.began,
        ended: drill.ended,
        ending: drill.ending,
        acknowledged: drill.acknowledged.map(|taken| taken.after),
        resolved: drill.resolved.map(|taken| taken.after),
        clocks: clocks.collect(),
        calls: drill.calls,
        unanswered: drill.unanswered,
    }
}

/// For the operators; people and teams are not in it, because more read it than manage.
pub(super) fn scorecard(scope: &Scope<'_>) -> Option<Box<Scorecard>> {
    if scope.customer {
        return None;
    }
    let question = Question {
        services: None,
        agreements: None,
        window: scope.window,
        before: scope.before(),
        zone: scope.zone,
        cover: None,
        teams: None,
        as_of: scope.as_of,
    };
    Some(Box::new(Scorecard { people: Vec::new(), ..card(scope.state, &question) }))
}
