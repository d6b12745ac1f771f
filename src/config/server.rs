//! Where Upheld listens and where it keeps its data: `[server]` and `[store]`.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::problem::Wrong;
use super::schema::Kind::{List, One, Table as Sub};
use super::schema::Need::{Default, Optional, Otherwise, Required};
use super::schema::{Section, key};
use super::secret::{Resolver, Secret, SecretSource};
use super::table::Table;
use super::value::{Listen, Network, Size, Value, WebUrl};

/// A token shorter than this can be guessed.
const SHORTEST_TOKEN: usize = 16;

/// `[server]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub listen: SocketAddr,
    /// Without a slash at its end.
    pub public_url: String,
    pub tls: Option<Tls>,
    /// Whose word on the client's address and scheme is taken.
    pub trusted_proxies: Vec<Network>,
    /// Bytes of one request's body.
    pub body_limit: usize,
    /// Bytes of all bodies being received; beyond it the answer is 503.
    pub in_flight_limit: usize,
    /// Open at the same time; at least one.
    pub connections: u32,
    /// The same of one client.
    pub connections_per_client: u32,
    /// Lets its bearer read `/metrics` and the reasons in `/readyz` from another machine.
    pub metrics_token: Option<Secret>,
}

/// Where the server's certificate is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

pub(super) static SERVER: Section = Section {
    heading: "[server]",
    about: "Where Upheld listens for webhooks and browsers. Off the loopback address it needs a certificate of its own or a proxy it may trust; otherwise it refuses to start.",
    keys: &[
        key(
            "listen",
            One(Value::Listen),
            Default("\"127.0.0.1:8080\""),
            "Where to listen.",
            "\"0.0.0.0:443\"",
        ),
        key(
            "public_url",
            One(Value::Url),
            Otherwise("`http://localhost:` and the port of `listen`"),
            "How browsers reach Upheld. Links in messages begin with it, and requests for another host are refused.",
            "\"https://sla.example.com\"",
        ),
        key("tls", Sub(&TLS), Optional, "Certificate and key; absent means plain HTTP.", ""),
        key(
            "trusted_proxies",
            List(Value::Network),
            Optional,
            "Proxies in front of Upheld whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.",
            "[\"10.0.0.7\"]",
        ),
        key(
            "body_limit",
            One(Value::Size),
            Default("\"8 MiB\""),
            "The largest body of a request; a larger one is answered 413.",
            "\"8 MiB\"",
        ),
        key(
            "in_flight_limit",
            One(Value::Size),
            Default("\"64 MiB\""),
            "All bodies that are being received together; beyond it the answer is 503.",
            "\"64 MiB\"",
        ),
        key(
            "connections",
            One(Value::Count),
            Default("1024"),
            "Connections open at the same time; further ones are closed at once.",
            "1024",
        ),
        key(
            "connections_per_client",
            One(Value::Count),
            Default("128"),
            "The same of one client address (of IPv6, one /64 network). Proxies in `trusted_proxies` count only towards `connections`.",
            "128",
        ),
        key(
            "metrics_token",
            One(Value::Secret),
            Optional,
            "Whoever sends this as bearer token may read `/metrics` and the reasons in `/readyz`. Without it only this machine may, and not through a proxy; everybody else learns from `/readyz` the bare state of each part.",
            "{ env = \"UPHELD_METRICS_TOKEN\" }",
        ),
    ],
};

static TLS: Section = Section {
    heading: "[server.tls]",
    about: "A certificate of Upheld's own.",
    keys: &[
        key(
            "certificate",
            One(Value::Path),
            Required,
            "PEM file with the certificate and its chain.",
            "\"tls/fullchain.pem\"",
        ),
        key("key", One(Value::Path), Required, "PEM file with the private key.", "\"tls/privkey.pem\""),
    ],
};

pub(super) static STORE: Section = Section {
    heading: "[store]",
    about: "Where Upheld keeps its journal and everything else.",
    keys: &[key(
        "url",
        One(Value::Secret),
        Default("\"sqlite:upheld.db\""),
        "`sqlite:` and a path (which starts at the folder of `upheld.toml` unless it begins with `/`), or `postgres://…`. With a password in it, better `{ env = \"DATABASE_URL\" }`.",
        "\"sqlite:/var/lib/upheld/upheld.db\"",
    )],
};

pub(super) fn server(table: &Table<'_>, resolver: &Resolver<'_>) -> Option<Server> {
    let listen = table.value("listen").map(|Listen(address)| address);
    let public_url = table.value("public_url").map(|WebUrl(url)| url);
    let tls = table.table("tls").filter(Table::is_present).map(|tls| {
        let file = |name: &str| readable(&tls, name, resolver);
        let paths = (file("certificate"), file("key"));
        tls.finish();
        Tls { certificate: paths.0, key: paths.1 }
    });
    let trusted_proxies = table.list("trusted_proxies");
    let (body_limit, in_flight_limit) = body_limits(table);
    let connections =
        (at_least_one(table, "connections", 1024), at_least_one(table, "connections_per_client", 128));
    let metrics_token = metrics_token(table, resolver);
    table.finish();
    let listen = listen?;
    if !listen.ip().to_canonical().is_loopback() && tls.is_none() && trusted_proxies.is_empty() {
        table.error(
            "listen",
            format!("{listen} can be reached from outside, and passwords would cross the network in the clear"),
            "add [server.tls] with certificate and key, or name your proxy in trusted_proxies, or listen on 127.0.0.1",
        );
    }
    let public_url = public_url.unwrap_or_else(|| format!("http://localhost:{}", listen.port()));
    check_public_url(table, &public_url);
    Some(Server {
        listen,
        public_url,
        tls,
        trusted_proxies,
        body_limit,
        in_flight_limit,
        connections: connections.0,
        connections_per_client: connections.1,
        metrics_token,
    })
}

/// How large one body, and all that are being received together, may be; in bytes.
fn body_limits(table: &Table<'_>) -> (usize, usize) {
    let spoilt = |name: &str| table.problems.spoilt(&table.spot_of(name));
    let size = |name: &str| {
        let Size(bytes) = table.value(name).unwrap_or(Size(0));
        if table.has(name) && bytes < 1_024 && !spoilt(name) {
            table.error(name, "is too small for any webhook", "write a size such as \"8 MiB\"");
        }
        usize::try_from(bytes).unwrap_or(usize::MAX)
    };
    let limits = (size("body_limit"), size("in_flight_limit"));
    if limits.0 > limits.1 && !spoilt("body_limit") && !spoilt("in_flight_limit") {
        table.error(
            "body_limit",
            "is more than `in_flight_limit`, so that no body of that size could be received",
            "write an `in_flight_limit` of several times the `body_limit`",
        );
    }
    limits
}

fn at_least_one(table: &Table<'_>, name: &str, usual: u32) -> u32 {
    let number = table.value(name).unwrap_or(1);
    if number == 0 {
        let remedy = format!("write a number such as {usual}");
        table.error(name, "is 0, so nobody could be answered", &remedy);
    }
    number
}

fn metrics_token(table: &Table<'_>, resolver: &Resolver<'_>) -> Option<Secret> {
    let source: SecretSource = table.value("metrics_token")?;
    let token = resolver.secret(source, &table.spot_of("metrics_token"), table.problems)?;
    if token.reveal().is_some_and(|token| token.len() < SHORTEST_TOKEN) {
        table.warning(
            "metrics_token",
            "is short and could be guessed",
            "write one of 16 or more characters, such as `openssl rand -hex 24` prints",
        );
    }
    Some(token)
}

fn check_public_url(table: &Table<'_>, public_url: &str) {
    let Ok(url) = url::Url::parse(public_url) else { return };
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        table.error(
            "public_url",
            "has a path, a query or a fragment",
            "write scheme, host and port only: \"https://sla.example.com\"",
        );
    }
    let local = url.host_str().is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() == "http" && !local {
        table.error("public_url", "sends sign-in links and sessions in the clear", "write https://");
    }
}

/// A path that must lead to a file that can be read.
fn readable(table: &Table<'_>, name: &str, resolver: &Resolver<'_>) -> PathBuf {
    let Some((spot, value)) = table.raw(name, Value::Path) else { return PathBuf::new() };
    let Some(text) = value.as_str().filter(|text| !text.trim().is_empty()) else {
        table.problems.error(spot, Wrong::new("is not a path", "write it in quotes"));
        return PathBuf::new();
    };
    let path = resolver.path(text.trim());
    if let Err(error) = std::fs::File::open(&path) {
        let what = format!("cannot read {}: {error}", path.display());
        table.problems.error(spot, Wrong::new(what, "write the path of a file that this user may read"));
    }
    path
}

/// The database's address, with an SQLite path made independent of where the program is started.
pub(super) fn store(table: &Table<'_>, resolver: &Resolver<'_>) -> Option<Secret> {
    let source: Option<SecretSource> = table.value("url");
    table.finish();
    let secret = resolver.secret(source?, &table.spot_of("url"), table.problems)?;
    let text = secret.reveal().unwrap_or_default();
    if let Some(path) = text.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() {
            table.error("url", "names no file", "write for example \"sqlite:upheld.db\"");
            return None;
        }
        let path =
            if path == ":memory:" { path.to_owned() } else { resolver.path(path).display().to_string() };
        return Some(Secret::inline(&format!("sqlite:{path}")));
    }
    if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
        table.error("url", "is neither SQLite nor PostgreSQL", "begin with \"sqlite:\" or \"postgres://\"");
    }
    Some(secret)
}
