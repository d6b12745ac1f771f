//! `/drill`: an exercise over the whole real route, to be planned, broken off, and looked at.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use crate::clock::random;
use crate::commands::access::{Role, Scope};
use crate::commands::answer::Failed;
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::desk::Desk;
use crate::commands::scores::count;
use crate::commands::spec::Command;
use crate::commands::stretch::{self, Stretch};
use crate::commands::words::service_name;
use crate::core::agreement::Priority;
use crate::core::calendar::{local_date, midnight};
use crate::core::doc::{Block, Doc, Line, Text, Value, Weight};
use crate::core::drill::{Drill, DrillResult, DrillWord, Ending, LASTS, Outcome as Kept, Plan, drills};
use crate::core::event::{AgreementId, Event, IncidentNumber, ServiceId};
use crate::core::interval::Interval;
use crate::core::notice::drill::{acknowledged, ending, marked, marked_form};
use crate::core::state::State;
use crate::core::time::{Instant, Span};
use crate::core::window::{WindowKind, length};

/// A drill lasts at least and at most so long.
const SHORTEST: Span = Span::from_minutes(5);
const LONGEST: Span = Span::from_hours(24);
/// It begins at most so long after it was planned.
const FARTHEST: Span = Span::from_days(7);

/// What was given.
#[derive(Clone, Copy, Debug)]
struct Wanted<'a> {
    /// A service, `stop` or `list`.
    what: Option<&'a str>,
    /// The priority, the drill, or the period.
    detail: Option<&'a str>,
    announced: bool,
    customer: Option<&'a str>,
    within: Option<&'a str>,
    lasts: Option<&'a str>,
    page: u32,
}

impl Asking {
    /// From now on the answer is one about a drill, and says so.
    pub(super) fn exercising(&self) {
        self.exercise.store(true, Ordering::Relaxed);
    }

    /// The answer, marked where it is about a drill.
    pub(super) fn marked(&self, outcome: Outcome) -> Outcome {
        if !self.exercise.load(Ordering::Relaxed) {
            return outcome;
        }
        match outcome {
            Err(doc) => Err(marked(doc)),
            Ok(reply) => Ok(match reply {
                Reply::Open(doc) => Reply::Open(marked(doc)),
                Reply::Private(doc) => Reply::Private(marked(doc)),
                Reply::Once(doc) => Reply::Once(marked(doc)),
                Reply::Pages { doc, number, command } => Reply::Pages { doc: marked(doc), number, command },
                Reply::OncePages { doc, number, command } => {
                    Reply::OncePages { doc: marked(doc), number, command }
                }
                Reply::Preview(mut preview) => {
                    preview.card = marked(preview.card);
                    Reply::Preview(preview)
                }
                Reply::Form(form) => Reply::Form(marked_form(form)),
                Reply::Nothing => Reply::Nothing,
            }),
        }
    }
}

impl Desk {
    /// `/drill <service> <priority>`, `/drill stop [DRILL-1]`, `/drill list [period]`
    pub(super) async fn drill(&self, asking: &Asking, command: &Command) -> Outcome {
        let Command::Drill { what, detail, announced, customer, within, lasts, page } = command else {
            return Ok(Reply::Nothing);
        };
        let wanted = Wanted {
            what: what.as_deref(),
            detail: detail.as_deref(),
            announced: *announced,
            customer: customer.as_deref(),
            within: within.as_deref(),
            lasts: lasts.as_deref(),
            page: *page,
        };
        asking.exercising();
        match wanted.what {
            None | Some("list") => self.drills(asking, wanted.detail, wanted.page).await,
            Some("stop") => self.stop_drill(asking, wanted.detail).await,
            Some(service) => self.plan_drill(asking, service, wanted).await,
        }
    }

    async fn plan_drill(&self, asking: &Asking, service: &str, wanted: Wanted<'_>) -> Outcome {
        let lasts = span(asking, wanted.lasts, LASTS, SHORTEST, LONGEST)?;
        let within = span(asking, wanted.within, Span::ZERO, Span::ZERO, FARTHEST)?;
        let chance = chance_of(within).map_err(|error| {
            tracing::error!(%error, "the system gives no random numbers");
            asking.refuse_key("error-not-stored")
        })?;
        let (service, priority, customers) = {
            let state = self.journal().read().await;
            let services = choose::services(&state, asking);
            let service = choose::service(&state, asking, &services, Some(service), "drill")?;
            let customers = customers(&state, asking, &service, wanted)?;
            (service.clone(), priority(asking, &service, wanted.detail)?, customers)
        };
        let Some(by) = asking.person.clone() else { return Err(asking.refuse_key("error-no-account")) };
        let (meant, announced) = (service.clone(), wanted.announced);
        let propose = move |state: &State, now: Instant| -> Result<Vec<Event>, IncidentNumber> {
            if let Some((number, _)) = state.drills.of_service(&meant) {
                return Err(number);
            }
            let plan = Plan { service: meant, priority, announced, customers, starts: now + chance, lasts };
            Ok(vec![Event::Drill { at: now, by: Some(by), word: DrillWord::Planned { plan } }])
        };
        self.say_word(asking, Vec::new(), propose).await.map_err(|failed| match failed {
            Failed::Barred(number) => {
                let text = Text::key("error-drill-running").with("drill", Value::Code(number.to_string()));
                let doc = asking.refuse(text);
                doc.button(Text::key("button-drill-stop"), format!("drill stop {number}"), Weight::Secondary)
            }
            Failed::Store(doc) => *doc,
        })?;
        let state = self.journal().read().await;
        let number = state.drills.of_service(&service).map(|(number, _)| number);
        let number = number.ok_or_else(|| asking.refuse_key("error-not-stored"))?;
        let text = match within.is_zero() {
            true => Text::key("done-drill-begins"),
            false => Text::key("done-drill-within").with("within", Value::Duration(within)),
        };
        let text = text.with("drill", Value::Code(number.to_string()));
        let text = text.with("service", service_name(&state, &service)).with("lasts", Value::Duration(lasts));
        let doc = asking.say(text);
        Ok(Reply::Private(doc.button(
            Text::key("button-drill-stop"),
            format!("drill stop {number}"),
            Weight::Secondary,
        )))
    }

    async fn stop_drill(&self, asking: &Asking, named: Option<&str>) -> Outcome {
        let number = {
            let state = self.journal().read().await;
            let going: Vec<IncidentNumber> = going(&state).map(|(number, _)| number).collect();
            let named = named.and_then(|typed| typed.parse::<IncidentNumber>().ok());
            match (named, going.as_slice()) {
                (Some(number), _) if going.contains(&number) => number,
                (None, [only]) => *only,
                (None, [_, ..]) => return Err(offer(asking, &going)),
                _ => return Err(asking.refuse_key("error-drill-none")),
            }
        };
        let by = asking.person.clone();
        let propose = move |state: &State, now: Instant| -> Result<Vec<Event>, ()> {
            let going = going(state).any(|(known, _)| known == number);
            let word = DrillWord::Ended { drill: number, ending: Ending::Stopped };
            if going { Ok(vec![Event::Drill { at: now, by, word }]) } else { Err(()) }
        };
        self.say_word(asking, Vec::new(), propose).await.map_err(|failed| match failed {
            Failed::Barred(()) => asking.refuse_key("error-drill-none"),
            Failed::Store(doc) => *doc,
        })?;
        let text = Text::key("done-drill-stopped").with("drill", Value::Code(number.to_string()));
        Ok(Reply::Private(asking.say(text)))
    }

    async fn drills(&self, asking: &Asking, typed: Option<&str>, page: u32) -> Outcome {
        let state = self.journal().read().await;
        let zone = asking.locale.zone;
        let today = local_date(zone, asking.now);
        let typed = typed.filter(|typed| !typed.trim().is_empty());
        let period = match typed {
            None => Stretch::around(WindowKind::Quarter, today),
            Some(typed) => stretch::read(typed, today).ok_or_else(|| {
                asking.refuse(Text::key("error-period").with("typed", Value::Untrusted(typed.to_owned())))
            })?,
        };
        let dates = period.dates();
        let window = Interval::new(midnight(zone, dates.from), midnight(zone, dates.until));
        let period = Value::Period { period: period.period(), full: true };
        let mut doc = asking.say(Text::key("drills-head").with("period", period));
        let lines: Vec<Line> = going(&state)
            .filter(|(_, drill)| may_know(asking, drill))
            .map(|(number, drill)| going_line(&state, number, drill))
            .collect();
        if !lines.is_empty() {
            doc = doc.block(Block::Heading(Text::key("drills-going").into())).block(Block::List(lines));
        }
        let all = drills(&state, None, None, window, asking.now);
        let over: Vec<Line> = all.iter().filter_map(|result| over_line(&state, asking, result)).collect();
        doc = if over.is_empty() { doc.line(Text::key("drills-none")) } else { doc.block(Block::List(over)) };
        doc.footer = Text::from(Value::Zone).into();
        let words = ["drill", "list"].into_iter().chain(typed);
        let command = shlex::try_join(words).unwrap_or_else(|_| "drill list".to_owned());
        Ok(Reply::Pages { doc, number: page, command })
    }
}

/// Those that run or are to come.
fn going(state: &State) -> impl Iterator<Item = (IncidentNumber, &Drill)> {
    state.drills.all().filter(|(_, drill)| drill.is_running() || drill.is_coming())
}

/// One that nobody is told of beforehand is known to those who planned it, and to managers.
fn may_know(asking: &Asking, drill: &Drill) -> bool {
    drill.plan.announced
        || drill.is_running()
        || asking.person.as_ref() == Some(&drill.by)
        || asking.rights.roles.contains(&Role::Manager)
}

fn offer(asking: &Asking, going: &[IncidentNumber]) -> Doc {
    let doc = asking.say(Text::key("choose-drill"));
    going.iter().take(choose::OFFERED).fold(doc, |doc, number| {
        doc.button(Text::name(number.to_string()), format!("drill stop {number}"), Weight::Secondary)
    })
}

fn going_line(state: &State, number: IncidentNumber, drill: &Drill) -> Line {
    let text = match drill.began {
        Some(began) => Text::key("drill-line-running").with("since", began),
        None => Text::key("drill-line-coming").with("starts", drill.plan.starts),
    };
    let text = text.with("drill", Value::Code(number.to_string()));
    let text = text.with("service", service_name(state, &drill.plan.service));
    text.with("priority", Value::Name(drill.plan.priority.to_string())).into()
}

/// One that is over; none where nothing of it may be told here.
fn over_line(state: &State, asking: &Asking, result: &DrillResult) -> Option<Line> {
    let own = result.clocks.iter().filter(|clock| asking.scope.includes(&clock.agreement));
    let outcomes: Vec<Kept> = own.map(|clock| clock.outcome).collect();
    let all = matches!(&asking.scope, Scope::AllBut(withheld) if withheld.is_empty());
    if outcomes.is_empty() && !all {
        return None;
    }
    let of = |kept: Kept| count(outcomes.iter().filter(|known| **known == kept).count() as u64);
    let text = Text::key("drill-line-over").with("drill", Value::Code(result.drill.to_string()));
    let text = text.with("service", service_name(state, &result.service)).with("at", result.began);
    let text = text.with("priority", Value::Name(result.priority.to_string()));
    let text = text.with("met", of(Kept::Met)).with("late", of(Kept::Late));
    let text = text.with("undecided", of(Kept::Undecided));
    Some(vec![text, Text::mark(" · "), acknowledged(result), Text::mark(" · "), ending(result)])
}

/// The customers who see it: none, or the one named, who is told beforehand.
fn customers(
    state: &State,
    asking: &Asking,
    service: &ServiceId,
    wanted: Wanted<'_>,
) -> Result<BTreeSet<AgreementId>, Doc> {
    let covers = choose::in_force(state, asking);
    let own: Vec<AgreementId> = covers
        .into_iter()
        .filter(|(_, version)| version.terms.services.contains(service))
        .map(|(id, _)| id)
        .collect();
    if own.is_empty() {
        return Err(asking.refuse_key("error-drill-nothing-promised"));
    }
    let Some(named) = wanted.customer.filter(|named| !named.trim().is_empty()) else {
        return Ok(BTreeSet::new());
    };
    let one = choose::agreement(state, asking, &own, Some(named), &format!("drill {service}"))?;
    if !wanted.announced {
        return Err(asking.refuse_key("error-drill-unannounced"));
    }
    Ok(BTreeSet::from([one]))
}

fn priority(asking: &Asking, service: &ServiceId, typed: Option<&str>) -> Result<Priority, Doc> {
    if let Some(Ok(priority)) = typed.map(|typed| typed.trim().parse()) {
        return Ok(priority);
    }
    let doc = asking.say(Text::key("choose-drill-priority"));
    Err(Priority::ALL.into_iter().fold(doc, |doc, priority| {
        let line = format!("drill {service} {priority}");
        doc.button(Text::name(priority.to_string()), line, Weight::Secondary)
    }))
}

/// A length as it was typed, within its limits.
fn span(asking: &Asking, typed: Option<&str>, default: Span, least: Span, most: Span) -> Result<Span, Doc> {
    let Some(typed) = typed.filter(|typed| !typed.trim().is_empty()) else { return Ok(default) };
    let read = length(typed.trim()).filter(|span| least <= *span && *span <= most);
    read.ok_or_else(|| {
        let text = Text::key("error-drill-length").with("typed", Value::Untrusted(typed.to_owned()));
        asking.refuse(text.with("least", Value::Duration(least)).with("most", Value::Duration(most)))
    })
}

/// Some length below `within`, so that nobody knows the moment.
fn chance_of(within: Span) -> Result<Span, String> {
    if within.is_zero() {
        return Ok(Span::ZERO);
    }
    let chance = u64::from_le_bytes(random::<8>().map_err(|error| error.to_string())?)
        % within.micros().unsigned_abs();
    Ok(Span::from_micros(i64::try_from(chance).unwrap_or_default()))
}
