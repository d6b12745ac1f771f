//! How a message of a room is kept: as words with their kinds, so that it is drawn anew for each reader.

use serde::{Deserialize, Serialize};

use crate::chat::Account;
use crate::core::doc::{Press, Tone, Verdict, Weight};
use crate::core::time::Instant;
use crate::i18n::picture::SpokenPicture;
use crate::i18n::spoken::{
    Run, RunKind, Spoken, SpokenBlock, SpokenButton, SpokenCell, SpokenField, SpokenTable,
};
use crate::i18n::{Language, tone_symbol, verdict_symbol, words};

/// What stands in a room.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Upheld's words. An answer remembers the command's name it answers, so that a button inside which
    /// leads on in the same command (the next page) replaces it.
    Said { spoken: Spoken, command: Option<String> },
    /// A person's own line, as typed.
    Line(String),
    /// What stood here was erased.
    Erased,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    Erased,
    Said {
        said: Said,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        command: Option<String>,
    },
    Line(String),
}

/// [`Spoken`] without its symbols, which follow from tone and verdict.
#[derive(Serialize, Deserialize)]
struct Said {
    language: Language,
    tone: Tone,
    head: Vec<Piece>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    blocks: Vec<Part>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    picture: Option<Box<SpokenPicture>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    buttons: Vec<(String, Press, Weight)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    footer: Vec<Piece>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Piece {
    Own(String),
    Untrusted(String),
    Code(String),
    Moment(String, Instant),
    Mention(String, Vec<Account>),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Line(Vec<Piece>),
    Fields(Vec<(Vec<Piece>, Option<Verdict>, Vec<Piece>)>),
    List(Vec<Vec<Piece>>),
    Quote(Vec<Piece>),
    Lines(Vec<Vec<Piece>>),
    Heading(Vec<Piece>),
    Table(KeptTable),
}

#[derive(Serialize, Deserialize)]
struct KeptTable {
    caption: Vec<Piece>,
    columns: Vec<Vec<Piece>>,
    rows: Vec<Vec<(Option<Verdict>, Vec<Piece>)>>,
}

impl Content {
    /// As it is kept.
    ///
    /// # Errors
    /// Never for what Upheld says; JSON has a form for all of it.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&match self {
            Self::Said { spoken, command } => Kept::Said { said: spoken.into(), command: command.clone() },
            Self::Line(line) => Kept::Line(line.clone()),
            Self::Erased => Kept::Erased,
        })
    }

    /// What was kept.
    ///
    /// # Errors
    /// When it was not written by [`Self::to_json`].
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        Ok(match serde_json::from_str(json)? {
            Kept::Said { said, command } => Self::Said { spoken: said.into(), command },
            Kept::Line(line) => Self::Line(line),
            Kept::Erased => Self::Erased,
        })
    }

    /// The same with what `is_theirs` finds replaced by the word for what was erased; none when it finds
    /// nothing. A line or a picture goes as a whole.
    pub fn without(&self, is_theirs: &dyn Fn(&Run) -> bool) -> Option<Self> {
        match self {
            Self::Erased => None,
            Self::Line(line) => is_theirs(&Run::untrusted(line.clone())).then_some(Self::Erased),
            Self::Said { spoken, command } => {
                let mut spoken = spoken.clone();
                let found = blank(&mut spoken, is_theirs);
                found.then(|| Self::Said { spoken, command: command.clone() })
            }
        }
    }
}

/// Replaces what is theirs in every part of a message; whether there was any.
fn blank(spoken: &mut Spoken, is_theirs: &dyn Fn(&Run) -> bool) -> bool {
    let erased = words("erased", spoken.language);
    let mut found = false;
    let mut line = |line: &mut Vec<Run>| {
        for run in line {
            if is_theirs(run) {
                *run = Run::own(erased.clone());
                found = true;
            }
        }
    };
    line(&mut spoken.head);
    line(&mut spoken.footer);
    for block in &mut spoken.blocks {
        match block {
            SpokenBlock::Line(runs) | SpokenBlock::Quote(runs) | SpokenBlock::Heading(runs) => line(runs),
            SpokenBlock::List(rows) | SpokenBlock::Lines(rows) => rows.iter_mut().for_each(&mut line),
            SpokenBlock::Fields(fields) => fields.iter_mut().for_each(|field| {
                line(&mut field.name);
                line(&mut field.value);
            }),
            SpokenBlock::Table(table) => {
                line(&mut table.caption);
                table.columns.iter_mut().for_each(&mut line);
                table.rows.iter_mut().flatten().for_each(|cell| line(&mut cell.text));
            }
        }
    }
    for button in &mut spoken.buttons {
        let mut label = vec![Run::untrusted(std::mem::take(&mut button.label))];
        line(&mut label);
        button.label = label.remove(0).text;
    }
    let picture = spoken.picture.as_ref().and_then(|picture| serde_json::to_string(picture).ok());
    if picture.is_some_and(|picture| is_theirs(&Run::untrusted(picture))) {
        spoken.picture = None;
        found = true;
    }
    found
}

fn pieces(runs: &[Run]) -> Vec<Piece> {
    let piece = |run: &Run| {
        let text = run.text.clone();
        match &run.kind {
            RunKind::Own => Piece::Own(text),
            RunKind::Untrusted => Piece::Untrusted(text),
            RunKind::Code => Piece::Code(text),
            RunKind::Moment(at) => Piece::Moment(text, *at),
            RunKind::Mention(accounts) => Piece::Mention(text, accounts.clone()),
        }
    };
    runs.iter().map(piece).collect()
}

fn runs(pieces: Vec<Piece>) -> Vec<Run> {
    let run = |piece| match piece {
        Piece::Own(text) => Run { text, kind: RunKind::Own },
        Piece::Untrusted(text) => Run { text, kind: RunKind::Untrusted },
        Piece::Code(text) => Run { text, kind: RunKind::Code },
        Piece::Moment(text, at) => Run { text, kind: RunKind::Moment(at) },
        Piece::Mention(text, accounts) => Run { text, kind: RunKind::Mention(accounts) },
    };
    pieces.into_iter().map(run).collect()
}

fn all_pieces(rows: &[Vec<Run>]) -> Vec<Vec<Piece>> {
    rows.iter().map(|row| pieces(row)).collect()
}

fn all_runs(rows: Vec<Vec<Piece>>) -> Vec<Vec<Run>> {
    rows.into_iter().map(runs).collect()
}

impl From<&Spoken> for Said {
    fn from(spoken: &Spoken) -> Self {
        let button = |button: &SpokenButton| (button.label.clone(), button.press.clone(), button.weight);
        Self {
            language: spoken.language,
            tone: spoken.tone,
            head: pieces(&spoken.head),
            reference: spoken.reference.clone(),
            blocks: spoken.blocks.iter().map(Part::from).collect(),
            picture: spoken.picture.clone(),
            buttons: spoken.buttons.iter().map(button).collect(),
            footer: pieces(&spoken.footer),
        }
    }
}

impl From<Said> for Spoken {
    fn from(said: Said) -> Self {
        let button = |(label, press, weight)| SpokenButton { label, press, weight };
        Self {
            language: said.language,
            tone: said.tone,
            symbol: tone_symbol(said.tone),
            head: runs(said.head),
            reference: said.reference,
            blocks: said.blocks.into_iter().map(SpokenBlock::from).collect(),
            picture: said.picture,
            buttons: said.buttons.into_iter().map(button).collect(),
            footer: runs(said.footer),
        }
    }
}

impl From<&SpokenBlock> for Part {
    fn from(block: &SpokenBlock) -> Self {
        match block {
            SpokenBlock::Line(line) => Self::Line(pieces(line)),
            SpokenBlock::Quote(line) => Self::Quote(pieces(line)),
            SpokenBlock::Heading(line) => Self::Heading(pieces(line)),
            SpokenBlock::Table(table) => Self::Table(table.into()),
            SpokenBlock::List(rows) => Self::List(all_pieces(rows)),
            SpokenBlock::Lines(rows) => Self::Lines(all_pieces(rows)),
            SpokenBlock::Fields(fields) => Self::Fields(
                fields
                    .iter()
                    .map(|field| {
                        let verdict = field.verdict.map(|(verdict, _)| verdict);
                        (pieces(&field.name), verdict, pieces(&field.value))
                    })
                    .collect(),
            ),
        }
    }
}

impl From<Part> for SpokenBlock {
    fn from(part: Part) -> Self {
        match part {
            Part::Line(line) => Self::Line(runs(line)),
            Part::Quote(line) => Self::Quote(runs(line)),
            Part::Heading(line) => Self::Heading(runs(line)),
            Part::Table(table) => Self::Table(table.into()),
            Part::List(rows) => Self::List(all_runs(rows)),
            Part::Lines(rows) => Self::Lines(all_runs(rows)),
            Part::Fields(fields) => Self::Fields(
                fields
                    .into_iter()
                    .map(|(name, verdict, value)| SpokenField {
                        name: runs(name),
                        verdict: verdict.map(|verdict| (verdict, verdict_symbol(verdict))),
                        value: runs(value),
                    })
                    .collect(),
            ),
        }
    }
}

impl From<&SpokenTable> for KeptTable {
    fn from(table: &SpokenTable) -> Self {
        let cell = |cell: &SpokenCell| (cell.verdict.map(|(verdict, _)| verdict), pieces(&cell.text));
        Self {
            caption: pieces(&table.caption),
            columns: all_pieces(&table.columns),
            rows: table.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        }
    }
}

impl From<KeptTable> for SpokenTable {
    fn from(table: KeptTable) -> Self {
        let cell = |(verdict, text): (Option<Verdict>, Vec<Piece>)| SpokenCell {
            verdict: verdict.map(|verdict| (verdict, verdict_symbol(verdict))),
            text: runs(text),
        };
        Self {
            caption: runs(table.caption),
            columns: all_runs(table.columns),
            rows: table.rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::web::render::tests::full_card;

    #[test]
    fn what_is_kept_comes_back_as_it_was() {
        let said = Content::Said { spoken: full_card(), command: Some("why".to_owned()) };
        for content in [said, Content::Line("/ack INC-42 \u{202e}\"<b>".to_owned()), Content::Erased] {
            let json = content.to_json().unwrap();
            assert_eq!(Content::from_json(&json).unwrap(), content, "{json}");
        }
        assert!(Content::from_json("{\"said\":{}}").is_err());
    }
}
