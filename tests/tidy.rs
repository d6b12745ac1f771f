//! The house's rules that no compiler knows: which rooms are pure, where time comes from, how large things may
//! grow, and that the documents tell the truth. Each failure names a file and line, and what to do.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the repository has nothing to say")]

#[path = "tidy/documents.rs"]
mod documents;
#[path = "tidy/rooms.rs"]
mod rooms;
#[path = "tidy/sizes.rs"]
mod sizes;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/words.rs"]
mod words;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use source::Source;

/// The project's root.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of the project by its path from the root: no build results, nothing that .gitignore leaves out.
fn files() -> Vec<String> {
    let ignored = std::fs::read_to_string(root().join(".gitignore")).unwrap();
    let ignored: Vec<&str> =
        ignored.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let path = folder.join(&name);
            let is_folder = entry.file_type().unwrap().is_dir();
            if name == ".git" || ignored.iter().any(|pattern| is_ignored(pattern, &path, is_folder)) {
                continue;
            }
            if is_folder {
                folders.push(path);
            } else {
                found.push(path.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// As much of .gitignore's language as our own file uses: `/folder/`, `name` and `*.ending`.
fn is_ignored(pattern: &str, path: &Path, is_folder: bool) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    let (plain, wants_folder) = pattern.strip_suffix('/').map_or((pattern, false), |plain| (plain, true));
    if wants_folder && !is_folder {
        return false;
    }
    if let Some(from_root) = plain.strip_prefix('/') {
        return path == Path::new(from_root);
    }
    match plain.split_once('*') {
        Some((before, after)) => {
            name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        }
        None => name == plain,
    }
}

/// Every Rust file under `src`, `tests`, `benches` and `examples`; files that only tests compile are marked.
fn sources() -> Vec<Source> {
    let folders = ["src/", "tests/", "benches/", "examples/"];
    let paths = files()
        .into_iter()
        .filter(|path| folders.iter().any(|folder| path.starts_with(folder)) && path.ends_with(".rs"));
    let mut sources: Vec<Source> = paths.map(|path| Source::read(root(), &path)).collect();
    let modules: BTreeSet<String> = sources
        .iter()
        .flat_map(|source| {
            source.test_modules().into_iter().map(|name| format!("{}/{name}", below(&source.path)))
        })
        .collect();
    for source in &mut sources {
        let is_test = !source.path.starts_with("src/")
            || modules.iter().any(|module| {
                source.path == format!("{module}.rs") || source.path.starts_with(&format!("{module}/"))
            });
        if is_test {
            source.mark_as_test();
        }
    }
    sources
}

/// The folder in which a file's modules lie.
fn below(path: &str) -> &str {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    ["/mod", "/lib", "/main"].iter().find_map(|own| stem.strip_suffix(own)).unwrap_or(stem)
}

/// Fails with every finding, each on its own line.
#[track_caller]
fn none_of(findings: &[String]) {
    assert!(findings.is_empty(), "{} to mend:\n{}\n", findings.len(), findings.join("\n"));
}
