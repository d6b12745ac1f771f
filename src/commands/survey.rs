//! `/survey`: what can be asked, asking it now, ending it, and writing down what was told on the telephone.

use crate::clock::random;
use crate::commands::answer::{Failed, barred, no_round, own_rounds};
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose::{self, OFFERED};
use crate::commands::desk::Desk;
use crate::commands::near::near;
use crate::commands::spec::{Command, SurveyAction};
use crate::core::doc::{Block, Doc, Field, Line, Text, Value, Weight};
use crate::core::event::{AgreementId, Event, PersonId, SurveyId};
use crate::core::state::State;
use crate::core::survey::{Given, Identity, SurveyBook, Trigger};
use crate::core::time::Instant;
use crate::core::voice::{Barred, Respondent, Round, RoundNumber, Via, Word, stamp};
use crate::store::StoreError;
use crate::store::links::{MakeLinks, RevokeLinks};
use crate::store::people::{Role, Token};

/// At most so many links are made at once.
const MOST_LINKS: u32 = 25;

/// What was given beside the action.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// A survey, or a round of one.
    pub(super) what: Option<&'a str>,
    pub(super) customer: Option<&'a str>,
    pub(super) person: Option<&'a str>,
    pub(super) score: Option<&'a str>,
    pub(super) said: Option<&'a str>,
    pub(super) count: Option<u32>,
    pub(super) revoke: bool,
    /// Which period the results are of.
    pub(super) period: Option<&'a str>,
    pub(super) page: u32,
}

impl Desk {
    /// The commands about surveys and what they came to.
    pub(super) async fn surveying(&self, asking: &Asking, command: &Command) -> Outcome {
        match command {
            Command::Survey { action, what, customer, person, score, said, count, revoke, period, page } => {
                let wanted = Wanted {
                    what: what.as_deref(),
                    customer: customer.as_deref(),
                    person: person.as_deref(),
                    score: score.as_deref(),
                    said: said.as_deref(),
                    count: *count,
                    revoke: *revoke,
                    period: period.as_deref(),
                    page: *page,
                };
                self.survey(asking, *action, wanted).await
            }
            Command::Voice { customer, period, page } => {
                self.voice(asking, customer.as_deref(), period.as_deref(), *page).await
            }
            Command::Answer { round, value, filled } => {
                self.answer_survey(asking, *round, value.as_deref(), filled.clone()).await
            }
            Command::Comment { round, text, filled } => {
                self.comment(asking, *round, text, filled.as_ref()).await
            }
            _ => Ok(Reply::Nothing),
        }
    }

    /// `/survey [action] …`
    pub(super) async fn survey(
        &self,
        asking: &Asking,
        action: Option<SurveyAction>,
        wanted: Wanted<'_>,
    ) -> Outcome {
        match action.unwrap_or(SurveyAction::List) {
            SurveyAction::List => self.surveys(asking).await,
            SurveyAction::Send => self.send_survey(asking, wanted).await,
            SurveyAction::Close => self.close_survey(asking, wanted).await,
            SurveyAction::Results => self.results(asking, wanted).await,
            SurveyAction::Record => self.record_answer(asking, wanted).await,
            SurveyAction::Link => self.link_survey(asking, wanted).await,
            SurveyAction::Stop => self.opt(asking, true).await,
            SurveyAction::Start => self.opt(asking, false).await,
        }
    }

    async fn surveys(&self, asking: &Asking) -> Outcome {
        let state = self.journal().read().await;
        let mut doc = asking.say(Text::key("surveys-head"));
        if asking.as_operator() {
            let book = state.voice.book().map(|book| (**book).clone()).unwrap_or_default();
            let rows: Vec<Field> = book.keys().map(|id| survey_row(&state, asking, &book, id)).collect();
            doc = if rows.is_empty() {
                doc.line(Text::key("surveys-none"))
            } else {
                doc.block(Block::Fields(rows))
            };
        }
        let open: Vec<Line> =
            own_rounds(&state, asking).map(|(number, round)| round_line(&state, number, round)).collect();
        doc = if open.is_empty() {
            doc.line(Text::key("surveys-none-open"))
        } else {
            doc.block(Block::Heading(Text::key("surveys-open").into())).block(Block::List(open))
        };
        if !asking.as_operator() {
            for (number, _) in own_rounds(&state, asking).take(OFFERED) {
                let label: Line =
                    vec![Text::key("button-survey-answer"), Text::mark(" "), Text::name(number.to_string())];
                doc = doc.button(label, format!("answer {number}"), Weight::Primary);
            }
            let out = asking.person.as_ref().is_some_and(|person| state.voice.opted_out(person));
            let (key, command) = if out {
                ("button-survey-start", "survey start")
            } else {
                ("button-survey-stop", "survey stop")
            };
            doc = doc.button(Text::key(key), command, Weight::Secondary);
        }
        Ok(Reply::Private(doc))
    }

    /// `/survey send <survey> [customer]`
    async fn send_survey(&self, asking: &Asking, wanted: Wanted<'_>) -> Outcome {
        let (survey, agreement, open_for) = {
            let state = self.journal().read().await;
            let book = state.voice.book().map(|book| (**book).clone()).unwrap_or_default();
            let survey = choose_survey(asking, &book, wanted.what, "survey send")?;
            let terms = &book[&survey];
            let among: Vec<AgreementId> =
                choose::in_force(&state, asking).into_iter().map(|(id, _)| id).collect();
            let among: Vec<AgreementId> = among.into_iter().filter(|id| terms.concerns(id)).collect();
            let command = format!("survey send {survey}");
            let agreement = choose::agreement(&state, asking, &among, wanted.customer, &command)?;
            (survey, agreement, terms.open_for)
        };
        let by = asking.person.clone();
        let customer = agreement.clone();
        let propose = move |state: &State, now: Instant| -> Result<Vec<Event>, RoundNumber> {
            let running = state.voice.open_rounds().find(|(_, round)| {
                round.survey == survey && round.agreement == agreement && round.incident.is_none()
            });
            if let Some((number, _)) = running {
                return Err(number);
            }
            let stamp = Box::new(stamp(state, &agreement, None, now));
            let (round, closes) = (state.voice.next_round(), now + open_for);
            let word = Word::RoundOpened { round, survey, agreement, incident: None, closes, stamp };
            Ok(vec![Event::Voice { at: now, by, word: Box::new(word) }])
        };
        match self.say_word(asking, Vec::new(), propose).await {
            Ok(()) => {
                let state = self.journal().read().await;
                let name = choose::customer(&state, &customer);
                let doc = asking.say(Text::key("survey-sent").with("customer", Value::Name(name)));
                Ok(Reply::Private(doc))
            }
            Err(Failed::Barred(number)) => {
                let number = Value::Code(number.to_string());
                Err(asking.refuse(Text::key("survey-running").with("round", number)))
            }
            Err(Failed::Store(doc)) => Err(*doc),
        }
    }

    /// `/survey close SUR-7`
    async fn close_survey(&self, asking: &Asking, wanted: Wanted<'_>) -> Outcome {
        let number = self.round_named(asking, wanted.what, "survey close").await?;
        let by = asking.person.clone();
        let propose = move |state: &State, now: Instant| {
            let open = state.voice.round(number).is_some_and(|round| round.ended.is_none());
            let event = Event::Voice { at: now, by, word: Box::new(Word::Closed { round: number }) };
            if open { Ok(vec![event]) } else { Err(Barred::Closed) }
        };
        self.say_word(asking, Vec::new(), propose).await.map_err(|failed| match failed {
            Failed::Barred(why) => barred(asking, why),
            Failed::Store(doc) => *doc,
        })?;
        let text = Text::key("survey-ended").with("round", Value::Code(number.to_string()));
        Ok(Reply::Private(asking.say(text)))
    }

    /// `/survey record SUR-7 --score 4 [--person name] [--said …]`: what somebody said on the telephone.
    async fn record_answer(&self, asking: &Asking, wanted: Wanted<'_>) -> Outcome {
        let number = self.round_named(asking, wanted.what, "survey record").await?;
        let (given, respondent) = {
            let state = self.journal().read().await;
            let Some(round) = state.voice.round(number) else { return Err(no_round(asking, number)) };
            if round.identity == Identity::Anonymous {
                return Err(asking.refuse_key("survey-record-anonymous"));
            }
            let survey = state.voice.survey_at(&round.survey, round.opened);
            let Some(survey) = survey else { return Err(asking.refuse_key("error-not-read")) };
            let read = wanted.score.map(|score| survey.scored().map(|question| question.kind.read(score)));
            let Some(Some(Ok(first))) = read else { return Err(asking.refuse_key("survey-record-how")) };
            let mut given = vec![first];
            given.resize(survey.questions.len(), Given::Nothing);
            (given, self.told_by(asking, round, wanted.person)?)
        };
        let mut sealed = Vec::new();
        let mut texts = std::collections::BTreeMap::new();
        if let Some(text) = wanted.said.filter(|text| !text.trim().is_empty()) {
            let (kept, remark) = self.remark(asking, number, text).await?;
            sealed.push(kept);
            texts.insert(u32::try_from(given.len()).unwrap_or_default(), remark);
        }
        let by = asking.person.clone();
        let propose = move |state: &State, now: Instant| -> Result<Vec<Event>, Barred> {
            let round = state.voice.may_answer(number, &respondent, now)?;
            let stamp = Box::new(stamp(state, &round.agreement, round.incident, now));
            let respondent = Respondent::Other(respondent);
            let word = Word::Answered { round: number, respondent, via: Via::Telephone, given, texts, stamp };
            Ok(vec![Event::Voice { at: now, by, word: Box::new(word) }])
        };
        self.say_word(asking, sealed, propose).await.map_err(|failed| match failed {
            Failed::Barred(why) => barred(asking, why),
            Failed::Store(doc) => *doc,
        })?;
        Ok(Reply::Private(asking.say(Text::key("survey-recorded-telephone"))))
    }

    /// `/survey link SUR-7 [--count n | --revoke]`: a page for each of those who have no account, such as by e-mail.
    async fn link_survey(&self, asking: &Asking, wanted: Wanted<'_>) -> Outcome {
        let directory = self.directory().get();
        if directory.config.settings.platforms.web.is_none() {
            return Err(asking.refuse_key("survey-link-no-web"));
        }
        let number = self.round_named(asking, wanted.what, "survey link").await?;
        if wanted.revoke {
            return self.revoke_links(asking, number).await;
        }
        let (expires, anonymous) = {
            let state = self.journal().read().await;
            let round = state.voice.round(number).filter(|round| round.is_open(asking.now));
            let round = round.ok_or_else(|| barred(asking, Barred::Closed))?;
            (round.closes, round.identity == Identity::Anonymous)
        };
        let count = wanted.count.unwrap_or(1);
        if !(1..=MOST_LINKS).contains(&count) {
            return Err(asking.refuse(Text::key("survey-link-count").with("most", i64::from(MOST_LINKS))));
        }
        let tokens: Result<Vec<Token>, StoreError> = (0..count).map(|_| Token::new()).collect();
        let made = async {
            let tokens = tokens?;
            let secrets: Vec<String> = tokens.iter().map(|token| token.secret.clone()).collect();
            self.store().write(MakeLinks { round: number, tokens, expires, anonymous }).await?;
            Ok::<_, StoreError>(secrets)
        };
        let secrets = made.await.map_err(|error| {
            tracing::error!(%error, "no links to a survey could be made");
            asking.refuse_key("error-not-stored")
        })?;
        let base = directory.config.settings.server.public_url.trim_end_matches('/').to_owned();
        let links = secrets
            .into_iter()
            .map(|secret| Text::Value(Value::Code(format!("{base}/survey/{secret}"))).into());
        let doc =
            asking.say(Text::key("survey-links").with("count", i64::from(count)).with("until", expires));
        Ok(Reply::Once(doc.block(Block::List(links.collect()))))
    }

    async fn revoke_links(&self, asking: &Asking, number: RoundNumber) -> Outcome {
        let revoked = self.store().write(RevokeLinks(number)).await.map_err(|error| {
            tracing::error!(%error, "links to a survey could not be revoked");
            asking.refuse_key("error-not-stored")
        })?;
        let count = i64::try_from(revoked).unwrap_or(i64::MAX);
        let text = Text::key("survey-links-revoked").with("count", count);
        Ok(Reply::Private(asking.say(text.with("round", Value::Code(number.to_string())))))
    }

    /// Who said it: a representative by name, or somebody whom Upheld does not know.
    fn told_by(&self, asking: &Asking, round: &Round, named: Option<&str>) -> Result<PersonId, Doc> {
        let directory = self.directory().get();
        let role = Role::Customer(round.agreement.clone());
        let own: Vec<_> = directory.people.values().filter(|person| person.roles.contains(&role)).collect();
        let Some(named) = named.filter(|named| !named.trim().is_empty()) else {
            let unknown = random::<16>().map_err(|error| {
                tracing::error!(%error, "no random numbers");
                asking.refuse_key("error-not-stored")
            })?;
            return Ok(PersonId(hex::encode(unknown)));
        };
        let wanted = named.trim().to_lowercase();
        let mut found = own.iter().filter(|person| {
            person.name.to_lowercase() == wanted
                || (wanted.len() >= 4 && person.id.as_str().starts_with(&wanted))
        });
        match (found.next(), found.next()) {
            (Some(person), None) => Ok(person.id.clone()),
            _ => {
                let names = own.iter().map(|person| Value::Untrusted(person.name.clone())).collect();
                let text = Text::key("survey-record-who").with("person", Value::Untrusted(named.to_owned()));
                Err(asking.refuse(text.with("people", Value::List(names))))
            }
        }
    }

    async fn round_named(
        &self,
        asking: &Asking,
        what: Option<&str>,
        command: &str,
    ) -> Result<RoundNumber, Doc> {
        let state = self.journal().read().await;
        let typed = what.map(|what| what.parse::<RoundNumber>());
        if let Some(Ok(number)) = typed {
            let known = state.voice.round(number).filter(|round| asking.scope.includes(&round.agreement));
            return known.map(|_| number).ok_or_else(|| no_round(asking, number));
        }
        let mut doc = asking.say(Text::key("choose-round"));
        for (number, round) in own_rounds(&state, asking).take(OFFERED) {
            let label = round_line(&state, number, round);
            doc = doc.button(label, format!("{command} {number}"), Weight::Secondary);
        }
        Err(if doc.buttons.is_empty() { asking.refuse_key("error-no-open-round") } else { doc })
    }
}

/// The survey that is meant, or those there are.
pub(super) fn choose_survey(
    asking: &Asking,
    book: &SurveyBook,
    named: Option<&str>,
    command: &str,
) -> Result<SurveyId, Doc> {
    let instead = |id: &SurveyId| format!("{command} {id}");
    let label = |id: &SurveyId| Text::Value(Value::Localized(book[id].title.clone()));
    let Some(named) = named.filter(|named| !named.trim().is_empty()) else {
        if book.is_empty() {
            return Err(asking.refuse_key("surveys-none"));
        }
        let doc = asking.say(Text::key("choose-survey"));
        return Err(book
            .keys()
            .take(OFFERED)
            .fold(doc, |doc, id| doc.button(label(id), instead(id), Weight::Secondary)));
    };
    let wanted = named.trim().to_lowercase();
    let known = book.iter().find(|(id, survey)| {
        id.as_str().to_lowercase() == wanted
            || survey.title.values().any(|title| title.to_lowercase() == wanted)
    });
    known.map(|(id, _)| id.clone()).ok_or_else(|| {
        let names = book.keys().map(|id| Value::Code(id.to_string())).collect();
        let text = Text::key("error-no-survey").with("survey", Value::Untrusted(named.to_owned()));
        let doc = asking.refuse(text.with("surveys", Value::List(names)));
        let nearest = near(named, book.keys().map(|id| (id.to_string(), id)));
        nearest.into_iter().fold(doc, |doc, id| doc.button(label(id), instead(id), Weight::Primary))
    })
}

fn survey_row(state: &State, asking: &Asking, book: &SurveyBook, id: &SurveyId) -> Field {
    let survey = &book[id];
    let name = vec![
        Value::Localized(survey.title.clone()).into(),
        Text::mark(" · "),
        Text::Value(Value::Code(id.to_string())),
    ];
    let value = match &survey.trigger {
        Trigger::Command => Text::key("survey-by-command"),
        Trigger::Incident { .. } => Text::key("survey-after-incidents"),
        Trigger::Schedule { .. } => {
            let agreements = asking.agreements(state).into_iter();
            let next =
                agreements.filter_map(|agreement| state.ledger.voice.next_scheduled(id, &agreement)).min();
            next.map_or_else(|| Text::key("survey-never"), |next| Text::key("survey-next").with("at", next))
        }
    };
    Field { name, verdict: None, value: value.into() }
}

/// `SUR-7 · After an incident · Acme GmbH · 2 of 3 answered`
fn round_line(state: &State, number: RoundNumber, round: &Round) -> Line {
    let title = state.voice.survey_at(&round.survey, round.opened).map(|survey| survey.title.clone());
    let mut line: Line = vec![Text::name(number.to_string())];
    line.extend(title.into_iter().flat_map(|title| [Text::mark(" · "), Value::Localized(title).into()]));
    line.extend([Text::mark(" · "), Text::name(choose::customer(state, &round.agreement))]);
    if round.identity != Identity::Anonymous {
        let (answered, asked) = round.response();
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        line.push(Text::mark(" · "));
        line.push(Text::key("survey-response").with("answered", count(answered)).with("asked", count(asked)));
    }
    line
}
