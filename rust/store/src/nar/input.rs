//! NARs as binary caches keep them: compressed or not.

use std::io::{self, BufRead, Read};

use crate::archive::{Compression, decoder};

/// The NAR in a file, decompressed where its first bytes show a compression, or its name (`.br`) claims one.
///
/// Broken compression comes as an `io::Error` which [`Reader`](super::Reader) turns into its own.
pub fn decompressed<'input>(
    name: &str,
    mut input: impl BufRead + 'input,
) -> io::Result<Box<dyn Read + 'input>> {
    let head = input.fill_buf()?;
    // The length of the NAR's magic string; no compression begins so.
    let is_plain = head.first() == Some(&(super::MAGIC.len() as u8));
    let compression = match Compression::detect(head) {
        Some(compression) => compression,
        None if is_plain => Compression::None,
        None => match Compression::of_name(name) {
            Some(Compression::Brotli) => Compression::Brotli,
            _ => Compression::None,
        },
    };
    decoder(input, compression)
}
