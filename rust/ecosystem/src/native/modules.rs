//! Names under which libraries are looked for → nixpkgs attributes: `pkg-config` modules, CMake packages, linker names.

use std::collections::BTreeMap;
use std::sync::LazyLock;

type Table = BTreeMap<&'static str, Vec<&'static str>>;

fn table(text: &'static str) -> Table {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, attributes)| {
            (
                name,
                attributes
                    .split(' ')
                    .filter(|name| !name.is_empty())
                    .collect(),
            )
        })
        .collect()
}

static PKG_CONFIG: LazyLock<Table> =
    LazyLock::new(|| table(include_str!("../../data/pkg-config.tsv")));
static CMAKE: LazyLock<Table> =
    LazyLock::new(|| table(include_str!("../../data/cmake-packages.tsv")));
static LIBRARIES: LazyLock<Table> =
    LazyLock::new(|| table(include_str!("../../data/linker-names.tsv")));

/// The attributes that provide a `pkg-config` module; `None` when the table lacks it.
///
/// Source: `meta.pkgConfigModules` of nixpkgs' packages, `pkg-config-data.json`, and what their `.pc` files are named.
#[must_use]
pub fn pkg_config(module: &str) -> Option<&'static [&'static str]> {
    PKG_CONFIG.get(module).map(Vec::as_slice)
}

/// The attributes that provide a package of CMake's `find_package`, or `Package::Component`.
///
/// An empty list: part of the C toolchain or of CMake, nothing to add. `None`: unknown.
#[must_use]
pub fn cmake(package: &str) -> Option<&'static [&'static str]> {
    CMAKE.get(package).map(Vec::as_slice)
}

/// The attributes that provide a library for the linker (`z` for `-lz`). Empty: part of the C toolchain.
#[must_use]
pub fn linker(name: &str) -> Option<&'static [&'static str]> {
    LIBRARIES.get(name).map(Vec::as_slice)
}
