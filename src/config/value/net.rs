//! Addresses of the network: where to listen, whom to trust, what to link to.

use std::net::{IpAddr, SocketAddr};

use toml::de::DeValue;

use super::{Value, Written, described};
use crate::config::problem::{Wrong, quoted};

/// Where the server listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen(pub SocketAddr);

impl Written for Listen {
    const VALUE: Value = Value::Listen;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = value.as_str().map(str::trim).unwrap_or_default();
        let text = text
            .strip_prefix("localhost:")
            .map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
        text.parse().map(Self).map_err(|_| {
            Wrong::new(
                format!("{} is not an address with a port", described(value)),
                "write for example \"127.0.0.1:8080\", or \"0.0.0.0:443\" for every interface",
            )
        })
    }
}

/// An IP address with those that share its first `prefix` bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether `address` belongs to the network. An IPv4 address in IPv6 clothes counts as IPv4.
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                same_beginning(u128::from(own.to_bits()), u128::from(other.to_bits()), 32, self.prefix)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                same_beginning(own.to_bits(), other.to_bits(), 128, self.prefix)
            }
            _ => false,
        }
    }

    /// `10.0.0.7` or `10.0.0.0/8`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) =
            text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.trim().parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Some(most), |bits| bits.trim().parse().ok())?;
        (prefix <= most).then_some(Self { address, prefix })
    }
}

fn same_beginning(one: u128, other: u128, width: u32, prefix: u8) -> bool {
    (one ^ other).checked_shr(width.saturating_sub(u32::from(prefix))).unwrap_or(0) == 0
}

impl Written for Network {
    const VALUE: Value = Value::Network;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        value.as_str().and_then(|text| Self::parse(text.trim())).ok_or_else(|| {
            Wrong::new(
                format!("{} is not a network", described(value)),
                "write for example \"10.0.0.7\" or \"10.0.0.0/8\"",
            )
        })
    }
}

/// A web address, without the slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebUrl(pub String);

impl Written for WebUrl {
    const VALUE: Value = Value::Url;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let wrong = |what: String| Wrong::new(what, "write for example \"https://status.example.com\"");
        let text =
            value.as_str().ok_or_else(|| wrong(format!("{} is not a web address", described(value))))?;
        let parsed = url::Url::parse(text.trim())
            .map_err(|_| wrong(format!("{} is not a web address", quoted(text))))?;
        if !matches!(parsed.scheme(), "http" | "https") || parsed.host().is_none() {
            return Err(wrong(format!("{} does not begin with https:// or http://", quoted(text))));
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return Err(Wrong::new(
                "has a user name or password in it",
                "leave them out: they would reach logs and pages",
            ));
        }
        Ok(Self(text.trim().trim_end_matches('/').to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_the_addresses_that_begin_like_it() {
        let holds = |network: &str, address: &str| {
            Network::parse(network).unwrap().contains(address.parse().unwrap())
        };
        assert!(holds("10.0.0.0/8", "10.255.0.1"));
        assert!(!holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("10.0.0.7", "10.0.0.7"));
        assert!(holds("10.0.0.7", "::ffff:10.0.0.7"));
        assert!(!holds("10.0.0.7", "10.0.0.8"));
        assert!(holds("0.0.0.0/0", "192.0.2.1"));
        assert!(!holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(holds("::/0", "2001:db8:ffff::1"));
        for text in ["10.0.0.0/33", "10.0.0", "", "/8", "::/129", "10.0.0.0/-1"] {
            assert!(Network::parse(text).is_none(), "{text}");
        }
    }
}
