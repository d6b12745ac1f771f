//! What is done about it: each action item with its age and its date, and what those that are done changed.

use super::figures::{objective_name, range, reference};
use super::{count, customer, stretch};
use crate::core::doc::{Block, Cell, Field, Line, Period, Table, Text, Value, Verdict as Mark};
use crate::core::improvement::{ActionState, Origin};
use crate::core::notice::improvement::{Reason, reason, state};
use crate::core::notice::rows::{DOT, dotted, joined};
use crate::core::notice::words;
use crate::core::review::Document;
use crate::core::review::document::{ActionRow, EffectOf, EffectRow, Point};
use crate::core::score::Trend;
use crate::core::survey::Localized;
use crate::core::window::WindowKind;

pub(super) fn actions(document: &Document) -> Vec<Block> {
    if document.actions.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Table(table(document))];
    let became: Vec<Field> = document.actions.iter().flat_map(|row| became(document, row)).collect();
    if !became.is_empty() {
        blocks.push(Block::Heading(Text::key("review-became").into()));
        blocks.push(Block::Fields(became));
    }
    blocks
}

fn table(document: &Document) -> Table {
    let mut columns = vec!["review-column-action", "review-column-standing", "action-row-due"];
    if document.agreement.is_none() {
        columns.push("action-row-owner");
    }
    columns.extend(["action-row-age", "action-row-about"]);
    Table {
        caption: Text::key("review-caption-actions").into(),
        columns: columns.into_iter().map(|key| Text::from(Value::Term(key.into())).into()).collect(),
        rows: document.actions.iter().map(|row| action(document, row)).collect(),
    }
}

fn action(document: &Document, row: &ActionRow) -> Vec<Cell> {
    let number = Text::from(Value::Code(row.number.to_string()));
    let whose = row.agreement.as_ref().map(|agreement| customer(document, agreement));
    let what = match (&row.text, row.state) {
        (Some(text), _) => Some(Text::Prose(text.clone())),
        (None, ActionState::Asked) if !matches!(row.origin, Origin::Cause { .. }) => {
            Some(Text::key("review-plan-asked"))
        }
        (None, _) => None,
    };
    let name = dotted([number].into_iter().chain(whose).chain(what).chain(why(document, row)));
    let mut cells = vec![Cell::new(name), standing(row), Cell { verdict: None, text: due(row) }];
    if document.agreement.is_none() {
        let owner = row.owner.clone().map_or_else(
            || if row.state.is_over() { None } else { Some(Text::key("action-nobody")) },
            |person| Some(Value::Person(person).into()),
        );
        cells.push(Cell { verdict: None, text: owner.into_iter().collect() });
    }
    let carried = row.carried.then(|| Text::key("review-carried"));
    cells.push(Cell::new(dotted([Text::from(Value::Duration(row.age))].into_iter().chain(carried))));
    cells.push(Cell { verdict: None, text: about(document, row) });
    cells
}

/// Why there is such an item; nothing where somebody of the provider's just wants it.
fn why(document: &Document, row: &ActionRow) -> Option<Text> {
    let zone = document.zone;
    match &row.origin {
        Origin::Provider => None,
        Origin::Wish => Some(Text::key("action-why-wish")),
        Origin::Cause { incident } => {
            let incident = Value::Code(reference(document, *incident));
            (row.state == ActionState::Asked || row.text.is_none())
                .then(|| Text::key("action-why-cause").with("incident", incident))
        }
        Origin::Missed { objective, service, from, until } => reason(&Reason::Missed {
            objective: objective.clone(),
            service: service.as_ref().map(|service| super::service(document, service)),
            period: stretch::named(zone, *from, *until),
        }),
        Origin::Fallen { survey, from, until } => {
            let known = document.voice.surveys.iter().find(|known| known.survey == *survey);
            let title = known.map(|known| known.title.clone());
            let title = title
                .or_else(|| effect_title(row))
                .unwrap_or_else(|| [("en".to_owned(), survey.to_string())].into());
            let kind = stretch::of_dates(*from, *until).unwrap_or_else(|| {
                let long = until.signed_duration_since(*from).num_days() > 31;
                if long { WindowKind::Quarter } else { WindowKind::Month }
            });
            reason(&Reason::Fallen { survey: title, period: Period::beginning(kind, *from) })
        }
    }
}

/// What the survey is called whose figure is compared.
fn effect_title(row: &ActionRow) -> Option<Localized> {
    row.effects.iter().find_map(|effect| match &effect.of {
        EffectOf::Survey { title, .. } => Some(title.clone()),
        EffectOf::Objective { .. } => None,
    })
}

fn standing(row: &ActionRow) -> Cell {
    if row.overdue {
        return Cell::marked(Mark::Broken, Text::key("action-head-overdue"));
    }
    let mark = match row.state {
        ActionState::Wish | ActionState::Asked | ActionState::Open => Mark::Running,
        ActionState::Done => Mark::Kept,
        ActionState::Dropped => Mark::Broken,
    };
    Cell::marked(mark, Text::from(state(row.state)))
}

/// `24 Dec · put off 2 times`
fn due(row: &ActionRow) -> Line {
    let due = row.due.map(|due| match row.state {
        ActionState::Asked => Text::key("action-plan-due").with("due", due),
        _ => Text::from(Value::Date(due)),
    });
    let moved = (row.moved > 0).then(|| Text::key("action-moved").with("count", count(row.moved)));
    dotted(due.into_iter().chain(moved))
}

fn about(document: &Document, row: &ActionRow) -> Line {
    let incident = row.incident.map(|number| Value::Code(reference(document, number)));
    let objective = row.objective.as_deref().map(words::objective);
    let feedback = row.feedback.map(|number| Value::Code(number.to_string()));
    let all: Vec<Value> = incident.into_iter().chain(objective).chain(feedback).collect();
    if all.is_empty() { Line::new() } else { Text::from(Value::List(all)).into() }
}

/// What came of an item that is over: in words, and in the figures before and after.
fn became(document: &Document, row: &ActionRow) -> Vec<Field> {
    let number = || Text::from(Value::Code(row.number.to_string()));
    let said = row.outcome.clone().map(|text| Field {
        name: dotted([number(), state(row.state).into()]),
        verdict: None,
        value: Text::Prose(text).into(),
    });
    let effects = row.effects.iter().map(|effect| {
        let name = match &effect.of {
            EffectOf::Objective { name, service } => objective_name(name, service.as_ref()),
            EffectOf::Survey { title, .. } => Text::from(Value::Localized(title.clone())).into(),
        };
        Field {
            name: joined([number().into(), name]),
            verdict: mark(effect),
            value: changed(document, effect),
        }
    });
    said.into_iter().chain(effects).collect()
}

/// Whether it helped, where that can be said: more is better in every figure that is compared.
const fn mark(effect: &EffectRow) -> Option<Mark> {
    match effect.trend {
        Some(Trend::Risen) => Some(Mark::Kept),
        Some(Trend::Fallen) => Some(Mark::Broken),
        Some(Trend::Unclear) => Some(Mark::Unknown),
        None => None,
    }
}

/// `October: 91.2 % (between 80 and 97 %) → November: 98.5 % (between 93 and 100 %) · more than chance`
fn changed(document: &Document, effect: &EffectRow) -> Line {
    let mut line = point(document, &effect.before);
    line.push(Text::mark(" → "));
    let Some(after) = &effect.after else {
        line.push(Text::key("review-effect-later"));
        return line;
    };
    line.extend(point(document, after));
    let chance = effect.trend.map(|trend| match trend {
        Trend::Risen => Text::key("review-effect-risen"),
        Trend::Fallen => Text::key("review-effect-fallen"),
        Trend::Unclear => Text::key("review-effect-unclear"),
    });
    line.extend(chance.into_iter().flat_map(|text| [DOT, text]));
    line
}

fn point(document: &Document, point: &Point) -> Line {
    let mut line = stretch::told(document.zone, point.from, point.until);
    if !point.over {
        line.extend([Text::mark(" "), Text::key("review-so-far")]);
    }
    line.push(Text::key("review-colon"));
    let Some(value) = point.value else {
        line.push(Text::key("review-no-data"));
        return line;
    };
    line.push(match point.percent {
        true => Value::Percent { value, decimals: 2 }.into(),
        false => Value::Number(value).into(),
    });
    if let Some(ends) = point.range {
        line.extend([Text::key("review-open"), range(ends, point.percent), Text::key("review-close")]);
    }
    line
}
