//! The fetchers of nixpkgs that a source can be written with.

use std::fmt;
use std::str::FromStr;

/// A fetcher of nixpkgs, or Nix's own `builtins.fetchGit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each variant is the fetcher of that name")]
pub enum Fetcher {
    BuiltinsFetchGit,
    FetchCrate,
    FetchFromBitbucket,
    FetchFromCodeberg,
    FetchFromForgejo,
    FetchFromGitHub,
    FetchFromGitLab,
    FetchFromGitea,
    FetchFromGitiles,
    FetchFromRepoOrCz,
    FetchFromSourcehut,
    FetchHex,
    FetchPypi,
    Fetchgit,
    Fetchhg,
    Fetchpatch,
    Fetchpatch2,
    Fetchsvn,
    Fetchurl,
    Fetchzip,
}

const NAMES: &[(Fetcher, &str)] = &[
    (Fetcher::BuiltinsFetchGit, "builtins.fetchGit"),
    (Fetcher::FetchCrate, "fetchCrate"),
    (Fetcher::FetchFromBitbucket, "fetchFromBitbucket"),
    (Fetcher::FetchFromCodeberg, "fetchFromCodeberg"),
    (Fetcher::FetchFromForgejo, "fetchFromForgejo"),
    (Fetcher::FetchFromGitHub, "fetchFromGitHub"),
    (Fetcher::FetchFromGitLab, "fetchFromGitLab"),
    (Fetcher::FetchFromGitea, "fetchFromGitea"),
    (Fetcher::FetchFromGitiles, "fetchFromGitiles"),
    (Fetcher::FetchFromRepoOrCz, "fetchFromRepoOrCz"),
    (Fetcher::FetchFromSourcehut, "fetchFromSourcehut"),
    (Fetcher::FetchHex, "fetchHex"),
    (Fetcher::FetchPypi, "fetchPypi"),
    (Fetcher::Fetchgit, "fetchgit"),
    (Fetcher::Fetchhg, "fetchhg"),
    (Fetcher::Fetchpatch, "fetchpatch"),
    (Fetcher::Fetchpatch2, "fetchpatch2"),
    (Fetcher::Fetchsvn, "fetchsvn"),
    (Fetcher::Fetchurl, "fetchurl"),
    (Fetcher::Fetchzip, "fetchzip"),
];

impl Fetcher {
    /// Every fetcher, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(fetcher, _)| *fetcher)
    }

    /// The name in Nix.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(fetcher, _)| *fetcher == self)
            .map_or("", |(_, name)| name)
    }
}

impl fmt::Display for Fetcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A name that no fetcher has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no fetcher `{0}`; there are {names}", names = names())]
pub struct UnknownFetcher(pub String);

fn names() -> String {
    let names: Vec<String> = Fetcher::all()
        .map(|fetcher| format!("`{fetcher}`"))
        .collect();
    names.join(", ")
}

impl FromStr for Fetcher {
    type Err = UnknownFetcher;

    /// Reads the name in Nix; upper and lower case do not matter, nor does `builtins.` in front.
    fn from_str(text: &str) -> Result<Self, UnknownFetcher> {
        NAMES
            .iter()
            .find(|(_, name)| {
                name.eq_ignore_ascii_case(text) && (text != "fetchGit" || *name != "fetchgit")
                    || name.strip_prefix("builtins.") == Some(text)
            })
            .map(|(fetcher, _)| *fetcher)
            .ok_or_else(|| UnknownFetcher(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for fetcher in Fetcher::all() {
            assert_eq!(fetcher.name().parse(), Ok(fetcher), "{fetcher}");
        }
    }

    #[test]
    fn case_decides_between_the_two_gits_alone() {
        assert_eq!("FETCHFROMGITHUB".parse(), Ok(Fetcher::FetchFromGitHub));
        assert_eq!("fetchGit".parse(), Ok(Fetcher::BuiltinsFetchGit));
        assert_eq!("fetchgit".parse(), Ok(Fetcher::Fetchgit));
        assert_eq!(
            "fetchTree".parse::<Fetcher>(),
            Err(UnknownFetcher("fetchTree".to_owned()))
        );
    }
}
