//! What was agreed: the terms in force in the window, and the time that both sides agreed not to count.

use std::collections::BTreeSet;

use super::Scope;
use crate::core::event::ServiceId;
use crate::core::interval::Interval;
use crate::core::review::document::{Exclusion, Promised};
use crate::core::state::Version;

/// The versions in force at some time in the window, in order.
fn in_force<'a>(scope: &Scope<'a>) -> Vec<&'a Version> {
    let Some((_, versions)) = scope.own() else { return Vec::new() };
    let first = versions.at(scope.window.start).map(|version| version.number);
    let within = |version: &&Version| {
        Some(version.number) == first
            || (version.effective > scope.window.start && version.effective < scope.window.end)
    };
    versions.versions.iter().filter(within).collect()
}

pub(super) fn promised(scope: &Scope<'_>) -> Option<Promised> {
    let (agreement, versions) = scope.own()?;
    let terms = &scope.version(versions)?.terms;
    let in_force = in_force(scope);
    let told = in_force.iter().map(|version| (version.number, version.effective, version.sha256.clone()));
    Some(Promised {
        agreement: agreement.clone(),
        customer: terms.customer.clone(),
        reference: terms.reference.clone(),
        level: terms.level,
        contract: terms.contract.clone(),
        versions: told.collect(),
        services: terms.services.iter().map(|service| scope.named(service)).collect(),
    })
}

/// Every service that was promised anything in the window.
pub(super) fn services(scope: &Scope<'_>) -> BTreeSet<ServiceId> {
    let versions = scope.agreements.values().flat_map(|versions| {
        let first = versions.at(scope.window.start).map(|version| version.number);
        versions
            .versions
            .iter()
            .filter(move |version| Some(version.number) == first || version.effective > scope.window.start)
    });
    let concerned = versions.filter(|version| version.effective < scope.window.end);
    concerned.flat_map(|version| version.terms.services.iter().cloned()).collect()
}

/// Those that touch the window, as the newest version in force tells them.
pub(super) fn exclusions(scope: &Scope<'_>) -> Vec<Exclusion> {
    let Some((_, versions)) = scope.own() else { return Vec::new() };
    let Some(version) = scope.version(versions) else { return Vec::new() };
    let declared = version.terms.exclusions.iter();
    let mut told: Vec<Exclusion> = declared
        .filter(|declared| Interval::new(declared.from, declared.until).overlaps(scope.window))
        .map(|declared| Exclusion {
            from: declared.from,
            until: declared.until,
            services: declared.services.iter().map(|service| scope.named(service)).collect(),
            reason: declared.reason.clone(),
        })
        .collect();
    told.sort_by_key(|exclusion| (exclusion.from, exclusion.until));
    told
}
