//! What no file can know by itself: whether the files fit each other.

mod agreements;
mod people;
mod reviews;
mod services;
mod surveys;
mod teams;

use std::collections::BTreeSet;

use super::document::Document;
use super::problem::{Problems, Spot, Wrong};
use super::reviews::Written;
use super::upheld::Upheld;
use super::{Draft, agreement};
use crate::core::agreement::{Objective, ServiceBook, Terms};
use crate::core::event::{AgreementId, ServiceId, SurveyId};
use crate::core::survey::Survey;
use crate::core::time::Instant;

/// What the checks look at. A file that could not be read is none, and nothing is said of what it might hold.
struct Check<'d> {
    upheld: Option<(&'d Document<'d>, &'d Upheld)>,
    services: Option<(&'d Document<'d>, &'d ServiceBook)>,
    agreements: Vec<Agreed<'d>>,
    /// Every agreement's file was read, so that absence means something.
    all_agreements: bool,
    surveys: Vec<Asked<'d>>,
    reviews: Option<(&'d Document<'d>, &'d Written)>,
    /// There is a `reviews.toml` that could not be read.
    unread_reviews: bool,
    now: Instant,
    problems: &'d Problems,
}

struct Agreed<'d> {
    id: &'d AgreementId,
    document: &'d Document<'d>,
    written: &'d agreement::Written,
}

/// A survey; none where its file could be read only in part.
struct Asked<'d> {
    id: &'d SurveyId,
    document: &'d Document<'d>,
    survey: Option<&'d Survey>,
}

/// Adds every problem between the files.
pub(super) fn check<'d>(draft: &'d Draft<'d>, now: Instant, problems: &'d Problems) {
    let agreements: Vec<_> =
        draft.agreements.iter().map(|(id, (document, written))| Agreed { id, document, written }).collect();
    let surveys = draft.surveys.iter();
    let surveys = surveys.map(|(id, (document, survey))| Asked { id, document, survey: survey.as_ref() });
    let check = Check {
        upheld: draft.upheld.as_ref().map(|(document, upheld)| (document, upheld)),
        services: draft.services.as_ref().map(|(document, book)| (document, book)),
        all_agreements: !draft.agreements.is_empty()
            && agreements.iter().all(|agreed| agreed.written.terms.is_some()),
        agreements,
        surveys: surveys.collect(),
        reviews: draft.reviews.as_ref().map(|(document, written)| (document, written)),
        unread_reviews: draft.unread_reviews,
        now,
        problems,
    };
    check.agreements();
    check.people();
    check.teams();
    check.services();
    check.surveys();
    check.reviews();
}

impl Check<'_> {
    fn error(
        &self,
        document: &Document<'_>,
        path: &[&str],
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let spot = document.locate(path);
        if !self.problems.spoilt(&spot) {
            self.problems.error(spot, Wrong::new(what, remedy));
        }
    }

    fn warning(
        &self,
        document: &Document<'_>,
        path: &[&str],
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let spot: Spot = document.locate(path);
        if !self.problems.spoilt(&spot) {
            self.problems.warning(spot, Wrong::new(what, remedy));
        }
    }

    /// True when something at or below a path could not be read, so that absence there means nothing.
    fn unsure(&self, document: &Document<'_>, path: &[&str]) -> bool {
        self.problems.spoilt_within(&document.locate(path))
    }

    /// The agreements whose terms could be read.
    fn terms(&self) -> impl Iterator<Item = (&Agreed<'_>, &Terms)> {
        self.agreements.iter().filter_map(|agreed| Some((agreed, agreed.written.terms.as_ref()?)))
    }
}

/// The services an objective speaks of.
fn concerned<'t>(terms: &'t Terms, objective: &'t Objective) -> &'t BTreeSet<ServiceId> {
    if objective.services.is_empty() { &terms.services } else { &objective.services }
}
