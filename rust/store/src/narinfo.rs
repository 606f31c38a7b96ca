//! A `.narinfo`: what a binary cache says of one store path.
//!
//! `libstore/nar-info.cc` of Nix 2.34. Lines are `Key: value`, in any order; keys that are not known are skipped. Signatures are read, not
//! verified.

use std::collections::BTreeSet;

use crate::hash::{Algorithm, Hash};
use crate::store_path::{StoreDir, StorePath};

/// A narinfo is some kilobytes; the references of a large closure's root may take some hundred.
pub const LIMIT_BYTES: u64 = 1 << 20;

/// Why a text is no narinfo.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NarInfoError {
    /// Not `Key: value`.
    #[error("line {line} is no `Key: value`")]
    Line {
        /// From 1.
        line: usize,
    },
    /// A key that every narinfo has.
    #[error("it has no `{key}`")]
    Missing {
        /// Which.
        key: &'static str,
    },
    /// A key that may stand once.
    #[error("it has `{key}` twice")]
    Twice {
        /// Which.
        key: &'static str,
    },
    /// A value that is none.
    #[error("`{key}` is wrong: {reason}")]
    Value {
        /// Whose.
        key: &'static str,
        /// Why.
        reason: String,
    },
}

/// What a binary cache says of one store path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NarInfo {
    /// The path.
    pub store_path: StorePath,
    /// Where its NAR lies, relative to the cache.
    pub url: String,
    /// How the NAR is compressed; `bzip2` where the line is absent, as in Nix.
    pub compression: String,
    /// The hash of the compressed NAR.
    pub file_hash: Option<Hash>,
    /// The size of the compressed NAR.
    pub file_size_bytes: Option<u64>,
    /// The hash of the NAR.
    pub nar_hash: Hash,
    /// The size of the NAR.
    pub nar_size_bytes: u64,
    /// What it refers to, itself perhaps included.
    pub references: BTreeSet<StorePath>,
    /// The derivation that made it.
    pub deriver: Option<StorePath>,
    /// `NAME:BASE64`, each.
    pub signatures: Vec<String>,
}

/// The lines, sorted into their keys.
#[derive(Default)]
struct Lines<'text> {
    store_path: Option<&'text str>,
    url: Option<&'text str>,
    compression: Option<&'text str>,
    file_hash: Option<&'text str>,
    file_size: Option<&'text str>,
    nar_hash: Option<&'text str>,
    nar_size: Option<&'text str>,
    references: Option<&'text str>,
    deriver: Option<&'text str>,
    signatures: Vec<&'text str>,
}

impl<'text> Lines<'text> {
    fn read(text: &'text str) -> Result<Self, NarInfoError> {
        let mut lines = Self::default();
        for (index, line) in text.lines().enumerate() {
            let (key, value) = line
                .split_once(':')
                .filter(|(key, _)| is_key(key))
                .ok_or(NarInfoError::Line { line: index + 1 })?;
            let value = value.trim();
            let (slot, key) = match key {
                "StorePath" => (&mut lines.store_path, "StorePath"),
                "URL" => (&mut lines.url, "URL"),
                "Compression" => (&mut lines.compression, "Compression"),
                "FileHash" => (&mut lines.file_hash, "FileHash"),
                "FileSize" => (&mut lines.file_size, "FileSize"),
                "NarHash" => (&mut lines.nar_hash, "NarHash"),
                "NarSize" => (&mut lines.nar_size, "NarSize"),
                "References" => (&mut lines.references, "References"),
                "Deriver" => (&mut lines.deriver, "Deriver"),
                "Sig" => {
                    lines.signatures.push(value);
                    continue;
                }
                _ => continue,
            };
            if slot.replace(value).is_some() {
                return Err(NarInfoError::Twice { key });
            }
        }
        Ok(lines)
    }
}

impl NarInfo {
    /// The narinfo that a text writes, for paths of this store.
    pub fn parse(text: &str, store: &StoreDir) -> Result<Self, NarInfoError> {
        let lines = Lines::read(text)?;
        let store_path = needed("StorePath", lines.store_path)?;
        let nar_hash = hash("NarHash", needed("NarHash", lines.nar_hash)?)?;
        if nar_hash.algorithm() != Algorithm::Sha256 {
            return Err(wrong("NarHash", "it is no sha256"));
        }
        let none_if_unknown = |deriver: &&str| !matches!(*deriver, "" | "unknown-deriver");
        Ok(Self {
            store_path: store
                .parse(store_path)
                .map_err(|error| wrong("StorePath", error))?,
            url: needed("URL", lines.url)?.to_owned(),
            compression: lines
                .compression
                .filter(|name| !name.is_empty())
                .unwrap_or("bzip2")
                .to_owned(),
            file_hash: lines
                .file_hash
                .map(|text| hash("FileHash", text))
                .transpose()?,
            file_size_bytes: lines
                .file_size
                .map(|text| size("FileSize", text))
                .transpose()?,
            nar_hash,
            nar_size_bytes: size("NarSize", needed("NarSize", lines.nar_size)?)?,
            references: lines
                .references
                .unwrap_or_default()
                .split_ascii_whitespace()
                .map(|name| StorePath::parse(name).map_err(|error| wrong("References", error)))
                .collect::<Result<_, _>>()?,
            deriver: lines
                .deriver
                .filter(none_if_unknown)
                .map(|name| StorePath::parse(name).map_err(|error| wrong("Deriver", error)))
                .transpose()?,
            signatures: lines.signatures.into_iter().map(str::to_owned).collect(),
        })
    }
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn needed<'text>(key: &'static str, value: Option<&'text str>) -> Result<&'text str, NarInfoError> {
    value
        .filter(|value| !value.is_empty())
        .ok_or(NarInfoError::Missing { key })
}

fn wrong(key: &'static str, reason: impl ToString) -> NarInfoError {
    NarInfoError::Value {
        key,
        reason: reason.to_string(),
    }
}

fn hash(key: &'static str, text: &str) -> Result<Hash, NarInfoError> {
    Hash::parse(text, None).map_err(|error| wrong(key, error))
}

fn size(key: &'static str, text: &str) -> Result<u64, NarInfoError> {
    text.parse().map_err(|error| wrong(key, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &str = "\
StorePath: /nix/store/syd87l2rxw8cbsxmxl853h0r6pdwhwjr-curl-7.82.0-bin
URL: nar/05ra3y72i3qjri7xskf9qj8kb29r6naqy1sqpbs3azi3xcigmj56.nar.xz
Compression: xz
FileHash: sha256:05ra3y72i3qjri7xskf9qj8kb29r6naqy1sqpbs3azi3xcigmj56
FileSize: 68852
NarHash: sha256:1b4sb93wp679q4zx9k1ignby1yna3z7c4c2ri3wphylbc2dwsys0
NarSize: 196040
References: 0jqd0rlxzra1rs38rdxl43yh6rxchgc6-curl-7.82.0 6w8g7njm4mck5dmjxws0z1xnrxvl81xa-glibc-2.34-115
Deriver: 5rwxzi7pal3qhpsyfc16gzkh939q1np6-curl-7.82.0.drv
Sig: cache.example.org-1:AAAA
Sig: other-1:BBBB
";

    #[test]
    fn every_line_is_read() {
        let info = NarInfo::parse(HELLO, &StoreDir::default()).unwrap();
        assert_eq!(info.store_path.name(), "curl-7.82.0-bin");
        assert_eq!(info.compression, "xz");
        assert_eq!(
            (info.file_size_bytes, info.nar_size_bytes),
            (Some(68852), 196_040)
        );
        assert_eq!(info.references.len(), 2);
        assert_eq!(info.deriver.unwrap().name(), "curl-7.82.0.drv");
        assert_eq!(
            info.signatures,
            ["cache.example.org-1:AAAA", "other-1:BBBB"]
        );
        assert!(info.url.starts_with("nar/"));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let without = |key: &str| {
            let kept = HELLO.lines().filter(|line| !line.starts_with(key));
            kept.fold(String::new(), |text, line| text + line + "\n")
        };
        let error = |text: &str| {
            NarInfo::parse(text, &StoreDir::default())
                .unwrap_err()
                .to_string()
        };
        assert_eq!(error(""), "it has no `StorePath`");
        assert_eq!(error("<html>\n"), "line 1 is no `Key: value`");
        assert_eq!(error("<a href: b\n"), "line 1 is no `Key: value`");
        assert_eq!(error(&without("NarHash")), "it has no `NarHash`");
        assert_eq!(error(&without("URL")), "it has no `URL`");
        assert_eq!(
            error(&format!("{HELLO}NarSize: 1\n")),
            "it has `NarSize` twice"
        );
        let negative = HELLO.replace("196040", "-1");
        assert!(error(&negative).starts_with("`NarSize` is wrong"));
        let elsewhere = HELLO.replace("/nix/store/syd", "/gnu/store/syd");
        assert!(error(&elsewhere).starts_with("`StorePath` is wrong"));
        let reference = HELLO.replace("References: 0", "References: ../0");
        assert!(error(&reference).starts_with("`References` is wrong"));
    }

    #[test]
    fn what_may_be_absent_may() {
        let kept = ["StorePath", "URL", "NarHash", "NarSize"];
        let text = HELLO
            .lines()
            .filter(|line| kept.iter().any(|key| line.starts_with(&format!("{key}:"))))
            .fold(String::new(), |text, line| text + line + "\n");
        let info = NarInfo::parse(&text, &StoreDir::default()).unwrap();
        assert_eq!(info.compression, "bzip2");
        assert!(info.references.is_empty() && info.deriver.is_none() && info.signatures.is_empty());
    }
}
