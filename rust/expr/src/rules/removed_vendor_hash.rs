//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::derivation::Kind;
use crate::lint::document::Checker;

rule! {
    /// The hash of vendored dependencies under a name that builders no longer read.
    ///
    /// `buildGoModule` refuses `vendorSha256` and `buildRustPackage` refuses or ignores `cargoSha256`; they read
    /// `vendorHash` and `cargoHash`, which hold the hash in the form `sha256-…`. `npmDepsSha256` never was anything.
    ///
    /// ```nix
    /// buildGoModule {
    ///   vendorSha256 = "0sjjj9z1dhilhpc8pq4154czrb79z9cm044jvn75kxcjv6v5l2m5";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// buildGoModule {
    ///   vendorHash = "sha256-xbbYQc3zBGhsMBFDEjxCPd9d2zpJ9FIIXuGVG+KiT5o=";
    /// }
    /// ```
    ///
    /// There is no fix: `cargoHash` is the hash of other contents than `cargoSha256` was.
    "removed-vendor-hash": Package, Error, default;
    on [NODE_ROOT] => check
}

const REMOVED: [(&str, &str); 4] = [
    ("cargoSha256", "cargoHash"),
    ("modSha256", "vendorHash"),
    ("npmDepsSha256", "npmDepsHash"),
    ("vendorSha256", "vendorHash"),
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    for derivation in &checker.document.packaging().derivations {
        if !matches!(derivation.kind, Kind::Go | Kind::Rust | Kind::Npm) {
            continue;
        }
        for (old, new) in REMOVED {
            if let Some(attribute) = derivation.attributes.find(old) {
                let message = format!("`{}` reads `{new}`, not `{old}`", derivation.builder);
                checker.report_at(attribute.key.clone(), message);
            }
        }
    }
}
