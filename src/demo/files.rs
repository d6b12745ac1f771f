//! The demonstration's configuration: the shipped examples as they are, but for address and database.

use std::io;
use std::path::Path;

use chrono::Datelike as _;

use super::work::{DRAFTED, publication};
use crate::core::time::Instant;

const UPHELD: &str = include_str!("../../config/upheld.toml");
const SERVICES: &str = include_str!("../../config/services.toml");
const REVIEWS: &str = include_str!("../../config/reviews.toml");
const AGREEMENTS: [(&str, &str); 3] = [
    ("acme.toml", include_str!("../../config/agreements/acme.toml")),
    ("formosa.toml", include_str!("../../config/agreements/formosa.toml")),
    ("hudson.toml", include_str!("../../config/agreements/hudson.toml")),
];

const SURVEYS: [(&str, &str); 4] = [
    ("after_incident.toml", include_str!("../../config/surveys/after_incident.toml")),
    ("onboarding.toml", include_str!("../../config/surveys/onboarding.toml")),
    ("quarterly.toml", include_str!("../../config/surveys/quarterly.toml")),
    ("yearly.toml", include_str!("../../config/surveys/yearly.toml")),
];

/// A survey follows an incident while the visitor still looks, at any hour of the day; and on any day a review is
/// about to be published.
fn at_the_pace_of_the_story(text: &str, now: Instant) -> String {
    let monthly = format!("schedule = \"0 9 {} * *\"", publication(now).day());
    text.replace(
        "schedule = \"0 9 1-7 * Mon\"\nperiod = \"month\"\ndraft_before = \"4d\"",
        &format!("{monthly}\nperiod = \"month\"\ndraft_before = \"{DRAFTED}\""),
    )
    .replace("delay = \"30m\"", "delay = \"1m\"")
    .replace("cooldown = \"7d\"", "cooldown = \"1h\"")
    .replace("quiet_hours = \"20:00-08:00\"", "quiet_hours = \"never\"")
}

/// Writes the files below `folder/config`.
///
/// # Errors
/// Those of the file system.
pub fn write(folder: &Path, port: u16, now: Instant) -> io::Result<()> {
    let config = folder.join("config");
    std::fs::create_dir_all(&config)?;
    std::fs::create_dir_all(folder.join("data"))?;
    let upheld = UPHELD.replace("127.0.0.1:8080", &format!("127.0.0.1:{port}"));
    std::fs::write(config.join("upheld.toml"), upheld)?;
    std::fs::write(config.join("services.toml"), SERVICES)?;
    std::fs::write(config.join("reviews.toml"), REVIEWS)?;
    for (folder, files) in [("agreements", AGREEMENTS.as_slice()), ("surveys", &SURVEYS)] {
        std::fs::create_dir_all(config.join(folder))?;
        for (name, text) in files {
            std::fs::write(config.join(folder).join(name), at_the_pace_of_the_story(text, now))?;
        }
    }
    Ok(())
}
