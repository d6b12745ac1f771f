//! The scorecard as a message. What a heat map would show is there in words, too.

use rust_decimal::Decimal;

use super::{People, Told};
use crate::commands::scores::count;
use crate::core::doc::{Block, Doc, Field, Line, Text, Tone, Value};
use crate::core::event::PersonId;
use crate::core::score::Trend;
use crate::core::scorecard::{Doings, Figures, Load, Part, TeamId, Times};
use crate::core::time::Instant;

/// The days of the week as the grid has them.
const DAYS: [&str; 7] = [
    "weekday-monday",
    "weekday-tuesday",
    "weekday-wednesday",
    "weekday-thursday",
    "weekday-friday",
    "weekday-saturday",
    "weekday-sunday",
];

pub(super) fn doc(told: &Told, now: Instant) -> Doc {
    let mut head: Line = vec![Text::key("scorecard-head")];
    head.extend(told.of.iter().flat_map(|of| [dot(), of.clone().into()]));
    let one = match &told.people {
        People::One(person) => Some(Value::Person(person.clone())),
        People::Team { name, .. } => Some(name.clone()),
        People::Nobody | People::Alone | People::All => None,
    };
    head.extend(one.into_iter().flat_map(|one| [dot(), one.into()]));
    head.extend([dot(), Value::Period { period: told.period.period(), full: true }.into()]);
    let mut doc = Doc::new(Tone::Information, head, now);
    if matches!(told.people, People::One(_) | People::Team { .. }) {
        doc.blocks.extend(people(told));
        if doc.blocks.is_empty() {
            doc = doc.line(Text::key("scorecard-person-nothing"));
        }
        return doc;
    }
    doc = doc.block(Block::Fields(figures(told)));
    doc.blocks.extend(load(&told.card.load));
    doc.blocks.extend(services(told));
    doc.blocks.extend(people(told));
    doc.footer = Text::from(Value::Zone).into();
    doc
}

const fn dot() -> Text {
    Text::mark(" · ")
}

fn field(name: &'static str, value: Line) -> Field {
    Field { name: Text::key(name).into(), verdict: None, value }
}

fn figures(told: &Told) -> Vec<Field> {
    let (now, before, trends) = (&told.card.whole, &told.card.earlier, &told.card.trends);
    let opened = Text::key("scorecard-opened").with("count", count(now.opened));
    let opened = opened.with("before", count(before.opened)).with("period", earlier(told));
    let times = |now: Times, before: Times| -> Line {
        let mut line: Line = vec![times(now)];
        if let Some(mean) = before.mean {
            let text = Text::key("scorecard-times-before").with("period", earlier(told));
            line.extend([dot(), text.with("mean", Value::Duration(mean))]);
        }
        line
    };
    let share = |now: Part, before: Part, trend: Trend| -> Line {
        let mut line: Line = vec![share(now)];
        line.extend(moved(told, now, before, trend).into_iter().flat_map(|text| [dot(), text]));
        line
    };
    vec![
        field("scorecard-row-opened", opened.into()),
        field("scorecard-row-acknowledged", times(now.acknowledged, before.acknowledged)),
        field("scorecard-row-restored", times(now.restored, before.restored)),
        field("scorecard-row-responses", share(now.responses, before.responses, trends.responses)),
        field("scorecard-row-updates", share(now.updates, before.updates, trends.updates)),
        field("scorecard-row-first-owner", share(now.first_owner, before.first_owner, trends.first_owner)),
        field("scorecard-row-reopened", share(now.reopened, before.reopened, trends.reopened)),
    ]
}

fn earlier(told: &Told) -> Value {
    Value::Period { period: told.period.before().period(), full: false }
}

fn times(times: Times) -> Text {
    let (Some(mean), Some(median), Some(ninetieth)) = (times.mean, times.median, times.ninetieth) else {
        return Text::key("scorecard-none");
    };
    let text = Text::key("scorecard-times").with("mean", Value::Duration(mean));
    let text = text.with("median", Value::Duration(median)).with("ninetieth", Value::Duration(ninetieth));
    text.with("count", count(times.count))
}

fn percent(part: Part) -> Option<Decimal> {
    part.share().map(|share| share.floor_percent(4))
}

fn share(part: Part) -> Text {
    let Some(value) = percent(part) else { return Text::key("scorecard-none") };
    let text = Text::key("scorecard-share").with("share", Value::Percent { value, decimals: 1 });
    text.with("part", count(part.part)).with("whole", count(part.whole))
}

/// What became of a share since the period before; nothing where there is none on either side.
fn moved(told: &Told, now: Part, before: Part, trend: Trend) -> Option<Text> {
    let value = percent(now).and(percent(before))?;
    let key = match trend {
        Trend::Risen => "scorecard-risen",
        Trend::Fallen => "scorecard-fallen",
        Trend::Unclear => "scorecard-unclear",
    };
    let text = Text::Message { key: key.into(), args: Default::default() };
    Some(text.with("period", earlier(told)).with("share", Value::Percent { value, decimals: 1 }))
}

/// When incidents opened: each day with its busiest hour, and how that fits the hours on call.
fn load(load: &Load) -> Vec<Block> {
    let mut blocks = Vec::new();
    if load.opened.total() > 0 {
        blocks.push(Block::Heading(Text::key("scorecard-load").into()));
        let days = DAYS.iter().enumerate().filter(|(day, _)| load.opened.of_day(*day) > 0);
        blocks.push(Block::Fields(days.map(|(day, name)| of_day(load, day, name)).collect()));
    }
    let against = load.against.as_ref();
    let text = match against {
        None => Text::key("scorecard-nobody-on-call"),
        Some(against) if against.nobody.is_zero() => Text::key("scorecard-cover-always"),
        Some(against) => {
            let text = Text::key("scorecard-cover").with("part", count(against.covered.part));
            let text = text.with("whole", count(against.covered.whole));
            text.with("nobody", Value::Duration(against.nobody))
        }
    };
    blocks.push(Block::Line(text.into()));
    blocks
}

fn of_day(load: &Load, day: usize, name: &'static str) -> Field {
    let hours = load.opened.0.get(day).copied().unwrap_or_default();
    // The first of those that had most.
    let most = hours.iter().copied().max().unwrap_or_default();
    let busiest = hours.iter().position(|count| *count == most).unwrap_or_default();
    let text = Text::key("scorecard-day").with("count", count(load.opened.of_day(day)));
    let text = text.with("most", count(most)).with("from", count(busiest as u64));
    Field {
        name: Text::Value(Value::term(name)).into(),
        verdict: None,
        value: text.with("until", count(busiest as u64 + 1)).into(),
    }
}

fn services(told: &Told) -> Vec<Block> {
    if told.services.len() < 2 {
        return Vec::new();
    }
    let rows = told.services.iter().zip(&told.card.services).map(|(name, of)| Field {
        name: Text::Value(name.clone()).into(),
        verdict: None,
        value: service_line(&of.figures),
    });
    vec![Block::Heading(Text::key("scorecard-services").into()), Block::Fields(rows.collect())]
}

fn service_line(figures: &Figures) -> Line {
    let mut line: Line = vec![Text::key("scorecard-service").with("count", count(figures.opened))];
    let mean = |key: &'static str, times: Times| {
        let text = Text::Message { key: key.into(), args: Default::default() };
        times.mean.map(|mean| text.with("mean", Value::Duration(mean)))
    };
    let acknowledged = mean("scorecard-service-acknowledged", figures.acknowledged);
    let restored = mean("scorecard-service-restored", figures.restored);
    for text in acknowledged.into_iter().chain(restored) {
        line.extend([dot(), text]);
    }
    if let Some(value) = percent(figures.responses) {
        let text = Text::key("scorecard-service-responses");
        line.extend([dot(), text.with("share", Value::Percent { value, decimals: 1 })]);
    }
    line
}

/// What is told by team and person, as far as the asker may know.
fn people(told: &Told) -> Vec<Block> {
    let teams = |which: &dyn Fn(&TeamId) -> bool| -> Vec<Line> {
        let named = told.teams.iter().zip(&told.card.teams).filter(|(_, of)| which(&of.team));
        named.map(|(name, of)| did(name.clone(), &of.did)).collect()
    };
    let people = |which: &dyn Fn(&PersonId) -> bool| -> Vec<Line> {
        let known = told.card.people.iter().filter(|of| which(&of.person));
        known.map(|of| did(Value::Person(of.person.clone()), &of.did)).collect()
    };
    let (teams, people) = match &told.people {
        People::Nobody => return Vec::new(),
        People::Alone => return vec![Block::Line(Text::key("scorecard-people-alone").into())],
        People::One(person) => (Vec::new(), people(&|known| known == person)),
        People::Team { id, members, .. } => {
            (teams(&|team| team == id), people(&|known| members.contains(known)))
        }
        People::All => (teams(&|_| true), people(&|_| true)),
    };
    let several = matches!(told.people, People::All);
    let of = |heading: &'static str, lines: Vec<Line>, headed: bool| -> Vec<Block> {
        let list = (!lines.is_empty()).then_some(Block::List(lines));
        let heading = (headed && list.is_some()).then(|| Block::Heading(Text::key(heading).into()));
        heading.into_iter().chain(list).collect()
    };
    let headed = several || !teams.is_empty();
    [of("scorecard-teams", teams, several), of("scorecard-people", people, headed)].concat()
}

fn did(who: Value, did: &Doings) -> Line {
    let text = Text::key("scorecard-did").with("who", who);
    let text = text.with("taken", count(did.acknowledged.count)).with("resolved", count(did.resolved));
    let text = text.with("kept", count(did.first_owner.part)).with("owned", count(did.first_owner.whole));
    let mut line: Line = vec![text.with("updates", count(did.updates))];
    if let Some(mean) = did.acknowledged.mean {
        let text = Text::key("scorecard-service-acknowledged").with("mean", Value::Duration(mean));
        line.extend([dot(), text]);
    }
    line
}
