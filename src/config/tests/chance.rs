//! Files of chance: whatever they hold, reading ends with a value or with problems.

use proptest::prelude::*;

use super::*;

/// Pieces that files are made of, so that chance gets beyond the grammar.
const PIECES: &[&str] = &[
    "[terms]\n",
    "[[terms]]\n",
    "[operations]\n",
    "[[terms.objectives]]\n",
    "[terms.calendars.x.hours]\n",
    "[services.a]\n",
    "[[routes]]\n",
    "[integrations.x]\n",
    "[[people]]\n",
    "[server]\n",
    "[channels]\n",
    "kind",
    "target",
    "targets",
    "hours",
    "services",
    "name",
    "secret",
    "zone",
    "starts",
    "labels",
    "mon-fri",
    "2026-02-29",
    " = ",
    " = ",
    " = ",
    "\n",
    "\n",
    "\"\"",
    "\"availability\"",
    "\"satisfaction\"",
    "\"complaints\"",
    "survey",
    "\"after\"",
    "[trigger]\n",
    "[[questions]]\n",
    "after",
    "\"schedule\"",
    "cron",
    "\"0 9 1-7 * Mon\"",
    "\"scale\"",
    "\"choice\"",
    "options",
    "low",
    "high",
    "-9223372036854775808",
    "\"response\"",
    "99.9",
    "1e999",
    "nan",
    "-inf",
    "0x7f",
    "9223372036854775808",
    "1979-05-27",
    "0000-01-01T00:00:00-23:59",
    "9999-12-31",
    "[",
    "]",
    "{ ",
    " }",
    ", ",
    "true",
    "\"15m\"",
    "\"1.5e3 business days\"",
    "\"99999999999999999999d\"",
    "\"rolling 0d\"",
    "[\"22:00-21:59\"]",
    "\"\\u202e\"",
    "\"discord:1\"",
    "\"*\"",
    "'''",
    "\u{0}",
    "é",
];

fn text_of_pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

fn mutated(base: &'static str) -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), prop::sample::select(PIECES));
    prop::collection::vec(edit, 1..6).prop_map(move |edits| {
        let mut text = base.to_owned();
        for (place, length, piece) in edits {
            let places: Vec<usize> =
                text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
            let start = places[place.index(places.len())];
            let end =
                places.iter().copied().find(|end| *end >= start + length.index(12)).unwrap_or(text.len());
            text.replace_range(start..end, piece);
        }
        text
    })
}

/// What must hold of every run.
fn sound(loaded: &Loaded) {
    assert_eq!(loaded.config.is_none(), loaded.errors() > 0, "{:?}", told(loaded));
    for problem in &loaded.problems {
        let line = problem.to_string();
        assert!(!line.contains('\n') && !line.contains("fault of Upheld"), "{line}");
    }
    if let Some(config) = &loaded.config {
        for file in config.agreements.values() {
            let back: Terms = serde_json::from_str(&normalised(&file.terms)).unwrap();
            assert_eq!(back, file.terms);
        }
        let back: SurveyBook = serde_json::from_str(&normalised(&config.surveys)).unwrap();
        assert_eq!(back, config.surveys);
    }
    assert!(!check_report(loaded, surroundings().now).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_to_the_end(upheld in "\\PC*", services in text_of_pieces(), acme in text_of_pieces()) {
        sound(&loaded(&files(&upheld, &services, &acme, &[])));
        sound(&loaded(&files(&acme, &upheld, &services, &[])));
        sound(&loaded(&files(UPHELD, SERVICES, &acme, &[])));
        sound(&loaded(&asking(ACME, &acme)));
    }

    #[test]
    fn any_change_of_good_files_is_read_to_the_end(
        upheld in mutated(UPHELD),
        services in mutated(SERVICES),
        acme in mutated(ACME),
        formosa in mutated(include_str!("../../../config/agreements/formosa.toml")),
        after in mutated(AFTER),
        yearly in mutated(include_str!("../../../config/surveys/yearly.toml")),
    ) {
        sound(&loaded(&asking(ACME, &after)));
        sound(&loaded(&asking(&acme, &yearly)));
        sound(&loaded(&files(&upheld, SERVICES, ACME, &[])));
        sound(&loaded(&files(UPHELD, &services, ACME, &[])));
        sound(&loaded(&files(UPHELD, SERVICES, &acme, &[])));
        sound(&loaded(&files(UPHELD, SERVICES, ACME, &[("formosa", &formosa)])));
    }
}
