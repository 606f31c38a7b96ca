//! Hashes in Nix's sense: an algorithm and a digest, in any of the four notations.
//!
//! Accepts the texts that Nix 2.34 accepts (`Hash::parseAny` in `libutil/hash.cc`), sloppy base64 included, and refuses
//! the others. It does not know what was hashed.

use std::fmt;
use std::io;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Digest as _;

use crate::nix32;

/// A hash function that Nix knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// 16 bytes; broken, read only from old files.
    Md5,
    /// 20 bytes; broken, still what many npm locks state.
    Sha1,
    /// 32 bytes; Nix's default.
    Sha256,
    /// 64 bytes.
    Sha512,
    /// 32 bytes; experimental in Nix.
    Blake3,
}

impl Algorithm {
    /// Every algorithm, weakest first.
    pub const ALL: [Self; 5] = [
        Self::Md5,
        Self::Sha1,
        Self::Sha256,
        Self::Sha512,
        Self::Blake3,
    ];

    /// The name Nix gives it: `sha256`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
            Self::Blake3 => "blake3",
        }
    }

    /// The length of its digest in bytes.
    pub fn digest_bytes(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 | Self::Blake3 => 32,
            Self::Sha512 => 64,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == text)
            .ok_or_else(|| HashError::UnknownAlgorithm {
                name: text.to_owned(),
            })
    }
}

impl Serialize for Algorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Algorithm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A way to write a digest as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Notation {
    /// `sha256-…=`: the algorithm, a dash, base64 with padding.
    Sri,
    /// Nix's own base 32, without the letters e, o, t and u, digest read from its end.
    Nix32,
    /// Lower-case hexadecimal.
    Base16,
    /// Base64 with padding, without the algorithm.
    Base64,
}

impl Notation {
    /// Every notation.
    pub const ALL: [Self; 4] = [Self::Sri, Self::Nix32, Self::Base16, Self::Base64];

    /// The name Nix gives it: `nix32`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sri => "sri",
            Self::Nix32 => "nix32",
            Self::Base16 => "base16",
            Self::Base64 => "base64",
        }
    }
}

impl fmt::Display for Notation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Notation {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        Self::ALL
            .into_iter()
            .find(|notation| notation.name() == text)
            .ok_or_else(|| HashError::UnknownNotation {
                name: text.to_owned(),
            })
    }
}

impl Serialize for Notation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Why a text is no hash. The person who wrote the text can mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// The name before `:` or `-`, or of `--algo`, is none of Nix's.
    #[error("unknown hash algorithm `{name}`, expected md5, sha1, sha256, sha512 or blake3")]
    UnknownAlgorithm {
        /// As given.
        name: String,
    },
    /// The notation's name is none of Nix's.
    #[error("unknown hash notation `{name}`, expected sri, nix32, base16 or base64")]
    UnknownNotation {
        /// As given.
        name: String,
    },
    /// Neither the text nor the caller names the algorithm.
    #[error("hash `{text}` does not name its algorithm")]
    NoAlgorithm {
        /// As given.
        text: String,
    },
    /// The text names another algorithm than the caller expects.
    #[error("hash `{text}` should be of algorithm {expected}")]
    OtherAlgorithm {
        /// As given.
        text: String,
        /// What the caller asked for.
        expected: Algorithm,
    },
    /// No notation has this many characters for the algorithm.
    #[error("hash `{text}` has the wrong length for {algorithm}")]
    WrongLength {
        /// As given.
        text: String,
        /// The algorithm it claims.
        algorithm: Algorithm,
    },
    /// A character or a bit that the notation does not have.
    #[error("hash `{text}` is not valid {notation}")]
    NotInNotation {
        /// As given.
        text: String,
        /// The notation its length or prefix claims.
        notation: Notation,
    },
    /// The text is a hash, but not written in the notation asked for.
    #[error("hash `{text}` is not written as {notation}")]
    OtherNotation {
        /// As given.
        text: String,
        /// What the caller asked for.
        notation: Notation,
    },
    /// A digest of the wrong length was given as bytes.
    #[error("a {algorithm} digest has {} bytes, got {length_bytes}", algorithm.digest_bytes())]
    WrongDigestLength {
        /// The algorithm asked for.
        algorithm: Algorithm,
        /// What was given.
        length_bytes: usize,
    },
}

/// An algorithm and a digest of its length. Ordered by algorithm, then by bytes; shown as SRI.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash {
    algorithm: Algorithm,
    digest: Vec<u8>,
}

impl Hash {
    /// The hash with this digest. Err: the digest's length is not the algorithm's.
    pub fn new(algorithm: Algorithm, digest: &[u8]) -> Result<Self, HashError> {
        if digest.len() != algorithm.digest_bytes() {
            return Err(HashError::WrongDigestLength {
                algorithm,
                length_bytes: digest.len(),
            });
        }
        Ok(Self {
            algorithm,
            digest: digest.to_vec(),
        })
    }

    /// The hash that `text` writes, as Nix reads it.
    ///
    /// `ALGORITHM-BASE64` (SRI), `ALGORITHM:DIGEST` or `DIGEST` alone, which needs `algorithm`. The length tells base16,
    /// nix32 and base64 apart. Base16 may be upper case; base64 may lack its padding after `ALGORITHM-`.
    /// Err: the text is wrong, or its algorithm is not the one expected.
    pub fn parse(text: &str, algorithm: Option<Algorithm>) -> Result<Self, HashError> {
        Self::parse_with_notation(text, algorithm).map(|(hash, _)| hash)
    }

    /// As [`Hash::parse`], with the notation the text is written in.
    pub fn parse_with_notation(
        text: &str,
        algorithm: Option<Algorithm>,
    ) -> Result<(Self, Notation), HashError> {
        let (prefix, rest, is_sri) = split_prefix(text);
        let named = prefix.map(str::parse::<Algorithm>).transpose()?;
        let algorithm = match (named, algorithm) {
            (Some(named), Some(expected)) if named != expected => {
                return Err(HashError::OtherAlgorithm {
                    text: text.to_owned(),
                    expected,
                });
            }
            (Some(known), _) | (None, Some(known)) => known,
            (None, None) => {
                return Err(HashError::NoAlgorithm {
                    text: text.to_owned(),
                });
            }
        };
        let notation = if is_sri {
            Notation::Sri
        } else {
            notation_of_length(rest.len(), algorithm).ok_or_else(|| HashError::WrongLength {
                text: text.to_owned(),
                algorithm,
            })?
        };
        let digest = decode(rest, notation).filter(|it| it.len() == algorithm.digest_bytes());
        match digest {
            Some(digest) => Ok((Self { algorithm, digest }, notation)),
            None => Err(HashError::NotInNotation {
                text: text.to_owned(),
                notation,
            }),
        }
    }

    /// The hash function.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The digest; as long as the algorithm says.
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// The digest as text. Only SRI carries the algorithm.
    pub fn to_text(&self, notation: Notation) -> String {
        let encoding = &data_encoding::BASE64;
        match notation {
            Notation::Sri => format!("{}-{}", self.algorithm, encoding.encode(&self.digest)),
            Notation::Nix32 => nix32::encode(&self.digest),
            Notation::Base16 => data_encoding::HEXLOWER.encode(&self.digest),
            Notation::Base64 => encoding.encode(&self.digest),
        }
    }

    /// The digest folded to `length_bytes` by exclusive or, as Nix makes the digest part of a store path.
    pub fn compress(&self, length_bytes: usize) -> Vec<u8> {
        let mut folded = vec![0; length_bytes];
        for (slot, byte) in (0..length_bytes).cycle().zip(&self.digest) {
            if let Some(target) = folded.get_mut(slot) {
                *target ^= byte;
            }
        }
        folded
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.to_text(Notation::Sri))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        Self::parse(text, None)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text(Notation::Sri))
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text, None).map_err(serde::de::Error::custom)
    }
}

/// The algorithm's name, the rest, and whether `-` stood between them. A colon anywhere wins over a dash.
fn split_prefix(text: &str) -> (Option<&str>, &str, bool) {
    if let Some((prefix, rest)) = text.split_once(':') {
        return (Some(prefix), rest, false);
    }
    match text.split_once('-') {
        Some((prefix, rest)) => (Some(prefix), rest, true),
        None => (None, text, false),
    }
}

fn notation_of_length(length: usize, algorithm: Algorithm) -> Option<Notation> {
    let digest = algorithm.digest_bytes();
    if length == digest * 2 {
        Some(Notation::Base16)
    } else if length == nix32::encoded_length(digest) {
        Some(Notation::Nix32)
    } else if length == digest.div_ceil(3) * 4 {
        Some(Notation::Base64)
    } else {
        None
    }
}

fn decode(text: &str, notation: Notation) -> Option<Vec<u8>> {
    match notation {
        Notation::Base16 => data_encoding::HEXLOWER_PERMISSIVE
            .decode(text.as_bytes())
            .ok(),
        Notation::Nix32 => nix32::decode(text.as_bytes()),
        Notation::Sri | Notation::Base64 => decode_base64(text.as_bytes()),
    }
}

/// Base64 as Nix decodes it: line feeds skipped, everything from the first `=` ignored, left-over bits dropped.
fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut pending = 0_u32;
    let mut pending_bits = 0_u32;
    for &character in text.iter().take_while(|&&it| it != b'=') {
        let value = match character {
            b'\n' => continue,
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        pending = (pending << 6 | u32::from(value)) & 0xfff;
        pending_bits += 6;
        if pending_bits >= 8 {
            pending_bits -= 8;
            bytes.push(u8::try_from(pending >> pending_bits & 0xff).ok()?);
        }
    }
    Some(bytes)
}

enum State {
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
    Sha512(sha2::Sha512),
    Blake3(Box<blake3::Hasher>),
}

/// A hash being computed; bytes go in by [`Hasher::update`] or as an `io::Write`.
pub struct Hasher {
    state: State,
}

impl Hasher {
    /// A hasher that has seen nothing.
    pub fn new(algorithm: Algorithm) -> Self {
        let state = match algorithm {
            Algorithm::Md5 => State::Md5(md5::Md5::new()),
            Algorithm::Sha1 => State::Sha1(sha1::Sha1::new()),
            Algorithm::Sha256 => State::Sha256(sha2::Sha256::new()),
            Algorithm::Sha512 => State::Sha512(sha2::Sha512::new()),
            Algorithm::Blake3 => State::Blake3(Box::new(blake3::Hasher::new())),
        };
        Self { state }
    }

    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Md5(state) => state.update(bytes),
            State::Sha1(state) => state.update(bytes),
            State::Sha256(state) => state.update(bytes),
            State::Sha512(state) => state.update(bytes),
            State::Blake3(state) => {
                state.update(bytes);
            }
        }
    }

    /// The hash of everything taken in.
    pub fn finish(self) -> Hash {
        let (algorithm, digest) = match self.state {
            State::Md5(state) => (Algorithm::Md5, state.finalize().to_vec()),
            State::Sha1(state) => (Algorithm::Sha1, state.finalize().to_vec()),
            State::Sha256(state) => (Algorithm::Sha256, state.finalize().to_vec()),
            State::Sha512(state) => (Algorithm::Sha512, state.finalize().to_vec()),
            State::Blake3(state) => (Algorithm::Blake3, state.finalize().as_bytes().to_vec()),
        };
        Hash { algorithm, digest }
    }
}

impl io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The hash of these bytes.
pub fn hash_bytes(algorithm: Algorithm, bytes: &[u8]) -> Hash {
    let mut hasher = Hasher::new(algorithm);
    hasher.update(bytes);
    hasher.finish()
}

/// The hash of all a reader gives, and its length in bytes.
pub fn hash_reader(algorithm: Algorithm, reader: &mut impl io::Read) -> io::Result<(Hash, u64)> {
    let mut hasher = Hasher::new(algorithm);
    let mut buffer = vec![0; 64 * 1024];
    let mut length_bytes = 0;
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => return Ok((hasher.finish(), length_bytes)),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(buffer.get(..count).unwrap_or_default());
        length_bytes += count as u64;
    }
}

#[cfg(test)]
#[path = "hash_tests.rs"]
mod tests;
