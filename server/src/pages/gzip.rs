//! A page compressed once though a part of it differs each time.
//!
//! A deflate stream may be made of pieces that end at whole bytes, with stored blocks between them: the pieces of
//! the page are compressed once, the nonces go in as they are. Checksums of pieces can be put together, too.

use axum::body::Bytes;
use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress, Status};

const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// An empty stored block, the last of its stream.
const END: [u8; 5] = [1, 0, 0, 0xff, 0xff];

/// What compression is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// One answer: the reader waits for it.
    EachTime,
    /// All answers from now on.
    Once,
}

/// Pieces of a page, compressed.
#[derive(Debug)]
pub struct Gzip {
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    packed: Vec<u8>,
    check: Hasher,
    length: usize,
}

impl Gzip {
    /// Compresses the pieces.
    pub fn new(pieces: &[Bytes], effort: Effort) -> Option<Self> {
        Some(Self { pieces: pieces.iter().map(|piece| Piece::new(piece, effort)).collect::<Option<_>>()? })
    }

    /// Bytes it takes.
    pub fn len(&self) -> usize {
        self.pieces.iter().map(|piece| piece.packed.len()).sum()
    }

    /// The pieces with this between them, as one gzip file.
    pub fn join(&self, between: &str) -> Vec<u8> {
        let between = between.as_bytes();
        let size = u16::try_from(between.len()).unwrap_or(0);
        let of_between = checked(between);
        let mut out = Vec::with_capacity(self.len() + self.pieces.len() * (between.len() + 5) + 23);
        out.extend(HEAD);
        let mut check = Hasher::new();
        let mut length = 0;
        for (at, piece) in self.pieces.iter().enumerate() {
            if at > 0 {
                out.push(0);
                out.extend(size.to_le_bytes());
                out.extend((!size).to_le_bytes());
                out.extend(between);
                check.combine(&of_between);
                length += between.len();
            }
            out.extend(&piece.packed);
            check.combine(&piece.check);
            length += piece.length;
        }
        out.extend(END);
        out.extend(check.finalize().to_le_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "the format wants the length modulo 2^32")]
        out.extend((length as u32).to_le_bytes());
        out
    }
}

impl Piece {
    fn new(plain: &[u8], effort: Effort) -> Option<Self> {
        let level = match effort {
            Effort::EachTime => Compression::fast(),
            Effort::Once => Compression::default(),
        };
        let mut deflate = Compress::new(level, false);
        let mut packed = Vec::with_capacity(plain.len() / 3 + 64);
        loop {
            let taken = usize::try_from(deflate.total_in()).ok()?;
            let status = deflate.compress_vec(plain.get(taken..)?, &mut packed, FlushCompress::Sync).ok()?;
            let is_taken = usize::try_from(deflate.total_in()).ok()? == plain.len();
            if is_taken && packed.len() < packed.capacity() {
                break;
            }
            if matches!(status, Status::BufError) && packed.len() < packed.capacity() {
                return None;
            }
            packed.reserve(packed.capacity());
        }
        Some(Self { packed, check: checked(plain), length: plain.len() })
    }
}

fn checked(bytes: &[u8]) -> Hasher {
    let mut check = Hasher::new();
    check.update(bytes);
    check
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read as _;

    #[test]
    fn what_was_put_together_comes_apart_as_the_whole() {
        let long: String = (0..20_000).map(|n| (n * n).to_string()).collect::<Vec<_>>().join("</li><li>");
        let cases: [&[&str]; 5] =
            [&[""], &["a page"], &["<head>", "<body>", ""], &["", ""], &[&long, &long, "x"]];
        for pieces in cases {
            let bytes: Vec<Bytes> =
                pieces.iter().map(|piece| Bytes::copy_from_slice(piece.as_bytes())).collect();
            for effort in [Effort::EachTime, Effort::Once] {
                let packed = Gzip::new(&bytes, effort).unwrap().join("a-nonce");
                let mut plain = String::new();
                GzDecoder::new(&packed[..]).read_to_string(&mut plain).unwrap();
                assert_eq!(plain, pieces.join("a-nonce"));
            }
        }
        let bytes = [Bytes::from(long.clone().into_bytes())];
        assert!(Gzip::new(&bytes, Effort::Once).unwrap().join("").len() < long.len() / 3);
    }
}
