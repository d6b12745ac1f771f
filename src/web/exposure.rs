//! Decides whether an address may be listened on: off loopback only encrypted, or behind a named proxy.

use std::io;
use std::net::{SocketAddr, TcpListener};

use crate::config::Network;

/// Why `serve` refuses to listen where it was told to.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ExposureError {
    #[error(
        "{0} can be reached from other machines, and nothing would encrypt what is said there. Do one of \
         these: listen on 127.0.0.1; give a certificate and its key, so that Upheld encrypts by itself; or, \
         when a proxy in front encrypts, name the proxy's addresses in trusted_proxies"
    )]
    Unprotected(SocketAddr),
}

/// Why the address cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error(
        "{0} is in use: another program, perhaps another Upheld, already listens there. Stop it, or choose \
         another address"
    )]
    InUse(SocketAddr),
    #[error("this user may not listen on {0}; ports below 1024 need a privilege. Choose a higher port")]
    Forbidden(SocketAddr),
    #[error("this machine has no address {}; choose one that it has, such as 127.0.0.1", .0.ip())]
    NoSuchAddress(SocketAddr),
    #[error("cannot listen on {0}: {1}")]
    Other(SocketAddr, io::Error),
}

/// Whether pages may be served on `address`, given whether this process encrypts (`tls`) and which
/// proxies in front of it are trusted to.
///
/// # Errors
/// When the address is not a loopback address and neither holds.
pub fn check_exposure(address: SocketAddr, tls: bool, proxies: &[Network]) -> Result<(), ExposureError> {
    if address.ip().to_canonical().is_loopback() || tls || !proxies.is_empty() {
        Ok(())
    } else {
        Err(ExposureError::Unprotected(address))
    }
}

/// Opens the listening socket, so that a port in use is known before anything else starts.
///
/// # Errors
/// In words that say what to do.
pub fn bind(address: SocketAddr) -> Result<TcpListener, BindError> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => BindError::InUse(address),
        io::ErrorKind::PermissionDenied => BindError::Forbidden(address),
        io::ErrorKind::AddrNotAvailable => BindError::NoSuchAddress(address),
        _ => BindError::Other(address, error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_needs_nothing_and_the_world_needs_protection() {
        let local = "127.0.0.1:8080".parse().unwrap();
        let world: SocketAddr = "0.0.0.0:8080".parse().unwrap();
        let proxy = Network::parse("10.1.0.0/16").unwrap();
        assert_eq!(check_exposure(local, false, &[]), Ok(()));
        assert_eq!(check_exposure("[::1]:80".parse().unwrap(), false, &[]), Ok(()));
        assert_eq!(check_exposure("[::ffff:127.0.0.1]:80".parse().unwrap(), false, &[]), Ok(()));
        assert_eq!(check_exposure(world, false, &[]), Err(ExposureError::Unprotected(world)));
        assert_eq!(check_exposure(world, true, &[]), Ok(()));
        assert_eq!(check_exposure(world, false, &[proxy]), Ok(()));
        assert!(ExposureError::Unprotected(world).to_string().contains("trusted_proxies"));
    }

    #[test]
    fn a_port_in_use_is_told_in_words() {
        let first = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let error = bind(first.local_addr().unwrap()).unwrap_err();
        assert!(matches!(error, BindError::InUse(_)));
        assert!(error.to_string().contains("another program"), "{error}");
    }
}
