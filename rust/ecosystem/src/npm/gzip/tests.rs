use nixsmith_store::hash::{Algorithm, Notation, hash_bytes};

use super::compress;

/// A linear congruential generator, so that inputs need not lie here.
struct Noise(u64);

impl Noise {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn bytes(&mut self, length: usize, alphabet: u64) -> Vec<u8> {
        (0..length)
            .map(|_| self.next(alphabet).to_le_bytes()[0])
            .collect()
    }

    /// Words of a small vocabulary: long and short matches, far and near.
    fn prose(&mut self, length: usize, words: u64) -> Vec<u8> {
        let vocabulary: Vec<Vec<u8>> = (0..words)
            .map(|_| {
                let length = 1 + self.next(30) as usize;
                self.bytes(length, 256)
            })
            .collect();
        let mut text = Vec::new();
        while text.len() < length {
            let word = self.next(words) as usize;
            text.extend(&vocabulary[word]);
        }
        text.truncate(length);
        text
    }
}

/// Name, input.
fn inputs() -> Vec<(&'static str, Vec<u8>)> {
    let mut noise = Noise(7);
    let mut mixed = Vec::new();
    for round in 0..12 {
        mixed.extend(noise.bytes(9_000, 256));
        mixed.extend(vec![0; 700 * round]);
        mixed.extend(noise.prose(20_000, 40));
    }
    vec![
        ("empty", Vec::new()),
        ("one byte", b"a".to_vec()),
        ("short", b"abcabcabcabcabcabd".to_vec()),
        ("zeros", vec![0; 300_000]),
        ("noise", noise.bytes(100_000, 256)),
        ("four letters", noise.bytes(150_000, 4)),
        ("prose", noise.prose(400_000, 3_000)),
        ("repetitive", noise.prose(200_000, 12)),
        ("window", noise.prose(65_274, 200)),
        ("window and one", noise.prose(65_537, 200)),
        ("mixed", mixed),
    ]
}

/// SHA-256 of `gzip -n -9 <input`, GNU gzip 1.12.
const KNOWN: &[(&str, &str)] = &[
    (
        "empty",
        "f61f27bd17de546264aa58f40f3aafaac7021e0ef69c17f6b1b4cd7664a037ec",
    ),
    (
        "one byte",
        "394e0a2720b246cfcf432e6c69f453c58fbfbfbe3286fd2258e162a9cf0a5c95",
    ),
    (
        "short",
        "0b23aeca27f4d6f4236b4d29153d090ac7190290868d90b2e69189f769402fd8",
    ),
    (
        "zeros",
        "798b6bece81a5e71dc5b6cf6fb2536221cba7c1009fabd02940a1a47b8ed63d3",
    ),
    (
        "noise",
        "d5483ce47d2e2afa97e23004233fbfdb56474f9d4967f9908cb10f622e0e755d",
    ),
    (
        "four letters",
        "b1df40365aaeb863f8aef3dae8293b93721245e0e86095dcb813ac141dd03755",
    ),
    (
        "prose",
        "52646a8fb2a359915af8646ab817aaca125b5f0c8574dfe299edf8cc95e6825f",
    ),
    (
        "repetitive",
        "3bae3e11eba5da25832d29854e21d65e95d13b33890a24e8299d709c753181ea",
    ),
    (
        "window",
        "0b11ed8b06b70562a57619d3e21bf358f9a59939bb64f3af21aa534975aaca22",
    ),
    (
        "window and one",
        "932da3b3d5b9df4497423355d2efbbf388a50d506bd237f59c24f2b114063db1",
    ),
    (
        "mixed",
        "972e8415d457687313530fa3b84dbf8a0a75743c1fa56b15968284e76f7b7400",
    ),
];

#[test]
fn the_bytes_are_those_of_gnu_gzip() {
    let mut got = Vec::new();
    for (name, input) in inputs() {
        let mut packed = Vec::new();
        compress(&input, &mut packed).unwrap();
        got.push((
            name,
            hash_bytes(Algorithm::Sha256, &packed).to_text(Notation::Base16),
        ));
    }
    let known: Vec<_> = KNOWN
        .iter()
        .map(|(name, hash)| (*name, (*hash).to_owned()))
        .collect();
    assert_eq!(got, known);
}
