//! The functions that build and fetch, by name.

/// What sort of builder is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `mkDerivation` of a stdenv.
    Stdenv,
    /// Python packages and applications.
    Python,
    /// Go modules.
    Go,
    /// Rust packages.
    Rust,
    /// npm packages.
    Npm,
    /// Other builders that hand on to `stdenv.mkDerivation` what they are given, `mkDerivation` of other sets among them.
    Other,
}

/// In the order of names.
const BUILDERS: [(&str, Kind); 52] = [
    ("buildAzureCliExtension", Kind::Python),
    ("buildBazelPackage", Kind::Other),
    ("buildComposerProject", Kind::Other),
    ("buildComposerProject2", Kind::Other),
    ("buildComposerWithPlugin", Kind::Other),
    ("buildCrystalPackage", Kind::Other),
    ("buildDartApplication", Kind::Other),
    ("buildDotnetModule", Kind::Other),
    ("buildDubPackage", Kind::Other),
    ("buildDunePackage", Kind::Other),
    ("buildEmscriptenPackage", Kind::Other),
    ("buildErlangMk", Kind::Other),
    ("buildFlutterApplication", Kind::Other),
    ("buildGo123Module", Kind::Go),
    ("buildGo124Module", Kind::Go),
    ("buildGo125Module", Kind::Go),
    ("buildGo126Module", Kind::Go),
    ("buildGoLatestModule", Kind::Go),
    ("buildGoModule", Kind::Go),
    ("buildHomeAssistantComponent", Kind::Other),
    ("buildIdris", Kind::Other),
    ("buildJanetPackage", Kind::Other),
    ("buildKodiAddon", Kind::Other),
    ("buildLuaPackage", Kind::Other),
    ("buildLuarocksPackage", Kind::Other),
    ("buildMavenPackage", Kind::Other),
    ("buildMix", Kind::Other),
    ("buildNimPackage", Kind::Other),
    ("buildNpmPackage", Kind::Npm),
    ("buildOctavePackage", Kind::Other),
    ("buildPecl", Kind::Other),
    ("buildPerlModule", Kind::Other),
    ("buildPerlPackage", Kind::Other),
    ("buildPythonApplication", Kind::Python),
    ("buildPythonPackage", Kind::Python),
    ("buildRebar3", Kind::Other),
    ("buildRustPackage", Kind::Rust),
    ("buildTypstPackage", Kind::Other),
    ("buildVimPlugin", Kind::Other),
    ("melpaBuild", Kind::Other),
    ("mixRelease", Kind::Other),
    ("mkCoqDerivation", Kind::Other),
    ("mkDerivation", Kind::Stdenv),
    ("mkDerivationWith", Kind::Other),
    ("mkFranzDerivation", Kind::Other),
    ("mkKdeDerivation", Kind::Other),
    ("mkLibretroCore", Kind::Other),
    ("mkTclDerivation", Kind::Other),
    ("mkXfceDerivation", Kind::Other),
    ("mkYarnPackage", Kind::Npm),
    ("wrapType1", Kind::Other),
    ("wrapType2", Kind::Other),
];

/// In the order of names.
const FETCHERS: [&str; 24] = [
    "fetchCrate",
    "fetchDebianPatch",
    "fetchFromBitbucket",
    "fetchFromCodeberg",
    "fetchFromForgejo",
    "fetchFromGitHub",
    "fetchFromGitLab",
    "fetchFromGitea",
    "fetchFromGitiles",
    "fetchFromRadicle",
    "fetchFromRepoOrCz",
    "fetchFromSavannah",
    "fetchFromSourcehut",
    "fetchHex",
    "fetchPypi",
    "fetchTarball",
    "fetchgit",
    "fetchhg",
    "fetchpatch",
    "fetchpatch2",
    "fetchsvn",
    "fetchurl",
    "fetchzip",
    "requireFile",
];

/// What sort of builder the name stands for, if it is one.
pub(super) fn kind_of(name: &str) -> Option<Kind> {
    let at = BUILDERS
        .binary_search_by_key(&name, |(builder, _)| *builder)
        .ok()?;
    BUILDERS.get(at).map(|(_, kind)| *kind)
}

/// Whether the name is a fetcher's.
pub(super) fn is_fetcher(name: &str) -> bool {
    FETCHERS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_order_and_marked() {
        let builders = BUILDERS.map(|(name, _)| name);
        assert!(builders.is_sorted(), "{builders:?}");
        assert!(FETCHERS.is_sorted(), "{FETCHERS:?}");
        for name in builders.iter().chain(&FETCHERS) {
            let marked = super::super::MARKS.iter().any(|mark| name.contains(mark));
            assert!(marked, "{name}");
        }
    }
}
