//! How the promises stand that customers judge themselves: complaints handled in time, and satisfaction.

use rust_decimal::Decimal;

use super::{Measured, Standing, Verdict};
use crate::core::agreement::{ComplaintStage, ComplaintTerms, Objective, SatisfactionTerms};
use crate::core::calendar::local_date;
use crate::core::event::{AgreementId, SurveyId};
use crate::core::interval::Interval;
use crate::core::percentile;
use crate::core::score::{Counts, Score, ScoreKind};
use crate::core::state::{State, Versions};
use crate::core::stopwatch::{Reading, Target};
use crate::core::time::{Instant, Span};
use crate::core::voice::{FeedbackNumber, complaint_clock, judging};
use crate::core::window::WindowKind;

/// The complaints of a period.
#[derive(Clone, Debug, PartialEq)]
pub struct ComplaintFigures {
    pub stage: ComplaintStage,
    /// Percent that is promised within the target.
    pub share: Decimal,
    /// Decided in the period, in order of decision.
    pub items: Vec<Complaint>,
    /// Open and not late: shown, not counted.
    pub pending: Vec<Complaint>,
}

/// One complaint's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Complaint {
    pub feedback: FeedbackNumber,
    pub target: Target,
    pub reading: Reading,
}

/// The answers of a period.
#[derive(Clone, Debug, PartialEq)]
pub struct SatisfactionFigures {
    pub survey: SurveyId,
    pub kind: ScoreKind,
    pub target: Decimal,
    /// How often each score was given.
    pub counts: Counts,
    pub asked: u64,
    /// How many of those asked have answered.
    pub answered: u64,
}

impl ComplaintFigures {
    pub fn met(&self) -> usize {
        self.items.iter().filter(|item| !item.reading.late).count()
    }
}

impl SatisfactionFigures {
    /// The figure with its interval. None without answers.
    pub fn score(&self) -> Option<Score> {
        Score::of(self.kind, &self.counts)
    }
}

/// A promise about complaints over a window.
pub fn complaint_standing(
    state: &State,
    versions: &Versions,
    agreement: &AgreementId,
    objective: &Objective,
    terms: &ComplaintTerms,
    window: Interval,
    as_of: Instant,
) -> Standing {
    let mut figures =
        ComplaintFigures { stage: terms.stage, share: terms.share, items: Vec::new(), pending: Vec::new() };
    for (number, complaint) in state.voice.all_feedback().filter(|(_, it)| it.agreement == *agreement) {
        let Some(version) = judging(versions, complaint, as_of) else { continue };
        let promised = version.terms.objectives.iter().find(|other| other.name == objective.name);
        let clock = promised.and_then(|promised| complaint_clock(complaint, &version.terms, promised, as_of));
        let Some(clock) = clock else { continue };
        let item = Complaint { feedback: number, target: clock.target, reading: clock.reading };
        match item.reading.decided_at().filter(|at| *at <= as_of) {
            Some(at) if window.contains(at) => figures.items.push(item),
            None if item.reading.start < window.end => figures.pending.push(item),
            Some(_) | None => {}
        }
    }
    figures.items.sort_by_key(|item| (item.reading.decided_at(), item.feedback));
    let (met, decided) = (figures.met() as u64, figures.items.len() as u64);
    let kept = percentile::share_attained(met, decided, terms.share);
    let place = Place { versions, agreement, objective, window, as_of };
    let verdict = place.verdict(kept, decided, terms.minimum_items);
    place.standing(verdict, Measured::Complaints(figures))
}

/// A promised satisfaction over a window. Answers count on the date they were given; those of an anonymous
/// round on the date it closed. A rolling window counts whole dates, the one of `as_of` included.
pub fn satisfaction_standing(
    state: &State,
    versions: &Versions,
    agreement: &AgreementId,
    objective: &Objective,
    terms: &SatisfactionTerms,
    window: Interval,
    as_of: Instant,
) -> Standing {
    let zone = state.zone(agreement, as_of.min(window.end));
    let last = as_of.min(window.end - Span::from_micros(1));
    let (from, until) = (local_date(zone, window.start), local_date(zone, last).succ_opt());
    let from = match objective.window {
        WindowKind::Rolling(_) => from.succ_opt().unwrap_or(from),
        _ => from,
    };
    let tally = state.voice.tally(agreement, &terms.survey).zip(until);
    let days = tally.map(|(tally, until)| tally.over(from, until)).unwrap_or_default();
    let figures = SatisfactionFigures {
        survey: terms.survey.clone(),
        kind: terms.score,
        target: terms.target,
        counts: days.all(),
        asked: days.asked,
        answered: days.answered,
    };
    let place = Place { versions, agreement, objective, window, as_of };
    let score = figures.score();
    let kept = score.as_ref().map(|score| score.attains(terms.target));
    let answers = score.map_or(0, |score| score.n);
    let verdict = place.verdict(kept, answers, terms.minimum_answers);
    place.standing(verdict, Measured::Satisfaction(figures))
}

/// What is judged, and where.
struct Place<'a> {
    versions: &'a Versions,
    agreement: &'a AgreementId,
    objective: &'a Objective,
    window: Interval,
    as_of: Instant,
}

impl Place<'_> {
    fn rolls(&self) -> bool {
        matches!(self.objective.window, WindowKind::Rolling(_))
    }

    /// Below its target a figure of a running period may still recover: at risk.
    fn verdict(&self, kept: Option<bool>, count: u64, minimum: u32) -> Verdict {
        let over = self.window.end <= self.as_of || self.rolls();
        match kept {
            None => Verdict::NoData,
            Some(_) if count < u64::from(minimum) => Verdict::Insufficient,
            Some(true) => Verdict::Met,
            Some(false) if over => Verdict::Missed,
            Some(false) => Verdict::AtRisk,
        }
    }

    fn standing(&self, verdict: Verdict, measured: Measured) -> Standing {
        let version = self.versions.at(self.as_of.min(self.window.end - Span::from_micros(1)));
        Standing {
            agreement: self.agreement.clone(),
            objective: self.objective.clone(),
            service: None,
            window: self.window,
            over: self.window.end <= self.as_of && !self.rolls(),
            version: version.map_or(0, |version| version.number),
            as_of: self.as_of,
            verdict,
            measured,
        }
    }
}
