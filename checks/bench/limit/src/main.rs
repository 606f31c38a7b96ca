//! Prints the bytes per second of SHA-256 over memory: the upper limit for hashing any file on this machine.

use std::hint::black_box;
use std::time::Instant;

use sha2::{Digest, Sha256};

const BLOCK_BYTES: usize = 1 << 20;
const BLOCKS: usize = 1 << 10;

fn main() {
    let block = vec![0x5a_u8; BLOCK_BYTES];
    let start = Instant::now();
    let mut hasher = Sha256::new();
    for _ in 0..BLOCKS {
        hasher.update(black_box(&block));
    }
    black_box(hasher.finalize());
    println!("{:.0}", (BLOCK_BYTES * BLOCKS) as f64 / start.elapsed().as_secs_f64());
}
