//! Surveys: defaults, round trips, and how they fit the agreements.

use super::*;
use crate::core::score::{Scale, ScoreKind};
use crate::core::survey::{Audience, Identity, QuestionKind, Trigger};
use crate::core::time::Span;

fn after(text: &str) -> Survey {
    let loaded = loaded(&asking(ACME, text));
    assert_eq!(told(&loaded), Vec::<String>::new());
    loaded.config.unwrap().surveys.remove(&SurveyId::new("after")).unwrap()
}

fn promising(promise: &str) -> String {
    ACME.replace(
        "[operations]",
        &format!("[[terms.objectives]]\nkind = \"satisfaction\"\n{promise}\n[operations]"),
    )
}

#[test]
fn defaults_of_a_survey_are_those_of_the_reference() {
    let survey = after(AFTER);
    assert_eq!((survey.identity, survey.audience), (Identity::Named, Audience::Channel));
    assert_eq!((survey.open_for, survey.remind_after), (Span::from_days(5), Some(Span::from_days(2))));
    assert_eq!((survey.cooldown, survey.once_per, survey.minimum_group), (Span::from_days(7), None, 5));
    assert_eq!(survey.quiet.unwrap().to_string(), "20:00-08:00");
    let incident = Trigger::Incident {
        delay: Span::from_minutes(30),
        priorities: Default::default(),
        sample_percent: 100,
    };
    assert_eq!(survey.trigger, incident);
    assert!(survey.concerns(&"acme".into()) && survey.concerns(&"beta".into()));
    let never = after(&AFTER.replace("open_for", "quiet_hours = \"never\"\nonce_per = \"month\"\nopen_for"));
    assert_eq!((never.quiet, never.once_per.map(|period| period.to_string())), (None, Some("month".into())));
}

/// The limits themselves are allowed.
#[test]
fn what_just_fits_is_taken() {
    let options: Vec<String> =
        (0..10).map(|n| format!("{{ name = \"twelve_chr_{n}\", text = \"{}\" }}", "x".repeat(80))).collect();
    for (from, to) in [
        (
            "open_for = \"5d\"\nremind_after = \"2d\"",
            "open_for = \"1h\"\nremind_after = \"59 min\"".to_owned(),
        ),
        ("open_for = \"5d\"", "open_for = \"60d\"".to_owned()),
        ("open_for", "minimum_group = 3\nopen_for".to_owned()),
        ("After an incident", "x".repeat(200)),
        ("How satisfied are you?", "滿".repeat(300)),
        ("kind = \"csat\"", "kind = \"scale\"\nlow = -5\nhigh = 5".to_owned()),
        ("kind = \"csat\"", format!("kind = \"choice\"\noptions = [{}]", options.join(", "))),
        ("after = \"incident\"", "after = \"incident\"\nsample = 1".to_owned()),
    ] {
        after(&AFTER.replace(from, &to));
    }
    for (from, to) in [
        ("After an incident", "x".repeat(201)),
        ("How satisfied are you?", "滿".repeat(301)),
        (
            "kind = \"csat\"",
            format!(
                "kind = \"choice\"\noptions = [{}, {{ name = \"k\", text = \"K\" }}]",
                options.join(", ")
            ),
        ),
    ] {
        assert_eq!(loaded(&asking(ACME, &AFTER.replace(from, &to))).errors(), 1, "{from}");
    }
}

#[test]
fn the_normalised_surveys_outlive_comments_layout_and_spelling_and_are_read_back() {
    let one = loaded(&asking(ACME, AFTER)).config.unwrap();
    let other = AFTER
        .replace(
            "open_for = \"5d\"",
            "cooldown = \"1 week\" # the same\nminimum_group = 5\nopen_for = \"120 h\"",
        )
        .replace("title = { en = \"After an incident\" }", "title = \"After an incident\"")
        .replace("after = \"incident\"", "after = \"incident\"\nsample = 100\ndelay = \"30 min\"");
    let other = loaded(&asking(ACME, &other)).config.unwrap();
    assert_eq!(one.surveys_sha256, other.surveys_sha256);
    let changed = loaded(&asking(ACME, &AFTER.replace("\"5d\"", "\"6d\""))).config.unwrap();
    assert_ne!(one.surveys_sha256, changed.surveys_sha256);
    let shipped = shipped().config.unwrap();
    assert_eq!(shipped.surveys.len(), 4);
    let text = normalised(&shipped.surveys);
    let back: SurveyBook = serde_json::from_str(&text).unwrap();
    assert_eq!(back, shipped.surveys);
    assert_eq!(normalised(&back), text);
}

#[test]
fn whoever_is_asked_reads_their_language_or_it_is_told() {
    let acme = ACME.replace("[operations]", "[operations]\nlanguage = \"zh-TW\"");
    let choice = "kind = \"choice\"\noptions = [{ name = \"a\", text = \"A\" }, { name = \"b\", text = { en = \"B\", zh-TW = \"乙\" } }]";
    let text = AFTER.replace("kind = \"csat\"", choice);
    assert_eq!(
        told(&loaded(&asking(&acme, &text))),
        [
            "config/surveys/after.toml:1: warning: title: has no text in `zh-TW`, which customers who are asked read; add zh-TW = \"…\"",
            "config/surveys/after.toml:13: warning: questions.satisfaction.options.a.text: has no text in `zh-TW`, which customers who are asked read; add zh-TW = \"…\"",
            "config/surveys/after.toml:14: warning: questions.satisfaction.text: has no text in `zh-TW`, which customers who are asked read; add zh-TW = \"…\"",
        ]
    );
    let elsewhere = format!("agreements = [\"other\"]\n{AFTER}");
    let told = told(&loaded(&asking(&acme, &elsewhere)));
    assert!(told.iter().all(|line| line.contains("there is no agreement `other`")), "{told:?}");
}

#[test]
fn a_promised_satisfaction_is_read_and_its_survey_gives_that_figure() {
    let scale = "kind = \"scale\"\nlow = 1\nhigh = 10";
    for (kind, promise, score) in [
        ("kind = \"csat\"", "figure = \"csat\"\nat_least = 80", ScoreKind::CSAT),
        ("kind = \"nps\"", "figure = \"nps\"\nat_least = -12.5", ScoreKind::Nps),
        ("kind = \"ces\"", "figure = \"ces\"\nat_least = 5.5", ScoreKind::Mean { scale: Scale::new(1, 7) }),
        (
            scale,
            "figure = \"mean\"\nat_least = 8\nlowest = 1\nhighest = 10",
            ScoreKind::Mean { scale: Scale::new(1, 10) },
        ),
    ] {
        let acme = promising(&format!("survey = \"after\"\n{promise}"));
        let loaded = loaded(&asking(&acme, &AFTER.replace("kind = \"csat\"", kind)));
        assert_eq!(told(&loaded), Vec::<String>::new(), "{promise}");
        let terms = &loaded.config.unwrap().agreements[&AgreementId::new("acme")].terms;
        let objective = terms.objectives.last().unwrap();
        assert_eq!(objective.name, "satisfaction");
        let crate::core::agreement::ObjectiveKind::Satisfaction(terms) = &objective.kind else { panic!() };
        assert_eq!(terms.score, score);
    }
    assert_eq!(after(AFTER).scored().unwrap().kind, QuestionKind::Csat);
}

#[test]
fn a_promise_that_its_survey_cannot_measure_is_told() {
    let mut lines = Vec::new();
    for (survey, promise) in [
        (AFTER.to_owned(), "survey = \"aftr\"\nfigure = \"csat\"\nat_least = 80"),
        (AFTER.to_owned(), "survey = \"after\"\nfigure = \"nps\"\nat_least = 8"),
        (AFTER.replace("\"csat\"", "\"ces\""), "survey = \"after\"\nfigure = \"csat\"\nat_least = 80"),
        (
            AFTER.replace("\"csat\"", "\"scale\"\nlow = 1\nhigh = 6"),
            "survey = \"after\"\nfigure = \"mean\"\nlowest = 1\nhighest = 7\nat_least = 5",
        ),
        (
            AFTER.replace(
                "\"csat\"",
                "\"choice\"\noptions = [{ name = \"a\", text = \"A\" }, { name = \"b\", text = \"B\" }]",
            ),
            "survey = \"after\"\nfigure = \"csat\"\nat_least = 80",
        ),
        (
            AFTER.replace("\"named\"", "\"anonymous\"").replace("\"incident\"", "\"command\""),
            "survey = \"after\"\nfigure = \"csat\"\nat_least = 80",
        ),
    ] {
        lines.extend(told(&loaded(&asking(&promising(promise), &survey))));
    }
    insta::assert_snapshot!(lines.join("\n"));
    let beta = ACME.replace("Acme GmbH", "Beta").replace("ACME", "BETA").replace("web:acme", "web:beta");
    let acme = promising("survey = \"after\"\nfigure = \"csat\"\nat_least = 80");
    let survey = format!("agreements = [\"beta\"]\n{AFTER}");
    let mut both = files(UPHELD, SERVICES, &acme, &[("beta", &beta)]);
    both.surveys = asking(ACME, &survey).surveys;
    assert_eq!(
        told(&loaded(&both)),
        [
            "config/agreements/acme.toml:25: terms.objectives.satisfaction.survey: `after` is not asked under this agreement; \
          add \"acme\" to `agreements` in config/surveys/after.toml"
        ]
    );
}

#[test]
fn a_folder_without_surveys_is_whole() {
    let config = loaded(&files(UPHELD, SERVICES, ACME, &[])).config.unwrap();
    assert!(config.surveys.is_empty());
}
