//! What reviews there are: plans, each with its schedule, and templates, each with its chapters.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::core::event::AgreementId;
use crate::core::schedule::Schedule;
use crate::core::time::Span;
use crate::core::window::WindowKind;

/// Every plan and template in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewBook {
    /// By name; those that are built in need not be given.
    #[serde(default)]
    pub templates: BTreeMap<String, Vec<Section>>,
    /// The digests of the operators, over all customers.
    #[serde(default)]
    pub operators: Vec<Plan>,
    #[serde(default)]
    pub agreements: BTreeMap<AgreementId, Vec<Plan>>,
}

/// A review that comes again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Unique within its agreement, or among the operators' own.
    pub name: String,
    /// When it is published.
    pub schedule: Schedule,
    /// It tells of the last whole one before it is published; never a rolling one.
    pub period: WindowKind,
    /// A template of the book, or one that is built in.
    pub template: String,
    /// The draft is shown so long before; zero means that there is none.
    #[serde(default)]
    pub draft_before: Span,
    #[serde(default)]
    pub unapproved: Unapproved,
    /// Of the operators' digests; a customer's review goes by the agreement's own zone.
    #[serde(default)]
    pub zone: Option<Tz>,
}

/// What becomes of a draft that nobody has approved when its time has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unapproved {
    /// It is published all the same.
    #[default]
    Publish,
    /// It waits for somebody to approve it.
    Hold,
}

/// A chapter of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// The whole in one sentence.
    Verdict,
    /// Every customer in one line; the operators' digest alone has it.
    Customers,
    Objectives,
    /// Twelve months, objective by objective.
    Year,
    Incidents,
    /// How both sides heard of it.
    Communication,
    Disputes,
    Exclusions,
    Credits,
    /// Satisfaction, complaints, themes.
    Voice,
    Forecast,
    Recommendations,
    Actions,
    Risks,
    Drills,
    /// How the provider works; the operators' digest alone has it.
    Scorecard,
}

impl Section {
    pub const ALL: [Self; 16] = [
        Self::Verdict,
        Self::Customers,
        Self::Objectives,
        Self::Year,
        Self::Incidents,
        Self::Communication,
        Self::Disputes,
        Self::Exclusions,
        Self::Credits,
        Self::Voice,
        Self::Forecast,
        Self::Recommendations,
        Self::Actions,
        Self::Risks,
        Self::Drills,
        Self::Scorecard,
    ];

    /// The chapter of that name, in letters of any size.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.name().eq_ignore_ascii_case(name))
    }

    /// As configuration and commands write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::Customers => "customers",
            Self::Objectives => "objectives",
            Self::Year => "year",
            Self::Incidents => "incidents",
            Self::Communication => "communication",
            Self::Disputes => "disputes",
            Self::Exclusions => "exclusions",
            Self::Credits => "credits",
            Self::Voice => "voice",
            Self::Forecast => "forecast",
            Self::Recommendations => "recommendations",
            Self::Actions => "actions",
            Self::Risks => "risks",
            Self::Drills => "drills",
            Self::Scorecard => "scorecard",
        }
    }

    /// Whether a customer may ever read it.
    pub const fn is_internal(self) -> bool {
        matches!(self, Self::Customers | Self::Scorecard)
    }
}

/// The templates that need not be written: all that a customer may read, what fits a screen, and the digest
/// of the operators.
pub const BUILT_IN: [&str; 3] = ["customer", "short", "operators"];

impl ReviewBook {
    /// The chapters of a template, in its order; those of `customer` for one that is not known any more.
    pub fn template(&self, name: &str) -> Vec<Section> {
        if let Some(known) = self.templates.get(name) {
            return known.clone();
        }
        match name {
            "short" => {
                vec![Section::Verdict, Section::Objectives, Section::Recommendations, Section::Actions]
            }
            "operators" => vec![
                Section::Verdict,
                Section::Customers,
                Section::Incidents,
                Section::Communication,
                Section::Voice,
                Section::Recommendations,
                Section::Actions,
                Section::Risks,
                Section::Drills,
                Section::Scorecard,
            ],
            _ => Section::ALL.into_iter().filter(|section| !section.is_internal()).collect(),
        }
    }
}
