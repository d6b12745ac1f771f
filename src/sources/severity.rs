//! The words that monitors and their users have for how bad it is.

use crate::core::event::Severity;

/// The severity a word means, whatever its case; none when it is no known word.
pub fn read(word: &str) -> Option<Severity> {
    Some(match word.trim().to_lowercase().as_str() {
        "critical" | "crit" | "fatal" | "emergency" | "disaster" | "page" | "p1" | "sev0" => {
            Severity::Critical
        }
        "error" | "err" | "high" | "major" | "p2" | "sev1" => Severity::Error,
        "warning" | "warn" | "average" | "minor" | "medium" | "ticket" | "p3" | "sev2" => Severity::Warning,
        "info" | "information" | "informational" | "notice" | "low" | "none" | "p4" | "p5" | "sev3"
        | "sev4" => Severity::Info,
        "unknown" => Severity::Unknown,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_several_monitors() {
        for (word, meant) in [
            ("critical", Some(Severity::Critical)),
            (" PAGE ", Some(Severity::Critical)),
            ("Sev0", Some(Severity::Critical)),
            ("High", Some(Severity::Error)),
            ("P2", Some(Severity::Error)),
            ("Average", Some(Severity::Warning)),
            ("Sev3", Some(Severity::Info)),
            ("P5", Some(Severity::Info)),
            ("none", Some(Severity::Info)),
            ("критично", None),
            ("", None),
        ] {
            assert_eq!(read(word), meant, "{word:?}");
        }
    }
}
