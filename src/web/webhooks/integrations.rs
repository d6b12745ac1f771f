//! Who may deliver: the integrations with their secrets, and the check that gives nothing away by its duration.

use std::collections::BTreeMap;
use std::fmt;

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use super::secrets::Secrets;

use crate::core::event::IntegrationId;
use crate::sources::SourceKind;

/// The SHA-256 of a webhook's secret, by which it is checked.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretDigest([u8; 32]);

impl SecretDigest {
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }
}

impl ConstantTimeEq for SecretDigest {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl fmt::Debug for SecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretDigest(…)")
    }
}

/// A source of webhooks.
#[derive(Clone, Debug)]
pub struct Integration {
    pub kind: SourceKind,
    /// All are valid at once, so that one can be replaced without a gap. With none, nothing is let in.
    pub secrets: Vec<SecretDigest>,
    /// The same in the clear, to be taken out of what is kept.
    pub redacted: Secrets,
}

impl Integration {
    pub fn new(kind: SourceKind, secrets: &[&str]) -> Self {
        let redacted = Secrets::new(secrets.iter().map(|secret| (*secret).to_owned()));
        Self { kind, secrets: secrets.iter().map(|secret| SecretDigest::of(secret)).collect(), redacted }
    }
}

/// All integrations, as configured now.
#[derive(Clone, Debug, Default)]
pub struct Integrations {
    by_id: BTreeMap<IntegrationId, Integration>,
    /// The most secrets that one integration has; so many comparisons are made for every delivery.
    rounds: usize,
}

/// The answer to a delivery's credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    Admitted(IntegrationId, SourceKind),
    /// The integration exists; no presented secret is one of its own.
    Refused(IntegrationId),
    Unknown,
}

impl Integrations {
    pub fn new(by_id: BTreeMap<IntegrationId, Integration>) -> Self {
        let rounds = by_id.values().map(|integration| integration.secrets.len()).max().unwrap_or(0).max(1);
        Self { by_id, rounds }
    }

    /// What must not be kept of this integration's deliveries.
    pub fn secrets(&self, id: &IntegrationId) -> Secrets {
        self.by_id.get(id).map(|integration| integration.redacted.clone()).unwrap_or_default()
    }

    /// Decides who delivers. The work is the same for an unknown integration, a wrong secret and a right one.
    pub fn admit(&self, id: &str, credentials: &Credentials) -> Admission {
        let id = IntegrationId::new(id);
        let found = self.by_id.get(&id);
        let secrets = found.map_or(&[][..], |integration| &integration.secrets);
        let nobody = SecretDigest([0; 32]);
        let mut matches = Choice::from(0);
        for presented in &credentials.presented {
            for round in 0..self.rounds {
                let (secret, real) = secrets.get(round).map_or((&nobody, 0), |secret| (secret, 1));
                let usable = Choice::from(u8::from(presented.given)) & Choice::from(real);
                matches |= presented.digest.ct_eq(secret) & usable;
            }
        }
        match found {
            Some(integration) if bool::from(matches) => Admission::Admitted(id, integration.kind),
            Some(_) => Admission::Refused(id),
            None => Admission::Unknown,
        }
    }
}

/// The secrets that a request presents: one in its headers, one in its path.
#[derive(Debug)]
pub struct Credentials {
    presented: [Presented; 2],
}

#[derive(Debug)]
struct Presented {
    digest: SecretDigest,
    given: bool,
}

impl Presented {
    fn new(secret: Option<&str>) -> Self {
        let secret = secret.unwrap_or_default();
        Self { digest: SecretDigest::of(secret), given: !secret.is_empty() }
    }
}

impl Credentials {
    /// Takes a bearer token, the password of basic authentication (any user), and a part of the path.
    pub fn of(headers: &HeaderMap, in_path: Option<&str>) -> Self {
        let in_header = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.trim().split_once(' '))
            .and_then(|(scheme, rest)| match scheme.to_ascii_lowercase().as_str() {
                "bearer" => Some(rest.trim().to_owned()),
                "basic" => password(rest.trim()),
                _ => None,
            });
        Self { presented: [Presented::new(in_header.as_deref()), Presented::new(in_path)] }
    }
}

fn password(encoded: &str) -> Option<String> {
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Integrations {
        Integrations::new(BTreeMap::from([
            ("am".into(), Integration::new(SourceKind::Alertmanager, &["old", "new"])),
            ("mute".into(), Integration::new(SourceKind::Upheld, &[])),
        ]))
    }

    fn admit(id: &str, authorization: Option<&str>, in_path: Option<&str>) -> Admission {
        let mut headers = HeaderMap::new();
        if let Some(value) = authorization {
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        }
        table().admit(id, &Credentials::of(&headers, in_path))
    }

    #[test]
    fn every_way_and_both_secrets_of_a_rotation() {
        let admitted = Admission::Admitted("am".into(), SourceKind::Alertmanager);
        let basic = format!("Basic {}", STANDARD.encode("anyone:new"));
        let with_colon = format!("basic {}", STANDARD.encode(":old"));
        for (authorization, in_path) in [
            (Some("Bearer old"), None),
            (Some("bearer  new "), None),
            (Some(&*basic), None),
            (Some(&*with_colon), None),
            (None, Some("old")),
            (Some("Bearer wrong"), Some("new")),
        ] {
            assert_eq!(admit("am", authorization, in_path), admitted, "{authorization:?} {in_path:?}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let basic = format!("Basic {}", STANDARD.encode("new:"));
        for (authorization, in_path) in [
            (None, None),
            (Some("Bearer "), None),
            (Some("Bearer"), None),
            (Some("Digest old"), None),
            (Some("old"), None),
            (Some("Basic %%%"), None),
            (Some(&*basic), None),
            (Some("Bearer ol"), Some("")),
        ] {
            assert_eq!(admit("am", authorization, in_path), Admission::Refused("am".into()));
            assert_eq!(admit("mute", authorization, in_path), Admission::Refused("mute".into()));
            assert_eq!(admit("nobody", authorization, in_path), Admission::Unknown);
        }
        assert_eq!(admit("nobody", Some("Bearer old"), None), Admission::Unknown);
    }

    #[test]
    fn secrets_do_not_show() {
        assert!(!format!("{:?}", table()).contains(&hex::encode(Sha256::digest("old"))));
        assert_eq!(format!("{:?}", SecretDigest::of("old")), "SecretDigest(…)");
    }
}
