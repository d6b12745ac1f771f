//! A review as a file: a page to read and print, Markdown, CSV and JSON. Pure: the same review, names and texts
//! give the same bytes on every machine.

mod cells;
mod csv;
mod html;
mod json;
mod markdown;
mod provenance;
#[cfg(test)]
mod tests;
mod told;

pub use cells::{guarded, line};
pub use html::{STYLE, article, notes};
pub use told::Beside;

use crate::core::doc::{Enclosed, FileFormat};
use crate::core::event::{PersonId, ProseId};
use crate::core::notice::review::whole;
use crate::core::review::Document;
use crate::i18n::{Facts, Language, Locale, referenced as referenced_in};

/// A review and what it only refers to.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    pub document: &'a Document,
    /// Who people are and what they wrote; whatever is missing has been erased, and is shown so.
    pub facts: &'a Facts,
    /// Where it was issued; none for a draft.
    pub entry: Option<&'a Entry>,
}

/// The entry of the journal by which a review was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub sequence: u64,
    /// SHA-256 of the document as JSON, lower-case hex.
    pub sha256: String,
    /// The document as JSON, as it was hashed; also of what may not be shown any more it holds the references.
    pub json: String,
}

/// A file whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// `REV-7-1.html`
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

impl Report<'_> {
    const fn locale(&self, language: Language) -> Locale {
        Locale { language, zone: self.document.zone }
    }
}

/// The people and the texts a review refers to, each once, to be fetched before [`file`].
pub fn referenced(document: &Document) -> (Vec<PersonId>, Vec<ProseId>) {
    referenced_in(&whole(document))
}

/// The review as a file.
///
/// # Errors
/// Those of serde; none is known to happen.
pub fn file(report: &Report<'_>, format: FileFormat, language: Language) -> serde_json::Result<File> {
    let text = match format {
        FileFormat::Html => html::whole(report, language),
        FileFormat::Markdown => markdown::whole(report, language),
        FileFormat::Csv => csv::whole(report),
        FileFormat::Json => json::whole(report)?,
    };
    let Document { review, revision, .. } = *report.document;
    let name = Enclosed { review, revision, format }.file_name();
    Ok(File { name, media_type: format.media_type(), bytes: text.into_bytes() })
}
