//! The secrets of one integration, to be taken out of what is kept of its deliveries. A monitor that quotes its
//! own configuration, or a template that names the address it posts to, would else keep them for a month.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

/// What stands in a secret's place; letters that no format has to escape.
const INSTEAD: &str = "[secret]";
/// What is shorter occurs by chance, and guards nothing.
const SHORTEST: usize = 8;

/// The secrets of one integration.
#[derive(Clone, Default)]
pub struct Secrets(Arc<[String]>);

impl Secrets {
    pub fn new(secrets: impl IntoIterator<Item = String>) -> Self {
        let mut secrets: Vec<String> = secrets.into_iter().filter(|text| text.len() >= SHORTEST).collect();
        // One may be the beginning of another.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets.into())
    }

    /// The text without them.
    pub fn out_of_text(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret, INSTEAD))
    }

    /// The bytes without them; nearly always the same bytes.
    pub fn out_of(&self, bytes: Bytes) -> Bytes {
        match std::str::from_utf8(&bytes) {
            Ok(text) if self.0.iter().any(|secret| text.contains(secret)) => self.out_of_text(text).into(),
            Ok(_) => bytes,
            Err(_) => self.0.iter().fold(bytes, |bytes, secret| out_of_bytes(bytes, secret.as_bytes())),
        }
    }
}

fn out_of_bytes(bytes: Bytes, secret: &[u8]) -> Bytes {
    let find = |from: &[u8]| from.windows(secret.len()).position(|window| window == secret);
    let Some(first) = find(&bytes) else { return bytes };
    let (mut kept, mut rest) = (Vec::with_capacity(bytes.len()), &bytes[..]);
    let mut next = Some(first);
    while let Some(at) = next {
        kept.extend_from_slice(&rest[..at]);
        kept.extend_from_slice(INSTEAD.as_bytes());
        rest = &rest[at + secret.len()..];
        next = find(rest);
    }
    kept.extend_from_slice(rest);
    kept.into()
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_taken_out_wherever_they_stand() {
        let secrets = Secrets::new(["0123456789abcdef", "0123456789abcdef-new", "tiny"].map(String::from));
        let out = |bytes: &'static [u8]| secrets.out_of(Bytes::from_static(bytes));
        let body =
            br#"{"url":"https://x/webhooks/am/0123456789abcdef-new","old":"0123456789abcdef","tiny":1}"#;
        let kept = br#"{"url":"https://x/webhooks/am/[secret]","old":"[secret]","tiny":1}"#;
        assert_eq!(out(body), &kept[..]);
        assert_eq!(out(b"\xff 0123456789abcdef \xff0123456789abcdef"), &b"\xff [secret] \xff[secret]"[..]);
        let plain = Bytes::from_static(b"{}");
        assert_eq!(secrets.out_of(plain.clone()).as_ptr(), plain.as_ptr());
        assert_eq!(secrets.out_of_text("text/x; key=0123456789abcdef"), "text/x; key=[secret]");
        assert!(!format!("{secrets:?}").contains("0123"));
    }
}
