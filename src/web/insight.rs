//! Who may read `/metrics` and the reasons in `/readyz`: the machine itself, and whoever has the token. They
//! tell how many incidents are open, what monitors there are, and why a part is down.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Uri, header};
use subtle::ConstantTimeEq;

use super::site::{self, Site};
use super::webhooks::SecretDigest;

/// What a proxy adds; a request with any of these was not made by the machine that connects.
const FORWARDED: [&str; 5] = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/// Lets in who may see inside.
#[derive(Clone)]
pub struct Insight {
    site: Arc<Site>,
    token: Option<SecretDigest>,
}

impl Insight {
    /// With a token, whoever bears it is let in, too.
    pub fn new(site: Arc<Site>, token: Option<&str>) -> Self {
        Self { site, token: token.map(SecretDigest::of) }
    }

    /// Whether the request comes from this machine itself, not through a proxy, or bears the token.
    pub fn is_granted(&self, peer: Option<&ConnectInfo<SocketAddr>>, headers: &HeaderMap, uri: &Uri) -> bool {
        self.is_from_here(site::peer_of(peer), headers, uri) || self.bears_token(headers)
    }

    fn is_from_here(&self, peer: IpAddr, headers: &HeaderMap, uri: &Uri) -> bool {
        peer.is_loopback()
            && !self.site.is_proxy(peer)
            && !FORWARDED.iter().any(|name| headers.contains_key(*name))
            // A name of somebody else's that leads here is a page in a browser, asking for its author.
            && site::host_in(headers, uri).is_some_and(is_this_machine)
    }

    fn bears_token(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else { return false };
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.trim().split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| SecretDigest::of(token.trim()));
        bearer.is_some_and(|bearer| bool::from(bearer.ct_eq(token)))
    }
}

impl fmt::Debug for Insight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Insight").field("token", &self.token.is_some()).finish_non_exhaustive()
    }
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::config::Network;

    fn insight(proxies: &[&str], token: Option<&str>) -> Insight {
        let proxies = proxies.iter().map(|proxy| Network::parse(proxy).unwrap()).collect();
        let site = Site::new(None, "127.0.0.1:8080".parse().unwrap(), false, proxies);
        Insight::new(Arc::new(site), token)
    }

    /// Lets in who asks from this machine, and whoever bears `token`.
    pub(crate) fn with_token(token: &str) -> Insight {
        insight(&[], Some(token))
    }

    fn asks(insight: &Insight, peer: &str, headers: &[(&str, &str)]) -> bool {
        let mut all = HeaderMap::new();
        all.insert("host", "localhost:8080".parse().unwrap());
        for (name, value) in headers {
            all.insert(header::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        let peer = ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4000));
        insight.is_granted(Some(&peer), &all, &Uri::from_static("/metrics"))
    }

    #[test]
    fn this_machine_sees_inside_and_what_comes_through_a_proxy_does_not() {
        let plain = insight(&[], None);
        for peer in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            assert!(asks(&plain, peer, &[]), "{peer}");
        }
        assert!(asks(&plain, "127.0.0.1", &[("host", "[::1]:9000")]));
        assert!(asks(&plain, "127.0.0.1", &[("host", "127.0.0.1")]));
        for peer in ["10.0.0.7", "203.0.113.9", "2001:db8::1"] {
            assert!(!asks(&plain, peer, &[]), "{peer}");
            assert!(!asks(&plain, peer, &[("x-forwarded-for", "127.0.0.1")]), "{peer}");
        }
        for name in FORWARDED {
            assert!(!asks(&plain, "127.0.0.1", &[(name, "127.0.0.1")]), "{name}");
        }
        assert!(!asks(&plain, "127.0.0.1", &[("host", "rebound.example:8080")]));
        assert!(
            !plain.is_granted(None, &HeaderMap::new(), &Uri::from_static("/")),
            "nobody knows from where"
        );
        assert!(!asks(&insight(&["127.0.0.1"], None), "127.0.0.1", &[]), "a proxy on this machine");
    }

    #[test]
    fn who_bears_the_token_sees_inside_from_anywhere() {
        let insight = insight(&["127.0.0.1"], Some("t0ken"));
        for (authorization, granted) in [
            ("Bearer t0ken", true),
            ("bearer  t0ken", true),
            ("Bearer t0ke", false),
            ("Bearer ", false),
            ("Basic t0ken", false),
            ("t0ken", false),
        ] {
            let headers = [("authorization", authorization), ("x-forwarded-for", "203.0.113.9")];
            assert_eq!(asks(&insight, "127.0.0.1", &headers), granted, "{authorization}");
        }
        let none = super::tests::insight(&[], None);
        assert!(!asks(&none, "10.0.0.7", &[("authorization", "Bearer ")]));
        assert!(!format!("{insight:?}").contains("t0ken"));
    }
}
