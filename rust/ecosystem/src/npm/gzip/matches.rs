//! Finding repeated strings: hash chains over a sliding window, with one byte of lazy evaluation, at gzip's level 9.

use std::io;

use super::symbols::Blocks;

const WINDOW: usize = 32 * 1024;
const MASK: usize = WINDOW - 1;
const HASH_SIZE: usize = 1 << 15;
const HASH_SHIFT: usize = 5;
const MATCH_MIN: usize = 3;
const MATCH_MAX: usize = 258;
/// Fewer bytes ahead than this, and more are read.
const LOOKAHEAD_MIN: usize = MATCH_MAX + MATCH_MIN + 1;
const DISTANCE_MAX: usize = WINDOW - LOOKAHEAD_MIN;
/// A match of three bytes farther away than this costs more than the bytes.
const TOO_FAR: usize = 4096;
/// With a match of this length in hand only a quarter of the chain is searched.
const GOOD_LENGTH: usize = 32;
const CHAIN_MAX: usize = 4096;

struct Deflate<'input> {
    rest: &'input [u8],
    at_end: bool,
    /// Two windows; what lies behind the input's end is what was there before, and matches may look at it.
    window: Vec<u8>,
    /// The last position with each hash; 0: none.
    head: Vec<usize>,
    /// The position before, by position modulo the window.
    previous: Vec<usize>,
    hash: usize,
    start: usize,
    lookahead: usize,
    /// Where the current block began; negative when that has slid out of the window.
    block_start: isize,
    match_start: usize,
}

/// Turns `input` into blocks of literals and matches.
pub(super) fn deflate(input: &[u8], blocks: &mut Blocks<'_>) -> io::Result<()> {
    let mut state = Deflate {
        rest: input,
        at_end: false,
        window: vec![0; 2 * WINDOW],
        head: vec![0; HASH_SIZE],
        previous: vec![0; WINDOW],
        hash: 0,
        start: 0,
        lookahead: 0,
        block_start: 0,
        match_start: 0,
    };
    while state.lookahead < LOOKAHEAD_MIN && !state.at_end {
        state.fill();
    }
    for index in 0..MATCH_MIN - 1 {
        state.update_hash(index);
    }
    state.run(blocks)
}

impl Deflate<'_> {
    fn run(&mut self, blocks: &mut Blocks<'_>) -> io::Result<()> {
        let mut match_length = MATCH_MIN - 1;
        let mut literal_pending = false;
        while self.lookahead != 0 {
            let head = self.insert();
            let previous_length = match_length;
            let previous_match = self.match_start;
            match_length = MATCH_MIN - 1;
            if self.worth_searching(head, previous_length) {
                match_length = self
                    .longest_match(head, previous_length)
                    .min(self.lookahead);
                if match_length == MATCH_MIN && self.start - self.match_start > TOO_FAR {
                    match_length = MATCH_MIN - 1;
                }
            }
            if previous_length >= MATCH_MIN && match_length <= previous_length {
                let distance = self.start - 1 - previous_match;
                let full = blocks.matched(distance, previous_length, self.block_length());
                self.lookahead -= previous_length - 1;
                for _ in 0..previous_length - 2 {
                    self.start += 1;
                    self.insert();
                }
                literal_pending = false;
                match_length = MATCH_MIN - 1;
                self.start += 1;
                if full {
                    self.flush(blocks, false)?;
                }
            } else {
                if literal_pending && blocks.literal(self.byte(self.start - 1), self.block_length())
                {
                    self.flush(blocks, false)?;
                }
                literal_pending = true;
                self.start += 1;
                self.lookahead -= 1;
            }
            while self.lookahead < LOOKAHEAD_MIN && !self.at_end {
                self.fill();
            }
        }
        if literal_pending {
            blocks.literal(self.byte(self.start - 1), self.block_length());
        }
        self.flush(blocks, true)
    }

    fn worth_searching(&self, head: usize, previous_length: usize) -> bool {
        head != 0
            && previous_length < MATCH_MAX
            && self.start - head <= DISTANCE_MAX
            && self.start <= 2 * WINDOW - LOOKAHEAD_MIN
    }

    /// Length of the longest match for what starts at `start`; `match_start` says where it is, if longer than `best`.
    fn longest_match(&mut self, head: usize, mut best: usize) -> usize {
        let limit = self.start.saturating_sub(DISTANCE_MAX);
        let mut chain = if best >= GOOD_LENGTH {
            CHAIN_MAX / 4
        } else {
            CHAIN_MAX
        };
        let scan = self
            .window
            .get(self.start..self.start + MATCH_MAX)
            .unwrap_or_default();
        let mut candidate = head;
        loop {
            let other = self
                .window
                .get(candidate..candidate + MATCH_MAX)
                .unwrap_or_default();
            if other.get(best - 1..=best) == scan.get(best - 1..=best) {
                let length = scan
                    .iter()
                    .zip(other)
                    .take_while(|(one, two)| one == two)
                    .count();
                if length > best {
                    self.match_start = candidate;
                    best = length;
                    if length >= MATCH_MAX {
                        return best;
                    }
                }
            }
            candidate = self.previous.get(candidate & MASK).copied().unwrap_or(0);
            chain -= 1;
            if candidate <= limit || chain == 0 {
                return best;
            }
        }
    }

    fn byte(&self, position: usize) -> u8 {
        self.window.get(position).copied().unwrap_or(0)
    }

    fn update_hash(&mut self, position: usize) {
        self.hash =
            ((self.hash << HASH_SHIFT) ^ usize::from(self.byte(position))) & (HASH_SIZE - 1);
    }

    /// Notes the string at `start`; the last position with the same hash, 0: none.
    fn insert(&mut self) -> usize {
        self.update_hash(self.start + MATCH_MIN - 1);
        let head = self
            .head
            .get_mut(self.hash)
            .map_or(0, |head| std::mem::replace(head, self.start));
        if let Some(previous) = self.previous.get_mut(self.start & MASK) {
            *previous = head;
        }
        head
    }

    /// Reads into the free part of the window; slides it first when the upper half is in use.
    fn fill(&mut self) {
        if self.start >= WINDOW + DISTANCE_MAX {
            self.window.copy_within(WINDOW.., 0);
            self.match_start = self.match_start.saturating_sub(WINDOW);
            self.start -= WINDOW;
            self.block_start -= WINDOW.cast_signed();
            for position in self.head.iter_mut().chain(&mut self.previous) {
                *position = position.saturating_sub(WINDOW);
            }
        }
        let free = self
            .window
            .get_mut(self.start + self.lookahead..)
            .unwrap_or_default();
        let count = free.len().min(self.rest.len());
        let (now, later) = self
            .rest
            .split_at_checked(count)
            .unwrap_or((self.rest, &[]));
        if let Some(target) = free.get_mut(..count) {
            target.copy_from_slice(now);
        }
        self.rest = later;
        self.lookahead += count;
        if count == 0 {
            self.at_end = true;
            free.iter_mut()
                .take(MATCH_MIN - 1)
                .for_each(|byte| *byte = 0);
        }
    }

    /// Length of the input that the current block covers so far.
    fn block_length(&self) -> usize {
        usize::try_from(self.start.cast_signed() - self.block_start).unwrap_or(0)
    }

    fn flush(&mut self, blocks: &mut Blocks<'_>, last: bool) -> io::Result<()> {
        let length = self.block_length();
        let begin = usize::try_from(self.block_start).ok();
        let bytes = begin.and_then(|begin| self.window.get(begin..begin + length));
        blocks.flush(bytes, length, last)?;
        self.block_start = self.start.cast_signed();
        Ok(())
    }
}
