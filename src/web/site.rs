//! Under which names this server may be addressed, and which guards stand before every page.
//!
//! A foreign page can make a visitor's browser talk to us, under our name by posting a form, or under a
//! name of its own by DNS rebinding. Pages therefore answer only to their own names, and act only on
//! requests that come from their own pages.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::Url;

use crate::config::Network;

/// The names of this server.
#[derive(Clone, Debug)]
pub struct Site {
    /// Each way to address us: what `Host` then says, and what `Origin` says.
    names: Vec<(String, String)>,
    /// Where links that we hand out lead to, without a slash at the end.
    base: String,
    proxies: Vec<Network>,
    secure: bool,
}

/// Content from this server only, no inline scripts or styles, never inside a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const GUARDS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

impl Site {
    /// The site bound to `bound`, known to the world as `public_url` if that is given, and always as
    /// localhost on the bound port.
    pub fn new(public_url: Option<&Url>, bound: SocketAddr, tls: bool, proxies: Vec<Network>) -> Self {
        let scheme = if tls { "https" } else { "http" };
        let mut urls: Vec<Url> = public_url.cloned().into_iter().collect();
        let local = ["localhost", "127.0.0.1", "[::1]"];
        urls.extend(
            local.iter().filter_map(|host| Url::parse(&format!("{scheme}://{host}:{}", bound.port())).ok()),
        );
        let names = urls.iter().filter_map(|url| Some((authority(url)?, origin(url)))).collect();
        let base = public_url.map_or_else(
            || format!("{scheme}://localhost:{}", bound.port()),
            |url| url.as_str().trim_end_matches('/').to_owned(),
        );
        let secure = base.starts_with("https:");
        Self { names, base, proxies, secure }
    }

    /// A link to `path` (which starts with a slash) as people outside use it.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Whether people reach us encrypted, so that cookies may be marked `Secure`.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    fn answers_to(&self, host: &str) -> bool {
        self.names.iter().any(|(name, _)| name.eq_ignore_ascii_case(host))
    }

    /// Whether a request to `host` that calls itself from `origin` comes from one of our own pages.
    fn is_own(&self, host: &str, origin: &str) -> bool {
        self.names.iter().any(|(name, own)| name.eq_ignore_ascii_case(host) && own == origin)
    }

    /// The address of the person's own machine: the peer's, or what a trusted proxy says of it.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.is_proxy(peer) {
            return peer;
        }
        let told = headers.get_all("x-forwarded-for").iter();
        // A line that is no text ends the walk as a hop that is no address does.
        let hops = told.rev().flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
        // From the right, each proxy vouches for the one before it; the first stranger is the client. What
        // stands further left anybody may have written.
        let mut nearest = peer;
        for hop in hops {
            match hop_address(hop.trim()) {
                Some(address) if self.is_proxy(address) => nearest = address,
                Some(address) => return address,
                None => break,
            }
        }
        nearest
    }

    /// Whether this is one of the proxies in front of us.
    pub fn is_proxy(&self, peer: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(peer))
    }
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().or_else(|_| hop.parse::<SocketAddr>().map(|socket| socket.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

/// `host` or `host:port` as a browser writes it into `Host`: without the scheme's own port.
fn authority(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The host a request is addressed to, from `Host` or, in HTTP/2, from the request line.
pub fn host_in<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.or_else(|| uri.authority().map(axum::http::uri::Authority::as_str))
}

/// Stands before every page: the right name, the right origin, and headers that keep others out.
pub async fn guard(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let mut response = match refuse(&site, &request) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in GUARDS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if site.is_secure() {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    let private = HeaderValue::from_static("no-store");
    headers.entry(header::CACHE_CONTROL).or_insert(private);
    response
}

fn refuse(site: &Site, request: &Request) -> Option<Response> {
    let host = host_in(request.headers(), request.uri()).unwrap_or_default();
    if !site.answers_to(host) {
        let text = format!(
            "Upheld does not answer under this name. Open {} instead; \
             if this name is meant to work, set it as public_url.\n",
            site.base
        );
        return Some((StatusCode::MISDIRECTED_REQUEST, text).into_response());
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) || from_own_page(site, host, request.headers())
    {
        return None;
    }
    let text = "This request did not come from one of Upheld's own pages, so nothing was done. \
                Open the page again and repeat it there.\n";
    Some((StatusCode::FORBIDDEN, text).into_response())
}

/// Whether a page of ours made this request. Under `Referrer-Policy: no-referrer` a browser that submits
/// a form without script calls its origin `null`; then `Sec-Fetch-Site`, which no page can set, decides.
fn from_own_page(site: &Site, host: &str, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("origin") {
        Some("null") => text("sec-fetch-site") == Some("same-origin"),
        Some(origin) => site.is_own(host, origin),
        None => false,
    }
}

/// One household or machine: an IPv6 customer has a whole /64.
pub fn place(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) => {
            let mut parts = address.segments();
            parts[4..].fill(0);
            IpAddr::V6(Ipv6Addr::from(parts))
        }
        v4 => v4,
    }
}

/// The address a request came from, for handlers that limit attempts.
pub fn peer_of(request_info: Option<&ConnectInfo<SocketAddr>>) -> IpAddr {
    request_info.map_or(IpAddr::from([0, 0, 0, 0]), |ConnectInfo(peer)| peer.ip().to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::any;
    use tower::ServiceExt;

    use super::*;

    fn site() -> Site {
        let public = Url::parse("https://sla.example.org/").unwrap();
        Site::new(
            Some(&public),
            "127.0.0.1:8080".parse().unwrap(),
            false,
            vec![Network::parse("10.0.0.0/8").unwrap()],
        )
    }

    async fn ask(method: Method, headers: &[(&str, &str)]) -> Response {
        let app = Router::new()
            .route("/", any(|| async { "page" }))
            .layer(axum::middleware::from_fn_with_state(Arc::new(site()), guard));
        let mut request = Request::builder().method(method).uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn pages_answer_to_their_own_names_only() {
        for host in ["sla.example.org", "SLA.example.org", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert_eq!(ask(Method::GET, &[("host", host)]).await.status(), StatusCode::OK, "{host}");
        }
        for host in ["evil.example", "localhost:9090", "localhost", "sla.example.org:8080", ""] {
            let status = ask(Method::GET, &[("host", host)]).await.status();
            assert_eq!(status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        }
    }

    #[tokio::test]
    async fn a_post_must_come_from_a_page_of_the_same_origin() {
        let public = ("host", "sla.example.org");
        let good = [
            vec![public, ("origin", "https://sla.example.org")],
            vec![public, ("origin", "null"), ("sec-fetch-site", "same-origin")],
            vec![("host", "localhost:8080"), ("origin", "http://localhost:8080")],
        ];
        for headers in good {
            assert_eq!(ask(Method::POST, &headers).await.status(), StatusCode::OK, "{headers:?}");
        }
        let bad = [
            vec![public],
            vec![public, ("sec-fetch-site", "same-origin")],
            vec![public, ("origin", "null")],
            vec![public, ("origin", "null"), ("sec-fetch-site", "same-site")],
            vec![public, ("origin", "http://sla.example.org")],
            vec![public, ("origin", "https://evil.example")],
            vec![("host", "localhost:8080"), ("origin", "https://sla.example.org")],
        ];
        for headers in bad {
            assert_eq!(ask(Method::POST, &headers).await.status(), StatusCode::FORBIDDEN, "{headers:?}");
        }
    }

    #[tokio::test]
    async fn every_answer_carries_the_guards() {
        for host in ["sla.example.org", "evil.example"] {
            let response = ask(Method::GET, &[("host", host)]).await;
            let headers = response.headers();
            assert_eq!(headers["referrer-policy"], "no-referrer");
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert_eq!(headers["cache-control"], "no-store");
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_speaks_for_others() {
        let client = |peer: &str, told: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", told.parse().unwrap());
            site().client(peer.parse().unwrap(), &headers).to_string()
        };
        assert_eq!(client("203.0.113.9", "1.1.1.1"), "203.0.113.9");
        assert_eq!(client("10.0.0.1", "1.1.1.1"), "1.1.1.1");
        assert_eq!(client("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2"), "1.1.1.1");
        assert_eq!(client("10.0.0.1", "nonsense"), "10.0.0.1");
        // What the client itself wrote does not hide what our proxy wrote behind it.
        assert_eq!(client("10.0.0.1", "unknown, 1.1.1.1"), "1.1.1.1");
        assert_eq!(client("10.0.0.1", "1.1.1.1, , 10.0.0.2"), "10.0.0.2");
        assert_eq!(client("10.0.0.1", "1.1.1.1:4711"), "1.1.1.1");
        assert_eq!(client("10.0.0.1", "[2001:db8::1]:4711"), "2001:db8::1");
        assert_eq!(client("10.0.0.1", "2001:db8::1"), "2001:db8::1");
    }
}
