//! Finding the files of a configuration and taking their text.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::document::Document;
use super::problem::{Problems, Spot, Wrong};
use super::value::Slug;
use crate::core::event::{AgreementId, SurveyId};

/// No configuration is longer; a longer file is something else.
const LARGEST: u64 = 4 << 20;

/// The files of one configuration, as text.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// The folder of `upheld.toml`, from which paths in the files start.
    pub folder: PathBuf,
    pub upheld: File,
    pub services: File,
    /// None when there is no such file; then what is shipped holds.
    pub themes: Option<File>,
    /// None when there is no such file; then only the agreements plan reviews.
    pub reviews: Option<File>,
    pub agreements: BTreeMap<AgreementId, File>,
    pub surveys: BTreeMap<SurveyId, File>,
}

/// One file; without a text when it could not be read, which has then been reported.
#[derive(Debug, Default)]
pub(super) struct File {
    /// The path as it was given.
    pub name: String,
    pub text: Option<String>,
}

impl File {
    fn read(path: &Path, remedy: &str, problems: &Problems) -> Self {
        let name = path.display().to_string();
        let spot = Spot::file(&name);
        let bytes = match std::fs::metadata(path).map(|about| about.len()) {
            Ok(length) if length > LARGEST => {
                Err(format!("is {length} bytes long, which no configuration is"))
            }
            Ok(_) => std::fs::read(path).map_err(|error| format!("cannot be read: {error}")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err("does not exist".to_owned()),
            Err(error) => Err(format!("cannot be read: {error}")),
        };
        let text = bytes.map_err(|what| Wrong::new(what, remedy)).and_then(|bytes| {
            String::from_utf8(bytes).map_err(|error| {
                let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
                Wrong::new(format!("is not UTF-8 (line {line})"), "save it as UTF-8")
            })
        });
        Self { name, text: text.map_err(|wrong| problems.error(spot, wrong)).ok() }
    }

    /// The file as a tree; none when there is no text, or it is not TOML, which is then reported.
    pub fn parse<'t>(&'t self, problems: &Problems) -> Option<Document<'t>> {
        Document::parse(&self.name, self.text.as_deref()?, problems)
    }
}

impl Files {
    /// Takes a folder, or an `upheld.toml` with the others beside it.
    pub fn gather(path: &Path, problems: &Problems) -> Self {
        let (folder, upheld) = if path.is_dir() {
            (path.to_owned(), path.join("upheld.toml"))
        } else {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            (folder.unwrap_or(Path::new(".")).to_owned(), path.to_owned())
        };
        let beside = |name: &str| match path.is_dir()
            || path.parent().is_some_and(|folder| !folder.as_os_str().is_empty())
        {
            true => folder.join(name),
            false => PathBuf::from(name),
        };
        let agreements = Self::of_folder(&beside("agreements"), "agreement", true, problems);
        let surveys = Self::of_folder(&beside("surveys"), "survey", false, problems);
        let (themes, reviews) = (beside("themes.toml"), beside("reviews.toml"));
        Self {
            upheld: File::read(&upheld, "write one; the shipped config/upheld.toml is an example", problems),
            services: File::read(
                &beside("services.toml"),
                "write one; the shipped config/services.toml is an example",
                problems,
            ),
            themes: themes.exists().then(|| {
                File::read(&themes, "make it readable, or remove it and what is shipped holds", problems)
            }),
            reviews: reviews
                .exists()
                .then(|| File::read(&reviews, "make it readable, or remove it", problems)),
            agreements: agreements.into_iter().map(|(id, file)| (AgreementId(id), file)).collect(),
            surveys: surveys.into_iter().map(|(id, file)| (SurveyId(id), file)).collect(),
            folder,
        }
    }

    /// The files of a folder by their ids, which are their names. One is needed, or the folder may be absent.
    fn of_folder(folder: &Path, one: &str, needed: bool, problems: &Problems) -> Vec<(String, File)> {
        let report = |path: &Path, wrong: Wrong| {
            problems.error(Spot::file(path.display().to_string()), wrong);
        };
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !needed => return Vec::new(),
            Err(error) => {
                let what = format!("cannot be read: {error}");
                report(folder, Wrong::new(what, format!("make this folder, with one file for each {one}")));
                return Vec::new();
            }
        };
        let mut paths: Vec<PathBuf> =
            entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml") && path.is_file());
        paths.sort();
        if paths.is_empty() && needed {
            let what = format!("holds no {one}");
            report(folder, Wrong::new(what, format!("add one; the shipped config/{one}s are examples")));
        }
        let mut files = Vec::new();
        for path in paths {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            if let Err(wrong) = Slug::check(&stem) {
                let what = format!("its name is the {one}'s id, and {}", wrong.what);
                report(&path, Wrong::new(what, wrong.remedy));
            }
            files.push((stem, File::read(&path, "make it readable", problems)));
        }
        files
    }
}
