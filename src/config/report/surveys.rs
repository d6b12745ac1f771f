//! What `upheld check` says of each survey, with the dates on which schedules ask next.

use std::fmt::Write;

use super::{counted, or_nobody, shown};
use crate::config::Config;
use crate::config::value::duration_words;
use crate::core::agreement::Terms;
use crate::core::event::AgreementId;
use crate::core::schedule::Schedule;
use crate::core::survey::{Audience, Identity, Question, QuestionKind, Survey, Trigger};
use crate::core::time::Instant;

/// How many dates of a schedule are shown.
const DATES: usize = 3;

pub(super) fn surveys(text: &mut String, config: &Config, now: Instant) -> std::fmt::Result {
    for (id, survey) in &config.surveys {
        let title = survey.title.get("en").map_or("", String::as_str);
        let concerned: Vec<(&AgreementId, &Terms)> = config
            .agreements
            .iter()
            .filter(|(agreement, _)| survey.concerns(agreement))
            .map(|(agreement, file)| (agreement, &file.terms))
            .collect();
        let names: Vec<&str> = concerned.iter().map(|(agreement, _)| agreement.as_str()).collect();
        writeln!(text, "Survey {id}: {title}; {}", identity(survey))?;
        writeln!(text, "  asked         {}; {}", asked(&survey.trigger), audience(survey.audience))?;
        writeln!(text, "  under         {}", or_nobody(&names.join(", ")))?;
        writeln!(text, "  open          {}", open(survey))?;
        writeln!(text, "  spares        {}", spares(survey))?;
        for question in &survey.questions {
            writeln!(text, "  question      {}", question_words(question))?;
        }
        if let Trigger::Schedule { cron } = &survey.trigger {
            for (agreement, terms) in &concerned {
                writeln!(text, "  next          {agreement}: {}", dates(cron, terms, now))?;
            }
        }
        writeln!(text)?;
    }
    Ok(())
}

fn identity(survey: &Survey) -> String {
    match survey.identity {
        Identity::Named => "the provider sees who answered what".to_owned(),
        Identity::Confidential => "nobody is shown who answered what".to_owned(),
        Identity::Anonymous => format!(
            "nobody can know who answered what, and fewer than {} answers are not shown",
            survey.minimum_group
        ),
    }
}

fn asked(trigger: &Trigger) -> String {
    match trigger {
        Trigger::Incident { delay, priorities, sample_percent } => {
            let names: Vec<String> = priorities.iter().map(ToString::to_string).collect();
            let of = if names.is_empty() { String::new() } else { format!(" of {}", names.join(", ")) };
            let share = if *sample_percent == 100 {
                "every incident".to_owned()
            } else {
                format!("{sample_percent} in 100 incidents")
            };
            format!("{} after {share}{of}", duration_words(*delay))
        }
        Trigger::Schedule { cron } => format!("by the schedule {cron}"),
        Trigger::Command => "when somebody says /survey send".to_owned(),
    }
}

const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Channel => "in the customer's channels",
        Audience::Representatives => "in the customer's channels, calling the representatives by name",
        Audience::Direct => "each representative alone",
    }
}

fn open(survey: &Survey) -> String {
    let reminder = survey
        .remind_after
        .map_or("no reminder".to_owned(), |after| format!("one reminder after {}", duration_words(after)));
    let quiet = survey
        .quiet
        .map_or("at any hour".to_owned(), |quiet| format!("silent {quiet} by the reader's clocks"));
    format!("{}, {reminder}; {quiet}", duration_words(survey.open_for))
}

fn spares(survey: &Survey) -> String {
    let lately = if survey.cooldown.is_zero() {
        String::new()
    } else {
        format!("whoever was asked anything within {}", duration_words(survey.cooldown))
    };
    let period = survey.once_per.map(|period| format!("whoever was asked this in the same {period}"));
    let both: Vec<String> = Some(lately).filter(|text| !text.is_empty()).into_iter().chain(period).collect();
    or_nobody(&both.join(", and "))
}

fn question_words(question: &Question) -> String {
    let kind = match &question.kind {
        QuestionKind::Csat => "1 to 5 (csat)".to_owned(),
        QuestionKind::Nps => "0 to 10 (nps)".to_owned(),
        QuestionKind::Ces => "1 to 7 (ces)".to_owned(),
        QuestionKind::Scale { low, high, .. } => format!("{low} to {high}"),
        QuestionKind::Choice { options } => {
            let names: Vec<&str> = options.iter().map(|option| option.name.as_str()).collect();
            format!("{} ({})", counted(options.len(), "option"), names.join(", "))
        }
        QuestionKind::Text => "in words".to_owned(),
    };
    let optional = if question.optional { ", optional" } else { "" };
    let text = question.text.get("en").map_or("", String::as_str);
    format!("{}, {kind}{optional}: {text}", question.name)
}

/// The next dates by the clocks of an agreement.
fn dates(cron: &Schedule, terms: &Terms, now: Instant) -> String {
    let within = |at: &Instant| terms.ends.is_none_or(|ends| *at < ends);
    let first = cron.next_after(now.max(terms.starts), terms.zone);
    let dates = std::iter::successors(first, |at| cron.next_after(*at, terms.zone));
    let dates: Vec<String> = dates.take(DATES).take_while(within).map(|at| shown(at, terms.zone)).collect();
    match dates.len() {
        0 => "not again within the term".to_owned(),
        DATES => format!("{} ({})", dates.join(", "), terms.zone),
        _ => format!("{} ({}), then the term is over", dates.join(", "), terms.zone),
    }
}
