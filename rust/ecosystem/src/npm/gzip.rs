//! Compression byte for byte as GNU gzip's `gzip -n -9` does it.
//!
//! nixpkgs packs git dependencies of npm projects with that program, and the packed bytes are hashed. Any compressor makes a
//! valid stream; only gzip's own choices make this one. They differ from zlib's in three places: a block also ends where
//! gzip guesses that a new one would pay, matches may look at stale bytes behind the end of the input, and a block is stored
//! only where that saves a byte. The format is RFC 1951 and RFC 1952; that the choices are the same is tested against the
//! program.

mod matches;
mod symbols;
mod trees;

use std::io::{self, Write};

/// Writes `input` compressed. Err: `output` failed.
pub(super) fn compress(input: &[u8], output: &mut dyn Write) -> io::Result<()> {
    // Magic, deflate, no flags, no time, slowest algorithm, Unix.
    output.write_all(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3])?;
    let mut blocks = symbols::Blocks::new(output);
    matches::deflate(input, &mut blocks)?;
    blocks.finish()?;
    output.write_all(&crc32(input).to_le_bytes())?;
    // The length modulo 2^32.
    let [a, b, c, d, ..] = (input.len() as u64).to_le_bytes();
    output.write_all(&[a, b, c, d])
}

/// The check sum of RFC 1952, section 8.
fn crc32(input: &[u8]) -> u32 {
    let mut check = u32::MAX;
    for byte in input {
        let index = (check ^ u32::from(*byte)) & 0xff;
        check = CRC_TABLE.get(index as usize).copied().unwrap_or(0) ^ (check >> 8);
    }
    !check
}

static CRC_TABLE: [u32; 256] = crc_table();

#[expect(
    clippy::indexing_slicing,
    reason = "the index is below 256; const code has no iterators"
)]
const fn crc_table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut value = index as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 0 {
                value >> 1
            } else {
                (value >> 1) ^ 0xedb8_8320
            };
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
}

#[cfg(test)]
mod tests;
