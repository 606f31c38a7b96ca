//! Collecting literals and matches into blocks, and writing each block in the shortest of the three ways.

use std::io::{self, Write};

use super::trees::{self, Code};

/// A block holds fewer symbols than this.
const SYMBOLS_MAX: usize = 0x8000;
const LITERALS: usize = 256;
const END_OF_BLOCK: usize = 256;
const LENGTH_CODES: usize = 29;
/// Symbols of the first alphabet: literals, the end, lengths.
const LITERAL_SYMBOLS: usize = LITERALS + 1 + LENGTH_CODES;
const DISTANCE_SYMBOLS: usize = 30;
const LENGTH_BITS_SYMBOLS: usize = 19;

const LENGTH_EXTRA: [u8; LENGTH_CODES] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const DISTANCE_EXTRA: [u8; DISTANCE_SYMBOLS] = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
    13,
];
/// The order in which the lengths of the third alphabet are written, likely ones first.
const LENGTH_BITS_ORDER: [usize; LENGTH_BITS_SYMBOLS] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

#[derive(Clone, Copy)]
enum Symbol {
    Literal(u8),
    /// Length less three, distance less one.
    Match(u8, u16),
}

/// Takes symbols and writes blocks.
pub(super) struct Blocks<'a> {
    output: &'a mut dyn Write,
    pending: u64,
    pending_bits: u32,
    symbols: Vec<Symbol>,
    matches: usize,
    literal_counts: Vec<u32>,
    distance_counts: Vec<u32>,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(output: &'a mut dyn Write) -> Self {
        let mut blocks = Self {
            output,
            pending: 0,
            pending_bits: 0,
            symbols: Vec::with_capacity(SYMBOLS_MAX),
            matches: 0,
            literal_counts: Vec::new(),
            distance_counts: Vec::new(),
        };
        blocks.start_block();
        blocks
    }

    fn start_block(&mut self) {
        self.symbols.clear();
        self.matches = 0;
        self.literal_counts = vec![0; LITERAL_SYMBOLS];
        self.distance_counts = vec![0; DISTANCE_SYMBOLS];
        count(&mut self.literal_counts, END_OF_BLOCK);
    }

    /// Adds a literal; whether the block is full. `length`: input bytes of the block so far.
    pub(super) fn literal(&mut self, byte: u8, length: usize) -> bool {
        self.symbols.push(Symbol::Literal(byte));
        count(&mut self.literal_counts, usize::from(byte));
        self.is_full(length)
    }

    /// Adds a match; whether the block is full.
    pub(super) fn matched(&mut self, distance: usize, match_length: usize, length: usize) -> bool {
        let distance = u16::try_from(distance - 1).unwrap_or(u16::MAX);
        let match_length = u8::try_from(match_length - 3).unwrap_or(u8::MAX);
        self.symbols.push(Symbol::Match(match_length, distance));
        self.matches += 1;
        count(
            &mut self.literal_counts,
            LITERALS + 1 + length_code(match_length).0,
        );
        count(&mut self.distance_counts, distance_code(distance).0);
        self.is_full(length)
    }

    /// gzip ends a block when its buffer is full, and every 4096 symbols if few matches made it much shorter.
    fn is_full(&self, length: usize) -> bool {
        let symbols = self.symbols.len();
        if symbols & 0xfff == 0 {
            let counts = self.distance_counts.iter().zip(DISTANCE_EXTRA);
            let distances: usize = counts
                .map(|(count, extra)| *count as usize * (5 + usize::from(extra)))
                .sum();
            let guess = (symbols * 8 + distances) >> 3;
            if self.matches < symbols / 2 && guess < length / 2 {
                return true;
            }
        }
        symbols == SYMBOLS_MAX - 1 || self.matches == SYMBOLS_MAX
    }

    /// Writes the block. `bytes`: its input, if still at hand; `length`: of that input.
    pub(super) fn flush(
        &mut self,
        bytes: Option<&[u8]>,
        length: usize,
        last: bool,
    ) -> io::Result<()> {
        let literals = trees::build(
            &self.literal_counts,
            &literal_extra,
            Some(&static_literal),
            15,
        );
        let distances = trees::build(&self.distance_counts, &distance_extra, Some(&|_| 5), 15);
        let mut runs = trees::runs(&literals);
        runs.extend(trees::runs(&distances));
        let mut run_counts = vec![0; LENGTH_BITS_SYMBOLS];
        for run in &runs {
            count(&mut run_counts, run.symbol);
        }
        let lengths = trees::build(&run_counts, &trees::run_extra, None, 7);
        let written = |symbol: &usize| {
            lengths
                .codes
                .get(*symbol)
                .is_some_and(|code| code.bits != 0)
        };
        let last_length = LENGTH_BITS_ORDER
            .iter()
            .rposition(written)
            .unwrap_or(0)
            .max(3);

        let header_bits = 3 * (last_length as u64 + 1) + 14;
        let dynamic_bits =
            literals.total_bits + distances.total_bits + lengths.total_bits + header_bits;
        let static_bytes = (literals.static_bits + distances.static_bits + 10) >> 3;
        let best_bytes = ((dynamic_bits + 10) >> 3).min(static_bytes);
        let last_bit = u64::from(last);
        match bytes {
            Some(bytes) if length as u64 + 4 <= best_bytes => {
                self.bits(last_bit, 3)?;
                self.store(bytes)?;
            }
            _ if static_bytes == best_bytes => {
                self.bits(2 + last_bit, 3)?;
                self.write_symbols(
                    &trees::static_codes(288, &static_literal),
                    &trees::static_codes(30, &|_| 5),
                )?;
            }
            _ => {
                self.bits(4 + last_bit, 3)?;
                self.bits(literals.symbols as u64 - 257, 5)?;
                self.bits(distances.symbols as u64 - 1, 5)?;
                self.bits(last_length as u64 - 3, 4)?;
                for symbol in LENGTH_BITS_ORDER.iter().take(last_length + 1) {
                    let bits = lengths.codes.get(*symbol).map_or(0, |code| code.bits);
                    self.bits(u64::from(bits), 3)?;
                }
                for run in &runs {
                    self.code(&lengths.codes, run.symbol)?;
                    self.bits(run.extra, u32::from(trees::run_extra(run.symbol)))?;
                }
                self.write_symbols(&literals.codes, &distances.codes)?;
            }
        }
        self.start_block();
        Ok(())
    }

    fn store(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.align()?;
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        self.output.write_all(&length.to_le_bytes())?;
        self.output.write_all(&(!length).to_le_bytes())?;
        self.output.write_all(bytes)
    }

    fn write_symbols(&mut self, literals: &[Code], distances: &[Code]) -> io::Result<()> {
        for symbol in std::mem::take(&mut self.symbols) {
            match symbol {
                Symbol::Literal(byte) => self.code(literals, usize::from(byte))?,
                Symbol::Match(length, distance) => {
                    let (code, base) = length_code(length);
                    self.code(literals, LITERALS + 1 + code)?;
                    self.bits(
                        u64::from(length) - base,
                        u32::from(literal_extra(LITERALS + 1 + code)),
                    )?;
                    let (code, base) = distance_code(distance);
                    self.code(distances, code)?;
                    self.bits(u64::from(distance) - base, u32::from(distance_extra(code)))?;
                }
            }
        }
        self.code(literals, END_OF_BLOCK)
    }

    fn code(&mut self, codes: &[Code], symbol: usize) -> io::Result<()> {
        match codes.get(symbol) {
            Some(code) => self.bits(u64::from(code.value), u32::from(code.bits)),
            None => Ok(()),
        }
    }

    fn bits(&mut self, value: u64, count: u32) -> io::Result<()> {
        self.pending |= value << self.pending_bits;
        self.pending_bits += count;
        while self.pending_bits >= 8 {
            self.output.write_all(&[self.pending.to_le_bytes()[0]])?;
            self.pending >>= 8;
            self.pending_bits -= 8;
        }
        Ok(())
    }

    fn align(&mut self) -> io::Result<()> {
        let missing = (8 - self.pending_bits) % 8;
        self.bits(0, missing)
    }

    /// Writes what is left of the last byte.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.align()
    }
}

fn count(counts: &mut [u32], symbol: usize) {
    if let Some(count) = counts.get_mut(symbol) {
        *count += 1;
    }
}

/// The bits of a literal or length in the static code of RFC 1951.
fn static_literal(symbol: usize) -> u8 {
    match symbol {
        144..=255 => 9,
        256..=279 => 7,
        _ => 8,
    }
}

fn literal_extra(symbol: usize) -> u8 {
    let length = symbol.checked_sub(LITERALS + 1);
    length
        .and_then(|code| LENGTH_EXTRA.get(code))
        .copied()
        .unwrap_or(0)
}

fn distance_extra(symbol: usize) -> u8 {
    DISTANCE_EXTRA.get(symbol).copied().unwrap_or(0)
}

/// The code of a length less three, and the first length less three that has it.
fn length_code(length: u8) -> (usize, u64) {
    if length == u8::MAX {
        return (LENGTH_CODES - 1, u64::from(length));
    }
    code_of(
        u64::from(length),
        LENGTH_EXTRA.get(..LENGTH_CODES - 1).unwrap_or_default(),
    )
}

/// The code of a distance less one, and the first distance less one that has it.
fn distance_code(distance: u16) -> (usize, u64) {
    code_of(u64::from(distance), &DISTANCE_EXTRA)
}

fn code_of(value: u64, extra: &[u8]) -> (usize, u64) {
    let mut base = 0;
    for (code, bits) in extra.iter().enumerate() {
        let next = base + (1 << bits);
        if value < next {
            return (code, base);
        }
        base = next;
    }
    (0, 0)
}
