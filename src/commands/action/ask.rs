//! What `/action` asks back: which one, whom it concerns, what it is about.

use super::{Given, filled, is_seen};
use crate::commands::acts::covering;
use crate::commands::asking::Asking;
use crate::commands::choose;
use crate::commands::feedback;
use crate::commands::near::near;
use crate::commands::spec::ActionDo;
use crate::core::doc::{Doc, Text, Value, Weight};
use crate::core::event::AgreementId;
use crate::core::improvement::{About, ActionNumber};
use crate::core::state::State;

/// The one that was named, else the only one that fits, else those that fit to choose from.
pub(super) fn one(
    state: &State,
    asking: &Asking,
    named: Option<ActionNumber>,
    action: ActionDo,
) -> Result<ActionNumber, Doc> {
    if let Some(number) = named {
        return Ok(number);
    }
    let over = action == ActionDo::Reopen;
    let own = state.improvement.actions().filter(|(_, known)| is_seen(asking, known));
    let mut fitting: Vec<_> = own.filter(|(_, known)| known.now().state.is_over() == over).collect();
    if over {
        // Of those that are over, the latest.
        fitting.reverse();
        fitting.truncate(choose::OFFERED);
    }
    match fitting.as_slice() {
        [] => Err(asking.refuse_key("error-no-action-open")),
        [(only, _)] if !over => Ok(*only),
        several => {
            let doc = asking.say(Text::key("action-choose"));
            let offered = several.iter().take(choose::OFFERED);
            Err(offered.fold(doc, |doc, (number, known)| {
                let mut label = vec![Text::name(number.to_string())];
                let text = known.now().text.map(|text| Text::Prose(text.id.clone()));
                label.extend(text.into_iter().flat_map(|text| [Text::mark(" · "), text]));
                doc.button(label, format!("action {} {number}", action.name()), Weight::Secondary)
            }))
        }
    }
}

/// Whom a new action item concerns, and what. A customer's wish always concerns them; what an operator adds concerns
/// the customer that is named, or whose feedback, incident or objective it is about, or nobody.
pub(super) fn concern(
    state: &State,
    asking: &Asking,
    given: &Given,
) -> Result<(Option<AgreementId>, About), Doc> {
    let mut about = given.about.clone();
    let customer = filled(&given.customer);
    let all: Vec<AgreementId> = choose::in_force(state, asking).into_iter().map(|(id, _)| id).collect();
    let among = match (about.incident, about.feedback) {
        (Some(number), _) => {
            let incident = choose::incident(state, asking, Some(number), "action add")?;
            about.incident = incident.number();
            Some(covering(state, asking, &incident))
        }
        (None, Some(number)) => Some(vec![feedback::seen(state, asking, number)?.agreement.clone()]),
        (None, None) if customer.is_some() || about.objective.is_some() || !asking.as_operator() => Some(all),
        (None, None) => None,
    };
    let agreement = among.map(|among| choose::agreement(state, asking, &among, customer, "action add"));
    let agreement = agreement.transpose()?;
    if let (Some(number), Some(agreement)) = (about.feedback, &agreement) {
        let known = feedback::seen(state, asking, number)?;
        if known.agreement != *agreement {
            return Err(asking.refuse(feedback::about("error-no-feedback", number)));
        }
    }
    if let (Some(named), Some(agreement)) = (&about.objective, &agreement) {
        about.objective = Some(objective(state, asking, agreement, named)?);
    }
    if let Some(number) = about.risk {
        let known = state.improvement.risk(number).filter(|known| {
            asking.as_operator() && known.agreement.as_ref().is_none_or(|id| asking.scope.includes(id))
        });
        if known.is_none() {
            let text = Text::key("error-no-risk").with("risk", Value::Code(number.to_string()));
            return Err(asking.refuse(text));
        }
    }
    Ok((agreement, about))
}

fn objective(state: &State, asking: &Asking, agreement: &AgreementId, named: &str) -> Result<String, Doc> {
    let version = state.agreements.get(agreement).and_then(|versions| versions.at(asking.now));
    let all = version.into_iter().flat_map(|version| version.terms.objectives.iter());
    let all: Vec<String> = all.map(|objective| objective.name.clone()).collect();
    if let Some(found) = all.iter().find(|name| name.eq_ignore_ascii_case(named.trim())) {
        return Ok(found.clone());
    }
    let list = Value::List(all.iter().cloned().map(Value::Code).collect());
    let typed = Value::Untrusted(named.to_owned());
    Err(match near(named, all.iter().map(|name| (name.clone(), name.clone()))) {
        Some(near) => {
            let text = Text::key("error-no-objective-near").with("near", Value::Code(near.clone()));
            let doc = asking.refuse(text.with("objective", typed).with("objectives", list));
            let line = format!("action add --customer={agreement} --objective={near}");
            doc.button(Text::name(near), line, Weight::Primary)
        }
        None => {
            let text = Text::key("error-no-objective").with("objective", typed);
            asking.refuse(text.with("objectives", list))
        }
    })
}
