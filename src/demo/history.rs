//! Some months of an ordinary life, folded and journalled like any other: what `/status`, the trend and `/why`
//! speak of when the story begins. The same history every time, but for its dates.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::customers::{Customers, LETTERS};
use super::work;
use crate::app::{changes, introduce};
use crate::config::{Config, Person, Role};
use crate::core::decide;
use crate::core::event::{
    Act, CauseCategory, Entry, Event, IncidentNumber, PersonId, ServiceId, Severity, Signal, SignalStatus,
};
use crate::core::review::compose::{Given, issue};
use crate::core::state::State;
use crate::core::time::{Instant, Span};
use crate::journal::{BUILD, TZDB};
use crate::store::Store;
use crate::store::commit::Commit;
use crate::store::prose::Sealed;

/// How far the history reaches back.
const MONTHS: i64 = 4;
/// Entries in one transaction.
const AT_ONCE: usize = 2_000;

/// An outage as the history tells it: days before now, minute of the day, and how it went, in minutes.
struct Outage {
    days_ago: i64,
    minute: i64,
    service: &'static str,
    job: &'static str,
    alert: &'static str,
    summary: &'static str,
    severity: Severity,
    /// Until somebody took it; none for what passed by itself.
    taken_after: Option<i64>,
    lasted: i64,
    update: Option<&'static str>,
}

const fn outage(
    days_ago: i64,
    minute: i64,
    service: &'static str,
    job: &'static str,
    severity: Severity,
    taken_after: Option<i64>,
    lasted: i64,
) -> Outage {
    let (alert, summary) = match severity {
        Severity::Critical => ("CheckoutErrorsHigh", "5xx ratio above 5 %"),
        _ => ("LatencyHigh", "p95 latency above 800 ms"),
    };
    Outage { days_ago, minute, service, job, alert, summary, severity, taken_after, lasted, update: None }
}

/// What happened. Kept short enough to be read, and rich enough for every figure to have something behind it.
fn outages() -> Vec<Outage> {
    use Severity::{Critical, Warning};
    let updated = |outage: Outage, text| Outage { update: Some(text), ..outage };
    vec![
        outage(112, 541, "checkout", "checkout-web", Critical, Some(6), 11),
        outage(103, 182, "login", "auth", Critical, Some(12), 14),
        updated(
            outage(97, 845, "checkout", "payments", Critical, Some(9), 21),
            "The payment provider confirmed a fault on its side; traffic runs over the second route.",
        ),
        outage(88, 377, "search", "search", Warning, Some(25), 63),
        outage(83, 1210, "checkout", "checkout-web", Critical, Some(4), 7),
        outage(75, 64, "login", "auth", Critical, Some(21), 33),
        outage(69, 733, "api", "api", Critical, Some(8), 16),
        updated(
            outage(61, 612, "checkout", "checkout-worker", Critical, Some(7), 9),
            "A release was rolled back; orders go through again.",
        ),
        outage(54, 1004, "search", "search", Warning, None, 12),
        outage(47, 155, "checkout", "payments", Critical, Some(11), 13),
        outage(41, 890, "login", "auth", Critical, Some(5), 6),
        outage(35, 480, "api", "api", Critical, Some(14), 27),
        outage(29, 1333, "checkout", "checkout-web", Critical, Some(8), 10),
        outage(24, 208, "search", "search", Warning, Some(18), 44),
        outage(17, 371, "checkout", "checkout-web", Critical, None, 3),
        outage(15, 940, "login", "auth", Critical, Some(6), 8),
        updated(
            outage(9, 840, "checkout", "payments", Critical, Some(13), 5),
            "Some card payments were refused for five minutes; all is well again.",
        ),
        outage(4, 130, "api", "api", Critical, Some(9), 12),
        outage(2, 671, "checkout", "checkout-web", Critical, Some(7), 4),
    ]
}

/// Writes the history and returns what is so at its end.
///
/// # Errors
/// Those of the database.
pub async fn write(store: &Store, config: &Config, now: Instant) -> Result<State> {
    let start = now - Span::from_days(MONTHS * 30);
    let customers = people(store, config, now).await?;
    let (state, entries, prose) = (State::default(), Vec::new(), Vec::new());
    let mut writer = Writer { store, config, state, entries, prose, customers };
    for (index, event) in changes(config, &writer.state, start).into_iter().enumerate() {
        writer.append(start, format!("history/configuration/{index}"), event);
    }
    let mut happenings = happenings(start, now);
    happenings.extend(work::happenings(start, now));
    happenings.sort_by_key(|(at, _)| *at);
    for (index, (at, what)) in happenings.into_iter().enumerate() {
        writer.until(at);
        writer.asked(at)?;
        writer.happen(at, index, what)?;
        if writer.entries.len() >= AT_ONCE {
            writer.commit(at).await?;
        }
    }
    writer.until(now);
    writer.asked(now)?;
    writer.work(now, What::Day)?;
    writer.commit(now).await?;
    Ok(writer.state)
}

/// The people of the history, whom the configuration introduces: the operator, and who speaks for each customer.
async fn people(store: &Store, config: &Config, now: Instant) -> Result<Customers> {
    introduce(store, config, now).await?;
    let [anna, ben, maria] =
        [staff(store, config, "anna"), staff(store, config, "ben"), staff(store, config, "maria")];
    let (anna, ben, maria) = (anna.await?, ben.await?, maria.await?);
    let mut people = BTreeMap::new();
    for person in config.people.values().filter(|person| person.role == Role::Customer) {
        let id = known(store, person).await?;
        people.extend(
            id.into_iter().flat_map(|id| {
                person.agreements.iter().map(move |agreement| (agreement.clone(), id.clone()))
            }),
        );
    }
    Ok(Customers { anna, ben, maria, people })
}

async fn staff(store: &Store, config: &Config, name: &str) -> Result<PersonId> {
    let Some(person) = config.people.get(name) else { bail!("the examples have lost {name}") };
    let Some(id) = known(store, person).await? else { bail!("{name} has no account") };
    Ok(id)
}

async fn known(store: &Store, person: &Person) -> Result<Option<PersonId>> {
    for account in &person.accounts {
        if let Some(id) = store.person_of(account).await? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    Alive,
    Fires(usize),
    Taken(usize),
    Updated(usize),
    Ends(usize),
    Cause(usize),
    Letter(usize),
    Reply(usize),
    /// The provider looks through what is to be done.
    Day,
    Item(usize),
    Risk,
    Mitigated,
    Drill,
    DrillTaken,
    DrillDone,
}

fn happenings(start: Instant, now: Instant) -> Vec<(Instant, What)> {
    let mut all = Vec::new();
    let mut at = start;
    while at < now {
        all.push((at, What::Alive));
        // One evening the monitor itself was away for half an hour: that time has no data.
        let gap = now - Span::from_days(12);
        at = at
            + if (gap - at).seconds().abs() < 300 { Span::from_minutes(32) } else { Span::from_minutes(5) };
    }
    all.push((now, What::Alive));
    for (index, (days_ago, ..)) in LETTERS.iter().enumerate() {
        let at = now - Span::from_days(*days_ago);
        all.extend([(at, What::Letter(index)), (at + Span::from_hours(20), What::Reply(index))]);
    }
    for (index, outage) in outages().iter().enumerate() {
        let began = began(outage, now);
        all.push((began, What::Fires(index)));
        all.extend(outage.taken_after.map(|after| (began + Span::from_minutes(after), What::Taken(index))));
        let update = outage
            .update
            .map(|_| (began + Span::from_minutes(outage.taken_after.unwrap_or(0) + 2), What::Updated(index)));
        all.extend(update);
        all.push((began + Span::from_minutes(outage.lasted), What::Ends(index)));
        all.push((began + Span::from_minutes(outage.lasted + 20), What::Cause(index)));
    }
    all
}

fn began(outage: &Outage, now: Instant) -> Instant {
    let midnight = Instant::from_seconds(now.micros().div_euclid(86_400_000_000) * 86_400);
    midnight - Span::from_days(outage.days_ago) + Span::from_minutes(outage.minute)
}

pub(super) struct Writer<'a> {
    store: &'a Store,
    pub(super) config: &'a Config,
    pub(super) state: State,
    entries: Vec<Entry>,
    prose: Vec<Sealed>,
    pub(super) customers: Customers,
}

impl Writer<'_> {
    pub(super) fn append(&mut self, recorded: Instant, id: String, event: Event) {
        let mut waiting = vec![(id, event)];
        while !waiting.is_empty() {
            let (id, event) = waiting.remove(0);
            let entry = Entry { sequence: self.state.sequence + 1, id, recorded, event };
            let step = decide::step(&mut self.state, &entry);
            self.entries.push(entry);
            waiting.splice(0..0, step.follow);
        }
    }

    /// Lets time pass, deciding everything when it falls due.
    fn until(&mut self, moment: Instant) {
        while let Some(due) = decide::next_due(&self.state).filter(|due| *due <= moment) {
            let id = format!("history/tick/{}", self.state.sequence);
            let at = self.state.now.map_or(due, |known| known.max(due));
            self.append(at, id, Event::Tick { at });
            self.issue(at);
        }
    }

    /// Issues the reviews that have just fallen due, as the running program does.
    fn issue(&mut self, at: Instant) {
        let ready = self.state.reviews.drafts().filter(|(_, review)| review.is_ready(at));
        for number in ready.map(|(number, _)| number).collect::<Vec<_>>() {
            let themes = self.config.themes.names();
            let given = Given { build: BUILD.into(), tzdb: TZDB.into(), themes, ..Given::default() };
            if let Some(event) = issue(&self.state, number, &given, at) {
                self.append(at, format!("review/{}/issued/1", number.0), event);
            }
        }
    }

    fn happen(&mut self, at: Instant, index: usize, what: What) -> Result<()> {
        let id = format!("history/{index}");
        let alertmanager = || "alertmanager".into();
        let event = match what {
            What::Alive => Event::Heard { integration: alertmanager(), at, heartbeat: true },
            What::Fires(outage) => signals(outage, at, SignalStatus::Firing, None),
            What::Ends(outage) => signals(outage, at, SignalStatus::Resolved, Some(at)),
            What::Taken(outage) => match self.number(outage, at) {
                Some(incident) => self.act(at, Act::Acknowledged { incident }),
                None => return Ok(()),
            },
            What::Updated(outage) => match (self.number(outage, at), outages()[outage].update) {
                (Some(incident), Some(text)) => {
                    let text = self.seal(text, at)?;
                    self.act(at, Act::Updated { incident, agreement: None, text })
                }
                _ => return Ok(()),
            },
            What::Cause(outage) => match self.number(outage, at) {
                Some(incident) => {
                    let category =
                        [CauseCategory::Change, CauseCategory::Supplier, CauseCategory::Capacity][outage % 3];
                    self.act(at, Act::Caused { incident, category, internal: None, customer: None })
                }
                None => return Ok(()),
            },
            What::Letter(letter) => return self.letter(at, letter),
            What::Reply(letter) => return self.reply(at, letter),
            working => return self.work(at, working),
        };
        self.append(at, id, event);
        Ok(())
    }

    fn act(&self, at: Instant, act: Act) -> Event {
        Event::Act { at, by: self.customers.anna.clone(), act }
    }

    pub(super) fn seal(&mut self, text: &str, at: Instant) -> Result<crate::core::event::Prose> {
        let sealed = Sealed::new(text, at)?;
        let reference = sealed.reference();
        self.prose.push(sealed);
        Ok(reference)
    }

    fn number(&self, outage: usize, at: Instant) -> Option<IncidentNumber> {
        let service = ServiceId::new(outages()[outage].service);
        self.state.incidents(&service, at).pop()?.number()
    }

    async fn commit(&mut self, now: Instant) -> Result<()> {
        let entries = std::mem::take(&mut self.entries);
        self.store
            .commit(Commit { entries, prose: std::mem::take(&mut self.prose), ..Commit::at(now) })
            .await?;
        Ok(())
    }
}

fn signals(outage: usize, at: Instant, status: SignalStatus, ended: Option<Instant>) -> Event {
    let told = &outages()[outage];
    let started = ended.map_or(at, |at| at - Span::from_minutes(told.lasted));
    let labels = [("alertname", told.alert), ("job", told.job), ("service", told.service)];
    let signal = Signal {
        key: format!("history-{outage}"),
        status,
        severity: told.severity,
        started: Some(started),
        ended,
        summary: told.summary.to_owned(),
        labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        links: Vec::new(),
    };
    Event::Signals { integration: "alertmanager".into(), received: at, signals: vec![signal] }
}
