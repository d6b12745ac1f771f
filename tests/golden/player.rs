//! Plays the year: every happening in its order through the one door of the core, with everything that falls due
//! decided at its moment, reviews issued as they become ready, and a stretch in which nothing was running.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use upheld::core::decide;
use upheld::core::event::{Act, Entry, Event, IncidentNumber, PersonId, Prose, ProseId, ServiceId};
use upheld::core::review;
use upheld::core::state::State;
use upheld::core::time::{Instant, Span};
use upheld::core::voice;

use super::customers::CUSTOMERS;
use super::terms::{review_book, service_book, survey_book, versions};
use super::{AWAY, END, Issuing, day, troubles, voices};

/// Something that happens at a moment that is known before.
pub enum What {
    Event(Event),
    /// Somebody does something about the incident of a service that was numbered last.
    Act {
        service: ServiceId,
        by: PersonId,
        act: Box<dyn Fn(IncidentNumber) -> Act>,
    },
}

/// What is still to happen, in order.
#[derive(Default)]
pub struct Plan {
    queue: BTreeMap<(Instant, u32), What>,
    added: u32,
    /// What arrived only after Upheld was there again.
    late: i64,
    texts: BTreeMap<ProseId, String>,
}

impl Plan {
    /// While nothing runs nobody can say anything; only monitors keep their words and bring them later.
    pub fn add(&mut self, at: Instant, what: What) {
        let (mut at, mut what) = (at, what);
        if AWAY.0 <= at && at < AWAY.1 {
            let What::Event(Event::Signals { received, .. }) = &mut what else { return };
            self.late += 1;
            at = AWAY.1 + Span::from_seconds(self.late);
            *received = at;
        }
        self.added += 1;
        self.queue.insert((at, self.added), what);
    }

    /// Keeps a text, and gives what the journal has of it.
    pub fn prose(&mut self, text: &str) -> Prose {
        let id = ProseId::new(format!("text-{}", self.texts.len() + 1));
        let sha256 = hex::encode(Sha256::digest(format!("{id}: {text}")));
        self.texts.insert(id.clone(), text.to_owned());
        Prose { id, sha256 }
    }
}

/// The year as it was played.
pub struct Year {
    pub state: State,
    pub entries: Vec<Entry>,
    /// What people wrote.
    pub texts: BTreeMap<ProseId, String>,
    pub notices: usize,
}

/// Plays the whole year; reviews are issued with what `issue` says.
pub fn play(issue: Issuing<'_>) -> Year {
    let mut player = Player {
        state: State::default(),
        entries: Vec::new(),
        notices: 0,
        plan: Plan::default(),
        issue,
        latest: BTreeMap::new(),
    };
    player.agree();
    troubles::heard(&mut player.plan);
    troubles::all(&mut player.plan);
    voices::letters(&mut player.plan);
    player.run();
    let Player { state, entries, notices, plan, .. } = player;
    Year { state, entries, texts: plan.texts, notices }
}

struct Player<'a> {
    state: State,
    entries: Vec<Entry>,
    notices: usize,
    plan: Plan,
    issue: Issuing<'a>,
    latest: BTreeMap<ServiceId, IncidentNumber>,
}

impl Player<'_> {
    /// The files of the beginning, and the later versions of the terms.
    fn agree(&mut self) {
        let start = day(-2);
        let sha256 = || "golden".to_owned();
        let services = Box::new(service_book());
        let surveys = Box::new(survey_book());
        let reviews = Box::new(review_book());
        self.append(start, Event::ServicesAdopted { effective: start, sha256: sha256(), book: services });
        self.append(start, Event::SurveysAdopted { effective: start, sha256: sha256(), book: surveys });
        for customer in &CUSTOMERS {
            for (number, (effective, terms)) in (1..).zip(versions(customer)) {
                let event = Event::TermsAdopted {
                    agreement: customer.agreement(),
                    version: number,
                    effective,
                    sha256: format!("{}-{number}", customer.id),
                    terms: Box::new(terms),
                };
                match number {
                    1 => self.append(start, event),
                    _ => self.plan.add(effective - Span::from_days(1), What::Event(event)),
                }
            }
        }
        self.append(start, Event::ReviewsAdopted { effective: start, sha256: sha256(), book: reviews });
    }

    fn run(&mut self) {
        while let Some(((at, _), what)) = self.plan.queue.pop_first() {
            if at >= END {
                break;
            }
            let planned = self.plan.added;
            self.until(at);
            if self.plan.added != planned {
                // What fell due led to something that comes before.
                let earlier = self.plan.queue.first_key_value().is_some_and(|((first, _), _)| *first < at);
                if earlier {
                    self.plan.queue.insert((at, 0), what);
                    continue;
                }
            }
            match what {
                What::Event(event) => self.append(at, event),
                What::Act { service, by, act } => {
                    if let Some(incident) = self.latest.get(&service) {
                        let act = act(*incident);
                        self.append(at, Event::Act { at, by, act });
                    }
                }
            }
        }
        self.until(END);
    }

    /// Lets time pass, deciding everything when it falls due; what falls due while nothing runs waits.
    fn until(&mut self, moment: Instant) {
        while let Some(due) = decide::next_due(&self.state).filter(|due| *due <= moment) {
            let mut at = self.state.now.map_or(due, |now| now.max(due));
            if AWAY.0 <= at && at < AWAY.1 {
                at = AWAY.1;
            }
            self.append(at, Event::Tick { at });
        }
    }

    /// Takes an event and whatever follows from it, and issues what has become ready.
    fn append(&mut self, recorded: Instant, event: Event) {
        let mut waiting = vec![(None, event)];
        while !waiting.is_empty() {
            let (id, event) = waiting.remove(0);
            let sequence = self.state.sequence + 1;
            let id = id.unwrap_or_else(|| format!("golden/{sequence}"));
            let entry = Entry { sequence, id, recorded, event };
            let step = decide::step(&mut self.state, &entry);
            self.notices += step.notices.len();
            self.listen(&entry);
            self.entries.push(entry);
            waiting.splice(0..0, step.follow.into_iter().map(|(id, event)| (Some(id), event)));
            if waiting.is_empty() {
                waiting.extend(self.ready(recorded));
            }
        }
    }

    /// The first review that has become ready.
    fn ready(&mut self, now: Instant) -> Option<(Option<String>, Event)> {
        let ready: BTreeSet<_> = self
            .state
            .reviews
            .drafts()
            .filter(|(_, review)| review.is_ready(now))
            .map(|(number, _)| number)
            .collect();
        ready.into_iter().find_map(|number| {
            let word = (self.issue)(&self.state, number, now)?;
            let event = Event::Review { at: now, by: None, word: Box::new(word) };
            Some((Some(format!("review/{}/issued", number.0)), event))
        })
    }

    /// What people do because of what they hear.
    fn listen(&mut self, entry: &Entry) {
        let at = entry.recorded;
        match &entry.event {
            Event::Numbered { incident, service, .. } => {
                self.latest.insert(service.clone(), *incident);
            }
            Event::Voice { word, .. } => match &**word {
                voice::Word::RoundOpened { round, .. } => {
                    voices::round_opened(&mut self.plan, &self.state, *round, at);
                }
                voice::Word::Closed { round } => {
                    voices::round_closed(&mut self.plan, &self.state, *round, at);
                }
                _ => {}
            },
            Event::Review { word, .. } => match &**word {
                review::Word::Drafted { review, .. } => {
                    voices::drafted(&mut self.plan, &self.state, *review, at);
                }
                review::Word::Issued { review, revision, .. } => {
                    let known = self.state.reviews.review(*review);
                    if let Some(agreement) = known.and_then(|known| known.subject.agreement()).cloned() {
                        voices::issued(&mut self.plan, &agreement, *review, *revision, at);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
}
