//! Hashing what arrives: SHA-256 for the cache, and the algorithm that the caller's hashes have.

use nixsmith_store::hash::{Algorithm, Hash, Hasher};

/// Those of `hashes` that have the strongest algorithm among them.
pub(super) fn strongest(hashes: &[Hash]) -> Vec<Hash> {
    let best = hashes.iter().map(|hash| strength(hash.algorithm())).max();
    hashes
        .iter()
        .filter(|hash| Some(strength(hash.algorithm())) == best)
        .cloned()
        .collect()
}

fn strength(algorithm: Algorithm) -> u8 {
    match algorithm {
        Algorithm::Md5 => 0,
        Algorithm::Sha1 => 1,
        Algorithm::Sha256 => 2,
        Algorithm::Blake3 => 3,
        Algorithm::Sha512 => 4,
    }
}

/// Two hashes of one stream.
pub(super) struct Hashers {
    sha256: Hasher,
    other: Option<Hasher>,
}

impl Hashers {
    /// For a stream that is expected to have one of `expected`, all of one algorithm.
    pub(super) fn new(expected: &[Hash]) -> Self {
        let algorithm = expected.first().map(Hash::algorithm);
        let other = algorithm
            .filter(|algorithm| *algorithm != Algorithm::Sha256)
            .map(Hasher::new);
        Self {
            sha256: Hasher::new(Algorithm::Sha256),
            other,
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        if let Some(other) = &mut self.other {
            other.update(bytes);
        }
    }

    /// SHA-256, and the other one if the caller's hashes have another algorithm.
    pub(super) fn finish(self) -> (Hash, Option<Hash>) {
        (self.sha256.finish(), self.other.map(Hasher::finish))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nixsmith_store::hash::hash_bytes;

    #[test]
    fn only_the_strongest_algorithm_counts() {
        let [md5, sha1, sha256, sha512, other] = [
            hash_bytes(Algorithm::Md5, b"a"),
            hash_bytes(Algorithm::Sha1, b"a"),
            hash_bytes(Algorithm::Sha256, b"a"),
            hash_bytes(Algorithm::Sha512, b"a"),
            hash_bytes(Algorithm::Sha512, b"b"),
        ];
        let all = [
            md5.clone(),
            sha512.clone(),
            sha1.clone(),
            other.clone(),
            sha256,
        ];
        assert_eq!(strongest(&all), [sha512, other]);
        assert_eq!(strongest(&[md5, sha1.clone()]), [sha1]);
        assert!(strongest(&[]).is_empty());
    }
}
