//! A review in the words of one language: what every format but CSV and JSON writes.

use std::collections::BTreeMap;

use super::{Report, provenance};
use crate::core::doc::{Block, Doc, Field, Line, Text, Tone, Value, Verdict};
use crate::core::event::PersonId;
use crate::core::notice::review::{chapters, title};
use crate::core::review::{Noted, Side};
use crate::core::time::Instant;
use crate::i18n::picture::SpokenPicture;
use crate::i18n::spoken::{Run, SpokenBlock, text_of};
use crate::i18n::{Facts, Language, Locale, speak_in_full, speak_picture};

/// A review in words.
pub(super) struct Told {
    pub title: String,
    /// Number and revision.
    pub reference: String,
    /// What its times are written in, once for all.
    pub zone: String,
    /// Where the figures come from stands last.
    pub chapters: Vec<ToldChapter>,
}

pub(super) struct ToldChapter {
    /// By which it can be addressed.
    pub name: &'static str,
    pub heading: String,
    pub blocks: Vec<SpokenBlock>,
    pub pictures: Vec<SpokenPicture>,
}

/// What belongs to a review without being part of it: it goes on after it was issued.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Who signed this revision for each side, and when.
    pub signed: BTreeMap<Side, (PersonId, Instant)>,
    pub agenda: Vec<Noted>,
    pub minutes: Vec<Noted>,
}

impl Told {
    pub(super) fn of(report: &Report<'_>, language: Language) -> Self {
        let document = report.document;
        let speaker = Speaker {
            locale: report.locale(language),
            facts: report.facts,
            as_of: document.provenance.as_of,
        };
        // Its times stand with their dates, whenever they are read.
        let dated = Speaker { as_of: Instant::from_seconds(0), ..speaker };
        let told = chapters(document).into_iter().map(|chapter| ToldChapter {
            name: chapter.section.name(),
            heading: speaker.line(chapter.heading),
            blocks: speaker.blocks(chapter.blocks),
            pictures: chapter.pictures.iter().map(|picture| speaker.picture(picture)).collect(),
        });
        let provenance = ToldChapter {
            name: "provenance",
            heading: speaker.line(Text::key("report-provenance").into()),
            blocks: dated.blocks(provenance::blocks(report)),
            pictures: Vec::new(),
        };
        let reference = Text::key("report-reference")
            .with("review", Value::Name(document.review.to_string()))
            .with("revision", i64::from(document.revision));
        Self {
            title: speaker.line(title(document)),
            reference: speaker.line(reference.into()),
            zone: speaker.line(Text::key("report-zone").with("zone", Value::Zone).into()),
            chapters: told.chain([provenance]).collect(),
        }
    }
}

impl Beside {
    /// In words; none while nothing was said or signed.
    pub(super) fn told(&self, facts: &Facts, locale: Locale, as_of: Instant) -> Vec<ToldChapter> {
        let speaker = Speaker { locale, facts, as_of };
        let parts = [
            ("agenda", "report-agenda", noted(&self.agenda)),
            ("minutes", "report-minutes", noted(&self.minutes)),
            ("signed", "report-signed", self.signatures()),
        ];
        let told = parts.into_iter().filter(|(_, _, blocks)| !blocks.is_empty());
        told.map(|(name, key, blocks)| ToldChapter {
            name,
            heading: speaker.line(Text::Message { key: key.into(), args: BTreeMap::new() }.into()),
            blocks: speaker.blocks(blocks),
            pictures: Vec::new(),
        })
        .collect()
    }

    /// What it refers to, as one message.
    pub fn doc(&self, as_of: Instant) -> Doc {
        let doc = Doc::new(Tone::Information, Text::key("report-agenda"), as_of);
        Doc { blocks: [noted(&self.agenda), noted(&self.minutes), self.signatures()].concat(), ..doc }
    }

    fn signatures(&self) -> Vec<Block> {
        if self.signed.is_empty() {
            return Vec::new();
        }
        let row = |side: Side, key: &'static str| {
            let value = match self.signed.get(&side) {
                Some((person, at)) => Text::key("review-signed-by")
                    .with("person", Value::Person(person.clone()))
                    .with("at", *at),
                None => Text::key("review-not-signed"),
            };
            let mark = if self.signed.contains_key(&side) { Verdict::Kept } else { Verdict::Running };
            let name = Text::from(Value::Term(key.into()));
            Field { name: name.into(), verdict: Some(mark), value: value.into() }
        };
        vec![Block::Fields(vec![
            row(Side::Provider, "review-side-provider"),
            row(Side::Customer, "review-side-customer"),
        ])]
    }
}

fn noted(all: &[Noted]) -> Vec<Block> {
    all.iter()
        .flat_map(|noted| {
            let by = Value::Person(noted.by.clone());
            let by = Text::key("report-noted").with("person", by).with("at", noted.at);
            [Block::Line(by.into()), Block::Quote(Text::Prose(noted.text.clone()).into())]
        })
        .collect()
}

#[derive(Clone, Copy)]
struct Speaker<'a> {
    locale: Locale,
    facts: &'a Facts,
    as_of: Instant,
}

impl Speaker<'_> {
    fn blocks(&self, blocks: Vec<Block>) -> Vec<SpokenBlock> {
        let doc = Doc { blocks, ..Doc::new(Tone::Information, Vec::new(), self.as_of) };
        speak_in_full(&doc, self.locale, self.facts).blocks
    }

    fn line(&self, line: Line) -> String {
        let runs: Vec<Run> = crate::i18n::speak_line(&line, self.locale, self.facts, self.as_of);
        text_of(&runs)
    }

    fn picture(&self, picture: &crate::core::picture::Picture) -> SpokenPicture {
        speak_picture(picture, self.locale, self.facts, self.as_of)
    }
}
