//! The scorecard as a message: what is told of all, by service, and as far as the asker may know by team and person.

use super::{People, Told};
use crate::core::doc::{Block, Doc, Line, Text, Tone, Value};
use crate::core::event::PersonId;
use crate::core::notice::scorecard::{cover, days, did, figures, heat, service};
use crate::core::scorecard::{Load, TeamId};
use crate::core::time::Instant;

pub(super) fn doc(told: &Told, now: Instant) -> Doc {
    let period = Value::Period { period: told.period.period(), full: true };
    let one = match &told.people {
        People::One(person) => Some(Value::Person(person.clone())),
        People::Team { name, .. } => Some(name.clone()),
        People::Nobody | People::Alone | People::All => None,
    };
    let mut head: Line = vec![Text::key("scorecard-head")];
    for part in told.of.clone().into_iter().chain(one.clone()).chain([period.clone()]) {
        head.extend([Text::mark(" · "), part.into()]);
    }
    let mut doc = Doc::new(Tone::Information, head, now);
    if one.is_some() {
        doc.blocks.extend(people(told));
        if doc.blocks.is_empty() {
            doc = doc.line(Text::key("scorecard-person-nothing"));
        }
        return doc;
    }
    doc = doc.block(Block::Fields(figures(&told.card)));
    doc.blocks.extend(load(&told.card.load));
    doc.blocks.extend(services(told));
    doc.blocks.extend(people(told));
    doc.picture = heat(&told.card.load, Text::from(period).into()).map(Box::new);
    doc.footer = Text::from(Value::Zone).into();
    doc
}

fn load(load: &Load) -> Vec<Block> {
    let mut blocks =
        headed("scorecard-load", Some(Block::Fields(days(load))).filter(|_| load.opened.total() > 0));
    blocks.push(Block::Line(cover(load).into()));
    blocks
}

/// What there is, under its heading.
fn headed(heading: &'static str, block: Option<Block>) -> Vec<Block> {
    let heading = block.as_ref().map(|_| Block::Heading(Text::key(heading).into()));
    heading.into_iter().chain(block).collect()
}

fn services(told: &Told) -> Vec<Block> {
    let rows = told.services.iter().zip(&told.card.services);
    let rows = rows.map(|(name, of)| service(name.clone(), &of.figures));
    headed("scorecard-services", (told.services.len() > 1).then(|| Block::Fields(rows.collect())))
}

/// What is told by team and person, as far as the asker may know.
fn people(told: &Told) -> Vec<Block> {
    let teams = |which: &dyn Fn(&TeamId) -> bool| {
        let named = told.teams.iter().zip(&told.card.teams).filter(|(_, of)| which(&of.team));
        listed(named.map(|(name, of)| did(name.clone(), &of.did)).collect())
    };
    let people = |which: &dyn Fn(&PersonId) -> bool| {
        let known = told.card.people.iter().filter(|of| which(&of.person));
        listed(known.map(|of| did(Value::Person(of.person.clone()), &of.did)).collect())
    };
    match &told.people {
        People::Nobody => Vec::new(),
        People::Alone => vec![Block::Line(Text::key("scorecard-people-alone").into())],
        People::All => {
            let teams = headed("scorecard-teams", teams(&|_| true));
            [teams, headed("scorecard-people", people(&|_| true))].concat()
        }
        People::One(person) => people(&|known| known == person).into_iter().collect(),
        People::Team { id, members, .. } => {
            let team = teams(&|team| team == id).into_iter();
            team.chain(headed("scorecard-people", people(&|known| members.contains(known)))).collect()
        }
    }
}

fn listed(lines: Vec<Line>) -> Option<Block> {
    (!lines.is_empty()).then_some(Block::List(lines))
}
