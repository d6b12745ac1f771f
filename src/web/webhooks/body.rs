//! Takes in a body: bounded by itself, bounded together with all others, and decompressed within bounds.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use futures_util::StreamExt;

/// The largest body, before and after decompression, unless told otherwise.
pub const LARGEST: usize = 8 << 20;
/// The most that all requests together may hold, unless told otherwise.
pub const IN_FLIGHT: usize = 64 << 20;
/// So many times the largest body is still read (and dropped) of one that is too large, so that its sender can
/// read our answer.
const DISCARD: usize = 4;
/// The same for a stranger, and for a wrong method.
const DISCARD_REFUSED: usize = 1 << 20;

/// Counts the bytes that requests hold.
#[derive(Debug)]
pub struct InFlight {
    used: AtomicUsize,
    most: usize,
    /// Of one request.
    largest: usize,
}

impl InFlight {
    pub const fn new(most: usize, largest: usize) -> Self {
        Self { used: AtomicUsize::new(0), most, largest }
    }

    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    pub fn share(self: &Arc<Self>) -> Share {
        Share { of: Arc::clone(self), held: 0 }
    }
}

/// What one request holds of it; given back when it ends.
#[derive(Debug)]
pub struct Share {
    of: Arc<InFlight>,
    held: usize,
}

impl Share {
    fn grow(&mut self, bytes: usize) -> Result<(), Refusal> {
        let room = |used: usize| used.checked_add(bytes).filter(|sum| *sum <= self.of.most);
        self.of
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, room)
            .map(|_| self.held += bytes)
            .map_err(|_| Refusal::Busy)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.of.used.fetch_sub(self.held, Ordering::Relaxed);
    }
}

/// Why a body was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    TooLarge,
    /// All requests together hold too much.
    Busy,
    /// The sender broke off.
    Broken,
}

/// Reads the whole body. A declared length is believed only when it is too large.
pub async fn read(headers: &HeaderMap, body: Body, share: &mut Share) -> Result<Bytes, Refusal> {
    let declared = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    let mut stream = body.into_data_stream();
    let read = if declared.is_some_and(|length| length > share.of.largest) {
        Err(Refusal::TooLarge)
    } else {
        collect(&mut stream, share).await
    };
    if matches!(read, Err(Refusal::TooLarge | Refusal::Busy)) {
        discard(&mut stream, share.of.largest.saturating_mul(DISCARD)).await;
    }
    read
}

async fn collect(stream: &mut BodyDataStream, share: &mut Share) -> Result<Bytes, Refusal> {
    let mut whole = Vec::new();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| Refusal::Broken)?;
        if whole.len() + piece.len() > share.of.largest {
            return Err(Refusal::TooLarge);
        }
        share.grow(piece.len())?;
        whole.extend_from_slice(&piece);
    }
    Ok(whole.into())
}

/// Drops a body nobody wants. Without it the connection would be reset before the sender reads why.
pub async fn refuse(body: Body) {
    discard(&mut body.into_data_stream(), DISCARD_REFUSED).await;
}

async fn discard(stream: &mut BodyDataStream, most: usize) {
    let mut dropped = 0;
    while let Some(Ok(piece)) = stream.next().await {
        dropped += piece.len();
        if dropped > most {
            break;
        }
    }
}

/// A body that was taken in.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    /// Ready to be understood.
    Plain(Bytes),
    /// Still as it arrived, with the reason in English.
    Compressed(Bytes, String),
}

/// True when the body begins as gzip does; no text does.
pub fn is_gzip(body: &[u8]) -> bool {
    body.starts_with(&[0x1F, 0x8B])
}

/// Undoes gzip, by the look of the body: proxies lose the header, or keep it over a body they unpacked.
pub fn decompress(headers: &HeaderMap, body: Bytes, share: &mut Share) -> Result<Content, Refusal> {
    if !is_gzip(&body) {
        let encoding = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
        let foreign = encoding.map(|name| name.trim().to_ascii_lowercase()).filter(|name| {
            matches!(name.as_str(), "br" | "zstd" | "deflate" | "compress")
                && std::str::from_utf8(&body).is_err()
        });
        return Ok(match foreign {
            Some(name) => Content::Compressed(
                body,
                format!("the body is compressed as {name}; only gzip is understood"),
            ),
            None => Content::Plain(body),
        });
    }
    let mut decoder = MultiGzDecoder::new(&body[..]);
    let mut whole = Vec::new();
    let mut piece = vec![0; 64 << 10];
    loop {
        match decoder.read(&mut piece) {
            Ok(0) => return Ok(Content::Plain(whole.into())),
            Ok(length) if whole.len() + length > share.of.largest => return Err(Refusal::TooLarge),
            Ok(length) => {
                share.grow(length)?;
                whole.extend_from_slice(piece.get(..length).unwrap_or_default());
            }
            Err(_) => return Ok(Content::Compressed(body, "the gzip stream is damaged".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(plain: &[u8]) -> Bytes {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap().into()
    }

    fn share() -> Share {
        Arc::new(InFlight::new(IN_FLIGHT, LARGEST)).share()
    }

    #[test]
    fn gzip_is_known_by_its_look() {
        let plain = Content::Plain(Bytes::from_static(b"{}"));
        let mut mislabelled = HeaderMap::new();
        mislabelled.insert(header::CONTENT_ENCODING, "gzip".parse().unwrap());
        assert_eq!(decompress(&HeaderMap::new(), gzip(b"{}"), &mut share()), Ok(plain));
        let plain = Content::Plain(Bytes::from_static(b"{}"));
        assert_eq!(decompress(&mislabelled, Bytes::from_static(b"{}"), &mut share()), Ok(plain));
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = gzip(&vec![b' '; 40 * LARGEST]);
        assert!(bomb.len() < LARGEST / 10);
        let pool = Arc::new(InFlight::new(IN_FLIGHT, LARGEST));
        let mut share = pool.share();
        assert_eq!(decompress(&HeaderMap::new(), bomb, &mut share), Err(Refusal::TooLarge));
        assert!(pool.used() <= LARGEST);
        drop(share);
        assert_eq!(pool.used(), 0);
    }

    #[test]
    fn a_damaged_or_foreign_stream_is_kept() {
        let whole = gzip(b"{\"alerts\":[]}");
        let cut = whole.slice(..whole.len() - 6);
        assert!(matches!(
            decompress(&HeaderMap::new(), cut.clone(), &mut share()), Ok(Content::Compressed(kept, _)) if kept == cut
        ));
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_ENCODING, "br".parse().unwrap());
        let body = Bytes::from_static(b"\x0b\xff\x80");
        assert!(matches!(
            decompress(&headers, body.clone(), &mut share()),
            Ok(Content::Compressed(kept, reason)) if kept == body && reason.contains("br")
        ));
    }

    #[test]
    fn all_shares_together_are_bounded() {
        let pool = Arc::new(InFlight::new(100, LARGEST));
        let (mut one, mut two) = (pool.share(), pool.share());
        assert_eq!(one.grow(60), Ok(()));
        assert_eq!(two.grow(41), Err(Refusal::Busy));
        assert_eq!(two.grow(40), Ok(()));
        assert_eq!(two.grow(usize::MAX), Err(Refusal::Busy));
        drop(one);
        assert_eq!((pool.used(), two.grow(60)), (40, Ok(())));
        drop(two);
        assert_eq!(pool.used(), 0);
    }
}
