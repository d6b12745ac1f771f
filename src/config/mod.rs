//! The configuration: files into one value that can be trusted, or into every problem there is.
//!
//! `upheld.toml` holds the program's settings, `services.toml` the services and routes, `agreements/*.toml` one
//! agreement each, `surveys/*.toml` one survey each; `themes.toml`, how customers' words are read, and `reviews.toml`, the
//! operators' digests, may be absent. Each section's file describes its keys once ([`schema`]), for the reader and the reference alike.

mod agreement;
mod calendars;
mod check;
mod document;
mod files;
mod integrations;
mod objectives;
mod operations;
mod people;
mod platforms;
mod problem;
mod reference;
mod report;
mod reviews;
mod schema;
mod secret;
mod server;
mod services;
mod settings;
mod surveys;
mod table;
mod teams;
#[cfg(test)]
mod tests;
mod themes;
mod upheld;
mod value;
mod waiting;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::analysis::Rules;
use crate::chat::Address;
use crate::core::agreement::{ServiceBook, Terms};
use crate::core::event::{AgreementId, IntegrationId, SurveyId};
use crate::core::review::ReviewBook;
use crate::core::survey::{Survey, SurveyBook};

use agreement::{AGREEMENT_FILE, agreement};
use document::Document;
use files::Files;
use problem::Problems;
use reviews::{REVIEWS_FILE, reviews};
use secret::Resolver;
use services::{SERVICES_FILE, book};
use surveys::{SURVEY_FILE, survey};
use table::Table;
use themes::{THEMES_FILE, wording};
use upheld::{UPHELD_FILE, Upheld, upheld};

pub use integrations::{Integration, IntegrationKind};
pub use operations::{Contact, NamedLink, Operations, WakeOn};
pub use people::{Binding, Party, Person, Role};
pub use platforms::{Discord, Platforms, Telegram, Web};
pub use problem::{Problem, Severity};
pub use reference::reference;
pub use report::check_report;
pub use secret::{Secret, Surroundings};
pub use server::{Server, Tls};
pub use settings::{Heartbeat, LogFormat, Logging, Pace, Retention, Timeouts};
pub use teams::Team;
pub use themes::shipped_rules;
pub use upheld::Settings;
pub use value::{Network, Rate};
pub use waiting::waiting;

/// Everything the files say, whole and consistent.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub settings: Settings,
    /// By id.
    pub people: BTreeMap<String, Person>,
    /// By id.
    pub teams: BTreeMap<String, Team>,
    pub integrations: BTreeMap<IntegrationId, Integration>,
    pub book: ServiceBook,
    /// SHA-256 of the book's normalised text, lower-case hex.
    pub book_sha256: String,
    pub agreements: BTreeMap<AgreementId, AgreementFile>,
    pub bindings: BTreeMap<Address, Binding>,
    pub surveys: SurveyBook,
    /// SHA-256 of the surveys' normalised text, lower-case hex.
    pub surveys_sha256: String,
    pub reviews: ReviewBook,
    /// SHA-256 of the planned reviews' normalised text, lower-case hex.
    pub reviews_sha256: String,
    /// How what customers write is read.
    pub themes: Arc<Rules>,
}

/// One agreement as its file says.
#[derive(Clone, Debug, PartialEq)]
pub struct AgreementFile {
    pub terms: Terms,
    /// SHA-256 of the terms' normalised text, lower-case hex. Comments and layout do not change it.
    pub sha256: String,
    pub operations: Operations,
}

/// What came of reading the files.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// None when there is any error: a broken file never half-loads.
    pub config: Option<Config>,
    /// Every error and warning of all files, in the order of files and lines.
    pub problems: Vec<Problem>,
}

impl Loaded {
    pub fn errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.severity == Severity::Error).count()
    }
}

impl Config {
    /// Creates the secrets that the files ask to be created, and returns their files.
    ///
    /// # Errors
    /// When there is no randomness or a file cannot be written.
    pub fn create_missing_secrets(&mut self) -> std::io::Result<Vec<std::path::PathBuf>> {
        let mut created = Vec::new();
        let token = self.settings.server.metrics_token.iter_mut();
        let token = token.filter(|secret| secret.missing_file().is_some());
        for secret in self.integrations.values_mut().flat_map(Integration::missing_secrets).chain(token) {
            created.extend(secret.missing_file().map(Path::to_owned));
            secret.create()?;
        }
        Ok(created)
    }
}

/// Reads a folder with `upheld.toml`, `services.toml`, `agreements/*.toml` and, where there are any,
/// `surveys/*.toml` and `themes.toml`; or such an `upheld.toml` with the others beside it.
pub fn load(path: &Path, surroundings: &Surroundings) -> Loaded {
    let problems = Problems::default();
    let files = Files::gather(path, &problems);
    read(&files, surroundings, problems)
}

/// The text under which a value is hashed and kept: field by field in a fixed order, maps sorted.
pub fn normalised<T: Serialize>(value: &T) -> String {
    // Only maps with keys that are no text could fail, and the types of the agreement have none.
    serde_json::to_string(value).unwrap_or_default()
}

/// SHA-256 of a value's normalised text, lower-case hex.
pub fn sha256<T: Serialize>(value: &T) -> String {
    hex::encode(Sha256::digest(normalised(value).as_bytes()))
}

/// What each file says by itself; none where a file is missing or no TOML.
#[derive(Default)]
struct Draft<'t> {
    upheld: Option<(Document<'t>, Upheld)>,
    services: Option<(Document<'t>, ServiceBook)>,
    themes: Option<Arc<Rules>>,
    agreements: BTreeMap<AgreementId, (Document<'t>, agreement::Written)>,
    surveys: BTreeMap<SurveyId, (Document<'t>, Option<Survey>)>,
    reviews: Option<(Document<'t>, reviews::Written)>,
    /// There is a `reviews.toml` that is no TOML.
    unread_reviews: bool,
}

fn read(files: &Files, surroundings: &Surroundings, problems: Problems) -> Loaded {
    let resolver = Resolver { surroundings, folder: &files.folder };
    let mut draft = Draft::default();
    if let Some(document) = files.upheld.parse(&problems) {
        let read = upheld(&Table::root(&document, &UPHELD_FILE, &problems), &resolver);
        draft.upheld = Some((document, read));
    }
    if let Some(document) = files.services.parse(&problems) {
        let read = book(&Table::root(&document, &SERVICES_FILE, &problems));
        draft.services = Some((document, read));
    }
    draft.themes = match &files.themes {
        None => Some(shipped_rules()),
        Some(file) => file
            .parse(&problems)
            .map(|document| Arc::new(Rules::new(wording(&Table::root(&document, &THEMES_FILE, &problems))))),
    };
    if let Some(file) = &files.reviews {
        draft.reviews = file.parse(&problems).map(|document| {
            let read = reviews(&Table::root(&document, &REVIEWS_FILE, &problems));
            (document, read)
        });
        draft.unread_reviews = draft.reviews.is_none();
    }
    for (id, file) in &files.agreements {
        if let Some(document) = file.parse(&problems) {
            let read = agreement(&Table::root(&document, &AGREEMENT_FILE, &problems), id);
            draft.agreements.insert(id.clone(), (document, read));
        }
    }
    for (id, file) in &files.surveys {
        if let Some(document) = file.parse(&problems) {
            let read = survey(&Table::root(&document, &SURVEY_FILE, &problems));
            draft.surveys.insert(id.clone(), (document, read));
        }
    }
    check::check(&draft, surroundings.now, &problems);
    let config = draft.finish();
    let problems = problems.into_sorted();
    let broken = problems.iter().any(|problem| problem.severity == Severity::Error);
    Loaded { config: config.filter(|_| !broken), problems }
}

impl Draft<'_> {
    /// The whole, when every part is there.
    fn finish(self) -> Option<Config> {
        let (_, upheld) = self.upheld?;
        let (_, mut book) = self.services?;
        book.integrations = upheld
            .integrations
            .iter()
            .map(|(id, integration)| (id.clone(), integration.liveness.clone()))
            .collect();
        let mut bindings: BTreeMap<Address, Binding> = BTreeMap::new();
        let mut agreements = BTreeMap::new();
        for binding in upheld.operators {
            bindings.insert(binding.address.clone(), binding);
        }
        let (_, written) = self.reviews.unzip();
        let written = written.unwrap_or_default();
        let mut planned = ReviewBook {
            templates: written.templates,
            operators: written.operators,
            agreements: BTreeMap::new(),
        };
        for (id, (_, written)) in self.agreements {
            let terms = written.terms?;
            for binding in &written.operations.channels {
                bindings.insert(binding.address.clone(), binding.clone());
            }
            if !written.operations.reviews.is_empty() {
                planned.agreements.insert(id.clone(), written.operations.reviews.clone());
            }
            let file = AgreementFile { sha256: sha256(&terms), terms, operations: written.operations };
            agreements.insert(id, file);
        }
        let surveys = self.surveys.into_iter().map(|(id, (_, survey))| Some((id, survey?)));
        let surveys: SurveyBook = surveys.collect::<Option<_>>()?;
        Some(Config {
            settings: upheld.settings?,
            people: upheld.people,
            teams: upheld.teams,
            integrations: upheld.integrations,
            book_sha256: sha256(&book),
            book,
            agreements,
            bindings,
            surveys_sha256: sha256(&surveys),
            surveys,
            reviews_sha256: sha256(&planned),
            reviews: planned,
            themes: self.themes?,
        })
    }
}
