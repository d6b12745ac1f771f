//! Teams across the files: whoever is in one is known, and works for the provider.

use super::Check;
use crate::config::people::Role;
use crate::config::problem::{did_you_mean, quoted};

impl Check<'_> {
    pub(super) fn teams(&self) {
        let Some((document, upheld)) = self.upheld else { return };
        let unsure = self.unsure(document, &["people"]);
        let known = upheld.people.keys().map(String::as_str);
        let members = upheld.teams.values().flat_map(|team| team.members.iter().map(move |id| (team, id)));
        for (team, id) in members {
            let path = ["teams", &team.id, "members", id];
            match upheld.people.get(id).map(|person| person.role) {
                None if unsure => {}
                None => {
                    let what = format!("nobody under [[people]] is called {}", quoted(id));
                    self.error(document, &path, what, did_you_mean(id, known.clone()));
                }
                Some(Role::Customer) => {
                    let what = format!("{} is a customer", quoted(id));
                    self.error(document, &path, what, "name operators, managers or auditors");
                }
                Some(Role::Operator | Role::Manager | Role::Auditor) => {}
            }
        }
    }
}
