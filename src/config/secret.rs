//! Secrets: where they come from, and that they are never shown.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::DeValue;

use super::problem::{Problems, Spot, Wrong};
use super::value::{Value, Written};
use crate::core::time::Instant;

/// What the files are read against.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Tells which terms have ended, and which exclusions are past.
    pub now: Instant,
    /// Environment variables, for secrets.
    pub variables: BTreeMap<String, String>,
}

impl Surroundings {
    /// Those of this process. Variables that are not Unicode are left out.
    pub fn of_process(now: Instant) -> Self {
        let text = |pair: (std::ffi::OsString, std::ffi::OsString)| {
            Some((pair.0.into_string().ok()?, pair.1.into_string().ok()?))
        };
        Self { now, variables: std::env::vars_os().filter_map(text).collect() }
    }
}

/// A secret. Its `Debug` form tells where it comes from and never what it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    source: SecretSource,
    text: Option<String>,
}

/// Where a secret comes from.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum SecretSource {
    Inline(String),
    Environment(String),
    File { path: PathBuf, create: bool },
}

impl Secret {
    /// The secret itself; none while it is yet to be created (see [`Secret::missing_file`]).
    pub fn reveal(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The file in which this secret is to be created before it can be used.
    pub fn missing_file(&self) -> Option<&Path> {
        match &self.source {
            SecretSource::File { path, create: true } if self.text.is_none() => Some(path),
            _ => None,
        }
    }

    pub(super) fn inline(text: &str) -> Self {
        Self { source: SecretSource::Inline(text.to_owned()), text: Some(text.to_owned()) }
    }

    /// Draws a new secret and keeps it in its file, readable by this user only.
    ///
    /// # Errors
    /// When there is no randomness, or the file cannot be written. A file that appeared meanwhile is kept.
    pub fn create(&mut self) -> std::io::Result<()> {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let Some(path) = self.missing_file().map(Path::to_owned) else { return Ok(()) };
        let bytes: [u8; 24] = crate::clock::random().map_err(std::io::Error::other)?;
        let text = hex::encode(bytes);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        writeln!(file, "{text}")?;
        file.sync_all()?;
        self.text = Some(text);
        Ok(())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({:?})", self.source)
    }
}

impl fmt::Debug for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inline(_) => f.write_str("inline"),
            Self::Environment(name) => write!(f, "env {name}"),
            Self::File { path, .. } => write!(f, "file {}", path.display()),
        }
    }
}

impl Written for SecretSource {
    const VALUE: Value = Value::Secret;

    /// Never repeats what it was given: it may be the secret.
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        const REMEDY: &str = "write { env = \"NAME\" } or { file = \"path\" }";
        let table = match value {
            DeValue::String(text) if text.trim().is_empty() => return Err(Wrong::new("is empty", REMEDY)),
            DeValue::String(text) => return Ok(Self::Inline(text.trim().to_owned())),
            DeValue::Table(table) => table,
            _ => return Err(Wrong::new("is not a secret", REMEDY)),
        };
        let text = |name: &str| table.get(name).map(|value| String::read(value.get_ref())).transpose();
        let create = table.get("create").map(|value| bool::read(value.get_ref())).transpose()?;
        let known = ["env", "file", "create"];
        if let Some((name, _)) = table.iter().find(|(name, _)| !known.contains(&name.get_ref().as_ref())) {
            let what = format!("has an unknown key {}", super::problem::quoted(name.get_ref()));
            return Err(Wrong::new(what, REMEDY));
        }
        match (text("env")?, text("file")?, create) {
            (Some(name), None, None) => Ok(Self::Environment(name)),
            (None, Some(path), create) => {
                Ok(Self::File { path: path.into(), create: create.unwrap_or(false) })
            }
            _ => Err(Wrong::new("does not say in one way where the secret is", REMEDY)),
        }
    }
}

/// Finds secrets and files from where the configuration lies.
#[derive(Debug)]
pub(super) struct Resolver<'c> {
    pub surroundings: &'c Surroundings,
    /// The folder of `upheld.toml`.
    pub folder: &'c Path,
}

impl Resolver<'_> {
    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.join(path)
    }

    pub fn variable(&self, name: &str) -> Option<&str> {
        self.surroundings.variables.get(name).map(String::as_str).filter(|text| !text.trim().is_empty())
    }

    /// The secret of that source; an absent one is reported at `spot`.
    pub fn secret(&self, source: SecretSource, spot: &Spot, problems: &Problems) -> Option<Secret> {
        let source = match source {
            SecretSource::File { path, create } => SecretSource::File { path: self.path(path), create },
            other => other,
        };
        let text = match &source {
            SecretSource::Inline(text) => Some(text.clone()),
            SecretSource::Environment(name) => Some(self.in_environment(name, spot, problems)?),
            SecretSource::File { path, create } => match first_line(path) {
                Ok(text) => Some(text),
                Err(error) if *create && error.kind() == std::io::ErrorKind::NotFound => None,
                Err(error) => {
                    let what = format!("cannot read the secret in {}: {error}", path.display());
                    problems.error(
                        spot.clone(),
                        Wrong::new(what, "put the secret on the first line of that file"),
                    );
                    return None;
                }
            },
        };
        Some(Secret { source, text })
    }

    fn in_environment(&self, name: &str, spot: &Spot, problems: &Problems) -> Option<String> {
        let found = self.variable(name).map(|text| text.trim().to_owned());
        if found.is_none() {
            let what = format!("the environment has no {}", super::problem::quoted(name));
            problems.error(spot.clone(), Wrong::new(what, "set it, or write { file = \"path\" }"));
        }
        found
    }
}

fn first_line(path: &Path) -> std::io::Result<String> {
    let text = std::fs::read_to_string(path)?;
    let line = text.lines().next().unwrap_or_default().trim().to_owned();
    if line.is_empty() {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "its first line is empty"));
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_created_once_and_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let surroundings = Surroundings { now: Instant::from_seconds(0), variables: BTreeMap::new() };
        let resolver = Resolver { surroundings: &surroundings, folder: folder.path() };
        let problems = Problems::default();
        let spot = Spot::file("x");
        let source = || SecretSource::File { path: "keys/hook.secret".into(), create: true };
        let mut secret = resolver.secret(source(), &spot, &problems).unwrap();
        assert_eq!(secret.reveal(), None);
        secret.create().unwrap();
        let text = secret.reveal().unwrap().to_owned();
        assert_eq!(text.len(), 48);
        assert!(!format!("{secret:?}").contains(&text));
        let again = resolver.secret(source(), &spot, &problems).unwrap();
        assert_eq!(again.reveal(), Some(text.as_str()));
        assert_eq!(again.missing_file(), None);
        assert!(problems.into_sorted().is_empty());
    }
}
