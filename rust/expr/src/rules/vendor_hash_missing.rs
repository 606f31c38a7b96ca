//! See [`RULE`].

use rnix::SyntaxNode;
use rowan::ast::AstNode as _;

use crate::lint::derivation::Kind;
use crate::lint::document::Checker;
use crate::lint::tree::range_of;

rule! {
    /// A package with vendored dependencies that gives no hash for them.
    ///
    /// `buildGoModule` needs `vendorHash` (`null` where the source vendors its modules itself), `buildRustPackage`
    /// needs `cargoHash`, `cargoLock` or `cargoDeps`, and `buildNpmPackage` needs `npmDepsHash` or `npmDeps`. Without
    /// one the package does not evaluate.
    ///
    /// ```nix
    /// buildGoModule {
    ///   pname = "tool";
    ///   version = "1.0";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// buildGoModule {
    ///   pname = "tool";
    ///   version = "1.0";
    ///   vendorHash = null;
    /// }
    /// ```
    ///
    /// Only where all attributes are written there.
    "vendor-hash-missing": Package, Error, default;
    on [NODE_ROOT] => check
}

const GO: [&str; 3] = ["vendorHash", "goModules", "vendorSha256"];
const RUST: [&str; 8] = [
    "cargoHash",
    "cargoLock",
    "cargoDeps",
    "cargoVendorDir",
    "cargoSha256",
    "importCargoLock",
    "useFetchCargoVendor",
    "cargoDepsHook",
];
const NPM: [&str; 5] = ["npmDepsHash", "npmDeps", "npmConfigHook", "pnpmDeps", "offlineCache"];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    for derivation in &checker.document.packaging().derivations {
        let attributes = &derivation.attributes;
        let wanted: &[&str] = match derivation.kind {
            Kind::Go => &GO,
            Kind::Rust => &RUST,
            Kind::Npm if derivation.builder == "buildNpmPackage" => &NPM,
            _ => continue,
        };
        if !attributes.complete || wanted.iter().any(|name| attributes.has(name)) {
            continue;
        }
        if let Some(first) = wanted.first() {
            let set = range_of(derivation.set.syntax());
            let place = attributes
                .find("pname")
                .map_or(set.start..set.start + 1, |pname| pname.key.clone());
            checker.report_at(place, format!("`{}` needs `{first}`", derivation.builder));
        }
    }
}
