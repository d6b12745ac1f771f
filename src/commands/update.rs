//! `/update`: what the customer will read, shown exactly so before it is sent.

use serde::{Deserialize, Serialize};

use crate::announce::view::customer_view;
use crate::clock::random;
use crate::commands::acts::{covering, text_of, whom};
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::desk::Desk;
use crate::commands::preview::preview;
use crate::core::doc::{Text, Value, Weight};
use crate::core::event::{Act, AgreementId, IncidentNumber, PersonId, Prose};
use crate::core::incident::Incident;
use crate::core::notice::{customer, forms};
use crate::store::StoreError;
use crate::store::inbound::SetMark;
use crate::store::prose::{KeepProse, Sealed};

/// The mark under which a draft waits for its press.
const DRAFT: &str = "draft";

/// What a draft is, apart from its words.
#[derive(Serialize, Deserialize)]
struct Draft {
    incident: IncidentNumber,
    /// One customer, or all.
    agreement: Option<AgreementId>,
    text: Prose,
    /// Who wrote it, so that it can be forgotten with them.
    #[serde(default)]
    by: Option<PersonId>,
}

/// What `/update` was given.
#[derive(Debug)]
pub struct Wanted<'a> {
    pub words: &'a [String],
    pub filled: Option<&'a String>,
    pub customer: Option<&'a str>,
    pub draft: Option<&'a str>,
    pub again: bool,
    pub page: Option<u32>,
}

impl Desk {
    /// A form, a preview, or the update itself, as far as the command says.
    pub async fn update(
        &self,
        asking: &Asking,
        named: Option<IncidentNumber>,
        wanted: Wanted<'_>,
    ) -> Outcome {
        let (incident, number, agreement) = {
            let state = self.journal().read().await;
            let incident = choose::attended(&state, asking, named, "update")?;
            let number = incident.number().ok_or_else(|| asking.refuse_key("error-nothing-open"))?;
            let among = covering(&state, asking, &incident);
            let agreement = match wanted.customer.filter(|named| !named.is_empty()) {
                Some(named) => {
                    let command = format!("update {number}");
                    Some(choose::agreement(&state, asking, &among, Some(named), &command)?)
                }
                None => None,
            };
            (incident, number, agreement)
        };
        if let Some(token) = wanted.draft {
            let draft = self.draft(asking, number, token).await?;
            return match (wanted.again, wanted.page) {
                (true, _) => self.write_again(asking, &incident, number, draft).await,
                (false, Some(page)) => self.show_draft(asking, &incident, number, token, &draft, page).await,
                (false, None) => self.send_update(asking, number, token, draft).await,
            };
        }
        let Some(text) = text_of(wanted.words, wanted.filled) else {
            let state = self.journal().read().await;
            let whom = whom(&state, asking, &incident, agreement.as_ref());
            return Ok(Reply::Form(forms::update(number, &whom, None)));
        };
        let (sealed, text) = self.seal(asking, &text)?;
        let draft = Draft { incident: number, agreement, text, by: asking.person.clone() };
        let token = self.keep_draft(sealed, &draft).await.map_err(|error| {
            tracing::error!(%error, "a draft could not be kept");
            asking.refuse_key("error-not-stored")
        })?;
        self.show_draft(asking, &incident, number, &token, &draft, 1).await
    }

    async fn keep_draft(&self, sealed: Sealed, draft: &Draft) -> Result<String, StoreError> {
        let value =
            serde_json::to_string(draft).map_err(|error| StoreError::Unintelligible(error.to_string()))?;
        let chance = random::<8>()
            .map_err(|error| StoreError::Conflict(format!("the system gives no random numbers: {error}")))?;
        let token = hex::encode(chance);
        self.store().write(KeepProse(sealed)).await?;
        self.store().write(SetMark { name: format!("{DRAFT}/{token}"), value }).await?;
        Ok(token)
    }

    async fn draft(
        &self,
        asking: &Asking,
        number: IncidentNumber,
        token: &str,
    ) -> Result<Draft, crate::core::doc::Doc> {
        let kept = self.store().mark(&format!("{DRAFT}/{token}")).await.ok().flatten();
        let draft: Option<Draft> = kept.and_then(|kept| serde_json::from_str(&kept).ok());
        let draft = draft.filter(|draft| draft.incident == number);
        draft.ok_or_else(|| asking.refuse_key("error-draft-gone"))
    }

    /// The form again, with what was written before.
    async fn write_again(
        &self,
        asking: &Asking,
        incident: &Incident,
        number: IncidentNumber,
        draft: Draft,
    ) -> Outcome {
        let written = self.store().prose(std::slice::from_ref(&draft.text.id)).await.unwrap_or_default();
        let state = self.journal().read().await;
        let whom = whom(&state, asking, incident, draft.agreement.as_ref());
        Ok(Reply::Form(forms::update(number, &whom, written.into_values().next())))
    }

    /// The card as one customer will read it; where there are several, each on a page of its own.
    async fn show_draft(
        &self,
        asking: &Asking,
        incident: &Incident,
        number: IncidentNumber,
        token: &str,
        draft: &Draft,
        page: u32,
    ) -> Outcome {
        let directory = self.directory().get();
        let state = self.journal().read().await;
        let receivers: Vec<AgreementId> = match &draft.agreement {
            Some(agreement) => vec![agreement.clone()],
            None => covering(&state, asking, incident),
        };
        let pages = u32::try_from(receivers.len()).unwrap_or(u32::MAX);
        let page = page.clamp(1, pages.max(1));
        let receiver = receivers.get(page as usize - 1);
        let receiver = receiver.ok_or_else(|| asking.refuse_key("error-no-customer-reads"))?;
        let view = customer_view(&state, incident, receiver, asking.now);
        let mut view = view.ok_or_else(|| asking.refuse_key("error-no-agreement"))?;
        view.last_update = Some((asking.now, draft.text.id.clone()));
        let mut shown = preview(&state, &directory, asking, receiver, customer::card(&view));
        if !state.told(number).is_published(number, receiver) && state.may_be_told(number, receiver) {
            let text = Text::key("preview-publishes");
            let name = Value::Name(choose::customer(&state, receiver));
            shown.frame = shown.frame.line(text.with("customer", name));
        }
        let line = format!("update {number} --draft={token}");
        shown.frame = shown.frame.button(Text::key("button-send"), line.clone(), Weight::Primary).button(
            Text::key("button-change"),
            format!("{line} --again"),
            Weight::Secondary,
        );
        if pages > 1 {
            let of =
                Text::key("preview-one-of").with("page", i64::from(page)).with("pages", i64::from(pages));
            shown.frame = shown.frame.line(of);
        }
        for (there, other, key) in
            [(page > 1, page.wrapping_sub(1), "button-previous"), (page < pages, page + 1, "button-next")]
        {
            if there {
                let text = Text::Message { key: key.into(), args: Default::default() };
                shown.frame = shown.frame.button(text, format!("{line} --page={other}"), Weight::Secondary);
            }
        }
        Ok(Reply::Preview(Box::new(shown)))
    }

    async fn send_update(
        &self,
        asking: &Asking,
        number: IncidentNumber,
        token: &str,
        draft: Draft,
    ) -> Outcome {
        let Draft { agreement, text, .. } = draft;
        // One preview is sent once, whoever presses, and however often.
        let asking = Asking { id: format!("{DRAFT}/{token}"), ..asking.clone() };
        self.append_act(&asking, Vec::new(), Act::Updated { incident: number, agreement, text }).await?;
        Ok(Reply::Private(
            asking.say(Text::key("done-updated").with("incident", Value::Code(number.to_string()))),
        ))
    }
}
