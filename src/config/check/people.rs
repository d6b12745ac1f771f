//! People and channels across the files: who is known, who reads what, and that customers stay apart.

use std::collections::BTreeMap;

use super::{Agreed, Check};
use crate::chat::{Address, Platform};
use crate::config::document::Document;
use crate::config::people::{Binding, Party, Person, Role};
use crate::config::problem::{did_you_mean, quoted};
use crate::config::settings::Timeouts;
use crate::core::agreement::{ClockKind, ObjectiveKind};

impl Check<'_> {
    pub(super) fn people(&self) {
        self.customers_have_agreements();
        self.channels();
        for agreed in &self.agreements {
            self.called(agreed);
        }
    }

    fn customers_have_agreements(&self) {
        let Some((document, upheld)) = self.upheld else { return };
        let known = self.agreements.iter().map(|agreed| agreed.id.as_str());
        for person in upheld.people.values() {
            for agreement in person.agreements.iter().filter(|_| self.all_agreements) {
                if !known.clone().any(|id| id == agreement.as_str()) {
                    let path = ["people", &person.id, "agreements", agreement.as_str()];
                    let what = format!("there is no agreement {}", quoted(agreement.as_str()));
                    self.error(document, &path, what, did_you_mean(agreement.as_str(), known.clone()));
                }
            }
        }
    }

    /// Every channel of the files, with where it is written.
    fn channels(&self) {
        let mut seen: BTreeMap<(Platform, String), (Party, Address, String)> = BTreeMap::new();
        if let Some((document, upheld)) = self.upheld {
            for binding in &upheld.operators {
                self.channel(&mut seen, document, &["channels", "operators"], binding);
            }
        }
        for agreed in &self.agreements {
            let operations = &agreed.written.operations;
            for binding in &operations.channels {
                self.channel(&mut seen, agreed.document, &["operations", "channels"], binding);
            }
            if operations.channels.is_empty() {
                let remedy = "add channels = [\"web:…\"], or bind one from chat with /bind";
                self.warning(
                    agreed.document,
                    &["operations", "channels"],
                    "no channel is bound, so this customer is told nothing",
                    remedy,
                );
            }
            self.platforms_allowed(agreed);
        }
    }

    fn channel(
        &self,
        seen: &mut BTreeMap<(Platform, String), (Party, Address, String)>,
        document: &Document<'_>,
        list: &[&str],
        binding: &Binding,
    ) {
        let text = binding.address.to_string();
        let path: Vec<&str> = list.iter().copied().chain([text.as_str()]).collect();
        let platform = binding.address.platform;
        let settings = self.upheld.and_then(|(_, upheld)| upheld.settings.as_ref());
        if settings.is_some_and(|settings| !settings.platforms.is_on(platform)) {
            let remedy = match platform {
                Platform::Web => "write enabled = true under [web]".to_owned(),
                other => format!("give [{other}] a token, or leave the channel out"),
            };
            self.error(
                document,
                &path,
                format!("{} cannot be reached: {platform} is not on", quoted(&text)),
                remedy,
            );
        }
        // Whoever is in a channel reads its threads and topics too, so a channel and all in it are one party's.
        let place = (platform, binding.address.channel.clone());
        match seen.get(&place) {
            Some((party, other, file)) if *party != binding.party => {
                let same = if *other == binding.address {
                    String::new()
                } else {
                    format!(" (as {})", quoted(&other.to_string()))
                };
                let what = format!(
                    "{} is a channel of {}{same} in {file}, and customers must not read of each other",
                    quoted(&text),
                    whose(party)
                );
                self.error(document, &path, what, "bind each channel to one party");
            }
            Some(_) => {}
            None => {
                let entry = (binding.party.clone(), binding.address.clone(), document.name.to_owned());
                seen.insert(place, entry);
            }
        }
    }

    /// A customer's data goes only to the platforms that the agreement names.
    fn platforms_allowed(&self, agreed: &Agreed<'_>) {
        let operations = &agreed.written.operations;
        let operators = self.upheld.map(|(_, upheld)| upheld.operators.as_slice()).unwrap_or_default();
        for (binding, own) in operations
            .channels
            .iter()
            .map(|own| (own, true))
            .chain(operators.iter().map(|other| (other, false)))
        {
            let address = binding.address.to_string();
            let platform = binding.address.platform;
            if operations.platforms.contains(&platform) {
                continue;
            }
            if own {
                let what = format!("{} is on {platform}, which `platforms` does not allow", quoted(&address));
                self.error(
                    agreed.document,
                    &["operations", "channels", &address],
                    what,
                    "leave the channel out, or add its platform to `platforms`",
                );
            } else {
                let what = format!(
                    "does not allow {platform}, but the operators' channel {} is there and shows this customer's cards",
                    quoted(&address)
                );
                self.error(
                    agreed.document,
                    &["operations", "platforms"],
                    what,
                    format!("add \"{platform}\", or move the operators' channel"),
                );
            }
        }
    }

    /// Whoever is to be called must be known, and able to be reached.
    fn called(&self, agreed: &Agreed<'_>) {
        let Some((document, upheld)) = self.upheld else { return };
        let operations = &agreed.written.operations;
        let unsure = self.unsure(document, &["people"]);
        let lists = [
            ("on_call", operations.on_call.as_slice()),
            ("mention", operations.mention.as_slice()),
            ("account_manager", operations.account_manager.as_slice()),
        ];
        for (list, id) in lists.into_iter().flat_map(|(list, people)| people.iter().map(move |id| (list, id)))
        {
            let path = ["operations", list, id];
            let Some(person) = upheld.people.get(id) else {
                if unsure {
                    continue;
                }
                let known = upheld.people.keys().map(String::as_str);
                self.error(
                    agreed.document,
                    &path,
                    format!("nobody under [[people]] is called {}", quoted(id)),
                    did_you_mean(id, known),
                );
                continue;
            };
            let unfit = match person.role {
                Role::Customer => Some("a customer"),
                Role::Auditor if list == "on_call" => Some("an auditor, who changes nothing"),
                _ => None,
            };
            if let Some(unfit) = unfit {
                let what = format!("{} is {unfit}", quoted(id));
                self.error(agreed.document, &path, what, "name operators or managers");
            } else if !self.can_be_reached(person) {
                let what =
                    format!("{} has no account on a platform that is on, so cannot be called", quoted(id));
                self.warning(agreed.document, &path, what, "give them an account under [[people]]");
            }
        }
        let answers = agreed.written.terms.iter().flat_map(|terms| &terms.objectives).any(|objective| {
            matches!(&objective.kind, ObjectiveKind::Clock(clock) if matches!(clock.clock, ClockKind::Response | ClockKind::Waiting))
        });
        if answers && operations.on_call.is_empty() {
            let what = "is empty, but a response is promised: nobody would be called when it is at risk";
            self.warning(
                agreed.document,
                &["operations", "on_call"],
                what,
                "name people of [[people]] in the order in which they are called",
            );
        }
    }

    fn can_be_reached(&self, person: &Person) -> bool {
        let Some(settings) = self.upheld.and_then(|(_, upheld)| upheld.settings.as_ref()) else {
            return true;
        };
        person.accounts.iter().any(|account| settings.platforms.is_on(account.platform))
    }
}

fn whose(party: &Party) -> String {
    match party {
        Party::Operators => "the operators".to_owned(),
        Party::Customer(agreement) => agreement.to_string(),
    }
}

/// The longest a single notice takes from being decided to being on a screen, when nothing fails.
pub(super) fn travel(
    tick: std::time::Duration,
    pauses: &[std::time::Duration],
    timeouts: &Timeouts,
) -> std::time::Duration {
    tick + pauses.iter().max().copied().unwrap_or_default() + timeouts.send
}
