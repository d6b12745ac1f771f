//! `/update`: what the customer will read, shown exactly so before it is sent.

use serde::{Deserialize, Serialize};

use crate::announce::view::customer_view;
use crate::commands::acts::{covering, text_of};
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::desk::Desk;
use crate::core::doc::{Block, Doc, Text, Value, Weight};
use crate::core::event::{Act, AgreementId, IncidentNumber, Prose};
use crate::core::incident::Incident;
use crate::core::notice::{customer, forms};
use crate::core::state::State;
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
}

impl Desk {
    /// A form, a preview, or the update itself, as far as the command says.
    pub async fn update(
        &self,
        asking: &Asking,
        named: Option<IncidentNumber>,
        words: &[String],
        filled: Option<&String>,
        customer: Option<&str>,
        draft: Option<String>,
    ) -> Outcome {
        let (incident, number, customers, agreement) = {
            let state = self.journal().read().await;
            let incident = choose::incident(&state, asking, named, "update")?;
            let number = incident.number().ok_or_else(|| asking.refuse_key("error-nothing-open"))?;
            let among = covering(&state, asking, &incident);
            let agreement = match customer.filter(|named| !named.is_empty()) {
                Some(named) => Some(choose::agreement(&state, asking, &among, Some(named), "update")?),
                None => None,
            };
            (incident, number, names(&state, &among), agreement)
        };
        if let Some(draft) = draft {
            return self.send_update(asking, number, &draft).await;
        }
        let Some(text) = text_of(words, filled) else {
            return Ok(Reply::Form(forms::update(number, &customers)));
        };
        let (sealed, prose) = self.seal(asking, &text)?;
        let draft = Draft { incident: number, agreement: agreement.clone(), text: prose.clone() };
        self.keep_draft(sealed, &draft).await.map_err(|error| {
            tracing::error!(%error, "a draft could not be kept");
            asking.refuse_key("error-not-stored")
        })?;
        let state = self.journal().read().await;
        Ok(Reply::Private(preview(&state, asking, &incident, number, agreement.as_ref(), &prose)))
    }

    async fn keep_draft(&self, sealed: Sealed, draft: &Draft) -> Result<(), StoreError> {
        let value =
            serde_json::to_string(draft).map_err(|error| StoreError::Unintelligible(error.to_string()))?;
        self.store().write(KeepProse(sealed)).await?;
        self.store().write(SetMark { name: format!("{DRAFT}/{}", draft.text.id), value }).await
    }

    async fn send_update(&self, asking: &Asking, number: IncidentNumber, draft: &str) -> Outcome {
        let kept = self.store().mark(&format!("{DRAFT}/{draft}")).await.ok().flatten();
        let Some(Draft { incident, agreement, text }) =
            kept.and_then(|kept| serde_json::from_str(&kept).ok())
        else {
            return Err(asking.refuse_key("error-draft-gone"));
        };
        if incident != number {
            return Err(asking.refuse_key("error-draft-gone"));
        }
        // One preview is sent once, whoever presses, and however often.
        let asking = Asking { id: format!("{DRAFT}/{draft}"), ..asking.clone() };
        self.append_act(&asking, Vec::new(), Act::Updated { incident: number, agreement, text }).await?;
        Ok(Reply::Private(
            asking.say(Text::key("done-updated").with("incident", Value::Code(number.to_string()))),
        ))
    }
}

fn names(state: &State, agreements: &[AgreementId]) -> Vec<(String, String)> {
    let named = agreements.iter().filter_map(|id| {
        let customer = state.agreements.get(id)?.latest()?.terms.customer.clone();
        Some((id.0.clone(), customer))
    });
    named.collect()
}

/// The customer's card as it will be, with the new text in it.
fn preview(
    state: &State,
    asking: &Asking,
    incident: &Incident,
    number: IncidentNumber,
    agreement: Option<&AgreementId>,
    text: &Prose,
) -> Doc {
    let mut doc = asking.say(Text::key("preview-update").with("incident", Value::Code(number.to_string())));
    let receivers: Vec<AgreementId> = match agreement {
        Some(agreement) => vec![agreement.clone()],
        None => covering(state, asking, incident),
    };
    for receiver in &receivers {
        let Some(mut view) = customer_view(state, incident, receiver, asking.now) else { continue };
        view.last_update = Some((asking.now, text.id.clone()));
        let card = customer::card(&view);
        let name = state
            .agreements
            .get(receiver)
            .and_then(|versions| versions.latest())
            .map(|v| v.terms.customer.clone());
        doc = doc.block(Block::Heading(Text::name(name.unwrap_or_default()).into()));
        doc = doc.block(Block::Line(card.head));
        doc.blocks.extend(card.blocks);
    }
    doc.button(Text::key("button-send"), format!("update {number} --draft={}", text.id), Weight::Primary)
        .button(Text::key("button-change"), format!("update {number}"), Weight::Secondary)
}
