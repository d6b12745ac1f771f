//! A message in words: one language, one zone, no platform yet. What every platform draws.

use crate::chat::Account;
use crate::core::doc::{Press, Tone, Verdict, Weight};
use crate::core::time::Instant;
use crate::i18n::Language;
use crate::i18n::picture::SpokenPicture;

/// A [`crate::core::doc::Doc`] in the words of one language and zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// The language of the words, for whatever a platform must add in words of its own.
    pub language: Language,
    pub tone: Tone,
    /// The tone's symbol, such as `■`; never shown without the words that start `head`. Empty for a plain
    /// answer.
    pub symbol: &'static str,
    pub head: Vec<Run>,
    pub reference: Option<String>,
    pub blocks: Vec<SpokenBlock>,
    pub picture: Option<Box<SpokenPicture>>,
    pub buttons: Vec<SpokenButton>,
    pub footer: Vec<Run>,
}

/// A stretch of text and what may be done with it. Every run is escaped by every platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    pub kind: RunKind,
}

/// Where a run came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunKind {
    /// Upheld's own words.
    Own,
    /// Text from outside: mentions and links inert, control and bidirectional characters shown.
    Untrusted,
    /// An identifier, set as code.
    Code,
    /// A moment, already written out; a platform may add its own relative time.
    Moment(Instant),
    /// A person to be called through these accounts; `text` is the name.
    Mention(Vec<Account>),
}

/// A part below the first line.
#[derive(Clone, Debug, PartialEq)]
pub enum SpokenBlock {
    Line(Vec<Run>),
    Fields(Vec<SpokenField>),
    List(Vec<Vec<Run>>),
    Quote(Vec<Run>),
    Lines(Vec<Vec<Run>>),
    Heading(Vec<Run>),
    Table(SpokenTable),
}

/// A [`crate::core::doc::Table`] in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpokenTable {
    pub caption: Vec<Run>,
    pub columns: Vec<Vec<Run>>,
    pub rows: Vec<Vec<SpokenCell>>,
}

/// One cell of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpokenCell {
    pub verdict: Option<(Verdict, &'static str)>,
    pub text: Vec<Run>,
}

/// A row of name and value.
#[derive(Clone, Debug, PartialEq)]
pub struct SpokenField {
    pub name: Vec<Run>,
    /// The verdict and its symbol, such as `✗`.
    pub verdict: Option<(Verdict, &'static str)>,
    pub value: Vec<Run>,
}

/// A button with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenButton {
    pub label: String,
    pub press: Press,
    pub weight: Weight,
}

/// A [`crate::core::doc::Form`] in words.
#[derive(Clone, Debug, PartialEq)]
pub struct SpokenForm {
    /// The language of the words, for whatever a platform must add in words of its own.
    pub language: Language,
    pub title: String,
    pub intro: Vec<Run>,
    pub command: String,
    pub fields: Vec<SpokenFormField>,
    /// The word on the button that sends the form.
    pub submit: String,
    /// How to give it up, such as `/cancel` on Telegram; shown where the platform has no button for it.
    pub cancel: String,
}

/// One input of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct SpokenFormField {
    pub name: String,
    pub label: String,
    pub value: Option<String>,
    pub multiline: bool,
    pub required: bool,
    pub max_length: u16,
    pub choices: Vec<(String, String)>,
}

impl Run {
    pub fn own(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: RunKind::Own }
    }

    pub fn untrusted(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: RunKind::Untrusted }
    }
}

impl Spoken {
    /// Everything a person reads, as plain text: the last resort of every platform, and what the
    /// delivery record hashes.
    pub fn plain_text(&self) -> String {
        let gap = if self.symbol.is_empty() { "" } else { " " };
        let mut lines = vec![format!("{}{gap}{}", self.symbol, text_of(&self.head))];
        if let Some(reference) = &self.reference {
            lines[0].push_str(&format!("  {reference}"));
        }
        for block in &self.blocks {
            match block {
                SpokenBlock::Line(runs) | SpokenBlock::Heading(runs) => lines.push(text_of(runs)),
                SpokenBlock::Quote(runs) => lines.push(format!("> {}", text_of(runs))),
                SpokenBlock::Fields(fields) => {
                    lines.extend(fields.iter().map(|field| field.plain_text(self.language)))
                }
                SpokenBlock::List(items) => {
                    lines.extend(items.iter().map(|item| format!("• {}", text_of(item))))
                }
                SpokenBlock::Lines(rows) => lines.extend(rows.iter().map(|row| text_of(row))),
                SpokenBlock::Table(table) => {
                    let fields = table.fields();
                    lines.extend(fields.iter().map(|field| field.plain_text(self.language)));
                }
            }
        }
        lines.extend(self.picture.iter().map(|picture| picture.alt.clone()));
        if !self.footer.is_empty() {
            lines.push(text_of(&self.footer));
        }
        lines.join("\n")
    }

    /// The same with what the picture says in its place, in words.
    #[must_use]
    pub fn without_picture(mut self) -> Self {
        if let Some(picture) = self.picture.take() {
            self.blocks.push(SpokenBlock::Line(vec![Run::untrusted(picture.alt)]));
        }
        self
    }
}

impl SpokenTable {
    /// The rows as fields, for platforms without tables: the first cell names the row, each other one stands
    /// behind its column's name, and what is empty is left out.
    pub fn fields(&self) -> Vec<SpokenField> {
        self.rows.iter().filter_map(|row| self.field(row)).collect()
    }

    fn field(&self, row: &[SpokenCell]) -> Option<SpokenField> {
        let (first, rest) = row.split_first()?;
        let mut marks = row.iter().filter_map(|cell| cell.verdict);
        // Where only one is judged its mark is the row's.
        let verdict = marks.next().filter(|_| marks.next().is_none());
        let mut value: Vec<Run> = Vec::new();
        let columns = self.columns.iter().skip(1);
        for (column, cell) in columns.zip(rest).filter(|(_, cell)| !cell.text.is_empty()) {
            let gap = if value.is_empty() { "" } else { " · " };
            value.extend((!gap.is_empty()).then(|| Run::own(gap)));
            if !column.is_empty() {
                value.extend(column.iter().cloned());
                value.push(Run::own(" "));
            }
            value.extend(
                cell.verdict.filter(|_| verdict.is_none()).map(|(_, mark)| Run::own(format!("{mark} "))),
            );
            value.extend(cell.text.iter().cloned());
        }
        Some(SpokenField { name: first.text.clone(), verdict, value })
    }
}

impl SpokenField {
    fn plain_text(&self, language: Language) -> String {
        let (name, value) = (text_of(&self.name), text_of(&self.value));
        match (self.verdict, language) {
            (Some((_, symbol)), _) => format!("{name} {symbol} {value}"),
            (None, Language::English) => format!("{name}: {value}"),
            (None, Language::TraditionalChinese) => format!("{name}：{value}"),
        }
    }
}

/// The text of a line without its kinds.
pub fn text_of(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}
