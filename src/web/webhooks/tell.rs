//! Decides when operators hear of something odd: at once, then not again for a while.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::core::event::IntegrationId;
use crate::core::time::{Instant, Span};
use crate::sources::WarningCode;

/// Remembers what was told of which integration. As large as integrations × codes.
#[derive(Debug, Default)]
pub struct Told(Mutex<BTreeMap<(IntegrationId, WarningCode), Last>>);

#[derive(Debug)]
struct Last {
    told: Instant,
    /// How often it happened since, untold.
    unheard: u64,
}

impl Told {
    /// If it is to be told now: how often it happened untold since the last time. Otherwise it is counted.
    pub fn due(&self, integration: &IntegrationId, code: WarningCode, now: Instant) -> Option<u64> {
        if !code.concerns_operators() {
            return None;
        }
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(last) = table.get_mut(&(integration.clone(), code)) else {
            table.insert((integration.clone(), code), Last { told: now, unheard: 0 });
            return Some(0);
        };
        last.due(quiet(code), now)
    }
}

/// Remembers when something that any stranger can cause was last noted in the log.
#[derive(Debug, Default)]
pub struct Noted(Mutex<Option<Last>>);

impl Noted {
    /// If it is to be noted now: how often it happened unnoted since the last time. Otherwise it is counted.
    pub fn due(&self, now: Instant) -> Option<u64> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(last) = last.as_mut() else {
            *last = Some(Last { told: now, unheard: 0 });
            return Some(0);
        };
        last.due(Span::from_hours(1), now)
    }
}

impl Last {
    fn due(&mut self, quiet: Span, now: Instant) -> Option<u64> {
        let passed = now - self.told;
        if passed >= quiet || passed <= -quiet {
            self.told = now;
            return Some(std::mem::take(&mut self.unheard));
        }
        self.unheard = self.unheard.saturating_add(1);
        None
    }
}

/// How long nothing more is said of it. What loses or hides alerts is said hourly, what merely asks for
/// better configuration daily; so is what a stranger can cause at will.
const fn quiet(code: WarningCode) -> Span {
    match code {
        WarningCode::SeverityUnmapped
        | WarningCode::StatusUnknown
        | WarningCode::FieldUnreadable
        | WarningCode::TimeUnreadable
        | WarningCode::Unauthorised => Span::from_hours(24),
        _ => Span::from_hours(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_cause_is_noted_once_an_hour() {
        let noted = Noted::default();
        let at = |minutes| Instant::from_seconds(2_000_000_000) + Span::from_minutes(minutes);
        assert_eq!(noted.due(at(0)), Some(0));
        assert_eq!((noted.due(at(0)), noted.due(at(59))), (None, None));
        assert_eq!((noted.due(at(60)), noted.due(at(61))), (Some(2), None));
    }

    #[test]
    fn once_then_counted_then_again() {
        let told = Told::default();
        let (am, other) = (IntegrationId::from("am"), IntegrationId::from("other"));
        let at = |minutes| Instant::from_seconds(2_000_000_000) + Span::from_minutes(minutes);
        assert_eq!(told.due(&am, WarningCode::MalformedJson, at(0)), Some(0));
        assert_eq!(told.due(&am, WarningCode::MalformedJson, at(1)), None);
        assert_eq!(told.due(&am, WarningCode::Truncated, at(1)), Some(0));
        assert_eq!(told.due(&other, WarningCode::MalformedJson, at(1)), Some(0));
        assert_eq!(told.due(&am, WarningCode::MalformedJson, at(59)), None);
        assert_eq!(told.due(&am, WarningCode::MalformedJson, at(60)), Some(2));
        assert_eq!(told.due(&am, WarningCode::MalformedJson, at(61)), None);
        assert_eq!(
            told.due(&am, WarningCode::MalformedJson, at(-500_000)),
            Some(1),
            "the clock stepped back"
        );
        assert_eq!(told.due(&am, WarningCode::NulReplaced, at(0)), None);
    }
}
