//! Code lengths and codes for counted symbols, with the same choice among equals as gzip, and their run lengths.

/// How one symbol is written: its bits, first one lowest.
#[derive(Clone, Copy, Default)]
pub(super) struct Code {
    pub(super) value: u16,
    pub(super) bits: u8,
}

/// The code of one alphabet in one block.
pub(super) struct Tree {
    /// By symbol.
    pub(super) codes: Vec<Code>,
    /// Symbols up to the last one used.
    pub(super) symbols: usize,
    /// Length of all counted symbols with their extra bits.
    pub(super) total_bits: u64,
    /// The same by the static code; 0 where there is none.
    pub(super) static_bits: u64,
}

type Bits<'a> = &'a dyn Fn(usize) -> u8;

/// The code for these counts, no symbol longer than `bits_max`. `extra`: extra bits of a symbol; `fixed`: its bits in the static code.
pub(super) fn build(
    counts: &[u32],
    extra: Bits<'_>,
    fixed: Option<Bits<'_>>,
    bits_max: u8,
) -> Tree {
    let mut builder = Builder::new(counts);
    let symbols = builder.last_used + 1;
    builder.join();
    let lengths = builder.lengths(counts.len(), bits_max);
    let mut total_bits = 0;
    let mut static_bits = 0;
    // Symbols that are there only because a code needs two are in no sum.
    for (symbol, count) in counts.iter().enumerate() {
        let bits = |length: u8| u64::from(*count) * (u64::from(length) + u64::from(extra(symbol)));
        total_bits += bits(lengths.get(symbol).copied().unwrap_or(0));
        static_bits += fixed.map_or(0, |fixed| bits(fixed(symbol)));
    }
    Tree {
        codes: codes(&lengths),
        symbols,
        total_bits,
        static_bits,
    }
}

/// A code with the given lengths.
pub(super) fn static_codes(symbols: usize, lengths: Bits<'_>) -> Vec<Code> {
    codes(&(0..symbols).map(lengths).collect::<Vec<u8>>())
}

/// The canonical code of RFC 1951, 3.2.2.
fn codes(lengths: &[u8]) -> Vec<Code> {
    let mut counts = [0_u16; 17];
    for length in lengths.iter().filter(|length| **length != 0) {
        if let Some(count) = counts.get_mut(usize::from(*length)) {
            *count += 1;
        }
    }
    let mut next = [0_u16; 17];
    let mut code = 0_u16;
    for (first, count) in next.iter_mut().skip(1).zip(counts) {
        code = code.wrapping_add(count) << 1;
        *first = code;
    }
    let assign = |length: &u8| {
        let Some(code) = next.get_mut(usize::from(*length)).filter(|_| *length != 0) else {
            return Code::default();
        };
        let value = code.reverse_bits() >> (16 - *length);
        *code = code.wrapping_add(1);
        Code {
            value,
            bits: *length,
        }
    };
    lengths.iter().map(assign).collect()
}

#[derive(Clone, Copy)]
struct TreeNode {
    count: u32,
    depth: u8,
    parent: usize,
    length: u8,
}

/// Huffman's algorithm over a binary heap; which of two equal counts comes first decides the code lengths, so the heap is gzip's.
struct Builder {
    nodes: Vec<TreeNode>,
    /// Numbers of nodes, the rarest at 1; 0 is unused.
    heap: Vec<usize>,
    /// Nodes from rarest to most frequent as they left the heap.
    leaving: Vec<usize>,
    last_used: usize,
}

impl Builder {
    fn new(counts: &[u32]) -> Self {
        let node = |count: &u32| TreeNode {
            count: *count,
            depth: 0,
            parent: 0,
            length: 0,
        };
        let mut builder = Self {
            nodes: counts.iter().map(node).collect(),
            heap: vec![0],
            leaving: Vec::new(),
            last_used: 0,
        };
        for (symbol, count) in counts.iter().enumerate() {
            if *count != 0 {
                builder.heap.push(symbol);
                builder.last_used = symbol;
            }
        }
        let mut used = builder.heap.len() > 1;
        while builder.heap.len() < 3 {
            let symbol = match (used, builder.last_used) {
                (false, _) => 0,
                (true, last @ 0..2) => last + 1,
                (true, _) => 0,
            };
            used = true;
            builder.last_used = builder.last_used.max(symbol);
            builder.heap.push(symbol);
            if let Some(node) = builder.nodes.get_mut(symbol) {
                node.count = 1;
            }
        }
        builder
    }

    fn key(&self, node: usize) -> (u32, u8) {
        self.nodes
            .get(node)
            .map_or((u32::MAX, u8::MAX), |node| (node.count, node.depth))
    }

    fn at(&self, slot: usize) -> usize {
        self.heap.get(slot).copied().unwrap_or(0)
    }

    fn set(&mut self, slot: usize, node: usize) {
        if let Some(target) = self.heap.get_mut(slot) {
            *target = node;
        }
    }

    fn sift_down(&mut self, mut slot: usize) {
        let moved = self.at(slot);
        let length = self.heap.len() - 1;
        let mut child = slot * 2;
        while child <= length {
            if child < length && self.key(self.at(child + 1)) <= self.key(self.at(child)) {
                child += 1;
            }
            if self.key(moved) <= self.key(self.at(child)) {
                break;
            }
            self.set(slot, self.at(child));
            slot = child;
            child *= 2;
        }
        self.set(slot, moved);
    }

    /// Joins the two rarest until one is left.
    fn join(&mut self) {
        for slot in (1..=(self.heap.len() - 1) / 2).rev() {
            self.sift_down(slot);
        }
        while self.heap.len() > 2 {
            let rarest = self.at(1);
            let last = self.heap.pop().unwrap_or(0);
            self.set(1, last);
            self.sift_down(1);
            let second = self.at(1);
            let parent = self.nodes.len();
            let (count, depth) = (
                self.key(rarest).0 + self.key(second).0,
                self.key(rarest).1.max(self.key(second).1),
            );
            self.nodes.push(TreeNode {
                count,
                depth: depth.wrapping_add(1),
                parent: 0,
                length: 0,
            });
            for child in [rarest, second] {
                self.leaving.push(child);
                if let Some(node) = self.nodes.get_mut(child) {
                    node.parent = parent;
                }
            }
            self.set(1, parent);
            self.sift_down(1);
        }
        self.leaving.push(self.at(1));
    }

    /// The length of each of the first `symbols` nodes, none above `bits_max`.
    fn lengths(&mut self, symbols: usize, bits_max: u8) -> Vec<u8> {
        let mut per_length = [0_usize; 17];
        let mut too_long = 0_usize;
        let mut lengths = vec![0; symbols];
        let mut root = true;
        for index in self.leaving.iter().rev() {
            let Some(node) = self.nodes.get(*index).copied() else {
                continue;
            };
            let above = self
                .nodes
                .get(node.parent)
                .map_or(0, |parent| parent.length);
            let mut length = if root { 0 } else { above + 1 };
            root = false;
            if length > bits_max {
                length = bits_max;
                too_long += 1;
            }
            if let Some(node) = self.nodes.get_mut(*index) {
                node.length = length;
            }
            if let (Some(target), Some(count)) = (
                lengths.get_mut(*index),
                per_length.get_mut(usize::from(length)),
            ) {
                *target = length;
                *count += 1;
            }
        }
        if too_long > 0 {
            balance(&mut per_length, too_long, bits_max);
            self.spread(&mut lengths, &per_length, bits_max);
        }
        lengths
    }

    /// Gives the lengths out again, the longest to the rarest.
    fn spread(&self, lengths: &mut [u8], per_length: &[usize; 17], bits_max: u8) {
        let symbols = lengths.len();
        let mut leaves = self.leaving.iter().filter(|node| **node < symbols);
        for length in (1..=bits_max).rev() {
            let count = per_length.get(usize::from(length)).copied().unwrap_or(0);
            for leaf in leaves.by_ref().take(count) {
                if let Some(target) = lengths.get_mut(*leaf) {
                    *target = length;
                }
            }
        }
    }
}

/// Makes room for leaves that were cut to `bits_max`: moves one leaf down and brings another as its brother, two at a time.
fn balance(per_length: &mut [usize; 17], too_long: usize, bits_max: u8) {
    let deepest = usize::from(bits_max);
    let mut left = too_long.cast_signed();
    while left > 0 {
        let Some(bits) = (1..deepest)
            .rev()
            .find(|bits| per_length.get(*bits).is_some_and(|count| *count > 0))
        else {
            return;
        };
        let mut change = |at: usize, by: isize| {
            if let Some(count) = per_length.get_mut(at) {
                *count = count.saturating_add_signed(by);
            }
        };
        change(bits, -1);
        change(bits + 1, 2);
        change(deepest, -1);
        left -= 2;
    }
}

/// One symbol of the alphabet in which code lengths are written, with the value of its extra bits.
pub(super) struct Run {
    pub(super) symbol: usize,
    pub(super) extra: u64,
}

/// Extra bits of a run's symbol.
pub(super) fn run_extra(symbol: usize) -> u8 {
    match symbol {
        16 => 2,
        17 => 3,
        18 => 7,
        _ => 0,
    }
}

/// The code lengths of a tree with repetitions written short, as gzip cuts them. RFC 1951, 3.2.7.
pub(super) fn runs(tree: &Tree) -> Vec<Run> {
    let mut runs = Vec::new();
    let lengths: Vec<u8> = tree
        .codes
        .iter()
        .take(tree.symbols)
        .map(|code| code.bits)
        .collect();
    let mut previous = None;
    let mut count = 0_u64;
    for (index, length) in lengths.iter().copied().enumerate() {
        count += 1;
        let next = lengths.get(index + 1).copied();
        let (most, least) = match (length, previous == Some(length)) {
            (0, _) => (138, 3),
            (_, true) => (6, 3),
            (_, false) => (7, 4),
        };
        if count < most && next == Some(length) {
            continue;
        }
        let plain = |runs: &mut Vec<Run>, count: u64| {
            for _ in 0..count {
                runs.push(Run {
                    symbol: usize::from(length),
                    extra: 0,
                });
            }
        };
        if count < least {
            plain(&mut runs, count);
        } else if length != 0 {
            let fresh = previous != Some(length);
            plain(&mut runs, u64::from(fresh));
            runs.push(Run {
                symbol: 16,
                extra: count - u64::from(fresh) - 3,
            });
        } else if count <= 10 {
            runs.push(Run {
                symbol: 17,
                extra: count - 3,
            });
        } else {
            runs.push(Run {
                symbol: 18,
                extra: count - 11,
            });
        }
        count = 0;
        previous = Some(length);
    }
    runs
}
