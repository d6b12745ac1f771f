//! Which settings a running program cannot change: they are read at the start only.

use super::{Settings, Timeouts};

/// The keys that differ between the settings a program was started with and those the files hold now, as far as
/// they wait for the next start; in the order of the reference. What is not named here takes effect at a reload.
pub fn waiting(running: &Settings, files: &Settings) -> Vec<&'static str> {
    let (was, is) = (&running.server, &files.server);
    let mut keys = vec![
        ("server.listen", was.listen != is.listen),
        ("server.public_url", was.public_url != is.public_url),
        ("server.tls", was.tls != is.tls),
        ("server.trusted_proxies", was.trusted_proxies != is.trusted_proxies),
        ("server.body_limit", was.body_limit != is.body_limit),
        ("server.in_flight_limit", was.in_flight_limit != is.in_flight_limit),
        ("server.connections", was.connections != is.connections),
        ("store.url", running.store_url != files.store_url),
        ("logging.format", running.logging.format != files.logging.format),
    ];
    let (was, is) = (&running.platforms, &files.platforms);
    keys.extend([
        ("web.enabled", was.web.is_some() != is.web.is_some()),
        ("discord", was.discord != is.discord),
        ("telegram", was.telegram != is.telegram),
        ("pace.tick", running.pace.tick != files.pace.tick),
    ]);
    keys.extend(timeouts(&running.timeouts, &files.timeouts));
    keys.into_iter().filter(|(_, differs)| *differs).map(|(key, _)| key).collect()
}

fn timeouts(was: &Timeouts, is: &Timeouts) -> [(&'static str, bool); 8] {
    [
        ("timeouts.header", was.header != is.header),
        ("timeouts.body", was.body != is.body),
        ("timeouts.response", was.response != is.response),
        ("timeouts.intake", was.intake != is.intake),
        ("timeouts.send", was.send != is.send),
        ("timeouts.claim", was.claim != is.claim),
        ("timeouts.answer", was.answer != is.answer),
        ("timeouts.shutdown", was.shutdown != is.shutdown),
    ]
}
