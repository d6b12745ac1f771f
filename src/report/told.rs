//! A review in the words of one language: what every format but CSV and JSON writes.

use std::collections::BTreeMap;

use super::{Report, provenance};
use crate::core::doc::{Block, Doc, Line, Text, Tone, Value};
use crate::core::event::PersonId;
use crate::core::notice::review::{cards::signatures, chapters, noted, title};
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
    /// In words; none while nothing was said or signed. Customers are not told who of the provider did.
    pub(super) fn told(
        &self,
        facts: &Facts,
        locale: Locale,
        as_of: Instant,
        for_operators: bool,
    ) -> Vec<ToldChapter> {
        let speaker = Speaker { locale, facts, as_of };
        let parts = [
            ("agenda", "review-agenda", noted(&self.agenda, for_operators)),
            ("minutes", "review-minutes", noted(&self.minutes, for_operators)),
            ("signed", "report-signed", signatures(&self.signed, for_operators).into_iter().collect()),
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

    /// All that it refers to.
    pub fn blocks(&self) -> Vec<Block> {
        let signed = signatures(&self.signed, true);
        [noted(&self.agenda, true), noted(&self.minutes, true), signed.into_iter().collect()].concat()
    }
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
